"""Which cases plans tell apart: the values of facts and the identities that no condition treats differently."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import define, field

from pol_lang.problem import Problems
from polc import plan as p
from polc.evaluate import Environment, NoValue, day_of_year, evaluate, is_constant, month_day
from polc.shape.nodes import nodes

STAY = 10
"""Days that lie between two dates where a plan counts them and asks nothing else of them."""


def fact_values(plans: Sequence[p.Plan]) -> dict[str, list[p.Value]]:
    """For every fact the values that can make a difference: one of each set of values that all conditions of all the
    plans treat alike (see `alike`), both sides of every amount, number or date it is held against; for a fact that goes
    into a formula the default or the plan's day."""
    tests = _tests(plans)
    found: dict[str, list[p.Value]] = {}
    for plan in plans:
        for spec in plan.facts:
            values = found.setdefault(spec.name, [])
            questions = tests.get(spec.name, _NOTHING)
            seen = {questions.signature(value) for value in values}
            for value in _candidates(plan, spec, questions):
                signature = questions.signature(value)
                if signature not in seen:
                    seen.add(signature)
                    values.append(value)
    return found


def alike(plans: Sequence[p.Plan], fact: str, value: p.Value) -> list[p.Value]:
    """The choices of a fact that every condition of the plans treats like `value`, itself among them."""
    return all_alike(plans, {fact: [value]})[fact][0]


def all_alike(plans: Sequence[p.Plan], values: dict[str, list[p.Value]]) -> dict[str, list[list[p.Value]]]:
    """For values of facts the choices that count like each, itself among them."""
    tests = _tests(plans)
    found: dict[str, list[list[p.Value]]] = {}
    for fact, some in values.items():
        questions = tests.get(fact, _NOTHING)
        specs = [spec for plan in plans for spec in plan.facts if spec.name == fact]
        names: list[str] = [name for spec in specs for name, _ in spec.choices]
        if specs and specs[0].unit == "text" and not names:
            names = [x for x in _candidates(plans[0], specs[0], questions) if isinstance(x, str)]
        signatures = {name: questions.signature(name) for name in names}
        of = [[] if isinstance(value, frozenset) else questions.signature(value) for value in some]
        found[fact] = [
            [name for name in signatures if signatures[name] == wanted] or [value]
            for value, wanted in zip(some, of, strict=True)
        ]
    return found


def between(plans: Sequence[p.Plan], fact: str, value: p.Value) -> tuple[p.Value, p.Value] | None:
    """For a value that stands for all between two that plans hold a fact against, these two (None: no end); None for a
    value that stands for itself."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction | datetime.date):
        return None
    questions = _tests(plans).get(fact, _NOTHING)
    kind = datetime.date if isinstance(value, datetime.date) else (int, Fraction)
    edges = [edge for edge in (*questions.against, *questions.equal) if isinstance(edge, kind)]
    if not edges or value in edges:
        return None
    low = max((edge for edge in edges if edge < value), default=None)  # type: ignore[operator]
    high = min((edge for edge in edges if edge > value), default=None)  # type: ignore[operator]
    return low, high


def identity_classes(plans: Sequence[p.Plan]) -> list[list[str]]:
    """The identities of the plans in groups that no condition tells apart, in the plans' order; first the empty group:
    nobody."""
    sets: list[frozenset[str]] = []
    for plan in plans:
        sets += [node.identities for node in nodes([plan.root, plan.shared_caps]) if isinstance(node, p.Holds)]
    sets = list(dict.fromkeys(sets))
    ranked = any(isinstance(plan.root, p.HighestOf) and plan.root.criterion == "rank" for plan in plans)
    groups: dict[tuple[object, ...], list[str]] = {}
    nobody = tuple(False for _ in sets)
    for plan in plans:
        for spec in plan.identities:
            signature: tuple[object, ...] = tuple(spec.name in members for members in sets)
            if signature == nobody:
                continue
            names = groups.setdefault((*signature, spec.name) if ranked else signature, [])
            if spec.name not in names:
                names.append(spec.name)
    return [[], *groups.values()]


@define(eq=False)
class _Questions:
    """What plans ask of a fact: which values it equals, which numbers or dates it is held against, in which lists it
    is."""

    equal: set[p.Value] = field(factory=set)
    against: set[int | Fraction | datetime.date] = field(factory=set)
    days: set[tuple[int, int]] = field(factory=set)
    """Days of the year that a date is held against."""
    lists: set[frozenset[str]] = field(factory=set)
    each: bool = False
    """Whether every value may make a difference of its own."""
    apart: int = 0
    """For a date from or to which days are counted: how many days before (below 0) or after the plan's day it is."""

    def signature(self, value: p.Value) -> tuple[object, ...]:
        """How the plans see a value: the answer to each of their questions."""
        if isinstance(value, frozenset):
            return (value,) if self.each else (frozenset(names for names in self.lists if value & names),)
        if self.each or isinstance(value, bool) or value is None:
            return (value,)
        same = value if value in self.equal else None
        if isinstance(value, str):
            return (same, frozenset(names for names in self.lists if value in names))
        below = sum(edge < value for edge in self.against)  # type: ignore[operator]
        return (same, below, value in self.against, *(_side(value, day) for day in sorted(self.days)))


