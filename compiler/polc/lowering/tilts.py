"""Tilts and adjustments: what they change, what happens when several apply, and rates above 100 %."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pol_lang import syntax as s
from pol_lang.source import Span
from polc import plan as p
from polc.lowering.amounts import money_text, value_text
from polc.lowering.context import LayerContext, constant_of, derived, derived_problem
from polc.lowering.expressions import Elaborator
from polc.lowering.folding import constant, leaves_of_cases, simple, standards
from polc.lowering.forks import SeveralTilts
from polc.lowering.structure import (
    NothingToChange,
    TiltAboveOne,
)  # fmt: skip
from polc.lowering.unit_problems import points_or_factor

_CHANGED: dict[str, tuple[tuple[type[s.Line], ...], str, str]] = {
    "deductible": ((s.Deductible,), "起付线", "deductible"),
    "rate": ((s.Rate, s.Bands), "支付比例", "rate"),
    "cap": ((s.Cap,), "封顶线 支付额", "cap payment"),
    "payment": ((s.Rate, s.Bands, s.Pay, s.TopUp, s.Minimum), "支付", "pay"),
}
"""The steps that hold a term that tilts change (a base every layer has), and the words for it."""


def _check_changes(e: Elaborator, tilt: s.Tilt, layer: s.Layer) -> None:
    """Reports changes of terms that the layer does not have. A cap that is not there is as good as removed."""
    for change in tilt.changes:
        kinds, zh, en = _CHANGED.get(change.target, ((s.Line,), "", ""))
        steps = [step for step in layer.steps if isinstance(step, kinds)]
        fitting = [step for step in steps if not isinstance(step, s.Cap) or step.on != "cost"]
        if not fitting and (steps or change.op != "none"):
            e.problems.append(NothingToChange(span=change.span, layer=layer.name.text, term_zh=zh, term_en=en))


def lower_tilt(context: LayerContext, tilt: s.Tilt, layer: s.Layer) -> p.Tilt:
    e = context.e
    _check_changes(e, tilt, layer)
    conditions = [e.condition(x) for x in (tilt.subject, tilt.when) if x is not None]
    name = " ".join(x.span.text for x in (tilt.subject, tilt.when) if x is not None)
    reading = next((r for r in context.program.readings if isinstance(r, s.DerivedReading)), None)
    changes = []
    for change in tilt.changes:
        value = None
        rounding = None
        if change.value is not None:
            value = _change_value(context, layer, change)
            if change.target in ("deductible", "cap") and change.op == "×":
                if reading is None:
                    _ask_derived(context, layer, change, value)
                elif reading.unit is not None and reading.mode is not None:
                    to = constant(e.want(reading.unit, "money"))
                    if isinstance(to, (int, Fraction)):
                        rounding = (int(to), reading.mode)
            elif change.target in ("deductible", "cap"):
                value = derived(context, value, change.value.span)
        changes.append(p.Change(change.target, change.op, value, e.origin(change), rounding))
    condition = conditions[0] if len(conditions) == 1 else p.All(tuple(conditions))
    context.note_favour(tilt.span, condition, layer.name.text, tilt=True)
    kind = "tilt" if tilt.subject is not None else "adjust"
    return p.Tilt(kind, condition, name, tuple(changes), e.origin(tilt))  # type: ignore[arg-type]


def _change_value(context: LayerContext, layer: s.Layer, change: s.Change) -> p.Expr:
    e = context.e
    assert change.value is not None
    if change.op == "×":
        return e.want(change.value, "ratio", "number")
    if change.target == "rate":
        if change.op == "=":
            return e.want(change.value, "ratio")
        value, unit = e.expr(change.value)
        if unit == "ratio":
            e.problems.append(points_or_factor(change.value, 1 if change.op == "+" else -1))
        elif unit != "error" and unit != "points":
            return e.want(change.value, "points")
        return value
    return e.want(change.value, "money")


def _ask_derived(context: LayerContext, layer: s.Layer, change: s.Change, factor: p.Expr) -> None:
    lines = [x for x in layer.steps if isinstance(x, s.Deductible if change.target == "deductible" else s.Cap)]
    ratios = standards(factor) or []
    for line in lines:
        value = getattr(line, "value", None)
        if value is None:
            continue
        count = len(context.e.problems)
        typed = context.e.expr(value)[0]
        del context.e.problems[count:]
        tilted = (amount * ratio for amount in standards(typed) or [] for ratio in ratios)
        odd = next((amount for amount in tilted if amount % 100), None)
        if odd is not None:
            context.e.problems.append(derived_problem(odd, change.span))


def tilt_rule(context: LayerContext, layer: s.Layer, tilts: tuple[p.Tilt, ...]) -> Literal["add", "best", "first"]:
    """How tilts that hold together are taken; asked for where there are several. Adjustments need no rule."""
    written = [x for x in layer.steps if isinstance(x, s.Tilts)]
    if written:
        return written[0].rule
    rivals = [tilt for tilt in tilts if tilt.kind == "tilt"]
    if len(rivals) > 1:
        span = [x for x in layer.steps if isinstance(x, s.Tilt) and x.subject is not None][1].span
        context.e.problems.append(_several(context, layer, rivals, span))
    return "add"


def _several(context: LayerContext, layer: s.Layer, rivals: list[p.Tilt], span: Span) -> SeveralTilts:
    """The question with what each answer pays, worked out from the layer's own figures where they are constant."""
    deductible = constant_of(context, layer, s.Deductible, Fraction(10_000_00))
    rate = constant_of(context, layer, s.Rate, Fraction(6, 10))
    cost = deductible + 20_000_00

    def pays(*taken: p.Tilt) -> Fraction:
        now = {"deductible": deductible, "rate": rate}
        for change in (change for tilt in taken for change in tilt.changes):
            by = constant(change.value) if change.value is not None else None
            if change.target in now and isinstance(by, (int, Fraction)):
                before = now[change.target]
                after = {"×": before * by, "+": before + by, "-": before - by}.get(change.op, Fraction(by))
                now[change.target] = max(Fraction(0), after)
        return max(Fraction(0), cost - now["deductible"]) * min(Fraction(1), now["rate"])

    return SeveralTilts(
        span=span, layer=layer.name.text, cost=money_text(cost), deductible=money_text(deductible),
        rate=value_text(simple(rate), "ratio"), add=money_text(pays(*rivals)),
        best=money_text(max(pays(tilt) for tilt in rivals)), first=money_text(pays(rivals[0])),
    )  # fmt: skip


