"""`polc report`: a report over two tables."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Polc

PERSONS = "psn_no,psn_name\nP1,甲\nP2,乙\n"
CLAIMS = """\
psn_no,setl_id,med_type,enddate,medfee_sumamt,fulamt_ownpay_amt,overlmt_selfpay,preselfpay_amt,inscp_scp_amt
P1,S1,普通住院,2023-05-20,50000.00,0,0,0,50000.00
P2,S2,普通住院,2023-06-20,坏,0,0,0,50000.00
"""


@pytest.fixture
def tables(polc: Polc) -> Polc:
    Path("persons.csv").write_text(PERSONS, encoding="utf-8")
    Path("claims.csv").write_text(CLAIMS, encoding="utf-8")
    return polc


@pytest.mark.parametrize("form", ["text", "json", "md"])
def test_a_report(tables: Polc, form: str) -> None:
    ran = tables("report", "小县.pol", "--persons", "persons.csv", "--claims", "claims.csv", "--format", form)
    assert ran.code == 0 and not ran.err and "S2" in ran.out
    if form == "json":
        json.loads(ran.out)
    ran = tables(
        "report", "小县.pol", "--persons", "persons.csv", "--claims", "claims.csv", "--format", form, "-o", "out",
        "--as-of", "2023-12-31", "--lang", "en",
    )  # fmt: skip
    assert (ran.code, ran.out, ran.err) == (0, "", "") and Path("out").stat().st_size > 100


def test_tables_that_cannot_be_read(tables: Polc) -> None:
    ran = tables("report", "小县.pol", "--persons", "没有.csv", "--claims", "claims.csv")
    assert (ran.code, ran.out) == (1, "") and "C570" in ran.err and "没有.csv" in ran.err
    Path("persons.csv").write_bytes(PERSONS.encode("gb18030"))
    ran = tables("report", "小县.pol", "--persons", "persons.csv", "--claims", "claims.csv")
    assert (ran.code, ran.out) == (1, "") and "C520" in ran.err
