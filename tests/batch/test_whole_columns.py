"""Clean tables are read a column at a time: no row of them is looked at alone."""

from __future__ import annotations

import pytest
from tests.batch.conftest import Settle
from tests.batch.test_settling import HEAD, many

from polc.batch import csv_chunks, read_singly
from polc.batch.outcome import Outcome


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_clean_rows_are_not_looked_at_alone(
    settle: Settle, monkeypatch: pytest.MonkeyPatch, quoted: bool, end: str
) -> None:
    lines = many(2, 30, 200)
    if quoted:
        lines = [",".join(f'"{cell}"' for cell in text.strip().split(",")) + "\n" for text in lines]
    text = (HEAD + "".join(lines)).replace("\n", end)

    def alone(*_: object) -> None:
        pytest.fail("a row was looked at alone")

    monkeypatch.setattr(csv_chunks, "_sort", alone)
    monkeypatch.setattr(read_singly, "read_claim", alone)
    monkeypatch.setattr(Outcome, "put", alone)
    run = settle(text)
    assert run.totals.settled == 200 and run.totals.interpreted == 0
