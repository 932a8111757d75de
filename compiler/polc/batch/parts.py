"""A table cut into parts that hold whole persons: by runs of rows where it is sorted by person, else by spilling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import field, frozen

from polc.batch.arrow import Ints, filled, one, run_starts
from polc.batch.chunks import Chunk, Ragged
from polc.batch.part_columns import FILE, ROW
from polc.batch.texts import texts

PART_ROWS = 1 << 18
"""How many rows a part has, or a few more: a person is never cut."""


class NotSorted(Exception):
    """The rows of a person do not stand together."""


@frozen(eq=False, repr=False, slots=False)
class Part:
    """Rows of whole persons, with their places in columns of their own, and rows that are not even rows; of other
    tables the rows that are about these persons. `starts` are the rows with which each person's begin, where persons
    stand in ascending order and none of the rows is of nobody."""

    number: int
    table: pa.Table
    ragged: tuple[tuple[int, Ragged], ...] = ()
    sides: Mapping[str, pa.Table | None] = field(factory=dict)
    starts: Ints | None = None


def sorted_parts(chunks: Iterable[Chunk], numbers: Sequence[str], size: int = PART_ROWS) -> Iterator[Part]:
    """The parts of a table whose persons (`numbers` are their columns) stand in ascending order.

    Raises `NotSorted` as soon as they do not.
    """
    waiting: list[pa.Table] = []
    ragged: list[tuple[int, Ragged]] = []
    held, made = 0, 0
    begins = np.zeros(0, np.int64)  # the rows of what waits with which persons begin
    last: object = None
    for chunk in chunks:
        table = with_places(chunk)
        ragged += [(chunk.file, row) for row in chunk.ragged]
        if len(ragged) >= size:
            yield Part(made, _nothing(), tuple(ragged))
            made, ragged = made + 1, []
        if not table.num_rows:
            continue
        persons = persons_of(table, numbers)
        starts, first = run_starts(persons), persons[0].as_py()
        if starts is None or (last is not None and first < last):
            raise NotSorted
        begins = np.concatenate((begins, held + (starts[1:] if first == last else starts)))
        last = persons[-1].as_py()
        waiting.append(table)
        held += table.num_rows
        while held >= size:
            cut = _cut(begins, size) if last != "" else held  # rows of nobody may be cut anywhere
            if not cut:
                break
            yield Part(made, in_one_piece(_taken_off(waiting, cut)), tuple(ragged), starts=begins[begins < cut])
            held, begins = held - cut, begins[begins >= cut] - cut
            made, ragged = made + 1, []
    if held or ragged or not made:
        whole = in_one_piece(pa.concat_tables(waiting)) if waiting else _nothing()
        yield Part(made, whole, tuple(ragged), starts=begins)


def _cut(begins: Ints, size: int) -> int:
    """Where to cut off a part of about so many rows: where a person begins, 0 where there is no such place."""
    at = int(np.searchsorted(begins, size))
    return int(begins[at]) if at < len(begins) else int(begins[-1])


def _taken_off(waiting: list[pa.Table], count: int) -> pa.Table:
    """The first rows of some tables, which are taken away from there. What is in one table is not copied."""
    pieces = []
    while count:
        piece = waiting.pop(0)
        if piece.num_rows > count:
            waiting.insert(0, piece.slice(count))
            piece = piece.slice(0, count)
        pieces.append(piece)
        count -= piece.num_rows
    return pa.concat_tables(pieces)


def in_one_piece(table: pa.Table) -> pa.Table:
    """The table with each column in one piece, but for decimals, which are copied when they are read."""
    columns = [c if pa.types.is_decimal(c.type) else pa.chunked_array([one(c)]) for c in table.columns]
    return pa.table(columns, schema=table.schema)


def with_places(chunk: Chunk, base: int = 0) -> pa.Table:
    """The table of a chunk with the place of each row; files are counted from `base` on."""
    files = pa.array(np.full(chunk.table.num_rows, base + chunk.file, np.int32))
    return chunk.table.append_column(FILE, files).append_column(ROW, pa.array(chunk.rows))


def _nothing() -> pa.Table:
    return pa.table({FILE: pa.array([], pa.int32()), ROW: pa.array([], pa.int64())})


def persons_of(table: pa.Table, numbers: Sequence[str], as_text: bool = False) -> pa.Array:
    """Who rows belong to, as it is compared and hashed: numbers as they are, texts cleaned; nothing counts as ""."""
    found = [one(table.column(name)) for name in numbers if name in table.column_names]
    if len(found) == 1 and pa.types.is_integer(found[0].type) and not found[0].null_count and not as_text:
        return found[0]
    cleaned = [texts(c if pa.types.is_integer(c.type) else c.cast(pa.string())).values for c in found]
    return filled(pc.coalesce(*cleaned) if len(cleaned) > 1 else cleaned[0])
