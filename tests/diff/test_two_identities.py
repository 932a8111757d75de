"""Persons with two identities: classes of their own where a policy treats them unlike the holders of either one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.diff.test_rounding import HEAD, YEARS, extremes, plan

from polc.cli import run
from polc.diff.money import ClassDifference, compare
from polc.diff.witness import witness

LAYER = """身份 低保对象
身份 特困人员
保障层 基本医保 支付方 基本医保统筹基金
  基数 政策范围内费用
  支付比例 50%
  倾斜 低保对象
    支付比例 + 5个百分点
  倾斜 特困人员
    支付比例 + 10个百分点
  {rule}
  封顶线 支付额 10000元 每次
"""


def classes(folder: Path, old: str, new: str) -> dict[tuple[str, ...], ClassDifference]:
    plans = [plan(folder, name, HEAD + words) for name, words in (("旧.pol", old), ("新.pol", new))]
    return {(*one.identities, *one.also): one for one in compare(*plans).classes}


def test_tilts_that_add_up_now_spare_only_who_holds_both(tmp_path: Path) -> None:
    found = classes(tmp_path, LAYER.format(rule="多项倾斜 只取最优"), LAYER.format(rule="多项倾斜 依次叠加"))
    assert list(found) == [(), ("低保对象",), ("特困人员",), ("低保对象", "特困人员")]
    assert [one.verdict for one in found.values()] == ["same", "same", "same", "never worse"]
    both = found["低保对象", "特困人员"]
    assert both.held == ("低保对象", "特困人员")
    # 65 % instead of 60 % until 65 % of the cost reach the cap, on either claim of a year.
    assert both.gain is not None and both.gain.amount == Fraction(2 * 1_000_000 * 5, 65)


def test_the_page_names_both_and_settles_the_claim_with_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    classes(tmp_path, LAYER.format(rule="多项倾斜 只取最优"), LAYER.format(rule="多项倾斜 依次叠加"))
    assert run(["diff", "旧.pol", "新.pol"]) == 1
    shown = capsys.readouterr().out
    assert "不变 3 种，只有受益、没有受损 1 种" in shown and "人员  低保对象 和 特困人员" in shown
    assert "三种以上没有比较" in shown
    assert run(["diff", "旧.pol", "新.pol", "--lang", "en", "--format", "md"]) == 1
    assert "- who: 低保对象 and 特困人员" in capsys.readouterr().out
    assert run(["diff", "旧.pol", "新.pol", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [one["and"] for one in found["money"]["classes"]] == [None, None, None, ["特困人员"]]
    assert found["largest"]["gain"]["class"]["and"] == ["特困人员"]
    assert run(["diff", "旧.pol", "新.pol", "--format", "html", "-o", "页.html"]) == 1
    assert "低保对象 和 特困人员" in (tmp_path / "页.html").read_text(encoding="utf-8")


def test_cases_in_which_both_are_treated_as_either_one_are_not_told_with_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    text = LAYER.replace("  基数", "  当 医疗类别 是 普通住院\n  基数")
    classes(tmp_path, text.format(rule="多项倾斜 只取最优"), text.format(rule="多项倾斜 依次叠加"))
    assert run(["diff", "旧.pol", "新.pol"]) == 1
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[lines.index("人员  低保对象 和 特困人员") + 1] == "情形  医疗类别 = 普通住院"


def test_who_is_treated_as_the_holder_of_one_is_no_class(tmp_path: Path) -> None:
    text = """身份 低保对象
身份 特困人员
就高 按待遇项目
保障层 医疗救助 支付方 医疗救助基金
  当 特困人员 或 低保对象
  基数 政策范围内费用
  支付比例 100% 适用于 特困人员, 70% 其他
  封顶线 支付额 10000元 每次
"""
    found = classes(tmp_path, text, text.replace("70%", "60%"))
    assert list(found) == [(), ("低保对象",), ("特困人员",)]


def test_whom_another_layer_treats_unlike_is_a_class(tmp_path: Path) -> None:
    text = """身份 低保对象
