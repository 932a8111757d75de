"""Properties that hold for every plan, over invented plans and claims."""

import datetime
import os
from fractions import Fraction
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polc import plan as p
from polc import settlement as r
from polc.arithmetic import times

from .plans import (
    HERE,
    band_pay,
    bands,
    base,
    by,
    cap,
    change,
    claim,
    cost_cap,
    count,
    deductible,
    fixed,
    guard,
    holds,
    layer,
    minus,
    paid,
    part,
    person,
    plan,
    rate,
    repeat,
    run,
    tilt,
    to_fen,
)

EXAMPLES = int(os.environ.get("POLC_EXAMPLES", "60"))
"""How many cases a property is tried on: few in every run, thousands after a change of the arithmetic."""

NAMES = ("甲", "乙", "丙")
AMOUNTS = st.one_of(st.integers(0, 300), st.integers(0, 30_000_00))
RATES = st.sampled_from([Fraction(n, 40) for n in range(0, 41)] + [Fraction(1, 3), Fraction(2, 7)])
LIMITS = st.integers(0, 12_000_00)


def fen(amount: int | Fraction) -> p.Const:
    return p.Const(amount, "money")


def ratio(value: Fraction) -> p.Const:
    return p.Const(value, "ratio")


@st.composite
def rates(draw: Any) -> p.Expr:
    """A rate, perhaps by identity, perhaps with no value for some."""
    if draw(st.booleans()):
        return ratio(draw(RATES))
    arms = tuple((holds(name), ratio(draw(RATES))) for name in draw(st.sets(st.sampled_from(NAMES), min_size=1)))
    return by(*arms, otherwise=ratio(draw(RATES)) if draw(st.booleans()) else None, unit="ratio")


@st.composite
def tables(draw: Any, mode: str) -> p.BandTable:
    edges = sorted(draw(st.sets(st.integers(1, 30_000_00), max_size=3)))
    value = st.builds(fen, LIMITS) if mode == "lump" else st.builds(ratio, RATES)
    return bands(
        *((fen(edge), draw(value)) for edge in edges), (None, draw(value)), mode=mode, upper_in=draw(st.booleans())
    )


@st.composite
def changes(draw: Any) -> p.Change:
    target = draw(st.sampled_from(("deductible", "rate", "cap", "base", "payment")))
    if target == "cap" and draw(st.booleans()):
        return change("cap", "none")
    op = draw(st.sampled_from(("×", "+", "-", "=")))
    if op == "×" or target == "rate":
        value: p.Expr = p.Const(draw(RATES) * (2 if op == "×" else 1), "ratio")
    else:
        value = fen(draw(LIMITS))
    return change(target, op, value)


