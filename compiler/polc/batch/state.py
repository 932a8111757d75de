"""What a run leaves so that a later one can go on with the year, and how that is taken up again.

A state has tables. `opening`: accumulators before the first claim of the history; `taken`: what deductible the claims
before it took that stays may go on from. `history`: every settled claim with
its facts and what it came to; `history-items`: the cost items these had. `waiting`: rows that were refused and have not
been sent again. `closing`: what has been accumulated in the end, for people to read. A run that takes a state settles
history and new claims together, in order, from the opening accumulators; so late claims and reversals come to what they
would have come to in time."""

from __future__ import annotations

import datetime
import json
import os
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import frozen

from pol_lang.problem import Language, Problems
from polc.account_names import account_named
from polc.arithmetic import yuan
from polc.batch.arrow import filled, one
from polc.batch.fact_columns import Amounts, FactColumn, Ints
from polc.batch.headers import Headers
from polc.batch.inputs import Input, open_table
from polc.batch.items import earlier_items
from polc.batch.join_items import join_earlier
from polc.batch.layout import Layout
from polc.batch.lines import AT_ONCE
from polc.batch.mapping import Renaming
from polc.batch.money import decimal, fen
from polc.batch.outcome import REFUSED, REVERSED, SETTLED, Outcome
from polc.batch.part_columns import FILE, Setting
from polc.batch.policies import Policies
from polc.batch.problems import BadState, NoTables, StateOfOtherPlan
from polc.batch.read_items import read_items
from polc.batch.read_rows import read_rows
from polc.batch.results import base_amounts
from polc.batch.returned import mark_of
from polc.batch.rows import Rows, joined
from polc.batch.singly import Before, Waiting
from polc.batch.sources import about_rows
from polc.batch.sums import Holder, Sums
from polc.claims.earlier import tally_unit, unknown_sum
from polc.claims.place import Place, shown
from polc.claims.tree_problems import KeyTwice
from polc.claims.vocabulary import PARTS
from polc.plan import COUNTS, Accumulator, Plan
from polc.plan_json import plan_hash
from polc.settlement import State

TABLES = ("opening", "taken", "history", "history-items", "waiting", "closing")
SCHEMA = "pol.state/v1"
POLICY, HASH, FROM = "polc:policy", "polc:plan", "polc:from"
_DAY = re.compile(r"[0-9]{1,7}")
WAITING = pa.schema([(name, pa.string()) for name in ("psn_no", "name", "day", "place", "code", "whole", "mark")])
TAKEN = pa.schema([(name, pa.string()) for name in ("psn_no", "policies", "claim", "layer", "value")])
_COLUMNS = {
    "opening": ("psn_no", "accumulator", "period", "value"), "taken": tuple(TAKEN.names),
    "history": ("psn_no", POLICY, HASH, FROM), "history-items": ("psn_no", "setl_id"),
    "waiting": tuple(WAITING.names),
}  # fmt: skip
"""The tables that a later run goes on from, and columns that they cannot do without."""
RESULT = "="
"""Stands before the names of columns of results in the history."""
_PART_NAMES = {"total": 1, "noncovered": 2, "overlimit": 1, "copay": 2, "inscope": 2}
_OWN = {"number": "psn_no", "id": "setl_id", "visit": "mdtrt_id", "continues": "continues"}


@frozen(eq=False, repr=False, slots=False)
class OpenState:
    """The tables of a state, opened; those that are not there have no files. The benefit years before `closed` are
    closed."""

    tables: Mapping[str, tuple[Input, ...]]
    closed: int | None = None


def open_state(path: str) -> OpenState:
    """The state at a path: the folder of a run that left one, that state itself, or a table of accumulators.

    Raises `Problems` where it is none of these.
    """
    for folder in (os.path.join(path, "state"), path):
        told = os.path.join(folder, "state.json")
        if os.path.isfile(told):
            found = {}
            closed, rows = _state_json(told, path)
            for name, columns in _COLUMNS.items():
                inside = os.path.join(folder, name)
                if os.path.isdir(inside) and os.listdir(inside):
                    found[name] = _state_table(inside, columns)
                if rows.get(name) != about_rows(found.get(name, ())):
                    raise Problems([BadState(where=inside, detail=f"{name}: {rows.get(name)}")])
            return OpenState(found, closed)
    try:
        inputs = open_table(path, Renaming())
    except Problems as error:
        if os.path.isdir(path) and error.problems[0].code == NoTables.code:
            raise Problems([BadState(where=path, detail="state.json")]) from None
        raise
    for entry in inputs:
        missing = {"psn_no", "accumulator", "period", "value"} - {*entry.columns}
        if missing:
            raise Problems([BadState(where=entry.path, detail="、".join(sorted(missing)))])
    return OpenState({"opening": inputs})


