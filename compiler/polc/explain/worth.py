"""What was read, looked up by the expression that read it; and expressions worked out again from that alone.

Where a value is missing there is no result, so that a sheet never shows a number that the settlement did not see.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import reduce
from operator import mul

from pol_lang.problem import Problems
from polc import plan as p
from polc.arithmetic import rounded
from polc.evaluate import Environment, NoValue, children, evaluate, month_day, name_of, unit_of
from polc.settlement import Seen

Values = Mapping[object, tuple[p.Value, p.Unit]]
"""Values with their units by what they are of: a name and its unit, or the identity of an expression without one."""

COMPOUND = (p.ItemsSum, p.BestOf, p.Apply)
"""What one number stands for in a formula with the numbers put in; rows of their own say how it came about."""


def values_of(seen: Seen, expr: p.Expr | None = None, env: Environment | None = None) -> Values:
    """The values of names; with the state an expression was evaluated in also those of what has no name in it."""
    found: dict[object, tuple[p.Value, p.Unit]] = {(name, unit): (value, unit) for name, value, unit in seen}
    if expr is not None and env is not None:
        for node in compounds(expr):
            try:
                found[id(node)] = evaluate(node, env), unit_of(node)
            except (NoValue, Problems):  # a case that was not taken
                continue
    return found


def compounds(expr: p.Expr) -> Iterator[p.Expr]:
    """Sums over items, values by identity and band tables inside an expression, outer ones first."""
    if isinstance(expr, COMPOUND):
        yield expr
    if isinstance(expr, p.Apply):
        yield from compounds(expr.value)
    elif not isinstance(expr, p.ItemsSum | p.BestOf | p.Stacked):
        for child in children(expr):
            yield from compounds(child)


def found(expr: p.Expr, values: Values) -> tuple[p.Value, p.Unit] | None:
    """The value an expression was seen to have, with its unit."""
    if id(expr) in values:
        return values[id(expr)]
    name = name_of(expr)
    return None if name is None else values.get((name, unit_of(expr)))


def is_number(value: p.Value) -> bool:
    """Whether a value is an amount, a ratio or a count."""
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def worth(expr: p.Expr, values: Values) -> p.Value:
    """What an expression comes to with these values, None where one is missing (or the form is beyond a sheet)."""
    known = found(expr, values)
    if known is not None:
        return known[0]
    match expr:
        case p.Const(value=value):
            return value
        case p.Named(value=value) | p.BestOf(value=value):
            return worth(value, values)
        case p.Within(value=value, values=among, negated=negated):
            is_in = worth(value, values)
            if is_in is None:
                return None
            holds = bool(is_in & among) if isinstance(is_in, frozenset) else is_in in among
            return holds is not negated
        case p.Not(condition=condition):
            held = worth(condition, values)
            return None if held is None else not held
        case p.All(conditions=conditions):
            known_parts = [worth(c, values) for c in conditions]
            return False if False in known_parts else None if None in known_parts else True
        case p.Any(conditions=conditions):
            known_parts = [worth(c, values) for c in conditions]
            return True if True in known_parts else None if None in known_parts else False
        case p.Compare(op=op, left=left, right=right):
            return _compare(op, worth(left, values), worth(right, values))
        case p.Cases():
            chosen = chosen_arm(expr, values)[0]
            return None if chosen is None else worth(chosen, values)
        case p.Add(terms=terms):
            parts = [worth(term, values) for _, term in terms]
            if not all(is_number(part) for part in parts):
                return None
            signed = zip((sign for sign, _ in terms), parts, strict=True)
            return sum((sign * Fraction(part) for sign, part in signed), Fraction(0))  # type: ignore[arg-type]
        case p.Multiply(factors=several) | p.Smallest(arguments=several) | p.Largest(arguments=several):
            numbers = [worth(each, values) for each in several]
            if not all(is_number(number) for number in numbers):
                return None
            exact = [Fraction(number) for number in numbers]  # type: ignore[arg-type]
            if isinstance(expr, p.Multiply):
                return reduce(mul, exact)
            return min(exact) if isinstance(expr, p.Smallest) else max(exact)
        case p.Divide(dividend=dividend, divisor=divisor):
            one, other = worth(dividend, values), worth(divisor, values)
            if not (is_number(one) and is_number(other)) or other == 0:
                return None
            return Fraction(one) / Fraction(other)  # type: ignore[arg-type]
        case p.Rounded(value=value, to=to, mode=mode):
            exact_value = worth(value, values)
            return rounded(exact_value, to, mode) if is_number(exact_value) else None  # type: ignore[arg-type]
    return None


def chosen_arm(expr: p.Cases, values: Values) -> tuple[p.Expr | None, p.Origin | None]:
    """The value of the first arm that holds, where the values tell, and the origin it has of its own."""
    for arm in expr.arms:
        held = worth(arm.condition, values)
        if held is None:
            return None, None
        if held:
            return arm.value, arm.origin
    return expr.otherwise, expr.rest


def _compare(op: str, one: p.Value, other: p.Value) -> bool | None:
    if one is None or other is None:
        return None
    if isinstance(one, tuple) or isinstance(other, tuple):
        one, other = month_day(one), month_day(other)
    if op in ("=", "!="):
        return (one == other) is (op == "=")
    comparable = type(one) is type(other) or (is_number(one) and is_number(other))
    if isinstance(one, str | frozenset) or not comparable:
        return None
    less, equal = one < other, one == other  # type: ignore[operator]
    return {"<": less, "<=": less or equal, ">": not less and not equal, ">=": not less}[op]
