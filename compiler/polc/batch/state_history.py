"""Claims that earlier runs settled, as tables of a state, and what they come to differently now."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from pol_lang.problem import Problems
from polc.arithmetic import yuan
from polc.batch.arrow import one
from polc.batch.fact_columns import Amounts, FactColumn, Ints
from polc.batch.headers import Headers
from polc.batch.inputs import Input
from polc.batch.items import earlier_items
from polc.batch.join_items import join_earlier
from polc.batch.layout import Layout
from polc.batch.money import decimal, fen
from polc.batch.outcome import REFUSED, REVERSED, SETTLED, Outcome
from polc.batch.part_columns import Setting
from polc.batch.policies import Policies
from polc.batch.problems import StateOfOtherPlan
from polc.batch.read_items import read_items
from polc.batch.read_rows import read_rows
from polc.batch.results import base_amounts
from polc.batch.rows import Rows, joined
from polc.batch.state_sums import exact_text
from polc.claims.vocabulary import PARTS
from polc.plan_json import plan_hash

POLICY, HASH, FROM = "polc:policy", "polc:plan", "polc:from"
CHANGES = ("psn_no", "setl_id", "from", "status", "column", "before", "after", "difference")
"""The columns of what claims come to differently now."""
RESULT = "="
"""Stands before the names of columns of results in the history."""
_PART_NAMES = {"total": 1, "noncovered": 2, "overlimit": 1, "copay": 2, "inscope": 2}
_OWN = {"number": "psn_no", "id": "setl_id", "visit": "mdtrt_id", "continues": "continues"}


def read_history(table: pa.Table, policies: Policies, inputs: tuple[Input, ...], items: pa.Table | None = None) -> Rows:
    """The claims of a history, in its order, with their items. Raises `Problems` where it was left by another
    policy."""
    headers = Headers((), (), frozenset(table.column_names), None, ())
    setting = Setting(inputs, headers, True, True)
    names = table.column(POLICY).to_pylist()
    known = {entry.name: number for number, entry in enumerate(policies.entries)}
    for name in set(names) - known.keys():
        raise Problems([StateOfOtherPlan(where=inputs[0].path, then=name, now="、".join(known))])
    numbers = np.array([known[name] for name in names], np.int64)
    pieces, places = [], []
    for number in range(len(policies.entries)):
        mine = np.flatnonzero(numbers == number)
        if len(mine):
            pieces.append(read_rows(table.take(pa.array(mine)), policies.words, setting, number))
            if items is not None:
                join_earlier(pieces[-1], read_items(items, policies.words[number], earlier_items(items.column_names)))
            places.append(mine)
    rows = joined(pieces)
    return rows.take(np.argsort(np.concatenate(places), kind="stable")) if len(pieces) > 1 else rows


def check_history(table: pa.Table, rows: Rows, outcome: Outcome) -> None:
    """Raises `Problems` where a claim of a history was settled by another plan than it would be now."""
    hashes = [plan_hash(plan) for plan in outcome.plans]
    for at, then in enumerate(table.column(HASH).to_pylist()):
        now = hashes[outcome.plan_of[at]] if outcome.plan_of[at] >= 0 else "—"
        if then != now:
            raise Problems([StateOfOtherPlan(where=str(rows.where(at)), then=then, now=now)])


def history_table(
    rows: Rows, outcome: Outcome, policies: Policies, layout: Layout, settled: Ints, places: Sequence[str]
) -> pa.Table:
    """The claims at some indices as a history keeps them: facts as texts that are read back to the same values."""
    index = pa.array(settled)
    columns: dict[str, pa.Array] = {}
    for word, name in _OWN.items():
        if word in rows.own:
            columns[name] = rows.own[word].take(index)
        else:
            columns[name] = pa.nulls(len(settled), pa.string())
    for part, values in rows.parts.items():
        columns[PARTS[part][_PART_NAMES[part]]] = decimal(np.ascontiguousarray(values[settled]))
    held = rows.identities
    columns["psn_idet_type"] = _texts(["、".join(names) for names in held.values], held.codes[settled])
    for (_, name), column in rows.facts.items():
        columns[name] = _fact(name, column, settled, rows)
    columns[POLICY] = _texts([entry.name for entry in policies.entries], rows.policy[settled])
    hashes = [plan_hash(plan) for plan in outcome.plans]
    columns[HASH] = _texts(hashes, outcome.plan[settled].astype(np.int32))
    columns[FROM] = pa.array([places[at] for at in settled.tolist()], pa.string())
    for name, values in base_amounts(outcome, layout).items():
        columns[RESULT + name] = decimal(np.ascontiguousarray(values[settled]))
    return pa.table(columns)


def items_table(rows: Rows, settled: Ints) -> pa.Table:
    """The cost items of the claims at some indices, with the number of the person and what the claim is called."""
    if rows.items is None:
        return pa.table({"psn_no": pa.array([], pa.string()), "setl_id": pa.array([], pa.string())})
    where, offsets = rows.items.indices(settled)
    whose = pa.array(np.repeat(settled, np.diff(offsets)))
    columns = {"psn_no": rows.own["number"].take(whose), "setl_id": rows.id.take(whose)}
    for name, column in rows.items.facts.items():
        columns[name] = _fact(name, column, where, rows)
    return pa.table(columns)


def _fact(name: str, column: FactColumn, at: Ints, rows: Rows) -> pa.Array:
    """A fact as a history keeps it."""
    if isinstance(column, Amounts):
        return decimal(np.ascontiguousarray(column.fen[at]), column.given[at])
    return _texts([_text(value, name, rows) for value in column.values], column.codes[at])


def _texts(values: list[str], codes: Any) -> pa.Array:
    return pa.array([*values, None], pa.string()).take(pa.array(np.where(codes < 0, len(values), codes)))


def _text(value: Any, name: str, rows: Rows) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return "、".join(sorted(value))
    if isinstance(value, str):
        return value
    spec = next((words.facts[name] for words in rows.words if name in words.facts), None)
    return exact_text(Fraction(value) / 100 if spec is not None and spec.unit == "money" else Fraction(value))


def changes(
    table: pa.Table, outcome: Outcome, layout: Layout, rows: Rows
) -> tuple[list[dict[str, str]], dict[str, int]]:
    """What claims of a history come to differently now, a line per claim and column; and the sums of the differences
    by column. A claim whose sums are not known now keeps what it came to."""
    lines: list[dict[str, str]] = []
    sums: dict[str, int] = {}
    status = outcome.status[: table.num_rows]
    for name, values in base_amounts(outcome, layout).items():
        before = _fen(table, RESULT + name)
        after = np.where(status == REFUSED, before, values[: table.num_rows])
        for at in np.flatnonzero(before != after).tolist():
            difference = int(after[at] - before[at])
            sums[name] = sums.get(name, 0) + difference
            lines.append(
                {
                    "psn_no": rows.text("number", at) or "", "setl_id": rows.name(at),
                    "from": table.column(FROM)[at].as_py(),
                    "status": "reversed" if status[at] == REVERSED else "settled",
                    "column": name, "before": yuan(int(before[at])), "after": yuan(int(after[at])),
                    "difference": yuan(difference),
                }
            )  # fmt: skip
    return sorted(lines, key=lambda line: (line["psn_no"], line["from"], line["setl_id"])), sums


def keep_recorded(table: pa.Table, outcome: Outcome, layout: Layout) -> None:
    """Puts back what claims of a history came to where their sums are not known now."""
    unknown = np.flatnonzero(outcome.status[: table.num_rows] == REFUSED)
    outcome.problems.drop(unknown)
    outcome.status[unknown] = SETTLED
    outcome.plan[unknown] = outcome.plan_of[unknown]
    outcome.to_write()
    for name, values in base_amounts(outcome, layout).items():
        values[unknown] = _fen(table, RESULT + name)[unknown]


def _fen(table: pa.Table, name: str) -> Ints:
    return fen(one(table.column(name))).values if name in table.column_names else np.zeros(table.num_rows, np.int64)
