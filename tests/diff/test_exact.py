"""Comparisons in money held to the interpreter, to amounts worked out by hand, and to what they were found to be."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from pathlib import Path
from typing import Any

import attrs
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.settle.test_properties import EXAMPLES, plans
from tests.shape.test_against_settling import calm

from polc import plan as p
from polc.cli import run
from polc.diff.money import ClassDifference, Comparison, compare
from polc.diff.witness import borne, witness
from polc.pipeline import Compiled, compile_policy, has_errors
from polc.shape.bills import Extreme
from polc.shape.concrete import settle_case

ROOT = Path(__file__).parents[2]
HEAD = """政策 县
  施行自 2023-01-01
口径
  先行自付 不计入 基数
  年度 按 出院日期
  折算数额 不取整
"""
ROUNDED = 120
"""Fen: what rounding comes to at most in four invented layers, twice, for two claims."""


def compared(folder: Path, text: str, *replacements: tuple[str, str]) -> Comparison:
    new = text
    for a, b in replacements:
        assert a in new
        new = new.replace(a, b)
    (folder / "旧.pol").write_text(HEAD + text, encoding="utf-8")
    (folder / "新.pol").write_text(HEAD + new, encoding="utf-8")
    return compare(*(compile_policy(str(folder / name)).usable for name in ("旧.pol", "新.pol")))


def yuan(extreme: Extreme | None) -> Fraction:
    return Fraction(0) if extreme is None else Fraction(extreme.amount) / 100


# ---------------------------------------------------------------- worked out by hand

TWO = """身份 特困人员
保障层 大病保险 支付方 居民大病保险资金
  基数 政策范围内费用 每年 全部就诊
  起付线 10000元 每年 按累计费用
  支付比例 60%
保障层 医疗救助 支付方 医疗救助基金
  当 特困人员
  基数 余额 政策范围内费用
  支付比例 100%
"""


def test_who_bears_the_same_is_told_what_the_funds_do(tmp_path: Path) -> None:
    found = compared(tmp_path, TWO, ("10000元", "8000元"))
    nobody, poor = found.classes
    assert (nobody.verdict, yuan(nobody.gain)) == ("never worse", 1200)
    assert nobody.others.keys() == {"hifmi_pay"}
    assert (poor.verdict, poor.is_same) == ("same", False)
    assert {field: (yuan(spread.less), yuan(spread.more)) for field, spread in poor.others.items()} == {
        "hifmi_pay": (0, 1200),
        "maf_pay": (1200, 0),
    }


def test_the_page_tells_the_shift_with_a_claim(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    compared(tmp_path, TWO, ("10000元", "8000元"))
    assert run(["diff", "旧.pol", "新.pol"]) == 1
    shown = capsys.readouterr().out
    assert "不变的情形中有 1 种，个人不变，但支付方之间有增减。" in shown
    assert "个人不变，居民大病保险资金最多多付 1,200.00，医疗救助基金最多少付 1,200.00" in shown
    assert "个人不变、支付方变化最大的一例" in shown


def test_cost_beside_the_eligible_one_is_looked_at_where_it_matters(tmp_path: Path) -> None:
    text = """控费 目录外控费
  费用额 全自费费用
  不高于 30% × 医疗费总额
  超出部分 由 医疗机构
保障层 大病保险 支付方 居民大病保险资金
  基数 政策范围内费用
  支付比例 60%
  封顶线 支付额 6000元 每次
"""
    found = compared(tmp_path, text, ("30%", "40%"))
    (one,) = found.classes
    assert "noncovered" in found.parts
    assert (one.verdict, one.grows) == ("never better", True)
    assert one.loss is not None
    costs = one.loss.costs
    # The hospital bears what exceeds 40 % now: the most is lost where both limits are exceeded, a tenth of the bill.
    assert one.loss.amount == Fraction(costs.total) / 10
    assert costs.parts["noncovered"] * 10 >= 4 * costs.total
    # A change of the layer alone does not need such bills, and its class says so.
    rate = compared(tmp_path, text, ("60%", "50%"))
    assert rate.parts == ()
    assert yuan(rate.classes[0].loss) == 2 * (6000 - 5000)  # on either claim of 10,000


def test_a_condition_that_only_differs_at_its_very_edge_differs(tmp_path: Path) -> None:
    text = "保障层 补助 支付方 其他支出\n  当 医疗费总额 >= 250元\n  基数 政策范围内费用 不高于 250元\n  支付比例 10%\n"
    (one,) = compared(tmp_path, text, (">=", ">")).classes
    assert (one.verdict, yuan(one.loss), one.grows) == ("never better", 50, False)
    assert one.loss is not None
    assert (one.loss.costs.total, one.loss.costs.earlier) == (25_000, 25_000)
    assert compared(tmp_path, text, (">= 250元", "> 249.99元")).classes[0].is_same  # in whole fen it is the same


def test_what_flows_on_above_a_payment_cap_is_followed(tmp_path: Path) -> None:
    text = """保障层 基本医保 支付方 基本医保统筹基金
  基数 政策范围内费用
  支付比例 50%
  封顶线 支付额 10000元 每次 超出转入 补充
