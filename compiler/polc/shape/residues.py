"""Where on a region a difference to the fen is least and greatest, over the whole fen of it.

Theory: what rounding a linear form adds repeats itself: with every step of so many fen of an unknown that all rounded
forms grow by multiples of what they are rounded to. Where nothing else hangs on an unknown, one such period of it is
all that there is. So a region is gone over column by column, a column over one period where it is longer, and of the
columns one period where there are more; along other directions than those of the unknowns where that is shorter. What
is too long for this is searched: at the corners and at places spread over the region.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import lcm

from attrs import frozen

from polc import plan as p
from polc.shape.fenwise import Choice, Fenwise, Held, Near, Remainder, rests_of
from polc.shape.linear import Linear, Number

MOST_POINTS = 20_000
"""Claims gone over on one region; where it takes more the region is searched."""
_SEARCHED = 150
Place = tuple[int, int]
Values = Callable[[int, int], tuple[Fraction | int, ...] | None]


@frozen(eq=False, slots=False)
class Top:
    """The least and the greatest value of a form, and where."""

    least: Number
    at_least: Place
    most: Number
    at_most: Place


@frozen(eq=False, slots=False)
class Look:
    """For forms by name their extremes (none where no whole fen lie in the region); how many claims were looked at;
    and whether there is nothing else to look at."""

    tops: Mapping[str, Top]
    count: int
    whole: bool


def look(region: Fenwise, forms: Mapping[str, Linear], most: int = MOST_POINTS) -> Look:
    """The extremes of forms over the whole fen of a region, looking at `most` claims at the most."""
    area = _Area(region, forms)
    for make in (area.apart, area.columns):
        places = make(most)
        if places is not None:
            return places
    return area.search(min(most, _SEARCHED))


_WAYS: tuple[tuple[Callable[[Number, Number], tuple[Number, Number]], Callable[[int, int], Place]], ...] = (
    (lambda x, y: (x, y), lambda u, v: (u, v)),
    (lambda x, y: (y, x), lambda u, v: (v, u)),
    (lambda x, y: (x + y, y), lambda u, v: (u - v, v)),
    (lambda x, y: (x + y, x), lambda u, v: (v, u - v)),
)  # fmt: skip
"""Coordinates to go over a region in, from the unknowns and back; in the last two all costs of a year of one sum are a
column."""


class _Area:
    def __init__(self, region: Fenwise, forms: Mapping[str, Linear]) -> None:
        self.corners = region.corners
        self.forms = forms
        self.near = [one for one in region.held if isinstance(one[0], Near)]
        self.plain = [one for one in region.held if not isinstance(one[0], Near)]
        edges = [one for one in self.plain if any(not one[0].side(corner) for corner in region.ends)]
        self.rests = list(_rests([*forms.values(), *(form for form, _ in self.near)]))
        self.limits = [
            *(form for form, _ in self.near),
            *(rest.form for rest in self.rests if isinstance(rest, Choice)),
        ]
        """What does not repeat itself where it rises."""
        self.values = _values(self.rests, list(forms.values()), [*edges, *self.near])

    def look(self, places: Iterator[Place] | Sequence[Place], whole: bool) -> Look:
        tops: dict[str, Top] = {}
        count = 0
        for x, y in places:
            count += 1
            found = self.values(x, y)
            if found is None:
                continue
            for name, value in zip(self.forms, found, strict=True):
                known = tops.get(name)
                if known is None:
                    tops[name] = Top(value, (x, y), value, (x, y))
                elif value > known.most or (value == known.most and (y, x) < known.at_most[::-1]):
                    tops[name] = Top(known.least, known.at_least, value, (x, y))
                elif value < known.least or (value == known.least and (y, x) < known.at_least[::-1]):
                    tops[name] = Top(value, (x, y), known.most, known.at_most)
        return Look(tops, count, whole)

    # ------------------------------------------------------------ column by column

    def columns(self, most: int) -> Look | None:
        """All claims of the region that can differ; None where they are more than `most`."""
        for there, back in _WAYS:
            corners = [there(x, y) for x, y in self.corners]
            ways = [_slopes(form, back) for form in (*self.forms.values(), *self.limits)]
            periods = [self.period([_slopes(rest.form, back)[i] for rest in self.rests]) for i in (0, 1)]
            periods = [0 if any(way[i] for way in ways) else periods[i] for i in (0, 1)]
            for start, end, is_all in _stretches([u for u, _ in corners], periods[0], most):
                found = _columns(corners, start, end, periods[1], most, is_all)
                if found is not None:
                    return self.look([back(u, v) for u, v in found], True)
        return None

    def period(self, slopes: Sequence[Number]) -> int:
        """After so many fen all roundings repeat, of which the forms rise so much with a fen."""
        found = 1
        for rest, slope in zip(self.rests, slopes, strict=True):
            if isinstance(rest, Choice):
                continue
            to = rest.to * (2 if rest.mode == "half_even" else 1)
            found = lcm(found, Fraction(slope / Fraction(to)).denominator)
        return found

    # ------------------------------------------------------------ one unknown after the other

    def apart(self, most: int) -> Look | None:
        """The extremes where every rounding and every limit hangs on one unknown only, so that a difference is the sum
        of what either of them does; None elsewhere."""
        forms = [*self.forms.values(), *(form for form, _ in self.near)]
        reach = [{i for i in (0, 1) if _reach(form, i)} for form in forms]
        if any(form.x or form.y for form in self.forms.values()) or {0, 1} in reach[len(self.forms) :]:
            return None
        if any(_reach(rest.form, 0) and _reach(rest.form, 1) for rest in self.rests):
            return None
        boxes: list[list[tuple[int, int]]] = []
        for i in (0, 1):
            slopes = [(rest.form.x, rest.form.y)[i] for rest in self.rests]
            period = 0 if any((form.x, form.y)[i] for form in self.limits) else self.period(slopes)
            stretches = _stretches([corner[i] for corner in self.corners], period, most)
            boxes.append([self.within(i, start, end) for start, end, _ in stretches])
        fits = (
            box for box in product(*boxes) if all(self.inside(x, y) for x in box[0] for y in box[1])
        )  # fmt: skip
        box = next(fits, None)
        if box is None:
            return None
        (a, b), (c, d) = box
        if (b - a + 1) * (d - c + 1) <= most:
            return None
        sides = [[(x, c) for x in range(a, b + 1)], [(a, y) for y in range(c, d + 1)]]
        looks: list[Look] = []
        for i, side in enumerate(sides):
            own = {name: _only(form, i) for name, form in self.forms.items()}
            near = [one for one in self.near if _reach(one[0], i)]
            part = _Part(own, _values(list(_rests([*own.values(), *(f for f, _ in near)])), list(own.values()), near))
            looks.append(_Area.look(part, side, True))  # type: ignore[arg-type]
        if any(not one.tops for one in looks):
            return Look({}, sum(one.count for one in looks), True)
        tops: dict[str, Top] = {}
        for name, form in self.forms.items():
            across, up = (one.tops[name] for one in looks)
            tops[name] = Top(
                form.constant + across.least + up.least, (across.at_least[0], up.at_least[1]),
                form.constant + across.most + up.most, (across.at_most[0], up.at_most[1]),
            )  # fmt: skip
        return Look(tops, sum(one.count for one in looks), True)

    def within(self, i: int, low: int, high: int) -> tuple[int, int]:
        """The ends of a stretch along one unknown without those that lie on a limit and do not belong to the region."""
        for form, signs in self.plain:
            if (form.y, form.x)[i]:
                continue
            if low < high and _sign(form.side((low, low, 1))) not in signs:
                low += 1
            if low < high and _sign(form.side((high, high, 1))) not in signs:
                high -= 1
        return low, high

    def inside(self, x: int, y: int) -> bool:
        """Whether a claim lies in the region, as far as that can be told from linear forms."""
        corner = (x, y, 1)
        return all(_sign(form.side(corner)) in signs for form, signs in self.plain)

    # ------------------------------------------------------------ here and there

    def search(self, count: int) -> Look:
        """The extremes among claims at the corners and at places spread over the region."""
        found: dict[Place, None] = {}
        for x, y in self.corners:
            for dx in range(-2, 3):
                found.update(dict.fromkeys((int(x) + dx, int(y) + dy) for dy in range(-2, 3)))
        seed, ends = 1, [(int(x), int(y)) for x, y in self.corners]
        for _ in range(2 * count):
            weights = []
            for _ in ends:
                seed = (seed * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
                weights.append((seed >> 33) ** 2 + 1)
            x, y = (sum(w * end[i] for w, end in zip(weights, ends, strict=True)) // sum(weights) for i in (0, 1))
            found[x, y] = None
        places = [place for place in found if min(place) >= 0 and self.inside(*place)]
        return self.look(places[: count + 50], False)


@frozen(eq=False, slots=False)
class _Part:
    forms: Mapping[str, Linear]
    values: Values


def _stretches(across: Sequence[Number], period: int, most: int) -> Iterator[tuple[int, int, bool]]:
    """From where to where columns may be gone over, the likelier ones first, and whether that is all of them."""
    low, high = _ceil(min(across)), _floor(max(across))
    if high - low < most:
        yield low, high, True
    if period and 2 * period < high - low and period <= most:
        yield low + 1, low + period, False
        middle = int(sum(across) / Fraction(len(across)))
        if middle + period < high:
            yield middle, middle + period - 1, False


def _columns(
    corners: Sequence[tuple[Number, Number]], start: int, end: int, period: int, most: int, is_all: bool
) -> list[Place] | None:
    """The places to be looked at; None where there are too many, or columns were left out that may have others."""
    found: list[Place] = []
    edges = list(zip(corners, (*corners[1:], corners[0]), strict=True))
    box = all(a == c or b == d for (a, b), (c, d) in edges)
    column: tuple[int, int] | None = None
    for u in range(start, end + 1):
        if column is None or not box:
            meets: list[Number] = []
            for (a, b), (c, d) in edges:
                if a == c == u:
                    meets += (b, d)
                elif a != c and min(a, c) <= u <= max(a, c):
                    meets.append(b + Fraction((u - a) * (d - b)) / (c - a))
            if not meets:
                continue
            column = _ceil(min(meets)), _floor(max(meets))
        low, high = column
        if period and high - low >= period + 2:
            low, high = low + 1, low + period
        elif not is_all:
            return None
        if len(found) + high - low >= most:
            return None
        found += [(u, v) for v in range(low, high + 1)]
    return found


def _slopes(form: Linear, back: Callable[[int, int], Place]) -> tuple[Number, Number]:
    """How much a form rises with a step in other coordinates."""
    (a, b), (c, d) = back(1, 0), back(0, 1)
    return form.x * a + form.y * b, form.x * c + form.y * d


def _reach(form: Linear, i: int) -> bool:
    """Whether a form hangs on an unknown, itself or by what was rounded in it."""
    return bool((form.x, form.y)[i]) or any(_reach(rest.form, i) for rest in rests_of(form))


def _only(form: Linear, i: int) -> Linear:
    """What hangs on an unknown of a form that does not rise."""
    found: Linear = Linear(0)
    if isinstance(form, Near):
        some = {rest: times for rest, times in form.rests.items() if _reach(rest.form, i)}
        found = form + -form  # nothing
        for rest, times in some.items():
            found = found + _one(rest, times)
    return found


def _one(rest: Remainder, times: Number) -> Linear:
    made = Near.__new__(Near)
    made._c, made._x, made._y, made._d = 0, 0, 0, 1
    made.rests, made.whole = {rest: times}, False
    return made


def _rests(forms: Sequence[Linear]) -> dict[Remainder, None]:
    """All remainders that forms hang on, each after those that it hangs on."""
    found: dict[Remainder, None] = {}
    for form in forms:
        for rest in rests_of(form):
            if rest not in found:
                found.update(_rests([rest.form]))
                found[rest] = None
    return found


def _values(rests: Sequence[Remainder], forms: Sequence[Linear], held: Sequence[Held]) -> Values:
    """A function from whole unknowns to the values of forms, None where a form does not have the sign it should."""
    lines: list[str] = []
    over: dict[Remainder, int] = {}
    names = {rest: f"r{number}" for number, rest in enumerate(rests)}

    def text(form: Linear) -> tuple[str, int]:
        """The value times a whole number, and that."""
        parts = [Fraction(form.constant), Fraction(form.x), Fraction(form.y)]
        others = {rest: Fraction(times) / over[rest] for rest, times in rests_of(form).items()}
        by = lcm(*(one.denominator for one in (*parts, *others.values())))
        named = [(parts[0], ""), (parts[1], " * x"), (parts[2], " * y")]
        named += [(times, f" * {names[rest]}") for rest, times in others.items()]
        return " + ".join(f"({int(one * by)}){name}" for one, name in named if one) or "0", by

    for number, rest in enumerate(rests):
        value, by = text(rest.form)
        over[rest] = by
        if isinstance(rest, Choice):
            lines.append(f"r{number} = {'min' if rest.smaller else 'max'}({value}, 0)")
            continue
        to = int(rest.to) * by
        lines.append(f"v = {value}")
        lines.append(
            f"r{number} = ({_rounded('v', to, rest.mode)} if v >= 0 else -({_rounded('-v', to, rest.mode)})) - v"
        )
    checks = []
    for form, signs in held:
        value, _ = text(form)
        checks.append(f"({value}) {_HOLDS[signs]} 0")
    if checks:
        lines.append(f"if not ({' and '.join(checks)}): return None")
    told = []
    for form in forms:
        value, by = text(form)
        told.append(value if by == 1 else f"Fraction({value}, {by})")
    lines.append(f"return ({', '.join(told)},)")
    space: dict[str, Values] = {}
    exec("def values(x, y):\n" + "\n".join(f"    {line}" for line in lines), {"Fraction": Fraction}, space)
    return space["values"]


_HOLDS = {(-1, 0): "<=", (1,): ">", (-1,): "<", (0,): "=="}


def _rounded(value: str, to: int, mode: p.Mode) -> str:
    """The text of a value that is not below 0 rounded to a multiple."""
    if mode == "down":
        return f"({value}) // {to} * {to}"
    if mode == "up":
        return f"-(-({value}) // {to}) * {to}"
    if mode == "half_up":
        return f"(2 * ({value}) + {to}) // {2 * to} * {to}"
    return (
        f"(2 * ({value}) + {to} - (({value}) // {to} % 2 == 0 and 2 * ({value}) % {2 * to} == {to})) // {2 * to} * {to}"
    )


def _sign(value: Number) -> int:
    return (value > 0) - (value < 0)


def _floor(value: Number) -> int:
    return value.numerator // value.denominator


def _ceil(value: Number) -> int:
    return -(-value.numerator // value.denominator)
