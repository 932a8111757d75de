"""What two plans come to over the same claims: the budget by payer, who gains, who loses, and by how much. `impact`.

Every claim is settled under both plans as if both were in force on its day, with the values of the day the plans are
compared as of. A claim that one of the plans refuses is left out of both and enters no accumulator, so that what is
compared is alike. Amounts are fen, to the fen as the interpreter settles them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import evolve

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.claims.persons import holds_on
from polc.claims.tables import UnknownColumn
from polc.fast.run import FastSettler
from polc.impact.aims import Aims, Alerts, Settled, target_lines
from polc.impact.people import File, Read, Visit, read_people
from polc.impact.problems import gathered
from polc.impact.result import Impact, PersonChange, RefusedBoth
from polc.impact.sums import Budget, Budgets, deciles, groups, payers, sizes, tally
from polc.settlement import State

Side = Mapping[int, Settled]
"""The claims of a person by row, as one plan settles them."""


def impact(
    old: p.Plan,
    new: p.Plan,
    claims: File,
    persons: File | None = None,
    encoding: str = "utf-8-sig",
    above: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Impact:
    """Both plans over a table of claims. Persons who bear more than `above` (fen) are counted apart; `progress` is told
    how many persons of how many are done. Raises `Problems` where a table cannot be read at all."""
    plans = old, new
    in_force = tuple(_always_in_force(plan) for plan in plans)
    reads = tuple(read_people(plan, claims, persons, encoding) for plan in in_force)
    settlers = tuple(FastSettler(plan) for plan in in_force)
    day = _last_day(reads) or new.as_of
    aims = tuple(Aims(settler, day) for settler in settlers)
    refused = _Refusals()
    for side, read in enumerate(reads):
        for person in read.persons:
            aims[side].person(person)
        for file, entry in read.refused:
            refused.add(side, file, entry.row, entry.person, entry.claim, entry.problems)
    by_person: dict[str, list[int]] = {}
    both = [row for row in reads[0].visits if row in reads[1].visits and (claims.name, row) not in refused.entries]
    for row in both:
        by_person.setdefault(_number(reads[1].visits[row], row), []).append(row)
    budgets, alerts = Budgets(), Alerts(plans, above)
    changes: list[PersonChange] = []
    settled = 0
    for count, (number, rows) in enumerate(by_person.items()):
        if progress:
            progress(count, len(by_person))
        done = _person(settlers, reads, number, rows, claims.name, refused)
        if not done[0]:
            continue
        settled += len(done[0])
        raised = tuple(aim.claims(tuple(side.values())) for aim, side in zip(aims, done, strict=True))
        change = _change(number, done)
        budgets.add(change.identities, _borne(settlers, done))
        alerts.add((raised[0], raised[1]), (change.old, change.new))
        changes.append(change)
    if progress:
        progress(len(by_person), len(by_person))
    return Impact(
        claims.name,
        reads[1].rows,
        settled,
        payers(plans, budgets.all),
        tuple(changes),
        tally(changes),
        groups(changes, plans, budgets.groups),
        deciles(changes),
        sizes(changes),
        alerts.lines(),
        target_lines(plans, aims),
        refused.listed(claims.name),
        _warnings(reads),
    )


def _always_in_force(plan: p.Plan) -> p.Plan:
    """The plan without the days between which its documents hold: what it would pay, not whether it does yet."""
    documents = tuple(evolve(d, in_force=None, until=None, applied_back=None) for d in plan.documents)
    return evolve(plan, documents=documents)


def _number(visit: Visit, row: int) -> str:
    return visit.person.id or f"#{row}"


class _Refusals:
    """Refused rows with the reasons of either plan."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, int], tuple[str, str, list[Problem], list[Problem]]] = {}

    def add(self, side: int, file: str, row: int, person: str, claim: str, problems: Iterable[Problem]) -> None:
        entry = self.entries.setdefault((file, row), (person, claim, [], []))
        (entry[3] if side else entry[2]).extend(problems)

    def listed(self, claims: str) -> tuple[RefusedBoth, ...]:
        found = (
            RefusedBoth(file, row, person, claim, tuple(old), tuple(new))
            for (file, row), (person, claim, old, new) in self.entries.items()
        )
        return tuple(sorted(found, key=lambda entry: (entry.file == claims, entry.row)))


def _person(
    settlers: Sequence[FastSettler],
    reads: Sequence[Read],
    number: str,
    rows: Sequence[int],
    file: str,
    refused: _Refusals,
) -> tuple[Side, Side]:
    """A person's claims by row under both plans, each in the order of its dates. What one refuses neither settles: the
    year is gone through again without it."""
    left = set(rows)
    while True:
        results: list[Side] = []
        wrong: set[int] = set()
        for side, (settler, read) in enumerate(zip(settlers, reads, strict=True)):
            done: dict[int, Settled] = {}
            state = State()
            for visit in sorted((read.visits[row] for row in left), key=lambda visit: (visit.claim.date, visit.row)):
                try:
                    one = settler.settle(visit.person, (visit.claim,), state)
                except Problems as error:
                    wrong.add(visit.row)
                    refused.add(side, file, visit.row, number, visit.claim.id, error.problems)
                    continue
                done[visit.row] = Settled(visit.person, visit.claim, one.claims[0], state, one.state)
                state = one.state
            results.append(done)
        if not wrong:
            return results[0], results[1]
        left -= wrong


def _borne(settlers: Sequence[FastSettler], done: tuple[Side, Side]) -> Budget:
    """What each bearer bears of a person's claims."""
    sums: Budget = ({}, {})
    for mine, settler, side in zip(sums, settlers, done, strict=True):
        for one in side.values():
            for (field, _), amount in zip(settler.bearers, one.result.bearers, strict=True):
                mine[field] = mine.get(field, 0) + amount
    return sums


def _change(number: str, done: tuple[Side, Side]) -> PersonChange:
    held: dict[str, None] = {}
    for side in reversed(done):
        for one in side.values():
            held.update((h.name, None) for h in one.person.identities if holds_on(h, one.claim.date))
    old, new = (sum(one.result.bearers[-1] for one in side.values()) for side in done)
    cost = sum(one.claim.parts["total"] for one in done[1].values())
    return PersonChange(number, tuple(held), len(done[1]), cost, old, new)


def _last_day(reads: Sequence[Read]) -> datetime.date | None:
    """The last day of any claim: persons are looked at as they are then."""
    return max((visit.claim.date for read in reads for visit in read.visits.values()), default=None)


def _warnings(reads: Sequence[Read]) -> tuple[Problem, ...]:
    """What both plans warn of in the same words, and what one warns of that is not a column the other reads."""
    told = [{(w.where, w.message("en")): w for w in read.warnings} for read in reads]
    found: list[Problem] = [w for key, w in told[0].items() if not isinstance(w, UnknownColumn) or key in told[1]]
    found += [w for key, w in told[1].items() if key not in told[0] and not isinstance(w, UnknownColumn)]
    return gathered(found)
