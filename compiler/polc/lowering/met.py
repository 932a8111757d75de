"""How much of a deductible along a running base is met: asks where it matters, keeps the count that the answer needs.

Theory: as long as a period's claims all have the same deductible, the running cost says how much of it is met and what
was really deducted says the same. Where claims can differ the two part, and the author chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import evolve

from pol_lang import syntax as s
from pol_lang.problem import Note
from pol_lang.source import Span
from polc import plan as p
from polc.evaluate import is_constant
from polc.lowering.amounts import money_text, value_text
from polc.lowering.context import LayerContext, constant_of
from polc.lowering.folding import constant, simple, standards, walk
from polc.lowering.forks import MetBy
from polc.lowering.year import year_reading


def settle_met(
    context: LayerContext, layer: s.Layer, base: p.Base, steps: list[p.Step], tilts: Sequence[p.Tilt]
) -> list[p.Step]:
    """The steps, the deductible with the count of cost on which the layer did not apply where it needs one."""
    lines = [line for line in layer.steps if isinstance(line, s.Deductible)]
    at = next((i for i, step in enumerate(steps) if isinstance(step, p.Deductible)), None)
    if at is None or not lines:
        return steps
    line, step = lines[0], steps[at]
    assert isinstance(step, p.Deductible)
    if step.position == "base" and line.met_by is None:
        changes = [c for tilt in tilts for c in tilt.changes if c.target == "deductible"]
        dated = _dated_within(context, step.value, line)
        repeated = step.repeats and (_rises(step) or any(isinstance(other, p.BandPay) for other in steps))
        if changes or repeated or dated or not is_constant(step.value):
            _ask(context, layer, line, step, changes, dated)
    elif step.position == "register" and base.every and _may_be_kept_out(layer, steps, base):
        key = context.accumulator(layer.name.text, "kept_out", line.period, line.span)
        return [*steps[:at], evolve(step, kept_out=key), *steps[at + 1 :]]
    return steps


def _rises(step: p.Deductible) -> bool:
    """Whether the deductible may be higher on a later admission. One that only shrinks is met by both readings; they
    differ in where bands begin."""
    normal = constant(step.value)
    for repeat in step.repeats:
        by = constant(repeat.value)
        if not isinstance(by, int | Fraction) or (repeat.op == "×" and by > 1):
            return True
        if repeat.op == "=" and not (isinstance(normal, int | Fraction) and by <= normal):
            return True
    return False


def _may_be_kept_out(layer: s.Layer, steps: Sequence[p.Step], base: p.Base) -> bool:
    """Whether there can be claims on which the layer does not apply."""
    if any(isinstance(line, s.When | s.Times) for line in layer.steps):
        return True
    values = [base.value]
    for step in steps:
        if isinstance(step, p.BandPay):
            values += [band.value for band in step.table.bands]
        elif not isinstance(step, p.Round | p.Times):
            values.append(step.value)
    return any(isinstance(node, p.Cases) and node.otherwise is None for value in values for node in walk(value))


def _dated_within(context: LayerContext, value: p.Expr, line: s.Deductible) -> list[s.Dated]:
    """The dated values of a deductible where one begins on a day that is not the first of a period."""
    reading = year_reading(context.program, context.e.as_of)
    start = (reading.start if reading else None) or (1, 1)
    for node in walk(value):
        symbol = context.program.symbols.get(node.name) if isinstance(node, p.Named) else None
        if symbol is None or not isinstance(symbol.statement, s.Parameter):
            continue
        dated = symbol.statement.dated
        if symbol.name in context.program.settings:
            dated = context.program.settings[symbol.name].dated
        if any(
            (row.since.month, row.since.day) != start if line.period == "year" else row.since.day != 1
            for row in sorted(dated, key=lambda row: row.since)[1:]
        ):
            return list(dated)
    return []


def _ask(
    context: LayerContext, layer: s.Layer, line: s.Deductible, step: p.Deductible, changes: Sequence[p.Change],
    dated: Sequence[s.Dated],
) -> None:  # fmt: skip
    normal = standards(step.value) or [Fraction(10_000_00)]
    values = set(normal)
    count = len(context.e.problems)
    for row in dated:
        values.update(standards(context.e.expr(row.value)[0]) or [])
    del context.e.problems[count:]
    for op, by in [(c.op, c.value) for c in changes] + [(r.op, r.value) for r in step.repeats]:
        amount = constant(by) if by is not None else None
        if isinstance(amount, int | Fraction):
            for value in normal:
                after = {"×": value * amount, "+": value + amount, "-": value - amount}.get(op, Fraction(amount))
                values.add(max(Fraction(0), after))
    low, high = min(values), max(values)
    if low == high:
        low = high / 2
    rate = constant_of(context, layer, s.Rate, Fraction(6, 10))
    cost = high + 10_000_00
    notes = []
    for tilt in (x for x in layer.steps if isinstance(x, s.Tilt)):
        notes += [_note(change.span) for change in tilt.changes if change.target == "deductible"]
    notes += [_note(repeat.span) for repeat in line.repeats if isinstance(repeat, s.Repeat)]
    context.e.problems.append(
        MetBy(
            span=line.span, layer=layer.name.text, cost=money_text(cost), rate=value_text(simple(rate), "ratio"),
            low=money_text(low), high=money_text(high), missing=money_text(high - low), by_cost=money_text(cost * rate),
            by_deductions=money_text((cost - high + low) * rate), notes=tuple(notes[:1]),
        )
    )  # fmt: skip


def _note(span: Span) -> Note:
    return Note(span, "这里改变起付线", "the deductible changes here")
