"""DuckDB: in SQL on a table in its memory, in whole numbers of 64 bits, on one thread.

SQL has no window whose rows see what the row before came to, so there are two ways. `windows`: sums over the claims of
a person's year so far, one layer after the other; a layer with a cap pays what the capped sum grows by. One statement,
and the faster way; but wrong where the cap itself changes within the year, as it does with a person's class. `rounds`:
the first claims of all, then the second ones joined with what the first ones left, and so on, a statement each; exact
always. A recursive query says the same in fewer words and takes longer: each of its steps looks through all claims.

Both rely on rows that stand by person and date, which spares them a sort. What is measured ends in a table of DuckDB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from tests.benchmarks.kernel import Claims
from tests.benchmarks.peers import figures as f

AMOUNTS = ("basic", "serious", "assisted", "tilted", "rest")


def _choice(column: str, values: tuple[int, ...], first: int = 0) -> str:
    """The figure for the number in a column."""
    cases = " ".join(f"WHEN {at} THEN {value}" for at, value in enumerate(values) if at >= first)
    return f"(CASE {column} {cases} END)::BIGINT"


RAW = f"(greatest(0, inscope - {_choice('level', f.DEDUCTIBLE, 1)}) * {_choice('level', f.RATE, 1)} + 50) // 100"
TILT = "class IN (1, 2) AND referred"
TERMS = f"""
  place, total, inscope, {RAW} AS raw1,
  (CASE WHEN {TILT} THEN {f.TILTED_FROM} ELSE {f.SERIOUS_FROM} END)::BIGINT AS from2,
  (CASE WHEN {TILT} THEN {f.FIRST_RATE + f.TILT_MORE} ELSE {f.FIRST_RATE} END)::BIGINT AS rate2,
  {_choice("class", f.SERIOUS_CAP)} AS cap2, {_choice("class", f.ASSISTED)} AS rate3,
  {_choice("class", f.FROM)} AS from4, {_choice("class", f.UP_TO)} AS cap4,
  (class <> 0 AND referred AND inside) AS on4"""


def _banded(high: str, low: str) -> str:
    more = "".join(
        f" + (greatest({high}, {begin}) - greatest({low}, {begin})) * {rate}"
        for begin, rate in ((f.SECOND_BAND, f.SECOND_MORE), (f.THIRD_BAND, f.THIRD_MORE))
    )
    return f"(({high} - {low}) * rate2{more} + 50) // 100"


def _half(after: str, before: str) -> str:
    return f"(CASE WHEN on4 THEN (greatest(0, {after} - from4) - greatest(0, {before} - from4) + 1) // 2 ELSE 0 END)"


STREAM = "ROWS UNBOUNDED PRECEDING"
"""Without partition and order a window goes over the rows as they stand, and nothing is sorted."""
BEGINS = "coalesce(person <> lag(person) OVER () OR year <> lag(year) OVER (), true)"


def windows() -> str:
    """All layers as sums over the rows as they stand, less what the sum was where the person's year began; that is the
    greatest such value so far, as no amount is negative."""
    steps = [
        f"SELECT {TERMS}, {BEGINS} AS begins FROM claims",
        *_so_far("raw1", "sum1"),
        f"SELECT *, least(sum1, {f.BASIC_CAP}) - least(sum1 - raw1, {f.BASIC_CAP}) AS basic FROM",
        "SELECT *, inscope - basic AS base2 FROM",
        *_so_far("base2", "cost2"),
        "SELECT *, greatest(0, cost2 - from2) AS high, greatest(0, cost2 - base2 - from2) AS low FROM",
        f"SELECT *, {_banded('high', 'low')} AS raw2 FROM",
        *_so_far("raw2", "sum2"),
        "SELECT *, least(sum2, cap2) - least(sum2 - raw2, cap2) AS serious FROM",
        "SELECT *, ((base2 - serious) * rate3 + 50) // 100 AS raw3 FROM",
        *_so_far("raw3", "sum3"),
        f"SELECT *, least(sum3, {f.ASSISTANCE_CAP}) - least(sum3 - raw3, {f.ASSISTANCE_CAP}) AS assisted FROM",
        "SELECT *, base2 - serious - assisted AS base4 FROM",
        *_so_far("base4", "cost4"),
        f"SELECT *, {_half('cost4', '(cost4 - base4)')} AS raw4 FROM",
        *_so_far("raw4", "sum4"),
        "SELECT *, least(sum4, cap4) - least(sum4 - raw4, cap4) AS tilted FROM",
        "SELECT place, basic, serious, assisted, tilted, total - basic - serious - assisted - tilted AS rest FROM",
    ]
    named = [f"step0 AS ({steps[0]})"]
    named += [f"step{number} AS ({step} step{number - 1})" for number, step in enumerate(steps[1:], 1)]
    return f"WITH {', '.join(named)} SELECT * FROM step{len(steps) - 1}"


def _so_far(amount: str, name: str) -> tuple[str, str]:
    """An amount of the claims of the year so far, this one with it."""
    begun = f"max(CASE WHEN begins THEN all_{name} - {amount} ELSE 0 END) OVER ({STREAM})"
    return (
        f"SELECT *, (sum({amount}) OVER ({STREAM}))::BIGINT AS all_{name} FROM",
        f"SELECT *, all_{name} - {begun} AS {name} FROM",
    )


STATE = ("used1", "cost2", "used2", "used3", "cost4", "used4")


def _one_round(claims: str) -> str:
    """The claims of a query, each with the state that the round before left."""
    text = f"SELECT *, least(raw1, {f.BASIC_CAP} - used1) AS basic FROM ({claims})"
    for step in (
        "inscope - basic AS base2, cost2 + inscope - basic AS after2",
        "greatest(0, after2 - from2) AS high, greatest(0, cost2 - from2) AS low",
        f"least({_banded('high', 'low')}, greatest(0, cap2 - used2)) AS serious",
        f"least(((base2 - serious) * rate3 + 50) // 100, {f.ASSISTANCE_CAP} - used3) AS assisted",
        "cost4 + base2 - serious - assisted AS after4",
        f"least({_half('after4', 'cost4')}, greatest(0, cap4 - used4)) AS tilted",
    ):
        text = f"SELECT *, {step} FROM ({text})"
    return (
        "SELECT place, begin, used1 + basic AS used1, after2 AS cost2, used2 + serious AS used2, "
        "used3 + assisted AS used3, after4 AS cost4, used4 + tilted AS used4, basic, serious, assisted, tilted, "
        f"total - basic - serious - assisted - tilted AS rest FROM ({text})"
    )


def rounds(most: int) -> Iterator[str]:
    """As many rounds as anybody has claims in a year, each a statement; sorted by rounds first, so that each finds its
    claims together."""
    nothing = ", ".join(f"0::BIGINT AS {name}" for name in STATE)
    yield _table(
        "numbered",
        f"WITH begun AS (SELECT {TERMS}, {BEGINS} AS begins FROM claims), "
        f"years AS (SELECT *, max(CASE WHEN begins THEN place ELSE 0 END) OVER ({STREAM}) AS begin FROM begun) "
        "SELECT * EXCLUDE begins, place - begin AS number FROM years ORDER BY number",
    )
    yield _table("round0", _one_round(f"SELECT *, {nothing} FROM numbered WHERE number = 0"))
    for number in range(1, most):
        before = f"(SELECT begin, {', '.join(STATE)} FROM round{number - 1}) AS before"
        claims = f"SELECT * FROM numbered JOIN {before} USING (begin) WHERE number = {number}"
        yield _table(f"round{number}", _one_round(claims))
    every = (f"SELECT place, {', '.join(AMOUNTS)} FROM round{number}" for number in range(most))
    yield _table("settled", " UNION ALL ".join(every))


def _table(name: str, query: str) -> str:
    return f"CREATE OR REPLACE TEMP TABLE {name} AS {query}"


def prepare(made: Claims, way: str) -> Callable[[], Callable[[], list[Any]]]:
    """A function that settles in one of the ways, and gives one that fetches what the layers pay and what is left."""
    database = duckdb.connect()
    database.execute("SET threads = 1")
    columns = {
        "place": np.arange(len(made.total)), "person": made.person, "year": made.year, "level": made.level,
        "class": made.class_, "referred": made.referred.view(bool), "inside": made.inside.view(bool),
        "total": made.total, "inscope": made.inscope,
    }  # fmt: skip
    database.register("columns", pa.table(columns))
    database.execute(_table("claims", "SELECT * FROM columns"))
    begins = np.flatnonzero(np.diff(made.person, prepend=-1) | np.diff(made.year, prepend=-1))
    most = int(np.diff(begins, append=len(made.total)).max())
    statements = [_table("settled", windows())] if way == "windows" else list(rounds(most))

    def fetch() -> list[Any]:
        found = database.execute("SELECT * FROM settled ORDER BY place").fetchnumpy()
        return [found[name] for name in AMOUNTS]

    def run() -> Callable[[], list[Any]]:
        for statement in statements:
            database.execute(statement)
        return fetch

    return run
