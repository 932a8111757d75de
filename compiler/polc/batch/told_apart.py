"""Rows whose names have the same hash, told apart by another hash: `told_apart`, `other_hashes`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve

from polc.batch.duplicates import Places, places_of
from polc.batch.hashing import Hashes, hashes
from polc.batch.names import NAMES, row_names
from polc.batch.sorting import sorted_by
from polc.batch.sources import Side
from polc.claims.vocabulary import Vocabulary

AT_ONCE = 1 << 22
"""About so many rows are told apart together; the tables are read once for each lot."""
_OF_NAMES = tuple(("own", word) for word in NAMES)
Other = Callable[[Places], Hashes]
"""Another hash of the names of rows, given their places in ascending order."""


def told_apart(places: Places, firsts: Places, other: Other) -> tuple[Places, Places]:
    """Of rows that seem to bear the name of an earlier one those that do, in ascending order, and where the first row
    of each one's name stands."""
    mine, same = np.zeros(len(places), np.uint64), np.zeros(len(places), bool)
    for low in range(0, len(places), AT_ONCE):
        some = slice(low, low + AT_ONCE)
        asked = np.unique(np.concatenate((places[some], firsts[some])))
        found = other(asked)
        mine[some] = found[np.searchsorted(asked, places[some])]
        same[some] = mine[some] == found[np.searchsorted(asked, firsts[some])]
    if same.all():
        return places, firsts
    rest = np.flatnonzero(~same)  # not of the name that came first, but perhaps of one another
    numbers = np.unique(mine[rest], return_inverse=True)[1]
    rest = rest[sorted_by(firsts[rest], numbers, places[rest])]
    begins = np.append(True, (firsts[rest][1:] != firsts[rest][:-1]) | (mine[rest][1:] != mine[rest][:-1]))
    first = np.repeat(places[rest][begins], np.diff(np.append(np.flatnonzero(begins), len(rest))))
    firsts = firsts.copy()
    firsts[rest] = first
    same[rest] = ~begins
    return places[same], firsts[same]


def names_only(side: Side, words: Vocabulary) -> Side:
    """A table of which only the columns of names are read."""
    return evolve(side, read=frozenset(column for column in side.read if words.claim.find(column) in _OF_NAMES))


def other_hashes(pieces: Iterable[pa.Table], words: Vocabulary, places: Places) -> Hashes:
    """Another hash of the names of rows at some places, which ascend. `pieces` have the names of all rows, or at least
    of these, with their places, in order."""
    found = np.zeros(len(places), np.uint64)
    for table in pieces:
        here = places_of(table)
        low, high = np.searchsorted(places, [here[0], here[-1] + 1]) if len(here) else (0, 0)
        if low < high:
            index = pa.array(np.searchsorted(here, places[low:high]))
            longer = pc.binary_join_element_wise("#", row_names(table.take(index), words), "")
            found[low:high] = hashes(longer)
    return found
