"""`std/linxian-2023` as somebody would write it by hand who wants the amounts of one policy and no explanation.

Half-up to the fen, whole fen throughout. It settles persons who hold at most one identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polc.settlement import Claim, Person

DESTITUTE = ("特困人员", "孤儿", "事实无人抚养儿童")
WATCHED = ("脱贫不稳定户", "边缘易致贫户", "突发严重困难户")
DEDUCTIBLE = {"三类": 10_000, "县二类": 40_000, "省市二类": 50_000, "一类": 100_000}
RATE = {"三类": 85, "县二类": 75, "省市二类": 70, "一类": 60}
OUTSIDE = {"一类": 30, "省市二类": 20, "县二类": 15, "三类": 15}
BANDS = ((0, 5_000_000, 55), (5_000_000, 10_000_000, 65), (10_000_000, 20_000_000, 75), (20_000_000, 30_000_000, 80),
         (30_000_000, None, 85))  # fmt: skip
ASSISTED = {"低保对象": 70, "返贫致贫人口": 70, "低保边缘家庭成员": 60, "因病致贫重病患者": 60}
INCOME = 2_917_800


def percent(amount: int, rate: int) -> int:
    return (amount * rate + 50) // 100


class Year:
    """A person's year."""

    def __init__(self) -> None:
        self.basic = self.serious_base = self.serious = self.second_base = 0
        self.assistance_base = self.assistance = self.tilted_base = self.tilted = 0


def bands(start: int, end: int, bonus: int) -> int:
    """Hundredths of what the bands pay between two coordinates."""
    paid = 0
    for lower, upper, rate in BANDS:
        low, high = max(start, lower), end if upper is None else min(end, upper)
        if high > low:
            paid += (high - low) * min(100, rate + bonus)
    return paid


def over(before: int, amount: int, deductible: int) -> int:
    """What is left of an amount after a deductible on a running sum."""
    return amount - (min(before + amount, deductible) - min(before, deductible))


def settle(person: Person, claim: Claim, year: Year, diseases: frozenset[str]) -> tuple[int, ...]:
    """What the five layers pay, the hospital bears and the person bears."""
    facts: Mapping[str, Any] = claim.facts
    held = person.identities[0].name if person.identities else ""
    kind, place, level = facts["医疗类别"], facts["就医地"], facts["收费类别"]
    referred, emergency = facts["规范转诊"], facts.get("急诊") or False
    poor = held in DESTITUTE or held in ("低保对象", "返贫致贫人口")
    watched = held in WATCHED
    helped = poor or watched or held in ("低保边缘家庭成员", "因病致贫重病患者")
    covered = kind in ("普通住院", "门诊慢特病")
    inscope = claim.parts["inscope"]
    left = claim.parts["total"]

    basic = 0
    if covered:
        rate = RATE[level]
        if place == "省外" and not (facts.get("异地备案") or False):
            rate -= 5 if referred or emergency else 15
        basic = percent(inscope - min(inscope, DEDUCTIBLE[level]), rate)
        basic = min(basic, max(0, 7_000_000 - year.basic), left)
        year.basic += basic
        left -= basic

    serious = 0
    if covered:
        base, before, deductible = inscope - basic, year.serious_base, 500_000 if poor else 1_000_000
        applied = min(before + base, deductible) - min(before, deductible)
        serious = (bands(before + applied, before + base, 5 if poor else 0) + 50) // 100
        if not poor:
            serious = min(serious, max(0, 40_000_000 - year.serious))
        serious = min(serious, left)
        year.serious_base += base
        year.serious += serious
        left -= serious

    second = 0
    if covered:
        base = inscope - basic - serious
        second = min(percent(over(year.second_base, base, 5_000_000), 50), left)
        year.second_base += base
        left -= second

    assistance = 0
    if helped and covered:
        base = max(0, inscope - basic - serious - second)
        deductible = {"低保边缘家庭成员": INCOME // 10, "因病致贫重病患者": INCOME // 4}.get(held, 0)
        rate = 100 if held in DESTITUTE else ASSISTED.get(held, 70)
        assistance = percent(over(year.assistance_base, base, deductible), rate)
        if held not in DESTITUTE:
            cap = 4_000_000 if held in ("低保边缘家庭成员", "因病致贫重病患者") else 6_000_000
            assistance = min(assistance, max(0, cap - year.assistance))
        assistance = min(assistance, left)
        year.assistance_base += base
        year.assistance += assistance
        left -= assistance

    tilted = 0
    grave = (kind == "普通住院" and ((facts.get("重特大疾病") or False) or (facts.get("罕见病") or False))) or (
        kind == "门诊慢特病" and facts["病种"] in diseases
    )
    if helped and referred and place != "省外" and grave:
        base = max(0, inscope - basic - serious - second - assistance)
        tilted = percent(over(year.tilted_base, base, 1_000_000 if poor else 2_000_000), 50)
        tilted = min(tilted, max(0, (3_000_000 if poor else 2_000_000) - year.tilted), left)
        year.tilted_base += base
        year.tilted += tilted
        left -= tilted

    hospital = 0
    if poor and kind == "普通住院" and place != "省外":
        outside = claim.parts["noncovered"] + claim.parts["overlimit"]
        hospital = min(max(0, outside - percent(claim.parts["total"], OUTSIDE[level])), max(0, left))
        left -= hospital
    return basic, serious, second, assistance, tilted, hospital, left
