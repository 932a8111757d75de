"""A state that is not whole, or of another policy, is refused before anything is settled."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.batch.conftest import Settle
from tests.batch.test_items import read
from tests.batch.test_settling import HEAD, line

from pol_lang.problem import Problems

JANUARY = HEAD + line("P1", "S1", "2023-01-05", "1000") + line("P2", "S2", "2023-01-05", "1").replace(",1,", ",x,")
STATE = Path("jan/state")


def told(settle: Settle, state: str) -> list[str]:
    with pytest.raises(Problems) as caught:
        settle(HEAD + line("P1", "F1", "2023-02-05", "1000"), "feb", state_in=state)
    assert not Path("feb").exists()
    return [problem.code for problem in caught.value.problems]


def rewritten(table: str, made: pa.Table) -> None:
    (path,) = (STATE / table).iterdir()
    path.unlink()
    pq.write_table(made, path)


@pytest.mark.parametrize(
    "change",
    [
        lambda: shutil.rmtree(STATE / "history"),
        lambda: shutil.rmtree(STATE / "waiting"),
        lambda: rewritten("history", pa.table({"psn_no": ["P1"]})),
        lambda: rewritten("waiting", pa.table({"psn_no": ["P1"]})),
        lambda: (STATE / "state.json").write_text('{"sche', encoding="utf-8"),
        lambda: (STATE / "state.json").write_text("[]", encoding="utf-8"),
        lambda: (STATE / "state.json").write_text('{"schema": "pol.state/v0", "rows": {}}', encoding="utf-8"),
        lambda: (STATE / "state.json").unlink(),
        lambda: shutil.rmtree(STATE),
    ],
)
def test_a_state_that_is_not_whole(settle: Settle, change: Callable[[], object]) -> None:
    settle(JANUARY, "jan", state_out=True)
    assert json.loads((STATE / "state.json").read_text(encoding="utf-8"))["rows"]["history"] == 1
    change()
    assert told(settle, "jan") == ["C667"]


@pytest.mark.parametrize("day", ["", None, "soon", "-1", "4000000", "²"])
def test_a_row_that_waits_for_no_day_there_is(settle: Settle, day: str | None) -> None:
    settle(JANUARY, "jan", state_out=True)
    (path,) = (STATE / "waiting").iterdir()
    waits = pq.read_table(path)
    assert waits.num_rows == 1
    rewritten("waiting", waits.set_column(waits.column_names.index("day"), "day", pa.array([day], pa.string())))
    assert told(settle, "jan") == ["C667"]


def test_a_state_that_is_cut_short(settle: Settle) -> None:
    settle(JANUARY, "jan", state_out=True)
    (path,) = (STATE / "history").iterdir()
    path.write_bytes(path.read_bytes()[:-10])
    assert told(settle, "jan") == ["C652"]


@pytest.mark.parametrize(
    ("sums", "code"),
    [
        ("P1,基本医保.已支付,2023,-5", "C667"),
        ("P1,基本医保.已支付,2023,nan", "C667"),
        ("P1,基本医保.已支付,2023,five", "C667"),
        ("P1,基本医保.已支付,x,5", "C667"),
        (",基本医保.已支付,2023,5", "C667"),
        ("P1,基本医保.别的,2023,5", "C548"),
        ("P1,,2023,5", "C548"),
        ("P1,基本医保.已支付,2023,5\nP1,基本医保.paid_so_far,2023,5", "C529"),
    ],
)
def test_sums_that_cannot_be_meant(settle: Settle, sums: str, code: str) -> None:
    Path("sums.csv").write_text(f"psn_no,accumulator,period,value\n{sums}\n", encoding="utf-8")
    assert told(settle, "sums.csv") == [code]


def test_sums_from_elsewhere_count(settle: Settle) -> None:
    text = "psn_no,accumulator,period,value\nP1,基本医保.已支付,2023,49600\n"
    Path("sums.csv").write_text(text, encoding="utf-8")
    settle(HEAD + line("P1", "F1", "2023-02-05", "1000"), "feb", state_in="sums.csv")
    (row,) = read("feb/settled.csv")
    assert row["基本医保"] == "400.00"
