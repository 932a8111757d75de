"""What each step of a layer does, by amounts worked out by hand."""

import datetime
from fractions import Fraction
from typing import Any

import pytest

from polc import plan as p
from polc import settlement as r

from .plans import (
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
    fact,
    fixed,
    guard,
    holds,
    layer,
    minus,
    money,
    paid,
    part,
    percent,
    person,
    plan,
    points,
    rate,
    repeat,
    run,
    steps_of,
    tilt,
    to_fen,
    yuan,
)

INSCOPE = part("inscope")
TABLE = bands((money(30000), percent(50)), (money(80000), percent(60)), (None, percent(70)))
YEAR_BASE = count("基数", "层", "base")
YEAR_PAID = count("支付", "层", "paid")


def only(*steps: Any, who: r.Person | None = None, start: Any = INSCOPE, inscope: int = 10000, **more: Any) -> Any:
    """The one layer on one claim of so many yuan in scope."""
    accumulators = more.pop("accumulators", ())
    facts = more.pop("facts", {})
    made = plan(layer("层", start, *steps, **more), accumulators=accumulators)
    return run(made, claim(yuan(inscope), **facts), who=who).claims[0]


def pays(*amounts: int, layers: Any, accumulators: tuple[p.Accumulator, ...] = (), **facts: p.Value) -> list[int]:
    """What the first layer pays on claims of so many yuan in scope, in fen."""
    made = plan(*layers, accumulators=accumulators)
    settled = run(made, *(claim(yuan(amount), id=str(i), **facts) for i, amount in enumerate(amounts)))
    return [one.layers[0].paid for one in settled.claims]


# ---------------------------------------------------------------- guards, base, cases


def test_guards_are_tried_up_to_the_first_that_fails() -> None:
    guards = (guard(fact("住院", "bool")), guard(fact("转诊", "bool")), guard(fact("从未读到", "bool")))
    settled = only(rate(percent(50)), guards=guards, facts={"住院": True, "转诊": False})
    (one,) = settled.layers
    assert (one.applies, one.paid, one.left) == (False, 0, yuan(10000))
    assert [(step.held, step.failed is None, step.seen) for step in one.steps] == [
        (True, True, (("住院", True, "bool"),)),
        (False, False, (("转诊", False, "bool"),)),
    ]


def test_a_base_below_zero_counts_as_zero() -> None:
    settled = only(rate(percent(50)), start=minus(INSCOPE, money(20000)))
    (step,) = steps_of(settled, "层", r.BaseStep)
    assert (step.result, step.amount) == (-yuan(10000), 0)
    assert settled.layers[0].paid == 0


@pytest.mark.parametrize(
    ("steps", "term"),
    [
        ((rate(by((holds("甲"), percent(50)), unit="ratio")),), "rate"),
        ((deductible(by((holds("甲"), money(1)))), rate(percent(50))), "deductible"),
        ((rate(percent(50)), cap(by((holds("甲"), money(1))))), "cap"),
        ((cost_cap(by((holds("甲"), money(1)))), rate(percent(50))), "limit"),
        ((fixed(by((holds("甲"), money(1)))),), "pay"),
    ],
)
def test_a_layer_with_a_term_for_which_no_case_fits_does_not_apply(steps: tuple[p.Step, ...], term: str) -> None:
    settled = only(*steps, accumulators=(YEAR_PAID, count("次", "层", "count")))
    (one,) = settled.layers
    assert not one.applies
    assert settled.left == yuan(10000)
    (missing,) = steps_of(settled, "层", r.NoCaseStep)
    assert (missing.term, missing.seen) == (term, (("甲", False, "bool"),))
    assert set(settled.after.values()) == {0}


def test_a_base_without_a_fitting_case() -> None:
    settled = only(rate(percent(50)), start=by((holds("甲"), INSCOPE)))
    assert [step.term for step in steps_of(settled, "层", r.NoCaseStep)] == ["base"]


