"""Problems of units, and the words for units."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar

from pol_lang import syntax as s
from pol_lang.problem import Problem
from polc.lowering.amounts import money_text, value_text

UNIT_WORDS: dict[str, tuple[str, str]] = {
    "money": ("金额", "an amount of money"), "ratio": ("比例", "a rate"), "points": ("百分点", "percentage points"),
    "number": ("数", "a number"), "days": ("天数", "days"), "workdays": ("工作日", "working days"),
    "months": ("月数", "months"), "years": ("年数", "years"), "date": ("日期", "a date"),
    "month_day": ("月日", "a day of the year"),
    "text": ("文本", "a text"), "bool": ("条件", "a condition"),
    "choices": ("多选值", "several choices"), "none": ("无", "nothing"),
    "money_or_none": ("金额或取消", "an amount or none"),
}  # fmt: skip


def or_none(units: Sequence[str]) -> str | None:
    """The unit of several values of which some are amounts and others `none` (a cap that some have not), None for any
    others."""
    found = {unit for unit in units if unit != "error"}
    mixed = found <= {"money", "none", "money_or_none"} and bool(found - {"money"}) and found != {"none"}
    return "money_or_none" if mixed else None


def unit_words(unit: str) -> tuple[str, str]:
    """The unit's name in Chinese and English."""
    return UNIT_WORDS.get(unit, (unit, unit))


class WrongUnit(Problem):
    """A value has another unit than the place needs: 元, %, 个百分点, dates and counts do not mix.
    ---
    单位不对：元、%、个百分点、日期和次数不能混用。
    """

    found_zh: str = ""
    found_en: str = ""
    want_zh: str = ""
    want_en: str = ""
    advice_zh: str = ""
    advice_en: str = ""
    code = "U301"
    zh: ClassVar[str] = "这里要{want_zh}，写的是{found_zh}"
    en: ClassVar[str] = "{want_en} is wanted here; this is {found_en}"
    hint_zh: ClassVar[str] = "{advice_zh}"
    hint_en: ClassVar[str] = "{advice_en}"


class CannotCombine(Problem):
    """Two values of units that do not go together are added, multiplied, divided or compared.
    ---
    两个单位不同的值不能这样运算或比较。
    """

    left_zh: str = ""
    left_en: str = ""
    right_zh: str = ""
    right_en: str = ""
    op: str = ""
    advice_zh: str = ""
    advice_en: str = ""
    code = "U302"
    zh: ClassVar[str] = "{left_zh}和{right_zh}之间不能用“{op}”"
    en: ClassVar[str] = "{left_en} and {right_en} do not go together with “{op}”"
    hint_zh: ClassVar[str] = "{advice_zh}"
    hint_en: ClassVar[str] = "{advice_en}"


class PointsOrFactor(Problem):
    """“Raise by 10 %” can mean ten percentage points (60 % becomes 70 %) or a factor (60 % becomes 66 %). Documents
    rarely say which; the file has to.
    ---
    “提高 10%”可以指提高 10 个百分点（60% 变为 70%），也可以指乘以 110%（60% 变为 66%）。文件常不说明，政策里必须写明。
    """

    percent: str = ""
    factor: str = ""
    points_pays: str = ""
    factor_pays: str = ""
    code = "U303"
    zh: ClassVar[str] = "“{percent}”是百分点还是倍数？"
    en: ClassVar[str] = "is “{percent}” meant in percentage points or as a factor?"
    hint_zh: ClassVar[str] = (
        "写 {percent} 的百分点：{points_pays}\n写倍数 × {factor}：{factor_pays}\n（以支付比例 60%、费用 10000 元为例）"
    )
    hint_en: ClassVar[str] = (
        "as points: {points_pays}\nas a factor × {factor}: {factor_pays}\n(for a rate of 60% and a cost of 10000 yuan)"
    )


class WrongArguments(Problem):
    """A function is given the wrong number of values, or does not exist.
    ---
    函数的参数个数不对。
    """

    name: str = ""
    want: str = ""
    code = "U304"
    zh: ClassVar[str] = "“{name}”要 {want} 个值"
    en: ClassVar[str] = "“{name}” takes {want} value(s)"
    hint_zh: ClassVar[str] = "用逗号隔开各个值，例如 较小者(甲, 乙)"
    hint_en: ClassVar[str] = "part the values with commas, for example min(a, b)"


def points_or_factor(right: s.Expr, sign: int) -> Problem:
    """The fork between percentage points and factor, with what each pays on 10000 yuan at 60 %."""
    percent = right.value if isinstance(right, s.Literal) and isinstance(right.value, Fraction) else Fraction(1, 10)
    points = Fraction(6, 10) + sign * percent
    factor = 1 + sign * percent
    text = value_text(percent, "points")
    return PointsOrFactor(
        span=right.span,
        percent=text.replace("个百分点", "%"),
        factor=value_text(factor, "ratio"),
        points_pays=f"{'+' if sign > 0 else '-'} {text} → {value_text(points, 'ratio')} → "
        f"{money_text(points * 1_000_000)}",
        factor_pays=f"60% × {value_text(factor, 'ratio')} → {money_text(Fraction(6, 10) * factor * 1_000_000)}",
    )
