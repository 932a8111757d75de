"""First self-paid shares, exclusions, controls and packages: who bears what, and what is left of the cost parts."""

from fractions import Fraction
from typing import Any

import pytest

from polc import plan as p
from polc import settlement as r

from .plans import (
    HERE,
    bearers,
    by,
    claim,
    fact,
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
    rate,
    run,
    yuan,
)

HOSPITAL = ("hosp_part_amt", "医疗机构")
INSCOPE, NONCOVERED, OVERLIMIT, TOTAL = part("inscope"), part("noncovered"), part("overlimit"), part("total")


def exclusion(
    amount: p.Expr, from_part: p.Part = INSCOPE, bearer: tuple[str, str] = HOSPITAL, **more: Any
) -> p.Exclusion:
    return p.Exclusion("过度医疗", amount, from_part, *bearer, more.get("when"), HERE)


def control(limit: p.Expr, *parts: p.Part, share: Fraction = Fraction(1), guards: Any = ()) -> p.Control:
    return p.Control("控费", parts or (NONCOVERED,), guards, limit, share, *HOSPITAL, HERE)


def package(price: p.Expr, kind: Any, scope: Any = "whole", share: Fraction = Fraction(1), **more: Any) -> p.Package:
    return p.Package("白内障", more.get("guards", ()), price, kind, scope, share, *more.get("bearer", HOSPITAL), HERE)


def cuts(settled: r.ClaimSettlement) -> list[r.CutResult]:
    return [step for step in settled.steps if isinstance(step, r.CutResult)]


HALF = layer("基本", INSCOPE, rate(percent(50)))


def test_a_first_self_paid_share_moves_between_parts() -> None:
    four = p.CopayCut(p.Multiply((fact("乙类"), percent(4)), "money"), INSCOPE, None, HERE)
    settled = run(plan(four, HALF), claim(yuan(1000), yuan(50), 乙类=yuan("10.10"))).claims[0]
    (step,) = cuts(settled)
    assert (step.kind, step.name, step.subject, step.moved, step.bearer) == (
        "copay", "政策范围内费用", yuan(1000), 40, None,
    )  # fmt: skip
    assert step.parts == {"total": 105000, "noncovered": 5000, "overlimit": 0, "copay": 40, "inscope": 99960}
    assert step.seen == (("乙类", 1010, "money"),)
    assert bearers(settled) == {"基本": 49980, "个人": 55020}


def test_a_first_self_paid_share_is_at_most_the_part() -> None:
    all_of_it = p.CopayCut(money(5000), NONCOVERED, None, HERE)
    settled = run(plan(all_of_it, HALF), claim(yuan(1000), yuan(50))).claims[0]
    assert (cuts(settled)[0].moved, cuts(settled)[0].parts["noncovered"]) == (yuan(50), 0)


def test_a_cut_whose_condition_fails() -> None:
    cut = p.CopayCut(money(5), INSCOPE, fact("未转诊", "bool"), HERE)
    (step,) = cuts(run(plan(cut, HALF), claim(yuan(1000), 未转诊=False)).claims[0])
    assert (step.applies, step.moved, step.seen) == (False, 0, ())
    assert [one.held for one in step.guards] == [False]


def test_an_exclusion_changes_bearer() -> None:
    settled = run(plan(exclusion(money(200)), HALF), claim(yuan(1000))).claims[0]
    assert bearers(settled) == {"医疗机构": yuan(200), "基本": yuan(400), "个人": yuan(400)}
    assert cuts(settled)[0].left == yuan(800)


def test_the_total_stays_as_billed() -> None:
    rest = layer("其余", minus(TOTAL, p.Cut("过度医疗")), rate(percent(10)))
    settled = run(plan(exclusion(money(200)), rest), claim(yuan(1000))).claims[0]
    assert bearers(settled) == {"医疗机构": yuan(200), "其余": yuan(80), "个人": yuan(720)}
    assert cuts(settled)[0].parts == {
        "total": yuan(1000), "noncovered": 0, "overlimit": 0, "copay": 0, "inscope": yuan(800),
    }  # fmt: skip


