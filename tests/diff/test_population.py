"""Two policies over a table of claims: the budget and every person's change, worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from polc.cli import run

# 60 % above 10,000 yuan in a year (half of it for 低保对象), at most 30,000 a year.
POLICY = """政策 县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
  折算数额 不取整
身份 低保对象
身份 重残人员
参数 门槛 = 10000元 依据 二
保障层 大病保险 支付方 居民大病保险资金 依据 二(一)
  基数 政策范围内费用 每年 全部就诊
  起付线 门槛 每年 按累计费用
  支付比例 60%
  封顶线 支付额 3万元 每年
  倾斜 低保对象 依据 二(二)
    起付线 × 50%
"""
HEAD = "psn_no,mdtrt_id,enddate,medfee_sumamt,inscp_scp_amt,fulamt_ownpay_amt,preselfpay_amt,overlmt_selfpay"
# A: 20,000 then 10,000; B (低保对象): 20,000; C: 5,000; D: 100,000, above the cap in both.
CLAIMS = f"""{HEAD}
A,a1,2023-03-01,20000,20000,0,0,0
A,a2,2022-02-01,10000,10000,0,0,0
B,b1,2023-03-02,20000,20000,0,0,0
C,c1,2023-03-03,5000,5000,0,0,0
D,d1,2023-03-04,100000,100000,0,0,0
"""
PERSONS = "psn_no,psn_idet_type\nA,\nB,低保对象\nB,重残人员\nC,\nD,重残人员\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLC_LANG", raising=False)
    write(tmp_path, "旧.pol", POLICY)
    # The threshold falls to 8,000 for all, so that 低保对象 have 4,000; the cap falls to 2.9 万.
    write(tmp_path, "新.pol", POLICY.replace("10000元", "8000元").replace("3万元", "2.9万元"))
    write(tmp_path, "claims.csv", CLAIMS)
    write(tmp_path, "persons.csv", PERSONS)
    return tmp_path


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def found(capsys: pytest.CaptureFixture[str], *more: str) -> Any:
    assert run(["diff", "旧.pol", "新.pol", "--claims", "claims.csv", "--format", "json", *more]) == 1
    return json.loads(capsys.readouterr().out)["population"]


def test_the_budget_and_the_persons_are_those_worked_out_by_hand(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    got = found(capsys, "--persons", "persons.csv")
    # Old: A's stays are of two years: 2022 pays 0, 2023 (20000-10000)×60% = 6000; B (20000-5000)×60% = 9000; C 0;
    # D (100000-10000)×60% = 54000, capped at 30000: 45000.
    # New: A 2022 (10000-8000)×60% = 1200 and 2023 7200; B (20000-4000)×60% = 9600; C 0; D 29000: 47000.
    payers = {line["bearer"]: (line["old"], line["new"], line["change"]) for line in got["payers"]}
    assert payers["hifmi_pay"] == ("45000.00", "47000.00", "2000.00")
    assert payers["psn_part_amt"] == ("110000.00", "108000.00", "-2000.00")
    assert [got["claims"][key] for key in ("file", "rows", "settled", "left_out")] == ["claims.csv", 5, 5, 0]
    when = {which: (used["own_day"], used["before_in_force"]) for which, used in got["settled_with"].items()}
    assert when == dict.fromkeys(("old", "new"), (4, {"claims": 1, "values_of": "2023-01-01"}))
    assert got["persons"] == {
        "persons": 4, "gain": 2, "lose": 1, "same": 1, "spared": "3000.00", "burdened": "1000.00",
    }  # fmt: skip
    assert [(m["person"], m["identities"], m["claims"], m["change"]) for m in got["most_affected"]] == [
        ("A", [], 2, "-2400.00"), ("D", ["重残人员"], 1, "1000.00"), ("B", ["低保对象", "重残人员"], 1, "-600.00"),
    ]  # fmt: skip
    groups = {g["identity"]: (g["persons"], g["gain"], g["lose"], g["same"]) for g in got["identities"]}
    assert groups == {"低保对象": (1, 1, 0, 0), "重残人员": (2, 1, 1, 0), None: (2, 1, 0, 1)}
    assert [(s["over"], s["up_to"], s["gain"], s["lose"]) for s in got["sizes"]] == [
        ("0.00", "100.00", 0, 0), ("100.00", "1000.00", 1, 1), ("1000.00", "5000.00", 1, 0),
    ]  # fmt: skip
    assert got["refused"] == []


def test_identities_may_stand_with_the_claims(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = CLAIMS.splitlines()
    held = ["psn_idet_type", "", "", "低保对象、重残人员", "", "重残人员"]
    write(folder, "claims.csv", "\n".join(f"{row},{who}" for row, who in zip(rows, held, strict=True)))
    assert run(["diff", "旧.pol", "新.pol", "--claims", "claims.csv", "--format", "json"]) == 1
    told = capsys.readouterr()
    assert told.err == ""  # the column is read, whatever the reader of claims thinks of it
    got = json.loads(told.out)["population"]
    assert [line["change"] for line in got["payers"]][-1] == "-2000.00"
    assert [g["identity"] for g in got["identities"]] == ["低保对象", "重残人员", None]


def test_without_any_identity_column_persons_are_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "旧.pol", "新.pol", "--claims", "claims.csv"]) == 1
    assert "C610" in capsys.readouterr().err
    assert run(["diff", "旧.pol", "新.pol", "--persons", "persons.csv"]) == 2


def test_a_row_that_one_plan_alone_refuses_is_in_neither_sum(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # The new policy asks for a fact that the table gives for all but B.
    text = (folder / "新.pol").read_text(encoding="utf-8")
    text = text.replace("参数 门槛", "事实 特药 是否\n参数 门槛").replace("  基数 政", "  当 特药\n  基数 政")
    write(folder, "新.pol", text)
    rows = CLAIMS.splitlines()
    given = ["特药", "是", "是", "", "是", "是"]
    table = [f"{row},{value}" for row, value in zip(rows, given, strict=True)]
    write(folder, "claims.csv", "\n".join([*table, "E,e1,2023-13-40,1,1,0,0,0,是", "Z,z1,2023-03-04,1,1,0,0,0,是"]))
    got = found(capsys, "--persons", "persons.csv")
    assert [got["claims"][key] for key in ("rows", "settled", "left_out")] == [7, 4, 3]
    assert got["claims"]["refused_by_one_policy_only"] == 1
    refused = {entry["row"]: entry for entry in got["refused"]}
    assert sorted(refused) == [4, 7, 8]
    assert refused[4]["old"] == [] and refused[4]["new"][0]["code"] == "C501"
    assert refused[7]["old"] == refused[7]["new"]
    assert refused[8]["new"][0]["code"] == "C556"
    payers = {line["bearer"]: (line["old"], line["new"]) for line in got["payers"]}
    assert payers["hifmi_pay"] == ("36000.00", "37400.00")  # as above without B's 9000 and 9600
    assert run(["diff", "旧.pol", "新.pol", "--claims", "claims.csv", "--persons", "persons.csv"]) == 1
    shown = capsys.readouterr().out
    assert "没有计入的行（3），其中 1 行只有一个政策未通过" in shown
    assert "claims.csv:4  B  b1" in shown


def test_text_and_markdown_show_the_same_and_escape_names(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, "claims.csv", CLAIMS.replace("\nA,", "\n<b>|A`,"))
    write(folder, "persons.csv", PERSONS.replace("\nA,", "\n<b>|A`,"))
    arguments = ["diff", "旧.pol", "新.pol", "--claims", "claims.csv", "--persons", "persons.csv", "--no-money"]
    assert run(arguments) == 1
    plain = capsys.readouterr().out
    assert "2 人少负担，共 3,000.00 元；1 人多负担，共 1,000.00 元；1 人不变" in plain
    assert "居民大病保险资金" in plain and "+2,000.00" in plain
    assert run([*arguments, "--format", "md", "--lang", "en"]) == 1
    page = capsys.readouterr().out
    assert "\\<b\\>\\|A\\`" in page and "<b>" not in page


def test_plans_of_other_kinds_say_why_and_compare_clauses(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_fact = POLICY.replace("参数 门槛", "事实 特药 是否\n参数 门槛")
    write(folder, "旧.pol", with_fact.replace("  基数 政", "  当 特药\n  基数 政"))
    with_amount = POLICY.replace("参数 门槛", "事实 特药 金额\n参数 门槛")
    write(folder, "新.pol", with_amount.replace("  基数 政", "  当 特药 > 5元\n  基数 政"))
    assert run(["diff", "旧.pol", "新.pol"]) == 1
    shown = capsys.readouterr().out
    assert "“特药”在旧政策里是是否，在新政策里是金额 [C611]" in shown
    assert "[保障层]" in shown or "特药" in shown.partition("金额")[0]
    assert run(["diff", "旧.pol", "新.pol", "--format", "json"]) == 1
    money = json.loads(capsys.readouterr().out)["money"]
    assert money["classes"] is None and [reason["code"] for reason in money["why_not"]] == ["C611"]


def test_a_frame_is_compared_by_clause_and_names_what_it_leaves_open(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "std/guizhou-2019", "std/guizhou-2019-qianxinan"]) == 1
    shown = capsys.readouterr().out
    assert "C612" in shown and "住院起付标准" in shown
    assert "个人缴费标准" in shown
