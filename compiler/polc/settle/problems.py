"""What stands against settling a claim."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class OutOfForce(Problem):
    """A claim is of a day on which a document the policy rests on is not in force: before the day it takes effect (or
    is applied back to), or after its last day.

    Settle the claim with the policy that was in force on its day.
    ---
    就诊的日期不在政策所依据文件的施行期内：早于施行日（或追溯日），或者晚于失效日。

    请用当时施行的政策来结算。
    """

    document: str = ""
    date: str = ""
    force_zh: str = ""
    force_en: str = ""
    code = "C504"
    zh: ClassVar[str] = "{date} 不在“{document}”的施行期（{force_zh}）内"
    en: ClassVar[str] = "“{document}” is in force {force_en}, not on {date}"
    hint_zh: ClassVar[str] = "用当时施行的政策来结算"
    hint_en: ClassVar[str] = "settle it with the policy that was in force on that day"


class AmountTooLarge(Problem):
    """An amount of a claim is larger than any settlement can be (10¹⁵ fen).
    ---
    就诊数据里有一个金额，大到不可能是结算金额（10¹⁵ 分）。
    """

    name: str = ""
    code = "C506"
    zh: ClassVar[str] = "“{name}”的金额大得不合理"
    en: ClassVar[str] = "the amount of “{name}” is absurdly large"
    hint_zh: ClassVar[str] = "检查单位：数据里的金额以元为单位"
    hint_en: ClassVar[str] = "check the unit: amounts are given in yuan"


class StayNotSplit(Problem):
    """A stay lies in two benefit years, and the policy settles each part in its own year, but the claim was given as
    one. polc cannot know which cost arose before the turn of the year.

    Give two claims, the second with `continues` and the first one's number.
    ---
    住院跨了两个待遇年度，政策规定各段分别计入各自的年度，但数据只给了一次就诊。哪些费用发生在年度交界之前，
    系统无从得知。

    请分成两次就诊给出，第二次用 `continues` 注明第一次的编号。
    """

    start: str = ""
    end: str = ""
    code = "C507"
    zh: ClassVar[str] = "{start} 至 {end} 的住院跨待遇年度，政策规定分段计算，但没有分开给出"
    en: ClassVar[str] = "the stay from {start} to {end} crosses a year boundary and has to be given as two claims"
    hint_zh: ClassVar[str] = "分成两次就诊，第二次用“接续”注明第一次的编号"
    hint_en: ClassVar[str] = "give two claims, the second with `continues` and the number of the first"


class UnknownContinued(Problem):
    """A claim says that it goes on with another claim's stay, but no earlier claim of the person has that number.
    ---
    一次就诊注明是另一次住院的继续，但这位参保人之前没有那个编号的就诊。
    """

    id: str = ""
    code = "C508"
    zh: ClassVar[str] = "没有编号为“{id}”的在先就诊"
    en: ClassVar[str] = "there is no earlier claim “{id}”"
    hint_zh: ClassVar[str] = "检查编号；被接续的就诊要写在前面"
    hint_en: ClassVar[str] = "check the id; the claim it continues comes before it"


class OutOfOrder(Problem):
    """A claim is of an earlier day than the one before it. What a year's accumulators hold depends on the order, so
    claims of a person are settled in order of their dates.
    ---
    一次就诊的日期早于前一次。年度累计与次序有关，同一参保人的就诊要按日期先后结算。
    """

    date: str = ""
    before: str = ""
    code = "C509"
    zh: ClassVar[str] = "{date} 的就诊排在 {before} 之后"
    en: ClassVar[str] = "a claim of {date} comes after one of {before}"
    hint_zh: ClassVar[str] = "按日期先后排列"
    hint_en: ClassVar[str] = "put the claims in order of their dates"


class UnknownAccumulator(Problem):
    """What was accumulated earlier is given under a name that the policy does not accumulate.
    ---
    “此前累计”里给出的名称，政策没有这样的累计数。
    """

    key: str = ""
    code = "C510"
    zh: ClassVar[str] = "政策没有名为“{key}”的累计数"
    en: ClassVar[str] = "the policy accumulates nothing named “{key}”"
    hint_zh: ClassVar[str] = '累计数写作 保障层.种类，例如 "大病保险.paid"；polc plan 列出全部'
    hint_en: ClassVar[str] = 'a running sum is written LAYER.KIND, for example "大病保险.paid"; polc plan lists all'


class PartsDoNotAdd(Problem):
    """The cost parts of a claim do not add up to its total, one is missing, or one is negative.

    The total is what is wholly out of the catalogue, above price limits, the first self-paid share and what is in the
    policy's scope, together.
    ---
    就诊的各费用部分相加不等于总额，或者缺了某一部分，或者有负数。

    总额＝全自费＋超限价自费＋先行自付＋政策范围内。
    """

    total: str = ""
    sum: str = ""
    code = "C512"
    zh: ClassVar[str] = "各费用部分合计 {sum} 元，总额 {total} 元，不相符"
    en: ClassVar[str] = "the cost parts add up to {sum} yuan, the total is {total} yuan"
    hint_zh: ClassVar[str] = "改正其中一项，使各部分之和等于总额"
    hint_en: ClassVar[str] = "mend one of them, so that the parts add up to the total"


class LaterPeriod(Problem):
    """A claim belongs to an earlier year or month than the accumulators given with the person already stand in.
    ---
    就诊所属的年度或月份，早于参保人的累计数已到达的年度或月份。
    """

    period: str = ""
    reached: str = ""
    code = "C513"
    zh: ClassVar[str] = "就诊属于 {period}，而累计数已到 {reached}"
    en: ClassVar[str] = "the claim belongs to {period}, but the accumulators have reached {reached}"
    hint_zh: ClassVar[str] = "按就诊所属的期间先后结算"
    hint_en: ClassVar[str] = "settle claims in order of the periods they belong to"
