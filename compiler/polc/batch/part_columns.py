"""The columns of a part of a table by what they mean: `PartColumns`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from polc.batch.arrow import one
from polc.batch.fact_columns import Codes, Ints
from polc.batch.headers import IDENTITIES, Headers, claim_target
from polc.batch.inputs import Input
from polc.batch.money import is_fen
from polc.claims.parts import BELOW_TOTAL
from polc.claims.vocabulary import Target, Vocabulary

FILE, ROW = "polc:file", "polc:row"
"""Columns of a part that say where each row stands."""
PARTS = ("total", *BELOW_TOTAL)
OWN = ("number", "id", "visit", "continues")
"""What a row says of itself: whose it is, what it is called, what stay it goes on with."""
_AT_ONCE = 1 << 12
"""How many rows are read one by one at a time."""


@frozen(eq=False, repr=False, slots=False)
class Setting:
    """What does not change from part to part: the files, what their columns mean, and where facts of persons and
    identities are read from (the claims themselves, or tables of their own)."""

    inputs: tuple[Input, ...]
    headers: Headers
    persons: bool
    identities: bool


class PartColumns:
    """The columns of a part by what they mean; files may call the same thing by different names."""

    def __init__(self, part: pa.Table, words: Vocabulary, setting: Setting) -> None:
        self.part = part
        self.words = words
        self.setting = setting
        self.meaning: dict[str, tuple[str, Target]] = {}
        self.names: dict[tuple[str, Target], list[str]] = {}
        for name in part.column_names:
            found = claim_target(name, words, setting.persons)
            if found and not (found[1] == IDENTITIES and not setting.identities):
                self.meaning[name] = found
                self.names.setdefault(found, []).append(name)

    def of(self, of: str, target: Target) -> pa.Array | None:
        """The cells for something, None where no file has a column for it. Decimals may be in pieces."""
        names = self.names.get((of, target))
        if not names:
            return None
        if len(names) == 1:
            column = self.part.column(names[0])
            return column if is_fen(column.type) else one(column)
        arrays = [one(self.part.column(name)) for name in names]
        return pc.coalesce(*_alike(arrays))

    def cells(self, at: int, columns: Sequence[str]) -> dict[str, object]:
        """The cells of one row that are given, in the order of its file's header."""
        return _given((name, self.part.column(name)[at].as_py()) for name in columns if name in self.meaning)

    def rows(self, mine: Ints, files: Codes) -> Iterator[tuple[int, dict[str, object]]]:
        """The same of many rows, one after the other."""
        for low in range(0, len(mine), _AT_ONCE):
            some = mine[low : low + _AT_ONCE]
            lists = {name: one(self.part.column(name).take(pa.array(some))).to_pylist() for name in self.meaning}
            for index, at in enumerate(some.tolist()):
                columns = self.setting.inputs[files[at]].columns
                yield at, _given((name, lists[name][index]) for name in columns if name in lists)


def _given(cells: Iterable[tuple[str, object]]) -> dict[str, object]:
    """Cells without blanks around them, those that are not empty then."""
    trimmed = ((name, cell.strip() if isinstance(cell, str) else cell) for name, cell in cells)
    return {name: cell for name, cell in trimmed if cell is not None and cell != ""}


def _alike(arrays: list[pa.Array]) -> list[pa.Array]:
    arrays = [array.cast(pa.string()) if pa.types.is_dictionary(array.type) else array for array in arrays]
    kinds = {array.type for array in arrays}
    return arrays if len(kinds) == 1 else [array.cast(pa.string()) for array in arrays]


def no_rows(columns: Iterable[str]) -> pa.Table:
    """A part without rows that still has its columns."""
    places = {FILE: pa.array([], pa.int32()), ROW: pa.array([], pa.int64())}
    return pa.table({**{name: pa.array([], pa.string()) for name in sorted(columns)}, **places})
