"""The state that each layer of a settled claim met, for what the settlement itself need not record.

A claim is settled again, step by step, on the accumulators it started with; a layer's state is kept before it runs. The
sheet reads from it where a standard came from (which row of a table) and what conditions never tried would have seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve, frozen

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as s
from polc.arithmetic import Exact, whole
from polc.cut_cost import cut_cost
from polc.evaluate import Environment, NoValue, seen
from polc.pay_layer import LayerRun


@frozen(eq=False, repr=False, slots=False)
class Reached:
    """What a layer met: the state of the claim and the accumulators."""

    layer: p.Layer
    env: Environment
    current: Mapping[str, Exact]
    accumulators: tuple[p.Accumulator, ...]

    def saw(self, expr: p.Expr) -> s.Seen:
        """What an expression reads here, as far as it can be read."""
        try:
            return seen(expr, self.env)
        except (Problems, NoValue):
            return ()

    def unguarded(self) -> s.LayerResult | None:
        """What the layer would do if all its conditions held; None where that cannot be worked out."""
        try:
            return LayerRun(evolve(self.layer, guards=()), self.accumulators)(self.env, self.current, 0).result
        except (Problems, NoValue):
            return None


def replay(claim: s.ClaimSettlement, person: s.Person) -> dict[str, Reached]:
    """The state by layer; layers behind one that cannot be settled again are missing."""
    return {
        step.name: Reached(step, env, current, claim.plan.accumulators)
        for step, env, current in states(claim, person)
        if isinstance(step, p.Layer)
    }


Step = p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer


def states(claim: s.ClaimSettlement, person: s.Person) -> Iterator[tuple[Step, Environment, Mapping[str, Exact]]]:
    """Each step of the plan with the state of the claim and the accumulators it met, as far as it can be settled."""
    plan = claim.plan
    env, current = _environment(claim, person), dict(claim.before)
    try:
        for step in plan.body.steps:
            yield step, env.copy(), dict(current)
            if not isinstance(step, p.Layer):
                cut_cost(step)(env)
                continue
            outcome = LayerRun(step, plan.accumulators)(env, current, 0)
            paid = outcome.result.paid
            env.paid[step.name] = paid
            if paid and step.payer != env.person_field:
                env.left -= paid
                env.borne[step.payer] = env.borne.get(step.payer, 0) + paid
            if outcome.overflow:
                env.overflow[step.name] = outcome.overflow
            for key, amount in outcome.adds.items():
                current[key] = whole(current[key] + amount)
    except (Problems, NoValue, KeyError):
        pass


def _environment(claim: s.ClaimSettlement, person: s.Person) -> Environment:
    plan, total = claim.plan, claim.claim.parts["total"]
    order = plan.root.identities if isinstance(plan.root, p.HighestOf) else ()
    counts = frozenset().union(*(counting_as(plan, name) for name in claim.identities))
    per_identity = tuple(_alone(claim, name, order) for name in order if name in counts)
    held = per_identity
    if claim.considered is not None:
        counts = _alone(claim, claim.considered, order)
        held = (counts,)
    return Environment(
        claim=claim.claim.facts, person=person.facts, items=claim.claim.items,
        defaults={spec.name: spec.default for spec in plan.facts if spec.default is not None},
        parts=dict(claim.claim.parts), total=total, left=total, identities=counts, held=held,
        tallies={tally.name: claim.before.get(tally.accumulator, 0) for tally in plan.tallies},
        person_field=plan.bearers[-1][0], where=claim.claim.id,
    )  # fmt: skip


def counting_as(plan: p.Plan, name: str) -> frozenset[str]:
    """The identity and every wider one that includes it."""
    found = {name}
    while wider := {spec.name for spec in plan.identities if found & set(spec.includes)} - found:
        found |= wider
    return frozenset(found)


def _alone(claim: s.ClaimSettlement, name: str, order: tuple[str, ...]) -> frozenset[str]:
    """The names that count while one identity is considered."""
    narrower = {
        held for held in claim.identities if held not in order and name in counting_as(claim.plan, held)
    }  # fmt: skip
    return counting_as(claim.plan, name) | narrower


__all__ = ["Reached", "counting_as", "replay", "states"]
