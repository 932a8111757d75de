"""Runs that go on from one another come to what one run over the whole time comes to, late claims and reversals too."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.batch.conftest import POLICY, Settle
from tests.batch.test_reversals import HEAD, row
from tests.batch.test_settling import rows_of

from pol_lang.problem import Problems
from polc.batch.options import Options
from polc.batch.policies import single
from polc.batch.run import settle_files
from polc.pipeline import Plans, compile_policy

AMOUNTS = (
    "基本医保",
    "大病保险",
    "医疗救助",
    "基本医保.deductible",
    "hifp_pay",
    "hifmi_pay",
    "maf_pay",
    "psn_part_amt",
)
Sums = dict[str, dict[str, Decimal]]


def amounts(path: str) -> Sums:
    """By settlement what it came to; what is taken back comes to nothing."""
    found = {}
    for entry in rows_of(path):
        if entry["status"] == "settled":
            found[entry["setl_id"]] = {name: Decimal(entry[name]) for name in AMOUNTS}
    return found


def after_changes(sums: Sums, path: str) -> None:
    for change in rows_of(path):
        if change["column"] in AMOUNTS:
            mine = sums[change["setl_id"]]
            assert mine[change["column"]] == Decimal(change["before"])
            mine[change["column"]] += Decimal(change["difference"])
            assert mine[change["column"]] == Decimal(change["after"])


@st.composite
def year(draw: st.DrawFn) -> list[tuple[int, str]]:
    """Rows with the quarter in which each is sent: mostly that of its date, some later; some taken back later."""
    random = draw(st.randoms(use_true_random=False))
    rows = []
    for number in range(draw(st.integers(5, 30))):
        date = datetime.date(2023, random.randint(1, 12), random.randint(1, 28))
        identity = random.choice(("", "A1", "A1、A2"))
        person, inscope = (
            f"P{random.randrange(4)}",
            f"{random.choice((300, 5000, 20000, 60000))}.{random.randrange(100):02}",
        )
        text = row(person, f"S{number}", date.isoformat(), inscope).replace(",,21,", f",{identity},21,", 1)
        sent = min(4, (date.month + 2) // 3 + random.choice((0, 0, 0, 1, 2)))
        rows.append((sent, text))
        if random.random() < 0.2:
            back = row(person, f"R{number}", date.isoformat(), f"-{inscope}", of=random.choice((f"S{number}", "")))
            rows.append((min(4, sent + random.choice((0, 1, 3))), back))
    return rows


@settings(max_examples=12, deadline=None)
@given(rows=year())
def test_quarter_by_quarter_is_the_same_as_the_year(
    rows: list[tuple[int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("year")
    (folder / "小县.pol").write_text(POLICY, encoding="utf-8")
    compiled = compile_policy(str(folder / "小县.pol"))
    policies = single("小县.pol", compiled.usable, Plans(compiled))

    def run(name: str, lines: list[str], before: str | None) -> str:
        path, out = folder / f"{name}.csv", str(folder / name)
        path.write_text(HEAD + "".join(lines), encoding="utf-8")
        options = Options(engine="interpreter", state_in=before, state_out=True, part_rows=40, lang="en")
        settle_files(policies, str(path), out, options)
        return out

    whole = run("whole", [text for _, text in sorted(rows, key=lambda pair: pair[0])], None)
    monthly: Sums = {}
    before = None
    refused = 0
    for month in range(1, 5):
        mine = [text for sent, text in rows if sent == month]
        out = run(f"month{month}", mine, before)
        if before is not None:
            after_changes(monthly, f"{out}/changes.csv")
        monthly |= amounts(f"{out}/settled.csv")
        refused += len(rows_of(f"{out}/refused.csv"))
        before = out
    expected = amounts(f"{whole}/settled.csv")
    assert refused == len(rows_of(f"{whole}/refused.csv")) == 0
    assert {name: sums for name, sums in monthly.items() if any(sums.values())} == expected

    def closing(path: str | None) -> list[dict[str, str]]:
        table = pq.read_table(f"{path}/state/closing")
        return sorted(table.to_pylist(), key=lambda entry: (entry["psn_no"], entry["accumulator"]))

    if expected:
        assert closing(before) == closing(whole)


def test_a_late_claim_changes_those_after_it(settle: Settle) -> None:
    settle(
        HEAD + row("P1", "A", "2023-03-01", "60000") + row("P2", "X", "2023-03-01", "60000"), "march", state_out=True
    )
    run = settle(HEAD + row("P1", "B", "2023-02-01", "60000"), "april", state_in="march", state_out=True)
    # B comes first and takes 41790 of the year's 50000; A gets the 8210 that are left.
    assert rows_of("april/settled.csv")[0]["基本医保"] == "41790.00"
    changed = {change["column"]: change for change in rows_of("april/changes.csv")}
    assert {change["setl_id"] for change in changed.values()} == {"A"}
    assert [changed["基本医保"][name] for name in ("before", "after", "difference", "from")] == [
        "41790.00", "8210.00", "-33580.00", "claims.csv:2",
    ]  # fmt: skip
    assert run.totals.changed == 1 and run.totals.changes["hifp_pay"] == -3_358_000
    assert run.totals.json()["changes_to_earlier_claims"]["claims"] == 1


def test_a_refused_row_holds_up_later_months_until_it_is_mended(settle: Settle) -> None:
    bad = row("P1", "B", "2023-02-01", "100").replace(",21,", ",99,")
    settle(HEAD + bad + row("P2", "X", "2023-02-01", "1300"), "m2", state_out=True)
    march = HEAD + row("P1", "C", "2023-03-01", "1300") + row("P2", "Y", "2023-03-01", "1300")
    settle(march, "m3", state_in="m2", state_out=True)
    assert [(r["setl_id"], r["refusal"]) for r in rows_of("m3/refused.csv")] == [("C", "C656")]
    assert "claims.csv:2: B" in rows_of("m3/refused.csv")[0]["reason"]
    settle(HEAD + row("P1", "B", "2023-02-01", "60000"), "m4", state_in="m3", state_out=True)
    settle(HEAD + row("P1", "D", "2023-04-01", "1300"), "m5", state_in="m4", state_out=True)
    assert [r["refusal"] for r in rows_of("m5/refused.csv")] == ["C656"]  # C is still to come
    settle(HEAD + row("P1", "C", "2023-03-01", "1300") + row("P1", "D", "2023-04-01", "1300"), "m6", state_in="m5")
    assert [r["基本医保"] for r in rows_of("m6/settled.csv")] == ["700.00", "700.00"]


def test_a_late_row_that_is_refused_leaves_what_was_settled(settle: Settle) -> None:
    settle(HEAD + row("P1", "A", "2023-03-01", "1300"), "m3", state_out=True)
    bad = row("P1", "B", "2023-02-01", "100").replace(",21,", ",99,")
    run = settle(HEAD + bad, "m4", state_in="m3", state_out=True)
    assert (run.totals.changed, run.totals.codes) == (0, {"C542": 1})
    run = settle(HEAD + row("P1", "B", "2023-02-01", "70000"), "m5", state_in="m4", state_out=True)
    assert [r["基本医保"] for r in rows_of("m5/settled.csv")] == ["48790.00"]
    assert run.totals.changes["基本医保"] == 0 if "基本医保" in run.totals.changes else run.totals.changed >= 0
    assert rows_of("m5/changes.csv")[0]["setl_id"] == "A"


def test_a_name_of_an_earlier_month_is_not_used_again(settle: Settle) -> None:
    settle(HEAD + row("P1", "A", "2023-03-01", "100"), "m3", state_out=True)
    run = settle(HEAD + row("P2", "A", "2023-04-01", "100"), "m4", state_in="m3", state_out=True)
    assert run.totals.codes == {"C547": 1}


def test_a_state_of_another_policy_is_refused(settle: Settle) -> None:
    settle(HEAD + row("P1", "A", "2023-03-01", "100"), "m3", state_out=True)
    Path("小县.pol").write_text(POLICY.replace("70%", "71%"), encoding="utf-8")
    compiled = compile_policy("小县.pol")
    policies = single("小县.pol", compiled.usable, Plans(compiled))
    with pytest.raises(Problems) as error:
        settle_files(policies, "claims.csv", "m4", Options(engine="interpreter", state_in="m3"))
    assert [p.code for p in error.value.problems] == ["C666"]
    assert not Path("m4").exists()


def test_accumulators_from_a_table(settle: Settle) -> None:
    Path("sums.csv").write_text(
        "psn_no,accumulator,period,value\nP1,基本医保.已支付,2023,49000.00\nP2,基本医保.paid,2022,49000\n"
    )
    settle(HEAD + "".join(row(p, p, "2023-03-01", "10300") for p in ("P1", "P2", "P3")), state_in="sums.csv")
    assert [r["基本医保"] for r in rows_of("out/settled.csv")] == ["1000.00", "7000.00", "7000.00"]


@pytest.mark.parametrize(
    "text",
    [
        "psn_no,accumulator,period\nP1,基本医保.paid,2023\n",
        "psn_no,accumulator,period,value\nP1,基本医保.paid,23,1\n",
        "psn_no,accumulator,period,value\nP1,基本医保.paid,2023,x\n",
    ],
)  # fmt: skip
def test_a_table_of_accumulators_that_cannot_be_meant(settle: Settle, text: str) -> None:
    Path("sums.csv").write_text(text)
    with pytest.raises(Problems) as error:
        settle(HEAD + row("P1", "A", "2023-03-01", "100"), state_in="sums.csv")
    assert [p.code for p in error.value.problems] == ["C667"]
