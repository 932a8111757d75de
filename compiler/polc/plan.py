"""The settlement plan (`pol.plan/v1`): what a policy means on one day, with nothing left to decide.

Invariants, for everything in this module:
- every name is resolved, every parameter bound and dated values chosen for `as_of`; no fork is open;
- money is in fen, ratios and percentage points are fractions of 1, durations plain numbers of their unit;
- bands are sorted, adjacent, start at zero and end without an upper edge;
- steps stand in execution order; a step only reads what earlier steps wrote;
- every node that an author wrote has its `origin` (clause and place).
"""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Literal as OneOf

from attrs import frozen

SCHEMA = "pol.plan/v1"

Unit = OneOf[
    "money", "ratio", "points", "number", "days", "workdays", "months", "years", "date", "month_day", "text",
    "bool", "choices",
]  # fmt: skip
Period = OneOf["admission", "month", "year", "life"]
Mode = OneOf["half_up", "half_even", "down", "up"]
Value = int | Fraction | str | bool | datetime.date | frozenset[str] | None


@frozen(eq=False, repr=False, slots=False)
class Origin:
    """Where something comes from: the clauses, the document they are of, and the place in the .pol file."""

    clauses: tuple[str, ...]
    document: str
    place: str


# ---------------------------------------------------------------- expressions


@frozen(eq=False, repr=False, slots=False)
class Const:
    """A value of the policy."""

    value: Value
    unit: Unit


@frozen(eq=False, repr=False, slots=False)
class Fact:
    """A fact of the claim, of the person, or (inside an item sum) of the item."""

    name: str
    unit: Unit
    of: OneOf["claim", "person", "item"]


@frozen(eq=False, repr=False, slots=False)
class Part:
    """Money: a cost part as it stands when this is read (`inscope`, `copay`, `overlimit`, `noncovered`), less what
    cuts gave to another bearer; `total` stays as billed (a fixed package price above the cost raises it)."""

    part: OneOf["total", "inscope", "copay", "overlimit", "noncovered"]
    name: str


@frozen(eq=False, repr=False, slots=False)
class Paid:
    """Money: what an earlier layer has paid on this claim (0 where it did not pay)."""

    layer: str


@frozen(eq=False, repr=False, slots=False)
class Cut:
    """Money: what an earlier copay moved into the first self-paid share, or what an exclusion, control or package gave
    to another bearer, on this claim."""

    name: str


@frozen(eq=False, repr=False, slots=False)
class Overflow:
    """Money: the eligible cost of an earlier layer that lies above its cap."""

    layer: str


@frozen(eq=False, repr=False, slots=False)
class Left:
    """Money: what is still left to the person now: total less everything borne by others so far."""


@frozen(eq=False, repr=False, slots=False)
class Borne:
    """Money: what a bearer bears in all of this claim so far; field `psn_part_amt` is the person."""

    field: str
    name: str


@frozen(eq=False, repr=False, slots=False)
class Tallied:
    """Money: a tally as it stood before this claim."""

    name: str


@frozen(eq=False, repr=False, slots=False)
class InPackage:
    """Whether this claim is settled within a package."""

    name: str


@frozen(eq=False, repr=False, slots=False)
class Holds:
    """Whether the person has one of these identities (under 就高 by identity: the identity now considered)."""

    identities: frozenset[str]
    name: str


@frozen(eq=False, repr=False, slots=False)
class Within:
    """Whether a value is (or for several choices: contains) one of some values."""

    value: Expr
    values: frozenset[str]
    name: str
    negated: bool


@frozen(eq=False, repr=False, slots=False)
class Add:
    """Sum of signed terms, all of one unit (or a rate and points)."""

    terms: tuple[tuple[OneOf[1, -1], Expr], ...]
    unit: Unit


@frozen(eq=False, repr=False, slots=False)
class Multiply:
    """Product."""

    factors: tuple[Expr, ...]
    unit: Unit


