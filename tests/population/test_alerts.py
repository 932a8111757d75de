"""Who is listed: burdens above a line with all claims of the year, and states that need no claim at all."""

import datetime
from fractions import Fraction

from polc.population.alerts import alerts
from polc.settle import settle
from polc.settlement import Settlement, State

DAY = datetime.date
YEAR_END = DAY(2019, 12, 31)


def raised(plan, who, claims, state=None, as_of=YEAR_END):
    settlement = settle(lambda date: plan, who, claims, state)
    return [(line.alert, line.year, line.claims, line.value, line.above) for line in alerts(settlement, plan, as_of)]


def test_a_burden_that_adds_up_over_the_year(plan, person, claim):
    # 3 % of the cost stays with the person: 4,500 and 1,500 are 6,000, not above it; one fen more is
    first, second = claim(150_000, "A1"), claim(50_000, "A2", DAY(2019, 10, 1))
    third, later = claim(1, "A3", DAY(2019, 11, 1)), claim(1, "B1", DAY(2020, 1, 1))
    watched = person("监测对象")
    assert raised(plan, watched, [first, second]) == []
    # 1 yuan: 0.75, 60 % of 0.25 = 0.15, 70 % of 0.10 = 0.07: 0.03 stays
    assert raised(plan, watched, [first, second, third, later]) == [("高额费用", "2019", ("A3",), 600_003, 600_000)]
    assert raised(plan, person(), [first, second, third]) == []


def test_claims_that_raise_it_again_are_named_and_the_last_value_counts(plan, person, claim):
    claims = [claim(300_000, f"A{n}", DAY(2019, n, 1)) for n in (1, 2, 3)]
    assert raised(plan, person("监测对象"), claims) == [("高额费用", "2019", ("A1", "A2", "A3"), 2_700_000, 600_000)]


def test_a_state_is_looked_at_once_and_without_claims(plan, person, claim):
    listed = [("未参保", "2019", (), 100, 0)]
    assert raised(plan, person(已参保=False), []) == listed
    assert raised(plan, person(已参保=False), [claim(1, "A1"), claim(1, "A2")]) == listed


def test_an_alert_on_facts_of_the_claim(plan, person, claim):
    # 3 % of 40,000 is 1,200
    assert raised(plan, person(), [claim(40_000, 就医地="省外"), claim(40_000, "A2", DAY(2019, 10, 1))]) == [
        ("省外", "2019", ("A1",), 120_000, 100_000)
    ]


def test_sums_of_earlier_claims_count_where_there_is_none_now(plan, person):
    watched = person("监测对象")
    state = State({"年度负担.tally": ("2019", Fraction(1_200_001, 2))})
    (line,) = alerts(Settlement(watched, (), state), plan, DAY(2019, 12, 31))
    assert (line.alert, line.value, line.person, line.tell) == ("高额费用", Fraction(1_200_001, 2), "P1", "民政部门")
    assert line.origin.clauses == ("六1",) and line.seen[0][:2] == ("年度负担", Fraction(1_200_001, 2))
    assert alerts(Settlement(watched, (), state), plan, DAY(2020, 1, 1)) == ()
