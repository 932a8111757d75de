"""The Changsha document of 2017 with the figures of Hunan: amounts worked out by hand."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from polc.population.targets import targets

from .settling import case, compiled, paid, person, refused, settled, shares, written

POLICY = "std/changsha-2017"
POOR, EXTREME, LOW = "建档立卡贫困人口", "特困人员", "城乡低保对象"
DAY = datetime.date


def stay(inscope: str, total: str | None = None, **facts: Any) -> dict[str, Any]:
    """A stay in a hospital of the second charge class; what is not in scope is out of the catalogue."""
    return {
        "出院日期": DAY(2017, 9, 15), "医疗类别": "普通住院", "收费类别": "二类收费", "病种": "肺炎",
        "超限价自费费用": 0, "先行自付费用": 0, "政策范围内费用": inscope, "医疗费总额": total or inscope, **facts,
    }  # fmt: skip


def special(total: str, disease: str = "胃癌", **facts: Any) -> dict[str, Any]:
    """A stay for one of the nine diseases, approved, in a designated hospital."""
    return stay(total, **{"病种": disease, "纳入专项救治范围": True, "专项救治定点医院": True, **facts})


# ---------------------------------------------------------------- 一


@pytest.mark.parametrize(("by_province", "payer"), [(False, "市级财政"), (True, "县级财政")])
def test_the_whole_premium_is_paid_by_city_or_county(by_province: bool, payer: str) -> None:
    assert shares(person(POLICY, (POOR,), 省直管县=by_province)) == {payer: "180.00"}
    assert shares(person(POLICY, (EXTREME,), 省直管县=by_province)) == {}


def test_all_registered_poor_are_enrolled() -> None:
    people = [case(POLICY, who=(POOR,), 已参保=True).person, case(POLICY, who=(LOW,), 已参保=False).person]
    (target,) = targets(compiled(POLICY).usable, people, [])
    assert (target.numerator, target.denominator, target.met) == (1, 1, True)


# ---------------------------------------------------------------- 二


@pytest.mark.parametrize(
    ("who", "pays"), [(POOR, "7000.00"), (EXTREME, "7000.00"), (LOW, "6000.00"), (None, "6000.00")]
)
def test_ten_points_more_for_two_groups(who: str | None, pays: str) -> None:
    # 10000 above the deductible of 400: 60% and 10 points make 7000; a factor of 1.1 would make 6600.
    assert paid(POLICY, stay("10400"), who=(who,) if who else ())["基本医保"] == pays


def test_only_in_hospitals_under_agreement() -> None:
    assert paid(POLICY, stay("10400", 协议医疗机构=False), who=(POOR,))["基本医保"] == "6000.00"


@pytest.mark.parametrize("who", [POOR, EXTREME, LOW])
def test_half_the_deductible_for_three_groups(who: str) -> None:
    rate = 60 if who == LOW else 70
    # What leaves 10000, and what leaves 2 fen more: half of which are one.
    inscope, more = {70: ("32400", "32400.06"), 60: ("24400", "24400.05")}[rate]
    assert paid(POLICY, stay(inscope), who=(who,))["大病保险"] == "0.00"
    assert paid(POLICY, stay(more), who=(who,))["大病保险"] == "0.01"
    assert paid(POLICY, stay(more))["大病保险"] == "0.00"  # for others it is 20000


# ---------------------------------------------------------------- 三(一): 24 diseases


LISTED = [
    "儿童先心病", "儿童白血病", "终末期肾病", "乳腺癌", "宫颈癌", "重性精神病", "耐多药肺结核",
    "艾滋病机会性感染", "血友病", "慢性粒细胞白血病", "唇腭裂", "肺癌", "食管癌", "胃癌", "一型糖尿病",
    "甲状腺功能亢进", "急性心肌梗死", "脑梗死", "结肠癌", "直肠癌", "苯丙酮尿症", "尿道下裂", "地中海贫血",
    "神经母细胞瘤",
]  # fmt: skip


def test_there_are_24_diseases() -> None:
    assert len(set(LISTED)) == 24


@pytest.mark.parametrize("disease", LISTED)
def test_each_has_a_fixed_price_for_everybody(disease: str) -> None:
    found = paid(POLICY, stay("100000", 病种=disease))
    price = 100000 - float(found["医疗机构"])
    assert price < 100000
    # The fund's 70% ends at its limit of 60000 a year.
    assert float(found["基本医保"]) == min(price * 0.7, 60000)
    assert paid(POLICY, stay("100000"))["医疗机构"] == "0.00"


@pytest.mark.parametrize(
    ("cost", "hospital", "total"),
    [("13999.99", "0.00", "14000.00"), ("14000", "0.00", "14000.00"), ("14000.01", "0.01", "14000.01")],
)
def test_below_at_and_above_the_price(cost: str, hospital: str, total: str) -> None:
    found = paid(POLICY, stay(cost, 病种="宫颈癌"), who=(POOR,))
    assert (found["医疗机构"], found["总额"]) == (hospital, total)
    # Fund, assistance and patient share the price: 70%, 15% and the rest, with no deductible and no ten points.
    assert [found[name] for name in ("基本医保", "包干医疗救助", "基本医保补足", "个人")] == [
        "9800.00", "2100.00", "0.00", "2100.00",
    ]  # fmt: skip


# ---------------------------------------------------------------- 三(二): 9 diseases of 4 kinds

NINE = [
    "食管癌", "胃癌", "结肠癌", "直肠癌", "终末期肾病", "儿童急性淋巴细胞白血病", "儿童急性早幼粒细胞白血病",
    "儿童房间隔缺损", "儿童室间隔缺损",
]  # fmt: skip


@pytest.mark.parametrize("disease", NINE)
def test_nine_diseases_are_topped_up_to_90_percent(disease: str) -> None:
    found = paid(POLICY, special("1000000", disease), who=(POOR,))
    price = float(found["总额"]) - float(found["医疗机构"])
    assert float(found["个人"]) == round(price / 10, 2)
    assert float(found["基本医保补足"]) == round(price - float(found["基本医保"]) - price * 0.15 - price / 10, 2)


@pytest.mark.parametrize("facts", [{"专项救治定点医院": False}, {"纳入专项救治范围": False}, {"病种": "肺癌"}])
def test_only_where_every_condition_holds(facts: dict[str, Any]) -> None:
    assert paid(POLICY, special("50000", **facts), who=(POOR,))["基本医保补足"] == "0.00"
    assert paid(POLICY, special("50000"), who=(LOW,))["基本医保补足"] == "0.00"


@pytest.mark.parametrize(
    ("cost", "hospital", "total"),
    [("49999.99", "0.00", "50000.00"), ("50000", "0.00", "50000.00"), ("50000.01", "0.01", "50000.01")],
)
def test_below_at_and_above_the_special_price(cost: str, hospital: str, total: str) -> None:
    found = paid(POLICY, special(cost), who=(POOR,))
    assert (found["医疗机构"], found["总额"]) == (hospital, total)
    assert [found[name] for name in ("基本医保", "包干医疗救助", "基本医保补足", "个人")] == [
        "35000.00", "7500.00", "2500.00", "5000.00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("share", "assistance", "top_up"),
    [("19.99%", "9995.00", "5.00"), ("20%", "10000.00", "0.00"), ("20.01%", "10005.00", "0.00")],
)
def test_the_top_up_ends_at_90_percent(tmp_path: Path, share: str, assistance: str, top_up: str) -> None:
    local = written(
        tmp_path,
        f"政策 试\n  施行自 2017-08-01\n  落实 std/changsha-2017\n改为 参数 包干救助比例 = {share}\n",
    )
    found = paid(local, special("50000"), who=(POOR,))
    assert (found["包干医疗救助"], found["基本医保补足"]) == (assistance, top_up)


def test_then_serious_illness_insurance_pays() -> None:
    # A tenth of 50000 and what an ordinary stay left before make 11000, of which 1000 are above half the deductible.
    before = stay("19400")  # 19000 × 70% = 13300 leave 6100
    assert paid(POLICY, before, special("50000"), who=(POOR,))["大病保险"] == "550.00"


# ---------------------------------------------------------------- 四


def test_serious_illness_insurance_pays_as_soon_as_the_line_is_reached() -> None:
    assert paid(POLICY, stay("32400"), who=(POOR,))["大病保险"] == "0.00"
    assert paid(POLICY, stay("42400"), who=(POOR,))["大病保险"] == "1500.00"  # one stay: 13000 left, half of 3000
    several = [stay("20400")] * 2  # 20000 × 70% = 14000: each leaves 6400
    assert paid(POLICY, *several[:1], who=(POOR,))["大病保险"] == "0.00"
    assert paid(POLICY, *several, who=(POOR,))["大病保险"] == "1400.00"  # the year's sum: 12800 left, half of 2800
    next_year = stay("20400", 出院日期=DAY(2018, 1, 3))
    assert paid(POLICY, several[0], next_year, who=(POOR,))["大病保险"] == "0.00"


def test_claims_since_1_august_2017_follow_it() -> None:
    assert refused(POLICY, stay("10400", 出院日期=DAY(2017, 7, 31)), who=(POOR,)) == {"C504"}
    assert refused(POLICY, stay("10400", 出院日期=DAY(2017, 8, 1)), who=(POOR,)) == set()
    assert settled(POLICY, stay("10400", 出院日期=DAY(2017, 8, 1)), who=(POOR,)).claims[0].left == 340_000
