"""One part of a table, from its cells to the tables of what came of it: `settle_part`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
from attrs import evolve, field, frozen

from pol_lang.problem import Language
from polc.batch.closing import closed_sums, is_closed, refuse_closed, still_open
from polc.batch.duplicates import Duplicates, Twice, places_of
from polc.batch.fact_columns import Ints
from polc.batch.inputs import Input
from polc.batch.item_lines import item_lines
from polc.batch.items import ItemsSetting
from polc.batch.layout import Layout
from polc.batch.lines import Entry, Lines, lines_of
from polc.batch.native_rows import Machine
from polc.batch.outcome import SETTLED, Outcome
from polc.batch.part_columns import FILE, ROW, Setting, no_rows
from polc.batch.parts import Part
from polc.batch.people import PeopleSetting
from polc.batch.policies import PersonLines, Policies, read_by_policy
from polc.batch.refusals import reason
from polc.batch.results import refused_lines, settled_table
from polc.batch.rows import Rows, joined
from polc.batch.settle_rows import settle_rows
from polc.batch.state_history import (
    FROM,
    changes,
    check_history,
    history_table,
    items_table,
    keep_recorded,
    read_history,
)
from polc.batch.state_sums import read_opening, sums_table
from polc.batch.state_waiting import before_of, read_waiting, still_waiting, waiting_table
from polc.batch.sums import Holder, Sums
from polc.batch.totals import Totals, part_totals
from polc.claims.tables import RowWidth
from polc.settlement import State


@frozen(eq=False, repr=False, slots=False)
class Task:
    """What settling a part needs besides the part: the same for all parts of a run. `history` are the files of claims
    that earlier runs settled, which count as the first of all inputs; with `leave` the part leaves a state. Benefit
    years before `closed` are closed; the state left has those before `close` closed. `mended` are the rows
    waiting since earlier runs that come back (person and mark)."""

    setting: Setting
    policies: Policies
    layout: Layout
    machine: Machine | None
    lang: Language
    people: Mapping[str, PeopleSetting] = field(factory=dict)
    history: tuple[Input, ...] = ()
    leave: bool = False
    closed: int | None = None
    close: int | None = None
    items: ItemsSetting | None = None
    mended: frozenset[tuple[str, str]] = frozenset()


@frozen(eq=False, repr=False, slots=False)
class Done:
    """What came of a part: settled rows in the order they were read (`kept`: which rows these are, None: all), refused
    ones and changed claims of earlier runs as lines of text, the sums, the tables of the state it leaves. Lines of
    refused rows are made as they are asked for, a bounded number at a time."""

    settled: pa.Table
    kept: pa.Array | None
    refused: Iterable[Lines]
    totals: Totals
    refused_people: Iterable[Lines]
    changes: list[dict[str, str]]
    state: Mapping[str, pa.Table]
    refused_items: Iterable[Lines] = ()


@frozen(eq=False, repr=False, slots=False)
class _Read:
    """A part read: its rows after those of the history, and what stands beside them."""

    rows: Rows
    first: int
    outside: int
    people: PersonLines
    opening: Mapping[Holder, State]
    waiting: list[dict[str, str]]


def _read(part: Part, task: Task) -> _Read:
    rows, outside, people = read_by_policy(part.table, task.policies, task.setting, task.people, part.sides, task.items)
    history = part.sides.get("history")
    first = history.num_rows if history is not None else 0
    if history is not None and first:
        items = part.sides.get("history-items")
        rows = joined([read_history(history, task.policies, task.setting.inputs, items), rows])
    refuse_closed(rows, task.policies, task.closed)
    opening = read_opening(part.sides.get("opening"), part.sides.get("taken"), task.policies)
    waiting = still_waiting(read_waiting(part.sides.get("waiting")), rows, first, task.mended)
    return _Read(rows, first, outside, people, opening, waiting)


def _settled(part: Part, task: Task, read: _Read, duplicates: Twice, closing: Sums | None, keep: bool) -> Outcome:
    plans = [entry.plans for entry in task.policies.entries]
    groups = [entry.group for entry in task.policies.entries]
    twice = read.first + duplicates_among(part.table, duplicates)
    before = evolve(before_of(read.opening, read.waiting), closed=task.closed)
    starts = None if read.first else part.starts
    return settle_rows(read.rows, plans, groups, twice, task.machine, before, closing, keep, starts)


def part_outcome(part: Part, task: Task, duplicates: Twice, keep: bool = False) -> tuple[Rows, Outcome, int]:
    """The rows of a part (those of the history first), what they come to, and how many the history has."""
    read = _read(part, task)
    return read.rows, _settled(part, task, read, duplicates, None, keep), read.first


def settle_part(part: Part, task: Task, duplicates: Twice) -> Done:
    """The part settled. `duplicates` are the rows whose name was used before, with the place that did. Raises
    `Problems` where the state brought along does not belong to the policies."""
    if not part.table.num_rows:
        part = evolve(part, table=no_rows(task.setting.headers.read))
    read = _read(part, task)
    closing = Sums() if task.leave else None
    outcome = _settled(part, task, read, duplicates, closing, False)
    rows, first, history = read.rows, read.first, part.sides.get("history")
    changed: list[dict[str, str]] = []
    totals = Totals()
    if history is not None and first:
        check_history(history, rows, outcome)
        changed, totals.changes = changes(history, outcome, task.layout, rows)
        totals.changed = len({(line["psn_no"], line["from"], line["setl_id"]) for line in changed})
        keep_recorded(history, outcome, task.layout)
    columns = tuple(name for name in part.table.column_names if name not in (FILE, ROW))
    settled = settled_table(rows, outcome, part.table, task.layout, task.lang, first)
    lines = refused_lines(rows, outcome, part.table, part.ragged, columns, task.lang, first)
    totals.add(part_totals(rows, outcome, settled, task.layout, first))
    totals.outside = read.outside
    extra = len(part.ragged)
    totals.read, totals.refused, totals.unreadable = (
        totals.read + extra, totals.refused + extra, totals.unreadable + extra,
    )  # fmt: skip
    if extra:
        totals.codes[RowWidth.code] = totals.codes.get(RowWidth.code, 0) + extra
    kept = None if settled.num_rows == len(rows) - first else pa.array(np.flatnonzero(outcome.status[first:]))
    state: dict[str, pa.Table] = {}
    if closing is not None:
        waits = waiting_table(read.waiting, rows, outcome, first, task.lang)
        state = _state(part, task, rows, outcome, first, waits, closing, read.opening)
        totals.given_up = len(waits) - len(state["waiting"])
    totals.people_refused = len(read.people)
    items = part.sides.get("items")
    of_items: Iterable[Lines] = ()
    if task.items is not None and items is not None:
        of_items = item_lines(items, rows, outcome, first, task.items, totals, task.lang)
    return Done(settled, kept, lines, totals, _people_lines(read, task), changed, state, of_items)


def _people_lines(read: _Read, task: Task) -> Iterable[Lines]:
    """The refused rows of the tables of persons and identities."""
    if not read.people:
        return ()
    files = {entry.path: at for at, entry in enumerate(e for about in task.people.values() for e in about.inputs)}
    entries: list[Entry] = [
        (files[path], path, row, found[0].code, reason(found, task.lang), {"psn_no": who})
        for path, row, who, found in read.people
    ]
    return lines_of(entries, ("psn_no",))


def _state(
    part: Part,
    task: Task,
    rows: Rows,
    outcome: Outcome,
    first: int,
    waits: pa.Table,
    closing: Sums,
    before: Mapping[Holder, State],
) -> dict[str, pa.Table]:
    """The tables that a later run goes on from."""
    history = part.sides.get("history")
    places = history.column(FROM).to_pylist() if history is not None else []
    places += [f"{rows.inputs[file].path}:{row}" for file, row in zip(rows.file[first:], rows.row[first:], strict=True)]
    settled = np.flatnonzero(outcome.status == SETTLED).astype(np.int64)
    opening = part.sides.get("opening")
    seen = set(rows.own["number"].to_pylist())
    for holder, carried in before.items():
        if holder[1] not in seen:
            closing.put(holder, carried)
    tables = {
        "opening": opening.drop_columns([FILE, ROW]) if opening is not None else sums_table(Sums(), task.policies)
    }
    if task.close is not None:
        over = is_closed(rows, task.policies, task.close)[settled]
        tables = closed_sums(rows, settled[over], task.policies, task.machine, before, task.close, task.closed)
        settled = settled[~over]
    return tables | {
        "history": history_table(rows, outcome, task.policies, task.layout, settled, places),
        "history-items": items_table(rows, settled),
        "waiting": still_open(waits, task.policies, task.close),
        "closing": sums_table(closing, task.policies),
    }


def duplicates_among(table: pa.Table, duplicates: Twice) -> Ints:
    """The duplicates among the rows of a part, by index."""
    if isinstance(duplicates, Duplicates):
        return duplicates.among(table)[0]
    if not len(duplicates):
        return np.zeros(0, np.int64)
    return np.flatnonzero(np.isin(places_of(table), duplicates)).astype(np.int64)
