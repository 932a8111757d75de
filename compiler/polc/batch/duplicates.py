"""The rows of a run whose name an earlier row has, on disk however many there are: `Duplicates`.

Theory: a place is a whole number, file before row, so that places are ordered as rows are. There are several lists of
places, each in ascending order, with the place of the first row of the same name beside each. Lists are looked at in
short stretches, so that no more than one of these is in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from polc.batch.part_columns import FILE, ROW

Place = tuple[int, int]
"""File (counted) and row."""
Places = npt.NDArray[np.int64]
NONE: Places = np.zeros(0, np.int64)
FILE_BITS = 40
_STRETCH = 1 << 20


def places_of(table: pa.Table) -> Places:
    """Where the rows of a table stand, as numbers in their order."""
    file, row = stand(table)
    return np.asarray((file.astype(np.int64) << FILE_BITS) + row)


def stand(table: pa.Table) -> tuple[npt.NDArray[np.int32], Places]:
    """The same as files (counted) and rows."""
    return table.column(FILE).to_numpy(), table.column(ROW).to_numpy()


def in_a_row(file: npt.NDArray[np.int32], row: Places) -> bool:
    """Whether rows stand one after the other in one file; not of none."""
    if not len(row) or file.min() != file.max() or row[-1] - row[0] != len(row) - 1:
        return False
    return bool((row[1:] > row[:-1]).all())


def place_number(place: Place) -> int:
    """A place as a number."""
    return (place[0] << FILE_BITS) + place[1]


class Duplicates:
    """The rows whose name an earlier row has, as files of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, number: int, places: Places, firsts: Places) -> None:
        """A list: where rows stand, in ascending order, and where the first row of each one's name stands."""
        self.folder.mkdir(parents=True, exist_ok=True)
        firsts.tofile(self.folder / f"{number:06}.firsts")
        places.tofile(self.folder / f"{number:06}.places")

    def __bool__(self) -> bool:
        return any(self.folder.glob("*.places"))

    def among(self, table: pa.Table) -> tuple[Places, Places]:
        """Those of the rows of a table, by index in ascending order, each with the place of the first row of its
        name."""
        places = places_of(table)
        order = np.argsort(places, kind="stable")
        found = [np.zeros((2, 0), np.int64)]
        found += [np.stack((order[mine], firsts)) for mine, firsts in self._matches(places[order])]
        mine, firsts = np.concatenate(found, axis=1)
        order = np.argsort(mine)
        return mine[order], firsts[order]

    def between(self, first: Place, last: Place) -> bool:
        """Whether one stands at one of two places or between them."""
        low, high = place_number(first), place_number(last)
        return any(
            np.searchsorted(stretch, low) < np.searchsorted(stretch, high, side="right")
            for _, _, stretch in self._stretches(low, high)
        )

    def _matches(self, ordered: Places) -> Iterator[tuple[Any, Places]]:
        """Which of some places, in order, are on a list, and the first ones beside them."""
        if not len(ordered):
            return
        for path, begin, stretch in self._stretches(int(ordered[0]), int(ordered[-1])):
            at = np.minimum(np.searchsorted(stretch, ordered), len(stretch) - 1)
            mine = np.flatnonzero(stretch[at] == ordered)
            if len(mine):
                firsts = _mapped(path.with_suffix(".firsts"), begin, len(stretch))
                yield mine, np.array(firsts[at[mine]])

    def _stretches(self, low: int, high: int) -> Iterator[tuple[Path, int, Places]]:
        """The stretches of all lists that hold places between two: file, where in it, and the places."""
        for path in sorted(self.folder.glob("*.places")):
            for begin in range(0, path.stat().st_size // 8, _STRETCH):
                stretch = _mapped(path, begin, min(_STRETCH, path.stat().st_size // 8 - begin))
                if stretch[0] <= high and stretch[-1] >= low:
                    yield path, begin, stretch


Twice = Duplicates | Places
"""The rows whose name an earlier row has, on disk or as their places, in numbers."""


def _mapped(path: Path, begin: int, count: int) -> Places:
    return np.memmap(path, np.int64, "r", 8 * begin, (count,))
