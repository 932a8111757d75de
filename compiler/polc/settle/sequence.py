"""A person's claims in order."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable

from pol_lang.problem import Problems, near_names
from polc import plan as p
from polc import settlement as r
from polc.settle.claim import settle_claim
from polc.settle.lacking import with_values
from polc.settle.problems import OutOfOrder, UnknownContinued
from polc.settle.ready import ready_of


def settle(
    plans: Callable[[datetime.date], p.Plan],
    person: r.Person,
    claims: Iterable[r.Claim],
    state: r.State | None = None,
) -> r.Settlement:
    """A person's claims settled in the order given, which is that of their dates, and the accumulators afterwards.

    `plans` gives the plan for a claim's date. `state` is what earlier claims left; it is not changed. Raises `Problems`
    at the first claim that cannot be settled, `Bug` where polc itself is wrong.
    """
    state = state or r.State()
    values = dict(state.values)
    taken = dict(state.taken)
    known = set(taken)
    done: list[r.ClaimSettlement] = []
    last: datetime.date | None = None
    for claim in claims:
        if last is not None and claim.date < last:
            raise Problems([OutOfOrder(where=claim.id, date=claim.date.isoformat(), before=last.isoformat())])
        last = claim.date
        if claim.continues is not None and claim.continues not in known:
            raise Problems(
                [UnknownContinued(where=claim.id, id=claim.continues, near=near_names(claim.continues, known))]
            )
        plan = plans(claim.date)
        try:
            done.append(settle_claim(plan, ready_of(plan), person, claim, values, taken))
        except Problems as error:
            raise Problems(with_values(error.problems, plan, person, claim)) from None
        known.add(claim.id)
    return r.Settlement(person, tuple(done), r.State(values, taken))
