"""Days of a year, and dates that follow from others."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable
from typing import Any


def month_day(value: Any) -> Any:
    """A month and day, or those of a date, as a pair; what is held against a day of the year."""
    if isinstance(value, datetime.date):
        return value.month, value.day
    return divmod(value, 100) if isinstance(value, int) else value


def day_of_year(year: int, day: tuple[int, int]) -> datetime.date:
    """A day of the year as a date; 29 February of a year that has none as 1 March."""
    month, number = day
    if day == (2, 29) and not calendar.isleap(year):
        return datetime.date(year, 3, 1)
    return datetime.date(year, month, number)


def add_months(date: datetime.date, count: int) -> datetime.date:
    years, month = divmod(date.month - 1 + count, 12)
    year = date.year + years
    return datetime.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


DATE_PARTS: dict[str, Callable[[datetime.date], Any]] = {
    "month": lambda date: date.month,
    "day": lambda date: date.day,
    "year": lambda date: date.year,
    "next_month": lambda date: add_months(date.replace(day=1), 1),
    "year_end": lambda date: datetime.date(date.year, 12, 31),
    "next_year": lambda date: datetime.date(date.year + 1, 1, 1),
}
