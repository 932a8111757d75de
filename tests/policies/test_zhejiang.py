"""The Zhejiang document of 2017 with the figures of Hangzhou: amounts worked out by hand."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from polc.population.targets import targets

from .settling import case, changed, codes, compiled, paid, person, route, settled, shares

LOCAL = "std/zhejiang-2017-hangzhou"
FILE = "zhejiang-2017-hangzhou"
EXTREME, LOW, EDGE = "特困人员", "最低生活保障家庭成员", "最低生活保障边缘家庭成员"
ILLNESS, FARM = "因病致贫人员", "其他低收入农户成员"
GROUPS = (EXTREME, LOW, EDGE, ILLNESS, FARM)
DAY = datetime.date


def stay(inscope: str, total: str | None = None, **facts: Any) -> dict[str, Any]:
    """A stay in a hospital of the third class; what is not in scope is out of the catalogue."""
    return {
        "出院日期": DAY(2018, 5, 20), "医疗类别": "普通住院", "医院类别": "三级医院", "就医地": "市域内",
        "超限价自费费用": 0, "先行自付费用": 0, "政策范围内费用": inscope, "医疗费总额": total or inscope, **facts,
    }  # fmt: skip


# ---------------------------------------------------------------- 一, 二(一): enrolment


def test_all_who_are_to_be_subsidised_are_enrolled_and_all_who_may_have_the_tilt_have_it() -> None:
    people = [
        case(LOCAL, who=(EXTREME,), 已参保=True), case(LOCAL, who=(LOW,), 已参保=False),
        case(LOCAL, who=(ILLNESS,), 已参保=False, 应享受大病保险=True, 已享受大病保险=True),
        case(LOCAL, who=(FARM,), 已参保=False, 应享受大病保险=True),
    ]  # fmt: skip
    enrolled, tilted = targets(compiled(LOCAL).usable, [one.person for one in people], [])
    assert (enrolled.numerator, enrolled.denominator, enrolled.met) == (1, 2, False)
    assert (tilted.numerator, tilted.denominator, tilted.met) == (1, 2, False)


@pytest.mark.parametrize(
    ("approved", "subsidised", "effective"),
    [
        (DAY(2017, 9, 1), 2017, DAY(2017, 10, 1)), (DAY(2017, 9, 30), 2017, DAY(2017, 10, 1)),
        (DAY(2017, 11, 30), 2017, DAY(2017, 12, 1)), (DAY(2017, 12, 1), 2018, DAY(2018, 1, 1)),
        (DAY(2017, 12, 31), 2018, DAY(2018, 1, 1)),
    ],
)  # fmt: skip
def test_a_new_subject_is_insured_from_the_month_after_approval(approved: DAY, subsidised: int, effective: DAY) -> None:
    found = person(LOCAL, (LOW,), 新增对象=True, 审批日期=approved)
    assert found.enrolment is not None and found.enrolment.subsidised is not None
    assert (found.enrolment.subsidised.year, found.enrolment.effective) == (subsidised, effective)
    assert shares(found) == {"医疗救助基金": "500.00"}


def test_who_has_paid_for_this_year_gets_nothing_back_and_is_subsidised_next_year() -> None:
    found = person(LOCAL, (LOW,), 新增对象=True, 审批日期=DAY(2017, 9, 15), 个人当年已缴费参保=True)
    assert found.enrolment is not None and found.enrolment.insured is not None
    assert found.enrolment.insured.year == 2017
    assert found.enrolment.subsidised is not None and found.enrolment.subsidised.year == 2018
    assert shares(found) == {}


def test_who_leaves_stays_insured_this_year_and_is_not_subsidised_next_year() -> None:
    found = person(LOCAL, (LOW,), as_of=DAY(2018, 3, 1), 退出对象=True)
    assert found.enrolment is not None and found.enrolment.insured is not None
    assert found.enrolment.insured.year == 2018
    assert found.enrolment.subsidised is not None and found.enrolment.subsidised.said == "none"
    assert shares(found) == {}


@pytest.mark.parametrize(("who", "amount"), [(EXTREME, "500.00"), (EDGE, "500.00"), (ILLNESS, None), (FARM, None)])
def test_three_of_the_groups_are_subsidised(who: str, amount: str | None) -> None:
    assert shares(person(LOCAL, (who,))) == ({"医疗救助基金": amount} if amount else {})


# ---------------------------------------------------------------- 二(二): the tilt


@pytest.mark.parametrize("who", GROUPS)
def test_five_groups_have_the_tilt(who: str) -> None:
    # (120800 - 800) × 70% = 84000 leave 36800; (36800 - 12500) × 65% = 15795.
    assert paid(LOCAL, stay("120800"), who=(who,))["大病保险"] == "15795.00"


def test_others_have_the_ordinary_terms() -> None:
    assert paid(LOCAL, stay("120800"))["大病保险"] == "7080.00"  # (36800 - 25000) × 60%


def test_a_tilt_that_changes_nothing_is_none(tmp_path: Path) -> None:
    assert all(one.held for one in settled(LOCAL, stay("120800"), who=(LOW,)).claims[0].requirements)
    for old, new in (("倾斜起付系数 = 50%", "倾斜起付系数 = 100%"), ("= 5个百分点", "= 0个百分点")):
        local = changed(tmp_path, FILE, (old, new))
        (broken,) = [one for one in settled(local, stay("120800"), who=(LOW,)).claims[0].requirements if not one.held]
        assert broken.origin.clauses == ("二(二)",)
    assert codes(changed(tmp_path, FILE, ("倾斜起付系数 = 50%", "倾斜起付系数 = 101%"))) == {"N216"}


# ---------------------------------------------------------------- 二(三): assistance by cost


@pytest.mark.parametrize(
    ("who", "below", "above"),
    [
        (EXTREME, "20000.00", "20000.01"), (LOW, "14000.00", "14000.01"), (EDGE, "12000.00", "12000.01"),
        (ILLNESS, "10000.00", "10000.01"), (FARM, "10000.00", "10000.01"),
    ],
)  # fmt: skip
def test_assistance_by_class_and_band(who: str, below: str, above: str) -> None:
    # The outpatient pool leaves 20000: (33133.33 - 300) × 40% = 13133.33 of 33133.33; 2 fen more leave a fen more.
    at_edge = paid(LOCAL, stay("33133.33", 医疗类别="普通门诊"), who=(who,))
    assert at_edge["门诊统筹"] == "13133.33" and at_edge["医疗救助"] == below
    assert paid(LOCAL, stay("33133.35", 医疗类别="普通门诊"), who=(who,))["医疗救助"] == above


def test_what_supplementary_insurance_pays_comes_first() -> None:
    # 1,000 of the 4,300 that basic insurance leaves are the supplement's: half of 3,300 is the assistance.
    claim = stay("20300", 医院类别="社区医院", 补充保险已付=1000)
    assert paid(LOCAL, claim, who=(ILLNESS,))["医疗救助"] == "1650.00"
    # More than is left cannot be paid twice.
    everything = paid(LOCAL, {**claim, "补充保险已付": 99999}, who=(ILLNESS,))
    assert (everything["补充保险"], everything["医疗救助"], everything["个人"]) == ("4300.00", "0.00", "0.00")


def test_rates_never_fall_and_keep_to_the_floor(tmp_path: Path) -> None:
    assert codes(changed(tmp_path, FILE, ("80% 适用于 最低生活", "69% 适用于 最低生活"))) == {"S418"}
    assert codes(changed(tmp_path, FILE, ("50% 其他", "49.9% 其他"))) == {"N216"}
    assert codes(changed(tmp_path, FILE, ("救助年度限额 = 80000元", "救助年度限额 = 79999.99元"))) == {"N216"}


def test_all_assistance_of_a_year_has_one_limit() -> None:
    # 500800 in scope: basic 350000, serious-illness 50000 × 65% + 88300 × 75% = 98725, assistance the rest, 52075.
    first = paid(LOCAL, stay("500800"), who=(EXTREME,))
    assert [first[name] for name in ("基本医保", "大病保险", "医疗救助", "个人")] == [
        "350000.00", "98725.00", "52075.00", "0.00",
    ]  # fmt: skip
    # Again, with 1000 out of scope: basic has 50000 of its limit left; 450800 × 75% = 338100; assistance has 27925 of
    # its 80000 left, and nothing for a tenth of what is out of scope.
    again = paid(LOCAL, stay("500800"), stay("500800", "501800"), who=(EXTREME,))
    assert [again[name] for name in ("基本医保", "大病保险", "医疗救助", "合规外救助", "个人")] == [
        "50000.00", "338100.00", "27925.00", "0.00", "85775.00",
    ]  # fmt: skip


# ---------------------------------------------------------------- 二(四), 二(五)


@pytest.mark.parametrize("who", GROUPS)
def test_five_groups_pay_their_own_share_at_discharge_in_the_county(who: str) -> None:
    claim = stay("20300", 医院类别="社区医院", 就医地="县域内")
    found = route(LOCAL, claim, (who,))
    assert found.route == "先诊疗后付费" and found.deposit is not None and found.collect is not None
    assert found.deposit.amount == 0 and found.collect.amount == settled(LOCAL, claim, who=(who,)).claims[0].left


@pytest.mark.parametrize("claim", [stay("20300"), stay("20300", 就医地="县域内", 医疗类别="普通门诊")])
def test_elsewhere_they_have_no_such_right(claim: dict[str, Any]) -> None:
    assert route(LOCAL, claim, (LOW,)).route is None


def test_insurance_comes_before_assistance_and_all_together_never_pay_more_than_the_cost() -> None:
    made = settled(LOCAL, stay("120800", "150000"), who=GROUPS).claims[0]
    assert [layer.name for layer in made.layers] == [
        "基本医保", "门诊统筹", "大病保险", "补充保险", "医疗救助", "合规外救助",
    ]  # fmt: skip
    assert made.considered == EXTREME and all(one.held for one in made.requirements)
