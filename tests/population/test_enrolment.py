"""Which year a person is insured for, and why."""

import datetime

import pytest

from pol_lang.problem import Problems
from polc.population.enrolment import enrolment

DAY = datetime.date


def years(result):
    return [None if y is None else (y.said, y.year) for y in (result.insured, result.subsidised)]


def test_recognised_up_to_august_this_year(plan, person):
    result = enrolment(plan, person("建档立卡贫困人口", 认定日期=DAY(2019, 8, 31)), DAY(2019, 12, 1))
    assert (result.enrolment, years(result)) == ("新认定参保", [("this_year", 2019)] * 2)
    assert result.counted_from == ("认定日期", DAY(2019, 8, 31))
    assert result.origin.clauses == ("二(二)",)
    assert [step.held for step in result.tried[0].cases] == [False, True]


def test_recognised_later_next_year_counted_from_the_recognition(plan, person):
    # recognised in October 2018, asked in March 2019: insured for 2019, not for 2020
    result = enrolment(plan, person("特困人员", 认定日期=DAY(2018, 10, 5)), DAY(2019, 3, 1))
    assert years(result) == [("next_year", 2019)] * 2
    assert (result.effective, result.register, result.this_year) == (DAY(2018, 11, 1), None, 2019)
    assert result.seen == (("认定日期", DAY(2018, 10, 5), "date"),)


def test_who_cannot_is_on_the_register(plan, person):
    result = enrolment(plan, person("建档立卡贫困人口", 参军=True), DAY(2019, 3, 1))
    assert (years(result), result.register) == ([("none", None), None], "参军，记入台账")
    assert result.counted_from == (None, DAY(2019, 3, 1))


def test_who_is_not_a_subject_is_told_what_failed(plan, person):
    result = enrolment(plan, person("监测对象"), DAY(2019, 3, 1))
    assert (result.enrolment, result.is_subject, result.origin) == (None, False, None)
    (tried,) = result.tried
    assert not tried.subject.held and tried.subject.failed is not None and tried.cases == ()


def test_an_identity_only_counts_while_it_is_held(plan, person):
    from polc.settlement import HeldIdentity, Person

    held = Person("P", (HeldIdentity("特困人员", DAY(2019, 1, 1), DAY(2019, 6, 30)),), {"认定日期": DAY(2019, 2, 1)})
    assert enrolment(plan, held, DAY(2019, 6, 30)).is_subject
    assert not enrolment(plan, held, DAY(2019, 7, 1)).is_subject


def test_the_insured_year_starts_when_the_plan_says(changed, person):
    from polc import plan as p

    july = changed(year=p.YearRule("出院日期", (9, 1), None))
    result = enrolment(july, person("特困人员", 认定日期=DAY(2019, 8, 31)), DAY(2019, 12, 1))
    assert years(result)[0] == ("this_year", 2018) and result.this_year == 2019


def test_a_missing_fact_is_named(plan, person):
    with pytest.raises(Problems) as error:
        enrolment(plan, person("特困人员"), DAY(2019, 3, 1))
    assert [(x.code, x.where, x.name) for x in error.value.problems] == [("C501", "P1", "认定日期")]