@st.composite
def layers(draw: Any, index: int, earlier: tuple[str, ...], accumulators: list[p.Accumulator]) -> p.Layer:
    name = f"第{index}层"
    period = draw(st.sampled_from(("month", "year", "life")))

    def accumulator(kind: Any, of: str = period) -> str:
        key = f"{name}.{kind}.{of}"
        if all(one.key != key for one in accumulators):
            start = draw(st.sampled_from((None, None, (7, 1)))) if (kind, of) == ("count", "year") else None
            accumulators.append(p.Accumulator(key, name, kind, of, start))  # type: ignore[arg-type]
        return key

    runs = draw(st.booleans())
    source = part(draw(st.sampled_from(("inscope", "total", "copay"))))
    value = minus(source, *(p.Paid(other) for other in earlier if draw(st.booleans())))
    every = draw(st.booleans())
    steps: list[p.Step] = []
    if draw(st.booleans()):
        limited = draw(st.booleans())
        steps.append(cost_cap(fen(draw(LIMITS)), accumulator("cost") if limited else None))
    if draw(st.booleans()):
        position = draw(st.sampled_from(("claim", "own", *(("base", "register") if runs else ()))))
        repeats = (repeat(2, "×", ratio(draw(RATES))), repeat(3, "-", fen(100_00))) if draw(st.booleans()) else ()
        more: dict[str, Any] = dict(
            accumulator=accumulator("deductible") if position in ("own", "register") else None,
            kept_out=accumulator("kept_out") if position == "register" and every else None,
            repeats=repeats, chained=draw(st.booleans()), count=accumulator("count", "year") if repeats else None,
        )  # fmt: skip
        steps.append(deductible(fen(draw(LIMITS)), position, **more))
    kind = draw(st.sampled_from(("bands", "rate", "fixed", "nothing")))
    if kind == "bands":
        mode = draw(st.sampled_from(("progressive", "progressive", "whole", "lump")))
        position = draw(st.sampled_from(("claim", "own", *(("base",) if runs else ()))))
        over = draw(st.sampled_from(("base", "excess")))
        key = accumulator("excess") if position == "own" else None
        steps.append(band_pay(draw(tables(mode)), over, position, key))
    elif kind == "rate":
        steps.append(rate(draw(rates())))
    elif kind == "fixed":
        steps.append(fixed(fen(draw(LIMITS))))
    if draw(st.booleans()) and earlier:
        steps.append(p.TopUp(p.Multiply((source, ratio(draw(RATES))), "money"), earlier, HERE))
    if draw(st.booleans()):
        steps.append(p.Minimum(fen(draw(LIMITS)), HERE))
    exact = accumulator("exact") if draw(st.booleans()) else None
    mode = draw(st.sampled_from(("half_up", "half_even", "down", "up")))
    steps.append(to_fen(mode, draw(st.sampled_from((1, 1, 10, 100))), exact))
    for of in draw(st.sets(st.sampled_from(("admission", "month", "year")), max_size=2)):
        key = None if of == "admission" else accumulator("paid", of)
        gone = holds(*draw(st.sets(st.sampled_from(NAMES), min_size=1))) if draw(st.integers(0, 3)) == 0 else None
        steps.append(cap(fen(draw(LIMITS)), key, removed=gone))
    if draw(st.integers(0, 5)) == 0:
        counts = draw(st.sampled_from(("applied", "paid")))
        key = accumulator("payments" if counts == "paid" else "count", "month")
        steps.append(p.Times(draw(st.integers(1, 2)), key, counts, HERE))
    tilts = tuple(
        tilt(
            holds(*draw(st.sets(st.sampled_from(NAMES), min_size=1))),
            *draw(st.lists(changes(), min_size=1, max_size=2)),
        )
        for _ in range(draw(st.integers(0, 2)))
    )
    guards = (guard(p.Compare("<", fen(draw(LIMITS)), part("total"))),) if draw(st.booleans()) else ()
    start = base(value, accumulator("base") if runs else None, every)
    return layer(name, start, *steps, tilts=tilts, guards=guards, rule=draw(st.sampled_from(("add", "best", "first"))))


@st.composite
def cuts(draw: Any) -> p.CopayCut | p.Exclusion | p.Control | p.Package:
    kind, amount = draw(st.sampled_from(("copay", "exclusion", "control", "package"))), fen(draw(LIMITS))
    where = part(draw(st.sampled_from(("noncovered", "overlimit", "copay", "inscope"))))
    hospital, share = ("hosp_part_amt", "医疗机构"), draw(RATES)
    if kind == "copay":
        return p.CopayCut(p.Multiply((where, ratio(share)), "money"), where, None, HERE)
    if kind == "exclusion":
        return p.Exclusion("除外", amount, where, *hospital, None, HERE)
    if kind == "control":
        return p.Control("控费", (where, part("noncovered")), (), amount, share, *hospital, HERE)
    scope, fixed_price = draw(st.sampled_from(("whole", "billed"))), draw(st.sampled_from(("limit", "fixed")))
    return p.Package("包干", (), amount, fixed_price, scope, share, *hospital, HERE)


@st.composite
def plans(draw: Any, highest: str | None = None) -> p.Plan:
    accumulators: list[p.Accumulator] = []
    steps: list[Any] = [draw(cuts()) for _ in range(draw(st.integers(0, 2)))]
    names: tuple[str, ...] = ()
    for index in range(1, draw(st.integers(1, 4)) + 1):
        made = draw(layers(index, names, accumulators))
        steps.append(made)
        names += (made.name,)
    steps += [draw(cuts())] if draw(st.booleans()) else []
    criterion = highest or draw(st.sampled_from((None, "least_left", "rank")))
    return plan(*steps, identities=NAMES, accumulators=tuple(accumulators), highest=criterion)


@st.composite
def histories(draw: Any) -> list[r.Claim]:
    days = sorted(draw(st.lists(st.integers(0, 500), min_size=1, max_size=5)))
    start = datetime.date(2023, 1, 1)
    return [
        claim(*(draw(AMOUNTS) for _ in range(4)), id=str(i), date=start + datetime.timedelta(days=day))
        for i, day in enumerate(days)
    ]


