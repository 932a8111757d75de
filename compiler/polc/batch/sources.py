"""The tables of a run as they are read: the claims and the tables beside them. `Sources`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pyarrow.parquet as pq
from attrs import frozen

from polc.batch.chunks import Chunk, Slice, chunks, slice_chunks, slices
from polc.batch.inputs import Input
from polc.batch.mapping import Renaming
from polc.claims.vocabulary import Target

_CSV_ROW = 60
"""About how many bytes a row of CSV has at least."""


@frozen(eq=False, repr=False, slots=False)
class Side:
    """A table beside the claims: its files, the columns read and those of the number of the person its rows belong to,
    what is renamed in it; `told` where rows of it may be refused. Where `by` is set, rows belong to claims, by the
    number that `keys` hold; they may or may not say whose they are."""

    inputs: tuple[Input, ...]
    read: frozenset[str]
    numbers: tuple[str, ...]
    renaming: Renaming
    told: bool
    by: Target | None = None
    keys: tuple[str, ...] = ()

    def chunks(self, threads: int = 1) -> Iterator[Chunk]:
        """All rows in order."""
        return chunks(self.inputs, self.read, self.renaming, threads)

    def slices(self, rows: int) -> list[Slice]:
        """The table in stretches of about so many rows, each of which can be read alone."""
        return slices(self.inputs, rows)

    def slice(self, of: Slice) -> Iterator[Chunk]:
        """The rows of one stretch."""
        return slice_chunks(self.inputs, of, self.read, self.renaming)

    @property
    def about_rows(self) -> int:
        """About how many rows there are: Parquet says it, of CSV it is guessed from the size."""
        return about_rows(self.inputs)


@frozen(eq=False, repr=False, slots=False)
class Sources:
    """The claims, whose files are counted from `base` on, and the tables beside them by name."""

    claims: Side
    base: int
    sides: Mapping[str, Side]
    part_rows: int

    @property
    def named(self) -> list[tuple[Side, int]]:
        """The tables whose rows have names that must not occur twice, and from what number their files are counted."""
        return [*((side, 0) for name, side in self.sides.items() if name == "history"), (self.claims, self.base)]

    @property
    def item_rows(self) -> int:
        """About how many cost items there are."""
        return self.sides["items"].about_rows if "items" in self.sides else 0


def about_rows(inputs: Sequence[Input]) -> int:
    """About how many rows a table has: Parquet says it, of CSV it is guessed from the size."""
    return sum(
        pq.read_metadata(entry.path).num_rows if entry.format == "parquet" else entry.size // _CSV_ROW + 1
        for entry in inputs
    )
