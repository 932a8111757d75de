"""Tenths of persons by cost, the most affected, rows left out: small cases worked out by hand, whatever the order."""

from __future__ import annotations

import csv
import json
from itertools import pairwise, permutations
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from polc.batch.options import Options
from polc.cli import run
from polc.impact.by_person import Persons
from polc.impact.in_force import AsIfInForce
from polc.impact.json import impact_json
from polc.impact.measure import measure
from polc.impact.tenths import Stored, deciles, most_affected, write_persons
from polc.pipeline import compile_policy

# 50 % above 100 yuan of every stay, at most 1,000 yuan a year; the new policy 60 %, at most 900.
POLICY = """政策 县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
保障层 统筹 支付方 基本医保统筹基金
  基数 政策范围内费用
  起付线 100元 每次
  支付比例 50%
  封顶线 支付额 1000元 每年
"""
HEAD = "psn_no,setl_id,enddate,medfee_sumamt,inscp_scp_amt,fulamt_ownpay_amt,preselfpay_amt,overlmt_selfpay\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "旧.pol").write_text(POLICY, encoding="utf-8")
    (tmp_path / "新.pol").write_text(POLICY.replace("50%", "60%").replace("1000元", "900元"), encoding="utf-8")
    return tmp_path


def row(person: str, id: str, amount: int, day: str = "2023-05-01") -> str:
    return f"{person},{id},{day},{amount},{amount},0,0,0\n"


def found(rows: str, **options: Any) -> Any:
    Path("claims.csv").write_text(HEAD + rows, encoding="utf-8")
    policies = [AsIfInForce(compile_policy(name)) for name in ("旧.pol", "新.pol")]
    return impact_json(measure(policies[0], policies[1], "claims.csv", Options(threads=1, **options)))


# Twelve persons: tenths end at ranks 1, 2, 3, 4, 6, 7, 8, 9, 10, 12. Four cost 300 each, so that the second to the
# fifth tenth end among them, by number: A, B, C, D.
COSTS = {"Z": 200, "D": 300, "B": 300, "A": 300, "C": 300, "E": 500, "F": 700, "G": 1100, "H": 1500, "I": 2100,
         "J": 3000, "K": 4000}  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("part_rows", [2, 5, 100])
def test_tenths_of_twelve_persons(folder: Path, seed: int, part_rows: int) -> None:
    order = sorted(COSTS, key=lambda person: (seed == 0, Random(f"{seed}{person}").random()))
    told = found("".join(row(person, f"S{person}", COSTS[person]) for person in order), part_rows=part_rows)
    assert [(x["persons"], x["least"], x["most"]) for x in told["deciles"]] == [
        (1, "200.00", "200.00"), (1, "300.00", "300.00"), (1, "300.00", "300.00"), (1, "300.00", "300.00"),
        (2, "300.00", "500.00"), (1, "700.00", "700.00"), (1, "1100.00", "1100.00"), (1, "1500.00", "1500.00"),
        (1, "2100.00", "2100.00"), (2, "3000.00", "4000.00"),
    ]  # fmt: skip
    # Old pays half of what is above 100, at most 1,000: Z 50, A to D 100 each, E 200, F 300, G 500, H 700, then 1,000.
    # New pays 60 %, at most 900: 60, 120, 240, 360, 600, 840, 900.
    assert [(x["old"], x["new"]) for x in told["deciles"]] == [
        ("150.00", "140.00"), ("200.00", "180.00"), ("200.00", "180.00"), ("200.00", "180.00"), ("500.00", "440.00"),
        ("400.00", "340.00"), ("600.00", "500.00"), ("800.00", "660.00"), ("1100.00", "1200.00"),
        ("5000.00", "5200.00"),
    ]  # fmt: skip
    assert told["deciles"][8]["burdened"] == "100.00" and told["deciles"][8]["lose"] == 1
    # K, J and I bear 100 more each, G 100 less: of equal changes the costlier first; of equal ones A before B.
    assert [(x["person"], x["change"]) for x in told["most_affected"]] == [
        ("H", "-140.00"), ("K", "100.00"), ("J", "100.00"), ("I", "100.00"), ("G", "-100.00"), ("F", "-60.00"),
        ("E", "-40.00"), ("A", "-20.00"), ("B", "-20.00"), ("C", "-20.00"),
    ]  # fmt: skip
    # Up to 100 yuan: 9 gain (Z 10, four 20, E 40, F 60, G 100 — the edge is in) and three lose; above: H.
    assert [(x["over"], x["up_to"], x["gain"], x["lose"], x["spared"]) for x in told["sizes"]] == [
        ("0.00", "100.00", 8, 3, "290.00"), ("100.00", "1000.00", 1, 0, "140.00"),
    ]  # fmt: skip


