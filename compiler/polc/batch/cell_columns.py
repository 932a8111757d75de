"""Columns of cells as columns of values, each distinct cell read once: `coded`, `fact_column`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pol_lang.problem import Problem
from polc.batch.arrow import one, text_bytes
from polc.batch.fact_columns import Amounts, Coded, Codes, FactColumn, Mask
from polc.batch.money import fen
from polc.claims.persons import known_identity
from polc.claims.place import Place
from polc.claims.tree import odd_character
from polc.claims.values import read_value
from polc.claims.vocabulary import Vocabulary
from polc.plan import FactSpec

BETWEEN = re.compile(r"[、；;|]")
"""What stands between several values of one cell."""
NO_PLACE = Place("")
_TIME = ((10, b" T"), (13, b":"), (16, b":"))
_TIME_DIGITS = (11, 12, 14, 15, 17, 18)
_MOST_DAYS = 4096


def fact_column(raw: pa.Array, spec: FactSpec) -> tuple[FactColumn, Mask]:
    """A column of a fact, and the rows whose cell the careful reader has to look at."""
    if spec.unit == "money" and not spec.choices:
        amounts = fen(raw)
        return Amounts(amounts.values, amounts.given), amounts.unusual
    if spec.unit == "date":
        raw = _without_time(raw)
        if raw.type == pa.date32() and not spec.choices:
            return coded(raw, _date)
    return coded(raw, lambda cell: read_value(cell, spec.unit, spec.codes, spec.name, NO_PLACE))


@lru_cache(1 << 16)
def _date(cell: datetime.date) -> Any:
    return read_value(cell, "date", (), "", NO_PLACE)


def coded(raw: pa.Array, convert: Callable[[Any], Any]) -> tuple[Coded, Mask]:
    """A column by its distinct cells, each read once; and the rows whose cell could not be."""
    raw = one(raw)
    codes, cells = _distinct(raw)
    values: list[Any] = []
    known: dict[tuple[type, Any], int] = {}
    table = np.full(len(cells) + 1, -1, np.int32)  # the last one is for nulls
    for at, cell in enumerate(cells):
        cell = cell.strip() if isinstance(cell, str) else cell
        if cell is None or cell == "":
            continue
        odd = isinstance(cell, str) and odd_character(cell)
        value = None if odd else convert(cell)
        if value is None or isinstance(value, Problem):
            table[at] = -2
        else:
            table[at] = known.setdefault((type(value), value), len(values))
            if table[at] == len(values):
                values.append(value)
    none = np.zeros(len(raw), bool)
    if not raw.null_count and np.array_equal(table[:-1], np.arange(len(cells))):
        return Coded(codes if codes.flags.writeable else codes.copy(), values), none
    codes = table.take(codes)
    if not (table == -2).any():
        return Coded(codes, values), none
    bad = codes == -2
    codes[bad] = -1
    return Coded(codes, values), bad


def _distinct(raw: pa.Array) -> tuple[Codes, list[Any]]:
    """A column as codes of some cells, all that occur among them; −1 for nulls. Dates that lie close together are coded
    by how many days they are after the first."""
    if raw.type == pa.date32() and len(raw) and not raw.null_count:
        days = np.frombuffer(raw.buffers()[1], np.int32)[raw.offset : raw.offset + len(raw)]
        low, high = int(days.min()), int(days.max())
        if high - low < min(len(raw) // 16, _MOST_DAYS):
            return days - np.int32(low), pa.array(np.arange(low, high + 1, dtype=np.int32)).cast(raw.type).to_pylist()
    if pa.types.is_boolean(raw.type) and not raw.null_count:
        return np.asarray(raw.cast(pa.int8())).astype(np.int32), [False, True]
    encoded = raw if pa.types.is_dictionary(raw.type) else raw.dictionary_encode()
    indices = encoded.indices.fill_null(-1) if raw.null_count else encoded.indices
    codes: Codes = indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return codes, encoded.dictionary.to_pylist()


def _without_time(raw: pa.Array) -> pa.Array:
    """Dates alone where a column of times has its plain form throughout."""
    if pa.types.is_timestamp(raw.type):
        local = pc.local_timestamp(raw) if raw.type.tz else raw
        return pc.floor_temporal(local, unit="day").cast(pa.date32())
    if not pa.types.is_string(raw.type) or raw.null_count or not len(raw):
        return raw
    offsets, data = text_bytes(raw)
    if len(data) != 19 * len(raw) or not np.all(np.diff(offsets) == 19):
        return raw
    cells = data.reshape(-1, 19)
    for at, signs in _TIME:
        if not np.isin(cells[:, at], list(signs)).all():
            return raw
    digits = cells[:, _TIME_DIGITS]
    if not ((digits >= ord("0")) & (digits <= ord("9"))).all():
        return raw
    return pc.binary_slice(raw.cast(pa.binary()), 0, 10).cast(pa.string())


def identities_in(cell: Any, words: Vocabulary) -> Any:
    """The identities that a cell names, or the problem with one of them."""
    pieces = BETWEEN.split(cell) if isinstance(cell, str) else [str(cell)]
    found: dict[str, None] = {}
    for piece in pieces:
        if piece.strip():
            name = known_identity(piece.strip(), words.plan, NO_PLACE)
            if isinstance(name, Problem):
                return name
            found[name] = None
    return tuple(found)


def ordinals(column: FactColumn | None, count: int) -> Codes:
    """The dates of a column as ordinals; 0 where there is none."""
    if not isinstance(column, Coded):
        return np.zeros(count, np.int32)
    listed = [value.toordinal() if isinstance(value, datetime.date) else 0 for value in column.values]
    table = np.array([*listed, 0], np.int32)
    if listed and count and column.codes.min() >= 0 and bool((np.diff(table[:-1]) == 1).all()):
        days: Codes = column.codes + table[0]  # of days one after the other
        return days
    return np.asarray(table.take(column.codes))


def not_blank(raw: pa.Array) -> Mask:
    """Where a cell is given that is not only blanks."""
    if pa.types.is_string(raw.type):
        return np.asarray(pc.fill_null(pc.greater(pc.binary_length(pc.utf8_trim_whitespace(raw)), 0), False))
    return np.asarray(raw.is_valid())
