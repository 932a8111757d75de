"""What a run leaves so that a later one can go on with the year, and how that is taken up again.

A state has tables. `opening`: accumulators before the first claim of the history; `taken`: what deductible the claims
before it took that stays may go on from. `history`: every settled claim with
its facts and what it came to; `history-items`: the cost items these had. `waiting`: rows that were refused and have not
been sent again. `closing`: what has been accumulated in the end, for people to read. A run that takes a state settles
history and new claims together, in order, from the opening accumulators; so late claims and reversals come to what they
would have come to in time."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from pol_lang.problem import Problems
from polc.batch.inputs import Input, open_table
from polc.batch.mapping import Renaming
from polc.batch.problems import BadState, NoTables
from polc.batch.sources import about_rows
from polc.batch.state_history import FROM, HASH, POLICY
from polc.batch.state_sums import TAKEN
from polc.batch.state_waiting import WAITING
from polc.claims.place import shown

TABLES = ("opening", "taken", "history", "history-items", "waiting", "closing")
SCHEMA = "pol.state/v1"
_COLUMNS = {
    "opening": ("psn_no", "accumulator", "period", "value"), "taken": tuple(TAKEN.names),
    "history": ("psn_no", POLICY, HASH, FROM), "history-items": ("psn_no", "setl_id"),
    "waiting": tuple(WAITING.names),
}  # fmt: skip
"""The tables that a later run goes on from, and columns that they cannot do without."""


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
