"""The rows that were refused and have not been sent again, as a table of a state."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from pol_lang.problem import Language, Problems
from polc.batch.arrow import filled
from polc.batch.lines import AT_ONCE
from polc.batch.outcome import Outcome
from polc.batch.problems import BadState
from polc.batch.returned import mark_of
from polc.batch.rows import Rows
from polc.batch.singly import Before, Waiting
from polc.batch.sums import Holder
from polc.claims.place import shown
from polc.settlement import State

_DAY = re.compile(r"[0-9]{1,7}")
WAITING = pa.schema([(name, pa.string()) for name in ("psn_no", "name", "day", "place", "code", "whole", "mark")])


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
