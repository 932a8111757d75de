"""Benefit years closed: what of them is still needed is kept in sums, and their claims are dropped from the state.

Needed are accumulators whose period goes on (of a whole life, or of years that start on another day), and for policies
that split stays at the turn of the year, what deductible was taken of the last claims. Nothing of a closed year comes
in any more: rows of it are refused, and those that still waited to be mended are given up."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from polc.batch.closing_problems import YearClosed
from polc.batch.fact_columns import Ints, Mask
from polc.batch.native_rows import Machine
from polc.batch.policies import Policies
from polc.batch.refusals import Alike, Refusals
from polc.batch.rows import Rows
from polc.batch.settle_rows import settle_rows
from polc.batch.singly import Before
from polc.batch.state_sums import TAKEN, exact_text, sums_table
from polc.batch.sums import Holder, Sums
from polc.periods import LIFE, account_period, year_id
from polc.plan import Plan
from polc.settle import Bug
from polc.settlement import State


def first_days(policies: Policies, year: int) -> tuple[datetime.date, ...]:
    """By group of policies the day with which the benefit year starts: the first, where its policies differ."""
    found = []
    for group in range(len(policies.groups)):
        starts = [_first_day(entry.plan, year) for entry in policies.entries if entry.group == group]
        found.append(min(starts))
    return tuple(found)


def _first_day(plan: Plan, year: int) -> datetime.date:
    month, day = plan.year.start
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return datetime.date(year, 3, 1) if (month, day) == (2, 29) and not leap else datetime.date(year, month, day)


def is_closed(rows: Rows, policies: Policies, year: int | None) -> Mask:
    """Which rows are before the benefit year that is the first open one."""
    if year is None:
        return np.zeros(len(rows), bool)
    cuts = np.array([day.toordinal() for day in first_days(policies, year)], np.int64)
    groups = np.array([entry.group for entry in policies.entries], np.int64)
    found: Mask = (rows.day > 0) & (rows.day < cuts[groups[rows.policy]])
    return found


def refuse_closed(rows: Rows, policies: Policies, year: int | None) -> None:
    """Refuses rows of years that are closed."""
    mine = np.flatnonzero(is_closed(rows, policies, year)).astype(np.int64)
    if not len(mine):
        return
    pairs, which = np.unique(np.stack((rows.day[mine], rows.policy[mine])), axis=1, return_inverse=True)
    years = [
        year_id(datetime.date.fromordinal(day), policies.entries[policy].plan.year.start)
        for day, policy in pairs.T.tolist()
    ]
    of = pa.array(years, pa.string()).take(pa.array(which.reshape(-1)))
    rows.problems.add(Alike(YearClosed, mine, rows.places(mine), {"year": of}, {"closed": str(year)}), first=True)
    for at in mine.tolist() if rows.reversals else ():
        rows.reversals.pop(at, None)


def still_open(waiting: pa.Table, policies: Policies, year: int | None) -> pa.Table:
    """The rows waiting to be mended that are not of closed years."""
    if year is None:
        return waiting
    cut = min(first_days(policies, year)).toordinal()
    return waiting.filter(pa.array([not 0 < int(day) < cut for day in waiting.column("day").to_pylist()], pa.bool_()))


def closed_sums(
    rows: Rows,
    closed: Ints,
    policies: Policies,
    machine: Machine | None,
    opening: Mapping[Holder, State],
    year: int,
    before: int | None,
) -> dict[str, pa.Table]:
    """The tables `opening` and `taken` of a state without some settled rows: what persons had accumulated after these,
    as far as it still counts. `before` is the first year that was open until now."""
    sums = Sums()
    split = any(entry.plan.year.split is not None for entry in policies.entries)
    if len(closed):
        mine = rows.take(closed)
        mine.problems, mine.reversals = Refusals(), {}
        plans = [entry.plans for entry in policies.entries]
        groups = [entry.group for entry in policies.entries]
        none = np.zeros(0, np.int64)
        outcome = settle_rows(mine, plans, groups, none, None if split else machine, Before(opening), sums)
        if outcome.problems:
            raise Bug(f"closing: {next(iter(outcome.problems.values()))[0].code}")
    seen = {(policies.entries[rows.policy[at]].group, rows.text("number", at)) for at in closed.tolist()}
    for holder, state in opening.items():
        if holder not in seen:
            sums.put(holder, state)
    return {
        "opening": _lasting(sums_table(sums, policies), policies, year),
        "taken": _taken(rows, closed, sums, policies, year, before == year),
    }


def _lasting(table: pa.Table, policies: Policies, year: int) -> pa.Table:
    """The accumulators whose period is not over on the first open day."""
    cuts = dict(zip(policies.groups, first_days(policies, year), strict=True))
    last: dict[tuple[str, str], str] = {}
    for entry in policies.entries:
        for account in entry.plan.accumulators:
            name = policies.groups[entry.group]
            period = account_period(account, cuts[name], entry.plan.year)
            key = name, account.key
            last[key] = min(last.get(key, period), period)
    columns = [table.column(name).to_pylist() for name in ("policies", "accumulator", "period")]
    keep = [
        period == LIFE or (group, key) not in last or period >= last[group, key]
        for group, key, period in zip(*columns, strict=True)
    ]
    return table.filter(pa.array(keep, pa.bool_()))


def _taken(rows: Rows, closed: Ints, sums: Sums, policies: Policies, year: int, same: bool) -> pa.Table:
    """What deductible the claims of the last closed year took, where stays may go on after it; with `same` also that of
    claims closed earlier."""
    recent = {rows.name(at) for at in closed[~is_closed(rows, policies, year - 1)[closed]].tolist()}
    mine = {rows.name(at) for at in closed.tolist()}
    found = []
    for (group, number), state in sums.singles.items():
        for claim, layers in state.taken.items():
            if claim in recent or (same and claim not in mine):
                found.append((number, policies.groups[group], claim, "", "0"))
                found += [
                    (number, policies.groups[group], claim, layer, exact_text(fen)) for layer, fen in layers.items()
                ]
    return pa.Table.from_pylist([dict(zip(TAKEN.names, line, strict=True)) for line in sorted(found)], schema=TAKEN)
