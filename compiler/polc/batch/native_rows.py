"""Rows settled by machine code: columns of values in, amounts out; what it leaves is for the interpreter."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from attrs import define

from polc.batch.cell_columns import ordinals
from polc.batch.fact_columns import Amounts, Coded, Codes, FactColumn, Ints, Mask
from polc.batch.order import Order
from polc.batch.outcome import SETTLED, Outcome
from polc.batch.rows import Rows
from polc.batch.sums import Holder, Sums, period_number
from polc.claims.claim import ADMISSION, DISCHARGE
from polc.claims.vocabulary import Vocabulary
from polc.native import ABSENT, Encoding, Items, NativeSettler, States, sweeps
from polc.plan import Plan
from polc.settlement import State

_SMALL = 4096
"""Fewer persons than this are not worth a second thread."""
_ROOM = 2**62


@define(eq=False, repr=False)
class _Carried:
    """Accumulators of persons between plans: key → (periods, numerators), with the denominator they are over."""

    values: dict[str, tuple[npt.NDArray[np.int32], Ints, int]]


class Machine:
    """Machine code for the plans of a run, made when a plan is first met. Usable from several threads."""

    def __init__(self, threads: int = 1) -> None:
        self.threads = threads
        self.reasons: dict[str, None] = {}
        self._settlers: dict[int, tuple[Plan, NativeSettler]] = {}
        self._lock = Lock()

    def __reduce__(self) -> tuple[type[Machine], tuple[int]]:
        """Machine code is made anew where the plan is sent to."""
        return Machine, (self.threads,)

    def settler(self, plan: Plan) -> NativeSettler:
        """The settler of a plan."""
        with self._lock:
            found = self._settlers.get(id(plan))
            if found is None:
                found = self._settlers[id(plan)] = plan, NativeSettler(plan)
                self.reasons.update(dict.fromkeys(found[1].reasons))
            return found[1]

    def settle(
        self, rows: Rows, order: Order, plan_of: Codes, out: Mask, outcome: Outcome,
        opening: Mapping[Holder, State], groups: Sequence[int], closing: Sums | None,
    ) -> Mask:  # fmt: skip
        """Settles all rows but those of `out` into `outcome`; the holders that are left to the interpreter, none of
        whose amounts mean anything yet."""
        persons = len(order.offsets) - 1
        left = np.zeros(persons, bool)
        if not persons:
            return left
        first = order.first
        one_plan = bool(plan_of.min() == plan_of.max())
        plan_in_order = plan_of[:1] if one_plan else plan_of[order.rows]
        used = [int(at) for at in np.unique(plan_in_order) if at >= 0]
        used.sort(key=lambda at: outcome.plans[at].since or outcome.plans[at].as_of)
        everything = one_plan and not out.any()
        person_in_order = None if everything else np.repeat(np.arange(persons), np.diff(order.offsets))
        carried: _Carried | None = None
        for at in used:
            mine: Ints | None
            if person_in_order is None:
                mine, starts, who = order.indices, order.offsets, np.arange(persons)
            else:
                chosen = (plan_in_order == at) & ~out[order.rows] & ~left[person_in_order]
                mine, whose = order.rows[chosen], person_in_order[chosen]
                starts = np.flatnonzero(np.diff(whose, prepend=-1, append=-1)).astype(np.int64)
                who = whose[starts[:-1]]
            if len(starts) < 2:
                continue
            holders = _Holders(rows, first if person_in_order is None else first[who], groups)
            states = self._opening(outcome.plans[at], holders, who, opening, carried)
            goes_on = len(used) > 1 or closing is not None
            take = _taken(mine, len(rows))
            wrong, carried_on = self._settle_plan(outcome.plans[at], at, rows, take, starts, states, outcome, goes_on)
            left[who[wrong]] = True
            if goes_on:
                carried = _carry(carried, carried_on, self.settler(outcome.plans[at]), who, persons)
        if closing is not None and carried is not None:
            numbers = rows.own["number"].take(pa.array(first))
            of = np.array(groups, np.int64)[rows.policy[first]]
            for key, (periods, values, den) in carried.values.items():
                closing.add(numbers, of, key, np.where(left, ABSENT, periods), values, den)
        return left

    def _settle_plan(
        self,
        plan: Plan,
        number: int,
        rows: Rows,
        take: Ints | slice,
        starts: Ints,
        opening: States | None,
        outcome: Outcome,
        closing: bool,
    ) -> tuple[Ints, States]:
        """One plan's rows; the persons (as counted by `starts`) that are left, and what the others accumulated."""
        settler = self.settler(plan)
        words = rows.words[rows.policy[take][0]]
        count = int(starts[-1])
        exact = np.zeros(count, np.uint8)
        facts: dict[tuple[str, str], Any] = {}
        given: dict[tuple[str, str], Any] = {}
        opened: dict[str, int] = {}
        for key, encoding in settler.encodings.items():
            column, known, bad = _encoded(rows, words, key, encoding, take, count, opened)
            facts[key] = column
            if known is not None:
                given[key] = known
            if bad is not None:
                exact |= bad
        if "continues" in rows.own:
            exact |= np.asarray(rows.own["continues"].is_valid())[take]
        names, sets = rows.identities, [()]
        index = {(): 0}
        table = np.zeros(len(names.values) + 1, np.uint16)
        for at, value in enumerate(names.values):
            if value not in index:
                index[value] = len(sets)
                sets.append(value)
            table[at] = index[value]
        identities = table.take(names.codes[take]) if len(sets) > 1 else np.zeros(count, np.uint16)
        stays = None
        if plan.year.split is not None:
            stays = _stay(rows, words, ADMISSION)[take], _stay(rows, words, DISCHARGE)[take]
        items = None
        if settler.item_encodings:
            items = _items(rows, words, settler.item_encodings, np.arange(len(rows))[take], opened, exact)
        columns = settler.columns(
            starts, _contiguous(rows.day[take]), {part: _contiguous(fen[take]) for part, fen in rows.parts.items()},
            facts, identities, sets, given=given, stays=stays, items=items, exact=exact,
            bound=rows.bound,
        )  # fmt: skip
        results = settler.results(columns, closing, sums=True)
        persons = columns.persons
        if self.threads > 1 and persons > _SMALL:
            cuts = np.linspace(0, persons, self.threads + 1).astype(int)
            with ThreadPoolExecutor(self.threads) as pool:
                for future in [
                    pool.submit(settler.settle, columns, opening, int(lo), int(hi), results)
                    for lo, hi in pairwise(cuts)
                ]:
                    future.result()
        else:
            settler.settle(columns, opening, out=results)
        outcome.plan[take] = number
        outcome.status[take] = SETTLED
        if results.moved:
            outcome.cuts.append((take, results.moved))
        columns_of = [(outcome.paid, settler.layers, results.paid)]
        columns_of.append((outcome.bearers, tuple(field for field, _ in settler.bearers), results.bearers))
        dens = settler.deductible_denominators
        taken = tuple(
            values if den == 1 else values // den + (2 * (values % den) >= den)
            for values, den in zip(results.deductibles, dens, strict=True)
        )
        columns_of.append((outcome.deductible, settler.layers, taken))
        untouched = isinstance(take, slice) and not results.status.any()  # then nobody will write into these columns
        if not untouched:
            outcome.to_write()
        for held, names_of, values_of in columns_of:
            for name, values in zip(names_of, values_of, strict=True):
                if untouched:
                    held[name] = values
                    outcome.know(values, results.sum_of(values))
                else:
                    held[name][take] = values
        if untouched:
            outcome.borrow_total(results.total)
        else:
            outcome.total[take] = results.total
        stopped = np.flatnonzero(results.status)
        wrong = np.unique(np.searchsorted(starts, stopped, side="right") - 1)
        return wrong, results.closing

    def _opening(
        self, plan: Plan, holders: _Holders, who: Ints, opening: Mapping[Holder, State], carried: _Carried | None
    ) -> States | None:
        """What the holders bring along, for a plan; None where nobody brings anything."""
        if not opening and carried is None:
            return None
        settler = self.settler(plan)
        states = States.none(len(plan.accumulators), len(who))
        for at, accumulator in enumerate(plan.accumulators):
            den = settler.denominators[at]
            if carried is not None and accumulator.key in carried.values:
                periods, values, over = carried.values[accumulator.key]
                states.periods[at] = periods[who]
                _rescale(values[who], over, den, states, at)
        for index, holder in enumerate(holders.all()) if opening else ():
            state = opening.get(holder)
            if state is not None:
                _put_state(states, index, state, plan, settler.denominators)
        return states


