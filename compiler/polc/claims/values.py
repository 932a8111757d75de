"""From what a file gives for one key to a value in the plan's units, or the problem with it.

Money is written in yuan and comes out in fen; ratios and points are written in percent (`70%`) or as a fraction of 1
and come out as fractions of 1; numbers and durations stay what they are.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from pol_lang.problem import Problem, near_names
from polc.claims.place import Place, shown
from polc.plan import Unit, Value

MAX_FEN = 10**15
FIRST_YEAR, LAST_YEAR = 1900, 2199

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_PLAIN = re.compile(r"[0-9]{1,13}(?:\.[0-9]{1,2})?")
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|([0-9]{2})([0-9]{2})|年([0-9]{1,2})月([0-9]{1,2})日)"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_SEPARATOR = re.compile(r"[、，,;；|]")
_TRUE = frozenset({"是", "真", "1", "true", "yes", "y"})
_FALSE = frozenset({"否", "假", "0", "false", "no", "n"})
_DIGITS = 40  # more than any number of a claim has, and few enough to compute with
_EXPECTED: dict[str, tuple[str, str]] = {
    "money": ("以元为单位的金额，如 52000.00", "an amount in yuan such as 52000.00"),
    "exact": ("以元为单位的金额，如 52000.00", "an amount in yuan such as 52000.00"),
    "ratio": ("比例，如 70%", "a ratio such as 70%"),
    "points": ("百分点，如 5%", "percentage points such as 5%"),
    "number": ("数，如 3", "a number such as 3"),
    "count": ("非负整数，如 3", "a whole number such as 3"),
    "date": ("日期，如 2023-09-04", "a date such as 2023-09-04"),
    "month_day": ("月日，如 9月1日", "a day of the year such as 9月1日"),
    "bool": ("是或否（true 或 false）", "true or false (是 or 否)"),
    "text": ("文字", "a text"),
    "choices": ("由若干个选项组成的列表", "a list of choices"),
}


class WrongType(Problem):
    """A value is not of the kind that its key asks for: a text where a date belongs, say, or an amount with thousands
    separators, a currency sign or full-width digits.

    Amounts are in yuan, as a number or in quotation marks: `医疗费总额 = "52000.00"`. Dates are `2023-09-04`; yes and
    no are `true` and `false`, 是 and 否, or 1 and 0.
    ---
    值的类型不对：例如该写日期的地方写了别的文字，金额带了千位分隔符、货币符号或全角数字。

    金额以元为单位，可以写成数，也可以加引号：`医疗费总额 = "52000.00"`。日期写成 `2023-09-04`；是非写 `true`、
    `false`，是、否，或 1、0。
    """

    found: str = ""
    expected_zh: str = ""
    expected_en: str = ""
    code = "C531"
    zh: ClassVar[str] = "“{found}”不对，这里应当是{expected_zh}"
    en: ClassVar[str] = "“{found}” does not fit, {expected_en} belongs here"


class NotANumber(Problem):
    """A number is not finite (`nan`, `inf`) or has more digits than anybody writes.
    ---
    数不是有限的（`nan`、`inf`），或者位数多得不像是人写的。
    """

    found: str = ""
    code = "C532"
    zh: ClassVar[str] = "“{found}”不是可以计算的数"
    en: ClassVar[str] = "“{found}” is not a number to calculate with"
    hint_zh: ClassVar[str] = "只写数字和小数点"
    hint_en: ClassVar[str] = "write digits and a decimal point only"


class NegativeValue(Problem):
    """An amount, a count or a duration is below zero. Reversals are not claims: take them off against the settlement
    they reverse before you read the file.
    ---
    金额、次数或天数是负数。冲销记录不是一次就诊，请先与被冲销的结算对冲。
    """

    found: str = ""
    code = "C533"
    zh: ClassVar[str] = "“{found}”是负数"
    en: ClassVar[str] = "“{found}” is below zero"
    hint_zh: ClassVar[str] = "冲销记录请先与被冲销的结算对冲"
    hint_en: ClassVar[str] = "take a reversal off against the settlement it reverses first"


class AbsurdAmount(Problem):
    """An amount is above ten million million yuan, a number has more than forty digits: it cannot be meant.
    ---
    金额超过十万亿元，或者数超过四十位：不可能是真实的数。
    """

    found: str = ""
    code = "C534"
    zh: ClassVar[str] = "“{found}”大得不真实"
    en: ClassVar[str] = "“{found}” is too large to be true"
    hint_zh: ClassVar[str] = "检查位数和小数点；金额以元为单位"
    hint_en: ClassVar[str] = "check the digits and the decimal point; amounts are in yuan"


class TooManyDecimals(Problem):
    """An amount in yuan has more than two decimals, a part of a fen. polc never rounds what it is given.
    ---
    金额的小数多于两位，出现了不足一分的数。polc 不会替人取整。
    """

    found: str = ""
    code = "C535"
    zh: ClassVar[str] = "金额“{found}”的小数多于两位"
    en: ClassVar[str] = "the amount “{found}” has more than two decimals"
    hint_zh: ClassVar[str] = "金额以元为单位，最多两位小数"
    hint_en: ClassVar[str] = "amounts are in yuan with at most two decimals"


class UnknownValue(Problem):
    """A value is none of those the policy names for this fact, neither by name nor by code.
    ---
    这个值不是政策为该事实列出的选项之一：名称、代码都对不上。
    """

    found: str = ""
    fact: str = ""
    known: tuple[str, ...] = ()
    code = "C542"
    zh: ClassVar[str] = "“{fact}”没有“{found}”这个选项"
    en: ClassVar[str] = "“{fact}” has no choice “{found}”"
    hint_zh: ClassVar[str] = "可选：{known}"
    hint_en: ClassVar[str] = "choices: {known}"


class NoSuchDate(Problem):
    """A date is written as a date but the calendar has no such day (30 February, month 13).
    ---
    写法是日期，但日历上没有这一天（如 2 月 30 日、13 月）。
    """

    found: str = ""
    code = "C543"
    zh: ClassVar[str] = "日历上没有“{found}”这一天"
    en: ClassVar[str] = "the calendar has no day “{found}”"
    hint_zh: ClassVar[str] = "对照票据改月和日，写法 2024-05-20"
    hint_en: ClassVar[str] = "see the month and the day on the bill; a date is written 2024-05-20"


class DateOutsideCalendar(Problem):
    """A date lies before 1900 or after 2199: a slip of the pen, or a placeholder such as 0001-01-01.

    The end of an identity may be 9999-12-31, which means open.
    ---
    日期早于 1900 年或晚于 2199 年：多半是笔误，或者是 0001-01-01 之类的占位数据。

    身份的截止日期可以写 9999-12-31，表示没有截止。
    """

    found: str = ""
    first: int = FIRST_YEAR
    last: int = LAST_YEAR
    code = "C544"
    zh: ClassVar[str] = "日期“{found}”不在 {first} 年至 {last} 年之间"
    en: ClassVar[str] = "the date “{found}” does not lie between the years {first} and {last}"
    hint_zh: ClassVar[str] = "检查年份，写四位数"
    hint_en: ClassVar[str] = "check the year; it has four digits"


def read_value(
    raw: object, unit: Unit, choices: Sequence[tuple[str, str | None]], name: str, place: Place
) -> Value | Problem:
    """The value of a fact `name` of this unit; `choices` are its names, each with a code or other word that means it,
    none where any text will do."""
    if choices:
        return _choices(raw, unit, choices, name, place)
    if unit == "money":
        return read_fen(raw, place)
    if unit in ("ratio", "points"):
        return _fraction(raw, unit, place)
    if unit == "number":
        number = _exact(raw, unit, place)
        return _whole(number) if isinstance(number, Fraction) else number
    if unit in ("days", "workdays", "months", "years"):
        return read_count(raw, place)
    if unit == "date":
        return read_date(raw, place)
    if unit == "bool":
        return _bool(raw, place)
    if unit == "choices":
        return _texts(raw, place)
    return read_text(raw, place)


def read_fen(raw: object, place: Place) -> int | Problem:
    """Money in fen, from yuan with at most two decimals (further ones only if they are zeros)."""
    fen = read_exact_fen(raw, place, "money")
    if isinstance(fen, Problem):
        return fen
    return fen if isinstance(fen, int) else TooManyDecimals(where=str(place), found=shown(raw))


def read_exact_fen(raw: object, place: Place, kind: str = "exact") -> int | Fraction | Problem:
    """Money in fen, from yuan with any number of decimals."""
    text = raw.strip() if isinstance(raw, str) else str(raw) if isinstance(raw, Decimal) else ""
    if _PLAIN.fullmatch(text):  # most amounts are, and need no fractions
        whole, _, rest = text.partition(".")
        return 100 * int(whole) + int(rest.ljust(2, "0"))
    yuan = _exact(raw, kind, place)
    if isinstance(yuan, Problem):
        return yuan
    if yuan * 100 > MAX_FEN:
        return AbsurdAmount(where=str(place), found=shown(raw))
    return _whole(yuan * 100)


def read_count(raw: object, place: Place) -> int | Problem:
    """A whole number, not negative."""
    number = _exact(raw, "count", place)
    if isinstance(number, Problem):
        return number
    return number.numerator if number.denominator == 1 else _wrong(raw, "count", place)


def read_date(raw: object, place: Place) -> datetime.date | Problem:
    """A date; a time of day is dropped."""
    date = _date(raw, place)
    if isinstance(date, datetime.date) and not FIRST_YEAR <= date.year <= LAST_YEAR:
        return DateOutsideCalendar(where=str(place), found=shown(raw))
    return date


def read_end(raw: object, place: Place) -> datetime.date | Problem | None:
    """The last day of a period; None where it is open (a year after 2199, as the platform writes 9999-12-31)."""
    date = _date(raw, place)
    if isinstance(date, Problem):
        return date
    return None if date.year > LAST_YEAR else read_date(date, place)


def read_text(raw: object, place: Place) -> str | Problem:
    """A text, trimmed and in NFC; whole numbers are taken as their digits."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str) or not raw.strip():
        return _wrong(raw, "text", place)
    return unicodedata.normalize("NFC", raw.strip())