def test_claims_that_fail_a_guard_enter_the_running_base_only_where_every_claim_does() -> None:
    for every, second in ((True, 400000), (False, 0)):
        made = plan(
            layer(
                "层", base(INSCOPE, "基数", every), deductible(money(10000), "base"), rate(percent(50)),
                guards=(guard(fact("住院", "bool")),),
            ),
            accumulators=(YEAR_BASE,),
        )  # fmt: skip
        settled = run(made, claim(yuan(8000), id="1", 住院=False), claim(yuan(10000), id="2", 住院=True))
        assert [one.layers[0].paid for one in settled.claims] == [0, second]
        assert settled.claims[0].after == {"基数": yuan(8000) if every else 0}


# ---------------------------------------------------------------- deductibles


def test_a_deductible_anew_on_each_claim() -> None:
    layers = (layer("层", INSCOPE, deductible(money(300)), rate(percent(50))),)
    assert pays(1000, 200, 500, layers=layers) == [yuan(350), 0, yuan(100)]


def test_a_deductible_of_its_own_period() -> None:
    layers = (layer("层", INSCOPE, deductible(money(300), "own", accumulator="起付"), rate(percent(50))),)
    accumulators = (count("起付", "层", "deductible"),)
    assert pays(200, 200, 500, layers=layers, accumulators=accumulators) == [0, yuan(50), yuan(250)]


def test_a_deductible_of_its_own_that_grows_between_claims_takes_the_difference() -> None:
    value = by((fact("三级", "bool"), money(500)), otherwise=money(300))
    made = plan(
        layer("层", INSCOPE, deductible(value, "own", accumulator="起付"), rate(percent(50))),
        accumulators=(count("起付", "层", "deductible"),),
    )
    settled = run(made, *(claim(yuan(1000), id=str(i), 三级=level) for i, level in enumerate((False, True, False))))
    steps = [steps_of(one, "层", r.DeductibleStep)[0] for one in settled.claims]
    assert [(step.used, step.applied, step.open) for step in steps] == [
        (0, yuan(300), 0), (yuan(300), yuan(200), 0), (yuan(500), 0, 0),
    ]  # fmt: skip


def test_a_ceiling_on_the_deductibles_of_a_year() -> None:
    layers = (layer("层", INSCOPE, deductible(money(300), ceiling=money(500), taken="起付"), rate(percent(50))),)
    accumulators = (count("起付", "层", "deductible"),)
    assert pays(1000, 1000, 1000, layers=layers, accumulators=accumulators) == [yuan(350), yuan(400), yuan(500)]


@pytest.mark.parametrize(
    ("repeats", "chained", "expected"),
    [
        ((repeat(2, "×", percent(50)), repeat(3, "×", percent(30))), False, (1000, 500, 300, 300)),
        ((repeat(2, "×", percent(75)), repeat(3, "×", percent(50))), True, (1000, 750, 375, 375)),
        ((repeat(2, "-", money(100)),), False, (1000, 900, 900, 900)),
        ((repeat(2, "-", money(100)), repeat(3, "-", money(100)), repeat(4, "-", money(100))), True,
         (1000, 900, 800, 700)),
        ((repeat(2, "=", money(200)), repeat(4, "=", p.Const(0, "money"))), False, (1000, 200, 200, 0)),
        ((repeat(2, "-", money(5000)),), False, (1000, 0, 0, 0)),
    ],
)  # fmt: skip
def test_shapes_of_repeated_admissions(repeats: Any, chained: bool, expected: tuple[int, ...]) -> None:
    made = plan(
        layer("层", INSCOPE, deductible(money(1000), repeats=repeats, chained=chained, count="次"), rate(percent(50))),
        accumulators=(count("次", "层", "count"),),
    )
    settled = run(made, *(claim(yuan(5000), id=str(i)) for i in range(4)))
    steps = [steps_of(one, "层", r.DeductibleStep)[0] for one in settled.claims]
    assert tuple(step.applied for step in steps) == tuple(map(yuan, expected))


