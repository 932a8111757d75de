"""What can be known of a plan expression without a claim: constant values, what it reads, its pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import product
from math import prod

from attrs import evolve

from polc import plan as p
from polc.arithmetic import rounded
from polc.evaluate import children


def constant(expr: p.Expr) -> p.Value:
    """The value of an expression that reads nothing, None where it reads a fact or has no value."""
    if isinstance(expr, p.Const):
        return expr.value
    if isinstance(expr, (p.Named, p.BestOf)):
        return constant(expr.value)
    if isinstance(expr, p.Add):
        values = _numbers(term for _, term in expr.terms)
        if values is not None:
            return sum((sign * v for (sign, _), v in zip(expr.terms, values, strict=True)), Fraction(0))
    elif isinstance(expr, p.Multiply):
        factors = _numbers(expr.factors)
        return prod(factors) if factors is not None else None
    elif isinstance(expr, p.Divide):
        pair = _numbers((expr.dividend, expr.divisor))
        return pair[0] / pair[1] if pair is not None and pair[1] else None
    elif isinstance(expr, (p.Smallest, p.Largest)):
        found = _numbers(expr.arguments)
        if found:
            return min(found) if isinstance(expr, p.Smallest) else max(found)
    elif isinstance(expr, p.Rounded):
        value = constant(expr.value)
        if isinstance(value, (int, Fraction)):
            return rounded(value, expr.to, expr.mode)
    return None


def _numbers(expressions: Iterable[p.Expr]) -> list[Fraction] | None:
    """The constant numbers of some expressions, None where one is not."""
    values = [constant(e) for e in expressions]
    numbers = [Fraction(v) for v in values if isinstance(v, (int, Fraction)) and not isinstance(v, bool)]
    return numbers if len(numbers) == len(values) else None


def simple(value: Fraction | int) -> int | Fraction:
    """A whole number as int, any other as Fraction."""
    return int(value) if Fraction(value).denominator == 1 else Fraction(value)


def parts_of(expr: p.Expr) -> frozenset[str]:
    """The cost parts that an expression reads."""
    found: set[str] = set()
    for node in walk(expr):
        if isinstance(node, p.Part):
            found.add(node.part)
        elif isinstance(node, p.Left):
            found.add("total")
    return frozenset(found)


def leaves_of_cases(expr: p.Expr) -> list[p.Expr]:
    """The values that a cases expression can take, itself where it is none."""
    if isinstance(expr, p.Named):
        return leaves_of_cases(expr.value)
    if isinstance(expr, p.Cases):
        found = [leaf for arm in expr.arms for leaf in leaves_of_cases(arm.value)]
        return found + (leaves_of_cases(expr.otherwise) if expr.otherwise is not None else [])
    return [expr]


def standards(expr: p.Expr) -> list[Fraction] | None:
    """The numbers that a standard can come to, one per case; None where it depends on an amount of the claim."""
    if isinstance(expr, (p.Named, p.BestOf)):
        return standards(expr.value)
    if isinstance(expr, p.Cases):
        found = [standards(leaf) for leaf in leaves_of_cases(expr)]
        return None if None in found else [n for numbers in found if numbers is not None for n in numbers]
    if isinstance(expr, p.Multiply):
        factors = [standards(f) for f in expr.factors]
        combined = product(*(f for f in factors if f is not None))
        return [prod(c, start=Fraction(1)) for c in combined] if None not in factors else None
    number = constant(expr)
    return [Fraction(number)] if isinstance(number, (int, Fraction)) and not isinstance(number, bool) else None


def each_case(expr: p.Expr, change: Callable[[p.Expr], p.Expr]) -> p.Expr:
    """The expression with each value that its cases can take changed."""
    if isinstance(expr, (p.Named, p.BestOf)):
        return evolve(expr, value=each_case(expr.value, change))
    if isinstance(expr, p.Cases):
        arms = tuple(evolve(arm, value=each_case(arm.value, change)) for arm in expr.arms)
        otherwise = None if expr.otherwise is None else each_case(expr.otherwise, change)
        return evolve(expr, arms=arms, otherwise=otherwise)
    return change(expr)


def walk(expr: p.Expr) -> list[p.Expr]:
    """An expression and everything in it, outermost first."""
    found = [expr]
    for child in children(expr):
        found.extend(walk(child))
    return found


_ALWAYS = p.Const(True, "bool")


def without_value(expr: p.Expr) -> p.Expr:
    """The condition under which a term is `none`."""
    if isinstance(expr, p.Named):
        return without_value(expr.value)
    if isinstance(expr, p.Cases):
        ways: list[p.Expr] = []
        before: list[p.Expr] = []
        for arm in expr.arms:
            ways += _way(before, arm.condition, arm.value)
            before.append(arm.condition)
        if expr.otherwise is not None:
            ways += _way(before, _ALWAYS, expr.otherwise)
        return ways[0] if len(ways) == 1 else p.Any(tuple(ways))
    return p.Const(isinstance(expr, p.Const) and expr.value is None, "bool")


def _way(before: list[p.Expr], condition: p.Expr, value: p.Expr) -> list[p.Expr]:
    """The condition under which a case is taken and has no value, where that can be."""
    inner = without_value(value)
    if isinstance(inner, p.Const) and inner.value is False:
        return []
    parts = [*(p.Not(c) for c in before), *(c for c in (condition, inner) if c is not _ALWAYS)]
    parts = [c for c in parts if not (isinstance(c, p.Const) and c.value is True)]
    return [parts[0] if len(parts) == 1 else p.All(tuple(parts)) if parts else _ALWAYS]


def as_money(expr: p.Expr) -> p.Expr:
    """A term that is an amount or `none`, as an amount that some cases lack."""
    if isinstance(expr, p.Named):
        return evolve(expr, value=as_money(expr.value), unit="money")
    if isinstance(expr, p.Cases):
        arms = tuple(evolve(arm, value=as_money(arm.value)) for arm in expr.arms)
        return evolve(
            expr, arms=arms, otherwise=None if expr.otherwise is None else as_money(expr.otherwise), unit="money"
        )
    return p.Const(None, "money") if isinstance(expr, p.Const) and expr.value is None else expr