def test_an_exclusion_is_rounded_to_the_fen_and_can_be_read_afterwards() -> None:
    third = p.Divide(INSCOPE, p.Const(3, "number"), "money")
    rest = layer("其余", p.Cut("过度医疗"), rate(percent(10)))
    settled = run(plan(exclusion(third), rest), claim(yuan(1000))).claims[0]
    assert bearers(settled) == {"医疗机构": 33333, "其余": 3333, "个人": 63334}


def test_what_is_excluded_at_the_persons_cost_is_in_no_part_but_stays_with_the_person() -> None:
    settled = run(plan(exclusion(money(200), bearer=("psn_part_amt", "个人")), HALF), claim(yuan(1000))).claims[0]
    assert bearers(settled) == {"基本": yuan(400), "个人": yuan(600)}
    assert (cuts(settled)[0].parts["total"], cuts(settled)[0].parts["inscope"]) == (yuan(1000), yuan(800))


def test_a_control_on_what_is_out_of_the_catalogue() -> None:
    # Guizhou 2019 二(六): more than 10 % of the total out of catalogue is the hospital's
    tenth = p.Multiply((TOTAL, percent(10)), "money")
    settled = run(plan(control(tenth, NONCOVERED, OVERLIMIT), HALF), claim(yuan(800), yuan(150), 0, yuan(50))).claims[0]
    (step,) = cuts(settled)
    assert (step.subject, step.limit, step.moved, step.bearer_name) == (yuan(200), yuan(100), yuan(100), "医疗机构")
    assert step.parts == {
        "total": yuan(1000), "noncovered": yuan(50), "overlimit": yuan(50), "copay": 0, "inscope": yuan(800),
    }  # fmt: skip
    assert bearers(settled) == {"医疗机构": yuan(100), "基本": yuan(400), "个人": yuan(500)}


def test_a_control_reduces_parts_in_the_order_given_and_shares_the_excess() -> None:
    half = control(money(100), OVERLIMIT, NONCOVERED, share=Fraction(1, 2))
    settled = run(plan(half, HALF), claim(yuan(800), yuan(250), 0, yuan(50))).claims[0]
    (step,) = cuts(settled)
    assert step.moved == yuan(100)
    assert (step.parts["overlimit"], step.parts["noncovered"]) == (0, yuan(200))


@pytest.mark.parametrize(("limit", "guards"), [(1000, ()), (10, (guard(holds("低保")),))])
def test_a_control_that_changes_nothing(limit: int, guards: tuple[p.Guard, ...]) -> None:
    settled = run(plan(control(money(limit), guards=guards), HALF), claim(yuan(800), yuan(250))).claims[0]
    assert cuts(settled)[0].moved == 0
    assert cuts(settled)[0].applies is not bool(guards)
    assert bearers(settled)["医疗机构"] == 0


FUND = layer("基本", INSCOPE, rate(percent(80)), guards=(guard(p.InPackage("白内障")),))


def test_a_limit_price_leaves_the_excess_with_the_hospital() -> None:
    made = plan(package(money(3000), "limit"), FUND)
    settled = run(made, claim(yuan(2800), yuan(500)), claim(yuan(2000), yuan(500), id="2"))
    first, second = settled.claims
    assert bearers(first) == {"医疗机构": yuan(300), "基本": yuan(2400), "个人": yuan(600)}
    assert cuts(first)[0].parts == {
        "total": yuan(3300), "noncovered": 0, "overlimit": 0, "copay": 0, "inscope": yuan(3000),
    }  # fmt: skip
    assert (cuts(first)[0].subject, cuts(first)[0].limit, cuts(first)[0].moved) == (yuan(3300), yuan(3000), yuan(300))
    assert bearers(second) == {"医疗机构": 0, "基本": yuan(2000), "个人": yuan(500)}