PEOPLE = st.sets(st.sampled_from(NAMES)).map(lambda names: person(*sorted(names, key=NAMES.index)))


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans(), histories(), PEOPLE)
def test_every_fen_has_one_bearer_and_nothing_is_negative(made: p.Plan, claims: list[r.Claim], who: r.Person) -> None:
    for settled in run(made, *claims, who=who).claims:
        assert sum(amount for _, _, amount in settled.bearers) == settled.total
        assert all(type(amount) is int and amount >= 0 for _, _, amount in settled.bearers)
        assert settled.bearers[-1][2] == settled.left >= 0
        left = settled.claim.parts["total"]
        for step in settled.steps:
            assert step.left >= 0
            if isinstance(step, r.LayerResult):
                assert 0 <= step.paid <= left
                assert step.left == left - step.paid
            left = step.left
            if isinstance(step, r.CutResult):
                assert sum(step.parts.values()) <= 2 * step.parts["total"]
                assert min(step.parts.values()) >= 0
        assert set(settled.before) == set(settled.after) == {one.key for one in made.accumulators}


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans(), histories(), PEOPLE)
def test_caps_are_never_passed_and_sums_never_fall(made: p.Plan, claims: list[r.Claim], who: r.Person) -> None:
    for settled in run(made, *claims, who=who).claims:
        assert all(settled.after[key] >= settled.before[key] for key in settled.before)
        for one in settled.layers:
            for index, step in enumerate(one.steps):
                if isinstance(step, r.PaymentCapStep) and step.limit is not None:
                    later = [s for s in one.steps[index:] if isinstance(s, r.TopUpStep | r.MinimumStep)]
                    assert later or step.used + one.paid <= max(step.limit, step.used)
                    assert step.after <= step.before
                    assert step.overflow >= 0
                elif isinstance(step, r.CostCapStep):
                    assert step.used + step.after <= max(step.limit, step.used)
                elif isinstance(step, r.DeductibleStep):
                    assert 0 <= step.applied <= step.effective + step.used
                    assert step.used + step.applied <= max(step.effective, step.used)


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans(), histories(), PEOPLE)
def test_settling_in_two_runs_is_settling_in_one(made: p.Plan, claims: list[r.Claim], who: r.Person) -> None:
    whole = run(made, *claims, who=who)
    first = run(made, *claims[:2], who=who)
    second = run(made, *claims[2:], who=who, state=first.state)
    assert [one.bearers for one in whole.claims] == [one.bearers for one in (*first.claims, *second.claims)]
    assert whole.state.values == second.state.values


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans("least_left"), histories().map(lambda claims: claims[:1]), PEOPLE)
def test_highest_of_is_the_best_of_settling_once_per_identity(
    made: p.Plan, claims: list[r.Claim], who: r.Person
) -> None:
    settled = run(made, *claims, who=who).claims[0]
    alone = [run(made, *claims, who=person(one.name)).claims[0] for one in who.identities]
    if not alone:
        assert settled.considered is None
        return
    assert settled.left == min(one.left for one in alone)
    best = min(alone, key=lambda one: one.left)
    assert settled.considered == best.considered
    assert settled.bearers == best.bearers
    assert settled.after == best.after
    assert [(one.left, dict(one.paid)) for one in settled.alternatives] == [(one.left, paid(one)) for one in alone]


@settings(max_examples=EXAMPLES, deadline=None)
@given(plans("least_left"), histories().map(lambda claims: claims[:1]), PEOPLE, st.sampled_from(NAMES))
def test_one_identity_more_never_leaves_more(made: p.Plan, claims: list[r.Claim], who: r.Person, more: str) -> None:
    assume(who.identities)
    held = person(more, *(one.name for one in who.identities))
    assert run(made, *claims, who=held).claims[0].left <= run(made, *claims, who=who).claims[0].left


@settings(max_examples=EXAMPLES, deadline=None)
@given(
    st.lists(AMOUNTS, min_size=1, max_size=6), LIMITS, tables("progressive"), st.sampled_from(("base", "excess")),
    st.sampled_from(("half_up", "half_even", "down", "up")), st.one_of(st.none(), LIMITS), st.booleans(),
)  # fmt: skip
def test_splitting_a_claim_changes_nothing_under_running_rounding(
    amounts: list[int], normal: int, table: p.BandTable, over: Any, mode: Any, most: int | None, register: bool
) -> None:
    taken = deductible(fen(normal), "register", accumulator="已扣") if register else deductible(fen(normal), "base")
    steps: list[p.Step] = [taken, band_pay(table, over, "base"), to_fen(mode, 1, "准确")]
    if most is not None:
        steps.append(cap(fen(most), "支付"))
    made = plan(
        layer("层", base(part("inscope"), "基数"), *steps),
        accumulators=(
            count("基数", "层", "base"), count("准确", "层", "exact"), count("支付", "层", "paid"),
            count("已扣", "层", "deductible"),
        ),
    )  # fmt: skip
    split = run(made, *(claim(amount, id=str(i)) for i, amount in enumerate(amounts)))
    whole = run(made, claim(sum(amounts)))
    assert sum(one.layers[0].paid for one in split.claims) == whole.claims[0].layers[0].paid
    assert split.state.values == whole.state.values


