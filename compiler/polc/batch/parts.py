"""A table cut into parts that hold whole persons: by runs of rows where it is sorted by person, else by spilling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import field, frozen

from polc.batch.chunks import Chunk, Ragged
from polc.batch.read_rows import FILE, ROW
from polc.batch.texts import one, texts

PART_ROWS = 1 << 18
"""How many rows a part has, or a few more: a person is never cut."""


class NotSorted(Exception):
    """The rows of a person do not stand together."""


@frozen(eq=False, repr=False, slots=False)
class Part:
    """Rows of whole persons, with their places in columns of their own, and rows that are not even rows."""

    number: int
    table: pa.Table
    ragged: tuple[tuple[int, Ragged], ...] = field(default=())


def sorted_parts(chunks: Iterable[Chunk], number: str, size: int = PART_ROWS) -> Iterator[Part]:
    """The parts of a table whose persons (`number` is their column) stand in ascending order.

    Raises `NotSorted` as soon as they do not.
    """
    waiting: list[pa.Table] = []
    ragged: list[tuple[int, Ragged]] = []
    held, made = 0, 0
    last: object = None
    for chunk in chunks:
        table = with_places(chunk)
        ragged += [(chunk.file, row) for row in chunk.ragged]
        if not table.num_rows:
            continue
        persons = _persons(table, number)
        if not ascending(persons) or (last is not None and persons[0].as_py() < last):
            raise NotSorted
        last = persons[-1].as_py()
        waiting.append(table)
        held += table.num_rows
        if held >= size:
            whole = pa.concat_tables(waiting)
            cut = _last_person(_persons(whole, number))
            if cut:
                yield Part(made, whole.slice(0, cut), tuple(ragged))
                made, ragged = made + 1, []
            waiting = [whole.slice(cut)]
            held = whole.num_rows - cut
    if held or ragged or not made:
        yield Part(made, pa.concat_tables(waiting) if waiting else _nothing(), tuple(ragged))


def with_places(chunk: Chunk) -> pa.Table:
    """The table of a chunk with the place of each row."""
    files = pa.array(np.full(chunk.table.num_rows, chunk.file, np.int32))
    return chunk.table.append_column(FILE, files).append_column(ROW, pa.array(chunk.rows))


def _nothing() -> pa.Table:
    return pa.table({FILE: pa.array([], pa.int32()), ROW: pa.array([], pa.int64())})


def _persons(table: pa.Table, number: str) -> pa.Array:
    return persons_of(one(table.column(number)))


def persons_of(column: pa.Array) -> pa.Array:
    """Who rows belong to, as it is compared and hashed: numbers as they are, texts cleaned; nothing counts as ""."""
    if pa.types.is_integer(column.type):
        return column.fill_null(-(2**62)) if column.null_count and column.type.bit_width == 64 else column
    return texts(column if pa.types.is_string(column.type) else column.cast(pa.string())).values.fill_null("")


def ascending(column: pa.Array) -> bool:
    """Whether no value is smaller than the one before."""
    if len(column) < 2:
        return True
    if column.null_count:
        return False
    return bool(pc.all(pc.less_equal(column.slice(0, len(column) - 1), column.slice(1))).as_py())


def _last_person(persons: pa.Array) -> int:
    """Where the rows of the last person begin."""
    last = persons[-1]
    low, high = 0, len(persons)
    while low < high:
        middle = (low + high) // 2
        if persons[middle].as_py() < last.as_py():
            low = middle + 1
        else:
            high = middle
    return low
