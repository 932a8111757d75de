"""Results of spilled parts put back into the order of the table: `write_windows`, `merged`.

The table is thought of as windows of consecutive rows. Each part's results are written as one cell per window, so that
a window is put together from one cell of every part without reading anything twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from polc.batch.cells import read_cell, write_cells
from polc.batch.duplicates import place_number, places_of
from polc.batch.part_columns import FILE, ROW
from polc.batch.sorting import sorted_by

Window = tuple[int, int]
"""File and row at which a window begins."""


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


def write_windows(table: pa.Table, windows: Sequence[Window], path: Path) -> None:
    """Writes the results of a part, which stand in the order of the table, a cell per window."""
    starts = np.array([place_number(window) for window in windows], np.int64)
    bounds = np.append(np.searchsorted(places_of(table), starts), table.num_rows)
    write_cells(table, bounds.tolist(), path)


def merged(parts: Sequence[Path], window: int, count: int) -> pa.Table | None:
    """The results of one of `count` windows (None: none); `parts` are files of those of the parts."""
    found = [table for path in parts if (table := read_cell(path, window, count)) is not None]
    if not found:
        return None
    whole = pa.concat_tables(found).combine_chunks()
    del found  # held twice else
    order = sorted_by(places_of(whole))
    return whole.take(pa.array(order)).drop_columns([FILE, ROW])
