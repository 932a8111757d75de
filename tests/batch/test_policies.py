"""Several policies in one run, by division and date: each row is settled by exactly one."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.batch.conftest import POLICY, Settle
from tests.batch.test_settling import line, rows_of

from pol_lang.problem import Problems
from polc.batch.options import Options, Run
from polc.batch.policies import is_within, read_policies
from polc.batch.run import settle_files
from polc.cli import run as polc
from polc.pipeline import Plans, compile_policy
from polc.plan import Plan


@pytest.fixture(params=["native", "interpreter"])
def engine(request: pytest.FixtureRequest) -> str:
    """Both engines."""
    return str(request.param)


HEAD = (
    "psn_no,setl_id,psn_idet_type,med_type,enddate,medfee_sumamt,preselfpay_amt,inscp_scp_amt,fulamt_ownpay_amt,"
    "overlmt_selfpay,insuplc_admdvs\n"
)
CITY = """\
政策 城市2023
  施行自 2023-01-01

口径
  先行自付 不计入 基数
  年度     按 出院日期

保障层 基本医保 支付方 基本医保统筹基金
  基数 政策范围内费用
  起付线 1000元 每年
  支付比例 90%

保障层 补充保险 支付方 其他支出
  基数 余额 政策范围内费用
  支付比例 50%
"""
LIST = """\
[[policies]]
policy = "小县.pol"
divisions = ["141124"]
until = 2023-06-30

[[policies]]
policy = "小县新.pol"
divisions = ["141124"]
from = 2023-07-01

[[policies]]
policy = "城市.pol"
divisions = ["140100", "140200"]
"""


def row(person: str, id: str, date: str, inscope: str, division: str) -> str:
    return line(person, id, date, inscope)[:-1] + f",{division}\n"


@pytest.fixture
def settle_listed(settle: Settle, engine: str) -> Settle:
    """Settles by a list of policies."""
    Path("小县新.pol").write_text(POLICY.replace("70%", "80%").replace("小县2023", "小县新"), encoding="utf-8")
    Path("城市.pol").write_text(CITY, encoding="utf-8")

    def compiled(name: str) -> tuple[Plan, Plans]:
        found = compile_policy(name)
        return found.usable, Plans(found)

    def call(claims: str, out: str = "out", listed: str = LIST, **options: object) -> Run:
        Path("claims.csv").write_text(claims, encoding="utf-8")
        policies = read_policies(listed.encode(), "list.toml", compiled)
        options = {"engine": engine, "lang": "en", **options}
        return settle_files(policies, "claims.csv", out, Options(**options))  # type: ignore[arg-type]

    return call


CLAIMS = (
    HEAD
    + row("P1", "A", "2023-06-30", "60000", "141124")
    + row("P1", "B", "2023-07-01", "60000", "141124")
    + row("P1", "C", "2023-03-01", "3000", "140105")
    + row("P2", "D", "2023-03-01", "3000", "140201")
    + row("P2", "E", "2023-04-01", "3000", "140200")
    + row("P3", "F", "2023-03-01", "1", "140300")
    + row("P3", "G", "2023-03-01", "1", "")
    + row("P3", "H", "", "1", "140100")
    + row("P3", "I", "2022-03-01", "1", "140100")
)


def test_each_row_by_its_division_and_date(settle_listed: Settle) -> None:
    settle_listed(CLAIMS)
    settled = {r["setl_id"]: r for r in rows_of("out/settled.csv")}
    # Both county policies share the year's 50000 of basic insurance; the city's deductible is one of the year.
    assert [(name, settled[name]["基本医保"], settled[name]["补充保险"]) for name in "ABCDE"] == [
        ("A", "41790.00", "0.00"), ("B", "8210.00", "0.00"), ("C", "1800.00", "600.00"), ("D", "1800.00", "600.00"),
        ("E", "2700.00", "150.00"),
    ]  # fmt: skip
    assert settled["C"]["大病保险"] == "0.00" and settled["C"]["oth_pay"] == "600.00"
    assert len({settled[name]["plan"] for name in "ABC"}) == 3
    assert [(r["setl_id"], r["refusal"]) for r in rows_of("out/refused.csv")] == [
        ("F", "C663"), ("G", "C663"), ("H", "C545"), ("I", "C656"),
    ]  # fmt: skip


def test_groups_can_be_named(settle_listed: Settle) -> None:
    apart = LIST.replace("from = 2023-07-01\n", 'from = 2023-07-01\naccumulators = "new"\n')
    settle_listed(CLAIMS, listed=apart)
    settled = {r["setl_id"]: r for r in rows_of("out/settled.csv")}
    assert (settled["A"]["基本医保"], settled["B"]["基本医保"]) == ("41790.00", "47760.00")


def test_a_row_for_two_policies_is_refused(settle_listed: Settle) -> None:
    settle_listed(CLAIMS, listed=LIST.replace("2023-07-01", "2023-06-30"))
    refused = {r["setl_id"]: r for r in rows_of("out/refused.csv")}
    assert refused["A"]["refusal"] == "C664" and "小县.pol、小县新.pol" in refused["A"]["reason"]
    assert refused["B"]["refusal"] == "C656"


def test_states_go_on_by_policy(settle_listed: Settle) -> None:
    lines = CLAIMS.splitlines(keepends=True)
    settle_listed(lines[0] + lines[1] + lines[4], "one", state_out=True)
    settle_listed(lines[0] + lines[2] + lines[5], "two", state_in="one")
    assert [r["基本医保"] for r in rows_of("two/settled.csv")] == ["8210.00", "2700.00"]


def test_the_command_takes_a_list(settle_listed: Settle, capsys: pytest.CaptureFixture[str]) -> None:
    Path("list.toml").write_text(LIST, encoding="utf-8")
    Path("claims.csv").write_text(CLAIMS, encoding="utf-8")
    assert polc(["settle", "list.toml", "claims.csv", "-o", "out", "--lang", "en"]) == 0
    assert "refused (see refused.csv): C545 1, C656 1, C663 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text",
    [
        "x = 1", "policies = 3", "[[policies]]\ndivisions = []", '[[policies]]\npolicy = "a"\ndivisions = ["14"]',
        '[[policies]]\npolicy = "a"\nfrom = "2023"', '[[policies]]\npolicy = "a"\nform = 2023-01-01',
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_meant(text: str) -> None:
    with pytest.raises(Problems) as error:
        read_policies(text.encode(), "list.toml", lambda name: pytest.fail(name))
    assert [p.code for p in error.value.problems] == ["C665"]


@pytest.mark.parametrize(
    ("code", "division", "inside"),
    [
        ("140105", "140105", True), ("140105", "140100", True), ("140105", "140000", True), ("140105", "140200", False),
        ("140100", "140105", False), ("141005", "141000", True), ("141105", "141000", False), ("14", "140000", False),
        ("100000", "100000", True),
    ],
)  # fmt: skip
def test_divisions(code: str, division: str, inside: bool) -> None:
    assert is_within(code, division) == inside
