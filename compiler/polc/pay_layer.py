"""One layer applied to a claim: what it pays, and every step on the way.

Theory: a layer's steps become closures over a `Frame` that carries two running amounts, the eligible cost that goes on
(`amount`) and the payment (`pay`). A frame only reads the state of the claim, so that a layer can be tried under
several tilts; the result says what to add to accumulators, and the caller adds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Literal

from attrs import define, field, frozen

from polc import plan as p
from polc import settlement as r
from polc.arithmetic import (
    Edge,
    Exact,
    ceil,
    containing,
    deductible_left,
    deductible_over_sum,
    fen,
    floor,
    lump,
    overlap,
    reach_lump,
    reach_progressive,
    reach_whole_amount,
    rounded,
    times,
    whole,
    whole_amount,
    within_deductible,
)
from polc.cut_cost import conditions, try_conditions
from polc.evaluate import (
    Environment,
    NoValue,
    band_edges,
    band_values,
    collected,
    collectors,
    first_failed,
    is_constant,
    reader,
    seen,
    unit_of,
)

Current = Mapping[str, Exact]
Change = tuple[str, Exact | None, p.Origin, tuple[int, p.Mode] | None]
"""How a term changes: operation, by what, from where, and how the result is rounded."""
Changes = tuple[Change, ...]

_TERMS = {"deductible": "deductible", "rate": "rate", "cap": "cap", "base": "base", "payment": "pay"}
_NO_CHANGES: dict[str, Changes] = {}


@frozen(eq=False, repr=False, slots=False)
class Outcome:
    """What a layer did: its result, what to add to which accumulator and to which cap shared on this claim, the
    eligible cost above its caps, and the per-admission deductible of the stay taken so far (None: it takes none)."""

    result: r.LayerResult
    adds: Mapping[str, Exact]
    shared: Mapping[str, Exact]
    overflow: Exact
    taken: Exact | None


class _Stop(Exception):
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
    return now, _origins(changes)


def _rate(value: Exact, changes: Changes | None, capped: bool) -> Exact:
    now = changed(value, changes)[0]
    if now is None:
        return 0
    return 1 if capped and changes and now > 1 else now


def _origins(changes: Changes | None) -> tuple[p.Origin, ...]:
    return tuple([change[2] for change in changes]) if changes else ()


# ---------------------------------------------------------------- steps


def _cost_cap(step: p.CostCap, context: Context) -> Run:
    value_of, key = reader(step.value), step.accumulator
    period = _period(context, key)
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


def _deductible(step: p.Deductible, context: Context) -> Run:
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
    period = _period(context, key)
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


def _bands(step: p.BandPay, context: Context) -> Run:
    table, key, over_base, position = step.table, step.accumulator, step.over == "base", step.position
    edges_of, values_of, mode = band_edges(table), band_values(table), table.mode
    capped = mode != "lump" and all(unit_of(band.value) == "ratio" for band in table.bands)
    origins = tuple(band.origin for band in table.bands)
    period = _period(context, {"claim": None, "base": context.layer.base.accumulator, "own": key}[position])

    def run(frame: Frame) -> None:
        env, amount = frame.env, frame.amount
        frame.term, frame.origin = "rate", step.origin
        edges, normal = edges_of(env), values_of(env)
        changes = frame.changes.get("rate")
        rates = tuple([_rate(value, changes, capped) for value in normal]) if changes else normal
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
            r.BandsStep(step.over, mode, start, end, tuple(rows), pays, _origins(changes), period, step.origin)
        )

    return run


_ONE_BAND: tuple[Edge, ...] = ((0, True, None, False),)


def _pays(
    frame: Frame, pays: Exact, bands: tuple[str, tuple[Edge, ...], tuple[Exact, ...], Exact, Exact, Exact]
) -> None:
    frame.shift = frame.pay
    frame.pay = whole(frame.pay + pays)
    frame.bands, frame.scale, frame.room, frame.entering = bands, 1, None, False


def _rate_pay(step: p.RatePay, context: Context) -> Run:
    value_of, collect, capped = reader(step.value), collectors(step.value), unit_of(step.value) == "ratio"

    def run(frame: Frame) -> None:
        frame.term, frame.origin = "rate", step.origin
        normal: Exact = value_of(frame.env)
        changes = frame.changes.get("rate")
        rate = _rate(normal, changes, capped) if changes else normal
        amount = frame.amount
        pays = times(amount, rate)
        _pays(frame, pays, ("progressive", _ONE_BAND, (rate,), 0, 0, amount))
        frame.steps.append(
            r.RateStep(
                normal, rate, amount, pays, _origins(changes), step.value, collected(collect, frame.env), step.origin
            )
        )

    return run


def _fixed_pay(step: p.FixedPay, context: Context) -> Run:
    value_of, collect = reader(step.value), collectors(step.value)

    def run(frame: Frame) -> None:
        frame.term, frame.origin = "pay", step.origin
        pays = max(0, value_of(frame.env))
        frame.shift = frame.pay = whole(frame.pay + pays)
        frame.bands, frame.scale, frame.room, frame.entering = None, 0, None, False
        frame.steps.append(r.FixedStep(step.value, collected(collect, frame.env), pays, step.origin))

    return run


def _payment_changes(frame: Frame) -> None:
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


def _top_up(step: p.TopUp, context: Context) -> Run:
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


def _minimum(step: p.Minimum, context: Context) -> Run:
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


def _round(step: p.Round, context: Context) -> Run:
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


def _payment_cap(step: p.PaymentCap, context: Context) -> Run:
    value_of, key = reader(step.value), step.accumulator
    removed_of = None if step.removed is None else reader(step.removed)
    period = _period(context, key)
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


def _times(step: p.Times, context: Context) -> Run:
    key, period = step.accumulator, _period(context, step.accumulator)

    def run(frame: Frame) -> None:
        used = int(frame.current[key])
        held = used < step.count
        frame.steps.append(r.TimesStep(step.count, used, held, period, step.counts, step.origin))
        if not held:
            raise _Stop

    return run


def _period(context: Context, key: str | None) -> p.Period:
    return context.period_of[key] if key else "admission"


_STEPS: dict[type, Callable[..., Run]] = {
    p.CostCap: _cost_cap, p.Deductible: _deductible, p.BandPay: _bands, p.RatePay: _rate_pay, p.FixedPay: _fixed_pay,
    p.TopUp: _top_up, p.Minimum: _minimum, p.Round: _round, p.PaymentCap: _payment_cap, p.Times: _times,
}  # fmt: skip
_PAYING = (p.BandPay, p.RatePay, p.FixedPay)


def _runs(context: Context) -> tuple[Run, ...]:
    """The layer's steps as closures, the changes of the payment after the last step that pays."""
    steps = context.layer.steps
    runs = [_STEPS[type(step)](step, context) for step in steps]
    if any(change.target == "payment" for tilt in context.layer.tilts for change in tilt.changes):
        paying = [i for i, step in enumerate(steps) if isinstance(step, _PAYING)]
        topping = [i for i, step in enumerate(steps) if isinstance(step, p.TopUp | p.Minimum)]
        at = (paying or topping or [-1])[-1]
        runs.insert(at + 1, _payment_changes)
    return tuple(runs)