def _taken(mine: Ints | None, count: int) -> Ints | slice:
    """What takes some rows (None: all) out of columns; all of them in order are taken without a copy."""
    if mine is None or (len(mine) == count and bool((mine == np.arange(count)).all())):
        return slice(None)
    return mine


class _Holders:
    """Whose rows stand at some places."""

    def __init__(self, rows: Rows, first: Ints, groups: Sequence[int]) -> None:
        self.rows, self.first, self.groups = rows, first, groups

    def all(self) -> Iterator[Holder]:
        """Each of them."""
        numbers = self.rows.own["number"].take(pa.array(self.first)).to_pylist()
        for number, at in zip(numbers, self.first.tolist(), strict=True):
            yield self.groups[self.rows.policy[at]], number


def _put_state(states: States, index: int, state: State, plan: Plan, denominators: tuple[int, ...]) -> None:
    for at, accumulator in enumerate(plan.accumulators):
        if accumulator.key in state.values and states.periods[at, index] == ABSENT:
            period, value = state.values[accumulator.key]
            scaled = Fraction(value) * denominators[at]
            if scaled.denominator != 1 or abs(scaled) >= _ROOM:
                states.beyond[index] = 1
                continue
            states.periods[at, index] = period_number(period)
            states.values[at, index] = int(scaled)


