"""Sums on amounts, exact: each is an int over a denominator known beforehand.

Theory: the denominators of a plan's constants are known, so those of sums, products and choices are known too, and all
that is left to be done per claim is arithmetic on ints. What divides by a value has no denominator known beforehand
(None): it is an exact number, and so is every sum with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import lcm

from attrs import evolve, frozen

from polc.arithmetic import Mode
from polc.program.nodes import (
    ZERO,
    Int,
    Node,
    choice,
    compare,
    extreme,
    floor,
    integer,
    multiplied,
    nearest,
    over,
    quotient,
    rounded,
    summed,
)

LARGEST = 10**12
"""Denominators above this are not kept apart: such values are computed as exact numbers."""


@frozen(eq=False, repr=False, slots=False)
class Code:
    """A number. `den`: the node gives the numerator over this denominator; None: it gives the exact number."""

    node: Node
    den: int | None = 1

    @property
    def positive(self) -> bool:
        """Whether it is never below 0."""
        return self.node.positive


NOTHING = Code(ZERO)


def literal(value: int | Fraction) -> Code:
    """A number."""
    return Code(integer(value.numerator), value.denominator)


def scaled(a: Code, den: int | None) -> Code:
    """The same value over a denominator that its own divides."""
    if a.den == den:
        return a
    if den is None:
        return Code(over(a.node, a.den or 1), None)
    assert a.den is not None
    return Code(multiplied(a.node, integer(den // a.den)), den)


def common(*codes: Code) -> tuple[Code, ...]:
    """The values over one denominator."""
    dens = [code.den for code in codes if code.den is not None]
    den = lcm(*dens) if len(dens) == len(codes) else None
    if den is not None and den > LARGEST:
        den = None
    return tuple(scaled(code, den) for code in codes)


def total(terms: Iterable[tuple[int, Code]]) -> Code:
    """The sum of signed terms."""
    signs, codes = zip(*terms, strict=True)
    codes = common(*codes)
    return Code(summed((sign, code.node) for sign, code in zip(signs, codes, strict=True)), codes[0].den)


def _is_zero(a: Code) -> bool:
    return isinstance(a.node, Int) and a.node.value == 0


def plus(a: Code, b: Code) -> Code:
    return a if _is_zero(b) else b if _is_zero(a) else total(((1, a), (1, b)))


def minus(a: Code, b: Code) -> Code:
    return a if _is_zero(b) else total(((1, a), (-1, b)))


def never_negative(a: Code) -> Code:
    """The same value, of which more is known than its range says: it is not below 0."""
    high = a.node.high
    return a if a.positive else Code(evolve(a.node, low=0, high=None if high is None else max(0, high)), a.den)


def at_most(a: Code, limit: Code) -> Code:
    """The same value, of which more is known than its range says: it is not above another."""
    most = limit.node.high
    if a.den is None or limit.den is None or most is None or a.node.high is None:
        return a
    return Code(evolve(a.node, high=min(a.node.high, -(-most * a.den // limit.den))), a.den)


def product(a: Code, b: Code) -> Code:
    """a × b."""
    if a.den is None or b.den is None or a.den * b.den > LARGEST:
        return Code(multiplied(scaled(a, None).node, scaled(b, None).node), None)
    if isinstance(a.node, Int) and isinstance(b.node, Int):
        return literal(Fraction(a.node.value * b.node.value, a.den * b.den))
    return Code(multiplied(a.node, b.node), a.den * b.den)


def divided(a: Code, b: Code) -> Code:
    """a ÷ b, refused where b is 0."""
    a, b = common(a, b)
    return Code(quotient(a.node, b.node), None)


def compared(op: str, a: Code, b: Code) -> Node:
    """A comparison of numbers."""
    a, b = common(a, b)
    return compare(op, a.node, b.node)


def chosen(condition: Node, a: Code, b: Code) -> Code:
    """a where the condition holds, else b."""
    a, b = common(a, b)
    return Code(choice(condition, a.node, b.node), a.den)


def smaller(a: Code, b: Code) -> Code:
    """The smaller of two."""
    a, b = common(a, b)
    return Code(extreme("<", a.node, b.node), a.den)


def larger(a: Code, b: Code) -> Code:
    """The larger of two."""
    a, b = common(a, b)
    return Code(extreme(">", a.node, b.node), a.den)


def not_below_zero(a: Code) -> Code:
    """The value, 0 where it is below."""
    if a.positive:
        return a
    return Code(extreme(">", a.node, ZERO), a.den)


def floored(a: Code) -> Code:
    """The largest int not above the value."""
    return Code(floor(a.node, a.den or 1))


def ceiled(a: Code) -> Code:
    """The smallest int not below the value."""
    return total(((-1, floored(total(((-1, a),)))),))


def multiple(a: Code, to: int | Fraction, mode: Mode) -> Code:
    """The multiple of `to` next to the value; negative values round as their opposites do."""
    to = Fraction(to)
    if a.den is None:
        near = rounded(a.node, to, mode)
        return Code(floor(near)) if to.denominator == 1 else Code(near, None)
    top, bottom = multiplied(a.node, integer(to.denominator)), a.den * to.numerator
    count = nearest(top, bottom, mode)
    return Code(multiplied(count, integer(to.numerator)), to.denominator)


def to_fen(a: Code) -> Code:
    """The amount half-up to the fen."""
    return multiple(a, 1, "half_up")


def truncated(a: Code) -> Code:
    """The whole part of a number."""
    return multiple(a, 1, "down")
