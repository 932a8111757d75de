"""How the cost of a claim looked for is made up: what is unknown of it, and whole amounts inside a region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import attrs
from attrs import frozen

from polc import plan as p
from polc.arithmetic import Exact
from polc.shape.linear import Amount, Linear, Region

COST = 10**10
"""The largest cost looked at, in fen: a hundred million yuan."""

PARTS = ("inscope", "noncovered", "copay", "overlimit")
_UNITS = (100_000_00, 10_000_00, 1_000_00, 100_00, 10_00, 1_00, 20, 10, 1)
_ONE = Region(((0, 0), (COST, 0)))
_TWO = Region(((0, 0), (COST, 0), (COST, COST), (0, COST)))

Mix = Mapping[str, Fraction]
"""The share that each cost part has of the total."""


@frozen(eq=False, repr=False, slots=False)
class Bill:
    """A claim with unknown cost, and perhaps one before it. `mix`: how a cost is made up of its parts; or the cost in
    scope is one unknown and the part `beside` another; `twice`: an earlier claim of the same mix has the other."""

    mix: Mix
    beside: str = ""
    twice: bool = False

    @property
    def region(self) -> Region:
        """The region of the unknowns."""
        return _TWO if self.beside or self.twice else _ONE

    def now(self) -> dict[str, Amount]:
        """The parts of the claim that counts, linear in the unknowns."""
        if self.beside:
            return _linear({"inscope": Linear(0, 1, 0), self.beside: Linear(0, 0, 1)})
        return _linear({part: Linear(0, 1, 0) * share for part, share in self.mix.items()})

    def before(self) -> dict[str, Amount] | None:
        """The parts of the claim before it; None where there is none."""
        return _linear({part: Linear(0, 0, 1) * share for part, share in self.mix.items()}) if self.twice else None

    def claims(self, point: tuple[int, ...]) -> list[dict[str, int]]:
        """The parts in whole fen of all claims at a point of the region, in their order."""
        if self.beside:
            return [_whole({"inscope": point[0], self.beside: point[1]})]
        return [self._shared(amount) for amount in reversed(point)]

    def _shared(self, total: int) -> dict[str, int]:
        parts = {part: int(total * share) for part, share in self.mix.items()}
        first = next(iter(parts))
        parts[first] += total - sum(parts.values())
        return _whole(parts)

    def points(self, region: Region) -> Iterator[tuple[int, ...]]:
        """Whole amounts inside a region, the roundest first."""
        corners = region.corners
        if not (self.beside or self.twice):
            ends = sorted(Fraction(corner[0]) for corner in corners)
            if len(ends) >= 2:
                yield from ((amount,) for amount in _round_within(ends[0], ends[-1]))
            return
        if len(corners) < 3:
            return
        middle = [sum(Fraction(corner[at]) for corner in corners) / len(corners) for at in (0, 1)]
        for unit in (*_UNITS[1:], 1):
            point = (round(middle[0] / unit) * unit, round(middle[1] / unit) * unit)
            if min(point) > 0 and _contains(corners, (Fraction(point[0]), Fraction(point[1]))):
                yield point
                return


def _linear(parts: Mapping[str, Amount]) -> dict[str, Amount]:
    total: Amount = 0
    for amount in parts.values():
        total = total + amount
    return {"total": total, **dict.fromkeys(PARTS, 0), **parts}


def _whole(parts: Mapping[str, int]) -> dict[str, int]:
    return {"total": sum(parts.values()), **dict.fromkeys(PARTS, 0), **parts}


def parts_read(plan: p.Plan) -> tuple[set[str], bool]:
    """The cost parts that a plan names, and whether it also reads the whole bill or what is left of it."""
    found: set[str] = set()
    whole = False
    todo: list[object] = [plan.root]
    done: set[int] = set()
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(node)
        elif attrs.has(type(node)) and id(node) not in done and not isinstance(node, p.Origin):
            done.add(id(node))
            if isinstance(node, p.Part) and node.part != "total":
                found.add(node.part)
            elif isinstance(node, p.Part | p.Package | p.Left | p.Borne):
                whole = True
            todo.extend(getattr(node, field.name) for field in attrs.fields(type(node)))  # type: ignore[arg-type]
    return found, whole


# ---------------------------------------------------------------- whole amounts


def _round_within(low: Exact, high: Exact) -> Iterator[int]:
    """The roundest amounts strictly between two, at most three; 0 only where nothing else is."""
    given = 0
    for unit in _UNITS:
        amount = (int(low // unit) + 1) * unit
        if low < amount < high:
            yield amount
            given += 1
            if given == 2:
                break
    middle = int((low + high) / 2)
    if low < middle < high:
        yield middle


def _contains(corners: tuple[tuple[Exact, Exact], ...], point: tuple[Exact, Exact]) -> bool:
    signs = set()
    for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0]), strict=True):
        cross = (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax)
        if cross:
            signs.add(cross > 0)
    return len(signs) == 1
