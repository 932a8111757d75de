"""Published worked examples, their figures typed in by hand from the publication, settled by hand-built plans."""

import datetime
from fractions import Fraction

from polc import plan as p
from polc import settlement as r

from .plans import (
    band_pay,
    bands,
    base,
    bearers,
    by,
    cap,
    claim,
    count,
    deductible,
    fact,
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
    repeat,
    run,
    steps_of,
    yuan,
)  # fmt: skip

SELF_PAY = fact("自付", "money")


def test_chongqing_yubei_2023_four_layers() -> None:
    # Yubei district, questions and answers of 2023-10-30: 50,000 in scope of 52,000, second-class hospital; basic
    # 34,790, assistance 10,647, tilted assistance 937.80, together 46,374.80. Serious-illness insurance pays nothing
    # below its 16,901.
    inscope, low = part("inscope"), holds("低保边缘家庭成员")
    left = [p.Paid("基本医保"), p.Paid("大病保险"), p.Paid("大额费用医疗救助")]
    made = plan(
        layer("基本医保", inscope, deductible(money(300)), rate(percent(70))),
        layer(
            "大病保险", base(minus(inscope, left[0]), "大病/基数"), deductible(money(16901), "base"),
            band_pay(bands((None, percent(60))), "base", "base"), cap(money(200000), "大病/支付"),
        ),
        layer(
            "大额费用医疗救助", minus(inscope, *left[:2]), rate(by((low, percent(70)), unit="ratio")),
            cap(money(60000), "救助/支付"),
        ),
        layer("倾斜救助", minus(inscope, *left), deductible(money(3000)), rate(percent(60))),
        identities=("低保边缘家庭成员",),
        accumulators=(
            count("大病/基数", "大病保险", "base"), count("大病/支付", "大病保险", "paid"),
            count("救助/支付", "大额费用医疗救助", "paid"),
        ),
    )  # fmt: skip
    settled = run(made, claim(yuan(50000), yuan(2000)), who=person("低保边缘家庭成员")).claims[0]
    assert paid(settled) == {
        "基本医保": yuan(34790), "大病保险": 0, "大额费用医疗救助": yuan(10647), "倾斜救助": yuan("937.80"),
    }  # fmt: skip
    assert sum(paid(settled).values()) == yuan("46374.80")
    assert settled.left == yuan("5625.20")
    assert settled.after == {
        "大病/基数": yuan(15210), "大病/支付": 0, "救助/支付": yuan(10647),
    }  # fmt: skip


def serious_illness(over: str) -> p.Plan:
    rows = ((30000, 60), (100000, 65), (None, 75))
    table = bands(*((None if upper is None else money(upper), percent(share)) for upper, share in rows))
    return plan(
        layer(
            "大病保险", base(SELF_PAY, "大病/基数"), deductible(money(12000), "base"), band_pay(table, over, "base"),
        ),
        accumulators=(count("大病/基数", "大病保险", "base"),),
    )  # fmt: skip


def test_hubei_2024_bands_over_the_self_pay_itself() -> None:
    # 2024-03-04: 12,000 deductible, 60 % to 30,000, 65 % to 100,000, 75 % above; 150,000 of self-pay in the year:
    # 10,800 + 45,500 + 37,500 = 93,800.
    settled = run(serious_illness("base"), claim(yuan(150000), 自付=yuan(150000))).claims[0]
    assert paid(settled) == {"大病保险": yuan(93800)}
    (step,) = steps_of(settled, "大病保险", r.BandsStep)
    assert [row.pays for row in step.rows] == [yuan(10800), yuan(45500), yuan(37500)]
    assert [row.amount for row in step.rows] == [yuan(18000), yuan(70000), yuan(50000)]
    assert (step.start, step.end) == (yuan(12000), yuan(150000))


