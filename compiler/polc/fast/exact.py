"""Sums on pieces of source, exact: each piece gives an int, the numerator over a denominator known beforehand.

Theory: the denominators of a plan's constants are known, so those of sums, products and choices are known too, and all
that is left to be done per claim is arithmetic on ints. What divides by a value, or comes from the interpreter, has no
denominator known beforehand (None): its text gives an exact number (int or Fraction), and so does every sum with it.

Every function here puts each operand's text into its result exactly once, so that a text may bind names in passing; a
value needed twice is bound where it is evaluated first.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import lcm

from attrs import evolve, frozen

from polc.arithmetic import Mode, floor, rounded
from polc.fast.source import Source

LARGEST = 10**12
"""Denominators above this are not kept apart: such values are computed as exact numbers."""


@frozen(eq=False, repr=False, slots=False)
class Code:
    """An expression in source. `den`: it gives the numerator over this denominator; None: it gives an exact number (or
    anything that is not a number). `positive`: it is never below 0."""

    text: str
    den: int | None = None
    positive: bool = False

    @property
    def atom(self) -> bool:
        """Whether the text may stand several times: a name or a literal."""
        return self.text.isidentifier() or self.text.isdigit()


ZERO = Code("0", 1, True)


def literal(value: int | Fraction) -> Code:
    """A number."""
    top = value.numerator
    return Code(str(top) if top >= 0 else f"({top})", value.denominator, top >= 0)


def scaled(a: Code, den: int | None) -> Code:
    """The same value over a denominator that its own divides."""
    if a.den == den:
        return a
    if den is None:
        return evolve(a, den=None, text=a.text if a.den == 1 else f"Fraction({a.text}, {a.den})")
    assert a.den is not None
    factor = den // a.den
    return evolve(a, den=den, text=str(int(a.text) * factor) if a.text.isdigit() else f"({a.text} * {factor})")


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
    text = ""
    for sign, code in zip(signs, codes, strict=True):
        text += (f" {'+' if sign > 0 else '-'} " if text else "" if sign > 0 else "-") + code.text
    positive = all(sign > 0 and code.positive for sign, code in zip(signs, codes, strict=True))
    return Code(f"({text})" if len(codes) > 1 or signs[0] < 0 else text, codes[0].den, positive)


def plus(a: Code, b: Code) -> Code:
    return a if b.text == "0" else b if a.text == "0" else total(((1, a), (1, b)))


def minus(a: Code, b: Code) -> Code:
    return a if b.text == "0" else total(((1, a), (-1, b)))


def product(a: Code, b: Code) -> Code:
    """a × b."""
    positive = a.positive and b.positive
    if a.den is None or b.den is None or a.den * b.den > LARGEST:
        return Code(f"times({scaled(a, None).text}, {scaled(b, None).text})", None, positive)
    den = a.den * b.den
    if a.text.isdigit() and b.text.isdigit():
        return literal(Fraction(int(a.text) * int(b.text), den))
    if "1" in (a.text, b.text):
        return Code(a.text if b.text == "1" else b.text, den, positive)
    return Code(f"({a.text} * {b.text})", den, positive)


def compared(op: str, a: Code, b: Code) -> str:
    """The text of a comparison of numbers."""
    a, b = common(a, b)
    return f"({a.text} {op} {b.text})"


def chosen(condition: str, a: Code, b: Code) -> Code:
    """a where the condition holds, else b."""
    a, b = common(a, b)
    return Code(f"({a.text} if {condition} else {b.text})", a.den, a.positive and b.positive)


def _bound(source: Source, a: Code) -> tuple[str, str]:
    """A text to stand where a value is evaluated first, and one for the other times."""
    if a.atom:
        return a.text, a.text
    name = source.name()
    return f"({name} := {a.text})", name


def smaller(source: Source, a: Code, b: Code) -> Code:
    """The smaller of two."""
    a, b = common(a, b)
    (first, one), (second, other) = _bound(source, a), _bound(source, b)
    return Code(f"({one} if {first} < {second} else {other})", a.den, a.positive and b.positive)


def larger(source: Source, a: Code, b: Code) -> Code:
    """The larger of two."""
    a, b = common(a, b)
    (first, one), (second, other) = _bound(source, a), _bound(source, b)
    return Code(f"({one} if {first} > {second} else {other})", a.den, a.positive or b.positive)


def not_below_zero(source: Source, a: Code) -> Code:
    """The value, 0 where it is below."""
    if a.positive:
        return a
    first, other = _bound(source, a)
    return Code(f"({other} if {first} > 0 else 0)", a.den, True)


def floored(source: Source, a: Code) -> Code:
    """The largest int not above the value."""
    if a.den is None:
        return Code(f"{source.constant(floor)}({a.text})", 1, a.positive)
    return a if a.den == 1 else Code(f"({a.text} // {a.den})", 1, a.positive)


def multiple(source: Source, a: Code, to: int | Fraction, mode: Mode) -> Code:
    """The multiple of `to` next to the value; negative values round as their opposites do."""
    if a.den is None:
        near = f"{source.constant(rounded)}({a.text}, {source.constant(to)}, {source.constant(mode)})"
        return Code(near, 1 if to.denominator == 1 else None, a.positive)
    top, bottom = product(Code(a.text, 1, a.positive), literal(to.denominator)), a.den * to.numerator
    if bottom == 1:
        return Code(top.text, to.denominator, a.positive)
    if mode == "half_up":
        if bottom % 2:
            top, bottom = product(top, literal(2)), 2 * bottom
        half = bottom // 2
        if a.positive:
            count = f"(({top.text} + {half}) // {bottom})"
        else:
            first, other = _bound(source, top)
            count = f"(({other} + {half}) // {bottom} if {first} >= 0 else -(({half} - {other}) // {bottom}))"
    else:
        count = f"{source.constant(rounded)}(Fraction({top.text}, {bottom}), 1, {source.constant(mode)})"
    return product(Code(count, 1, a.positive), literal(to.numerator)) if to.denominator == 1 else Code(
        f"({count} * {to.numerator})", to.denominator, a.positive
    )  # fmt: skip


def to_fen(source: Source, a: Code) -> Code:
    """The amount half-up to the fen."""
    return multiple(source, a, 1, "half_up")