def test_a_fixed_price_is_owed_even_where_the_cost_is_lower() -> None:
    settled = run(plan(package(money(3000), "fixed"), FUND), claim(yuan(2000), yuan(500))).claims[0]
    assert settled.total == cuts(settled)[0].parts["total"] == yuan(3000)
    assert settled.claim.parts["total"] == yuan(2500)
    assert bearers(settled) == {"医疗机构": 0, "基本": yuan(2400), "个人": yuan(600)}


def test_a_package_as_billed_takes_the_excess_from_what_nobody_pays_first() -> None:
    made = plan(package(money(3000), "limit", "billed"), FUND)
    settled = run(made, claim(yuan(2700), yuan(500), yuan(100), yuan(50))).claims[0]
    assert cuts(settled)[0].parts == {
        "total": yuan(3350), "noncovered": yuan(150), "overlimit": yuan(50), "copay": yuan(100), "inscope": yuan(2700),
    }  # fmt: skip
    deep = run(made, claim(yuan(3200), yuan(100), yuan(40), yuan(60))).claims[0]
    assert cuts(deep)[0].parts == {
        "total": yuan(3400), "noncovered": 0, "overlimit": 0, "copay": 0, "inscope": yuan(3000),
    }  # fmt: skip


def test_a_package_whose_excess_is_shared() -> None:
    # Guiyang: the price is the most that is paid for; here the hospital bears half of what is above it
    made = plan(package(money(3000), "limit", share=Fraction(1, 2)), FUND)
    settled = run(made, claim(yuan(3300))).claims[0]
    assert bearers(settled) == {"医疗机构": yuan(150), "基本": yuan(2400), "个人": yuan(750)}
    assert cuts(settled)[0].parts["noncovered"] == yuan(150)


def test_a_package_above_whose_price_the_person_bears() -> None:
    made = plan(package(money(3000), "limit", bearer=("psn_part_amt", "个人")), FUND)
    assert bearers(run(made, claim(yuan(3300))).claims[0]) == {"基本": yuan(2400), "个人": yuan(900)}


def test_outside_the_package_nothing_changes() -> None:
    disease = guard(p.Compare("=", fact("病种", "text"), p.Const("白内障", "text")))
    made = plan(package(money(3000), "limit", guards=(disease,)), FUND, layer("普通", INSCOPE, rate(percent(60))))
    settled = run(made, claim(yuan(3300), 病种="骨折")).claims[0]
    assert not cuts(settled)[0].applies
    assert paid(settled) == {"基本": 0, "普通": yuan(1980)}


def test_a_layer_after_a_control_cannot_pay_what_the_hospital_bears() -> None:
    rest = layer("补充", minus(TOTAL, p.Paid("基本")), rate(percent(100)))
    settled = run(plan(control(money(0)), HALF, rest), claim(yuan(800), yuan(200)), who=person()).claims[0]
    assert bearers(settled) == {"医疗机构": yuan(200), "基本": yuan(400), "补充": yuan(400), "个人": 0}


def test_a_control_after_a_layer_moves_no_more_than_is_left() -> None:
    outside = layer("补充", NONCOVERED, rate(percent(90)))
    settled = run(plan(outside, control(money(0))), claim(0, yuan(200))).claims[0]
    assert bearers(settled) == {"补充": yuan(180), "医疗机构": yuan(20), "个人": 0}


def test_a_price_by_cases() -> None:
    price = by((holds("低保"), money(2000)), otherwise=money(3000))
    settled = run(plan(package(price, "limit"), FUND), claim(yuan(3300)), who=person("低保")).claims[0]
    assert bearers(settled)["医疗机构"] == yuan(1300)
    assert cuts(settled)[0].seen == (("低保", True, "bool"),)