保障层 补充 支付方 其他支出
  基数 溢出费用(基本医保)
  支付比例 80%
  封顶线 支付额 8000元 每次
"""
    (one,) = compared(tmp_path, text, ("10000元", "12000元")).classes
    # The basic layer pays 2000 more of what is above 20,000; of the next 4000 of cost, 80 % came from the other layer:
    # 1200 are lost at 24,000. Both caps reached, the person is spared 2000 from 34,000 on; either, on both claims.
    assert one.verdict == "mixed"
    assert (yuan(one.gain), yuan(one.loss)) == (4000, 2400)


def test_the_claim_from_which_a_deductible_falls_is_looked_at(tmp_path: Path) -> None:
    text = """保障层 基本医保 支付方 基本医保统筹基金
  基数 政策范围内费用
  起付线 1000元 每次
    第 2 次起 × 50%
    第 4 次起 × 20%
    均按原标准
  支付比例 60%
"""
    found = compared(tmp_path, text, ("第 4 次起 × 20%", "第 4 次起 × 10%"))
    assert found.counts == (2,)
    (one,) = found.classes
    # 200 of deductible on the fourth claim, now 100: 60 % of it are spared, and nothing before.
    assert (one.verdict, yuan(one.gain), one.gain and one.gain.costs.claims) == ("never worse", 60, 2)


def test_amounts_and_days_in_facts_are_taken_on_both_sides_of_a_limit(tmp_path: Path) -> None:
    text = """事实 家庭收入 金额 属于参保人
事实 认定日期 日期 属于参保人
保障层 补助 支付方 其他支出
  当 家庭收入 < 20000元
  当 认定日期 >= 2022-05-01
  基数 政策范围内费用
  支付比例 60%
  封顶线 支付额 6000元 每次
"""
    found = compared(tmp_path, text, ("20000元", "25000元"))
    told = {
        (*one.facts["家庭收入"], str(one.facts["认定日期"][0])): yuan(one.gain)
        for one in found.classes
        if "认定日期" in one.facts
    }  # fmt: skip
    assert {amount for (_, day), amount in told.items() if day < "2022-05-01"} == {0}
    late = {income: amount for (income, day), amount in told.items() if day > "2022-05-01"}
    assert {income: amount for income, amount in late.items() if amount} == {2_000_000: 12_000, 2_250_000: 12_000}


def test_cases_that_cannot_be_compared_are_named_and_the_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = """身份 特困人员
事实 补充保险 是否 缺省 假
保障层 大病保险 支付方 居民大病保险资金
  基数 政策范围内费用
  支付比例 60%
  封顶线 支付额 6000元 每次
  倾斜 特困人员 当 补充保险
    支付比例 + 5个百分点