# ---------------------------------------------------------------- tilts


@frozen(eq=False, repr=False, slots=False)
class _Held:
    """A tilt on this claim: its changes with their values, or the change that has none."""

    tilt: p.Tilt
    held: bool
    changes: tuple[r.ChangeShown, ...]
    lacking: tuple[str, NoValue, p.Origin] | None
    seen: r.Seen
    failed: p.Expr | None


def _tilt(tilt: p.Tilt) -> Callable[[Environment], _Held]:
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

    def held(env: Environment) -> _Held:
        try:
            holds = bool(condition(env))
        except NoValue:
            holds = False
        saw = collected(collect, env)
        if not holds:
            return _Held(tilt, False, fixed or (), None, saw, first_failed(tilt.condition, env))
        if fixed is not None:
            return _Held(tilt, True, fixed, None, saw, None)
        shown: list[r.ChangeShown] = []
        for change, value, unit in values:
            try:
                by = None if value is None else value(env)
            except NoValue as error:
                return _Held(tilt, True, tuple(shown), (_TERMS[change.target], error, change.origin), saw, None)
            shown.append(r.ChangeShown(change.target, change.op, by, unit, change.origin))
        return _Held(tilt, True, tuple(shown), None, saw, None)

    return held


def _grouped(tilts: list[_Held]) -> Mapping[str, Changes]:
    """The changes of tilts by what they change, in written order."""
    if not tilts:
        return _NO_CHANGES
    grouped: dict[str, Changes] = {}
    for held in tilts:
        for shown, change in zip(held.changes, held.tilt.changes, strict=False):
            made = (shown.op, shown.value, shown.origin, change.rounding)
            grouped[shown.target] = (*grouped.get(shown.target, ()), made)
    return grouped


