"""Rows settled, person by person in the order of their dates; what cannot be settled is refused, never lost.

A refused row leaves the running sums of its person unknown. So every later row of the person in the same benefit year
is refused too, with a code that says why; all of the person's rows are, where the date of the refused row is not known;
and so are rows of later years where the policy counts something over a whole life.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import field, frozen

from pol_lang.problem import Problems
from polc.batch.arrow import run_starts
from polc.batch.closing_problems import YearClosed
from polc.batch.fact_columns import Codes, Ints
from polc.batch.native_rows import Machine, Order
from polc.batch.outcome import REVERSAL, REVERSED, Outcome
from polc.batch.problems import EarlierRowRefused
from polc.batch.reversals import match_reversals
from polc.batch.rows import Rows
from polc.batch.sums import Holder, Sums
from polc.claims.place import shown
from polc.claims.read_case import DuplicateClaim
from polc.periods import year_id
from polc.pipeline import Plans
from polc.plan import Plan
from polc.settle import settle
from polc.settlement import State

PlanFor = Callable[[datetime.date], Plan]


@frozen(eq=False, repr=False, slots=False)
class Waiting:
    """A row that was refused, here or in an earlier run and not sent again: its day (0: not known), place and code;
    with `whole`, other rows of its day cannot be relied on either, wherever they stand."""

    day: int
    place: str
    code: str
    whole: bool = False


@frozen(eq=False, repr=False, slots=False)
class Before:
    """What persons bring along: accumulators, and rows that still wait to be mended; the benefit years before `closed`
    are closed."""

    opening: Mapping[Holder, State] = field(factory=dict)
    waiting: Mapping[str, Sequence[Waiting]] = field(factory=dict)
    closed: int | None = None


def settle_rows(
    rows: Rows,
    policies: Sequence[PlanFor],
    groups: Sequence[int],
    duplicates: Mapping[int, str],
    machine: Machine | None,
    before: Before | None = None,
    closing: Sums | None = None,
    keep: bool = False,
    starts: Ints | None = None,
) -> Outcome:
    """What the rows come to. `policies` give the plan of a row by its date, `groups` which of them go on with each
    other's accumulators. `duplicates` are the rows whose name was used before, with the place that did. With `machine`
    all that is ordinary is settled by machine code. What persons have accumulated in the end is put into `closing`;
    with `keep` the outcome has what the interpreter says of each row. `starts`, where known, are the rows with which
    each person's begin, of persons in ascending order."""
    before = before or Before()
    outcome = Outcome.of(len(rows))
    outcome.settlements = {} if keep else None
    duplicates = _twice(rows, duplicates)
    for at in duplicates:
        problem = DuplicateClaim(where=str(rows.where(at)), id=shown(rows.name(at)))
        rows.problems[at] = (*rows.problems.get(at, ()), problem)
    pairs, harmless = match_reversals(rows, duplicates, before.closed)
    harmless |= {at for at, problems in rows.problems.items() if isinstance(problems[0], YearClosed)}
    outcome.harmless |= harmless
    plan_of = outcome.plan_of = _plans(rows, policies, outcome)
    outcome.problems.update(rows.problems)
    order = order_of(rows, groups, starts)
    singly = np.zeros(len(order.offsets) - 1, bool)
    special = np.array([*outcome.problems, *pairs, *pairs.values()], np.int64)
    if before.waiting:
        waits = pa.array(list(before.waiting), pa.string())
        special = np.append(special, np.flatnonzero(np.asarray(pc.is_in(rows.own["number"], waits))))
    if len(special):
        holder_of = np.full(len(rows), -1, np.int64)
        holder_of[order.rows] = np.repeat(np.arange(len(singly)), np.diff(order.offsets))
        mine = holder_of[special]
        singly[mine[mine >= 0]] = True
    if machine is None:
        singly[:] = True
    else:
        singly |= machine.settle(rows, order, plan_of, singly, outcome, before.opening, groups, closing)
    gone = {*pairs, *pairs.values()}
    for k in np.flatnonzero(singly).tolist():
        mine = order.of(k)
        _Singly(rows, mine, policies, groups, outcome, before, gone, harmless).settle(closing)
        if machine is not None:
            outcome.interpreted += len(mine)
    for reversal, cancelled in pairs.items():
        outcome.clear(reversal, REVERSAL)
        outcome.clear(cancelled, REVERSED)
    return outcome


