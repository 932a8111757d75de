"""Tilts on a claim: which hold, and what they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import frozen

from polc import plan as p
from polc import settlement as r
from polc.evaluate import Environment, NoValue, collected, collectors, first_failed, is_constant, reader, unit_of
from polc.pay_layer.frame import NO_CHANGES, Changes

_TERMS = {"deductible": "deductible", "rate": "rate", "cap": "cap", "base": "base", "payment": "pay"}


@frozen(eq=False, repr=False, slots=False)
class HeldTilt:
    """A tilt on this claim: its changes with their values, or the change that has none."""

    tilt: p.Tilt
    held: bool
    changes: tuple[r.ChangeShown, ...]
    lacking: tuple[str, NoValue, p.Origin] | None
    seen: r.Seen
    failed: p.Expr | None


def tilt_of(tilt: p.Tilt) -> Callable[[Environment], HeldTilt]:
    """A function from the environment to what a tilt does there."""
    condition, collect = reader(tilt.condition), collectors(tilt.condition)
    values = tuple(
        (change, None if change.value is None else reader(change.value),
         "number" if change.value is None else unit_of(change.value))
        for change in tilt.changes
    )  # fmt: skip
    constant = all(change.value is None or is_constant(change.value) for change in tilt.changes)

    def read_changes(env: Environment) -> tuple[r.ChangeShown, ...]:
        return tuple(
            r.ChangeShown(change.target, change.op, None if value is None else value(env), unit, change.origin)
            for change, value, unit in values
        )

    fixed = read_changes(Environment()) if constant else None

    def held(env: Environment) -> HeldTilt:
        try:
            holds = bool(condition(env))
        except NoValue:
            holds = False
        saw = collected(collect, env)
        if not holds:
            return HeldTilt(tilt, False, fixed or (), None, saw, first_failed(tilt.condition, env))
        if fixed is not None:
            return HeldTilt(tilt, True, fixed, None, saw, None)
        shown: list[r.ChangeShown] = []
        for change, value, unit in values:
            try:
                by = None if value is None else value(env)
            except NoValue as error:
                return HeldTilt(tilt, True, tuple(shown), (_TERMS[change.target], error, change.origin), saw, None)
            shown.append(r.ChangeShown(change.target, change.op, by, unit, change.origin))
        return HeldTilt(tilt, True, tuple(shown), None, saw, None)

    return held


def grouped(tilts: list[HeldTilt]) -> Mapping[str, Changes]:
    """The changes of tilts by what they change, in written order."""
    if not tilts:
        return NO_CHANGES
    grouped: dict[str, Changes] = {}
    for held in tilts:
        for shown, change in zip(held.changes, held.tilt.changes, strict=False):
            made = (shown.op, shown.value, shown.origin, change.rounding)
            grouped[shown.target] = (*grouped.get(shown.target, ()), made)
    return grouped


def without(active: list[HeldTilt], rivals: list[HeldTilt], chosen: HeldTilt | None) -> list[HeldTilt]:
    """What applies where one of the rival tilts is chosen (None: none of them), in written order."""
    return [held for held in active if held is chosen or held not in rivals]