def _without(active: list[_Held], rivals: list[_Held], chosen: _Held | None) -> list[_Held]:
    """What applies where one of the rival tilts is chosen (None: none of them), in written order."""
    return [held for held in active if held is chosen or held not in rivals]


# ---------------------------------------------------------------- the layer


class LayerRun:
    """A layer ready to be applied to claims."""

    def __init__(self, layer: p.Layer, accumulators: tuple[p.Accumulator, ...]) -> None:
        self.layer = layer
        context = Context(layer, {a.key: a.period for a in accumulators})
        self._guards = conditions(layer.guards)
        self._tilts = tuple(_tilt(tilt) for tilt in layer.tilts)
        self._base = reader(layer.base.value)
        self._base_seen = collectors(layer.base.value)
        self._runs = _runs(context)
        own = [a for a in accumulators if a.owner == layer.name]
        self._paid_keys = tuple(
            dict.fromkeys(
                [a.key for a in own if a.kind == "paid"]
                + [s.accumulator for s in layer.steps if isinstance(s, p.PaymentCap) and s.accumulator]
            )
        )
        self._shared_on_claim = tuple(
            s.shared for s in layer.steps if isinstance(s, p.PaymentCap) and s.shared and not s.accumulator
        )
        self._count_keys = tuple(a.key for a in own if a.kind == "count")
        self._payment_keys = tuple(a.key for a in own if a.kind == "payments")
        self._deductible_keys = tuple(a.key for a in own if a.kind == "deductible")
        self._kept_out_keys = tuple(s.kept_out for s in layer.steps if isinstance(s, p.Deductible) and s.kept_out)

    def __call__(self, env: Environment, current: Current, continued: Exact) -> Outcome:
        """Applies the layer. `current` are the accumulators, `continued` the per-admission deductible that earlier
        claims of the same stay took; neither they nor the environment are changed. Raises `Problems` where the claim
        cannot be settled."""
        layer = self.layer
        steps: list[r.LayerStep] = []
        guards: list[r.GuardStep] = []
        passes = try_conditions(self._guards, env, guards)
        steps.extend(guards)
        if not passes:
            return self._kept_out(env, current, steps)
        if not self._tilts:
            frame = self._work(env, current, continued, [])
            return self._outcome(frame, steps)
        held = [tilt(env) for tilt in self._tilts]
        chosen = active = [tilt for tilt in held if tilt.held]
        rivals = [tilt for tilt in active if tilt.tilt.kind == "tilt"]
        pays: dict[int, int] = {}
        if layer.rule == "best" and rivals:
            best: Frame | None = None
            for rival in [*rivals, None]:
                candidate = _without(active, rivals, rival)
                tried = self._work(env, current, continued, candidate)
                if rival is not None:
                    pays[id(rival)] = int(tried.pay)
                if best is None or tried.pay > best.pay:
                    best, chosen = tried, candidate
            frame = best or self._work(env, current, continued, chosen)
        else:
            if layer.rule == "first" and rivals:
                chosen = _without(active, rivals, rivals[0])
            frame = self._work(env, current, continued, chosen)
        for tilt in held:
            steps.append(
                r.TiltStep(
                    tilt.tilt.kind,
                    tilt.tilt.name,
                    tilt.held,
                    tilt in chosen,
                    tilt.failed,
                    tilt.seen,
                    tilt.changes,
                    pays.get(id(tilt)),
                    tilt.tilt.origin,
                )
            )
        return self._outcome(frame, steps)

    def _work(self, env: Environment, current: Current, continued: Exact, tilts: list[_Held]) -> Frame:
        """The base and the steps under some tilts; `pay` is what is paid in the end, in whole fen."""
        frame = Frame(env, current, _grouped(tilts), continued)
        try:
            self._enter(frame)
            for tilt in tilts:
                if tilt.lacking is not None:
                    frame.term, error, frame.origin = tilt.lacking
                    raise error
            for run in self._runs:
                run(frame)
        except NoValue as error:
            frame.steps.append(
                r.NoCaseStep(
                    frame.term,  # type: ignore[arg-type]
                    error.cases,
                    seen(error.cases, env),
                    frame.origin or self.layer.origin,
                )
            )
            frame.applies = False
        except _Stop:
            frame.applies = False
        if not frame.applies:
            frame.pay = 0
            return frame
        pay = fen(frame.pay)
        if pay > env.left:
            left = max(0, env.left)
            frame.steps.append(r.LimitedStep(pay, left, self.layer.origin))
            pay = left
        frame.pay = pay
        return frame

    def _enter(self, frame: Frame) -> None:
        base = self.layer.base
        frame.term, frame.origin = "base", base.origin
        result: Exact = self._base(frame.env)
        amount = result
        changes = frame.changes.get("base")
        if changes:
            amount = changed(result, changes)[0] or 0
        if amount < 0:
            amount = 0
        before: Exact | None = None
        if base.accumulator:
            frame.before = before = frame.current[base.accumulator]
        frame.amount = frame.base = amount
        frame.steps.append(
            r.BaseStep(base.value, collected(self._base_seen, frame.env), result, amount, before, base.origin)
        )

    def _kept_out(self, env: Environment, current: Current, steps: list[r.LayerStep]) -> Outcome:
        """A guard failed: nothing is paid; the base still counts where every claim does."""
        frame = Frame(env, current, _NO_CHANGES, 0, applies=False)
        if self.layer.base.every:
            try:
                self._enter(frame)
            except NoValue as error:
                frame.steps.append(r.NoCaseStep("base", error.cases, seen(error.cases, env), self.layer.base.origin))
        return self._outcome(frame, steps)

    def _outcome(self, frame: Frame, steps: list[r.LayerStep]) -> Outcome:
        layer, adds, base = self.layer, frame.adds, self.layer.base
        paid = int(frame.pay) if frame.applies else 0
        left = frame.env.left if layer.payer == frame.env.person_field else frame.env.left - paid
        steps += frame.steps
        result = r.LayerResult(
            layer.name, layer.payer, layer.payer_name, frame.applies, paid, left, tuple(steps), layer.origin
        )
        if not frame.applies:
            late = {base.accumulator: frame.base} if base.accumulator and base.every else {}
            late.update((key, frame.base) for key in self._kept_out_keys)
            return Outcome(result, late, {}, 0, None)
        if base.accumulator:
            adds[base.accumulator] = frame.base
        for key in self._paid_keys:
            adds[key] = adds.get(key, 0) + paid
        for name in self._shared_on_claim:
            frame.shared[name] = frame.shared.get(name, 0) + paid
        for key in self._count_keys:
            adds[key] = 1
        for key in self._payment_keys:
            adds[key] = 1 if paid else 0
        for key in self._deductible_keys:
            adds[key] = frame.applied
        return Outcome(result, adds, frame.shared, whole(frame.extra + frame.above), frame.taken)
