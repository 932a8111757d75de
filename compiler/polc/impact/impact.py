"""What two plans come to over the same claims: the budget by payer, who gains, who loses, and by how much. `impact`.

Every claim is settled under both plans as if both were in force on its day, with the values of the day the plans are
compared as of. A claim that one of the plans refuses is left out of both and enters no accumulator, so that what is
compared is alike. Amounts are fen, to the fen as the interpreter settles them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import evolve, frozen

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.claims.persons import holds_on
from polc.claims.tables import UnknownColumn
from polc.fast.run import FastSettler
from polc.impact.aims import Aims, Alerts, Settled, target_lines
from polc.impact.people import File, Place, Read, read_people
from polc.impact.problems import gathered
from polc.impact.result import Impact, PersonChange, RefusedBoth
from polc.impact.sums import Budget, Meter
from polc.settlement import State

Side = Mapping[Place, Settled]
"""The claims of a person by place, as one plan settles them."""


@frozen(eq=False, repr=False, slots=False)
class Claims:
    """Claims to be compared over: what they are called, about how many rows there are, the day on which persons are
    looked at, and pieces with the whole of their persons, each as the old and the new plan read it."""

    name: str
    rows: int
    day: datetime.date
    pieces: Iterable[tuple[Read, Read]]


def impact(
    old: p.Plan,
    new: p.Plan,
    claims: File,
    persons: File | None = None,
    encoding: str = "utf-8",
    above: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Impact:
    """Both plans over a table of claims; see `measure`. Raises `Problems` where a table cannot be read at all."""
    return measure(old, new, small_claims(old, new, claims, persons, encoding), above, progress)


def small_claims(
    old: p.Plan, new: p.Plan, claims: File, persons: File | None = None, encoding: str = "utf-8"
) -> Claims:
    """The claims of a CSV table that is read whole. Raises `Problems` where it cannot be read at all."""
    encoding = {"utf-8": "utf-8-sig"}.get(encoding, encoding)
    reads = tuple(read_people(plan, claims, persons, encoding) for plan in (old, new))
    day = max((visit.claim.date for read in reads for visit in read.visits.values()), default=new.as_of)
    return Claims(claims.name, reads[1].rows, day, [(reads[0], reads[1])])


def measure(
    old: p.Plan, new: p.Plan, claims: Claims, above: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Impact:  # fmt: skip
    """Both plans over claims. Persons who bear more than `above` (fen) are counted apart; `progress` is told how many
    claims of about how many are done."""
    plans = old, new
    settlers = tuple(FastSettler(_always_in_force(plan)) for plan in plans)
    aims = tuple(Aims(settler, claims.day) for settler in settlers)
    refused, meter, alerts = _Refusals(), Meter(plans), Alerts(plans, above)
    warnings: list[Problem] = []
    rows = settled = 0
    for reads in claims.pieces:
        for side, read in enumerate(reads):
            for person in read.persons:
                aims[side].person(person)
            for file, entry in read.refused:
                refused.add(side, (file, entry.row), entry.person, entry.claim, entry.problems)
        warnings += _warnings(reads)
        by_person: dict[str, list[Place]] = {}
        for place, visit in reads[1].visits.items():
            if place in reads[0].visits and place not in refused.entries:
                by_person.setdefault(visit.person.id or f"#{visit.row}", []).append(place)
        for number, places in by_person.items():
            done = _person(settlers, reads, number, places, refused)
            if done[0]:
                settled += len(done[0])
                raised = tuple(aim.claims(tuple(side.values())) for aim, side in zip(aims, done, strict=True))
                change = _change(number, done)
                meter.add(change, _borne(settlers, done))
                alerts.add((raised[0], raised[1]), (change.old, change.new))
            if progress:
                progress(settled, max(claims.rows, settled))
        rows += reads[1].rows
    return Impact(
        claims.name, rows, settled, meter.cost, meter.payers, meter.all, meter.groups, meter.deciles, meter.sizes,
        meter.most, alerts.lines(), target_lines(plans, aims), refused.listed(claims.name), gathered(warnings),
    )  # fmt: skip


def _always_in_force(plan: p.Plan) -> p.Plan:
    """The plan without the days between which its documents hold: what it would pay, not whether it does yet."""
    documents = tuple(evolve(d, in_force=None, until=None, applied_back=None) for d in plan.documents)
    return evolve(plan, documents=documents)


class _Refusals:
    """Refused rows with the reasons of either plan."""

    def __init__(self) -> None:
        self.entries: dict[Place, tuple[str, str, list[Problem], list[Problem]]] = {}

    def add(self, side: int, place: Place, person: str, claim: str, problems: Iterable[Problem]) -> None:
        entry = self.entries.setdefault(place, (person, claim, [], []))
        (entry[3] if side else entry[2]).extend(problems)

    def listed(self, claims: str) -> tuple[RefusedBoth, ...]:
        """By place, those of persons before those of claims (a file or a folder)."""
        found = (
            RefusedBoth(file, row, person, claim, tuple(old), tuple(new))
            for (file, row), (person, claim, old, new) in self.entries.items()
        )
        return tuple(sorted(found, key=lambda entry: (entry.file.startswith(claims), entry.file, entry.row)))


def _person(
    settlers: Sequence[FastSettler],
    reads: Sequence[Read],
    number: str,
    places: Sequence[Place],
    refused: _Refusals,
) -> tuple[Side, Side]:
    """A person's claims by place under both plans, each in the order of its dates. What one refuses neither settles:
    the year is gone through again without it."""
    left = set(places)
    while True:
        results: list[Side] = []
        wrong: set[Place] = set()
        for side, (settler, read) in enumerate(zip(settlers, reads, strict=True)):
            done: dict[Place, Settled] = {}
            state = State()
            visits = ((place, read.visits[place]) for place in left)
            for place, visit in sorted(visits, key=lambda found: (found[1].claim.date, found[0])):
                try:
                    one = settler.settle(visit.person, (visit.claim,), state)
                except Problems as error:
                    wrong.add(place)
                    refused.add(side, place, number, visit.claim.id, error.problems)
                    continue
                done[place] = Settled(visit.person, visit.claim, one.claims[0], state, one.state)
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


def _warnings(reads: Sequence[Read]) -> tuple[Problem, ...]:
    """What both plans warn of in the same words, and what one warns of that is not a column the other reads."""
    told = [{(w.where, w.message("en")): w for w in read.warnings} for read in reads]
    found: list[Problem] = [w for key, w in told[0].items() if not isinstance(w, UnknownColumn) or key in told[1]]
    found += [w for key, w in told[1].items() if key not in told[0] and not isinstance(w, UnknownColumn)]
    return tuple(found)
