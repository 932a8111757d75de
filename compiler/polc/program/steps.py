"""The steps of a layer as statements; each is that of the same name in `pay_layer`."""

from __future__ import annotations

from collections.abc import Callable

from attrs import define, field

from polc import plan as p
from polc.evaluate import unit_of
from polc.program import bands
from polc.program.above import Paying, above
from polc.program.exact import (
    NOTHING,
    Code,
    at_most,
    chosen,
    compared,
    floored,
    larger,
    literal,
    minus,
    multiple,
    never_negative,
    not_below_zero,
    plus,
    product,
    smaller,
    total,
)
from polc.program.making import NO, joined, negated
from polc.program.nodes import Node
from polc.program.scalar import Scalars
from polc.program.tilts import Changes, changed, changed_or_none, changed_rate


@define(eq=False, repr=False)
class Frame:
    """A layer's running values; the fields are those of the interpreter's frame. `room` is what a cap leaves of the
    payment (None: nothing limits it), `unlimited` where it does not limit after all; `excess` where the part
    of the base's running sum above the deductible starts and ends with this claim, and how long it is."""

    changes: Changes
    before: Code = NOTHING
    within: Code = NOTHING
    cut: Code = NOTHING
    amount: Code = NOTHING
    base: Code = NOTHING
    excess: tuple[Code, Code, Code] | None = None
    applied: Code = NOTHING
    pay: Code = NOTHING
    room: Code | None = None
    unlimited: Node = NO
    extra: Code = NOTHING
    above: Code = NOTHING
    taken: Code | None = None
    entering: bool = True
    paying: Paying | None = None
    adds: dict[str, Code] = field(factory=dict)
    shared: dict[str, Code] = field(factory=dict)


