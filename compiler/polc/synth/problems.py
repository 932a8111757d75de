"""What can keep persons and claims from being made up."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class NotInForce(Problem):
    """Claims are to be made up for a year in which the policy is not in force on any day: each would be refused.
    ---
    要为这个年度生成就诊，而政策在这一年里没有一天有效：每一行都会被拒绝。
    """

    year: int = 0
    code = "C681"
    zh: ClassVar[str] = "{year} 年度里政策没有一天有效"
    en: ClassVar[str] = "the policy is not in force on any day of the year {year}"
    hint_zh: ClassVar[str] = "换一个年度；不写 --year 就用政策施行的那一年或下一年"
    hint_en: ClassVar[str] = "choose another year; without --year it is the policy's first or the one after it"
