"""The shape of a plan against the interpreter: on every piece, at whole amounts, no further apart than rounding."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from polc import plan as p
from polc.pipeline import compile_policy
from polc.settle import settle
from polc.settlement import Claim, HeldIdentity, Person
from polc.shape.cases import fact_values
from polc.shape.explore import Piece, explore
from polc.shape.linear import Amount, Linear, Region, Split, linear
from polc.shape.run import Case, Outcome, run_claim

MOST = 60_000_000


def parts(amount: Amount) -> dict[str, Amount]:
    return {"total": amount, "inscope": amount, "copay": 0, "overlimit": 0, "noncovered": 0}


def stretch() -> Region:
    return Region(((0, 0), (MOST, 0)))


def pieces(plan: p.Plan, identities: frozenset[str]) -> list[Piece[Outcome]]:
    def run(case: Case, region: Region) -> Outcome:
        return run_claim(plan, case, region, parts(Linear(0, 1, 0)), {})

    return list(explore(run, Case(identities, {}), stretch(), fact_values([plan])))


def settled_left(plan: p.Plan, case: Case, amount: int) -> int:
    day = plan.as_of
    facts: dict[str, p.Value] = {}
    for spec in plan.facts:
        if spec.used and spec.of == "claim":
            fallback: p.Value = spec.choices[0][0] if spec.choices else False if spec.unit == "bool" else "—"
            facts[spec.name] = case.facts.get(spec.name, spec.default if spec.default is not None else fallback)
    facts[plan.year.by] = day
    person_facts = {
        s.name: case.facts.get(s.name, False if s.unit == "bool" else day) for s in plan.facts if s.of == "person"
    }
    whole: Mapping[str, int] = {"total": amount, "inscope": amount, "copay": 0, "overlimit": 0, "noncovered": 0}
    person = Person("P", tuple(HeldIdentity(name) for name in case.identities), person_facts)
    return settle(lambda _: plan, person, [Claim("A", day, whole, facts)]).claims[0].left


def mixed(name: str, *identities: str) -> tuple[p.Plan, frozenset[str]]:
    return compile_policy(f"std/{name}").usable, frozenset(identities)


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("linxian-2023", ""),
        ("zhejiang-2017-hangzhou", "最低生活保障家庭成员"),
        ("liaoning-2018-shenyang", "建档立卡贫困人口"),
        ("changsha-2017", "建档立卡贫困人口"),
    ],
)
def test_a_piece_says_what_settling_gives(name: str, identity: str) -> None:
    plan, held = mixed(name, *([identity] if identity else []))
    found = pieces(plan, held)
    assert len(found) > 5
    # Every layer and cut rounds once, by at most half a fen each.
    steps = len(plan.body.steps)
    for piece in found[:: max(1, len(found) // 60)]:
        (low, _), (high, _) = piece.region.corners[0], piece.region.corners[-1]
        middle = int((Fraction(low) + high) / 2)
        if not min(low, high) < middle < max(low, high):
            continue
        shown = linear(piece.result.left).at((middle, 0))
        assert 2 * abs(settled_left(plan, piece.case, middle) - shown) <= steps


def test_the_pieces_of_a_case_cover_the_stretch_without_gap() -> None:
    plan, held = mixed("zhejiang-2017-hangzhou", "特困人员")
    by_case: dict[tuple[tuple[str, str], ...], list[tuple[Fraction, Fraction]]] = {}
    for piece in pieces(plan, held):
        ends = sorted(Fraction(corner[0]) for corner in piece.region.corners)
        key = tuple(sorted((k, str(v)) for k, v in piece.case.facts.items()))
        by_case.setdefault(key, []).append((ends[0], ends[-1]))
    for stretches in by_case.values():
        stretches.sort()
        assert stretches[0][0] == 0
        assert stretches[-1][1] == MOST
        assert all(a[1] == b[0] for a, b in pairwise(stretches))


def test_the_breakpoints_are_the_plan_s_own() -> None:
    """Hand-worked: Zhejiang in a third-class hospital pays nothing up to the deductible of 800 yuan, then 70 %."""
    plan, held = mixed("zhejiang-2017-hangzhou")
    case = {"医疗类别": "普通住院", "医院类别": "三级医院", "补充保险已付": 0}
    ends = sorted(
        {
            int(corner[0])
            for piece in pieces(plan, held)
            if all(piece.case.facts.get(k) == v for k, v in case.items())
            for corner in piece.region.corners
        }
    )
    # 800 yuan; the self-pay x − (x − 800)·70 % reaches 25,000 at 81,466.67; the year's 250,000 band ends at 250,800.
    assert ends[:3] == [0, 80_000, 8_146_666]
    assert 25_080_000 in ends


def test_a_region_asks_where_it_cannot_say() -> None:
    region = Region(((0, 0), (10, 0), (10, 10), (0, 10)))
    assert region.sign(Linear(1, 1, 1)) == 1
    assert region.sign(Linear(0, 1, 0)) == 1  # zero only on its edge
    with pytest.raises(Split):
        region.sign(Linear(-5, 1, 0))
    left, right = region.cut(Linear(-5, 1, 0))
    assert sorted(left.corners) == [(0, 0), (0, 10), (5, 0), (5, 10)]
    assert sorted(right.corners) == [(5, 0), (5, 10), (10, 0), (10, 10)]
    assert right.extremes(Linear(0, 1, -1)) == ((-5, (5, 10)), (10, (10, 0)))


MET = """政策 试
口径
  先行自付 不计入 基数
  年度 按 出院日期