def _rescale(values: Ints, over: int, den: int, states: States, at: int) -> None:
    if over == den:
        states.values[at] = values
        return
    for index, value in enumerate(values.tolist()):
        scaled, rest = divmod(value * den, over)
        if rest or abs(scaled) >= _ROOM:
            states.beyond[index] = 1
        else:
            states.values[at, index] = scaled


def _carry(before: _Carried | None, closing: States, settler: NativeSettler, who: Ints, persons: int) -> _Carried:
    carried = before or _Carried({})
    for at, accumulator in enumerate(settler.plan.accumulators):
        den = settler.denominators[at]
        known = carried.values.get(accumulator.key)
        if known is None or known[2] != den:
            periods, values = np.full(persons, ABSENT, np.int32), np.zeros(persons, np.int64)
            if known is not None:
                scaled = States.none(1, persons)
                _rescale(known[1], known[2], den, scaled, 0)
                periods, values = known[0], scaled.values[0]
            known = carried.values[accumulator.key] = periods, values, den
        known[0][who] = closing.periods[at]
        known[1][who] = closing.values[at]
    return carried


def _items(
    rows: Rows, words: Vocabulary, encodings: Mapping[str, Encoding], mine: Ints, opened: dict[str, int], exact: Any
) -> Items:
    """The cost items of rows; rows that have one whose facts do not fit are marked in `exact`."""
    at, offsets = np.zeros(0, np.int64), np.zeros(len(mine) + 1, np.int64)
    if rows.items is not None:
        at, offsets = rows.items.indices(mine)
    facts, given = {}, {}
    for name, encoding in encodings.items():
        column = rows.items.facts.get(name) if rows.items is not None else None
        facts[name], known, bad = _encoded_column(column, encoding, at, len(at), opened)
        if encoding.default is None:
            given[name] = np.ones(len(at), np.uint8) if known is None else known
        if bad is not None:
            exact[np.searchsorted(offsets, np.flatnonzero(bad), side="right") - 1] = 1
    return Items(offsets, facts, given)


