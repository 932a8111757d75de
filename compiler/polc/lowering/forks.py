"""The choices that real documents leave open and the compiler asks for, each with what it would pay.

Every problem here names the choices in the author's words and shows the amounts on a small example, worked out from the
author's own figures where they are constant.
"""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from attrs import frozen

from pol_lang.problem import Problem
from polc.lowering.folding import constant
from polc.plan import BandTable

Number = int | Fraction


class CapObject(Problem):
    """A cap can limit what the layer pays or the eligible cost it counts; the two pay differently.
    ---
    封顶线可以封支付额，也可以封计入的费用额，结果不同，必须写明。
    """

    limit: str = ""
    total: str = ""
    payment: str = ""
    cost: str = ""
    code = "S420"
    zh: ClassVar[str] = "封顶线封的是支付额还是费用额？"
    en: ClassVar[str] = "does this cap limit the payment or the eligible cost?"
    hint_zh: ClassVar[str] = (
        "以费用 {total}、比例 60% 为例：写“封顶线 支付额”支付 {payment}\n写“封顶线 费用额”支付 {cost}"
    )
    hint_en: ClassVar[str] = "for a cost of {total} at 60%: `cap payment` pays {payment}\n`cap cost` pays {cost}"


class HowOften(Problem):
    """A deductible or cap holds per admission, per year or for life; the file says which.
    ---
    起付线、封顶线是每次、每年还是终身，必须写明。
    """

    what_zh: str = ""
    what_en: str = ""
    admission: str = ""
    year: str = ""
    code = "S421"
    zh: ClassVar[str] = "{what_zh}是每次还是每年？"
    en: ClassVar[str] = "does this {what_en} hold per admission or per year?"
    hint_zh: ClassVar[str] = "一年两次就诊，合计：写“每次”为 {admission}\n写“每年”为 {year}"
    hint_en: ClassVar[str] = "over two claims in a year, in all: `per admission` {admission}\n`per year` {year}"


class BandCoordinates(Problem):
    """The same band table can be laid over what is above the deductible, or over the cost itself with the deductible
    cut out of the lowest bands. Worked examples of both kinds are published.
    ---
    同一张分段表，可以按起付线以上部分分段，也可以按费用本身分段、从最低段扣除起付线。两种做法都有公开的算例。
    """

    amount: str = ""
    excess: str = ""
    base: str = ""
    code = "S422"
    zh: ClassVar[str] = "分段按费用本身，还是按起付线以上部分？"
    en: ClassVar[str] = "are these bands laid over the cost itself or over what is above the deductible?"
    hint_zh: ClassVar[str] = "以费用 {amount} 为例：写“按起付线以上”支付 {excess}\n写“按费用本身”支付 {base}"
    hint_en: ClassVar[str] = "for a cost of {amount}: `over excess` pays {excess}\n`over base` pays {base}"


class BandMode(Problem):
    """Bands can be progressive (each part of the amount at its own rate) or apply one rate to the whole amount.
    ---
    分段可以是累进的（各段分别计算），也可以是全额套档（全部金额按所在档）。
    """

    amount: str = ""
    progressive: str = ""
    whole: str = ""
    code = "S423"
    zh: ClassVar[str] = "各段分别计算，还是全额按所在档计算？"
    en: ClassVar[str] = "does each band pay for its part, or the reached band for the whole amount?"
    hint_zh: ClassVar[str] = "以费用 {amount} 为例：写“分段累进”支付 {progressive}\n写“全额套档”支付 {whole}"
    hint_en: ClassVar[str] = "for a cost of {amount}: `progressive` pays {progressive}\n`whole amount` pays {whole}"


