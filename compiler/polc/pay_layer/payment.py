"""Steps that say what is paid for the cost: bands, rates, fixed amounts, top-ups, minimums, rounding."""

from __future__ import annotations

from fractions import Fraction

from polc import plan as p
from polc import settlement as r
from polc.arithmetic import Edge, Exact, containing, fen, lump, overlap, rounded, times, whole, whole_amount
from polc.evaluate import band_edges, band_values, collected, collectors, reader, unit_of
from polc.pay_layer.frame import Context, Frame, Run, changed, origins_of, period_of, rate_changed

_ONE_BAND: tuple[Edge, ...] = ((0, True, None, False),)


def bands(step: p.BandPay, context: Context) -> Run:
    """Payment by bands of the cost or of the excess, over a claim or a running sum."""
    table, key, over_base, position = step.table, step.accumulator, step.over == "base", step.position
    edges_of, values_of, mode = band_edges(table), band_values(table), table.mode
    capped = mode != "lump" and all(unit_of(band.value) == "ratio" for band in table.bands)
    origins = tuple(band.origin for band in table.bands)
    period = period_of(context, {"claim": None, "base": context.layer.base.accumulator, "own": key}[position])

    def run(frame: Frame) -> None:
        env, amount = frame.env, frame.amount
        frame.term, frame.origin = "rate", step.origin
        edges, normal = edges_of(env), values_of(env)
        changes = frame.changes.get("rate")
        rates = tuple([rate_changed(value, changes, capped) for value in normal]) if changes else normal
        cut: Exact = 0
        if position == "claim":
            start = cut = frame.applied if over_base else 0
        elif over_base:
            start = (frame.before if position == "base" else frame.current[key or ""]) + frame.applied
            cut = frame.cut
        elif position == "base":
            start = frame.before - frame.within if frame.before > frame.within else 0
        else:
            start = frame.current[key or ""]
        end = whole(start + amount)
        rows: list[r.BandRow] = []
        pays: Exact = 0
        if mode == "progressive":
            for edge, value, rate, origin in zip(edges, normal, rates, origins, strict=True):
                part = overlap(start, end, edge)
                paid = times(part, rate) if part else 0
                pays += paid
                rows.append(r.BandRow(*edge, value, rate, part, paid, origin))
        else:
            paid_at = whole_amount if mode == "whole" else lump
            full = paid_at(edges, rates, cut, end)
            pays = full - paid_at(edges, rates, cut, start)
            if pays < 0:
                pays = 0
            at = containing(edges, end)
            for index, (edge, value, rate, origin) in enumerate(zip(edges, normal, rates, origins, strict=True)):
                part, paid = (end - cut if end > cut else 0, full) if index == at else (0, 0)
                rows.append(r.BandRow(*edge, value, rate, part, paid, origin))
        pays = whole(pays)
        _pays(frame, pays, (mode, edges, rates, cut, start, amount))
        if key and position == "own":
            frame.adds[key] = frame.adds.get(key, 0) + (frame.applied + amount if over_base else amount)
        frame.steps.append(
            r.BandsStep(step.over, mode, start, end, tuple(rows), pays, origins_of(changes), period, step.origin)
        )

    return run


def _pays(
    frame: Frame, pays: Exact, bands: tuple[str, tuple[Edge, ...], tuple[Exact, ...], Exact, Exact, Exact]
) -> None:
    frame.shift = frame.pay
    frame.pay = whole(frame.pay + pays)
    frame.bands, frame.scale, frame.room, frame.entering = bands, 1, None, False


