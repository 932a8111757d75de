"""Steps that limit what is paid: payment caps, and how many times a layer pays."""

from __future__ import annotations

from fractions import Fraction

from polc import plan as p
from polc import settlement as r
from polc.arithmetic import Exact, ceil, fen, floor, reach_lump, reach_progressive, reach_whole_amount, whole
from polc.evaluate import reader
from polc.pay_layer.frame import Context, Frame, NotApplicable, Run, changed, period_of


def payment_cap(step: p.PaymentCap, context: Context) -> Run:
    """A cap on the payment, per claim or over a period, alone or together with other layers."""
    value_of, key = reader(step.value), step.accumulator
    removed_of = None if step.removed is None else reader(step.removed)
    period = period_of(context, key)
    together = step.shared if key is None else None

    def run(frame: Frame) -> None:
        frame.term, frame.origin = "cap", step.origin
        without = removed_of is not None and bool(removed_of(frame.env))
        normal: Exact | None = None if without else value_of(frame.env)
        changes = frame.changes.get("cap")
        limit, changed_by = changed(normal, changes)
        used = frame.current[key] if key else frame.env.shared.get(together, 0) if together else 0
        before = after = frame.pay
        if limit is not None:
            room = floor(limit - used) if limit > used else 0
            frame.room = room if frame.room is None or room < frame.room else frame.room
            if before > room:
                after = frame.pay = room
                frame.above = _above(frame, after)
        frame.steps.append(
            r.PaymentCapStep(
                normal,
                limit,
                changed_by,
                used,
                fen(before),
                fen(after),
                step.shared,
                frame.above,
                step.overflow_to,
                period,
                step.origin,
            )
        )

    return run


def _above(frame: Frame, paid: Exact) -> int:
    """The eligible cost for which nothing more is paid once the payment has reached `paid`, in whole fen."""
    if frame.bands is None:
        return 0
    mode, edges, rates, cut, start, amount = frame.bands
    target = paid - frame.shift
    if target <= 0:
        return floor(amount)
    if not frame.scale:
        return 0
    target = whole(Fraction(target) / frame.scale)
    if mode == "progressive":
        need = reach_progressive(edges, rates, start, target)
    elif mode == "whole":
        need = reach_whole_amount(edges, rates, cut, start, target)
    else:
        need = reach_lump(edges, rates, cut, start, target)
    return 0 if need is None else max(0, floor(amount - ceil(need)))


def times_limit(step: p.Times, context: Context) -> Run:
    """How many times the layer pays in a period."""
    key, period = step.accumulator, period_of(context, step.accumulator)

    def run(frame: Frame) -> None:
        used = int(frame.current[key])
        held = used < step.count
        frame.steps.append(r.TimesStep(step.count, used, held, period, step.counts, step.origin))
        if not held:
            raise NotApplicable

    return run