def test_only_claims_on_which_the_layer_applies_are_numbered() -> None:
    made = plan(
        layer(
            "层", INSCOPE, deductible(money(1000), repeats=(repeat(2, "×", percent(50)),), count="次"),
            rate(percent(50)), guards=(guard(fact("住院", "bool")),),
        ),
        accumulators=(count("次", "层", "count"),),
    )  # fmt: skip
    settled = run(made, *(claim(yuan(5000), id=str(i), 住院=stay) for i, stay in enumerate((True, False, True, True))))
    assert [one.after["次"] for one in settled.claims] == [1, 1, 2, 3]
    assert [steps_of(settled.claims[i], "层", r.DeductibleStep)[0].effective for i in (0, 2, 3)] == [
        yuan(1000), yuan(500), yuan(500),
    ]  # fmt: skip


# ---------------------------------------------------------------- bands


def test_bands_that_follow_their_own_count() -> None:
    # a deductible on each admission, bands over the year's sum above it
    layers = (layer("层", INSCOPE, deductible(money(1000)), band_pay(TABLE, "excess", "own", "以上")),)
    accumulators = (count("以上", "层", "excess"),)
    # above the deductible 20,000 + 20,000 + 50,000: first 20,000 × 50 %, then 10,000 × 50 % + 10,000 × 60 %, then
    # 40,000 × 60 % + 10,000 × 70 %
    assert pays(21000, 21000, 51000, layers=layers, accumulators=accumulators) == [
        yuan(10000), yuan(11000), yuan(31000),
    ]  # fmt: skip


