"""Why two plans cannot be compared in money over all costs; their clauses can be in any case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from pol_lang.problem import Problem
from polc import plan as p
from polc.diff.money import NotCompared

_UNITS: dict[p.Unit, tuple[str, str]] = {
    "money": ("金额", "an amount"), "ratio": ("比例", "a rate"), "points": ("百分点", "percentage points"),
    "number": ("数值", "a number"), "days": ("天数", "days"), "workdays": ("工作日", "working days"),
    "months": ("月数", "months"), "years": ("年数", "years"), "date": ("日期", "a date"),
    "month_day": ("月日", "a day of the year"), "text": ("文本", "text"), "bool": ("是否", "yes or no"),
    "choices": ("多选", "several choices"),
}  # fmt: skip


class FactOfOtherKind(Problem):
    """A fact of the same name is one kind of thing in the old policy and another in the new one: an amount here, yes or
    no there. No single case that asks for it can be settled under both, so such cases are not compared in money; the
    others and the clauses are.

    Give the fact of the new policy another name, or the old kind.
    ---
    两个政策里同名的事实不是同一类：一边是金额，另一边是“是否”。要用到它的情形，没有哪个能同时按两边结算，所以这些情形
    不比较金额；其他情形和条款照样比较。

    给新政策里的事实另起名称，或者改回原来的类型。
    """

    fact: str = ""
    old_zh: str = ""
    old_en: str = ""
    new_zh: str = ""
    new_en: str = ""
    code = "C611"
    severity = "warning"
    zh: ClassVar[str] = "“{fact}”在旧政策里是{old_zh}，在新政策里是{new_zh}"
    en: ClassVar[str] = "“{fact}” is {old_en} in the old policy and {new_en} in the new one"
    hint_zh: ClassVar[str] = "就这一项只能比较条款，不能比较金额"
    hint_en: ClassVar[str] = "for this fact only the rules can be compared, not the money"


class LeftOpen(Problem):
    """A policy leaves figures to be set locally, so nothing can be settled with it and money cannot be compared; its
    clauses are.

    Compare a local policy that implements it.
    ---
    政策里有由地方规定的数值，不能据以结算，因此不比较金额，只比较条款。

    可以改为比较落实它的地方政策。
    """

    policy: str = ""
    names: tuple[str, ...] = ()
    code = "C612"
    severity = "warning"
    zh: ClassVar[str] = "“{policy}”有留给地方规定的数值：{names}"
    en: ClassVar[str] = "“{policy}” leaves figures to be set locally: {names}"
    hint_zh: ClassVar[str] = "比较落实它的地方政策，才能比较金额"
    hint_en: ClassVar[str] = "to compare money, compare a local policy that implements it"


class AmountsMultiplied(Problem):
    """A policy multiplies or divides amounts that both depend on the cost (or adds up cost items), so what it pays is
    not made of straight lines and cannot be compared over all costs. Cases in which it does not are compared all the
    same. Compare the others over a table of claims: `--claims`.
    ---
    政策里有两个都随费用变化的金额相乘或相除（或者按费用明细求和），支付额不是费用的分段直线，不能对全部费用比较。没有
    这种算法的情形照样比较；其余的可以用 `--claims` 就一批就诊来比较。
    """

    code = "C613"
    severity = "warning"
    zh: ClassVar[str] = "政策里有随费用变化的金额相乘或按明细求和，不能对全部费用比较"
    en: ClassVar[str] = "amounts that depend on the cost are multiplied with each other or summed over items"
    hint_zh: ClassVar[str] = "用 --claims 就一批就诊来比较"
    hint_en: ClassVar[str] = "compare over a table of claims with --claims"


class TooManyCases(Problem):
    """The policies tell so many cases apart that they cannot all be compared. Compare over a table of claims:
    `--claims`.
    ---
    政策区分的情形太多，不能逐一比较。可以用 `--claims` 就一批就诊来比较。
    """

    code = "C614"
    severity = "warning"
    zh: ClassVar[str] = "政策区分的情形太多，不能逐一比较"
    en: ClassVar[str] = "the policies tell too many cases apart to compare them all"
    hint_zh: ClassVar[str] = "用 --claims 就一批就诊来比较"
    hint_en: ClassVar[str] = "compare over a table of claims with --claims"


def obstacles(old: p.Plan, new: p.Plan, left_open: tuple[Sequence[str], Sequence[str]] = ((), ())) -> Iterator[Problem]:
    """The reasons why no money can be compared at all; `left_open` names what each plan leaves open."""
    for plan, names in zip((old, new), left_open, strict=True):
        if names:
            yield LeftOpen(where=plan.name, policy=plan.name, names=tuple(names))


def left_out(cases: Sequence[NotCompared], old: p.Plan, new: p.Plan) -> Iterator[Problem]:
    """Why some cases were not compared, one reason for all cases that have it."""
    for fact in dict.fromkeys(case.fact for case in cases if case.why == "fact"):
        was, now = (next(spec.unit for spec in plan.facts if spec.name == fact) for plan in (old, new))
        (old_zh, old_en), (new_zh, new_en) = _UNITS[was], _UNITS[now]
        yield FactOfOtherKind(fact=fact, old_zh=old_zh, old_en=old_en, new_zh=new_zh, new_en=new_en)
    for why, kind in (("multiplied", AmountsMultiplied), ("regions", TooManyCases)):
        some = [case for case in cases if case.why == why]
        if some:
            yield kind(where=_listed(some))


_SHOWN = 3


def _who(case: NotCompared) -> str:
    told = "/".join(case.identities) if case.also else "、".join(case.identities)
    return " + ".join(filter(None, (told, "/".join(case.also)))) or "—"


def _listed(cases: Sequence[NotCompared]) -> str:
    """The first cases in the words of the policy, and how many more there are."""
    shown = []
    for case in cases[:_SHOWN]:
        facts = (f"{name}={'/'.join(map(str, values))}" for name, values in case.facts.items() if values[0] is not None)
        shown.append(" ".join((_who(case), *facts)))
    more = len(cases) - len(shown)
    return "；".join(shown) + (f"；+{more}" if more else "")
