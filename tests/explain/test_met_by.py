"""What a sheet says of a deductible that changes within the year: by the cost so far nothing is called used that was
not deducted; by deductions so far it shows what really was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polc.cli import run

POLICY = """政策 试
口径
  先行自付 不计入 基数
  年度 按 出院日期
  折算数额 不取整
身份 低保对象
事实 住院 是否 缺省 真
保障层 大病保险 支付方 居民大病保险资金
  当 住院
  基数 余额 政策范围内费用 每年 全部就诊
  起付线 10000元 每年 {met}
  支付比例 70%
  倾斜 低保对象
    起付线 × 50%
"""
STAY = """[[claims]]
id = "{name}"
出院日期 = {day}
医疗费总额 = "{cost}"
政策范围内费用 = "{cost}"
住院 = {inside}
"""


def sheet(
    folder: Path, capsys: pytest.CaptureFixture[str], met: str, *stays: tuple[str, str, str], lang: str = "zh",
    head: str = "", until: str = "2024-06-30", output: str = "md",
) -> str:  # fmt: skip
    (folder / "试.pol").write_text(POLICY.format(met=met), encoding="utf-8")
    person = f'[person]\nidentities = [{{name = "低保对象", until = {until}}}]\n'
    claims = "".join(
        STAY.format(name=f"甲{i}", day=day, cost=cost, inside=inside) for i, (day, cost, inside) in enumerate(stays)
    )
    (folder / "一年.toml").write_text(person + head + claims, encoding="utf-8")
    assert run(["explain", "--lang", lang, "--format", output, str(folder / "试.pol"), str(folder / "一年.toml")]) == 0
    return "".join(capsys.readouterr().out.replace("|", " ").split()) if output == "md" else capsys.readouterr().out


SPRING, SUMMER, AUTUMN = (
    ("2024-03-01", "30000", "true"),
    ("2024-08-01", "2000", "false"),
    ("2024-09-01", "15250", "true"),
)


def test_by_cost_nothing_is_called_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = sheet(tmp_path, capsys, "按累计费用", SPRING, AUTUMN)
    assert "按累计费用：此前累计30,000.00已达到起付线，本次不再扣除" in told
    assert "10,675.00" in told  # 15250 × 70%
    assert told.count("已用") == 1  # of the first claim, before which nothing was
    told = sheet(tmp_path, capsys, "按累计费用", SPRING, AUTUMN, lang="en")
    assert "bythecostsofar:30,000.00beforethisclaim,whichreachesthedeductible;nothingisappliednow" in told


def test_by_cost_below_the_deductible(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = ("2024-03-01", "4000", "true")
    told = sheet(tmp_path, capsys, "按累计费用", small, ("2024-04-01", "600", "true"), ("2024-05-01", "9000", "true"))
    for piece in ("此前累计4,000.00都在起付线以内", "本次扣除600.00", "还差400.00"):
        assert piece in told
    for piece in ("此前累计4,600.00都在起付线以内", "本次扣除400.00", "累计费用达到起付线"):
        assert piece in told


def test_by_deductions_what_was_deducted_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = sheet(tmp_path, capsys, "按累计扣除", SPRING, AUTUMN)
    assert "按累计扣除：此前实际扣除5,000.00，本次扣除5,000.00，起付线已付足" in told
    assert "7,175.00" in told  # (15250 - 5000) × 70%
    assert "起付线已付每年5,000.00+5,000.0010,000.00" in told
    told = sheet(tmp_path, capsys, "按累计扣除", SPRING, ("2024-09-01", "3000", "true"), lang="en")
    assert "bydeductionssofar:5,000.00reallydeductedbeforethisclaim;appliednow3,000.00,remaining2,000.00" in told


def test_claims_outside_the_layer_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = sheet(tmp_path, capsys, "按累计扣除", SPRING, SUMMER, AUTUMN)
    assert "此前实际扣除5,000.00，不适用本层的就诊费用抵2,000.00，本次扣除3,000.00，起付线已付足" in told
    assert "未适用费用每年2,000.000.002,000.00" in told


def test_the_trace_says_which_reading_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = []
    for met in ("按累计费用", "按累计扣除"):
        told = json.loads(sheet(tmp_path, capsys, met, SPRING, AUTUMN, output="json"))
        steps = told["claims"][1]["layers"][0]["steps"]
        found.append(next(step for step in steps if step["kind"] == "deductible"))
    assert [(s["met_by"], s["used"], s["sum_before"], s["applied"]) for s in found] == [
        ("cost", "10000.00", "30000.00", "0.00"),
        ("deductions", "5000.00", "30000.00", "5000.00"),
    ]


@pytest.mark.parametrize(
    ("given", "pays"),
    [
        ('"大病保险.累计费用" = "30000"\n"大病保险.起付线已付" = "5000"\n', "7,175.00"),
        ('"大病保险.base" = "30000"\n"大病保险.deductible" = "5000"\n"大病保险.kept_out" = "2000"\n', "8,575.00"),
    ],
)
def test_sums_of_earlier_claims_are_taken_on(
    given: str, pays: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = sheet(tmp_path, capsys, "按累计扣除", AUTUMN, head=f"[earlier]\n{given}")
    assert pays in told


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ('"大病保险.累计费用" = "30000"\n', "C561"),
        ('"大病保险.累计费用" = "3000"\n"大病保险.起付线已付" = "5000"\n', "C562"),
    ],
)
def test_sums_that_leave_the_deductions_open_are_refused(
    given: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(AssertionError):
        sheet(tmp_path, capsys, "按累计扣除", AUTUMN, head=f"[earlier]\n{given}")
    assert f"[{code}]" in capsys.readouterr().err
