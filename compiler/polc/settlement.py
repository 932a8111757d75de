"""What settling a claim gives: every amount, and the steps that led to it.

Invariants: amounts are fen (int) unless a field says exact (int or Fraction of fen); the bearers of a claim add up to
its total; `left` after the last layer is what the person bears. Steps are facts for an explanation, not text.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from typing import Literal as OneOf

from attrs import field, frozen

from polc import plan as p

Exact = int | Fraction


@frozen(eq=False, repr=False, slots=False)
class Claim:
    """One claim as it is settled: facts by the names the plan gives them, in the plan's units.

    `parts`: total, noncovered, overlimit, copay, inscope in fen, adding up. `items`: facts per cost item. `continues`:
    the id of the claim whose stay this one goes on with after a year boundary.
    """

    id: str
    date: datetime.date
    parts: Mapping[str, int]
    facts: Mapping[str, p.Value]
    items: tuple[Mapping[str, p.Value], ...] = ()
    continues: str | None = None


@frozen(eq=False, repr=False, slots=False)
class HeldIdentity:
    """An identity a person holds, from `since` to `until` inclusive (None: open)."""

    name: str
    since: datetime.date | None = None
    until: datetime.date | None = None


@frozen(eq=False, repr=False, slots=False)
class Person:
    """The insured person: number, identities with their periods, facts."""

    id: str
    identities: tuple[HeldIdentity, ...] = ()
    facts: Mapping[str, p.Value] = field(factory=dict)


@frozen(eq=False, repr=False, slots=False)
class State:
    """A person's accumulators: key → (period it belongs to, exact value). Periods: "2023" a year, "2023-09" a month,
    "life". A value of another period than the one asked for counts as 0. Also the per-admission deductible taken by
    the layers of each claim (`taken`: claim id → layer → fen), for stays that continue."""

    values: Mapping[str, tuple[str, Exact]] = field(factory=dict)
    taken: Mapping[str, Mapping[str, Exact]] = field(factory=dict)


# ---------------------------------------------------------------- steps of a layer

Seen = tuple[tuple[str, p.Value, p.Unit], ...]
"""Names read by an expression with the values they had, in order of appearance, each once."""


@frozen(eq=False, repr=False, slots=False)
class GuardStep:
    """A condition of the layer: whether it held, and (where it did not) the first part that failed with what it saw."""

    condition: p.Expr
    held: bool
    failed: p.Expr | None
    seen: Seen
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class BaseStep:
    """The base: formula and numbers, the exact result, the amount that enters (not below 0); `before` is the running
    sum before this claim (None: the base does not run)."""

    formula: p.Expr
    seen: Seen
    result: Exact
    amount: Exact
    before: Exact | None
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class ChangeShown:
    """One term changed by a tilt; values None where there is none (a removed cap)."""

    target: str
    op: str
    value: Exact | None
    unit: p.Unit
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class TiltStep:
    """A tilt: whether its condition held, whether it was taken under the layer's rule, what failed, what it changes;
    `pays` is what the layer would pay with this tilt alone where the rule compares (None otherwise)."""

    kind: OneOf["tilt", "adjust"]
    name: str
    held: bool
    taken: bool
    failed: p.Expr | None
    seen: Seen
    changes: tuple[ChangeShown, ...]
    pays: int | None
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class CostCapStep:
    """A limit on eligible cost."""

    limit: Exact
    used: Exact
    before: Exact
    after: Exact
    shared: str | None
    overflow_to: str | None
    period: p.Period
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class DeductibleStep:
    """The deductible: `normal` as the layer states it for this claim, `effective` after repeats and tilts (with the
    origins of what changed it), `used` before this claim in its period, `applied` now, `open` still to be used up
    afterwards; `admission` the number of this admission where repeats count it; `after` the amount that goes on.

    Where it runs along the base, `met_by` says what shows how much of it is met: the cost so far (`sum_before`), of
    which `used` lies within this claim's deductible whatever earlier claims took, or what was really deducted so far
    (`used`, of which `kept_out` is cost of claims on which the layer did not apply)."""

    normal: Exact
    effective: Exact
    changed_by: tuple[p.Origin, ...]
    admission: int | None
    used: Exact
    applied: Exact
    open: Exact
    after: Exact
    period: p.Period
    origin: p.Origin
    met_by: OneOf["cost", "deductions"] | None = None
    sum_before: Exact = 0
    kept_out: Exact = 0


@frozen(eq=False, repr=False, slots=False)
class BandRow:
    """One band as it was used: edges, rate before and after tilts, the amount in the band and what it pays (exact)."""

    lower: Exact
    lower_inclusive: bool
    upper: Exact | None
    upper_inclusive: bool
    normal: Exact
    rate: Exact
    amount: Exact
    pays: Exact
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class BandsStep:
    """Payment by bands between two coordinates; `pays` exact. In whole-amount and lump tables one row has it all."""

    over: OneOf["base", "excess"]
    mode: OneOf["progressive", "whole", "lump"]
    start: Exact
    end: Exact
    rows: tuple[BandRow, ...]
    pays: Exact
    changed_by: tuple[p.Origin, ...]
    period: p.Period
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class RateStep:
    """Payment by one rate."""

    normal: Exact
    rate: Exact
    amount: Exact
    pays: Exact
    changed_by: tuple[p.Origin, ...]
    formula: p.Expr
    seen: Seen
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class FixedStep:
    """Payment by formula."""

    formula: p.Expr
    seen: Seen
    pays: Exact
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class FactorStep:
    """A change of the payment by a tilt or adjustment."""

    op: str
    value: Exact
    before: Exact
    after: Exact
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class TopUpStep:
    """A top-up: the floor, what the counted layers paid, what was missing."""

    formula: p.Expr
    seen: Seen
    floor: Exact
    counted: tuple[tuple[str, int], ...]
    pays: Exact
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class MinimumStep:
    """A minimum payment."""

    minimum: Exact
    before: Exact
    after: Exact
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class RoundStep:
    """A rounding: exact before, after; `running` is the exact running sum (before, after) where the sum is rounded."""

    to: int
    mode: p.Mode
    before: Exact
    after: int
    running: tuple[Exact, Exact] | None
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class PaymentCapStep:
    """A limit on the payment: `normal` before tilts (None: none for this claim), `limit` after (None: removed), used
    and room in the period, payment before and after; what was forgone is their difference; `overflow` the eligible
    cost above the cap."""

    normal: Exact | None
    limit: Exact | None
    changed_by: tuple[p.Origin, ...]
    used: Exact
    before: Exact
    after: Exact
    shared: str | None
    overflow: int
    overflow_to: str | None
    period: p.Period
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class TimesStep:
    """How often the layer may apply, or pay (`counts`): allowed and used so far; `held` false: no more."""

    allowed: int
    used: int
    held: bool
    period: p.Period
    counts: OneOf["applied", "paid"]
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class NoCaseStep:
    """A term that has no value for this person: none of its cases fits, so the layer does not apply."""

    term: OneOf["base", "deductible", "rate", "pay", "cap", "price", "limit"]
    expression: p.Expr
    seen: Seen
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class LimitedStep:
    """The payment cut to what was left to the person."""

    before: int
    after: int
    origin: p.Origin


LayerStep = (
    GuardStep | BaseStep | TiltStep | CostCapStep | DeductibleStep | BandsStep | RateStep | FixedStep | FactorStep
    | TopUpStep | MinimumStep | RoundStep | PaymentCapStep | TimesStep | NoCaseStep | LimitedStep
)  # fmt: skip


@frozen(eq=False, repr=False, slots=False)
class LayerResult:
    """A layer on this claim: `applies` false where a guard failed or a term had no value; `paid` and what is `left` to
    the person afterwards."""

    name: str
    payer: str
    payer_name: str
    applies: bool
    paid: int
    left: int
    steps: tuple[LayerStep, ...]
    origin: p.Origin


# ---------------------------------------------------------------- steps that cut or move cost


@frozen(eq=False, repr=False, slots=False)
class CutResult:
    """A first self-paid share, exclusion, control or package on this claim.

    `kind` copay, exclusion, control or package; `applies` false where a guard failed (`guards` tells); `limit` is the
    control's limit or the package's price, `subject` what it was held against, `moved` what changed bearer or part, to
    `bearer` (None: into the first self-paid share); `parts` the cost parts afterwards.
    """

    kind: OneOf["copay", "exclusion", "control", "package"]
    name: str
    applies: bool
    guards: tuple[GuardStep, ...]
    formula: p.Expr | None
    seen: Seen
    subject: Exact | None
    limit: Exact | None
    moved: int
    bearer: str | None
    bearer_name: str
    left: int
    parts: Mapping[str, int]
    origin: p.Origin


# ---------------------------------------------------------------- claims


@frozen(eq=False, repr=False, slots=False)
class Alternative:
    """One way to settle under 就高 by identity: what each layer would have paid, what would be left, who won."""

    identity: str | None
    paid: tuple[tuple[str, int], ...]
    left: int
    won: bool


@frozen(eq=False, repr=False, slots=False)
class RequirementResult:
    """A requirement of the policy after this claim."""

    text: str
    held: bool
    seen: Seen
    origin: p.Origin


@frozen(eq=False, repr=False, slots=False)
class ClaimSettlement:
    """One claim settled: `parts` as claimed, `steps` in execution order (those of the winner), `bearers` as
    (field, name, amount) in the plan's order with the person last, accumulators before and after (all of the plan's
    accumulators, by key, in the claim's periods)."""

    claim: Claim
    plan: p.Plan
    identities: tuple[str, ...]
    considered: str | None
    total: int
    steps: tuple[CutResult | LayerResult, ...]
    alternatives: tuple[Alternative, ...]
    bearers: tuple[tuple[str, str, int], ...]
    before: Mapping[str, Exact]
    after: Mapping[str, Exact]
    requirements: tuple[RequirementResult, ...]

    @property
    def layers(self) -> tuple[LayerResult, ...]:
        """The layers in execution order."""
        return tuple(step for step in self.steps if isinstance(step, LayerResult))

    @property
    def left(self) -> int:
        """What the person bears."""
        return self.bearers[-1][2]


@frozen(eq=False, repr=False, slots=False)
class Settlement:
    """The claims of one person settled in order, and the accumulators afterwards."""

    person: Person
    claims: tuple[ClaimSettlement, ...]
    state: State
