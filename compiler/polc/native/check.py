"""Columns of a batch, checked: what is unusual in a claim is marked, so that the exact way looks at it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from polc import plan as p
from polc.native import sweeps
from polc.native.columns import EXACT, FIRST, MONTH, YEAR, Column, Columns, Days, Encoding, FactKey, Flags, Ints, Items
from polc.program import PARTS
from polc.program.nodes import MOST_FEN, MOST_ITEMS, MOST_SUM

Marks = npt.NDArray[np.bool_]
_EPOCH = datetime.date(1970, 1, 1).toordinal()


def check(
    plan: p.Plan,
    growing: int,
    encodings: Mapping[FactKey, Encoding],
    item_encodings: Mapping[str, Encoding],
    offsets: Ints,
    days: Days,
    parts: Mapping[str, Ints],
    facts: Mapping[FactKey, Column],
    identities: Column,
    sets: Sequence[tuple[str, ...]],
    *,
    given: Mapping[FactKey, Flags],
    year_days: Days | None,
    stays: tuple[Days, Days] | None,
    items: Items | None,
    exact: Flags | None,
    bound: int | None,
) -> Columns:
    """The columns, with all claims marked that machine code must leave. An accumulator grows by no more than `growing`
    times what the claims of a person cost. Where `bound` is given, the parts add up, none below 0 or above it. Raises
    ValueError where shapes or types are wrong."""
    claims = len(days)
    offsets = _column(offsets, np.int64, len(offsets), "offsets")
    if not len(offsets) or offsets[0] != 0 or offsets[-1] != claims or bool((np.diff(offsets) < 0).any()):
        raise ValueError("offsets do not rise from 0 to the number of claims")
    days = _column(days, np.int32, claims, "days")
    year_days = days if year_days is None else _column(year_days, np.int32, claims, "year_days")
    made = {part: _column(parts[part], np.int64, claims, part) for part in PARTS}
    marks = np.zeros(claims, bool) if exact is None else np.asarray(exact) != 0
    firsts = np.zeros(claims, bool)
    counts = np.diff(offsets)
    starts = offsets[:-1]
    firsts[starts if counts.all() else starts[counts > 0]] = True
    largest = bound if bound is not None and bound <= MOST_FEN else _mark_parts(marks, made)
    if growing and claims:
        _mark_costs(marks, offsets, counts, made["total"], largest, MOST_SUM // 2 // growing)
    _mark_in_force(marks, plan, days)
    if plan.year.split is not None:
        if stays is None:
            raise ValueError("the policy splits stays over a year's end: stays are needed")
        marks |= _crosses(stays, plan.year.start)
    columns: dict[FactKey, Column] = {}
    masks: dict[FactKey, Flags] = {}
    for key, encoding in encodings.items():
        columns[key] = _column(facts[key], encoding.dtype, claims, encoding.name)
        marks |= _is_outside(columns[key], encoding)
        if encoding.default is None:
            mask = given.get(key)
            masks[key] = np.ones(claims, np.uint8) if mask is None else _column(mask, np.uint8, claims, encoding.name)
    identities = _column(identities, np.uint16, claims, "identities")
    if claims and (not sets or int(identities.max()) >= len(sets)):
        raise ValueError("identities that are not in sets")
    checked_items = None
    if item_encodings:
        checked_items, unusual = _items(item_encodings, items, claims)
        marks |= unusual
    said = firsts.view(np.uint8) * np.uint8(FIRST | YEAR | MONTH)
    if year_days is days and sweeps.pays(claims) and (tables := _tables(days, plan.year.start)):
        year, month, _ = sweeps.turns_of(days, *tables, said)
    else:
        year, month = _turns(said, marks, days, year_days, firsts, plan.year.start)
    said |= marks.view(np.uint8) * np.uint8(EXACT)
    return Columns(offsets, year, month, made, columns, masks, identities, tuple(sets), said, checked_items)


def _column(array: Any, dtype: Any, count: int, name: str) -> Any:
    made = np.asarray(array)
    if made.shape != (count,) or made.dtype != np.dtype(dtype):
        raise ValueError(f"{name}: {count} values of {np.dtype(dtype).name} expected, not {made.dtype} {made.shape}")
    return np.ascontiguousarray(made)


def _mark_parts(marks: Marks, parts: Mapping[str, Ints]) -> int:
    """Marks claims whose parts do not add up, are negative or very large; a bound for the total of all others. In most
    batches there are none, and looking at the least and largest amounts is enough to know."""
    if not len(marks):
        return 0
    total = parts["total"]
    if sweeps.pays(len(marks)):
        bits, sound = sweeps.bits_of(total, [parts[part] for part in PARTS if part != "total"])
        if sound and 0 <= bits <= MOST_FEN:
            return bits
    largest = int(total.max())
    usual = largest <= MOST_FEN and all(int(amounts.min()) >= 0 for amounts in parts.values())
    if not usual:
        for amounts in parts.values():
            marks |= (amounts < 0) | (amounts > MOST_FEN)
    together = parts["noncovered"] + parts["overlimit"]  # sums that turn over are of claims marked already
    together += parts["copay"]
    together += parts["inscope"]
    if not np.array_equal(together, total):
        marks |= together != total
    return max(0, largest)


def _mark_costs(marks: Marks, offsets: Ints, counts: Ints, total: Ints, largest: int, limit: int) -> None:
    """Marks the claims of persons who cost so much that an accumulator might get too large."""
    if int(counts.max()) * largest <= limit:
        return
    sums = np.concatenate(([0], np.cumsum(total)))  # it may turn over; the differences are right all the same
    much = (sums[offsets[1:]] - sums[offsets[:-1]]).view(np.uint64) > limit
    if much.any():
        marks |= np.repeat(much, counts)


def _mark_in_force(marks: Marks, plan: p.Plan, days: Days) -> None:
    """Marks days on which the policy is not in force."""
    if not len(days):
        return
    starts = [day for d in plan.documents if (day := d.starts) is not None]
    ends = [d.until for d in plan.documents if d.until is not None]
    start = max(starts, default=datetime.date.min).toordinal()
    end = min(ends, default=datetime.date.max).toordinal()
    if int(days.min()) < start or int(days.max()) > end:
        marks |= (days < start) | (days > end)


def _turns(
    said: Flags, marks: Marks, days: Days, year_days: Days, firsts: Marks, start: tuple[int, int]
) -> tuple[Days, Days]:
    """The year and month that days are of; those that begin with a claim are said of it, and claims are marked whose
    day is before that of the claim before."""
    earlier = days[1:] < days[:-1]
    earlier &= ~firsts[1:]
    marks[1:] |= earlier
    year, month = _periods(year_days, start)
    for periods, mark in ((year, YEAR), (month, MONTH)):
        turns = np.zeros(len(days), bool)
        np.not_equal(periods[1:], periods[:-1], out=turns[1:])
        said |= turns.view(np.uint8) * np.uint8(mark)
        if year_days is not days and bool((periods[1:] < periods[:-1]).any()):
            marks[1:] |= (periods[1:] < periods[:-1]) & ~firsts[1:]
    return year, month


_TABLE = 40_000
"""Up to how many days the periods are worked out once per day, not once per claim."""


def _periods(days: Days, start: tuple[int, int]) -> tuple[Days, Days]:
    """The year and month that days are of; a year is named for the calendar year in which it starts."""
    if not len(days):
        return days, days
    tables = _tables(days, start)
    if tables:
        low, year, month = tables
        index = days - np.int32(low)
        return year[index], month[index]
    return _periods_of(days.astype(np.int64), start)


def _tables(days: Days, start: tuple[int, int]) -> tuple[int, Days, Days] | None:
    """The first of some days, and the year and month of each from that to the last; None where they are far apart."""
    low, high = int(days.min()), int(days.max())
    if high - low >= min(_TABLE, len(days)):
        return None
    return low, *_periods_of(np.arange(low, high + 1), start)


def _periods_of(days: Ints, start: tuple[int, int]) -> tuple[Days, Days]:
    dates = (days - _EPOCH).astype("datetime64[D]")
    month = dates.astype("datetime64[M]").astype(np.int64) + 12 * 1970
    year = month // 12
    if start != (1, 1):
        begins = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]")
        turn = (begins + np.timedelta64(start[0] - 1, "M")).astype("datetime64[D]") + np.timedelta64(start[1] - 1, "D")
        year = year - (dates < turn)
    return year.astype(np.int32), month.astype(np.int32)


def _crosses(stays: tuple[Days, Days], start: tuple[int, int]) -> Marks:
    """Stays whose first and last day are of different years."""
    first, last = (np.asarray(days, np.int32) for days in stays)
    known: Marks = (first > 0) & (last > 0)
    years = [_periods(np.where(known, days, 1).astype(np.int32), start)[0] for days in (first, last)]
    known &= years[0] != years[1]
    return known


def _is_outside(column: Column, encoding: Encoding) -> Marks | bool:
    """Values for which the ranges of the program do not hold."""
    if encoding.kind == "date":
        return (column < 0) | (column > encoding.high)  # 0 stands where nothing is given
    if encoding.kind != "number" or not len(column):
        return False
    if int(column.min()) >= encoding.low and int(column.max()) <= encoding.high:
        return False
    return (column < encoding.low) | (column > encoding.high)


def _items(encodings: Mapping[str, Encoding], items: Items | None, claims: int) -> tuple[Items, Marks]:
    """Items checked, and the claims whose items are unusual."""
    if items is None:
        raise ValueError("the policy asks for items")
    offsets = _column(items.offsets, np.int64, claims + 1, "item offsets")
    count = int(offsets[-1])
    if offsets[0] != 0 or bool((np.diff(offsets) < 0).any()):
        raise ValueError("item offsets do not rise from 0")
    marks: Marks = np.diff(offsets) > MOST_ITEMS
    facts: dict[str, Column] = {}
    given: dict[str, Flags] = {}
    of_claim = np.repeat(np.arange(claims), np.diff(offsets))
    for name, encoding in encodings.items():
        facts[name] = _column(items.facts[name], encoding.dtype, count, name)
        marks[of_claim[np.broadcast_to(_is_outside(facts[name], encoding), count)]] = True
        if encoding.default is None:
            mask = items.given.get(name)
            given[name] = np.ones(count, np.uint8) if mask is None else _column(mask, np.uint8, count, name)
    return Items(offsets, facts, given), marks
