"""Linear forms in two unknowns, convex regions of them, and the questions a region cannot answer.

Forms and corners are kept as whole numbers over a common denominator: the sign of a form at a corner, which is asked
millions of times, is then three products of ints.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from polc import plan as p

Number = int | Fraction
Point = tuple[Number, Number]
Corner = tuple[int, int, int]
"""x, y and their common denominator, which is positive."""


_LONG = 1 << 30
"""Denominators are only reduced where they have grown longer than this; most never do."""
_new = object.__new__


class NotLinear(Exception):
    """Two unknown amounts were multiplied or divided: the plan has no linear shape."""


class Split(Exception):
    """The region does not decide the sign of a form: it is positive on one part and negative on another. `sharp`:
    where it is exactly 0 is a case of its own, as at the edge of a condition."""

    def __init__(self, form: Linear, sharp: bool) -> None:
        self.form = form
        self.sharp = sharp
        super().__init__()


class Linear:
    """`constant + x · first unknown + y · second unknown`, in fen; never changed once given away."""

    __slots__ = ("_c", "_d", "_x", "_y")

    def __init__(self, constant: Number, x: Number = 0, y: Number = 0) -> None:
        whole = lcm(constant.denominator, x.denominator, y.denominator)
        self._c = constant.numerator * (whole // constant.denominator)
        self._x = x.numerator * (whole // x.denominator)
        self._y = y.numerator * (whole // y.denominator)
        self._d = whole

    def _reduced(self) -> Linear:
        """The same form, its fractions in lowest terms."""
        shared = gcd(self._c, self._x, self._y, self._d)
        if shared != 1:
            self._c, self._x, self._y = self._c // shared, self._x // shared, self._y // shared
            self._d //= shared
        return self

    @property
    def constant(self) -> Number:
        """The value where both unknowns are 0."""
        return _number(self._c, self._d)

    @property
    def x(self) -> Number:
        """How much one more of the first unknown adds."""
        return _number(self._x, self._d)

    @property
    def y(self) -> Number:
        """How much one more of the second unknown adds."""
        return _number(self._y, self._d)

    @property
    def is_constant(self) -> bool:
        """Whether the unknowns do not matter."""
        return not self._x and not self._y

    @property
    def meets_whole(self) -> bool:
        """Whether the form can be 0 at whole numbers; a form of both unknowns is taken to be."""
        if self._x and self._y:
            return True
        return self._c % (self._x or self._y or 1) == 0

    def at(self, point: Point) -> Number:
        """The value at a point."""
        return Fraction(self._c + self._x * Fraction(point[0]) + self._y * Fraction(point[1])) / self._d

    def side(self, corner: Corner) -> int:
        """A number of the sign that the form has at a corner."""
        return self._c * corner[2] + self._x * corner[0] + self._y * corner[1]

    def ratio(self, corner: Corner) -> tuple[int, int]:
        """The value at a corner as a numerator and a positive denominator."""
        return self._c * corner[2] + self._x * corner[0] + self._y * corner[1], self._d * corner[2]

    def __add__(self, other: Linear | Number) -> Linear:
        d = self._d
        made = _new(Linear)
        if type(other) is Linear:
            e = other._d
            if d == e:
                made._c, made._x, made._y, made._d = self._c + other._c, self._x + other._x, self._y + other._y, d
                return made
            shared = gcd(d, e)
            a, b = e // shared, d // shared
            made._c = self._c * a + other._c * b
            made._x, made._y, made._d = self._x * a + other._x * b, self._y * a + other._y * b, d * a
            return made if made._d < _LONG else made._reduced()
        if not other:
            return self
        if type(other) is int:
            made._c, made._x, made._y, made._d = self._c + other * d, self._x, self._y, d
            return made
        return self + Linear(other)  # type: ignore[arg-type]

    __radd__ = __add__

    def __neg__(self) -> Linear:
        made = _new(Linear)
        made._c, made._x, made._y, made._d = -self._c, -self._x, -self._y, self._d
        return made

    def __sub__(self, other: Linear | Number) -> Linear:
        d = self._d
        made = _new(Linear)
        if type(other) is Linear:
            e = other._d
            if d == e:
                made._c, made._x, made._y, made._d = self._c - other._c, self._x - other._x, self._y - other._y, d
                return made
            shared = gcd(d, e)
            a, b = e // shared, d // shared
            made._c = self._c * a - other._c * b
            made._x, made._y, made._d = self._x * a - other._x * b, self._y * a - other._y * b, d * a
            return made if made._d < _LONG else made._reduced()
        if not other:
            return self
        if type(other) is int:
            made._c, made._x, made._y, made._d = self._c - other * d, self._x, self._y, d
            return made
        return self - Linear(other)  # type: ignore[arg-type]

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
        n = other.numerator
        made = _new(Linear)
        made._c, made._x, made._y, made._d = self._c * n, self._x * n, self._y * n, self._d * other.denominator
        return made if made._d < _LONG else made._reduced()

    __rmul__ = __mul__

    def __truediv__(self, other: Linear | Number) -> Linear:
        if isinstance(other, Linear):
            if not other.is_constant:
                raise NotLinear
            other = other.constant
        return self * (1 / Fraction(other))

    def same(self, other: Linear) -> bool:
        """Whether both are the same form."""
        if type(self) is not type(other):
            return False
        a, b = self._d, other._d
        return self._c * b == other._c * a and self._x * b == other._x * a and self._y * b == other._y * a

    def __repr__(self) -> str:
        return f"Linear({self.constant}, {self.x}, {self.y})"


Amount = Linear | Number


def linear(value: Amount) -> Linear:
    """A number as a form."""
    return value if isinstance(value, Linear) else Linear(value)


def _number(top: int, bottom: int) -> Number:
    return top // bottom if top % bottom == 0 else Fraction(top, bottom)


class Region:
    """A convex region by its corners in order: a polygon, a stretch with two corners, or a point. Its inside is meant:
    to which side a line between two regions belongs is left open, unless the line is a region of its own."""

    __slots__ = ("_corners",)

    def __init__(self, corners: Sequence[Point]) -> None:
        self._corners = tuple(_corner(Fraction(x), Fraction(y)) for x, y in corners)

    @classmethod
    def _of(cls, corners: tuple[Corner, ...]) -> Region:
        made = cls.__new__(cls)
        made._corners = corners
        return made

    @property
    def corners(self) -> tuple[Point, ...]:
        """The corners in order."""
        return tuple((_number(x, w), _number(y, w)) for x, y, w in self._corners)

    def sign(self, form: Amount, sharp: bool = False) -> int:
        """1, 0 or -1: the sign of a form on the inside of the region. Raises `Split` where it is not one sign."""
        if type(form) is not Linear:
            return (form > 0) - (form < 0)  # type: ignore[operator]
        c, x, y = form._c, form._x, form._y
        if not x and not y:
            return (c > 0) - (c < 0)
        found = 0
        for across, up, whole in self._corners:
            value = c * whole + x * across + y * up
            if value > 0:
                if found < 0:
                    raise Split(form, sharp)
                found = 1
            elif value < 0:
                if found > 0:
                    raise Split(form, sharp)
                found = -1
        return found

    def smaller(self, a: Amount, b: Amount) -> Amount:
        """The smaller of two amounts."""
        return a if self.sign(a - b if b else a) <= 0 else b

    def larger(self, a: Amount, b: Amount) -> Amount:
        """The larger of two amounts."""
        return a if self.sign(a - b if b else a) >= 0 else b

    @property
    def ends(self) -> tuple[Corner, ...]:
        """The corners in order, as whole numbers over their denominators."""
        return self._corners

    def finite(self, far: int) -> tuple[tuple[Corner, ...], bool]:
        """The corners with both coordinates below `far`, and whether there are others."""
        found = tuple([corner for corner in self._corners if max(corner[0], corner[1]) < far * corner[2]])
        return found, len(found) < len(self._corners)

    @property
    def has_whole(self) -> bool:
        """Whether whole numbers can lie inside, as far as its width along the unknowns and across its edges tells."""
        corners = self._corners
        across = {(1, 0), (0, 1)}
        for (ax, ay, aw), (bx, by, bw) in zip(corners, (*corners[1:], corners[0]), strict=True):
            a, b = by * aw - ay * bw, ax * bw - bx * aw
            shared = gcd(a, b)
            if shared:
                across.add((a // shared, b // shared))
        for a, b in across:
            values = [Fraction(a * x + b * y, w) for x, y, w in corners]
            low, high = min(values), max(values)
            if low < high and low.__floor__() + 1 >= high:
                return False
        return True

    def below(self, form: Linear) -> Region | None:
        """The part where a form is not positive; None where there is none."""
        corners = _clip(self._corners, form, -1)
        return Region._of(corners) if corners else None

    def rounded(self, amount: Amount, to: Number, mode: p.Mode) -> Amount:
        """The amount rounded to a multiple of `to`; on a region of exact amounts it stays as it is."""
        return amount

    @property
    def to_the_fen(self) -> bool:
        """Whether amounts are rounded as settling rounds them."""
        return False

    def cut(self, form: Linear) -> tuple[Region, Region]:
        """The parts where a form is not positive and not negative."""
        return Region._of(_clip(self._corners, form, -1)), Region._of(_clip(self._corners, form, 1))

    def parts(self, split: Split) -> list[Region]:
        """The parts that a question cuts the region into, from the negative to the positive one. Where the form is
        exactly 0 is one between them if the question is sharp and amounts in whole fen can lie there."""
        below, above = self.cut(split.form)
        if not split.sharp or not split.form.meets_whole:
            return [below, above]
        on = tuple(dict.fromkeys(corner for corner in below.ends if not split.form.side(corner)))
        return [below, Region._of(on), above] if on else [below, above]

    def extremes(self, form: Amount) -> tuple[tuple[Number, Point], tuple[Number, Point]]:
        """The least and the greatest value of a form with the corners where it takes them."""
        values = [(linear(form).at(corner), corner) for corner in self.corners]
        return min(values), max(values)


def _corner(x: Fraction, y: Fraction) -> Corner:
    w = lcm(x.denominator, y.denominator)
    return x.numerator * (w // x.denominator), y.numerator * (w // y.denominator), w


def _clip(corners: tuple[Corner, ...], form: Linear, side: int) -> tuple[Corner, ...]:
    """The corners of the part on one side of the line where a form is 0."""
    kept: list[Corner] = []
    count = len(corners)
    for i, corner in enumerate(corners):
        value = form.side(corner) * side
        if value >= 0:
            kept.append(corner)
        if count == 2 and i == 1:
            break
        following = corners[(i + 1) % count]
        after = form.side(following) * side
        if (value > 0 > after) or (value < 0 < after):
            # Where the form is 0 between the two; `value` and `after` carry the corners' denominators as factors.
            x = abs(after) * corner[0] + abs(value) * following[0]
            y = abs(after) * corner[1] + abs(value) * following[1]
            w = abs(after) * corner[2] + abs(value) * following[2]
            shared = gcd(x, y, w)
            kept.append((x // shared, y // shared, w // shared))
    return tuple(kept)
