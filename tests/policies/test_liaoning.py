"""The Liaoning document of 2018 with the figures of Shenyang: amounts worked out by hand."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from .settling import changed, codes, paid, person, settled, shares

LOCAL = "std/liaoning-2018-shenyang"
POOR = "建档立卡贫困人口"
DAY = datetime.date
LAYERS = ("基本医保", "大病保险", "医疗救助", "基本医保二次报销", "补充合规部分", "补充合规外部分", "补充维持用药")


def stay(inscope: str, noncovered: str = "0", copay: str = "0", **facts: Any) -> dict[str, Any]:
    """A stay with a serious disease in a county hospital."""
    total = f"{float(inscope) + float(noncovered) + float(copay):.2f}"
    return {
        "出院日期": DAY(2018, 11, 20), "就诊方式": "住院", "机构级别": "县级及以上", "病情": "大病",
        "医疗费总额": total, "政策范围内费用": inscope, "全自费费用": noncovered, "先行自付费用": copay,
        "超限价自费费用": 0, **facts,
    }  # fmt: skip


def amounts(found: dict[str, str], *names: str) -> list[str]:
    return [found[name] for name in names]


# ---------------------------------------------------------------- 一(二): who


@pytest.mark.parametrize("illness", ["大病", "特殊慢性病", "长期慢性病"])
def test_the_registered_poor_with_such_a_disease_have_the_fourth_layer(illness: str) -> None:
    # 10000 × 65% = 6500 leave 4000; 70% leave 1200; 20% leave 960; 80% of it 768.
    found = paid(LOCAL, stay("10500", 病情=illness), who=(POOR,))
    assert amounts(found, *LAYERS, "个人") == [
        "6500.00", "0.00", "2800.00", "240.00", "768.00", "0.00", "0.00", "192.00",
    ]  # fmt: skip


def test_others_and_other_diseases_have_not() -> None:
    assert paid(LOCAL, stay("10500", 病情="一般疾病"), who=(POOR,))["补充合规部分"] == "0.00"
    assert paid(LOCAL, stay("10500"))["补充合规部分"] == "0.00"


# ---------------------------------------------------------------- 二(二): three cases of 80 %


def test_1_what_is_left_of_compliant_cost_with_the_first_self_paid_share() -> None:
    # 500 more of first self-paid share: basic insurance takes none of it, the others do.
    found = paid(LOCAL, stay("10500", copay="500"), who=(POOR,))
    assert amounts(found, "基本医保", "医疗救助", "基本医保二次报销", "补充合规部分", "个人") == [
        "6500.00", "3150.00", "270.00", "864.00", "216.00",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["住院", "特病门诊"])
def test_2_other_necessary_cost_at_county_hospitals(kind: str) -> None:
    outside = stay("10500", "1000", 就诊方式=kind, 非必须费用=200)
    assert paid(LOCAL, outside, who=(POOR,))["补充合规外部分"] == "640.00"  # 80% of 800
    assert paid(LOCAL, {**outside, "机构级别": "县级以下"}, who=(POOR,))["补充合规外部分"] == "0.00"
    assert paid(LOCAL, {**outside, "就诊方式": "普通门诊"}, who=(POOR,))["补充合规外部分"] == "0.00"


def test_3_maintenance_drugs_on_a_prescription() -> None:
    drugs = stay("0", "300", 就诊方式="药店购药", 病情="长期慢性病", 县级以上处方=True, 特定维持用药=True)
    assert paid(LOCAL, drugs, who=(POOR,))["补充维持用药"] == "240.00"
    for lacking in ("县级以上处方", "特定维持用药"):
        assert paid(LOCAL, {**drugs, lacking: False}, who=(POOR,))["补充维持用药"] == "0.00"


# ---------------------------------------------------------------- 二(二): what is never paid, and who bears it


@pytest.mark.parametrize(
    ("fact", "hospital", "own"),
    [
        ("个人过度医疗费用", "0.00", "1000.00"),
        ("代他人购药费用", "0.00", "1000.00"),
        ("机构过度医疗费用", "1000.00", "0.00"),
    ],
)
def test_what_was_not_called_for_is_paid_by_no_layer(fact: str, hospital: str, own: str) -> None:
    plain = paid(LOCAL, stay("10500"), who=(POOR,))
    found = paid(LOCAL, {**stay("11500"), fact: 1000}, who=(POOR,))
    assert amounts(found, *LAYERS) == amounts(plain, *LAYERS)
    assert found["医疗机构"] == hospital and float(found["个人"]) == float(plain["个人"]) + float(own)


@pytest.mark.parametrize(
    ("fact", "hospital"),
    [("个人过度医疗目录外费用", "0.00"), ("代他人购药目录外费用", "0.00"), ("机构过度医疗目录外费用", "300.00")],
)
def test_nor_outside_the_catalogue(fact: str, hospital: str) -> None:
    found = paid(LOCAL, {**stay("10500", "1000"), fact: 300}, who=(POOR,))
    assert (found["补充合规外部分"], found["医疗机构"]) == ("560.00", hospital)  # 80% of 700


# ---------------------------------------------------------------- 三


def test_the_fourth_layer_pays_after_the_three() -> None:
    made = settled(LOCAL, stay("88000", "10000", "2000", 非必须费用=2000), who=(POOR,)).claims[0]
    assert tuple(layer.name for layer in made.layers) == LAYERS
    assert all(one.held for one in made.requirements)


@pytest.mark.parametrize(("by_city", "payer"), [(False, "县级统筹资金"), (True, "市级统筹资金")])
def test_the_premium_is_100_yuan_by_county_or_city(by_city: bool, payer: str) -> None:
    assert shares(person(LOCAL, (POOR,), 市域统筹=by_city)) == {payer: "100.00"}
    assert shares(person(LOCAL, 市域统筹=by_city)) == {}


def test_the_premium_may_be_raised_not_lowered(tmp_path: Path) -> None:
    raised = changed(tmp_path, "liaoning-2018-shenyang", ("补充保险保费 = 100元", "补充保险保费 = 120元"))
    assert shares(person(raised, (POOR,))) == {"县级统筹资金": "120.00"}
    assert codes(changed(tmp_path, "liaoning-2018-shenyang", ("保费 = 100元", "保费 = 99.99元"))) == {"N216"}
