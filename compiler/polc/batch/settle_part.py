"""One part of a table, from its cells to the tables of what came of it: `settle_part`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pyarrow as pa
from attrs import evolve, field, frozen

from pol_lang.problem import Language
from polc.batch.layout import Layout
from polc.batch.native_rows import Machine
from polc.batch.parts import Part
from polc.batch.people import PeopleSetting, join_people, people_lines, read_people
from polc.batch.read_rows import FILE, ROW, Setting, read_rows
from polc.batch.results import ragged_rows, refusal, refused_rows, settled_table
from polc.batch.settle_rows import PlanFor, settle_rows
from polc.batch.totals import Totals, count, part_totals
from polc.claims.tables import RowWidth
from polc.claims.vocabulary import Vocabulary
from polc.plan_json import plan_hash

Place = tuple[int, int]
"""File (counted) and row."""


@frozen(eq=False, repr=False, slots=False)
class Task:
    """What settling a part needs besides the part: the same for all parts of a run."""

    setting: Setting
    words: tuple[Vocabulary, ...]
    policies: tuple[PlanFor, ...]
    groups: tuple[int, ...]
    layout: Layout
    machine: Machine | None
    lang: Language
    people: Mapping[str, PeopleSetting] = field(factory=dict)


@frozen(eq=False, repr=False, slots=False)
class Done:
    """What came of a part: settled rows in the order they were read (`kept`: which rows these are, None: all), refused
    ones as lines of text, the sums."""

    settled: pa.Table
    kept: pa.Array | None
    refused: list[dict[str, str]]
    totals: Totals
    refused_people: list[dict[str, str]] = field(factory=list)


def settle_part(part: Part, task: Task, duplicates: Mapping[Place, str]) -> Done:
    """The part settled. `duplicates` are the rows whose name was used before, with the place that did."""
    columns = tuple(name for name in part.table.column_names if name not in (FILE, ROW))
    lines = [
        ragged_rows(row, task.setting.inputs[file].path, columns, task.lang) for file, row in part.ragged
    ]  # fmt: skip
    if not part.table.num_rows:
        part = evolve(part, table=no_rows(task.setting.headers.read))
    rows = read_rows(part.table, task.words, task.setting)
    outside = 0
    people_refused: list[dict[str, str]] = []
    for name, setting in task.people.items():
        table = part.sides.get(name)
        people = read_people(table if table is not None else no_rows(setting.read), task.words[0], setting)
        outside += join_people(rows, people, setting)
        for path, row, number, problems in people_lines(people, setting):
            people_refused.append(refusal(path, row, {"psn_no": number}, problems, task.lang))
    outcome = settle_rows(rows, task.policies, task.groups, _mine(part.table, duplicates), task.machine)
    hashes = {id(plan): plan_hash(plan) for plan in outcome.plans}
    settled = settled_table(rows, outcome, part.table, task.layout, hashes, task.lang)
    lines += refused_rows(rows, outcome, part.table, columns, task.lang)
    totals = part_totals(rows, outcome, settled, task.layout)
    totals.outside = outside
    if len(lines) > len(outcome.problems):
        extra = len(lines) - len(outcome.problems)
        totals.read += extra
        totals.refused += extra
        totals.unreadable += extra
        count(totals, [RowWidth.code] * extra)
    kept = None if settled.num_rows == len(rows) else pa.array(np.flatnonzero(outcome.status))
    return Done(settled, kept, sorted(lines, key=lambda line: (line["file"], int(line["row"]))), totals, people_refused)


def _mine(table: pa.Table, duplicates: Mapping[Place, str]) -> dict[int, str]:
    """The duplicates among the rows of a part, by index."""
    if not duplicates:
        return {}
    files, numbers = table.column(FILE).to_numpy(), table.column(ROW).to_numpy()
    rows = np.array([row for _, row in duplicates], np.int64)
    found = {}
    for at in np.flatnonzero(np.isin(numbers, rows)):
        place = (int(files[at]), int(numbers[at]))
        if place in duplicates:
            found[int(at)] = duplicates[place]
    return found


def no_rows(columns: Iterable[str]) -> pa.Table:
    """A table without rows that still has its columns."""
    places = {FILE: pa.array([], pa.int32()), ROW: pa.array([], pa.int64())}
    return pa.table({**{name: pa.array([], pa.string()) for name in sorted(columns)}, **places})