def _encoded(
    rows: Rows,
    words: Vocabulary,
    key: tuple[str, str],
    encoding: Encoding,
    take: Any,
    count: int,
    opened: dict[str, int],
) -> tuple[Any, Any, Any]:
    """The column of a fact, where it is given (None: throughout), and the rows it does not fit (None: none)."""
    column: FactColumn | None = rows.facts.get(key)
    text = _own_text(rows, words, key) if column is None else None
    if text is not None:
        coded = text.dictionary_encode()
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        column = Coded(codes, coded.dictionary.to_pylist())
    return _encoded_column(column, encoding, take, count, opened)


def _encoded_column(
    column: FactColumn | None, encoding: Encoding, take: Any, count: int, opened: dict[str, int]
) -> tuple[Any, Any, Any]:
    blank = 0 if encoding.default is None else encoding.default
    if column is None:
        known = np.zeros(count, np.uint8) if encoding.default is None else None
        return np.full(count, blank, encoding.dtype), known, None
    if isinstance(column, Amounts):
        return _encoded_amounts(column, encoding, take, blank)
    codes, values = column.codes[take], column.values
    table = np.empty(len(values) + 1, encoding.dtype)
    table[-1] = blank
    wrong = np.zeros(len(values) + 1, np.uint8)
    for at, value in enumerate(values):
        number = _number(value, encoding, opened)
        table[at], wrong[at] = (blank, 1) if number is None else (number, 0)
    known = (codes >= 0).astype(np.uint8) if encoding.default is None else None
    swept = table.dtype == np.uint8 and sweeps.pays(len(codes))
    told = sweeps.told_by(codes, table) if swept else table.take(codes)
    return told, known, wrong[codes] if wrong.any() else None


def _encoded_amounts(column: Amounts, encoding: Encoding, take: Any, blank: int) -> tuple[Any, Any, Any]:
    fen, given = column.fen[take], column.given[take]
    fits = (fen <= encoding.high // encoding.den) & (fen >= -(-encoding.low // encoding.den))
    values = np.where(given & fits, fen * encoding.den, blank).astype(encoding.dtype)
    known = given.astype(np.uint8) if encoding.default is None else None
    return values, known, None if fits.all() else (~fits & given).astype(np.uint8)


def _number(value: Any, encoding: Encoding, opened: dict[str, int]) -> int | None:
    """A value as its encoding writes it; None where it does not fit."""
    if encoding.kind == "bool":
        return int(value)
    if encoding.kind == "date":
        return int(value.toordinal()) if isinstance(value, datetime.date) else None
    if encoding.kind == "text":
        if value in encoding.codes:
            return encoding.codes[value]
        return encoding.other if not encoding.open else opened.setdefault(value, encoding.other + len(opened))
    if encoding.kind == "choices":
        return sum(encoding.codes[choice] for choice in value) if all(c in encoding.codes for c in value) else None
    scaled = Fraction(value) * encoding.den
    return int(scaled) if scaled.denominator == 1 and encoding.low <= scaled <= encoding.high else None


def _own_text(rows: Rows, words: Vocabulary, key: tuple[str, str]) -> Any:
    """The texts of a fact that says the same as a word of the layout (a person's number)."""
    of, name = key
    same = words.person.same if of == "person" else words.claim.same
    word = next((target[1] for target, fact in same.items() if fact == name), None)
    return rows.own.get(word) if word else None


def _stay(rows: Rows, words: Vocabulary, field: str) -> Codes:
    spec = next((s for s in words.facts.values() if s.of == "claim" and (s.field or "").lower() == field), None)
    return ordinals(rows.facts.get(("claim", spec.name)) if spec else None, len(rows))


def _contiguous(values: Any) -> Any:
    return np.ascontiguousarray(values)
