"""Persons as they stand on a day, without any claim: `OnTheDay`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from pol_lang.problem import Problems
from polc import plan as p
from polc.batch.fact_columns import Ints, Mask
from polc.batch.part_columns import no_rows
from polc.batch.parts import Part
from polc.batch.people import People, PeopleSetting, read_people
from polc.batch.rows import Rows
from polc.claims.vocabulary import Vocabulary
from polc.impact.by_person import MANY_NAMES, Persons
from polc.impact.kinds import codes_of, facts_of, kinds
from polc.impact.sums import Sums
from polc.population.surroundings import amount_of, of_person, try_guards
from polc.population.targets import counted
from polc.settlement import HeldIdentity, Person


@frozen(eq=False, repr=False, slots=False)
class _Known:
    """Persons of whom the same is known: whose place it is (into `numbers`), and somebody like that."""

    numbers: pa.Array
    kind: Ints
    persons: list[Person]


class OnTheDay:
    """The persons of a part: those of the table of persons, with claims or without, else those of the claims as they
    are at their last one."""

    def __init__(self, people: Mapping[str, PeopleSetting], words: Vocabulary) -> None:
        self._people, self._words = people, words

    def look(
        self, plan: p.Plan, rows: Rows, persons: Persons, part: Part, watched: Sequence[p.Alert],
        targets: Sequence[p.Target], day: datetime.date | None, raised: dict[str, Mask], sums: Sums,
    ) -> None:  # fmt: skip
        """Which alerts are raised for each of `persons`, and what everybody adds to targets that count persons."""
        date = day or plan.as_of
        exprs: list[p.Expr | None] = [x for target in targets for x in (target.persons, target.among)]
        for alert in watched:
            exprs += [*(guard.condition for guard in alert.guards), alert.watch, alert.above]
        facts = {name for of, name in facts_of(exprs) if of == "person"}
        known = self._listed(part, facts, date) if "persons" in self._people else _of_claims(rows, persons, facts)
        counts = np.bincount(known.kind, minlength=len(known.persons)).tolist()
        for target in targets:
            top = bottom = 0
            for count, person in zip(counts, known.persons, strict=True):
                try:
                    counts_as = counted(target, plan, person, date)
                except Problems:  # a fact is missing: counted neither above nor below
                    continue
                if counts_as is not None:
                    top, bottom = top + count * counts_as, bottom + count
            mine = sums.setdefault(target.name, {"top": {}, "bottom": {}})
            mine["top"]["1"], mine["bottom"]["1"] = top, bottom
        if not watched or not len(persons):
            return
        at = np.asarray(pc.index_in(persons.numbers, value_set=known.numbers).fill_null(-1))
        kind = np.append(known.kind, -1)[at]
        for alert in watched:
            held = [_raises(alert, plan, person, date) for person in known.persons]
            found = np.array([*held, False], bool)[kind]
            raised[alert.name] = raised.get(alert.name, np.zeros(len(persons), bool)) | found

    def _listed(self, part: Part, facts: set[str], date: datetime.date) -> _Known:
        setting = self._people["persons"]
        side = part.sides.get("persons")
        people = read_people(side if side is not None else no_rows(setting.read), self._words, setting)
        count = len(people.numbers)
        names: dict[str, int] = {}
        sources = [source for source in (people, self._identities(part)) if source is not None]
        for source in sources:
            for name in source.names:
                names.setdefault(name, len(names))
        held: npt.NDArray[Any] = np.zeros(count, np.int64 if len(names) <= MANY_NAMES else object)
        for source in sources:
            _hold(people.numbers, source, date.toordinal(), names, held)
        fine = np.ones(count, bool)
        fine[list(people.wrong)] = False
        chosen = np.flatnonzero(fine)
        columns = {name: column for name, column in people.facts.items() if name in facts}
        sets, codes = np.unique(held, return_inverse=True)
        first, kind = kinds([codes.astype(np.int64)[chosen], *(c.codes[chosen] for c in columns.values())], len(chosen))
        persons = []
        for at in chosen[first].tolist():
            bits = int(sets[codes[at]])
            mine = tuple(HeldIdentity(name) for name, bit in names.items() if bits >> bit & 1)
            given = {name: value for name, column in columns.items() if (value := column.get(at)) is not None}
            persons.append(Person(people.numbers[at].as_py(), mine, given))
        return _Known(people.numbers.take(pa.array(chosen)), kind, persons)

    def _identities(self, part: Part) -> People | None:
        setting, side = self._people.get("identities"), part.sides.get("identities")
        return None if setting is None or side is None else read_people(side, self._words, setting)


def _hold(numbers: pa.Array, source: People, day: int, names: dict[str, int], held: npt.NDArray[Any]) -> None:
    """Adds the identities of a table that are held on a day, as bits, by place of the person."""
    at = np.asarray(pc.index_in(source.numbers, value_set=numbers).fill_null(-1))
    person = at[source.person]
    mine = np.flatnonzero((source.since <= day) & (source.until >= day) & (person >= 0))
    bits = np.array([1 << names[name] for name in source.names] or [0], held.dtype)
    np.bitwise_or.at(held, person[mine], bits[source.name[mine]])


def _of_claims(rows: Rows, persons: Persons, facts: set[str]) -> _Known:
    last = persons.rows[persons.starts + persons.claims - 1] if len(persons) else persons.rows
    columns = [
        codes_of(column)[last] for (of, name), column in sorted(rows.facts.items()) if of == "person" and name in facts
    ]
    first, kind = kinds([rows.identities.codes[last], *columns], len(last))
    return _Known(persons.numbers, kind, [rows.person(int(last[at])) for at in first])


def _raises(alert: p.Alert, plan: p.Plan, person: Person, date: datetime.date) -> bool:
    env = of_person(plan, person, date)
    try:
        if not all(step.held for step in try_guards(alert.guards, env)):
            return False
        return amount_of(alert.watch, env, alert.name) > amount_of(alert.above, env, alert.name)
    except Problems:
        return False