@frozen(eq=False, repr=False, slots=False)
class Divide:
    """Exact quotient; dividing by zero refuses the claim."""

    dividend: Expr
    divisor: Expr
    unit: Unit


@frozen(eq=False, repr=False, slots=False)
class Smallest:
    """The smallest of its arguments (`at most`, `min`)."""

    arguments: tuple[Expr, ...]
    unit: Unit


@frozen(eq=False, repr=False, slots=False)
class Largest:
    """The largest of its arguments (`at least`, `max`)."""

    arguments: tuple[Expr, ...]
    unit: Unit


@frozen(eq=False, repr=False, slots=False)
class Compare:
    """Comparison of two values of one unit."""

    op: OneOf["<", "<=", ">", ">=", "=", "!="]
    left: Expr
    right: Expr


@frozen(eq=False, repr=False, slots=False)
class All:
    """And, evaluated left to right."""

    conditions: tuple[Expr, ...]


@frozen(eq=False, repr=False, slots=False)
class Any:
    """Or, evaluated left to right."""

    conditions: tuple[Expr, ...]


@frozen(eq=False, repr=False, slots=False)
class Not:
    """Negation."""

    condition: Expr


@frozen(eq=False, repr=False, slots=False)
class Arm:
    """One case; `origin` only where a row of a table rests on clauses of its own."""

    condition: Expr
    value: Expr
    origin: Origin | None = None


@frozen(eq=False, repr=False, slots=False)
class Cases:
    """The value of the first arm whose condition holds; `otherwise` None: then there is no value and the layer that
    asks does not apply (elsewhere the claim is refused). Tables are cases over their keys; `rest` is the origin of
    the row for all others where that row rests on clauses of its own."""

    arms: tuple[Arm, ...]
    otherwise: Expr | None
    unit: Unit
    name: str
    rest: Origin | None = None


@frozen(eq=False, repr=False, slots=False)
class Rounded:
    """A value rounded to a multiple of `to` (same unit)."""

    value: Expr
    to: Fraction
    mode: Mode
    unit: Unit


@frozen(eq=False, repr=False, slots=False)
class Apply:
    """A band table applied to a value from zero: banded sum, whole-amount product or lump sum."""

    bands: BandTable
    value: Expr
    unit: Unit


@frozen(eq=False, repr=False, slots=False)
class ItemsSum:
    """Money: the sum of a value over the claim's items where a condition holds."""

    value: Expr
    where: Expr | None


@frozen(eq=False, repr=False, slots=False)
class Stacked:
    """Values of the chosen rows, sorted largest first, times the shares in turn (the last share for all further ones
    counts 0); `arms` give the value per choice."""

    fact: Fact
    arms: tuple[tuple[str, Expr], ...]
    shares: tuple[Fraction, ...]
    unit: Unit
    name: str


@frozen(eq=False, repr=False, slots=False)
class DateShift:
    """A date moved by a number of days, workdays, months or years (the last day of a shorter month)."""

    date: Expr
    by: Expr
    step: OneOf["days", "workdays", "months", "years"]


@frozen(eq=False, repr=False, slots=False)
class DatePart:
    """`month`, `day`, `year` of a date as a number, or `next_month` its next month's first day as a date."""

    part: OneOf["month", "day", "year", "next_month", "year_end", "next_year"]
    date: Expr


@frozen(eq=False, repr=False, slots=False)
class DaysBetween:
    """Days from the first date to the second."""

    start: Expr
    end: Expr


@frozen(eq=False, repr=False, slots=False)
class Named:
    """A value the author gave a name (parameter or definition), kept for the explanation."""

    name: str
    value: Expr
    unit: Unit
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class BestOf:
    """就高 by item: the value evaluated once per identity held (once for none where none is held), the smallest or
    largest taken; identities for which no case fits are passed over."""

    value: Expr
    best: OneOf["smallest", "largest"]
    unit: Unit


