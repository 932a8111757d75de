"""Working days of the Chinese calendar, against holidays as they were announced."""

import datetime

import pytest

from pol_lang.problem import Problems
from polc.calendars import WorkdaysUnknown, add_workdays, is_workday


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_holidays_and_days_worked_in_exchange() -> None:
    # National Day 2023: 29 September to 6 October off; Saturday 7 and Sunday 8 October are worked.
    assert not is_workday(day("2023-09-29"))
    assert not is_workday(day("2023-10-06"))
    assert is_workday(day("2023-10-07"))
    assert is_workday(day("2023-10-08"))
    assert not is_workday(day("2023-10-14"))


def test_the_day_itself_does_not_count() -> None:
    assert add_workdays(day("2023-09-28"), 0) == day("2023-09-28")
    assert add_workdays(day("2023-09-28"), 1) == day("2023-10-07")
    # 7, 8, then 9 to 13, then 16 to 18 October
    assert add_workdays(day("2023-09-28"), 10) == day("2023-10-18")


def test_backwards() -> None:
    assert add_workdays(day("2023-10-07"), -1) == day("2023-09-28")


def test_a_year_whose_holidays_are_not_known() -> None:
    with pytest.raises(Problems) as error:
        add_workdays(day("2003-12-01"), 1)
    (problem,) = error.value.problems
    assert isinstance(problem, WorkdaysUnknown)
    assert problem.date == "2003-12-02"
