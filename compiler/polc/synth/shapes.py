"""The shapes of what is drawn. They are made up to look like what is published of China's residents' insurance, and are
nobody's data: what a share is, a policy is not to be judged by.

Shares are of 100,000, costs in fen; see `draws.Quantiles`.
"""

from __future__ import annotations

from collections.abc import Sequence

from polc.synth.draws import Quantiles

CARE = ("住院", "慢", "门诊", "购药")
"""What a choice is called that says which kind of care a claim is for: the first of these words in it counts."""
CARE_WEIGHTS = (60, 15, 20, 5)
COSTS: Sequence[Quantiles] = (
    (  # a stay in hospital: half below 6,500 yuan, one in a hundred above 120,000
        (0, 30_000), (5_000, 120_000), (25_000, 350_000), (50_000, 650_000), (75_000, 1_200_000), (90_000, 2_600_000),
        (95_000, 4_500_000), (98_000, 8_000_000), (99_000, 12_000_000), (99_500, 17_000_000), (99_900, 35_000_000),
        (99_990, 80_000_000), (100_000, 200_000_000),
    ),
    ((0, 3_000), (50_000, 45_000), (90_000, 300_000), (99_000, 1_200_000), (100_000, 6_000_000)),  # a chronic disease
    ((0, 500), (50_000, 14_000), (90_000, 80_000), (99_500, 600_000), (100_000, 4_000_000)),  # a visit
    ((0, 300), (50_000, 6_000), (95_000, 40_000), (100_000, 300_000)),  # a pharmacy
)  # fmt: skip
STAYS: Sequence[Quantiles] = (
    ((0, 1), (25_000, 4), (50_000, 7), (75_000, 11), (95_000, 25), (99_000, 60), (100_000, 120)),
    ((0, 0), (100_000, 1)),
    ((0, 0), (100_000, 1)),
    ((0, 0), (100_000, 1)),
)
"""Days from admission to discharge, by kind of care."""
LEVELS = {"三级": 170, "二级": 100, "一级": 55, "未定级": 35}
"""Per cent of the cost, by the level of the hospital."""

ITEMS: Sequence[Quantiles] = (
    ((0, 3), (25_000, 12), (50_000, 22), (75_000, 38), (95_000, 90), (99_000, 180), (100_000, 400)),
    ((0, 1), (75_000, 4), (100_000, 12)),
    ((0, 1), (50_000, 3), (90_000, 8), (100_000, 25)),
    ((0, 1), (75_000, 3), (100_000, 9)),
)
"""Cost items of a claim, by kind of care."""
WEIGHTS: Quantiles = ((0, 0), (60_000, 40), (90_000, 300), (98_000, 2_000), (100_000, 12_000))
"""What items cost, compared with each other: most of the cost is that of a few."""
TIMES: Quantiles = ((0, 0), (60_000, 0), (90_000, 4), (99_000, 20), (100_000, 60))
"""How many of a thing an item is, beyond one."""
NONCOVERED: Quantiles = ((0, 0), (20_000, 0), (50_000, 30), (80_000, 90), (95_000, 200), (100_000, 450))
OVERLIMIT: Quantiles = ((0, 0), (90_000, 0), (100_000, 40))
COPAY: Quantiles = ((0, 0), (15_000, 0), (50_000, 60), (90_000, 150), (100_000, 300))
"""Thousandths of the total; the rest is eligible cost."""

CLAIMS: Quantiles = (
    (0, 1), (64_000, 2), (82_500, 3), (90_000, 4), (93_500, 5), (95_500, 6), (96_800, 7), (99_000, 13), (99_700, 25),
    (100_000, 53),
)  # fmt: skip
"""Claims a year of persons who have any, the fraction left off."""
WITHOUT_CLAIMS = 20
"""Persons without any claim, for a hundred with one."""
AGES: Quantiles = ((0, 0), (22_000, 18), (52_000, 45), (75_000, 60), (96_000, 80), (100_000, 100))

IDENTITIES_HELD = (80, 18, 2)
"""Persons in a hundred who hold none, one, or two identities one after the other."""
PERIODS = (85, 10, 5)
"""Of those who hold one: all the time, from a day of the year on, until one."""
NARROWER = 12_500
"""How many of those who hold an identity with narrower names are listed by one of these."""

TRUE_OF_CLAIM, TRUE_OF_PERSON, AS_BY_DEFAULT = 65_000, 95_000, 90_000
"""Yes-no facts: how often yes where there is no default (of a claim, of a person); how often the default."""
DEFAULT_CHOICE = 3
"""How many times as often as all others together the default of a choice."""
SEVERAL = 25_000
"""How often each of several choices is taken."""
COMPARED = 60_000
"""How many texts, and numbers, are among those that the policy compares with."""
SOME_MONEY = 5_000
"""How many amounts that are 0 by default are given."""

TEXTS = {
    "dise_codg": (
        "肺炎",
        "高血压",
        "2型糖尿病",
        "冠心病",
        "脑梗死",
        "胆囊结石",
        "骨折",
        "阑尾炎",
        "慢性支气管炎",
        "白内障",
    ),
    "fixmedins_code": tuple(f"H{number:04}" for number in range(1, 201)),
    "insuplc_admdvs": ("110100", "140100", "210100", "330100", "430100", "520100"),
    "mdtrtarea_admvs": ("110100", "140100", "210100", "330100", "430100", "520100"),
}
"""Texts that the policy does not compare with, by the platform's field."""
OTHER_TEXT = "其他"
