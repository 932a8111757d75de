"""Refused rows as lines of text, column by column: `Lines`, and cells as CSV has them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from polc.batch.arrow import filled, one, text_bytes
from polc.batch.duplicates import FILE_BITS, Places
from polc.batch.refusals import joined_texts
from polc.batch.returned import PLACE
from polc.csv_cells import FORMULA, harmless

Entry = tuple[int, str, int, str, str, Mapping[str, str]]
"""A line: the number of its file, the path of that, the row, the code, all reasons, cells."""
AT_ONCE = 1 << 14
"""How many lines are made at a time."""
_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")
_SPECIAL = ',"\n\r'
_PLAIN_SCALE = 6
"""Decimals with more places may be written with an exponent."""


@frozen(eq=False, repr=False, slots=False)
class Lines:
    """Lines of a table of refused rows, all of them text, and the place of each as a number: the file (counted as the
    inputs are) before the row."""

    places: Places
    table: pa.Table


def lines_of(entries: Iterable[Entry], columns: Iterable[str]) -> Iterator[Lines]:
    """Lines, in the order of the entries."""
    rest = iter(entries)
    while some := list(islice(rest, AT_ONCE)):
        places = np.array([(file << FILE_BITS) + row for file, _, row, *_ in some], np.int64)
        found = [[path, str(row), code, reason] for _, path, row, code, reason, _ in some]
        told = {name: pa.array([line[at] for line in found], pa.string()) for at, name in enumerate(PLACE)}
        for name in columns:
            if name not in told:
                told[name] = pa.array([entry[-1].get(name, "") for entry in some], pa.string())
        yield Lines(places, pa.table(told))


def text_cells(column: pa.Array | pa.ChunkedArray, rows: Places) -> pa.Array:
    """Some of the cells of a column as text, "" where there is nothing."""
    found = one(column.take(pa.array(rows)))
    kind = found.type
    if pa.types.is_dictionary(kind):
        found = found.cast(kind.value_type)
        kind = found.type
    plain = pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_date32(kind)
    plain = plain or (pa.types.is_decimal(kind) and 0 <= kind.scale <= _PLAIN_SCALE)
    if plain:
        return filled(found.cast(pa.string()))
    return pa.array([cell_text(cell) for cell in found.to_pylist()], pa.string())


def cell_text(cell: object) -> str:
    """A cell as text."""
    return "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)


# ---------------------------------------------------------------- CSV


def csv_line(cells: Sequence[str]) -> bytes:
    """One line of CSV."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(cells)
    return out.getvalue().encode()


def harmless_cell(cell: str) -> str:
    """A cell as tables of refused rows have it: marked where a spreadsheet program would take it for a formula, unless
    it is a number below zero."""
    return cell if _NUMBER.fullmatch(cell) else harmless(cell)


def csv_lines(table: pa.Table, columns: Sequence[str]) -> pa.Array:
    """The lines of a table of texts as CSV, each with its end."""
    pieces: list[Any] = []
    for name in columns:
        if pieces:
            pieces.append(",")
        if name in table.column_names:
            pieces.append(_csv_cells(filled(one(table.column(name)))))
    return joined_texts([*pieces, "\n"], table.num_rows)


def _csv_cells(cells: pa.Array) -> pa.Array:
    """Texts as cells of CSV: harmless, in quotation marks where they have to be."""
    offsets, data = text_bytes(cells)
    starts = offsets[:-1][offsets[1:] > offsets[:-1]]
    if len(starts) and _FIRST[data[starts - offsets[0]]].any():
        risky = pc.match_substring_regex(cells, FORMULA)
        if pc.any(risky).as_py():
            risky = pc.and_(risky, pc.invert(pc.match_substring_regex(cells, rf"\A{_NUMBER.pattern}\z")))
            cells = pc.if_else(risky, pc.binary_join_element_wise(pa.scalar("'"), cells, ""), cells)
            data = text_bytes(cells)[1]
    plain = data.tobytes()
    if not any(sign in plain for sign in _QUOTED):
        return cells
    special = pc.match_substring_regex(cells, f"[{_SPECIAL}]")
    doubled = pc.replace_substring(cells, '"', '""')
    return pc.if_else(special, pc.binary_join_element_wise(pa.scalar('"'), doubled, pa.scalar('"'), ""), cells)


_FIRST = np.isin(np.arange(256), [sign.encode()[0] for sign in "' \u3000=+-@\t\r\n＝＋－＠"])
"""Which bytes may begin what is taken for a formula."""
_QUOTED = [sign.encode() for sign in _SPECIAL]
