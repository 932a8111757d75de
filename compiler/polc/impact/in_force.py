"""The plans that claims are compared by, also where a policy is not in force on their day: `AsIfInForce`."""

from __future__ import annotations

import datetime
from typing import Literal

from attrs import evolve

from pol_lang.problem import Problems
from polc import plan as p
from polc.pipeline import Compiled, Plans

When = Literal["own", "before", "after", "asked"]
"""Whose values a claim is settled with: those of its own day; those of the policy's first day in force, as it is before
it; those of its last day, as it is after it; those of the day asked for."""


class AsIfInForce:
    """The plans of a policy by date, with the values in force on that day. Before the policy is in force they are those
    of its first day (the first on which all its values are there), afterwards those of its last; with `as_of` those of
    that day throughout. Claims of any day can be settled by these plans.

    Raises `Problems` as `Plans` does.
    """

    def __init__(self, compiled: Compiled, as_of: datetime.date | None = None) -> None:
        plan = compiled.usable
        self.plan = always = _always(plan)
        self.as_of = as_of
        documents = plan.documents
        starts = [day for d in documents if (day := d.starts) is not None]
        ends = [d.until for d in documents if d.until is not None]
        self.start, self.end = max(starts, default=None), min(ends, default=None)
        self.first = max(plan.as_of, self.start) if self.start else None
        self._plans = Plans(compiled, as_of)
        self._known: dict[int, tuple[p.Plan, p.Plan]] = {id(plan): (plan, always)}
        self._written = {id(always): plan}

    def __call__(self, date: datetime.date) -> p.Plan:
        """The plan for claims of a date."""
        when = self.when(date)
        day = date
        if when == "before" and self.first:
            day = self.first
        elif when == "after" and self.end:
            day = self.end
        plan = self._plans(day)
        known = self._known.get(id(plan))
        if known is None:
            known = self._known.setdefault(id(plan), (plan, _always(plan)))  # another thread may have been here
            self._written[id(known[1])] = plan
        return known[1]

    def to_look_by(self, date: datetime.date | None) -> p.Plan:
        """The plan by which persons are looked at on a date: its own, else the first (without a date, or where values
        are missing then)."""
        try:
            return self.plan if date is None else self(date)
        except Problems:
            return self.plan

    def written(self, plan: p.Plan) -> p.Plan:
        """One of these plans as it was written, in force between its days only."""
        return self._written[id(plan)]

    def when(self, date: datetime.date) -> When:
        """Whose values a claim of a date is settled with."""
        if self.as_of is not None:
            return "asked"
        if self.start is not None and date < self.start:
            return "before"
        return "after" if self.end is not None and date > self.end else "own"

    def holds(self, date: datetime.date) -> bool:
        """Whether the policy is in force on a day."""
        return (self.start is None or date >= self.start) and (self.end is None or date <= self.end)


def _always(plan: p.Plan) -> p.Plan:
    """The plan without the days between which its documents hold: what it would pay, not whether it does yet."""
    documents = tuple(evolve(d, in_force=None, until=None, applied_back=None) for d in plan.documents)
    return evolve(plan, documents=documents)
