"""The cost parts of a claim: from those given to all five, in fen, adding up.

total = noncovered + overlimit + copay + inscope. One part that is missing follows from this; several are 0 if those
given already add up to the total. Nothing else is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from pol_lang.problem import Problem
from polc.arithmetic import yuan
from polc.claims.place import Place
from polc.claims.vocabulary import PARTS

BELOW_TOTAL = ("noncovered", "overlimit", "copay", "inscope")


class CostDoesNotAdd(Problem):
    """The parts of the cost do not add up to the total: wholly self-paid + above the price limit + first self-paid
    share + in scope = total cost. polc settles nothing that does not add up, as no fen may be without a bearer.
    ---
    费用各部分之和不等于总额：全自费 + 超限价自费 + 先行自付 + 政策范围内 = 医疗费总额。加不起来的费用不结算，
    因为每一分钱都要有人承担。
    """

    total: str = ""
    sum: str = ""
    difference: str = ""
    code = "C536"
    zh: ClassVar[str] = "各部分合计 {sum} 元，总额 {total} 元，相差 {difference} 元"
    en: ClassVar[str] = "the parts add up to {sum} yuan, the total is {total} yuan, the difference {difference} yuan"
    hint_zh: ClassVar[str] = "逐项核对；没有发生的部分写 0"
    hint_en: ClassVar[str] = "check each of them; a part that there is none of is 0"


class MissingTotal(Problem):
    """The total cost of the claim is not given, and it does not follow from the parts because some of them are
    missing too.
    ---
    没有医疗费总额；各部分也不齐，推算不出总额。
    """

    code = "C537"
    zh: ClassVar[str] = "没有医疗费总额"
    en: ClassVar[str] = "the total cost is not given"
    hint_zh: ClassVar[str] = "写上 医疗费总额（medfee_sumamt）"
    hint_en: ClassVar[str] = "give total_cost (medfee_sumamt)"


class MissingParts(Problem):
    """Several parts of the cost are missing, and those given do not make up the total: how the rest is divided among
    the missing parts cannot be known.
    ---
    费用有几部分没有给，已给的又不等于总额：差额怎样分到这几部分无从得知。
    """

    missing_zh: tuple[str, ...] = ()
    missing_en: tuple[str, ...] = ()
    sum: str = ""
    total: str = ""
    difference: str = ""
    code = "C538"
    zh: ClassVar[str] = "已给的各部分合计 {sum} 元，比总额 {total} 元少 {difference} 元，{missing_zh}都没有给"
    en: ClassVar[str] = (
        "the parts given add up to {sum} yuan, {difference} yuan less than the total {total}; {missing_en} are missing"
    )
    hint_zh: ClassVar[str] = "给出这些部分，没有发生的写 0；只缺一部分时可以推算"
    hint_en: ClassVar[str] = "give these parts, 0 where there is none; a single missing part is worked out"


def complete_parts(given: Mapping[str, int], place: Place) -> dict[str, int] | Problem:
    """All five parts in fen from those given, or the problem with them."""
    missing = [part for part in BELOW_TOTAL if part not in given]
    below = sum(given.get(part, 0) for part in BELOW_TOTAL)
    if "total" not in given:
        return {"total": below, **given} if not missing else MissingTotal(where=str(place))
    total = given["total"]
    rest = total - below
    if rest < 0 or (rest > 0 and not missing):
        return CostDoesNotAdd(where=str(place), total=yuan(total), sum=yuan(below), difference=yuan(abs(rest)))
    if rest > 0 and len(missing) > 1:
        return MissingParts(
            where=str(place), sum=yuan(below), total=yuan(total), difference=yuan(rest),
            missing_zh=tuple(f"{PARTS[part][0]}（{_field(part)}）" for part in missing),
            missing_en=tuple(f"{PARTS[part][-1]} ({_field(part)})" for part in missing),
        )  # fmt: skip
    return {**dict.fromkeys(missing, rest), **given}


def _field(part: str) -> str:
    """The platform's field of a part."""
    return next(name for name in PARTS[part] if name.endswith(("_amt", "_selfpay")))
