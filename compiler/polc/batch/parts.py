"""A table cut into parts that hold whole persons: by runs of rows where it is sorted by person, else by spilling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import field, frozen

from polc.batch.arrow import one
from polc.batch.chunks import Chunk, Ragged
from polc.batch.read_rows import FILE, ROW
from polc.batch.texts import texts

PART_ROWS = 1 << 18
"""How many rows a part has, or a few more: a person is never cut."""


class NotSorted(Exception):
    """The rows of a person do not stand together."""


@frozen(eq=False, repr=False, slots=False)
class Part:
    """Rows of whole persons, with their places in columns of their own, and rows that are not even rows; of other
    tables the rows that are about these persons."""

    number: int
    table: pa.Table
    ragged: tuple[tuple[int, Ragged], ...] = ()
    sides: Mapping[str, pa.Table | None] = field(factory=dict)


def sorted_parts(chunks: Iterable[Chunk], numbers: Sequence[str], size: int = PART_ROWS) -> Iterator[Part]:
    """The parts of a table whose persons (`numbers` are their columns) stand in ascending order.

    Raises `NotSorted` as soon as they do not.
    """
    waiting: list[pa.Table] = []
    ragged: list[tuple[int, Ragged]] = []
    held, made = 0, 0
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
        if not ascending(persons) or (last is not None and persons[0].as_py() < last):
            raise NotSorted
        last = persons[-1].as_py()
        waiting.append(table)
        held += table.num_rows
        if held >= size:
            whole = in_one_piece(pa.concat_tables(waiting))
            cut = _last_person(persons_of(whole, numbers))
            if cut:
                yield Part(made, whole.slice(0, cut), tuple(ragged))
                made, ragged = made + 1, []
            waiting = [whole.slice(cut)]
            held = whole.num_rows - cut
    if held or ragged or not made:
        yield Part(made, in_one_piece(pa.concat_tables(waiting)) if waiting else _nothing(), tuple(ragged))


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
    return (pc.coalesce(*cleaned) if len(cleaned) > 1 else cleaned[0]).fill_null("")


def ascending(column: pa.Array) -> bool:
    """Whether no value is smaller than the one before."""
    if len(column) < 2:
        return True
    if column.null_count:
        return False
    return bool(pc.all(pc.less_equal(column.slice(0, len(column) - 1), column.slice(1))).as_py())


def _last_person(persons: pa.Array) -> int:
    """Where the rows of the last person begin; those of nobody may be cut anywhere, as each is refused."""
    last = persons[-1]
    if last.as_py() == "":
        return len(persons)
    low, high = 0, len(persons)
    while low < high:
        middle = (low + high) // 2
        if persons[middle].as_py() < last.as_py():
            low = middle + 1
        else:
            high = middle
    return low