def _side(value: object, day: tuple[int, int]) -> int:
    """Whether a date lies before, on or after a day of its year."""
    own: tuple[int, int] = month_day(value)
    return (own > day) - (own < day)


_NOTHING = _Questions()


def _tests(plans: Sequence[p.Plan]) -> dict[str, _Questions]:
    """What the plans ask of each fact."""
    found: dict[str, _Questions] = {}
    for plan in plans:
        for node in nodes([plan.root, plan.shared_caps]):
            if isinstance(node, p.Compare):
                for one, other in ((node.left, node.right), (node.right, node.left)):
                    fact = _unnamed(one)
                    if isinstance(fact, p.Fact):
                        _asked(found.setdefault(fact.name, _Questions()), node.op, _possible(other))
            elif isinstance(node, p.Within) and isinstance(fact := _unnamed(node.value), p.Fact):
                found.setdefault(fact.name, _Questions()).lists.add(node.values)
            elif isinstance(node, p.DaysBetween):
                for one, days in ((node.start, -STAY), (node.end, STAY)):
                    if isinstance(fact := _unnamed(one), p.Fact):
                        found.setdefault(fact.name, _Questions()).apart = days
            elif isinstance(node, p.Stacked):
                found.setdefault(node.fact.name, _Questions()).each = True
    return found


def _asked(questions: _Questions, op: str, values: list[p.Value] | None) -> None:
    """Takes up that a fact is compared with values (None: with what is no constant)."""
    if values is None:
        questions.each = True
        return
    for value in values:
        if isinstance(value, tuple):
            questions.days.add(value)
        elif op in ("=", "!="):
            questions.equal.add(value)
        elif isinstance(value, int | Fraction | datetime.date):
            questions.against.add(value)


def _unnamed(e: p.Expr) -> p.Expr:
    while isinstance(e, p.Named):
        e = e.value
    return e


def _possible(e: p.Expr) -> list[p.Value] | None:
    """The constants that an expression comes to; None where it hangs on more than the case of a table."""
    e = _unnamed(e)
    if isinstance(e, p.Cases):
        found: list[p.Value] = []
        for part in (*(arm.value for arm in e.arms), *(() if e.otherwise is None else (e.otherwise,))):
            some = _possible(part)
            if some is None:
                return None
            found += some
        return found
    if not is_constant(e):
        return None
    try:
        return [evaluate(e, Environment())]
    except (NoValue, Problems):
        return None


def _candidates(plan: p.Plan, spec: p.FactSpec, questions: _Questions) -> list[p.Value]:
    """Values of a fact among which is one of each kind that the questions tell apart."""
    if spec.unit == "choices":
        names = [name for name, _ in spec.choices]
        return [frozenset[str](), *(frozenset([name]) for name in names), frozenset(names)]
    if spec.choices:
        return [name for name, _ in spec.choices]
    if spec.unit == "bool":
        return [True, False]
    if spec.unit == "text":
        texts = {value for value in questions.equal if isinstance(value, str)}.union(*questions.lists)
        return [*sorted(texts), "—"]
    if spec.unit == "date":
        day = datetime.timedelta(days=1)
        dates = sorted(x for x in (*questions.against, *questions.equal) if isinstance(x, datetime.date))
        dates += [day_of_year(plan.as_of.year, x) for x in sorted(questions.days)]
        around = [] if spec.name == plan.year.by else [x + day * d for x in dates for d in (-1, 0, 1)]
        return [plan.as_of + day * (0 if spec.name == plan.year.by else questions.apart), *around]
    numbers = [x for x in (*questions.against, *questions.equal) if isinstance(x, int | Fraction)]
    if spec.unit == "money":
        edges = sorted({0, *(n for n in numbers if n > 0)})
        between = [(low + high) / Fraction(2) for low, high in pairwise(edges)]
        return [
            spec.default if spec.default is not None else 0,
            *sorted({*edges, *map(int, between), edges[-1] + 1_000_000}),
        ]
    around_numbers = {int(n) + d for n in numbers for d in (-1, 0, 1) if int(n) + d >= 0}
    return [*sorted(around_numbers)] or [40]