class CopayInBase(Problem):
    """A base that starts from the eligible cost may or may not take in the first self-paid share (乙类先行自付). Basic
    insurance leaves it out; of every layer that another fund pays it is asked, also where it is the only layer.
    ---
    以政策范围内费用为起点的基数，先行自付费用计不计入，必须写明。基本医保不计入；由其他资金支付的保障层都要写明，只有这一层
    时也一样。
    """

    layer: str = ""
    inside: str = ""
    outside: str = ""
    code = "S424"
    zh: ClassVar[str] = "“{layer}”的基数里，先行自付费用计入不计入？"
    en: ClassVar[str] = "does the base of “{layer}” take in the copay (the share that the person bears first)?"
    hint_zh: ClassVar[str] = (
        "以政策范围内自付 20000 元、先行自付 2000 元、支付比例 60% 为例：\n"
        "不计入支付 {outside}：在“口径”里写 先行自付 不计入 基数\n"
        "计入支付 {inside}：在基数里写 + 先行自付费用"
    )
    hint_en: ClassVar[str] = (
        "for an eligible cost of 20000 yuan, a copay of 2000 yuan and a rate of 60%:\n"
        "outside pays {outside}: write `copay outside base` under `readings`\n"
        "inside pays {inside}: write + copay_cost in the base"
    )


class WhichYear(Problem):
    """A yearly amount needs the date that puts a stay into a year: admission, discharge or settlement. A stay over the
    turn of the year is counted differently.
    ---
    按年度累计时，要写明以哪个日期（入院、出院、结算）定年度；跨年住院的结果会不同。
    """

    code = "S425"
    zh: ClassVar[str] = "有按年度累计的待遇，但没有写明以哪个日期定年度"
    en: ClassVar[str] = "there are yearly amounts, but no date says which year a stay belongs to"
    hint_zh: ClassVar[str] = (
        "在“口径”里写一行，例如 年度 按 出院日期\n"
        "12月20日入院、次年1月5日出院，费用 20000 元、比例 60%，当年 10000 元起付线已满：\n"
        "按 出院日期 支付 6000元（次年的起付线从头计），按 入院日期 支付 12000元（当年的已满）"
    )
    hint_en: ClassVar[str] = (
        "add a line under `readings`, for example: year by discharge_date\n"
        "admitted 20 December, discharged 5 January, cost 20000 yuan at 60%, the year's deductible of 10000 yuan met:\n"
        "by discharge 6000元 (the new year's deductible starts anew), by admission 12000元 (the old year's is met)"
    )


class DerivedAmount(Problem):
    """A standard worked out from another (half of 6269 yuan) is not a whole number of yuan. Some places round it
    (3135), others use it as it is (3134.5).
    ---
    由另一标准折算出的数额不是整元（6269 元的一半）。有的地方取整（3135），有的不取整（3134.5）。
    """

    exact: str = ""
    rounded: str = ""
    code = "S426"
    zh: ClassVar[str] = "折算出的标准 {exact} 不是整元：取整还是不取整？"
    en: ClassVar[str] = "the derived amount {exact} is not a whole yuan: is it rounded?"
    hint_zh: ClassVar[str] = (
        "在“口径”里写 折算数额 不取整：起付线用 {exact}\n写 折算数额 取整到 1元 四舍五入：用 {rounded}"
    )
    hint_en: ClassVar[str] = (
        "under `readings`: `derived amounts exact` uses {exact}\n"
        "`derived amounts rounded to 1元 half up` uses {rounded}"
    )


class RepeatChain(Problem):
    """Factors of repeated admissions can chain (75 % of 50 %) or each be taken of the original deductible.
    ---
    多次住院的系数，可以逐次连乘，也可以都按原标准折算。
    """

    chained: str = ""
    original: str = ""
    code = "S427"
    zh: ClassVar[str] = "多次住院的系数逐次连乘，还是都按原标准？"
    en: ClassVar[str] = "do the factors of repeated admissions chain, or are all taken of the original?"
    hint_zh: ClassVar[str] = "最后一行的起付线：写“逐次连乘”为 {chained}\n写“均按原标准”为 {original}"
    hint_en: ClassVar[str] = "the deductible of the last line: `chained`: {chained}\n`of the original`: {original}"


