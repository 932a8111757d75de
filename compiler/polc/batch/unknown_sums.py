"""Rows whose running sums are not known, as an earlier row of the person was refused: `after_refused`.

A refused row leaves the running sums of its person unknown. So every later row of the person in the same benefit year
is refused too, with a code that says why; all of the person's rows are, where the date of the refused row is not known;
and so are rows of later years where the policy counts something over a whole life.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from polc.batch.fact_columns import Codes, Ints, Mask
from polc.batch.order import Order
from polc.batch.rows import Rows
from polc.periods import year_id
from polc.plan import Plan


def counts_over_a_life(plan: Plan) -> bool:
    """Whether a plan counts something for longer than a benefit year."""
    return any(account.period == "life" or account.start is not None for account in plan.accumulators)


def after_refused(
    rows: Rows, order: Order, refused: Ints, asked: Mask, plan_of: Codes, plans: Sequence[Plan]
) -> tuple[Ints, Ints]:
    """Which of the rows `asked` cannot be settled because one of `refused` comes before them, in the order of the
    table; and the first such row of each. All of them have a holder."""
    none = np.zeros(0, np.int64)
    if not len(refused):
        return none, none
    refused = refused[np.argsort(order.place[refused])]
    touched = np.zeros(len(order.offsets) - 1, bool)
    touched[order.holder[refused]] = True
    mine = np.flatnonzero(asked & touched[order.holder])
    by = np.full(len(mine), -1, np.int64)
    dated = rows.day[refused] > 0
    _first(by, order.holder[refused[~dated]], refused[~dated], order.holder[mine])
    refused = refused[dated]
    whole = np.zeros(len(rows), bool)
    whole[list(rows.reversals)] = True  # others of their day cannot be relied on either, wherever they stand
    kinds = [(plan.year.start, counts_over_a_life(plan)) for plan in plans]
    for start, lifelong in set(kinds):
        here = np.array([kind == (start, lifelong) for kind in kinds], bool)
        left = np.flatnonzero((by < 0) & here[plan_of[mine]])
        some = mine[left]
        found = np.full(len(some), -1, np.int64)
        days, day = np.unique(np.concatenate((rows.day[refused], rows.day[some])), return_inverse=True)
        year = np.zeros(len(days), np.int64)
        if not lifelong:
            known: dict[str, int] = {}
            for at, ordinal in enumerate(days.tolist()):
                year[at] = known.setdefault(year_id(datetime.date.fromordinal(ordinal), start), len(known))
        of, whose, count = order.holder[refused], order.holder[some], len(days)
        when, asked_when = day[: len(refused)], day[len(refused) :]
        _first(found, of * count + year[when], refused, whose * count + year[asked_when])
        found[order.place[found] > order.place[some]] = -1
        wide = whole[refused]
        _first(found, (of * count + when)[wide], refused[wide], whose * count + asked_when)
        by[left] = found
    return mine[by >= 0], by[by >= 0]


def _first(found: Ints, keys: Ints, rows: Ints, asked: Ints) -> None:
    """Puts beside each key that is asked for the first row with that key, where nothing stands yet."""
    if not len(keys):
        return
    known, first = np.unique(keys, return_index=True)
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    mine = (found < 0) & (known[at] == asked)
    found[mine] = rows[first[at[mine]]]
