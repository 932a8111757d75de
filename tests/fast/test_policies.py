"""Settling without a trace comes to what the interpreter comes to, for every policy there is to settle with."""

import datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from polc import plan as p
from polc.fast import fast_settler
from polc.load import read_policy
from polc.pipeline import Plans, compile_policy
from polc.settle import settle
from polc.settlement import Claim, Person, State
from tests.fast.population import population
from tests.fast.same import assert_same
from tests.laws.conftest import SETTLING, claims, persons, plan_of

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(ROOT.glob("examples/**/*.pol"))


@pytest.mark.parametrize("name", SETTLING)
def test_standard_policies_with_thousands_of_claims(name: str) -> None:
    plan = plan_of(name)
    for person, made in population(plan, Random(7), 900):
        settler = assert_same(plan, person, made)
    assert settler.interpreted == 0  # neither is a claim refused, nor is anything left to the interpreter


@pytest.mark.parametrize("name", SETTLING)
def test_standard_policies_with_claims_that_shrink(name: str) -> None:
    plan = plan_of(name)

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(persons(plan), claims(plan, 6))
    def same(person: Person, made: list[Claim]) -> None:
        assert_same(plan, person, made)

    same()