"""
    changes = (
        ("补充保险 是否 缺省 假", "补充保险 金额 缺省 0元"),
        ("当 补充保险\n", "当 补充保险 > 0元\n"),
        ("60%", "50%"),
    )
    found = compared(tmp_path, text, *changes)
    assert [(one.identities, yuan(one.loss)) for one in found.classes] == [((), 2000)]
    assert [(one.identities, one.why, one.fact) for one in found.left_out] == [(("特困人员",), "fact", "补充保险")]
    monkeypatch.chdir(tmp_path)
    assert run(["diff", "旧.pol", "新.pol"]) == 1
    shown = capsys.readouterr().out
    assert "没有比较的情形：" in shown and "C611" in shown and "2,000.00" in shown


# ---------------------------------------------------------------- the interpreter


def changed(node: Any, which: int, seen: list[int]) -> Any:
    """A part of a plan with one of its figures (edges of bands left out) changed: an amount half as much again, a rate
    less by a fifth."""
    if isinstance(node, tuple):
        return tuple(changed(part, which, seen) for part in node)
    if isinstance(node, p.Const) and isinstance(node.value, int | Fraction) and node.unit in ("money", "ratio"):
        seen.append(1)
        if len(seen) != which:
            return node
        value = Fraction(node.value)
        return p.Const(int(value * 3 / 2) + 100 if node.unit == "money" else value * 4 / 5, node.unit)
    if not attrs.has(type(node)) or isinstance(node, p.Origin):
        return node
    names = [field.name for field in attrs.fields(type(node)) if field.name not in ("lower", "upper")]
    return evolve(node, **{name: changed(getattr(node, name), which, seen) for name in names})


BILLS = st.lists(
    st.tuples(st.integers(0, 6_000_000), st.integers(0, 6_000_000), st.sampled_from(("", "noncovered", "copay"))),
    min_size=3,
    max_size=8,
)


@settings(max_examples=max(20, EXAMPLES // 3), deadline=None)
@given(plans(), st.integers(1, 14), BILLS)
def test_no_bill_differs_by_more_than_is_told_and_what_is_told_is_met(
    made: p.Plan, which: int, bills: list[tuple[int, int, str]]
) -> None:
    old = calm(made)
    new = evolve(old, root=changed(old.root, which, []))
    found = compare(old, new)
    assert not found.left_out
    for one in found.classes:
        for field in ("", *(field for field, _ in old.bearers[:-1])):
            less, more, grows = extremes(one, field)
            for bill in bills:
                apart = [borne(settled, field) for settled in both(old, new, one, bill)]
                assert grows or -yuan(less) * 100 - ROUNDED <= apart[1] - apart[0] <= yuan(more) * 100 + ROUNDED
            for extreme, worse in ((less, False), (more, True)):
                if extreme is not None and extreme.amount > ROUNDED:
                    shown = witness(old, new, one, extreme, worse, field)
                    assert shown is not None
                    assert abs(abs(shown.amount) - extreme.amount) <= ROUNDED


def extremes(one: ClassDifference, field: str) -> tuple[Extreme | None, Extreme | None, bool]:
    if not field:
        return one.gain, one.loss, one.grows
    spread = one.others.get(field)
    return (spread.less, spread.more, spread.grows) if spread else (None, None, False)


def both(old: p.Plan, new: p.Plan, one: ClassDifference, bill: tuple[int, int, str]) -> Iterator[Any]:
    """A bill (with so much in another part, else after an earlier one) settled by both plans."""
    cost, other, part = bill
    parts = {"total": cost, "inscope": cost, "copay": 0, "overlimit": 0, "noncovered": 0}
    claims: list[Any] = [other, parts] if other and not part else [parts]
    if part:
        parts[part], parts["total"] = other, cost + other
    return (settle_case(made, one.held, {}, claims) for made in (old, new))


# ---------------------------------------------------------------- what it was found to be

FIGURE = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)(万元|元|%)")
FROZEN = Path(__file__).parent / "compared.txt"


def pairs() -> Iterator[tuple[str, str, str]]:
    """The readings of every fork against each other, and every mechanism with one of its figures lowered by a fifth."""
    forks = sorted((ROOT / "examples" / "forks").glob("*.pol"))
    for old, new in permutations(forks, 2):
        if old.name[:2] == new.name[:2] and old.name < new.name:
            yield f"{old.stem} → {new.stem}", str(old), new.read_text(encoding="utf-8")
    for path in sorted((ROOT / "examples" / "mechanisms").glob("*.pol")):
        text = path.read_text(encoding="utf-8")
        rules = re.split(r"^(?:example|算例) ", text, maxsplit=1, flags=re.M)[0]
        for figure in FIGURE.finditer(rules):
            lower = f"{float(figure[1]) * 0.8:.2f}".rstrip("0").rstrip(".")
            yield path.stem, str(path), text[: figure.start()] + lower + figure[2] + text[figure.end() :]


def frozen(folder: Path) -> Iterator[str]:
    done: set[str] = set()
    known: dict[str, Compiled] = {}
    for name, old, new in pairs():
        if name in done:
            continue
        (folder / "new.pol").write_text(new, encoding="utf-8")
        if old not in known:
            known[old] = compile_policy(old)
        plans = [known[old], compile_policy(str(folder / "new.pol"))]
        if any(one.plan is None or has_errors(one.problems) for one in plans):
            continue
        found = compare(plans[0].usable, plans[1].usable)
        if all(one.is_same for one in found.classes) and "→" not in name:
            continue  # another figure shows more
        done.add(name)
        yield name
        for one in found.classes:
            facts = " ".join(f"{fact}={'/'.join(map(told_value, values))}" for fact, values in one.facts.items())
            who = "+".join(filter(None, ("、".join(one.identities), "、".join(one.also)))) or "—"
            spreads = [(field, spread.less, spread.more) for field, spread in sorted(one.others.items())]
            amounts = [f"{field or '个人'} −{shown(less)} +{shown(more)}" for field, less, more in
                       [("", one.gain, one.loss), *spreads] if less or more]  # fmt: skip
            told = "；".join(amounts) or "same"
            more = "" if one.rounding is None else f" ({one.rounding.searched or 'all'})"
            yield f"  {' '.join(x for x in (who, facts) if x)}: {told}{' …' if one.grows else ''}{more}"
        yield from (f"  not compared: {one.why}" for one in found.left_out)


def told_value(value: p.Value) -> str:
    return "、".join(sorted(value)) or "—" if isinstance(value, frozenset) else str(value)


def shown(extreme: Extreme | None) -> str:
    return f"{float(yuan(extreme)):.2f}"


def test_known_changes_come_to_what_they_did(tmp_path: Path) -> None:
    text = "\n".join(frozen(tmp_path)) + "\n"
    if os.environ.get("POLC_UPDATE_CASES"):
        FROZEN.write_text(text, encoding="utf-8")
    assert text == FROZEN.read_text(encoding="utf-8")