def _state_table(folder: str, columns: tuple[str, ...]) -> tuple[Input, ...]:
    """A table of a state, as polc wrote it."""
    inputs = open_table(folder, Renaming())
    for entry in inputs:
        missing = {*columns} - {*entry.columns}
        if missing or entry.format != "parquet":
            raise Problems([BadState(where=entry.path, detail=shown("、".join(sorted(missing))))])
    return inputs


def _state_json(file: str, path: str) -> tuple[int | None, Mapping[str, object]]:
    """What a state says of itself: the first year that is open, and how many rows its tables have."""
    try:
        told = json.loads(Path(file).read_text(encoding="utf-8"))
    except ValueError:
        raise Problems([BadState(where=path, detail="state.json")]) from None
    closed = told.get("closed_before") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not (closed is None or type(closed) is int):
        raise Problems([BadState(where=path, detail="state.json")])
    if told.get("schema") != SCHEMA or not isinstance(told.get("rows"), dict):
        raise Problems([BadState(where=path, detail=shown(str(told.get("schema"))))])
    return closed, told["rows"]


# ---------------------------------------------------------------- accumulators


def read_opening(table: pa.Table | None, taken: pa.Table | None, policies: Policies) -> dict[Holder, State]:
    """The accumulators that persons bring along, and the deductible taken by claims that stays may go on from. Raises
    `Problems`."""
    values = _read_values(table, policies) if table is not None else {}
    claims = _read_taken(taken, policies) if taken is not None else {}
    return {holder: State(values.get(holder, {}), claims.get(holder, {})) for holder in {**values, **claims}}


def _read_taken(table: pa.Table, policies: Policies) -> dict[Holder, dict[str, dict[str, int | Fraction]]]:
    found: dict[Holder, dict[str, dict[str, int | Fraction]]] = {}
    for line in table.select(TAKEN.names).to_pylist():
        holder = policies.groups.index(line["policies"]), line["psn_no"]
        layers = found.setdefault(holder, {}).setdefault(line["claim"], {})
        if line["layer"]:
            value = Fraction(line["value"])
            layers[line["layer"]] = value.numerator if value.denominator == 1 else value
    return found


def _read_values(table: pa.Table, policies: Policies) -> dict[Holder, dict[str, tuple[str, int | Fraction]]]:
    groups = {name: at for at, name in enumerate(policies.groups)}
    known: dict[tuple[int, str], tuple[str, bool]] = {}
    found: dict[Holder, dict[str, tuple[str, int | Fraction]]] = {}
    columns = {name: table.column(name).cast(pa.string()).to_pylist() for name in table.column_names if name != FILE}
    of = columns.get("policies", [""] * table.num_rows)
    for at, number in enumerate(columns["psn_no"]):
        place = f"{number} {columns['accumulator'][at]}"
        group = groups.get(of[at] or "", 0 if len(groups) == 1 else None)
        name = (columns["accumulator"][at] or "").strip()
        if group is not None and (group, name) not in known:
            known[group, name] = _account(name, group, policies, Place(place))
        key, money = known[group, name] if group is not None else ("", False)
        period = (columns["period"][at] or "").strip()
        value = _exact(columns["value"][at])
        if group is None or value is None or value < 0 or not _is_period(period) or not number:
            raise Problems([BadState(where=place, detail=shown(f"{period} {columns['value'][at]}"))])
        mine = found.setdefault((group, number), {})
        if key in mine:
            raise Problems([KeyTwice(where=place, first=key, second=key)])
        exact = value * 100 if money else value
        mine[key] = period, exact.numerator if exact.denominator == 1 else exact
    return found


def _account(name: str, group: int, policies: Policies, place: Place) -> tuple[str, bool]:
    """The key of a running sum of that name, and whether it counts money. Raises `Problems`."""
    plans = [entry.plan for entry in policies.entries if entry.group == group]
    for plan in plans:
        account = account_named(name, plan)
        if account is not None:
            return account.key, _is_money(account, plan)
    raise Problems([unknown_sum(name, plans[0], place)])


def _is_money(account: Accumulator, plan: Plan) -> bool:
    return account.kind not in COUNTS and (account.kind != "tally" or tally_unit(account, plan) == "money")


def _exact(text: str | None) -> Fraction | None:
    try:
        return Fraction((text or "").strip())
    except (ValueError, ZeroDivisionError):
        return None


