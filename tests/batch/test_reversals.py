"""A row that cancels a settlement: both come to nothing, and the year is settled as if neither had been."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.batch.conftest import Settle
from tests.batch.test_settling import line, rows_of


@pytest.fixture(params=["native", "interpreter"])
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines."""
    return str(request.param)


HEAD = (
    "psn_no,setl_id,psn_idet_type,med_type,enddate,medfee_sumamt,preselfpay_amt,inscp_scp_amt,fulamt_ownpay_amt,"
    "overlmt_selfpay,init_setl_id,mdtrt_id\n"
)


def row(person: str, id: str, date: str, inscope: str, of: str = "", visit: str = "") -> str:
    return line(person, id, date, inscope)[:-1] + f",{of},{visit}\n"


@pytest.mark.parametrize(
    "reversal",
    [
        row("P1", "R", "2023-06-01", "-50000", of="A"),
        row("P1", "R", "2023-06-01", "50000", of="A"),
        "P1,R,,,,,,,,,A,\n",
        row("P1", "R", "2023-03-01", "-50000"),
        row("P1", "A", "2023-03-01", "-50000"),
    ],
    ids=["named", "named, not negative", "named, no amounts", "copy", "same number"],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_settlement_is_taken_back(settle: Settle, reversal: str, first: bool) -> None:
    rest = (
        row("P1", "A", "2023-03-01", "50000")
        + row("P1", "B", "2023-05-01", "60000")
        + row("P2", "C", "2023-05-01", "9")
    )
    text = reversal + rest if first else rest + reversal
    run = settle(HEAD + text)
    settled = {r["setl_id"] + r["status"]: r for r in rows_of("out/settled.csv")}
    name = reversal.split(",")[1]
    assert settled["Areversed"]["hifp_pay"] == settled[name + "reversal"]["hifp_pay"] == "0.00"
    assert settled["Bsettled"]["基本医保"] == "41790.00"  # (60000-300)×70%, as the 50000 of the year are all left
    assert (run.totals.settled, run.totals.reversed, run.totals.reversals, run.totals.refused) == (4, 1, 1, 0)
    assert run.totals.billed == run.totals.billed_settled == 6_000_900
    settle(HEAD + row("P1", "B", "2023-05-01", "60000") + row("P2", "C", "2023-05-01", "9"), "without")
    assert rows_of("without/settled.csv")[0]["hifmi_pay"] == settled["Bsettled"]["hifmi_pay"]


@pytest.mark.parametrize(
    ("reversals", "codes", "later"),
    [
        (row("P1", "R", "2023-06-01", "-7", of="X"), ["C659"], "settled"),
        (row("P1", "R", "2023-06-01", "-7"), ["C659"], "settled"),
        (row("P2", "R", "2023-03-01", "-100", of="A"), ["C659"], "settled"),
        (row("P1", "R", "2023-06-01", "-7", of="A"), ["C661", *["C656"] * 4], None),
        ("".join(row("P1", id, "2023-03-01", "-100", of="A") for id in "RS"), ["C662"], "settled"),
        (row("P1", "R", "2023-04-01", "-200"), ["C660", "C656", "C656", "C656"], None),
        (row("P1", "R", "2023-04-01", "-200", visit="V2"), [], "settled"),
        (",R,,21,2023-03-01,-100,0,-100,0,0,A,\n", ["C552"], "settled"),
        (row("P1", "R", "2023-03-01x", "-100", of="A"), ["C531", "C656", "C656", "C656", "C656"], None),
    ],
)  # fmt: skip
def test_a_reversal_that_does_not_fit(settle: Settle, reversals: str, codes: list[str], later: str | None) -> None:
    text = (
        row("P1", "A", "2023-03-01", "100")
        + row("P1", "B", "2023-04-01", "200", visit="V1")
        + row("P1", "C", "2023-04-01", "200", visit="V2").replace(",21,", ",11,")
        + row("P1", "D", "2023-12-01", "400")
    )
    settle(HEAD + text + reversals)
    refused = rows_of("out/refused.csv")
    assert sorted(r["refusal"] for r in refused) == sorted(codes)
    settled = {r["setl_id"]: r["status"] for r in rows_of("out/settled.csv")}
    assert settled.get("D") == later
    assert len(settled) + len(refused) == 4 + reversals.count("\n")


def test_either_of_two_that_are_alike_is_taken_back(settle: Settle) -> None:
    same = [row("P1", id, "2023-04-01", "1300") for id in "AB"]
    settle(HEAD + "".join(same) + row("P1", "R", "2023-04-01", "-1300") + row("P1", "C", "2023-05-01", "1300"))
    settled = {r["setl_id"]: r["status"] for r in rows_of("out/settled.csv")}
    assert settled == {"A": "settled", "B": "reversed", "R": "reversal", "C": "settled"}
    assert sum(Decimal(r["hifp_pay"]) for r in rows_of("out/settled.csv")) == 1400
