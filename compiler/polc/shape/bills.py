"""What the two unknowns of a comparison stand for, and the largest differences in terms of bills."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import frozen

from polc.shape.behind import FAR, First, eligible
from polc.shape.claim import Claim
from polc.shape.linear import Amount, Corner, Linear, Number, Point, Region
from polc.shape.parts import with_part, with_parts
from polc.shape.twins import Bend, Standing


@frozen(eq=False, repr=False, slots=False)
class Costs:
    """The parts of a bill, and what an earlier claim of the year cost (all of it eligible; 0: there was none); fen.
    Before these there were `claims` claims of a fen, which only count as claims."""

    parts: Mapping[str, Number]
    earlier: Number
    claims: int = 0

    @property
    def total(self) -> Number:
        """What the claim cost."""
        return self.parts["total"]


_EMPTY: Mapping[str, Number] = {"copay": 0, "overlimit": 0, "noncovered": 0}


class Bill:
    """What the unknowns stand for: this claim's cost and that of an earlier one of the year, all of it eligible; or,
    behind `first` steps, what these leave of them; or, with `part`, the eligible cost of the only claim of the year and
    what else is on its bill. Costs up to `most` count where a difference goes on growing. Before them there were
    `before` claims that only count as claims."""

    def __init__(self, most: Number, first: First | None = None, part: str = "", before: int = 0) -> None:
        self.most = most
        self.first = first
        self.part = part
        self.before = before
        self._cells: list[list[Linear]] | None = None

    @property
    def claims(self) -> int:
        """How many claims there are."""
        return 1 if self.part else 2

    def start(self, counts: Collection[str] = ()) -> Standing:
        """The claims of both plans before any step, over all costs; `counts` are accumulators that count claims."""
        region = Region(((0, 0), (FAR, 0), (FAR, FAR), (0, FAR)))
        parts: list[Mapping[str, Amount]] = [with_parts(self.part)] if self.part else [
            eligible(Linear(0, 0, 1)), eligible(Linear(0, 1)),
        ]  # fmt: skip
        claims = tuple(Claim(bill, frozenset()) for bill in parts)
        claims[0].adds.update(dict.fromkeys(counts, self.before))
        return Standing(region, (*claims, *claims))

    def first_claim(self) -> Standing:
        """The first claim of a year of both plans before any step, over all costs, all of it eligible."""
        claim = Claim(eligible(Linear(0, 1)), frozenset())
        return Standing(Region(((0, 0), (FAR, 0))), (claim, claim))

    def costs(self, point: Point) -> Costs:
        """The bills at a point."""
        if self.part:
            parts = with_part(self.part, *point)
            return Costs({name: amount for name, amount in parts.items() if not isinstance(amount, Linear)}, 0)
        cost, earlier = point if self.first is None else self.first.costs(point)
        return Costs({**_EMPTY, "total": cost, "inscope": cost}, earlier, self.before)

    def near(self, region: Region) -> Iterator[Region]:
        """The parts of a region in which costs are at most `most`."""
        if self._cells is None:
            if self.first is None:
                self._cells = [[Linear(-self.most, 1), Linear(-self.most, 0, 1)]]
            else:
                self._cells = [_sides(cell) for cell in self.first.cells(self.most)]
        for sides in self._cells:
            part: Region | None = region
            for side in sides:
                part = None if part is None else part.below(side)
            if part is not None:
                yield part


def _sides(cell: Sequence[Point]) -> list[Linear]:
    """Forms that are not positive within a convex polygon."""
    count = Fraction(len(cell))
    middle = sum((x for x, _ in cell), start=Fraction(0)) / count, sum((y for _, y in cell), start=Fraction(0)) / count
    sides: list[Linear] = []
    for (ax, ay), (bx, by) in zip(cell, (*cell[1:], cell[0]), strict=True):
        if (ax, ay) == (bx, by):
            continue
        side = Linear(ax * by - bx * ay, ay - by, bx - ax)
        sides.append(-side if side.at(middle) > 0 else side)
    return sides


@frozen(eq=False, repr=False, slots=False)
class Extreme:
    """The largest difference of one kind: how much (fen, exact, positive), and at which point of which bills."""

    amount: Number
    point: Point
    bill: Bill

    @property
    def costs(self) -> Costs:
        """The bills at which it is."""
        return self.bill.costs(self.point)

    def larger(self, other: Extreme | None) -> Extreme:
        """The larger of two; of equal ones this one."""
        return other if other is not None and other.amount > self.amount else self


@frozen(eq=False, repr=False, slots=False)
class Spread:
    """The most that one bears less and more, and whether the difference goes on growing beyond the costs looked at."""

    less: Extreme | None = None
    more: Extreme | None = None
    grows: bool = False

    def joined(self, other: Spread) -> Spread:
        """Of both the larger ones."""
        less, more = (
            b if a is None else a.larger(b) for a, b in ((self.less, other.less), (self.more, other.more))
        )  # fmt: skip
        return Spread(less, more, self.grows or other.grows)


class Spreads:
    """The largest differences of everybody (the person under "") over some regions, for any bills of the kind.

    `sharp`: what is borne may jump, so that what lies between two neighbouring fen has to be left out.
    """

    def __init__(self, bends: Sequence[Bend], sharp: bool) -> None:
        self.least: dict[str, _Best] = {}
        self.most: dict[str, _Best] = {}
        self.growing: list[tuple[Region, str, Linear]] = []
        for bend in bends:
            if sharp and not bend.region.has_whole:
                continue  # no bill in whole fen is there
            inner, far = bend.region.finite(FAR)
            for field, form in bend.forms.items():
                if far and _stays(form, bend.region):
                    _take(self.least, self.most, field, form, bend.region.ends)
                    continue
                _take(self.least, self.most, field, form, inner)
                if far:
                    self.growing.append((bend.region, field, form))

    def of(self, bill: Bill) -> dict[str, Spread]:
        """For bills of one kind; a difference that goes on growing counts up to the cost that the bills say."""
        least, most = dict(self.least), dict(self.most)
        for region, field, form in self.growing:
            for part in bill.near(region):
                _take(least, most, field, form, part.ends)
        early = {(field, id(found)) for found in (least, most) for field in found}
        for region, field, form in self.growing:  # what only shows at higher costs still
            for corner in region.ends:
                found = most if form.ratio(corner)[0] > 0 else least
                if (field, id(found)) not in early:
                    _take(least, most, field, form, (corner,))
        growing = {field for _, field, _ in self.growing}
        return {
            field: Spread(
                least[field].extreme(bill) if field in least else None,
                most[field].extreme(bill) if field in most else None,
                field in growing,
            )
            for field in {**least, **most}
        }


def _stays(form: Linear, region: Region) -> bool:
    """Whether a form is the same all over a region."""
    if form.is_constant:
        return True
    (top, bottom), *others = (form.ratio(corner) for corner in region.ends)
    return all(a * bottom == top * b for a, b in others)


@frozen(eq=False, slots=False)
class _Best:
    """The largest ratio so far and where it stands; of equal ones that at the lower second unknown, then the first."""

    top: int
    bottom: int
    corner: Corner

    def extreme(self, bill: Bill) -> Extreme:
        x, y, w = self.corner
        amount, across, up = (Fraction(a, b) for a, b in ((self.top, self.bottom), (x, w), (y, w)))
        plain = [int(n) if n.denominator == 1 else n for n in (amount, across, up)]
        return Extreme(plain[0], (plain[1], plain[2]), bill)


def _take(least: dict[str, _Best], most: dict[str, _Best], field: str, form: Linear, corners: Sequence[Corner]) -> None:
    """Takes up the values of a form at corners."""
    for corner in corners:
        top, bottom = form.ratio(corner)
        if not top:
            continue
        into = most if top > 0 else least
        top = abs(top)
        known = into.get(field)
        if known is not None:
            a, b = top * known.bottom, known.top * bottom
            if a < b or (a == b and not _before(corner, known.corner)):
                continue
        into[field] = _Best(top, bottom, corner)


def _before(a: Corner, b: Corner) -> bool:
    """Whether a corner has the lower second unknown, or the same and the lower first."""
    up, other = a[1] * b[2], b[1] * a[2]
    return up < other or (up == other and a[0] * b[2] < b[0] * a[2])