Expr = (
    Const | Fact | Part | Paid | Cut | Overflow | Left | Borne | Tallied | InPackage | Holds | Within | Add | Multiply
    | Divide | Smallest | Largest | Compare | All | Any | Not | Cases | Rounded | Apply | ItemsSum | Stacked
    | DateShift | DatePart | DaysBetween | Named | BestOf
)  # fmt: skip


# ---------------------------------------------------------------- bands


@frozen(eq=False, repr=False, slots=False)
class Band:
    """One band: from `lower` to `upper` (None: no end). `value` is a ratio (money bands), money per unit (bands over
    days or counts) or a lump sum. Progressive bands are half-open in money terms whichever side the edge is on; the
    edge decides in whole-amount and lump tables and is always shown."""

    lower: Expr
    lower_inclusive: bool
    upper: Expr | None
    upper_inclusive: bool
    value: Expr
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class BandTable:
    """Bands with their reading."""

    name: str
    mode: OneOf["progressive", "whole", "lump"]
    bands: tuple[Band, ...]
    origin: Origin


# ---------------------------------------------------------------- accumulators


COUNTS = frozenset({"count", "payments"})
"""The kinds of accumulators that are numbers, not money."""


@frozen(eq=False, repr=False, slots=False)
class Accumulator:
    """A running number of one person: `owner` is a layer, shared cap or tally; `kind` says what is counted.

    kinds: base (amounts that entered the layer), excess (amounts above the deductible), deductible (deductible
    taken), kept_out (amounts that entered the layer's running sum on claims on which it did not apply), paid, cost
    (eligible cost under a cost cap), count (claims on which the layer applied), payments (claims on which it paid),
    exact (unrounded payments), cap (used of a shared cap), tally. Money in fen (exact: a fraction of fen), count and
    payments a number. `start` is the day its years start where that is not the policy's (None: it is).
    """

    key: str
    owner: str
    kind: OneOf[
        "base", "excess", "deductible", "kept_out", "paid", "cost", "count", "payments", "exact", "cap", "tally"
    ]
    period: OneOf["month", "year", "life"]
    start: tuple[int, int] | None = None


# ---------------------------------------------------------------- steps of a layer


@frozen(eq=False, repr=False, slots=False)
class Guard:
    """The layer applies only where this holds; guards are tried in order."""

    condition: Expr
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Base:
    """What the layer counts from. With an `accumulator` the base runs over its period, and the layer pays what the
    running sum with this claim gives more than without it, both under this claim's terms. `every`: claims on which a
    guard failed enter the running sum too."""

    value: Expr
    accumulator: str | None
    every: bool
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class CostCap:
    """At most this much eligible cost goes on (per admission where `accumulator` is None)."""

    value: Expr
    accumulator: str | None
    shared: str | None
    overflow_to: str | None
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Repeat:
    """From the n-th admission of the period on: the deductible times, equal to or less a value."""

    admission: int
    op: OneOf["×", "=", "-"]
    value: Expr
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Deductible:
    """What the person bears first.

    `position` says how it is used up: `claim` (anew on each claim), `base` (over the base's running sum, in the same
    period), `own` (its own `accumulator` counts what was taken so far), `register` (the same where the base runs over
    the same period: the running sum so far lies within the deductible as far as that was really taken, and as far as
    it is of claims on which the layer did not apply, `kept_out`, and this claim's deductible reaches). `count` is the
    accumulator that numbers the admissions for `repeats`; `ceiling` bounds the sum of all in the period of `taken`.
    """

    value: Expr
    position: OneOf["claim", "base", "own", "register"]
    accumulator: str | None
    repeats: tuple[Repeat, ...]
    chained: bool
    floor: Expr | None
    count: str | None
    ceiling: Expr | None
    taken: str | None
    origin: Origin
    kept_out: str | None = None


