"""Problems of tables and bands."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class TableShape(Problem):
    """A row of a table has too few or too many cells for its keys and columns, or a column is unknown.
    ---
    表的这一行与表头的栏数不符，或没有这一栏。
    """

    found: int = 0
    want: int = 0
    columns: tuple[str, ...] = ()
    code = "S401"
    zh: ClassVar[str] = "这一行有 {found} 格，应有 {want} 格"
    en: ClassVar[str] = "this row has {found} cells; it should have {want}"
    hint_zh: ClassVar[str] = "每一行依次写：{columns}"
    hint_en: ClassVar[str] = "each row has in this order: {columns}"


class RowMissing(Problem):
    """A table by a fact has no row for one of the fact's values and no row for the rest: a claim with that value would
    silently get nothing.
    ---
    按事实取值的表缺少某个取值的行，又没有“其他”行：遇到时会没有结果。
    """

    missing: tuple[str, ...] = ()
    code = "S402"
    zh: ClassVar[str] = "表里没有“{missing}”的行"
    en: ClassVar[str] = "the table has no row for “{missing}”"
    hint_zh: ClassVar[str] = "补上这些行，或加一行“其他”"
    hint_en: ClassVar[str] = "add the rows, or a row `otherwise`"


class BandGap(Problem):
    """Between two bands, below the first or above the last, there are amounts that no band covers. A single edge that
    neither neighbour includes is a gap as well.
    ---
    分段之间（或首段之前、末段之后）有没有覆盖到的金额；边界两边都不含也算。
    """

    lower: str = ""
    upper: str = ""
    code = "S403"
    zh: ClassVar[str] = "{lower} 到 {upper} 之间没有分段"
    en: ClassVar[str] = "no band covers {lower} to {upper}"
    hint_zh: ClassVar[str] = "补上这一段；最后一段写“超过 …”，不设上限"
    hint_en: ClassVar[str] = "add the band; the last one is written `above …` without an upper edge"


class BandOverlap(Problem):
    """Two bands cover the same amounts, or both include the edge between them.
    ---
    两段重叠，或两段都含同一个边界。
    """

    lower: str = ""
    upper: str = ""
    code = "S404"
    zh: ClassVar[str] = "{lower} 到 {upper} 落在两段里"
    en: ClassVar[str] = "{lower} to {upper} is in two bands"
    hint_zh: ClassVar[str] = "一边写“不超过”（含），另一边写“超过”（不含）"
    hint_en: ClassVar[str] = "write `up to` (includes) on one side and `above` (excludes) on the other"


class EmptyBand(Problem):
    """A band ends before it starts.
    ---
    这一段的上边界不大于下边界。
    """

    code = "S405"
    zh: ClassVar[str] = "这一段是空的：上边界不大于下边界"
    en: ClassVar[str] = "this band is empty: it ends before it starts"
    hint_zh: ClassVar[str] = "对调两个边界，或者改正"
    hint_en: ClassVar[str] = "swap the two edges, or mend them"


class BandAfterLast(Problem):
    """A band stands after one that has no upper edge.
    ---
    没有上边界的一段之后还有分段。
    """

    code = "S406"
    zh: ClassVar[str] = "前一段没有上边界，后面不能再有分段"
    en: ClassVar[str] = "the band before this one has no upper edge"
    hint_zh: ClassVar[str] = "给前一段写上“不超过 …”，只有最后一段没有上边界"
    hint_en: ClassVar[str] = "give the band before it an edge with `up to …`; only the last has none"


class RateAboveOne(Problem):
    """A rate above 100 %.
    ---
    支付比例超过了 100%。
    """

    rate: str = ""
    code = "S407"
    zh: ClassVar[str] = "支付比例 {rate} 超过了 100%"
    en: ClassVar[str] = "the rate {rate} is above 100%"
    hint_zh: ClassVar[str] = "检查小数点和百分号，例如 75%、0.75 都写成 75%"
    hint_en: ClassVar[str] = "check the decimal point and the percent sign: 75% and 0.75 are both written 75%"
