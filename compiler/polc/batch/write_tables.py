"""Tables as files: settled rows as Parquet or CSV, refused rows as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from polc.batch.arrow import text_bytes
from polc.batch.duplicates import Places
from polc.batch.inputs import Format
from polc.batch.lines import Lines, csv_line, csv_lines, harmless_cell
from polc.batch.results import harmless_cells

_LINES = 1 << 17
"""About how many refused rows are put in order together."""
_SAMPLE = 1 << 10
"""Of so many lines of a piece the place of one is held."""
_TOGETHER = 1 << 14
"""So many values of a column are encoded together."""
_NONE = np.zeros(0, np.int64)


def write_settled(table: pa.Table, path: Path, form: Format) -> None:
    """Writes settled rows; CSV without a header, so that pieces can be put one after the other. Parquet says the least
    and the largest of the columns that rows are looked for by, and not of amounts."""
    if form == "csv":
        plain = harmless_cells(table)
        pacsv.write_csv(plain, str(path), pacsv.WriteOptions(include_header=False, quoting_style="needed"))
        return
    encoded: dict[str, str] = {}
    dictionary: list[str] = []
    bounds = [field.name for field in table.schema if not pa.types.is_decimal(field.type)]
    for field in table.schema:
        if pa.types.is_dictionary(field.type):
            dictionary.append(field.name)
        elif pa.types.is_decimal(field.type) or pa.types.is_integer(field.type):
            encoded[field.name] = "DELTA_BINARY_PACKED"
    pq.write_table(
        table, str(path), compression="zstd", compression_level=1, use_dictionary=dictionary, column_encoding=encoded,
        store_decimal_as_integer=True, store_schema=False, row_group_size=1 << 20, write_statistics=bounds,
        write_batch_size=_TOGETHER,
    )  # fmt: skip


def csv_header(columns: Iterable[str]) -> bytes:
    """The first line of a CSV file of settled rows."""
    return csv_line([harmless_cell(name) for name in columns])


def write_lines(lines: Sequence[Mapping[str, str]], columns: Sequence[str], path: Path) -> None:
    """Writes lines of text as CSV without a header."""
    path.write_bytes(b"".join(csv_line([harmless_cell(line.get(name, "")) for name in columns]) for line in lines))


def write_refused(lines: Iterable[Lines], columns: Sequence[str], path: Path) -> None:
    """Writes refused rows as CSV without a header, in their order, with the place of each line behind them."""
    places, ends, written = [_NONE], [_NONE], 0
    with open(path, "wb") as out:
        for some in lines:
            for low, high, text in _csv(some.table, columns):
                offsets, data = text_bytes(text)
                out.write(data.data)
                places.append(some.places[low:high])
                ends.append(offsets[1:].astype(np.int64) - offsets[0] + written)
                written += len(data)
        where = np.concatenate(places)
        for numbers in (where, np.concatenate(ends), np.array([len(where)], np.int64)):
            out.write(numbers.data)


def _csv(table: pa.Table, columns: Sequence[str]) -> Iterator[tuple[int, int, pa.Array]]:
    """A table as lines of CSV, in as many pieces as it takes: which lines a piece has, and their text."""
    waiting = [(0, table.num_rows)]
    while waiting:
        low, high = waiting.pop()
        try:
            yield low, high, csv_lines(table.slice(low, high - low), columns)
        except (pa.ArrowInvalid, pa.ArrowCapacityError):  # more text than a column holds
            if high - low < 2:
                raise
            middle = (low + high) // 2
            waiting += [(middle, high), (low, middle)]


class _Piece:
    """Refused rows as they were written. No more than every so many of the places of their lines are held."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size = path.stat().st_size
        self.count = int(np.fromfile(path, np.int64, 1, offset=self._size - 8)[0]) if self._size else 0
        places = self._numbers(0, self.count)
        self.sample, self.last = places[::_SAMPLE].copy(), int(places[-1]) if self.count else -1

    def before(self, cut: int) -> int:
        """How many of the lines stand before a place."""
        if cut > self.last:
            return self.count
        block = int(np.searchsorted(self.sample, cut))
        if not block:
            return 0
        low = (block - 1) * _SAMPLE
        return low + int(np.searchsorted(self._numbers(low, min(low + _SAMPLE, self.count)), cut))

    def lines(self, low: int, high: int) -> tuple[Places, pa.Array]:
        """Some of the lines, as bytes, and their places."""
        known = self._numbers(self.count + max(0, low - 1), self.count + high)
        ends = known if low else np.append(0, known)
        data = np.fromfile(self.path, np.uint8, int(ends[-1] - ends[0]), offset=int(ends[0]))
        buffers = [None, pa.py_buffer(ends - ends[0]), pa.py_buffer(data)]
        return self._numbers(low, high), pa.Array.from_buffers(pa.large_binary(), high - low, buffers)

    def _numbers(self, low: int, high: int) -> Places:
        """Some of the numbers behind the lines: their places, then where each ends."""
        return np.fromfile(self.path, np.int64, high - low, offset=self._size - 8 * (2 * self.count + 1 - low))


def join_refused(pieces: Sequence[Path], path: Path, columns: Sequence[str]) -> None:
    """Puts pieces of refused rows together, in the order of the table; each piece is in that order."""
    held = [piece for piece in map(_Piece, pieces) if piece.count]
    done = [0] * len(held)
    with open(path, "wb") as out:
        out.write(csv_header(columns))
        for cut in _cuts(held):
            found = []
            for at, piece in enumerate(held):
                low, done[at] = done[at], piece.before(cut)
                if done[at] > low:
                    found.append(piece.lines(low, done[at]))
            if len(found) == 1:
                _write(found[0][1], out)
            elif found:
                order = np.argsort(np.concatenate([places for places, _ in found]), kind="stable")
                _write(pa.concat_arrays([lines for _, lines in found]).take(pa.array(order)), out)


def _write(lines: pa.Array, out: IO[bytes]) -> None:
    offsets = np.frombuffer(lines.buffers()[1], np.int64)[lines.offset : lines.offset + len(lines) + 1]
    out.write(memoryview(lines.buffers()[2])[offsets[0] : offsets[-1]])


def _cuts(pieces: Sequence[_Piece]) -> Iterator[int]:
    """Places that cut lines into stretches of a bounded number; the last one is behind all of them."""
    marks = np.sort(np.concatenate([_NONE, *(piece.sample for piece in pieces)]))
    yield from marks[:: max(1, _LINES // _SAMPLE)][1:].tolist()
    yield max((piece.last for piece in pieces), default=-1) + 1


def join_files(pieces: Iterable[Path], path: Path, header: bytes = b"") -> None:
    """Puts files one after the other below a header."""
    with open(path, "wb") as out:
        out.write(header)
        for piece in pieces:
            with open(piece, "rb") as stream:
                while block := stream.read(1 << 22):
                    out.write(block)