@frozen(eq=False, repr=False, slots=False)
class BandPay:
    """Pays by bands. `over` base: coordinates are the base itself, the deductible is cut from the lowest bands;
    excess: coordinates are what is above the deductible. `position`: claim (bands start anew on each claim), base
    (follows the base's running sum), own (follows the accumulator of excess)."""

    table: BandTable
    over: OneOf["base", "excess"]
    position: OneOf["claim", "base", "own"]
    accumulator: str | None
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class RatePay:
    """Pays one rate of the amount."""

    value: Expr
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class FixedPay:
    """Pays a formula's amount."""

    value: Expr
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class TopUp:
    """Pays what the named layers together fall short of `value`."""

    value: Expr
    counting: tuple[str, ...]
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Minimum:
    """The payment is at least this, but not above the base."""

    value: Expr
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Round:
    """The payment rounded to a multiple of `to` fen; with `accumulator` the running exact sum is rounded and the
    difference to what the rounded sum was before is paid. After a cap it never rounds above what the cap leaves."""

    to: int
    mode: Mode
    accumulator: str | None
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class PaymentCap:
    """At most this much is paid in the period of `accumulator` (None: on this claim). Where `removed` holds, which is
    tried first, there is no cap and the value counts nothing (its cases say None there)."""

    value: Expr
    accumulator: str | None
    shared: str | None
    overflow_to: str | None
    origin: Origin
    removed: Expr | None = None


@frozen(eq=False, repr=False, slots=False)
class Times:
    """The layer applies on at most `count` claims of the period, or pays on at most as many (`counts`); on further
    claims it does not apply. `accumulator` counts them."""

    count: int
    accumulator: str
    counts: OneOf["applied", "paid"]
    origin: Origin


Step = CostCap | Deductible | BandPay | RatePay | FixedPay | TopUp | Minimum | Round | PaymentCap | Times


@frozen(eq=False, repr=False, slots=False)
class Change:
    """One change of a term: deductible, rate (of every band), cap (payment cap), base or payment. With `rounding`
    (to fen, mode) the changed amount is rounded (a derived standard such as half of 6269 yuan)."""

    target: OneOf["deductible", "rate", "cap", "base", "payment"]
    op: OneOf["×", "+", "-", "=", "none"]
    value: Expr | None
    origin: Origin
    rounding: tuple[int, Mode] | None = None


@frozen(eq=False, repr=False, slots=False)
class Tilt:
    """Changes that hold where the condition does. A layer's rule chooses among tilts (`kind` tilt, 倾斜); adjustments
    (adjust, 调整) apply whenever their condition holds."""

    kind: OneOf["tilt", "adjust"]
    condition: Expr
    name: str
    changes: tuple[Change, ...]
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Layer:
    """One programme that pays, in this order: guards, base (with base changes), the steps as written.

    Terms are those of the tilts and adjustments that apply, in written order: all adjustments whose condition holds,
    and of the tilts by `rule` add: all of them; best: the one with which (and with all adjustments) the layer pays
    most, the first on a tie, none where that pays more; first: the first that applies. A payment change applies right
    after the step that pays. `parts` are the cost parts its base draws on. The payment is an integer of fen (the last
    `Round` stands in `steps`), not negative, and not above what is left to the person.
    """

    name: str
    payer: str
    payer_name: str
    parts: frozenset[str]
    guards: tuple[Guard, ...]
    base: Base
    steps: tuple[Step, ...]
    tilts: tuple[Tilt, ...]
    rule: OneOf["add", "best", "first"]
    origin: Origin


# ---------------------------------------------------------------- steps that cut or move cost


@frozen(eq=False, repr=False, slots=False)
class CopayCut:
    """Moves an amount (rounded half-up to the fen, at most the part) from a part into the first self-paid share; `name`
    where the author gave it one."""

    amount: Expr
    part: Part
    condition: Expr | None
    origin: Origin
    name: str | None = None


