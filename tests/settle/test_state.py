"""Years, months and lives; stays over a year boundary; what one claim leaves to the next."""

import datetime
from typing import Any

from polc import plan as p
from polc import settlement as r
from polc.settle import check_earlier, identities_of, settle

from .plans import (
    HERE,
    base,
    cap,
    claim,
    count,
    deductible,
    fact,
    holds,
    layer,
    minus,
    money,
    part,
    percent,
    person,
    plan,
    rate,
    repeat,
    run,
    steps_of,
    yuan,
)

INSCOPE = part("inscope")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def yearly(period: Any = "year", **more: Any) -> p.Plan:
    """50 % above 1,000 of the period's sum."""
    return plan(
        layer("层", base(INSCOPE, "基数"), deductible(money(1000), "base"), rate(percent(50))),
        accumulators=(count("基数", "层", "base", period),), **more,
    )  # fmt: skip


def pays(made: p.Plan, *days: str, state: r.State | None = None, **facts: p.Value) -> list[int]:
    settled = run(made, *(claim(yuan(800), date=day(d), id=d, **facts) for d in days), state=state)
    return [one.layers[0].paid for one in settled.claims]


def test_a_new_year_starts_from_nothing() -> None:
    assert pays(yearly(), "2022-12-01", "2022-12-31", "2023-01-01", "2023-01-02") == [0, 30000, 0, 30000]


def test_a_year_that_starts_in_july() -> None:
    made = yearly(year=p.YearRule("结算日期", (7, 1), None))
    settled = run(made, claim(yuan(800), date=day("2023-06-30")), claim(yuan(800), date=day("2023-07-01"), id="2"))
    assert [one.layers[0].paid for one in settled.claims] == [0, 0]
    assert settled.state.values == {"基数": ("2023", yuan(800))}
    assert pays(made, "2022-07-01", "2023-06-30") == [0, 30000]


def test_months_and_lives() -> None:
    assert pays(yearly("month"), "2023-01-31", "2023-02-01", "2023-02-28") == [0, 0, 30000]
    assert pays(yearly("life"), "2001-01-31", "2023-02-01") == [0, 30000]


def test_the_year_goes_by_the_fact_that_the_policy_names() -> None:
    made = yearly(year=p.YearRule("入院日期", (1, 1), None))
    settled = run(
        made,
        claim(yuan(800), date=day("2022-12-30"), 入院日期=day("2022-12-20")),
        claim(yuan(800), date=day("2023-01-09"), id="2", 入院日期=day("2022-12-31")),
    )
    assert [one.layers[0].paid for one in settled.claims] == [0, 30000]


def test_the_state_goes_from_run_to_run_and_is_never_changed() -> None:
    first = run(yearly(), claim(yuan(800), date=day("2023-03-01")))
    assert first.state.values == {"基数": ("2023", yuan(800))}
    again = [pays(yearly(), "2023-03-02", state=first.state) for _ in range(2)]
    assert again == [[30000], [30000]]
    assert first.state.values == {"基数": ("2023", yuan(800))}
    assert pays(yearly(), "2024-03-02", state=first.state) == [0]


def test_before_and_after_hold_every_accumulator_of_the_plan() -> None:
    made = plan(
        layer("层", base(INSCOPE, "基数"), deductible(money(1000), "base"), rate(percent(50)), cap(money(250), "支付")),
        accumulators=(count("基数", "层", "base"), count("支付", "层", "paid"), count("次", "层", "count", "life")),
    )
    one, two = run(made, claim(yuan(1400), id="1"), claim(yuan(800), id="2")).claims
    assert one.before == {"基数": 0, "支付": 0, "次": 0}
    assert one.after == two.before == {"基数": yuan(1400), "支付": yuan(200), "次": 1}
    assert two.after == {"基数": yuan(2200), "支付": yuan(250), "次": 2}


def test_accumulators_of_other_plans_stay_in_the_state() -> None:
    state = r.State({"别的": ("2022", 7)})
    assert run(yearly(), claim(yuan(800)), state=state).state.values == {"别的": ("2022", 7), "基数": ("2023", 80000)}
    assert [problem.message("en") for problem in check_earlier(yearly(), state)] == [
        "the policy accumulates nothing named “别的”"
    ]


def test_plans_change_with_the_date_and_go_on_with_the_same_accumulators() -> None:
    old, new = yearly(), plan(
        layer("层", base(INSCOPE, "基数"), deductible(money(500), "base"), rate(percent(60))),
        accumulators=(count("基数", "层", "base"),),
    )  # fmt: skip
    claims = [claim(yuan(700), date=day(d), id=d) for d in ("2023-05-31", "2023-06-01")]
    settled = settle(lambda date: old if date < day("2023-06-01") else new, person(), claims)
    # 1,400 under the new terms: (1,400 − 500) × 60 %, less the same for the first 700
    assert [one.layers[0].paid for one in settled.claims] == [0, yuan(420)]
    assert [one.plan for one in settled.claims] == [old, new]


