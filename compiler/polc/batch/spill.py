"""A table in any order cut into parts of whole persons: rows go to files by a hash of their person first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from polc.batch.chunks import Chunk, Ragged, decoded
from polc.batch.hashing import hashes
from polc.batch.parts import PART_ROWS, Part, persons_of, with_places
from polc.batch.read_rows import no_rows
from polc.batch.work import Work

_MOST_FILES = 512
Files = npt.NDArray[np.int64]
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


def files_for(rows: int, size: int = PART_ROWS) -> int:
    """How many files the rows of a table are spilled into."""
    return min(_MOST_FILES, max(1, -(-rows // (size // 2 or 1))))


def spill(
    chunks: Iterable[Chunk],
    numbers: Sequence[str],
    count: int,
    work: Work,
    folder: str,
    base: int = 0,
    seen: Callable[[int, pa.Table], None] | None = None,
    where: Callable[[pa.Table], Files] | None = None,
) -> None:
    """Writes the rows of a table into `count` files of a folder of the work, by person. Its files are counted from
    `base` on. `seen` is called with each piece and its number as it goes by; `where` says which
    file each row goes to, instead of the columns `numbers`."""
    work.drop(folder)
    work.path(folder).mkdir(parents=True)
    ragged: list[tuple[int, int, list[str], list[str]]] = []
    writers: list[pa.ipc.RecordBatchFileWriter | None] = [None] * count
    places: list[tuple[int, int, int]] = []
    try:
        for chunk in chunks:
            ragged += [(base + chunk.file, r.row, list(r.cells), list(r.columns)) for r in chunk.ragged]
            table = decoded(with_places(chunk, base))
            if not table.num_rows:
                continue
            target = where(table) if where else by_person(table, numbers, count)
            if seen:
                seen(len(places), table)
            places.append((base + chunk.file, int(chunk.rows[0]), table.num_rows))
            order = np.argsort(target, kind="stable")
            bounds = np.searchsorted(target[order], np.arange(count + 1))
            ordered = table.take(pa.array(order)) if count > 1 else table
            for at in range(count):
                piece = ordered.slice(bounds[at], bounds[at + 1] - bounds[at])
                if piece.num_rows:
                    writer = writers[at]
                    if writer is None:
                        path = work.path(f"{folder}/{at:06}.arrow")
                        writer = writers[at] = pa.ipc.new_file(str(path), table.schema, options=_OPTIONS)
                    writer.write_table(piece.combine_chunks())
    finally:
        for writer in writers:
            if writer is not None:
                writer.close()
    work.write(f"{folder}/done.json", {"ragged": ragged, "pieces": places})


def by_person(table: pa.Table, numbers: Sequence[str], count: int) -> Files:
    """The file that each row goes to."""
    return (hashes(persons_of(table, numbers, as_text=True)) % np.uint64(count)).astype(np.int64)


def spilled(work: Work, folder: str, at: int) -> pa.Table | None:
    """The rows of one file of a finished spill, in the order of the table; None where there are none."""
    path = work.path(f"{folder}/{at:06}.arrow")
    if not path.exists():
        return None
    with pa.OSFile(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def spilled_part(
    work: Work,
    at: int,
    claims: Sequence[str],
    sides: Mapping[str, Sequence[str]],
    read: frozenset[str],
    ragged: tuple[tuple[int, Ragged], ...],
) -> Part | None:
    """The persons of one file of the spills of all tables (each in one folder, or in several in order); None where they
    have no rows at all. Rows that are not even rows go with the first."""
    table = _together(work, claims, at)
    about = {name: _together(work, folders, at) for name, folders in sides.items()}
    if table is None:
        if at and all(side is None for side in about.values()):
            return None
        table = no_rows(read)
    return Part(at, table, () if at else ragged, about)


def _together(work: Work, folders: Sequence[str], at: int) -> pa.Table | None:
    found = [table for folder in folders if (table := spilled(work, folder, at)) is not None]
    return pa.concat_tables(found) if found else None