def test_bands_over_the_base_that_follow_their_own_count() -> None:
    # over the amounts themselves: 1,000 to 21,000; 22,000 to 42,000; 43,000 to 93,000
    layers = (layer("层", INSCOPE, deductible(money(1000)), band_pay(TABLE, "base", "own", "基")),)
    accumulators = (count("基", "层", "excess"),)
    assert pays(21000, 21000, 51000, layers=layers, accumulators=accumulators) == [
        yuan(10000), yuan(8000 // 2 + 12000 * 6 // 10), yuan(37000 * 6 // 10 + 13000 * 7 // 10),
    ]  # fmt: skip


def test_bands_over_a_running_base_pay_the_difference() -> None:
    layers = (layer("层", base(INSCOPE, "基数"), deductible(money(20000), "base"), band_pay(TABLE, "base", "base")),)
    split = pays(15000, 25000, 60000, layers=layers, accumulators=(YEAR_BASE,))
    assert split == [0, yuan(5000 + 6000), yuan(24000 + 14000)]
    assert sum(split) == sum(pays(100000, layers=layers, accumulators=(YEAR_BASE,))) == yuan(49000)


def test_bands_over_what_is_above_the_deductible_of_a_running_base() -> None:
    layers = (layer("层", base(INSCOPE, "基数"), deductible(money(20000), "base"), band_pay(TABLE, "excess", "base")),)
    split = pays(15000, 25000, 60000, layers=layers, accumulators=(YEAR_BASE,))
    assert split == [0, yuan(10000), yuan(5000 + 30000)]
    assert sum(split) == yuan(45000)


def test_whole_amount_bands() -> None:
    table = bands((money(30000), percent(50)), (money(80000), percent(60)), (None, percent(70)), mode="whole")
    over_excess = (layer("层", INSCOPE, deductible(money(20000)), band_pay(table, "excess")),)
    assert pays(50000, layers=over_excess) == [yuan(15000)]  # 30,000 stands on the edge and belongs to the lower band
    assert pays(50001, layers=over_excess) == [yuan("18000.60")]
    over_base = (layer("层", INSCOPE, deductible(money(20000)), band_pay(table, "base")),)
    assert pays(50000, layers=over_base) == [yuan(18000)]
    assert pays(15000, layers=over_base) == [0]


def test_running_whole_amount_bands_pay_the_difference_and_never_take_back() -> None:
    rising = bands((money(100), percent(50)), (None, percent(60)), mode="whole")
    falling = bands((money(100), percent(50)), (None, percent(10)), mode="whole")
    for table, expected in ((rising, [yuan(50), yuan(70)]), (falling, [yuan(50), 0])):
        layers = (layer("层", base(INSCOPE, "基数"), band_pay(table, "excess", "base")),)
        assert pays(100, 100, layers=layers, accumulators=(YEAR_BASE,)) == expected


def test_lump_sums() -> None:
    table = bands((money(100), money(10)), (money(500), money(60)), (None, money(200)), mode="lump")
    anew = (layer("层", INSCOPE, deductible(money(50)), band_pay(table, "base")),)
    assert pays(40, 50, 51, 100, 101, 1000, layers=anew) == [0, 0, 1000, 1000, 6000, 20000]
    running = (layer("层", base(INSCOPE, "基数"), band_pay(table, "base", "base")),)
    assert pays(80, 20, 100, 1000, layers=running, accumulators=(YEAR_BASE,)) == [1000, 0, 5000, 14000]


def test_the_row_of_a_whole_amount_table_shows_the_amount() -> None:
    table = bands((money(100), percent(50)), (None, percent(60)), mode="whole", upper_in=False)
    (step,) = steps_of(only(band_pay(table, "excess"), inscope=100), "层", r.BandsStep)
    assert [(row.amount, row.pays) for row in step.rows] == [(0, 0), (10000, 6000)]
    assert [(row.lower_inclusive, row.upper_inclusive) for row in step.rows] == [(True, False), (True, False)]


# ---------------------------------------------------------------- pay, top-up, minimum, rounding, times


def test_a_formula_pays_not_more_than_is_left() -> None:
    settled = only(fixed(money(12000)))
    assert settled.layers[0].paid == yuan(10000)
    (step,) = steps_of(settled, "层", r.LimitedStep)
    assert (step.before, step.after) == (yuan(12000), yuan(10000))


def test_top_up_to_a_share_of_the_cost() -> None:
    # Changsha 2017 三(二): basic and assistance together reach at least 90 %
    ninety = p.Multiply((INSCOPE, percent(90)), "money")
    layers = (
        layer("基本", INSCOPE, rate(percent(60))),
        layer("救助", minus(INSCOPE, p.Paid("基本")), rate(percent(50))),
        layer("兜底", INSCOPE, p.TopUp(ninety, ("基本", "救助"), p.Origin((), "", ""))),
    )
    settled = run(plan(*layers), claim(yuan(10000))).claims[0]
    assert paid(settled) == {"基本": yuan(6000), "救助": yuan(2000), "兜底": yuan(1000)}
    (step,) = steps_of(settled, "兜底", r.TopUpStep)
    assert step.counted == (("基本", yuan(6000)), ("救助", yuan(2000)))
    assert step.floor == yuan(9000)
    generous = (layer("基本", INSCOPE, rate(percent(95))), *layers[1:])
    assert paid(run(plan(*generous), claim(yuan(10000))).claims[0])["兜底"] == 0


def test_a_minimum_payment_is_not_above_the_base() -> None:
    layers = (
        layer("层", INSCOPE, deductible(money(500)), rate(percent(50)), p.Minimum(money(100), p.Origin((), "", ""))),
    )
    assert pays(40, 600, 2000, layers=layers) == [yuan(40), yuan(100), yuan(750)]


def test_rounding_each_claim_and_rounding_the_running_sum() -> None:
    each = (layer("层", base(INSCOPE), rate(percent(50)), to_fen(to=100)),)
    running = (layer("层", base(INSCOPE), rate(percent(50)), to_fen(to=100, accumulator="准确")),)
    accumulators = (count("准确", "层", "exact"),)
    assert pays(1, 1, 1, 1, layers=each) == [100, 100, 100, 100]
    assert pays(1, 1, 1, 1, layers=running, accumulators=accumulators) == [100, 0, 100, 0]
    settled = only(rate(percent(50)), to_fen(to=100, accumulator="准确"), inscope=1, accumulators=accumulators)
    (step,) = steps_of(settled, "层", r.RoundStep)
    assert (step.before, step.after, step.running) == (50, 100, (0, 50))


def test_the_payment_is_whole_fen_even_where_nothing_rounds_it() -> None:
    bare = p.Layer(
        "层", "pay", "层", frozenset(), (), base(INSCOPE), (rate(percent("0.01")),), (), "add", p.Origin((), "", "")
    )
    assert pays(50, layers=(bare,)) == [1]


def test_a_layer_that_pays_so_many_times() -> None:
    made = plan(
        layer("层", INSCOPE, rate(percent(50)), p.Times(2, "次", "applied", p.Origin((), "", ""))),
        accumulators=(count("次", "层", "count", "month"), YEAR_PAID),
    )
    days = [datetime.date(2023, 5, day) for day in (1, 2, 3)] + [datetime.date(2023, 6, 1)]
    settled = run(made, *(claim(yuan(100), date=day, id=str(day)) for day in days))
    assert [one.layers[0].paid for one in settled.claims] == [5000, 5000, 0, 5000]
    assert [one.layers[0].applies for one in settled.claims] == [True, True, False, True]
    assert [one.after["次"] for one in settled.claims] == [1, 2, 2, 1]
    (step,) = steps_of(settled.claims[2], "层", r.TimesStep)
    assert (step.allowed, step.used, step.held, step.period) == (2, 2, False, "month")


# ---------------------------------------------------------------- caps


def test_a_cap_on_each_claim_and_on_the_year() -> None:
    assert pays(1000, 3000, layers=(layer("层", INSCOPE, rate(percent(50)), cap(money(800))),)) == [
        yuan(500),
        yuan(800),
    ]
    layers = (layer("层", INSCOPE, rate(percent(50)), cap(money(800), "支付")),)
    assert pays(1000, 3000, 10, layers=layers, accumulators=(YEAR_PAID,)) == [yuan(500), yuan(300), 0]


def test_a_cap_shows_room_and_what_lies_above_it() -> None:
    settled = only(deductible(money(1000)), rate(percent(50)), cap(money(3000), "支付"), accumulators=(YEAR_PAID,))
    (step,) = steps_of(settled, "层", r.PaymentCapStep)
    assert (step.limit, step.used, step.before, step.after) == (yuan(3000), 0, yuan(4500), yuan(3000))
    assert step.overflow == yuan(3000)  # 9,000 above the deductible, of which 6,000 use up the cap
    assert step.period == "year"


def test_cost_above_the_cap_goes_on_in_the_next_layer() -> None:
    layers = (
        layer("基本", INSCOPE, deductible(money(20000)), band_pay(TABLE, "base"), cap(money(8000), overflow_to="大额")),
        layer("大额", p.Overflow("基本"), rate(percent(90))),
    )
    settled = run(plan(*layers), claim(yuan(100000))).claims[0]
    # 10,000 × 50 % + 5,000 × 60 % use up the cap; of 80,000 above the deductible 65,000 are left
    assert paid(settled) == {"基本": yuan(8000), "大额": yuan(58500)}


@pytest.mark.parametrize(
    ("op", "value", "left"), [("×", percent(80), 7500), ("+", money(1000), 8000), ("-", money(500), 5000)]
)
def test_cost_above_the_cap_under_a_change_of_the_payment(op: Any, value: p.Expr, left: int) -> None:
    # 10,000 at 50 %. At 80 % of that, a cap of 1,000 is reached with 2,500; a cap of 2,000 with 2,000 where 1,000 is
    # added, with 5,000 where 500 is taken away
    steps = (rate(percent(50)), cap(money(1000 if op == "×" else 2000)))
    settled = only(*steps, tilts=(tilt(p.Const(True, "bool"), change("payment", op, value)),))
    assert steps_of(settled, "层", r.PaymentCapStep)[0].overflow == yuan(left)


def test_a_cap_on_eligible_cost() -> None:
    layers = (
        layer("层", INSCOPE, cost_cap(money(90000), "费用"), deductible(money(1000)), rate(percent(50))),
        layer("再", p.Overflow("层"), rate(percent(10))),
    )
    made = plan(*layers, accumulators=(count("费用", "层", "cost"),))
    settled = run(made, claim(yuan(80000), id="1"), claim(yuan(30000), id="2"), claim(yuan(500), id="3"))
    assert [paid(one)["层"] for one in settled.claims] == [yuan(39500), yuan(4500), 0]
    assert [paid(one)["再"] for one in settled.claims] == [0, yuan(2000), yuan(50)]
    assert settled.claims[2].after["费用"] == yuan(90000)


def test_capped_cost_is_what_enters_a_running_base() -> None:
    steps = (cost_cap(money(5000)), deductible(money(6000), "base"), rate(percent(50)))
    layers = (layer("层", base(INSCOPE, "基数"), *steps),)
    # 5,000 of 8,000 enter, then 3,000: 2,000 above the deductible
    assert pays(8000, 3000, layers=layers, accumulators=(YEAR_BASE,)) == [0, yuan(1000)]


def test_a_cap_shared_by_two_layers() -> None:
    shared = count("合并", "合并封顶", "cap")
    layers = (
        layer("门诊", INSCOPE, rate(percent(50)), cap(money(1000), "合并", "合并封顶")),
        layer("住院", minus(INSCOPE, p.Paid("门诊")), rate(percent(80)), cap(money(1000), "合并", "合并封顶")),
    )
    made = plan(*layers, accumulators=(shared,))
    settled = run(made, claim(yuan(1000), id="1"), claim(yuan(1000), id="2"))
    assert [paid(one) for one in settled.claims] == [{"门诊": 50000, "住院": 40000}, {"门诊": 10000, "住院": 0}]
    assert settled.claims[1].after == {"合并": yuan(1000)}


def test_a_cap_shared_by_two_layers_on_each_claim() -> None:
    layers = (
        layer("甲", INSCOPE, rate(percent(50)), cap(money(700), shared="每次合并")),
        layer("乙", minus(INSCOPE, p.Paid("甲")), rate(percent(80)), cap(money(700), shared="每次合并")),
    )
    settled = run(plan(*layers), claim(yuan(1000), id="1"), claim(yuan(2000), id="2"))
    assert [paid(one) for one in settled.claims] == [{"甲": 50000, "乙": 20000}, {"甲": 70000, "乙": 0}]


def test_a_payment_is_never_rounded_above_its_cap() -> None:
    settled = only(rate(percent(50)), cap(money("1000.50")), to_fen(to=100), inscope=3000)
    assert settled.layers[0].paid == yuan(1000)
    settled = only(rate(percent(50)), to_fen(), cap(p.Const(Fraction(200001, 2), "money")), inscope=3000)
    assert settled.layers[0].paid == yuan(1000)


def test_a_month_and_a_year_cap() -> None:
    made = plan(
        layer("层", INSCOPE, rate(percent(50)), cap(money(100), "月"), cap(money(150), "年")),
        accumulators=(count("月", "层", "paid", "month"), count("年", "层", "paid", "year")),
    )
    days = [datetime.date(2023, month, 3) for month in (5, 5, 6, 7)]
    settled = run(made, *(claim(yuan(160), date=day, id=str(i)) for i, day in enumerate(days)))
    assert [one.layers[0].paid for one in settled.claims] == [8000, 2000, 5000, 0]


# ---------------------------------------------------------------- tilts


POOR = holds("低保")


def tilted(*tilts: p.Tilt, rule: Any = "add", who: r.Person | None = None, **more: Any) -> Any:
    steps = (deductible(money(1000)), rate(percent(60)), cap(money(4000)))
    return only(*steps, tilts=tilts, rule=rule, who=who or person("低保"), **more)


def test_a_tilt_changes_deductible_rate_and_cap() -> None:
    # 10,000 − 500 at 65 %, no cap
    half = tilt(POOR, change("deductible", "×", percent(50)), change("rate", "+", points(5)), change("cap", "none"))
    settled = tilted(half)
    assert settled.layers[0].paid == yuan(6175)
    assert tilted(half, who=person()).layers[0].paid == yuan(4000)
    (step,) = steps_of(settled, "层", r.TiltStep)
    assert (step.held, step.taken, step.pays) == (True, True, None)
    assert [(one.target, one.op, one.value, one.unit) for one in step.changes] == [
        ("deductible", "×", Fraction(1, 2), "ratio"), ("rate", "+", Fraction(1, 20), "points"),
        ("cap", "none", None, "number"),
    ]  # fmt: skip
    (taken,) = steps_of(settled, "层", r.DeductibleStep)
    assert (taken.normal, taken.effective, len(taken.changed_by)) == (yuan(1000), yuan(500), 1)
    (limit,) = steps_of(settled, "层", r.PaymentCapStep)
    assert (limit.normal, limit.limit, limit.after) == (yuan(4000), None, yuan(6175))


def test_a_tilt_that_does_not_apply_says_what_failed() -> None:
    settled = tilted(tilt(POOR, change("rate", "+", points(5))), who=person("特困"))
    (step,) = steps_of(settled, "层", r.TiltStep)
    assert (step.held, step.taken, step.failed, step.seen) == (False, False, POOR, (("低保", False, "bool"),))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ((change("rate", "×", percent(110)),), 66 * 90),
        ((change("rate", "=", percent(90)),), 90 * 90),
        ((change("rate", "+", points(45)),), 100 * 90),
        ((change("rate", "-", points(70)),), 0),
        ((change("deductible", "=", p.Const(0, "money")),), 60 * 100),
        ((change("deductible", "-", money(2000)),), 60 * 100),
        ((change("deductible", "+", money(500)), change("rate", "-", points(10))), 50 * 85),
        ((change("base", "×", percent(50)),), 60 * 40),
        ((change("base", "-", money(20000)),), 0),
        ((change("payment", "×", percent(20)),), 60 * 90 * 20 // 100),
        ((change("payment", "-", money(400)),), 60 * 90 - 400),
        ((change("payment", "=", money(77)),), 77),
    ],
)
def test_changes_of_each_term(changes: tuple[p.Change, ...], expected: int) -> None:
    settled = only(deductible(money(1000)), rate(percent(60)), tilts=(tilt(POOR, *changes),), who=person("低保"))
    assert settled.layers[0].paid == yuan(expected)


