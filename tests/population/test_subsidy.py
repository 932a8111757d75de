"""Who pays a premium, to the fen."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pol_lang.problem import Problems
from polc import plan as p
from polc.population.subsidy import subsidy


def shares(line):
    return [(share.name, share.amount) for share in line.shares]


def test_second_class_county_five_two_three(plan, person):
    result = subsidy(plan, person("建档立卡贫困人口", 县类别="二类"))
    full, fixed = result.lines
    assert (full.applies, full.amount, full.shares) == (False, 0, ())
    assert full.subject.failed is not None
    assert (fixed.applies, fixed.premium, fixed.pay, fixed.amount) == (True, 25_000, 10_000, 10_000)
    assert shares(fixed) == [("省级财政", 5_000), ("市级财政", 2_000), ("县级财政", 3_000)]
    assert [step.held for step in fixed.rules] == [False, True]
    assert fixed.shares_origin.clauses == ("三丙",)
    assert result.total == 10_000


def test_destitute_whole_premium(plan, person):
    result = subsidy(plan, person("特困人员"))
    assert [line.amount for line in result.lines] == [25_000, 0]
    assert result.payers == (("maf_pay", "医疗救助基金", 25_000),)


def test_nobody_to_pay_is_a_problem(plan, person):
    with pytest.raises(Problems) as error:
        subsidy(plan, person("建档立卡贫困人口", 县类别="三类"))
    assert [(x.code, x.where, x.subsidy) for x in error.value.problems] == [("C558", "P1", "定额资助")]


def one(pay, premium=None, weights=(1,)):
    parts = tuple((f"f{i}", f"甲{i}", Fraction(weight)) for i, weight in enumerate(weights))
    here = p.Origin(("一",), "", "")
    return p.Subsidy("资助", None, premium, pay, (p.ShareRule(None, parts, here),), here)


def test_pays_at_most_the_premium_and_half_up_to_the_fen(changed, person):
    dear = changed(subsidies=(one(p.Const(30_000, "money"), p.Const(25_000, "money")),))
    assert subsidy(dear, person()).total == 25_000
    odd = changed(subsidies=(one(p.Const(Fraction(6_667, 2), "money"), None, (1, 1, 1)),))  # 33.335 yuan
    (line,) = subsidy(odd, person()).lines
    assert (line.pay, line.amount) == (Fraction(6_667, 2), 3_334)
    assert [share.amount for share in line.shares] == [1_112, 1_111, 1_111]


def test_several_subsidies_add_up_by_payer(changed, person):
    both = changed(subsidies=(one(p.Const(1, "money"), None, (5, 2, 3)), one(p.Const(101, "money"), None, (5, 2, 3))))
    result = subsidy(both, person())
    assert result.payers == (("f0", "甲0", 52), ("f1", "甲1", 20), ("f2", "甲2", 30))


@given(pay=st.integers(0, 10**9), weights=st.lists(st.integers(1, 99), min_size=1, max_size=6))
def test_the_payers_always_add_up(changed, pay, weights):
    from polc.settlement import Person

    result = subsidy(changed(subsidies=(one(p.Const(pay, "money"), None, weights),)), Person("P"))
    assert sum(amount for _, _, amount in result.payers) == result.total == pay
