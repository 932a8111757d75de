"""Cost items given to the rows of claims they belong to: `join_items`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from polc.arithmetic import yuan
from polc.batch.fact_columns import Ints, taken
from polc.batch.item_problems import (
    ItemOfOtherPerson,
    ItemRefused,
    ItemsDoNotAdd,
    ItemsMissing,
    ItemsOfSeveral,
    ItemTwice,
)
from polc.batch.items import VISIT, ItemsSetting
from polc.batch.read_items import ItemColumns
from polc.batch.refusals import Alike
from polc.batch.row_items import RowItems
from polc.batch.rows import Rows
from polc.batch.texts import shown_texts
from polc.claims.place import shown
from polc.claims.vocabulary import PARTS

_LOW = 20
"""Amounts are added up in two halves of so many bits, so that no sum can overflow."""
_PARTS = {
    "total": "total", "noncovered": "wholly out of the catalogue", "overlimit": "above the price limit",
    "copay": "first self-paid share", "inscope": "in scope",
}  # fmt: skip


def join_items(rows: Rows, items: ItemColumns, setting: ItemsSetting) -> None:
    """Gives rows their items. Rows whose items were refused, are missing or do not add up are refused."""
    word = setting.by[1]
    keys = rows.own.get(word, pa.nulls(len(rows), pa.string()))
    whose, again = _claims_of(rows, items, keys, setting.by == VISIT)
    back = _marked(len(rows), rows.reversals)
    mine = np.flatnonzero(whose >= 0)
    for at in mine[back[whose[mine]]].tolist() if items.problems else ():
        items.problems.pop(at, None)  # what is taken back as a whole is not looked at item by item
    _other_persons(rows, items, whose)
    copies = _twice(items, whose)
    order = mine[np.argsort(whose[mine], kind="stable")]
    order = order[~np.isin(order, copies)]
    counts = np.bincount(whose[order], minlength=len(rows)).astype(np.int64)
    rows.items = _row_items(items, order, counts, order)
    first: dict[int, int] = {}
    for at in items.problems:
        first.setdefault(int(whose[at]), at)
    held = [row for row in first if row >= 0 and row not in rows.problems and not back[row]]
    wrong = np.array(sorted(held), np.int64)
    which = [first[row] for row in wrong.tolist()]
    told = {
        "item": shown_texts(items.places(np.array(which, np.int64))),
        "item_code": pa.array([items.problems[at][0].code for at in which], pa.string()),
    }
    rows.problems.add(Alike(ItemRefused, wrong, rows.places(wrong), told))
    _add_up(rows, items, whose[order], order, counts, again)


def join_earlier(rows: Rows, items: ItemColumns) -> None:
    """Gives the claims of a history the items they were settled with."""
    at = pc.index_in(items.key, value_set=rows.id).fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    order = np.flatnonzero(at >= 0)
    order = order[np.argsort(at[order], kind="stable")]
    counts = np.bincount(at[order], minlength=len(rows)).astype(np.int64)
    rows.items = _row_items(items, order, counts, np.full(len(order), -1, np.int64))


def _row_items(items: ItemColumns, order: Ints, counts: Ints, at: Ints) -> RowItems:
    facts = {name: taken(column, order) for name, column in items.facts.items()}
    problems = {
        position: items.problems[place]
        for position, place in enumerate(order.tolist() if items.problems else ())
        if place in items.problems
    }
    return RowItems(np.cumsum(counts) - counts, counts, facts, at, problems, items.copies)


def _claims_of(rows: Rows, items: ItemColumns, keys: pa.Array, visits: bool) -> tuple[Ints, set[int]]:
    """The row each item belongs to (−1: none): the first that has its number. Where a row and one that takes it back
    have the same number, what is below zero belongs to the latter. Also the rows that have the number of an earlier
    one."""
    first: dict[str, int] = {}
    taking: dict[str, int] = {}
    several: dict[str, list[int]] = {}
    again: set[int] = set()
    for at, key in enumerate(keys.to_pylist()):
        if key is None:
            continue
        if at in rows.reversals:
            taking.setdefault(key, at)
        elif first.setdefault(key, at) != at:
            again.add(at)
            several.setdefault(key, [first[key]]).append(at)
    names = list({**taking, **first})
    index = pc.index_in(items.key, value_set=pa.array(names, pa.string()))
    found = index.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    found[~np.asarray(items.key.is_valid())] = -1
    for key, ats in several.items() if visits else ():
        for at in ats:
            if at not in rows.problems:
                rows.problems[at] = (ItemsOfSeveral(where=str(rows.where(at)), visit=shown(key), count=len(ats)),)
    whose: Ints = np.array([*(first.get(name, taking.get(name, -1)) for name in names), -1], np.int64)[found]
    for at in items.negative:
        key = items.key[at].as_py()
        if key in taking:
            whose[at] = taking[key]
    return whose, again


def _marked(count: int, places: Any) -> Any:
    found = np.zeros(count, bool)
    found[list(places)] = True
    return found


def _other_persons(rows: Rows, items: ItemColumns, whose: Ints) -> None:
    """Finds items that name another person than their claim."""
    if items.person.null_count == len(items) or not len(rows):
        return
    numbers = rows.own["number"].take(pa.array(np.maximum(whose, 0)))
    other = pc.fill_null(pc.not_equal(items.person, numbers), False)
    for at in np.flatnonzero(np.asarray(other) & (whose >= 0)).tolist():
        found, person = items.person[at].as_py(), numbers[at].as_py()
        problem = ItemOfOtherPerson(where=items.where(at), found=shown(found), person=shown(person))
        items.problems.setdefault(at, (problem,))


def _twice(items: ItemColumns, whose: Ints) -> Ints:
    """Finds items of a claim with the same number of their own; those that are mere copies, which count for nothing."""
    codes = items.number.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    places = np.flatnonzero((codes >= 0) & (whose >= 0))
    order = places[np.lexsort((places, whose[places], codes[places]))].astype(np.int64)
    again = (codes[order][1:] == codes[order][:-1]) & (whose[order][1:] == whose[order][:-1])
    if not again.any():
        return places[:0]
    firsts = order[np.maximum.accumulate(np.where(np.append(False, again), 0, np.arange(len(order))))]
    mine = np.flatnonzero(np.append(False, again))
    mine, firsts = order[mine], firsts[mine]
    by_place = np.argsort(mine)
    mine, firsts = mine[by_place], firsts[by_place]
    told = {"id": shown_texts(items.number.take(pa.array(mine))), "first": shown_texts(items.places(firsts))}
    found = Alike(ItemTwice, mine, items.places(mine), told)
    mere = items.same(firsts, mine)
    mere[[at for at, row in enumerate(mine.tolist()) if row in items.problems] if items.problems else []] = False
    items.copies.add(found.take(np.flatnonzero(mere), mine[mere]))
    for at in np.argsort(by_place).tolist():  # by number, in the order in which numbers come first
        if not mere[at]:
            items.problems.setdefault(int(mine[at]), (found.of(at),))
    return mine[mere]


def _add_up(rows: Rows, items: ItemColumns, whose: Ints, order: Ints, counts: Ints, again: set[int]) -> None:
    """Refuses rows that do not cost what their items do."""
    if "total" not in items.parts:
        return
    left = ~rows.problems.mask(len(rows))
    left[[*rows.reversals, *again]] = False
    for part, (values, given) in items.parts.items():
        claimed = rows.parts[part]
        amounts = values[order]
        low = _sums(amounts & ((1 << _LOW) - 1), counts)
        high = _sums(amounts >> _LOW, counts) + (low >> _LOW)
        low &= (1 << _LOW) - 1
        wrong = (high != claimed >> _LOW) | (low != claimed & ((1 << _LOW) - 1))
        wrong[whose[~given[order]]] = False  # what is not given for all items says nothing
        wrong &= left
        if part != "total":
            wrong &= counts > 0
        left &= ~wrong
        missing = np.flatnonzero(wrong & (counts == 0)).astype(np.int64)
        rows.problems.add(Alike(ItemsMissing, missing, rows.places(missing)))
        mine = np.flatnonzero(wrong & (counts > 0)).astype(np.int64)
        sums = [(above << _LOW) + below for above, below in zip(high[mine].tolist(), low[mine].tolist(), strict=True)]
        told = {
            "sum": pa.array([yuan(total) for total in sums], pa.string()),
            "claimed": pa.array([yuan(total) for total in claimed[mine].tolist()], pa.string()),
        }
        named = {"part_zh": PARTS[part][0], "part_en": _PARTS[part]}
        rows.problems.add(Alike(ItemsDoNotAdd, mine, rows.places(mine), told, named))


def _sums(values: Ints, counts: Ints) -> Ints:
    """The sums of so many values each, one after the other."""
    running = np.concatenate(([0], np.cumsum(values)))
    ends = np.cumsum(counts)
    found: Ints = running[ends] - running[ends - counts]
    return found