def test_a_derived_standard_is_rounded_where_the_policy_says_so() -> None:
    # half of 6,269 is 3,134.50, published as 3,135
    rounds = p.Change("deductible", "×", percent(50), p.Origin((), "", ""), (100, "half_up"))
    settled = only(deductible(money(6269)), rate(percent(60)), tilts=(tilt(POOR, rounds),), who=person("低保"))
    assert steps_of(settled, "层", r.DeductibleStep)[0].effective == yuan(3135)


def test_rates_of_bands_are_changed_in_every_band_and_stay_within_one() -> None:
    table = bands((money(1000), percent(50)), (None, percent(98)))
    settled = only(band_pay(table, "excess"), tilts=(tilt(POOR, change("rate", "+", points(5))),), who=person("低保"))
    (step,) = steps_of(settled, "层", r.BandsStep)
    assert [(row.normal, row.rate, row.pays) for row in step.rows] == [
        (Fraction(1, 2), Fraction(11, 20), yuan(550)), (Fraction(49, 50), 1, yuan(9000)),
    ]  # fmt: skip


BONUS = tilt(POOR, change("rate", "+", points(5)), name="五个百分点")
CHILD = tilt(fact("儿童", "bool"), change("rate", "+", points(10)), name="儿童")


def test_several_tilts_add_up() -> None:
    settled = only(rate(percent(60)), tilts=(BONUS, CHILD), who=person("低保"), facts={"儿童": True})
    assert settled.layers[0].paid == yuan(7500)


