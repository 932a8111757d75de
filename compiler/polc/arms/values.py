"""The values of facts over which claims are looked for, and whether these are all that can make a difference."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from fractions import Fraction

import attrs
from attrs import define, field, frozen

from polc import plan as p
from polc.evaluate import day_of_year
from polc.shape.cases import fact_values

_DAY = datetime.timedelta(days=1)
_LARGE = {"money": 100_000_000, "number": 1000, "days": 365, "months": 120, "years": 80}
"""A fact that a plan calculates with is taken as one and as this: a million yuan, so many pieces, days and so on."""
_MOST_CHOICES = 6


@frozen(eq=False, repr=False, slots=False)
class Searched:
    """The values of each fact that claims are looked for with; `all`: whether others would do nothing that these do
    not, so that what no claim of these reaches is reached by none."""

    values: dict[str, list[p.Value]]
    all: bool


def searched_values(plan: p.Plan) -> Searched:
    """What the facts of a plan are taken to be."""
    seen = _Asked()
    seen.walk((plan.root, plan.shared_caps))
    values = {name: list(own) for name, own in fact_values([plan]).items()}
    whole = not seen.unlisted
    for spec in plan.facts:
        own = values.setdefault(spec.name, [])
        edges = seen.edges.get(spec.name, set())
        if spec.unit == "date":
            days = _days(plan, spec.name, edges, seen.parts.get(spec.name, set()))
            own[:] = dict.fromkeys([*own, *days])
        elif spec.unit == "money":
            own += [n for edge in edges for n in _around(edge) if n not in own]
        elif spec.unit == "choices" and spec.name in seen.read:
            names = [name for name, _ in spec.choices]
            own += [frozenset((name,)) for name in names[:_MOST_CHOICES]] + [frozenset(names)]
            whole = whole and len(names) == 1
        if spec.name in seen.reckoned and spec.unit in _LARGE:
            own += [n for n in (1, _LARGE[spec.unit]) if n not in own]
            whole = False
    return Searched(values, whole)


def _around(edge: p.Value) -> list[int]:
    if isinstance(edge, bool) or not isinstance(edge, int | Fraction):
        return []
    return [n for n in (int(edge) - 1, int(edge), int(edge) + 1) if n >= 0]


def _days(plan: p.Plan, name: str, edges: Iterable[p.Value], parts: Iterable[str]) -> list[datetime.date]:
    """The plan's own day, those at the days compared with, and for a part of a date the months and days of a year; for
    the date of the year within the time of the plan only."""
    found = [plan.as_of]
    for edge in edges:
        if isinstance(edge, tuple):
            edge = day_of_year(plan.as_of.year, edge)
        if isinstance(edge, datetime.date):
            found += [edge - _DAY, edge, edge + _DAY]
    if "month" in parts:
        found += [datetime.date(plan.as_of.year, month, 15) for month in range(1, 13)]
    if "day" in parts:
        found += [datetime.date(plan.as_of.year, 1, day) for day in range(1, 32)]
    if name == plan.year.by:
        found = [day for day in found if _is_of(plan, day)]
    return found


def _is_of(plan: p.Plan, day: datetime.date) -> bool:
    starts = [x.starts for x in plan.documents]
    ends = [x.until for x in plan.documents]
    return (
        (plan.since is None or plan.since <= day)
        and (plan.expires is None or day < plan.expires)
        and all(start is None or start <= day for start in starts)
        and all(end is None or day <= end for end in ends)
    )


@define(eq=False)
class _Asked:
    """What a plan asks of its facts: values it compares them with, parts of dates; facts it calculates with."""

    edges: dict[str, set[p.Value]] = field(factory=dict)
    parts: dict[str, set[str]] = field(factory=dict)
    reckoned: set[str] = field(factory=set)
    read: set[str] = field(factory=set)
    unlisted: bool = False
    """Whether something is read that no list of values covers: items, sums of dates."""
    _done: set[int] = field(factory=set)

    def walk(self, node: object) -> None:
        if isinstance(node, tuple):
            for inner in node:
                self.walk(inner)
            return
        if not attrs.has(type(node)) or isinstance(node, p.Origin) or id(node) in self._done:
            return
        self._done.add(id(node))
        if isinstance(node, p.Compare) and self._compared(node):
            return
        if isinstance(node, p.Within) and isinstance(node.value, p.Fact):
            self.read.add(node.value.name)
            return
        if isinstance(node, p.Fact):
            self.read.add(node.name)
            if node.unit not in ("bool", "text"):
                self.reckoned.add(node.name)
                self.unlisted = self.unlisted or node.unit == "date"
        if isinstance(node, p.ItemsSum | p.Stacked | p.DateShift | p.DaysBetween):
            self.unlisted = True
        for one in attrs.fields(type(node)):  # type: ignore[arg-type]
            if one.name != "origin":
                self.walk(getattr(node, one.name))

    def _compared(self, node: p.Compare) -> bool:
        """Notes a comparison of a fact, or of a part of a date, with a value of the policy."""
        for own, other in ((node.left, _plain(node.right)), (node.right, _plain(node.left))):
            if not isinstance(other, p.Const):
                continue
            if isinstance(own, p.Fact):
                self.read.add(own.name)
                self.edges.setdefault(own.name, set()).add(other.value)
                return True
            if isinstance(own, p.DatePart) and isinstance(own.date, p.Fact) and own.part in ("month", "day"):
                self.read.add(own.date.name)
                self.parts.setdefault(own.date.name, set()).add(own.part)
                return True
        return False


def _plain(e: p.Expr) -> p.Expr:
    while isinstance(e, p.Named):
        e = e.value
    return e
