"""Rows settled, person by person in the order of their dates; what cannot be settled is refused, never lost.

A refused row leaves the running sums of its person unknown. So every later row of the person in the same benefit year
is refused too, with a code that says why; all of the person's rows are, where the date of the refused row is not known;
and so are rows of later years where the policy counts something over a whole life.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping

import numpy as np
from attrs import frozen

from pol_lang.problem import Problem, Problems
from polc.batch.native_rows import Machine
from polc.batch.outcome import REFUSED, SETTLED, Outcome
from polc.batch.problems import EarlierRowRefused
from polc.batch.rows import Codes, Ints, Rows
from polc.claims.place import shown
from polc.claims.read_case import DuplicateClaim
from polc.periods import year_id
from polc.plan import Plan
from polc.settle import settle
from polc.settlement import State

PlanFor = Callable[[datetime.date], Plan]


@frozen(eq=False, repr=False, slots=False)
class Order:
    """Rows by person and then in the order they are settled: `rows` are indices, those of person k stand from
    `offsets[k]` to `offsets[k + 1]`. Rows whose person is not known are in none."""

    rows: Ints
    offsets: Ints

    def person(self, k: int) -> Ints:
        """The rows of one person."""
        return self.rows[self.offsets[k] : self.offsets[k + 1]]


def settle_rows(
    rows: Rows,
    plans: PlanFor,
    duplicates: Mapping[int, str],
    machine: Machine | None,
    opening: Mapping[str, State] | None = None,
    closing: dict[str, State] | None = None,
) -> Outcome:
    """What the rows come to. `duplicates` are the rows whose name was used before, with the place that did. With
    `machine` all that is ordinary is settled by machine code. `opening` are the accumulators that persons bring along;
    those they leave are put into `closing`."""
    outcome = Outcome.of(len(rows))
    for at in duplicates:
        if at not in rows.problems or rows.name(at):
            problem = DuplicateClaim(where=str(rows.where(at)), id=shown(rows.name(at)))
            rows.problems[at] = (*rows.problems.get(at, ()), problem)
    plan_of = _plans(rows, plans, outcome)
    outcome.problems.update(rows.problems)
    order = order_of(rows)
    singly = np.zeros(len(order.offsets) - 1, bool)
    person_of = np.full(len(rows), -1, np.int64)
    person_of[order.rows] = np.repeat(np.arange(len(singly)), np.diff(order.offsets))
    if outcome.problems:
        refused = person_of[list(outcome.problems)]
        singly[refused[refused >= 0]] = True
    if machine is None:
        singly[:] = True
    else:
        singly |= machine.settle(rows, order.rows, order.offsets, plan_of, singly, outcome, opening)
    for k in np.flatnonzero(singly):
        person = int(k)
        _settle_singly(rows, order.person(person), plans, outcome, opening, closing)
        if machine is not None:
            outcome.interpreted += int(order.offsets[person + 1] - order.offsets[person])
    return outcome


def order_of(rows: Rows) -> Order:
    """Who the persons are, and the order of their rows: by date, and of one date by place in the table."""
    numbers = rows.own["number"]
    codes = numbers.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    count = len(codes)
    if count and (codes >= 0).all():
        step = np.diff(codes)
        days = np.diff(rows.day)
        placed = _placed(rows)
        if ((step > 0) | ((step == 0) & (days >= 0))).all() and placed:
            indices = np.arange(count, dtype=np.int64)
            starts = np.flatnonzero(np.concatenate(([True], step > 0)))
            return Order(indices, np.append(starts, count).astype(np.int64))
    indices = np.lexsort((rows.row, rows.file, rows.day, codes)).astype(np.int64)
    indices = indices[codes[indices] >= 0]
    sorted_codes = codes[indices]
    starts = np.flatnonzero(np.diff(sorted_codes, prepend=-1))
    return Order(indices, np.append(starts, len(indices)).astype(np.int64))


def _placed(rows: Rows) -> bool:
    """Whether rows stand in the order of their places."""
    file, row = np.diff(rows.file), np.diff(rows.row)
    return bool(((file > 0) | ((file == 0) & (row > 0))).all())


def _plans(rows: Rows, plans: PlanFor, outcome: Outcome) -> Codes:
    """The plan of each row as an index into `outcome.plans` (−1: none); rows on a day that has none are refused."""
    days, inverse = np.unique(rows.day, return_inverse=True)
    found = np.full(len(days), -1, np.int32)
    for at, day in enumerate(days):
        if day:
            try:
                found[at] = outcome.plan_index(plans(datetime.date.fromordinal(int(day))))
            except Problems as error:
                for row in np.flatnonzero(inverse == at).tolist():
                    rows.problems.setdefault(row, tuple(p.changed(where=str(rows.where(row))) for p in error.problems))
    return found[inverse]


def _settle_singly(
    rows: Rows,
    mine: Ints,
    plans: PlanFor,
    outcome: Outcome,
    opening: Mapping[str, State] | None,
    closing: dict[str, State] | None,
) -> None:
    """One person by the interpreter."""
    number = rows.text("number", int(mine[0])) or ""
    state = (opening or {}).get(number) or State()
    unknown: tuple[int, Problem] | None = None
    years: dict[str, tuple[int, Problem]] = {}
    for index in mine:
        at = int(index)
        if at in rows.problems and not rows.day[at] and not _harmless(rows, at, mine):
            unknown = unknown or (at, rows.problems[at][0])
    lifelong: tuple[int, Problem] | None = None
    for index in mine:
        at = int(index)
        if at in rows.problems:
            outcome.clear(at)
            if rows.day[at] and not _harmless(rows, at, mine):
                lifelong = lifelong or _spoil(rows, at, plans, rows.problems[at][0], years)
            continue
        date = datetime.date.fromordinal(int(rows.day[at]))
        plan = plans(date)
        earlier = unknown or years.get(year_id(date, plan.year.start)) or lifelong
        if earlier is not None:
            outcome.clear(at)
            place, problem = earlier
            outcome.problems[at] = (
                EarlierRowRefused(
                    where=str(rows.where(at)), earlier=shown(str(rows.where(place))), earlier_code=problem.code
                ),
            )
            continue
        try:
            done = settle(plans, rows.person(at), (rows.claim(at),), state)
        except Problems as error:
            outcome.clear(at)
            outcome.problems[at] = error.problems
            lifelong = lifelong or _spoil(rows, at, plans, error.problems[0], years)
            continue
        state = done.state
        outcome.put(at, done.claims[0])
    if closing is not None:
        closing[number] = state


def _spoil(
    rows: Rows, at: int, plans: PlanFor, problem: Problem, years: dict[str, tuple[int, Problem]]
) -> tuple[int, Problem] | None:
    """Notes that sums are not known from a refused row on; the row where this holds for all years to come."""
    date = datetime.date.fromordinal(int(rows.day[at]))
    try:
        plan = plans(date)
    except Problems:
        return at, problem
    years.setdefault(year_id(date, plan.year.start), (at, problem))
    return (at, problem) if any(a.period == "life" for a in plan.accumulators) else None


def _harmless(rows: Rows, at: int, mine: Ints) -> bool:
    """Whether a refused row is nothing but a copy of one that counts already."""
    if not all(isinstance(problem, DuplicateClaim) for problem in rows.problems[at]):
        return False
    name = rows.name(at)
    for index in mine:
        other = int(index)
        if other != at and rows.name(other) == name and other not in rows.problems:
            same = rows.day[at] == rows.day[other] and all(fen[at] == fen[other] for fen in rows.parts.values())
            same &= rows.identities.get(at) == rows.identities.get(other)
            return bool(same) and all(column.get(at) == column.get(other) for column in rows.facts.values())
    return False


__all__ = ["REFUSED", "SETTLED", "Order", "PlanFor", "order_of", "settle_rows"]
