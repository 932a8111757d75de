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
from polc.program.making import (
    ZERO,
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
from polc.program.nodes import Get, Int, Node

LARGEST = 10**12
"""Denominators above this are not kept apart: such values are computed as exact numbers."""


Quantity = tuple[str, int]
"""A variable, whole and not below 0, as it stood at some point: its name and version."""
TOTAL: Quantity = ("total", 0)
"""What was billed."""


@frozen(eq=False, repr=False, slots=False)
class Code:
    """A number. `den`: the node gives the numerator over this denominator; None: it gives the exact number. `below`:
    quantities that it never exceeds."""

    node: Node
    den: int | None = 1
    below: frozenset[Quantity] = frozenset()

    @property
    def positive(self) -> bool:
        """Whether it is never below 0."""
        return self.node.positive

    @property
    def bounds(self) -> frozenset[Quantity]:
        """The quantities that it never exceeds, itself too."""
        node = self.node
        if isinstance(node, Get) and self.den == 1 and node.positive and node.kind == "int":
            return self.below | {(node.name, node.version)}
        return self.below


NOTHING = Code(ZERO)


def literal(value: int | Fraction) -> Code:
    """A number."""
    return Code(integer(value.numerator), value.denominator)


def scaled(a: Code, den: int | None) -> Code:
    """The same value over a denominator that its own divides."""
    if a.den == den:
        return a
    if den is None:
        return Code(over(a.node, a.den or 1), None, a.bounds)
    assert a.den is not None
    return Code(multiplied(a.node, integer(den // a.den)), den, a.bounds)


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
    if _is_zero(b):
        return a
    return within(total(((1, a), (-1, b))), a.bounds if b.positive else frozenset())


def within(a: Code, bounds: frozenset[Quantity]) -> Code:
    """The same value, which is known never to exceed these quantities."""
    return Code(a.node, a.den, a.below | bounds) if bounds else a


def never_negative(a: Code) -> Code:
    """The same value, of which more is known than its range says: it is not below 0."""
    high = a.node.high
    return a if a.positive else Code(evolve(a.node, low=0, high=None if high is None else max(0, high)), a.den, a.below)


def at_most(a: Code, limit: Code) -> Code:
    """The same value, of which more is known than its range says: it is not above another."""
    most = limit.node.high
    a = within(a, limit.bounds)
    if a.den is None or limit.den is None or most is None or a.node.high is None:
        return a
    return Code(evolve(a.node, high=min(a.node.high, -(-most * a.den // limit.den))), a.den, a.below)


def product(a: Code, b: Code) -> Code:
    """a × b."""
    bounds = (a.bounds if a.positive and at_most_one(b) else frozenset()) | (
        b.bounds if b.positive and at_most_one(a) else frozenset()
    )
    if a.den is None or b.den is None or a.den * b.den > LARGEST:
        return Code(multiplied(scaled(a, None).node, scaled(b, None).node), None, bounds)
    if isinstance(a.node, Int) and isinstance(b.node, Int):
        return literal(Fraction(a.node.value * b.node.value, a.den * b.den))
    return Code(multiplied(a.node, b.node), a.den * b.den, bounds)


def at_most_one(a: Code) -> bool:
    """Whether a number is from 0 to 1."""
    return a.positive and a.den is not None and a.node.high is not None and a.node.high <= a.den


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
    bounds = both(a, b)
    a, b = common(a, b)
    return Code(choice(condition, a.node, b.node), a.den, bounds)


def both(a: Code, b: Code) -> frozenset[Quantity]:
    """The quantities that neither of two exceeds; 0 exceeds none."""
    return b.bounds if _is_zero(a) else a.bounds if _is_zero(b) else a.bounds & b.bounds


def smaller(a: Code, b: Code) -> Code:
    """The smaller of two."""
    bounds = a.bounds | b.bounds
    a, b = common(a, b)
    return Code(extreme("<", a.node, b.node), a.den, bounds)


def larger(a: Code, b: Code) -> Code:
    """The larger of two."""
    bounds = both(a, b)
    a, b = common(a, b)
    return Code(extreme(">", a.node, b.node), a.den, bounds)


def not_below_zero(a: Code) -> Code:
    """The value, 0 where it is below."""
    if a.positive:
        return a
    return Code(extreme(">", a.node, ZERO), a.den, a.below)


def floored(a: Code) -> Code:
    """The largest int not above the value."""
    return Code(floor(a.node, a.den or 1), 1, a.below)


def ceiled(a: Code) -> Code:
    """The smallest int not below the value."""
    return total(((-1, floored(total(((-1, a),)))),))


def multiple(a: Code, to: int | Fraction, mode: Mode) -> Code:
    """The multiple of `to` next to the value; negative values round as their opposites do."""
    to = Fraction(to)
    bounds = a.bounds if a.positive and (mode == "down" or to == 1) else frozenset()  # these are whole themselves
    if a.den is None:
        near = rounded(a.node, to, mode)
        return Code(floor(near), 1, bounds) if to.denominator == 1 else Code(near, None, bounds)
    top, bottom = multiplied(a.node, integer(to.denominator)), a.den * to.numerator
    count = nearest(top, bottom, mode)
    return Code(multiplied(count, integer(to.numerator)), to.denominator, bounds)


def to_fen(a: Code) -> Code:
    """The amount half-up to the fen."""
    return multiple(a, 1, "half_up")


def truncated(a: Code) -> Code:
    """The whole part of a number."""
    return multiple(a, 1, "down")
