"""The Linxian document of 2023 with the figures of Shanxi: amounts worked out by hand."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from polc.population.targets import targets

from .settling import case, compiled, paid, person, raised, route, settled

POLICY = "std/linxian-2023"
EXTREME, LOW, BACK = "特困人员", "低保对象", "返贫致贫人口"
WATCHED = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
DAY = datetime.date
USED_UP = {"医疗救助.已支付": 60000}
"""A person whose assistance has reached its limit, so that what insurance leaves comes to tilted assistance whole."""


def stay(inscope: str, total: str | None = None, **facts: Any) -> dict[str, Any]:
    """A stay with a serious disease in a first-class hospital of the province, referred; what is not in scope is out of
    the catalogue."""
    return {
        "出院日期": DAY(2023, 10, 20), "医疗类别": "普通住院", "收费类别": "一类", "就医地": "省内", "规范转诊": True,
        "重特大疾病": True, "超限价自费费用": 0, "先行自付费用": 0, "政策范围内费用": inscope,
        "医疗费总额": total or inscope, **facts,
    }  # fmt: skip


def outlay(amount: str, **facts: Any) -> dict[str, Any]:
    """An ordinary outpatient's cost that nobody pays for."""
    return stay("0", amount, 医疗类别="普通门诊", **facts)


# ---------------------------------------------------------------- 三.一: enrolment


@pytest.mark.parametrize(("enrolled", "met"), [(19, True), (18, False)])
def test_95_percent_of_the_residents_are_enrolled(enrolled: int, met: bool) -> None:
    people = [case(POLICY, 已参保=number < enrolled).person for number in range(20)]
    target = targets(compiled(POLICY).usable, people, [])[0]
    assert (target.name, target.met) == ("居民参保率", met)


@pytest.mark.parametrize("who", ["孤儿", "事实无人抚养儿童", EXTREME, LOW, BACK, *WATCHED, "脱贫人口"])
def test_all_of_the_low_income_and_lifted_out_are_enrolled(who: str) -> None:
    people = [case(POLICY, who=(who,), 已参保=False).person, case(POLICY, 已参保=False).person]
    target = targets(compiled(POLICY).usable, people, [])[1]
    assert (target.name, target.numerator, target.denominator) == ("特殊人群参保率", 0, 1)


# ---------------------------------------------------------------- 三.二: the layers


def test_in_province_reimbursement_averages_80_percent() -> None:
    # 25000 × 60% = 15000, (11000 - 10000) × 55% = 550 and 70% of the 10450 left, 7315: 87.9% of 26000.
    one = settled(POLICY, stay("26000"), who=(WATCHED[0],))
    away = settled(POLICY, stay("26000", 就医地="省外"), who=(WATCHED[0],))
    lifted = settled(POLICY, stay("26000"), who=("脱贫人口",))
    target = targets(compiled(POLICY).usable, [], [one, away, lifted])[2]
    assert (target.name, target.denominator, target.met) == ("省内住院综合报销比例", 2_600_000, True)
    assert target.numerator == 100 * (15000 + 550 + 7315)
    # Who was lifted out has only 59.8% and is not among those counted, nor is who was treated out of the province.
    assert lifted.claims[0].left == 1_045_000


@pytest.mark.parametrize("who", [EXTREME, "孤儿", LOW, BACK])
def test_three_groups_have_the_tilt(who: str) -> None:
    # (31000 - 1000) × 60% = 18000 leave 13000; (13000 - 5000) × 60% = 4800.
    assert paid(POLICY, stay("31000"), who=(who,))["大病保险"] == "4800.00"


@pytest.mark.parametrize("who", [*WATCHED, "脱贫人口", "低保边缘家庭成员", "因病致贫重病患者"])
def test_others_have_not(who: str) -> None:
    assert paid(POLICY, stay("31000"), who=(who,))["大病保险"] == "1650.00"  # (13000 - 10000) × 55%


def test_the_cap_is_removed_for_them_alone() -> None:
    # Basic stops at 70000, so 931000 are left: 4.5 万 × 60%, 5 × 70%, 10 × 80%, 10 × 85% and 63.1 × 90%.
    assert paid(POLICY, stay("1001000"), who=(LOW,))["大病保险"] == "794900.00"
    assert paid(POLICY, stay("1001000"), who=(WATCHED[0],))["大病保险"] == "400000.00"


@pytest.mark.parametrize(
    ("who", "pays"),
    [
        (EXTREME, "5000.00"),
        (LOW, "3500.00"),
        (WATCHED[0], "3500.00"),
        ("脱贫人口", "0.00"),
        ("低保边缘家庭成员", "1249.32"),
    ],
)
def test_direct_assistance_goes_by_class(who: str, pays: str) -> None:
    # 10000 × 60% = 6000 leave 5000, which is below every deductible of serious-illness insurance. The deductible for
    # those on the edge of 低保 is a tenth of 29178: 60% of 2082.20.
    assert paid(POLICY, stay("11000"), who=(who,))["医疗救助"] == pays


