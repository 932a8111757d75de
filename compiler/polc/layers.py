"""From layers as written to layers of the plan.

Theory: a layer's steps keep their written order. What the author may leave out only where it changes nothing (band
coordinates of a single band, how the rounding to the fen is done) is filled in; everything that changes the money is
asked for (`forks`). Which accumulator a step needs follows from the periods: a deductible in the period of a running
base is used up along that base, one in another period keeps its own count.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pol_lang import syntax as s
from pol_lang.problem import Note
from pol_lang.source import Span
from polc import plan as p
from polc.elaborate import Elaborator, constant, parts_of, points_or_factor, round_to, simple, value_text, walk
from polc.forks import (
    BandCoordinates, BandMode, CapObject, CopayInBase, DerivedAmount, HowOften, RepeatChain, SeveralTilts, WhichClaims,
    band_sample, yuan,
)  # fmt: skip
from polc.resolved import Program
from polc.structure import (
    CopayContradiction, NeedsConstant, NoBase, NothingPays, OverflowNowhere, StepOrder, StepTwice, TiltAboveOne, TwoBenefits,
)  # fmt: skip

Competing = tuple[Span, list[str], list[tuple[p.Value, str]]]


class LayerContext:
    """What layers share while they are lowered: the elaborator, accumulators by key, shared caps, and the places where
    identities compete for different terms."""

    def __init__(self, e: Elaborator, program: Program) -> None:
        self.e = e
        self.program = program
        self.accumulators: dict[str, p.Accumulator] = {}
        self.shared: dict[str, tuple[str | None, s.Period]] = {}
        self.competing: list[Competing] = []
        self.first_yearly: Span | None = None
        highest = program.highest
        self.by_item = highest is not None and highest.by == "items"

    def accumulator(self, owner: str, kind: str, period: s.Period | None, span: Span | None = None) -> str | None:
        """The key of an accumulator, made where it is new; None for per-admission amounts."""
        if period is None or period == "admission":
            return None
        if self.first_yearly is None and period != "life":
            self.first_yearly = span
        key = f"{owner}.{kind}"
        known = self.accumulators.get(key)
        if known is not None and known.period != period:
            key = f"{owner}.{kind}.{period}"
        self.accumulators[key] = p.Accumulator(key, owner, kind, period)  # type: ignore[arg-type]
        return key

    def bearer(self, word: s.Word) -> tuple[str, str]:
        """Field and name of a bearer written by either."""
        for name, symbol in self.program.symbols.items():
            if symbol.kind == "bearer":
                field = self.e.bearer_field(symbol)
                if word.text in (name, field):
                    return field, name
        bearers = [n for n, symbol in self.program.symbols.items() if symbol.kind == "bearer"]
        self.e._unknown(word.text, word.span, bearers)
        return word.text, word.text

    def term(self, expr: s.Expr, best: str, *units: str) -> p.Expr:
        """A term of a layer: under 就高 by item the best of its values over the identities held."""
        value = self.e.want(expr, *units)
        self.note_competing(value, expr.span, units[0])
        if self.by_item and depends_on_identity(value):
            return p.BestOf(value, best, units[0])  # type: ignore[arg-type]
        return value

    def note_competing(self, value: p.Expr, span: Span, unit: str) -> None:
        """Remembers a term whose cases differ by identity."""
        for node in walk(value):
            if isinstance(node, p.Cases):
                arms = [a for a in node.arms if any(isinstance(x, p.Holds) for x in walk(a.condition))]
                if len(arms) >= 2:
                    names = [next(x.name for x in walk(a.condition) if isinstance(x, p.Holds)) for a in arms]
                    values = [(constant(a.value), unit) for a in arms]
                    if len({str(v) for v, _ in values}) > 1:
                        self.competing.append((span, names, [v for v in values if v[0] is not None]))


def depends_on_identity(expr: p.Expr) -> bool:
    """Whether a value depends on which identity the person has."""
    return any(isinstance(node, p.Holds) for node in walk(expr))


def lower_needs(e: Elaborator, guards: tuple[s.When, ...]) -> tuple[p.Guard, ...]:
    """The conditions of a block."""
    return tuple(p.Guard(e.condition(guard.condition), e.origin(guard)) for guard in guards)


_PAYING = (s.Bands, s.Rate, s.Pay)
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
    base = _base(context, layer, bases[0], bool(whens))
    parts = parts_of(base.value)
    _check_copay(context, layer, bases[0], parts)
    _check_two_benefits(context, layer, bases[0], base, parts)
    payer, payer_name = context.bearer(layer.payer)
    tilts = tuple(_tilt(context, tilt, layer) for tilt in layer.steps if isinstance(tilt, s.Tilt))
    rule = _tilt_rule(context, layer, tilts)
    steps = _steps(context, layer, bases[0], base)
    _check_rates(e, layer, steps, tilts)
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
        qualifying_zh = f"全部就诊：第二次支付 {yuan(400_000)}（累计 16000 元）；符合条件的就诊：第二次支付 {yuan(0)}（累计 8000 元）"
        e.problems.append(
            WhichClaims(span=base.span, layer=layer.name.text, every="8000 元", qualifying=qualifying_zh)
        )
    return p.Base(context.e.want(base.value, "money"), accumulator, base.claims != "qualifying", e.origin(base))


def _check_copay(context: LayerContext, layer: s.Layer, base: s.Base, parts: frozenset[str]) -> None:
    if "inscope" not in parts or "copay" in parts or "total" in parts:
        return
    first = not any(step.kind == "layer" for step in context.e.earlier)
    reading = next((r for r in context.program.readings if isinstance(r, s.CopayReading)), None)
    if reading is None and not first:
        context.e.problems.append(
            CopayInBase(span=base.span, layer=layer.name.text, outside=yuan(1_200_000), inside=yuan(1_320_000))
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


# ---------------------------------------------------------------- steps


def _steps(context: LayerContext, layer: s.Layer, base_line: s.Base, base: p.Base) -> list[p.Step]:
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
        elif isinstance(step, s.Pay):
            steps.append(p.FixedPay(context.term(step.value, "largest", "money"), e.origin(step)))
        elif isinstance(step, s.TopUp):
            counting = []
            for word in step.counting:
                if any(x.kind == "layer" and x.name == word.text for x in e.earlier):
                    counting.append(word.text)
                else:
                    e._unknown(word.text, word.span, [x.name for x in e.earlier])
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
            key = context.accumulator(name, "count", step.period, step.span)
            steps.append(p.Times(step.count, key or f"{name}.count", e.origin(step)))
    if not any(isinstance(x, p.Round) for x in steps):
        last = max((i for i, x in enumerate(steps) if isinstance(x, (p.BandPay, p.RatePay, p.FixedPay, p.TopUp, p.Minimum))), default=-1)
        steps.insert(last + 1, p.Round(1, "half_up", None, e.origin(layer)))
    return steps


def _deductible(context: LayerContext, layer: s.Layer, base: s.Base, line: s.Deductible) -> p.Deductible:
    e = context.e
    name = layer.name.text
    value = context.term(line.value, "smallest", "money")
    _derived(context, value, line.value.span)
    period = line.period
    if period is None:
        amount = constant(value)
        shown = amount if isinstance(amount, (int, Fraction)) else 1_000_000
        e.problems.append(
            HowOften(
                span=line.span, what_zh="起付线", what_en="deductible",
                admission=f"两次共自付 {yuan(2 * shown)} / {yuan(2 * shown)} borne in both",
                year=f"两次共自付 {yuan(shown)} / {yuan(shown)} borne in both",
            )
        )  # fmt: skip
        period = "admission"
    running = base.period not in (None, "admission")
    own = None
    if period == "admission":
        position = "claim"
    elif running and base.period == period:
        position = "base"
    else:
        position = "own"
        own = context.accumulator(name, "deductible", period, line.span)
    repeats: list[p.Repeat] = []
    rule: s.RepeatRule | None = None
    floor = ceiling = None
    taken = None
    for repeat in line.repeats:
        if isinstance(repeat, s.Repeat):
            unit = "ratio" if repeat.op == "×" else "money"
            repeated = e.want(repeat.value, unit, *(("number",) if repeat.op == "×" else ()))
            repeats.append(p.Repeat(repeat.admission, repeat.op, repeated, e.origin(repeat)))  # type: ignore[arg-type]
        elif isinstance(repeat, s.RepeatRule):
            rule = repeat
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
                span=line.span, chained=yuan(start * product),
                original=yuan(start * (last if isinstance(last, (int, Fraction)) else 1)),
            )
        )  # fmt: skip
    count = context.accumulator(name, "count", "year", line.span) if repeats else None
    return p.Deductible(
        value, position, own, tuple(repeats), rule is not None and rule.chained, floor, count, ceiling, taken,  # type: ignore[arg-type]
        e.origin(line),
    )  # fmt: skip


def _bands(
    context: LayerContext, layer: s.Layer, base: s.Base, deductible_line: s.Deductible | None,
    deductible: p.Deductible | None, line: s.Bands,
) -> p.BandPay:
    e = context.e
    name = layer.name.text
    over, mode, period = line.options.over, line.options.mode, line.options.period
    bands, statement = line.bands, layer.name.text
    shown: s.Line = line
    if line.name is not None:
        symbol = context.program.symbols.get(line.name.text)
        if symbol is None or symbol.kind != "bands":
            names = [n for n, x in context.program.symbols.items() if x.kind == "bands"]
            e._unknown(line.name.text, line.name.span, names)
            bands = ()
        else:
            table_line, bands, options = e.band_table(symbol)
            shown = table_line
            statement = symbol.name
            if options:
                over, mode, period = over or options.over, mode or options.mode, period or options.period
    lump = bool(bands) and all(e.expr(b.value)[1] == "money" for b in bands)
    asked_mode = mode
    if mode is None and lump:
        mode = "lump"
    table, _ = e.bands(statement, bands, mode or "progressive", "money", shown)
    single = len(table.bands) <= 1
    amount = constant(deductible.value) if deductible else 0
    sample = band_sample(table, amount if isinstance(amount, (int, Fraction)) else 2_000_000)
    if over is None and not single and deductible is not None:
        cost, excess_pays, base_pays = (yuan(x) for x in sample[:3]) if sample else ("?", "?", "?")
        e.problems.append(BandCoordinates(span=line.span, amount=cost, excess=excess_pays, base=base_pays))
    if asked_mode is None and not single and not lump:
        cost, progressive, whole = (yuan(sample[0]), yuan(sample[3]), yuan(sample[4])) if sample else ("?", "?", "?")
        e.problems.append(BandMode(span=line.span, amount=cost, progressive=progressive, whole=whole))
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
    elif running and base.period == period and (deductible is None or deductible.position == "base"):
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
            e._unknown(line.shared.text, line.shared.span, context.shared)
            return None
        statement = context.program.symbols[line.shared.text].statement
        assert isinstance(statement, s.SharedCap)
        value = context.term(statement.value, "largest", "money")
        kind = p.CostCap if line.on == "cost" else p.PaymentCap
        if line.on is None:
            _cap_object(context, line, value)
        return kind(value, known[0], line.shared.text, overflow, e.origin(line))
    assert line.value is not None
    value = context.term(line.value, "largest", "money")
    _derived(context, value, line.value.span)
    period = line.period
    if line.on is None:
        _cap_object(context, line, value)
    if period is None:
        amount = constant(value)
        shown = amount if isinstance(amount, (int, Fraction)) else 10_000_000
        e.problems.append(
            HowOften(
                span=line.span, what_zh="封顶线", what_en="cap",
                admission=f"两次合计至多 {yuan(2 * shown)} / at most {yuan(2 * shown)} in both",
                year=f"两次合计至多 {yuan(shown)} / at most {yuan(shown)} in both",
            )
        )  # fmt: skip
        period = "admission"
    if line.on == "cost":
        return p.CostCap(value, context.accumulator(name, "cost", period, line.span), None, overflow, e.origin(line))
    return p.PaymentCap(value, context.accumulator(name, "paid", period, line.span), None, overflow, e.origin(line))


def _cap_object(context: LayerContext, line: s.Cap, value: p.Expr) -> None:
    amount = constant(value)
    limit = amount if isinstance(amount, (int, Fraction)) else 5_000_000
    cost = 2 * limit
    rate = Fraction(6, 10)
    context.e.problems.append(
        CapObject(
            span=line.span,
            payment=f"费用 {yuan(cost)}、比例 60% 时支付 {yuan(min(limit, cost * rate))}",
            cost=f"费用 {yuan(cost)}、比例 60% 时支付 {yuan(min(limit, cost) * rate)}",
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
    context.e._unknown(word.text, word.span, names)


def _takes_in(value: s.Expr, layer: str) -> bool:
    if isinstance(value, s.Remaining):
        return True
    if isinstance(value, s.Binary):
        return _takes_in(value.left, layer) or _takes_in(value.right, layer)
    if isinstance(value, s.Call):
        return any(isinstance(a, s.Name) and a.name == layer for a in value.arguments)
    return isinstance(value, s.Name) and value.name == layer


def _derived(context: LayerContext, value: p.Expr, span: Span) -> None:
    """Asks whether a standard worked out by a ratio is rounded, where it is no whole number of yuan."""
    if any(isinstance(r, s.DerivedReading) for r in context.program.readings):
        return
    if any(isinstance(n, (p.Multiply, p.Divide)) for n in walk(value)) and not any(isinstance(n, p.Rounded) for n in walk(value)):
        amount = constant(value)
        if isinstance(amount, (int, Fraction)) and amount % 100:
            context.e.problems.append(_derived_problem(amount, span))


def _derived_problem(amount: int | Fraction, span: Span) -> DerivedAmount:
    rounded = round_to(Fraction(amount), Fraction(100), "half_up")
    return DerivedAmount(span=span, exact=yuan(amount), rounded=yuan(rounded))


# ---------------------------------------------------------------- tilts


def _tilt(context: LayerContext, tilt: s.Tilt, layer: s.Layer) -> p.Tilt:
    e = context.e
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
        changes.append(p.Change(change.target, change.op, value, e.origin(change), rounding))
    condition = conditions[0] if len(conditions) == 1 else p.All(tuple(conditions))
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
    ratio = constant(factor)
    if not isinstance(ratio, (int, Fraction)):
        return
    for line in lines:
        value = getattr(line, "value", None)
        if value is None:
            continue
        count = len(context.e.problems)
        typed = context.e.expr(value)[0]
        del context.e.problems[count:]
        amount = constant(typed)
        if isinstance(amount, (int, Fraction)) and (amount * ratio) % 100:
            context.e.problems.append(_derived_problem(amount * ratio, change.span))


def _tilt_rule(context: LayerContext, layer: s.Layer, tilts: tuple[p.Tilt, ...]) -> Literal["add", "best", "first"]:
    written = [x for x in layer.steps if isinstance(x, s.Tilts)]
    if written:
        return written[0].rule
    favourable = [t for t in tilts if t.kind == "tilt"]
    touched: dict[str, int] = {}
    for tilt in tilts:
        for target in {c.target for c in tilt.changes}:
            touched[target] = touched.get(target, 0) + 1
    if len(favourable) > 1 or any(n > 1 for n in touched.values()):
        rates: list[Fraction] = []
        for tilt in tilts:
            for change in tilt.changes:
                value = constant(change.value) if change.value is not None else None
                if change.target == "rate" and change.op in ("+", "-") and isinstance(value, (int, Fraction)):
                    rates.append(Fraction(value) * (1 if change.op == "+" else -1))
        start = Fraction(6, 10)
        rates = rates or [Fraction(5, 100), Fraction(10, 100)]
        shown = [value_text(simple(start + x), "ratio") for x in (sum(rates, Fraction(0)), max(rates), rates[0])]
        span = [x for x in layer.steps if isinstance(x, s.Tilt)][1].span
        context.e.problems.append(
            SeveralTilts(span=span, layer=layer.name.text, add=shown[0], best=shown[1], first=shown[2])
        )
    return "add"


def _check_rates(e: Elaborator, layer: s.Layer, steps: list[p.Step], tilts: tuple[p.Tilt, ...]) -> None:
    rates: list[Fraction] = []
    for step in steps:
        values = [b.value for b in step.table.bands] if isinstance(step, p.BandPay) else (
            [step.value] if isinstance(step, p.RatePay) else []
        )
        for value in values:
            rate = constant(value)
            if isinstance(rate, (int, Fraction)):
                rates.append(Fraction(rate))
    if not rates:
        return
    highest = max(rates)
    lines = [t for t in layer.steps if isinstance(t, s.Tilt)]
    for tilt, line in zip(tilts, lines, strict=True):
        for change, change_line in zip(tilt.changes, line.changes, strict=True):
            value = constant(change.value) if change.value is not None else None
            if change.target != "rate" or not isinstance(value, (int, Fraction)):
                continue
            tilted = {"+": highest + value, "×": highest * value, "=": Fraction(value)}.get(change.op, Fraction(0))
            if tilted > 1:
                e.problems.append(
                    TiltAboveOne(
                        span=change_line.span, rate=value_text(simple(highest), "ratio"), tilted=value_text(simple(tilted), "ratio")
                    )
                )

