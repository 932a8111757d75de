"""Which route a claim takes, who advances what, what is due on which day of the real calendar."""

import datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pol_lang.problem import Problems
from polc import plan as p
from polc.claims.case import Arrival
from polc.population.schedule import schedule
from polc.settle import settle

DAY = datetime.date


def settled(plan, who, one):
    return settle(lambda date: plan, who, (one,)).claims[0]


def dues(lines):
    return [(due.name, due.amount, due.date) for due in lines]


def test_in_province_hospital_is_paid_in_two_parts(plan, person, claim):
    # 10,000: 7,500 basic, 60 % of 2,500 = 1,500, 70 % of 1,000 = 700; the hospital advances 9,700.
    # Received on Friday 27 September 2019; Sunday 29 September and Saturday 12 October were worked, 1-7 October free:
    # 29, 30 Sep, 8, 9, 10, 11, 12, 14, 15, 16 Oct: the tenth is 16 October.
    # Fifteen more: 17, 18, 21-25, 28-31 Oct, 1, 4, 5, 6 Nov: the fifteenth is 6 November.
    who = person("特困人员")
    result = schedule(plan, who, settled(plan, who, claim(10_000, 申报日期=DAY(2019, 9, 27))))
    assert (result.route, result.of, result.id) == ("省内联网", "claim", "A1")
    (advance,) = result.advanced
    assert advance.bearer == "医疗机构" and advance.amount == 970_000
    assert advance.layers == (("基本医保", 750_000), ("大病保险", 150_000), ("医疗救助", 70_000))
    assert result.amount == 970_000 and result.unscheduled == 0
    assert dues(result.dues) == [("首付款", 679_000, DAY(2019, 10, 16)), ("尾款", 291_000, DAY(2019, 11, 6))]
    assert [due.start for due in result.dues] == [DAY(2019, 9, 27), DAY(2019, 10, 16)]
    assert (result.deposit.amount, result.deposit.formula) == (0, None)
    assert result.collect.amount == 30_000
    assert result.dues[0].origin.clauses == ("五1甲",)


def test_out_of_province_the_rest_is_claimed_at_home(plan, person, claim):
    who = person()
    one = claim(10_000, 就医地="省外", 申报日期=DAY(2019, 9, 27))
    result = schedule(plan, who, settled(plan, who, one))
    assert [(tried.name, tried.taken) for tried in result.tried] == [("省内联网", False), ("省外联网", True)]
    (failed,) = result.tried[0].guards
    assert not failed.held and failed.seen == (("就医地", "省外", "text"),)
    assert (result.amount, result.dues, result.unscheduled) == (900_000, (), 900_000)
    (rest,) = result.claimed
    # 25 working days after 27 September: 16 October is the tenth, 6 November the twenty-fifth
    assert (rest.route, rest.amount) == ("零星报销", 70_000)
    assert dues(rest.dues) == dues(result.all_dues) == [("报销款", 70_000, DAY(2019, 11, 6))]


def test_without_network_the_patient_claims_everything(plan, person, claim):
    who = person()
    result = schedule(plan, who, settled(plan, who, claim(10_000, 联网=False)))
    assert (result.route, result.amount, result.advanced) == ("零星报销", 970_000, ())
    (due,) = result.dues
    assert (due.amount, due.start, due.date, due.after, due.problem) == (970_000, None, None, "申报日期", None)


def test_an_arrival_has_its_own_amount(plan, person):
    arrival = Arrival("D1", {"就医地": "省内", "申报日期": DAY(2019, 9, 27)}, amount=33_335)
    result = schedule(plan, person(), None, arrival)
    # 70 % of 333.35 is 233.345, half up 233.35; the rest 100.00
    assert dues(result.dues) == [("首付款", 23_335, DAY(2019, 10, 16)), ("尾款", 10_000, DAY(2019, 11, 6))]
    assert (result.of, result.advanced[0].amount, result.collect.amount) == ("arrival", None, None)


def test_an_arrival_may_belong_to_a_claim(plan, person, claim):
    who = person()
    arrival = Arrival("D1", {"申报日期": DAY(2019, 9, 27)}, claim="A1")
    result = schedule(plan, who, settled(plan, who, claim(10_000)), arrival)
    assert (result.id, result.amount, result.dues[0].date) == ("D1", 970_000, DAY(2019, 10, 16))


def test_an_arrival_takes_its_one_money_fact(changed, person):
    facts = (*changed().facts, p.FactSpec("甲", None, "money", (), None, "claim", True),
             p.FactSpec("乙", None, "money", (), None, "claim", True))  # fmt: skip
    plan = changed(facts=facts)
    assert schedule(plan, person(), None, Arrival("D", {"就医地": "省外", "联网": False, "甲": 500})).amount == 500
    for given_facts in ({}, {"甲": 1, "乙": 2}):
        with pytest.raises(Problems) as error:
            schedule(plan, person(), None, Arrival("D", {"就医地": "省内", **given_facts}))
        assert [(x.code, x.where) for x in error.value.problems] == [("C559", "D")]


def test_a_day_that_the_calendar_does_not_know_is_said(plan, person):
    arrival = Arrival("D1", {"就医地": "省内", "申报日期": DAY(2150, 1, 1)}, amount=100)
    first, second = schedule(plan, person(), None, arrival).dues
    assert (first.date, first.problem.code) == (None, "C505")
    assert (second.start, second.date, second.problem) == (None, None, None)


def test_no_route_applies(changed, person, claim):
    plan = changed(routes=changed().routes[:1])
    result = schedule(plan, person(), settled(plan, person(), claim(100, 就医地="省外")))
    assert (result.route, result.unscheduled, result.amount, len(result.tried)) == (None, 9_700, 9_700, 1)


@pytest.mark.parametrize(
    ("unit", "within", "date"),
    [("days", 30, DAY(2024, 3, 1)), ("months", 1, DAY(2024, 2, 29)), ("years", 1, DAY(2025, 1, 31))],
)
def test_other_units_of_time(changed, person, unit, within, date):
    due = p.Due("款", None, within, unit, p.Fact("申报日期", "date", "claim"), p.Origin((), "", ""))
    plan = changed(routes=(p.Route("甲", (), (), (), None, None, (due,), p.Origin((), "", "")),))
    result = schedule(plan, person(), None, Arrival("D", {"申报日期": DAY(2024, 1, 31)}, amount=1))
    assert result.dues[0].date == date


@given(
    amount=st.integers(0, 10**9),
    shares=st.lists(st.none() | st.fractions(0, 1, max_denominator=200), max_size=5),
)
def test_dues_never_pay_more_or_less_than_there_is(changed, amount, shares):
    from polc.settlement import Person

    here = p.Origin((), "", "")
    lines = tuple(
        p.Due(f"第{n}笔", share, 1, "days", p.Fact("申报日期", "date", "claim"), here) for n, share in enumerate(shares)
    )
    plan = changed(routes=(p.Route("甲", (), (), (), None, None, lines, here),))
    result = schedule(plan, Person("P"), None, Arrival("D", {"申报日期": DAY(2024, 1, 1)}, amount=amount))
    assert sum(due.amount for due in result.dues) + result.unscheduled == amount
    assert all(due.amount >= 0 for due in result.dues) and result.unscheduled >= 0
    if None in shares or sum(share for share in shares if share) >= 1:
        assert result.unscheduled == 0
    first = shares[0] if shares else None
    if first is not None and first < 1:
        assert abs(result.dues[0].amount - amount * Fraction(first)) <= Fraction(1, 2)
