"""A claim settled again for its sheet comes to the same, step by step; an alternative to what was recorded of it."""

from __future__ import annotations

from random import Random
from typing import Any

import attrs
import pytest
from tests.fast.population import population
from tests.laws.conftest import SETTLING, plan_of
from tests.settle.test_properties import EXAMPLES

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as r
from polc.explain.replay import replay
from polc.settle import settle


def plain(node: Any) -> Any:
    """A step as nested tuples; plan nodes by themselves."""
    if type(node).__module__ == "polc.settlement":
        return (type(node).__name__, *(plain(getattr(node, a.name)) for a in attrs.fields(type(node))))
    if isinstance(node, tuple):
        return tuple(map(plain, node))
    return sorted(node.items()) if isinstance(node, dict) else node


@pytest.mark.parametrize("name", SETTLING)
def test_settled_again_it_is_the_same(name: str) -> None:
    plan, alternatives = plan_of(name), 0
    for person, claims in population(plan, Random(f"replay {name}"), EXAMPLES):
        try:
            settlement = settle(lambda _: plan, person, claims)
        except Problems:
            continue
        for claim in settlement.claims:
            again = replay(claim, person, settlement.state.taken)
            assert [plain(reached.result) for reached in again.steps] == [plain(step) for step in claim.steps]
            assert again.env.left == claim.left and again.env.total == claim.total
            for one in claim.alternatives:
                other = replay(claim, person, settlement.state.taken, one.identity)
                results = [reached.result for reached in other.steps]
                paid = tuple((x.name, x.paid) for x in results if isinstance(x, r.LayerResult))
                assert (paid, other.env.left) == (one.paid, one.left)
                alternatives += 1
    assert alternatives or not isinstance(plan.root, p.HighestOf)
