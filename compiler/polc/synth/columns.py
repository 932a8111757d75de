"""Columns of Arrow tables from whole numbers."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from polc.synth.draws import Flags, Ints

_EPOCH = datetime.date(1970, 1, 1).toordinal()
YUAN = pa.decimal128(15, 2)


def money(fen: Ints) -> pa.Array:
    """Amounts in yuan with two decimals, from fen (0 or more)."""
    halves = np.zeros((len(fen), 2), np.int64)  # a decimal is its digits as one number of 16 bytes, the lowest first
    halves[:, 0] = fen
    return pa.Array.from_buffers(YUAN, len(fen), [None, pa.py_buffer(halves.astype("<i8", copy=False))])


def dates(ordinals: Ints, missing: Flags | None = None) -> pa.Array:
    """Dates from `datetime.date.toordinal()`."""
    return pa.array((ordinals - _EPOCH).astype(np.int32), pa.date32(), mask=missing)


def words(at: Ints, known: Sequence[str], missing: Flags | None = None) -> pa.Array:
    """Texts from their places in a list."""
    places = pa.array(at.astype(np.int32), mask=missing)
    return pa.DictionaryArray.from_arrays(places, pa.array(known, pa.string())).cast(pa.string())


def numbered(letter: str, numbers: Ints, digits: int) -> pa.Array:
    """Texts such as P0000000001."""
    texts = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), digits, "0")
    return pc.binary_join_element_wise(letter, texts, "")


def flags(values: Flags) -> pa.Array:
    """Yes and no."""
    return pa.array(values)
