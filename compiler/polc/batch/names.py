"""Which rows bear a name that an earlier row had: `Names`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from polc.batch.hashing import hashes
from polc.batch.inputs import Input
from polc.batch.read_rows import FILE, ROW
from polc.batch.texts import one, texts
from polc.claims.vocabulary import Vocabulary

_AT_ONCE = 1 << 24
"""How many names are looked at together; more are taken by ranges of their hashes."""
_KIND = np.dtype([("name", np.uint64), ("file", np.int32), ("row", np.int64)])


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
        valid = np.asarray(names.is_valid())
        made = np.zeros(int(valid.sum()), _KIND)
        made["name"] = hashes(names)[valid]
        made["file"] = table.column(FILE).to_numpy()[valid]
        made["row"] = table.column(ROW).to_numpy()[valid]
        half = self.folder / f"{part}.half"
        with open(half, "wb") as stream:
            made.tofile(stream)
        half.rename(self.folder / f"{part}.names")

    def twice(self, inputs: tuple[Input, ...]) -> dict[tuple[int, int], str]:
        """The rows (file and row) whose name an earlier row has, each with the place of the first such row."""
        files = sorted(self.folder.glob("*.names"))
        count = sum(path.stat().st_size for path in files) // _KIND.itemsize
        ranges = max(1, -(-count // _AT_ONCE))
        found: dict[tuple[int, int], str] = {}
        for low in range(ranges):
            for first, other in _twice(files, low, ranges):
                path = inputs[int(first["file"])].path
                found[int(other["file"]), int(other["row"])] = f"{path}:{int(first['row'])}"
        return found


def _twice(files: list[Path], low: int, ranges: int) -> Iterator[tuple[np.void, np.void]]:
    bounds = [(low + extra) * 2**64 // ranges for extra in (0, 1)]
    pieces = []
    for path in files:
        if path.stat().st_size:
            piece = np.memmap(path, _KIND, "r")
            name = piece["name"]
            inside = name >= np.uint64(bounds[0])
            if low + 1 < ranges:
                inside &= name < np.uint64(bounds[1])
            pieces.append(np.array(piece[inside]) if ranges > 1 else np.array(piece))
    if not pieces:
        return
    names = np.sort(np.concatenate([piece["name"] for piece in pieces]))
    again = np.unique(names[1:][names[1:] == names[:-1]])
    if not len(again):
        return
    suspects = np.concatenate([piece[np.isin(piece["name"], again)] for piece in pieces])
    suspects = suspects[np.lexsort((suspects["row"], suspects["file"], suspects["name"]))]
    first = suspects[0]
    for entry in suspects[1:]:
        if entry["name"] == first["name"]:
            yield first, entry
        else:
            first = entry