def test_of_several_tilts_the_best_is_taken() -> None:
    settled = only(rate(percent(60)), tilts=(BONUS, CHILD), rule="best", who=person("低保"), facts={"儿童": True})
    assert settled.layers[0].paid == yuan(7000)
    steps = steps_of(settled, "层", r.TiltStep)
    assert [(step.taken, step.pays) for step in steps] == [(False, yuan(6500)), (True, yuan(7000))]


def test_on_a_tie_the_first_tilt_is_taken() -> None:
    twin = tilt(POOR, change("rate", "+", points(5)), name="又一个")
    steps = steps_of(only(rate(percent(60)), tilts=(BONUS, twin), rule="best", who=person("低保")), "层", r.TiltStep)
    assert [step.taken for step in steps] == [True, False]


def test_of_several_tilts_the_first_is_taken() -> None:
    settled = only(rate(percent(60)), tilts=(BONUS, CHILD), rule="first", who=person("低保"), facts={"儿童": True})
    assert settled.layers[0].paid == yuan(6500)
    assert [step.taken for step in steps_of(settled, "层", r.TiltStep)] == [True, False]


FARTHER = tilt(fact("转外", "bool"), change("rate", "-", points(10)), name="转外", kind="adjust")


@pytest.mark.parametrize(
    ("rule", "pays", "taken"),
    [("add", 6500, [True, True, True]), ("best", 6000, [False, True, True]), ("first", 5500, [True, True, False])],
)
def test_an_adjustment_applies_whatever_the_rule_for_tilts(rule: Any, pays: int, taken: list[bool]) -> None:
    tilts, facts = (BONUS, FARTHER, CHILD), {"儿童": True, "转外": True}
    settled = only(rate(percent(60)), tilts=tilts, rule=rule, who=person("低保"), facts=facts)
    assert settled.layers[0].paid == yuan(pays)
    assert [step.taken for step in steps_of(settled, "层", r.TiltStep)] == taken


