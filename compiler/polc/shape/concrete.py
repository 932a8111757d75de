"""A case of a shape settled as a claim, by the interpreter."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence

from polc import plan as p
from polc.settle import settle
from polc.settlement import Claim, HeldIdentity, Person, Settlement


def settle_case(
    plan: p.Plan, identities: Collection[str], facts: Mapping[str, p.Value], costs: Sequence[int | Mapping[str, int]]
) -> Settlement:
    """Claims of these costs (in fen, all eligible, or by cost part) on the plan's day, one after the other; facts that
    are not given have their default, else any value."""
    day = plan.as_of
    person = Person("", tuple(HeldIdentity(name) for name in identities), facts_for(plan, facts, "person", day))
    claims = []
    for number, cost in enumerate(costs, 1):
        parts = cost if isinstance(cost, Mapping) else {**_EMPTY, "total": cost, "inscope": cost}
        claims.append(Claim(str(number), day, parts, facts_for(plan, facts, "claim", day)))
    return settle(lambda _: plan, person, claims)


_EMPTY = {"copay": 0, "overlimit": 0, "noncovered": 0}


def facts_for(plan: p.Plan, given: Mapping[str, p.Value], of: str, day: datetime.date) -> dict[str, p.Value]:
    """Values for every fact of the claim or the person that the plan reads: the given one, else the default, else
    any; a date that is not given, and that by which claims belong to a year, is the day."""
    facts: dict[str, p.Value] = {}
    plain: dict[str, p.Value] = {"bool": False, "text": "—", "choices": frozenset()}
    for spec in plan.facts:
        if spec.of != of or not spec.used:
            continue
        if spec.name in given and given[spec.name] is not None and spec.name != plan.year.by:
            facts[spec.name] = given[spec.name]
        elif spec.unit == "date":
            facts[spec.name] = day
        elif spec.default is not None:
            facts[spec.name] = spec.default
        elif spec.choices:
            facts[spec.name] = spec.choices[0][0]
        else:
            facts[spec.name] = plain.get(spec.unit, 0)
    return facts