def check_rates(e: Elaborator, layer: s.Layer, steps: list[p.Step], tilts: tuple[p.Tilt, ...]) -> None:
    rates: list[Fraction] = []
    for step in steps:
        values = (
            [b.value for b in step.table.bands]
            if isinstance(step, p.BandPay)
            else ([step.value] if isinstance(step, p.RatePay) else [])
        )
        for leaf in (leaf for value in values for leaf in leaves_of_cases(value)):
            rate = constant(leaf)
            if isinstance(rate, (int, Fraction)):
                rates.append(Fraction(rate))
    if not rates:
        return
    highest = max(rates)
    lines = [t for t in layer.steps if isinstance(t, s.Tilt)]
    for tilt, line in zip(tilts, lines, strict=True):
        for change, change_line in zip(tilt.changes, line.changes, strict=True):
            by = constant(change.value) if change.value is not None else None
            if change.target != "rate" or not isinstance(by, (int, Fraction)):
                continue
            tilted = {"+": highest + by, "×": highest * by, "=": Fraction(by)}.get(change.op, Fraction(0))
            if tilted > 1:
                e.problems.append(
                    TiltAboveOne(
                        span=change_line.span,
                        rate=value_text(simple(highest), "ratio"),
                        tilted=value_text(simple(tilted), "ratio"),
                    )
                )
