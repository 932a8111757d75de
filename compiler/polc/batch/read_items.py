"""From a table of cost items as it stands in its files to columns of values: `read_items`."""

from __future__ import annotations

from collections.abc import Sequence
from operator import eq

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from pol_lang.problem import Problem
from polc.batch.arrow import one
from polc.batch.cell_columns import fact_column
from polc.batch.fact_columns import FactColumn, Ints, Mask
from polc.batch.inputs import Input
from polc.batch.items import ITEM, PSN, ItemsSetting, is_amount, item_keys
from polc.batch.money import fen
from polc.batch.part_columns import FILE, ROW
from polc.batch.refusals import Refusals, joined_texts
from polc.batch.texts import shown_texts, texts
from polc.claims.persons import read_facts
from polc.claims.place import Place
from polc.claims.tree import odd_character
from polc.claims.tree_problems import OddCharacter
from polc.claims.values import read_fen
from polc.claims.vocabulary import Keys, Target, Vocabulary, sort_keys


@frozen(eq=False, repr=False, slots=False)
class ItemColumns:
    """The items of a part, in the order of their table: the number of the claim, of the person and of the item itself
    as texts (null: not given), facts, the parts of the cost that the table has (fen, and where given); what is wrong
    with items, by place; the raw cells."""

    key: pa.Array
    person: pa.Array
    number: pa.Array
    facts: dict[str, FactColumn]
    parts: dict[str, tuple[Ints, Mask]]
    problems: dict[int, tuple[Problem, ...]]
    copies: Refusals
    negative: set[int]
    cells: pa.Table
    inputs: tuple[Input, ...]

    def __len__(self) -> int:
        return len(self.key)

    def where(self, at: int) -> str:
        """The place of an item for messages."""
        return str(
            Place(f"{self.inputs[self.cells.column(FILE)[at].as_py()].path}:{self.cells.column(ROW)[at].as_py()}")
        )

    def places(self, rows: Ints) -> pa.Array:
        """The places of some items for messages."""
        return shown_texts(places_in(self.cells, rows, self.inputs))

    def same(self, these: Ints, those: Ints) -> Mask:
        """Where rows have the same cells as others."""
        found = np.ones(len(these), bool)
        for name in self.cells.column_names:
            if name not in (FILE, ROW):
                column = self.cells.column(name)
                some, others = (one(column.take(pa.array(at))).to_pylist() for at in (these, those))
                found &= np.fromiter(map(eq, some, others), bool, len(these))
        return found


def places_in(cells: pa.Table, rows: Ints, inputs: Sequence[Input]) -> pa.Array:
    """The file and row of some rows of a table."""
    index = pa.array(rows)
    paths = pa.array([entry.path for entry in inputs], pa.string()).take(one(cells.column(FILE).take(index)))
    return joined_texts([paths, ":", one(cells.column(ROW).take(index)).cast(pa.string())], len(rows))


def read_items(cells: pa.Table, words: Vocabulary, setting: ItemsSetting) -> ItemColumns:
    """The items of a part as the words of a policy read them. Rows of negative amounts, and whatever else cannot be
    read, have problems."""
    keys, count = item_keys(words), cells.num_rows
    columns: dict[Target, pa.Array] = {}
    for name in cells.column_names:
        target = keys.find(name)
        if target is not None and name in setting.read:
            column = one(cells.column(name))
            columns[target] = _first(columns[target], column) if target in columns else column
    unusual = np.zeros(count, bool)
    own = {}
    for target in (setting.by, PSN, ITEM):
        read = texts(columns[target]) if target in columns else None
        own[target] = read.values if read else pa.nulls(count, pa.string())
        if read:
            unusual |= read.unusual
    facts: dict[str, FactColumn] = {}
    parts: dict[str, tuple[Ints, Mask]] = {}
    for target, column in columns.items():
        if target[0] == "fact":
            facts[target[1]], bad = fact_column(column, words.facts[target[1]])
            unusual |= bad
        if target[0] == "part" or is_amount(target, words):
            amounts = fen(column)
            parts[target[1] if target[0] == "part" else "total"] = amounts.values.copy(), amounts.given
            unusual |= amounts.unusual
    problems: dict[int, tuple[Problem, ...]] = {}
    found = ItemColumns(
        own[setting.by], own[PSN], own[ITEM], facts, parts, problems, Refusals(), set(), cells, setting.inputs
    )
    for at in np.flatnonzero(unusual).tolist():
        _read_one(found, at, keys, words)
    return found


def _first(one_: pa.Array, other: pa.Array) -> pa.Array:
    if one_.type != other.type:
        one_, other = one_.cast(pa.string()), other.cast(pa.string())
    return pc.coalesce(one_, other)


def _read_one(items: ItemColumns, at: int, keys: Keys, words: Vocabulary) -> None:
    """One item as the items of a single claim are read."""
    entry = items.inputs[items.cells.column(FILE)[at].as_py()]
    place = Place(f"{entry.path}:{items.cells.column(ROW)[at].as_py()}", items.key[at].as_py() or "")
    problems: list[Problem] = []
    given: dict[str, object] = {}
    for name in entry.columns:
        target = keys.find(name)
        if target is None or name not in items.cells.column_names:
            continue
        cell = items.cells.column(name)[at].as_py()
        cell = cell.strip() if isinstance(cell, str) else cell
        if cell is None or cell == "":
            continue
        odd = odd_character(cell) if isinstance(cell, str) else None
        if odd:
            problems.append(OddCharacter(where=str(place.at(name)), character=odd))
        elif target[0] == "fact":
            given[name] = cell
        if not odd and (target[0] == "part" or is_amount(target, words)):
            amount = read_fen(cell, place.at(name))
            if str(cell).startswith("-"):
                items.negative.add(at)
            values, known = items.parts[target[1] if target[0] == "part" else "total"]
            if not isinstance(amount, Problem):
                values[at], known[at] = amount, True
            elif target[0] == "part":
                problems.append(amount)
    facts = read_facts(sort_keys(given, words.item, place, problems), words, words.item, place, problems)
    if problems:
        items.problems[at] = tuple(problems)
        return
    for name, column in items.facts.items():
        column.set(at, facts.get(name))
