"""Claims that cannot be settled are refused with a reason."""

import datetime
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc import settlement as r
from polc.settle import Bug, settle

from .plans import (
    HERE,
    base,
    by,
    cap,
    claim,
    count,
    fact,
    holds,
    layer,
    money,
    part,
    percent,
    person,
    plan,
    rate,
    run,
    yuan,
)

INSCOPE = part("inscope")
LAYER = layer("层", INSCOPE, rate(percent(50)))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def refused(ask: Callable[[], object]) -> tuple[Problem, ...]:
    with pytest.raises(Problems) as error:
        ask()
    return error.value.problems


def told(ask: Callable[[], object]) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.where, problem.message("zh")) for problem in refused(ask)]


def document(**more: Any) -> p.Document:
    full: dict[str, Any] = dict(
        policy="算例", title="关于算例的通知", number="", issuers=(), issued=None, in_force=None, until=None,
        applied_back=None, jurisdiction="", code=None, provenance=(), illustrative=(),
    )  # fmt: skip
    return p.Document(**(full | more))


def test_a_missing_fact_names_the_claim() -> None:
    made = plan(layer("层", INSCOPE, rate(percent(50)), guards=(p.Guard(fact("转诊", "bool"), HERE),)))
    assert told(lambda: run(made, claim(1, id="甲"))) == [("C501", "甲", "就诊没有给出“转诊”")]


def test_a_missing_fact_comes_with_what_it_may_be_and_what_else_may_be_asked() -> None:
    specs = (
        p.FactSpec("医院", None, "text", (("三级", "3"), ("二级", None)), None, "claim", True),
        p.FactSpec("转诊", None, "bool", (), None, "claim", True),
        p.FactSpec("年龄", None, "number", (), None, "person", True),
        p.FactSpec("病种", None, "text", (), None, "claim", False),
        p.FactSpec("单价", None, "money", (), None, "item", True),
    )
    made = plan(layer("层", INSCOPE, rate(percent(50)), guards=(p.Guard(fact("转诊", "bool"), HERE),)), facts=specs)
    (problem,) = refused(lambda: run(made, claim(1, id="甲", 医院="三级")))
    assert problem.hint("en") == (
        "give it (true or false), or let the policy declare a default for it; "
        "the policy may also ask for what is not given either: 年龄"
    )
    other = plan(layer("层", INSCOPE, rate(percent(50)), guards=(p.Guard(fact("医院", "text"), HERE),)), facts=specs)
    (problem,) = refused(lambda: run(other, claim(1, id="甲", 转诊=True)))
    assert "（三级、二级）" in problem.hint("zh") and "年龄" in problem.hint("zh")


def test_a_default_stands_in_for_a_missing_fact() -> None:
    spec = p.FactSpec("转诊", None, "bool", (), True, "claim", True)
    made = plan(layer("层", INSCOPE, rate(percent(50)), guards=(p.Guard(fact("转诊", "bool"), HERE),)), facts=(spec,))
    assert run(made, claim(yuan(1))).claims[0].layers[0].paid == 50
    assert run(made, claim(yuan(1), 转诊=False)).claims[0].layers[0].paid == 0
    assert run(made, claim(yuan(1), 转诊=None)).claims[0].layers[0].paid == 50


def test_a_case_that_fits_nothing_outside_a_layer() -> None:
    value = by((holds("低保"), money(1)))
    control = p.Control("控费", (part("noncovered"),), (), value, Fraction(1), "hosp_part_amt", "医疗机构", HERE)
    tally = p.Tally("累计", value, "数", HERE)
    required = p.Requirement(p.Compare("<", value, money(2)), "要求", HERE)
    tallied = plan(LAYER, tallies=(tally,), accumulators=(count("数", "累计", "tally"),))
    assert told(lambda: run(plan(control, LAYER), claim(1))) == [
        ("C503", "1", "“控费”里没有适用于这次就诊的情形 (各类)")
    ]
    assert told(lambda: run(tallied, claim(1))) == [("C503", "1", "“累计”里没有适用于这次就诊的情形 (各类)")]
    assert told(lambda: run(plan(LAYER, requirements=(required,)), claim(1))) == [
        ("C503", "1", "“要求”里没有适用于这次就诊的情形 (各类)")
    ]


def test_a_package_without_a_price_for_the_claim() -> None:
    value = by((holds("低保"), money(1)))
    package = p.Package("白内障", (), value, "limit", "whole", Fraction(1), "hosp_part_amt", "医疗机构", HERE)
    assert told(lambda: run(plan(package, LAYER), claim(1))) == [
        ("C511", "1", "病种包干“白内障”没有适用于这次就诊的标准价")
    ]


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        ({"in_force": "2023-06-01"}, ["2023-06-01", "2024-01-01"]),
        ({"in_force": "2023-06-01", "applied_back": "2023-05-01"}, ["2023-05-01"]),
        ({"in_force": "2023-06-01", "until": "2023-06-30"}, ["2023-06-01", "2023-06-30"]),
    ],
)
def test_claims_within_the_force_of_a_document(facts: dict[str, str], days: list[str]) -> None:
    made = plan(LAYER, documents=(document(**{key: day(text) for key, text in facts.items()}),))
    for text in days:
        assert run(made, claim(100, date=day(text))).claims[0].layers[0].paid == 50


