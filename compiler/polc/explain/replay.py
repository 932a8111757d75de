"""The state that each step of a settled claim met, for what the settlement itself need not record.

A claim is settled again, step by step, on the accumulators it started with; the state is kept before each step. The
sheet reads from it where a standard came from (which row of a table), what conditions never tried would have seen, and
how an alternative that lost came to its amounts.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from attrs import evolve, frozen

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as s
from polc.arithmetic import Exact
from polc.evaluate import Environment, NoValue, seen
from polc.explain.known import Known
from polc.pay_layer import LayerRun
from polc.settle import counts_as, go_on, opening, runs_of, standing_of

Step = p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer
Taken = Mapping[str, Mapping[str, Exact]]
"""The per-admission deductible that the layers of each claim took, as the settlement's state has it."""


@frozen(eq=False, repr=False, slots=False)
class Reached:
    """A step with what it met (the state of the claim, the accumulators, the per-admission deductible that earlier
    claims of the stay took) and what came of it."""

    step: Step
    env: Environment
    current: Mapping[str, Exact]
    continued: Exact
    result: s.CutResult | s.LayerResult
    accumulators: tuple[p.Accumulator, ...]

    def saw(self, expr: p.Expr) -> s.Seen:
        """What an expression reads here, as far as it can be read."""
        try:
            return seen(expr, self.env)
        except (Problems, NoValue):
            return ()

    def unguarded(self, more: frozenset[str] = frozenset()) -> s.LayerResult | None:
        """What a layer would do if all its conditions held, to a person who counts as `more` besides; None where that
        cannot be worked out."""
        if not isinstance(self.step, p.Layer):
            return None
        free, env = LayerRun(evolve(self.step, guards=()), self.accumulators), self.env.copy()
        env.identities |= more
        env.held = tuple(one | more for one in env.held) or ((more,) if more else ())
        try:
            return free(env, self.current, self.continued).result
        except (Problems, NoValue):
            return None


@frozen(eq=False, repr=False, slots=False)
class Replay:
    """A claim settled again under one identity: its steps in order, and the state after the last."""

    steps: tuple[Reached, ...]
    env: Environment

    def layer(self, name: str) -> Reached | None:
        """What a layer met."""
        return next((r for r in self.steps if isinstance(r.step, p.Layer) and r.step.name == name), None)


def replay(claim: s.ClaimSettlement, person: s.Person, taken: Taken, identity: str | None = None) -> Replay:
    """The claim settled again as it was, or (where `identity` is another one that 就高 considered) as that would have
    come out."""
    plan = claim.plan
    standing = standing_of(plan, person, claim.claim.date)
    env, current = opening(plan, person, claim.claim, standing, claim.before), dict(claim.before)
    considered = claim.considered if identity is None else identity
    if considered is not None:
        env.identities = standing.per_identity[standing.considered.index(considered)]
        env.held = (env.identities,)
    continued: Mapping[str, Exact] = {}
    if claim.claim.continues is not None and plan.year.split == "one":
        continued = taken.get(claim.claim.continues, {})
    steps: list[Reached] = []
    for step, run in zip(plan.body.steps, runs_of(plan), strict=True):
        met, sums = env.copy(), dict(current)
        if not isinstance(run, LayerRun):
            steps.append(Reached(step, met, sums, 0, run(env), plan.accumulators))
            continue
        before = continued.get(run.layer.name, 0)
        outcome = run(env, current, before)
        go_on(env, current, run.layer.name, outcome)
        steps.append(Reached(step, met, sums, before, outcome.result, plan.accumulators))
    return Replay(tuple(steps), env)


def known_of(claim: s.ClaimSettlement, person: s.Person, considered: str | None) -> Known:
    """What is known of a claim while an identity is considered (None: all that the person holds)."""
    given = {"claim": claim.claim.facts, "person": person.facts}
    return _known(claim.plan, person, claim.claim.date, given, considered)


def known_of_person(plan: p.Plan, person: s.Person, day: datetime.date) -> Known:
    """What is known of a person on a day, without a claim."""
    return _known(plan, person, day, {"person": person.facts}, None)


def _known(
    plan: p.Plan, person: s.Person, day: datetime.date, given: Mapping[str, Mapping[str, p.Value]],
    considered: str | None,
) -> Known:  # fmt: skip
    undeclared = frozenset(
        spec.name
        for spec in plan.facts
        if spec.default is not None and spec.of in given and given[spec.of].get(spec.name) is None
    )
    standing = standing_of(plan, person, day)
    names: list[str] = list(standing.names)
    if considered is not None:
        at = standing.per_identity[standing.considered.index(considered)]
        names = [considered, *(name for name in names if name in at and name != considered)]
    lapsed = tuple(
        (held.name, counts_as(plan, held.name), held.since, held.until)
        for held in person.identities
        if held.name not in standing.names
    )
    return Known(undeclared, {name: counts_as(plan, name) for name in names}, standing.considered, lapsed)


__all__ = ["Reached", "Replay", "Taken", "known_of", "known_of_person", "replay"]