class Steps:
    """Writes the steps of one layer. `overflow`: its eligible cost above caps is read; `based` is told what entered
    wherever that counts even if the layer then does not apply."""

    def __init__(self, scalars: Scalars, layer: p.Layer, overflow: bool, based: Callable[[Code], None] | None) -> None:
        self.scalars, self.build, self.symbols = scalars, scalars.build, scalars.symbols
        self.layer, self.overflow, self.based = layer, overflow, based

    def enter(self, frame: Frame) -> None:
        """The base, after its changes."""
        base = self.layer.base
        value = changed_or_none(self.build, self.scalars(base.value), frame.changes.get("base", []))
        if base.accumulator:
            frame.before = self.scalars.read(self.symbols.accumulators[base.accumulator])
        self._entered(frame, self.build.hold(not_below_zero(value)))

    def _entered(self, frame: Frame, amount: Code) -> None:
        frame.amount = frame.base = amount
        if self.based is not None:
            self.based(amount)

    def step(self, frame: Frame, step: p.Step) -> None:
        """One step."""
        match step:
            case p.CostCap():
                self._cost_cap(frame, step)
            case p.Deductible():
                self._deductible(frame, step)
            case p.BandPay():
                self._bands(frame, step)
            case p.RatePay():
                self._rate(frame, step)
            case p.FixedPay():
                self._pays(frame, not_below_zero(self.scalars(step.value)))
                frame.paying = None
            case p.TopUp():
                self._top_up(frame, step)
            case p.Minimum():
                self._minimum(frame, step)
            case p.Round():
                self._round(frame, step)
            case p.PaymentCap():
                self._payment_cap(frame, step)
            case p.Times():
                used = self.scalars.read(self.symbols.accumulators[step.accumulator])
                self.build.lacks_where(compared(">=", used, literal(step.count)))

    # ------------------------------------------------------------ cost

    def _used(self, key: str | None, shared: str | None) -> Code:
        """What is used of a cap."""
        if key:
            return self.scalars.read(self.symbols.accumulators[key])
        return self.scalars.read(self.symbols.shared[shared]) if shared else NOTHING

    def _cost_cap(self, frame: Frame, step: p.CostCap) -> None:
        hold, before = self.build.hold, frame.amount
        limit = hold(self.scalars(step.value))
        room = not_below_zero(minus(limit, self._used(step.accumulator, step.shared)))
        after = hold(smaller(before, room))
        if frame.entering:
            self._entered(frame, after)
        frame.amount = after
        if self.overflow:
            frame.extra = hold(plus(frame.extra, never_negative(minus(before, after))))
        if step.accumulator:
            frame.adds[step.accumulator] = plus(frame.adds.get(step.accumulator, NOTHING), after)
        elif step.shared:
            frame.shared[step.shared] = after

    def _deductible(self, frame: Frame, step: p.Deductible) -> None:
        scalars, build = self.scalars, self.build
        effective = scalars(step.value)
        if step.repeats:
            effective = self._repeated(step, build.hold(effective))
        effective = changed_or_none(build, effective, frame.changes.get("deductible", []))
        effective = build.hold(not_below_zero(effective))
        amount = frame.amount
        if step.position == "base" and step.ceiling is None:
            self._over_sum(frame, effective)
            return
        if step.position == "base":
            end = smaller(plus(frame.before, amount), effective)
            frame.within = build.hold(smaller(frame.before, effective))
            applied = never_negative(minus(end, frame.within))
        elif step.position == "register" and step.accumulator:
            used = scalars.read(self.symbols.accumulators[step.accumulator])
            if step.kept_out:
                missing = build.hold(not_below_zero(minus(effective, used)))
                used = plus(used, smaller(scalars.read(self.symbols.accumulators[step.kept_out]), missing))
            frame.within = build.hold(used)
            applied = not_below_zero(smaller(amount, minus(effective, frame.within)))
        elif step.position == "own" and step.accumulator:
            used = scalars.read(self.symbols.accumulators[step.accumulator])
            applied = not_below_zero(smaller(amount, minus(effective, used)))
        else:
            applied = smaller(amount, effective)
        if step.ceiling is not None:
            room = scalars(step.ceiling)
            if step.taken:
                room = minus(room, scalars.read(self.symbols.accumulators[step.taken]))
            applied = not_below_zero(smaller(applied, room))
        applied = build.hold(applied)
        frame.cut = build.hold(plus(frame.within, applied)) if step.position == "register" else effective
        frame.applied = build.hold(plus(frame.applied, applied))
        frame.amount = build.hold(never_negative(minus(amount, applied)))
        frame.entering = False
        if step.position == "claim":
            frame.taken = applied

    def _over_sum(self, frame: Frame, effective: Code) -> None:
        """A deductible at the start of a running sum: what is above it goes on."""
        hold = self.build.hold
        start = hold(not_below_zero(minus(frame.before, effective)))
        end = hold(not_below_zero(minus(plus(frame.before, frame.amount), effective)))
        after = hold(at_most(never_negative(minus(end, start)), frame.amount))
        applied = hold(at_most(never_negative(minus(frame.amount, after)), frame.amount))
        frame.within, frame.cut = never_negative(minus(frame.before, start)), effective
        frame.excess = start, end, after
        frame.applied = hold(plus(frame.applied, applied))
        frame.amount, frame.entering = after, False

    def _repeated(self, step: p.Deductible, normal: Code) -> Code:
        """The deductible at this admission of the period."""
        build, scalars = self.build, self.scalars
        count = scalars.read(self.symbols.accumulators[step.count]) if step.count else NOTHING
        admission = build.hold(plus(count, literal(1)))
        value, fits = normal, []
        for repeat in step.repeats:
            fit = build.let(compared(">=", admission, literal(repeat.admission)), "t")
            fits.append(fit)
            start = value if step.chained else normal
            with scalars.branch():
                by = scalars(repeat.value)
                now = product(start, by) if repeat.op == "×" else by if repeat.op == "=" else minus(start, by)
            value = chosen(fit, not_below_zero(now), value)
            if step.chained:
                value = build.hold(value)
        if step.floor is not None:
            value = build.hold(value)
            with scalars.branch():
                value = chosen(joined(False, fits), larger(value, scalars(step.floor)), value)
        return value

    # ------------------------------------------------------------ pay

    def _bands(self, frame: Frame, step: p.BandPay) -> None:
        build, scalars, table = self.build, self.scalars, step.table
        over_base, at_once = step.over == "base", table.mode != "progressive"
        capped = table.mode != "lump" and all(unit_of(band.value) == "ratio" for band in table.bands)
        edges = bands.edges_of(scalars, table, build.hold)
        if not bands.sound(table):
            build.refuse_where(bands.broken(edges))
        normal = [build.hold(scalars(band.value)) for band in table.bands]
        rates = [changed_rate(build, value, frame.changes.get("rate", []), capped) for value in normal]
        own = scalars.read(self.symbols.accumulators[step.accumulator]) if step.accumulator else NOTHING
        before = {"claim": NOTHING, "base": frame.before, "own": own}[step.position]
        cut = NOTHING
        if step.position == "claim":
            start = cut = frame.applied if over_base else NOTHING
        elif over_base:
            start, cut = plus(before, frame.applied), frame.cut
        elif step.position == "base":
            start = not_below_zero(minus(before, frame.within))
        else:
            start = before
        if step.position == "own" and step.accumulator:
            entered = plus(frame.applied, frame.amount) if over_base else frame.amount
            frame.adds[step.accumulator] = plus(frame.adds.get(step.accumulator, NOTHING), entered)
        if frame.excess and frame.excess[2] is frame.amount and step.position == "base" and not over_base:
            start, end, _ = frame.excess
        else:
            start = build.hold(start)
            end = build.hold(plus(start, frame.amount))
        if at_once:
            full = bands.at_once(table.mode, edges, rates, cut, end)
            gone = bands.at_once(table.mode, edges, rates, cut, start)
            pays = not_below_zero(minus(full, gone))
        else:
            pays = bands.progressive(edges, rates, start, end, frame.amount)
        shift = frame.pay
        self._pays(frame, pays)
        frame.paying = Paying(table.mode, edges, rates, cut, start, frame.amount, shift, literal(1))

    def _rate(self, frame: Frame, step: p.RatePay) -> None:
        rate = self.scalars(step.value)
        rate = changed_rate(self.build, rate, frame.changes.get("rate", []), unit_of(step.value) == "ratio")
        if self.overflow:
            rate = self.build.hold(rate)
        shift = frame.pay
        self._pays(frame, product(frame.amount, rate))
        edge = bands.Edge(NOTHING, True, None, False)
        frame.paying = Paying("progressive", [edge], [rate], NOTHING, NOTHING, frame.amount, shift, literal(1))

    def _pays(self, frame: Frame, pays: Code) -> None:
        frame.pay = self.build.hold(plus(frame.pay, pays))
        frame.room, frame.unlimited, frame.entering = None, NO, False

    def paid_up(self) -> int:
        """After how many steps the payment changes: after the last that pays, or else the last that adds to it."""
        steps = self.layer.steps
        paying = [i for i, step in enumerate(steps, 1) if isinstance(step, p.BandPay | p.RatePay | p.FixedPay)]
        adding = [i for i, step in enumerate(steps, 1) if isinstance(step, p.TopUp | p.Minimum)]
        return (paying or adding or [0])[-1]

    def payment_changes(self, frame: Frame) -> None:
        """The changes of the payment by tilts."""
        build, paying = self.build, frame.paying
        for one in frame.changes.get("payment", []):
            before = frame.pay
            frame.pay = after = build.hold(changed_or_none(build, before, [one]))
            if not self.overflow or paying is None:
                continue
            scale, shift = paying.scale, paying.shift
            if one.change.op == "×" and one.by is not None:
                paying.scale = build.hold(chosen(one.flag, product(scale, one.by), scale))
                paying.shift = build.hold(chosen(one.flag, product(shift, one.by), shift))
            elif one.change.op in ("+", "-"):
                paying.shift = build.hold(plus(shift, minus(after, before)))
            else:
                paying.scale = build.hold(chosen(one.flag, NOTHING, scale))
                paying.shift = build.hold(chosen(one.flag, after, shift))

    def _raised(self, frame: Frame, before: Code) -> None:
        """The payment was raised by an amount that no band pays."""
        if self.overflow and frame.paying is not None:
            frame.paying.shift = self.build.hold(plus(frame.paying.shift, minus(frame.pay, before)))

    def _top_up(self, frame: Frame, step: p.TopUp) -> None:
        terms = [(1, self.scalars(step.value))]
        for name in step.counting:
            paid = self.symbols.paid.get(name)
            if name == self.layer.name:
                terms.append((-1, frame.pay))
            elif paid is not None:
                terms.append((-1, self.build.code(paid)))
        before = frame.pay
        frame.pay = self.build.hold(plus(before, not_below_zero(total(terms))))
        frame.room, frame.unlimited = None, NO
        self._raised(frame, before)

    def _minimum(self, frame: Frame, step: p.Minimum) -> None:
        before = frame.pay
        bound = smaller(self.scalars(step.value), frame.base)
        frame.pay = self.build.hold(larger(before, bound))
        if frame.room is not None:
            raised = compared(">", frame.pay, before)
            frame.unlimited = self.build.let(joined(False, (frame.unlimited, raised)), "t")
        self._raised(frame, before)

    def _round(self, frame: Frame, step: p.Round) -> None:
        build, before = self.build, frame.pay
        if step.accumulator:
            so_far = self.scalars.read(self.symbols.accumulators[step.accumulator])
            after = minus(multiple(plus(so_far, before), step.to, step.mode), multiple(so_far, step.to, step.mode))
            after = never_negative(after) if before.positive else after
            frame.adds[step.accumulator] = plus(frame.adds.get(step.accumulator, NOTHING), before)
        else:
            after = multiple(before, step.to, step.mode)
        frame.pay = build.hold(after)
        if frame.room is not None:
            within = multiple(frame.room, step.to, "down")
            beyond = joined(True, (negated(frame.unlimited), compared(">", frame.pay, frame.room)))
            frame.pay = build.hold(chosen(beyond, within, frame.pay))

    def _payment_cap(self, frame: Frame, step: p.PaymentCap) -> None:
        build = self.build
        without = NO if step.removed is None else build.let(self.scalars.condition(step.removed), "t")
        limit, removed = changed(build, self.scalars(step.value), frame.changes.get("cap", []), without)
        removed = build.let(removed, "t")
        left = not_below_zero(minus(limit, self._used(step.accumulator, step.shared)))
        room, before = build.hold(floored(left)), frame.pay
        frame.pay = build.hold(chosen(removed, before, smaller(before, room)))
        if self.overflow and frame.paying is not None:
            capped = joined(True, (negated(removed), compared(">", before, room)))
            name = build.name("o")
            build.assign(name, frame.above.node)
            with build.when(capped):
                build.assign(name, above(build, frame.paying, room).node)
            frame.above = Code(build.get(name))
        if frame.room is not None:
            both = chosen(removed, frame.room, smaller(room, frame.room))
            room = build.hold(chosen(frame.unlimited, room, both))
            removed = build.let(joined(True, (frame.unlimited, removed)), "t")
        frame.room, frame.unlimited = room, removed