def test_claims_outside_the_force_of_a_document() -> None:
    made = plan(LAYER, documents=(document(in_force=day("2023-06-01"), until=day("2023-06-30")),))
    for text in ("2023-05-31", "2023-07-01"):
        assert told(lambda text=text: run(made, claim(100, date=day(text)))) == [  # type: ignore[misc]
            ("C504", "1", f"{text} 不在“关于算例的通知”的施行期（2023-06-01—2023-06-30）内")
        ]


def test_a_document_without_an_end_says_from_when_it_is_in_force() -> None:
    made = plan(LAYER, documents=(document(in_force=day("2023-06-01")),))
    (problem,) = refused(lambda: run(made, claim(100, date=day("2023-05-31"))))
    assert problem.message("en") == "“关于算例的通知” is in force from 2023-06-01, not on 2023-05-31"
    assert problem.message("zh") == "2023-05-31 不在“关于算例的通知”的施行期（2023-06-01 起）内"


def test_amounts_that_are_absurd() -> None:
    spec = p.FactSpec("其他救助", None, "money", (), None, "claim", True)
    made = plan(LAYER, facts=(spec,))
    most = 10**15
    assert told(lambda: run(made, claim(most + 1))) == [("C506", "1", "“医疗费总额”的金额大得不合理")]
    assert told(lambda: run(made, claim(1, 其他救助=-most - 1))) == [("C506", "1", "“其他救助”的金额大得不合理")]
    assert run(made, claim(most, 其他救助=most)).claims[0].layers[0].paid == most // 2


@pytest.mark.parametrize(
    "parts",
    [
        {"total": 100, "noncovered": 0, "overlimit": 0, "copay": 0, "inscope": 99},
        {"total": 100, "noncovered": 0, "overlimit": -1, "copay": 0, "inscope": 101},
        {"total": 100, "inscope": 100},
    ],
)
def test_parts_that_do_not_add_up(parts: dict[str, int]) -> None:
    assert [problem.code for problem in refused(lambda: run(plan(LAYER), evolve(claim(), parts=parts)))] == ["C512"]


def stay_plan(split: Any) -> p.Plan:
    stay = tuple(
        p.FactSpec(name, field, "date", (), None, "claim", True)
        for name, field in (("入院日期", "begndate"), ("出院日期", "enddate"))
    )
    return plan(LAYER, facts=stay, year=p.YearRule("出院日期", (1, 1), split))


def stay(**more: Any) -> r.Claim:
    return claim(100, date=day("2023-01-05"), 入院日期=day("2022-12-20"), 出院日期=day("2023-01-05"), **more)


def test_a_stay_over_the_boundary_that_has_to_be_split() -> None:
    assert told(lambda: run(stay_plan("one"), stay())) == [
        ("C507", "1", "2022-12-20 至 2023-01-05 的住院跨待遇年度，政策规定分段计算，但没有分开给出")
    ]
    assert run(stay_plan(None), stay()).claims[0].layers[0].paid == 50
    first = claim(100, id="0", date=day("2022-12-31"), 入院日期=day("2022-12-20"), 出院日期=day("2022-12-31"))
    assert len(run(stay_plan("one"), first, stay(continues="0")).claims) == 2


def test_a_claim_that_continues_one_that_is_not_there() -> None:
    problems = refused(lambda: run(plan(LAYER), claim(1, id="住院1"), claim(1, id="住院2", continues="住院l")))
    assert [(problem.code, problem.where, problem.near) for problem in problems] == [("C508", "住院2", ("住院1",))]


def test_claims_out_of_order() -> None:
    late, early = claim(1, date=day("2023-02-01")), claim(1, id="2", date=day("2023-01-31"))
    assert told(lambda: run(plan(LAYER), late, early)) == [("C509", "2", "2023-01-31 的就诊排在 2023-02-01 之后")]


def test_accumulators_that_are_in_a_later_period_already() -> None:
    made = plan(layer("层", base(INSCOPE, "数"), rate(percent(50))), accumulators=(count("数", "层", "base"),))
    state = r.State({"数": ("2024", 1)})
    assert told(lambda: run(made, claim(1), state=state)) == [("C513", "1", "就诊属于 2023，而累计数已到 2024")]


def test_the_problems_of_choosing_a_plan_come_through() -> None:
    def no_plan(date: datetime.date) -> p.Plan:
        raise Problems([])

    with pytest.raises(Problems):
        settle(no_plan, person(), [claim(1)])


def test_a_bearer_that_the_plan_forgot_is_a_bug() -> None:
    made = plan(LAYER)
    with pytest.raises(Bug, match="do not add up"):
        run(evolve(made, bearers=made.bearers[1:]), claim(100))


def test_a_state_above_a_cap_is_not_a_bug() -> None:
    made = plan(layer("层", INSCOPE, rate(percent(50)), cap(money(1), "数")), accumulators=(count("数", "层", "paid"),))
    assert run(made, claim(1000), state=r.State({"数": ("2023", 500)})).claims[0].layers[0].paid == 0
