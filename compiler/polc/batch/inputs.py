"""The files that make up a table: which they are, what their columns are called, how many bytes and rows they have."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from collections.abc import Sequence
from typing import Literal as OneOf

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from attrs import frozen

from pol_lang.problem import Problem, Problems
from polc.batch.mapping import Renaming
from polc.batch.problems import BadParquet, ColumnType, FloatColumn, NoTables
from polc.batch.returned import is_returned
from polc.claims.place import shown
from polc.claims.refusals import told
from polc.claims.tables import BadTable
from polc.claims.tree_problems import EmptyClaimFile, NotClaimText

Format = OneOf["csv", "parquet"]


@frozen(eq=False, repr=False, slots=False)
class Input:
    """One file of a table. `columns` are the names in its header as they are read (renamed where a mapping says so),
    `types` those of Parquet columns. Of CSV, `offset` is where the rows begin in bytes and `first` the number of the
    first of them (the header is row 1); Parquet rows are numbered from 1. `coded` are columns of Parquet with
    few texts that occur many times; they are read as codes and the texts these stand for."""

    path: str
    format: Format
    columns: tuple[str, ...]
    types: tuple[pa.DataType, ...]
    size: int
    offset: int
    first: int
    encoding: str = "utf-8"
    coded: frozenset[str] = frozenset()

    @property
    def returned(self) -> bool:
        """Whether these are refused rows that come back: their names and values are ours already."""
        return self.format == "csv" and is_returned(self.columns)


def table_files(path: str) -> tuple[str, ...]:
    """The files of a table: the path itself, or the CSV or Parquet files of a folder in alphabetical order.

    Raises `Problems` where a folder has none or both; `OSError` where nothing is there.
    """
    if not os.path.isdir(path):
        return (path,)
    found = sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(path)
        for name in names
        if not name.startswith((".", "_")) and format_of(name, strict=True)
    )
    formats = {format_of(name) for name in found}
    if len(formats) != 1:
        zh, en = ("CSV 和 Parquet 都有", "both CSV and Parquet files") if found else ("没有文件", "no files")
        raise Problems([NoTables(where=path, found_zh=zh, found_en=en)])
    return tuple(found)


def format_of(name: str, strict: bool = False) -> Format | None:
    """The format that a file's name tells; CSV where it tells none, or None with `strict`."""
    ending = os.path.splitext(name)[1].lower()
    if ending in (".parquet", ".pq"):
        return "parquet"
    return "csv" if ending == ".csv" or not strict else None


def open_table(path: str, renaming: Renaming, encoding: str = "utf-8") -> tuple[Input, ...]:
    """The files of a table with their headers. Raises `Problems`, also for columns whose type cannot be read exactly
    (`reject_types` says which), `OSError` where a file cannot be read."""
    return tuple(open_input(file, renaming, encoding) for file in table_files(path))


def open_input(path: str, renaming: Renaming, encoding: str = "utf-8") -> Input:
    """One file with its header."""
    size = os.stat(path).st_size
    if format_of(path) == "parquet":
        try:
            schema = pq.read_schema(path)
        except (pa.ArrowException, OSError) as error:
            if isinstance(error, OSError) and error.errno:
                raise
            raise Problems([BadParquet(where=path, **told(error))]) from None
        names = tuple(_named(name, renaming) for name in schema.names)
        return Input(path, "parquet", names, tuple(schema.types), size, 0, 1)
    with open(path, "rb") as stream:
        header, offset, first = read_header(stream, path, encoding)
    names = tuple(_named(name, Renaming()) for name in header)
    if not is_returned(names):
        names = tuple(_named(name, renaming) for name in header)
    return Input(path, "csv", names, (pa.string(),) * len(names), size, offset, first, encoding)


def read_header(stream: io.BufferedReader, path: str, encoding: str) -> tuple[list[str], int, int]:
    """The first row that is not empty, the byte after it and the number of the row after it. Raises `Problems`."""
    start = stream.read(3)
    if start != b"\xef\xbb\xbf":
        stream.seek(0)

    class Lines:
        """Lines of text as the reader asks for them, so that the place in the file stays known."""

        def __iter__(self) -> Lines:
            return self

        def __next__(self) -> str:
            begin = stream.tell()
            line = stream.readline(1 << 24)
            if not line:
                raise StopIteration
            end = line.find(b"\r")
            if 0 <= end < len(line) - 1 and line[end + 1 : end + 2] != b"\n":  # the line ends of long ago
                stream.seek(begin + end + 1)
                line = line[: end + 1]
            try:
                return unicodedata.normalize("NFC", line.decode(encoding))
            except UnicodeError:
                raise Problems([NotClaimText(where=path, encoding=encoding.upper())]) from None

    reader = csv.reader(Lines(), strict=True)
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            raise Problems([EmptyClaimFile(where=path)]) from None
        except csv.Error as error:
            raise Problems([BadTable(where=f"{path}:{row}", **told(error))]) from None
        if any(cell.strip() for cell in cells):
            return cells, stream.tell(), row + 1


def reject_types(inputs: Sequence[Input], read: frozenset[str]) -> None:
    """Raises `Problems` where a column that is read has a type without exact values."""
    problems: list[Problem] = []
    for entry in inputs:
        for name, kind in zip(entry.columns, entry.types, strict=True):
            if name not in read:
                continue
            if pa.types.is_floating(kind):
                problems.append(FloatColumn(where=entry.path, column=shown(name), type=str(kind)))
            elif not _readable(kind):
                problems.append(ColumnType(where=entry.path, column=shown(name), type=str(kind)))
    if problems:
        raise Problems(problems)


def _readable(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _readable(kind.value_type)
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        try:
            pc.local_timestamp(pa.array([0], kind))
        except pa.ArrowInvalid:  # no such time zone
            return False
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
        or pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_date(kind)
        or pa.types.is_timestamp(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind)
    )  # fmt: skip


def _named(name: str, renaming: Renaming) -> str:
    return renaming.name(unicodedata.normalize("NFC", name).strip())
