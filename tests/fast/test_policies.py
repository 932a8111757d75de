"""Settling without a trace comes to what the interpreter comes to, for every policy there is to settle with."""

import datetime
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from tests.fast.population import population
from tests.fast.same import assert_same
from tests.laws.conftest import SETTLING, claims, persons, plan_of

from pol_lang.problem import Problems
from polc.examples.given import case_of_example
from polc.load import standard_names
from polc.pipeline import Plans, compile_policy
from polc.settle import settle
from polc.settlement import Claim, Person, State

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


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_policies_with_many_claims(path: Path) -> None:
    plan = compile_policy(str(path)).usable
    for person, made in population(plan, Random(7), 60):
        assert_same(plan, person, made)


@pytest.mark.parametrize("name", [*map(str, EXAMPLES), *standard_names()])
def test_examples_in_policies(name: str) -> None:
    compiled = compile_policy(name, settling=None)
    if compiled.plan is None or not compiled.program.examples:
        return
    plans = Plans(compiled)
    for example in compiled.program.examples:
        case = case_of_example(example, compiled.plan)
        step_by_step(plans, case.person, case.claims, case.state)


def step_by_step(plans: Plans, person: Person, made: Sequence[Claim], state: State) -> None:
    """Each claim by the plan of its day, on what the claims before left."""
    for claim in made:
        plan = plans(claim.date)
        try:
            settled = settle(plans, person, [claim], state)
        except Problems:
            assert_same(plan, person, [claim], state)
            return
        assert_same(plan, person, [claim], state)
        state = settled.state


def test_a_date_is_held_against_a_day_of_its_year(tmp_path: Path) -> None:
    (tmp_path / "试.pol").write_text(
        "政策 试\n事实 认定日期 日期\n保障层 基本医保 支付方 基本医保统筹基金\n  当 认定日期 ≤ 8月31日\n"
        "  基数 政策范围内费用\n  支付比例 50% 适用于 认定日期 < 03-01, 60% 其他\n",
        encoding="utf-8",
    )
    plan = compile_policy(str(tmp_path / "试.pol")).usable
    parts = {"total": 1000, "inscope": 1000, "copay": 0, "overlimit": 0, "noncovered": 0}
    for day in ("2021-02-28", "2024-02-29", "2024-03-01", "1999-08-31", "2024-09-01"):
        facts = {"认定日期": datetime.date.fromisoformat(day), "出院日期": plan.as_of}
        assert assert_same(plan, Person("P", (), {}), [Claim("A", plan.as_of, parts, facts)]).interpreted == 0
