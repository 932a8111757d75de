"""What there is to say against a table of claims as a whole."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class OutsidePeriods(Problem):
    """Many claims are of persons for whom identities are listed, none of which is held on the day of the claim: they
    are settled as for persons without any. That may be right, or the periods may be wrong.
    ---
    许多就诊的参保人列有身份，但就诊当天都不在有效期内：按没有任何身份结算。可能确实如此，也可能是有效期写错了。
    """

    count: int = 0
    code = "C690"
    severity = "warning"
    zh: ClassVar[str] = "{count} 次就诊当天，所列身份都不在有效期内，按无身份结算"
    en: ClassVar[str] = (
        "on the day of {count} claims none of the identities listed is held: settled as for persons without any"
    )
    hint_zh: ClassVar[str] = "当天应有身份的，改正身份的起止日期"
    hint_en: ClassVar[str] = "mend the dates of the identity if it is held on that day"


class PersonsNeeded(Problem):
    """Identities decide what is paid, but neither a table of persons was given nor a column of identities in the table
    of claims, and nobody can be told from somebody without any identity.

    Give the persons with `--persons`, or each claim's identities in a column `psn_idet_type` (several of them with
    “、” between); leave the cell empty for somebody without any.
    ---
    身份决定支付多少，但没有给参保人表，就诊表里也没有身份这一列，分不出谁没有身份、谁漏了身份。

    用 `--persons` 给参保人表，或者在就诊表的 `psn_idet_type` 列写上就诊时的身份（有几种时用“、”隔开）；没有身份的
    留空。
    """

    code = "C610"
    zh: ClassVar[str] = "没有参保人表，就诊表里也没有身份（psn_idet_type）这一列"
    en: ClassVar[str] = "neither a table of persons nor a column of identities (psn_idet_type) in the claims is given"
    hint_zh: ClassVar[str] = "用 --persons 给参保人表，或者在就诊表里加上 psn_idet_type 一列"
    hint_en: ClassVar[str] = "give --persons, or add a column psn_idet_type to the claims"


class ListOfPolicies(Problem):
    """Two policies are compared, not lists of several by division and date, as `polc settle` takes them: every row has
    to be settled by the same one on each side.

    Compare the policies of a list one by one, each over the claims it is for.
    ---
    比较的是两个政策，不是 `polc settle` 那样按区划和日期列出的几个政策：同一边的每一行要按同一个政策结算。

    请把列表里的政策逐个比较，各用它所管的就诊。
    """

    code = "C701"
    zh: ClassVar[str] = "这里要一个政策，这是列出几个政策的文件"
    en: ClassVar[str] = "one policy is wanted here, this is a list of some"
    hint_zh: ClassVar[str] = "写列表里的一个政策，和它所管的就诊"
    hint_en: ClassVar[str] = "name one policy of the list, and the claims it is for"