def test_zhongshan_2022_bands_over_the_self_pay_itself() -> None:
    # Ms Huang: 450,000, of which 400,000 in scope; basic 319,200; serious-illness 9,000 + 33,020 = 42,020; together
    # 361,220.
    inscope = part("inscope")
    table = bands((money(30000), percent(60)), (None, percent(65)))
    made = plan(
        layer("基本医保", inscope, deductible(money(1000)), rate(percent(80))),
        layer(
            "大病保险", base(minus(inscope, p.Paid("基本医保")), "大病/基数"), deductible(money(15000), "base"),
            band_pay(table, "base", "base"),
        ),
        accumulators=(count("大病/基数", "大病保险", "base"),),
    )  # fmt: skip
    settled = run(made, claim(yuan(400000), yuan(50000))).claims[0]
    assert paid(settled) == {"基本医保": yuan(319200), "大病保险": yuan(42020)}
    (step,) = steps_of(settled, "大病保险", r.BandsStep)
    assert [row.pays for row in step.rows] == [yuan(9000), yuan(33020)]
    assert settled.left == yuan(88780)


def test_changsha_bands_over_what_is_above_the_deductible() -> None:
    # Around 2018: deductible 20,000, then 50 % to 30,000, 60 % to 80,000, 70 % to 150,000, 80 %, at most 200,000 a
    # year; 30,000 of self-pay pays 5,000.
    rows = ((30000, 50), (80000, 60), (150000, 70), (None, 80))
    table = bands(*((None if upper is None else money(upper), percent(share)) for upper, share in rows))
    made = plan(
        layer(
            "大病保险", base(SELF_PAY, "大病/基数"), deductible(money(20000), "base"),
            band_pay(table, "excess", "base"), cap(money(200000), "大病/支付"),
        ),
        accumulators=(count("大病/基数", "大病保险", "base"), count("大病/支付", "大病保险", "paid")),
    )  # fmt: skip
    assert paid(run(made, claim(yuan(30000), 自付=yuan(30000))).claims[0]) == {"大病保险": yuan(5000)}


def test_the_two_readings_of_one_band_table() -> None:
    # Self-pay 100,000, deductible 20,000, 50 % to 30,000 / 60 % to 80,000 / 70 %: 45,000 above the deductible, 49,000
    # over the self-pay itself.
    table = bands((money(30000), percent(50)), (money(80000), percent(60)), (None, percent(70)))

    def pays(over: str) -> int:
        made = plan(layer("大病保险", SELF_PAY, deductible(money(20000)), band_pay(table, over)))
        return run(made, claim(yuan(100000), 自付=yuan(100000))).claims[0].layers[0].paid

    assert pays("excess") == yuan(45000)
    assert pays("base") == yuan(49000)


def nanjing(chained: bool, claims: int = 3) -> list[r.DeductibleStep]:
    level = fact("医院等级", "text")
    value = by(
        *((p.Within(level, frozenset((name,)), name, False), money(amount))
          for name, amount in (("一级", 300), ("二级", 400), ("三级", 500)))
    )  # fmt: skip
    made = plan(
        layer(
            "基本医保", part("inscope"),
            deductible(
                value, repeats=(repeat(2, "×", percent(75)), repeat(3, "×", percent(50))), chained=chained,
                floor=money(150), count="基本/次数",
            ),
            rate(percent(80)),
        ),
        accumulators=(count("基本/次数", "基本医保", "count"),),
    )  # fmt: skip
    levels = ("二级", "三级", "一级")
    settled = run(
        made, *(claim(yuan(10000), id=str(i), 医院等级=name) for i, name in enumerate(levels[:claims]))
    )  # fmt: skip
    return [steps_of(one, "基本医保", r.DeductibleStep)[0] for one in settled.claims]


