"""Tables read in pieces of bounded size, whatever they are stored in: `chunks`."""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from attrs import frozen

from pol_lang.problem import Problems
from polc.batch.csv_chunks import csv_chunks
from polc.batch.inputs import Input
from polc.batch.mapping import Renaming
from polc.batch.problems import BadParquet
from polc.batch.returned import unmarked
from polc.claims.refusals import told

CODED = pa.dictionary(pa.int32(), pa.string())
"""What columns of texts are read as of which few occur many times."""
BATCH = 1 << 19
"""How many rows of Parquet are read at a time."""
_READ_AT_ONCE = 1 << 20
"""How many bytes of a column of Parquet are read at a time."""
Rows = npt.NDArray[np.int64]


@frozen(eq=False, repr=False, slots=False)
class Ragged:
    """A row that does not have the cells of its header: its number and its cells."""

    row: int
    cells: tuple[str, ...]
    columns: tuple[str, ...]


@frozen(eq=False, repr=False, slots=False)
class Chunk:
    """Consecutive rows of one file (`file` counts the inputs): their numbers, the columns that were asked for (those
    that the file lacks are null), and the rows among them that could not be told apart into cells."""

    file: int
    rows: Rows
    table: pa.Table
    ragged: tuple[Ragged, ...] = ()


@frozen(eq=False, repr=False, slots=False)
class Slice:
    """A stretch of a table that can be read without the rest: a file of CSV, or row groups of a file of Parquet. `file`
    counts the inputs, `first` is the number of its first row."""

    file: int
    first: int
    groups: tuple[int, ...] | None = None


def chunks(inputs: Sequence[Input], read: frozenset[str], renaming: Renaming, threads: int = 1) -> Iterator[Chunk]:
    """All rows of a table in order. Raises `Problems` where a file cannot be read to its end."""
    schema = common_schema(inputs, read)
    for number, entry in enumerate(inputs):
        yield from _slice_chunks(entry, Slice(number, entry.first), read, schema, renaming, threads)


def slices(inputs: Sequence[Input], size: int) -> list[Slice]:
    """A table in stretches of about `size` rows, in order; a file of CSV is never cut. Raises `Problems`."""
    found = []
    for number, entry in enumerate(inputs):
        if entry.format == "csv":
            found.append(Slice(number, entry.first))
            continue
        first, held = entry.first, 0
        groups: list[int] = []
        for group, rows in enumerate(_group_rows(entry)):
            groups.append(group)
            held += rows
            if held >= size:
                found.append(Slice(number, first, tuple(groups)))
                first, held, groups = first + held, 0, []
        if groups:
            found.append(Slice(number, first, tuple(groups)))
    return found


def slice_chunks(
    inputs: Sequence[Input], of: Slice, read: frozenset[str], renaming: Renaming, threads: int = 1
) -> Iterator[Chunk]:
    """The rows of a stretch of a table in order. Raises `Problems` where they cannot be read to their end."""
    yield from _slice_chunks(inputs[of.file], of, read, common_schema(inputs, read), renaming, threads)


def _slice_chunks(
    entry: Input, of: Slice, read: frozenset[str], schema: pa.Schema, renaming: Renaming, threads: int
) -> Iterator[Chunk]:
    if entry.format == "csv":
        for rows, table, ragged in csv_chunks(entry, read, threads):
            bad = tuple(Ragged(row, cells, entry.columns) for row, cells in ragged)
            if entry.returned:
                yield Chunk(of.file, rows, unmarked(fitted(table, schema, Renaming())), bad)
                continue
            yield Chunk(of.file, rows, fitted(table, schema, renaming), bad)
    else:
        for rows, table in _parquet(entry, read, of):
            yield Chunk(of.file, rows, fitted(table, schema, renaming))


def common_schema(inputs: Sequence[Input], read: frozenset[str]) -> pa.Schema:
    """One type per column for all files: that of the files where they agree, else text, which holds every value
    exactly."""
    kinds: dict[str, set[pa.DataType]] = {}
    for entry in inputs:
        for name, kind in zip(entry.columns, entry.types, strict=True):
            if name in read:
                kinds.setdefault(name, set()).add(CODED if name in entry.coded else plain_type(kind))
    for found in kinds.values():
        found.discard(pa.null())
    return pa.schema([(name, next(iter(f)) if len(f) == 1 else pa.string()) for name, f in kinds.items()])


def plain_type(kind: pa.DataType) -> pa.DataType:
    """The type a column is read as: dictionaries as what they hold, all texts as `string`."""
    if pa.types.is_dictionary(kind):
        return plain_type(kind.value_type)
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return pa.string()
    if pa.types.is_date(kind):
        return pa.date32()
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    return kind


