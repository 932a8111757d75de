"""Rows with a cell that is not plain, read one by one as single claims are: `read_singly`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pol_lang.problem import Problem
from polc.batch.alike_rows import Looked, Plain, ReadOne, looked_at, refuse_alike
from polc.batch.arrow import one
from polc.batch.cell_columns import BETWEEN, NO_PLACE, coded, fact_column, identities_in, not_blank
from polc.batch.fact_columns import Amounts, Coded, Ints
from polc.batch.headers import IDENTITIES
from polc.batch.money import PLAIN_AMOUNT, fen
from polc.batch.part_columns import OWN, PARTS, PartColumns, Setting
from polc.batch.rows import Reversal, Rows
from polc.batch.texts import put, texts
from polc.claims.claim import ADMISSION, DISCHARGE, ReadClaim, read_claim
from polc.claims.persons import read_person
from polc.claims.place import Place
from polc.claims.tables import MissingColumn
from polc.claims.tree import odd_character
from polc.claims.tree_problems import OddCharacter
from polc.claims.values import read_fen, read_value
from polc.claims.vocabulary import Target, Vocabulary
from polc.settlement import Person

_TOLD = 1 << 15
"""The problems of so many rows are held one by one."""
_OWN_TARGETS = tuple(("own", word) for word in OWN)


def read_singly(
    unusual: Ints, rows: Rows, columns: PartColumns, setting: Setting, words: Vocabulary, cancels: pa.Array | None
) -> None:
    """Reads some rows as single claims are read, into `rows`."""
    if not len(unusual):
        return
    _own_memory(rows)
    own: dict[str, dict[int, Any]] = {word: {} for word in OWN}
    ids: dict[int, str] = {}
    unread: list[int] = []
    told: dict[int, tuple[Problem, ...]] = {}
    for at, cells in columns.rows(_left(unusual, rows, columns, setting, words, cancels), rows.file):
        if len(told) >= _TOLD:
            rows.problems.add_told(told)
            told = {}
        file = _place(rows, at)
        odd = _odd_cells(cells, file)
        if odd:
            told[at] = odd
            unread.append(at)
            continue
        problems: list[Problem] = []
        theirs = {name: cell for name, cell in cells.items() if columns.meaning[name][0] == "claim"}
        named = cancels[at].as_py() if cancels is not None else None
        turned = _turned(theirs, columns)
        if named is not None or turned is not None:
            reversal, claim_id, number = _reversal({**theirs, **(turned or {})}, named, at, rows, words, file, problems)
            ids[at], own["number"][at] = claim_id, number
            for part in PARTS:
                rows.parts[part][at] = 0
            if problems:
                told[at] = tuple(problems)
                rows.total_known[at] = False
            else:
                rows.reversals[at] = reversal
                rows.parts["total"][at] = -(reversal.parts or {}).get("total", 0)
            continue
        read, person = _read_cells(cells, theirs, rows, at, words, columns, problems)
        ids[at] = read.id
        own["number"][at] = read.person
        if problems or read.claim is None:
            told[at] = tuple(problems)
            amount = _total(theirs, columns)
            rows.total_known[at] = amount is not None
            for part in PARTS:
                rows.parts[part][at] = 0
            rows.parts["total"][at] = amount or 0
            continue
        own["continues"][at] = read.claim.continues
        rows.day[at] = read.claim.date.toordinal()
        for part in PARTS:
            rows.parts[part][at] = read.claim.parts[part]
        for (of, name), facts in rows.facts.items():
            facts.set(at, (read.claim if of == "claim" else person).facts.get(name))
        rows.identities.set(at, tuple(dict.fromkeys(held.name for held in person.identities)) or None)
    rows.problems.add_told(told)
    rows.id = put(rows.id, ids)
    for word, values in own.items():
        if word in rows.own:
            rows.own[word] = put(rows.own[word], values)
    rows.refuse_unread(np.array(unread, np.int64))


def _own_memory(rows: Rows) -> None:
    """Lets the columns that are about to be written to stand in memory of their own: they may be the table's, which
    is read again for refused rows, and by other policies."""
    rows.bound = None
    rows.day = rows.day.copy()
    rows.parts = {part: fen.copy() for part, fen in rows.parts.items()}
    for column in rows.facts.values():
        if isinstance(column, Amounts):
            column.fen, column.given = column.fen.copy(), column.given.copy()


def _left(
    unusual: Ints, rows: Rows, columns: PartColumns, setting: Setting, words: Vocabulary, cancels: pa.Array | None
) -> Ints:
    """The unusual rows that are not refused together with others for the same reason."""

    def read(at: int) -> ReadOne | None:
        cells = columns.cells(at, setting.inputs[rows.file[at]].columns)
        odd = _odd_cells(cells, _place(rows, at))
        if odd:
            return ReadOne(odd, "", None, None)
        theirs = {name: cell for name, cell in cells.items() if columns.meaning[name][0] == "claim"}
        if _turned(theirs, columns) is not None:
            return None
        problems: list[Problem] = []
        one, _ = _read_cells(cells, theirs, rows, at, words, columns, problems)
        return ReadOne(tuple(problems), one.id, one.person, _total(theirs, columns))

    if any(len(names) > 1 for names in columns.names.values()):
        return unusual
    plain = Plain()
    alone = np.zeros(len(unusual), bool)
    if cancels is not None:
        alone |= np.asarray(cancels.take(pa.array(unusual)).is_valid())
    looked: dict[str, Looked] = {}
    for name, (of, target) in columns.meaning.items():
        raw = one(columns.part.column(name).take(pa.array(unusual)))
        raw = raw.cast(pa.string()) if pa.types.is_dictionary(raw.type) else raw
        looked[name] = _looked(raw, name, of, target, words, plain)
    for spec in reversed(list(words.facts.values()) if plain.days else []):
        if spec.of == "claim" and (spec.field or "").lower() in (ADMISSION, DISCHARGE):
            plain.stay[(spec.field or "").lower()] = spec.name
    return refuse_alike(rows, unusual, looked, plain, alone, read)


def _looked(raw: pa.Array, column_name: str, of: str, target: Target, words: Vocabulary, plain: Plain) -> Looked:
    """A column of unusual rows: where cells are given, and which of them are not plain."""
    given, none = not_blank(raw), np.zeros(len(raw), bool)
    kind, name = target
    if kind == "own" and name in OWN:
        return looked_at(raw, given, texts(raw).unusual, none)
    if kind == "part":
        amounts = fen(raw)
        plain.amounts[name], plain.given[name] = amounts.values, amounts.given
        below = pc.starts_with(pc.utf8_trim_whitespace(raw.cast(pa.string())), "-")
        alone = np.asarray(pc.fill_null(below, False))
        return looked_at(
            raw, given, amounts.unusual, alone, partial(_wrong, read=lambda cell: read_fen(cell, NO_PLACE))
        )
    if kind == "fact":
        spec = words.facts[name]
        column, bad = fact_column(raw, spec)
        if of == "claim" and isinstance(column, Coded) and spec.unit == "date":
            days = [value if isinstance(value, datetime.date) else None for value in column.values]
            plain.days[name] = pa.array([*days, None], pa.date32()).take(pa.array(column.codes % (len(days) + 1)))
        called = spec.called(column_name)
        reads = partial(read_value, unit=spec.unit, choices=spec.codes, name=called, place=NO_PLACE)
        return looked_at(raw, given, bad, none, partial(_wrong, read=reads))
    if target == IDENTITIES:
        return looked_at(raw, given, coded(raw, lambda cell: identities_in(cell, words))[1], none)
    return looked_at(raw, given, given, none)


def _wrong(cell: Any, read: Callable[[Any], Any]) -> Problem | None:
    """What is wrong with a cell, if anything."""
    odd = isinstance(cell, str) and odd_character(cell)
    if odd:
        return OddCharacter(character=odd)
    found = read(cell)
    return found if isinstance(found, Problem) else None


def _place(rows: Rows, at: int) -> Place:
    return Place(f"{rows.inputs[rows.file[at]].path}:{rows.row[at]}")


def _odd_cells(cells: Mapping[str, object], file: Place) -> tuple[Problem, ...]:
    """What is wrong with cells that have signs which cannot be seen."""
    found = []
    for column, cell in cells.items():
        odd = isinstance(cell, str) and odd_character(cell)
        if odd:
            found.append(OddCharacter(where=str(file.at(column)), character=odd))
    return tuple(found)


def _turned(cells: Mapping[str, object], columns: PartColumns) -> dict[str, object] | None:
    return turned_around({name: cell for name, cell in cells.items() if columns.meaning[name][1][0] == "part"})


def _read_cells(
    cells: dict[str, object], theirs: dict[str, object], rows: Rows, at: int, words: Vocabulary, columns: PartColumns,
    problems: list[Problem],
) -> tuple[ReadClaim, Person]:  # fmt: skip
    """The claim and the person of a row that cancels none, as the reader of single claims takes them."""
    file = _place(rows, at)
    read = read_claim(theirs, f"#{rows.row[at]}", words, file, problems)
    person = _person(cells, words, columns, file, problems)
    if read.person is None and not problems:
        problems.append(MissingColumn(where=str(file), column="psn_no"))
    return read, person


def turned_around(parts: Mapping[str, object]) -> dict[str, object] | None:
    """The amounts of a row without their signs, where it is a negative copy of a settlement: some are below 0, and none
    above; None where it is not."""
    turned: dict[str, object] = {}
    below = False
    for name, cell in parts.items():
        text = str(cell)
        if text.startswith("-"):
            text, below = text[1:], True
        elif text.strip("0.") != "":
            return None
        turned[name] = text
    return turned if below else None


def _reversal(
    cells: dict[str, object], named: str | None, at: int, rows: Rows, words: Vocabulary, file: Place,
    problems: list[Problem],
) -> tuple[Reversal, str, str | None]:  # fmt: skip
    """What a row cancels, what it is called and whose it is. Who names the settlement need not give amounts."""
    own = {name: cell for name, cell in cells.items() if words.claim.find(name) in _OWN_TARGETS}
    amounts = any((words.claim.find(name) or ("", ""))[0] == "part" for name in cells)
    if named is not None and not amounts:
        found: list[Problem] = []
        read = read_claim(own, f"#{rows.row[at]}", words, file, found)
        if read.person is None:
            problems.append(MissingColumn(where=str(file), column="psn_no"))
        return Reversal(named, None), read.id, read.person
    read = read_claim(cells, f"#{rows.row[at]}", words, file, problems)
    if read.person is None and not problems:
        problems.append(MissingColumn(where=str(file), column="psn_no"))
    if read.claim is not None:
        rows.day[at] = read.claim.date.toordinal()
    return Reversal(named, read.claim.parts if read.claim else None), read.id, read.person


def _person(
    cells: dict[str, object], words: Vocabulary, columns: PartColumns, file: Place, problems: list[Problem]
) -> Person:
    """Who the cells of a row say the person is."""
    given: dict[str, object] = {}
    for name, cell in cells.items():
        of, target = columns.meaning[name]
        if of == "person" and target == IDENTITIES:
            given[name] = [piece.strip() for piece in BETWEEN.split(str(cell)) if piece.strip()]
        elif of == "person":
            given[name] = cell
    return read_person(given, words, file, problems)


def _total(cells: dict[str, object], columns: PartColumns) -> int | None:
    """The total cost of a refused row as far as it is given, in fen."""
    for name, cell in cells.items():
        if columns.meaning[name][1] == ("part", "total"):
            text = str(cell)
            if PLAIN_AMOUNT.fullmatch(text):
                yuan, _, rest = text.partition(".")
                return 100 * int(yuan) + int(rest.ljust(2, "0"))
            amounts = fen(pa.array([text]))
            if amounts.given[0]:
                return int(amounts.values[0])
    return None
