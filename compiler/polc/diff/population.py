"""What two plans come to over the same claims: the budget by payer, who gains, who loses, and by how much.

Every claim is settled under both plans as if both were in force on its day, with the values of the day the plans are
compared as of. A claim that one of the plans refuses is left out of both and enters no accumulator, so that what is
compared is alike. Amounts are fen, to the fen as the interpreter settles them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import evolve, frozen

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.claims.persons import holds_on
from polc.claims.tables import UnknownColumn
from polc.diff.people import File, Read, Visit, read_people
from polc.fast.run import FastClaim, FastSettler
from polc.settlement import State

EDGES = (10_000, 100_000, 500_000, 1_000_000, 5_000_000)
"""The upper edges (included) of the bands that changes are sorted into, in fen; the last band has no end."""
MOST_AFFECTED = 10


@frozen(eq=False, repr=False, slots=False)
class PayerLine:
    """What a bearer bears under the old and the new plan."""

    field: str
    name: str
    old: int
    new: int


@frozen(eq=False, repr=False, slots=False)
class PersonChange:
    """A person with settled claims: identities held on them, number of claims, their cost, what the person bears of it
    under the old and the new plan."""

    id: str
    identities: tuple[str, ...]
    claims: int
    cost: int
    old: int
    new: int

    @property
    def change(self) -> int:
        """What the person bears more (less, where negative)."""
        return self.new - self.old


@frozen(eq=False, repr=False, slots=False)
class Tally:
    """How many of some persons gain, lose and stay, and what they are spared and burdened with in all."""

    gain: int
    lose: int
    stay: int
    spared: int
    burdened: int

    @property
    def persons(self) -> int:
        """All of them."""
        return self.gain + self.lose + self.stay


@frozen(eq=False, repr=False, slots=False)
class SizeLine:
    """Those whose change lies above `over` up to `up_to` fen (None: no end)."""

    over: int
    up_to: int | None
    tally: Tally


@frozen(eq=False, repr=False, slots=False)
class RefusedBoth:
    """A row that is not in the figures: file, row, person and claim as far as known, why each plan refuses it; one that
    would have settled it has no problems."""

    file: str
    row: int
    person: str
    claim: str
    old: tuple[Problem, ...]
    new: tuple[Problem, ...]


@frozen(eq=False, repr=False, slots=False)
class Population:
    """Two plans over one table of claims.

    Invariants: the payers' amounts add up to what was settled under each plan; every row of the table is
    among the `settled` claims or `refused`; `groups` (by identity; None: without any) count a person once in each
    identity held.
    """

    name: str
    rows: int
    settled: int
    payers: tuple[PayerLine, ...]
    persons: tuple[PersonChange, ...]
    all: Tally
    groups: tuple[tuple[str | None, Tally], ...]
    sizes: tuple[SizeLine, ...]
    refused: tuple[RefusedBoth, ...]
    warnings: tuple[Problem, ...]

    @property
    def most(self) -> tuple[PersonChange, ...]:
        """The persons whose burden changes most, at most ten, in the order of the table where alike."""
        changed = [person for person in self.persons if person.change]
        return tuple(sorted(changed, key=lambda person: -abs(person.change))[:MOST_AFFECTED])


def population(
    old: p.Plan,
    new: p.Plan,
    claims: File,
    persons: File | None = None,
    encoding: str = "utf-8-sig",
    progress: Callable[[int, int], None] | None = None,
) -> Population:
    """Both plans over a table of claims. Raises `Problems` where a table cannot be read at all."""
    plans = tuple(_always_in_force(plan) for plan in (old, new))
    reads = tuple(read_people(plan, claims, persons, encoding) for plan in plans)
    settlers = tuple(FastSettler(plan) for plan in plans)
    refused = _Refusals()
    for side, read in enumerate(reads):
        for file, entry in read.refused:
            refused.add(side, file, entry.row, entry.person, entry.claim, entry.problems)
    by_person: dict[str, list[int]] = {}
    both = [row for row in reads[0].visits if row in reads[1].visits and (claims.name, row) not in refused.entries]
    for row in both:
        by_person.setdefault(_number(reads[1].visits[row], row), []).append(row)
    budget: tuple[dict[str, int], dict[str, int]] = ({}, {})
    changes: list[PersonChange] = []
    settled = 0
    for count, (number, rows) in enumerate(by_person.items()):
        if progress:
            progress(count, len(by_person))
        done = _person(settlers, reads, number, rows, claims.name, refused)
        if not done[0]:
            continue
        settled += len(done[0])
        for sums, settler, results in zip(budget, settlers, done, strict=True):
            for claim in results.values():
                for (field, _), amount in zip(settler.bearers, claim.bearers, strict=True):
                    sums[field] = sums.get(field, 0) + amount
        changes.append(_change(number, reads, done, (old, new)))
    if progress:
        progress(len(by_person), len(by_person))
    return Population(
        claims.name,
        reads[1].rows,
        settled,
        _payers((old, new), budget),
        tuple(changes),
        _tally(changes),
        _groups(changes, (new, old)),
        _sizes(changes),
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
) -> tuple[dict[int, FastClaim], dict[int, FastClaim]]:
    """A person's claims by row under both plans, each in the order of its dates. What one refuses neither settles: the
    year is gone through again without it."""
    left = set(rows)
    while True:
        results: list[dict[int, FastClaim]] = []
        wrong: set[int] = set()
        for side, (settler, read) in enumerate(zip(settlers, reads, strict=True)):
            done: dict[int, FastClaim] = {}
            state = State()
            for visit in sorted((read.visits[row] for row in left), key=lambda visit: (visit.claim.date, visit.row)):
                try:
                    one = settler.settle(visit.person, (visit.claim,), state)
                except Problems as error:
                    wrong.add(visit.row)
                    refused.add(side, file, visit.row, number, visit.claim.id, error.problems)
                    continue
                done[visit.row], state = one.claims[0], one.state
            results.append(done)
        if not wrong:
            return results[0], results[1]
        left -= wrong


def _change(
    number: str,
    reads: Sequence[Read],
    done: tuple[Mapping[int, FastClaim], Mapping[int, FastClaim]],
    plans: tuple[p.Plan, p.Plan],
) -> PersonChange:
    held: dict[str, None] = {}
    for read in reversed(reads):
        for row in done[1]:
            visit = read.visits[row]
            held.update((h.name, None) for h in visit.person.identities if holds_on(h, visit.claim.date))
    old, new = (sum(claim.bearers[-1] for claim in results.values()) for results in done)
    cost = sum(reads[1].visits[row].claim.parts["total"] for row in done[1])
    return PersonChange(number, tuple(held), len(done[1]), cost, old, new)


def _payers(plans: tuple[p.Plan, p.Plan], budget: tuple[Mapping[str, int], Mapping[str, int]]) -> tuple[PayerLine, ...]:
    names = {field: name for plan in plans for field, name in plan.bearers}
    person = plans[1].bearers[-1][0]
    order = [
        field for field in dict.fromkeys(f for plan in reversed(plans) for f, _ in plan.bearers) if field != person
    ]
    return tuple(
        PayerLine(field, names[field], budget[0].get(field, 0), budget[1].get(field, 0)) for field in (*order, person)
    )


def _tally(persons: Iterable[PersonChange]) -> Tally:
    gain = lose = stay = spared = burdened = 0
    for person in persons:
        if person.change < 0:
            gain, spared = gain + 1, spared - person.change
        elif person.change > 0:
            lose, burdened = lose + 1, burdened + person.change
        else:
            stay += 1
    return Tally(gain, lose, stay, spared, burdened)


def _groups(persons: Sequence[PersonChange], plans: tuple[p.Plan, p.Plan]) -> tuple[tuple[str | None, Tally], ...]:
    members: dict[str | None, list[PersonChange]] = {}
    for person in persons:
        for identity in person.identities or (None,):
            members.setdefault(identity, []).append(person)
    order = [name for plan in plans for spec in plan.identities for name in (spec.name, *spec.includes)]
    names = [name for name in dict.fromkeys((*order, *members)) if name is not None and name in members]
    found: list[tuple[str | None, Tally]] = [(name, _tally(members[name])) for name in names]
    if None in members:
        found.append((None, _tally(members[None])))
    return tuple(found)


def _sizes(persons: Sequence[PersonChange]) -> tuple[SizeLine, ...]:
    """A line for every band up to the largest that has anybody; those who stay are in none."""
    found: list[SizeLine] = []
    for over, up_to in zip((0, *EDGES), (*EDGES, None), strict=True):
        inside = [x for x in persons if abs(x.change) > over and (up_to is None or abs(x.change) <= up_to)]
        found.append(SizeLine(over, up_to, _tally(inside)))
    while found and not found[-1].tally.persons:
        found.pop()
    return tuple(found)


def _warnings(reads: Sequence[Read]) -> tuple[Problem, ...]:
    """What both plans warn of in the same words, and what one warns of that is not a column the other reads."""
    told = [{(w.where, w.message("en")): w for w in read.warnings} for read in reads]
    found: list[Problem] = [w for key, w in told[0].items() if not isinstance(w, UnknownColumn) or key in told[1]]
    found += [w for key, w in told[1].items() if key not in told[0] and not isinstance(w, UnknownColumn)]
    return tuple(found)
