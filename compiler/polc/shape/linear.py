"""Linear forms in two unknowns, convex regions of them, and the questions a region cannot answer."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

Number = int | Fraction
Point = tuple[Number, Number]


class NotLinear(Exception):
    """Two unknown amounts were multiplied or divided: the plan has no linear shape."""


class Split(Exception):
    """The region does not decide the sign of a form: it is positive on one part and negative on another."""

    def __init__(self, form: Linear) -> None:
        self.form = form
        super().__init__(str(form))


@frozen(eq=False, slots=False)
class Linear:
    """`constant + x · first unknown + y · second unknown`, in fen."""

    constant: Number
    x: Number = 0
    y: Number = 0

    def at(self, point: Point) -> Number:
        """The value at a point."""
        return self.constant + self.x * point[0] + self.y * point[1]

    @property
    def is_constant(self) -> bool:
        """Whether the unknowns do not matter."""
        return not self.x and not self.y

    def __add__(self, other: Linear | Number) -> Linear:
        if isinstance(other, Linear):
            return Linear(self.constant + other.constant, self.x + other.x, self.y + other.y)
        return Linear(self.constant + other, self.x, self.y)

    __radd__ = __add__

    def __neg__(self) -> Linear:
        return Linear(-self.constant, -self.x, -self.y)

    def __sub__(self, other: Linear | Number) -> Linear:
        return self + (-other)

    def __rsub__(self, other: Linear | Number) -> Linear:
        return -self + other

    def __mul__(self, other: Linear | Number) -> Linear:
        if isinstance(other, Linear):
            if other.is_constant:
                other = other.constant
            elif self.is_constant:
                return other * self.constant
            else:
                raise NotLinear
        return Linear(self.constant * other, self.x * other, self.y * other)

    __rmul__ = __mul__

    def __truediv__(self, other: Linear | Number) -> Linear:
        if isinstance(other, Linear):
            if not other.is_constant:
                raise NotLinear
            other = other.constant
        return self * (1 / Fraction(other))


Amount = Linear | Number


def linear(value: Amount) -> Linear:
    """A number as a form."""
    return value if isinstance(value, Linear) else Linear(value)


@frozen(eq=False, slots=False)
class Region:
    """A convex region by its corners in order: a polygon, or a stretch with two corners. Its inside is meant: which
    side a line between two regions belongs to is left open."""

    corners: tuple[Point, ...]

    def sign(self, form: Amount) -> int:
        """1, 0 or -1: the sign of a form on the inside of the region. Raises `Split` where it is not one sign."""
        if not isinstance(form, Linear):
            return (form > 0) - (form < 0)
        positive = negative = False
        for corner in self.corners:
            value = form.at(corner)
            positive = positive or value > 0
            negative = negative or value < 0
        if positive and negative:
            raise Split(form)
        return 1 if positive else -1 if negative else 0

    def smaller(self, a: Amount, b: Amount) -> Amount:
        """The smaller of two amounts."""
        return a if self.sign(a - b) <= 0 else b

    def larger(self, a: Amount, b: Amount) -> Amount:
        """The larger of two amounts."""
        return a if self.sign(a - b) >= 0 else b

    def cut(self, form: Linear) -> tuple[Region, Region]:
        """The parts where a form is not positive and not negative."""
        return Region(_clip(self.corners, form, -1)), Region(_clip(self.corners, form, 1))

    def extremes(self, form: Amount) -> tuple[tuple[Number, Point], tuple[Number, Point]]:
        """The least and the greatest value of a form with the corners where it takes them."""
        values = [(linear(form).at(corner), corner) for corner in self.corners]
        return min(values), max(values)


def _clip(corners: Sequence[Point], form: Linear, side: int) -> tuple[Point, ...]:
    kept: list[Point] = []
    count = len(corners)
    for i, corner in enumerate(corners):
        value = form.at(corner) * side
        if value >= 0:
            kept.append(corner)
        if count == 2 and i == 1:
            break
        following = corners[(i + 1) % count]
        after = form.at(following) * side
        if (value > 0 > after) or (value < 0 < after):
            share = Fraction(value) / (value - after)
            kept.append(
                (corner[0] + share * (following[0] - corner[0]), corner[1] + share * (following[1] - corner[1]))
            )
    return tuple(kept)
