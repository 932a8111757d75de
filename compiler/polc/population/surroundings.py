"""What statements around the settlement can read: the person on a day, the person after a settled claim, an arrival."""

from __future__ import annotations

import datetime
from fractions import Fraction

from polc import plan as p
from polc.arithmetic import fen
from polc.claims.case import Arrival
from polc.cut_cost import conditions, no_case, try_conditions
from polc.evaluate import Environment, NoValue, evaluate
from polc.settle import standing_of
from polc.settlement import ClaimSettlement, CostCapStep, CutResult, Exact, GuardStep, PaymentCapStep, Person

_NO_PARTS = {"total": 0, "noncovered": 0, "overlimit": 0, "copay": 0, "inscope": 0}


def of_person(plan: p.Plan, person: Person, date: datetime.date) -> Environment:
    """The person on a day, without any claim; all identities held count."""
    standing = standing_of(plan, person, date)
    return Environment(
        person=person.facts,
        defaults={spec.name: spec.default for spec in plan.facts if spec.default is not None},
        parts=dict(_NO_PARTS),
        identities=standing.counts,
        held=standing.per_identity,
        person_field=plan.bearers[-1][0] if plan.bearers else "psn_part_amt",
        where=person.id,
    )


def after_claim(person: Person, settled: ClaimSettlement) -> Environment:
    """The state after a settled claim: amounts as they came out, tallies with this claim in them, and the person with
    all identities held, whichever of them the settlement considered."""
    env = of_person(settled.plan, person, settled.claim.date)
    cuts, layers = [step for step in settled.steps if isinstance(step, CutResult)], settled.layers
    env.claim, env.items, env.where = settled.claim.facts, settled.claim.items, settled.claim.id
    env.parts = dict(cuts[-1].parts if cuts else settled.claim.parts)
    env.total, env.left = settled.total, settled.left
    env.paid = {layer.name: layer.paid for layer in layers}
    env.cuts = {cut.name: cut.moved for cut in cuts}
    env.overflow = {layer.name: _overflow(layer.steps) for layer in layers}
    env.borne = {field: amount for field, _, amount in settled.bearers}
    env.packages = {cut.name for cut in cuts if cut.kind == "package" and cut.applies}
    env.tallies = {tally.name: settled.after.get(tally.accumulator, 0) for tally in settled.plan.tallies}
    return env


def of_arrival(plan: p.Plan, person: Person, arrival: Arrival, settled: ClaimSettlement | None) -> Environment:
    """An arrival with its facts, over those of the settled claim it belongs to."""
    if settled is not None:
        env = after_claim(person, settled)
        env.claim = {**settled.claim.facts, **arrival.facts}
    else:
        env = of_person(plan, person, first_day(plan, arrival))
        env.claim = arrival.facts
    env.where = arrival.id
    return env


def first_day(plan: p.Plan, arrival: Arrival) -> datetime.date:
    """The first day that an arrival gives, whose identities count where it belongs to no claim."""
    dates = [value for value in arrival.facts.values() if isinstance(value, datetime.date)]
    return min(dates, default=plan.as_of)


def try_condition(condition: p.Expr | None, origin: p.Origin, env: Environment) -> GuardStep:
    """Whether a condition holds, with what it saw; None always holds."""
    return try_guards((p.Guard(condition or p.Const(True, "bool"), origin),), env)[0]


def try_guards(guards: tuple[p.Guard, ...], env: Environment) -> tuple[GuardStep, ...]:
    """The conditions in order, up to the first that does not hold."""
    steps: list[GuardStep] = []
    try_conditions(conditions(guards), env, steps)
    return tuple(steps)


def amount_of(expr: p.Expr, env: Environment, place: str) -> Exact:
    """The exact value of an amount or ratio. Raises `Problems`, also where none of its cases fits."""
    try:
        value = evaluate(expr, env)
    except NoValue as error:
        raise no_case(env, place, error) from None
    assert isinstance(value, int | Fraction)
    return value


def fen_of(expr: p.Expr, env: Environment, place: str) -> int:
    """An amount half-up to the fen, not below 0."""
    return max(0, fen(amount_of(expr, env, place)))


def date_of(expr: p.Expr, env: Environment, place: str) -> datetime.date:
    """The value of a date. Raises `Problems`, also where none of its cases fits."""
    try:
        value = evaluate(expr, env)
    except NoValue as error:
        raise no_case(env, place, error) from None
    assert isinstance(value, datetime.date)
    return value


def facts_of(plan: p.Plan, unit: p.Unit) -> frozenset[str]:
    """The names of the facts of a unit."""
    return frozenset(spec.name for spec in plan.facts if spec.unit == unit)


def _overflow(steps: tuple[object, ...]) -> Exact:
    found: Exact = 0
    for step in steps:
        if isinstance(step, CostCapStep):
            found += step.before - step.after
        elif isinstance(step, PaymentCapStep):
            found += step.overflow
    return found
