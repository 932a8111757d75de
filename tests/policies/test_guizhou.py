"""The Guizhou document of 2019 with the figures of Qianxinan: amounts worked out by hand."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from polc.population.targets import targets

from .settling import case, changed, codes, compiled, dues, paid, person, route, settled, shares

LOCAL = "std/guizhou-2019-qianxinan"
POOR, EXTREME = "建档立卡贫困人口", "特困人员"
DAY = datetime.date


def stay(inscope: str, total: str | None = None, **facts: Any) -> dict[str, Any]:
    """A stay in the county hospital, referred; what is not in scope is out of the catalogue."""
    return {
        "出院日期": DAY(2019, 9, 10), "医疗类别": "普通住院", "医院等级": "二级", "机构层级": "县级", "病种": "肺炎",
        "就医地": "县域内", "规范转诊": True, "超限价自费费用": 0, "先行自付费用": 0, "政策范围内费用": inscope,
        "医疗费总额": total or inscope, **facts,
    }  # fmt: skip


# ---------------------------------------------------------------- 二(一), 二(二): who is insured, for which year


@pytest.mark.parametrize(
    ("recognised", "already", "year"),
    [
        (DAY(2019, 1, 1), False, 2019), (DAY(2019, 8, 31), False, 2019), (DAY(2019, 9, 1), False, 2020),
        (DAY(2019, 12, 31), False, 2020), (DAY(2019, 9, 1), True, 2019), (DAY(2019, 12, 31), True, 2019),
    ],
)  # fmt: skip
def test_recognised_up_to_31_august_is_insured_this_year(recognised: DAY, already: bool, year: int) -> None:
    found = person(LOCAL, (POOR,), 认定日期=recognised, 已参保=already, 县类别="第三类").enrolment
    assert found is not None and found.insured is not None and found.insured.year == year


@pytest.mark.parametrize("reason", ["参军", "入学", "其他合理原因"])
def test_who_cannot_be_insured_stands_on_the_register_with_the_reason(reason: str) -> None:
    around = person(LOCAL, (POOR,), 认定日期=DAY(2019, 3, 1), 已参保=False, 未参保原因=reason, 县类别="第三类")
    found = around.enrolment
    assert found is not None and found.insured is not None
    assert (found.insured.year, found.register) == (None, reason)
    assert shares(around) == {}  # nothing is paid, so there is nothing to subsidise


def test_everyone_verified_is_to_be_insured_but_those_on_the_register() -> None:
    people = [
        case(LOCAL, who=(POOR,), 已参保=True), case(LOCAL, who=(EXTREME,), 已参保=False),
        case(LOCAL, who=(POOR,), 已参保=False, 未参保原因="参军"),
        case(LOCAL, who=(POOR,), 已参保=False, 身份信息已核准=False), case(LOCAL, 已参保=False),
    ]  # fmt: skip
    target, _ = targets(compiled(LOCAL).usable, [one.person for one in people], [])
    assert (target.name, target.numerator, target.denominator, target.met) == ("保障对象参保率", 1, 2, False)


# ---------------------------------------------------------------- 二(三): the premium, to the fen


@pytest.mark.parametrize(
    ("county", "expected"),
    [
        ("第一类", {"省级财政": "100.00"}),
        ("第二类", {"省级财政": "50.00", "市级财政": "20.00", "县级财政": "30.00"}),
        ("第三类", {"县级财政": "100.00"}),
        ("贵安新区", {"贵安新区管委会": "100.00"}),
    ],
)
def test_100_yuan_are_shared_by_county_class(county: str, expected: dict[str, str]) -> None:
    assert shares(person(LOCAL, (POOR,), 认定日期=DAY(2019, 3, 1), 已参保=False, 县类别=county)) == expected


def test_no_fen_is_lost_in_the_split(tmp_path: Path) -> None:
    # A premium below 100 yuan is all there is to subsidise. 9999 fen by 5:2:3 are 4999.5, 1999.8 and 2999.7: the two
    # fen left over go where the larger parts were cut off.
    local = changed(tmp_path, "guizhou-2019-qianxinan", ("个人缴费标准 = 250元", "个人缴费标准 = 99.99元"))
    found = shares(person(local, (POOR,), 认定日期=DAY(2019, 3, 1), 已参保=False, 县类别="第二类"))
    assert found == {"省级财政": "49.99", "市级财政": "20.00", "县级财政": "30.00"}


def test_extreme_poverty_has_the_whole_premium_once() -> None:
    for who in ((EXTREME,), (EXTREME, POOR)):
        found = person(LOCAL, who, 认定日期=DAY(2019, 3, 1), 已参保=False, 县类别="第二类")
        assert shares(found) == {"医疗救助基金": "250.00"}


# ---------------------------------------------------------------- 二(四): the three layers


def test_basic_insurance_is_about_75_percent_and_its_cap_not_below_250000(tmp_path: Path) -> None:
    plan = compiled(LOCAL).usable
    # (30000 - 400) × 75% is 74% of 30000, one point below 75%; a fen less in scope is below that.
    for inscope, met in (("30000", True), ("29999.99", False)):
        made = settled(LOCAL, stay(inscope))
        target = targets(plan, [made.person], [made])[1]
        assert (target.name, target.met) == ("住院政策范围内实际补偿比", met)
    low = changed(tmp_path, "guizhou-2019-qianxinan", ("统筹基金年度限额 = 25万元", "统筹基金年度限额 = 249999.99元"))
    assert codes(low) == {"N216"}
    exact = changed(tmp_path, "guizhou-2019-qianxinan", ("统筹基金年度限额 = 25万元", "统筹基金年度限额 = 250000元"))
    assert codes(exact) == set()


@pytest.mark.parametrize(("inscope", "pays"), [("4800", "0.00"), ("4800.04", "0.01")])
def test_serious_illness_insurance_pays_above_half_the_deductible(inscope: str, pays: str) -> None:
    # (4800 - 400) × 75% = 3300 leave 1500, half of 3000. With 4 fen more, 3300.03 leave 1500.01: 65% of a fen is one.
    assert paid(LOCAL, stay(inscope), who=(POOR,))["大病保险"] == pays


def test_serious_illness_insurance_adds_up_over_the_year() -> None:
    assert paid(LOCAL, stay("4800"), stay("4800"), who=(POOR,))["大病保险"] == "975.00"  # 1500 × 65%
    next_year = stay("4800", 出院日期=DAY(2020, 1, 5))
    assert paid(LOCAL, stay("4800"), next_year, who=(POOR,))["大病保险"] == "0.00"


def test_others_have_no_tilt_and_no_assistance() -> None:
    # 50000 × 75% = 37500 leave 12900; (12900 - 3000) × 60% = 5940.
    found = paid(LOCAL, stay("50400"))
    assert [found[name] for name in ("基本医保", "大病保险", "医疗救助", "再救助", "个人")] == [
        "37500.00", "5940.00", "0.00", "0.00", "6960.00",
    ]  # fmt: skip


def test_without_the_referral_the_tilt_is_lost_and_assistance_stays() -> None:
    # 50000 × (75 - 10)% = 32500 leave 17900; (17900 - 3000) × 60% = 8940 leave 8960; 70% of it 6272.
    found = paid(LOCAL, stay("50400", 规范转诊=False), who=(POOR,))
    assert [found[name] for name in ("基本医保", "大病保险", "医疗救助", "个人")] == [
        "32500.00", "8940.00", "6272.00", "2688.00",
    ]  # fmt: skip


def test_assistance_is_at_least_70_percent(tmp_path: Path) -> None:
    assert codes(changed(tmp_path, "guizhou-2019-qianxinan", ("贫困人口 70%", "贫困人口 69.9%"))) == {"N216"}


def test_assistance_stops_at_its_limit_for_the_year() -> None:
    # A first stay of 1,201,000 takes all of it (the example in the file); a second gets none.
    first = stay("1201000", 医院等级="三级", 机构层级="市级以上")
    assert paid(LOCAL, first, who=(POOR,))["医疗救助"] == "50000.00"
    assert paid(LOCAL, first, stay("50400"), who=(POOR,))["医疗救助"] == "0.00"


DISEASES = [
    "儿童先天性心脏病", "儿童白血病", "白内障", "终末期肾病", "食管癌", "胃癌", "结肠癌", "直肠癌", "肺癌",
    "肝癌", "乳腺癌", "宫颈癌", "急性心肌梗死", "尘肺", "神经母细胞瘤", "儿童淋巴瘤", "骨肉瘤", "血友病",
    "地中海贫血", "唇腭裂", "尿道下裂",
]  # fmt: skip
KINDS = [
    "儿童房间隔缺损", "儿童室间隔缺损", "儿童动脉导管未闭", "儿童肺动脉狭窄", "儿童法氏四联征",
    "儿童复杂性先心病", "儿童急性淋巴细胞白血病", "儿童急性早幼粒细胞白血病",
]  # fmt: skip


def test_there_are_21_diseases() -> None:
    assert len(set(DISEASES)) == 21


@pytest.mark.parametrize("disease", [*DISEASES, *KINDS])
def test_each_listed_disease_has_a_price(disease: str) -> None:
    # 70000 is above every price of a county hospital (60000, 50000 or 3000), so the hospital bears something.
    assert paid(LOCAL, stay("70000", 病种=disease), who=(POOR,))["医疗机构"] in ("10000.00", "20000.00", "67000.00")
    assert paid(LOCAL, stay("70000", 病种=disease))["医疗机构"] == "0.00"  # who is not protected has no price


def test_other_diseases_have_no_price() -> None:
    assert paid(LOCAL, stay("70000"), who=(POOR,))["医疗机构"] == "0.00"


@pytest.mark.parametrize(
    ("total", "hospital", "settled_at"),
    [("49999.99", "0.00", "49999.99"), ("50000", "0.00", "50000.00"), ("50000.01", "0.01", "50000.01")],
)
def test_a_limit_price_is_the_most_that_is_settled(total: str, hospital: str, settled_at: str) -> None:
    found = paid(LOCAL, stay(total, 病种="肺癌"), who=(POOR,))
    assert (found["医疗机构"], found["总额"]) == (hospital, settled_at)


@pytest.mark.parametrize(
    ("total", "hospital", "settled_at"),
    [("79999.99", "0.00", "80000.00"), ("80000", "0.00", "80000.00"), ("80000.01", "0.01", "80000.01")],
)
def test_a_fixed_price_is_settled_whatever_the_cost(total: str, hospital: str, settled_at: str) -> None:
    claim = stay(total, 病种="唇腭裂", 医院等级="三级", 机构层级="市级以上")
    found = paid(LOCAL, claim, who=(POOR,))
    assert (found["医疗机构"], found["总额"]) == (hospital, settled_at)
    assert found["基本医保"] == "47400.00"  # (80000 - 1000) × 60%, all of the price being in scope


# ---------------------------------------------------------------- 二(五): one statement, highest of, deadlines


def test_of_two_identities_the_whole_of_the_better_one_counts() -> None:
    both = settled(LOCAL, stay("50400"), who=(POOR, EXTREME)).claims[0]
    assert both.considered == EXTREME and both.left == 0
    assert settled(LOCAL, stay("50400"), who=(POOR,)).claims[0].left == 164700
    assert all(requirement.held for requirement in both.requirements)


def test_an_in_province_hospital_is_paid_in_10_and_15_working_days() -> None:
    # Spring Festival 2022: off from 31 January to 6 February, at work on Saturday 29 and Sunday 30 January.
    claim = stay("50400", 就医地="省内", 出院日期=DAY(2022, 1, 14), 申报日期=DAY(2022, 1, 17))
    found = route(LOCAL, claim, (POOR,))
    assert found.route == "省内联网结算" and found.deposit is None
    assert dues(found) == [("首付款", "34127.10", "2022-01-29"), ("尾款", "14625.90", "2022-02-24")]


def test_a_case_in_doubt_or_without_its_papers_has_no_deadline() -> None:
    claim = stay("50400", 联网结算=False, 申报日期=DAY(2021, 1, 25))
    assert dues(route(LOCAL, claim, (POOR,))) == [("报销款", "48753.00", "2021-03-04")]
    for hindrance in ({"特殊疑问病案": True}, {"申报材料齐全": False}):
        assert route(LOCAL, {**claim, **hindrance}, (POOR,)).route is None


def test_out_of_province_assistance_is_claimed_at_home() -> None:
    claim = stay("50400", 就医地="省外", 出院日期=DAY(2021, 1, 20), 申报日期=DAY(2021, 1, 25))
    found = route(LOCAL, claim, (POOR,))
    assert found.route == "省外联网结算"
    assert [(part.bearer, part.amount) for part in found.advanced] == [("医疗机构", 4491000)]
    assert found.collect is not None and found.collect.amount == 549000  # own 1647.00 and the assistance of 3843.00
    assert dues(found) == [("报销款", "3843.00", "2021-03-04")]


# ---------------------------------------------------------------- 二(六): nothing in advance, out of the catalogue


def test_in_the_county_nothing_is_deposited_and_only_the_own_share_is_paid() -> None:
    found = route(LOCAL, stay("50400", 申报日期=DAY(2019, 9, 27)), (POOR,))
    assert found.route == "县域内先诊疗后付费" and found.deposit is not None and found.collect is not None
    assert (found.deposit.amount, found.collect.amount) == (0, 164700)
    assert route(LOCAL, stay("50400")).route is None  # who is not protected has no such right


@pytest.mark.parametrize("kind", ["普通住院", "普通门诊"])
@pytest.mark.parametrize(("inscope", "hospital"), [("9000", "0.00"), ("8999.99", "0.01")])
def test_above_10_percent_out_of_catalogue_the_hospital_bears_it(kind: str, inscope: str, hospital: str) -> None:
    assert paid(LOCAL, stay(inscope, "10000", 医疗类别=kind), who=(POOR,))["医疗机构"] == hospital
    assert paid(LOCAL, stay(inscope, "10000", 医疗类别=kind))["医疗机构"] == "0.00"
