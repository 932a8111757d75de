"""Which rows bear a name that an earlier row had: `Names`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from polc.batch.arrow import one
from polc.batch.duplicates import Duplicates, Places, in_a_row, places_of, stand
from polc.batch.hashing import hashes
from polc.batch.part_columns import FILE, ROW
from polc.batch.texts import texts
from polc.claims.vocabulary import Vocabulary
from polc.native import sweeps

_AT_ONCE = 1 << 24
"""How many names are looked at together; more are taken by ranges of their hashes."""
NAMES = ("id", "visit")
"""What of itself a row is called by: its settlement, else its visit."""
_FIRST, _SECOND = 8, 32
"""How many bits there are for a name."""
_Hashes = npt.NDArray[np.uint64]
_Bits = npt.NDArray[np.uint8]


def row_names(table: pa.Table, words: Vocabulary) -> pa.Array:
    """What each row is called, from its raw cells: its settlement, else its visit; null where it has neither."""
    found: pa.Array | None = None
    for word in NAMES:
        for column in table.column_names:
            if words.claim.find(column) == ("own", word):
                names = texts(one(table.column(column))).values
                found = names if found is None else pc.coalesce(found, names)
    return pa.nulls(table.num_rows, pa.string()) if found is None else found


def hashed_names(table: pa.Table, words: Vocabulary) -> tuple[_Hashes, pa.Table]:
    """The hashed names of the rows that have one, and the places of these rows."""
    names, places = row_names(table, words), table.select([FILE, ROW])
    found = hashes(names)
    if names.null_count:
        valid = names.is_valid()
        found, places = found[np.asarray(valid)], places.filter(valid)
    return found, places


@frozen(eq=False, repr=False, slots=False)
class _Part:
    """The names of a part's rows: hashes, and where the rows stand (one place alone: the others follow), each read when
    it is asked for; how many there are."""

    names: Callable[[], _Hashes]
    places: Callable[[], Places]
    count: int


class Names:
    """The hashed names of all rows of a run, by part: in memory, as long as there are no more than `room`, and else in
    files of a folder. Where there are `about` so many, and all of these fit, they are looked at as they come in, so
    that little is left to do in the end."""

    def __init__(self, folder: Path, room: int = 0, about: int = 0) -> None:
        self.folder, self.room = folder, room
        self._held: dict[str, _Part] = {}
        self._bits = _no_bits(about, _FIRST) if sweeps.pays(about) and about <= room else None
        self._again: list[_Hashes] = []
        self._lock = Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, part: str, table: pa.Table, words: Vocabulary) -> None:
        """The names of a part's rows."""
        found, rows = hashed_names(table, words)
        places = places_of(rows.slice(0, 1) if in_a_row(*stand(rows)) else rows)
        with self._lock:
            here = sum(held.count for held in self._held.values()) + len(found) <= self.room
            if here:
                self._held[part] = _Part(lambda: found, lambda: places, len(found))
            if self._bits is not None:
                self._again += _found([found], sweeps.seen_of, self._bits, 0)
        for values, ending in ((places, "places"), (found, "names")) if not here else ():
            half = self.folder / f"{part}.{uuid4().hex}.half"
            values.tofile(half)
            half.rename(self.folder / f"{part}.{ending}")

    def twice(self, found: Duplicates, apart: Callable[[Places, Places], tuple[Places, Places]] | None = None) -> None:
        """Finds the rows whose name an earlier row has: those with the same hash, without those that `apart` takes out
        of them."""
        parts = [*self._held.values(), *map(_kept, sorted(self.folder.glob("*.names")))]
        count = sum(part.count for part in parts)
        ranges = max(1, -(-count // _AT_ONCE))
        seen = _Seen(self._bits, self._again) if self._bits is not None and ranges == 1 else None
        for low in range(ranges):
            again = _again(parts, low, ranges, seen)
            if len(again):
                places, firsts = _later(parts, again)
                if apart is not None:
                    places, firsts = apart(places, firsts)
                if len(places):
                    found.add(low, places, firsts)


def _kept(path: Path) -> _Part:
    places = path.with_suffix(".places")
    return _Part(
        lambda: np.fromfile(path, np.uint64), lambda: np.fromfile(places, np.int64), path.stat().st_size // 8
    )  # fmt: skip


@frozen(eq=False, repr=False, slots=False)
class _Seen:
    """Names that have been looked at: the bits that they set, and those of them whose bit was set already."""

    bits: _Bits
    again: list[_Hashes]


def _again(parts: Sequence[_Part], low: int, ranges: int, seen: _Seen | None) -> _Hashes:
    """The names of a range that occur more than once, in order; all of them have been looked at where `seen` says what
    was seen."""
    least, most = (np.uint64((low + extra) * 2**64 // ranges - extra) for extra in (0, 1))

    def pieces() -> Iterator[_Hashes]:
        for part in parts:
            names = part.names()
            yield names[(names >= least) & (names <= most)] if ranges > 1 else names

    count = sum(part.count for part in parts)
    skip = (ranges - 1).bit_length()  # what all names of a range may have in common says little
    if seen is None and sweeps.pays(count):
        bits = _no_bits(count // ranges, _FIRST)
        seen = _Seen(bits, _found(pieces(), sweeps.seen_of, bits, skip))
    suspects = [*pieces()] if seen is None else _suspects(pieces, seen, skip)
    names = np.concatenate([np.zeros(0, np.uint64), *suspects])
    names.sort()
    names = names[1:][names[1:] == names[:-1]]
    again: _Hashes = names[np.append(True, names[1:] != names[:-1])[: len(names)]]
    return again


def _suspects(pieces: Callable[[], Iterator[_Hashes]], seen: _Seen, skip: int) -> list[_Hashes]:
    """Of names that have been looked at those that may occur more than once, all occurrences of each, and few others:
    names of which some bits are those of an earlier one (`skip` bits were left out), and what shares other bits with
    one of these."""
    skip += (8 * len(seen.bits)).bit_length() - 1
    bits = _no_bits(sum(map(len, seen.again)), _SECOND)
    _found(seen.again, sweeps.seen_of, bits, skip)
    return _found(pieces(), sweeps.among_of, bits, skip)


def _found(pieces: Iterable[_Hashes], sweep: Any, bits: _Bits, skip: int) -> list[_Hashes]:
    found = []
    for piece in pieces:
        room = np.empty(len(piece) + 1, np.uint64)
        found.append(room[: sweep(piece, bits, skip, room, 0)].copy())
    return found


def _no_bits(names: int, each: int) -> _Bits:
    """So many bits for each of some names, none set; a power of two of them."""
    return np.zeros(1 << max(0, (names * each).bit_length() - 3), np.uint8)


def _later(parts: Sequence[_Part], again: _Hashes) -> tuple[Places, Places]:
    """Where all but the first row of each of some names stand, in order, and where the first ones do."""
    found: list[tuple[Any, Places]] = []
    for part in parts:
        names, places = part.names(), part.places()
        number = np.minimum(np.searchsorted(again, names), len(again) - 1)
        mine = np.flatnonzero(again[number] == names)
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
