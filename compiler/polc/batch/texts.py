"""Columns of texts as the careful reader takes them: trimmed, in NFC, without anything that cannot be seen."""

from __future__ import annotations

import unicodedata
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from polc.batch.arrow import text_bytes
from polc.claims.place import QUOTED, shown
from polc.claims.tree import odd_character

Mask = npt.NDArray[np.bool_]
_BLANK, _DELETE = 0x20, 0x7F
"""Bytes between these are signs that can be seen."""
_STRETCH = 1 << 17
"""So many bytes stay in the processor's cache while they are looked at twice."""


@frozen(eq=False, repr=False, slots=False)
class Texts:
    """Texts of a column (null where there is none), and `unusual`: cells for the careful reader."""

    values: pa.Array
    unusual: Mask


def texts(column: pa.Array) -> Texts:
    """The texts of a column of texts or whole numbers."""
    none = np.zeros(len(column), bool)
    if pa.types.is_integer(column.type):
        return Texts(column.cast(pa.string()), none)
    if not pa.types.is_string(column.type):
        return Texts(pa.nulls(len(column), pa.string()), np.asarray(column.is_valid()))
    offsets, data = text_bytes(column)
    whole = column
    if (offsets[1:] == offsets[:-1]).any():
        whole = pc.if_else(pc.equal(pc.binary_length(column), 0), None, column)
    if _plain(data):
        return Texts(whole, none)
    odd = offsets[0] + np.flatnonzero((data <= _BLANK) | (data >= _DELETE))
    rows = np.unique(np.searchsorted(offsets, odd, side="right") - 1)
    found: dict[int, str | None] = {}
    unusual = none
    for at, text in zip(rows.tolist(), column.take(pa.array(rows)).to_pylist(), strict=True):
        plain = unicodedata.normalize("NFC", text).strip() if text else None
        if plain and odd_character(plain):
            unusual[at], plain = True, None
        found[at] = plain or None
    return Texts(put(whole, found), unusual)


def _plain(data: npt.NDArray[np.uint8]) -> bool:
    """Whether all bytes are signs that can be seen, of texts without accents and the like."""
    stretches = (data[at : at + _STRETCH] for at in range(0, len(data), _STRETCH))
    return all(stretch.min() > _BLANK and stretch.max() < _DELETE for stretch in stretches)


def put(column: pa.Array, values: dict[int, Any]) -> pa.Array:
    """The column with some of its texts replaced."""
    if not values:
        return column
    mask = np.zeros(len(column), bool)
    order = sorted(values)
    mask[order] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array([values[at] for at in order], pa.string()))


def shown_texts(column: pa.Array) -> pa.Array:
    """Texts as messages quote them (`polc.claims.place.shown`); "" where there is none."""
    column = column.fill_null("") if column.null_count else column
    offsets, data = text_bytes(column)
    if len(data) and (data.min() <= _BLANK or data.max() >= _DELETE):
        rows = np.searchsorted(offsets, offsets[0] + np.flatnonzero((data <= _BLANK) | (data >= _DELETE)), side="right")
        odd = np.unique(rows - 1)
    else:
        odd = np.zeros(0, np.int64)
    odd = np.union1d(odd, np.flatnonzero(np.diff(offsets) > QUOTED))
    if not len(odd):
        return column
    found = column.take(pa.array(odd)).dictionary_encode()
    told = [shown(text) for text in found.dictionary.to_pylist()]
    return put(column, dict(zip(odd.tolist(), (told[code] for code in found.indices.to_pylist()), strict=True)))