@st.composite
def met(draw: Any) -> tuple[list[r.Claim], p.BandTable, Any, bool]:
    """Claims, some of which do not qualify, bands with their coordinates, and whether such claims enter the sum."""
    mode = draw(st.sampled_from(("progressive", "whole", "lump")))
    qualify = draw(st.lists(st.tuples(AMOUNTS, st.booleans()), min_size=1, max_size=6))
    claims = [claim(amount, id=str(i), 符合=fits) for i, (amount, fits) in enumerate(qualify)]
    return claims, draw(tables(mode)), draw(st.sampled_from(("base", "excess"))), draw(st.booleans())


def met_plan(table: p.BandTable, over: Any, every: bool, register: bool, value: p.Expr, *tilts: p.Tilt) -> p.Plan:
    """A layer with a deductible along its running base, met by the cost so far or by deductions so far."""
    more = dict(accumulator="已扣", kept_out="未适用" if every else None) if register else {}
    steps = (deductible(value, "register" if register else "base", **more), band_pay(table, over, "base"))
    guards = (guard(p.Fact("符合", "bool", "claim")),)
    return plan(
        layer("层", base(part("inscope"), "基数", every), *steps, guards=guards, tilts=tilts),
        identities=NAMES,
        accumulators=(
            count("基数", "层", "base"), count("已扣", "层", "deductible"), count("未适用", "层", "kept_out"),
        ),
    )  # fmt: skip


@settings(max_examples=EXAMPLES, deadline=None)
@given(met(), LIMITS)
def test_a_deductible_that_stays_the_same_is_met_in_one_way(case: Any, normal: int) -> None:
    claims, *reading = case
    one, other = (run(met_plan(*reading, register, fen(normal)), *claims) for register in (False, True))
    assert [paid(settled) for settled in one.claims] == [paid(settled) for settled in other.claims]


@settings(max_examples=EXAMPLES, deadline=None)
@given(met(), st.lists(LIMITS, min_size=2, max_size=2))
def test_by_deductions_nobody_bears_more_than_the_highest_deductible(case: Any, both: list[int]) -> None:
    claims, table, over, every = case
    value = by((p.Compare("<", part("inscope"), fen(10_000_00)), fen(both[0])), otherwise=fen(both[1]))
    made = met_plan(table, over, every, True, value)
    settled = run(made, *claims)
    steps = [
        step for one in settled.claims for layer in one.layers for step in layer.steps
        if isinstance(step, r.DeductibleStep)
    ]  # fmt: skip
    assert sum(step.applied for step in steps) == settled.claims[-1].after["已扣"] <= max(both)
    for one in steps:
        assert one.used - one.kept_out + one.applied <= max(both)
        assert one.applied == min(max(0, one.effective - one.used), one.applied + one.after)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.integers(1, 20_000_00), LIMITS, tables("progressive"), st.sampled_from(("base", "excess")), LIMITS)
def test_what_lies_above_a_cap_is_all_that_is_not_needed_to_reach_it(
    amount: int, normal: int, table: p.BandTable, over: Any, most: int
) -> None:
    steps = (deductible(fen(normal)), band_pay(table, over))
    capped = run(plan(layer("层", part("inscope"), *steps, cap(fen(most)))), claim(amount)).claims[0].layers[0]
    (step,) = (step for step in capped.steps if isinstance(step, r.PaymentCapStep))
    excess = max(0, amount - normal)
    if step.before <= most:
        assert step.overflow == 0
        return
    assert 0 <= step.overflow <= excess

    def exact(of_excess: int) -> Fraction | int:
        start = normal if over == "base" else 0
        total: Fraction | int = 0
        for band in table.bands:
            low = max(start, band.lower.value)  # type: ignore[union-attr]
            high = min(start + of_excess, band.upper.value if band.upper else 10**12)  # type: ignore[union-attr]
            total += times(max(0, high - low), band.value.value)  # type: ignore[union-attr,type-var]
        return total

    needed = excess - step.overflow
    assert exact(needed) >= most
    assert needed == 0 or exact(needed - 1) < most
