"""Rows that are refused for the same reason as others, told from one of them: `refuse_alike`.

A row with something unusual is read as a single claim is. Where thousands have the same thing wrong with them, this is
done for one row, and for a second one to be sure; the others get the same problems, at their own places. Rows have the
same thing wrong where the same cells are given, the cells that are not plain say the same, and the plain ones stand to
each other alike. Facts that follow from plain cells (sums, days) are each row's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import define, field, frozen

from pol_lang.problem import Problem
from polc.batch.fact_columns import Ints, Mask
from polc.batch.money import decimal
from polc.batch.refusals import Alike, joined_texts
from polc.batch.rows import Rows
from polc.claims.claim import ADMISSION, DISCHARGE, DischargeBeforeAdmission, MissingDate
from polc.claims.parts import BELOW_TOTAL, CostDoesNotAdd, MissingParts
from polc.claims.place import shown
from polc.claims.tree_problems import OddCharacter

_FEW = 8
"""Fewer rows than this are read one by one."""
_NEAR = "near"
_DISTINCT = 64
"""A column with more different cells out of the ordinary, of few rows each, is read one by one."""


@define(eq=False, repr=False)
class Looked:
    """A column of some rows: by row 0 where nothing is given, 1 where a plain cell is, and else the number of a cell
    that is not plain, or of what is wrong with it; `alone` are rows to be read one by one. `facts` are those of the
    problems with cells, of each row its own."""

    state: Ints
    alone: Mask
    facts: dict[str, pa.Array] = field(factory=dict)


@define(eq=False, repr=False)
class Plain:
    """What the plain cells of some rows say: amounts in fen (by part; 0 where not given) and which are given, days by
    fact, and the facts that are the admission and the discharge, by field."""

    amounts: dict[str, Ints] = field(factory=dict)
    given: dict[str, Mask] = field(factory=dict)
    days: dict[str, pa.Array] = field(factory=dict)
    stay: dict[str, str] = field(factory=dict)

    def fill(self, count: int) -> None:
        """Puts in what no column is there for."""
        for part in ("total", *BELOW_TOTAL):
            self.amounts.setdefault(part, np.zeros(count, np.int64))
            self.given.setdefault(part, np.zeros(count, bool))


@frozen(eq=False, repr=False, slots=False)
class ReadOne:
    """A row as the reader of single claims takes it: its problems, its number, its person, its total in fen."""

    problems: tuple[Problem, ...]
    id: str
    person: str | None
    total: int | None


def looked_at(
    cells: pa.Array, given: Mask, unusual: Mask, alone: Mask, problem: Callable[[Any], Problem | None] | None = None
) -> Looked:
    """A column of some rows, of which some cells are not plain. `problem` says what is wrong with such a cell alone, if
    anything; without it, cells are told apart by what they say."""
    state = given.astype(np.int64)
    odd = np.flatnonzero(unusual & ~alone)
    found = Looked(state, alone)
    if not len(odd):
        return found
    codes, values = _distinct(cells.take(pa.array(odd)).to_pylist())
    if problem is None:
        if len(values) > max(_DISTINCT, len(odd) // _FEW):
            found.alone = alone | unusual
        state[odd] = 2 + codes
        return found
    told = [problem(cell.strip() if isinstance(cell, str) else cell) for cell in values]
    kinds: dict[Any, int] = {}
    of = np.array([-1 if one is None else kinds.setdefault(_kind(one), len(kinds)) for one in told], np.int64)[codes]
    state[odd] = 2 + of
    found.alone = alone.copy()
    found.alone[odd[of < 0]] = True
    index = np.full(len(state), -1, np.int64)
    index[odd] = codes
    at = pa.array(index, mask=index < 0)
    for name in dict.fromkeys(name for one in told if one is not None for name in _own_names(one)):
        kind = pa.list_(pa.string()) if name == _NEAR else pa.string()
        found.facts[name] = pa.array([vars(one).get(name) if one else None for one in told], kind).take(at)
    return found


def _distinct(cells: Sequence[Any]) -> tuple[Ints, list[Any]]:
    """Cells by their distinct values."""
    known: dict[tuple[type, Any], int] = {}
    codes = np.fromiter((known.setdefault((type(cell), cell), len(known)) for cell in cells), np.int64, len(cells))
    return codes, [cell for _, cell in known]


def _own_names(problem: Problem) -> list[str]:
    """The facts of a problem with a cell that differ from cell to cell."""
    texts = [name for name, value in vars(problem).items() if isinstance(value, str) and name != "where"]
    return [*texts, _NEAR] if _NEAR in vars(problem) else texts


def _kind(problem: Problem) -> tuple[Any, ...]:
    """What is alike with cells that have the same thing wrong with them."""
    own = {*_own_names(problem), "where"}
    return type(problem), *own, *((name, value) for name, value in vars(problem).items() if name not in own)


def refuse_alike(
    rows: Rows,
    mine: Ints,
    columns: Mapping[str, Looked],
    plain: Plain,
    alone: Mask,
    read: Callable[[int], ReadOne | None],
) -> Ints:
    """Refuses what can be refused together of the rows `mine`, which ascend; the others. `columns`, by name, and
    `plain` are about these rows; `read` reads one of them (None: a row that cancels another)."""
    plain.fill(len(mine))
    states = [
        rows.file[mine].astype(np.int64),
        *(column.state for column in columns.values()),
        _sums(plain),
        _turned(plain),
    ]
    for column in columns.values():
        alone = alone | column.alone
    kinds = _kinds(states)
    kinds[alone] = -1
    order = np.argsort(kinds, kind="stable")
    bounds = np.flatnonzero(np.diff(kinds[order], prepend=-2, append=-2))
    told = _Told()
    left = np.ones(len(mine), bool)
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        some = order[low:high]
        if high - low >= _FEW and kinds[some[0]] >= 0 and _together(rows, mine, some, columns, plain, read, told):
            left[some] = False
    for alike in told.layers():
        rows.problems.add(alike)
    return mine[left]


def _kinds(states: Sequence[Ints]) -> Ints:
    """A number for each row, the same for those of which all states are the same."""
    found = np.zeros(len(states[0]), np.int64)
    for state in states:
        size = int(state.max(initial=0)) + 2
        if (state == state[0]).all():
            continue
        found = np.unique(found * size + state + 1, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return found


def _sums(plain: Plain) -> Ints:
    """Whether the parts of the cost come to more or less than the total, as far as both are given."""
    below = sum((plain.amounts[part] for part in BELOW_TOTAL), np.zeros_like(plain.amounts["total"]))
    return np.where(plain.given["total"], np.sign(plain.amounts["total"] - below) + 2, 0).astype(np.int64)


def _turned(plain: Plain) -> Ints:
    """Whether the discharge is before the admission."""
    first, last = (plain.days.get(plain.stay.get(name, "")) for name in (ADMISSION, DISCHARGE))
    if first is None or last is None:
        return np.zeros(len(plain.amounts["total"]), np.int64)
    return np.asarray(pc.fill_null(pc.less(last, first), False)).astype(np.int64)


def _together(
    rows: Rows,
    mine: Ints,
    some: Ints,
    columns: Mapping[str, Looked],
    plain: Plain,
    read: Callable[[int], ReadOne | None],
    told: _Told,
) -> bool:
    """Refuses rows of one kind as the first of them is, where the last one is refused in the same way; whether it is
    done. `some` are indices among `mine`."""
    ours = mine[some]
    one = read(int(ours[0]))
    if one is None or not one.problems:
        return False
    odd = any(isinstance(problem, OddCharacter) for problem in one.problems)
    found = [_alike(rows, problem, ours, some, columns, plain) for problem in one.problems]
    last = read(int(ours[-1]))
    if last is None or None in found or len(last.problems) != len(found):
        return False
    alike = [layer for layer in found if layer is not None]
    totals = np.where(plain.given["total"], plain.amounts["total"], 0)[some]
    known = plain.given["total"][some] & (not odd)
    for which, index in ((one, 0), (last, -1)):
        at = int(ours[index])
        same = all(_same(layer.of(index), problem) for layer, problem in zip(alike, which.problems, strict=True))
        if not same or (not odd and (which.id, which.person) != (rows.name(at), rows.text("number", at))):
            return False
        if not odd and which.total != (int(totals[index]) if known[index] else None):
            return False
    told.add(alike)
    rows.total_known[ours] = known
    if odd:
        rows.refuse_unread(ours)
        return True
    for values in rows.parts.values():
        values[ours] = 0
    rows.parts["total"][ours] = totals
    return True


def _same(one: Problem, other: Problem) -> bool:
    return type(one) is type(other) and vars(one) == vars(other)


def _alike(
    rows: Rows, problem: Problem, ours: Ints, some: Ints, columns: Mapping[str, Looked], plain: Plain
) -> Alike | None:
    """The problem of the first row for all of them; None where it cannot be told from one."""
    files = rows.files_at(ours)
    named = rows.places(ours)
    for places in (named, files):
        first = places[0].as_py()
        if problem.where == first or problem.where.startswith(first + ": "):
            key = problem.where[len(first) :]
            where = joined_texts([places, key], len(ours))
            break
    else:
        return None
    same = {name: value for name, value in vars(problem).items() if name != "where"}
    column = next((column for name, column in columns.items() if key == f": {shown(name)}"), None)
    if column is not None and column.facts:
        index = pa.array(some)
        each = {name: values.take(index) for name, values in column.facts.items() if name in same}
    else:
        each = dict(_own_facts(problem, some, plain))
    return Alike(type(problem), ours, where, each, {name: value for name, value in same.items() if name not in each})


def _own_facts(problem: Problem, some: Ints, plain: Plain) -> Mapping[str, pa.Array]:
    """The facts of a problem that follow from plain cells, as columns."""
    if isinstance(problem, CostDoesNotAdd | MissingParts):
        total = plain.amounts["total"][some]
        below = sum((plain.amounts[part][some] for part in BELOW_TOTAL), np.zeros_like(total))
        amounts = {"total": total, "sum": below, "difference": np.abs(total - below)}
        return {name: decimal(np.ascontiguousarray(fen)).cast(pa.string()) for name, fen in amounts.items()}
    if isinstance(problem, DischargeBeforeAdmission):
        of = {"admission": plain.stay.get(ADMISSION, ""), "discharge": plain.stay.get(DISCHARGE, "")}
        return {name: _day_texts(plain.days[fact], some) for name, fact in of.items() if fact in plain.days}
    if isinstance(problem, MissingDate) and problem.given:
        names = [text.rpartition(" ")[0] for text in problem.given]
        if not all(name in plain.days for name in names):
            return {}
        columns = [joined_texts([name + " ", _day_texts(plain.days[name], some)], len(some)) for name in names]
        order = np.arange(len(names) * len(some)).reshape(len(names), -1).T.ravel()  # row by row
        values = pa.concat_arrays(columns).take(pa.array(order))
        offsets = pa.array(np.arange(len(some) + 1, dtype=np.int32) * len(names))
        return {"given": pa.ListArray.from_arrays(offsets, values)}
    return {}


def _day_texts(days: pa.Array, some: Ints) -> pa.Array:
    return days.take(pa.array(some)).cast(pa.string()).fill_null("")


@define(eq=False, repr=False)
class _Told:
    """Problems of many kinds of rows, to be put together by what kind of problem they are."""

    kinds: dict[tuple[Any, ...], list[Alike]] = field(factory=dict)

    def add(self, problems: Sequence[Alike]) -> None:
        """All problems of rows of one kind, in order."""
        for at, alike in enumerate(problems):
            fixed = tuple((name, value) for name, value in alike.same.items() if not isinstance(value, str))
            texts = tuple(name for name, value in alike.same.items() if isinstance(value, str))
            key = at, alike.kind, fixed, texts, tuple(alike.each)
            self.kinds.setdefault(key, []).append(alike)

    def layers(self) -> Iterator[Alike]:
        """The problems that rows have first, then those they have next."""
        for key in sorted(self.kinds, key=lambda key: int(key[0])):
            yield _together_with(self.kinds[key])


def _together_with(several: Sequence[Alike]) -> Alike:
    """Problems of one kind of several kinds of rows."""
    if len(several) == 1:
        return several[0]
    first = several[0]
    same, each = dict(first.same), {}
    for name in first.each:
        each[name] = pa.concat_arrays([alike.each[name] for alike in several])
    for name, value in first.same.items():
        if any(alike.same[name] != value for alike in several):
            each[name] = pa.concat_arrays([pa.repeat(pa.scalar(one.same[name]), len(one.rows)) for one in several])
            del same[name]
    rows, where = np.concatenate([alike.rows for alike in several]), pa.concat_arrays([one.where for one in several])
    order = np.argsort(rows)
    return Alike(first.kind, rows, where, each, same).take(order.astype(np.int64), rows[order])
