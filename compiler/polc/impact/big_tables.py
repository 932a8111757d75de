"""Claims of any number, from CSV or Parquet in any order, piece by piece: `big_claims`. Needs the extra `polc[batch]`.

The tables are read as `polc settle` reads them, once for each plan: what a column means, and which rows are refused, is
the plan's to say. Rows are put together by person first, in files of a folder that is only there for the while.
"""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
from attrs import evolve, frozen

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.batch.chunks import Ragged
from polc.batch.names import Names
from polc.batch.options import Options
from polc.batch.parts import NotSorted, Part, ascending, persons_of, sorted_parts, with_places
from polc.batch.people import People, read_people
from polc.batch.policies import Policies, read_by_policy, single
from polc.batch.problems import NoIdentities
from polc.batch.read_rows import FILE, ROW, coded, no_rows
from polc.batch.reversals import match_reversals
from polc.batch.run import Opened, open_tables
from polc.batch.sources import Side
from polc.batch.spill import files_for, spill, spilled
from polc.batch.texts import one
from polc.batch.work import Work
from polc.claims.case import RefusedRow
from polc.claims.place import Place as Where
from polc.claims.place import shown
from polc.claims.read_case import DuplicateClaim
from polc.claims.tables import RowWidth
from polc.claims.values import read_date
from polc.impact.impact import Claims
from polc.impact.people import PersonsNeeded, Place, Read, Visit
from polc.impact.problems import OutsidePeriods
from polc.settlement import HeldIdentity, Person

_SIDES = (0, 1)


@frozen(eq=False, repr=False, slots=False)
class _Tables:
    """The tables as both plans read them, and the folder of the while."""

    name: str
    policies: tuple[Policies, Policies]
    opened: tuple[Opened, Opened]
    options: Options
    work: Work

    @property
    def claims(self) -> Side:
        """The claims, with the columns that one of the plans reads."""
        read = frozenset().union(*(opened.setting.headers.read for opened in self.opened))
        new = self.opened[1]
        return Side(new.tables["claims"], read, new.numbers, self.options.renaming, False)

    @property
    def sides(self) -> dict[str, Side]:
        """The tables of persons and identities, likewise."""
        return {
            name: Side(
                people.inputs, people.read | self.opened[0].people[name].read, tuple(sorted(people.number)),
                self.options.renaming, True,
            )
            for name, people in self.opened[1].people.items()
        }  # fmt: skip


@contextmanager
def big_claims(old: p.Plan, new: p.Plan, claims: str, options: Options) -> Iterator[Claims]:
    """The claims of a file or folder. Raises `Problems` where a table cannot be read at all, `OSError` where the system
    refuses something."""
    policies = single(old.name, old, lambda _: old), single(new.name, new, lambda _: new)
    opened = open_tables(policies[0], claims, options), open_tables(policies[1], claims, options)
    if any(isinstance(warning, NoIdentities) for side in opened for warning in side.warnings):
        raise Problems([PersonsNeeded(where=claims)])
    with tempfile.TemporaryDirectory(prefix="polc-") as folder:
        tables = _Tables(claims, policies, opened, options, Work(Path(folder), False))
        seen = _Seen(tables)
        parts = _parts(tables, seen)
        twice = seen.names.twice(opened[1].tables["claims"])
        yield Claims(claims, tables.claims.about_rows, seen.last or new.as_of, _pieces(tables, parts, twice))


class _Seen:
    """What has to be known of all rows before the first is settled: their names, and the last day."""

    def __init__(self, tables: _Tables) -> None:
        self.names = Names(tables.work.path("names"))
        self.last: datetime.date | None = None
        self._words = tables.policies[1].entries[0].words
        by = tables.policies[1].entries[0].plan.year.by
        self._dates = [c for c in tables.claims.read if self._words.claim.find(c) == ("fact", by)]

    def add(self, piece: int, table: pa.Table) -> None:
        """More rows."""
        self.names.add(f"{piece:06}", table, self._words)
        for name in self._dates:
            if name in table.column_names:
                found, _ = coded(one(table.column(name)), lambda cell: read_date(cell, Where("")))
                days = [day for day in found.values if isinstance(day, datetime.date)]
                self.last = max([*days, *([self.last] if self.last else [])], default=None)


def _parts(tables: _Tables, seen: _Seen) -> Callable[[], Iterator[Part]]:
    """Parts with whole persons: as the rows stand where they stand by person and nothing stands beside them."""
    claims, sides = tables.claims, tables.sides
    if not sides:
        try:
            for at, chunk in enumerate(_in_order(tables)):
                seen.add(at, chunk)
        except NotSorted:
            tables.work.drop("names")
            seen.names = Names(tables.work.path("names"))
        else:
            return lambda: sorted_parts(claims.chunks(), claims.numbers, tables.options.part_rows)
    count = files_for(claims.about_rows, tables.options.part_rows)
    spill(claims.chunks(), claims.numbers, count, tables.work, "spill", 0, seen.add)
    for name, side in sides.items():
        spill(side.chunks(), side.numbers, count, tables.work, f"side-{name}")
    return lambda: _spilled(tables, count)


def _in_order(tables: _Tables) -> Iterator[pa.Table]:
    """The rows with their places; raises `NotSorted` where they do not stand by person."""
    last: object = None
    for chunk in tables.claims.chunks():
        table = with_places(chunk)
        if table.num_rows:
            persons = persons_of(table, tables.claims.numbers)
            if not ascending(persons) or (last is not None and persons[0].as_py() < last):
                raise NotSorted
            last = persons[-1].as_py()
        yield table


