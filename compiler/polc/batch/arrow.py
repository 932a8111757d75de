"""Where columns of Arrow stand in memory."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from polc.native import sweeps

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def one(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column in one piece."""
    if isinstance(column, pa.ChunkedArray):
        if column.num_chunks == 1:
            return column.chunk(0)
        return column.combine_chunks() if column.num_chunks else pa.array([], column.type)
    return column


def filled(texts: pa.Array) -> pa.Array:
    """Texts with "" where there is none."""
    return texts.fill_null("") if texts.null_count else texts


def valid_of(column: pa.Array) -> Mask:
    """Where something is given."""
    return np.asarray(column.is_valid()) if column.null_count else np.ones(len(column), bool)


def text_bytes(column: pa.Array) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Where the texts of a column begin (one more than there are), and the bytes from the first to the last."""
    _, where, data = column.buffers()
    offsets = np.frombuffer(where, np.int32)[column.offset : column.offset + len(column) + 1]
    if data is None or not len(offsets):
        return offsets, np.zeros(0, np.uint8)
    return offsets, np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]


def text_buffers(column: pa.Array) -> tuple[npt.NDArray[np.int32], int, int]:
    """Where the texts of a column begin, the address of the bytes that this counts, and how many there are."""
    data = column.buffers()[2]
    return text_bytes(column)[0], data.address, data.size


def run_starts(column: pa.Array) -> Ints | None:
    """Where texts or numbers begin that differ from the one before (the first does); None where one is less than the
    one before, or nothing."""
    if column.null_count:
        return None
    if sweeps.pays(len(column)) and pa.types.is_string(column.type) and column.buffers()[2] is not None:
        starts, ascends = sweeps.runs_of(*text_buffers(column))
        return starts if ascends else None
    before, after = column.slice(0, max(0, len(column) - 1)), column.slice(1)
    if len(before) and not pc.all(pc.less_equal(before, after)).as_py():
        return None
    differs = np.asarray(pc.not_equal(before, after))
    return np.flatnonzero(np.append(True, differs))[: len(column)].astype(np.int64)


def words_each(column: pa.Array) -> int:
    """How many words each decimal of a column has."""
    return int(column.type.byte_width) // 8


def words_of(column: pa.Array) -> Ints:
    """The words of decimals, the lowest of each first."""
    step = words_each(column)
    return np.frombuffer(column.buffers()[1], np.int64)[step * column.offset : step * (column.offset + len(column))]
