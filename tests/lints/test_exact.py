"""What the lints over all costs say, against the interpreter at the amounts where something can happen."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polc import plan as p
from polc.boundaries import money_boundaries
from polc.lints.run import lint
from polc.lints.shapes import left_at
from polc.pipeline import compile_policy
from polc.shape.run import Case

HEAD = """\
政策 试
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
  折算数额 不取整
"""
AMOUNTS = st.integers(1, 40).map(lambda n: n * 250)
RATES = st.integers(1, 20).map(lambda n: n * 5)


def layer(name: str, draw: st.DrawFn) -> str:
    lines = [f"保障层 {name} 支付方 其他支出"]
    amount = draw(AMOUNTS)
    if draw(st.booleans()):
        lines.append(f"  当 医疗费总额 {draw(st.sampled_from(['<=', '>', '>=', '<']))} {draw(AMOUNTS)}元")
    lines.append("  基数 余额 政策范围内费用")
    if draw(st.booleans()):
        lines.append(f"  起付线 {draw(AMOUNTS)}元 每次")
    kind = draw(st.sampled_from(["rate", "progressive", "whole", "lump"]))
    if kind == "rate":
        lines.append(f"  支付比例 {draw(RATES)}%")
    else:
        words = {"progressive": "分段累进", "whole": "全额套档", "lump": "定额套档"}[kind]
        values = [f"{draw(AMOUNTS)}元" if kind == "lump" else f"{draw(RATES)}%" for _ in range(2)]
        lines += [
            f"  分段 按起付线以上 {words} 每次",
            f"    不超过 {amount}元 {values[0]}",
            f"    超过 {amount}元 {values[1]}",
        ]
    if draw(st.booleans()):
        lines.append(f"  封顶线 支付额 {draw(AMOUNTS)}元 每次")
    return "\n".join(lines) + "\n"


@st.composite
def policies(draw: st.DrawFn) -> str:
    return HEAD + "".join(layer(name, draw) for name in ("甲", "乙")[: draw(st.integers(1, 2))])


def falls(plan: p.Plan) -> bool:
    """Whether one fen more costs the person clearly more somewhere near an amount of the plan."""
    edges = {sum(pair) for pair in ((a, b) for a in (0, *money_boundaries(plan)) for b in (0, *money_boundaries(plan)))}
    case = Case(frozenset(), {})
    for cost in sorted({edge + d for edge in edges for d in (-1, 0) if edge + d > 0}):
        now, following = left_at(plan, case, cost), left_at(plan, case, cost + 1)
        assert now is not None and following is not None
        if following - now > len(plan.body.steps) + 1:
            return True
    return False


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(policies())
def test_a_cliff_that_can_be_met_near_an_amount_of_the_policy_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "试.pol"
    path.write_text(text, encoding="utf-8")
    compiled = compile_policy(str(path))
    if compiled.plan is None or compiled.problems:
        return
    told = "W606" in {problem.code for problem in lint(compiled)}
    assert told or not falls(compiled.plan)


@pytest.mark.parametrize("rate", [30, 50, 100])
@pytest.mark.parametrize("cap", [299, 300, 499, 500, 501, 999, 1000])
def test_a_cap_is_idle_just_where_the_most_that_is_paid_does_not_pass_it(cap: int, rate: int, tmp_path: Path) -> None:
    path = tmp_path / "试.pol"
    path.write_text(
        HEAD + "保障层 甲 支付方 其他支出\n  基数 政策范围内费用 不高于 1000元\n"
        f"  支付比例 {rate}%\n  封顶线 支付额 {cap}元 每次\n",
        encoding="utf-8",
    )
    told = "W603" in {problem.code for problem in lint(compile_policy(str(path)))}
    assert told == (1000 * rate <= 100 * cap)
