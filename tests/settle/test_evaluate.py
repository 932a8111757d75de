"""Values of expressions and what they saw."""

import datetime
from collections.abc import Callable
from fractions import Fraction

import pytest

from pol_lang.problem import Problems
from polc import plan as p
from polc.evaluate import (
    BandsBroken,
    DivisionByZero,
    Environment,
    MissingFact,
    NoValue,
    evaluate,
    first_failed,
    is_constant,
    name_of,
    seen,
)

from .plans import HERE, bands, by, fact, holds, minus, money, named, number, part, percent, points

DATE = datetime.date(2024, 1, 31)


def env(**facts: p.Value) -> Environment:
    return Environment(claim=facts, parts={"total": 900, "inscope": 600}, paid={"基本": 250}, left=650)


def product(*factors: p.Expr) -> p.Multiply:
    return p.Multiply(factors, "money")


def quotient(dividend: p.Expr, divisor: p.Expr) -> p.Divide:
    return p.Divide(dividend, divisor, "money")


@pytest.mark.parametrize(
    ("expr", "value"),
    [
        (money("3.5"), 350),
        (minus(part("inscope"), p.Paid("基本")), 350),
        (product(part("inscope"), percent(70)), 420),
        (product(p.Const(1, "money"), percent("12.5"), number(2)), Fraction(1, 4)),
        (quotient(part("inscope"), number(8)), 75),
        (quotient(part("inscope"), number(7)), Fraction(600, 7)),
        (p.Smallest((part("inscope"), part("total")), "money"), 600),
        (p.Largest((part("inscope"), part("total")), "money"), 900),
        (p.Add(((1, percent(60)), (1, points(5))), "ratio"), Fraction(13, 20)),
        (p.Rounded(quotient(part("inscope"), number(7)), Fraction(1), "half_up", "money"), 86),
        (p.Left(), 650),
        (p.Borne("psn_part_amt", "个人"), 650),
        (p.Borne("hifp_pay", "基金"), 0),
        (p.Paid("没有支付的"), 0),
        (p.Overflow("基本"), 0),
        (p.Compare("<=", part("inscope"), part("inscope")), True),
        (p.Compare("!=", p.Const("甲", "text"), p.Const("乙", "text")), True),
        (p.Not(p.Const(True, "bool")), False),
        (p.DaysBetween(p.Const(DATE, "date"), p.Const(DATE.replace(day=1), "date")), -30),
    ],
)
def test_values(expr: p.Expr, value: p.Value) -> None:
    found = evaluate(expr, env())
    assert found == value
    assert isinstance(found, Fraction) == isinstance(value, Fraction)


@pytest.mark.parametrize(
    ("step", "count", "expected"),
    [
        ("days", 1, "2024-02-01"),
        ("months", 1, "2024-02-29"),
        ("months", -2, "2023-11-30"),
        ("months", 13, "2025-02-28"),
        ("years", 1, "2025-01-31"),
        ("workdays", 1, "2024-02-01"),
    ],
)
def test_shifted_dates(step: p.Unit, count: int, expected: str) -> None:
    shifted = p.DateShift(p.Const(DATE, "date"), number(count), step)  # type: ignore[arg-type]
    assert evaluate(shifted, env()) == datetime.date.fromisoformat(expected)


def test_parts_of_dates() -> None:
    names = ("month", "day", "year", "next_month", "year_end", "next_year")
    found = [evaluate(p.DatePart(name, p.Const(DATE, "date")), env()) for name in names]
    assert found == [
        1, 31, 2024, datetime.date(2024, 2, 1), datetime.date(2024, 12, 31), datetime.date(2025, 1, 1),
    ]  # fmt: skip


def test_a_day_of_the_year_is_held_against_a_date() -> None:
    recognised = fact("认定日期", "date")
    by_august = p.Compare("<=", recognised, p.Const(831, "month_day"))
    assert evaluate(by_august, env(认定日期=datetime.date(2023, 8, 31))) is True
    assert evaluate(by_august, env(认定日期=datetime.date(2023, 9, 1))) is False


def test_within_choices_and_lists() -> None:
    disease = p.Within(fact("病种", "text"), frozenset(("甲病", "乙病")), "重病", False)
    other = p.Within(fact("病种", "text"), frozenset(("甲病", "乙病")), "重病", True)
    for value, inside in (("甲病", True), ("感冒", False), (frozenset(("感冒", "乙病")), True), (frozenset(), False)):
        assert evaluate(disease, env(病种=value)) is inside
        assert evaluate(other, env(病种=value)) is not inside