def test_adjustments_apply_where_the_best_is_none_of_the_tilts() -> None:
    worse = tilt(POOR, change("rate", "-", points(5)), name="更少")
    facts = {"转外": True}
    settled = only(rate(percent(60)), tilts=(worse, FARTHER), rule="best", who=person("低保"), facts=facts)
    assert settled.layers[0].paid == yuan(5000)
    steps = steps_of(settled, "层", r.TiltStep)
    assert [(step.taken, step.pays) for step in steps] == [(False, yuan(4500)), (True, None)]


def test_adjustments_stand_among_the_chosen_tilts_in_written_order() -> None:
    fixed_rate = tilt(fact("转外", "bool"), change("rate", "=", percent(50)), kind="adjust")
    facts = {"转外": True}
    before = only(rate(percent(60)), tilts=(BONUS, fixed_rate), rule="first", who=person("低保"), facts=facts)
    after = only(rate(percent(60)), tilts=(fixed_rate, BONUS), rule="first", who=person("低保"), facts=facts)
    assert (before.layers[0].paid, after.layers[0].paid) == (yuan(5000), yuan(5500))


def test_a_tilt_whose_value_has_no_fitting_case() -> None:
    value = by((holds("特困"), percent(50)), unit="ratio")
    settled = tilted(tilt(POOR, change("deductible", "×", value)))
    assert not settled.layers[0].applies
    assert [step.term for step in steps_of(settled, "层", r.NoCaseStep)] == ["deductible"]