def _spilled(tables: _Tables, count: int) -> Iterator[Part]:
    told = tables.work.read("spill/done.json")
    ragged = tuple((file, Ragged(row, tuple(cells), tuple(names))) for file, row, cells, names in told["ragged"])
    for at in range(count):
        table = spilled(tables.work, "spill", at)
        sides = {name: spilled(tables.work, f"side-{name}", at) for name in tables.opened[1].people}
        if table is not None or any(side is not None for side in sides.values()) or at == 0:
            yield Part(
                at, table if table is not None else no_rows(tables.claims.read), ragged if at == 0 else (), sides
            )


def _pieces(
    tables: _Tables, parts: Callable[[], Iterator[Part]], twice: Mapping[tuple[int, int], str]
) -> Iterator[tuple[Read, Read]]:
    first = True
    for part in parts():
        if not part.table.num_rows:
            part = evolve(part, table=no_rows(tables.claims.read))
        old, new = (_read(tables, side, part, twice, first) for side in _SIDES)
        first = False
        yield old, new


def _read(tables: _Tables, side: int, part: Part, twice: Mapping[tuple[int, int], str], first: bool) -> Read:
    """A part as one of the plans reads it."""
    opened, policies = tables.opened[side], tables.policies[side]
    rows, outside, lines = read_by_policy(part.table, policies, opened.setting, opened.people, part.sides)
    duplicates = _duplicates(part.table, twice)
    for at in duplicates:
        problem = DuplicateClaim(where=str(rows.where(at)), id=shown(rows.name(at)))
        rows.problems[at] = (*rows.problems.get(at, ()), problem)
    pairs, _ = match_reversals(rows, duplicates)
    gone = {*pairs, *pairs.values()}
    visits: dict[Place, Visit] = {}
    refused = [(path, RefusedRow(row, number, "", problems)) for path, row, number, problems in lines]
    for at in range(len(rows)):
        file, row = opened.setting.inputs[rows.file[at]].path, int(rows.row[at])
        if at in rows.problems:
            refused.append((file, RefusedRow(row, rows.text("number", at) or "", rows.name(at), rows.problems[at])))
        elif at not in gone:
            visits[file, row] = Visit(file, row, rows.person(at), rows.claim(at))
    for file_number, ragged in part.ragged:
        path = opened.setting.inputs[file_number].path
        width = RowWidth(where=f"{path}:{ragged.row}", cells=len(ragged.cells), columns=len(ragged.columns))
        refused.append((path, RefusedRow(ragged.row, "", "", (width,))))
    warnings: list[Problem] = list(opened.warnings) if first else []
    if outside:
        warnings.append(OutsidePeriods(where=tables.name, count=outside))
    persons = _persons(opened, policies, part, visits)
    return Read(persons, visits, tuple(refused), len(rows) - len(gone) + len(part.ragged), tuple(warnings))


def _duplicates(table: pa.Table, twice: Mapping[tuple[int, int], str]) -> Mapping[int, str]:
    """The rows of a part whose name was used before, with the place that did."""
    if not twice:
        return {}
    files, numbers = table.column(FILE).to_numpy(), table.column(ROW).to_numpy()
    suspects = np.flatnonzero(np.isin(numbers, np.array([row for _, row in twice], np.int64)))
    found = ((int(at), twice.get((int(files[at]), int(numbers[at])))) for at in suspects)
    return {at: place for at, place in found if place is not None}


def _persons(opened: Opened, policies: Policies, part: Part, visits: Mapping[Place, Visit]) -> tuple[Person, ...]:
    """The persons of a part: those of the table of persons, with claims or without, else those of the claims."""
    setting, words = opened.people.get("persons"), policies.entries[0].words
    if all(target.ratio is not None for target in words.plan.targets):
        return ()  # nobody asks
    if setting is None:
        return tuple({visit.person.id: visit.person for visit in visits.values()}.values())
    side = part.sides.get("persons")
    people = read_people(side if side is not None else no_rows(setting.read), words, setting)
    held: dict[int, list[HeldIdentity]] = {}
    for source in (people, _identities(opened, policies, part)):
        _hold(people, source, held)
    return tuple(
        Person(
            number, tuple(held.get(at, ())),
            {name: value for name, column in people.facts.items() if (value := column.get(at)) is not None},
        )
        for at, number in enumerate(people.numbers.to_pylist()) if at not in people.wrong
    )  # fmt: skip


def _identities(opened: Opened, policies: Policies, part: Part) -> People | None:
    setting, side = opened.people.get("identities"), part.sides.get("identities")
    return None if setting is None or side is None else read_people(side, policies.entries[0].words, setting)


def _hold(people: People, source: People | None, held: dict[int, list[HeldIdentity]]) -> None:
    """Adds the identities of a table with their periods, by place of the person."""
    if source is None:
        return
    places = {number: at for at, number in enumerate(people.numbers.to_pylist())}
    numbers: Sequence[str] = source.numbers.to_pylist()
    for person, name, since, until in zip(source.person, source.name, source.since, source.until, strict=True):
        at = places.get(numbers[person])
        if at is not None:
            held.setdefault(at, []).append(HeldIdentity(source.names[name], _day(since), _day(until)))


def _day(ordinal: int) -> datetime.date | None:
    return datetime.date.fromordinal(int(ordinal)) if 0 < ordinal <= datetime.date.max.toordinal() else None
