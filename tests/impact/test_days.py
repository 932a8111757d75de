"""Whose values a claim is compared with: those of its own day, of a policy's first or last day, of a day asked for."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from polc.cli import run
from polc.pipeline import compile_policy
from polc.plan_json import plan_hash

OLD = """政策 县2023
  施行自 2023-01-01 至 2024-06-30
口径
  先行自付 不计入 基数
  年度 按 出院日期
参数 比例
  自 2023-01-01 50%
  自 2024-01-01 60%
保障层 统筹 支付方 基本医保统筹基金
  基数 政策范围内费用
  支付比例 比例
"""
NEW = OLD.replace("县2023", "县2025").replace("2023-01-01 至 2024-06-30", "2025-01-01").replace(
    "  自 2023-01-01 50%\n  自 2024-01-01 60%", "  自 2025-01-01 70%\n  自 2026-01-01 80%"
)  # fmt: skip
HEAD = "psn_no,setl_id,enddate,medfee_sumamt,inscp_scp_amt,fulamt_ownpay_amt,preselfpay_amt,overlmt_selfpay\n"
DAYS_OF = {"old": ("2023-01-01", "2024-01-01"), "new": ("2025-01-01", "2026-01-01")}
DAYS = ("2022-05-01", "2023-05-01", "2024-05-01", "2024-07-01", "2025-05-01", "2026-05-01")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "旧.pol").write_text(OLD, encoding="utf-8")
    (tmp_path / "新.pol").write_text(NEW, encoding="utf-8")
    rows = "".join(f"P{at},S{at},{day},{10**at}00,{10**at}00,0,0,0\n" for at, day in enumerate(DAYS))
    (tmp_path / "claims.csv").write_text(HEAD + rows, encoding="utf-8")
    return tmp_path


def found(capsys: pytest.CaptureFixture[str], *more: str, command: str = "impact") -> Any:
    capsys.readouterr()
    options = ["--claims"] if command == "diff" else []
    assert run([command, "旧.pol", "新.pol", *options, "claims.csv", "--format", "json", *more]) == (command == "diff")
    told = json.loads(capsys.readouterr().out)
    return told["population"] if command == "diff" else told


def paid(told: Any) -> tuple[str, str]:
    (line,) = [line for line in told["payers"] if line["bearer"] == "hifp_pay"]
    return line["old"], line["new"]


def test_values_are_those_of_the_day_of_each_claim_as_far_as_the_policy_is_in_force(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # A claim of 100 yuan in 2022, 1,000 in 2023, 10,000 and 100,000 in 2024 (May, July), 1,000,000 in 2025, ten times
    # that in 2026. Old: 2022 as on 2023-01-01, 50 %; 2023 50 %; May 2024 60 %; all later as on 2024-06-30, 60 %:
    # 50 + 500 + 6000 + 60000 + 600000 + 6000000. New: until 2025 as on 2025-01-01, 70 %; 2026 80 %:
    # 70 + 700 + 7000 + 70000 + 700000 + 8000000.
    told = found(capsys)
    assert paid(told) == ("6666550.00", "8777770.00")
    old, new = told["settled_with"]["old"], told["settled_with"]["new"]
    assert (old["own_day"], old["before_in_force"], old["after_in_force"]) == (
        2, {"claims": 1, "values_of": "2023-01-01"}, {"claims": 3, "values_of": "2024-06-30"},
    )  # fmt: skip
    assert (new["own_day"], new["before_in_force"]) == (2, {"claims": 4, "values_of": "2025-01-01"})
    assert [(x["from"], x["before"], x["claims"]) for x in new["values"]] == [
        ("2025-01-01", "2026-01-01", 5), ("2026-01-01", None, 1),
    ]  # fmt: skip
    assert paid(found(capsys, "--no-money", command="diff")) == ("6666550.00", "8777770.00")


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_every_format_says_so(folder: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    for lang, words in (
        ("zh", ("2 次就诊按当天的规定", "1 次就诊在施行以前，按施行第一天 2023-01-01 的规定", "最后一天 2024-06-30")),
        ("en", ("2 claims with the values of their own day", "first day, 2025-01-01", "last day, 2024-06-30")),
    ):
        assert run(["impact", "旧.pol", "新.pol", "claims.csv", "--format", form, "--lang", lang]) == 0
        told = capsys.readouterr().out
        assert all(part in told for part in words)


def test_a_day_can_be_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # 11,111,100 yuan in all.
    both = found(capsys, "--old-as-of", "2023-06-01", "--new-as-of", "2026-06-01")
    assert paid(both) == ("5555550.00", "8888880.00")
    assert both["settled_with"]["new"]["as_of"] == "2026-06-01"
    assert both["settled_with"]["new"]["before_in_force"] == {"claims": 0, "values_of": None}
    assert paid(found(capsys, "--old-as-of", "2024-02-01"))[1] == "8777770.00"
    assert run(["impact", "旧.pol", "新.pol", "claims.csv", "--as-of", "2023-06-01"]) == 1
    told = capsys.readouterr().err
    assert "比例" in told and "2023-06-01" in told, "the new policy has no such value on that day"
    assert (
        run(["impact", "旧.pol", "新.pol", "claims.csv", "--old-as-of", "2023-06-01", "--new-as-of", "2025-06-01"]) == 0
    )
    assert "旧政策：全部按 2023-06-01 的规定。" in capsys.readouterr().out
    assert run(["impact", "旧.pol", "旧.pol", "claims.csv", "--as-of", "2024-07-01", "--lang", "en"]) == 0
    assert "old policy: all claims with the values of 2024-07-01 (it is not in force then)." in capsys.readouterr().out


def test_the_fingerprints_are_those_of_the_policies(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = found(capsys)
    for which, policy in (("old", "旧.pol"), ("new", "新.pol")):
        plans = [plan_hash(compile_policy(policy, day).usable) for day in map(date.fromisoformat, DAYS_OF[which])]
        assert told[which]["hash"] == plans[0]
        assert [used["hash"] for used in told["settled_with"][which]["values"]] == plans


def test_a_list_of_policies_is_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "list.toml").write_text('[[policies]]\npolicy = "旧.pol"\n', encoding="utf-8")
    for command in (["impact", "list.toml", "新.pol", "claims.csv"], ["diff", "旧.pol", "list.toml"]):
        assert run(command) == 1
        assert "C701" in capsys.readouterr().err


def test_days_without_values_while_it_is_in_force_are_refused_as_in_settling(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "旧.pol").write_text(OLD.replace("自 2023-01-01 50%", "自 2023-09-01 50%"), encoding="utf-8")
    told = found(capsys)
    # 2022 as on the first day that has all values, 2023-09-01; May 2023 has none.
    assert [(row["row"], bool(row["old"]), bool(row["new"])) for row in told["refused"]] == [(3, True, False)]
    assert told["settled_with"]["old"]["before_in_force"] == {"claims": 1, "values_of": "2023-09-01"}
    assert paid(told) == ("6666050.00", "8777070.00")


def test_the_last_claim_may_be_of_a_day_without_values(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aims = "预警 很多\n  监测 统筹\n  超过 1000元\n目标 够了 不低于 50%\n  比值 统筹 比 医疗费总额\n"
    old = OLD.replace("2023-01-01 至 2024-06-30", "2023-01-01").replace(
        "自 2024-01-01 60%", "自 2024-01-01 至 2025-12-31 60%"
    )
    (folder / "旧.pol").write_text(old + aims, encoding="utf-8")
    told = found(capsys)
    assert (
        [row["row"] for row in told["refused"]] == [7] and told["refused"][0]["old"] and not told["refused"][0]["new"]
    )
    assert [alert["old"] for alert in told["alerts"]] == [3]
    assert told["targets"][0]["old"]["value"] == "13331/22222"  # 666550 of 1111100