def test_tenths_are_the_same_however_persons_are_cut_into_parts(tmp_path: Path) -> None:
    random = Random(5)
    everybody = [(f"P{at:03}", random.choice((0, 0, 7, 7, 7, 50, at)), at, at // 2) for at in range(137)]
    expected = None
    for seed in range(8):
        random.shuffle(everybody)
        cuts = sorted({0, 137, *(random.randrange(137) for _ in range(seed))})
        stored = []
        for low, high in pairwise(cuts):
            path = tmp_path / f"{seed}-{low}"
            write_persons(_persons(everybody[low:high]), path)
            stored.append(Stored(path))
        told = [(x.least, x.most, x.cost, x.old, x.new, x.tally.gain) for x in deciles(stored)]
        expected = expected or told
        assert told == expected
    ranked = sorted(everybody, key=lambda one: (one[1], one[0]))
    for at, line in enumerate(expected or []):
        inside = ranked[137 * at // 10 : 137 * (at + 1) // 10]
        assert line[2:5] == tuple(sum(one[field] for one in inside) for field in (1, 2, 3))


def _persons(chosen: list[tuple[str, int, int, int]]) -> Persons:
    numbers, *columns = zip(*chosen, strict=True)
    cost, old, new = (np.array(column, np.int64) for column in columns)
    places = np.arange(len(chosen))
    return Persons(
        pa.array(numbers), places, places, np.ones(len(chosen), np.int64), cost, (old, new), ({}, {}), (),
        np.zeros(len(chosen), np.int64),
    )  # fmt: skip


def test_most_affected_are_ranked_by_change_cost_and_number() -> None:
    chosen = [("B", 5, 0, 9), ("A", 5, 0, 9), ("C", 6, 9, 0), ("D", 1, 3, 3), ("E", 0, 0, 10)]
    for order in permutations(chosen):
        assert [x.id for x in most_affected(_persons(list(order)))] == ["E", "C", "A", "B"]


HUNDRED = [row(f"P{at:03}", f"S{at}", 200 + at) for at in range(100)]


@pytest.mark.parametrize("ordered", [True, False])
def test_rows_that_occur_twice_or_cancel_others(folder: Path, ordered: bool) -> None:
    rows = list(HUNDRED)
    rows.insert(11, row("P010", "R1", -210))  # cancels S10
    rows.insert(60, row("P058", "S3", 1000))  # a name that stands in another part
    if not ordered:
        rows = rows[1::2] + rows[::2]
    told = found("".join(rows), part_rows=8)
    counts = [told["claims"][key] for key in ("rows", "settled", "cancelled", "left_out")]
    assert counts == [102, 99, 2, 1]
    assert told["cost"]["cancelled"] == "0.00"
    assert [x["person"] for x in told["refused"]] == ["P058"]
    assert told["refused"][0]["old"] == told["refused"][0]["new"] and told["refused"][0]["old"][0]["code"] == "C547"


def test_all_rows_left_out_can_be_written_down(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row(f"P{at:04}", f"S{at}", 200)[:-6] + ("0,0,1\n" if at % 3 else "0,0,0\n") for at in range(3000)]
    (folder / "claims.csv").write_text(HEAD + "".join(rows) + "=X,Sx,2023-01-01,1,2\n", encoding="utf-8")
    arguments = ["impact", "旧.pol", "新.pol", "claims.csv", "--refused", "left.csv", "--lang", "en"]
    assert run([*arguments, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["refused"]) == 1000 and told["claims"]["left_out"] == 2001
    with open("left.csv", encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    assert [int(line["row"]) for line in lines] == [2 + at for at in range(3000) if at % 3] + [3002]
    assert lines[0]["old"] == lines[0]["new"] == "C536" and lines[0]["cost"] == "200.00"
    assert "add up" in lines[0]["old_reason"] and lines[-1]["cost"] == ""
    assert run(arguments) == 0
    assert "1,901 more: --refused FILE" in capsys.readouterr().out
