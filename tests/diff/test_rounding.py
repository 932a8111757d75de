"""Two policies that differ in how they round, held to every claim of a stretch of costs, fen by fen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polc import plan as p
from polc.cli import run
from polc.diff.money import ClassDifference, compare
from polc.diff.witness import witness
from polc.fast import fast_settler
from polc.pipeline import compile_policy
from polc.settlement import Claim, HeldIdentity, Person

HEAD = """政策 县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
  折算数额 不取整
"""
ROUND = st.sampled_from(
    [
        "",
        *(f"  支付额取整到 {unit} {mode}\n" for unit in ("1元", "0.1元", "0.01元")
          for mode in ("四舍五入", "舍去", "进位", "四舍六入五成双", "舍去 按累计数")),
    ]
)  # fmt: skip
LAYERS = st.lists(
    st.tuples(
        st.sampled_from(["", "  起付线 0.5元 每次\n", "  起付线 1.2元 每年\n", "  起付线 0.55元 每次\n"]),
        st.sampled_from(["70", "60", "50", "100", "33", "85"]),
        st.sampled_from(["", "  封顶线 支付额 4元 每年\n", "  封顶线 支付额 2.05元 每次\n"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=2,
)
COSTS = range(0, 1400)
YEARS = [*product(range(40, 330, 7), range(3, 330, 4)), *product(range(1, 900, 97), range(0, 900, 5))]


def text(layers: Sequence[tuple[str, str, str, bool]], rounds: Sequence[str]) -> str:
    found = HEAD
    for number, ((deductible, rate, cap, first), rounding) in enumerate(zip(layers, rounds, strict=True)):
        payer = ("居民大病保险资金", "医疗救助基金")[number]
        base = "余额 政策范围内费用" if number else "政策范围内费用"
        last = rounding + cap if first else cap + rounding
        found += f"保障层 层{number} 支付方 {payer}\n  基数 {base}\n{deductible}  支付比例 {rate}%\n{last}"
    return found


def plan(folder: Path, name: str, words: str) -> p.Plan:
    (folder / name).write_text(words, encoding="utf-8")
    return compile_policy(str(folder / name)).usable


def settled(made: p.Plan, identities: Sequence[str], years: Sequence[tuple[int, ...]]) -> Iterator[int]:
    settler, person = fast_settler(made), Person("", tuple(map(HeldIdentity, identities)), {})
    for costs in years:
        claims = [
            Claim(str(number), made.as_of,
                  {"total": cost, "inscope": cost, "copay": 0, "overlimit": 0, "noncovered": 0},
                  {made.year.by: made.as_of})
            for number, cost in enumerate(costs)
        ]  # fmt: skip
        yield sum(one.bearers[-1] for one in settler.settle(person, claims).claims)


def extremes(old: p.Plan, new: p.Plan, identities: Sequence[str], years: Sequence[tuple[int, ...]]) -> tuple[int, int]:
    pairs = zip(settled(old, identities, years), settled(new, identities, years), strict=True)
    apart = [after - before for before, after in pairs]
    return -min(0, *apart), max(0, *apart)


def held_to_every_claim(old: p.Plan, new: p.Plan, one: ClassDifference, names: Sequence[str]) -> None:
    told = [0 if extreme is None else extreme.amount for extreme in (one.gain, one.loss)]
    if one.rounding is not None:
        alone = [0 if e is None else e.amount for e in (one.rounding.claim.less, one.rounding.claim.more)]
        met = extremes(old, new, names, [(cost,) for cost in COSTS])
        if not one.rounding.searched:
            assert met[0] <= alone[0] and met[1] <= alone[1]
    if one.rounding is None or not one.rounding.searched:
        met = extremes(old, new, names, YEARS)
        rough = 0 if one.rounding is not None or one.verdict == "same" else 400
        assert met[0] <= told[0] + rough and met[1] <= told[1] + rough
    for extreme, worse in ((one.gain, False), (one.loss, True)):
        if one.rounding is not None and extreme is not None:
            shown = witness(old, new, one, extreme, worse)
            assert shown is not None and abs(shown.amount) == extreme.amount


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(layers=LAYERS, data=st.data())
def test_every_verdict_on_rounding_is_that_of_all_claims(
    tmp_path: Path, layers: Sequence[tuple[str, str, str, bool]], data: st.DataObject
) -> None:
    rounds = [data.draw(st.tuples(*[ROUND] * len(layers))) for _ in (0, 1)]
    old, new = (plan(tmp_path, f"{i}.pol", text(layers, rounds[i])) for i in (0, 1))
    (one,) = compare(old, new).classes
    held_to_every_claim(old, new, one, ())


# ---------------------------------------------------------------- worked out by hand

SEVENTY = [("  起付线 500元 每次\n", "70", "", False)]


def changed(folder: Path, old: str, new: str) -> ClassDifference:
    plans = [plan(folder, name, text(SEVENTY, [words])) for name, words in (("旧.pol", old), ("新.pol", new))]
    (one,) = compare(*plans).classes
    return one


def test_half_up_to_down_is_never_better_by_a_yuan_a_claim(tmp_path: Path) -> None:
    one = changed(tmp_path, "  支付额取整到 1元 四舍五入\n", "  支付额取整到 1元 舍去\n")
    # Half up and down are a yuan apart where the rest is half a yuan or more, else the same.
    assert (one.verdict, one.but_for_rounding, one.is_same) == ("never better", True, False)
    assert one.rounding is not None
    assert one.rounding.claim.less is None and one.rounding.searched == 0
    assert one.rounding.claim.more is not None and one.rounding.claim.more.amount == 100
    assert one.loss is not None and one.loss.amount == 200  # on either of two claims


def test_a_rounding_left_out_is_half_a_yuan_either_way(tmp_path: Path) -> None:
    one = changed(tmp_path, "  支付额取整到 1元 四舍五入\n", "")
    assert one.verdict == "mixed" and one.rounding is not None
    alone = one.rounding.claim
    # Every tenth of a fen below a yuan is met. At 50 fen the layer paid a yuan; at 49.5 to 49.9 fen it paid nothing,
    # and pays 50 fen now.
    assert alone.more is not None and alone.more.amount == 50
    assert alone.less is not None and alone.less.amount == 50


def test_half_even_parts_from_half_up_at_the_half_only(tmp_path: Path) -> None:
    one = changed(tmp_path, "  支付额取整到 1元 四舍六入五成双\n", "  支付额取整到 1元 四舍五入\n")
    assert one.verdict == "never worse" and one.rounding is not None
    assert one.rounding.claim.less is not None and one.rounding.claim.less.amount == 100


def test_rounding_the_running_sum_shows_from_the_second_claim_on(tmp_path: Path) -> None:
    one = changed(tmp_path, "  支付额取整到 1元 舍去\n", "  支付额取整到 1元 舍去 按累计数\n")
    assert one.verdict == "never worse" and one.rounding is not None
    assert (one.rounding.claim.less, one.rounding.claim.more) == (None, None)
    assert one.gain is not None and one.gain.amount == 100


def test_rounding_written_where_it_is_done_anyway_changes_nothing(tmp_path: Path) -> None:
    one = changed(tmp_path, "", "  支付额取整到 0.01元 四舍五入\n")
    assert one.is_same


def test_the_page_says_that_only_rounding_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    changed(tmp_path, "  支付额取整到 1元 四舍五入\n", "  支付额取整到 1元 舍去\n")
    assert run(["diff", "旧.pol", "新.pol"]) == 1
    shown = capsys.readouterr().out
    assert "除取整外不变 1 种" in shown and "逐分比较了全部费用" in shown
    assert "除取整外不变，只有受损、没有受益，一次最多多负担 1.00，一年两次最多多负担 2.00" in shown
    assert run(["diff", "旧.pol", "新.pol", "--lang", "en", "--format", "md"]) == 1
    assert "- same but for rounding, never better, up to 1.00 more on a claim" in capsys.readouterr().out
    assert run(["diff", "旧.pol", "新.pol", "--format", "json"]) == 1
    (one,) = json.loads(capsys.readouterr().out)["money"]["classes"]
    assert (one["verdict"], one["rounding"]["claim"]["more"]["amount"]) == ("never better", "1.00")
    assert one["rounding"]["searched"] is None
