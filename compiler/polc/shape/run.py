"""A plan run on linear amounts: the same steps as settling, without rounding, asking a region instead of comparing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from attrs import frozen

from polc import plan as p
from polc.shape import cuts
from polc.shape.claim import Arm, Case, Claim, NeedFact, NoValue, Refused, Run
from polc.shape.layer import Paid, made_ready, run_layer
from polc.shape.linear import Amount, Region
from polc.shape.nodes import nodes
from polc.shape.values import value

__all__ = [
    "Arm",
    "Best",
    "Case",
    "Folded",
    "NeedFact",
    "Outcome",
    "Refused",
    "Step",
    "ready_steps",
    "run_claim",
    "run_step",
]

Step = Paid | p.CopayCut | p.Exclusion | p.Control | p.Package
"""A step of a plan ready to be run."""


@frozen(eq=False, slots=False)
class Best:
    """Steps in several ways, of which the one is taken that leaves the least to the person, the first of equal ones."""

    ways: tuple[tuple[Folded, ...], ...]


Folded = Step | p.Tally | Best
"""A step for one case: what is left of it when facts and identities are known."""


@frozen(eq=False, slots=False)
class Outcome:
    """What a claim came to on a region: all amounts linear in fen."""

    left: Amount
    total: Amount
    paid: Mapping[str, Amount]
    borne: Mapping[str, Amount]
    state: Mapping[str, Amount]
    arms: frozenset[Arm]
    considered: str | None


@lru_cache(maxsize=64)
def ready_steps(plan: p.Plan) -> tuple[Step, ...]:
    """The steps of a plan in order, ready to be run."""
    read = {node.layer for node in nodes([plan.root, plan.tallies]) if isinstance(node, p.Overflow)}
    return tuple(
        made_ready(step, plan.accumulators, step.name in read) if isinstance(step, p.Layer) else step
        for step in plan.body.steps
    )


def run_step(step: Step, run: Run, claim: Claim) -> None:
    """One step applied to a claim, which goes on with it.

    Raises `Split` or `NeedFact` where the region or the facts leave a question open, `NotLinear` where amounts are
    multiplied with each other, `Refused` where settling refuses the claim; the claim is then of no more use.
    """
    if isinstance(step, Paid):
        run_layer(step, run, claim)
        return
    try:
        if isinstance(step, p.CopayCut):
            cuts.copay_cut(step, run, claim)
        elif isinstance(step, p.Exclusion):
            cuts.exclusion(step, run, claim)
        elif isinstance(step, p.Control):
            cuts.control(step, run, claim)
        else:
            cuts.package(step, run, claim)
    except NoValue:
        raise Refused from None


def run_claim(
    plan: p.Plan, case: Case, region: Region, parts: Mapping[str, Amount], state: Mapping[str, Amount]
) -> Outcome:
    """The outcome of one claim with linear cost parts on a region; raises what `run_step` does."""
    run = Run(region, case, state, plan.bearers[-1][0])
    if isinstance(plan.root, p.HighestOf):
        held = [name for name in plan.root.identities if name in case.identities]
        if held:
            return _highest(plan, plan.root, held, run, parts)
    return _outcome(plan, run, _claim(plan, run, parts, case.identities), None, set())


def _claim(plan: p.Plan, run: Run, parts: Mapping[str, Amount], considered: frozenset[str]) -> Claim:
    claim = Claim(parts, considered, set())
    for step in ready_steps(plan):
        run_step(step, run, claim)
    return claim


def _highest(plan: p.Plan, root: p.HighestOf, held: list[str], run: Run, parts: Mapping[str, Amount]) -> Outcome:
    """The outcome of the identity that leaves the least, or that stands first."""
    claims = {name: _claim(plan, run, parts, frozenset([name])) for name in held}
    best = held[0]
    if root.criterion == "least_left":
        for name in held[1:]:
            if run.region.sign(claims[name].left - claims[best].left) < 0:
                best = name
    arms: set[Arm] = set()
    others = [claim.left for name, claim in claims.items() if name != best]
    by_rank = root.criterion == "rank"
    if others and (by_rank or all(run.region.sign(left - claims[best].left) > 0 for left in others)):
        arms.add(("就高", best))  # alone the best one: by its place in the list alone nothing is won
    return _outcome(plan, run, claims[best], best, arms)


def _outcome(plan: p.Plan, run: Run, claim: Claim, considered: str | None, arms: set[Arm]) -> Outcome:
    state = dict(run.state)
    for key, amount in claim.adds.items():
        state[key] = state.get(key, 0) + amount
    try:
        for tally in plan.tallies:
            state[tally.accumulator] = state.get(tally.accumulator, 0) + value(tally.value, run, claim)
    except NoValue:
        raise Refused from None
    return Outcome(
        claim.left, claim.total, claim.paid, claim.borne, state, frozenset((claim.arms or set()) | arms), considered
    )
