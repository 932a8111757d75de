"""What is held in memory does not grow with the table."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.batch.conftest import Settle
from tests.batch.test_settling import HEAD, line, many

from polc.batch import results, spill, write_tables
from polc.batch.chunks import Chunk, Ragged, chunks
from polc.batch.inputs import open_table
from polc.batch.mapping import Renaming
from polc.batch.parts import sorted_parts


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


def folder(name: str) -> dict[str, bytes]:
    """What a run gave, but for what says when and from what."""
    return {path.name: path.read_bytes() for path in Path(name).glob("*") if path.name != "manifest.json"}


@pytest.mark.parametrize("ordered", [True, False])
def test_limits_of_what_is_held_change_no_result(
    settle: Settle, monkeypatch: pytest.MonkeyPatch, ordered: bool
) -> None:
    random = Random(5)
    lines = many(5, 30, 300)
    lines += random.sample(lines, 20)  # names that occur twice
    lines += [line("", f"N{number}", "2023-07-01", "100") for number in range(20)]  # of nobody
    lines = sorted(lines) if ordered else random.sample(lines, len(lines))
    for at in sorted(random.sample(range(len(lines)), 40)):
        lines.insert(at, "P001,not a row\n")
    claims = HEAD + "".join(lines)
    settle(claims, "whole")
    for module, name, few in ((spill, "_MOST_FILES", 3), (spill, "_RAGGED_ROWS", 4), (write_tables, "_LINES", 5),
        (write_tables, "_SAMPLE", 2), (results, "AT_ONCE", 3),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, few)
    run = settle(claims, "little", part_rows=7)
    assert folder("little") == folder("whole")
    assert run.totals.refused >= 80 and run.totals.settled >= 200


def test_rows_of_nobody_and_what_is_no_row_are_not_gathered() -> None:
    size = 10

    def pieces() -> list[Chunk]:
        nobody = pa.table({"psn_no": pa.nulls(size, pa.string())})
        rows = [np.arange(at, at + size) for at in range(2, 102, size)]
        bad = [tuple(Ragged(int(row), ("x",), ("psn_no",)) for row in of) for of in rows]
        none = np.zeros(0, np.int64)
        return [Chunk(0, of, nobody) for of in rows] + [Chunk(1, none, nobody.slice(0, 0), of) for of in bad]

    parts = list(sorted_parts(pieces(), ["psn_no"], size))
    assert [(part.table.num_rows, len(part.ragged)) for part in parts] == [(size, 0)] * 10 + [(0, size)] * 10
    assert [part.number for part in parts] == list(range(20))
