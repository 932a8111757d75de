"""What can be wrong with rows of a benefit year that is closed. Needs no library of the extra."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class YearClosed(Problem):
    """The row is of a benefit year that an earlier run closed (`--close-before`). The claims of closed years are not
    kept any more, so what the row and those after it come to cannot be worked out. It is refused and holds up nothing
    else.

    To take it in after all, go on from a state that was left before the year was closed, and close it again afterwards.
    ---
    这一行所在的待遇年度已经由以前的运行关闭（`--close-before`）。关闭的年度不再保留各次就诊，因此算不出这一行和它后面各行的
    结果。这一行不通过，也不影响其他行。

    确实要补算的，从关闭以前留下的状态重新接着结算，之后再关闭。
    """

    year: str = ""
    closed: str = ""
    code = "C686"
    zh: ClassVar[str] = "这一行属于 {year} 年度，{closed} 年度以前已经关闭"
    en: ClassVar[str] = "this row is of the year {year}, and the years before {closed} are closed"
    hint_zh: ClassVar[str] = "从关闭以前的状态重新接着结算，或者另行处理"
    hint_en: ClassVar[str] = "go on from a state from before the closing, or deal with it apart"


class ReversesClosed(Problem):
    """A row cancels a settlement (冲销), but none that is settled and of an open year fits. Years are closed
    (`--close-before`), and their claims not kept any more: if the settlement was of one of these, it cannot be taken
    back here.
    ---
    这一行是冲销，但开放的年度里没有与之对应的已结算记录。有的年度已经关闭（`--close-before`），不再保留各次就诊；原结算如果
    属于那些年度，就不能在这里冲销。
    """

    id: str = ""
    closed: str = ""
    code = "C687"
    zh: ClassVar[str] = "开放的年度里没有可以冲销的结算（{id}），{closed} 年度以前已经关闭"
    en: ClassVar[str] = "no settlement of an open year to reverse ({id}); the years before {closed} are closed"
    hint_zh: ClassVar[str] = "检查原结算编号；属于已关闭年度的，从关闭以前的状态重新接着结算，或者另行处理"
    hint_en: ClassVar[str] = (
        "check its number; of a closed year, go on from a state from before the closing, or deal with it apart"
    )
