"""What an expression is, whatever the claim: its name, unit and operands, and whether its value is always the same."""

from __future__ import annotations

from functools import lru_cache

from polc import plan as p

CACHED = 65_536
"""How many expressions' closures are kept; the largest plans have a few thousand."""


def name_of(expr: p.Expr) -> str | None:
    """The name under which `seen` shows a node; None for what is computed.

    A layer's payment stands under the layer's name, a tally, cut, package, fact, part or definition under its own, and
    what has no name of its own under `overflow(layer)`, `left`, `borne(bearer)`.
    """
    match expr:
        case p.Fact() | p.Part() | p.Cut() | p.Tallied() | p.Holds() | p.InPackage() | p.Named() | p.Stacked():
            return expr.name
        case p.Paid():
            return expr.layer
        case p.Overflow():
            return f"overflow({expr.layer})"
        case p.Left():
            return "left"
        case p.Borne():
            return f"borne({expr.name})"
    return None


def unit_of(expr: p.Expr) -> p.Unit:
    """The unit of an expression's value."""
    match expr:
        case (
            p.Const() | p.Fact() | p.Add() | p.Multiply() | p.Divide() | p.Smallest() | p.Largest() | p.Cases()
            | p.Rounded() | p.Apply() | p.Stacked() | p.Named() | p.BestOf()
        ):  # fmt: skip
            return expr.unit
        case p.Part() | p.Paid() | p.Cut() | p.Overflow() | p.Left() | p.Borne() | p.Tallied() | p.ItemsSum():
            return "money"
        case p.DateShift():
            return "date"
        case p.DatePart():
            return "number" if expr.part in ("month", "day", "year") else "date"
        case p.DaysBetween():
            return "days"
        case _:
            return "bool"


def children(expr: p.Expr) -> tuple[p.Expr, ...]:
    """The operands of an expression in the order they are written."""
    match expr:
        case p.Within() | p.Rounded() | p.Named() | p.BestOf():
            return (expr.value,)
        case p.Add():
            return tuple(term for _, term in expr.terms)
        case p.Multiply():
            return expr.factors
        case p.Divide():
            return expr.dividend, expr.divisor
        case p.Smallest() | p.Largest():
            return expr.arguments
        case p.Compare():
            return expr.left, expr.right
        case p.All() | p.Any():
            return expr.conditions
        case p.Not():
            return (expr.condition,)
        case p.Cases():
            arms = tuple(part for arm in expr.arms for part in (arm.condition, arm.value))
            return arms if expr.otherwise is None else (*arms, expr.otherwise)
        case p.Apply():
            bands = tuple(
                part
                for band in expr.bands.bands
                for part in ((band.lower, band.value) if band.upper is None else (band.lower, band.upper, band.value))
            )
            return (expr.value, *bands)
        case p.ItemsSum():
            return (expr.value,) if expr.where is None else (expr.value, expr.where)
        case p.Stacked():
            return (expr.fact, *(value for _, value in expr.arms))
        case p.DateShift():
            return expr.date, expr.by
        case p.DatePart():
            return (expr.date,)
        case p.DaysBetween():
            return expr.start, expr.end
    return ()


_FROM_OUTSIDE = (
    p.Fact, p.Part, p.Paid, p.Cut, p.Overflow, p.Left, p.Borne, p.Tallied, p.InPackage, p.Holds, p.BestOf, p.ItemsSum,
)  # fmt: skip


@lru_cache(maxsize=CACHED)
def is_constant(expr: p.Expr) -> bool:
    """Whether an expression has the same value for every claim."""
    return not isinstance(expr, _FROM_OUTSIDE) and all(map(is_constant, children(expr)))
