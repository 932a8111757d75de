"""The picture of the money: from the total's parts through cuts and layers to the bearers, heights to scale.

The total stands on the left as a bar of its parts, eligible cost on top. What each layer pays is taken from the top of
what is left, what a cut gives to another bearer from the bottom; the rest flows on, and what remains in the end is the
person's. So ribbons never cross unless one bearer pays twice. Labels are pushed apart and joined to their bar by lines.
"""

from __future__ import annotations

from attrs import frozen
from rich.cells import cell_len

from polc.explain.document import Bar, Flow
from polc.explain.figures import money, percentages
from polc.explain.grid import wrapped
from polc.explain.wording import Words, capital

_HEIGHT = 280
"""Height of the total in units of the picture."""
_BAR = 12
_LEFT = 168
"""Where the bar of the total starts; left of it stand the labels of the parts."""
_STEP = 112
_EMPTY = 88
"""How wide a step is, and one that takes nothing."""
_FIRST = 84
_LAST = 150
_RIGHT = 206
_LABEL = 36
_NAME = 27
"""How many cells of a name fit beside the bearers."""
_LINE = 15
_THINNEST = 1.5
_COLOURS = 7


@frozen(eq=False, repr=False, slots=False)
class Shape:
    """An area: SVG path, style class, and what it is in words."""

    path: str
    style: str
    title: str


@frozen(eq=False, repr=False, slots=False)
class Label:
    """Rows of text at a place: style class per row."""

    x: float
    y: float
    anchor: str
    rows: tuple[tuple[str, str], ...]


@frozen(eq=False, repr=False, slots=False)
class Picture:
    """Everything to be drawn, back to front."""

    width: float
    height: float
    title: str
    description: str
    shapes: tuple[Shape, ...]
    lines: tuple[str, ...]
    labels: tuple[Label, ...]


def picture(flow: Flow, w: Words) -> Picture | None:
    """The picture of a claim's money; None where there is none."""
    return _Drawing(flow, w).picture() if flow.total > 0 else None


