"""A step of a plan for one case: what is left of it when facts and identities are known.

A layer that a condition keeps out is nothing; the changes of tilts that hold are worked into its figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from attrs import evolve

from polc import plan as p
from polc.arithmetic import rounded, times, whole
from polc.evaluate import unit_of
from polc.shape.fold import NO, NOWHERE, YES, Folding, folded_table
from polc.shape.layer import Paid
from polc.shape.run import Step

Term = (
    p.CostCap
    | p.Deductible
    | p.BandPay
    | p.RatePay
    | p.FixedPay
    | p.TopUp
    | p.Minimum
    | p.PaymentCap
    | p.Times
    | p.Round
)


def folded_step(f: Folding, step: Step | p.Tally) -> Step | p.Tally | None:
    """The step folded, each kept once; None where it does nothing. Raises what folding an expression does."""
    made: Any
    if isinstance(step, Paid):
        return _layer(f, step)
    if isinstance(step, p.Tally):
        value = f.expr(step.value)
        made = f.same(step, (id(value), step.accumulator), value=value, name="", origin=NOWHERE)
    elif isinstance(step, p.CopayCut | p.Exclusion):
        condition = None if step.condition is None else f.condition(step.condition)
        if condition is NO:
            return None
        condition = None if condition is YES else condition
        amount = f.expr(step.amount)
        who = (step.name, step.bearer) if isinstance(step, p.Exclusion) else (step.name,)
        key = (id(amount), step.part.part, id(condition), *who)
        made = f.same(step, key, amount=amount, condition=condition, origin=NOWHERE)
    else:
        guards = _guards(f, step.guards)
        if guards is None:
            return None
        ids = tuple(map(id, guards))
        if isinstance(step, p.Control):
            limit = f.expr(step.limit)
            key = (ids, id(limit), *(part.part for part in step.parts), step.share, step.bearer, step.name)
            made = f.same(step, key, guards=guards, limit=limit, origin=NOWHERE)
        else:
            price = f.expr(step.price)
            key = (ids, id(price), step.kind, step.scope, step.share, step.bearer, step.name)
            made = f.same(step, key, guards=guards, price=price, origin=NOWHERE)
    return made  # type: ignore[no-any-return]


def _guards(f: Folding, guards: tuple[p.Guard, ...]) -> tuple[p.Guard, ...] | None:
    """The guards that hang on amounts; None where one fails in any case."""
    left: list[p.Guard] = []
    for guard in guards:
        condition = f.condition(guard.condition)
        if condition is NO and not left:
            return None
        if condition is not YES:
            left.append(f.same(guard, (id(condition),), condition=condition, origin=NOWHERE))
    return tuple(left)


def _layer(f: Folding, ready: Paid) -> Paid | None:
    layer, base = ready.layer, ready.layer.base
    guards = _guards(f, layer.guards)
    steps: tuple[p.Step, ...] = ()
    tilts: tuple[p.Tilt, ...] = ()
    after, rule = -1, layer.rule
    if guards is not None:
        conditions = [f.condition(tilt.condition) for tilt in layer.tilts]
        active = [(tilt, condition) for tilt, condition in zip(layer.tilts, conditions, strict=True)
                  if condition is not NO]  # fmt: skip
        if all(tilt.kind == "adjust" for tilt, _ in active):
            rule = "add"
        elif rule == "first" and all(condition is YES for _, condition in active):
            first = next(tilt for tilt, _ in active if tilt.kind == "tilt")
            active = [pair for pair in active if pair[0] is first or pair[0].kind == "adjust"]
            rule = "add"
        shown = [(tilt, condition, [_change(f, change) for change in tilt.changes]) for tilt, condition in active]
        if rule == "best" and all(condition is YES for _, condition, _ in shown):
            best = _best(layer, [(tilt, some) for tilt, _, some in shown if tilt.kind == "tilt"])
            if best is not None:
                shown = [one for one in shown if one[0] is best or one[0].kind == "adjust"]
                rule = "add"
        after = ready.change_after
        terms: list[p.Step] = [_term(f, step) for step in layer.steps]
        done: set[str] = set()
        if rule == "add" and all(condition is YES for _, condition, _ in shown):
            changes = [change for _, _, some in shown for change in some]
            for target, work in _WORK.items():
                wanted = [change for change in changes if change.target == target]
                worked = work(f, terms, wanted) if wanted else None
                if worked is not None:
                    terms = worked
                    done.add(target)
        steps = tuple(terms)
        tilts = tuple(_tilt(f, tilt, condition, [c for c in some if c.target not in done])
                      for tilt, condition, some in shown if any(c.target not in done for c in some))  # fmt: skip
    elif not (base.accumulator and base.every):
        return None
    else:
        guards = (f.same(p.Guard(NO, NOWHERE), (id(NO),), condition=NO),)
    value = f.expr(base.value)
    key = (
        Paid, layer.name, layer.payer, tuple(map(id, guards)), id(value), base.accumulator, base.every,
        tuple(map(id, steps)), tuple(map(id, tilts)), rule, ready.paid, ready.counts, ready.payments, ready.deductibles,
        ready.kept_out, after,
        ready.flows,
    )  # fmt: skip

    def make() -> Paid:
        made = p.Layer(
            layer.name, layer.payer, "", frozenset(), guards, p.Base(value, base.accumulator, base.every, NOWHERE),
            steps, tilts, rule, NOWHERE,
        )  # fmt: skip
        return evolve(ready, layer=made, change_after=after)

    return f.kept.one(key, make)


def _tilt(f: Folding, tilt: p.Tilt, condition: p.Expr, changes: Sequence[p.Change]) -> p.Tilt:
    key = (p.Tilt, tilt.kind, id(condition), *map(id, changes))
    return f.kept.one(key, lambda: p.Tilt(tilt.kind, condition, "", tuple(changes), NOWHERE))


def _change(f: Folding, change: p.Change) -> p.Change:
    value = None if change.value is None else f.expr(change.value)
    key = (change.target, change.op, id(value), change.rounding)
    return f.same(change, key, value=value, origin=NOWHERE)  # type: ignore[no-any-return]


def _term(f: Folding, step: p.Step) -> Term:
    """A step of a layer folded."""
    key: tuple[object, ...]
    changes: dict[str, object] = {"origin": NOWHERE}
    match step:
        case p.Round():
            key = (step.to, step.mode, step.accumulator)
        case p.BandPay():
            table = folded_table(f, step.table)
            key = (id(table), step.over, step.position, step.accumulator)
            changes["table"] = table
        case p.Times():
            key = (step.count, step.accumulator, step.counts)
        case p.Deductible():
            value = f.expr(step.value)
            floor = None if step.floor is None else f.expr(step.floor)
            ceiling = None if step.ceiling is None else f.expr(step.ceiling)
            repeats = tuple(_repeat(f, repeat) for repeat in step.repeats)
            key = (
                id(value), step.position, step.accumulator, *map(id, repeats), step.chained, id(floor), step.count,
                id(ceiling), step.taken, step.kept_out,
            )  # fmt: skip
            changes |= {"value": value, "floor": floor, "ceiling": ceiling, "repeats": repeats}
        case p.CostCap():
            value = f.expr(step.value)
            key = (id(value), step.accumulator, step.shared)
            changes |= {"value": value, "overflow_to": None}
        case p.PaymentCap():
            value = f.expr(step.value)
            removed = None if step.removed is None else f.expr(step.removed)
            key = (id(value), step.accumulator, step.shared, id(removed))
            changes |= {"value": value, "overflow_to": None, "removed": removed}
        case p.TopUp():
            value = f.expr(step.value)
            key = (id(value), step.counting)
            changes["value"] = value
        case _:
            value = f.expr(step.value)
            key = (id(value),)
            changes["value"] = value
    return f.same(step, key, **changes)  # type: ignore[no-any-return]


def _repeat(f: Folding, repeat: p.Repeat) -> p.Repeat:
    value = f.expr(repeat.value)
    return f.same(repeat, (repeat.admission, repeat.op, id(value)), value=value, origin=NOWHERE)  # type: ignore[no-any-return]


# ---------------------------------------------------------------- changes of tilts that hold in any case


def _best(layer: p.Layer, rivals: Sequence[tuple[p.Tilt, Sequence[p.Change]]]) -> p.Tilt | None:
    """The tilt with which the layer pays most at any cost, and no less than without; None where that cannot be told
    from the changes: one that only makes the layer pay more, or of several that only raise rates the one by most."""
    if len(rivals) == 1:
        tilt, changes = rivals[0]
        plain = not any(isinstance(step, p.BandPay | p.FixedPay) for step in layer.steps)
        return tilt if all(_raises(change, plain) for change in changes) else None
    best: tuple[Any, p.Tilt] | None = None
    for tilt, changes in rivals:
        if not all(_raises(change, False) for change in changes):
            return None
        by: Any = sum(change.value.value for change in changes)  # type: ignore[union-attr, misc]
        if best is None or by > best[0]:
            best = by, tilt
    return None if best is None else best[1]


def _raises(change: p.Change, plain: bool) -> bool:
    """Whether a layer pays no less for a change, whatever the cost; `plain`: it pays one rate."""
    value: Any = change.value.value if type(change.value) is p.Const else None
    if change.rounding is not None or not isinstance(value, int | Fraction):
        return False
    if change.target == "rate":
        return change.op == "+" and value >= 0
    if change.target == "deductible" and plain:
        return (change.op == "×" and 0 <= value <= 1) or (change.op == "-" and value >= 0)
    return False


def _changed(f: Folding, value: p.Expr, changes: Sequence[p.Change], capped: bool = False) -> p.Expr | None:
    """A constant after changes, `NO` where it was removed; None where not all of it is constant."""
    if type(value) is not p.Const or not isinstance(value.value, int | Fraction):
        return None
    now: Any = value.value
    for change in changes:
        if change.op == "none":
            now = None
            continue
        if type(change.value) is not p.Const:
            return None
        by: Any = change.value.value
        if change.op == "=":
            now = by
        elif now is not None:
            now = times(now, by) if change.op == "×" else whole(now + by) if change.op == "+" else whole(now - by)
        if now is not None:
            if change.rounding is not None:
                now = rounded(now, *change.rounding)
            now = max(now, 0)
    if now is None:
        return NO
    return f.kept.const(min(now, 1) if capped else now, value.unit)


def _work_rates(f: Folding, terms: Sequence[p.Step], changes: Sequence[p.Change]) -> list[p.Step] | None:
    made: list[p.Step] = []
    zero = f.kept.const(0, "ratio")
    for step in terms:
        if isinstance(step, p.RatePay):
            rate = _changed(f, step.value, changes, unit_of(step.value) == "ratio")
            if rate is None:
                return None
            rate = zero if rate is NO else rate
            made.append(f.same(step, (id(rate),), value=rate))
        elif isinstance(step, p.BandPay):
            capped = step.table.mode != "lump" and all(unit_of(band.value) == "ratio" for band in step.table.bands)
            bands: list[p.Band] = []
            for band in step.table.bands:
                rate = _changed(f, band.value, changes, capped)
                if rate is None:
                    return None
                rate = zero if rate is NO else rate
                key = (id(band.lower), band.lower_inclusive, id(band.upper), band.upper_inclusive, id(rate))
                bands.append(f.same(band, key, value=rate))
            table = f.same(step.table, (step.table.mode, *map(id, bands)), bands=tuple(bands))
            made.append(f.same(step, (id(table), step.over, step.position, step.accumulator), table=table))
        else:
            made.append(step)
    return made


def _work_deductibles(f: Folding, terms: Sequence[p.Step], changes: Sequence[p.Change]) -> list[p.Step] | None:
    made: list[p.Step] = []
    for step in terms:
        if isinstance(step, p.Deductible):
            value = None if step.repeats else _changed(f, step.value, changes)
            if value is None:
                return None
            value = f.kept.const(0, "money") if value is NO else value
            key = (
                id(value), step.position, step.accumulator, step.chained, id(step.floor), step.count, id(step.ceiling),
                step.taken, step.kept_out,
            )  # fmt: skip
            step = f.same(step, key, value=value)
        made.append(step)
    return made


def _work_caps(f: Folding, terms: Sequence[p.Step], changes: Sequence[p.Change]) -> list[p.Step] | None:
    made: list[p.Step] = []
    for step in terms:
        if isinstance(step, p.PaymentCap):
            value = None if step.removed is not None else _changed(f, step.value, changes)
            if value is None:
                return None
            # A cap that is gone leaves its place, which other steps are counted by.
            step = _GONE if value is NO else f.same(step, (id(value), step.accumulator, step.shared), value=value)
        made.append(step)
    return made


_GONE = p.Round(0, "down", None, NOWHERE)
"""Nothing is rounded."""
_WORK = {"rate": _work_rates, "deductible": _work_deductibles, "cap": _work_caps}
