"""Problems of how a policy's statements fit together: layers, tilts, caps, packages, requirements."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class TwoBenefits(Problem):
    """Two layers pay on the same cost and the later one does not take off what the earlier one paid: the same fen would
    be paid twice.
    ---
    两层都按同一笔费用支付，而后一层没有减去前一层的支付：同一分钱会付两次。
    """

    layer: str = ""
    earlier: str = ""
    code = "S410"
    zh: ClassVar[str] = "“{layer}”的基数没有减去“{earlier}”已支付的部分"
    en: ClassVar[str] = "the base of “{layer}” does not take off what “{earlier}” paid on the same cost"
    hint_zh: ClassVar[str] = "在基数里写 - {earlier}，或用“余额 …”"
    hint_en: ClassVar[str] = "write - {earlier} in the base, or use `remaining …`"


class NoBase(Problem):
    """A layer does not say what it counts from.
    ---
    保障层没有写基数。
    """

    layer: str = ""
    code = "S411"
    zh: ClassVar[str] = "“{layer}”没有基数"
    en: ClassVar[str] = "“{layer}” has no base"
    hint_zh: ClassVar[str] = "写一行，例如 基数 余额 政策范围内费用"
    hint_en: ClassVar[str] = "add a line, for example: base remaining eligible_cost"


class StepOrder(Problem):
    """A step of a layer stands where it can have no effect: a deductible after the payment, a rounding before it.
    ---
    保障层里这一步的位置不起作用，例如起付线写在支付比例之后。
    """

    step: str = ""
    other: str = ""
    code = "S412"
    zh: ClassVar[str] = "“{step}”写在“{other}”之后，不起作用"
    en: ClassVar[str] = "“{step}” stands after “{other}” and has no effect there"
    hint_zh: ClassVar[str] = "书写次序就是执行次序；把它移到前面"
    hint_en: ClassVar[str] = "written order is execution order; move it up"


class StepTwice(Problem):
    """A layer has the same step twice.
    ---
    同一步写了两次。
    """

    step: str = ""
    code = "S413"
    zh: ClassVar[str] = "“{step}”写了两次"
    en: ClassVar[str] = "“{step}” is written twice"
    hint_zh: ClassVar[str] = "只留一个；不同情形写在同一行里：值 适用于 条件, 值 其他"
    hint_en: ClassVar[str] = "keep one; different cases go into one line: value for condition, value otherwise"


class TiltAboveOne(Problem):
    """With a tilt, a rate would pass 100 %.
    ---
    加上倾斜后，支付比例会超过 100%。
    """

    rate: str = ""
    tilted: str = ""
    code = "S414"
    zh: ClassVar[str] = "{rate} 加上这项倾斜是 {tilted}，超过 100%"
    en: ClassVar[str] = "{rate} with this tilt is {tilted}, more than 100%"
    hint_zh: ClassVar[str] = "改成 支付比例 = 100%，或者对照文件改百分点"
    hint_en: ClassVar[str] = "write rate = 100%, or see the points in the document"


class NothingPays(Problem):
    """A layer has no step that pays.
    ---
    保障层里没有决定支付额的一步。
    """

    layer: str = ""
    code = "S415"
    zh: ClassVar[str] = "“{layer}”没有写支付多少"
    en: ClassVar[str] = "“{layer}” does not say what it pays"
    hint_zh: ClassVar[str] = "写 支付比例、分段、支付 或 补足至"
    hint_en: ClassVar[str] = "write a rate, bands, pay or top up to"


class OverflowNowhere(Problem):
    """What lies above a cap is to flow to a layer that does not take it in: it stands earlier, or its base does not
    read the remaining cost.
    ---
    封顶线以上的部分要转入的保障层没有接住它：那一层在前面，或它的基数没有用到这部分费用。
    """

    layer: str = ""
    target: str = ""
    code = "S416"
    zh: ClassVar[str] = "“{layer}”封顶线以上的部分没有流入“{target}”"
    en: ClassVar[str] = "what is above the cap of “{layer}” does not reach “{target}”"
    hint_zh: ClassVar[str] = "“{target}”要排在后面，基数写 余额 … 或 溢出费用({layer})"
    hint_en: ClassVar[str] = "“{target}” must stand later, with a base of remaining … or overflow({layer})"


class Incomplete(Problem):
    """A control, package, alert, subsidy or target lacks a line without which it says nothing.
    ---
    语句缺了必需的一行。
    """

    name: str = ""
    missing_zh: str = ""
    missing_en: str = ""
    code = "S417"
    zh: ClassVar[str] = "“{name}”缺少：{missing_zh}"
    en: ClassVar[str] = "“{name}” lacks: {missing_en}"
    hint_zh: ClassVar[str] = "在“{name}”下面补上"
    hint_en: ClassVar[str] = "add it below “{name}”"


class RatesFall(Problem):
    """The file requires that rates never fall from band to band, and here one does.
    ---
    文件要求各段比例不下降，但这里降了。
    """

    before: str = ""
    after: str = ""
    code = "S418"
    zh: ClassVar[str] = "支付比例从 {before} 降到 {after}"
    en: ClassVar[str] = "the rate falls from {before} to {after}"
    hint_zh: ClassVar[str] = "对照文件；确实下降的，删去这条要求"
    hint_en: ClassVar[str] = "see the document; if they do fall, remove this requirement"


class NeedsPart(Problem):
    """A cost part (or a sum of cost parts) is wanted here.
    ---
    这里要一个费用部分或几个费用部分之和。
    """

    name: str = ""
    code = "S419"
    zh: ClassVar[str] = "“{name}”不是费用部分"
    en: ClassVar[str] = "“{name}” is not a cost part"
    hint_zh: ClassVar[str] = (
        "费用部分有：全自费费用、超限价自费费用、先行自付费用、政策范围内费用，或用“定义”写它们的和"
    )
    hint_en: ClassVar[str] = (
        "cost parts: noncovered_cost, overlimit_cost, copay_cost, eligible_cost, or a `define` that adds them"
    )


class NeedsConstant(Problem):
    """A value must be fixed by the policy here: it cannot depend on the claim.
    ---
    这里的值必须由政策固定，不能随就诊变化。
    """

    code = "S431"
    zh: ClassVar[str] = "这里要一个固定的数"
    en: ClassVar[str] = "a fixed number is wanted here"
    hint_zh: ClassVar[str] = "写一个数，不写随就诊变化的名称或算式"
    hint_en: ClassVar[str] = "write a figure, not a name or formula that changes from claim to claim"


class CopayContradiction(Problem):
    """The file reads the first self-paid share inside the bases, and this base leaves it out.
    ---
    口径写明先行自付计入基数，但这个基数没有计入。
    """

    layer: str = ""
    code = "S432"
    zh: ClassVar[str] = "口径是先行自付计入基数，“{layer}”的基数里却没有它"
    en: ClassVar[str] = "the reading puts the copay inside, but the base of “{layer}” leaves it out"
    hint_zh: ClassVar[str] = "在基数里写 + 先行自付费用"
    hint_en: ClassVar[str] = "write + copay_cost in the base"


class OpenDeadline(Problem):
    """A payment due counts from something that is neither a date fact nor an earlier payment of the same route.
    ---
    应付款项的起算日不是日期事实，也不是同一流程里前面的款项。
    """

    name: str = ""
    code = "S433"
    zh: ClassVar[str] = "“{name}”不是日期，也不是前面的应付款项"
    en: ClassVar[str] = "“{name}” is neither a date nor an earlier payment"
    hint_zh: ClassVar[str] = "写日期事实（如 结算日期），或者前面某一笔“应付”的名称"
    hint_en: ClassVar[str] = "write a fact that is a date (settlement_date, say), or the name of an earlier `due`"


class CutTooLate(Problem):
    """A statement that takes cost away (a package, an exclusion, a first self-paid share) stands after a layer that has
    already paid on that cost. A local file's statements come after its parent's, so there it has to say its place.
    ---
    去掉一部分费用的语句（病种包干、不予支付、先行自付）排在已经按这部分费用支付的保障层之后。地方文件的语句排在上级
    文件之后，所以要写明位置。
    """

    name: str = ""
    layer: str = ""
    code = "S434"
    zh: ClassVar[str] = "“{name}”排在“{layer}”之后，那时费用已经支付"
    en: ClassVar[str] = "“{name}” stands after “{layer}”, which has paid on that cost by then"
    hint_zh: ClassVar[str] = "移到那一层前面，或在名称后面写 先于 {layer}"
    hint_en: ClassVar[str] = "move it up, or write after its name: before {layer}"


class NothingToChange(Problem):
    """A tilt or adjustment changes a term that the layer does not have, so it would silently do nothing. Of caps only
    `cap payment` can be changed.
    ---
    倾斜或调整要改变的一项，这一层里没有，写了也不起作用。封顶线只能改“封顶线 支付额”。
    """

    layer: str = ""
    term_zh: str = ""
    term_en: str = ""
    code = "S435"
    zh: ClassVar[str] = "“{layer}”没有“{term_zh}”可改"
    en: ClassVar[str] = "“{layer}” has no `{term_en}` to change"
    hint_zh: ClassVar[str] = "在这一层写上“{term_zh}”，或者删去这一行"
    hint_en: ClassVar[str] = "give the layer `{term_en}`, or leave this line out"


class NotAlongBase(Problem):
    """The file says what shows how much of a deductible is met, the cost so far or the deductions so far, and the
    deductible is taken in another way: anew on each claim, or from its own count because the base does not run over
    the same period.
    ---
    文件写了起付线按累计费用还是按累计扣除，但起付线不是这样扣的：每次重新扣，或者基数不在同一期间累计，起付线自己记数。
    """

    word_zh: str = ""
    word_en: str = ""
    code = "S438"
    zh: ClassVar[str] = "“{word_zh}”在这里不起作用：基数没有在起付线的期间里累计"
    en: ClassVar[str] = "“{word_en}” has no effect here: the base does not run over the deductible's period"
    hint_zh: ClassVar[str] = "删去这几个字，或者在基数后面写上与起付线相同的期间，例如 每年"
    hint_en: ClassVar[str] = "leave the words out, or give the base the deductible's period, for example per year"


class SharesDoNotAdd(Problem):
    """The shares of those who pay a subsidy are percentages that do not add up to 100 %: a part of the subsidy would
    have no payer, or the parts would be stretched without a word.
    ---
    参保资助各方的分担比例加起来不是 100%：有一部分没有人出，或者各方的比例会被悄悄放大、缩小。
    """

    sum: str = ""
    code = "S440"
    zh: ClassVar[str] = "各方分担比例合计 {sum}，不是 100%"
    en: ClassVar[str] = "the shares add up to {sum}, not to 100%"
    hint_zh: ClassVar[str] = "对照文件改正，使合计为 100%；按几比几分担的，写份数，例如 省财政 4、市财政 3、县财政 3"
    hint_en: ClassVar[str] = (
        "mend them after the document; shares in proportion are written as numbers: province 4, city 3, county 3"
    )


class NothingForOthers(Problem):
    """A deductible or cap has cases and does not say what holds for everybody else. “Not named” is read as “no
    deductible” or “no cap”, but a layer without a value for a person would not apply to that person at all.
    ---
    起付线或封顶线分了情形，却没有说其余的人怎么算。读的人会当作“没有起付线”“不设封顶线”，但没有值的保障层对他们整层
    不适用。
    """

    layer: str = ""
    term: str = ""
    code = "S436"
    zh: ClassVar[str] = "“{layer}”的{term}没有说其余的人怎么算"
    en: ClassVar[str] = "{term} of “{layer}” does not say what holds for everybody else"
    hint_zh: ClassVar[str] = "在末尾加“, 数额 其他”；没有起付线写 0元 其他\n不设封顶线的人写：取消 适用于 这些人"
    hint_en: ClassVar[str] = (
        "add `, amount otherwise`; where there is no deductible write 0元 otherwise\n"
        "for those without a cap write: none for them"
    )