事实 住院 是否
保障层 大病保险 支付方 居民大病保险资金
  当 住院
  基数 余额 政策范围内费用 每年 全部就诊
  起付线 5000元 适用于 政策范围内费用 < 30000元, 10000元 其他 每年 {met}
  分段 {over} {mode}
    不超过 2万元  50%
    超过 2万元    70%
"""


@pytest.mark.parametrize("met", ["按累计费用", "按累计扣除"])
@pytest.mark.parametrize("over", ["按起付线以上", "按费用本身"])
@pytest.mark.parametrize("mode", ["分段累进", "全额套档"])
def test_a_deductible_that_changes_goes_on_as_in_settling(met: str, over: str, mode: str, tmp_path: Path) -> None:
    (tmp_path / "试.pol").write_text(MET.format(met=met, over=over, mode=mode), encoding="utf-8")
    plan = compile_policy(str(tmp_path / "试.pol")).usable
    stays = [(20_100_00, True), (3_000_00, False), (30_000_00, True), (1_000_00, True), (20_000_00, True)]
    state: Mapping[str, Amount] = {}
    left = []
    for amount, inside in stays:
        outcome = run_claim(plan, Case(frozenset(), {"住院": inside}), stretch(), parts(amount), state)
        left.append(linear(outcome.left).constant)
        state = outcome.state
    day = plan.as_of
    claims = [
        Claim(str(i), day, {k: int(v) for k, v in parts(amount).items()}, {"住院": inside, "出院日期": day})
        for i, (amount, inside) in enumerate(stays)
    ]
    assert left == [one.left for one in settle(lambda _: plan, Person("P", (), {}), claims).claims]


def test_a_day_of_the_year_parts_dates_of_every_year(tmp_path: Path) -> None:
    (tmp_path / "试.pol").write_text(
        "政策 试\n事实 认定日期 日期\n保障层 基本医保 支付方 基本医保统筹基金\n  当 认定日期 ≤ 8月31日\n"
        "  基数 政策范围内费用\n  支付比例 50% 适用于 认定日期 < 03-01, 60% 其他\n",
        encoding="utf-8",
    )
    plan = compile_policy(str(tmp_path / "试.pol")).usable
    day = plan.as_of
    for text, share in (("2021-02-28", 5), ("2024-02-29", 5), ("2024-03-01", 6), ("1999-08-31", 6), ("2024-09-01", 0)):
        facts: dict[str, p.Value] = {"认定日期": date.fromisoformat(text)}
        outcome = run_claim(plan, Case(frozenset(), facts), stretch(), parts(1000_00), {})
        settled = settle(
            lambda _: plan, Person("P", (), {}),
            [Claim("A", day, {k: int(v) for k, v in parts(1000_00).items()}, {**facts, "出院日期": day})],
        ).claims[0]  # fmt: skip
        assert linear(outcome.left).constant == settled.left == 1000_00 - share * 100_00
    asked = fact_values([plan])["认定日期"]
    assert {(d.month, d.day) for d in asked if isinstance(d, date)} >= {(3, 1), (8, 31), (9, 1)}
