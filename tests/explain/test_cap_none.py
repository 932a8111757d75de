"""What a sheet says of a cap that some have not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from polc.cli import run

POLICY = """policy 试
readings
  copay outside base
  year by 出院日期
identity 特困人员
layer 医疗救助 paid by 医疗救助基金
  base eligible_cost
  rate 50%
  cap payment none for 特困人员, 3000元 otherwise per year
  tilt 特困人员 when 年龄 above 80
    cap = 1000元
example 特困 source "by hand"
  person
    identity 特困人员
    年龄 {age}
  claim
    出院日期 2024-05-01
    total_cost 40000元
    eligible_cost 40000元
  expect
    医疗救助 {paid}元
"""


@pytest.mark.parametrize(("age", "paid"), [(70, 20000), (90, 1000)])
def test_no_cap_is_said_and_a_tilt_may_bring_one_back(
    age: int, paid: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "试.pol").write_text(POLICY.format(age=age, paid=paid), encoding="utf-8")
    assert run(["test", str(tmp_path / "试.pol")]) == 0
    capsys.readouterr()
    assert run(["explain", "--format", "md", str(tmp_path / "试.pol"), "特困"]) == 0
    told = capsys.readouterr().out
    assert ("每年不设封顶线" in told) == (age == 70)
    assert "特困人员 = 是，取 无" in told
    if age == 90:
        assert "每年限额 1,000.00" in told
    assert run(["explain", "--lang", "en", "--format", "json", str(tmp_path / "试.pol"), "特困"]) == 0
    steps = json.loads(capsys.readouterr().out)["claims"][0]["layers"][0]["steps"]
    cap = next(step for step in steps if step["kind"] == "payment_cap")
    assert (cap["normal"], cap["limit"]) == (None, None if age == 70 else "1000.00")