def order_of(rows: Rows, groups: Sequence[int], starts: Ints | None = None) -> Order:
    """Who the holders are, and the order of their rows: by date, and of one date by place in the table. `starts` are
    the rows with which each person's begin, where these are known."""
    count, numbers = len(rows), rows.own["number"]
    several = len(set(groups)) > 1
    if several or not count or numbers.null_count:
        starts = None
    elif starts is None:
        starts = run_starts(numbers)
    if starts is not None and _falls_at(rows.day, starts) and _placed(rows):
        return Order(np.arange(count, dtype=np.int64), np.append(starts, count), as_read=True)
    codes: Ints = numbers.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    if several:
        many = max(groups) + 1
        codes = np.where(codes < 0, -1, codes * many + np.array(groups, np.int64)[rows.policy])
    indices = np.lexsort((rows.row, rows.file, rows.day, codes)).astype(np.int64)
    indices = indices[codes[indices] >= 0]
    starts = np.flatnonzero(np.diff(codes[indices], prepend=-1))
    return Order(indices, np.append(starts, len(indices)).astype(np.int64))


def _falls_at(days: Codes, starts: Ints) -> bool:
    """Whether a day is before that of the row before only where some rows begin."""
    falls = np.flatnonzero(days[1:] < days[:-1]) + 1
    firsts = np.zeros(len(days), bool)
    firsts[starts] = True
    return bool(firsts[falls].all())


def _placed(rows: Rows) -> bool:
    """Whether rows stand in the order of their places."""
    if len(rows) and rows.file[0] == rows.file[-1] and rows.row[-1] - rows.row[0] == len(rows) - 1:
        return bool((rows.row[1:] > rows.row[:-1]).all())
    file, row = np.diff(rows.file), np.diff(rows.row)
    return bool(((file > 0) | ((file == 0) & (row > 0))).all())


def _twice(rows: Rows, duplicates: Mapping[int, str]) -> dict[int, str]:
    """The duplicates that are none of a reversal: a row may cancel another under the same number."""
    if not duplicates or not rows.reversals:
        return dict(duplicates)
    named: dict[str, list[int]] = {}
    for at in rows.reversals:
        named[rows.name(at)] = []
    for at, name in enumerate(rows.id.to_pylist()):
        if name in named and at not in rows.reversals:
            named[name].append(at)
    found = {}
    for at, first in duplicates.items():
        others = named.get(rows.name(at))
        if at not in rows.reversals and (others is None or others[:1] != [at]):
            found[at] = first
    return found


def _plans(rows: Rows, policies: Sequence[PlanFor], outcome: Outcome) -> Codes:
    """The plan of each row as an index into `outcome.plans` (−1: none); rows on a day that has none are refused."""
    found = np.full(len(rows), -1, np.int32)
    for number, plans in enumerate(policies):
        mine: slice | Ints = slice(None) if len(policies) == 1 else np.flatnonzero(rows.policy == number)
        of = rows.day[mine]
        if not len(of):
            continue
        only = _only_plan(plans, int(of.min()), int(of.max()))
        if only is not None:
            found[mine] = outcome.plan_index(only)
            continue
        known = of if of.min() else of[of > 0]
        first = int(known.min()) if len(known) else 1
        after = of - np.int32(first - 1)
        if known is not of:
            np.maximum(after, 0, out=after)  # 0 is no day
        table = np.full(int(after.max()) + 1, -1, np.int32)
        there = np.zeros(len(table), bool)
        there[after] = True
        there[0] = False
        for at in np.flatnonzero(there).tolist():
            try:
                table[at] = outcome.plan_index(plans(datetime.date.fromordinal(first + at - 1)))
            except Problems as error:
                for row in np.arange(len(rows))[mine][after == at].tolist():
                    told = tuple(problem.changed(where=str(rows.where(row))) for problem in error.problems)
                    rows.problems.setdefault(row, told)
        found[mine] = table[after]
    return found


