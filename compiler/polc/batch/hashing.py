"""Texts and numbers as 64-bit hashes, column by column, the same on every machine and in every run."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from polc.batch.arrow import filled, text_buffers, text_bytes
from polc.native import sweeps

Hashes = npt.NDArray[np.uint64]


def hashes(column: pa.Array) -> Hashes:
    """A hash per cell; nulls count as the empty text."""
    if pa.types.is_integer(column.type):
        return _mixed(column.fill_null(0).cast(pa.int64(), safe=False).to_numpy(zero_copy_only=False).view(np.uint64))
    column = filled(column.cast(pa.string()))
    if sweeps.pays(len(column)) and column.buffers()[2] is not None:
        return sweeps.hashes_of(*text_buffers(column))
    offsets, data = text_bytes(column)
    starts = (offsets[:-1] - offsets[0]).astype(np.int64) if len(offsets) else np.zeros(0, np.int64)
    lengths = np.diff(offsets)
    found = np.zeros(len(column), np.uint64)
    sizes = np.unique(lengths).tolist()
    for size in sizes:
        mine = None if len(sizes) == 1 else np.flatnonzero(lengths == size)
        cells = data.reshape(-1, size) if mine is None and size else np.zeros((len(column), 0), np.uint8)
        if mine is not None:
            cells = data[starts[mine][:, None] + np.arange(size)] if size else np.zeros((len(mine), 0), np.uint8)
        words = np.zeros((len(cells), -(-size // 8) * 8), np.uint8)
        words[:, :size] = cells
        mixed = np.full(len(cells), size, np.uint64)
        for word in words.view(np.uint64).T:
            mixed = _mixed(mixed ^ word)
        if mine is None:
            return mixed
        found[mine] = mixed
    return found


def _mixed(values: Hashes) -> Hashes:
    for shift, factor in sweeps.MIX:
        values = (values ^ (values >> np.uint64(shift))) * np.uint64(factor)
    return values
