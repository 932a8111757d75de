"""Which rows bear a name that an earlier row had: `Names`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from polc.batch.arrow import one
from polc.batch.hashing import hashes
from polc.batch.inputs import Input
from polc.batch.read_rows import FILE, ROW
from polc.batch.texts import texts
from polc.claims.vocabulary import Vocabulary

_AT_ONCE = 1 << 24
"""How many names are looked at together; more are taken by ranges of their hashes."""
_FILE_BITS = 40
_Place = tuple[int, int]
_Pair = tuple[int, int]


def row_names(table: pa.Table, words: Vocabulary) -> pa.Array:
    """What each row is called, from its raw cells: its settlement, else its visit; null where it has neither."""
    found: pa.Array | None = None
    for word in ("id", "visit"):
        for column in table.column_names:
            if words.claim.find(column) == ("own", word):
                names = texts(one(table.column(column))).values
                found = names if found is None else pc.coalesce(found, names)
    return pa.nulls(table.num_rows, pa.string()) if found is None else found


class Names:
    """The hashed names of all rows of a run, kept in files of a folder, one per part."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, part: str, table: pa.Table, words: Vocabulary) -> None:
        """The names of a part's rows."""
        names = row_names(table, words)
        found = hashes(names)
        files, rows = table.column(FILE).to_numpy().astype(np.int64), table.column(ROW).to_numpy()
        if len(rows) and not names.null_count and bool((files == files[0]).all()) and _one_by_one(rows):
            files, rows = files[:1], rows[:1]  # those of the others follow
        places = (files << _FILE_BITS) + rows
        if names.null_count:
            valid = np.asarray(names.is_valid())
            found, places = found[valid], places[valid]
        for values, ending in ((places, "places"), (found, "names")):
            half = self.folder / f"{part}.{uuid4().hex}.half"
            values.tofile(half)
            half.rename(self.folder / f"{part}.{ending}")

    def twice(self, inputs: tuple[Input, ...]) -> dict[tuple[int, int], str]:
        """The rows (file and row) whose name an earlier row has, each with the place of the first such row."""
        files = sorted(self.folder.glob("*.names"))
        count = sum(path.stat().st_size for path in files) // 8
        ranges = max(1, -(-count // _AT_ONCE))
        found: dict[_Place, str] = {}
        for low in range(ranges):
            for first, other in _twice(files, low, ranges):
                file, row = _split(first)
                found[_split(other)] = f"{inputs[file].path}:{row}"
        return found


def _twice(files: list[Path], low: int, ranges: int) -> Iterator[_Pair]:
    bounds = [(low + extra) * 2**64 // ranges for extra in (0, 1)]
    pieces = []
    for path in files:
        names = np.fromfile(path, np.uint64)
        if ranges > 1:
            names = names[(names >= np.uint64(bounds[0])) & (names <= np.uint64(bounds[1] - 1))]
        pieces.append(names)
    ordered = np.concatenate(pieces) if pieces else np.zeros(0, np.uint64)
    if _rising(ordered):
        return
    ordered.sort()
    again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    if not len(again):
        return
    suspects: dict[int, list[int]] = {}
    for path in files:
        names = np.fromfile(path, np.uint64)
        mine = np.isin(names, again)
        places = np.fromfile(path.with_suffix(".places"), np.int64)
        places = (places[0] + np.flatnonzero(mine)) if len(places) < len(names) else places[mine]
        for name, place in zip(names[mine].tolist(), places.tolist(), strict=True):
            suspects.setdefault(name, []).append(place)
    for found in suspects.values():
        first, *others = sorted(found)
        yield from ((first, other) for other in others)


def _one_by_one(rows: npt.NDArray[np.int64]) -> bool:
    return bool(rows[-1] - rows[0] == len(rows) - 1) and _rising(rows)


def _rising(names: npt.NDArray[Any]) -> bool:
    return bool((names[1:] > names[:-1]).all())


def _split(place: int) -> _Place:
    return place >> _FILE_BITS, place & ((1 << _FILE_BITS) - 1)
