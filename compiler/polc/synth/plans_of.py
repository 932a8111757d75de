"""The year that claims are made up for, and the plans that hold in it: `plans_of`."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from pol_lang.problem import Problems
from polc.plan import Plan
from polc.synth.problems import NotInForce

DAY = datetime.timedelta(days=1)
Days = tuple[datetime.date, datetime.date]
PlanFor = Callable[[datetime.date], Plan]


def plans_of(plan_for: PlanFor, plan: Plan, year: int | None) -> tuple[tuple[Plan, ...], Days]:
    """The plans that hold in a year, in order, and the days of it on which they do: the first to the last on which all
    documents are in force and all values set. Without a year it is the one of `plan`; where that is not whole, the one
    after it if it has more such days. Raises `Problems` where there are none.
    """
    if year is not None:
        return _plans_of(plan_for, plan, _days(plan, year))
    first = plan.as_of.year - ((plan.as_of.month, plan.as_of.day) < plan.year.start)
    this = _plans_of(plan_for, plan, _days(plan, first))
    if this[1] == _days(plan, first):
        return this
    try:
        following = _plans_of(plan_for, plan, _days(plan, first + 1))
    except Problems:
        return this
    return max(this, following, key=lambda found: found[1][1] - found[1][0])


def _days(plan: Plan, year: int) -> Days:
    """The first and the last day of a year as the policy counts years."""
    month, day = plan.year.start
    day = min(day, 28) if month == 2 else day
    return datetime.date(year, month, day), datetime.date(year + 1, month, day) - DAY


def _plans_of(plan_for: PlanFor, plan: Plan, days: Days) -> tuple[tuple[Plan, ...], Days]:
    first, last = days
    starts = [document.starts for document in plan.documents]
    first = max([first, *(day for day in starts if day)])
    last = min([last, *(document.until for document in plan.documents if document.until)])
    if first > last:
        raise Problems([NotInForce(where=plan.name, year=days[0].year)])
    at = plan.as_of if first <= plan.as_of <= last else first
    found = [plan_for(at)]
    while (since := found[0].since) is not None and since > first:
        try:
            found.insert(0, plan_for(since - DAY))
        except Problems:
            first = since
    while (expires := found[-1].expires) is not None and expires <= last:
        try:
            found.append(plan_for(expires))
        except Problems:
            last = expires - DAY
    return tuple(found), (first, last)
