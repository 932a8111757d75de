"""Running sums (tallies) as they stand after each row, as columns: `running`."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import numpy as np
from attrs import frozen

from polc import plan as p
from polc.batch.fact_columns import Ints
from polc.batch.order import Order
from polc.batch.outcome import SETTLED, Outcome
from polc.batch.rows import Rows
from polc.impact.kinds import Amount, Asked, Unusual, nodes, scaled
from polc.periods import LIFE, month_id, year_id

_ROOM = 2**62


@frozen(eq=False, repr=False, slots=False)
class Running:
    """By name of a tally its sum after each row of a part, the row in it. `reads_parts`: it depends on the parts of the
    cost after cuts."""

    sums: dict[str, Amount]
    reads_parts: bool

    def at(self, chosen: Ints) -> Callable[[str], Amount]:
        """The sums at some rows."""
        return lambda name: Amount(self.sums[name].values[chosen], self.sums[name].den, self.sums[name].known[chosen])


def running(rows: Rows, outcome: Outcome, order: Order) -> Running:
    """The tallies that an alert or target of one of the plans reads. Raises `Unusual`."""
    names = {node.name for plan in outcome.plans for node in nodes(_watched(plan)) if isinstance(node, p.Tallied)}
    found: dict[str, Amount] = {}
    reads_parts = False
    holder = np.full(len(rows), -1, np.int64)
    holder[order.rows] = np.repeat(np.arange(len(order.offsets) - 1), np.diff(order.offsets))
    settled = order.rows[outcome.status[order.rows] == SETTLED]
    for name in sorted(names):
        values = np.zeros(len(rows), np.int64)
        den = 1
        periods = None
        for at, plan in enumerate(outcome.plans):
            mine = settled[outcome.plan[settled] == at]
            tally = next((one for one in plan.tallies if one.name == name), None)
            if tally is None or not len(mine):
                continue
            if isinstance(plan.root, p.HighestOf) and any(isinstance(node, p.Holds) for node in nodes([tally.value])):
                raise Unusual  # it was summed for the identity considered
            asked = Asked(plan, rows, outcome, mine)
            amount = asked.amount(tally.value)
            reads_parts |= asked.reads_parts
            if not amount.known.all() or amount.values.dtype == object or (periods is not None and amount.den != den):
                raise Unusual
            account = next(a for a in plan.accumulators if a.key == tally.accumulator)
            if account.start is not None:
                raise Unusual
            mine_periods = _periods(rows, mine, account.period, plan.year.start)
            periods = np.zeros(len(rows), np.int64) if periods is None else periods
            periods[mine], den = mine_periods, amount.den
            values[mine] = scaled(amount, den)
        if periods is None:
            found[name] = Amount(values, 1, np.ones(len(rows), bool))
            continue
        found[name] = Amount(_after(values, settled, holder, periods), den, np.ones(len(rows), bool))
    return Running(found, reads_parts)


def _watched(plan: p.Plan) -> list[p.Expr | None]:
    found: list[p.Expr | None] = []
    for alert in plan.alerts:
        found += [*(guard.condition for guard in alert.guards), alert.watch, alert.above]
    for target in plan.targets:
        found += [*(target.ratio or ()), target.claims, target.among]
    return found


def _periods(rows: Rows, mine: Ints, period: str, start: tuple[int, int]) -> Ints:
    """The year or month of each row, as a number that tells it from others."""
    days, inverse = np.unique(rows.day[mine], return_inverse=True)
    dates = [datetime.date.fromordinal(int(day)) for day in days]
    names = [LIFE if period == "life" else month_id(d) if period == "month" else year_id(d, start) for d in dates]
    return np.array([_number(name) for name in names], np.int64)[inverse]


def _number(name: str) -> int:
    """A period as a number."""
    year, _, month = name.partition("-")
    return 0 if name == LIFE else 100 * int(year) + (int(month) if month else 0)


def _after(values: Ints, settled: Ints, holder: Ints, periods: Ints) -> Ints:
    """What has been added up after each row, person by person and period by period."""
    in_order = values[settled]
    if len(in_order) and max(int(in_order.max()), -int(in_order.min())) * len(in_order) >= _ROOM:
        raise Unusual
    sums = np.cumsum(in_order)
    first = np.ones(len(settled), bool)
    first[1:] = (holder[settled[1:]] != holder[settled[:-1]]) | (periods[settled[1:]] != periods[settled[:-1]])
    starts = np.flatnonzero(first)
    before = np.where(starts > 0, sums[starts - 1], 0)
    found = np.zeros(len(values), np.int64)
    found[settled] = sums - np.repeat(before, np.diff(np.append(starts, len(settled))))
    return found
