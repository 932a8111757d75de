"""Machine code comes to what the interpreter comes to on persons with claims, for every policy there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import attrs
import pytest
from tests.fast.population import population
from tests.laws.conftest import SETTLING, plan_of
from tests.native.pack import claim_at, closed, opened, packed

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as r
from polc.examples.given import case_of_example
from polc.fast import FastClaim
from polc.fast.run import deductible_of
from polc.load import standard_names
from polc.native import NativeSettler
from polc.pipeline import Plans, compile_policy
from polc.settle import settle

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(ROOT.glob("examples/**/*.pol"))


def as_fast(one: r.ClaimSettlement) -> FastClaim:
    """What the interpreter says of a claim."""
    layers = [step for step in one.steps if isinstance(step, r.LayerResult)]
    return FastClaim(
        one.total, tuple(layer.paid for layer in layers), tuple(map(deductible_of, layers)),
        tuple(step.moved for step in one.steps if isinstance(step, r.CutResult)),
        tuple(amount for _, _, amount in one.bearers), one.considered, tuple(q.held for q in one.requirements),
    )  # fmt: skip


def assert_same(
    plan: p.Plan, cases: Sequence[tuple[r.Person, Sequence[r.Claim]]], states: Sequence[r.State] | None = None
) -> tuple[int, int]:
    """Settles persons with claims both ways; how many claims there were, and how many were left to the exact way."""
    settler = NativeSettler(plan)
    assert settler.reasons == ()
    columns = packed(settler, cases)
    results = settler.settle(columns, None if states is None else opened(settler, states))
    at = left = count = 0
    for index, (person, claims) in enumerate(cases):
        count += len(claims)
        state = r.State() if states is None else states[index]
        for number, claim in enumerate(claims):
            try:
                expected = settle(lambda _: plan, person, [claim], state)
            except Problems:
                assert results.status[at + number] == 1, claim.id
                break
            if results.status[at + number]:
                left += len(claims) - number
                assert results.status[at + number : at + len(claims)].all()
                break
            made = claim_at(settler, results, at + number)
            assert attrs.asdict(made) == attrs.asdict(as_fast(expected.claims[0])), (claim.id, settler.ir())
            state = expected.state
        else:
            assert closed(settler, results.closing, index) == state.values
        at += len(claims)
    return count, left


@pytest.mark.parametrize("name", SETTLING)
def test_standard_policies(name: str) -> None:
    plan = plan_of(name)
    cases = [(person, [attrs.evolve(claim, continues=None) for claim in claims])
             for person, claims in population(plan, Random(11), 150)]  # fmt: skip
    count, left = assert_same(plan, cases)
    assert count > 300 and left == 0


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_policies(path: Path) -> None:
    plan = compile_policy(str(path)).usable
    count, left = assert_same(plan, list(population(plan, Random(11), 25)))
    assert left < count / 2


def examples_of(name: str) -> Iterator[tuple[p.Plan, r.Person, Sequence[r.Claim], r.State]]:
    """The examples in a policy that one plan settles."""
    compiled = compile_policy(name, settling=None)
    if compiled.plan is None:
        return
    plans = Plans(compiled)
    for example in compiled.program.examples:
        case = case_of_example(example, compiled.plan)
        days = {id(plans(claim.date)) for claim in case.claims}
        if len(days) == 1:
            yield plans(case.claims[0].date), case.person, case.claims, case.state


@pytest.mark.parametrize("name", [*map(str, EXAMPLES), *standard_names()])
def test_examples_in_policies(name: str) -> None:
    for plan, person, claims, state in examples_of(name):
        assert_same(plan, [(person, claims)], [state])


def test_accumulators_go_on_from_one_batch_to_the_next() -> None:
    plan = plan_of("linxian-2023")
    cases = [(person, [attrs.evolve(claim, continues=None) for claim in claims])
             for person, claims in population(plan, Random(5), 60)]  # fmt: skip
    settler = NativeSettler(plan)
    whole = settler.settle(packed(settler, cases))
    first = settler.settle(packed(settler, [(person, claims[:1]) for person, claims in cases]))
    then = settler.settle(packed(settler, [(person, claims[1:]) for person, claims in cases]), first.closing)
    assert (then.closing.values == whole.closing.values).all()
    assert (then.closing.periods == whole.closing.periods).all()
