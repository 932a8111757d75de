"""The lines of one layer: every step with its numbers, what it pays, why it pays nothing."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from polc import plan as p
from polc import settlement as s
from polc.explain.document import Column, Json, Row, Section, Table
from polc.explain.figures import (
    Exact,
    figure,
    machine,
    machine_money,
    money,
    ratio,
)
from polc.explain.formula import choosing, definitions, gap, leaves, observed, rounding, symbolic, worked
from polc.explain.lines import Lines, because, facts, failure, guard, saw_is, seen_json, written
from polc.explain.replay import Reached, counting_as
from polc.explain.wording import Words


def layer_section(
    result: s.LayerResult, claim: s.ClaimSettlement, reached: Reached | None, number: str, w: Words
) -> Section:
    """The section of a layer."""
    lines = layer_lines(result, number)
    kept_out = any(isinstance(step, s.GuardStep) and not step.held for step in result.steps)
    for step in shown_steps(result):
        add_step(lines, step, result, claim, reached, w)
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
    lines.add(
        "left", w("left"), amount=result.left, code="memberliability", tone="quiet",
        data=facts(left=machine_money(result.left)),
    )  # fmt: skip
    return Section(
        number, "layer", result.name, tuple(lines.lines), level=2, note=payer(result, w), amount=money(result.paid),
        origins=(result.origin,),
        data={
            "layer": result.name, "payer": result.payer, "payer_name": result.payer_name, "applies": result.applies,
            "paid": machine_money(result.paid), "left": machine_money(result.left),
        },
    )  # fmt: skip


def shown_steps(result: s.LayerResult) -> Iterator[s.LayerStep]:
    """The steps worth a line: of a layer kept out by a condition only that one, nothing behind a deductible that is
    not reached, no rounding that changes nothing."""
    failed = next((step for step in result.steps if isinstance(step, s.GuardStep) and not step.held), None)
    for step in result.steps if failed is None else (failed,):
        if isinstance(step, s.RoundStep) and step.before == step.after and step.running is None:
            continue
        yield step
        if isinstance(step, s.DeductibleStep) and step.after <= 0 and not result.paid:
            break


def layer_lines(result: s.LayerResult, number: str) -> Lines:
    """Lines that cite the layer (changes of a tilt the tilt, bands their table) where they cite nothing themselves."""
    inside: dict[int, p.Origin] = {}
    for step in result.steps:
        if isinstance(step, s.TiltStep):
            inside.update((id(change.origin), step.origin) for change in step.changes)
        elif isinstance(step, s.BandsStep):
            inside.update((id(row.origin), step.origin) for row in step.rows)
    return Lines(number, result.origin, inside)


def payer(result: s.LayerResult, w: Words) -> str:
    """Who pays the layer, with the field."""
    if result.payer_name in ("", result.payer):
        return w("paid_by_field", field=result.payer)
    return w("paid_by", name=w.bearer(result.payer_name), field=result.payer)


def add_step(
    lines: Lines, step: s.LayerStep, result: s.LayerResult, claim: s.ClaimSettlement, reached: Reached | None, w: Words
) -> None:
    """The line of one step; `reached` tells where a standard came from."""
    match step:
        case s.GuardStep():
            guard(lines, step, w)
        case s.BaseStep():
            _base(lines, step, claim, w)
        case s.TiltStep():
            tilt(lines, step, plan_layer(claim, result.name), claim, w)
        case s.CostCapStep():
            standard = _standard(step.origin, step.limit, reached, w)
            _cost_cap(lines, step, standard, _value(step.origin, reached), result, claim, w)
        case s.DeductibleStep():
            _deductible(lines, step, _standard(step.origin, step.normal, reached, w), _value(step.origin, reached), w)
        case s.BandsStep():
            _bands(lines, step, reached, w)
        case s.RateStep():
            _rate(lines, step, w)
        case s.FixedStep():
            lines.add(
                "fixed", w("fixed"), formula_rows(step.formula, step.seen, step.pays, w), step.pays,
                [step.origin, *written(step.formula)],
                data=facts(pays=machine_money(step.pays), formula=symbolic(step.formula, w),
                seen=seen_json(step.seen)),
            )  # fmt: skip
        case s.FactorStep():
            _factor(lines, step, w)
        case s.TopUpStep():
            _top_up(lines, step, w)
        case s.MinimumStep():
            text = [w("minimum_is", minimum=money(step.minimum)), _moved(step.before, step.after, w)]
            lines.add(
                "minimum", w("minimum"), text, step.after, [step.origin],
                data=facts(minimum=machine_money(step.minimum), **_before_after(step.before, step.after)),
            )  # fmt: skip
        case s.RoundStep():
            _round(lines, step, w)
        case s.PaymentCapStep():
            standard = _standard(step.origin, step.normal, reached, w)
            _payment_cap(lines, step, standard, _value(step.origin, reached), result, claim, w)
        case s.TimesStep():
            word = "times_paid_is" if step.counts == "paid" else "times_is"
            text = [w(word, period=w(step.period), allowed=step.allowed, used=step.used)]
            lines.add(
                "times", w("times"), text, origins=[step.origin], tone="plain" if step.held else "bad",
                data=facts(allowed=step.allowed, used=step.used, held=step.held, period=step.period,
                counts=step.counts),
            )  # fmt: skip
        case s.NoCaseStep():
            term = w(f"t_{step.term}")
            saw = observed(step.expression, step.seen, w)
            text = [
                w("no_case_is", term=term, formula=symbolic(step.expression, w)), saw_is(step.expression, saw, w),
            ]  # fmt: skip
            lines.add(
                "no_case", w("no_case"), text, origins=[step.origin], tone="bad", data=facts(term=step.term,
                formula=symbolic(step.expression, w), seen=seen_json(step.seen)),
            )  # fmt: skip
        case s.LimitedStep():
            text = [w("limited_is", before=money(step.before), after=money(step.after))]
            lines.add(
                "limited", w("limited"), text, step.after, [step.origin],
                data=facts(**_before_after(step.before, step.after)),
            )  # fmt: skip


def formula_rows(formula: p.Expr, seen: s.Seen, result: Exact, w: Words) -> tuple[str, ...]:
    """A money formula with its numbers and the named formulas inside."""
    return (*worked(formula, seen, result, "money", w), *definitions(formula, seen, w))


def _base(lines: Lines, step: s.BaseStep, claim: s.ClaimSettlement, w: Words) -> None:
    text = [*formula_rows(step.formula, step.seen, step.result, w)]
    if step.result < 0:
        text.append(w("base_negative"))
    elif step.amount != step.result:
        text.append(w("base_changed", before=money(step.result), after=money(step.amount)))
    running: Json = None
    if step.before is not None:
        after = step.before + step.amount
        text.append(w("base_running", before=money(step.before), after=money(after)))
        running = _before_after(step.before, after)
    paid = {layer.name: layer.paid for layer in claim.layers}
    prior = dict.fromkeys(leaf.layer for leaf in leaves(step.formula) if isinstance(leaf, p.Paid))
    lines.add(
        "base", w("base"), text, step.amount, [step.origin], "eligible",
        data=facts(formula=symbolic(step.formula, w), seen=seen_json(step.seen), result=machine_money(step.result),
        base=machine_money(step.amount), running=running,
        prior=[
            {"code": "priorpayerpaid", "layer": name, "paid": machine_money(paid[name])}
            for name in prior if name in paid
        ]),
    )  # fmt: skip


def _value(origin: p.Origin, reached: Reached | None) -> p.Expr | None:
    """The formula of a standard."""
    for step in () if reached is None else reached.layer.steps:
        if step.origin is origin and isinstance(step, p.Deductible | p.PaymentCap | p.CostCap):
            return step.value
    return None


def _standard(origin: p.Origin, value: Exact, reached: Reached | None, w: Words) -> tuple[str, ...]:
    """Where a standard came from, when it is more than a constant: "取自 住院起付标准（医院等级 = 三级）"."""
    if reached is None:
        return ()
    for step in reached.layer.steps:
        if step.origin is origin and isinstance(step, p.Deductible | p.PaymentCap | p.CostCap):
            formula, seen = step.value, reached.saw(step.value)
            chosen = choosing(formula, seen, w)
            if isinstance(formula, p.Const):
                return ()
            if isinstance(formula, p.Cases) and not formula.name:
                return (w("standard_by", what=chosen),) if chosen else ()
            if isinstance(formula, p.Named | p.Cases):
                told = w("standard", formula=symbolic(formula, w)) + (w("open") + chosen + w("close") if chosen else "")
                return (told, *definitions(formula, seen, w))
            return (
                w("standard_is", formula=" = ".join(worked(formula, seen, value, "money", w))),
                *definitions(formula, seen, w),
            )
    return ()


def changes(shown: tuple[s.ChangeShown, ...], w: Words) -> str:
    """What a tilt changes: "起付线 × 50%，支付比例 + 5个百分点，封顶线取消"."""
    parts = []
    for change in shown:
        target = w(f"t_{change.target}")
        if change.op == "none":
            parts.append(w("change_none", target=target))
        else:
            op = {"-": "−"}.get(change.op, change.op)
            parts.append(w("change", target=target, op=op, value=figure(change.value, change.unit, w)))
    return w.joined(parts)


def tilt(lines: Lines, step: s.TiltStep, layer: p.Layer | None, claim: s.ClaimSettlement, w: Words) -> None:
    """The line of a tilt or adjustment of a layer."""
    text = [_subject(step, layer, w)]
    rule = layer.rule if layer is not None else "add"
    origins = [step.origin, *(c.origin for c in step.changes)]
    if step.held:
        text.append(_because_of(step, layer, claim, w))
    if step.taken:
        text.append(w("tilt_taken", changes=changes(step.changes, w)))
    elif step.held:
        text.append(w("tilt_beaten", rule=w(f"rule_{rule}"), changes=changes(step.changes, w)))
    else:
        told = failure(step.failed, step.seen, w)
        if step.failed is not None and (
            symbolic(step.failed, w) == text[0] or (isinstance(step.failed, p.Holds) and step.failed.name == text[0])
        ):
            told = told[1:]  # it is the whole condition, which stands above already
        text.append(w.joined([w("tilt_failed"), *told], "semicolon"))
        origins = [step.origin]
    if step.pays is not None:
        text.append(w("tilt_pays", amount=money(step.pays)))
    failed = step.failed
    lines.add(
        "tilt", w(step.kind), text, origins=origins, tone="plain" if step.taken else "quiet",
        data=facts(tilt=step.kind, name=step.name, held=step.held, taken=step.taken,
        failed=None if failed is None else symbolic(failed, w),
        gap=None if failed is None else gap(failed, step.seen, w) or None,
        seen=seen_json(step.seen),
        changes=[
            {
                "target": c.target, "op": c.op, "unit": c.unit,
                "value": None if c.value is None else machine_money(c.value) if c.unit == "money" else machine(c.value),
            }
            for c in step.changes
        ],
        pays=None if step.pays is None else machine_money(step.pays)),
    )  # fmt: skip


def _cost_cap(
    lines: Lines, step: s.CostCapStep, standard: tuple[str, ...], value: p.Expr | None, result: s.LayerResult,
    claim: s.ClaimSettlement, w: Words,
) -> None:  # fmt: skip
    room = max(step.limit - step.used, 0)
    text = [w("cost_cap_is", period=w(step.period), limit=money(step.limit), used=money(step.used), room=money(room))]
    text.extend(standard)
    if step.shared:
        text.append(_shared(step.shared, result, claim, w))
    over = step.before - step.after
    if over > 0:
        text.append(w("cost_cap_cut", before=money(step.before), after=money(step.after), over=money(over)))
        text.append(_beyond(over, over, step.overflow_to, result, claim, w))
    else:
        text.append(w("cost_cap_kept", before=money(step.before)))
    lines.add(
        "cost_cap", w("cost_cap"), text, step.after, [step.origin, *written(value)], "benefitBalance",
        data=facts(limit=machine_money(step.limit), used=machine_money(step.used), room=machine_money(room),
        over=machine_money(over), shared=step.shared, overflow_to=step.overflow_to, period=step.period,
        **_before_after(step.before, step.after)),
    )  # fmt: skip


def _deductible(
    lines: Lines, step: s.DeductibleStep, standard: tuple[str, ...], value: p.Expr | None, w: Words
) -> None:
    period, normal, effective = w(step.period), money(step.normal), money(step.effective)
    head = w("ded_admission", n=step.admission) + w("comma") if step.admission is not None else ""
    if step.normal != step.effective or step.changed_by:
        why = because(map(lines.cited, step.changed_by), w) if step.changed_by else ""
        head += w("ded_changed", period=period, normal=normal, effective=effective, why=why)
    else:
        head += w("ded_normal", period=period, normal=normal)
    text = [
        head,
        *standard,
        _met(step, w),
        w("ded_after", after=money(step.after)),
    ]
    lines.add(
        "deductible", w("deductible"), text, -step.applied,
        [step.origin, *written(value), *step.changed_by], "deductible",
        data=facts(normal=machine_money(step.normal), effective=machine_money(step.effective), admission=step.admission,
        used=machine_money(step.used), applied=machine_money(step.applied), open=machine_money(step.open),
        after=machine_money(step.after), period=step.period, met_by=step.met_by,
        sum_before=machine_money(step.sum_before), kept_out=machine_money(step.kept_out)),
    )  # fmt: skip


def _met(step: s.DeductibleStep, w: Words) -> str:
    """How much of the deductible was met before, and what this claim takes: by the cost so far no amount is called
    used, since earlier claims may have taken another."""
    applied, still = money(step.applied), money(step.open)
    if step.met_by == "cost" and step.sum_before:
        if step.sum_before >= step.effective:
            return w("ded_cost_passed", sum=money(step.sum_before))
        return w("ded_cost" if step.open else "ded_cost_met", sum=money(step.sum_before), applied=applied, open=still)
    if step.met_by == "deductions" and step.sum_before:
        taken = money(step.used - step.kept_out)
        so_far = w("ded_taken", taken=taken)
        if step.kept_out:
            so_far = w("ded_taken_besides", taken=taken, kept_out=money(step.kept_out))
        return so_far + w("ded_takes" if step.open else "ded_takes_met", applied=applied, open=still)
    return w("ded_use" if step.open else "ded_used_up", used=money(step.used), applied=applied, open=still)


def edge(value: Exact, inclusive: bool, w: Words) -> str:
    """An edge of a band: "10,000.00 含"."""
    return f"{money(value)} {w('included') if inclusive else w('excluded')}"


def _bands(lines: Lines, step: s.BandsStep, reached: Reached | None, w: Words) -> None:
    lump, running = step.mode == "lump", step.over == "base" and step.period != "admission"
    changed = any(row.normal != row.rate for row in step.rows)
    value = money if lump else ratio
    columns = [Column(w("b_lower"), "right"), Column(w("b_upper"), "right")]
    if changed:
        columns.append(Column(w("b_normal"), "right"))
    columns.append(Column(w("b_lump") if lump else w("b_rate"), "right"))
    columns += [Column(w("b_amount"), "right"), Column(w("b_pays"), "right")]
    rows = []
    for row in step.rows:
        upper = w("no_upper") if row.upper is None else edge(row.upper, row.upper_inclusive, w)
        cells = [edge(row.lower, row.lower_inclusive, w), upper, *([value(row.normal)] if changed else [])]
        cells += [value(row.rate), money(row.amount), money(row.pays)]
        rows.append(Row(tuple(cells), (row.origin,), "plain" if row.amount else "quiet"))
    total = sum((row.amount for row in step.rows), Fraction(0))
    blank = ("",) * (len(columns) - 3)
    rows.append(Row((w("b_sum"), *blank, money(total), money(step.pays)), (), "result"))
    text = [
        w.joined([w("bands_over_running" if running else f"bands_over_{step.over}"), w(f"bands_{step.mode}")]),
        w("bands_from_to", start=money(step.start), end=money(step.end)),
        _bands_key(step, reached, w),
        w("bands_changed", why=because(map(lines.cited, step.changed_by), w)) if step.changed_by else "",
    ]
    lines.add(
        "bands", w("bands"), text, step.pays, [step.origin, *step.changed_by], "coinsurance",
        table=Table(tuple(columns), tuple(rows)) if total or step.pays else None,
        data=facts(over=step.over, mode=step.mode, period=step.period, start=machine_money(step.start),
        end=machine_money(step.end), pays=machine_money(step.pays), in_bands=machine_money(total),
        coinsurance=machine_money(total - step.pays),
        bands=[
            {
                "lower": machine_money(row.lower), "lower_inclusive": row.lower_inclusive,
                "upper": None if row.upper is None else machine_money(row.upper),
                "upper_inclusive": row.upper_inclusive,
                "normal": machine_money(row.normal) if lump else machine(row.normal),
                "rate": machine_money(row.rate) if lump else machine(row.rate),
                "amount": machine_money(row.amount), "pays": machine_money(row.pays),
                "clause": list(lines.cited(row.origin).clauses), "document": row.origin.document,
                "place": row.origin.place,
            }
            for row in step.rows
        ]),
    )  # fmt: skip


def _bands_key(step: s.BandsStep, reached: Reached | None, w: Words) -> str:
    """What chose the rates of the bands where a table holds them by a key."""
    found: dict[str, None] = {}
    for pay in () if reached is None else reached.layer.steps:
        if reached is not None and isinstance(pay, p.BandPay) and pay.origin is step.origin:
            for band in pay.table.bands:
                found.setdefault(choosing(band.value, reached.saw(band.value), w))
    chosen = w.joined(list(found))
    return w("standard_by", what=chosen) if chosen else ""


def _rate(lines: Lines, step: s.RateStep, w: Words) -> None:
    text = [f"{money(step.amount)} × {ratio(step.rate)} = {money(step.pays)}"]
    if not isinstance(step.formula, p.Const):
        text += [*worked(step.formula, step.seen, step.normal, "ratio", w), *definitions(step.formula, step.seen, w)]
    if step.normal != step.rate or step.changed_by:
        text.append(
            w(
                "rate_changed",
                normal=ratio(step.normal),
                rate=ratio(step.rate),
                why=because(map(lines.cited, step.changed_by), w),
            )
        )
    lines.add(
        "rate", w("rate"), text, step.pays,
        [step.origin, *written(step.formula), *step.changed_by], "coinsurance",
        data=facts(normal=machine(step.normal), rate=machine(step.rate), of=machine_money(step.amount),
        pays=machine_money(step.pays), coinsurance=machine_money(step.amount - step.pays),
        formula=symbolic(step.formula, w), seen=seen_json(step.seen)),
    )  # fmt: skip


def _factor(lines: Lines, step: s.FactorStep, w: Words) -> None:
    op = {"-": "−"}.get(step.op, step.op)
    value = ratio(step.value) if step.op == "×" else money(step.value)
    text = [f"{money(step.before)} {op} {value} = {money(step.after)}" if step.op != "=" else f"= {money(step.after)}"]
    lines.add(
        "factor", w("factor"), text, step.after, [step.origin], data=facts(op=step.op,
        value=machine(step.value) if step.op == "×" else machine_money(step.value),
        **_before_after(step.before, step.after)),
    )  # fmt: skip


def _top_up(lines: Lines, step: s.TopUpStep, w: Words) -> None:
    counted = sum(paid for _, paid in step.counted)
    named = w.joined([f"{name} {money(paid)}" for name, paid in step.counted])
    text = [*formula_rows(step.formula, step.seen, step.floor, w), w("top_up_floor", floor=money(step.floor))]
    if step.counted:
        text.append(w("top_up_counted", what=named))
    if step.pays > 0:
        missing = w("top_up_missing", floor=money(step.floor), counted=money(counted), pays=money(step.floor - counted))
        text.append(missing)
    else:
        text.append(w("top_up_none"))
    lines.add(
        "top_up", w("top_up"), text, step.pays, [step.origin], data=facts(formula=symbolic(step.formula, w),
        seen=seen_json(step.seen), floor=machine_money(step.floor), pays=machine_money(step.pays),
        counted=[{"layer": name, "paid": machine_money(paid)} for name, paid in step.counted]),
    )  # fmt: skip


def _round(lines: Lines, step: s.RoundStep, w: Words) -> None:
    text = [w.joined([rounding(step.to, step.mode, "money", w), _moved(step.before, step.after, w)], "colon")]
    running: Json = None
    if step.running is not None:
        before, after = step.running
        text.append(w("round_running", before=money(before), after=money(after)))
        running = _before_after(before, after)
    lines.add(
        "round", w("round"), text, step.after, [step.origin],
        data=facts(
            to=machine_money(step.to), mode=step.mode, running=running, **_before_after(step.before, step.after)
        ),
    )  # fmt: skip


def _payment_cap(
    lines: Lines, step: s.PaymentCapStep, standard: tuple[str, ...], value: p.Expr | None, result: s.LayerResult,
    claim: s.ClaimSettlement, w: Words,
) -> None:  # fmt: skip
    period, normal = w(step.period), money(step.normal)
    room = None if step.limit is None else max(step.limit - step.used, 0)
    why = because(map(lines.cited, step.changed_by), w) if step.changed_by else ""
    if step.limit is None or room is None:
        text = [w("cap_removed", period=period, normal=normal, why=why)]
    elif step.limit != step.normal:
        text = [
            w("cap_changed", period=period, normal=normal, limit=money(step.limit), why=why),
            w("cap_used", used=money(step.used), room=money(room)),
        ]
    else:
        text = [w("cap_is", period=period, limit=money(step.limit), used=money(step.used), room=money(room))]
    text.extend(standard)
    if step.shared:
        text.append(_shared(step.shared, result, claim, w))
    forgone = step.before - step.after
    if forgone > 0:
        text.append(w("cap_cut", before=money(step.before), after=money(step.after), forgone=money(forgone)))
        if step.overflow and not step.overflow_to and _reads_overflow(result.name, claim):
            text.append(w("cap_overflow", overflow=money(step.overflow)))
        text.append(_beyond(forgone, step.overflow, step.overflow_to, result, claim, w))
    elif room is not None:
        text.append(w("cap_kept", before=money(step.before)))
    lines.add(
        "payment_cap", w("cap"), text, step.after,
        [step.origin, *written(value), *step.changed_by], "benefitBalance",
        data=facts(normal=machine_money(step.normal), limit=None if step.limit is None else machine_money(step.limit),
        used=machine_money(step.used), room=None if room is None else machine_money(room),
        forgone=machine_money(forgone), overflow=machine_money(step.overflow), overflow_to=step.overflow_to,
        shared=step.shared, period=step.period, **_before_after(step.before, step.after)),
    )  # fmt: skip


def _shared(name: str, result: s.LayerResult, claim: s.ClaimSettlement, w: Words) -> str:
    """Which layers share a cap."""
    others = [
        layer.name
        for layer in claim.plan.body.steps
        if isinstance(layer, p.Layer) and layer.name != result.name
        and any(isinstance(step, p.CostCap | p.PaymentCap) and step.shared == name for step in layer.steps)
    ]  # fmt: skip
    if not others:
        return w("shared_alone", name=name)
    return w("shared", name=name, layers=w.joined([w("named", name=other) for other in others], "list_comma"))


def _because_of(step: s.TiltStep, layer: p.Layer | None, claim: s.ClaimSettlement, w: Words) -> str:
    """What a tilt that holds saw: "倾斜对象 = 是：低保对象"."""
    wanted = next((t for t in layer.tilts if t.origin is step.origin), None) if layer is not None else None
    if wanted is None:
        return ""
    told = observed(wanted.condition, step.seen, w)
    if told and isinstance(wanted.condition, p.Holds):
        held = (claim.considered,) if claim.considered is not None else claim.identities
        names = [n for n in held if counting_as(claim.plan, n) & wanted.condition.identities and n != step.name]
        told = w.joined([told, w.joined(names, "list_comma")], "colon")
    return w("met") + w("colon") + told if told else ""


def _beyond(
    amount: Exact, cost: Exact, overflow_to: str | None, result: s.LayerResult, claim: s.ClaimSettlement, w: Words
) -> str:
    """Who meets what a cap keeps a layer from taking in or paying: the layer it flows to (as eligible cost), the layers
    behind that draw on the same parts of the cost, or the person."""
    if overflow_to:
        return w("flows_to", amount=money(cost), layer=overflow_to)
    layer = plan_layer(claim, result.name)
    later = _later(result.name, claim)
    drawn = layer is not None and any(layer.parts & other.parts for other in later)
    return w("stays_open" if drawn or _reads_overflow(result.name, claim) else "stays", amount=money(amount))


def _later(name: str, claim: s.ClaimSettlement) -> list[p.Layer]:
    """The layers behind one."""
    layers = [step for step in claim.plan.body.steps if isinstance(step, p.Layer)]
    at = next((i for i, layer in enumerate(layers) if layer.name == name), len(layers))
    return layers[at + 1 :]


def _reads_overflow(name: str, claim: s.ClaimSettlement) -> bool:
    """Whether a layer behind counts from the cost above the cap of one."""
    return any(
        isinstance(leaf, p.Overflow) and leaf.layer == name
        for layer in _later(name, claim)
        for leaf in leaves(layer.base.value)
    )


def _moved(before: Exact, after: Exact, w: Words) -> str:
    if before == after:
        return w("unchanged", before=money(before))
    return w("raised", before=money(before), after=money(after))


def _before_after(before: Exact, after: Exact) -> dict[str, Json]:
    return {"before": machine_money(before), "after": machine_money(after)}


def plan_layer(claim: s.ClaimSettlement, name: str) -> p.Layer | None:
    """The layer as the plan has it."""
    return next((step for step in claim.plan.body.steps if isinstance(step, p.Layer) and step.name == name), None)


def _subject(step: s.TiltStep, layer: p.Layer | None, w: Words) -> str:
    """Whom or what a tilt is for: an identity by its name, anything else by its condition."""
    for wanted in layer.tilts if layer is not None else ():
        if wanted.origin is step.origin and not isinstance(wanted.condition, p.Holds):
            return symbolic(wanted.condition, w)
    return step.name


# ---------------------------------------------------------------- why a layer pays nothing


def why_nothing(result: s.LayerResult, w: Words) -> str:
    """The first reason for which a layer paid nothing; empty where it paid."""
    return "" if result.paid else next(_reasons(result, w), w("why_zero"))


def _reasons(result: s.LayerResult, w: Words) -> Iterator[str]:
    for step in result.steps:
        match step:
            case s.GuardStep(held=False):
                failed = step.failed if step.failed is not None else step.condition
                told = failure(failed, step.seen, w)[1]
                if isinstance(step.condition, p.Named):
                    failed = step.condition
                yield w("why_guard", what=symbolic(failed, w)) + (w("semicolon") + told if told else "")
            case s.NoCaseStep(term=term):
                yield w("why_no_case", term=w(f"t_{term}"))
            case s.TimesStep(held=False):
                yield w("why_times")
            case s.BaseStep(amount=amount) if amount <= 0:
                yield w("why_base")
            case s.CostCapStep(before=before, after=after) if before > 0 and after <= 0:
                yield w("why_cost_cap")
            case s.DeductibleStep(after=after) if after <= 0:
                word = "why_deductible_open" if step.used else "why_deductible"
                yield w(
                    word, before=money(step.applied + step.after), effective=money(step.effective),
                    open=money(step.applied + step.open), gap=money(step.open),
                )  # fmt: skip
            case s.TopUpStep(pays=pays) if pays <= 0:
                yield w("why_top_up")
            case s.PaymentCapStep(before=before, after=after) if before > 0 and after <= 0:
                yield w("why_cap")
            case s.LimitedStep(before=before, after=after) if before > 0 and after <= 0:
                yield w("why_limited")
