"""Days as whole numbers (`date.toordinal()`), and what a program can ask of them."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable

from polc.calendars import add_workdays as workdays_on
from polc.program.nodes import Call, Node, Range, Refused

LAST = datetime.date.max.toordinal()


def _date(day: int) -> datetime.date:
    return datetime.date.fromordinal(day)


def month_day(day: int) -> int:
    """9月1日 as 901."""
    date = _date(day)
    return 100 * date.month + date.day


def month(day: int) -> int:
    return _date(day).month


def day(day: int) -> int:
    return _date(day).day


def year(day: int) -> int:
    return _date(day).year


def next_month(day: int) -> int:
    """The first day of the next month."""
    return add_months(_date(day).replace(day=1).toordinal(), 1)


def year_end(day: int) -> int:
    """The last day of the year."""
    return datetime.date(_date(day).year, 12, 31).toordinal()


def next_year(day: int) -> int:
    """The first day of the next year."""
    return year_end(day) + 1


def add_days(day: int, count: int) -> int:
    """So many days later. Raises `Refused` beyond the calendar."""
    if not 1 <= day + count <= LAST:
        raise Refused
    return day + count


def add_months(day: int, count: int) -> int:
    """The same day so many months later, or the last of a shorter month. Raises `Refused` beyond the calendar."""
    date = _date(day)
    years, index = divmod(date.month - 1 + count, 12)
    number = date.year + years
    if not 1 <= number <= 9999:
        raise Refused
    return datetime.date(number, index + 1, min(date.day, calendar.monthrange(number, index + 1)[1])).toordinal()


def add_workdays(day: int, count: int) -> int:
    """So many working days later. Raises `Problems` for a year whose holidays are not known."""
    return workdays_on(_date(day), count).toordinal()


FUNCTIONS: dict[str, Callable[..., int]] = {
    "month_day": month_day, "month": month, "day": day, "year": year, "next_month": next_month,
    "year_end": year_end, "next_year": next_year, "add_days": add_days, "add_months": add_months,
    "add_workdays": add_workdays,
}  # fmt: skip
"""What a `Call` may name."""

_RANGES: dict[str, Range] = {"month_day": (101, 1231), "month": (1, 12), "day": (1, 31), "year": (1, 9999)}


def call(function: str, *arguments: Node) -> Node:
    """A node that asks for it."""
    low, high = _RANGES.get(function, (1, LAST))
    return Call("int", low, high, function, arguments)
