"""What must hold before a claim is settled, and after."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction

from pol_lang.problem import Problem, near_names
from polc import plan as p
from polc import settlement as r
from polc.arithmetic import Exact, yuan
from polc.evaluate import Environment
from polc.periods import year_id
from polc.settle.problems import AmountTooLarge, OutOfForce, PartsDoNotAdd, StayNotSplit, UnknownAccumulator
from polc.settle.ready import Ready

MOST = 10**15
"""The largest amount, in fen, that a claim can have anywhere."""


def against(plan: p.Plan, ready: Ready, claim: r.Claim) -> list[Problem]:
    """What stands against settling a claim at all."""
    where, date, parts = claim.id, claim.date, claim.parts
    problems: list[Problem] = []
    for document in plan.documents:
        if not document.holds_on(date):
            title = document.title or document.policy
            zh, en = _force(document)
            problems.append(OutOfForce(where=where, document=title, date=date.isoformat(), force_zh=zh, force_en=en))
    amounts = [parts.get(part, -1) for part in ("noncovered", "overlimit", "copay", "inscope")]
    total = parts.get("total", -1)
    if total > MOST or max(amounts) > MOST:
        problems.append(AmountTooLarge(where=where, name="医疗费总额"))
    elif min(amounts) < 0 or sum(amounts) != total:  # nothing given counts as below 0
        problems.append(PartsDoNotAdd(where=where, total=yuan(total), sum=yuan(sum(amounts))))
    for name in ready.money:
        amount = claim.facts.get(name)
        if isinstance(amount, int | Fraction) and not -MOST <= amount <= MOST:
            problems.append(AmountTooLarge(where=where, name=name))
    if plan.year.split is not None and claim.continues is None and ready.stay is not None:
        begin, finish = (claim.facts.get(name) for name in ready.stay)
        if (
            isinstance(begin, datetime.date)
            and isinstance(finish, datetime.date)
            and year_id(begin, plan.year.start) != year_id(finish, plan.year.start)
        ):
            problems.append(StayNotSplit(where=where, start=begin.isoformat(), end=finish.isoformat()))
    return problems


def _force(document: p.Document) -> tuple[str, str]:
    """When a document is in force, in Chinese and English."""
    start, end = document.starts, document.until
    if start is None:
        return f"至 {end}", f"until {end}"
    return (f"{start} 起", f"from {start}") if end is None else (f"{start}—{end}", f"from {start} until {end}")


def check_earlier(plan: p.Plan, state: r.State) -> tuple[Problem, ...]:
    """The problems of accumulators given by hand: keys that the plan does not accumulate."""
    known = {a.key for a in plan.accumulators}
    return tuple(UnknownAccumulator(key=key, near=near_names(key, known)) for key in state.values if key not in known)


class Bug(Exception):
    """An invariant of settling does not hold: polc is wrong, whatever the policy and the claim."""


def hold(
    ready: Ready,
    claim: r.Claim,
    env: Environment,
    bearers: tuple[tuple[str, str, int], ...],
    before: Mapping[str, Exact],
    current: Mapping[str, Exact],
    steps: list[r.CutResult | r.LayerResult],
) -> None:
    """The invariants of a settlement; raises `Bug`."""
    if sum(amount for _, _, amount in bearers) != env.total:
        raise Bug(f"{claim.id}: the bearers do not add up to the total")
    if any(amount < 0 for _, _, amount in bearers):
        raise Bug(f"{claim.id}: a bearer bears less than nothing")
    for step in steps:
        if isinstance(step, r.LayerResult) and step.paid < 0:
            raise Bug(f"{claim.id}: {step.name} pays less than nothing")
    for key, limit in ready.caps:
        if current[key] > limit and current[key] > before[key]:
            raise Bug(f"{claim.id}: {key} is above its cap")
