"""Which file of a spill the person of a claim went to, by the number of the claim: `Whereabouts`.

Cost items name their claim and mostly not their person. So while claims are spilled, a hash of each one's number is
kept with the file it went to; put in order, the two columns are a table that is looked up in on the disk.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from polc.batch.arrow import one
from polc.batch.hashing import hashes
from polc.batch.texts import texts
from polc.batch.work import Work
from polc.claims.vocabulary import Target, Vocabulary

_AT_ONCE = 1 << 23
"""How many numbers are put in order together; more are taken by ranges of their hashes."""
Files = npt.NDArray[np.int64]


class Whereabouts:
    """The numbers of claims and where these went, as pieces of a run's work."""

    def __init__(self, work: Work, words: Vocabulary, by: Target) -> None:
        self.work, self.words, self.by = work, words, by

    def add(self, piece: str, table: pa.Table, files: Files) -> None:
        """The claims of a table, and the file each went to."""
        found: pa.Array | None = None
        for column in table.column_names:
            if self.words.claim.find(column) == self.by:
                names = texts(one(table.column(column))).values
                found = names if found is None else pc.coalesce(found, names)
        if found is None:
            return
        known = np.asarray(found.is_valid())
        for ending, values in (("files", files.astype(np.int16)[known]), ("keys", hashes(found)[known])):
            with self.work.piece(f"whereabouts/{piece}.{ending}") as half:
                values.tofile(half)

    def put_in_order(self) -> None:
        """Makes the table that numbers are looked up in. Of a number that several claims have, the first counts."""
        if self.work.has("whereabouts/done.json"):
            return
        folder = self.work.path("whereabouts")
        folder.mkdir(exist_ok=True)
        pieces = sorted(folder.glob("*.keys"))
        ranges = max(1, -(-sum(path.stat().st_size for path in pieces) // 8 // _AT_ONCE))
        with (
            self.work.piece("sorted-keys") as keys, self.work.piece("sorted-files") as files,
            open(keys, "wb") as to_keys, open(files, "wb") as to_files,
        ):  # fmt: skip
            for low in range(ranges):
                found, whither = _in_range(pieces, low, ranges)
                order = np.argsort(found, kind="stable")
                found, whither = found[order], whither[order]
                new = np.append(True, found[1:] != found[:-1]) if len(found) else np.zeros(0, bool)
                found[new].tofile(to_keys)
                whither[new].tofile(to_files)
        self.work.write("whereabouts/done.json", True)

    def files(self, table: pa.Table, keys: tuple[str, ...], count: int) -> Files:
        """The file that each item of a table goes to: that of its claim; of no claim, any."""
        cleaned = [texts(_text(table.column(name))).values for name in keys if name in table.column_names]
        names = pc.coalesce(*cleaned) if len(cleaned) > 1 else cleaned[0]
        mine = hashes(names)
        any_of_them: Files = (mine % np.uint64(count)).astype(np.int64)
        size = self.work.path("sorted-keys").stat().st_size // 8
        if not size:
            return any_of_them
        known = np.memmap(self.work.path("sorted-keys"), np.uint64, "r")
        whither = np.memmap(self.work.path("sorted-files"), np.int16, "r")
        at = np.minimum(np.searchsorted(known, mine), size - 1)
        found: Files = np.where((known[at] == mine) & np.asarray(names.is_valid()), whither[at], any_of_them)
        return found


def _text(column: pa.ChunkedArray) -> pa.Array:
    found = one(column)
    return found if pa.types.is_integer(found.type) else found.cast(pa.string())


def _in_range(pieces: list[Path], low: int, ranges: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int16]]:
    """The numbers of a range of hashes, in the order of the table, and their files."""
    first, last = (np.uint64((low + extra) * 2**64 // ranges - extra) for extra in (0, 1))
    keys, files = [np.zeros(0, np.uint64)], [np.zeros(0, np.int16)]
    for path in pieces:
        found = np.fromfile(path, np.uint64)
        mine = (found >= first) & (found <= last)
        keys.append(found[mine])
        files.append(np.fromfile(path.with_suffix(".files"), np.int16)[mine])
    return np.concatenate(keys), np.concatenate(files)
