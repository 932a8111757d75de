"""From the persons of a comparison to its lines: tallies, identities, deciles, sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from attrs import define, field

from polc import plan as p
from polc.impact.result import (
    DECILES,
    EDGES,
    DecileLine,
    GroupLine,
    PayerLine,
    PersonChange,
    SizeLine,
    Tally,
)  # fmt: skip

Budget = tuple[dict[str, int], dict[str, int]]
"""What bearers bear by field, under the old and the new plan."""


@define(eq=False, repr=False)
class Budgets:
    """What bearers bear in all and of the claims of those who hold an identity (None: none)."""

    all: Budget = field(factory=lambda: ({}, {}))
    groups: dict[str | None, Budget] = field(factory=dict)

    def add(self, identities: Sequence[str], borne: Budget) -> None:
        """A person's claims."""
        for sums in (self.all, *(self.groups.setdefault(name, ({}, {})) for name in identities or (None,))):
            for mine, theirs in zip(sums, borne, strict=True):
                for bearer, amount in theirs.items():
                    mine[bearer] = mine.get(bearer, 0) + amount


def payers(plans: tuple[p.Plan, p.Plan], budget: Budget) -> tuple[PayerLine, ...]:
    """A line for each bearer of either plan, the person last."""
    names = {field: name for plan in plans for field, name in plan.bearers}
    person = plans[1].bearers[-1][0]
    order = [
        field for field in dict.fromkeys(f for plan in reversed(plans) for f, _ in plan.bearers) if field != person
    ]
    return tuple(
        PayerLine(field, names[field], budget[0].get(field, 0), budget[1].get(field, 0)) for field in (*order, person)
    )


def tally(persons: Iterable[PersonChange]) -> Tally:
    """Who gains, who loses."""
    gain = lose = stay = spared = burdened = 0
    for person in persons:
        if person.change < 0:
            gain, spared = gain + 1, spared - person.change
        elif person.change > 0:
            lose, burdened = lose + 1, burdened + person.change
        else:
            stay += 1
    return Tally(gain, lose, stay, spared, burdened)


def groups(
    persons: Sequence[PersonChange], plans: tuple[p.Plan, p.Plan], budgets: Mapping[str | None, Budget]
) -> tuple[GroupLine, ...]:
    """A line for each identity held, in the order of the policies; those without any last."""
    members: dict[str | None, list[PersonChange]] = {}
    for person in persons:
        for identity in person.identities or (None,):
            members.setdefault(identity, []).append(person)
    order = [name for plan in reversed(plans) for spec in plan.identities for name in (spec.name, *spec.includes)]
    names: list[str | None] = [n for n in dict.fromkeys((*order, *members)) if n is not None and n in members]
    return tuple(
        GroupLine(name, tally(members[name]), sum(x.cost for x in members[name]), payers(plans, budgets[name]))
        for name in (*names, *([None] if None in members else []))
    )


def deciles(persons: Sequence[PersonChange]) -> tuple[DecileLine, ...]:
    """Ten groups by cost, as equal in number as can be; persons who cost the same stay in the order of the table."""
    if len(persons) < DECILES:
        return ()
    order = sorted(persons, key=lambda person: person.cost)
    edges = [len(order) * tenth // DECILES for tenth in range(DECILES + 1)]
    found = []
    for number, (start, end) in enumerate(pairwise(edges), 1):
        inside = order[start:end]
        found.append(
            DecileLine(
                number, inside[0].cost, inside[-1].cost, sum(x.cost for x in inside), sum(x.old for x in inside),
                sum(x.new for x in inside), tally(inside),
            )
        )  # fmt: skip
    return tuple(found)


def sizes(persons: Sequence[PersonChange]) -> tuple[SizeLine, ...]:
    """A line for every band up to the largest that has anybody; those who stay are in none."""
    found: list[SizeLine] = []
    for over, up_to in zip((0, *EDGES), (*EDGES, None), strict=True):
        inside = [x for x in persons if abs(x.change) > over and (up_to is None or abs(x.change) <= up_to)]
        found.append(SizeLine(over, up_to, tally(inside)))
    while found and not found[-1].tally.persons:
        found.pop()
    return tuple(found)
