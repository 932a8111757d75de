"""The changes that tilts and adjustments make to the terms of a layer, as nodes."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from polc import plan as p
from polc.evaluate import is_constant
from polc.program.asked import may_lack
from polc.program.build import Builder
from polc.program.cuts import condition_of
from polc.program.exact import NOTHING, Code, chosen, compared, literal, minus, multiple, not_below_zero, plus, product
from polc.program.making import NO, YES, joined, negated
from polc.program.nodes import Node
from polc.program.scalar import Scalars


@frozen(eq=False, repr=False, slots=False)
class Changing:
    """A change of one term: the flag that says whether it applies, the change, its value."""

    flag: Node
    change: p.Change
    by: Code | None


@frozen(eq=False, repr=False, slots=False)
class Tilting:
    """A tilt on this claim: whether its condition holds, its changes, and whether a value of theirs is lacking."""

    tilt: p.Tilt
    held: Node
    changes: tuple[Changing, ...]
    lacking: Node


Changes = dict[str, list[Changing]]
"""Changes by the term they change."""


def tilts_of(scalars: Scalars, layer: p.Layer) -> list[Tilting]:
    """The tilts of a layer in written order, their conditions tried."""
    made = []
    for tilt in layer.tilts:
        held = scalars.build.assign(scalars.build.name("t"), condition_of(scalars, (tilt.condition,)))
        changes: list[Changing] = []
        known: list[Node] = [held]
        for change in tilt.changes:
            value: Code | None = None
            has: Node = YES
            if change.value is not None:
                value, has = _value(scalars, change.value, joined(True, known))
            known = [*known, has] if has is not YES else known
            flag = held if len(known) == 1 else scalars.build.let(joined(True, known), "t")
            changes.append(Changing(flag, change, value))
        lacking = joined(True, (held, negated(joined(True, known[1:]))))
        made.append(Tilting(tilt, held, tuple(changes), lacking))
    return made


def _value(scalars: Scalars, expr: p.Expr, held: Node) -> tuple[Code, Node]:
    """The value of a change, read where its tilt holds, and whether there is one."""
    build = scalars.build
    if may_lack(expr):
        has, name = build.assign(build.name("t"), NO), build.name()
        build.assign(name, NOTHING.node)
        with build.attempt(), scalars.branch(), build.when(held):
            value = scalars(expr)
            build.assign(name, value.node)
            build.assign(has.name, YES)
        return Code(build.get(name), value.den), build.get(has.name)
    with scalars.branch():
        value = scalars(expr)
    if not is_constant(expr):
        value = build.hold(chosen(held, value, NOTHING))
    return value, YES


def grouped(build: Builder, tilts: Sequence[Tilting], flags: Sequence[Node]) -> Changes:
    """The changes of tilts, each under the flag that says whether its tilt is taken."""
    found: Changes = {}
    for tilting, flag in zip(tilts, flags, strict=True):
        for one in tilting.changes:
            both = one.flag
            if flag is not tilting.held:
                both = flag if one.flag is tilting.held else build.let(joined(True, (flag, one.flag)), "t")
            found.setdefault(one.change.target, []).append(evolve(one, flag=both))
    return found


def changed(build: Builder, value: Code, changes: Sequence[Changing], removed: Node = NO) -> tuple[Code, Node]:
    """A term after the changes that hold, each never below 0, and whether it was removed (`removed`: from the start)
    in the end."""
    for one in changes:
        if one.change.op == "none":
            removed = joined(False, (removed, one.flag))
            continue
        assert one.by is not None
        value = build.hold(value)
        now = one.by
        if one.change.op == "×":
            now = product(value, one.by)
        elif one.change.op in ("+", "-"):
            now = (plus if one.change.op == "+" else minus)(value, one.by)
        else:
            removed = joined(True, (removed, negated(one.flag)))
        if one.change.rounding is not None:
            now = multiple(now, *one.change.rounding)
        value = chosen(one.flag, not_below_zero(now), value)
    return value, removed


def changed_or_none(build: Builder, value: Code, changes: Sequence[Changing]) -> Code:
    """A term after the changes that hold, 0 where it was removed."""
    value, removed = changed(build, value, changes)
    return chosen(removed, NOTHING, value)


def changed_rate(build: Builder, value: Code, changes: Sequence[Changing], capped: bool) -> Code:
    """A rate after changes; one that was changed is at most 1."""
    if not changes:
        return value
    value = build.hold(changed_or_none(build, value, changes))
    if capped:
        flags = {id(one.flag): one.flag for one in changes}
        some = joined(False, flags.values())
        value = chosen(joined(True, (compared(">", value, literal(1)), some)), literal(1), value)
    return build.hold(value)