def _parquet(entry: Input, read: frozenset[str], of: Slice) -> Iterator[tuple[Rows, pa.Table]]:
    first = of.first
    wanted = [at for at, name in enumerate(entry.columns) if name in read]
    try:
        metadata = pq.read_metadata(entry.path)
        known = metadata.schema.to_arrow_schema().names
        names = [known[at] for at in wanted]
        coded = [name for name, at in zip(names, wanted, strict=True) if entry.columns[at] in entry.coded]
        with open_parquet(entry.path, coded, metadata) as file:
            groups = list(range(file.num_row_groups) if of.groups is None else of.groups)
            for batch in file.iter_batches(BATCH, row_groups=groups, columns=names, use_threads=True):
                arrays = [batch.column(name) for name in names]
                table = pa.table(dict(zip((entry.columns[at] for at in wanted), arrays, strict=True)))
                yield np.arange(first, first + batch.num_rows, dtype=np.int64), table
                first += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(entry, error) from None


def open_parquet(path: str, coded: Sequence[str], metadata: pq.FileMetaData | None = None) -> pq.ParquetFile:
    """A file of Parquet to be read piece by piece, some columns as codes. Nothing is read ahead: what is read ahead
    stays in memory until the file is closed, so that a large file would be held as a whole."""
    return pq.ParquetFile(
        path, metadata=metadata, read_dictionary=coded, pre_buffer=False, buffer_size=_READ_AT_ONCE
    )  # fmt: skip


def _group_rows(entry: Input) -> list[int]:
    """How many rows each row group of a file has."""
    try:
        metadata = pq.read_metadata(entry.path)
    except (pa.ArrowException, OSError) as error:
        raise _unreadable(entry, error) from None
    return [metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)]


def _unreadable(entry: Input, error: Exception) -> Exception:
    """What to raise for a file that cannot be read: what the system said, or that it is not Parquet."""
    if isinstance(error, OSError) and error.errno:
        return error
    return Problems([BadParquet(where=entry.path, **told(error))])


def decoded(table: pa.Table) -> pa.Table:
    """The table with texts in place of codes."""
    schema = pa.schema([field.with_type(pa.string()) if field.type == CODED else field for field in table.schema])
    return table if schema == table.schema else table.cast(schema)


def fitted(table: pa.Table, schema: pa.Schema, renaming: Renaming) -> pa.Table:
    """The table with the columns of the schema, in its types, with values renamed."""
    arrays = []
    for field in schema:
        at = table.schema.get_field_index(field.name)
        if at < 0:
            arrays.append(pa.nulls(table.num_rows, field.type))
            continue
        column = _holdable(table.column(at))
        if column.type != field.type:
            column = column.cast(field.type)
        codes = renaming.values.get(field.name)
        arrays.append(_renamed(column, codes) if codes else column)
    return pa.table(arrays, schema=schema)


def _holdable(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dates and times as Python can hold them: those outside of its calendar become its first or last day, which are
    refused; fractions of a microsecond are cut off."""
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        column = column.cast(pa.timestamp("us", kind.tz), safe=False)
    if not (pa.types.is_date(kind) or pa.types.is_timestamp(kind)) or not len(column):
        return column
    first, last = (_moment(day, column.type) for day in (datetime.date.min, datetime.date.max))
    wide = pa.int64() if column.type.bit_width == 64 else pa.int32()
    numbers = column.cast(wide)
    found = pc.min_max(numbers).as_py()
    if found["min"] is None or (found["min"] >= first and found["max"] <= last):
        return column
    clamped = pc.max_element_wise(pc.min_element_wise(numbers, last, skip_nulls=False), first, skip_nulls=False)
    return clamped.cast(wide).cast(column.type)


def _moment(day: datetime.date, kind: pa.DataType) -> int:
    """A day as a number of a type of dates or times."""
    days = (day - datetime.date(1970, 1, 1)).days
    if pa.types.is_date32(kind):
        return days
    return days * 86_400 * {"s": 1, "ms": 1000, "us": 1_000_000}[kind.unit if pa.types.is_timestamp(kind) else "ms"]


def _renamed(column: pa.ChunkedArray, codes: dict[str, str] | object) -> pa.ChunkedArray:
    """A column with their codes replaced by our values; a cell may hold several, with a separator between them."""
    assert isinstance(codes, dict)
    coded = pa.chunked_array([column.cast(pa.string()).combine_chunks()]).dictionary_encode().combine_chunks()
    values = []
    for text in coded.dictionary.to_pylist():
        plain = unicodedata.normalize("NFC", text).strip()
        whole = codes.get(plain)
        if whole is None:
            parts = [
                part.strip() for part in plain.replace("；", "、").replace(";", "、").replace("|", "、").split("、")
            ]
            whole = "、".join(codes.get(part, part) for part in parts) if any(p in codes for p in parts) else text
        values.append(whole)
    return pa.chunked_array([pa.array(values, pa.string()).take(coded.indices)], pa.string())
