"""A table in any order cut into parts of whole persons: rows go to files by a hash of their person first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from polc.batch.chunks import Chunk
from polc.batch.hashing import hashes
from polc.batch.parts import PART_ROWS, Part, persons_of, with_places
from polc.batch.texts import one
from polc.batch.work import Work

_MOST_FILES = 512
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


def spill(
    chunks: Iterable[Chunk], number: str, rows: int, work: Work, seen: Callable[[int, pa.Table], None]
) -> None:  # fmt: skip
    """Writes the rows of a table into files of the work by person. `rows` is about how many there are; `seen` is
    called with each piece and its number as it goes by."""
    count = min(_MOST_FILES, max(1, -(-rows // (PART_ROWS // 2))))
    folder = work.path("spill")
    work.drop("spill")
    folder.mkdir(parents=True)
    ragged: list[tuple[int, int, list[str], list[str]]] = []
    writers: list[pa.ipc.RecordBatchFileWriter | None] = [None] * count
    pieces = 0
    places: list[tuple[int, int, int]] = []
    try:
        for chunk in chunks:
            ragged += [(chunk.file, r.row, list(r.cells), list(r.columns)) for r in chunk.ragged]
            table = with_places(chunk)
            if not table.num_rows:
                continue
            seen(pieces, table)
            places.append((chunk.file, int(chunk.rows[0]), table.num_rows))
            pieces += 1
            target = (hashes(persons_of(one(table.column(number)))) % np.uint64(count)).astype(np.int64)
            order = np.argsort(target, kind="stable")
            bounds = np.searchsorted(target[order], np.arange(count + 1))
            ordered = table.take(pa.array(order)) if count > 1 else table
            for at in range(count):
                piece = ordered.slice(bounds[at], bounds[at + 1] - bounds[at])
                if piece.num_rows:
                    writer = writers[at]
                    if writer is None:
                        path = folder / f"{at:06}.arrow"
                        writer = writers[at] = pa.ipc.new_file(str(path), table.schema, options=_OPTIONS)
                    writer.write_table(piece.combine_chunks())
    finally:
        for writer in writers:
            if writer is not None:
                writer.close()
    work.write("spill/done.json", {"ragged": ragged, "pieces": places})


def spilled_paths(work: Work) -> list[Path]:
    """The files of a finished spill."""
    return sorted(work.path("spill").glob("*.arrow"))


def spilled_part(number: int, path: Path) -> Part:
    """One part of a spilled table, in the order of the table."""
    with pa.memory_map(str(path)) as source:
        return Part(number, pa.ipc.open_file(source).read_all())
