"""One layer on one claim, on a region: the same steps as `polc.pay_layer`; what is rounded is the region's to say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from polc import plan as p
from polc.arithmetic import rounded
from polc.evaluate import unit_of
from polc.shape.above import Paying, above
from polc.shape.claim import Claim, NoValue, Run
from polc.shape.linear import Amount, Linear, NotLinear, Number
from polc.shape.values import holds, progressive, stepwise, value

_ONE_BAND = ((0, True, None, False),)
_PAYS = (p.BandPay, p.RatePay, p.FixedPay)


@frozen(eq=False, repr=False, slots=False)
class Paid:
    """A layer with what is known of it beforehand: accumulators that count what it pays, claims on which it applies or
    pays, deductibles and the cost of claims that it was kept out of, after which step changes of the payment apply, and
    whether anything reads what lies above its caps."""

    layer: p.Layer
    paid: tuple[str, ...]
    counts: tuple[str, ...]
    payments: tuple[str, ...]
    deductibles: tuple[str, ...]
    kept_out: tuple[str, ...]
    change_after: int
    flows: bool


def made_ready(layer: p.Layer, accumulators: Sequence[p.Accumulator], flows: bool) -> Paid:
    """The layer made ready to be run."""
    own = [a for a in accumulators if a.owner == layer.name]
    capped = [s.accumulator for s in layer.steps if isinstance(s, p.PaymentCap) and s.accumulator]
    paying = [i for i, step in enumerate(layer.steps) if isinstance(step, _PAYS)]
    topping = [i for i, step in enumerate(layer.steps) if isinstance(step, p.TopUp | p.Minimum)]
    return Paid(
        layer,
        tuple(dict.fromkeys([a.key for a in own if a.kind == "paid"] + capped)),
        tuple(a.key for a in own if a.kind == "count"),
        tuple(a.key for a in own if a.kind == "payments"),
        tuple(a.key for a in own if a.kind == "deductible"),
        tuple(step.kept_out for step in layer.steps if isinstance(step, p.Deductible) and step.kept_out),
        (paying or topping or [-1])[-1],
        flows,
    )


def run_layer(ready: Paid, run: Run, claim: Claim) -> None:
    """Applies the layer to the claim."""
    layer = ready.layer
    for i, guard in enumerate(layer.guards):
        held = holds(guard.condition, run, claim)
        if claim.arms is not None:
            claim.arms.add((layer.name, "guard", str(i), "holds" if held else "fails"))
        if not held:
            claim.paid[layer.name] = 0
            if layer.base.every and layer.base.accumulator:
                try:
                    _kept_out(ready, claim, run.region.larger(value(layer.base.value, run, claim), 0))
                except NoValue:
                    return
            return
    active: list[p.Tilt] = []
    for i, tilt in enumerate(layer.tilts):
        held = holds(tilt.condition, run, claim)
        if claim.arms is not None:
            claim.arms.add((layer.name, "tilt", str(i), "applies" if held else "not"))
        if held:
            active.append(tilt)
    rivals = [tilt for tilt in active if tilt.kind == "tilt"]
    if layer.rule == "best" and rivals:
        done = _Work(ready, run, claim, [t for t in active if t is rivals[0] or t not in rivals])
        for rival in [*rivals[1:], None]:
            tried = _Work(ready, run, claim, [t for t in active if t is rival or t not in rivals])
            if run.region.sign(tried.pay - done.pay) > 0:
                done = tried
    elif layer.rule == "first" and rivals:
        done = _Work(ready, run, claim, [t for t in active if t is rivals[0] or t not in rivals])
    else:
        done = _Work(ready, run, claim, active)
    if done.applies:
        _take(ready, run, claim, done)
        return
    if claim.arms is not None:
        claim.arms.add((layer.name, "case", "", "none"))
    claim.paid[layer.name] = 0
    _kept_out(ready, claim, done.base)


def _take(ready: Paid, run: Run, claim: Claim, done: _Work) -> None:
    """Lets the claim go on with what the layer paid."""
    layer, adds = ready.layer, claim.adds
    paid = run.region.smaller(done.pay, claim.left)
    if paid is not done.pay:
        claim.bound = True
    claim.paid[layer.name] = paid
    if ready.flows:
        claim.overflow[layer.name] = done.extra + done.above
    for key, amount in done.adds.items():
        adds[key] = adds.get(key, 0) + amount
    for key in ready.counts:
        adds[key] = adds.get(key, 0) + 1
    for key in ready.payments:
        adds[key] = adds.get(key, 0) + (1 if run.region.sign(paid) > 0 else 0)
    for key in ready.deductibles:
        adds[key] = adds.get(key, 0) + done.applied
    for key in ready.paid:
        adds[key] = adds.get(key, 0) + paid
    for cap, amount in done.shared.items():
        claim.shared[cap] = claim.shared.get(cap, 0) + amount
    for step in layer.steps:
        if isinstance(step, p.PaymentCap) and step.shared and not step.accumulator:
            claim.shared[step.shared] = claim.shared.get(step.shared, 0) + paid
    if layer.payer != run.person:
        claim.borne[layer.payer] = claim.borne.get(layer.payer, 0) + paid
        claim.left = claim.left - paid


def _kept_out(ready: Paid, claim: Claim, amount: Amount) -> None:
    """The layer pays nothing; what entered it still counts where every claim does."""
    base = ready.layer.base
    keys = (base.accumulator, *ready.kept_out) if base.accumulator and base.every else ready.kept_out
    for key in keys:
        claim.adds[key] = claim.adds.get(key, 0) + amount


class _Work:
    """The base and the steps under some tilts: payment, what accumulators gain, eligible cost above the caps; and
    whether the layer applies after all, which it does not where a term has no value."""

    def __init__(self, ready: Paid, run: Run, claim: Claim, tilts: Sequence[p.Tilt]) -> None:
        self.run, self.claim, self.region, self.ready = run, claim, run.region, ready
        self.changes = [change for tilt in tilts for change in tilt.changes]
        self.adds: dict[str, Amount] = {}
        self.shared: dict[str, Amount] = {}
        self.extra: Amount = 0
        self.above: Amount = 0
        self.pay: Amount = 0
        self.within: Amount = 0
        self.cut: Amount = 0
        self.applied: Amount = 0
        self.paying: Paying | None = None
        self.scale: Amount = 1
        self.shift: Amount = 0
        self.room: Amount | None = None
        self.entering = True
        self.base: Amount = 0
        self.applies = True
        try:
            self.work()
        except NoValue:
            self.applies, self.pay = False, 0

    def work(self) -> None:
        """Everything in order. Raises `NoValue` where a term has none."""
        ready, run, claim = self.ready, self.run, self.claim
        base, layer = ready.layer.base, ready.layer
        found = value(base.value, run, claim)
        changed = self.changed("base", found)
        self.amount: Amount = self.region.larger(0 if changed is None else changed, 0)
        self.base = self.amount
        self.base_before = run.before(base.accumulator, claim)
        if ready.change_after < 0:
            self.change_payment()
        for i, step in enumerate(layer.steps):
            _STEPS[type(step)](self, i, step)
            if i == ready.change_after:
                self.change_payment()
        self.pay = self.region.larger(self.region.rounded(self.pay, 1, "half_up"), 0)
        self.gain(base.accumulator, self.base)

    def value(self, e: p.Expr) -> Any:
        return e.value if type(e) is p.Const else value(e, self.run, self.claim)

    def arm(self, kind: str, place: int, way: str) -> None:
        if self.claim.arms is not None:
            self.claim.arms.add((self.ready.layer.name, kind, str(place), way))

    def gain(self, key: str | None, amount: Amount) -> None:
        if key:
            known = self.adds.get(key)
            self.adds[key] = amount if known is None else known + amount

    # ------------------------------------------------------------ changes by tilts

    def changed(self, target: str, amount: Amount | None) -> Amount | None:
        """A term after the changes of the tilts, never below 0; None where it was removed."""
        now = amount
        for change in self.changes:
            if change.target == target:
                now = self.change(now, change)
        return now

    def change(self, now: Amount | None, change: p.Change) -> Amount | None:
        if change.op == "none":
            return None
        assert change.value is not None
        by = self.value(change.value)
        if change.op == "=":
            now = by
        elif now is not None:
            now = now * by if change.op == "×" else now + by if change.op == "+" else now - by
        if now is None:
            return None
        if change.rounding is not None:
            if isinstance(now, Linear) and not now.is_constant:
                now = self.region.rounded(now, *change.rounding)
            else:
                now = rounded(now.constant if isinstance(now, Linear) else now, *change.rounding)
        return self.region.larger(now, 0)

    def rate(self, e: p.Expr, capped: bool) -> Number:
        """A band's rate after the changes of the tilts. Raises `NotLinear` where it hangs on an amount."""
        rate = self.value(e)
        if self.changes and any(change.target == "rate" for change in self.changes):
            changed = self.changed("rate", rate)
            rate = 0 if changed is None else self.region.smaller(changed, 1) if capped else changed
        if isinstance(rate, Linear):
            if not rate.is_constant:
                raise NotLinear
            return rate.constant
        return rate  # type: ignore[no-any-return]

    def change_payment(self) -> None:
        for change in self.changes:
            if change.target != "payment":
                continue
            before, self.pay = self.pay, self.change(self.pay, change) or 0
            if change.op == "×" and change.value is not None:
                by = self.value(change.value)
                self.scale, self.shift = self.scale * by, self.shift * by
            elif change.op in ("+", "-"):
                self.shift = self.shift + (self.pay - before)
            else:
                self.scale, self.shift = 0, self.pay

    # ------------------------------------------------------------ steps

    def cost_cap(self, at: int, step: p.CostCap) -> None:
        region, together = self.region, None if step.accumulator else step.shared
        used = self.claim.shared.get(together, 0) if together else self.run.before(step.accumulator, self.claim)
        room = region.larger(self.value(step.value) - used, 0)
        after = region.smaller(self.amount, room)
        if self.claim.arms is not None:
            self.arm("cost_cap", at, "binds" if region.sign(self.amount - after) > 0 else "free")
        if self.ready.flows:
            self.extra = self.extra + (self.amount - after)
        self.amount = after
        if self.entering:
            self.base = after
        self.gain(step.accumulator, after)
        if together:
            self.shared[together] = after

    def take_deductible(self, at: int, step: p.Deductible) -> None:
        region, run, claim, amount = self.region, self.run, self.claim, self.amount
        full: Amount = self.value(step.value)
        if step.repeats:
            count = run.before(step.count, claim) + 1 if step.count else 1
            fitting = [x for x in step.repeats if region.sign(count - x.admission) >= 0]
            for repeat in fitting if step.chained else fitting[-1:]:
                by = self.value(repeat.value)
                full = full * by if repeat.op == "×" else by if repeat.op == "=" else region.larger(full - by, 0)
            if fitting and step.floor is not None:
                full = region.larger(full, self.value(step.floor))
        changed = self.changed("deductible", full) if self.changes else full
        effective = region.larger(0 if changed is None else changed, 0)
        if step.position == "base":
            before = self.base_before
            self.within = used = region.smaller(before, effective)
            applied = region.smaller(before + amount, effective) - used
        else:
            used = run.before(step.accumulator, claim)
            if step.position == "register":
                missing = region.larger(effective - used, 0)
                self.within = used = used + region.smaller(run.before(step.kept_out, claim), missing)
            applied = region.smaller(amount, region.larger(effective - used, 0))
        if step.ceiling is not None:
            room = region.larger(self.value(step.ceiling) - run.before(step.taken, claim), 0)
            applied = region.smaller(applied, room)
        if claim.arms is not None and region.sign(effective) > 0:
            self.arm("deductible", at, "used up" if region.sign(amount - applied) > 0 else "open")
        self.cut = used + applied if step.position == "register" else effective
        self.applied = self.applied + applied
        self.amount = amount - applied
        self.entering = False

    def pays(self, paid: Amount, paying: Paying | None, scale: Amount = 1) -> None:
        self.shift = self.pay if scale else self.pay + paid
        self.pay = self.pay + paid
        self.paying, self.scale, self.entering, self.room = paying, scale, False, None

    def bands(self, at: int, step: p.BandPay) -> None:
        region, over_base, mode = self.region, step.over == "base", step.table.mode
        capped = mode != "lump" and all(unit_of(band.value) == "ratio" for band in step.table.bands)
        edges = [
            (self.value(b.lower), b.lower_inclusive, None if b.upper is None else self.value(b.upper),
             b.upper_inclusive) for b in step.table.bands
        ]  # fmt: skip
        rates = [self.rate(band.value, capped) for band in step.table.bands]
        cut: Amount = 0
        start: Amount
        if step.position == "claim":
            start = cut = self.applied if over_base else 0
        elif over_base:
            own = self.run.before(step.accumulator, self.claim)
            start = (self.base_before if step.position == "base" else own) + self.applied
            cut = self.cut
        elif step.position == "base":
            start = region.larger(self.base_before - self.within, 0)
        else:
            start = self.run.before(step.accumulator, self.claim)
        amount, end = self.amount, start + self.amount
        if step.position == "own":
            self.gain(step.accumulator, self.applied + amount if over_base else amount)
        if mode == "progressive":
            paid, entered = progressive(region, edges, rates, start, end)
            if self.claim.arms is not None:
                for i, inside in enumerate(entered):
                    self.arm("band", at, f"{i} {'entered' if inside else 'not'}")
        else:
            full, inside_of = stepwise(region, mode, edges, rates, cut, end)
            if inside_of >= 0:
                self.arm("band", at, f"{inside_of} entered")
            paid = region.larger(full - stepwise(region, mode, edges, rates, cut, start)[0], 0)
        self.pays(paid, Paying(mode, edges, rates, cut, start, amount) if self.ready.flows else None)

    def rate_pay(self, at: int, step: p.RatePay) -> None:
        rate = self.rate(step.value, unit_of(step.value) == "ratio")
        flows = self.ready.flows
        self.pays(self.amount * rate, Paying("progressive", _ONE_BAND, [rate], 0, 0, self.amount) if flows else None)

    def fixed_pay(self, at: int, step: p.FixedPay) -> None:
        self.pays(self.region.larger(self.value(step.value), 0), None, 0)

    def top_up(self, at: int, step: p.TopUp) -> None:
        so_far: Amount = 0
        for name in step.counting:
            so_far = so_far + (self.pay if name == self.ready.layer.name else self.claim.paid.get(name, 0))
        missing = self.region.larger(self.value(step.value) - so_far, 0)
        if self.claim.arms is not None:
            self.arm("top_up", at, "pays" if self.region.sign(missing) > 0 else "not")
        self.pay, self.room = self.pay + missing, None
        if self.ready.flows:
            self.shift = self.shift + missing

    def minimum(self, at: int, step: p.Minimum) -> None:
        floor = self.region.smaller(self.value(step.value), self.base)
        if self.claim.arms is not None:
            self.arm("minimum", at, "binds" if self.region.sign(floor - self.pay) > 0 else "free")
        after = self.region.larger(self.pay, floor)
        if after is not self.pay:
            self.room = None
        if self.ready.flows:
            self.shift = self.shift + (after - self.pay)
        self.pay = after

    def payment_cap(self, at: int, step: p.PaymentCap) -> None:
        without = step.removed is not None and holds(step.removed, self.run, self.claim)
        limit = self.changed("cap", None if without else self.value(step.value))
        if limit is None:
            self.arm("cap", at, "removed")
            return
        together = None if step.accumulator else step.shared
        used = self.claim.shared.get(together, 0) if together else self.run.before(step.accumulator, self.claim)
        room = self.region.larger(limit - used, 0)
        if self.region.to_the_fen:
            room = self.region.rounded(room, 1, "down")
            self.room = room if self.room is None else self.region.smaller(room, self.room)
            if not self.ready.flows:
                self.pay = self.region.smaller(self.pay, room)
                return
        binds = self.region.sign(self.pay - room) > 0
        self.arm("cap", at, "binds" if binds else "free")
        if binds:
            self.pay = room
            if self.ready.flows:
                self.above = above(self.region, self.paying, self.scale, room - self.shift)

    def times(self, at: int, step: p.Times) -> None:
        if self.region.sign(self.run.before(step.accumulator, self.claim) - step.count) >= 0:
            self.arm("times", at, "used up")
            raise NoValue
        self.arm("times", at, "free")

    def rounding(self, at: int, step: p.Round) -> None:
        """Left out where a shape is exact but for rounding."""
        region = self.region
        if not step.to or not region.to_the_fen:
            return
        if step.accumulator:
            before = self.run.before(step.accumulator, self.claim)
            after = region.rounded(before + self.pay, step.to, step.mode) - region.rounded(before, step.to, step.mode)
            self.gain(step.accumulator, self.pay)
        else:
            after = region.rounded(self.pay, step.to, step.mode)
        if self.room is not None:  # never above what a cap leaves
            after = region.smaller(after, region.rounded(self.room, step.to, "down"))
        self.pay = after


_STEPS: dict[type, Any] = {
    p.CostCap: _Work.cost_cap, p.Deductible: _Work.take_deductible, p.BandPay: _Work.bands,
    p.RatePay: _Work.rate_pay, p.FixedPay: _Work.fixed_pay, p.TopUp: _Work.top_up, p.Minimum: _Work.minimum,
    p.PaymentCap: _Work.payment_cap, p.Times: _Work.times, p.Round: _Work.rounding,
}  # fmt: skip