class SeveralIdentities(Problem):
    """A person may hold several identities for which the policy has different terms. Which one counts has to be said:
    the best whole settlement, or the best of each term.
    ---
    一个人可能同时有几种身份，而政策对它们规定不同。要写明取哪一种：整体就高，还是逐项就高。
    """

    names: tuple[str, ...] = ()
    sample_zh: str = ""
    sample_en: str = ""
    code = "S428"
    zh: ClassVar[str] = "同时是“{names}”的人，按哪一种身份？"
    en: ClassVar[str] = "which identity counts for a person who is “{names}”?"
    hint_zh: ClassVar[str] = (
        "写“就高 按人员类别”：按每种身份整体各算一遍，取个人负担最少的\n"
        "写“就高 按待遇项目”：每一项待遇分别取最有利的值\n"
        "以自付 30000 元、大病 60% 为例，一种身份起付线 5000 元、救助 60%，另一种 10000 元、70%：\n"
        "按人员类别两层共支付 24600元，按待遇项目 25500元\n"
        "{sample_zh}"
    )
    hint_en: ClassVar[str] = (
        "`highest of identities`: settle whole once per identity, least left to the person wins\n"
        "`highest of items`: the best value of each term\n"
        "for 30000 yuan and serious-illness 60%, one identity with a deductible of 5000 and assistance of 60%, the "
        "other with 10000 and 70%:\nby identities both layers pay 24600元, by items 25500元\n"
        "{sample_en}"
    )


class SeveralTilts(Problem):
    """A layer has several tilts that may apply together; what then happens is written, never assumed.
    ---
    一层里有几项倾斜可能同时符合，要写明怎样处理。
    """

    layer: str = ""
    cost: str = ""
    deductible: str = ""
    rate: str = ""
    add: str = ""
    best: str = ""
    first: str = ""
    code = "S429"
    zh: ClassVar[str] = "“{layer}”的几项倾斜同时符合时怎样算？"
    en: ClassVar[str] = "what if several tilts of “{layer}” apply?"
    hint_zh: ClassVar[str] = (
        "以费用 {cost}、起付线 {deductible}、支付比例 {rate} 为例：写“多项倾斜 依次叠加”支付 {add}\n"
        "写“多项倾斜 只取最优”支付 {best}\n写“多项倾斜 只取首项”支付 {first}"
    )
    hint_en: ClassVar[str] = (
        "for a cost of {cost}, a deductible of {deductible} and a rate of {rate}: `tilts add up` pays {add}\n"
        "`tilts best only` pays {best}\n`tilts first only` pays {first}"
    )


class WhichClaims(Problem):
    """A yearly base of a layer with conditions: claims that do not meet them may or may not enter the running sum.
    ---
    有条件的保障层按年累计时，不符合条件的就诊计不计入累计，要写明。
    """

    layer: str = ""
    each: str = ""
    every: str = ""
    qualifying: str = ""
    code = "S430"
    zh: ClassVar[str] = "不符合“{layer}”条件的就诊，费用进不进累计？"
    en: ClassVar[str] = "do claims that do not qualify for “{layer}” enter its running sum?"
    hint_zh: ClassVar[str] = (
        "以两次自付各 {each}、只有第二次符合条件、起付线 10000 元、50% 为例：写“每年 全部就诊”，第二次支付 "
        "{every}\n"
        "写“每年 符合条件的就诊”，第二次支付 {qualifying}"
    )
    hint_en: ClassVar[str] = (
        "two claims with {each} each, only the second qualifies, deductible 10000 yuan, 50%: `per year every "
        "claim` pays {every} on the second\n"
        "`per year qualifying claims` pays {qualifying}"
    )


