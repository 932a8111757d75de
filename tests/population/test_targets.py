"""Shares of persons and ratios of sums, exact."""

import datetime
from fractions import Fraction

import pytest

from polc.population.targets import meets, targets
from polc.settle import settle

DAY = datetime.date


def test_persons_and_sums(plan, person, claim):
    people = [person(id="1"), person("特困人员", id="2"), person("建档立卡贫困人口", id="3", 已参保=False)]
    one = settle(lambda date: plan, people[0], [claim(100), claim(10_000, "A2", 就医地="省外")])
    enrolled, poor, ratio = targets(plan, people, [one])
    assert (enrolled.numerator, enrolled.denominator, enrolled.value, enrolled.met) == (2, 3, Fraction(2, 3), False)
    assert (poor.numerator, poor.denominator, poor.value, poor.met) == (1, 2, Fraction(1, 2), False)
    # only the claim in the province counts: 75 of 100
    assert (ratio.numerator, ratio.denominator, ratio.value, ratio.met) == (7_500, 10_000, Fraction(3, 4), True)
    assert (ratio.counts, poor.counts, ratio.origin.clauses) == ("money", "persons", ("七3",))


def test_what_cannot_be_counted_is_named(plan, person):
    unknown = person(id="2")
    del unknown.facts["已参保"]
    enrolled, poor, ratio = targets(plan, [person(id="1"), unknown], [])
    assert (enrolled.numerator, enrolled.denominator) == (1, 1)
    assert [(name, [x.code for x in problems]) for name, problems in enrolled.unknown] == [("2", ["C501"])]
    assert poor.unknown == ()  # who is not among them need not be known
    assert (ratio.value, ratio.met, ratio.denominator) == (None, None, 0)


@pytest.mark.parametrize(
    ("relation", "value", "wanted", "met"),
    [
        ("at_least", Fraction(95, 100), Fraction(95, 100), True),
        ("at_least", Fraction(94_999, 100_000), Fraction(95, 100), False),
        ("at_most", Fraction(10, 100), Fraction(10, 100), True),
        ("at_most", Fraction(11, 100), Fraction(10, 100), False),
        ("about", Fraction(74, 100), Fraction(75, 100), True),
        ("about", Fraction(76, 100), Fraction(75, 100), True),
        ("about", Fraction(7_399, 10_000), Fraction(75, 100), False),
        ("about", Fraction(7_601, 10_000), Fraction(75, 100), False),
        ("at_least", 1, 1, True),
    ],
)
def test_relations(relation, value, wanted, met):
    assert meets(relation, value, wanted) is met
