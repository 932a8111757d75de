"""Steps that say how much cost goes on: cost caps and deductibles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from polc import plan as p
from polc import settlement as r
from polc.arithmetic import Exact, deductible_left, deductible_over_sum, times, whole, within_deductible
from polc.evaluate import Environment, reader
from polc.pay_layer.frame import Context, Frame, Run, changed, period_of


def cost_cap(step: p.CostCap, context: Context) -> Run:
    """A cap on the cost that counts, per claim or over a period, alone or together with other layers."""
    value_of, key = reader(step.value), step.accumulator
    period = period_of(context, key)
    together = step.shared if key is None else None

    def run(frame: Frame) -> None:
        frame.term, frame.origin = "limit", step.origin
        limit = value_of(frame.env)
        used = frame.current[key] if key else frame.env.shared.get(together, 0) if together else 0
        before = frame.amount
        room = limit - used if limit > used else 0
        after = before if before < room else whole(room)
        frame.amount = after
        if frame.entering:
            frame.base = after
        frame.extra += before - after
        if key:
            frame.adds[key] = frame.adds.get(key, 0) + after
        elif together:
            frame.shared[together] = after
        frame.steps.append(
            r.CostCapStep(limit, used, before, after, step.shared, step.overflow_to, period, step.origin)
        )

    return run


def _repeated(
    repeats: tuple[tuple[p.Repeat, Callable[[Environment], Exact]], ...], chained: bool
) -> Callable[[Exact, int, Environment], tuple[Exact, tuple[p.Origin, ...]]]:
    def repeated(value: Exact, admission: int, env: Environment) -> tuple[Exact, tuple[p.Origin, ...]]:
        fitting = [pair for pair in repeats if pair[0].admission <= admission]
        now: Exact = value
        taken = fitting if chained else fitting[-1:]
        for repeat, by_of in taken:
            by = by_of(env)
            now = times(now, by) if repeat.op == "×" else by if repeat.op == "=" else whole(now - by)
            if now < 0:
                now = 0
        return now, tuple(repeat.origin for repeat, _ in taken)

    return repeated


def deductible(step: p.Deductible, context: Context) -> Run:
    """A deductible, per admission or over a period, with what later admissions and tilts make of it."""
    value_of, position, own, count, taken_key = (
        reader(step.value),
        step.position,
        step.accumulator,
        step.count,
        step.taken,
    )
    repeated = _repeated(tuple((repeat, reader(repeat.value)) for repeat in step.repeats), step.chained)
    has_repeats = bool(step.repeats)
    floor_of = None if step.floor is None else reader(step.floor)
    ceiling_of = None if step.ceiling is None else reader(step.ceiling)
    key = {"claim": None, "base": context.layer.base.accumulator}.get(position, own)
    period = period_of(context, key)
    kept_out_key = step.kept_out
    met_by: Literal["cost", "deductions"] | None
    met_by = {"base": "cost", "register": "deductions"}.get(position)  # type: ignore[assignment]

    def run(frame: Frame) -> None:
        env, current = frame.env, frame.current
        frame.term, frame.origin = "deductible", step.origin
        normal: Exact = value_of(env)
        effective = normal
        changed_by: tuple[p.Origin, ...] = ()
        admission: int | None = None
        if has_repeats:
            admission = int(current[count]) + 1 if count else 1
            effective, changed_by = repeated(normal, admission, env)
            if floor_of is not None and changed_by:
                effective = max(effective, floor_of(env))
        changes = frame.changes.get("deductible")
        if changes:
            tilted, origins = changed(effective, changes)
            effective = 0 if tilted is None else tilted
            changed_by += origins
        if effective < 0:
            effective = 0
        amount = frame.amount
        kept_out: Exact = 0
        if position == "base":
            used = frame.before
            applied = deductible_over_sum(used, amount, effective)
            frame.within = used = used if used < effective else effective
        elif position == "register":
            taken = current[own or ""]
            frame.within = used = within_deductible(taken, current[kept_out_key] if kept_out_key else 0, effective)
            kept_out = whole(used - taken)
            applied = deductible_left(amount, effective, used)
        else:
            used = current[own] if own else frame.continued
            applied = deductible_left(amount, effective, used)
        if ceiling_of is not None:
            room = ceiling_of(env) - (current[taken_key] if taken_key else 0)
            applied = max(0, min(applied, room))
        applied = whole(applied)
        still = effective - used - applied
        after = whole(amount - applied)
        frame.cut = whole(used + applied) if position == "register" else effective
        frame.applied = frame.applied + applied
        frame.amount = after
        frame.entering = False
        if position == "claim":
            frame.taken = whole(frame.continued + applied)
        frame.steps.append(
            r.DeductibleStep(
                normal,
                effective,
                changed_by,
                admission,
                used,
                applied,
                whole(still) if still > 0 else 0,
                after,
                period,
                step.origin,
                met_by,
                frame.before,
                kept_out,
            )
        )

    return run
