"""How repeats and tilts changed a term, operation by operation: "10,000.00 × 50% = 5,000.00（依「三.二 一是」）"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from polc import plan as p
from polc import settlement as s
from polc.arithmetic import Exact, rounded, times, whole
from polc.evaluate import evaluate, unit_of
from polc.explain.document import Json
from polc.explain.figures import figure, machine, machine_money
from polc.explain.formula import rounding
from polc.explain.here import Here
from polc.explain.lines import because
from polc.explain.worth import is_number


@frozen(eq=False, repr=False, slots=False)
class Operation:
    """What was done to a term: operation, by what (None: removed), its unit, how the result is rounded, and whether it
    is the rule for a repeated admission."""

    op: str
    value: Exact | None
    unit: p.Unit
    rounding: tuple[int, p.Mode] | None = None
    repeat: bool = False


def operations(here: Here, origins: Sequence[p.Origin]) -> Iterator[Operation]:
    """What was done at each of the places, in order."""
    layer = here.layer
    shown = {
        id(change.origin): change
        for step in here.result.steps
        if isinstance(step, s.TiltStep)
        for change in step.changes
    }
    written = {id(change.origin): change for tilt in layer.tilts for change in tilt.changes}
    repeats = {
        id(repeat.origin): repeat for step in layer.steps if isinstance(step, p.Deductible) for repeat in step.repeats
    }
    for origin in origins:
        change, repeat = shown.get(id(origin)), repeats.get(id(origin))
        if change is not None:
            rounds = written[id(origin)].rounding if id(origin) in written else None
            yield Operation(change.op, change.value, change.unit, rounds)
        elif repeat is not None:
            value = evaluate(repeat.value, here.env)
            if is_number(value):
                yield Operation(repeat.op, value, unit_of(repeat.value), None, True)  # type: ignore[arg-type]


def changed(
    here: Here, normal: Exact, effective: Exact | None, origins: tuple[p.Origin, ...], unit: p.Unit,
    floor: Exact | None = None,
) -> str:  # fmt: skip
    """A term before and after its changes, each with its result, and what they rest on; `floor` is the least that
    repeats of an admission leave of it, `effective` None where it was removed."""
    w = here.w
    why = w("open") + because(origins, w) + w("close")
    told, now = figure(normal, unit, w), normal
    done = list(operations(here, origins))
    for at, one in enumerate(done):
        if one.op == "none" or one.value is None:
            return f"{told} {w('removed')}{why}" if effective is None else _arrow(here, normal, effective, unit) + why
        exact = _applied(now, one)
        sign, shown = {"-": "−"}.get(one.op, one.op), figure(exact, unit, w)
        told += (w("comma") + figure(now, unit, w) if at else "") + (
            f" → {shown}" if one.op == "=" else f" {sign} {figure(one.value, one.unit, w)} = {shown}"
        )
        now = exact
        if one.rounding is not None:
            now = rounded(now, *one.rounding)
            told += w("comma") + f"{rounding(*one.rounding, 'money', w)} {figure(now, unit, w)}"
        if now < 0:
            now = 0
            told += w("comma") + w("counted_zero")
        behind = at + 1 == len(done) or not done[at + 1].repeat
        if one.repeat and behind and floor is not None and floor > now:
            now = floor
            told += w("comma") + w("at_least", value=figure(floor, unit, w))
    if unit == "ratio" and now > 1 and effective == 1:
        now = 1
        told += w("comma") + w("at_most", value=figure(1, unit, w))
    return (told if done and now == effective else _arrow(here, normal, effective, unit)) + why


def told_operations(here: Here, origins: tuple[p.Origin, ...]) -> str:
    """The operations alone, for several terms changed alike: "+ 5个百分点（依「三.二 一是」）"."""
    w, pieces = here.w, []
    for one in operations(here, origins):
        if one.op == "none" or one.value is None:
            pieces.append(w("removed"))
        else:
            sign = {"-": "−", "=": "→"}.get(one.op, one.op)
            pieces.append(f"{sign} {figure(one.value, one.unit, w)}")
    return w.joined(pieces) + w("open") + because(origins, w) + w("close")


def operations_json(here: Here, origins: Sequence[p.Origin]) -> Json:
    """What was done to a term, for machines."""
    return [
        {
            "op": one.op, "unit": one.unit, "repeat": one.repeat,
            "value": None if one.value is None
            else machine_money(one.value) if one.unit == "money" else machine(one.value),
            "rounded_to": None if one.rounding is None else machine_money(one.rounding[0]),
            "mode": None if one.rounding is None else one.rounding[1],
        }
        for one in operations(here, origins)
    ]  # fmt: skip


def _arrow(here: Here, normal: Exact, effective: Exact | None, unit: p.Unit) -> str:
    shown = here.w("removed") if effective is None else figure(effective, unit, here.w)
    return f"{figure(normal, unit, here.w)} → {shown}"


def _applied(value: Exact, one: Operation) -> Exact:
    by = one.value or 0
    if one.op == "=":
        return by
    return times(value, by) if one.op == "×" else whole(value + by if one.op == "+" else value - by)