@pytest.mark.parametrize(
    ("who", "inscope", "base", "pays"),
    [
        # 41250 × 60% = 24750 leave 17500; 12500 × 60% = 7500 leave 10000; 7 fen more leave one fen more.
        (LOW, "42250", "10000.00", "0.00"), (LOW, "42250.07", "10000.01", "0.01"),
        # 78055.55 × 60% = 46833.33 leave 32222.22; 22222.22 × 55% = 12222.22 leave 20000; 5 fen more a fen more.
        (WATCHED[1], "79055.55", "20000.00", "0.00"), (WATCHED[1], "79055.60", "20000.01", "0.01"),
    ],
)  # fmt: skip
def test_tilted_assistance_starts_above_10000_and_20000(who: str, inscope: str, base: str, pays: str) -> None:
    made = settled(POLICY, stay(inscope), who=(who,), earlier=USED_UP).claims[0]
    assert made.left + made.layers[-1].paid == int(base.replace(".", ""))
    assert paid(POLICY, stay(inscope), who=(who,), earlier=USED_UP)["倾斜救助"] == pays


def test_its_threshold_and_its_limit_are_those_of_a_year() -> None:
    # A year in which everything else is used up: what is left of the year counts from the first fen, the first 10000
    # once. 41000 in scope, basic at its limit, serious-illness insurance pays 90%: 4100 each time.
    earlier = USED_UP | {"基本医保.已支付": 70000, "大病保险.累计费用": 400000}
    stays = [stay("41000")] * 3
    found = [paid(POLICY, *stays[:number], who=(LOW,), earlier=earlier)["倾斜救助"] for number in (1, 2, 3)]
    assert found == ["0.00", "0.00", "1150.00"]  # 3 × 4100 = 12300: half of 2300
    # Stays of 410000 leave 41000 each, of which the second compensation takes nothing before 50000 of the year:
    # first (41000 - 10000) × 50%; then 41000 less half of 32000 leaves 25000, half of which is cut at the limit.
    long = [stay("410000")] * 3
    found = [paid(POLICY, *long[:number], who=(LOW,), earlier=earlier)["倾斜救助"] for number in (1, 2, 3)]
    assert found == ["15500.00", "12500.00", "2000.00"]
    next_year = stay("410000", 出院日期=DAY(2024, 1, 2))
    assert paid(POLICY, *long, next_year, who=(LOW,), earlier=earlier)["医疗救助"] != "0.00"


def test_its_limit_for_others_is_20000() -> None:
    earlier = USED_UP | {"基本医保.已支付": 70000, "大病保险.累计费用": 400000, "大病保险.已支付": 400000}
    # 70000 are left, the second compensation takes half of 20000: (60000 - 20000) × 50% is the limit.
    assert paid(POLICY, stay("70000"), who=(WATCHED[2],), earlier=earlier)["倾斜救助"] == "20000.00"
    assert paid(POLICY, stay("70000"), stay("1000"), who=(WATCHED[2],), earlier=earlier)["倾斜救助"] == "0.00"


@pytest.mark.parametrize(
    "facts",
    [
        {"规范转诊": False}, {"就医地": "省外", "异地备案": True}, {"重特大疾病": False},
        {"医疗类别": "门诊慢特病", "病种": "糖尿病"},
    ],
)  # fmt: skip
def test_without_a_condition_there_is_no_tilted_assistance(facts: dict[str, Any]) -> None:
    assert paid(POLICY, stay("62250", **facts), who=(LOW,), earlier=USED_UP)["倾斜救助"] == "0.00"


@pytest.mark.parametrize("disease", ["恶性肿瘤", "器官移植抗排异治疗", "血友病", "尿毒症透析", "重性精神疾病"])
def test_five_chronic_diseases_count_like_a_stay(disease: str) -> None:
    # 61250 × 60% leave 25500; 20500 × 60% leave 13200: half of 3200.
    claim = stay("62250", 医疗类别="门诊慢特病", 病种=disease, 重特大疾病=False)
    assert paid(POLICY, claim, who=(LOW,), earlier=USED_UP)["倾斜救助"] == "1600.00"


def test_a_rare_disease_counts_like_a_serious_one() -> None:
    claim = stay("62250", 罕见病=True, 重特大疾病=False)
    assert paid(POLICY, claim, who=(LOW,), earlier=USED_UP)["倾斜救助"] == "1600.00"


@pytest.mark.parametrize(("inscope", "listed"), [("42250", False), ("42250.07", True)])
def test_out_of_province_those_above_the_threshold_are_listed(inscope: str, listed: bool) -> None:
    away = stay(inscope, 就医地="省外", 异地备案=True)
    assert ("省外待救助" in raised(POLICY, away, who=(LOW,), earlier=USED_UP)) is listed
    assert "省外待救助" not in raised(POLICY, stay(inscope), who=(LOW,), earlier=USED_UP)


