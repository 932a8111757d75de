"""The section of one layer: every step with its numbers, what it pays, why it pays nothing."""

from __future__ import annotations

from collections.abc import Iterator

from polc import plan as p
from polc import settlement as s
from polc.explain import paying, terms
from polc.explain.document import Section
from polc.explain.figures import machine_money, money
from polc.explain.formula import symbolic
from polc.explain.here import Here
from polc.explain.lines import Lines, facts, guard, saw_is, seen_json
from polc.explain.observed import observed
from polc.explain.reasons import why_nothing
from polc.explain.replay import Reached
from polc.explain.tilts import tilt
from polc.explain.wording import Words


def layer_section(result: s.LayerResult, claim: s.ClaimSettlement, reached: Reached, number: str, w: Words) -> Section:
    """The section of a layer."""
    lines = Lines(number)
    here = Here(lines, result, claim, reached, w)
    kept_out = any(isinstance(step, s.GuardStep) and not step.held for step in result.steps)
    for step in shown_steps(here):
        add_step(here, step)
    reason = why_nothing(result, w)
    if reason and not kept_out:
        lines.add("reason", w("why"), [reason], tone="bad", origins=[], data=facts(reason=reason))
    lines.add(
        "paid",
        w("paid"),
        amount=result.paid,
        code="benefit",
        tone="result",
        data=facts(paid=machine_money(result.paid)),
    )
    add_left(lines, result.left, result.paid, result.payer == claim.bearers[-1][0], w)
    return Section(
        number, "layer", w.label(result.name), tuple(lines.lines), level=2, note=payer(result, w),
        amount=money(result.paid), origins=(result.origin,),
        data={
            "layer": result.name, "payer": result.payer, "payer_name": result.payer_name, "applies": result.applies,
            "paid": machine_money(result.paid), "left": machine_money(result.left),
        },
    )  # fmt: skip


def add_left(lines: Lines, left: int, gone: int, by_person: bool, w: Words) -> None:
    """The line of what is left to the person once `gone` was borne by another."""
    before = left if by_person else left + gone
    text = [f"{money(before)} − {money(gone)}"] if gone and not by_person else []
    if gone and by_person:
        text = [w("left_person")]
    lines.add(
        "left", w("left"), text, left, code="memberliability", tone="quiet",
        data=facts(before=machine_money(before), left=machine_money(left)),
    )  # fmt: skip


def shown_steps(here: Here) -> Iterator[s.LayerStep]:
    """The steps worth a line: of a layer kept out by a condition only that one (and the base that counts all the same),
    nothing behind a deductible that is not reached (unless the cost within it counts for bands), no rounding that
    changes nothing."""
    result = here.result
    counted = any(isinstance(x, p.BandPay) and x.accumulator and x.over == "base" for x in here.layer.steps)
    failed = next((step for step in result.steps if isinstance(step, s.GuardStep) and not step.held), None)
    if failed is not None:
        yield failed
        yield from (step for step in result.steps if isinstance(step, s.BaseStep) and step.before is not None)
        return
    for step in result.steps:
        if isinstance(step, s.RoundStep) and step.before == step.after and step.running is None:
            continue
        yield step
        if isinstance(step, s.DeductibleStep) and step.after <= 0 and not counted and not any(map(_pays, result.steps)):
            break


def _pays(step: s.LayerStep) -> bool:
    """Whether a step gives a payment."""
    match step:
        case s.BandsStep(pays=pays) | s.RateStep(pays=pays) | s.FixedStep(pays=pays) | s.TopUpStep(pays=pays):
            return pays > 0
        case s.FactorStep(after=after) | s.MinimumStep(after=after):
            return after > 0
    return False


def payer(result: s.LayerResult, w: Words) -> str:
    """Who pays the layer, with the field."""
    if result.payer_name in ("", result.payer):
        return w("paid_by_field", field=result.payer)
    return w("paid_by", name=w.name(result.payer_name), field=result.payer)


def add_step(here: Here, step: s.LayerStep) -> None:
    """The line of one step."""
    match step:
        case s.GuardStep():
            guard(here.lines, step, here.w)
        case s.BaseStep():
            terms.base(here, step)
        case s.TiltStep():
            tilt(here, step)
        case s.CostCapStep():
            terms.cost_cap(here, step)
        case s.DeductibleStep():
            terms.deductible(here, step)
        case s.BandsStep():
            paying.bands(here, step)
        case s.RateStep():
            paying.rate(here, step)
        case s.FixedStep():
            paying.fixed(here, step)
        case s.FactorStep():
            paying.factor(here, step)
        case s.TopUpStep():
            paying.top_up(here, step)
        case s.MinimumStep():
            paying.minimum(here, step)
        case s.RoundStep():
            paying.round_off(here, step)
        case s.PaymentCapStep():
            terms.payment_cap(here, step)
        case s.TimesStep():
            _times(here, step)
        case s.NoCaseStep():
            _no_case(here, step)
        case s.LimitedStep():
            paying.limited(here, step)


def _times(here: Here, step: s.TimesStep) -> None:
    w = here.w
    word = "times_paid_is" if step.counts == "paid" else "times_is"
    text = [w(word, period=w(step.period), allowed=step.allowed, used=step.used)]
    here.lines.add(
        "times", w("times"), text, origins=[step.origin], tone="plain" if step.held else "bad",
        data=facts(allowed=step.allowed, used=step.used, held=step.held, period=step.period,
        counts=step.counts),
    )  # fmt: skip


def _no_case(here: Here, step: s.NoCaseStep) -> None:
    w = here.w
    told = w("no_case_is", term=w(f"t_{step.term}"), formula=symbolic(step.expression, w))
    saw = saw_is(step.expression, observed(step.expression, step.seen, w), w)
    here.lines.add(
        "no_case", w("no_case"), [told, saw], origins=[step.origin], tone="bad",
        data=facts(term=step.term, formula=symbolic(step.expression, w), seen=seen_json(step.seen)),
    )  # fmt: skip
