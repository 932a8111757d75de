"""Columns of amounts as fen, exactly: `fen`."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from polc.batch.arrow import one, text_bytes, valid_of, words_each, words_of
from polc.native import sweeps

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

AMOUNT = pa.decimal128(18, 2)
"""What amounts are in results."""
_SHORT = pa.decimal64(18, 2) if hasattr(pa, "decimal64") else None
_YUAN = pa.decimal128(15, 2)
_SAFE = 2**62
_STRETCH = 1 << 15
"""So many amounts stay in the processor's cache while they are looked at twice."""
_LONG = 18
"""Decimals with more digits do not fit into 64 bits."""
_DIGITS = 13
"""Amounts with more digits before the point are left to the careful reader."""
_SOUND = 10 ** (_DIGITS + 2)
"""Amounts in fen that are no less are left to it as well."""
PLAIN_AMOUNT = re.compile(rf"[0-9]{{1,{_DIGITS}}}(\.[0-9]{{1,2}})?", re.ASCII)
_PLAIN = f"^{PLAIN_AMOUNT.pattern}$"


@frozen(eq=False, repr=False, slots=False)
class Fen:
    """Amounts of a column: `values` (0 where there is none), `given`, and `unusual`: cells that the careful reader has
    to look at, which are neither."""

    values: Ints
    given: Mask
    unusual: Mask


def fen(column: pa.Array | pa.ChunkedArray) -> Fen:
    """Amounts in yuan (text, whole numbers, decimals) as fen."""
    kind = column.type
    column = one(column)
    if pa.types.is_string(kind):
        return _texts(column)
    valid = valid_of(column)
    if pa.types.is_decimal(kind):
        if is_fen(kind):
            return _bounded(_unscaled(column), valid)
        try:
            return _bounded(_unscaled(column.cast(_YUAN)), valid)
        except pa.ArrowInvalid:
            return _texts(column.cast(pa.string()))
    if pa.types.is_integer(kind):
        within = pc.greater_equal(column, pa.scalar(0, kind))
        if kind.bit_width == 64:
            within = pc.and_(within, pc.less(column, pa.scalar(10**_DIGITS, kind)))
        column = pc.if_else(pc.fill_null(within, False), column, pa.scalar(None, kind))
        seen = valid_of(column)
        values = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False) * 100
        return _unusual(values, seen, valid)
    return Fen(np.zeros(len(column), np.int64), np.zeros(len(column), bool), valid)


def plain_parts(columns: Sequence[pa.Array | pa.ChunkedArray]) -> tuple[list[Ints], int] | None:
    """The total and its four parts as fen, and what none of them is above, where every cell is an amount, none is below
    zero or absurd and the parts add up in every row; else None."""
    pieces = [column.chunks if isinstance(column, pa.ChunkedArray) else [column] for column in columns]
    lengths = [len(piece) for piece in pieces[0]]
    count, bound = sum(lengths), 0
    if not sweeps.pays(count) or any([len(piece) for piece in mine] != lengths for mine in pieces):
        return None
    if not all(is_fen(column.type) and not column.null_count for column in columns):
        return None
    values = [np.empty(count, np.int64) for _ in columns]
    ends = np.cumsum(lengths).tolist()
    for together, end in zip(zip(*pieces, strict=True), ends, strict=True):
        words = [words_of(piece)[:: words_each(piece)] for piece in together]
        bits, sound = sweeps.fen_of(words, [column[end - len(words[0]) : end] for column in values])
        if not sound or not 0 <= bits < _SOUND:
            return None
        bound |= bits
    return values, bound


def decimal(values: Ints, valid: Mask | None = None) -> pa.Array:
    """Fen as a column of yuan with two decimals: of 64 bits, where pyarrow has such, else of 128."""
    mask = None if valid is None else pa.array(valid).buffers()[1]
    if _SHORT is not None:
        return pa.Array.from_buffers(_SHORT, len(values), [mask, pa.py_buffer(np.ascontiguousarray(values))])
    words = np.empty((len(values), 2), np.int64)
    words[:, 0] = values
    words[:, 1] = values >> 63
    return pa.Array.from_buffers(AMOUNT, len(values), [mask, pa.py_buffer(words)])


def widened(table: pa.Table) -> pa.Table:
    """The table with all amounts in decimals of 128 bits, which every tool knows."""
    schema = pa.schema([field.with_type(AMOUNT) if field.type == _SHORT else field for field in table.schema])
    return table.cast(schema)


def exact_sum(column: pa.Array | pa.ChunkedArray) -> int:
    """The sum of a column of yuan made by `decimal`, in fen."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else (column,)
    return sum(fen_sum(_unscaled(chunk)) for chunk in chunks)


def fen_sum(values: Ints) -> int:
    """The sum of amounts, exactly however large it gets."""
    found = 0
    for at in range(0, len(values), _STRETCH):
        stretch = values[at : at + _STRETCH]
        if 0 <= int(np.bitwise_or.reduce(stretch)) < _SAFE // _STRETCH:  # no less than any of them
            found += int(stretch.sum())
        else:
            found += (int((stretch >> 32).sum()) << 32) + int((stretch & 0xFFFFFFFF).sum())
    return found


def is_fen(kind: pa.DataType) -> bool:
    """Whether values of a type are whole fen, and fit in a word: decimals of two places that are not too long."""
    return bool(pa.types.is_decimal(kind)) and kind.scale == 2 and kind.precision <= _LONG and kind.byte_width >= 8


def _texts(column: pa.Array) -> Fen:
    given = _not_blank(column)
    if _looks_plain(column):
        try:
            return _bounded(_unscaled(pc.if_else(pa.array(given), column, None).cast(_YUAN)), given)
        except pa.ArrowInvalid:
            pass
    column = pc.utf8_trim_whitespace(column)
    given = _not_blank(column)
    plain = pc.fill_null(pc.match_substring_regex(column, _PLAIN), False)
    values = _unscaled(pc.if_else(plain, column, None).cast(_YUAN))
    return _unusual(values, np.asarray(plain), given)


def _looks_plain(column: pa.Array) -> bool:
    """Whether all cells are digits with at most a point somewhere within; more than one point is found later."""
    offsets, data = text_bytes(column)
    if not len(data):
        return True
    if data.min() < ord(".") or data.max() > ord("9") or (data == ord("/")).any():
        return False
    points = data == ord(".")
    starts, ends = offsets[:-1] - offsets[0], offsets[1:] - offsets[0]
    filled = ends > starts
    return not (points[starts[filled]].any() or points[ends[filled] - 1].any())


def _unscaled(column: pa.Array) -> Ints:
    """The whole numbers that decimals of at most 18 digits stand for; 0 for nulls."""
    words = words_of(column)[:: words_each(column)]
    return np.where(valid_of(column), words, 0) if column.null_count else words


def _bounded(values: Ints, given: Mask) -> Fen:
    """Amounts that are neither below zero nor absurd."""
    if not len(values) or (values.min() >= 0 and values.max() < _SOUND):
        return _unusual(values, given, given)
    return _unusual(values, (values >= 0) & (values < _SOUND), given)


def _unusual(values: Ints, sound: Mask, given: Mask) -> Fen:
    sound = sound & given
    if sound.all():
        return Fen(values, sound, np.zeros(len(values), bool))
    return Fen(np.where(sound, values, 0), sound, given & ~sound)


def _not_blank(column: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(pc.greater(pc.binary_length(column), 0), False))