class MetBy(Problem):
    """A yearly deductible is not the same for all claims of a year: a tilt or adjustment changes it, it has cases, or
    it shrinks with the admissions. A person's terms can then change between two claims, because an identity begins or
    ends or because one stay was referred and another was not. How much of this claim's deductible is already met can
    be read in two ways: from the cost so far, held against this claim's deductible whatever earlier claims really took
    (`by cost so far`), or from what was really deducted so far, so that this claim takes what its deductible still
    lacks (`by deductions so far`).
    ---
    按年累计的起付线，一年里各次就诊不一样：有倾斜或调整改变它，它分情形，或者随住院次数降低。同一个人的两次就诊之间，
    标准就可能变：身份开始或者失效，一次转诊了、另一次没有。本次的起付线已经付了多少，有两种看法：看累计费用有没有超过
    本次的起付线，不管以前各次实际扣了多少（`按累计费用`）；或者看以前各次实际扣了多少，不足本次起付线的部分本次再扣
    （`按累计扣除`）。
    """

    layer: str = ""
    cost: str = ""
    rate: str = ""
    low: str = ""
    high: str = ""
    missing: str = ""
    by_cost: str = ""
    by_deductions: str = ""
    code = "S437"
    zh: ClassVar[str] = "“{layer}”的起付线各次就诊可能不同：已付多少，看累计费用，还是看实际扣除的数额？"
    en: ClassVar[str] = "the deductible of “{layer}” can differ between claims: what shows how much of it is met?"
    hint_zh: ClassVar[str] = (
        "以两次就诊各 {cost}、支付比例 {rate}、起付线第一次 {low}、第二次 {high} 为例，第二次支付：\n"
        "在期间后面写“按累计费用”为 {by_cost}：累计费用已超过 {high}，不再扣\n"
        "写“按累计扣除”为 {by_deductions}：实际只扣过 {low}，再扣 {missing}"
    )
    hint_en: ClassVar[str] = (
        "two claims of {cost} each at {rate}, the deductible {low} on the first and {high} on the second; the second "
        "pays:\n"
        "with `by cost so far` behind the period {by_cost}: the cost so far is above {high}, nothing more is taken\n"
        "with `by deductions so far` {by_deductions}: only {low} was really deducted, {missing} more are taken"
    )


class WhatCounts(Problem):
    """A layer applies only so often in a period. A claim on which its conditions held but nothing was paid (the
    deductible was not reached, nothing was left to the person) may use up one of the times or not.
    ---
    一层在一个期间里只有几次。条件成立但没有支付的就诊（没有超过起付线，或者已经没有个人负担），算不算一次，要写明。
    """

    layer: str = ""
    count: int = 1
    next: int = 2
    pays: str = ""
    code = "S439"
    zh: ClassVar[str] = "“{layer}”适用而没有支付的就诊，算不算一次？"
    en: ClassVar[str] = "does a claim on which “{layer}” applied and paid nothing count as one of its times?"
    hint_zh: ClassVar[str] = (
        "以前 {count} 次就诊适用而没有支付、第 {next} 次按规定支付 {pays} 为例，第 {next} 次：\n"
        "在末尾写“适用即计次”支付 0元\n写“支付才计次”支付 {pays}"
    )
    hint_en: ClassVar[str] = (
        "where claim {next} is the first that the layer would pay on, {pays}, and it applied on every one before, that "
        "claim gets:\nwith `counted when applied` at the end 0元\nwith `counted when paid` {pays}"
    )


@frozen
class BandSample:
    """A small example for a band table, in fen: a cost and what each reading pays on it."""

    cost: Number
    over_excess: Number
    over_base: Number
    whole: Number


def band_sample(table: BandTable, deductible: Number, over: str | None) -> BandSample | None:
    """An example that reaches the last band of a constant table, None where the table is not constant.

    `whole` is the whole-amount reading in the coordinates of `over` (excess where not said).
    """
    edges: list[tuple[Number, Number | None, Number]] = []
    for band in table.bands:
        lower, rate = constant(band.lower), constant(band.value)
        upper = constant(band.upper) if band.upper is not None else None
        if not isinstance(lower, (int, Fraction)) or not isinstance(rate, (int, Fraction)):
            return None
        edges.append((lower, upper if isinstance(upper, (int, Fraction)) else None, rate))
    if not edges:
        return None
    cost = deductible + edges[-1][0] + 2_000_000

    def pays(start: Number, end: Number) -> Number:
        total: Number = 0
        for lower, upper, rate in edges:
            top = end if upper is None else min(end, upper)
            total += max(0, top - max(start, lower)) * rate
        return total

    excess = cost - deductible
    coordinate = cost if over == "base" else excess
    reached = next((r for low, up, r in edges if low < coordinate and (up is None or coordinate <= up)), Fraction(0))
    return BandSample(cost, pays(0, excess), pays(deductible, cost), excess * reached)
