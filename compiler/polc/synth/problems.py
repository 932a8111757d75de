"""What can keep persons and claims from being made up. Needs no library of the extra."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class MakingMissing(Problem):
    """Tables of claims are made with numpy and pyarrow, which are an extra: most uses of polc need neither.

        pip install 'polc[batch]'
    ---
    生成就诊表用 numpy 和 pyarrow，没有安装。多数用途用不到它们，所以是可选的。

        pip install 'polc[batch]'
    """

    module: str = ""
    code = "C680"
    zh: ClassVar[str] = "生成就诊表需要“{module}”，没有安装"
    en: ClassVar[str] = "making tables needs “{module}”, which is not installed"
    hint_zh: ClassVar[str] = "安装：pip install 'polc[batch]'"
    hint_en: ClassVar[str] = "install it: pip install 'polc[batch]'"


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
