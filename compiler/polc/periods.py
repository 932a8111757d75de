"""Which year and month a claim belongs to."""

from __future__ import annotations

import datetime

from polc import plan as p
from polc.settlement import Claim

LIFE = "life"


def year_id(date: datetime.date, start: tuple[int, int]) -> str:
    """The year a date belongs to, as text: the calendar year in which the benefit year of the date starts."""
    return f"{date.year if (date.month, date.day) >= start else date.year - 1:04d}"


def month_id(date: datetime.date) -> str:
    """The month of a date: "2023-09"."""
    return f"{date.year:04d}-{date.month:02d}"


def year_date(rule: p.YearRule, claim: Claim) -> datetime.date:
    """The date that puts a claim into a year: the fact the rule names, the claim's own date where it is not given."""
    date = claim.facts.get(rule.by)
    return date if isinstance(date, datetime.date) else claim.date


def periods(rule: p.YearRule, claim: Claim) -> dict[str, str]:
    """The claim's period by kind of period: year, month, life."""
    return periods_of(year_date(rule, claim), rule.start)


def periods_of(date: datetime.date, start: tuple[int, int]) -> dict[str, str]:
    """The periods a date belongs to by their kind, with years that start on a day."""
    return {"year": year_id(date, start), "month": month_id(date), "life": LIFE}


def account_period(account: p.Accumulator, date: datetime.date, rule: p.YearRule) -> str:
    """The period of an accumulator that a date belongs to."""
    return periods_of(date, account.start or rule.start)[account.period]
