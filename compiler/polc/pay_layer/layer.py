"""A layer as closures, applied to claims."""

from __future__ import annotations

from collections.abc import Callable

from polc import plan as p
from polc import settlement as r
from polc.arithmetic import Exact, fen, whole
from polc.cut_cost import conditions, try_conditions
from polc.evaluate import Environment, NoValue, collected, collectors, reader, seen
from polc.pay_layer.cost import cost_cap, deductible
from polc.pay_layer.frame import NO_CHANGES, Context, Current, Frame, NotApplicable, Outcome, Run, changed
from polc.pay_layer.limits import payment_cap, times_limit
from polc.pay_layer.payment import bands, fixed_pay, minimum, payment_changes, rate_pay, round_payment, top_up
from polc.pay_layer.tilts import HeldTilt, grouped, tilt_of, without

_STEPS: dict[type, Callable[..., Run]] = {
    p.CostCap: cost_cap, p.Deductible: deductible, p.BandPay: bands, p.RatePay: rate_pay, p.FixedPay: fixed_pay,
    p.TopUp: top_up, p.Minimum: minimum, p.Round: round_payment, p.PaymentCap: payment_cap, p.Times: times_limit,
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
        runs.insert(at + 1, payment_changes)
    return tuple(runs)


class LayerRun:
    """A layer ready to be applied to claims."""

    def __init__(self, layer: p.Layer, accumulators: tuple[p.Accumulator, ...]) -> None:
        self.layer = layer
        context = Context(layer, {a.key: a.period for a in accumulators})
        self._guards = conditions(layer.guards)
        self._tilts = tuple(tilt_of(tilt) for tilt in layer.tilts)
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
                candidate = without(active, rivals, rival)
                tried = self._work(env, current, continued, candidate)
                if rival is not None:
                    pays[id(rival)] = int(tried.pay)
                if best is None or tried.pay > best.pay:
                    best, chosen = tried, candidate
            frame = best or self._work(env, current, continued, chosen)
        else:
            if layer.rule == "first" and rivals:
                chosen = without(active, rivals, rivals[0])
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

    def _work(self, env: Environment, current: Current, continued: Exact, tilts: list[HeldTilt]) -> Frame:
        """The base and the steps under some tilts; `pay` is what is paid in the end, in whole fen."""
        frame = Frame(env, current, grouped(tilts), continued)
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
        except NotApplicable:
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
        frame = Frame(env, current, NO_CHANGES, 0, applies=False)
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
