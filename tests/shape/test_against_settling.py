"""The shape of invented plans against the interpreter: what everybody bears of every claim of a year."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.settle.plans import (
    band_pay,
    bands,
    base,
    cap,
    claim,
    count,
    deductible,
    layer,
    money,
    part,
    percent,
    person,
    plan,
    rate,
    run,
    to_fen,
)
from tests.settle.test_properties import EXAMPLES, NAMES, histories, plans

from polc import plan as p
from polc import settlement as r
from polc.shape.linear import Amount, Region, linear
from polc.shape.run import Case, run_claim

ROUNDED = 40
"""Fen: each step rounds by less than one, and what the invented tilts do to it at most doubles that a few times."""


def calm(made: p.Plan) -> p.Plan:
    """The plan without what can make a jump of a fen more or less, since a shape leaves rounding out: whole-amount and
    lump tables, limits on the number of claims, rounding to more than a fen, the best of several tilts."""
    steps = [
        evolve(x, steps=_calm_steps(x.steps), rule="add") if isinstance(x, p.Layer) else x for x in made.body.steps
    ]
    body = p.Sequence(tuple(steps))
    return evolve(made, root=evolve(made.root, body=body) if isinstance(made.root, p.HighestOf) else body)


def _calm_steps(steps: tuple[p.Step, ...]) -> tuple[p.Step, ...]:
    found: list[p.Step] = []
    for step in steps:
        if isinstance(step, p.BandPay) and step.table.mode == "lump":
            found.append(p.FixedPay(step.table.bands[0].value, step.origin))
        elif isinstance(step, p.BandPay):
            found.append(evolve(step, table=evolve(step.table, mode="progressive")))
        elif isinstance(step, p.Round):
            found.append(evolve(step, to=1))
        elif not isinstance(step, p.Times):
            found.append(step)
    return tuple(found)


def on_shape(made: p.Plan, claims: list[r.Claim], *held: str) -> list[dict[str, Amount]]:
    """What everybody bears of each claim, along the shape; the amounts are known, so that nothing is asked."""
    state: Mapping[str, Amount] = {}
    found: list[dict[str, Amount]] = []
    for one in claims:
        outcome = run_claim(made, Case(frozenset(held), one.facts), Region(((0, 0),)), dict(one.parts), state)
        state = outcome.state
        found.append({**outcome.borne, made.bearers[-1][0]: outcome.left})
    return found


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans(), histories(), st.sampled_from(("", *NAMES)))
def test_a_year_of_claims_comes_to_the_same(made: p.Plan, claims: list[r.Claim], name: str) -> None:
    made = calm(made)
    days = [datetime.date(2023, 1, day) for day in range(1, 6)]
    claims = [evolve(one, date=day) for one, day in zip(claims, days, strict=False)]
    settled = run(made, *claims, who=person(*([name] if name else [])))
    shown = on_shape(made, claims, *([name] if name else []))
    for one, borne in zip(settled.claims, shown, strict=True):
        for field, _, amount in one.bearers:
            assert abs(linear(borne.get(field, 0)).constant - amount) <= ROUNDED


def test_what_lies_above_a_payment_cap_flows_on() -> None:
    """Hand-worked: 1000 of deductible, 60 % up to 50,000 and 80 % above, 40,000 at the most. At 100,000: 30,000 are
    paid on the first 50,000, the cap is reached 12,500 further on; 36,500 flow on, half of which is paid."""
    table = bands((money(50_000), percent(60)), (None, percent(80)))
    first = layer(
        "基本", base(part("inscope")), deductible(money(1000), "claim"), band_pay(table, "excess"), to_fen(),
        cap(money(40_000), "基本.付"),
    )  # fmt: skip
    second = layer("补充", base(p.Overflow("基本")), rate(percent(50)), to_fen())
    made = plan(first, second, accumulators=(count("基本.付", "基本", "paid"),))
    one = claim(100_000_00)
    assert run(made, one).claims[0].layers[1].paid == 18_250_00
    assert on_shape(made, [one])[0][second.payer] == 18_250_00
