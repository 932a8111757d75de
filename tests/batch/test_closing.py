"""Years that are closed: runs that go on come to the same, the state stays small, and what is late is told so."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.batch.test_items import read, write

from polc.batch.explain_row import read_run, row_settlement
from polc.batch.options import Options, Run
from polc.batch.policies import Policies, single
from polc.batch.run import settle_files
from polc.cli import run as polc
from polc.pipeline import Plans, compile_policy

HEAD = ["psn_no", "setl_id", "psn_idet_type", "enddate", "medfee_sumamt", "inscp_scp_amt", "continues"]
POLICY = """\
policy Lasting
  in force from 2020-01-01

readings
  copay outside base
  year  {split}by 出院日期{start}

identity 低保对象 code "A1"

layer basic paid by 基本医保统筹基金
  base       eligible_cost
  deductible 300元 per admission
  rate       70%
  cap        payment 5万元 per year

layer lasting paid by 居民大病保险资金
  base remaining eligible_cost
  deductible 2万元 for life
  rate 50%
  cap  payment 4万元 for life

layer monthly paid by 医疗救助基金
  base remaining eligible_cost
  rate 20%
  cap  payment 500元 per month
"""


def policies_of(split: str = "", start: str = "") -> Policies:
    Path("lasting.pol").write_text(POLICY.format(split=split, start=start), encoding="utf-8")
    compiled = compile_policy("lasting.pol")
    return single("lasting.pol", compiled.usable, Plans(compiled))


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(policies: Policies, rows: list[list[Any]], out: str, **options: Any) -> Run:
    write(Path(f"{out}.csv"), HEAD, rows)
    done = settle_files(policies, f"{out}.csv", out, Options(lang="en", **options))
    done.totals.check()
    return done


def drawn(seed: int, count: int) -> list[list[Any]]:
    random = Random(seed)
    rows: list[list[Any]] = []
    for number in range(count):
        day = datetime.date(2021, 1, 1) + datetime.timedelta(random.randrange(3 * 365))
        amount = f"{random.choice((400, 3_000, 20_000, 60_000)) + random.randrange(100)}.{random.randrange(100):02}"
        rows.append([f"P{random.randrange(8)}", f"S{number}", random.choice(("A1", "")), str(day), amount, amount, ""])
    return sorted(rows, key=lambda row: row[3])


@pytest.mark.parametrize(("seed", "engine"), [(0, "native"), (1, "interpreter")])
@pytest.mark.parametrize("start", ["", " from 07-01"])
def test_months_with_closed_years_come_to_what_one_run_does(seed: int, start: str, engine: str) -> None:
    policies = policies_of(start=start)
    rows = drawn(seed, 150)
    whole = run(policies, rows, "whole", engine=engine)
    assert whole.totals.amounts["lasting"]
    settled: list[dict[str, str]] = []
    state: dict[str, Any] = {}
    for month in range(0, 36, 2):
        mine = [row for row in rows if 12 * (int(row[3][:4]) - 2021) + int(row[3][5:7]) - 1 in (month, month + 1)]
        run(
            policies, mine, f"m{month}", engine=engine, state_out=True, part_rows=64, **state,
            close_before=2021 + (month - (6 if start else 0)) // 12,
        )  # fmt: skip
        state = {"state_in": f"m{month}"}
        settled += read(f"m{month}/settled.csv")
        if month:
            assert not read(f"m{month}/changes.csv")
    key = lambda row: row["setl_id"]  # noqa: E731
    expected = [{k: v for k, v in row.items() if k != "row"} for row in sorted(read("whole/settled.csv"), key=key)]
    assert [{k: v for k, v in row.items() if k != "row"} for row in sorted(settled, key=key)] == expected
    kept = pq.read_table("m34/state/history").column("setl_id").to_pylist()
    first = "2023-07-01" if start else "2023-01-01"
    assert sorted(kept) == sorted(row[1] for row in rows if row[3] >= first)


def test_only_what_still_counts_is_kept_of_a_closed_year() -> None:
    policies = policies_of()
    run(policies, [["P1", "A", "", "2021-05-01", "60000", "60000", ""]], "first", state_out=True, close_before=2022)
    kept = {(e["accumulator"], e["period"]) for e in pq.read_table("first/state/opening").to_pylist()}
    assert kept
    assert {period for _, period in kept} == {"life"}
    assert not Path("first/state/history").exists() or not list(Path("first/state/history").iterdir())


def test_late_claims_and_reversals_of_a_closed_year_are_refused_and_hold_up_nothing() -> None:
    policies = policies_of()
    run(policies, [["P1", "A", "", "2021-05-01", "60000", "60000", ""]], "first", state_out=True, close_before=2022)
    header = [*HEAD, "init_setl_id"]
    write(Path("second.csv"), header, [
        ["P1", "L", "", "2021-06-01", "100", "100", "", ""],
        ["P1", "X", "", "2021-06-01", "100", "99x", "", ""],
        ["P1", "R", "", "2021-05-01", "-60000", "-60000", "", ""],
        ["P1", "Q", "", "", "", "", "", "A"],
        ["P1", "N", "", "2022-02-01", "1300", "1300", "", ""],
    ])  # fmt: skip
    settle_files(policies, "second.csv", "second", Options(state_in="first", state_out=True, lang="en"))
    assert [(row["setl_id"], row["refusal"]) for row in read("second/refused.csv")] == [
        ("L", "C686"), ("X", "C686"), ("R", "C686"), ("Q", "C687"),
    ]  # fmt: skip
    assert [row["setl_id"] for row in read("second/settled.csv")] == ["N"]
    assert json.loads(Path("second/state/state.json").read_text(encoding="utf-8"))["closed_before"] == 2022
    assert not Path("second/state/waiting").exists() or not list(Path("second/state/waiting").iterdir())


def test_rows_that_still_wait_are_given_up_with_their_year() -> None:
    policies = policies_of()
    rows = [
        ["P1", "A", "", "2021-05-01", "100", "99", ""],
        ["P1", "B", "", "2021-06-01", "100", "100", ""],
        ["P1", "C", "", "2022-01-05", "1300", "1300", ""],
    ]
    run(policies, rows, "first", state_out=True)
    assert [row["refusal"] for row in read("first/refused.csv")] == ["C538", "C656", "C656"]
    done = run(policies, [], "closed", state_in="first", state_out=True, close_before=2022)
    assert done.totals.given_up == 2
    run(policies, [rows[2]], "after", state_in="closed", state_out=True)
    assert [row["setl_id"] for row in read("after/settled.csv")] == ["C"]


def test_a_closed_year_is_not_opened_again() -> None:
    policies = policies_of()
    run(policies, [["P1", "A", "", "2021-05-01", "600", "600", ""]], "one", state_out=True, close_before=2023)
    run(policies, [], "two", state_in="one", state_out=True, close_before=2022)
    assert json.loads(Path("two/state/state.json").read_text(encoding="utf-8"))["closed_before"] == 2023


@pytest.mark.parametrize("engine", ["native", "interpreter"])
def test_a_stay_goes_on_from_a_closed_year(engine: str) -> None:
    policies = policies_of("split one deductible ", " from 01-01")
    old = [["P1", "A", "", "2021-12-31", "200", "200", ""], ["P1", "B", "", "2021-11-30", "200", "200", ""]]
    new = [["P1", "C", "", "2022-01-05", "1000", "1000", "A"], ["P1", "D", "", "2022-01-06", "1000", "1000", ""]]
    run(policies, old + new, "whole", engine=engine)
    run(policies, old, "one", state_out=True, close_before=2022, engine=engine)
    run(policies, new[1:], "two", state_in="one", state_out=True, close_before=2022, engine=engine)
    run(policies, new[:1], "three", state_in="two", state_out=True, engine=engine)
    assert {r["setl_id"]: r["basic"] for r in read("whole/settled.csv")}["C"] == "630.00"  # 200 of the 300 were taken
    assert [r["basic"] for r in read("three/settled.csv")] == ["630.00"]


def test_a_row_of_a_run_on_a_closed_state_is_explained() -> None:
    policies = policies_of()
    rows = drawn(4, 60)
    run(policies, [row for row in rows if row[3] < "2023"], "old", state_out=True, close_before=2023)
    run(policies, [row for row in rows if row[3] >= "2023"], "new", state_in="old")
    row = read("new/settled.csv")[-1]
    (claim,) = row_settlement(read_run("new"), policies, row["setl_id"], "en").claims
    assert [f"{layer.paid // 100}.{layer.paid % 100:02}" for layer in claim.layers] == [
        row[layer] for layer in ("basic", "lasting", "monthly")
    ]


def test_closing_asks_for_a_state_to_leave(capsys: pytest.CaptureFixture[str]) -> None:
    policies_of()
    write(Path("c.csv"), HEAD, [["P1", "A", "", "2021-05-01", "600", "600", ""]])
    code = polc(["settle", "lasting.pol", "c.csv", "-o", "out", "--close-before", "2022", "--lang", "en"])
    assert code == 2
    assert "--state-out" in capsys.readouterr().err
    assert not Path("out").exists()
