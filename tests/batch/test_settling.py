"""A table settled: every row in one place, to the fen, whatever its order; sums reconcile."""

from __future__ import annotations

import csv
import datetime
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.batch.conftest import Settle

from polc.batch.work import ENDING
from polc.plan import Plan
from polc.settle import settle as settle_exactly
from polc.settlement import Claim, HeldIdentity, Person


@pytest.fixture(params=["native", "interpreter"])
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines."""
    return str(request.param)


HEAD = (
    "psn_no,setl_id,psn_idet_type,med_type,enddate,medfee_sumamt,preselfpay_amt,inscp_scp_amt,fulamt_ownpay_amt,"
    "overlmt_selfpay\n"
)
PlanFor = Callable[[datetime.date], Plan]


def rows_of(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def line(person: str, id: str, date: str, inscope: str, identity: str = "", copay: str = "0") -> str:
    total = Decimal(inscope) + Decimal(copay)
    return f"{person},{id},{identity},21,{date},{total},{copay},{inscope},0,0\n"


def many(seed: int, persons: int, claims: int) -> list[str]:
    random = Random(seed)
    lines = []
    for number in range(claims):
        day = datetime.date(2023, 6, 1) + datetime.timedelta(random.randrange(365))
        lines.append(
            line(
                f"P{random.randrange(persons):03}", f"S{number:05}", day.isoformat(),
                f"{random.randrange(6_000_000) / 100:.2f}", random.choice(("", "A1", "低保对象、A2")),
                f"{random.randrange(90_000) / 100:.2f}",
            )
        )  # fmt: skip
    return lines


def test_one_person_by_hand(settle: Settle) -> None:
    # (10000-300)×70% = 6790; left 3210, no serious illness below 10000; half of 3210 = 1605.
    # then (20000-300)×70% = 13790; left of both 3210+6210 = 9420 < 10000; half of 6210 = 3105, capped at 3000-1605.
    run = settle(HEAD + line("P1", "B", "2023-05-01", "20000", "A1") + line("P1", "A", "2023-03-01", "10000", "A1"))
    second, first = rows_of("out/settled.csv")
    assert [first[name] for name in ("setl_id", "row", "hifp_pay", "hifmi_pay", "maf_pay", "psn_part_amt")] == [
        "A", "3", "6790.00", "0.00", "1605.00", "1605.00",
    ]  # fmt: skip
    assert [second[name] for name in ("基本医保", "医疗救助", "psn_part_amt", "act_pay_dedc", "fund_pay_sumamt")] == [
        "13790.00", "1395.00", "4815.00", "300.00", "15185.00",
    ]  # fmt: skip
    assert run.totals.json()["borne"] == {
        "total": "30000.00", "funds": "23580.00", "hospital": "0.00", "person": "6420.00",
    }  # fmt: skip
    assert json.loads(Path("out/totals.json").read_text())["rows"]["settled"] == 2


def exactly(plan_for: PlanFor, lines: list[str]) -> dict[str, dict[str, int]]:
    """What the interpreter says of each settlement, by person in the order of dates."""
    people: dict[str, list[list[str]]] = {}
    for text in lines:
        cells = text.strip().split(",")
        people.setdefault(cells[0], []).append(cells)
    found = {}
    for number, entries in people.items():
        state = None
        for cells in sorted(entries, key=lambda cells: cells[4]):
            codes = {"A1": "低保对象", "低保对象": "低保对象", "A2": "特困人员"}
            held = tuple(HeldIdentity(codes[name]) for name in cells[2].split("、") if name)
            date = datetime.date.fromisoformat(cells[4])
            total, copay, inscope = (int(Decimal(cells[at]) * 100) for at in (5, 6, 7))
            parts = {"total": total, "copay": copay, "inscope": inscope, "noncovered": 0, "overlimit": 0}
            facts = {"医疗类别": "普通住院", "出院日期": date}
            done = settle_exactly(plan_for, Person(number, held), [Claim(cells[1], date, parts, facts)], state)
            state = done.state
            found[cells[1]] = {field: amount for field, _, amount in done.claims[0].bearers}
            found[cells[1]] |= {layer.name: layer.paid for layer in done.claims[0].layers}
    return found


@pytest.mark.parametrize("part_rows", [50, 1000])
@pytest.mark.parametrize("order", ["sorted", "any"])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_many_persons_come_to_what_the_interpreter_says(
    settle: Settle, plan_for: PlanFor, order: str, form: str, part_rows: int
) -> None:
    lines = many(7, 60, 400)
    if order == "sorted":
        lines.sort(key=lambda text: text.split(",")[0])
    run = settle(HEAD + "".join(lines), part_rows=part_rows, form=form, line=True)
    assert (run.totals.read, run.totals.settled, run.totals.refused) == (400, 400, 0)
    if form == "csv":
        settled = rows_of("out/settled.csv")
    else:
        table = pq.read_table("out/settled")
        assert table.schema.field("hifp_pay").type == pa.decimal128(18, 2)
        settled = [{name: str(value) for name, value in row.items()} for row in table.to_pylist()]
    assert [row["setl_id"] for row in settled] == [text.split(",")[1] for text in lines]
    assert [int(row["row"]) for row in settled] == list(range(2, 402))
    expected = exactly(plan_for, lines)
    for row in settled:
        for name, fen in expected[row["setl_id"]].items():
            assert Decimal(row[name]) * 100 == fen, (row["setl_id"], name)
        assert row["setl_proc_info"].startswith(f"total {row['medfee_sumamt']} = ")


def test_a_refused_row_stops_the_persons_year_and_nobody_elses(settle: Settle) -> None:
    run = settle(
        HEAD
        + line("P1", "A", "2023-03-01", "100")
        + "P1,B,,21,2023-04-01,x,0,100,0,0\n"
        + line("P1", "C", "2023-04-01", "100")
        + line("P1", "D", "2023-12-31", "100")
        + line("P1", "E", "2024-01-01", "100")
        + line("P2", "F", "2023-05-01", "100")
        + line("P3", "G", "2023-05-01", "100")
        + "P3,H,,21,,100,0,100,0,0\n"
        + ",I,,21,2023-04-01,100,0,100,0,0\n"
    )
    assert [row["setl_id"] for row in rows_of("out/settled.csv")] == ["A", "E", "F"]
    refused = rows_of("out/refused.csv")
    assert [(row["setl_id"], row["refusal"]) for row in refused] == [
        ("B", "C531"), ("C", "C656"), ("D", "C656"), ("G", "C656"), ("H", "C545"), ("I", "C552"),
    ]  # fmt: skip
    assert "claims.csv:3: B" in refused[1]["reason"] and refused[0]["medfee_sumamt"] == "x"
    assert run.totals.codes == {"C531": 1, "C656": 3, "C545": 1, "C552": 1}
    assert (run.totals.read, run.totals.settled, run.totals.unreadable) == (9, 3, 1)


@pytest.mark.parametrize("order", [1, -1])
def test_a_name_that_occurs_twice(settle: Settle, order: int) -> None:
    same = line("P1", "A", "2023-03-01", "100")
    other = (
        line("P2", "B", "2023-03-01", "100") + line("P2", "B", "2023-03-02", "200") + line("P2", "C", "2023-03-03", "1")
    )
    blocks = [same + same + line("P1", "X", "2023-03-02", "100"), other][::order]
    settle(HEAD + "".join(blocks), part_rows=1)
    # A copy changes nothing, so what follows is settled; a row that says something else leaves the year open.
    assert sorted(row["setl_id"] for row in rows_of("out/settled.csv")) == ["A", "B", "X"]
    assert sorted((row["setl_id"], row["refusal"]) for row in rows_of("out/refused.csv")) == [
        ("A", "C547"), ("B", "C547"), ("C", "C656"),
    ]  # fmt: skip


def test_rows_of_one_date_are_settled_in_the_order_of_the_table(settle: Settle) -> None:
    settle(HEAD + line("P1", "B", "2023-03-01", "60000") + line("P1", "A", "2023-03-01", "60000"))
    first, second = rows_of("out/settled.csv")
    assert (first["基本医保"], second["基本医保"]) == ("41790.00", "8210.00")  # what is left of 50000


def test_values_change_with_the_date(settle: Settle) -> None:
    settle(HEAD + line("P1", "A", "2023-12-31", "1300") + line("P1", "B", "2024-01-01", "1300"))
    assert [row["基本医保"] for row in rows_of("out/settled.csv")] == ["700.00", "750.00"]
    assert len({row["plan"] for row in rows_of("out/settled.csv")}) == 2


def test_spreadsheet_formulas_are_made_harmless(settle: Settle) -> None:
    settle(HEAD + line("=cmd()", "@A", "2023-03-01", "100") + line("+P", "-B", "2023-03-01", "x1".replace("x", "")))
    assert [(row["psn_no"], row["setl_id"]) for row in rows_of("out/settled.csv")] == [
        ("'=cmd()", "'@A"),
        ("'+P", "'-B"),
    ]


def test_columns_are_kept_where_asked_for(settle: Settle) -> None:
    settle(HEAD + line("P1", "A", "2023-03-01", "100", "A1"), keep=("psn_idet_type", "medfee_sumamt"))
    (row,) = rows_of("out/settled.csv")
    assert (row["psn_idet_type"], row["input.medfee_sumamt"], row["medfee_sumamt"]) == ("A1", "100", "100.00")


def test_nothing_is_left_beside_the_results(settle: Settle) -> None:
    settle(HEAD + line("P1", "A", "2023-03-01", "100"))
    assert sorted(path.name for path in Path("out").iterdir()) == [
        "manifest.json", "refused.csv", "settled.csv", "totals.json",
    ]  # fmt: skip
    assert not Path("out" + ENDING).exists()


@pytest.mark.parametrize("order", ["sorted by person", "any order"])
def test_whoever_waits_is_told_how_far_it_is(order: str, settle: Settle) -> None:
    lines = many(3, 200, 500)
    told: list[tuple[int, int]] = []
    table = HEAD + "".join(sorted(lines) if order.startswith("sorted") else lines)
    settle(table, progress=lambda *now: told.append(now), part_rows=100)
    assert told[0][0] == 0
    assert told[-1][0] == 500
    assert told == sorted(told)
    assert len(told) > 5
    assert order.startswith("sorted") or sum(done > 333 for done, _ in told) == 5  # a window each of a hundred rows