@frozen(eq=False, repr=False, slots=False)
class Exclusion:
    """Takes an amount (half-up to the fen, at most the part) out of a part; `bearer` bears it."""

    name: str
    amount: Expr
    part: Part
    bearer: str
    bearer_name: str
    condition: Expr | None
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Control:
    """What the parts together exceed the limit by goes, for `share` of it, to the bearer; the limit is rounded
    half-up to the fen; parts are reduced in the order given."""

    name: str
    parts: tuple[Part, ...]
    guards: tuple[Guard, ...]
    limit: Expr
    share: Fraction
    bearer: str
    bearer_name: str
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Package:
    """A price for the whole stay. Cost above it goes to the bearer (for `share` of it). `kind` limit: settled at the
    lower of cost and price; fixed: at the price even where the cost is lower (then the claim's total is the price).
    `scope` whole: all up to the price is eligible; billed: parts stay as billed, the excess is taken first from
    noncovered, then overlimit, copay, inscope."""

    name: str
    guards: tuple[Guard, ...]
    price: Expr
    kind: OneOf["limit", "fixed"]
    scope: OneOf["whole", "billed"]
    share: Fraction
    bearer: str
    bearer_name: str
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Sequence:
    """Steps one after the other."""

    steps: tuple[CopayCut | Exclusion | Control | Package | Layer, ...]


@frozen(eq=False, repr=False, slots=False)
class HighestOf:
    """就高 by identity: the body settled once per identity the person holds (once with none where none is held); the
    alternative that leaves the least to the person wins (`least_left`), or the first identity in `identities`
    (`rank`); on a tie the one first in `identities`. Accumulators go on from the winner."""

    identities: tuple[str, ...]
    criterion: OneOf["least_left", "rank"]
    body: Sequence
    origin: Origin


# ---------------------------------------------------------------- around the settlement


@frozen(eq=False, repr=False, slots=False)
class ShareRule:
    """Who pays a subsidy where `condition` holds: weights are exact and add up to anything positive."""

    condition: Expr | None
    shares: tuple[tuple[str, str, Fraction], ...]
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Subsidy:
    """A premium subsidy for persons: `pay` (at most the premium), split to the fen by the first rule that fits:
    largest remainder, ties to the payer written first."""

    name: str
    subject: Expr | None
    premium: Expr | None
    pay: Expr
    rules: tuple[ShareRule, ...]
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class EnrolmentCase:
    """What follows: `insured` and `subsidised` are this_year, next_year or none (None: not said); `effective` a date;
    `register` the reason written on the register."""

    condition: Expr | None
    insured: str | None
    subsidised: str | None
    effective: Expr | None
    register: str | None
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Enrolment:
    """The first case that fits a person who is a subject."""

    name: str
    subject: Expr | None
    cases: tuple[EnrolmentCase, ...]
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Due:
    """A payment due: a share of the amount (None: the rest), within `days` working or calendar days (or months) after a
    date fact or an earlier due."""

    name: str
    share: Fraction | None
    within: int
    unit: OneOf["days", "workdays", "months", "years"]
    after: Fact | str
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Route:
    """How a settlement reaches hospital and patient; the first route whose guards hold is taken."""

    name: str
    guards: tuple[Guard, ...]
    advanced: tuple[tuple[tuple[str, ...], str, Origin], ...]
    claimed: tuple[tuple[tuple[str, ...], str, Origin], ...]
    deposit: tuple[Expr | None, Origin] | None
    collect: tuple[Expr, Origin] | None
    dues: tuple[Due, ...]
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Alert:
    """Persons for whom `watch` is above `above` are listed for `tell`."""

    name: str
    guards: tuple[Guard, ...]
    watch: Expr
    above: Expr
    tell: str
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Target:
    """An aggregate: persons where a condition holds, as a share of those among; or a ratio of two sums over claims.
    `relation` to `value`; about: within one percentage point."""

    name: str
    relation: OneOf["at_least", "at_most", "about"]
    value: Expr
    persons: Expr | None
    among: Expr | None
    ratio: tuple[Expr, Expr] | None
    claims: Expr | None
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Requirement:
    """A condition that must hold after every settlement."""

    condition: Expr
    text: str
    origin: Origin


@frozen(eq=False, repr=False, slots=False)
class Tally:
    """A running sum: after each claim the value is added to the accumulator."""

    name: str
    value: Expr
    accumulator: str
    origin: Origin


