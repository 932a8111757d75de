"""What can be said of a plan's expressions without a claim."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import Any

import attrs

from polc import plan as p
from polc.evaluate import CACHED, children, unit_of
from polc.program.nodes import Kind

_STABLE = (
    p.Const, p.Fact, p.Holds, p.Within, p.Add, p.Multiply, p.Divide, p.Smallest, p.Largest, p.Compare, p.All, p.Any,
    p.Not, p.Cases, p.Rounded, p.Apply, p.Stacked, p.DateShift, p.DatePart, p.DaysBetween, p.Named,
)  # fmt: skip


@lru_cache(maxsize=CACHED)
def is_stable(expr: p.Expr) -> bool:
    """Whether an expression has one value for the whole claim and identity, whatever was settled so far."""
    return isinstance(expr, _STABLE) and all(map(is_stable, children(expr)))


@lru_cache(maxsize=CACHED)
def may_lack(expr: p.Expr) -> bool:
    """Whether an expression may have no value because no case fits."""
    own = isinstance(expr, p.Stacked | p.BestOf) or (isinstance(expr, p.Cases) and expr.otherwise is None)
    return own or any(map(may_lack, children(expr)))


@lru_cache(maxsize=CACHED)
def structure(expr: p.Expr) -> Hashable:
    """Equal for two expressions that say the same, under whatever name."""
    if isinstance(expr, p.Named):
        return structure(expr.value)
    return type(expr), tuple(_structure(getattr(expr, field.name)) for field in attrs.fields(type(expr)))


def _structure(value: Any) -> Hashable:
    if isinstance(value, tuple):
        return tuple(map(_structure, value))
    if isinstance(value, p.Arm):
        return structure(value.condition), structure(value.value)
    if isinstance(value, p.BandTable | p.Band):
        return tuple(_structure(getattr(value, f.name)) for f in attrs.fields(type(value)) if f.name != "origin")
    return structure(value) if attrs.has(type(value)) else (type(value), value)


@lru_cache(maxsize=CACHED)
def texts_read(expr: p.Expr) -> frozenset[tuple[str, str]]:
    """The facts an expression's text may come from."""
    if isinstance(expr, p.Fact):
        return frozenset({(expr.of, expr.name)} if expr.unit == "text" else ())
    if isinstance(expr, p.Cases):
        values = [arm.value for arm in expr.arms] + ([] if expr.otherwise is None else [expr.otherwise])
        return frozenset().union(*map(texts_read, values))
    return frozenset().union(*map(texts_read, children(expr)))


def kind_of(expr: p.Expr) -> Kind:
    """What kind of node an expression becomes, as far as its unit says."""
    unit = unit_of(expr)
    return unit if unit == "bool" or unit == "text" else "int"


def unnamed(expr: p.Expr) -> p.Expr:
    """What a name stands for."""
    while isinstance(expr, p.Named):
        expr = expr.value
    return expr
