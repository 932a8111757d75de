"""Persons in ten groups by cost, exactly, whatever their number: `write_persons`, `deciles`, `most_affected`.

Theory: each part keeps its persons in a file, in the order of cost and then number. Where a group ends is a rank; the
cost at a rank is found by halving the range of costs and counting in every file how many lie below. Of those who cost
just that, the ones who belong below are found by number in the same way. So nothing is held in memory but the pages of
the files that are looked at, and the groups are the same however the rows stood.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from polc.impact.by_person import Persons, total
from polc.impact.result import DECILES, MOST_AFFECTED, DecileLine, PersonChange
from polc.impact.sums import add, tallied, tally

_LARGEST = 2**62


class Stored:
    """The persons of a part in their file, in the order of cost and number."""

    def __init__(self, path: Path) -> None:
        with pa.memory_map(str(path)) as source:
            table = pa.ipc.open_file(source).read_all()
        self.number = table.column("number").chunk(0) if table.num_rows else pa.array([], pa.string())
        self.cost, self.old, self.new = (self._values(table, name) for name in ("cost", "old", "new"))

    def _values(self, table: pa.Table, name: str) -> npt.NDArray[np.int64]:
        return table.column(name).to_numpy() if table.num_rows else np.zeros(0, np.int64)

    def costs(self, cost: int) -> tuple[int, int]:
        """The stretch of persons who cost just this."""
        return int(np.searchsorted(self.cost, cost)), int(np.searchsorted(self.cost, cost, side="right"))

    def below(self, number: str, start: int, end: int) -> int:
        """The first place in a stretch of persons who cost the same whose number is not below `number`."""
        return bisect_left(range(end), number, start, end, key=self.name)

    def name(self, at: int) -> str:
        """The number of a person."""
        return str(self.number[at].as_py())


def write_persons(persons: Persons, path: Path) -> None:
    """Writes the persons of a part for `Stored`."""
    columns = {
        "cost": _bounded(persons.cost), "old": _bounded(persons.own[0]), "new": _bounded(persons.own[1]),
    }  # fmt: skip
    table = pa.table({"number": persons.numbers, **columns})
    order = pc.sort_indices(table, sort_keys=[("cost", "ascending"), ("number", "ascending")])
    with pa.ipc.new_file(str(path), table.schema) as writer:
        writer.write_table(table.take(order).combine_chunks())


def _bounded(values: npt.NDArray[Any]) -> pa.Array:
    return pa.array(values.astype(np.int64))  # an amount of more than 64 bits raises OverflowError


def deciles(parts: Sequence[Stored]) -> tuple[DecileLine, ...]:
    """Ten groups by cost, as equal in number as can be; of persons who cost the same those with the lower numbers (in
    the order of their signs) come first. None where there are fewer than ten."""
    count = sum(len(part.cost) for part in parts)
    if count < DECILES:
        return ()
    edges = [_places(parts, count * tenth // DECILES) for tenth in range(DECILES + 1)]
    found = []
    for number, (starts, ends) in enumerate(pairwise(edges), 1):
        cost = old = new = 0
        least, most = _LARGEST, 0
        counts: dict[str, Any] = {}
        for part, start, end in zip(parts, starts, ends, strict=True):
            if start < end:
                inside = slice(start, end)
                cost += total(part.cost[inside])
                old += total(part.old[inside])
                new += total(part.new[inside])
                least, most = min(least, int(part.cost[start])), max(most, int(part.cost[end - 1]))
                add(counts, tallied(part.new[inside] - part.old[inside]))
        found.append(DecileLine(number, least, most, cost, old, new, tally(counts)))
    return tuple(found)


def _places(parts: Sequence[Stored], rank: int) -> list[int]:
    """Where in each part the persons end who are among the first `rank` of all."""
    low, high = 0, max((int(part.cost[-1]) for part in parts if len(part.cost)), default=0) + 1
    while low < high:  # the lowest cost up to which there are at least `rank` persons
        middle = (low + high) // 2
        if sum(part.costs(middle)[1] for part in parts) >= rank:
            high = middle
        else:
            low = middle + 1
    stretches = [part.costs(low) for part in parts]
    return _by_number(parts, stretches, rank - sum(start for start, _ in stretches))


def _by_number(parts: Sequence[Stored], stretches: list[tuple[int, int]], rank: int) -> list[int]:
    """Where in each part the first `rank` by number end, of stretches with persons who cost the same."""
    if rank >= sum(end - start for start, end in stretches):
        return [end for _, end in stretches]
    left = list(stretches)
    while rank:
        part, (start, end) = max(zip(parts, left, strict=True), key=lambda one: one[1][1] - one[1][0])
        if end - start == 1:  # few are left, one in each part at most
            few = sorted((part.name(s), at) for at, (part, (s, e)) in enumerate(zip(parts, left, strict=True)) if s < e)
            for _, at in few[:rank]:
                left[at] = left[at][0] + 1, left[at][1]
            break
        pivot = part.name((start + end) // 2)
        cuts = [p.below(pivot, s, e) for p, (s, e) in zip(parts, left, strict=True)]
        inside = sum(cut - s for cut, (s, _) in zip(cuts, left, strict=True))
        if inside <= rank:
            rank -= inside
            left = [(cut, e) for cut, (_, e) in zip(cuts, left, strict=True)]
        else:
            left = [(s, cut) for cut, (s, _) in zip(cuts, left, strict=True)]
    return [start for start, _ in left]


def most_affected(persons: Persons) -> list[PersonChange]:
    """The persons of a part whose burden changes most; where alike the costlier first, then by number."""
    old, new = persons.own
    size = np.abs(new - old)
    chosen = np.flatnonzero(size)
    if len(chosen) > MOST_AFFECTED:
        least = np.sort(size[chosen])[-MOST_AFFECTED]
        alike = chosen[size[chosen] == least]
        if len(alike) > MOST_AFFECTED:
            alike = alike[persons.cost[alike] >= np.sort(persons.cost[alike])[-MOST_AFFECTED]]
        chosen = np.concatenate((chosen[size[chosen] > least], alike))
    numbers = persons.numbers.take(pa.array(chosen)).to_pylist()
    ranked = sorted(zip(chosen.tolist(), numbers, strict=True), key=lambda x: (-size[x[0]], -persons.cost[x[0]], x[1]))
    found = []
    for at, number in ranked[:MOST_AFFECTED]:
        held = tuple(name for bit, name in enumerate(persons.names) if int(persons.held[at]) >> bit & 1)
        found.append(
            PersonChange(number, held, int(persons.claims[at]), int(persons.cost[at]), int(old[at]), int(new[at]))
        )
    return found
