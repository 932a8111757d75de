"""Persons and claims for any plan, with amounts biased to the plan's own boundaries ± 1 fen."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import strategies as st

from polc import plan as p
from polc.boundaries import money_boundaries
from polc.pipeline import compile_policy
from polc.settlement import Claim, HeldIdentity, Person

SETTLING = (
    "linxian-2023",
    "guizhou-2019-qianxinan",
    "zhejiang-2017-hangzhou",
    "liaoning-2018-shenyang",
    "changsha-2017",
)


@cache
def plan_of(name: str) -> p.Plan:
    return compile_policy(f"std/{name}").usable


def amounts(plan: p.Plan) -> st.SearchStrategy[int]:
    """Amounts in fen: mostly at, just below or just above what the plan is written with, some anything."""
    edges = [e for e in money_boundaries(plan) if e < 100_000_000]
    near = st.builds(lambda e, d: max(0, e + d), st.sampled_from(edges), st.sampled_from((-1, 0, 1)))
    sums = st.builds(lambda a, b: a + b, near, near)
    return st.one_of(near, sums, st.integers(0, 200_000), st.integers(0, 60_000_000))


def facts(plan: p.Plan, of: str) -> st.SearchStrategy[dict[str, p.Value]]:
    made: dict[str, st.SearchStrategy[p.Value]] = {}
    texts = sorted(_texts(plan)) or ["x"]
    for spec in plan.facts:
        if spec.of != of or not spec.used or spec.name == plan.year.by:
            continue
        if spec.choices:
            made[spec.name] = st.sampled_from([name for name, _ in spec.choices])
        elif spec.unit == "bool":
            made[spec.name] = st.booleans()
        elif spec.unit == "money":
            made[spec.name] = st.one_of(st.just(0), st.integers(0, 1_000_000))
        elif spec.unit == "date":
            made[spec.name] = st.dates(datetime.date(plan.as_of.year, 1, 2), datetime.date(plan.as_of.year, 12, 30))
        elif spec.unit == "text":
            made[spec.name] = st.sampled_from([*texts, "其他病"])
        else:
            made[spec.name] = st.integers(0, 100)
    return st.fixed_dictionaries(made)


def _texts(plan: p.Plan) -> set[str]:
    """The values that the plan compares texts with."""
    found: set[str] = set()
    todo: list[object] = [plan.root]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(node)
        elif isinstance(node, p.Within):
            found |= node.values
            todo.append(node.value)
        elif isinstance(node, p.Const):
            if isinstance(node.value, str):
                found.add(node.value)
        elif hasattr(node, "__attrs_attrs__"):
            todo.extend(getattr(node, a.name) for a in node.__attrs_attrs__ if a.name != "origin")
    return found


def persons(plan: p.Plan) -> st.SearchStrategy[Person]:
    names = [spec.name for spec in plan.identities]
    return st.builds(
        lambda held, given: Person("P", tuple(HeldIdentity(n) for n in held), given),
        st.lists(st.sampled_from(names), max_size=3, unique=True),
        facts(plan, "person"),
    )


def claims(plan: p.Plan, most: int = 4) -> st.SearchStrategy[list[Claim]]:
    start = plan.as_of

    def build(rows: list[tuple[int, int, int, int, dict[str, p.Value]]]) -> list[Claim]:
        made = []
        for i, (inscope, copay, overlimit, noncovered, given) in enumerate(rows):
            day = start + datetime.timedelta(days=i * 11)
            parts = {"inscope": inscope, "copay": copay, "overlimit": overlimit, "noncovered": noncovered}
            parts["total"] = sum(parts.values())
            made.append(Claim(f"C{i}", day, parts, {**given, plan.year.by: day}))
        return made

    money = amounts(plan)
    small = st.one_of(st.just(0), money)
    row = st.tuples(money, small, small, small, facts(plan, "claim"))
    return st.lists(row, min_size=1, max_size=most).map(build)


@pytest.fixture(params=SETTLING)
def plan(request: pytest.FixtureRequest) -> p.Plan:
    return plan_of(request.param)


@pytest.fixture
def cases() -> Callable[[p.Plan], st.SearchStrategy[tuple[Person, list[Claim]]]]:
    return lambda plan: st.tuples(persons(plan), claims(plan))