def plain_form(text: str) -> str:
    """A text with full-width signs made half-width, without separators and currency words; for advice only."""
    text = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元")
    return re.sub(r"(?<=[0-9]),(?=[0-9]{3})", "", text).strip()


def _wrong(raw: object, expected: str, place: Place) -> WrongType:
    zh, en = _EXPECTED.get(expected, _EXPECTED["text"])
    near: tuple[str, ...] = ()
    if isinstance(raw, str) and expected in ("money", "exact", "number", "count", "date"):
        plain = plain_form(raw)
        if plain != raw and (_NUMBER.fullmatch(plain) or _DATE.fullmatch(plain)):
            near = (plain,)
    return WrongType(where=str(place), found=shown(raw), expected_zh=zh, expected_en=en, near=near)


def _exact(raw: object, expected: str, place: Place) -> Fraction | Problem:
    """A number as it stands, not negative."""
    text = raw.strip() if isinstance(raw, str) else None
    if text is not None:
        if not _NUMBER.fullmatch(text):
            return _wrong(raw, expected, place)
        number = Decimal(text if len(text) <= 2 * _DIGITS else "nan")
    elif isinstance(raw, int) and not isinstance(raw, bool):
        if abs(raw) >= 10**_DIGITS:
            return AbsurdAmount(where=str(place), found=f"10^{_DIGITS}")
        number = Decimal(raw)
    elif isinstance(raw, Decimal):
        number = raw
    else:
        return _wrong(raw, expected, place)
    if not number.is_finite():
        return NotANumber(where=str(place), found=shown(raw))
    if not number:
        return Fraction(0)
    if number.adjusted() >= _DIGITS:
        return AbsurdAmount(where=str(place), found=shown(raw))
    if not isinstance(number.as_tuple().exponent, int) or int(number.as_tuple().exponent) < -2 * _DIGITS:
        return NotANumber(where=str(place), found=shown(raw))
    if number < 0:
        return NegativeValue(where=str(place), found=shown(raw))
    return Fraction(number)


