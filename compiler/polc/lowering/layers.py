"""From layers as written to layers of the plan.

Theory: a layer's steps keep their written order. What the author may leave out only where it changes nothing (band
coordinates of a single band, how the rounding to the fen is done) is filled in; everything that changes the money is
asked for (`forks`). Which accumulator a step needs follows from the periods: a deductible in the period of a running
base is used up along that base, one in another period keeps its own count.
"""

from __future__ import annotations

from pol_lang import syntax as s
from pol_lang.problem import Note
from polc import plan as p
from polc.lowering.amounts import money_text
from polc.lowering.closed import reaching
from polc.lowering.context import LayerContext, lower_needs
from polc.lowering.expressions import Elaborator
from polc.lowering.folding import parts_of, walk
from polc.lowering.forks import (
    CopayInBase,
    WhichClaims,
)  # fmt: skip
from polc.lowering.met import settle_met
from polc.lowering.structure import (
    CopayContradiction,
    NoBase,
    NothingPays,
    StepOrder,
    StepTwice,
    TwoBenefits,
)  # fmt: skip
from polc.lowering.terms import lower_steps
from polc.lowering.tilts import check_rates, lower_tilt, tilt_rule

_PAYING = (s.Bands, s.Rate, s.Pay)
_BASIC = "hifp_pay"
_STAGE: dict[type[s.Line], int] = {
    s.Base: 0, s.Deductible: 1, s.Bands: 2, s.Rate: 2, s.Pay: 2, s.Minimum: 3, s.TopUp: 3, s.Rounding: 4,
}  # fmt: skip


def lower_layer(context: LayerContext, layer: s.Layer) -> p.Layer | None:
    """One layer of the plan, None where it lacks a base."""
    e = context.e
    name = layer.name.text
    _check_steps(e, layer)
    bases = [x for x in layer.steps if isinstance(x, s.Base)]
    if not bases:
        e.problems.append(NoBase(span=layer.name.span, layer=name))
        return None
    whens = tuple(x for x in layer.steps if isinstance(x, s.When))
    guards = lower_needs(e, whens)
    for when, guard in zip(whens, guards, strict=True):
        context.note_favour(when.span, guard.condition, name, tilt=False)
    context.reaching = reaching(guards)
    base = _base(context, layer, bases[0], bool(whens))
    parts = parts_of(base.value)
    payer, payer_name = context.bearer(layer.payer)
    _check_copay(context, layer, bases[0], parts, payer)
    _check_two_benefits(context, layer, bases[0], base, parts)
    tilts = tuple(lower_tilt(context, tilt, layer) for tilt in layer.steps if isinstance(tilt, s.Tilt))
    rule = tilt_rule(context, layer, tilts)
    steps = settle_met(context, layer, base, lower_steps(context, layer, bases[0], base), tilts)
    check_rates(e, layer, steps, tilts)
    return p.Layer(name, payer, payer_name, parts, guards, base, tuple(steps), tilts, rule, e.origin(layer))


# ---------------------------------------------------------------- the shape of a layer


def _check_steps(e: Elaborator, layer: s.Layer) -> None:
    stage, latest = -1, ""
    seen: dict[str, s.Step] = {}
    pays = False
    for step in layer.steps:
        word = step.span.text.split()[0]
        pays = pays or isinstance(step, (*_PAYING, s.TopUp, s.Minimum))
        if not isinstance(step, (s.When, s.Tilt, s.Times)):
            kind = "pay" if isinstance(step, _PAYING) else type(step).__name__
            if isinstance(step, s.Cap):
                kind += f"{step.on}{step.period}{step.shared.text if step.shared else ''}"
            if kind in seen:
                note = (Note(seen[kind].span, "先在这里写", "first written here"),)
                e.problems.append(StepTwice(span=step.span, step=word, notes=note))
            seen[kind] = step
        at = _STAGE.get(type(step))
        if isinstance(step, s.Cap):
            at = 2 if step.on == "payment" else None
            if step.on == "cost" and stage >= 2:
                e.problems.append(StepOrder(span=step.span, step=word, other=latest))
            if step.on == "payment" and stage < 2:
                pays_later = any(isinstance(x, (*_PAYING, s.TopUp, s.Minimum)) for x in layer.steps)
                if pays_later:
                    first = next(x for x in layer.steps if isinstance(x, (*_PAYING, s.TopUp, s.Minimum)))
                    note = (Note(first.span, "支付额在这里才算出", "the payment is only known here"),)
                    e.problems.append(StepOrder(span=step.span, step=word, other=layer.name.text, notes=note))
            continue
        if at is None:
            continue
        if at < stage and at < 3:
            e.problems.append(StepOrder(span=step.span, step=word, other=latest))
        elif at >= stage:
            stage, latest = at, word
    if not pays:
        e.problems.append(NothingPays(span=layer.name.span, layer=layer.name.text))


def _base(context: LayerContext, layer: s.Layer, base: s.Base, guarded: bool) -> p.Base:
    e = context.e
    accumulator = context.accumulator(layer.name.text, "base", base.period, base.span)
    if accumulator and guarded and base.claims is None:
        e.problems.append(
            WhichClaims(
                span=base.span,
                layer=layer.name.text,
                each=money_text(800_000),
                every=money_text(300_000),
                qualifying=money_text(0),
            )
        )
    return p.Base(context.e.want(base.value, "money"), accumulator, base.claims != "qualifying", e.origin(base))


def _check_copay(context: LayerContext, layer: s.Layer, base: s.Base, parts: frozenset[str], payer: str) -> None:
    """Asks about the first self-paid share in every base but that of basic insurance, which never takes it in."""
    if "inscope" not in parts or "copay" in parts or "total" in parts:
        return
    first = payer == _BASIC and not any(step.kind == "layer" for step in context.e.earlier)
    reading = next((r for r in context.program.readings if isinstance(r, s.CopayReading)), None)
    if reading is None and not first:
        if context.asked_copay:
            return  # one line in the readings answers for all layers
        context.asked_copay = True
        context.e.problems.append(
            CopayInBase(
                span=base.span, layer=layer.name.text, outside=money_text(1_200_000), inside=money_text(1_320_000)
            )
        )
    elif reading is not None and reading.inside and not first:
        note = (Note(reading.span, "口径在这里", "the reading stands here"),)
        context.e.problems.append(CopayContradiction(span=base.span, layer=layer.name.text, notes=note))


def _check_two_benefits(
    context: LayerContext, layer: s.Layer, line: s.Base, base: p.Base, parts: frozenset[str]
) -> None:
    read = {node.layer for node in walk(base.value) if isinstance(node, p.Paid)}
    if any(isinstance(node, (p.Left, p.Overflow)) for node in walk(base.value)):
        return
    for step in context.e.earlier:
        overlap = step.parts & parts or ("total" in parts and step.parts) or "total" in step.parts
        if step.kind == "layer" and overlap and step.name not in read:
            context.e.problems.append(TwoBenefits(span=line.span, layer=layer.name.text, earlier=step.name))