# ---------------------------------------------------------------- stays over the boundary


def stays(split: Any, *amounts: int) -> list[tuple[int, int]]:
    """The deductible used before and taken by the parts of one stay, in yuan."""
    made = plan(
        layer("层", INSCOPE, deductible(money(1000)), rate(percent(50))),
        year=p.YearRule("结算日期", (1, 1), split),
    )
    days = (day("2022-12-31"), day("2023-01-10"), day("2023-02-10"))
    claims = [
        claim(yuan(amount), date=days[i], id=str(i), continues=str(i - 1) if i else None)
        for i, amount in enumerate(amounts)
    ]
    steps = [steps_of(one, "层", r.DeductibleStep)[0] for one in run(made, *claims).claims]
    return [(step.used // 100, step.applied // 100) for step in steps]


def test_a_continued_stay_takes_its_deductible_once() -> None:
    assert stays("one", 5000, 5000) == [(0, 1000), (1000, 0)]
    assert stays("one", 300, 400, 5000) == [(0, 300), (300, 400), (700, 300)]


def test_a_continued_stay_takes_a_new_deductible_where_the_policy_says_so() -> None:
    assert stays("new", 300, 5000) == [(0, 300), (0, 1000)]
    assert stays(None, 300, 5000) == [(0, 300), (0, 1000)]


def test_a_stay_continues_in_a_later_run() -> None:
    made = plan(
        layer("层", INSCOPE, deductible(money(1000)), rate(percent(50))), year=p.YearRule("结算日期", (1, 1), "one")
    )
    first = run(made, claim(yuan(600), date=day("2022-12-31"), id="甲"))
    assert first.state.taken == {"甲": {"层": yuan(600)}}
    second = run(made, claim(yuan(5000), date=day("2023-01-05"), id="乙", continues="甲"), state=first.state)
    assert second.claims[0].layers[0].paid == yuan(2300)
    assert second.state.taken == {"甲": {"层": yuan(600)}, "乙": {"层": yuan(1000)}}


# ---------------------------------------------------------------- tallies, requirements


def test_a_tally_is_read_as_it_stood_before_the_claim() -> None:
    light = p.Compare("<=", p.Tallied("累计负担"), money(1000))
    burden = p.Tally("累计负担", p.Left(), "负担", HERE)
    made = plan(
        layer("层", INSCOPE, rate(percent(50)), guards=(p.Guard(p.Not(light), HERE),)),
        accumulators=(count("负担", "累计负担", "tally"),), tallies=(burden,),
        requirements=(p.Requirement(light, "负担不超过 1000 元", HERE),),
    )  # fmt: skip
    settled = run(made, *(claim(yuan(800), id=str(i)) for i in range(3)))
    assert [one.layers[0].paid for one in settled.claims] == [0, 0, yuan(400)]
    assert [one.after["负担"] for one in settled.claims] == [yuan(800), yuan(1600), yuan(2000)]
    assert [one.requirements[0].held for one in settled.claims] == [True, True, False]
    assert settled.claims[2].requirements[0].seen == (("累计负担", yuan(1600), "money"),)


# ---------------------------------------------------------------- identities


def test_identities_count_from_their_first_to_their_last_day() -> None:
    held = r.HeldIdentity("低保", day("2023-03-01"), day("2023-03-31"))
    made = plan(layer("层", INSCOPE, rate(percent(50)), guards=(p.Guard(holds("低保"), HERE),)), identities=("低保",))
    days = ("2023-02-28", "2023-03-01", "2023-03-31", "2023-04-01")
    settled = run(made, *(claim(yuan(100), date=day(d), id=d) for d in days), who=person(held))
    assert [one.layers[0].paid for one in settled.claims] == [0, 5000, 5000, 0]
    assert [one.identities for one in settled.claims] == [(), ("低保",), ("低保",), ()]
    assert identities_of(person(held, "低保"), day("2023-02-28")) == ("低保",)


def test_narrower_names_count_as_their_identity() -> None:
    poor = p.IdentitySpec("特困人员", None, ("孤儿",))
    made = plan(layer("层", INSCOPE, rate(percent(50)), guards=(p.Guard(holds("特困人员"), HERE),)), identities=(poor,))
    settled = run(made, claim(yuan(100)), who=person("孤儿")).claims[0]
    assert (settled.identities, settled.layers[0].paid) == (("孤儿",), 5000)


def test_repeats_number_the_admissions_of_the_year() -> None:
    made = plan(
        layer(
            "层", minus(INSCOPE, fact("其他", "money")),
            deductible(money(400), repeats=(repeat(2, "×", percent(50)),), count="次"), rate(percent(50)),
        ),
        accumulators=(count("次", "层", "count"),),
    )  # fmt: skip
    assert pays(made, "2022-11-01", "2022-12-01", "2023-01-01", 其他=0) == [yuan(200), yuan(300), yuan(200)]
