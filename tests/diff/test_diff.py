"""Two policies compared: by clause, in money over all costs, with claims that show it; amounts worked out by hand."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from polc.cli import run
from polc.diff.money import ClassDifference, compare
from polc.pipeline import compile_policy

POLICY = """政策 县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
  折算数额 不取整
身份 低保对象
参数 门槛 = 10000元 依据 二
保障层 大病保险 支付方 居民大病保险资金 依据 二(一)
  基数 政策范围内费用 每年 全部就诊
  起付线 门槛 每年 按累计费用
  分段 按起付线以上 分段累进
    不超过 5万元 60%
    超过 5万元 70%
  封顶线 支付额 10万元 每年
  倾斜 低保对象 依据 二(二)
    起付线 × 50%
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POLC_LANG", raising=False)
    (tmp_path / "旧.pol").write_text(POLICY, encoding="utf-8")
    return tmp_path


def against(folder: Path, *replacements: tuple[str, str]) -> tuple[ClassDifference, ...]:
    text = POLICY
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    (folder / "新.pol").write_text(text, encoding="utf-8")
    old, new = (compile_policy(name).usable for name in ("旧.pol", "新.pol"))
    return compare(old, new).classes


def test_a_lower_deductible_is_never_worse_and_the_most_it_spares_is_exact(folder: Path) -> None:
    nobody, poor = against(folder, ("门槛 = 10000元", "门槛 = 8000元"))
    assert (nobody.identities, nobody.verdict) == ((), "never worse")
    # 2000 yuan more are above the deductible; in the upper band they bring 70 %.
    assert nobody.gain is not None
    assert nobody.gain.amount == 140_000
    assert poor.gain is not None
    assert poor.gain.amount == 70_000  # half of it for the poor, whose deductible is halved
    assert nobody.loss is None
    assert not nobody.grows


def test_a_lower_cap_is_never_better_and_takes_what_it_was_lowered_by(folder: Path) -> None:
    nobody, poor = against(folder, ("10万元 每年", "9万元 每年"))
    assert {nobody.verdict, poor.verdict} == {"never better"}
    assert nobody.loss is not None
    assert nobody.loss.amount == 1_000_000


def test_a_change_both_ways_is_mixed(folder: Path) -> None:
    nobody, _ = against(folder, ("门槛 = 10000元", "门槛 = 8000元"), ("不超过 5万元 60%", "不超过 5万元 55%"))
    assert nobody.verdict == "mixed"
    # Largest gain: 2000 × 55 % at the old deductible. Largest loss where the new excess has reached 5 万, the old one
    # 4.8 万: 48000 × 60 % less 50000 × 55 %; above, the new plan pays 70 % first and catches up.
    assert nobody.gain is not None
    assert nobody.loss is not None
    assert nobody.gain.amount == 110_000
    assert nobody.loss.amount == 130_000


def test_a_rate_that_differs_without_end_goes_on_growing(folder: Path) -> None:
    nobody, _ = against(folder, ("  封顶线 支付额 10万元 每年\n", ""))
    assert nobody.verdict == "never worse"
    assert nobody.grows


def test_an_identity_that_alone_is_touched_is_named(folder: Path) -> None:
    nobody, poor = against(folder, ("起付线 × 50%", "起付线 × 40%"))
    assert nobody.verdict == "same"
    assert poor.verdict == "never worse"
    assert poor.gain is not None
    assert Fraction(poor.gain.amount) == 70_000  # 1000 yuan at 70 %


def test_formatting_and_the_keywords_language_are_no_difference(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "新.pol").write_text(POLICY, encoding="utf-8")
    assert run(["fmt", "--keywords", "en", "新.pol"]) == 0
    assert (folder / "新.pol").read_text(encoding="utf-8") != POLICY
    capsys.readouterr()
    assert run(["diff", "旧.pol", "新.pol"]) == 0
    assert "没有改动" in capsys.readouterr().out


def test_the_text_names_the_clause_the_change_and_the_claim(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "新.pol").write_text(POLICY.replace("10000元", "8000元"), encoding="utf-8")
    assert run(["diff", "旧.pol", "新.pol"]) == 1
    shown = capsys.readouterr().out
    assert "改动  门槛  （二；新.pol:8）" in shown
    assert "- 10,000.00" in shown
    assert "+ 8,000.00" in shown
    assert "得益最多的一例" in shown
    assert "1,400.00" in shown
    assert run(["diff", "旧.pol", "新.pol", "--lang", "en", "--format", "md"]) == 1
    page = capsys.readouterr().out
    assert "## Comparison of policies" in page
    assert "never worse" in page


def test_json_holds_what_the_text_shows(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "新.pol").write_text(POLICY.replace("10000元", "8000元"), encoding="utf-8")
    assert run(["diff", "旧.pol", "新.pol", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "pol.diff/v1"
    assert [(c["kind"], c["statement"], c["old"], c["new"]) for c in found["changes"]] == [
        ("changed", "门槛", "10,000.00", "8,000.00")
    ]
    gain = found["largest"]["gain"]
    assert gain["change"] == "-1400.00"
    assert found["largest"]["loss"] is None
    assert [c["gain"]["amount"] for c in found["money"]["classes"]] == ["1400.00", "700.00"]


def test_a_renamed_and_a_moved_layer_are_told_as_such(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "新.pol").write_text(POLICY.replace("保障层 大病保险", "保障层 居民大病"), encoding="utf-8")
    assert run(["diff", "旧.pol", "新.pol", "--no-money"]) == 1
    shown = capsys.readouterr().out
    assert "改名  保障层 居民大病" in shown
    assert "保障层 大病保险 → 保障层 居民大病" in shown
    assert "新增" not in shown.replace("新增对象", "")


def test_without_git_that_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    assert run(["diff", "HEAD:旧.pol", "新.pol"]) == 1
    assert "C645" in capsys.readouterr().err


def test_git_revisions_are_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def git(*arguments: str) -> None:
        subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments], check=True, capture_output=True
        )

    git("init", "-q")
    git("add", "旧.pol")
    git("commit", "-qm", "first")
    (folder / "旧.pol").write_text(POLICY.replace("10000元", "8000元"), encoding="utf-8")
    assert run(["diff", "HEAD:旧.pol", "旧.pol", "--no-money"]) == 1
    assert "门槛" in capsys.readouterr().out
    git("commit", "-qam", "second")
    assert run(["diff", "HEAD:旧.pol", "旧.pol"]) == 0
    assert run(["diff", "HEAD~7:旧.pol", "旧.pol"]) == 1
    assert "N220" in capsys.readouterr().err
