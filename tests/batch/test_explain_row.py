"""Any row of a run can be explained from what the run left, as long as nothing it was made of has changed."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from tests.batch.conftest import POLICY, Settle
from tests.batch.test_policies import CITY, CLAIMS, LIST
from tests.batch.test_reversals import HEAD, row
from tests.batch.test_settling import rows_of

from polc.cli import run as polc


@pytest.fixture
def folder(settle: Settle, capsys: pytest.CaptureFixture[str]) -> None:
    """A run `out` over persons, a reversal, a copy and a refused row, and a run `next` that goes on from it."""
    Path("people.csv").write_text("psn_no,psn_idet_type,begntime,endtime\nP1,A1,2023-01-01,\nP2,,,\n", encoding="utf-8")
    text = (
        row("P2", "X", "2023-02-01", "500")
        + row("P1", "B", "2023-05-01", "20000")
        + row("P1", "A", "2023-03-01", "10000")
        + row("P1", "A", "2023-03-01", "10000")
        + row("P1", "C", "2023-04-01", "9000")
        + "P1,,,,,,,,,,C,\n"
        + row("P1", "", "2023-06-01", "800")
        + row("P2", "Y", "2023-03-01", "1").replace(",21,", ",99,")
    )
    Path("claims.csv").write_text(HEAD + text, encoding="utf-8")
    more = ["--persons", "people.csv", "--lang", "en", "--engine", "interpreter"]
    assert polc(["settle", "小县.pol", "claims.csv", "-o", "out", "--state-out", *more]) == 0
    Path("late.csv").write_text(HEAD + row("P1", "L", "2023-01-05", "70000"), encoding="utf-8")
    assert (
        polc(["settle", "小县.pol", "late.csv", "-o", "next", "--state-in", "out", "--format", "parquet", *more]) == 0
    )
    capsys.readouterr()


def explained(key: str, out: str, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, str]:
    code = polc(["explain", "--from", out, "--row", key, "--lang", "en", *more])
    printed = capsys.readouterr()
    return code, printed.out, printed.err


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("key", "name"), [("B", "B"), ("A", "A"), ("#8", "#8"), ("claims.csv:8", "#8"), ("X", "X")])
def test_the_sheet_has_what_the_run_wrote(key: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = explained(key, "out", capsys, "--format", "json")
    assert (code, err) == (0, "")
    (written,) = [
        r for r in rows_of("out/settled.csv") if (r["setl_id"] or "#" + r["row"]) == name and r["status"] == "settled"
    ]
    (claim,) = json.loads(out)["claims"]
    bearers = {bearer["bearer"]: Decimal(bearer["amount"]) for bearer in claim["bearers"]}
    assert claim["id"] == name
    for field, amount in bearers.items():
        assert amount == Decimal(written[field]), field


@pytest.mark.usefixtures("folder")
def test_a_claim_after_an_earlier_run(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = explained("L", "next", capsys)
    assert code == 0 and "48,790.00" in out  # (70000-300)×70%, first in the year


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("key", "code"), [("nobody", "C671"), ("#99", "C671"), ("C", "C674"), ("#7", "C674"), ("Y", "C542"), ("#5", "C547")]
)
def test_rows_that_have_no_sheet(key: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(key, "out", capsys)[::2][0] == 1
    assert f"error[{code}]" in explained(key, "out", capsys)[2]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("change", ["claims", "people", "gone", "policy", "result", "no run"])
def test_what_has_changed_is_not_explained(change: str, capsys: pytest.CaptureFixture[str]) -> None:
    if change == "claims":
        Path("claims.csv").write_text(Path("claims.csv").read_text().replace("20000", "20001"), encoding="utf-8")
    elif change == "people":
        Path("people.csv").write_text("psn_no\nP1\nP2\n")
    elif change == "gone":
        Path("claims.csv").unlink()
    elif change == "policy":
        Path("小县.pol").write_text(POLICY.replace("70%", "71%"), encoding="utf-8")
    elif change == "result":
        path = Path("out/settled.csv")
        path.write_text(path.read_text(encoding="utf-8").replace("13790.00", "13790.01"), encoding="utf-8")
    else:
        Path("out/manifest.json").write_text("{}")
    expected = {"policy": "C669", "result": "C670", "no run": "C672"}.get(change, "C668")
    code, out, err = explained("B", "out", capsys)
    assert (code, out) == (1, "") and f"error[{expected}]" in err


def test_a_run_by_several_policies(settle: Settle, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in (("小县新", POLICY.replace("70%", "80%").replace("小县2023", "小县新")), ("城市", CITY)):
        Path(f"{name}.pol").write_text(text, encoding="utf-8")
    Path("list.toml").write_text(LIST, encoding="utf-8")
    Path("claims.csv").write_text(CLAIMS, encoding="utf-8")
    assert polc(["settle", "list.toml", "claims.csv", "-o", "out", "--lang", "en", "--engine", "interpreter"]) == 0
    code, out, _ = explained("B", "out", capsys)
    assert code == 0 and "8,210.00" in out


@pytest.mark.parametrize(
    "arguments", [["--from", "out"], ["--row", "A"], ["--from", "out", "--row", "A", "小县.pol"], []]
)
def test_misuse(settle: Settle, arguments: list[str]) -> None:
    assert polc(["explain", *arguments]) == 2
