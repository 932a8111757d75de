"""A text has one hash, whatever stands beside it: persons are brought together by it, and names found twice."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st
from tests.batch.conftest import Settle
from tests.batch.test_settling import HEAD, line, rows_of

from polc.batch.hashing import hashes


@given(st.lists(st.text("S1234567890甲", max_size=12), max_size=12), st.integers(0, 3))
def test_a_text_has_one_hash(names: list[str], cut: int) -> None:
    column = pa.array([*names, "S111", "S4", "S13", "S130"], pa.string()).slice(cut)
    alone = [hashes(pa.array([name], pa.string()))[0] for name in column.to_pylist()]
    assert hashes(column).tolist() == alone
    assert len(set(alone)) == len(set(column.to_pylist()))


def test_names_and_persons_of_several_lengths_are_not_mixed_up(settle: Settle) -> None:
    persons = ["P1", "P11", "P111", "P1111", "P11111"]  # their mean length is that of one of them
    lines = [
        line(person, f"S{'3' * (at + 1)}{number}", f"2023-0{number + 1}-01", "30000")
        for number in range(6)
        for at, person in enumerate(persons)
    ]
    settle(HEAD + "".join(lines), "whole", part_rows=1000)
    run = settle(HEAD + "".join(lines), "parts", part_rows=4)
    assert run.totals.refused == 0
    assert rows_of("whole/settled.csv") == rows_of("parts/settled.csv")
