"""Tables read in pieces of bounded size, whatever they are stored in: `chunks`."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from attrs import frozen

from pol_lang.problem import Problems
from polc.batch.csv_chunks import csv_chunks
from polc.batch.inputs import Input
from polc.batch.mapping import Renaming
from polc.batch.problems import BadParquet
from polc.claims.refusals import told

BATCH = 1 << 18
"""How many rows of Parquet are read at a time."""
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


def chunks(inputs: Sequence[Input], read: frozenset[str], renaming: Renaming, threads: int = 1) -> Iterator[Chunk]:
    """All rows of a table in order. Raises `Problems` where a file cannot be read to its end."""
    schema = common_schema(inputs, read)
    for number, entry in enumerate(inputs):
        if entry.format == "csv":
            for rows, table, ragged in csv_chunks(entry, read, threads):
                bad = tuple(Ragged(row, cells, entry.columns) for row, cells in ragged)
                yield Chunk(number, rows, _fitted(table, schema, renaming), bad)
        else:
            for rows, table in _parquet(entry, read):
                yield Chunk(number, rows, _fitted(table, schema, renaming))


def common_schema(inputs: Sequence[Input], read: frozenset[str]) -> pa.Schema:
    """One type per column for all files: that of the files where they agree, else text, which holds every value
    exactly."""
    kinds: dict[str, set[pa.DataType]] = {}
    for entry in inputs:
        for name, kind in zip(entry.columns, entry.types, strict=True):
            if name in read:
                kinds.setdefault(name, set()).add(plain_type(kind))
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
    return kind


def _parquet(entry: Input, read: frozenset[str]) -> Iterator[tuple[Rows, pa.Table]]:
    first = entry.first
    wanted = [at for at, name in enumerate(entry.columns) if name in read]
    try:
        with pq.ParquetFile(entry.path) as file:
            names = [file.schema_arrow.names[at] for at in wanted]
            for batch in file.iter_batches(BATCH, columns=names, use_threads=True):
                arrays = [batch.column(name) for name in names]
                table = pa.table(dict(zip((entry.columns[at] for at in wanted), arrays, strict=True)))
                yield np.arange(first, first + batch.num_rows, dtype=np.int64), table
                first += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise Problems([BadParquet(where=entry.path, **told(error))]) from None


def _fitted(table: pa.Table, schema: pa.Schema, renaming: Renaming) -> pa.Table:
    """The table with the columns of the schema, in its types, with values renamed."""
    arrays = []
    for field in schema:
        at = table.schema.get_field_index(field.name)
        if at < 0:
            arrays.append(pa.nulls(table.num_rows, field.type))
            continue
        column = table.column(at)
        if column.type != field.type:
            column = column.cast(field.type)
        codes = renaming.values.get(field.name)
        arrays.append(_renamed(column, codes) if codes else column)
    return pa.table(arrays, schema=schema)


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
