"""The arms that a plan has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
from attrs import frozen

from polc import plan as p
from polc.shape.values import case_arm

Key = tuple[str, str, str, str]
"""A step's name, what goes two ways or more, which of them in the step, and the way: as the shape writes arms, except
that the cases of a term are numbered instead of told apart by identity."""

HIGHEST = "就高"


@frozen(eq=False, repr=False, slots=False)
class Arm:
    """One way that a step can go: its key, where it is written, and what the way is about (a band, a guard's
    condition, a tilt, a case), None where the step says it all."""

    key: Key
    origin: p.Origin
    about: p.Band | p.Tilt | p.Expr | str | None = None


@frozen(eq=False, repr=False, slots=False)
class Arms:
    """All arms of a plan in written order, and the numbers of its terms with cases, by the identity of each."""

    plan: p.Plan
    arms: tuple[Arm, ...]
    cases: dict[int, str]
    owners: dict[str, str]

    def key_of(self, arm: tuple[str, ...]) -> Key | None:
        """The key of an arm of the shape; None for one that is not counted."""
        if len(arm) == 2:
            return (HIGHEST, "identity", "", arm[1])
        name, kind, place, way = arm
        if kind == "case":
            number = self.cases.get(int(place)) if place else None
            return None if number is None else (self.owners[number], "case", number, way)
        return None if way.endswith(" not") else (name, kind, place, way)

    def case_key(self, cases: p.Cases, way: int) -> Key | None:
        """The key of a case of a term."""
        return self.key_of(case_arm(cases, way))


def arms_of(plan: p.Plan) -> Arms:
    """The arms of a plan; what cannot go two ways (a deductible of 0, a condition that is a constant) has none."""
    found: list[Arm] = []
    cases: dict[int, str] = {}
    owners: dict[str, str] = {}
    numbers: dict[object, str] = {}
    for at, step in enumerate(plan.body.steps):
        name = step_name(step, at)
        found += _layer(step) if isinstance(step, p.Layer) else _cut(step, name)
        for node, origin in _cases(step, step.origin):
            form = _form(node)
            if form in numbers:
                cases[id(node)] = numbers[form]
                continue
            number = numbers[form] = cases[id(node)] = str(len(numbers))
            owners[number] = name
            ways: list[p.Expr | str | None] = [arm.condition for arm in node.arms]
            ways += [None] if node.otherwise is not None else []
            found += [
                Arm((name, "case", number, str(i)), origin, condition if condition is not None else node.name)
                for i, condition in enumerate(ways)
            ]
    root = plan.root
    if isinstance(root, p.HighestOf) and len(root.identities) > 1:
        found += [Arm((HIGHEST, "identity", "", name), root.origin, name) for name in root.identities]
    return Arms(plan, tuple(found), cases, owners)


def step_name(step: p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer, at: int) -> str:
    """The name of a step; first self-paid shares have none, so they go by their place."""
    return f"#{at}" if isinstance(step, p.CopayCut) else step.name


def _guards(name: str, guards: tuple[p.Guard, ...]) -> Iterator[Arm]:
    for i, guard in enumerate(guards):
        if not isinstance(guard.condition, p.Const):
            for way in ("holds", "fails"):
                yield Arm((name, "guard", str(i), way), guard.origin, guard.condition)


def _cut(step: p.CopayCut | p.Exclusion | p.Control | p.Package, name: str) -> Iterator[Arm]:
    if isinstance(step, p.CopayCut | p.Exclusion):
        if step.condition is not None:
            for way in ("applies", "not"):
                yield Arm((name, "cut", "", way), step.origin, step.condition)
        return
    yield from _guards(name, step.guards)
    kind, ways = ("control", ("binds", "free")) if isinstance(step, p.Control) else ("package", ("above", "within"))
    for way in ways:
        yield Arm((name, kind, "", way), step.origin)


def _layer(layer: p.Layer) -> Iterator[Arm]:
    yield from _guards(layer.name, layer.guards)
    for i, tilt in enumerate(layer.tilts):
        for way in ("applies", "not"):
            yield Arm((layer.name, "tilt", str(i), way), tilt.origin, tilt)
    removes = any(change.target == "cap" and change.op == "none" for tilt in layer.tilts for change in tilt.changes)
    for i, step in enumerate(layer.steps):
        for kind, way, about in _ways(step, removes):
            origin = about.origin if isinstance(about, p.Band) else step.origin
            yield Arm((layer.name, kind, str(i), way), origin, about)


def _ways(step: p.Step, removes: bool) -> list[tuple[str, str, p.Band | None]]:
    match step:
        case p.BandPay():
            return [("band", f"{i} entered", band) for i, band in enumerate(step.table.bands)]
        case p.Deductible():
            never = isinstance(step.value, p.Const) and step.value.value == 0
            return [] if never else [("deductible", "used up", None), ("deductible", "open", None)]
        case p.CostCap():
            return [("cost_cap", "binds", None), ("cost_cap", "free", None)]
        case p.PaymentCap():
            gone = removes or step.removed is not None
            removed: list[tuple[str, str, p.Band | None]] = [("cap", "removed", None)] if gone else []
            return [("cap", "binds", None), ("cap", "free", None), *removed]
        case p.TopUp():
            return [("top_up", "pays", None), ("top_up", "not", None)]
        case p.Minimum():
            return [("minimum", "binds", None), ("minimum", "free", None)]
        case p.Times():
            return [("times", "used up", None), ("times", "free", None)]
    return []


# ---------------------------------------------------------------- cases of terms


def _cases(node: Any, origin: p.Origin) -> Iterator[tuple[p.Cases, p.Origin]]:
    """Every term with cases in a step, outermost first, with the nearest place written around it."""
    if isinstance(node, tuple):
        for part in node:
            yield from _cases(part, origin)
    elif attrs.has(type(node)):
        own = getattr(node, "origin", None)
        origin = own if isinstance(own, p.Origin) and own.place else origin
        if isinstance(node, p.Cases):
            yield node, origin
        for field in attrs.fields(type(node)):
            if field.name != "origin":
                yield from _cases(getattr(node, field.name), origin)


def _form(node: Any) -> object:
    """What two terms have in common that say the same, wherever they stand: a table used by two layers is one."""
    if isinstance(node, tuple):
        return tuple(map(_form, node))
    if attrs.has(type(node)):
        names = [field.name for field in attrs.fields(type(node)) if field.name != "origin"]
        return (type(node).__name__, *(_form(getattr(node, name)) for name in names))
    return node
