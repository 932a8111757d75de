"""Which rows bear the name of an earlier one, however many there are and however little is looked at together."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from polc.batch import duplicates as held
from polc.batch import names as looked
from polc.batch.duplicates import Duplicates, place_number
from polc.batch.names import Names
from polc.batch.part_columns import FILE, ROW
from polc.claims.vocabulary import vocabulary
from polc.native import sweeps
from polc.pipeline import compile_policy

WORDS = vocabulary(compile_policy("std/linxian-2023").usable)


@pytest.mark.parametrize("seed", range(40))
def test_rows_whose_name_an_earlier_row_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    random = Random(seed)
    monkeypatch.setattr(looked, "_AT_ONCE", random.choice((3, 50, 1 << 23)))
    monkeypatch.setattr(held, "_STRETCH", random.choice((1, 4, 1 << 20)))
    monkeypatch.setattr(sweeps, "FEW", random.choice((0, sweeps.FEW)))
    rows = [(file, row) for file in range(3) for row in range(2, random.randrange(3, 60))]
    called = {place: random.choice((None, *(f"S{number}" for number in range(40)))) for place in rows}
    if seed % 2:
        random.shuffle(rows)
    names = Names(tmp_path / "names", random.choice((0, 30, 10**6)), about=random.choice((0, 5, 200)))
    parts = []
    for number in range(4):
        mine = rows[number * len(rows) // 4 : (number + 1) * len(rows) // 4]
        columns = {
            "setl_id": pa.array([called[place] for place in mine], pa.string()),
            FILE: pa.array([file for file, _ in mine], pa.int32()),
            ROW: pa.array([row for _, row in mine], pa.int64()),
        }
        parts.append(pa.table(columns))
        names.add(str(number), parts[-1], WORDS)
    found = Duplicates(tmp_path / "duplicates")
    names.twice(found)
    first: dict[str, tuple[int, int]] = {}
    expected = {}
    for place in sorted(rows):
        name = called[place]
        if name is not None and first.setdefault(name, place) != place:
            expected[place] = place_number(first[name])
    told = {}
    for part in parts:
        again, firsts = found.among(part)
        assert (np.diff(again) > 0).all()
        for at, where in zip(again.tolist(), firsts.tolist(), strict=True):
            told[part.column(FILE)[at].as_py(), part.column(ROW)[at].as_py()] = where
    assert told == expected
    assert bool(found) == bool(expected)
    for low, high in (sorted(random.sample(rows, 2)) for _ in range(10)):
        assert found.between(low, high) == any(low <= place <= high for place in expected)


def test_no_rows_at_all(tmp_path: Path) -> None:
    found = Duplicates(tmp_path / "duplicates")
    Names(tmp_path / "names").twice(found)
    assert not found
    table = pa.table({FILE: pa.array(np.zeros(2, np.int32)), ROW: pa.array([1, 2], pa.int64())})
    assert not len(found.among(table)[0])