def test_serious_illness_insurance_that_was_not_paid_at_once_is_called_to_mind() -> None:
    assert "大病保险待申领" in raised(POLICY, stay("31000", 大病一站式结算=False), who=(LOW,))
    assert "大病保险待申领" not in raised(POLICY, stay("31000"), who=(LOW,))
    assert "大病保险待申领" not in raised(POLICY, stay("3000", 大病一站式结算=False), who=(LOW,))


# ---------------------------------------------------------------- 三.三: what is watched every month


@pytest.mark.parametrize(
    ("who", "burden", "listed"),
    [
        ((WATCHED[0],), "6000", False), ((WATCHED[0],), "6000.01", True),
        ((WATCHED[1],), "6000", False), ((WATCHED[1],), "6000.01", True),
        ((WATCHED[2],), "6000", False), ((WATCHED[2],), "6000.01", True),
        ((LOW,), "20000", False), ((LOW,), "20000.01", True),
        (("脱贫人口",), "20000", False), (("脱贫人口",), "20000.01", True),
        ((), "20000", False), ((), "20000.01", True),
        ((LOW, WATCHED[0]), "6000.01", True),
    ],
)  # fmt: skip
def test_a_burden_above_6000_or_20000_in_a_year_is_listed(who: tuple[str, ...], burden: str, listed: bool) -> None:
    assert raised(POLICY, outlay(burden), who=who) == ({"高额医疗费用"} if listed else set())


def test_the_burden_adds_up_over_a_year_and_begins_anew() -> None:
    first, second = outlay("6000"), outlay("0.01", 出院日期=DAY(2023, 11, 1))
    assert raised(POLICY, first, second, who=(WATCHED[0],)) == {"高额医疗费用"}
    assert raised(POLICY, first, outlay("0.01", 出院日期=DAY(2024, 1, 1)), who=(WATCHED[0],)) == set()


@pytest.mark.parametrize(
    ("who", "enrolled", "moved", "register", "listed"),
    [
        (LOW, False, False, "未参保：推送乡镇督促参保", set()),
        ("脱贫人口", False, True, "未参保：推送乡镇督促参保", {"身份调整"}),
        (LOW, True, False, None, set()), (WATCHED[0], True, True, None, {"身份调整"}),
    ],
)  # fmt: skip
def test_who_is_not_enrolled_and_whose_identity_changed(
    who: str, enrolled: bool, moved: bool, register: str | None, listed: set[str]
) -> None:
    found = person(POLICY, (who,), 已参保=enrolled, 本月身份有调整=moved).enrolment
    assert found is not None and found.register == register
    assert raised(POLICY, outlay("1"), who=(who,), 已参保=enrolled, 本月身份有调整=moved) == listed


# ---------------------------------------------------------------- 三.四: out of the catalogue, nothing in advance


@pytest.mark.parametrize(("kind", "limit"), [("一类", 30000), ("省市二类", 20000), ("县二类", 15000), ("三类", 15000)])
@pytest.mark.parametrize("who", [EXTREME, LOW, BACK])
def test_above_the_share_of_its_class_the_hospital_bears_it(kind: str, limit: int, who: str) -> None:
    at, above = (stay(str(round(100000 - limit - fen / 100, 2)), "100000", 收费类别=kind) for fen in (0, 1))
    assert paid(POLICY, at, who=(who,))["医疗机构"] == "0.00"
    assert paid(POLICY, above, who=(who,))["医疗机构"] == "0.01"


@pytest.mark.parametrize(
    ("who", "facts"),
    [
        ((WATCHED[0],), {}),
        ((), {}),
        ((LOW,), {"就医地": "省外"}),
        ((LOW,), {"医疗类别": "门诊慢特病", "病种": "血友病"}),
    ],
)
def test_others_other_places_and_outpatients_are_not_controlled(who: tuple[str, ...], facts: dict[str, Any]) -> None:
    assert paid(POLICY, stay("10000", "100000", **facts), who=who)["医疗机构"] == "0.00"


@pytest.mark.parametrize("who", [EXTREME, LOW, BACK, *WATCHED])
@pytest.mark.parametrize("place", ["县域内", "市域内"])
def test_referred_from_primary_care_within_the_city_nothing_is_deposited(who: str, place: str) -> None:
    claim = stay("11000", 就医地=place, 基层首诊转诊=True)
    found = route(POLICY, claim, (who,))
    assert found.deposit is not None and found.collect is not None
    assert (found.deposit.amount, found.collect.amount) == (0, settled(POLICY, claim, who=(who,)).claims[0].left)


@pytest.mark.parametrize(
    ("who", "facts"),
    [
        (LOW, {"就医地": "县域内"}), (LOW, {"就医地": "省内", "基层首诊转诊": True}),
        ("脱贫人口", {"就医地": "县域内", "基层首诊转诊": True}),
    ],
)  # fmt: skip
def test_otherwise_there_is_no_such_right(who: str, facts: dict[str, Any]) -> None:
    assert route(POLICY, stay("11000", **facts), (who,)).route is None
