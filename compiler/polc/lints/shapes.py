"""A policy looked at over all cases and costs at once, within bounds on the time that a check may take."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeVar

import attrs
from attrs import define, frozen

from polc import plan as p
from polc.boundaries import money_boundaries
from polc.lowering.amounts import value_text
from polc.settle import settle
from polc.settlement import Claim, HeldIdentity, Person
from polc.shape.cases import fact_values
from polc.shape.explore import Piece, TooManyRegions, explore
from polc.shape.linear import Amount, Linear, NotLinear, Number, Region
from polc.shape.run import Case

MOST_STEPS = 16_000
"""Steps of a plan run in one exploration: a few seconds at most, however many layers there are."""
NODES_A_STEP = 60
"""What a usual step of a plan is made of; steps over long tables count as several."""
HIGHEST_COST = 1_000_000_000
"""Ten million yuan in fen: no bill is larger; raised where a plan is written with larger amounts."""

_FAR: Mapping[str, int] = {"money": HIGHEST_COST, "number": 10_000, "days": 3660, "months": 1200, "years": 100}
"""As large as a fact of a claim or a person gets, by its unit: fen, pieces, days and so on."""

T = TypeVar("T")


class TooLarge(Exception):
    """The plan cannot be looked at whole: too many cases, or amounts multiplied with each other."""


@define
class Budget:
    """Steps that one rule may still run on a policy, over all that it looks at."""

    left: int = 2 * MOST_STEPS


def in_scope(cost: Amount) -> dict[str, Amount]:
    """A bill that is all eligible cost."""
    return {"total": cost, "inscope": cost, "copay": 0, "overlimit": 0, "noncovered": 0}


def in_all_parts(cost: Amount) -> dict[str, Amount]:
    """A bill with as much in every cost part."""
    return {"total": cost * 4, "inscope": cost, "copay": cost, "overlimit": cost, "noncovered": cost}


def in_one_part(part: str) -> Callable[[Amount], dict[str, Amount]]:
    """Bills that are all of one cost part."""
    return lambda cost: {**dict.fromkeys(("inscope", "copay", "overlimit", "noncovered"), 0), part: cost, "total": cost}


@frozen(eq=False, repr=False, slots=False)
class _Seen:
    """What every look at a plan needs to know of it."""

    highest: int
    weight: int
    values: Mapping[str, list[p.Value]]
    holdings: tuple[frozenset[str], ...]


@lru_cache(maxsize=2)
def _seen(plan: p.Plan) -> _Seen:
    """A plan, gone through once for all rules."""
    everything = list(nodes(plan.root))
    return _Seen(
        max([HIGHEST_COST, *(100 * amount for amount in money_boundaries(plan)[-1:])]),
        max(len(plan.body.steps) + 1, len(everything) // NODES_A_STEP),
        fact_values([plan]),
        _holdings(plan, list(dict.fromkeys(node.identities for node in everything if isinstance(node, p.Holds)))),
    )


def highest_cost(plan: p.Plan) -> int:
    """A cost above which nothing new happens in any policy of this kind."""
    return _seen(plan).highest


def stretch(plan: p.Plan) -> Region:
    """All costs from nothing to the highest."""
    return Region(((0, 0), (highest_cost(plan), 0)))


def far_end(plan: p.Plan) -> Region:
    """The highest costs only: few questions are open there."""
    top = highest_cost(plan)
    return Region(((top - 1, 0), (top, 0)))


def pieces(
    plan: p.Plan,
    region: Region,
    parts: Callable[[Amount], dict[str, Amount]],
    run: Callable[[p.Plan, Case, Region, Mapping[str, Amount], Mapping[str, Amount]], T],
    budget: Budget,
    *,
    far: bool = False,
) -> Iterator[Piece[T]]:
    """Every case on every piece of the region. Raises `TooLarge`; what was found before that holds all the same.

    `far`: facts that are numbers or amounts are taken as large as they may get too, not only as the plan compares them.
    """
    seen = _seen(plan)
    spent = 0
    bill = parts(Linear(0, 1, 0))

    def counted(case: Case, part: Region) -> Any:
        nonlocal spent
        spent += seen.weight
        if spent > min(MOST_STEPS, budget.left):
            budget.left = max(budget.left - spent, 0)
            raise TooLarge
        return run(plan, case, part, bill, {})

    values = seen.values
    if far:
        values = dict(values)
        for spec in plan.facts:
            if spec.unit in _FAR:
                values[spec.name] = list(dict.fromkeys([*values[spec.name], 0, _FAR[spec.unit]]))
    try:
        for held in seen.holdings:
            yield from explore(counted, Case(held, {}), region, values)
        budget.left -= spent
    except (TooManyRegions, NotLinear, TypeError, ZeroDivisionError, ArithmeticError) as error:
        raise TooLarge from error


def _holdings(plan: p.Plan, groups: list[frozenset[str]]) -> tuple[frozenset[str], ...]:
    """No identity, each kind of identity that the plan tells apart, and all together."""
    found: dict[tuple[bool, ...], frozenset[str]] = {tuple(False for _ in groups): frozenset()}
    for spec in plan.identities:
        found.setdefault(tuple(spec.name in group for group in groups), frozenset([spec.name]))
    holdings = list(found.values())
    if not isinstance(plan.root, p.HighestOf) and len(holdings) > 2:
        holdings.append(frozenset(spec.name for spec in plan.identities))
    return tuple(holdings)


def nodes(root: object) -> Iterator[Any]:
    """Everything in a part of a plan, each node once."""
    done: set[int] = set()
    todo: list[object] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(reversed(node))
        elif attrs.has(kind := type(node)) and id(node) not in done:
            done.add(id(node))
            yield node
            todo.extend(getattr(node, a.name) for a in attrs.fields(kind) if a.name != "origin")


# ---------------------------------------------------------------- one claim of a case, settled


def left_at(plan: p.Plan, case: Case, cost: int) -> int | None:
    """What the person bears at a cost that is all eligible, by the interpreter; None where it settles no such claim."""
    day = plan.as_of
    facts: dict[str, p.Value] = {}
    person: dict[str, p.Value] = {}
    for spec in plan.facts:
        if spec.of == "item" or not (spec.used or spec.name in case.facts):
            continue
        value = case.facts.get(spec.name, spec.default)
        if value is None:
            value = _any_value(spec, plan)
        (person if spec.of == "person" else facts)[spec.name] = value
    facts[plan.year.by] = day
    parts = {"total": cost, "inscope": cost, "copay": 0, "overlimit": 0, "noncovered": 0}
    who = Person("1", tuple(HeldIdentity(name) for name in sorted(case.identities)), person)
    try:
        return settle(lambda _: plan, who, [Claim("1", day, parts, facts)]).claims[0].left
    except Exception:
        return None


def _any_value(spec: p.FactSpec, plan: p.Plan) -> p.Value:
    if spec.choices:
        return frozenset() if spec.unit == "choices" else spec.choices[0][0]
    values: dict[str, p.Value] = {"bool": False, "text": "—", "date": plan.as_of, "choices": frozenset()}
    return values.get(spec.unit, 0)


def case_text(case: Case, zh: bool) -> str:
    """A case in words: the identities held and what the claim says."""
    held = "、".join(sorted(case.identities)) if zh else ", ".join(sorted(case.identities))
    told = [held] if held else ["没有身份" if zh else "no identity"]
    for name, value in case.facts.items():
        shown = "" if value is None else "—" if isinstance(value, frozenset) else value_text(value, "text")
        told.append(f"{name} {shown}".strip())
    return ("，" if zh else ", ").join(told)


def whole(value: Number) -> int:
    """The fen at or below an amount."""
    return Fraction(value).__floor__()
