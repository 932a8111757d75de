"""What can be wrong with tables of cost items. Needs no library of the extra."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class NoItems(Problem):
    """The policy looks at cost items (明细), but the run was given no table of them: every claim is settled as having
    none.
    ---
    政策要看费用明细，但没有给明细表：每次就诊都按没有明细结算。
    """

    code = "C676"
    severity = "warning"
    zh: ClassVar[str] = "政策要看费用明细，没有给明细表，按没有明细结算"
    en: ClassVar[str] = "the policy looks at cost items, none are given: claims are settled as having none"
    hint_zh: ClassVar[str] = "用 --items 给出明细表"
    hint_en: ClassVar[str] = "give the table of items with --items"


class ItemsMissing(Problem):
    """The table of cost items has none for this claim, although the claim has a cost. Settled without its items it
    would be paid wrongly without anybody noticing.
    ---
    明细表里没有这次就诊的明细，而这次就诊有费用。不带明细结算会算错而无人察觉。
    """

    code = "C677"
    zh: ClassVar[str] = "明细表里没有这次就诊的明细"
    en: ClassVar[str] = "the table of items has none for this claim"
    hint_zh: ClassVar[str] = "补上这次就诊的明细，核对结算编号"
    hint_en: ClassVar[str] = "add the items of this claim; check the number it has in both tables"


class ItemsDoNotAdd(Problem):
    """The amounts of the cost items of a claim do not add up to what the claim says: items are missing or there are too
    many, or an amount is wrong. The total is compared with `det_item_fee_sumamt`; the other parts of the cost are
    compared where the table of items has a column for them.
    ---
    一次就诊的明细金额之和与就诊所写的不同：明细缺了、多了，或者金额写错。总额与 `det_item_fee_sumamt` 之和比较；明细表
    有其他各部分的列时，也分别比较。
    """

    part_zh: str = ""
    part_en: str = ""
    sum: str = ""
    claimed: str = ""
    code = "C678"
    zh: ClassVar[str] = "明细的{part_zh}合计 {sum} 元，就诊写的是 {claimed} 元"
    en: ClassVar[str] = "the items add up to {sum} yuan ({part_en}), the claim says {claimed} yuan"
    hint_zh: ClassVar[str] = "核对明细和就诊的金额"
    hint_en: ClassVar[str] = "compare the amounts of the items with those of the claim"


class ItemRefused(Problem):
    """A cost item of the claim was refused, so the claim is not settled: without the item it would come to something
    else.
    ---
    这次就诊的一条明细没有通过，因此整次就诊不结算：缺了这一条，结果会不同。
    """

    item: str = ""
    item_code: str = ""
    code = "C679"
    zh: ClassVar[str] = "这次就诊的一条明细（{item}）没有通过（{item_code}）"
    en: ClassVar[str] = "a cost item of this claim ({item}) was refused ({item_code})"
    hint_zh: ClassVar[str] = "改正这条明细，重新结算"
    hint_en: ClassVar[str] = "mend the item and settle the claim again"


class ItemTwice(Problem):
    """Two cost items of a claim have the same number (`feedetl_sn`). A mere copy is left out and counts for nothing;
    where the two differ, nobody knows which one is right, and the claim is refused.

    Without a column of numbers, equal rows are two items: the same drug is given on two days. Rows that were doubled by
    mistake are found by their sum.
    ---
    一次就诊有两条明细的流水号（`feedetl_sn`）相同。完全一样的，第二条不计；不一样的，不知道哪条对，整次就诊不结算。

    没有流水号一列时，一样的两行就是两条明细（同一种药可以用两天）；误重复的明细会因合计不符而发现。
    """

    id: str = ""
    first: str = ""
    code = "C680"
    zh: ClassVar[str] = "明细流水号“{id}”用过了（{first}）"
    en: ClassVar[str] = "the item number “{id}” has been used before ({first})"
    hint_zh: ClassVar[str] = "删去重复的明细，或者改正流水号"
    hint_en: ClassVar[str] = "remove the second item, or mend its number"


class ItemWithoutClaim(Problem):
    """A cost item belongs to no row of the table of claims: it has no number, or none of the rows has that number.
    ---
    明细不属于就诊表的任何一行：没有写编号，或者就诊表里没有这个编号。
    """

    id: str = ""
    code = "C682"
    zh: ClassVar[str] = "就诊表里没有这条明细所属的就诊（{id}）"
    en: ClassVar[str] = "the table of claims has no row for this item ({id})"
    hint_zh: ClassVar[str] = "核对明细和就诊的结算编号"
    hint_en: ClassVar[str] = "check the numbers of the settlement in both tables"


class ItemOfRefusedClaim(Problem):
    """The item may be in order, but its claim was refused. It stands among the refused items so that claim and items
    can be mended and sent again together.
    ---
    这条明细本身可能没有问题，但所属的就诊没有通过。列在这里，便于改正以后连同就诊一起重新结算。
    """

    claim: str = ""
    claim_code: str = ""
    code = "C683"
    zh: ClassVar[str] = "所属的就诊（{claim}）没有通过（{claim_code}）"
    en: ClassVar[str] = "its claim ({claim}) was refused ({claim_code})"
    hint_zh: ClassVar[str] = "改正就诊，连同明细重新结算"
    hint_en: ClassVar[str] = "mend the claim and send it again with its items"


class ItemsOfSeveral(Problem):
    """Cost items are joined by the number of the visit, and several settlements of the table belong to that visit: it
    cannot be told which items belong to which. Give items the number of the settlement (`setl_id`).
    ---
    明细按就诊ID对应，而就诊表里有好几次结算属于这次就诊：不知道哪条明细属于哪次结算。请在明细表里给出 `setl_id`。
    """

    visit: str = ""
    count: int = 0
    code = "C684"
    zh: ClassVar[str] = "就诊“{visit}”有 {count} 次结算，明细分不清"
    en: ClassVar[str] = "the visit “{visit}” has {count} settlements: its items cannot be divided among them"
    hint_zh: ClassVar[str] = "在明细表里加 setl_id 一列"
    hint_en: ClassVar[str] = "add a column setl_id to the table of items"


class ItemOfOtherPerson(Problem):
    """A cost item names another person than its claim does.
    ---
    明细所写的人员编号与所属就诊的不同。
    """

    found: str = ""
    person: str = ""
    code = "C685"
    zh: ClassVar[str] = "明细是“{found}”的，而就诊是“{person}”的"
    en: ClassVar[str] = "the item is that of “{found}”, its claim that of “{person}”"
    hint_zh: ClassVar[str] = "核对人员编号和结算编号"
    hint_en: ClassVar[str] = "check the numbers of the person and of the settlement"
