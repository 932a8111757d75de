"""Expressions that say what the environment holds, as closures: facts, cost parts, what was paid and accumulated."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from pol_lang.problem import Problems
from polc import plan as p
from polc.arithmetic import whole
from polc.evaluate.environment import Environment, Read
from polc.evaluate.problems import MissingFact


def constantly(value: Any) -> Read:
    """A value that is the same whatever the environment."""
    return lambda env: value


def _constant(expr: p.Const) -> Read:
    value = expr.value
    return constantly(whole(value) if isinstance(value, Fraction) else value)


_OF = {"claim": ("就诊", "claim"), "person": ("参保人", "person"), "item": ("费用明细", "cost item")}


def missing(expr: p.Fact, env: Environment) -> p.Value:
    """The default of a fact that is not given. Raises `Problems` where it has none."""
    value = env.defaults.get(expr.name)
    if value is None:
        zh, en = _OF[expr.of]
        raise Problems([MissingFact(where=env.where, name=expr.name, of_zh=zh, of_en=en)])
    return value


def _fact(expr: p.Fact) -> Read:
    name = expr.name

    def of_claim(env: Environment) -> Any:
        value = env.claim.get(name)
        return value if value is not None else missing(expr, env)

    def of_person(env: Environment) -> Any:
        value = env.person.get(name)
        return value if value is not None else missing(expr, env)

    def of_item(env: Environment) -> Any:
        value = env.item.get(name) if env.item is not None else None
        return value if value is not None else missing(expr, env)

    return {"claim": of_claim, "person": of_person, "item": of_item}[expr.of]


def _part(expr: p.Part) -> Read:
    part = expr.part
    return lambda env: env.parts[part]


def _paid(expr: p.Paid) -> Read:
    layer = expr.layer
    return lambda env: env.paid.get(layer, 0)


def _cut(expr: p.Cut) -> Read:
    name = expr.name
    return lambda env: env.cuts.get(name, 0)


def _overflow(expr: p.Overflow) -> Read:
    layer = expr.layer
    return lambda env: env.overflow.get(layer, 0)


def _left(expr: p.Left) -> Read:
    return lambda env: env.left


def _borne(expr: p.Borne) -> Read:
    bearer = expr.field
    return lambda env: env.left if bearer == env.person_field else env.borne.get(bearer, 0)


def _tallied(expr: p.Tallied) -> Read:
    name = expr.name
    return lambda env: env.tallies.get(name, 0)


def _in_package(expr: p.InPackage) -> Read:
    name = expr.name
    return lambda env: name in env.packages


def _holds(expr: p.Holds) -> Read:
    identities = expr.identities
    return lambda env: not identities.isdisjoint(env.identities)


LOOKUPS: dict[type, Callable[[Any], Read]] = {
    p.Const: _constant, p.Fact: _fact, p.Part: _part, p.Paid: _paid, p.Cut: _cut, p.Overflow: _overflow, p.Left: _left,
    p.Borne: _borne, p.Tallied: _tallied, p.InPackage: _in_package, p.Holds: _holds,
}  # fmt: skip
"""What makes the closure, by the kind of expression."""
