"""A row of a finished run settled once more, with every step: `row_settlement`."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from pol_lang.problem import Language, Problems
from polc.batch.arrow import one
from polc.batch.chunks import chunks
from polc.batch.duplicates import Places, place_number
from polc.batch.inputs import open_table
from polc.batch.layout import FILE as FILE_NAME
from polc.batch.layout import ROW as ROW_NUMBER
from polc.batch.layout import STATUS
from polc.batch.manifest import SCHEMA, file_hash, renaming_of
from polc.batch.mapping import Renaming
from polc.batch.names import row_names
from polc.batch.options import Options
from polc.batch.outcome import Outcome
from polc.batch.part_columns import FILE, ROW, no_rows
from polc.batch.parts import Part, persons_of, with_places
from polc.batch.policies import Policies
from polc.batch.problems import InputChanged, NoSuchRow, NotARun, PlanChanged, ResultDiffers, RowNotSettled
from polc.batch.results import base_amounts
from polc.batch.returned import unmarked_text
from polc.batch.run import make_task, open_tables, sources_of
from polc.batch.settle_part import Task, part_outcome
from polc.batch.sources import Side
from polc.batch.texts import texts
from polc.claims.place import shown
from polc.claims.read_case import DuplicateClaim
from polc.plan_json import SHOWN_DIGITS, full_hash
from polc.settlement import Settlement, State


@frozen(eq=False, repr=False, slots=False)
class Told:
    """What a run says of itself: the policy it was told to use and as of which day, and its whole manifest."""

    out: str
    policy: str
    as_of: str | None
    manifest: Mapping[str, Any]


def read_run(out: str) -> Told:
    """The run that a folder holds. Raises `Problems` where it holds none."""
    path = Path(out, "manifest.json")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Problems([NotARun(where=out, detail=shown(str(error)))]) from None
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise Problems([NotARun(where=out, detail="manifest.json")])
    return Told(out, manifest["policy"], manifest["as_of"], manifest)


def row_settlement(told: Told, policies: Policies, key: str, lang: Language) -> Settlement:
    """The settlement of one row of a run: `key` is the number of a settlement or visit, or the row's place (`#12`,
    `claims.csv:12`). Raises `Problems` where policy or inputs are not those of the run any more, or the row was not
    settled."""
    manifest = told.manifest
    _check(told, policies)
    options = Options(
        renaming=renaming_of(manifest["mapping"]), encoding=manifest["encoding"], persons=manifest["persons"],
        identities=manifest["identities"], items=manifest["items"], state_in=manifest["state"],
        keep=tuple(manifest["keep"]), lang=lang,
    )  # fmt: skip
    opened = open_tables(policies, manifest["claims"], options)
    task = make_task(policies, opened, options, None)
    claims = opened.tables["claims"]
    read, base = opened.setting.headers.read, len(task.history)
    found = None
    for chunk in chunks(claims, read, options.renaming):
        table = with_places(chunk, base)
        mask = _asked(table, key, task)
        if pc.any(mask).as_py():
            found = table.filter(mask).slice(0, 1)
            break
    if found is None:
        raise Problems([NoSuchRow(where=told.out, key=shown(key))])
    number = persons_of(found, opened.numbers, as_text=True)[0].as_py()
    place = found.column(FILE)[0].as_py(), found.column(ROW)[0].as_py()
    side = Side(claims, read, opened.numbers, options.renaming, False)
    mine = _of_person(side, number, base)
    sides = {}
    for name, beside in sources_of(opened, options).sides.items():
        keys = _keys(mine, beside, task) if beside.by is not None and mine is not None else None
        sides[name] = _of_person(beside, number, 0) if beside.by is None else _of_claims(beside, keys)
    part = Part(0, mine if mine is not None else no_rows(read), (), sides)
    rows, outcome, first = part_outcome(part, task, _twice(told, task), keep=True)
    at = next(a for a in range(first, len(rows)) if (int(rows.file[a]), int(rows.row[a])) == place)
    if at in outcome.problems:
        raise Problems(outcome.problems[at])
    settlements = outcome.settlements or {}
    if at not in settlements:
        raise Problems([RowNotSettled(where=str(rows.where(at)))])
    amounts = {name: int(values[at]) for name, values in base_amounts(outcome, task.layout).items()}
    recorded = _recorded(told, task, place)
    if recorded is not None and recorded != amounts:
        names = [name for name, fen in amounts.items() if recorded.get(name) != fen]
        raise Problems([ResultDiffers(where=told.out, key=shown(key), columns="、".join(names))])
    return Settlement(rows.person(at), (settlements[at],), State())


def _check(told: Told, policies: Policies) -> None:
    plans = [full_hash(entry.plan) for entry in policies.entries]
    then = [entry["plan"] for entry in told.manifest["policies"]]
    if plans != then:
        short = [" ".join(digest[:SHOWN_DIGITS] for digest in digests) for digests in (then, plans)]
        raise Problems([PlanChanged(where=told.policy, then=short[0], now=short[1])])
    wrong = [
        InputChanged(where=entry["path"])
        for entry in told.manifest["inputs"]
        if not os.path.exists(entry["path"])
        or os.stat(entry["path"]).st_size != entry["bytes"]
        or file_hash(entry["path"]) != entry["sha256"]
    ]
    if wrong:
        raise Problems(wrong)


def _asked(table: pa.Table, key: str, task: Task) -> pa.Array:
    """The rows that a key names."""
    names = pc.fill_null(pc.equal(row_names(table, task.policies.entries[0].words), key), False)
    path, _, row = key.rpartition(":") if ":" in key else ("", "", key.removeprefix("#"))
    if row.isdecimal() and (key.startswith("#") or path):
        here = pc.equal(table.column(ROW), int(row))
        if path:
            paths = [entry.path for entry in task.setting.inputs]
            here = pc.and_(here, pc.equal(table.column(FILE), paths.index(path) if path in paths else -1))
        return pc.or_(names, here)
    return names


def _of_person(side: Side, number: str, base: int) -> pa.Table | None:
    """The rows of one person."""
    pieces = []
    for chunk in chunks(side.inputs, side.read, side.renaming):
        table = with_places(chunk, base)
        mine = pc.equal(persons_of(table, side.numbers, as_text=True), number)
        if pc.any(mine).as_py():
            pieces.append(table.filter(mine))
    return pa.concat_tables(pieces) if pieces else None


def _keys(mine: pa.Table, side: Side, task: Task) -> pa.Array:
    """The numbers by which rows of a table belong to some claims."""
    words = task.policies.entries[0].words
    columns = [name for name in mine.column_names if words.claim.find(name) == side.by]
    return pa.concat_arrays([texts(one(mine.column(name)).cast(pa.string())).values for name in columns])


def _of_claims(side: Side, keys: pa.Array | None) -> pa.Table | None:
    """The rows that belong to some claims."""
    pieces = []
    if keys is None:
        return None
    for chunk in chunks(side.inputs, side.read, side.renaming):
        table = with_places(chunk)
        for name in side.keys:
            numbers = texts(one(table.column(name)).cast(pa.string())).values
            pieces.append(table.filter(pc.is_in(numbers, value_set=keys.drop_null())))
    return pa.concat_tables(pieces) if pieces else None


def _twice(told: Told, task: Task) -> Places:
    """The places of the rows that the run refused because their name was used before."""
    paths = {entry.path: at for at, entry in enumerate(task.setting.inputs)}
    found = []
    refused = open_table(os.path.join(told.out, "refused.csv"), Renaming())
    for chunk in chunks(refused, frozenset({"file", "row", "reason"}), Renaming()):
        mine = chunk.table.filter(pc.match_substring(chunk.table.column("reason"), DuplicateClaim.code))
        for entry in mine.to_pylist():
            found.append(place_number((paths[unmarked_text(entry["file"])], int(entry["row"]))))
    return np.array(found, np.int64)


def _recorded(told: Told, task: Task, place: tuple[int, int]) -> dict[str, int] | None:
    """What the run wrote for a row, in fen."""
    csv = os.path.join(told.out, "settled.csv")
    inputs = open_table(csv if os.path.exists(csv) else os.path.join(told.out, "settled"), Renaming())
    names = list(base_amounts(Outcome.of(0), task.layout))
    read = frozenset({ROW_NUMBER, STATUS, *names, *((FILE_NAME,) if task.layout.files else ())})
    path = task.setting.inputs[place[0]].path
    for chunk in chunks(inputs, read, Renaming()):
        table = chunk.table
        here = pc.equal(table.column(ROW_NUMBER).cast(pa.string()), str(place[1]))
        if task.layout.files:
            here = pc.and_(here, pc.is_in(table.column(FILE_NAME), pa.array([path, "'" + path])))
        if pc.any(here).as_py():
            (found,) = table.filter(here).to_pylist()
            return {name: _fen(found[name]) for name in names}
    return None


def _fen(cell: object) -> int:
    return int(Decimal(str(cell)) * 100)
