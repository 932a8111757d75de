"""Dates, periods and changes as documents say them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pol_lang.wordings.said import FIGURE
from pol_lang.wordings.stuck import Reading, Stuck

_DATE = re.compile(
    r"(?:自|从)?[ \t]*((?:19|20)[0-9]{2})[ \t]*[./年\-－][ \t]*([0-9]{1,2})"
    r"(?:[ \t]*[./月\-－][ \t]*([0-9]{1,2}))?[ \t]*[日号月]?"
    r"[ \t]*(?:起|起施行|起执行|起实施|起生效|施行|止)?(?![0-9])"
)
_DAY = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])(?![0-9])")
_PERIODS = {"年": "PER_YEAR", "年度": "PER_YEAR", "次": "PER_ADMISSION", "月": "PER_MONTH", "人次": "PER_ADMISSION"}


def date(stuck: Stuck) -> Iterator[Reading]:
    if "DATE" not in stuck.fitting:
        return
    found = _DAY.match(stuck.text, stuck.offset) or _DATE.match(stuck.text, stuck.offset)
    if found is None:
        return
    year, month, day = found[1], int(found[2]), found[3]
    if not day:
        first = f"{year}-{month:02}-01"
        yield Reading(
            stuck.replaced(found.start(), found.end(), first),
            "日期要写到日",
            "a date is written with its day",
            sure=False,
        )
        return
    yield Reading(
        stuck.replaced(found.start(), found.end(), f"{year}-{month:02}-{int(day):02}"),
        "日期的写法是 年-月-日",
        "a date is written year-month-day",
    )


def per_period(stuck: Stuck) -> Iterator[Reading]:
    """15万元/年"""
    found = re.compile(r"[/÷每][ \t]*(人次|年度|年|次|月)(?:度)?(?:[/÷]人)?(?!\w)").match(
        stuck.text, max(stuck.offset - 1, 0)
    )
    found = found or re.compile(r"[/÷][ \t]*(?:人[ \t]*[/÷][ \t]*)?(人次|年度|年|次|月)(?!\w)").search(stuck.text)
    if person := re.compile(r"[/÷][ \t]*人(?!\w)").match(stuck.text, stuck.offset):
        yield Reading(
            stuck.replaced(person.start(), person.end(), ""),
            f"“{person[0]}”在这里不用写",
            f"“{person[0]}” is not written here",
        )
    if found:
        spelling = stuck.spelled(_PERIODS[found[1]])
        yield Reading(
            stuck.replaced(found.start(), found.end(), spelling),
            f"“{found[0]}”写成“{spelling}”",
            f"“{found[0]}” is written “{spelling}”",
        )


def yes_or_no(stuck: Stuck) -> Iterator[Reading]:
    found = re.compile(r"是[ \t]*[/或、][ \t]*否").match(stuck.text, stuck.offset)
    if found and "YES_NO_TYPE" in stuck.fitting:
        yield Reading(
            stuck.replaced(found.start(), found.end(), "是否"),
            f"“{found[0]}”写成“是否”",
            f"“{found[0]}” is written `yes or no`",
        )


def admission(stuck: Stuck) -> Iterator[Reading]:
    found = re.search(
        r"第?[ \t]*([0-9]+|[二两三四五六])[ \t]*次(?:住院)?(?:及(?:其)?以[上后]|以[上后]|起|开始|住院起|住院)?(?!\w)",
        stuck.body,
    )
    if found and "ADMISSION" in stuck.fitting:
        number = found[1] if found[1].isdigit() else str("〇一二三四五六".find(found[1].replace("两", "二")))
        yield Reading(
            stuck.replaced(found.start(), found.end(), f"第 {number} 次起"),
            f"“{found[0]}”写成“第 {number} 次起”",
            f"“{found[0]}” is written `from admission {number}`",
        )


def times(stuck: Stuck) -> Iterator[Reading]:
    """x 50%, and 人均可支配收入的50%"""
    found = re.compile(r"[xX][ \t]*(?=[0-9])").match(stuck.text, stuck.offset)
    if found and "MULTIPLY" in stuck.fitting:
        yield Reading(
            stuck.replaced(found.start(), found.end(), "×"),
            "乘号不写字母 x，写“×”或“*”",
            "the sign of multiplication is × or *, not the letter x",
        )
    found = re.search(r"([^\W\d]+)的[ \t]*([0-9]+(?:\.[0-9]+)?%)", stuck.text)
    if found:
        yield Reading(
            stuck.replaced(found.start(), found.end(), f"{found[1]} × {found[2]}"),
            f"“{found[0]}”要写成算式",
            f"“{found[0]}” is written as a product",
        )


def nothing(stuck: Stuck) -> Iterator[Reading]:
    """取消封顶线, 不设起付线"""
    found = re.fullmatch(r"(?:取消|不设|无|没有|免除|免)(封顶线?|起付线|起付标准)|(不封顶|上不封顶)", stuck.word)
    if stuck.at > 0 or not found:
        return
    term = "DEDUCTIBLE" if (found[1] or "").startswith("起付") else "CAP"
    if term in stuck.fitting:
        spelling = stuck.words[term].zh
        none = "× 0%" if term == "DEDUCTIBLE" and stuck.block in ("TILT", "ADJUST") else stuck.words["NONE"].zh
        yield Reading(
            stuck.replaced(stuck.offset, stuck.offset + len(stuck.word), f"{spelling} {none}"),
            f"“{stuck.word}”写成“{spelling} {none}”",
            f"“{stuck.word}” is written “{spelling} {none}”",
        )


def change(stuck: Stuck) -> Iterator[Reading]:
    """A tilt in the words of documents: 起付线 降低 50%, 支付比例 提高 5个百分点, 起付线 减半."""
    if "MULTIPLY" not in stuck.fitting:
        return
    rest = stuck.text[stuck.offset : stuck.end].strip()
    halved = re.match(r"(减半|降低一半|下降一半|减少一半|减半支付)(?:执行|计算)?", rest)
    raised = re.match(rf"(提高|增加|上浮|上调|上升|加)(到|至|为)?[ \t]*({FIGURE})", rest)
    lowered = re.match(rf"(降低|下降|减少|下调|下浮|减|降)(到|至|为)?[ \t]*({FIGURE})", rest)
    found = halved or raised or lowered
    if not found:
        return
    sure = True
    others: tuple[tuple[str, str, str], ...] = ()
    end = stuck.offset + len(found[0])
    if halved:
        change = "× 50%"
    else:
        figure, to = found[3], bool(found[2])
        share = figure.removesuffix("%")
        if to:
            change = f"= {figure}"
        elif figure.endswith("%") and stuck.tokens[0].type == "RATE":
            sign = "+" if raised else "-"
            points, factor = f"{sign} {share}个百分点", f"× {_hundred(share, bool(raised))}%"
            change, sure = points, False
            others = (
                (stuck.replaced(stuck.offset, end, points), "百分点之差", "percentage points"),
                (stuck.replaced(stuck.offset, end, factor), "乘以倍数", "a factor"),
            )
        elif figure.endswith("%"):
            change = f"× {_hundred(share, bool(raised))}%"
        else:
            change = f"{'+' if raised else '-'} {figure}"
    yield Reading(
        stuck.replaced(stuck.offset, end, change),
        f"“{found[0]}”要写成算式",
        f"“{found[0]}” is written as a sum",
        sure=sure,
        others=others,
    )


def _hundred(share: str, raised: bool) -> str:
    whole, _, part = share.partition(".")
    scale = 10 ** len(part)
    value = 100 * scale + (1 if raised else -1) * int(whole + part)
    text = str(value // scale) + (f".{value % scale:0{len(part)}}" if part and value % scale else "")
    return text
