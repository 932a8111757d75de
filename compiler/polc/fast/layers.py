"""From layers to lines of source; the steps are those of `pay_layer`, without what they say.

Theory: what a step carries on (`amount`, `pay`, …) is a piece of source with a denominator known when it is written, so
the lines of a layer run straight through; tilts are choices inside them. A layer with a construct that has no fast way
(`Rare`) is applied by the interpreter's own `LayerRun`, on an environment made up on the spot.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from attrs import define, field

from polc import plan as p
from polc.evaluate import Environment, evaluate, is_constant, unit_of
from polc.fast.cuts import condition_of
from polc.fast.exact import (
    ZERO,
    Code,
    chosen,
    common,
    compared,
    floored,
    larger,
    literal,
    minus,
    multiple,
    not_below_zero,
    plus,
    product,
    scaled,
    smaller,
    to_fen,
)
from polc.fast.scalar import Scalars, may_lack, scaled_text
from polc.pay_layer import LayerRun

NO_LIMIT = Code(str(10**30), 1, True)
"""More than any payment."""


class Rare(Exception):
    """A construct that has no fast way."""


@define(eq=False, repr=False)
class Written:
    """What a layer leaves in the source: the variables of its payment and of the deductible of the stay (None: it takes
    none per admission), and the denominators of what it adds to accumulators."""

    paid: str
    taken: tuple[str, Code] | None
    adds: dict[str, list[int | None]]


Tilted = list[tuple[str, p.Change, Code | None]]
"""Changes of one term: the flag of their tilt, the change, its value."""


@define(eq=False, repr=False)
class _Frame:
    """A layer's running values in the source; the fields are those of the interpreter's frame."""

    changes: dict[str, Tilted] = field(factory=dict)
    before: Code = ZERO
    amount: Code = ZERO
    base: str = "0"
    base_den: int | None = 1
    deductible: Code = ZERO
    applied: Code = ZERO
    pay: Code = ZERO
    room: Code | None = None
    extra: Code = ZERO
    taken: Code | None = None
    entering: bool = True
    adds: dict[str, Code] = field(factory=dict)
    shared: dict[str, Code] = field(factory=dict)


class LayerWriter:
    """Writes one layer. `overflows` are the layers whose eligible cost above caps is read somewhere."""

    def __init__(
        self, scalars: Scalars, layer: p.Layer, accumulators: tuple[p.Accumulator, ...], overflows: frozenset[str]
    ) -> None:
        self.scalars, self.source, self.symbols = scalars, scalars.source, scalars.symbols
        self.layer, self.accumulators, self.overflows = layer, accumulators, overflows
        self.own = [a for a in accumulators if a.owner == layer.name]

    # ------------------------------------------------------------ the layer

    def write(self) -> Written:
        """Writes the lines and lets the symbols go on."""
        mark, scopes = self.source.mark(), [dict(scope) for scope in self.scalars.scopes]
        try:
            self._check()
            return self._straight()
        except Rare:
            self.source.back_to(mark)
            self.scalars.scopes[:] = scopes
            return self._interpreted()

    def _straight(self) -> Written:
        """The layer in lines of its own. Raises `Rare`."""
        layer, source, scalars, symbols = self.layer, self.source, self.scalars, self.symbols
        paid, base = source.name("p"), source.name("b")
        source.line(f"{paid} = 0")
        frame = _Frame(base=base)
        late = layer.base.accumulator is not None and layer.base.every
        if late:
            source.line(f"{base} = 0")
        taken = source.name("d")
        per_claim = any(isinstance(s, p.Deductible) and s.position == "claim" for s in layer.steps)
        if per_claim:
            source.line(f"{taken} = None")
        overflow = source.name("o")
        if layer.name in self.overflows:
            source.line(f"{overflow} = 0")
        condition = condition_of(scalars, tuple(guard.condition for guard in layer.guards))
        lacking = self._may_lack()
        adds: dict[str, list[int | None]] = {}
        with scalars.branch():
            if lacking:
                source.line("try:")
                source.deeper()
            with source.block(f"if {condition}:"), scalars.branch():
                self._tilts(frame)
                self._enter(frame)
                for index, step in enumerate((None, *layer.steps)):
                    if step is not None:
                        self._step(frame, step)
                    if index == self._paid_up():
                        self._payment_changes(frame)
                self._finish(frame, paid, taken, overflow, late, adds)
            if late:
                with source.block("else:"), scalars.branch():
                    value = scaled(not_below_zero(source, scalars(layer.base.value)), frame.base_den)
                    source.line(f"{base} = {value.text}")
            if lacking:
                source.shallower()
                with source.block("except NoValue:"):
                    source.line("pass")
        if late and layer.base.accumulator:
            self._add(layer.base.accumulator, Code(base, frame.base_den), adds)
        symbols.paid[layer.name] = paid
        if layer.payer != symbols.person_field:
            symbols.borne.setdefault(layer.payer, []).append(paid)
        if layer.name in self.overflows:
            symbols.overflow[layer.name] = Code(overflow, frame.extra.den)
        return Written(paid, (taken, frame.taken) if per_claim and frame.taken is not None else None, adds)

    def _check(self) -> None:
        """Raises `Rare` where the layer has to be left to the interpreter."""
        layer = self.layer
        if layer.rule == "best" and any(tilt.kind == "tilt" for tilt in layer.tilts):
            raise Rare
        for change in (change for tilt in layer.tilts for change in tilt.changes):
            if change.value is not None and may_lack(change.value):
                raise Rare
            if change.op == "none" and change.target != "cap":
                raise Rare
        capped = False
        for step in layer.steps:
            if isinstance(step, p.BandPay):
                if step.table.mode != "progressive" or not _sound(step.table):
                    raise Rare
            elif isinstance(step, p.PaymentCap):
                capped = True
                if layer.name in self.overflows:
                    raise Rare
            elif isinstance(step, p.Minimum) and capped:
                raise Rare

    def _may_lack(self) -> bool:
        """Whether a term may have no value, or the layer stop."""
        steps = self.layer.steps
        values = [self.layer.base.value]
        for step in steps:
            if isinstance(step, p.BandPay):
                values += [band.value for band in step.table.bands]
            elif not isinstance(step, p.Round | p.Times):
                values.append(step.value)
            if isinstance(step, p.Deductible):
                values += [repeat.value for repeat in step.repeats]
                values += [value for value in (step.floor, step.ceiling) if value is not None]
        return any(map(may_lack, values)) or any(isinstance(step, p.Times) for step in steps)

    def _interpreted(self) -> Written:
        """The layer applied by the interpreter."""
        source, symbols, layer, key = self.source, self.symbols, self.layer, self.source.constant
        outcome, paid = source.name("o"), source.name("p")
        run = key(LayerRun(layer, self.accumulators))
        current = ", ".join(f"{key(k)}: {scaled_text(code)}" for k, code in symbols.accumulators.items())
        source.line(f"{outcome} = {run}({self.scalars.environment()}, {{{current}}}, 0)")
        source.line(f"{paid} = {outcome}.result.paid")
        symbols.paid[layer.name] = paid
        self._bear(paid)
        if layer.payer != symbols.person_field:
            symbols.borne.setdefault(layer.payer, []).append(paid)
        adds: dict[str, list[int | None]] = {}
        used = [a.key for a in self.own] + [getattr(step, "accumulator", None) for step in layer.steps]
        for name in dict.fromkeys([layer.base.accumulator, *used]):
            if name:
                self._add(name, Code(f"{outcome}.adds.get({key(name)}, 0)"), adds)
        for name in dict.fromkeys(getattr(step, "shared", None) for step in layer.steps):
            if name:
                here = source.name()
                gone = scaled(symbols.shared.get(name, ZERO), None)
                source.line(f"{here} = {gone.text} + {outcome}.shared.get({key(name)}, 0)")
                symbols.shared[name] = Code(here)
        symbols.overflow[layer.name] = Code(f"{outcome}.overflow")
        return Written(paid, (f"{outcome}.taken", Code(f"{outcome}.taken")), adds)

    def _bear(self, paid: str) -> None:
        if self.layer.payer != self.symbols.person_field:
            self.source.line(f"left -= {paid}")

    def _add(self, key: str, amount: Code, adds: dict[str, list[int | None]]) -> None:
        """Adds an amount to an accumulator, over the denominator that it has in this source."""
        now = self.symbols.accumulators[key]
        adds.setdefault(key, []).append(amount.den)
        if now.den is not None and (amount.den is None or now.den % amount.den):
            return  # this source is thrown away: it is written again with a denominator that fits
        self.source.line(f"{now.text} += {scaled(amount, now.den).text}")

    def _finish(
        self, frame: _Frame, paid: str, taken: str, overflow: str, late: bool, adds: dict[str, list[int | None]]
    ) -> None:
        """The payment, and what goes on from the layer."""
        layer, source = self.layer, self.source
        pay = self.scalars.let(to_fen(source, frame.pay))
        limited = chosen(f"{pay.text} <= left", pay, not_below_zero(source, Code("left", 1)))
        source.line(f"{paid} = {limited.text}")
        if not pay.positive:
            source.line(f"if {paid} < 0: refuse()")
        self._bear(paid)
        final, base = dict(frame.adds), layer.base.accumulator
        if base and not late:
            final[base] = Code(frame.base, frame.base_den)
        elif base:
            final.pop(base, None)
        for key in dict.fromkeys(
            [a.key for a in self.own if a.kind == "paid"]
            + [s.accumulator for s in layer.steps if isinstance(s, p.PaymentCap) and s.accumulator]
        ):
            final[key] = plus(final.get(key, ZERO), Code(paid, 1, True))
        for account in self.own:
            if account.kind == "count":
                final[account.key] = Code("1", 1)
            elif account.kind == "deductible":
                final[account.key] = frame.applied
        for key, amount in final.items():
            self._add(key, amount, adds)
        shared = dict(frame.shared)
        for step in layer.steps:
            if isinstance(step, p.PaymentCap) and step.shared and not step.accumulator:
                shared[step.shared] = plus(shared.get(step.shared, ZERO), Code(paid, 1, True))
        self._share(shared)
        if frame.taken is not None:
            source.line(f"{taken} = {frame.taken.text}")
        if layer.name in self.overflows:
            source.line(f"{overflow} = {frame.extra.text}")

    def _share(self, shared: dict[str, Code]) -> None:
        """Adds to what is used of caps shared on one claim; their variables stand from the start."""
        for name, amount in shared.items():
            now = self.symbols.shared[name]
            if now.den is None or (amount.den is not None and now.den % amount.den == 0):
                self.source.line(f"{now.text} += {scaled(amount, now.den).text}")
            else:
                raise Rare

    # ------------------------------------------------------------ tilts and changes

    def _tilts(self, frame: _Frame) -> None:
        source, scalars, layer = self.source, self.scalars, self.layer
        rivals: list[str] = []
        for tilt in layer.tilts:
            condition = condition_of(scalars, (tilt.condition,))
            flag = source.name("t")
            source.line(f"{flag} = {condition}")
            held, changes = flag, []
            for change in tilt.changes:
                value = None
                if change.value is not None:
                    with scalars.branch():
                        value = scalars(change.value)
                        if not is_constant(change.value):
                            value = scalars.let(chosen(held, value, ZERO))
                changes.append((change, value))
            if tilt.kind == "tilt":
                if layer.rule == "first" and rivals:
                    flag = source.name("t")
                    source.line(f"{flag} = {held} and not ({' or '.join(rivals)})")
                rivals.append(held)
            for change, value in changes:
                frame.changes.setdefault(change.target, []).append((flag, change, value))

    def _changed(self, value: Code, changes: Sequence[tuple[str, p.Change, Code | None]]) -> Code:
        """A term after the changes that hold, each never below 0."""
        for flag, change, by in changes:
            assert by is not None
            value = self.scalars.let(value)
            now = product(value, by) if change.op == "×" else by
            if change.op in ("+", "-"):
                now = (plus if change.op == "+" else minus)(value, by)
            if change.rounding is not None:
                now = multiple(self.source, now, *change.rounding)
            value = chosen(flag, not_below_zero(self.source, now), value)
        return value

    def _rate(self, value: Code, changes: Tilted, capped: bool) -> Code:
        """A rate after changes; one that was changed is at most 1."""
        if not changes:
            return value
        value = self.scalars.let(self._changed(value, changes))
        if capped:
            flags = " or ".join(dict.fromkeys(flag for flag, _, _ in changes))
            value = chosen(f"({compared('>', value, literal(1))} and ({flags}))", literal(1), value)
        return self.scalars.let(value)

    def _payment_changes(self, frame: _Frame) -> None:
        frame.pay = self.scalars.let(self._changed(frame.pay, frame.changes.get("payment", [])))

    def _paid_up(self) -> int:
        """After how many steps the payment changes: after the last that pays, or else the last that adds to it."""
        steps = self.layer.steps
        paying = [i for i, step in enumerate(steps, 1) if isinstance(step, p.BandPay | p.RatePay | p.FixedPay)]
        adding = [i for i, step in enumerate(steps, 1) if isinstance(step, p.TopUp | p.Minimum)]
        return (paying or adding or [0])[-1]

    # ------------------------------------------------------------ steps

    def _enter(self, frame: _Frame) -> None:
        base, scalars = self.layer.base, self.scalars
        value = self._changed(scalars(base.value), frame.changes.get("base", []))
        value = not_below_zero(self.source, value)
        if base.accumulator:
            frame.before = self.symbols.accumulators[base.accumulator]
        frame.base_den = value.den
        self.source.line(f"{frame.base} = {value.text}")
        frame.amount = Code(frame.base, value.den, True)
        if any(isinstance(step, p.CostCap) for step in self.layer.steps):  # which may lower the base itself
            name = self.source.name()
            self.source.line(f"{name} = {frame.base}")
            frame.amount = Code(name, value.den, True)

    def _step(self, frame: _Frame, step: p.Step) -> None:
        match step:
            case p.CostCap():
                self._cost_cap(frame, step)
            case p.Deductible():
                self._deductible(frame, step)
            case p.BandPay():
                self._bands(frame, step)
            case p.RatePay():
                rate = self._rate(
                    self.scalars(step.value), frame.changes.get("rate", []), unit_of(step.value) == "ratio"
                )
                self._pays(frame, product(frame.amount, rate))
            case p.FixedPay():
                self._pays(frame, not_below_zero(self.source, self.scalars(step.value)))
            case p.TopUp():
                self._top_up(frame, step)
            case p.Minimum():
                bound = smaller(self.source, self.scalars(step.value), Code(frame.base, frame.base_den, True))
                frame.pay = self.scalars.let(larger(self.source, frame.pay, bound))
            case p.Round():
                self._round(frame, step)
            case p.PaymentCap():
                self._payment_cap(frame, step)
            case p.Times():
                used = self.symbols.accumulators[step.accumulator]
                self.source.line(f"if not {compared('<', used, literal(step.count))}: no_value()")

    def _used(self, key: str | None, shared: str | None) -> Code:
        """What is used of a cap."""
        if key:
            return self.symbols.accumulators[key]
        return self.symbols.shared[shared] if shared else ZERO

    def _room(self, limit: Code, used: Code) -> Code:
        return not_below_zero(self.source, minus(limit, used))

    def _cost_cap(self, frame: _Frame, step: p.CostCap) -> None:
        let, before = self.scalars.let, frame.amount
        limit = let(self.scalars(step.value))
        room = self._room(limit, self._used(step.accumulator, step.shared))
        frame.amount = after = let(smaller(self.source, before, room))
        if frame.entering:
            self.source.line(f"{frame.base} = {after.text}")
            if frame.base_den != after.den:
                raise Rare
        if self.layer.name in self.overflows:
            frame.extra = let(plus(frame.extra, minus(before, after)))
        if step.accumulator:
            frame.adds[step.accumulator] = plus(frame.adds.get(step.accumulator, ZERO), after)
        elif step.shared:
            frame.shared[step.shared] = after

    def _deductible(self, frame: _Frame, step: p.Deductible) -> None:
        scalars, source, let = self.scalars, self.source, self.scalars.let
        effective = scalars(step.value)
        if step.repeats:
            effective = self._repeated(step, let(effective))
        effective = let(not_below_zero(source, self._changed(effective, frame.changes.get("deductible", []))))
        amount = frame.amount
        if step.position == "base":
            end = smaller(source, plus(frame.before, amount), effective)
            applied = minus(end, smaller(source, frame.before, effective)) if frame.before is not ZERO else end
        elif step.position == "own" and step.accumulator:
            open_ = let(minus(effective, self.symbols.accumulators[step.accumulator]))
            applied = not_below_zero(source, smaller(source, amount, open_))
        else:
            applied = smaller(source, amount, effective)
        if step.ceiling is not None:
            room = scalars(step.ceiling)
            if step.taken:
                room = minus(room, self.symbols.accumulators[step.taken])
            applied = not_below_zero(source, smaller(source, applied, room))
        applied = let(Code(applied.text, applied.den, True))
        frame.deductible = effective
        frame.applied = let(plus(frame.applied, applied))
        frame.amount = let(Code(minus(amount, applied).text, common(amount, applied)[0].den, True))
        frame.entering = False
        if step.position == "claim":
            frame.taken = applied

    def _repeated(self, step: p.Deductible, normal: Code) -> Code:
        """The deductible at this admission of the period."""
        let, source = self.scalars.let, self.source
        count = plus(self.symbols.accumulators[step.count], literal(1)) if step.count else literal(1)
        admission = let(count)
        value, fits = normal, []
        for repeat in step.repeats:
            fit = compared(">=", admission, literal(repeat.admission))
            fits.append(fit)
            start = value if step.chained else normal
            with self.scalars.branch():
                by = self.scalars(repeat.value)
            now = product(start, by) if repeat.op == "×" else by if repeat.op == "=" else minus(start, by)
            if not (is_constant(repeat.value) or step.chained):
                raise Rare
            value = let(chosen(fit, not_below_zero(source, now), value))
        if step.floor is not None:
            with self.scalars.branch():
                value = let(chosen(f"({' or '.join(fits)})", larger(source, value, self.scalars(step.floor)), value))
        return value

    def _bands(self, frame: _Frame, step: p.BandPay) -> None:
        source, let, table = self.source, self.scalars.let, step.table
        capped = all(unit_of(band.value) == "ratio" for band in table.bands)
        changes = frame.changes.get("rate", [])
        normal = [let(self.scalars(band.value)) for band in table.bands]
        rates = common(*(self._rate(value, changes, capped) for value in normal))
        over_base = step.over == "base"
        before = frame.before if step.position == "base" else ZERO
        if step.position == "own":
            before = self.symbols.accumulators[step.accumulator or ""]
        if step.position == "claim":
            start = frame.applied if over_base else ZERO
        elif over_base:
            start = plus(before, frame.applied)
        elif step.position == "base":
            start = not_below_zero(source, minus(before, frame.deductible))
        else:
            start = before
        if step.position == "own" and step.accumulator:
            entered = plus(frame.applied, frame.amount) if over_base else frame.amount
            frame.adds[step.accumulator] = plus(frame.adds.get(step.accumulator, ZERO), entered)
        start, amount = common(let(start), frame.amount)
        edges = [self.scalars(band.upper) for band in table.bands if band.upper is not None]
        start, amount, *edges = common(start, amount, *edges)
        start, end, pays = let(start), let(plus(start, amount)), source.name()
        source.line(f"{pays} = 0")
        last = len(table.bands) - 1
        with source.block(f"if {end.text} > {start.text}:"):
            for index, rate in enumerate(rates):
                lower = edges[index - 1].text if index else "0"
                within = [f"{end.text} > {lower}"] if index else []
                low = f"({start.text} if {start.text} > {lower} else {lower})" if index else start.text
                high = end.text
                if index < last:
                    upper = edges[index].text
                    within.append(f"{start.text} < {upper}")
                    high = f"({end.text} if {end.text} < {upper} else {upper})"
                with source.block(f"if {' and '.join(within) or 'True'}:"):
                    stretch = Code(f"({high} - {low})", start.den, True)
                    source.line(f"{pays} += {product(stretch, rate).text}")
        both = None if start.den is None or rates[0].den is None else start.den * rates[0].den
        self._pays(frame, Code(pays, both, all(rate.positive for rate in rates)))

    def _pays(self, frame: _Frame, pays: Code) -> None:
        frame.pay = self.scalars.let(plus(frame.pay, pays))
        frame.room, frame.entering = None, False

    def _top_up(self, frame: _Frame, step: p.TopUp) -> None:
        value = self.scalars(step.value)
        counted = [
            frame.pay if name == self.layer.name else Code(self.symbols.paid.get(name, "0"), 1, True)
            for name in step.counting
        ]
        for amount in counted:
            value = minus(value, amount)
        frame.pay = self.scalars.let(plus(frame.pay, not_below_zero(self.source, value)))
        frame.room = None

    def _round(self, frame: _Frame, step: p.Round) -> None:
        source, before = self.source, frame.pay
        if step.accumulator:
            so_far = self.symbols.accumulators[step.accumulator]
            after = minus(
                multiple(source, plus(so_far, before), step.to, step.mode), multiple(source, so_far, step.to, step.mode)
            )
            after = Code(after.text, after.den, before.positive)
            frame.adds[step.accumulator] = plus(frame.adds.get(step.accumulator, ZERO), before)
        else:
            after = multiple(source, before, step.to, step.mode)
        frame.pay = self.scalars.let(after)
        if frame.room is not None:
            room = frame.room.text
            within = Code(f"({room} - {room} % {step.to})", 1, True)
            frame.pay = self.scalars.let(chosen(compared(">", frame.pay, frame.room), within, frame.pay))

    def _payment_cap(self, frame: _Frame, step: p.PaymentCap) -> None:
        source, let = self.source, self.scalars.let
        used = self._used(step.accumulator, step.shared)
        changes = frame.changes.get("cap", [])
        limit = self.scalars(step.value)
        removed = ""
        for flag, change, by in changes:
            if change.op == "none":
                limit = let(limit)
                removed = f"({removed} or {flag})" if removed else flag
            else:
                limit = self._changed(limit, [(flag, change, by)])
                if change.op == "=" and removed:
                    removed = f"({removed} and not {flag})"
        room = floored(source, self._room(let(limit), used))
        if removed:
            room = chosen(f"not {removed}", room, NO_LIMIT)
        room = let(room)
        frame.room = room if frame.room is None else let(smaller(source, room, frame.room))
        frame.pay = let(smaller(source, frame.pay, room))


def _sound(table: p.BandTable) -> bool:
    """Whether the edges are constant, start at 0 and join."""
    end: object = 0
    for band in table.bands:
        if not (is_constant(band.lower) and (band.upper is None or is_constant(band.upper))):
            return False
        lower = _constant(band.lower)
        upper = None if band.upper is None else _constant(band.upper)
        if end is None or lower != end or (upper is not None and upper < lower):
            return False
        end = upper
    return end is None


def _constant(expr: p.Expr) -> Fraction:
    return Fraction(evaluate(expr, Environment()))  # type: ignore[arg-type]


def denominators(found: Sequence[int | None]) -> int | None:
    """The denominator over which all of these can be added."""
    return None if None in found else lcm(*(den for den in found if den is not None))