class _Drawing:
    def __init__(self, flow: Flow, w: Words) -> None:
        self.flow, self.w = flow, w
        self.shapes: list[Shape] = []
        self.lines: list[str] = []
        self.labels: list[Label] = []

    def size(self, amount: int) -> float:
        """The height of an amount."""
        return max(_HEIGHT * amount / self.flow.total, _THINNEST) if amount else 0.0

    def picture(self) -> Picture:
        flow, w = self.flow, self.w
        heads = [_balanced(step.name, 15 if step.amount else 12)[:4] for step in flow.steps]
        top = 12 + _LINE * (max((len(head) for head in heads), default=1) + 1)
        order = self._order()
        sizes = [self.size(bearer.amount) for bearer in order]
        names = [_balanced(bearer.name, _NAME)[:3] for bearer in order]
        places = self._spread(sizes, [_LINE * (len(name) + 1) + 6.0 for name in names], top)
        bottom = places[-1] + sizes[-1] if places else top + _HEIGHT
        start = top + max((bottom - top - _HEIGHT) / 2, 0)
        at = self._places()
        right = (at[-1] if at else _LEFT + _BAR + 0.0) + _LAST

        colours = self._colours(order)
        nodes = {bearer.field: (place, colours[bearer.field]) for bearer, place in zip(order, places, strict=True)}
        self._total(start)
        self._steps(start, right, nodes, heads, top)
        percents = dict(
            zip((b.field for b in flow.bearers), percentages([b.amount for b in flow.bearers], flow.total), strict=True)
        )
        for bearer, name, place, size in zip(order, names, places, sizes, strict=True):
            self._rect(right, place, size, f"solid {colours[bearer.field]}", self._told(bearer))
            percent = percents[bearer.field]
            rows = (*(("name", row) for row in name), ("amount", f"{money(bearer.amount)}  {percent}"))
            self.labels.append(Label(right + _BAR + 10, place + size / 2, "start", rows))
        told = w.joined([self._told(bearer) for bearer in flow.bearers], "semicolon")
        height = max(bottom, start + _HEIGHT) + 26
        return Picture(
            right + _BAR + _RIGHT, round(height, 1), w("f_title"),
            w("f_desc", what=flow.name, total=money(flow.total), bearers=told),
            tuple(self.shapes), tuple(self.lines), tuple(self.labels),
        )  # fmt: skip

    def _told(self, bar: Bar) -> str:
        return f"{bar.name} {money(bar.amount)}"

    def _order(self) -> list[Bar]:
        """The bearers from top to bottom: payers of layers, the person, then whoever bears what was cut."""
        bearers = {bearer.field: bearer for bearer in self.flow.bearers}
        person = self.flow.bearers[-1]
        first = {step.field: step.cut for step in reversed(self.flow.steps) if step.amount}
        upper = [f for f in dict.fromkeys(s.field for s in self.flow.steps if s.amount) if not first[f]]
        lower = [f for f in dict.fromkeys(s.field for s in self.flow.steps if s.amount) if first[f]]
        known = [bearers[f] for f in upper if f in bearers and f != person.field]
        below = [bearers[f] for f in reversed(lower) if f in bearers and f != person.field]
        rest = [b for b in self.flow.bearers[:-1] if b not in known and b not in below]
        return [*known, *rest, person, *below]

    def _colours(self, order: list[Bar]) -> dict[str, str]:
        person = self.flow.bearers[-1].field
        others = [bearer.field for bearer in order if bearer.field != person]
        return {person: "person"} | {field: f"b{at % _COLOURS}" for at, field in enumerate(others)}

    def _places(self) -> list[float]:
        """Where each step stands."""
        places: list[float] = []
        at: float = _LEFT + _BAR + _FIRST
        for before, step in zip((None, *self.flow.steps), self.flow.steps, strict=False):
            if before is not None:
                at += (_width(before) + _width(step)) / 2
            places.append(at)
        return places

    def _spread(self, sizes: list[float], labels: list[float], top: float) -> list[float]:
        """The upper edges of bars so far apart that their labels (of these heights) do not touch."""
        places: list[float] = []
        at = top
        for index, (size, label) in enumerate(zip(sizes, labels, strict=True)):
            if index:
                at += max(10.0, (label + labels[index - 1] - size - sizes[index - 1]) / 2)
            elif size < label:
                at += (label - size) / 2
            places.append(at)
            at += size
        return places

    def _total(self, start: float) -> None:
        """The bar of the total in its parts, with labels on the left."""
        flow, at = self.flow, start
        middles: list[float] = []
        for index, part in enumerate(flow.parts):
            size = _HEIGHT * part.amount / max(sum(p.amount for p in flow.parts), 1)
            self._rect(_LEFT, at, size, f"part part{index % 4}", self._told(part))
            middles.append(at + size / 2)
            at += size
        places = _apart(middles, _LABEL)
        for part, middle, place in zip(flow.parts, middles, places, strict=True):
            self.lines.append(f"M{_LEFT - 8} {place:.1f}L{_LEFT - 2} {middle:.1f}")
            rows = (("name", part.name), ("amount", money(part.amount)))
            self.labels.append(Label(_LEFT - 12, place, "end", rows))
        self.labels.append(
            Label(_LEFT + _BAR, start - 24, "end", (("name", capital(flow.name)), ("strong", money(flow.total))))
        )  # fmt: skip

    def _steps(
        self, start: float, right: float, nodes: dict[str, tuple[float, str]], heads: list[list[str]], top: float
    ) -> None:
        flow = self.flow
        upper, lower = start, start + _HEIGHT
        used: dict[str, float] = {}
        x: float = _LEFT + _BAR
        person = flow.bearers[-1].field
        for step, head, here in zip(flow.steps, heads, self._places(), strict=True):
            self._band(x, upper, here, lower, "rest", self.w("left"))
            size = min(self.size(step.amount), lower - upper)
            rows = (*(("name", row) for row in head), ("amount" if step.amount else "none", money(step.amount)))
            self.labels.append(Label(here, 12 + _LINE * len(rows) / 2, "middle", rows))
            self.lines.append(f"M{here} {top:.1f}L{here} {upper:.1f}")
            if step.field in nodes and step.field != person:
                place, colour = nodes[step.field]
                place += used.get(step.field, 0.0)
                used[step.field] = used.get(step.field, 0.0) + size
                edge = lower - size if step.cut else upper
                if size:
                    self._ribbon(here, edge, right, place, size, f"ribbon {colour}", self._told(step))
                    self._rect(here - 3, edge, size, f"solid {colour}", self._told(step), 6)
                if step.cut:
                    lower -= size
                else:
                    upper += size
            x = here
        place, colour = nodes[person]
        size = lower - upper
        if size > 0 and flow.bearers[-1].amount:
            height = self.size(flow.bearers[-1].amount)
            self._ribbon(x, upper, right, place, size, f"ribbon {colour}", self._told(flow.bearers[-1]), height)

    # ------------------------------------------------------------ areas

    def _rect(self, x: float, y: float, height: float, style: str, title: str, width: float = _BAR) -> None:
        path = f"M{x:.1f} {y:.1f}h{width:g}v{height:.2f}h{-width:g}z"
        self.shapes.append(Shape(path, style, title))

    def _band(self, x: float, upper: float, to: float, lower: float, style: str, title: str) -> None:
        if lower - upper > 0:
            self.shapes.append(Shape(f"M{x:.1f} {upper:.2f}H{to + 0.6:.1f}V{lower:.2f}H{x:.1f}z", style, title))

    def _ribbon(
        self,
        x: float,
        y: float,
        to: float,
        end: float,
        size: float,
        style: str,
        title: str,
        arrives: float | None = None,
    ) -> None:
        tall = size if arrives is None else arrives
        turn = max(x, to - _LAST)  # all ribbons turn at the same place, so none overtakes another
        middle = (turn + to) / 2
        path = (
            f"M{x:.1f} {y:.2f}H{turn:.1f}C{middle:.1f} {y:.2f} {middle:.1f} {end:.2f} {to:.1f} {end:.2f}"
            f"V{end + tall:.2f}C{middle:.1f} {end + tall:.2f} {middle:.1f} {y + size:.2f} {turn:.1f} {y + size:.2f}"
            f"H{x:.1f}z"
        )
        self.shapes.append(Shape(path, style, title))


def _balanced(name: str, width: int) -> list[str]:
    """A name in rows of about the same length, at most `width` cells."""
    rows = wrapped(name, width)
    for narrower in range(-(-cell_len(name) // len(rows)), width):
        tried = wrapped(name, narrower)
        if len(tried) == len(rows) and max(map(cell_len, tried)) <= narrower:
            return tried
    return rows


def _width(step: Bar) -> float:
    return _STEP if step.amount else _EMPTY


def _apart(places: list[float], least: float) -> list[float]:
    """The places moved as little as needed to be `least` apart, their middle kept."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + least) if moved else place)
    slack = (moved[-1] - places[-1]) / 2 if moved else 0.0
    return [place - slack for place in moved]
