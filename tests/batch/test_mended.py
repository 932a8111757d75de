"""Refused rows that come back mended take the place of those that were refused, with or without numbers."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.batch.conftest import Settle
from tests.batch.test_items import read, write

from polc.batch.mapping import Renaming

HEAD = ["psn_no", "setl_id", "med_type", "enddate", "medfee_sumamt", "inscp_scp_amt"]
A = ["P1", "", "21", "2023-01-05", "20000", "20000"]
B = ["P1", "", "21", "2023-02-05", "30000", "30000"]
C = ["P1", "", "21", "2023-03-05", "30000", "30000"]
D = ["P2", "", "21", "2023-03-05", "30000", "30000"]


def mend(path: str, to: str, changes: dict[str, dict[str, str]]) -> None:
    """Writes the refused rows of a run anew, some cells changed (by the row's number); rows mapped to {} are kept."""
    rows = [row | changes[row["row"]] for row in read(path) if row["row"] in changes]
    with Path(to).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def amounts(*outs: str) -> dict[tuple[str, str], str]:
    found = {}
    for out in outs:
        for row in read(f"{out}/settled.csv"):
            found[row["psn_no"], row["medfee_sumamt"]] = row["基本医保"]
    return found


def test_a_row_without_a_number_is_mended(settle: Settle) -> None:
    write(Path("whole.csv"), HEAD, [A, B, D])
    settle("whole.csv", "whole")
    write(Path("jan.csv"), HEAD, [A, [*B[:4], "30000", "29999,99"], D])
    settle("jan.csv", "jan", state_out=True)
    assert [row["refusal"] for row in read("jan/refused.csv")] == ["C531"]
    mend("jan/refused.csv", "back.csv", {"3": {"inscp_scp_amt": "30000"}})
    run = settle("back.csv", "back", state_in="jan", state_out=True)
    assert not run.warnings or {p.code for p in run.warnings} == {"C673"}
    assert not read("back/refused.csv")
    assert amounts("jan", "back") == amounts("whole")
    settle("back.csv", "again", state_in="jan", state_out=True)
    write(Path("next.csv"), HEAD, [C])
    settle("next.csv", "next", state_in="back")
    assert not read("next/refused.csv")


def test_the_person_and_the_number_may_be_what_was_mended(settle: Settle) -> None:
    write(Path("jan.csv"), HEAD, [["P9", "X", *B[2:5], "1"], D])
    settle("jan.csv", "jan", state_out=True)
    mend("jan/refused.csv", "back.csv", {"2": {"psn_no": "P1", "setl_id": "Y", "inscp_scp_amt": "30000"}})
    settle("back.csv", "back", state_in="jan", state_out=True)
    write(Path("next.csv"), HEAD, [["P9", "N", *C[2:]]])
    settle("next.csv", "next", state_in="back")
    assert not read("next/refused.csv")


def test_rows_that_do_not_come_back_go_on_waiting(settle: Settle) -> None:
    write(Path("jan.csv"), HEAD, [[*A[:5], "x"], ["P2", "", *A[2:5], "x"]])
    settle("jan.csv", "jan", state_out=True)
    mend("jan/refused.csv", "back.csv", {"2": {"inscp_scp_amt": "20000"}})
    settle("back.csv", "back", state_in="jan", state_out=True)
    write(Path("next.csv"), HEAD, [B, D])
    settle("next.csv", "next", state_in="back")
    assert [row["psn_no"] for row in read("next/settled.csv")] == ["P1"]
    assert [row["refusal"] for row in read("next/refused.csv")] == ["C656"]


def test_a_row_refused_again_can_be_mended_again(settle: Settle) -> None:
    write(Path("jan.csv"), HEAD, [[*A[:5], "x"], B])
    settle("jan.csv", "jan", state_out=True)
    mend("jan/refused.csv", "one.csv", {"2": {"inscp_scp_amt": "y"}, "3": {}})
    settle("one.csv", "one", state_in="jan", state_out=True)
    assert [row["refusal"] for row in read("one/refused.csv")] == ["C531", "C656"]
    mend("one/refused.csv", "two.csv", {"2": {"inscp_scp_amt": "20000"}, "3": {}})
    settle("two.csv", "two", state_in="one", state_out=True)
    assert not read("two/refused.csv")
    write(Path("whole.csv"), HEAD, [A, B])
    settle("whole.csv", "whole")
    assert amounts("two") == amounts("whole")


def test_files_of_one_name_are_not_mixed_up(settle: Settle) -> None:
    state: dict[str, Any] = {}
    for month, person in (("jan", "P1"), ("feb", "P2")):
        write(Path("claims.csv"), HEAD, [[person, *A[1:5], "x"]])
        settle("claims.csv", month, state_out=True, **state)
        state = {"state_in": month}
    mend("feb/refused.csv", "back.csv", {"2": {"inscp_scp_amt": "20000"}})
    settle("back.csv", "back", state_in="feb", state_out=True)
    write(Path("next.csv"), HEAD, [B, D])
    settle("next.csv", "next", state_in="back")
    assert [row["psn_no"] for row in read("next/settled.csv")] == ["P2"]  # P1 still waits


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＠", "'=", "''+"])
def test_marks_against_formulas_are_taken_off_again(settle: Settle, sign: str) -> None:
    write(Path("jan.csv"), HEAD, [[f"{sign}P1", f"{sign}S1", *A[2:5], "x"]])
    settle("jan.csv", "jan", state_out=True)
    assert read("jan/refused.csv")[0]["psn_no"] == f"'{sign}P1"
    mend("jan/refused.csv", "back.csv", {"2": {"inscp_scp_amt": "20000"}})
    settle("back.csv", "back", state_in="jan", form="parquet", state_out=True)
    (row,) = pq.read_table("back/settled").to_pylist()
    assert (row["psn_no"], row["setl_id"]) == (f"{sign}P1", f"{sign}S1")


def test_refused_rows_have_our_names_and_values_already(settle: Settle) -> None:
    renaming = Renaming({"GR": "psn_no", "ZE": "medfee_sumamt"}, {"med_type": {"21": "11", "X": "21"}})
    write(
        Path("jan.csv"),
        ["GR", "setl_id", "med_type", "enddate", "ZE", "inscp_scp_amt"],
        [["P1", "S", "X", *A[3:5], "x"]],
    )
    settle("jan.csv", "jan", renaming=renaming, state_out=True)
    mend("jan/refused.csv", "back.csv", {"2": {"inscp_scp_amt": "20000"}})
    settle("back.csv", "back", state_in="jan", renaming=renaming)
    (row,) = read("back/settled.csv")
    assert row["基本医保"] == "13790.00"
