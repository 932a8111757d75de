"""A layer at work: what its steps read and write, and how changes alter its terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import define, field, frozen

from polc import plan as p
from polc import settlement as r
from polc.arithmetic import Edge, Exact, rounded, times, whole
from polc.evaluate import Environment

Current = Mapping[str, Exact]
Change = tuple[str, Exact | None, p.Origin, tuple[int, p.Mode] | None]
"""How a term changes: operation, by what, from where, and how the result is rounded."""
Changes = tuple[Change, ...]
NO_CHANGES: dict[str, Changes] = {}


@frozen(eq=False, repr=False, slots=False)
class Outcome:
    """What a layer did: its result, what to add to which accumulator and to which cap shared on this claim, the
    eligible cost above its caps, and the per-admission deductible of the stay taken so far (None: it takes none)."""

    result: r.LayerResult
    adds: Mapping[str, Exact]
    shared: Mapping[str, Exact]
    overflow: Exact
    taken: Exact | None


class NotApplicable(Exception):
    """The layer does not apply after all."""


@define(eq=False, repr=False)
class Frame:
    """A layer at work under certain changes.

    `amount` is the eligible cost that goes on, `base` what entered (after cost caps that stand before everything else,
    while `entering`), `before` the base's running sum and `within` what of it lies within the deductible, `deductible`
    the effective one or what was taken of it so far (`cut` of bands), `applied` what was taken of it now and `taken`
    what the stay took so far; `pay` the payment, `room` what a cap leaves of it. `bands` is how the cost
    was paid, for what lies above a cap: mode, edges, rates, cut, start, amount, with pay = `scale` × that + `shift`.
    `extra` is the eligible cost above cost caps, `above` that above payment caps; `term` and `origin` where we are.
    """

    env: Environment
    current: Current
    changes: Mapping[str, Changes]
    continued: Exact
    amount: Exact = 0
    base: Exact = 0
    before: Exact = 0
    within: Exact = 0
    cut: Exact = 0
    applied: Exact = 0
    pay: Exact = 0
    bands: tuple[str, tuple[Edge, ...], tuple[Exact, ...], Exact, Exact, Exact] | None = None
    scale: Exact = 1
    shift: Exact = 0
    room: int | None = None
    extra: Exact = 0
    above: int = 0
    taken: Exact | None = None
    term: str = "base"
    origin: p.Origin | None = None
    steps: list[r.LayerStep] = field(factory=list)
    adds: dict[str, Exact] = field(factory=dict)
    shared: dict[str, Exact] = field(factory=dict)
    entering: bool = True
    applies: bool = True


Run = Callable[[Frame], None]


@frozen(eq=False, repr=False, slots=False)
class Context:
    """What the steps of a layer need to know of the plan around them."""

    layer: p.Layer
    period_of: Mapping[str, p.Period]


def changed(value: Exact | None, changes: Changes | None) -> tuple[Exact | None, tuple[p.Origin, ...]]:
    """A term after changes in order, never below 0 and None where it was removed, with the origins of the changes."""
    if not changes:
        return value, ()
    now = value
    for op, by, _, rounding in changes:
        if op == "none":
            now = None
        elif op == "=":
            now = by
        elif now is not None and by is not None:
            now = times(now, by) if op == "×" else whole(now + by) if op == "+" else whole(now - by)
        if now is not None and rounding is not None:
            now = rounded(now, *rounding)
        if now is not None and now < 0:
            now = 0
    return now, origins_of(changes)


def rate_changed(value: Exact, changes: Changes | None, capped: bool) -> Exact:
    """A rate after changes, at most 1 where it is `capped`; 0 where it was removed."""
    now = changed(value, changes)[0]
    if now is None:
        return 0
    return 1 if capped and changes and now > 1 else now


def origins_of(changes: Changes | None) -> tuple[p.Origin, ...]:
    """Where changes come from."""
    return tuple([change[2] for change in changes]) if changes else ()


def period_of(context: Context, key: str | None) -> p.Period:
    """The period of an accumulator; without one, the admission."""
    return context.period_of[key] if key else "admission"
