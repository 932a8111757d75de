"""Rows in a file by cell, each of which is read without the others: `write_cells`, `read_cell`.

A cell is a stream of Arrow of its own. Behind the cells stands where each begins, so that finding one among thousands
takes two reads of a few bytes, on a file system of a cluster as well.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

WRITING = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
READING = pa.ipc.IpcReadOptions(use_threads=False)
"""For small pieces: to hand out their columns to threads takes longer than to press them together."""
_FEW = 16


def write_cells(table: pa.Table, bounds: Sequence[int], path: Path) -> None:
    """Writes the rows of a table as cells: cell `n` has those from `bounds[n]` to before `bounds[n + 1]`."""
    offsets = [0]
    with open(path, "wb") as out:
        for low, high in pairwise(bounds):
            if high > low:
                offsets.append(offsets[-1] + out.write(_stream(table.slice(low, high - low))))
            else:
                offsets.append(offsets[-1])
        out.write(np.array(offsets, np.int64).tobytes())


def read_cell(path: Path, at: int, count: int) -> pa.Table | None:
    """One of the `count` cells of a file; None where it has no rows."""
    with open(path, "rb") as source:
        source.seek(8 * (at - count - 1), os.SEEK_END)
        low, high = np.frombuffer(source.read(16), np.int64).tolist()
        if low == high:
            return None
        source.seek(low)
        data = source.read(high - low)
    return pa.ipc.open_stream(data, options=READING).read_all()


def order_by(targets: npt.NDArray[np.int64], count: int) -> tuple[npt.NDArray[np.int64], list[int]]:
    """The order that brings rows to their targets, those of one target as they stand, and the bounds between these."""
    small = targets.astype(np.uint16) if count <= 1 << 16 else targets
    order = np.argsort(small, kind="stable")
    return order, np.searchsorted(targets[order], np.arange(count + 1)).tolist()


def _stream(table: pa.Table) -> pa.Buffer:
    for at, column in enumerate(table.columns):
        if pa.types.is_dictionary(column.type) and any(len(c.dictionary) > _FEW for c in column.chunks):
            plain = column.cast(column.type.value_type).combine_chunks()
            table = table.set_column(at, table.field(at), plain.dictionary_encode().cast(column.type))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=WRITING) as writer:
        writer.write_table(table.combine_chunks())
    return sink.getvalue()
