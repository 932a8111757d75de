"""What is held in memory does not grow with the table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from polc.batch.chunks import chunks
from polc.batch.inputs import open_table
from polc.batch.mapping import Renaming


@pytest.mark.parametrize("group", [1 << 16, 1 << 26])
def test_reading_parquet_keeps_nothing_of_what_was_read(tmp_path: Path, group: int) -> None:
    rows = 1 << 21
    path = tmp_path / "claims.parquet"
    numbers = np.random.default_rng(1).integers(0, 1 << 62, rows)
    pq.write_table(pa.table({"psn_no": numbers}), path, row_group_size=group, use_dictionary=False)
    inputs = open_table(str(path), Renaming())
    before = pa.total_allocated_bytes()
    held = [pa.total_allocated_bytes() - before for _ in chunks(inputs, frozenset({"psn_no"}), Renaming())]
    assert max(held) < path.stat().st_size // 2
