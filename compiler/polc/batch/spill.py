"""A table in any order cut into parts of whole persons: rows go to files by a hash of their person first.

A file holds the rows of one part. Where there are more parts than files may be open, it holds those of several, with
the part of each row beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from polc.batch.cells import READING, WRITING, order_by
from polc.batch.chunks import Chunk, decoded
from polc.batch.hashing import hashes
from polc.batch.part_columns import ROW, no_rows
from polc.batch.parts import PART_ROWS, Part, persons_of, with_places
from polc.batch.work import Work

_MOST_FILES = 512
_RAGGED_ROWS = 1 << 16
_PART = "polc:part"
RaggedRow = tuple[int, int, list[str], list[str]]
"""File, row, cells, columns."""
Files = npt.NDArray[np.int64]


def parts_for(rows: int, size: int = PART_ROWS) -> int:
    """How many parts the rows of a table are spilled into."""
    return max(1, -(-rows // (size // 2 or 1)))


def _parts_in_a_file(count: int) -> int:
    return -(-count // _MOST_FILES)


def spill(
    chunks: Iterable[Chunk],
    numbers: Sequence[str],
    count: int,
    work: Work,
    folder: str,
    base: int = 0,
    seen: Callable[[int, pa.Table], None] | None = None,
    where: Callable[[pa.Table], Files] | None = None,
    size: int = PART_ROWS,
) -> None:
    """Writes the rows of a table into a folder of the work, in `count` parts by person. Its files are counted from
    `base` on. `seen` is called with each piece and its number as it goes by; `where` says which part each row goes to,
    instead of the columns `numbers`. Where stretches of up to `size` rows of the table begin is written down too."""
    work.drop(folder)
    work.path(folder).mkdir(parents=True)
    ragged: list[RaggedRow] = []
    lists = 0
    each = _parts_in_a_file(count)
    starts = [*range(0, count, each), count]
    writers: list[pa.ipc.RecordBatchFileWriter | None] = [None] * (len(starts) - 1)
    places: list[tuple[int, int, int]] = []
    try:
        for number, chunk in enumerate(chunks):
            ragged += [(base + chunk.file, r.row, list(r.cells), list(r.columns)) for r in chunk.ragged]
            if len(ragged) >= _RAGGED_ROWS:
                work.write(_ragged_list(folder, lists), ragged)
                ragged, lists = [], lists + 1
            table = decoded(with_places(chunk, base))
            if not table.num_rows:
                continue
            target = where(table) if where else by_person(table, numbers, count)
            if seen:
                seen(number, table)
            for low in range(0, table.num_rows, size):
                some = chunk.rows[low : low + size]
                places.append((base + chunk.file, int(some[0]), len(some)))
            order, every = order_by(target, count)
            bounds = [every[start] for start in starts]
            ordered = table.take(pa.array(order)) if count > 1 else table
            if each > 1:
                ordered = ordered.append_column(_PART, pa.array(target[order].astype(np.int32)))
            for at in range(len(writers)):
                piece = ordered.slice(bounds[at], bounds[at + 1] - bounds[at])
                if piece.num_rows:
                    writer = writers[at]
                    if writer is None:
                        path = work.path(f"{folder}/{at:06}.arrow")
                        writer = writers[at] = pa.ipc.new_file(str(path), ordered.schema, options=WRITING)
                    writer.write_table(piece.combine_chunks())
    finally:
        for writer in writers:
            if writer is not None:
                writer.close()
    work.write(f"{folder}/done.json", {"ragged": ragged, "lists": lists, "pieces": places})


def ragged_lists(work: Work, folder: str) -> Iterator[list[RaggedRow]]:
    """The rows of a table that are not even rows, in the order of the table, a bounded number at a time (the last list
    may have none)."""
    done = work.read(f"{folder}/done.json")
    for number in range(done["lists"]):
        yield work.read(_ragged_list(folder, number))
    yield done["ragged"]


def _ragged_list(folder: str, number: int) -> str:
    return f"{folder}/ragged-{number:06}.json"


def by_person(table: pa.Table, numbers: Sequence[str], count: int) -> Files:
    """The part that each row goes to. Rows that do not say whose they are go to all parts alike: each is refused."""
    persons = persons_of(table, numbers, as_text=True)
    found = hashes(persons)
    nobody = np.asarray(pc.equal(persons, ""))
    if nobody.any():
        found[nobody] = table.column(ROW).to_numpy()[nobody]
    return (found % np.uint64(count)).astype(np.int64)


def spilled(work: Work, folder: str, at: int, count: int) -> pa.Table | None:
    """The rows of one of `count` parts of a finished spill, in the order of the table; None where there are none."""
    each = _parts_in_a_file(count)
    path = work.path(f"{folder}/{at // each:06}.arrow")
    if not path.exists():
        return None
    with pa.OSFile(str(path)) as source:
        reader = pa.ipc.open_file(source, options=READING)
        if each == 1:
            return reader.read_all()
        found = []
        for number in range(reader.num_record_batches):
            batch = reader.get_batch(number)
            low, high = np.searchsorted(batch.column(_PART).to_numpy(), [at, at + 1])
            if high > low:  # copied, so that the others need not stay
                found.append(batch.drop_columns([_PART]).take(pa.array(np.arange(low, high))))
        return pa.Table.from_batches(found) if found else None


def spilled_part(
    work: Work,
    at: int,
    count: int,
    claims: Sequence[str],
    sides: Mapping[str, Sequence[str]],
    read: frozenset[str],
) -> Part | None:
    """The persons of one of `count` parts of the spills of all tables (each in one folder, or in several in order);
    None where they have no rows at all, unless it is the first."""
    table = _together(work, claims, at, count)
    about = {name: _together(work, folders, at, count) for name, folders in sides.items()}
    if table is None:
        if at and all(side is None for side in about.values()):
            return None
        table = no_rows(read)
    return Part(at, table, (), about)


def _together(work: Work, folders: Sequence[str], at: int, count: int) -> pa.Table | None:
    found = [table for folder in folders if (table := spilled(work, folder, at, count)) is not None]
    return pa.concat_tables(found) if found else None