def _only_plan(plans: PlanFor, first: int, last: int) -> Plan | None:
    """The plan of all days from the first to the last, where they lie within what one plan is for."""
    if not isinstance(plans, Plans):
        return None
    try:
        of_first, of_last = (plans(datetime.date.fromordinal(day)) if day else None for day in (first, last))
    except Problems:
        return None
    if of_first is None or of_first is not of_last:
        return None
    begins = of_first.since.toordinal() if of_first.since else first
    ends = of_first.expires.toordinal() if of_first.expires else last + 1
    return of_first if begins <= first and last < ends else None


class _Singly:
    """One holder by the interpreter, with all the care that refused rows ask for."""

    def __init__(
        self, rows: Rows, mine: Ints, policies: Sequence[PlanFor], groups: Sequence[int], outcome: Outcome,
        before: Before, gone: set[int], harmless: set[int],
    ) -> None:  # fmt: skip
        self.rows, self.policies, self.outcome, self.gone = rows, policies, outcome, gone
        self.mine: list[int] = mine.tolist()
        self.number = rows.text("number", self.mine[0]) or ""
        self.holder = groups[rows.policy[self.mine[0]]], self.number
        self.state = before.opening.get(self.holder) or State()
        self.places: dict[str, int] = {}
        self.spoilt: list[Waiting] = [*before.waiting.get(self.number, ())]
        self.harmless = {at for at in self.mine if at in rows.problems and (at in harmless or self._copy(at))}
        for at in self.mine:
            if at in rows.problems and at not in self.harmless:
                self._spoil(at, rows.problems[at][0].code)
        outcome.harmless |= self.harmless

    def settle(self, closing: Sums | None) -> None:
        """All rows in order."""
        rows, outcome = self.rows, self.outcome
        for at in self.mine:
            if at in self.gone:
                continue
            if at in rows.problems:
                outcome.clear(at)
                continue
            date = datetime.date.fromordinal(int(rows.day[at]))
            plan = self.policies[rows.policy[at]](date)
            earlier = self._earlier(at, date, plan)
            if earlier is not None:
                outcome.clear(at)
                outcome.problems[at] = (
                    EarlierRowRefused(
                        where=str(rows.where(at)), earlier=shown(earlier.place), earlier_code=earlier.code
                    ),
                )
                continue
            try:
                done = settle(lambda _, plan=plan: plan, rows.person(at), (rows.claim(at),), self.state)  # type: ignore[misc]
            except Problems as error:
                outcome.clear(at)
                outcome.problems[at] = error.problems
                self._spoil(at, error.problems[0].code)
                continue
            self.state = done.state
            outcome.put(at, done.claims[0])
        if closing is not None:
            closing.put(self.holder, self.state)

    def _spoil(self, at: int, code: str) -> None:
        whole = at in self.rows.reversals
        self.spoilt.append(Waiting(int(self.rows.day[at]), str(self.rows.where(at)), code, whole))

    def _earlier(self, at: int, date: datetime.date, plan: Plan) -> Waiting | None:
        """A refused row because of which the sums of a row are not known."""
        year = year_id(date, plan.year.start)
        lifelong = any(a.period == "life" or a.start is not None for a in plan.accumulators)
        for spoilt in self.spoilt:
            if not spoilt.day:
                return spoilt
            day = datetime.date.fromordinal(spoilt.day)
            if day <= date and (lifelong or year_id(day, plan.year.start) == year) and self._before(spoilt, at, date):
                return spoilt
        return None

    def _before(self, spoilt: Waiting, at: int, date: datetime.date) -> bool:
        """Whether a refused row comes before another of its day: one of an earlier run, or earlier in the table."""
        if spoilt.whole or spoilt.day < date.toordinal():
            return True
        if not self.places:
            self.places = {str(self.rows.where(other)): index for index, other in enumerate(self.mine)}
        return self.places.get(spoilt.place, -1) < self.places[str(self.rows.where(at))]

    def _copy(self, at: int) -> bool:
        """Whether a refused row is nothing but a copy of one that counts already."""
        rows = self.rows
        if not all(isinstance(problem, DuplicateClaim) for problem in rows.problems[at]):
            return False
        name = rows.name(at)
        for other in self.mine:
            if other != at and rows.name(other) == name and other not in rows.problems and other not in rows.reversals:
                same = rows.day[at] == rows.day[other] and all(fen[at] == fen[other] for fen in rows.parts.values())
                same &= rows.identities.get(at) == rows.identities.get(other)
                return bool(same) and all(column.get(at) == column.get(other) for column in rows.facts.values())
        return False
