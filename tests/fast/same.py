"""Holds settling without a trace against the interpreter: equal amounts, state and refusals."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as r
from polc.fast import FastSettler, fast_settler
from polc.settle import settle


def deducted(layer: r.LayerResult) -> r.Exact:
    """What a layer's deductible took, where the layer applied."""
    return sum([step.applied for step in layer.steps if isinstance(step, r.DeductibleStep) and layer.applies])


settler_of = lru_cache(maxsize=256)(fast_settler)


def assert_same(plan: p.Plan, person: r.Person, claims: Sequence[r.Claim], state: r.State | None = None) -> FastSettler:
    """Settles both ways; the settler that was held against the interpreter."""
    settler = settler_of(plan)
    try:
        expected = settle(lambda _: plan, person, claims, state)
    except Problems as refused:
        try:
            settler.settle(person, claims, state)
        except Problems as also:
            assert [one.message("zh") for one in also.problems] == [one.message("zh") for one in refused.problems]
            return settler
        raise AssertionError("the interpreter refuses the claims") from refused
    found = settler.settle(person, claims, state)
    for claim, one, other in zip(claims, found.claims, expected.claims, strict=True):
        where = (claim.id, settler.text)
        assert dict(zip(settler.layers, one.paid, strict=True)) == {x.name: x.paid for x in other.layers}, where
        assert list(one.deductibles) == [deducted(x) for x in other.layers], where
        moved = [step.moved for step in other.steps if isinstance(step, r.CutResult)]
        assert list(one.moved) == moved and len(settler.cuts) == len(moved), where
        assert one.bearers == tuple(amount for _, _, amount in other.bearers), where
        assert (one.total, one.considered) == (other.total, other.considered), where
        assert one.requirements == tuple(requirement.held for requirement in other.requirements), where
    assert found.state.values == expected.state.values
    assert list(found.state.values) == list(expected.state.values)
    assert all(type(a[1]) is type(expected.state.values[k][1]) for k, a in found.state.values.items())
    assert found.state.taken == expected.state.taken
    return settler
