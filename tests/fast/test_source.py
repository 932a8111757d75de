"""What is written for a plan: generated names only, the same denominators for all that is added up."""

import io
import re
import tokenize
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from tests.fast.population import population
from tests.fast.same import assert_same, settler_of
from tests.laws.conftest import SETTLING, plan_of
from tests.settle import plans as made

from polc import plan as p
from polc.fast import fast_settler

WRITTEN = """
    def body enter leave if else elif for in not and or is None True False try except pass return type int str bool
    claim_facts person_facts items held flags total noncovered overlimit copay inscope accumulators left get values
    year month stands since refuse no_value NoValue whole Fraction times quotient stacked best_held lambda sum range _
"""
GENERATED = re.compile(r"[a-z]\d+|after_a\d+|kk\d+|vv\d+|dd\d+")


def names(text: str) -> set[str]:
    """The names in Python source."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return {token.string for token in tokens if token.type in (tokenize.NAME, tokenize.STRING)}


@pytest.mark.parametrize("name", SETTLING)
def test_source_has_generated_names_only(name: str) -> None:
    text = settler_of(plan_of(name)).text
    assert {word for word in names(text) - set(WRITTEN.split()) if not GENERATED.fullmatch(word)} == set()


HOSTILE = "\"); raise SystemExit  #\n'{0}\\"


def test_an_authors_words_are_never_run() -> None:
    fact = made.fact(HOSTILE, "text")
    is_one = p.Compare("=", fact, p.Const(HOSTILE, "text"))
    within = p.Within(fact, frozenset((HOSTILE,)), HOSTILE, False)
    layer = made.layer(
        HOSTILE, made.base(made.part("inscope"), HOSTILE), made.rate(made.percent(50)), payer=HOSTILE,
        guards=(made.guard(p.All((is_one, within))),),
    )  # fmt: skip
    rest = made.layer("rest", made.minus(made.part("inscope"), p.Paid(HOSTILE)), made.rate(made.percent(7)))
    plan = made.plan(layer, rest, accumulators=(made.count(HOSTILE, HOSTILE, "base"),), identities=(HOSTILE,))
    settler = assert_same(plan, made.person(HOSTILE), [made.claim(1234567, **{HOSTILE: HOSTILE})])
    assert settler.text.isascii() and "SystemExit" not in settler.text


def settled_by(*layers: Any, claims: int = 30, **more: Any) -> Any:
    """Many amounts through a plan; the settler."""
    plan = made.plan(*layers, **more)
    amounts = [made.claim(Random(7).randrange(10**7) + n * 7919, id=str(n)) for n in range(claims)]
    return assert_same(plan, made.person(), amounts)


def test_accumulators_hold_parts_of_a_fen() -> None:
    thirds = made.base(p.Multiply((made.part("inscope"), p.Const(Fraction(1, 3), "ratio")), "money"), "层.base")
    settler = settled_by(
        made.layer("层", thirds, made.rate(made.percent("12.5")), made.to_fen(accumulator="层.exact")),
        accumulators=(made.count("层.base", "层", "base"), made.count("层.exact", "层", "exact")),
    )
    assert settler.interpreted == 0
    assert "Fraction(a0, 3)" in settler.text and "Fraction(a1, 24)" in settler.text


def test_a_denominator_that_keeps_growing_is_given_up() -> None:
    third = p.Const(Fraction(1, 3), "ratio")
    tally = p.Tally("息", p.Multiply((p.Tallied("息"), third), "money"), "息.tally", made.HERE)
    start = p.Tally("息", made.part("inscope"), "息.tally", made.HERE)
    settler = settled_by(
        made.layer("层", made.part("inscope"), made.rate(made.percent(50))),
        accumulators=(made.count("息.tally", "息", "tally"),),
        tallies=(start, tally),
    )
    assert settler.interpreted == 0 and "whole(a0)" in settler.text


def test_a_claim_with_unusual_data_is_left_to_the_interpreter() -> None:
    bonus = made.layer("层", p.Add(((1, made.part("inscope")), (-1, made.fact("自付"))), "money"),
                       made.rate(made.percent(50)))  # fmt: skip
    plan = made.plan(bonus)
    settler = fast_settler(plan)
    usual, unusual = made.claim(1000, id="1", 自付=10), made.claim(1000, id="2", 自付=Fraction(1, 2))
    found = settler.settle(made.person(), [usual, unusual])
    assert [claim.paid for claim in found.claims] == [(495,), (500,)]
    assert settler.interpreted == 1
    assert_same(plan, made.person(), [usual, unusual])


def test_state_goes_from_one_to_the_other() -> None:
    plan = plan_of("linxian-2023")
    settler = settler_of(plan)
    for person, claims in population(plan, Random(3), 50):
        first = settler.settle(person, claims[:1])
        assert_same(plan, person, claims[1:], first.state)
