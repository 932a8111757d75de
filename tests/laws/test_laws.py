"""Laws that hold for every settlement of every standard policy."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polc import plan as p
from polc.lowering.folding import constant
from polc.settle import settle
from polc.settlement import Claim, PaymentCapStep, Person

Cases = Callable[[p.Plan], st.SearchStrategy[tuple[Person, list[Claim]]]]
FEW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def test_every_fen_has_one_bearer_and_no_payment_is_negative_or_too_large(plan: p.Plan, cases: Cases) -> None:
    @FEW
    @given(cases(plan))
    def law(case: tuple[Person, list[Claim]]) -> None:
        person, claims = case
        for settled in settle(lambda _: plan, person, claims).claims:
            assert sum(amount for _, _, amount in settled.bearers) == settled.total
            assert all(amount >= 0 for _, _, amount in settled.bearers)
            left = settled.total
            for step in settled.steps:
                moved = getattr(step, "paid", None)
                assert moved is None or 0 <= moved <= left
                left = step.left
            assert left == settled.left
            assert settled.left >= 0

    law()


def test_caps_are_never_passed(plan: p.Plan, cases: Cases) -> None:
    fixed = {
        (layer.name, step.accumulator): constant(step.value)
        for layer in plan.body.steps
        if isinstance(layer, p.Layer)
        for step in layer.steps
        if isinstance(step, p.PaymentCap) and step.accumulator
        if not any(change.target == "cap" for tilt in layer.tilts for change in tilt.changes)
    }

    @FEW
    @given(cases(plan))
    def law(case: tuple[Person, list[Claim]]) -> None:
        person, claims = case
        for settled in settle(lambda _: plan, person, claims).claims:
            for (_, key), cap in fixed.items():
                if isinstance(cap, (int, Fraction)):
                    assert settled.after[key or ""] <= cap
            for layer in settled.layers:
                for step in layer.steps:
                    if isinstance(step, PaymentCapStep) and step.limit is not None and step.used <= step.limit:
                        assert step.used + step.after <= step.limit

    law()


def test_highest_of_identities_is_the_best_of_settling_once_per_identity(plan: p.Plan, cases: Cases) -> None:
    @FEW
    @given(cases(plan))
    def law(case: tuple[Person, list[Claim]]) -> None:
        person, claims = case
        claim = claims[0]
        whole = settle(lambda _: plan, person, [claim]).claims[0].left
        alone = [
            settle(lambda _: plan, attrs.evolve(person, identities=(held,)), [claim]).claims[0].left
            for held in person.identities
        ] or [settle(lambda _: plan, person, [claim]).claims[0].left]
        assert whole == min(alone)

    law()


def test_one_identity_more_never_leaves_more_to_the_person(plan: p.Plan, cases: Cases) -> None:
    @FEW
    @given(cases(plan))
    def law(case: tuple[Person, list[Claim]]) -> None:
        person, claims = case
        if len(person.identities) < 2:
            return
        fewer = attrs.evolve(person, identities=person.identities[:-1])
        more_left = settle(lambda _: plan, person, claims[:1]).claims[0].left
        assert more_left <= settle(lambda _: plan, fewer, claims[:1]).claims[0].left

    law()


def test_settling_twice_gives_the_same_and_changes_nothing_given(plan: p.Plan, cases: Cases) -> None:
    @FEW
    @given(cases(plan))
    def law(case: tuple[Person, list[Claim]]) -> None:
        person, claims = case
        before = [dict(claim.parts) for claim in claims]
        first = settle(lambda _: plan, person, claims)
        second = settle(lambda _: plan, person, claims)
        assert [c.bearers for c in first.claims] == [c.bearers for c in second.claims]
        assert first.state.values == second.state.values
        assert before == [dict(claim.parts) for claim in claims]

    law()