def test_nanjing_2021_repeated_admissions() -> None:
    # Children, 2021: second, third and first-class hospital in one year: 400, 375, and 300 × 75 % × 50 % = 112.50,
    # raised to 150.
    first, second, third = nanjing(chained=True)
    assert [step.applied for step in (first, second, third)] == [yuan(400), yuan(375), yuan(150)]
    assert [step.normal for step in (first, second, third)] == [yuan(400), yuan(500), yuan(300)]
    assert [step.admission for step in (first, second, third)] == [1, 2, 3]
    assert [len(step.changed_by) for step in (first, second, third)] == [0, 1, 2]


def test_nanjing_of_the_original_gives_the_same_third_deductible() -> None:
    assert [step.applied for step in nanjing(chained=False)] == [yuan(400), yuan(375), yuan(150)]


def test_yishui_2017_hospital_waiver_and_supplement() -> None:
    # Mr Liu's real bill: 1,786.95, of which basic insurance paid 1,313.04 and assistance 292.54; the hospital waives
    # 10 % of the rest: 18.14 (18.137); the supplement pays 95 % of what remains: 155.07 (155.0685); he pays 8.16.
    total = part("total")
    made = plan(
        layer("基本医保", total, p.FixedPay(fact("基本支付"), p.Origin((), "", ""))),
        layer("医疗救助", total, p.FixedPay(fact("救助支付"), p.Origin((), "", ""))),
        layer("医院减免", minus(total, p.Paid("基本医保"), p.Paid("医疗救助")), rate(percent(10))),
        layer(
            "扶贫特惠保险", minus(total, p.Paid("基本医保"), p.Paid("医疗救助"), p.Paid("医院减免")), rate(percent(95))
        ),
    )
    bill = claim(yuan("1786.95"), 基本支付=yuan("1313.04"), 救助支付=yuan("292.54"))
    settled = run(made, bill).claims[0]
    assert bearers(settled) == {
        "基本医保": yuan("1313.04"), "医疗救助": yuan("292.54"), "医院减免": yuan("18.14"),
        "扶贫特惠保险": yuan("155.07"), "个人": yuan("8.16"),
    }  # fmt: skip
    before = [steps_of(settled, name, r.RoundStep)[0].before for name in ("医院减免", "扶贫特惠保险")]
    assert before == [Fraction("1813.7"), Fraction("15506.85")]


def test_chronic_disease_three_purchases() -> None:
    # Mr Li, about 2023: 700 a year deductible used up by eligible amounts after 4 % of class B; 70 %. Purchases with
    # eligible 296, 696, 488 pay 0, 204.40, 341.60.
    copay = p.CopayCut(p.Multiply((fact("乙类"), percent(4)), "money"), part("inscope"), None, p.Origin((), "", ""))
    made = plan(
        copay,
        layer("门诊慢病", base(part("inscope"), "慢病/基数"), deductible(money(700), "base"), rate(percent(70))),
        accumulators=(count("慢病/基数", "门诊慢病", "base"),),
    )
    visits = ((350, 100, 50), (800, 100, 100), (500, 300, 0))
    settled = run(
        made,
        *(
            claim(yuan(total - own), yuan(own), id=str(i), date=datetime.date(2023, 3 + i, 1), 乙类=yuan(b))
            for i, (total, b, own) in enumerate(visits)
        ),
    )
    eligible = [steps_of(one, "门诊慢病", r.BaseStep)[0].amount for one in settled.claims]
    assert eligible == [yuan(296), yuan(696), yuan(488)]
    assert [paid(one)["门诊慢病"] for one in settled.claims] == [0, yuan("204.40"), yuan("341.60")]
    assert [steps_of(one, "门诊慢病", r.DeductibleStep)[0].open for one in settled.claims] == [yuan(404), 0, 0]


def test_guiyang_cataract_fixed_fund_amount() -> None:
    # About 2016: 3,000 for the cataract in a second-class hospital, the fund pays a fixed 2,220, the patient 780.
    made = plan(layer("基本医保", part("inscope"), p.FixedPay(money(2220), p.Origin((), "", ""))))
    assert bearers(run(made, claim(yuan(3000))).claims[0]) == {"基本医保": yuan(2220), "个人": yuan(780)}
