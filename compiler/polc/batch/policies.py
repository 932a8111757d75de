"""Which policy settles a row: one for all, or several by division and date. `read_policies`, `read_by_policy`."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import frozen

from pol_lang.problem import Problem, Problems
from polc.batch.arrow import one
from polc.batch.cell_columns import coded
from polc.batch.fact_columns import Ints
from polc.batch.items import ItemsSetting
from polc.batch.join_items import join_items
from polc.batch.part_columns import Setting, no_rows
from polc.batch.people import PeopleSetting, join_people, people_lines, read_people
from polc.batch.problems import BadPolicyList, NoPolicyForRow, SeveralPoliciesForRow
from polc.batch.read_items import read_items
from polc.batch.read_rows import read_rows
from polc.batch.refusals import Alike
from polc.batch.rows import Rows, joined
from polc.batch.singly import PlanFor
from polc.claims.place import Place
from polc.claims.toml_tree import toml_tree
from polc.claims.tree import decode
from polc.claims.values import read_text
from polc.claims.vocabulary import Vocabulary, vocabulary
from polc.plan import Plan

DIVISION = "insuplc_admdvs"
_KEYS = frozenset({"policy", "divisions", "from", "until", "accumulators"})
Compile = Callable[[str], tuple[Plan, PlanFor]]


@frozen(eq=False, repr=False, slots=False)
class Policy:
    """A policy of a run: its name, one of its plans and what gives the others, the words it reads claims by; the
    divisions it is for (none: all) and the days; the number of the group whose accumulators it goes on with."""

    name: str
    plan: Plan
    plans: PlanFor
    words: Vocabulary
    divisions: tuple[str, ...] = ()
    since: datetime.date | None = None
    until: datetime.date | None = None
    group: int = 0


@frozen(eq=False, repr=False, slots=False)
class Policies:
    """The policies of a run, and the names of their groups."""

    entries: tuple[Policy, ...]
    groups: tuple[str, ...]

    @property
    def words(self) -> tuple[Vocabulary, ...]:
        """The words of each policy."""
        return tuple(entry.words for entry in self.entries)


def single(name: str, plan: Plan, plans: PlanFor) -> Policies:
    """One policy for everything."""
    return Policies((Policy(name, plan, plans, vocabulary(plan)),), ("",))


def read_policies(data: bytes, name: str, compile: Compile) -> Policies:
    """The policies that a TOML file lists; see `BadPolicyList` for its form. `compile` gives the plans of a policy by
    name; paths are from the folder of the file. Raises `Problems`."""
    tree = toml_tree(decode(data, name), name)
    listed = tree.get("policies") if isinstance(tree, dict) and tree.keys() == {"policies"} else None
    if not isinstance(listed, list) or not listed:
        raise _bad(name, "应当只有 [[policies]]", "it has to be [[policies]] and nothing else")
    groups: dict[str, None] = {}
    entries = []
    for number, entry in enumerate(listed, 1):
        told = _entry(entry, number, name)
        path = told["policy"]
        if not path.startswith("std/"):
            path = os.path.join(os.path.dirname(name), path)
        plan, plans = compile(path)
        group = told.get("accumulators") or "、".join(told["divisions"])
        groups[group] = None
        entries.append(
            Policy(
                told["policy"], plan, plans, vocabulary(plan), told["divisions"], told.get("from"), told.get("until"),
                list(groups).index(group),
            )
        )  # fmt: skip
    return Policies(tuple(entries), tuple(groups))


def _entry(entry: object, number: int, name: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise _bad(name, f"第 {number} 项应当是一张表", f"entry {number} has to be a table")
    told: dict[str, Any] = dict(entry)
    divisions = told.get("divisions", [])
    told["divisions"] = tuple(str(d) for d in divisions) if isinstance(divisions, list) else None
    days = [told.get(key) for key in ("from", "until")]
    wrong = (
        told.keys() - _KEYS
        or not isinstance(told.get("policy"), str)
        or told["divisions"] is None
        or not all(len(code) == 6 and code.isdecimal() for code in told["divisions"])
        or not all(day is None or type(day) is datetime.date for day in days)
        or not isinstance(told.get("accumulators", ""), str)
    )
    if wrong:
        raise _bad(
            name, f"第 {number} 项：policy 是名称，divisions 是六位区划代码的列表，from、until 是日期",
            f"entry {number}: policy is a name, divisions a list of six-digit codes, from and until are dates",
        )  # fmt: skip
    return told


def _bad(name: str, zh: str, en: str) -> Problems:
    return Problems([BadPolicyList(where=name, detail_zh=zh, detail_en=en)])


def is_within(code: str, division: str) -> bool:
    """Whether a division code lies within a division: pairs of zeros at its end stand for everything inside."""
    stem = division
    while len(stem) > 2 and stem.endswith("00"):
        stem = stem[:-2]
    return code.startswith(stem) and len(code) == 6


# ---------------------------------------------------------------- rows of a part


PersonLines = list[tuple[str, int, str, tuple[Problem, ...]]]


def read_by_policy(
    table: pa.Table,
    policies: Policies,
    setting: Setting,
    people: Mapping[str, PeopleSetting],
    sides: Mapping[str, pa.Table | None],
    items: ItemsSetting | None = None,
) -> tuple[Rows, int, PersonLines]:
    """The rows of a part, each read by its policy, with what is known of its person and its items; how many rows are of
    persons with identities of which none is held on the day; the refused rows of tables of persons."""
    outside = 0
    lines: dict[tuple[str, int], tuple[str, int, str, tuple[Problem, ...]]] = {}
    read: list[tuple[Ints, Rows]] = []
    chosen = _by_division(table, policies)
    for number, mine in enumerate(chosen):
        whole = len(mine) == table.num_rows
        rows = read_rows(table if whole else table.take(pa.array(mine)), policies.words, setting, number)
        for name, about in people.items():
            side = sides.get(name)
            persons = read_people(side if side is not None else no_rows(about.read), policies.words[number], about)
            outside += join_people(rows, persons, about)
            for line in people_lines(persons, about):
                lines.setdefault(line[:2], line)
        if items is not None:
            join_items(rows, read_items(_items_of(sides, items), policies.words[number], items), items)
        read.append((mine, rows))
    if len(read) == 1:
        return read[0][1], outside, list(lines.values())
    return _one_each(read, table.num_rows, policies, table, setting), outside, list(lines.values())


def _items_of(sides: Mapping[str, pa.Table | None], items: ItemsSetting) -> pa.Table:
    side = sides.get("items")
    return side if side is not None else no_rows(items.read)


def _by_division(table: pa.Table, policies: Policies) -> list[Ints]:
    """By policy the rows whose division it is for."""
    everything = np.arange(table.num_rows, dtype=np.int64)
    if not any(entry.divisions for entry in policies.entries):
        return [everything for _ in policies.entries]
    found = []
    for entry in policies.entries:
        if not entry.divisions:
            found.append(everything)
            continue
        fits = np.zeros(table.num_rows, bool)
        for column in table.column_names:
            target = entry.words.claim.find(column)
            spec = entry.words.facts.get(target[1]) if target and target[0] == "fact" else None
            if spec is not None and (spec.field or "").casefold() == DIVISION:
                codes, _ = coded(one(table.column(column)), lambda cell: read_text(cell, Place("")))
                known = [any(is_within(str(value), d) for d in entry.divisions) for value in codes.values]
                fits |= np.array([*known, False])[codes.codes]
        found.append(np.flatnonzero(fits))
    return found


def _one_each(
    read: Sequence[tuple[Ints, Rows]], count: int, policies: Policies, table: pa.Table, setting: Setting
) -> Rows:
    """Every row by the one policy it is for; rows that none or several are for are refused."""
    fitting = np.zeros(count, np.int32)
    winner = np.full(count, -1, np.int64)
    start = 0
    for entry, (mine, rows) in zip(policies.entries, read, strict=True):
        low = entry.since.toordinal() if entry.since else 0
        high = entry.until.toordinal() if entry.until else 10**7
        fits = (rows.day >= low) & (rows.day <= high) & (rows.day > 0)
        fitting[mine[fits]] += 1
        winner[mine[fits]] = start + np.flatnonzero(fits)
        start += len(rows)
    unread = [mine for mine, _ in read]
    start = 0
    for mine, rows in read:  # rows without a day are refused as the first policy that is for them reads them
        undated = (rows.day == 0) & (winner[mine] < 0)
        winner[mine[undated]] = start + np.flatnonzero(undated)
        start += len(rows)
    homeless = np.flatnonzero(winner < 0)
    pieces = [rows for _, rows in read]
    if len(homeless):
        pieces.append(read_rows(table.take(pa.array(homeless)), policies.words, setting, 0))
        winner[homeless] = start + np.arange(len(homeless))
    rows = joined(pieces).take(winner)
    mine = np.sort(homeless)
    rows.problems.drop(mine)
    dates = pa.array([_date(day) for day in rows.day[mine].tolist()], pa.string())
    rows.problems.add(Alike(NoPolicyForRow, mine, rows.places(mine), {"date": dates}))
    mine = np.flatnonzero(fitting > 1).astype(np.int64)
    rows.problems.drop(mine)
    fits = np.zeros((len(policies.entries), count), bool)
    for number, held in enumerate(unread):
        fits[number, held] = True
    named = [
        "、".join(entry.name for entry, is_for in zip(policies.entries, of, strict=True) if is_for)
        for of in fits[:, mine].T.tolist()
    ]
    names = pa.array(named, pa.string())
    rows.problems.add(Alike(SeveralPoliciesForRow, mine, rows.places(mine), {"policies": names}))
    return rows


def _date(day: int) -> str:
    return str(datetime.date.fromordinal(day)) if day else "—"
