"""Tables as files: settled rows as Parquet or CSV, refused rows as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from heapq import merge
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from polc.batch.inputs import Format
from polc.batch.results import harmless_cells
from polc.batch.returned import unmarked_text
from polc.csv_cells import harmless

_MOST_OPEN = 256
"""How many files are open at the same time."""
_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")


def write_settled(table: pa.Table, path: Path, form: Format) -> None:
    """Writes settled rows; CSV without a header, so that pieces can be put one after the other."""
    if form == "csv":
        plain = harmless_cells(table)
        pacsv.write_csv(plain, str(path), pacsv.WriteOptions(include_header=False, quoting_style="needed"))
        return
    encoded: dict[str, str] = {}
    dictionary: list[str] = []
    for field in table.schema:
        if pa.types.is_dictionary(field.type):
            dictionary.append(field.name)
        elif pa.types.is_decimal(field.type) or pa.types.is_integer(field.type):
            encoded[field.name] = "DELTA_BINARY_PACKED"
    pq.write_table(
        table, str(path), compression="zstd", compression_level=1, use_dictionary=dictionary, column_encoding=encoded,
        store_decimal_as_integer=True, store_schema=False, row_group_size=1 << 20,
    )  # fmt: skip


def csv_header(columns: Iterable[str]) -> bytes:
    """The first line of a CSV file of settled rows."""
    return _line([_harmless(name) for name in columns])


def write_refused(lines: Sequence[Mapping[str, str]], columns: Sequence[str], path: Path) -> None:
    """Writes refused rows as CSV without a header."""
    path.write_bytes(b"".join(_line([_harmless(line.get(name, "")) for name in columns]) for line in lines))


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue().encode()


def _harmless(cell: str) -> str:
    return cell if _NUMBER.fullmatch(cell) else harmless(cell)


def join_refused(pieces: Sequence[Path], files: Sequence[str], path: Path, columns: Sequence[str]) -> None:
    """Puts pieces of refused rows together, in the order of the table; each piece is in that order."""
    rank = {name: at for at, name in enumerate(files)}
    with TemporaryDirectory(dir=path.parent) as folder:
        left = deque(piece for piece in pieces if piece.stat().st_size)
        made = 0
        while len(left) > _MOST_OPEN:
            made += 1
            left.append(Path(folder, str(made)))
            _join([left.popleft() for _ in range(_MOST_OPEN)], rank, left[-1])
        _join(left, rank, path, csv_header(columns))


def _join(pieces: Iterable[Path], rank: Mapping[str, int], path: Path, header: bytes = b"") -> None:
    def place(cells: list[str]) -> tuple[int, int]:
        return rank[unmarked_text(cells[0])], int(cells[1])

    with ExitStack() as stack, open(path, "wb") as out:
        readers = [csv.reader(stack.enter_context(open(piece, encoding="utf-8", newline=""))) for piece in pieces]
        out.write(header)
        for cells in merge(*readers, key=place):
            out.write(_line(cells))


def join_files(pieces: Iterable[Path], path: Path, header: bytes = b"") -> None:
    """Puts files one after the other below a header."""
    with open(path, "wb") as out:
        out.write(header)
        for piece in pieces:
            with open(piece, "rb") as stream:
                while block := stream.read(1 << 22):
                    out.write(block)
