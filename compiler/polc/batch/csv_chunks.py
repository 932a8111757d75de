"""CSV read in pieces: what is plain by the fast reader, whatever looks unusual by the one that defines what is right.

A piece is plain where both readers must agree: quotation marks stand only around whole cells or doubled inside them, no
cell holds a line end, no row is empty, every row has as many cells as the header. All else goes to Python's strict
reader, which is what the table reader of `polc.claims` uses.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv

from pol_lang.problem import Problems
from polc.batch.inputs import Input
from polc.claims.place import shown
from polc.claims.refusals import told
from polc.claims.tables import BadTable
from polc.claims.tree_problems import NotClaimText

BLOCK = 1 << 23
CAREFUL_ROWS = 20_000
_LONGEST = 1 << 17
"""Cells longer than this are no CSV to the strict reader."""
_NEWLINE, _RETURN, _QUOTE, _COMMA = 10, 13, 34, 44
_BLANK_STARTS = np.zeros(256, bool)
_BLANK_STARTS[[*b", \t\xe3\xc2"]] = True
"""Bytes with which a cell might begin that is blank, or nothing."""
Rows = npt.NDArray[np.int64]
Piece = tuple[pa.Table, Rows, list[tuple[int, tuple[str, ...]]], int]
"""A table, the numbers of its rows within the piece, the ragged rows with theirs, and how many there are in all."""


class _Careful(Exception):
    """From here on only the strict reader can tell where rows end."""


def csv_chunks(
    entry: Input, read: frozenset[str], threads: int = 1, block: int = BLOCK
) -> Iterator[tuple[Rows, pa.Table, list[tuple[int, tuple[str, ...]]]]]:
    """Row numbers, columns and ragged rows of a CSV file, piece by piece. Raises `Problems` where it is no CSV."""
    first = entry.first
    offset = entry.offset
    waiting: deque[tuple[int, Future[Piece]]] = deque()
    with open(entry.path, "rb") as stream, ThreadPoolExecutor(max(1, threads)) as pool:
        stream.seek(offset)
        blocks = _blocks(stream, block)
        more = True
        while more or waiting:
            while more and len(waiting) <= threads:
                piece = next(blocks, None)
                if piece is None:
                    more = False
                else:
                    waiting.append((len(piece[0]), pool.submit(_piece, *piece, entry, read)))
            if not waiting:
                break
            length, future = waiting.popleft()
            try:
                table, numbers, ragged, count = future.result()
            except _Careful:
                for _, other in waiting:
                    other.cancel()
                yield from _rest(entry, read, offset, first)
                return
            except _Broken as error:
                raise _bad(entry, first + error.row - 1, error.detail) from None
            yield numbers + first, table, [(row + first, cells) for row, cells in ragged]
            first += count
            offset += length


def _blocks(stream: io.BufferedReader, size: int) -> Iterator[tuple[bytes, bool]]:
    """The file in blocks, and whether each ends with a row as far as quotation marks tell."""
    rest = b""
    while True:
        data = stream.read(size)
        if not data:
            if rest:
                yield rest, True
            return
        data = rest + data
        end = _last_line_end(data)
        rest = data[end:]
        if end:
            yield data[:end], True
        elif len(rest) > 8 * size:  # a quotation mark that is not closed, most likely
            yield rest, False
            return


def _last_line_end(data: bytes) -> int:
    """The byte after the last line end that is not between quotation marks; 0 where there is none."""
    end = data.rfind(b"\n") + 1
    if b'"' not in data:
        return end
    quotes = data.count(b'"', 0, end)
    while end and quotes % 2:
        before = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= data.count(b'"', before, end)
        end = before
    return end


class _Broken(Exception):
    """The strict reader gives up at a row of the piece."""

    def __init__(self, row: int, detail: str) -> None:
        self.row, self.detail = row, detail


def _piece(data: bytes, whole: bool, entry: Input, read: frozenset[str]) -> Piece:
    if not whole:
        raise _Careful
    data = _utf8(data, entry)
    if b'"' in data and not _quotes_sound(np.frombuffer(data, np.uint8)):
        raise _Careful
    if _plain(data):
        table = _fast(data, entry, read)
        if table is not None:
            return table, np.arange(table.num_rows, dtype=np.int64), [], table.num_rows
    rows: list[tuple[int, list[str]]] = []
    ragged: list[tuple[int, tuple[str, ...]]] = []
    reader = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    count = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise _Broken(count + 1, shown(str(error))) from None
        _sort(cells, count, entry, rows, ragged)
        count += 1
    return _table([cells for _, cells in rows], entry, read), _numbers(rows), ragged, count


def _sort(
    cells: list[str],
    row: int,
    entry: Input,
    rows: list[tuple[int, list[str]]],
    ragged: list[tuple[int, tuple[str, ...]]],
) -> None:
    if not any(cell.strip() for cell in cells):
        return
    if len(cells) == len(entry.columns):
        rows.append((row, cells))
    else:
        ragged.append((row, tuple(cells)))


def _utf8(data: bytes, entry: Input) -> bytes:
    """The bytes as UTF-8 in NFC. Raises `Problems`."""
    if data.isascii():
        return data
    try:
        text = data.decode(entry.encoding)
    except UnicodeError:
        raise Problems([NotClaimText(where=entry.path, encoding=entry.encoding.upper())]) from None
    if entry.encoding == "utf-8" and unicodedata.is_normalized("NFC", text):
        return data
    return unicodedata.normalize("NFC", text).encode()


def _quotes_sound(data: npt.NDArray[np.uint8]) -> bool:
    """Whether quotation marks stand only around cells, or doubled inside of one."""
    at = np.flatnonzero(data == _QUOTE)
    if len(at) % 2:
        return False
    padded = np.full(len(data) + 2, _NEWLINE, np.uint8)
    padded[1:-1] = data
    before, after = padded[at[0::2]], padded[at[1::2] + 2]
    openers = (before == _COMMA) | (before == _NEWLINE) | (before == _RETURN)
    closers = (after == _COMMA) | (after == _NEWLINE) | (after == _RETURN)
    doubled = np.zeros(len(at), bool)
    doubled[1:] = np.diff(at) == 1
    follows = np.zeros(len(at), bool)
    follows[:-1] = doubled[1:]
    return bool(np.all(openers | doubled[0::2]) and np.all(closers | follows[1::2]))


def _plain(data: bytes) -> bool:
    """Whether lines are rows: none blank or too long, no odd line ends, no line end within quotation marks."""
    if b"\x00" in data or b"\n\n" in data or b"\n\r" in data or data[:1] in (b"\n", b"\r"):
        return False
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return False
    bytes_ = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(bytes_ == _NEWLINE)
    if len(data) > _LONGEST and int(np.max(np.diff(ends, prepend=-1, append=len(data)))) > _LONGEST:
        return False
    if b'"' in data and np.any(np.searchsorted(np.flatnonzero(bytes_ == _QUOTE), ends) % 2):
        return False
    return not _maybe_empty(bytes_, ends)


def _fast(data: bytes, entry: Input, read: frozenset[str]) -> pa.Table | None:
    """The wanted columns by Arrow; None where a row has another number of cells."""
    odd: list[object] = []

    def skip(row: object) -> str:
        odd.append(row)
        return "skip"

    names = [str(at) for at in range(len(entry.columns))]
    wanted = [at for at, name in enumerate(entry.columns) if name in read]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(data),
            pacsv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
            pacsv.ParseOptions(invalid_row_handler=skip),
            pacsv.ConvertOptions(
                include_columns=[str(at) for at in wanted], strings_can_be_null=False,
                column_types={str(at): pa.string() for at in wanted},
            ),
        )  # fmt: skip
    except pa.ArrowInvalid:
        return None
    if odd:
        return None
    return table.rename_columns([entry.columns[at] for at in wanted])


def _maybe_empty(data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> bool:
    """Whether a row might have nothing but blank cells: it begins with a comma, a blank or an empty text."""
    starts = np.concatenate(([0], ends + 1))
    starts = starts[starts < len(data) - 1]
    first = data[starts]
    if _BLANK_STARTS[first].any():
        return True
    return bool((data[starts[first == _QUOTE] + 1] == _QUOTE).any())


def _table(rows: list[list[str]], entry: Input, read: frozenset[str]) -> pa.Table:
    return pa.table(
        {
            name: pa.array([cells[at] for cells in rows], pa.string())
            for at, name in enumerate(entry.columns)
            if name in read
        }
    )


def _rest(
    entry: Input, read: frozenset[str], offset: int, first: int
) -> Iterator[tuple[Rows, pa.Table, list[tuple[int, tuple[str, ...]]]]]:
    """What is left of a file, by the strict reader alone."""
    rows: list[tuple[int, list[str]]] = []
    ragged: list[tuple[int, tuple[str, ...]]] = []
    row = first
    with open(entry.path, "rb") as stream:
        stream.seek(offset)
        text = io.TextIOWrapper(stream, entry.encoding, newline="")
        reader = csv.reader((unicodedata.normalize("NFC", line) for line in text), strict=True)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                break
            except UnicodeError:
                raise Problems([NotClaimText(where=entry.path, encoding=entry.encoding.upper())]) from None
            except csv.Error as error:
                raise _bad(entry, row, error) from None
            _sort(cells, row, entry, rows, ragged)
            row += 1
            if len(rows) + len(ragged) >= CAREFUL_ROWS:
                yield _numbers(rows), _table([cells for _, cells in rows], entry, read), ragged
                rows, ragged = [], []
    yield _numbers(rows), _table([cells for _, cells in rows], entry, read), ragged


def _numbers(rows: list[tuple[int, list[str]]]) -> Rows:
    return np.array([row for row, _ in rows], np.int64)


def _bad(entry: Input, row: int, error: object) -> Problems:
    return Problems([BadTable(where=f"{entry.path}:{row}", **told(error))])
