"""Tables of persons and of identities, joined to the claims of a part: `join_people`.

A table has one row per person and identity, as `polc.claims.tables.read_persons` reads it. Columns are read whole;
persons with anything unusual are read as a single table of persons is.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from difflib import get_close_matches
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from pol_lang.problem import Problem, Problems, near_names
from polc.batch.arrow import one
from polc.batch.cell_columns import coded
from polc.batch.fact_columns import Coded, Ints
from polc.batch.headers import IDENTITIES, NUMBER
from polc.batch.inputs import Input
from polc.batch.part_columns import FILE, ROW
from polc.batch.problems import IdentitiesElsewhere
from polc.batch.refusals import Alike
from polc.batch.rows import Rows
from polc.batch.texts import shown_texts, texts
from polc.claims.persons import held_identity, known_identity, read_person
from polc.claims.place import Place, shown
from polc.claims.tables import (
    ALMOST,
    SINCE,
    UNTIL,
    MissingColumn,
    MisspeltColumn,
    PersonRefused,
    UnknownColumn,
    UnknownPerson,
    add_contradictions,
)
from polc.claims.tree import odd_character
from polc.claims.tree_problems import KeyTwice, OddCharacter
from polc.claims.values import read_date, read_end, read_text, read_value
from polc.claims.vocabulary import Keys, Target, Vocabulary
from polc.plan import Plan
from polc.settlement import HeldIdentity, Person

NEVER = 10**7
"""An ordinal after every date."""
_NO_PLACE = Place("")


@frozen(eq=False, repr=False, slots=False)
class PeopleSetting:
    """A table of persons (`all`: whoever is not in it is unknown) or of identities alone, and what is read of it."""

    inputs: tuple[Input, ...]
    read: frozenset[str]
    number: frozenset[str]
    all: bool
    identities: bool
    warnings: tuple[Problem, ...] = ()


@frozen(eq=False, repr=False, slots=False)
class People:
    """The persons of a part: numbers, facts per person, identities with their periods (person, index into `names`,
    first and last day as ordinals), and what is wrong with persons, by index: the row and its problem first."""

    numbers: pa.Array
    facts: dict[str, Coded]
    names: tuple[str, ...]
    person: Ints
    name: Ints
    since: Ints
    until: Ints
    wrong: dict[int, tuple[int, int]]
    refused: tuple[tuple[int, int, str, tuple[Problem, ...]], ...]


def person_keys(words: Vocabulary) -> Keys:
    """The columns of a table of persons: those of the words, and the period of the identity."""
    own = {word: ("own", kind) for kind, names in (("since", SINCE), ("until", UNTIL)) for word in names}
    return evolve(words.person, folded={**words.person.folded, **own})


def people_setting(inputs: tuple[Input, ...], words: Vocabulary, *, all: bool, identities: bool) -> PeopleSetting:
    """What the columns of a table of persons mean. Raises `Problems`."""
    keys = person_keys(words)
    problems: list[Problem] = []
    warnings: dict[str, Problem] = {}
    read: dict[str, None] = {}
    numbers: set[str] = set()
    for entry in inputs:
        where = f"{entry.path}:1" if entry.format == "csv" else entry.path
        targets: dict[Target, str] = {}
        elsewhere: list[str] = []
        for column in entry.columns:
            odd, target = odd_character(column), keys.find(column)
            if odd:
                problems.append(OddCharacter(where=where, character=odd))
            elif target is None and get_close_matches(column, [*keys.exact, *keys.folded], n=1, cutoff=ALMOST):
                near = near_names(column, [*keys.exact, *keys.folded])
                problems.append(MisspeltColumn(where=where, column=shown(column), near=near))
            elif target is not None and not _wanted(target, identities):
                elsewhere.append(shown(column))
            elif target is None or not (all or target[0] == "own"):
                near = near_names(column, [*keys.exact, *keys.folded]) if column else ()
                warnings.setdefault(column, UnknownColumn(where=where, column=shown(column), near=near))
            elif target in targets:
                problems.append(KeyTwice(where=where, first=shown(targets[target]), second=shown(column)))
            else:
                targets[target] = column
                read[column] = None
                if target == NUMBER:
                    numbers.add(column)
        if elsewhere:
            warnings.setdefault("", IdentitiesElsewhere(where=where, columns="/".join(elsewhere)))
        for needed, name in ((NUMBER, "psn_no"), *([] if all else [(IDENTITIES, "psn_idet_type")])):
            if needed not in targets:
                problems.append(MissingColumn(where=where, column=name))
    if problems:
        raise Problems(problems)
    return PeopleSetting(inputs, frozenset(read), frozenset(numbers), all, identities, tuple(warnings.values()))


def _wanted(target: Target, identities: bool) -> bool:
    return identities or target not in (IDENTITIES, ("own", "since"), ("own", "until"))


def read_people(table: pa.Table, words: Vocabulary, setting: PeopleSetting) -> People:
    """The persons of a part of a table of persons."""
    keys = person_keys(words)
    count = table.num_rows
    columns: dict[Target, pa.Array] = {}
    for name in table.column_names:
        target = keys.find(name)
        if target is not None and name in setting.read:
            column = one(table.column(name))
            columns[target] = pc.coalesce(columns[target], column) if target in columns else column
    unusual = np.zeros(count, bool)
    number = texts(columns[NUMBER])
    unusual |= number.unusual | ~np.asarray(number.values.is_valid())
    nothing = Coded(np.full(count, -1, np.int32), [])
    held, since, until = nothing, nothing, nothing
    if IDENTITIES in columns:
        held, bad = coded(columns[IDENTITIES], lambda cell: _identity(cell, words.plan))
        unusual |= bad
        for word, convert in (("since", read_date), ("until", _end)):
            if ("own", word) in columns:
                read, bad = coded(columns["own", word], partial(convert, place=_NO_PLACE))
                unusual |= bad
                since, until = (read, until) if word == "since" else (since, read)
    facts: dict[str, Coded] = {}
    for target, column in columns.items():
        if target[0] == "fact":
            spec = words.facts[target[1]]
            facts[spec.name], bad = coded(
                column,
                partial(read_value, unit=spec.unit, choices=spec.codes, name=spec.name, place=_NO_PLACE),
            )
            unusual |= bad
    starts = _days(since, 0)
    ends = _days(until, NEVER)
    unusual |= ends < starts
    encoded = number.values.dictionary_encode()
    numbers = encoded.dictionary
    person = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    odd = set(person[unusual & (person >= 0)].tolist())
    for name, column in facts.items():
        odd |= _differing(person, column, len(numbers))
        facts[name] = _per_person(person, column, len(numbers))
    mine = np.flatnonzero((held.codes >= 0) & (person >= 0) & ~unusual)
    names = tuple(held.values)
    kept = [person[mine], held.codes[mine].astype(np.int64), starts[mine], ends[mine]]
    wrong: dict[int, tuple[int, int]] = {}
    refused: list[tuple[int, int, str, tuple[Problem, ...]]] = []
    files, rows = table.column(FILE).to_numpy(), table.column(ROW).to_numpy()
    for at in np.flatnonzero(unusual & (person < 0)).tolist():
        problems: list[Problem] = []
        _read_one(table, at, keys, words, setting, problems)
        refused.append((int(files[at]), int(rows[at]), "", tuple(problems)))
    added: list[tuple[int, HeldIdentity]] = []
    order = np.argsort(person, kind="stable")
    several = np.array(sorted(odd), np.int64)
    kept = [column[~np.isin(kept[0], several)] for column in kept]
    lows, highs = np.searchsorted(person[order], several), np.searchsorted(person[order], several, side="right")
    for index, low, high in zip(several.tolist(), lows.tolist(), highs.tolist(), strict=True):
        entries: list[tuple[int, Person, list[Problem]]] = []
        places = order[low:high].tolist()
        for at in places:
            problems = []
            read_one = _read_one(table, at, keys, words, setting, problems)
            entries.append((int(rows[at]), read_one, problems))
        add_contradictions(entries, setting.inputs[files[places[0]]].path)
        bad_at = next((at for at, (_, _, found) in zip(places, entries, strict=True) if found), None)
        if bad_at is None:
            added += [(index, identity) for _, read_one, _ in entries for identity in read_one.identities]
            for name, fact in facts.items():
                fact.set(index, next((p.facts[name] for _, p, _ in entries if name in p.facts), None))
            continue
        wrong[index] = int(files[bad_at]), int(rows[bad_at])
        text = numbers[index].as_py()
        for at, (_, _, found) in zip(places, entries, strict=True):
            where = f"{setting.inputs[files[at]].path}:{rows[at]}"
            other = PersonRefused(where=where, person=shown(text), row=int(rows[bad_at]))
            refused.append((int(files[at]), int(rows[at]), text, tuple(found) or (other,)))
    known = {name: at for at, name in enumerate(names)}
    more = np.array([_numbers(index, identity, known) for index, identity in added], np.int64).reshape(-1, 4)
    kept = [np.append(column, values) for column, values in zip(kept, more.T, strict=True)]
    order = np.argsort(kept[0], kind="stable")
    person_, name_, since_, until_ = (column[order].astype(np.int64) for column in kept)
    return People(numbers, facts, tuple(known), person_, name_, since_, until_, wrong, tuple(sorted(refused)))


def _numbers(index: int, held: HeldIdentity, known: dict[str, int]) -> tuple[int, int, int, int]:
    since = held.since.toordinal() if held.since else 0
    until = held.until.toordinal() if held.until else NEVER
    return index, known.setdefault(held.name, len(known)), since, until


def _identity(cell: Any, plan: Plan) -> Any:
    text = read_text(cell, _NO_PLACE)
    return text if isinstance(text, Problem) else known_identity(text, plan, _NO_PLACE)


def _end(cell: Any, place: Place) -> Any:
    end = read_end(cell, place)
    return datetime.date.max if end is None else end


def _days(column: Coded, otherwise: int) -> Ints:
    table = [value.toordinal() for value in column.values]
    return np.array([*table, otherwise], np.int64)[column.codes]


def _differing(person: Ints, column: Coded, count: int) -> set[int]:
    """The persons whose rows give different values for a fact."""
    given = (column.codes >= 0) & (person >= 0)
    low, high = np.full(count, 2**31 - 1, np.int64), np.full(count, -1, np.int64)
    np.minimum.at(low, person[given], column.codes[given])
    np.maximum.at(high, person[given], column.codes[given])
    return set(np.flatnonzero((high >= 0) & (low != high)).tolist())


def _per_person(person: Ints, column: Coded, count: int) -> Coded:
    given = (column.codes >= 0) & (person >= 0)
    codes = np.full(count, -1, np.int32)
    codes[person[given]] = column.codes[given]
    return Coded(codes, column.values)


def _read_one(
    table: pa.Table, at: int, keys: Keys, words: Vocabulary, setting: PeopleSetting, problems: list[Problem]
) -> Person:
    """One row as a table of persons is read; problems are added to `problems`."""
    entry = setting.inputs[table.column(FILE)[at].as_py()]
    place = Place(f"{entry.path}:{table.column(ROW)[at].as_py()}")
    given: dict[str, object] = {}
    apart: dict[str, object] = {}
    number_cell: object = None
    key = ""
    for name in entry.columns:
        if name not in setting.read:
            continue
        cell = table.column(name)[at].as_py()
        cell = cell.strip() if isinstance(cell, str) else cell
        odd = isinstance(cell, str) and odd_character(cell)
        if odd:
            problems.append(OddCharacter(where=str(place.at(name)), character=odd))
        if cell is None or cell == "":
            continue
        target = keys.find(name)
        if target in (IDENTITIES, ("own", "since"), ("own", "until")):
            assert target is not None
            apart[target[1]], key = cell, name if target == IDENTITIES else key
        else:
            given[name] = cell
            number_cell = cell if target == NUMBER else number_cell
    if problems:
        return Person("")
    number = read_text(number_cell, place)
    if isinstance(number, Problem):
        problems.append(MissingColumn(where=str(place), column="psn_no"))
        return Person("")
    place = evolve(place, part=number)
    held: HeldIdentity | None = None
    if apart.get("identities") is not None:
        held = held_identity(
            apart["identities"], apart.get("since"), apart.get("until"), words.plan, place.at(key), problems
        )
    person = read_person(given, words, place, problems)
    return Person(number, (held,) if held else (), person.facts)


# ---------------------------------------------------------------- joining


def join_people(rows: Rows, people: People, setting: PeopleSetting) -> int:
    """Gives rows what a table says of their persons; persons who are not in it, or were refused there, have their rows
    refused. How many rows are of persons with identities of which none is held on the day."""
    at = pc.index_in(rows.own["number"], value_set=people.numbers)
    index = at.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    index[~np.asarray(rows.own["number"].is_valid())] = -1
    for name, column in people.facts.items():
        codes = np.append(column.codes, -1)[index].astype(np.int32)
        rows.facts["person", name] = Coded(codes, column.values)
    wrong = np.zeros(len(people.numbers) + 1, bool)
    wrong[list(people.wrong)] = True
    unknown = (index < 0) if setting.all else np.zeros(len(rows), bool)
    mine = np.flatnonzero((unknown | wrong[index]) & np.asarray(rows.own["number"].is_valid())).astype(np.int64)
    mine = mine[~rows.problems.mask(len(rows))[mine]]
    first = np.zeros(len(people.numbers) + 1, np.int64)
    for person, (_, row) in people.wrong.items():
        first[person] = row
    for kind, some in ((UnknownPerson, mine[index[mine] < 0]), (PersonRefused, mine[index[mine] >= 0])):
        each = {"person": shown_texts(rows.own["number"].take(pa.array(some)))}
        if kind is PersonRefused:
            each["row"] = pa.array(first[index[some]])
        rows.problems.add(Alike(kind, some, rows.places(some), each))
    return _hold(rows, people, index) if setting.identities else 0


def _hold(rows: Rows, people: People, index: Ints) -> int:
    """Puts the identities held on the day of each row into `rows.identities`."""
    count = len(rows)
    places = np.arange(len(people.numbers) + 1)
    first = np.searchsorted(people.person, places)
    many = np.append(np.diff(first), 0)  # the last one is nobody
    first = np.append(first[:-1], 0)
    repeats = many[index]
    listed = repeats > 0
    row = np.repeat(np.arange(count), repeats)
    if not len(row):
        return 0
    begins = np.cumsum(repeats) - repeats
    identity = np.arange(len(row)) - np.repeat(begins, repeats) + np.repeat(first[index], repeats)
    day = rows.day[row]
    held = (people.since[identity] <= day) & (day <= people.until[identity])
    names = people.name[identity]
    order = [name for spec in rows.words[0].plan.identities for name in (spec.name, *spec.includes)]
    rank = {name: at for at, name in enumerate(dict.fromkeys((*order, *people.names)))}
    sets: dict[frozenset[int], int] = {frozenset(): -1}
    codes = np.full(count, -1, np.int32)
    values: list[tuple[str, ...]] = []

    def code(chosen: frozenset[int]) -> int:
        if chosen not in sets:
            sets[chosen] = len(values)
            values.append(tuple(sorted((people.names[at] for at in chosen), key=lambda name: rank[name])))
        return sets[chosen]

    starts = begins[listed]
    if len(people.names) <= 62:
        bits = np.where(held, np.int64(1) << names, np.int64(0))
        masks = np.bitwise_or.reduceat(bits, starts)
        unique, inverse = np.unique(masks, return_inverse=True)
        table = [code(frozenset(at for at in range(62) if mask >> at & 1)) for mask in unique.tolist()]
        codes[listed] = np.array(table, np.int32)[inverse]
    else:
        ends = np.append(starts[1:], len(row))
        for place, low, high in zip(np.flatnonzero(listed).tolist(), starts.tolist(), ends.tolist(), strict=True):
            codes[place] = code(frozenset(names[low:high][held[low:high]].tolist()))
    rows.identities = Coded(codes, values)
    return int((listed & (codes < 0)).sum())


def people_lines(people: People, setting: PeopleSetting) -> Iterator[tuple[str, int, str, tuple[Problem, ...]]]:
    """The refused rows of a table of persons: file, row, person, problems."""
    for file, row, number, problems in people.refused:
        yield setting.inputs[file].path, row, number, problems
