"""Rows settled, person by person in the order of their dates; what cannot be settled is refused, never lost.

Rows that are refused, cancelled or held up by a refused one are set aside in columns; the rest is settled by machine
code. What machine code leaves, and who waits for rows of an earlier run, goes through the interpreter (`Singly`).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pol_lang.problem import Problems
from polc.batch.closing_problems import YearClosed
from polc.batch.copies import copies
from polc.batch.fact_columns import Codes, Ints, Mask
from polc.batch.native_rows import Machine
from polc.batch.order import Order, order_of
from polc.batch.outcome import REVERSAL, REVERSED, Outcome
from polc.batch.problems import EarlierRowRefused
from polc.batch.refusals import Alike
from polc.batch.reversals import match_reversals
from polc.batch.rows import Rows
from polc.batch.singly import Before, PlanFor, Singly
from polc.batch.sums import Sums
from polc.batch.texts import shown_texts
from polc.batch.unknown_sums import after_refused
from polc.claims.read_case import DuplicateClaim
from polc.pipeline import Plans
from polc.plan import Plan


def settle_rows(
    rows: Rows,
    policies: Sequence[PlanFor],
    groups: Sequence[int],
    duplicates: Ints,
    machine: Machine | None,
    before: Before | None = None,
    closing: Sums | None = None,
    keep: bool = False,
    starts: Ints | None = None,
) -> Outcome:
    """What the rows come to. `policies` give the plan of a row by its date, `groups` which of them go on with each
    other's accumulators. `duplicates` are the rows whose name was used before. With `machine` all that is ordinary is
    settled by machine code. What persons have accumulated in the end is put into `closing`; with `keep` the outcome has
    what the interpreter says of each row. `starts`, where known, are the rows with which each person's begin, of
    persons in ascending order."""
    before = before or Before()
    outcome = Outcome.of(len(rows))
    outcome.settlements = {} if keep else None
    duplicates = _twice(rows, duplicates)
    if len(duplicates):
        rows.problems.add(Alike(DuplicateClaim, duplicates, rows.places(duplicates), {"id": rows.names(duplicates)}))
    pairs, harmless = match_reversals(rows, duplicates, before.closed)
    plan_of = outcome.plan_of = _plans(rows, policies, outcome)
    outcome.problems = rows.problems.copy()
    order = order_of(rows, groups, starts)
    out = rows.problems.mask(len(rows)).copy()
    outcome.harmless = harmless | _harmless(rows, order, out, before)
    gone = [*pairs, *pairs.values()]
    out[gone] = True
    waiting = _waiting(rows, order, before)
    spoiling = _spoiling(rows, order, outcome.harmless)
    if len(spoiling):
        out |= order.holder < 0
        known = ~out & ~waiting[order.holder]
        late, early = after_refused(rows, order, spoiling, known, plan_of, outcome.plans)
        _hold_up(rows, outcome, late, early)
        out[late] = True
    singly = waiting if machine is not None else np.ones(len(waiting), bool)
    if machine is not None:
        aside = out
        if waiting.any():
            aside = out | waiting[order.holder]
        left = machine.settle(rows, order, plan_of, aside, outcome, before.opening, groups, closing)
        if closing is not None and before.opening:
            _carry_on(rows, order, ~aside, groups, before, closing)
        if left.any():
            outcome.clear(np.flatnonzero(left[order.holder] & ~out))
        singly = singly | left
    spoils = np.zeros(len(rows), bool)
    spoils[spoiling] = True
    single = Singly(rows, policies, groups, outcome, before, closing)
    for k in np.flatnonzero(singly).tolist():
        mine = order.of(k)
        todo = mine[~out[mine]]
        single.settle(mine, todo, mine[spoils[mine]] if waiting[k] else mine[:0])
        if machine is not None:
            outcome.interpreted += len(todo)
    single.tell()
    outcome.status[list(pairs)] = REVERSAL
    outcome.status[list(pairs.values())] = REVERSED
    return outcome


def _harmless(rows: Rows, order: Order, refused: Mask, before: Before) -> set[int]:
    """Refused rows that leave nobody's sums in doubt: those of closed years, and mere copies of rows that count."""
    found: set[int] = set()
    if not refused.any():
        return found
    if before.closed is not None:
        mine = np.flatnonzero(refused).astype(np.int64)
        found.update(mine[np.asarray(pc.equal(rows.problems.code_of(mine), YearClosed.code))].tolist())
    mere = np.flatnonzero(rows.problems.has_only(DuplicateClaim, len(rows))).astype(np.int64)
    if len(mere):
        counting = ~refused
        counting[list(rows.reversals)] = False
        found.update(copies(rows, order, mere, counting).tolist())
    return found


def _spoiling(rows: Rows, order: Order, harmless: set[int]) -> Ints:
    """The refused rows that leave the sums of their person unknown."""
    found = rows.problems.rows()
    if len(found):
        found = found[order.holder[found] >= 0]
    if len(found) and harmless:
        found = found[~np.isin(found, np.fromiter(harmless, np.int64, len(harmless)))]
    return found


def _hold_up(rows: Rows, outcome: Outcome, late: Ints, early: Ints) -> None:
    """Refuses rows that come after refused ones."""
    if not len(late):
        return
    which, of = np.unique(early, return_inverse=True)
    index = pa.array(of.reshape(-1))
    told = {
        "earlier": shown_texts(rows.places(which)).take(index),
        "earlier_code": rows.problems.code_of(which).take(index),
    }
    outcome.problems.add(Alike(EarlierRowRefused, late, rows.places(late), told))


def _waiting(rows: Rows, order: Order, before: Before) -> Mask:
    """The holders of whom rows of an earlier run wait to be mended."""
    found = np.zeros(len(order.offsets) - 1, bool)
    if before.waiting:
        numbers = pa.array(list(before.waiting), pa.string())
        mine = order.holder[np.flatnonzero(np.asarray(pc.is_in(rows.own["number"], numbers)))]
        found[mine[mine >= 0]] = True
    return found


def _carry_on(
    rows: Rows, order: Order, settled: Mask, groups: Sequence[int], before: Before, closing: Sums
) -> None:  # fmt: skip
    """Holders none of whose rows is settled keep what they brought along."""
    some = np.zeros(len(order.offsets) - 1, bool)
    some[order.holder[settled & (order.holder >= 0)]] = True
    for k in np.flatnonzero(~some).tolist():
        first = int(order.of(k)[0])
        holder = groups[rows.policy[first]], rows.text("number", first) or ""
        if holder in before.opening:
            closing.put(holder, before.opening[holder])


def _twice(rows: Rows, duplicates: Ints) -> Ints:
    """The duplicates that are none of a reversal: a row may cancel another under the same number."""
    if not len(duplicates) or not rows.reversals:
        return duplicates
    names = rows.id.to_pylist()
    first: dict[str, int | None] = {names[at]: None for at in rows.reversals}
    for at, name in enumerate(names):
        if name in first and first[name] is None and at not in rows.reversals:
            first[name] = at
    found = [at for at in duplicates.tolist() if at not in rows.reversals and first.get(names[at]) != at]
    return np.array(found, np.int64)


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
                here = np.arange(len(rows), dtype=np.int64)[mine][after == at]
                here = here[~rows.problems.mask(len(rows))[here]]
                for problem in error.problems:
                    same = {name: value for name, value in vars(problem).items() if name != "where"}
                    rows.problems.add(Alike(type(problem), here, rows.places(here), {}, same))
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
