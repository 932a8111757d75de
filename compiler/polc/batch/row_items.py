"""The cost items that rows of claims have: `RowItems`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import define, field

from pol_lang.problem import Problem
from polc.batch.fact_columns import FactColumn, Ints, columns_joined
from polc.batch.refusals import Refusals
from polc.plan import Value


@define(eq=False, repr=False)
class RowItems:
    """The cost items of n rows: those of row i are the next `counts[i]` from `starts[i]` on. `facts` are columns of all
    items; `at` says where each stands in the table of items (−1: in that of an earlier run). `problems` are those of
    refused items; `copies` those of items that count for nothing, by their place in the table."""

    starts: Ints
    counts: Ints
    facts: dict[str, FactColumn]
    at: Ints
    problems: dict[int, tuple[Problem, ...]] = field(factory=dict)
    copies: Refusals = field(factory=Refusals)

    def of(self, row: int) -> tuple[Mapping[str, Value], ...]:
        """The facts of the items of a row."""
        first = int(self.starts[row])
        found = []
        for item in range(first, first + int(self.counts[row])):
            values = {name: column.get(item) for name, column in self.facts.items()}
            found.append({name: value for name, value in values.items() if value is not None})
        return tuple(found)

    def indices(self, rows: Any) -> tuple[Ints, Ints]:
        """Where the items of some rows stand, row by row, and where those of each begin (one more than rows)."""
        starts, counts = self.starts[rows], self.counts[rows]
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        return np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], counts), offsets

    def take(self, order: Ints) -> RowItems:
        """Those of some of the rows, in another order."""
        return RowItems(self.starts[order], self.counts[order], self.facts, self.at, self.problems, self.copies)


def joined_items(pieces: Sequence[RowItems | None], counts: Sequence[int]) -> RowItems | None:
    """The items of rows one after the other (`counts` says how many rows each piece has)."""
    if all(piece is None for piece in pieces):
        return None
    none = np.zeros(0, np.int64)
    found = [
        piece if piece is not None else RowItems(np.zeros(count, np.int64), np.zeros(count, np.int64), {}, none)
        for piece, count in zip(pieces, counts, strict=True)
    ]
    firsts = np.cumsum([0, *(len(piece.at) for piece in found)])
    names = dict.fromkeys(name for piece in found for name in piece.facts)
    copies = Refusals()
    for piece in found:
        copies.take_in(piece.copies)
    return RowItems(
        np.concatenate([piece.starts + first for piece, first in zip(found, firsts, strict=False)]),
        np.concatenate([piece.counts for piece in found]),
        {name: columns_joined([(piece.facts.get(name), len(piece.at)) for piece in found]) for name in names},
        np.concatenate([piece.at for piece in found]),
        {
            at + int(first): problems
            for piece, first in zip(found, firsts, strict=False)
            for at, problems in piece.problems.items()
        },
        copies,
    )