# ---------------------------------------------------------------- facts and the whole


@frozen(eq=False, repr=False, slots=False)
class FactSpec:
    """A fact that claims may give: its type, platform field, choices with codes, default (None: must be given where
    it is read), and whose it is. It may also be called `also`, its choices by the words of `choices_also` (word,
    choice)."""

    name: str
    field: str | None
    unit: Unit
    choices: tuple[tuple[str, str | None], ...]
    default: Value
    of: OneOf["claim", "person", "item"]
    used: bool
    also: str | None = None
    choices_also: tuple[tuple[str, str], ...] | None = None

    def called(self, key: str) -> str:
        """The name to speak of the fact by, to somebody who wrote `key`: their own, or the first."""
        return self.also if self.also is not None and key.casefold() == self.also.casefold() else self.name

    @property
    def in_english(self) -> str:
        """The English name where there is one, else the first."""
        return self.also if self.also is not None and self.also.isascii() else self.name

    @property
    def choices_in_english(self) -> dict[str, str]:
        """The English name of each choice that has one."""
        return {choice: word for word, choice in self.choices_also or () if word.isascii()}

    @property
    def codes(self) -> tuple[tuple[str, str | None], ...]:
        """The choices, each with its code, and once more with each other word it may be given by."""
        return (*self.choices, *((choice, word) for word, choice in self.choices_also or ()))


@frozen(eq=False, repr=False, slots=False)
class IdentitySpec:
    """An identity, its code and the narrower names that count as it."""

    name: str
    code: str | None
    includes: tuple[str, ...]


@frozen(eq=False, repr=False, slots=False)
class Document:
    """A document the plan rests on."""

    policy: str
    title: str
    number: str
    issuers: tuple[str, ...]
    issued: datetime.date | None
    in_force: datetime.date | None
    until: datetime.date | None
    applied_back: datetime.date | None
    jurisdiction: str
    code: str | None
    provenance: tuple[str, ...]
    illustrative: tuple[str, ...]

    @property
    def starts(self) -> datetime.date | None:
        """The first day it is applied to; None: any."""
        return self.applied_back or self.in_force

    def holds_on(self, day: datetime.date) -> bool:
        """Whether it is applied to a day."""
        return (self.starts is None or self.starts <= day) and (self.until is None or day <= self.until)


@frozen(eq=False, repr=False, slots=False)
class YearRule:
    """Which date fact puts a claim into a year, the day a year starts, and what a stay over the boundary does:
    None: it belongs whole to the year of the date; one/new: it is given as two claims (`continues`) and the second
    takes no further/a new per-admission deductible."""

    by: str
    start: tuple[int, int]
    split: OneOf["one", "new"] | None


@frozen(eq=False, repr=False, slots=False)
class Plan:
    """A settlement plan. `bearers` are (field, name) in the order they are shown, the person last; `bearers_also` are
    other words for bearers (word, field, name); `expires` is the first day on which another value would hold (the plan
    is the same from `as_of` until then)."""

    name: str
    as_of: datetime.date
    since: datetime.date | None
    expires: datetime.date | None
    documents: tuple[Document, ...]
    year: YearRule
    identities: tuple[IdentitySpec, ...]
    facts: tuple[FactSpec, ...]
    bearers: tuple[tuple[str, str], ...]
    accumulators: tuple[Accumulator, ...]
    shared_caps: tuple[tuple[str, Expr, str, Origin], ...]
    root: Sequence | HighestOf
    tallies: tuple[Tally, ...]
    requirements: tuple[Requirement, ...]
    subsidies: tuple[Subsidy, ...]
    enrolments: tuple[Enrolment, ...]
    routes: tuple[Route, ...]
    alerts: tuple[Alert, ...]
    targets: tuple[Target, ...]
    bearers_also: tuple[tuple[str, str, str], ...] | None = None

    @property
    def body(self) -> Sequence:
        """The steps, whether under 就高 or not."""
        return self.root.body if isinstance(self.root, HighestOf) else self.root