def test_cases_take_the_first_that_fits() -> None:
    value = by((holds("甲"), money(1)), (holds("甲", "乙"), money(2)), otherwise=money(3))
    for identity, expected in (("甲", 100), ("乙", 200), ("丙", 300)):
        assert evaluate(value, Environment(identities=frozenset((identity,)))) == expected


def test_cases_without_a_fitting_arm_have_no_value() -> None:
    value = by((holds("甲"), money(1)))
    with pytest.raises(NoValue) as error:
        evaluate(p.Add(((1, money(1)), (1, value)), "money"), Environment())
    assert error.value.cases is value


def test_a_band_table_applied_to_a_value() -> None:
    table = {mode: bands((money(3), percent(50)), (None, percent(80)), mode=mode) for mode in ("progressive", "whole")}
    lump = bands((money(3), money(1)), (None, money(2)), mode="lump")
    assert evaluate(p.Apply(table["progressive"], money(5), "money"), env()) == 150 + 160
    assert evaluate(p.Apply(table["whole"], money(5), "money"), env()) == 400
    assert evaluate(p.Apply(lump, money(3), "money"), env()) == 100
    assert evaluate(p.Apply(lump, p.Const(0, "money"), "money"), env()) == 0


def test_bands_whose_edges_do_not_meet_on_a_claim() -> None:
    lower = p.Band(p.Const(0, "money"), True, fact("上限"), True, percent(50), HERE)
    upper = p.Band(money(3), False, None, False, percent(80), HERE)
    applied = p.Apply(p.BandTable("表", "progressive", (lower, upper), HERE), money(5), "money")
    assert evaluate(applied, env(上限=300)) == 310
    assert codes(lambda: evaluate(applied, env(上限=299))) == [BandsBroken.code]


def test_sums_over_items() -> None:
    amount, kind = fact("金额", "money", "item"), fact("类别", "text", "item")
    class_b = p.Compare("=", kind, p.Const("乙", "text"))
    total = p.ItemsSum(product(amount, percent(10)), class_b)
    items = ({"金额": 1000, "类别": "乙"}, {"金额": 5000, "类别": "甲"}, {"金额": 205, "类别": "乙"})
    assert evaluate(total, Environment(items=items)) == Fraction(241, 2)
    assert evaluate(p.ItemsSum(amount, None), Environment(items=items)) == 6205
    assert evaluate(p.ItemsSum(amount, None), Environment()) == 0


def test_stacked_limits() -> None:
    # several chronic diseases: the highest limit whole, the second half of it, the third 40 %, no more after that
    arms = tuple((name, money(amount)) for name, amount in (("甲", 1000), ("乙", 3000), ("丙", 2000), ("丁", 500)))
    shares = (Fraction(1), Fraction(1, 2), Fraction(2, 5))
    limit = p.Stacked(fact("病种", "choices"), arms, shares, "money", "限额")
    for chosen, yuan in (("乙", 3000), ("甲乙", 3500), ("甲乙丙", 4400), ("甲乙丙丁", 4400)):
        assert evaluate(limit, env(病种=frozenset(chosen))) == yuan * 100
    assert evaluate(limit, env(病种=frozenset())) == 0


def test_the_best_value_over_the_identities_held() -> None:
    value = by((holds("甲"), money(1000)), (holds("乙"), money(500)), otherwise=money(800))
    smallest, largest = p.BestOf(value, "smallest", "money"), p.BestOf(value, "largest", "money")
    one, both = (frozenset("甲"),), (frozenset("甲"), frozenset("乙"))
    assert evaluate(smallest, Environment(held=both, identities=frozenset("甲乙"))) == 50000
    assert evaluate(largest, Environment(held=both, identities=frozenset("甲乙"))) == 100000
    assert evaluate(smallest, Environment(held=one, identities=frozenset("甲"))) == 100000
    assert evaluate(smallest, Environment()) == 80000


def test_the_best_value_passes_over_identities_without_one() -> None:
    value = p.BestOf(by((holds("乙"), money(500))), "largest", "money")
    both = Environment(held=(frozenset("甲"), frozenset("乙")), identities=frozenset("甲乙"))
    assert evaluate(value, both) == 50000
    assert seen(value, both) == (("乙", True, "bool"),)
    with pytest.raises(NoValue):
        evaluate(value, Environment(held=(frozenset("甲"),), identities=frozenset("甲")))


# ---------------------------------------------------------------- problems


def codes(ask: Callable[[], object]) -> list[str]:
    with pytest.raises(Problems) as error:
        ask()
    return [problem.code for problem in error.value.problems]