身份 特困人员
就高 按待遇项目
保障层 基本医保 支付方 基本医保统筹基金
  当 低保对象
  基数 政策范围内费用
  支付比例 50%
  封顶线 支付额 10000元 每次
保障层 医疗救助 支付方 医疗救助基金
  当 特困人员
  基数 余额 政策范围内费用
  支付比例 50%
  封顶线 支付额 10000元 每次
"""
    found = classes(tmp_path, text, text.replace("支付比例 50%", "支付比例 60%", 1))
    assert {names: one.verdict for names, one in found.items()} == {
        (): "same",
        ("低保对象",): "never worse",
        ("特困人员",): "same",
        ("低保对象", "特困人员"): "never worse",
    }


HIGHEST = """身份 低保对象
身份 特困人员
保障层 基本医保 支付方 基本医保统筹基金
  基数 政策范围内费用
  起付线 1元 适用于 低保对象, 0元 其他 每次
  支付比例 60% 适用于 特困人员, 80% 适用于 低保对象, 50% 其他
  封顶线 支付额 5元 每次
"""


def test_the_better_of_two_is_told_from_the_first_that_fits(tmp_path: Path) -> None:
    found = classes(tmp_path, HIGHEST + "就高 按待遇项目\n", HIGHEST + "就高 按人员类别\n")
    assert [one.verdict for one in found.values()] == ["same", "same", "same", "never better"]
    old, new = (plan(tmp_path, name, (tmp_path / name).read_text(encoding="utf-8")) for name in ("旧.pol", "新.pol"))
    both = found["低保对象", "特困人员"]
    assert both.loss is not None
    shown = witness(old, new, both, both.loss, True)
    assert shown is not None and shown.new.claims[0].considered in ("低保对象", "特困人员")
    met = extremes(old, new, both.held, [(cost,) for cost in range(1500)])
    assert met[0] == 0 and abs(met[1] - both.loss.amount) <= 1


RULES = st.sampled_from(["多项倾斜 只取最优", "多项倾斜 依次叠加", "多项倾斜 只取首项"])
TILT = st.sampled_from(
    ["支付比例 + 5个百分点", "支付比例 + 20个百分点", "起付线 × 50%", "支付比例 = 40%", "支付额 + 0.3元"]
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=st.tuples(RULES, RULES), tilts=st.tuples(TILT, TILT, TILT))
def test_no_claim_of_a_person_with_two_differs_by_more_than_is_told(
    tmp_path: Path, rules: Sequence[str], tilts: Sequence[str]
) -> None:
    def text(rule: str, own: Sequence[str]) -> str:
        return (
            "身份 低保对象\n身份 特困人员\n保障层 基本医保 支付方 基本医保统筹基金\n  基数 政策范围内费用\n"
            f"  起付线 0.6元 每次\n  支付比例 50%\n  倾斜 低保对象\n    {own[0]}\n  倾斜 特困人员\n    {own[1]}\n"
            f"  {rule}\n"
            "  封顶线 支付额 4元 每年\n"
        )

    words = text(rules[0], tilts[:2]), text(rules[1], tilts[1:])
    found = classes(tmp_path, *words)
    old, new = (plan(tmp_path, f"{i}.pol", HEAD + words[i]) for i in (0, 1))
    singles = {("低保对象",), ("特困人员",)}
    for names in [("低保对象", "特困人员"), *singles]:
        met = extremes(old, new, names, YEARS)
        if names in found:
            one = found[names]
            told = [0 if e is None else e.amount for e in (one.gain, one.loss)]
            rough = 0 if one.rounding is not None and not one.rounding.searched else 2
            assert met[0] <= told[0] + rough and met[1] <= told[1] + rough
        else:  # as the holder of one of both
            assert any(met == extremes(old, new, alone, YEARS) for alone in singles)