def _whole(number: Fraction) -> int | Fraction:
    return number.numerator if number.denominator == 1 else number


def _fraction(raw: object, unit: str, place: Place) -> int | Fraction | Problem:
    percent = isinstance(raw, str) and raw.strip().endswith("%")
    number = _exact(raw.strip()[:-1] if percent and isinstance(raw, str) else raw, unit, place)
    if isinstance(number, Problem):
        return number
    return _whole(number / 100 if percent else number)


def _date(raw: object, place: Place) -> datetime.date | Problem:
    if isinstance(raw, datetime.datetime):
        return raw.date()
    if isinstance(raw, datetime.date):
        return raw
    if isinstance(raw, int) and not isinstance(raw, bool) and 10**7 <= raw < 10**8:
        raw = str(raw)
    match = _DATE.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if match is None:
        return _wrong(raw, "date", place)
    year, month, day = (int(group) for group in match.groups() if group is not None)
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return NoSuchDate(where=str(place), found=shown(raw))


def _bool(raw: object, place: Place) -> bool | Problem:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str | int):
        word = str(raw).strip().lower()
        if word in _TRUE:
            return True
        if word in _FALSE:
            return False
    return _wrong(raw, "bool", place)


def _choices(
    raw: object, unit: Unit, choices: Sequence[tuple[str, str | None]], name: str, place: Place
) -> Value | Problem:
    known = {code: choice for choice, code in choices if code is not None} | {choice: choice for choice, _ in choices}
    if unit != "choices":
        text = read_text(raw, place)
        return text if isinstance(text, Problem) else _choice(text, known, choices, name, place)
    texts = _texts(raw, place)
    if isinstance(texts, Problem):
        return texts
    if isinstance(raw, str) and raw.strip() in known:
        texts = frozenset({raw.strip()})
    found = [_choice(text, known, choices, name, place) for text in sorted(texts)]
    wrong = next((choice for choice in found if isinstance(choice, Problem)), None)
    return wrong or frozenset(choice for choice in found if isinstance(choice, str))


def _choice(
    text: str, known: dict[str, str], choices: Sequence[tuple[str, str | None]], name: str, place: Place
) -> str | Problem:
    if text in known:
        return known[text]
    names = list(dict.fromkeys(choice for choice, _ in choices))
    others = {choice: word for choice, word in choices[len(names) :] if word is not None}
    ours = [others.get(choice, choice) for choice in names] if name.isascii() else names
    near = near_names(text, list(dict.fromkeys([*ours, *names, *others.values()])))
    return UnknownValue(where=str(place), found=shown(text), fact=name, known=tuple(ours), near=near)


def _texts(raw: object, place: Place) -> frozenset[str] | Problem:
    """Several texts: a list, or one text with 、 or commas between them."""
    if isinstance(raw, str):
        raw = [part for part in _SEPARATOR.split(raw) if part.strip()]
    if not isinstance(raw, list):
        return _wrong(raw, "choices", place)
    texts = [read_text(part, place) for part in raw]
    wrong = next((text for text in texts if isinstance(text, Problem)), None)
    return wrong or frozenset(text for text in texts if isinstance(text, str))
