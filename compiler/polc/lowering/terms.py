"""The terms of a layer: deductible, bands, caps, and the accumulators they need."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pol_lang import syntax as s
from polc import plan as p
from polc.lowering.amounts import money_text, value_text
from polc.lowering.closed import check_closed
from polc.lowering.context import LayerContext, constant_of, depends_on_identity, derived
from polc.lowering.folding import as_money, constant, without_value
from polc.lowering.forks import (
    BandCoordinates,
    BandMode,
    CapObject,
    HowOften,
    RepeatChain,
    WhatCounts,
    band_sample,
)  # fmt: skip
from polc.lowering.structure import (
    NeedsConstant,
    NotAlongBase,
    OverflowNowhere,
)  # fmt: skip
from polc.lowering.table_problems import RateAboveOne
from polc.lowering.written import figures_of


def lower_steps(context: LayerContext, layer: s.Layer, base_line: s.Base, base: p.Base) -> list[p.Step]:
    e = context.e
    name = layer.name.text
    deductible: p.Deductible | None = None
    deductible_line: s.Deductible | None = None
    steps: list[p.Step] = []
    for step in layer.steps:
        if isinstance(step, s.Deductible):
            deductible_line = step
            deductible = _deductible(context, layer, base_line, step)
            steps.append(deductible)
        elif isinstance(step, s.Bands):
            steps.append(_bands(context, layer, base_line, deductible_line, deductible, step))
        elif isinstance(step, s.Rate):
            steps.append(p.RatePay(context.term(step.value, "largest", "ratio"), e.origin(step)))
            _check_rates(context, step.value)
        elif isinstance(step, s.Pay):
            steps.append(p.FixedPay(context.term(step.value, "largest", "money"), e.origin(step)))
        elif isinstance(step, s.TopUp):
            counting = []
            for word in step.counting:
                if word.text == name or any(x.kind == "layer" and x.name == word.text for x in e.earlier):
                    counting.append(word.text)
                else:
                    e.unknown(word.text, word.span, [x.name for x in e.earlier])
            steps.append(p.TopUp(context.term(step.value, "largest", "money"), tuple(counting), e.origin(step)))
        elif isinstance(step, s.Minimum):
            steps.append(p.Minimum(context.term(step.value, "largest", "money"), e.origin(step)))
        elif isinstance(step, s.Rounding):
            to = constant(e.want(step.unit, "money"))
            if not isinstance(to, (int, Fraction)) or to <= 0 or to % 1:
                e.problems.append(NeedsConstant(span=step.unit.span))
                to = 1
            period = base_line.period if base_line.period not in (None, "admission") else "year"
            key = context.accumulator(name, "exact", period, step.span) if step.running else None
            steps.append(p.Round(int(to), step.mode, key, e.origin(step)))
        elif isinstance(step, s.Cap):
            cap = _cap(context, layer, step)
            if cap:
                steps.append(cap)
        elif isinstance(step, s.Times):
            if step.counts is None:
                _ask_counts(context, layer, step)
            kind = "payments" if step.counts == "paid" else "count"
            key = context.accumulator(name, kind, step.period, step.span)
            steps.append(p.Times(step.count, key or f"{name}.{kind}", step.counts or "applied", e.origin(step)))
    check_closed(context, layer, steps)
    if not any(isinstance(x, p.Round) for x in steps):
        last = max(
            (i for i, x in enumerate(steps) if isinstance(x, (p.BandPay, p.RatePay, p.FixedPay, p.TopUp, p.Minimum))),
            default=-1,
        )
        steps.insert(last + 1, p.Round(1, "half_up", None, e.origin(layer)))
    return steps


def _ask_counts(context: LayerContext, layer: s.Layer, step: s.Times) -> None:
    pays = constant_of(context, layer, s.Pay, Fraction(0))
    if not pays:
        pays = 10_000_00 * constant_of(context, layer, s.Rate, Fraction(6, 10))
    context.e.problems.append(
        WhatCounts(span=step.span, layer=layer.name.text, count=step.count, next=step.count + 1, pays=money_text(pays))
    )


def _deductible(context: LayerContext, layer: s.Layer, base: s.Base, line: s.Deductible) -> p.Deductible:
    e = context.e
    name = layer.name.text
    value = derived(context, context.term(line.value, "smallest", "money"), line.value.span)
    context.closed.append((line.span.text.split()[0], value, line.value.span))
    period = line.period
    if period is None:
        amount = constant(value)
        shown = amount if isinstance(amount, (int, Fraction)) else 1_000_000
        e.problems.append(
            HowOften(
                span=line.span, what_zh="起付线", what_en="deductible",
                admission=money_text(2 * shown),
                year=money_text(shown),
            )
        )  # fmt: skip
        period = "admission"
    own = None
    position = _position(context, base, line, period)
    if position in ("own", "register"):
        own = context.accumulator(name, "deductible", period, line.span)
    repeats: list[p.Repeat] = []
    rule: s.RepeatRule | None = None
    counted: s.RepeatCount | None = None
    floor = ceiling = None
    taken = None
    for repeat in line.repeats:
        if isinstance(repeat, s.Repeat):
            unit = "ratio" if repeat.op == "×" else "money"
            repeated = e.want(repeat.value, unit, *(("number",) if repeat.op == "×" else ()))
            repeats.append(p.Repeat(repeat.admission, repeat.op, repeated, e.origin(repeat)))  # type: ignore[arg-type]
        elif isinstance(repeat, s.RepeatRule):
            rule = repeat
        elif isinstance(repeat, s.RepeatCount):
            counted = repeat
        elif repeat.kind == "floor":
            floor = e.want(repeat.value, "money")
        else:
            ceiling = e.want(repeat.value, "money")
            taken = context.accumulator(name, "deductible", repeat.period, repeat.span)
    factors = [r for r in repeats if r.op == "×"]
    if len(factors) >= 2 and rule is None:
        product = Fraction(1)
        for factor in factors:
            part = constant(factor.value)
            product *= part if isinstance(part, (int, Fraction)) else 1
        last = constant(factors[-1].value)
        amount = constant(value)
        start = amount if isinstance(amount, (int, Fraction)) else 100_000
        e.problems.append(
            RepeatChain(
                span=line.span, chained=money_text(start * product),
                original=money_text(start * (last if isinstance(last, (int, Fraction)) else 1)),
            )
        )  # fmt: skip
    count = None
    if repeats:
        count = context.accumulator(
            name, "count", counted.period if counted else "year", line.span, counted.start if counted else None
        )
    return p.Deductible(
        value, position, own, tuple(repeats), rule is not None and rule.chained, floor, count, ceiling, taken,
        e.origin(line),
    )  # fmt: skip


def _check_rates(context: LayerContext, value: s.Expr) -> None:
    """Reports rates above 100 %, where they are written."""
    for figure in figures_of(context.program, value):
        if figure.unit == "ratio" and isinstance(figure.value, Fraction) and figure.value > 1:
            context.e.problems.append(RateAboveOne(span=figure.span, rate=value_text(figure.value, "ratio")))


def _position(
    context: LayerContext, base: s.Base, line: s.Deductible, period: s.Period
) -> Literal["claim", "base", "own", "register"]:
    """How a deductible is used up, by the periods that are written and, along the base, by what the author says."""
    if period != "admission" and base.period == period:
        return "register" if line.met_by == "deductions" else "base"
    if line.met_by == "cost" or (line.met_by and period == "admission"):
        words = ("按累计费用", "by cost so far") if line.met_by == "cost" else ("按累计扣除", "by deductions so far")
        context.e.problems.append(NotAlongBase(span=line.span, word_zh=words[0], word_en=words[1]))
    return "claim" if period == "admission" else "own"


def _bands(
    context: LayerContext,
    layer: s.Layer,
    base: s.Base,
    deductible_line: s.Deductible | None,
    deductible: p.Deductible | None,
    line: s.Bands,
) -> p.BandPay:
    e = context.e
    name = layer.name.text
    over, mode, period = line.options.over, line.options.mode, line.options.period
    bands, statement = line.bands, layer.name.text
    declared: s.Line = line
    if line.name is not None:
        symbol = context.program.symbols.get(line.name.text)
        if symbol is None or symbol.kind != "bands":
            names = [n for n, x in context.program.symbols.items() if x.kind == "bands"]
            e.unknown(line.name.text, line.name.span, names)
            bands = ()
        else:
            table_line, bands, options = e.band_table(symbol)
            declared = table_line
            statement = symbol.name
            if options:
                over, mode, period = over or options.over, mode or options.mode, period or options.period
    lump = bool(bands) and all(e.expr(b.value)[1] == "money" for b in bands)
    asked_mode = mode
    if mode is None and lump:
        mode = "lump"
    table, _ = e.bands(statement, bands, mode or "progressive", "money", declared)
    single = len(table.bands) <= 1
    amount = constant(deductible.value) if deductible else 0
    sample = band_sample(table, amount if isinstance(amount, (int, Fraction)) else 2_000_000, over)
    if over is None and not single and deductible is not None:
        shown = (
            (money_text(sample.cost), money_text(sample.over_excess), money_text(sample.over_base))
            if sample
            else ("?", "?", "?")
        )
        e.problems.append(BandCoordinates(span=line.span, amount=shown[0], excess=shown[1], base=shown[2]))
    if asked_mode is None and not single and not lump:
        paid = (sample.over_base if over == "base" else sample.over_excess) if sample else 0
        shown = (money_text(sample.cost), money_text(paid), money_text(sample.whole)) if sample else ("?", "?", "?")
        e.problems.append(BandMode(span=line.span, amount=shown[0], progressive=shown[1], whole=shown[2]))
    for band in table.bands:
        context.note_competing(band.value, line.span, "ratio")
    if context.by_item:
        table = p.BandTable(
            table.name, table.mode,
            tuple(
                p.Band(b.lower, b.lower_inclusive, b.upper, b.upper_inclusive,
                       p.BestOf(b.value, "largest", "ratio") if depends_on_identity(b.value) else b.value, b.origin)
                for b in table.bands
            ),
            table.origin,
        )  # fmt: skip
    period = period or (deductible_line.period if deductible_line else None) or base.period or "admission"
    running = base.period not in (None, "admission")
    accumulator = None
    if period == "admission":
        position = "claim"
    elif running and base.period == period and (deductible is None or deductible.position in ("base", "register")):
        position = "base"
    else:
        position = "own"
        accumulator = context.accumulator(name, "excess", period, line.span)
    return p.BandPay(table, over or "excess", position, accumulator, e.origin(line))  # type: ignore[arg-type]


def _cap(context: LayerContext, layer: s.Layer, line: s.Cap) -> p.Step | None:
    e = context.e
    name = layer.name.text
    overflow = line.overflow.text if line.overflow else None
    if line.overflow is not None:
        _check_overflow(context, layer, line.overflow)
    if line.shared is not None:
        known = context.shared.get(line.shared.text)
        if known is None:
            e.unknown(line.shared.text, line.shared.span, context.shared)
            return None
        statement = context.program.symbols[line.shared.text].statement
        assert isinstance(statement, s.SharedCap)
        value = context.term(statement.value, "largest", "money")
        kind = p.CostCap if line.on == "cost" else p.PaymentCap
        if line.on is None:
            _cap_object(context, line, value)
        return kind(value, known[0], line.shared.text, overflow, e.origin(line))
    assert line.value is not None
    value, removed = _limit(context, line)
    value = derived(context, value, line.value.span)
    context.closed.append((line.span.text.split()[0], value, line.value.span))
    period = line.period
    if line.on is None:
        _cap_object(context, line, value)
    if period is None:
        amount = constant(value)
        shown = amount if isinstance(amount, (int, Fraction)) else 10_000_000
        e.problems.append(
            HowOften(
                span=line.span, what_zh="封顶线", what_en="cap",
                admission=money_text(2 * shown),
                year=money_text(shown),
            )
        )  # fmt: skip
        period = "admission"
    if line.on == "cost":
        return p.CostCap(value, context.accumulator(name, "cost", period, line.span), None, overflow, e.origin(line))
    key = context.accumulator(name, "paid", period, line.span)
    return p.PaymentCap(value, key, None, overflow, e.origin(line), removed)


def _limit(context: LayerContext, line: s.Cap) -> tuple[p.Expr, p.Expr | None]:
    """The value of a cap, and the condition under which there is none (None: there always is one)."""
    assert line.value is not None
    value, unit = context.e.expr(line.value)
    if line.on == "cost" or unit not in ("none", "money_or_none"):
        return context.term(line.value, "largest", "money"), None
    context.note_competing(value, line.value.span, "money")
    removed = without_value(value)
    value = as_money(value)
    if context.by_item and depends_on_identity(value):
        # None is the best of all: it counts where it is so for any identity held.
        some = p.Cases((p.Arm(removed, p.Const(1, "number")),), p.Const(0, "number"), "number", "")
        removed = p.Compare(">", p.BestOf(some, "largest", "number"), p.Const(0, "number"))
        value = p.BestOf(value, "largest", "money")
    return value, removed


def _cap_object(context: LayerContext, line: s.Cap, value: p.Expr) -> None:
    amount = constant(value)
    limit = amount if isinstance(amount, (int, Fraction)) else 5_000_000
    cost = 2 * limit
    rate = Fraction(6, 10)
    context.e.problems.append(
        CapObject(
            span=line.span,
            limit=money_text(limit),
            total=money_text(cost),
            payment=money_text(min(limit, cost * rate)),
            cost=money_text(min(limit, cost) * rate),
        )
    )


def _check_overflow(context: LayerContext, layer: s.Layer, word: s.Word) -> None:
    """The target must be a later layer whose base takes in what is left or names the overflow."""
    later = False
    for statement in context.program.statements:
        if statement is layer or (isinstance(statement, s.Layer) and statement.name.text == layer.name.text):
            later = True
        elif isinstance(statement, s.Layer) and statement.name.text == word.text:
            bases = [x for x in statement.steps if isinstance(x, s.Base)]
            if later and bases and _takes_in(bases[0].value, layer.name.text):
                return
            context.e.problems.append(OverflowNowhere(span=word.span, layer=layer.name.text, target=word.text))
            return
    names = [x.name.text for x in context.program.statements if isinstance(x, s.Layer)]
    context.e.unknown(word.text, word.span, names)


def _takes_in(value: s.Expr, layer: str) -> bool:
    if isinstance(value, s.Remaining):
        return True
    if isinstance(value, s.Binary):
        return _takes_in(value.left, layer) or _takes_in(value.right, layer)
    if isinstance(value, s.Call):
        return any(isinstance(a, s.Name) and a.name == layer for a in value.arguments)
    return isinstance(value, s.Name) and value.name == layer
