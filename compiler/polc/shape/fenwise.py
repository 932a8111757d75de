"""Amounts to the fen on a region: linear forms and what roundings add to them.

Theory: what a rounding adds is one unknown more (`Remainder`), and so is what taking the smaller of two amounts adds
where roundings decide which that is. Of it is known what was rounded, how, and between which ends it lies. Two
roundings of the same form in the same way are the same unknown, so amounts that both plans round alike are equal, and
what is left of them in a difference says which roundings differ. A region decides the sign of such an amount where the
linear form is larger than all its remainders can be; on the strip between, every answer is followed as a region of its
own that says for which costs it holds (`Fenwise.held`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import gcd

from polc import plan as p
from polc.arithmetic import rounded
from polc.shape.linear import Amount, Corner, Linear, NotLinear, Number, Point, Region, Split, linear

Key = tuple[object, ...]
Held = tuple[Linear, tuple[int, ...]]
"""A form and the signs that it has in a region."""


class Remainder:
    """What rounding a form to a multiple of `to` adds to it. `positive`: where it is asked for the form is not below 0.
    `of`: what remainders have in common that hang on the same rest of a division; `places` what this one is, in half
    fen, where that rest is nothing, next to it, before and behind the half, and next to all: between these places it is
    linear."""

    __slots__ = ("form", "mode", "of", "places", "to")

    def __init__(self, form: Linear, to: int, mode: p.Mode, positive: bool, of: Key) -> None:
        self.form = form
        self.to = to
        self.mode = mode
        self.of = of if positive and mode != "half_even" else (*of, mode)  # which halves it raises hangs on more
        self.places = (0, 0, -to, to, 0)
        if mode == "down":
            self.places = (0, 0, -to, -to, -2 * to)
        elif mode == "up":
            self.places = (0, 2 * to, to, to, 0)
        if not positive:
            most = to if mode in ("half_up", "half_even") else 2 * to
            self.places = (0, -most, most, -most, most)


class Choice(Remainder):
    """What taking the smaller or larger of two amounts adds to the one: the smaller or larger of `form` (the other less
    the one) and nothing, where that lies within the remainders of `form`."""

    __slots__ = ("smaller",)

    def __init__(self, form: Near, smaller: bool, of: Key) -> None:
        self.form = form
        self.smaller = smaller
        self.to = 0
        self.mode = "down"
        self.of = (*of, smaller)
        low, high = form.ends
        most = 2 * (high - low + 1)
        self.places = (0, -most, 0, -most, 0) if smaller else (0, most, 0, most, 0)


class Near(Linear):
    """A linear form and remainders, each so many times (never 0 times, and there is at least one)."""

    __slots__ = ("_ends", "positive", "rests", "whole")

    rests: Mapping[Remainder, Number]
    whole: bool
    """Whether it is known to be whole for whole unknowns."""
    positive: bool
    """Whether it is known not to be below 0."""

    @property
    def is_constant(self) -> bool:
        """Whether the unknowns do not matter."""
        return False

    @property
    def ends(self) -> tuple[int, int]:
        """Whole fen between which all remainders together lie."""
        known: tuple[int, int] | None = getattr(self, "_ends", None)
        if known is not None:
            return known
        together: dict[Key, list[tuple[int, int]]] = {}
        for rest, times in self.rests.items():
            top, bottom = times.numerator, 2 * times.denominator
            places = [(top * place // bottom, -(-top * place // bottom)) for place in rest.places]
            others = together.get(rest.of)
            if others is not None:
                places = [(a + c, b + d) for (a, b), (c, d) in zip(others, places, strict=True)]
            together[rest.of] = places
        found = (
            sum(min(low for low, _ in places) for places in together.values()),
            sum(max(high for _, high in places) for places in together.values()),
        )
        self._ends = found
        return found

    @property
    def plain(self) -> Linear:
        """The linear form alone."""
        return _plain(self)

    def __add__(self, other: Linear | Number) -> Linear:
        if not isinstance(other, Linear):
            other = Linear(other)
        rests = dict(self.rests)
        if isinstance(other, Near):
            for rest, times in other.rests.items():
                now = rests.get(rest, 0) + times
                if now:
                    rests[rest] = now
                else:
                    del rests[rest]
        return near(_plain(self) + _plain(other), rests, self.whole and is_whole(other))

    __radd__ = __add__

    def __neg__(self) -> Linear:
        return near(-_plain(self), {rest: -times for rest, times in self.rests.items()}, self.whole)

    def __sub__(self, other: Linear | Number) -> Linear:
        return self + -other

    def __rsub__(self, other: Linear | Number) -> Linear:
        return -self + other

    def __mul__(self, other: Linear | Number) -> Linear:
        if isinstance(other, Linear):
            if not other.is_constant:
                raise NotLinear
            other = other.constant
        if not other:
            return Linear(0)
        rests = {rest: times * other for rest, times in self.rests.items()}
        return near(_plain(self) * other, rests, self.whole and Fraction(other).denominator == 1)

    __rmul__ = __mul__

    def same(self, other: Linear) -> bool:
        """Whether both are the same form with the same remainders."""
        return isinstance(other, Near) and self.rests == other.rests and _plain(self).same(_plain(other))


def near(form: Linear, rests: Mapping[Remainder, Number], whole: bool, positive: bool = False) -> Linear:
    """The form with remainders."""
    if not rests:
        return form
    made = Near.__new__(Near)
    made._c, made._x, made._y, made._d = form._c, form._x, form._y, form._d
    made.rests, made.whole, made.positive = rests, whole, positive
    return made


def _plain(form: Linear) -> Linear:
    if type(form) is Linear:
        return form
    made = Linear.__new__(Linear)
    made._c, made._x, made._y, made._d = form._c, form._x, form._y, form._d
    return made


def rests_of(form: Linear) -> Mapping[Remainder, Number]:
    """The remainders of a form."""
    return form.rests if isinstance(form, Near) else {}


def is_whole(form: Linear, to: int = 1) -> bool:
    """Whether a form is known to be a multiple of a number for whole unknowns."""
    if isinstance(form, Near):
        return to == 1 and form.whole
    d = form._d * to
    return not (form._c % d or form._x % d or form._y % d)


class Doubt(Split):
    """The region does not decide the sign of a form of which remainders do."""


class Remainders:
    """All remainders, each kept once."""

    def __init__(self) -> None:
        self._known: dict[Key, Remainder] = {}

    def of(self, form: Linear, to: int, mode: p.Mode, positive: bool) -> Remainder:
        """The remainder of rounding a form."""
        of = (*_key(form), to)
        key = (of, mode, positive)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Remainder(form, to, mode, positive, of)
        return found

    def choice(self, form: Near, smaller: bool) -> Choice:
        """The remainder of choosing by a form."""
        key = (_key(form), smaller)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = Choice(form, smaller, key)
        assert isinstance(found, Choice)
        return found


def _key(form: Linear) -> Key:
    shared = gcd(form._c, form._x, form._y, form._d) or 1
    amounts = form._c // shared, form._x // shared, form._y // shared, form._d // shared
    return (*amounts, frozenset((id(rest), times) for rest, times in rests_of(form).items()))


class Fenwise(Region):
    """A region on which amounts are rounded as settling rounds them, and the costs of it that are meant: those for
    which every form of `held` has one of the signs given with it."""

    __slots__ = ("_all", "_known", "held")

    def __init__(self, corners: Sequence[Point]) -> None:
        super().__init__(corners)
        self._all = Remainders()
        self._known: Mapping[Key, int] = {}
        self.held: tuple[Held, ...] = ()

    def _with(self, corners: tuple[Corner, ...], *held: Held) -> Fenwise:
        made = Fenwise.__new__(Fenwise)
        made._corners = corners
        made._all, made._known, made.held = self._all, self._known, (*self.held, *held)
        return made

    @property
    def to_the_fen(self) -> bool:
        """Whether amounts are rounded as settling rounds them."""
        return True

    def rounded(self, amount: Amount, to: Number, mode: p.Mode) -> Amount:
        """The amount rounded to a multiple of `to`."""
        if not isinstance(amount, Linear):
            return rounded(amount, to, mode)
        if amount.is_constant:
            return rounded(amount.constant, to, mode)
        if Fraction(to).denominator != 1:
            raise NotLinear
        if is_whole(amount, int(to)):
            return amount
        positive = self._positive(amount)
        rest = self._all.of(amount, int(to), mode, positive)
        return near(_plain(amount), {**rests_of(amount), rest: 1}, True, positive)

    def _positive(self, form: Linear) -> bool:
        """Whether a form is known not to be below 0."""
        if isinstance(form, Near):
            low = form.ends[0] * form._d
            return form.positive or all(form.side(corner) + low * corner[2] >= 0 for corner in self.ends)
        return all(form.side(corner) >= 0 for corner in self.ends)

    def larger(self, a: Amount, b: Amount) -> Amount:
        """The larger of two amounts."""
        if not isinstance(b, Linear) and not b and isinstance(a, Near) and a.positive:
            return a
        return self._chosen(a, b, False)

    def smaller(self, a: Amount, b: Amount) -> Amount:
        """The smaller of two amounts."""
        return self._chosen(a, b, True)

    def _chosen(self, a: Amount, b: Amount, smaller: bool) -> Amount:
        """The smaller or the larger of two amounts."""
        try:
            side = self.sign(a - b if b else a)
        except Doubt as doubt:
            other, form = linear(a), -doubt.form
            assert isinstance(form, Near)
            choice = self._all.choice(form, smaller)
            rests = dict(rests_of(other))
            rests[choice] = 1
            made = near(_plain(other), rests, is_whole(other) and form.whole)
            if isinstance(made, Near):
                both = isinstance(a, Near) and isinstance(b, Near) and a.positive and b.positive
                made.positive = both or not (smaller or b)
            return made
        return (a if side <= 0 else b) if smaller else (a if side >= 0 else b)

    def sign(self, form: Amount, sharp: bool = False) -> int:
        """The sign of a form. Raises `Split` where it is not one sign, `Doubt` where remainders decide."""
        if not isinstance(form, Near):
            return super().sign(form, sharp)
        found = self._told(_key(form), sharp)
        if found is not None:
            return found
        found = self._told(_key(-form), True)
        if found is not None:
            return -found
        low, high = form.ends
        d = form._d
        beyond = short = False
        for corner in self.ends:
            value, whole = form.side(corner), d * corner[2]
            short = short or value + low * whole <= 0
            beyond = beyond or value + high * whole >= 0
        if not short:
            return 1
        if not beyond:
            return -1
        for edge in (high + 1, low - 1):
            part = Linear.__new__(Linear)
            part._c, part._x, part._y, part._d = form._c + edge * d, form._x, form._y, d
            values = [part.side(corner) for corner in self.ends]
            if min(values) < 0 < max(values):
                raise Split(part, False)
        raise Doubt(form, sharp)

    def _told(self, key: Key, sharp: bool) -> int | None:
        """The sign of a form on this part, where it was asked for before: to the point, or whether it is above 0."""
        found = self._known.get((key, True))
        return found if found is not None or sharp else self._known.get((key, False))

    def parts(self, split: Split) -> list[Region]:
        """The parts that a question cuts the region into, from the negative to the positive one."""
        return list(self._parts(split))

    def _parts(self, split: Split) -> Iterator[Region]:
        form = split.form
        ways = ((-1,), (0,), (1,)) if split.sharp else ((-1, 0), (1,))
        if isinstance(split, Doubt):
            for signs in ways:
                made = self._with(self.ends, (form, signs))
                made._known = {**self._known, (_key(form), split.sharp): signs[0]}
                yield made
            return
        below, *on, above = super().parts(split)
        yield self._with(below.ends, (form, ways[0]))
        yield from (self._with(part.ends, (form, (0,))) for part in on)
        yield self._with(above.ends, (form, (1,)))
