"""Results of spilled parts put back into the order of the table: `write_windows`, `merged`.

The table is thought of as windows of consecutive rows. Each part's results are written as one batch per window, so that
a window is put together from one batch of every part without reading anything twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from polc.batch.read_rows import FILE, ROW

Window = tuple[int, int]
"""File and row at which a window begins."""
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4", unify_dictionaries=False)
_FILE_BITS = 40


def grouped(pieces: Sequence[tuple[int, int, int]], size: int) -> list[Window]:
    """Where windows of about `size` rows begin, given where pieces begin (file, row) and how many rows they have."""
    found: list[Window] = []
    held = size
    for file, row, count in pieces:
        if held >= size:
            found.append((file, row))
            held = 0
        held += count
    return found


def write_windows(table: pa.Table, windows: Sequence[Window], path: Path) -> list[int]:
    """Writes the results of a part, which stand in the order of the table; the number of the window of each batch."""
    starts = np.array([(file << _FILE_BITS) + row for file, row in windows], np.int64)
    bounds = np.append(np.searchsorted(places(table), starts), table.num_rows)
    inside: list[int] = []
    with pa.ipc.new_file(str(path), table.schema, options=_OPTIONS) as writer:
        for window, (low, high) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
            if high > low:
                (batch,) = table.slice(low, high - low).combine_chunks().to_batches()
                writer.write_batch(batch)
                inside.append(window)
    return inside


def merged(parts: Sequence[tuple[Path, Sequence[int]]], window: int) -> pa.Table | None:
    """The results of one window (None: none); `parts` are files with the windows of their batches."""
    found: list[pa.RecordBatch] = []
    for path, inside in parts:
        at = int(np.searchsorted(inside, window))
        if at < len(inside) and inside[at] == window:
            with pa.OSFile(str(path)) as source:
                found.append(pa.ipc.open_file(source).get_batch(at))
    if not found:
        return None
    whole = pa.Table.from_batches(found).combine_chunks()
    order = np.argsort(places(whole), kind="stable")
    return whole.take(pa.array(order)).drop_columns([FILE, ROW])


def places(table: pa.Table) -> npt.NDArray[np.int64]:
    """Where rows stand, as numbers in their order."""
    file, row = table.column(FILE).to_numpy().astype(np.int64), table.column(ROW).to_numpy()
    return np.asarray((file << _FILE_BITS) + row)
