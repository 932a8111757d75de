"""The day a case is about."""

from __future__ import annotations

import datetime

from polc import plan as p
from polc.claims.case import Case


def day_of(case: Case, plan: p.Plan) -> datetime.date | None:
    """The day a case is about: that of its last claim, else the first date that the plan reads of its arrivals; None
    where it gives none."""
    if case.claims:
        return case.claims[-1].date
    read = [spec.name for spec in plan.facts if spec.unit == "date" and spec.used]
    for arrival in case.arrivals:
        for name in read:
            day = arrival.facts.get(name)
            if isinstance(day, datetime.date):
                return day
    return None
