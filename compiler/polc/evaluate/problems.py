"""What can go wrong while an expression is evaluated."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem
from polc import plan as p


class MissingFact(Problem):
    """The policy asks for a fact that the claim or the person does not give, and that has no default.

    Give the fact, or where it is usually left out, declare a default: `fact … default …`.
    ---
    政策要用到的一个事实，就诊或参保人的数据里没有给出，也没有缺省值。

    请在数据里给出；如果通常不填，可在政策里写明缺省值：`事实 … 缺省 …`。
    """

    name: str = ""
    of_zh: str = ""
    of_en: str = ""
    also_en: str = ""
    values_zh: str = ""
    values_en: str = ""
    others_zh: str = ""
    others_en: str = ""
    code = "C501"
    zh: ClassVar[str] = "{of_zh}没有给出“{name}”"
    en: ClassVar[str] = "the {of_en} does not give “{name}”{also_en}"
    hint_zh: ClassVar[str] = "给出这个事实{values_zh}，或者在政策里给它一个缺省值{others_zh}"
    hint_en: ClassVar[str] = "give it{values_en}, or let the policy declare a default for it{others_en}"


class DivisionByZero(Problem):
    """A formula divides by an amount that is zero for this claim.
    ---
    算式的除数在这次就诊中为零。
    """

    name: str = ""
    code = "C502"
    zh: ClassVar[str] = "除数为零{name}"
    en: ClassVar[str] = "division by zero{name}"
    hint_zh: ClassVar[str] = "给算式加上条件，或者为除数设下限（不低于）"
    hint_en: ClassVar[str] = "put a condition before the formula, or give the divisor a lower bound (at least)"


class BandsBroken(Problem):
    """The edges of a band table are not fixed amounts, and for this claim they leave a gap or overlap.
    ---
    分段的边界不是固定金额，对这次就诊算出来的边界有空缺或重叠。
    """

    name: str = ""
    code = "C514"
    zh: ClassVar[str] = "“{name}”各段的边界对这次就诊不相衔接"
    en: ClassVar[str] = "the bands of “{name}” leave a gap or overlap for this claim"
    hint_zh: ClassVar[str] = "检查边界里的算式，使各段由低到高依次衔接"
    hint_en: ClassVar[str] = "let the edges rise from band to band whatever the claim"


class NoValue(Exception):
    """None of the cases of `cases` fits; a layer that asks for the value does not apply."""

    def __init__(self, cases: p.Expr) -> None:
        super().__init__(getattr(cases, "name", ""))
        self.cases = cases