def test_a_fact_that_is_not_given() -> None:
    with pytest.raises(Problems) as error:
        evaluate(fact("病种", "text"), Environment(where="甲1"))
    (problem,) = error.value.problems
    assert isinstance(problem, MissingFact)
    assert (problem.where, problem.name, problem.of_zh) == ("甲1", "病种", "就诊")
    assert problem.message("en") == "the claim does not give “病种”"


def test_a_fact_that_is_not_given_but_has_a_default() -> None:
    assert evaluate(fact("转诊", "bool"), Environment(defaults={"转诊": False})) is False


def test_facts_of_persons_and_items() -> None:
    assert evaluate(fact("年龄", "number", "person"), Environment(person={"年龄": 7})) == 7
    assert codes(lambda: evaluate(fact("年龄", "number", "person"), env(年龄=7))) == [MissingFact.code]
    items = p.ItemsSum(fact("金额", "money", "item"), None)
    assert codes(lambda: evaluate(items, Environment(items=({},)))) == [MissingFact.code]


def test_division_by_zero() -> None:
    assert codes(lambda: evaluate(quotient(money(1), fact("天数", "days")), env(天数=0))) == [DivisionByZero.code]
    assert codes(lambda: evaluate(quotient(money(1), number(0)), env())) == [DivisionByZero.code]


# ---------------------------------------------------------------- what was seen


def test_names_stand_once_in_order_of_appearance() -> None:
    value = minus(part("inscope"), p.Paid("基本"), part("inscope"), p.Left(), p.Overflow("基本"), p.Borne("x", "医院"))
    assert seen(value, env()) == (
        ("政策范围内费用", 600, "money"), ("基本", 250, "money"), ("left", 650, "money"),
        ("overflow(基本)", 0, "money"), ("borne(医院)", 0, "money"),
    )  # fmt: skip


def test_names_behind_the_condition_that_decided_were_not_read() -> None:
    condition = p.All((fact("转诊", "bool"), p.Any((fact("省内", "bool"), fact("急诊", "bool"))), fact("病种", "bool")))
    assert [name for name, _, _ in seen(condition, env(转诊=False))] == ["转诊"]
    assert [name for name, _, _ in seen(condition, env(转诊=True, 省内=False, 急诊=False))] == ["转诊", "省内", "急诊"]
    assert [name for name, _, _ in seen(condition, env(转诊=True, 省内=True, 病种=True))] == ["转诊", "省内", "病种"]


def test_only_the_case_that_fits_was_read() -> None:
    value = by((fact("甲", "bool"), fact("一")), (fact("乙", "bool"), fact("二")), otherwise=fact("三"))
    assert [name for name, _, _ in seen(value, env(甲=True, 一=1))] == ["甲", "一"]
    assert [name for name, _, _ in seen(value, env(甲=False, 乙=True, 二=2))] == ["甲", "乙", "二"]
    assert [name for name, _, _ in seen(value, env(甲=False, 乙=False, 三=3))] == ["甲", "乙", "三"]


def test_a_named_constant_hides_how_it_was_made() -> None:
    half = named("半价", p.Multiply((named("全价", money(10)), percent(50)), "money"))
    mixed = named("自付", minus(part("inscope"), half))
    assert is_constant(half)
    assert not is_constant(mixed)
    assert seen(mixed, env()) == (("自付", 100, "money"), ("政策范围内费用", 600, "money"), ("半价", 500, "money"))


def test_what_was_seen_before_a_value_was_missing() -> None:
    value = p.Add(((1, part("inscope")), (1, by((fact("转诊", "bool"), money(1)))), (1, fact("从未读到"))), "money")
    assert seen(value, env(转诊=False)) == (("政策范围内费用", 600, "money"), ("转诊", False, "bool"))


def test_the_first_part_that_failed() -> None:
    inner = fact("省内", "bool")
    either = p.Any((fact("急诊", "bool"), fact("住院", "bool")))
    condition = p.All((fact("转诊", "bool"), named("范围", p.All((inner, either)), "bool")))
    facts = {"转诊": True, "省内": True, "急诊": False, "住院": False}
    assert first_failed(condition, env(**facts)) is either
    assert first_failed(condition, env(**facts | {"省内": False})) is inner
    assert first_failed(condition, env(**facts | {"住院": True})) is None


def test_a_yes_or_no_of_the_policy_that_failed_is_told_by_its_name() -> None:
    decided = named("已取消", p.Const(False, "bool"), "bool")
    assert first_failed(p.All((p.Const(True, "bool"), decided)), env()) is decided


def test_only_leaves_have_names() -> None:
    assert name_of(p.Overflow("基本")) == "overflow(基本)"
    assert name_of(minus(money(1))) is None
