"""From the persons of a comparison, one after the other, to its lines: budget, identities, tenths, sizes."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from heapq import heappush, heapreplace
from itertools import pairwise

from attrs import define, field

from polc import plan as p
from polc.impact.result import (
    DECILES,
    EDGES,
    MOST_AFFECTED,
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
class _Count:
    """A tally that grows."""

    gain: int = 0
    lose: int = 0
    stay: int = 0
    spared: int = 0
    burdened: int = 0

    def add(self, change: int) -> None:
        if change < 0:
            self.gain, self.spared = self.gain + 1, self.spared - change
        elif change > 0:
            self.lose, self.burdened = self.lose + 1, self.burdened + change
        else:
            self.stay += 1

    @property
    def tally(self) -> Tally:
        return Tally(self.gain, self.lose, self.stay, self.spared, self.burdened)


@define(eq=False, repr=False)
class _Group:
    """Those who hold an identity."""

    count: _Count = field(factory=_Count)
    cost: int = 0
    budget: Budget = field(factory=lambda: ({}, {}))


class Meter:
    """Takes in persons; of each it keeps three numbers, so there may be many."""

    def __init__(self, plans: tuple[p.Plan, p.Plan]) -> None:
        self._plans = plans
        self._cost, self._old, self._new = array("q"), array("q"), array("q")
        self._all = _Group()
        self._groups: dict[str | None, _Group] = {}
        self._sizes = [_Count() for _ in range(len(EDGES) + 1)]
        self._most: list[tuple[int, int, list[int], int, PersonChange]] = []

    def add(self, person: PersonChange, borne: Budget) -> None:
        """A person, and what bearers bear of the person's claims."""
        for values, value in ((self._cost, person.cost), (self._old, person.old), (self._new, person.new)):
            values.append(value)
        groups = (self._groups.setdefault(name, _Group()) for name in person.identities or (None,))
        for group in (self._all, *groups):
            group.count.add(person.change)
            group.cost += person.cost
            for mine, theirs in zip(group.budget, borne, strict=True):
                for bearer, amount in theirs.items():
                    mine[bearer] = mine.get(bearer, 0) + amount
        if person.change:
            size = abs(person.change)
            self._sizes[sum(size > edge for edge in EDGES)].add(person.change)
            entry = (size, person.cost, [-ord(sign) for sign in person.id], len(self._cost), person)
            if len(self._most) < MOST_AFFECTED:
                heappush(self._most, entry)
            elif entry > self._most[0]:
                heapreplace(self._most, entry)

    @property
    def cost(self) -> int:
        """What all claims cost."""
        return self._all.cost

    @property
    def all(self) -> Tally:
        """Everybody."""
        return self._all.count.tally

    @property
    def payers(self) -> tuple[PayerLine, ...]:
        """A line for each bearer of either plan, the person last."""
        return self._payers(self._all.budget)

    def _payers(self, budget: Budget) -> tuple[PayerLine, ...]:
        names = {field: name for plan in self._plans for field, name in plan.bearers}
        person = self._plans[1].bearers[-1][0]
        fields = dict.fromkeys(field for plan in reversed(self._plans) for field, _ in plan.bearers)
        return tuple(
            PayerLine(field, names[field], budget[0].get(field, 0), budget[1].get(field, 0))
            for field in (*(field for field in fields if field != person), person)
        )

    @property
    def groups(self) -> tuple[GroupLine, ...]:
        """A line for each identity held, in the order of the policies; those without any last."""
        order: Iterable[str | None] = (
            name for plan in reversed(self._plans) for spec in plan.identities for name in (spec.name, *spec.includes)
        )
        names = [name for name in dict.fromkeys((*order, *self._groups)) if name is not None and name in self._groups]
        found = ((name, self._groups[name]) for name in (*names, *([None] if None in self._groups else [])))
        return tuple(GroupLine(name, x.count.tally, x.cost, self._payers(x.budget)) for name, x in found)

    @property
    def deciles(self) -> tuple[DecileLine, ...]:
        """Ten groups by cost, as equal in number as can be; who cost the same stay in the order of the table."""
        cost, old, new = self._cost, self._old, self._new
        if len(cost) < DECILES:
            return ()
        order = sorted(range(len(cost)), key=cost.__getitem__)
        edges = [len(order) * tenth // DECILES for tenth in range(DECILES + 1)]
        found = []
        for number, (start, end) in enumerate(pairwise(edges), 1):
            inside, count = order[start:end], _Count()
            for at in inside:
                count.add(new[at] - old[at])
            all_cost, all_old, all_new = (sum(values[at] for at in inside) for values in (cost, old, new))
            least, most = cost[inside[0]], cost[inside[-1]]
            found.append(DecileLine(number, least, most, all_cost, all_old, all_new, count.tally))
        return tuple(found)

    @property
    def sizes(self) -> tuple[SizeLine, ...]:
        """A line for every band up to the largest that has anybody; those who stay are in none."""
        bands = zip((0, *EDGES), (*EDGES, None), self._sizes, strict=True)
        found = [SizeLine(over, up_to, count.tally) for over, up_to, count in bands]
        while found and not found[-1].tally.persons:
            found.pop()
        return tuple(found)

    @property
    def most(self) -> tuple[PersonChange, ...]:
        """The persons whose burden changes most; where alike the costlier first, then by number."""
        return tuple(entry[-1] for entry in sorted(self._most, reverse=True))
