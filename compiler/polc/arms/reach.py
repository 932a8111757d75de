"""A claim for each arm, given only where the interpreter takes the arm with it, or the finding that there is none.

Looked for on the plan of the policy's first day, then on those of the days on which values change. What no claim
reaches was either looked at whole, so that it cannot be reached, or it is said how far the search went.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pol_lang.problem import Problems
from polc import plan as p
from polc.arms.arm import Arms, Key
from polc.arms.search import Search
from polc.arms.taken import Taking
from polc.arms.witness import Plans, Reached, Verdict

MOST_PLANS = 6
"""Stretches of days with other values that are looked at."""


def reach(
    arms: Arms, wanted: Iterable[Key], taking: Taking | None = None, plans: Plans | None = None
) -> dict[Key, Reached]:
    """A claim for each wanted arm, or why there is none. With `plans`, which gives the plan of a day, the days on which
    values change are looked at too."""
    taking = taking or Taking()
    found: dict[Key, Reached] = {}
    open_ = dict.fromkeys(wanted)
    for plan in _plans_over_time(arms.plan, plans):
        search = Search(taking.arms(plan), open_, taking, plans or _always(plan))
        # Where the first plan was too much to look at, the others would say no more.
        search.run(over_all=any(own.verdict != "unknown" for own in found.values() if own.witness is None) or not found)
        for key, own in search.results().items():
            known = found.get(key)
            found[key] = own if known is None or own.witness is not None else _worse(known, own)
            if own.witness is not None:
                open_.pop(key)
        if not open_:
            break
    return found


def _always(plan: p.Plan) -> Plans:
    return lambda _: plan


def _plans_over_time(plan: p.Plan, plans: Plans | None) -> Iterator[p.Plan]:
    yield plan
    for _ in range(MOST_PLANS - 1):
        if plans is None or plan.expires is None:
            return
        try:
            plan = plans(plan.expires)
        except Problems:  # a value is past its end: from then on nothing is settled
            return
        yield plan


_CERTAIN: tuple[Verdict, ...] = ("unknown", "not_by_one", "not_by_two", "unreachable")


def _worse(a: Reached, b: Reached) -> Reached:
    """Of two searches without a witness the one that says less."""
    return min(a, b, key=lambda one: _CERTAIN.index(one.verdict))
