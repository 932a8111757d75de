"""Rows put in order by columns of whole numbers: `sorted_by`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
_BITS = 63


def sorted_by(*keys: npt.NDArray[Any]) -> Ints:
    """The order of rows by some columns, the first of which counts most; rows that are alike in all stay as they stand.
    Where all columns and the place of a row fit into one number, these are sorted: that is ten times as fast."""
    count = len(keys[0])
    room = count.bit_length()
    lows = [int(key.min()) if count else 0 for key in keys]
    widths = [(int(key.max()) - low).bit_length() if count else 0 for key, low in zip(keys, lows, strict=True)]
    if sum(widths) + room > _BITS:
        return np.lexsort(keys[::-1]).astype(np.int64)
    together = np.zeros(count, np.int64)
    for key, low, width in zip(keys, lows, widths, strict=True):
        together <<= width
        together |= key.astype(np.int64) - low
    together <<= room
    together |= np.arange(count)
    together.sort()
    together &= (1 << room) - 1
    return together
