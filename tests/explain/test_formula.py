"""Expressions as text: names, numbers, brackets, what a condition saw and how far it was."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polc import plan as p
from polc.explain.formula import symbolic, with_numbers
from polc.explain.observed import gap, observed
from polc.explain.wording import ZH, words
from polc.explain.worked import definitions, worked
from polc.explain.worth import worth
from polc.settlement import Seen

from .samples import INSCOPE, TOTAL, minus, percent, points, rich_plan, yuan

EN = words("en", rich_plan())

BASIC = p.Paid("基本医保")
HERE = p.Origin(("第一条",), "文", "a.pol:1")
REFERRED = p.Fact("规范转诊", "bool", "claim")
EMERGENCY = p.Fact("急诊", "bool", "claim")
LEVEL = p.Fact("医院等级", "text", "claim")
MONEY_SEEN: Seen = (("政策范围内费用", 5000000, "money"), ("基本医保", 3479000, "money"))


def test_a_formula_in_names_and_with_numbers() -> None:
    base = minus(INSCOPE, BASIC)
    assert symbolic(base, ZH) == "政策范围内费用 − 基本医保"
    assert with_numbers(base, MONEY_SEEN, ZH) == "50,000.00 − 34,790.00"
    assert worked(base, MONEY_SEEN, 1521000, "money", ZH) == (
        "政策范围内费用 − 基本医保",
        "50,000.00 − 34,790.00 = 15,210.00",
    )


def test_a_name_alone_and_a_constant_take_one_row() -> None:
    assert worked(INSCOPE, MONEY_SEEN, 5000000, "money", ZH) == ("政策范围内费用 = 50,000.00",)
    assert worked(yuan(300), (), 30000, "money", ZH) == ("300.00",)


@pytest.mark.parametrize(
    "expr, text",
    [
        (p.Multiply((minus(TOTAL, INSCOPE), percent(10)), "money"), "(医疗费总额 − 政策范围内费用) × 10%"),
        (minus(TOTAL, minus(INSCOPE, BASIC)), "医疗费总额 − (政策范围内费用 − 基本医保)"),
        (minus(minus(TOTAL, INSCOPE), BASIC), "医疗费总额 − 政策范围内费用 − 基本医保"),
        (minus(TOTAL, p.Multiply((INSCOPE, percent(50)), "money")), "医疗费总额 − 政策范围内费用 × 50%"),
        (p.Divide(TOTAL, p.Multiply((INSCOPE, percent(50)), "money"), "number"), "医疗费总额 ÷ (政策范围内费用 × 50%)"),
        (p.Divide(p.Multiply((TOTAL, percent(50)), "money"), INSCOPE, "number"), "医疗费总额 × 50% ÷ 政策范围内费用"),
        (p.Add(((-1, TOTAL), (1, INSCOPE)), "money"), "−医疗费总额 + 政策范围内费用"),
        (p.Smallest((TOTAL, yuan(2000)), "money"), "较小者(医疗费总额，2,000.00)"),
        (p.Largest((TOTAL, INSCOPE, yuan(1)), "money"), "最大者(医疗费总额，政策范围内费用，1.00)"),
        (p.Rounded(p.Multiply((TOTAL, percent(50)), "money"), Fraction(100), "half_up", "money"),
         "医疗费总额 × 50% 四舍五入到元"),
        (p.Left(), "个人尚负担"),
        (p.Overflow("基本医保"), "「基本医保」封顶线以上费用"),
        (p.ItemsSum(p.Fact("自付比例", "ratio", "item"), None), "明细合计（自付比例）"),
    ],
)  # fmt: skip
def test_brackets_stand_where_they_must_and_nowhere_else(expr: p.Expr, text: str) -> None:
    assert symbolic(expr, ZH) == text


@pytest.mark.parametrize(
    "condition, zh, en",
    [
        (REFERRED, "规范转诊", "规范转诊"),
        (p.Not(REFERRED), "非 规范转诊", "not 规范转诊"),
        (p.Not(p.Any((REFERRED, EMERGENCY))), "非 (规范转诊 或 急诊)", "not (规范转诊 or 急诊)"),
        (p.All((p.Any((REFERRED, EMERGENCY)), p.Holds(frozenset({"a"}), "困难群众"))),
         "(规范转诊 或 急诊) 且 属于 困难群众", "(规范转诊 or 急诊) and identity is 困难群众"),
        (p.Any((p.All((REFERRED, EMERGENCY)), p.Not(REFERRED))),
         "规范转诊 且 急诊 或 非 规范转诊", "规范转诊 and 急诊 or not 规范转诊"),
        (p.Within(LEVEL, frozenset({"三级"}), "大医院", True),
         "医院等级 不属于 大医院", "hospital level 医院等级 not in 大医院"),
        (p.Compare(">=", TOTAL, yuan(3000)), "医疗费总额 ≥ 3,000.00", "total cost ≥ 3,000.00"),
        (p.Compare("!=", LEVEL, p.Const("三级", "text")), "医院等级 ≠ 三级", "hospital level 医院等级 ≠ tertiary 三级"),
    ],
)  # fmt: skip
def test_conditions(condition: p.Expr, zh: str, en: str) -> None:
    assert symbolic(condition, ZH) == zh
    assert symbolic(condition, EN) == en


def test_what_a_condition_saw_names_each_thing_once() -> None:
    condition = p.All((p.Any((REFERRED, EMERGENCY)), p.Compare(">", TOTAL, yuan(1)), REFERRED))
    seen: Seen = (("规范转诊", False, "bool"), ("急诊", False, "bool"))
    assert observed(condition, seen, ZH) == "规范转诊 = 否，急诊 = 否"
    assert observed(condition, seen, EN) == "规范转诊 = no, 急诊 = no"
    assert observed(condition, (), ZH) == ""


@pytest.mark.parametrize(
    "op, left, right, text",
    [
        (">", 200000, 400000, "差 2,000.00"),
        (">=", 399999, 400000, "差 0.01"),
        (">", 400000, 400000, "正好等于界线，须大于界线才算"),
        ("<=", 500000, 400000, "超过 1,000.00"),
        ("<", 400000, 400000, "正好等于界线，须小于界线才算"),
        ("=", 300000, 400000, "差 1,000.00"),
        ("=", 500000, 400000, "超过 1,000.00"),
    ],
)
def test_how_far_a_comparison_was_from_holding(op: str, left: int, right: int, text: str) -> None:
    condition = p.Compare(op, TOTAL, p.Const(right, "money"))  # type: ignore[arg-type]
    assert gap(condition, (("医疗费总额", left, "money"),), ZH) == text


def test_gaps_are_in_the_unit_compared() -> None:
    age = p.Fact("年龄", "years", "claim")
    assert gap(p.Compare("<", age, p.Const(14, "years")), (("年龄", 20, "years"),), ZH) == "超过 6年"
    assert gap(p.Compare("<", age, p.Const(14, "years")), (("年龄", 15, "years"),), EN) == "over by 1 year"
    assert gap(p.Compare("=", LEVEL, p.Const("三级", "text")), (("医院等级", "一级", "text"),), ZH) == ""


def test_a_sum_over_what_was_paid_has_a_gap_too() -> None:
    condition = p.Compare(">", minus(INSCOPE, BASIC), yuan(16901))
    assert gap(condition, MONEY_SEEN, ZH) == "差 1,691.00"


def test_named_formulas_are_spelled_out_below() -> None:
    own = p.Named("合规自付", minus(INSCOPE, BASIC), "money", HERE)
    half = p.Named("一半", p.Multiply((own, percent(50)), "money"), "money", HERE)
    seen: Seen = (("一半", 760500, "money"), ("合规自付", 1521000, "money"), *MONEY_SEEN)
    assert worked(half, seen, 760500, "money", ZH) == ("一半 = 7,605.00",)
    assert definitions(half, seen, ZH) == (
        "其中 一半 = 合规自付 × 50% = 15,210.00 × 50% = 7,605.00",
        "其中 合规自付 = 政策范围内费用 − 基本医保 = 50,000.00 − 34,790.00 = 15,210.00",
    )


def test_cases_say_what_chose() -> None:
    is_level = lambda name: p.Compare("=", LEVEL, p.Const(name, "text"))  # noqa: E731
    arms = (p.Arm(is_level("一级"), percent(85)), p.Arm(is_level("二级"), percent(75)))
    seen: Seen = (("医院等级", "二级", "text"),)
    unnamed = p.Cases(arms, percent(60), "ratio", "")
    assert worked(unnamed, seen, Fraction(3, 4), "ratio", ZH) == (
        "85%（医院等级 = 一级）、75%（医院等级 = 二级）、60%（其他）",
        "医院等级 = 二级，取 75%",
    )
    named = p.Cases(arms, percent(60), "ratio", "住院比例")
    assert worked(named, seen, Fraction(3, 4), "ratio", ZH) == ("住院比例 = 75%（医院等级 = 二级）",)


def test_a_rate_and_points_add_up() -> None:
    rate = p.Add(((1, percent(60)), (1, points(5))), "ratio")
    assert worked(rate, (), Fraction(13, 20), "ratio", ZH) == ("60% + 5个百分点 = 65%",)


# ---------------------------------------------------------------- brackets against arithmetic itself

NUMBERS = st.integers(1, 9).map(lambda n: p.Const(n, "number"))


def _grown(inner: st.SearchStrategy[p.Expr]) -> st.SearchStrategy[p.Expr]:
    signs = st.sampled_from((1, -1))
    terms = st.lists(st.tuples(signs, inner), min_size=1, max_size=3).map(tuple)
    return st.one_of(
        terms.map(lambda found: p.Add(found, "number")),
        st.lists(inner, min_size=2, max_size=3).map(lambda found: p.Multiply(tuple(found), "number")),
        st.tuples(inner, inner).map(lambda found: p.Divide(found[0], found[1], "number")),
    )


@given(st.recursive(NUMBERS, _grown, max_leaves=8))
def test_read_by_the_rules_of_arithmetic_the_text_has_the_value_of_the_expression(expr: p.Expr) -> None:
    text = symbolic(expr, ZH)
    exact = worth(expr, {})
    for digit in "123456789":
        text = text.replace(digit, f"F({digit})")
    text = text.replace("×", "*").replace("÷", "/").replace("−", "-").replace(",", "")
    try:
        read = eval(text, {"F": Fraction})
    except ZeroDivisionError:
        assert exact is None
    else:
        assert exact == read