def _is_period(text: str) -> bool:
    year, _, month = text.partition("-")
    return text == "life" or (len(year) == 4 and year.isdecimal() and (not month or month.isdecimal()))


def sums_table(sums: Sums, policies: Policies) -> pa.Table:
    """Accumulators as a table: amounts in yuan, exactly, and counts as they are."""
    money = {
        account.key: _is_money(account, entry.plan) for entry in policies.entries for account in entry.plan.accumulators
    }
    table = sums.table(policies.groups)
    values = [
        exact_text(Fraction(value) / (100 if money.get(key, True) else 1))
        for key, value in zip(table.column("accumulator").to_pylist(), table.column("value").to_pylist(), strict=True)
    ]
    return table.set_column(4, "value", pa.array(values, pa.string()))


def exact_text(value: Fraction | int) -> str:
    """A number as a decimal where it has an end, else as a fraction."""
    value = Fraction(value)
    two = five = 0
    rest = value.denominator
    while rest % 2 == 0:
        rest, two = rest // 2, two + 1
    while rest % 5 == 0:
        rest, five = rest // 5, five + 1
    if rest != 1:
        return str(value)
    places = max(two, five)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


# ---------------------------------------------------------------- rows that wait


def read_waiting(table: pa.Table | None) -> list[dict[str, str]]:
    """The rows that were refused and not sent again. Raises `Problems` where one has no day that there is (nor 0)."""
    found: list[dict[str, str]] = [] if table is None else table.select(WAITING.names).to_pylist()
    for entry in found:
        day = entry["day"]
        if not _DAY.fullmatch(day or "") or int(day) > datetime.date.max.toordinal():
            raise Problems([BadState(where=shown(entry["place"] or "waiting"), detail=shown(f"day {day}"))])
    return found


def still_waiting(
    waiting: Sequence[dict[str, str]], rows: Rows, first: int, mended: frozenset[tuple[str, str]]
) -> list[dict[str, str]]:
    """Those of them that the new rows (from `first` on) do not bring again, by person and name, or mended (`mended`
    holds person and mark)."""
    waiting = [entry for entry in waiting if (entry["psn_no"], entry["mark"]) not in mended]
    if not waiting:
        return []
    numbers, names = rows.own["number"].slice(first).to_pylist(), rows.id.slice(first).to_pylist()
    come = {pair for pair in zip(numbers, names, strict=True) if pair[1] and not pair[1].startswith("#")}
    return [entry for entry in waiting if (entry["psn_no"], entry["name"]) not in come]


def before_of(opening: Mapping[Holder, State], waiting: Sequence[dict[str, str]]) -> Before:
    """What persons bring along."""
    found: dict[str, list[Waiting]] = {}
    for entry in waiting:
        one = Waiting(int(entry["day"]), entry["place"], entry["code"], entry["whole"] == "1")
        found.setdefault(entry["psn_no"], []).append(one)
    return Before(opening, found)


def waiting_table(old: Sequence[dict[str, str]], rows: Rows, outcome: Outcome, first: int, lang: Language) -> pa.Table:
    """The rows that wait after a run: those that still do, and what it refused."""
    mine = outcome.problems.rows()
    mine = mine[mine >= first]
    if outcome.harmless:
        mine = mine[~np.isin(mine, np.fromiter(outcome.harmless, np.int64, len(outcome.harmless)))]
    numbers = rows.own["number"].take(pa.array(mine)) if "number" in rows.own else pa.nulls(len(mine), pa.string())
    mine, numbers = mine[np.asarray(numbers.is_valid())], numbers.drop_null()
    pieces = [pa.Table.from_pylist(list(old), schema=WAITING)]
    for low in range(0, len(mine), AT_ONCE):
        some = mine[low : low + AT_ONCE]
        codes, reasons = outcome.problems.texts(some, lang)
        paths = [rows.inputs[file].path for file in rows.file[some].tolist()]
        told = zip(paths, rows.row[some].tolist(), reasons.to_pylist(), strict=True)
        whole = ["1" if at in rows.reversals else "0" for at in some.tolist()]
        columns = [
            numbers.slice(low, AT_ONCE), filled(rows.id.take(pa.array(some))),
            pa.array(rows.day[some]).cast(pa.string()), rows.places(some), codes, pa.array(whole, pa.string()),
            pa.array([mark_of(*of) for of in told], pa.string()),
        ]  # fmt: skip
        pieces.append(pa.table(columns, schema=WAITING))
    return pa.concat_tables(pieces)


# ---------------------------------------------------------------- history


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


CHANGES = ("psn_no", "setl_id", "from", "status", "column", "before", "after", "difference")


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
