"""Alerts and targets told from columns are those of claims that are looked at one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from polc.batch.options import Options
from polc.cli import run
from polc.impact import aims
from polc.impact.in_force import AsIfInForce
from polc.impact.json import impact_json
from polc.impact.kinds import Unusual
from polc.impact.measure import measure
from polc.pipeline import compile_policy

# What columns can tell: amounts, running sums by year and month, cases over facts and identities, parts after cuts.
POLICY = """政策 县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度     按 出院日期
身份 低保对象
身份 重残人员
群组 困难群众 = 低保对象、重残人员
事实 不付费用 金额 缺省 0元
事实 急诊 是否
参数 门槛 = 3000元 适用于 困难群众, 8000元 其他
不予支付 不付费用 从 政策范围内费用 由 医疗机构
保障层 基本医保 支付方 基本医保统筹基金
  基数 政策范围内费用
  起付线 500元 每次
  支付比例 60%
  封顶线 支付额 2万元 每年
定义 急诊自付 = 个人 适用于 急诊, 0元 其他
累计 全年自付 = 个人 每年
累计 当月急诊 = 急诊自付 每月
预警 自付过高
  监测 全年自付
  超过 门槛
预警 急诊多付
  当 急诊
  监测 基本医保
  超过 2000元
预警 急诊过多
  监测 当月急诊 + 100元
  超过 4000元
预警 剩余
  当 困难群众
  监测 政策范围内费用 - 基本医保 - 100元
  超过 1000元
目标 实际比 不低于 50%
  比值 基本医保 比 政策范围内费用
  就诊 其中 急诊
目标 困难群众比 约为 50%
  比值 基本医保 + 100元 比 医疗费总额
  范围 困难群众
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(policy: str, *, persons: str | None = None) -> Any:
    compiled = compile_policy(policy)
    sides = AsIfInForce(compiled), AsIfInForce(compiled)
    found = impact_json(measure(*sides, "data/claims.csv", Options(persons=persons, part_rows=100)))
    return found["alerts"], found["targets"]


@pytest.mark.parametrize("policy", ["县.pol", "std/linxian-2023", "std/guizhou-2019-qianxinan"])
def test_columns_and_single_claims_say_the_same(
    policy: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "县.pol").write_text(POLICY, encoding="utf-8")
    assert run(["check", policy]) == 0, capsys.readouterr().out
    assert run(["synth", policy, "--claims", "400", "-o", "data", "--refused-share", "2"]) == 0
    by_columns = told(policy, persons="data/persons.csv")
    assert any(alert["old"] for alert in by_columns[0]) or any(target["old"]["value"] for target in by_columns[1])

    def unusual(*_: object) -> None:
        raise Unusual

    monkeypatch.setattr(aims, "running", unusual)
    assert told(policy, persons="data/persons.csv") == by_columns
