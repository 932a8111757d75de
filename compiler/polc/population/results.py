"""What the statements around the settlement come to, with the conditions that were tried and what they rest on.

Invariants: amounts are fen (int) unless a field says exact; the payers of a subsidy add up to what it pays, the dues
of a route and what is `unscheduled` add up to its amount. Nothing here is text for people.
"""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Literal as OneOf

from attrs import frozen

from pol_lang.problem import Problem
from polc import plan as p
from polc.settlement import Exact, GuardStep, Person, Seen

# ---------------------------------------------------------------- enrolment


@frozen(eq=False, repr=False, slots=False)
class YearOutcome:
    """What an enrolment rule says of a year: `said` this_year, next_year or none, and the year it comes to."""

    said: str
    year: int | None


@frozen(eq=False, repr=False, slots=False)
class EnrolmentTried:
    """An enrolment rule: whether the person is a subject (None: everybody is), and its cases up to the one that fits.
    A case without a condition has the condition true."""

    name: str
    subject: GuardStep | None
    cases: tuple[GuardStep, ...]
    fits: bool
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class EnrolmentResult:
    """What follows for a person from the first case that fits, of the first enrolment rule they are a subject of.

    `enrolment` is None where no case fits. This and next year are counted from `counted_from`: the one date fact that
    the cases read, or (name None) the day asked for, whose year is `this_year`. `effective` is the day from which it
    holds, `seen` what that day was worked out from; `register` the reason written on the register.
    """

    person: Person
    as_of: datetime.date
    identities: tuple[str, ...]
    tried: tuple[EnrolmentTried, ...]
    enrolment: str | None
    insured: YearOutcome | None
    subsidised: YearOutcome | None
    effective: datetime.date | None
    seen: Seen
    register: str | None
    counted_from: tuple[str | None, datetime.date]
    this_year: int
    origin: p.Origin | None

    @property
    def is_subject(self) -> bool:
        """Whether any enrolment rule is about this person."""
        return any(tried.subject is None or tried.subject.held for tried in self.tried)


# ---------------------------------------------------------------- subsidies


@frozen(eq=False, repr=False, slots=False)
class PayerShare:
    """What one payer pays: its weight among the payers, the amount."""

    field: str
    name: str
    weight: Fraction
    amount: int


@frozen(eq=False, repr=False, slots=False)
class SubsidyLine:
    """One subsidy for one person: whether the person is a subject, the premium (None: not said), what is to be paid
    exactly, the amount (to the fen, at most the premium), the sharing rules up to the one that fits, the payers."""

    name: str
    applies: bool
    subject: GuardStep | None
    premium: int | None
    pay: Exact
    amount: int
    formula: p.Expr
    seen: Seen
    rules: tuple[GuardStep, ...]
    shares: tuple[PayerShare, ...]
    origin: p.Origin
    shares_origin: p.Origin | None


@frozen(eq=False, repr=False, slots=False)
class SubsidyResult:
    """All subsidies for a person, in written order."""

    person: Person
    as_of: datetime.date
    identities: tuple[str, ...]
    lines: tuple[SubsidyLine, ...]

    @property
    def total(self) -> int:
        """What all subsidies pay together."""
        return sum(line.amount for line in self.lines)

    @property
    def payers(self) -> tuple[tuple[str, str, int], ...]:
        """What each payer pays of all subsidies: field, name, amount, in the order they first occur."""
        found: dict[tuple[str, str], int] = {}
        for share in (share for line in self.lines for share in line.shares):
            found[share.field, share.name] = found.get((share.field, share.name), 0) + share.amount
        return tuple((field, name, amount) for (field, name), amount in found.items())


# ---------------------------------------------------------------- routes


@frozen(eq=False, repr=False, slots=False)
class RouteTried:
    """A route and its conditions up to the first that failed."""

    name: str
    taken: bool
    guards: tuple[GuardStep, ...]
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class DueLine:
    """A payment due: `share` None is the rest. `start` is the day the time runs from (None: the date is not known yet),
    `after` the fact or earlier payment that gives it; `date` the last day of the time, None where it is not known,
    `problem` why it cannot be worked out."""

    name: str
    share: Fraction | None
    amount: int
    within: int
    unit: OneOf["days", "workdays", "months", "years"]
    after: str
    start: datetime.date | None
    date: datetime.date | None
    problem: Problem | None
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class Advance:
    """Layers that a bearer advances, with amounts where a settlement is known."""

    bearer: str
    layers: tuple[tuple[str, int | None], ...]
    amount: int | None
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class ClaimedElsewhere:
    """Layers that are claimed by another route, with that route's dues on their amount."""

    route: str
    layers: tuple[tuple[str, int | None], ...]
    amount: int | None
    dues: tuple[DueLine, ...]
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class Charge:
    """What is asked of the patient (deposit or at discharge): the amount, 0 where none may be asked; None where the
    settlement it depends on is not known."""

    amount: int | None
    formula: p.Expr | None
    seen: Seen
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class RouteResult:
    """How a settled claim, or an arrival, is paid: the first route whose conditions hold (None: none does).

    `id` is the claim's or arrival's. `amount` is what the dues are shares of: what arrived, else what is advanced, else
    what the layers paid that no other route claims; `made_of` are those layers, empty where the amount arrived.
    `unscheduled` is what no due covers; `undeclared` are the facts that nobody gave, whose defaults hold;
    `day` is the one whose identities count.
    """

    id: str
    of: OneOf["claim", "arrival"]
    tried: tuple[RouteTried, ...]
    route: str | None
    advanced: tuple[Advance, ...]
    claimed: tuple[ClaimedElsewhere, ...]
    deposit: Charge | None
    collect: Charge | None
    amount: int
    dues: tuple[DueLine, ...]
    unscheduled: int
    origin: p.Origin | None
    made_of: tuple[tuple[str, int], ...]
    undeclared: frozenset[str]
    day: datetime.date

    @property
    def all_dues(self) -> tuple[DueLine, ...]:
        """The dues of this route and of those that claim the rest."""
        return (*self.dues, *(due for part in self.claimed for due in part.dues))


# ---------------------------------------------------------------- alerts and targets


@frozen(eq=False, repr=False, slots=False)
class AlertLine:
    """A person on an alert's list in one year: `value` watched (exact) after the last of the claims that raised it, the
    line it is above, whom to tell, the claims, what was seen."""

    alert: str
    person: str
    year: str
    claims: tuple[str, ...]
    date: datetime.date
    value: Exact
    above: Exact
    tell: str
    watch: p.Expr
    seen: Seen
    guards: tuple[GuardStep, ...]
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class TargetResult:
    """An aggregate: numerator and denominator (persons, or exact fen), the value sought, whether it is met.

    `value` and `met` are None where there is nothing to divide by. `unknown` are the persons and claims that could not
    be counted, with the reason.
    """

    name: str
    relation: OneOf["at_least", "at_most", "about"]
    wanted: Exact
    counts: OneOf["persons", "money"]
    numerator: Exact
    denominator: Exact
    value: Fraction | None
    met: bool | None
    unknown: tuple[tuple[str, tuple[Problem, ...]], ...]
    origin: p.Origin
