"""Which rows bear a name that an earlier row had: `Names`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from polc.batch.arrow import one
from polc.batch.duplicates import Duplicates, Places, places_of
from polc.batch.hashing import hashes
from polc.batch.texts import texts
from polc.claims.vocabulary import Vocabulary

_AT_ONCE = 1 << 23
"""How many names are looked at together; more are taken by ranges of their hashes."""
_Hashes = npt.NDArray[np.uint64]


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
        places = places_of(table)
        if len(places) and not names.null_count and places[-1] - places[0] == len(places) - 1 and rising(places):
            places = places[:1]  # those of the others follow
        if names.null_count:
            valid = np.asarray(names.is_valid())
            found, places = found[valid], places[valid]
        for values, ending in ((places, "places"), (found, "names")):
            half = self.folder / f"{part}.{uuid4().hex}.half"
            values.tofile(half)
            half.rename(self.folder / f"{part}.{ending}")

    def twice(self, found: Duplicates) -> None:
        """Finds the rows whose name an earlier row has."""
        files = sorted(self.folder.glob("*.names"))
        count = sum(path.stat().st_size for path in files) // 8
        ranges = max(1, -(-count // _AT_ONCE))
        for low in range(ranges):
            again = _again(files, low, ranges)
            if len(again):
                found.add(low, *_later(files, again))


def _again(files: list[Path], low: int, ranges: int) -> _Hashes:
    """The names of a range that occur more than once, in order."""
    least, most = (np.uint64((low + extra) * 2**64 // ranges - extra) for extra in (0, 1))
    pieces = []
    for path in files:
        names = np.fromfile(path, np.uint64)
        pieces.append(names[(names >= least) & (names <= most)] if ranges > 1 else names)
    names = np.concatenate(pieces) if pieces else np.zeros(0, np.uint64)
    del pieces
    if rising(names):
        return names[:0]
    names.sort()
    names = names[1:][names[1:] == names[:-1]]
    again: _Hashes = names[np.append(True, names[1:] != names[:-1])[: len(names)]]
    return again


def _later(files: list[Path], again: _Hashes) -> tuple[Places, Places]:
    """Where all but the first row of each of some names stand, in order, and where the first ones do."""
    found: list[tuple[Any, Places]] = []
    for path in files:
        names = np.fromfile(path, np.uint64)
        number = np.minimum(np.searchsorted(again, names), len(again) - 1)
        mine = np.flatnonzero(again[number] == names)
        places = np.fromfile(path.with_suffix(".places"), np.int64)
        places = (places[0] + mine) if len(places) < len(names) else places[mine]
        found.append((number[mine].astype(np.int32), places))
    numbers, places = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.lexsort((places, numbers))
    numbers, places = numbers[order], places[order]
    first = np.concatenate(([True], numbers[1:] != numbers[:-1]))
    starts = np.flatnonzero(first)
    firsts = np.repeat(places[starts], np.diff(starts, append=len(places)))[~first]
    places = places[~first]
    order = np.argsort(places)
    return places[order], firsts[order]


def rising(names: npt.NDArray[Any]) -> bool:
    """Whether each value is greater than the one before."""
    return bool((names[1:] > names[:-1]).all())
