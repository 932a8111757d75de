"""What can come of a condition, against the interpreter over every value that can matter."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polc import plan as p
from polc.evaluate import Environment, reader
from polc.lints.truth import Truth

KINDS = ("住院", "门诊", "药店")
HOLDINGS = (frozenset({"甲"}), frozenset({"乙"}), frozenset({"丙", "甲"}))  # 丙 counts as 甲
OPS = ("<", "<=", ">", ">=", "=", "!=")
NUMBER = p.Fact("年龄", "number", "person")
COST = p.Part("inscope", "政策范围内费用")
COPAY = p.Part("copay", "先行自付费用")


def money(fen: int) -> p.Const:
    return p.Const(fen, "money")


edges = st.integers(0, 3)
leaves = st.one_of(
    st.builds(lambda op, n: p.Compare(op, NUMBER, p.Const(n, "number")), st.sampled_from(OPS), edges),
    st.builds(lambda op, n: p.Compare(op, COST, money(n)), st.sampled_from(OPS), edges),
    st.builds(lambda op, n: p.Compare(op, money(n), COST), st.sampled_from(OPS), edges),
    st.builds(
        lambda op, n: p.Compare(op, p.Multiply((p.Const(Fraction(-2), "ratio"), COST), "money"), money(-n)),
        st.sampled_from(OPS), edges,
    ),
    st.builds(lambda names: p.Holds(frozenset(names), "x"), st.sets(st.sampled_from("甲乙丙"), min_size=1)),
    st.builds(
        lambda names, negated: p.Within(p.Fact("类别", "text", "claim"), frozenset(names), "x", negated),
        st.sets(st.sampled_from(KINDS), min_size=1), st.booleans(),
    ),
    st.just(p.Fact("急诊", "bool", "claim")),
)  # fmt: skip
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(p.Not, inner),
        st.builds(lambda x: p.All(tuple(x)), st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda x: p.Any(tuple(x)), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=5,
)


def worlds(together: bool) -> list[Environment]:
    """Every claim that can matter: amounts and numbers at, between and beyond the edges."""
    points = [Fraction(n, 4) for n in range(0, 17)]
    if together:
        held = [frozenset().union(*(h for h, on in zip(HOLDINGS, row, strict=True) if on)) for row in _ROWS]
    else:
        held = [frozenset(), *HOLDINGS]
    return [
        Environment(
            claim={"类别": kind, "急诊": urgent}, person={"年龄": age}, items=(), defaults={},
            parts={"inscope": cost, "copay": 0, "overlimit": 0, "noncovered": 0}, total=cost, left=cost,
            identities=identities, held=(identities,), tallies={}, person_field="psn_part_amt", where="",
        )
        for kind, urgent, age, cost, identities in product(KINDS, (True, False), range(-1, 5), points, held)
    ]  # fmt: skip


_ROWS = list(product((False, True), repeat=len(HOLDINGS)))
WORLDS = {together: worlds(together) for together in (True, False)}


def truth(together: bool) -> Truth:
    return Truth({"类别": KINDS}, HOLDINGS, together, "出院日期", None, None)


@settings(max_examples=60, deadline=None)
@given(st.lists(conditions, max_size=2), conditions, st.booleans())
def test_outcomes_are_those_that_claims_have(known: list[p.Expr], condition: p.Expr, together: bool) -> None:
    before, asked = [reader(one) for one in known], reader(condition)
    met = {bool(asked(env)) for env in WORLDS[together] if all(one(env) for one in before)}
    assert truth(together).outcomes(known, condition) == (met or None)


def test_what_hangs_on_many_things_is_still_found_out() -> None:
    many = [p.Fact(f"甲{i}", "bool", "claim") for i in range(30)]
    known = [p.Any((a, b)) for a, b in pairwise(many)]
    one = Truth({}, HOLDINGS, True, "出院日期", None, None)
    assert one.outcomes([*known, p.Not(many[0])], many[1]) == {True}
    assert one.outcomes(known, many[3]) == {True, False}


def test_a_term_that_cannot_be_looked_into_is_the_same_wherever_it_says_the_same() -> None:
    items = p.Compare(">", p.ItemsSum(p.Fact("金额", "money", "item"), None), money(5))
    same = p.Compare(">", p.ItemsSum(p.Fact("金额", "money", "item"), None), money(5))
    other = p.Compare(">", p.ItemsSum(p.Fact("金额", "money", "item"), None), money(9))
    one = truth(True)
    assert one.outcomes([items], same) == {True}
    assert one.outcomes([other], items) == {True}
    assert one.outcomes([items], other) == {True, False}


@pytest.mark.parametrize(("op", "outcome"), [(">=", {True}), ("<", {False}), (">", {True, False})])
def test_no_amount_of_a_claim_is_negative(op: str, outcome: set[bool]) -> None:
    assert truth(True).outcomes([], p.Compare(op, p.Add(((1, COST), (1, COPAY)), "money"), money(0))) == outcome