def rate_pay(step: p.RatePay, context: Context) -> Run:
    """Payment at one rate."""
    value_of, collect, capped = reader(step.value), collectors(step.value), unit_of(step.value) == "ratio"

    def run(frame: Frame) -> None:
        frame.term, frame.origin = "rate", step.origin
        normal: Exact = value_of(frame.env)
        changes = frame.changes.get("rate")
        rate = rate_changed(normal, changes, capped) if changes else normal
        amount = frame.amount
        pays = times(amount, rate)
        _pays(frame, pays, ("progressive", _ONE_BAND, (rate,), 0, 0, amount))
        frame.steps.append(
            r.RateStep(
                normal, rate, amount, pays, origins_of(changes), step.value, collected(collect, frame.env), step.origin
            )
        )

    return run


def fixed_pay(step: p.FixedPay, context: Context) -> Run:
    """A fixed payment."""
    value_of, collect = reader(step.value), collectors(step.value)

    def run(frame: Frame) -> None:
        frame.term, frame.origin = "pay", step.origin
        pays = max(0, value_of(frame.env))
        frame.shift = frame.pay = whole(frame.pay + pays)
        frame.bands, frame.scale, frame.room, frame.entering = None, 0, None, False
        frame.steps.append(r.FixedStep(step.value, collected(collect, frame.env), pays, step.origin))

    return run


def payment_changes(frame: Frame) -> None:
    """The changes of the payment by tilts, right after the step that pays."""
    for change in frame.changes.get("payment", ()):
        op, by, origin, _ = change
        before = frame.pay
        after = changed(before, (change,))[0] or 0
        frame.pay = after
        if op == "×" and by is not None:
            frame.scale, frame.shift = times(frame.scale, by), times(frame.shift, by)
        elif op in ("+", "-"):
            frame.shift += after - before
        else:
            frame.scale, frame.shift = 0, after
        frame.steps.append(r.FactorStep(op, by if by is not None else 0, before, after, origin))


def top_up(step: p.TopUp, context: Context) -> Run:
    """What is missing to an amount, other layers' payments counted."""
    value_of, collect, own = reader(step.value), collectors(step.value), context.layer.name

    def run(frame: Frame) -> None:
        frame.term, frame.origin = "pay", step.origin
        env = frame.env
        value: Exact = value_of(env)
        so_far = sum((frame.pay if name == own else env.paid.get(name, 0) for name in step.counting), start=Fraction(0))
        pays = whole(max(Fraction(0), value - so_far))
        frame.pay = whole(frame.pay + pays)
        frame.shift += pays
        frame.room = None
        counted = tuple(
            (name, fen(frame.pay - pays) if name == own else env.paid.get(name, 0)) for name in step.counting
        )
        frame.steps.append(r.TopUpStep(step.value, collected(collect, env), value, counted, pays, step.origin))

    return run


def minimum(step: p.Minimum, context: Context) -> Run:
    """A least payment, never above the base."""
    value_of = reader(step.value)

    def run(frame: Frame) -> None:
        frame.term, frame.origin = "pay", step.origin
        minimum, before = value_of(frame.env), frame.pay
        bound = minimum if minimum < frame.base else frame.base
        after = before if before > bound else bound
        if after > before:
            frame.shift += after - before
            frame.room = None
        frame.pay = after
        frame.steps.append(r.MinimumStep(minimum, before, after, step.origin))

    return run


def round_payment(step: p.Round, context: Context) -> Run:
    """Rounding of the payment, or of its running sum with the difference paid."""
    to, mode, key = step.to, step.mode, step.accumulator

    def run(frame: Frame) -> None:
        before, running = frame.pay, None
        if key:
            sum_before = frame.current[key]
            sum_after = whole(sum_before + before)
            running = (sum_before, sum_after)
            after = rounded(sum_after, to, mode) - rounded(sum_before, to, mode)
            frame.adds[key] = frame.adds.get(key, 0) + before
        else:
            after = rounded(before, to, mode)
        if frame.room is not None and after > frame.room:  # rounding never lifts a payment above its cap
            after = frame.room - frame.room % to
        frame.pay = after
        frame.steps.append(r.RoundStep(to, mode, before, int(after), running, step.origin))

    return run
