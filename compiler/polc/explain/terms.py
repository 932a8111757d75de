"""The lines of what decides how much cost a layer counts and how much it may pay: base, deductible, caps."""

from __future__ import annotations

from fractions import Fraction

from polc import plan as p
from polc import settlement as s
from polc.arithmetic import Exact
from polc.evaluate import evaluate
from polc.explain.changing import changed, operations_json
from polc.explain.document import Json
from polc.explain.figures import machine_money, money, ratio
from polc.explain.formula import leaves, numeric, symbolic
from polc.explain.here import Here
from polc.explain.lines import facts, seen_json
from polc.explain.observed import choosing
from polc.explain.worked import definitions, formula_rows
from polc.explain.worth import values_of

Cap = p.CostCap | p.PaymentCap


def before_after(before: Exact, after: Exact) -> dict[str, Json]:
    """Two amounts for machines."""
    return {"before": machine_money(before), "after": machine_money(after)}


def base(here: Here, step: s.BaseStep) -> None:
    """The line of the base: formula and numbers, changes, the running sum."""
    w, claim = here.w, here.claim
    text = list(formula_rows(step.formula, step.seen, step.result, "money", w, here.env))
    if step.result < 0:
        text.append(w("base_negative"))
    origins = tuple(
        change.origin
        for tilt in here.result.steps
        if isinstance(tilt, s.TiltStep) and tilt.taken
        for change in tilt.changes
        if change.target == "base"
    )
    if step.amount != max(step.result, 0):
        text.append(w("base_changed", how=changed(here, step.result, step.amount, origins, "money")))
    running: Json = None
    if step.before is not None and not (here.result.applies or here.layer.base.every):
        text.append(w("base_not_counted"))
    elif step.before is not None:
        if not here.result.applies:
            text.append(w("base_counted"))
        after = step.before + step.amount
        text.append(w("base_running", before=money(step.before), after=money(after)))
        running = before_after(step.before, after)
    paid = {layer.name: layer.paid for layer in claim.layers}
    prior = dict.fromkeys(leaf.layer for leaf in leaves(step.formula) if isinstance(leaf, p.Paid))
    here.lines.add(
        "base", w("base"), text, step.amount, [step.origin, *here.sources(step.formula)], "eligible",
        data=facts(formula=symbolic(step.formula, w), seen=seen_json(step.seen), result=machine_money(step.result),
        base=machine_money(step.amount), running=running, operations=operations_json(here, origins),
        prior=[
            {"code": "priorpayerpaid", "layer": name, "paid": machine_money(paid[name])}
            for name in prior if name in paid
        ]),
    )  # fmt: skip


def standard(here: Here, value: p.Expr, result: Exact | None) -> tuple[str, ...]:
    """Where a standard came from, when it is more than a constant: "取自 住院起付标准（医院等级 = 三级）"."""
    if isinstance(value, p.Const):
        return ()
    w, saw = here.w, here.reached.saw(value)
    values = values_of(saw, value, here.env)
    chosen, numbers = choosing(value, values, w), numeric(value, values, w)
    shown = w("none") if result is None else money(result)
    told = symbolic(value, w)
    by_formula = "" if numbers in (told, shown) else f"{numbers} = {shown}"
    rows = definitions(value, saw, w, here.env)
    if isinstance(value, p.Cases) and not value.name:
        taken = w("taken", value=by_formula or shown)
        return (w("standard_cases", formula=told), w.joined([chosen, taken]), *rows)
    if isinstance(value, p.Named | p.Cases):
        own = w("where", name=told, formula="")
        if rows and rows[0].startswith(own):  # the row of the name itself tells all
            return (w("standard", formula=f"{told} = {rows[0].removeprefix(own)}"), *rows[1:])
        told = w("standard", formula=told) + (w("open") + chosen + w("close") if chosen else "")
        told = w.joined([told, by_formula], "colon")
    else:
        told = w("standard_is", formula=w.joined([told, by_formula or shown], "equals"))
        told = w.joined([told, w("standard_by", what=chosen) if chosen else ""])
    return (told, *rows)


def deductible(here: Here, step: s.DeductibleStep) -> None:
    """The line of the deductible: standard, changes, what was used, applied and is open."""
    w, plan_step = here.w, here.written(p.Deductible, step)
    head = w("ded_admission", n=step.admission) + w("comma") if step.admission is not None else ""
    shown = money(step.normal)
    floor = None if plan_step.floor is None else _amount(here, plan_step.floor)
    if step.normal != step.effective or step.changed_by:
        shown = changed(here, step.normal, step.effective, step.changed_by, "money", floor)
    head += w("ded_standard", period=w(step.period), standard=shown)
    text = [head, *standard(here, plan_step.value, step.normal)]
    ceiling: Json = None
    limited = ""
    if plan_step.ceiling is not None:
        most = _amount(here, plan_step.ceiling)
        taken = here.reached.current[plan_step.taken] if plan_step.taken else 0
        room = max(most - taken, 0)
        period = next((a.period for a in here.claim.plan.accumulators if a.key == plan_step.taken), "admission")
        told = w("ded_ceiling", period=w(period), most=money(most), taken=money(taken), room=money(room))
        text += [told, *standard(here, plan_step.ceiling, most)]
        ceiling = {"most": machine_money(most), "taken": machine_money(taken), "room": machine_money(room)}
        if step.open and step.applied == room:
            limited = w("ded_limited")
    after = w(
        "ded_after", before=money(step.applied + step.after), applied=money(step.applied), after=money(step.after)
    )
    text += [_met(here, step, limited), after]
    here.lines.add(
        "deductible", w("deductible"), text, -step.applied,
        [step.origin, *here.sources(plan_step.value), *step.changed_by],
        "deductible",
        data=facts(normal=machine_money(step.normal), effective=machine_money(step.effective), admission=step.admission,
        used=machine_money(step.used), applied=machine_money(step.applied), open=machine_money(step.open),
        after=machine_money(step.after), period=step.period, met_by=step.met_by,
        sum_before=machine_money(step.sum_before), kept_out=machine_money(step.kept_out), ceiling=ceiling,
        floor=None if floor is None else machine_money(floor), operations=operations_json(here, step.changed_by)),
    )  # fmt: skip


def _met(here: Here, step: s.DeductibleStep, limited: str) -> str:
    """How much of the deductible was met before, and what this claim takes: by the cost so far no amount is called
    used, since earlier claims may have taken another."""
    w, applied, still = here.w, money(step.applied), money(step.open)
    if not step.effective:
        return w("ded_zero")
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
    use = "ded_stay" if step.used and step.period == "admission" and here.claim.claim.continues else "ded_use"
    told = w(use, used=money(step.used), applied=applied)
    return w.joined([told, limited or (w("ded_open", open=still) if step.open else w("ded_all"))])


def _amount(here: Here, value: p.Expr) -> Exact:
    """An amount as it was when the layer ran."""
    amount = evaluate(value, here.env)
    assert isinstance(amount, int | Fraction)
    return amount


# ---------------------------------------------------------------- caps


def cost_cap(here: Here, step: s.CostCapStep) -> None:
    """The line of a limit on eligible cost."""
    w, plan_step = here.w, here.written(p.CostCap, step)
    room = max(step.limit - step.used, 0)
    limit, used = money(step.limit), money(step.used)
    text = [w("cap_is", period=w(step.period), limit=limit, used=used, room=money(room))]
    text += standard(here, plan_step.value, step.limit)
    if step.shared:
        text.append(_shared(here, step.shared))
    over = step.before - step.after
    if over > 0:
        text.append(w("cost_cap_cut", before=money(step.before), after=money(step.after), over=money(over)))
        text.append(_beyond(here, over, over, step.overflow_to))
    else:
        text.append(w("cost_cap_kept", before=money(step.before)))
    here.lines.add(
        "cost_cap", w("cost_cap"), text, step.after, [step.origin, *here.sources(plan_step.value)], "benefitBalance",
        data=facts(limit=machine_money(step.limit), used=machine_money(step.used), room=machine_money(room),
        over=machine_money(over), shared=step.shared, overflow_to=step.overflow_to, period=step.period,
        **before_after(step.before, step.after)),
    )  # fmt: skip


def payment_cap(here: Here, step: s.PaymentCapStep) -> None:
    """The line of a limit on the payment."""
    w, plan_step = here.w, here.written(p.PaymentCap, step)
    room = None if step.limit is None else max(step.limit - step.used, 0)
    if step.normal is None:
        shown = w("none") if step.limit is None else money(step.limit)
    else:
        shown = money(step.normal)
        if step.limit != step.normal or step.changed_by:
            shown = changed(here, step.normal, step.limit, step.changed_by, "money")
    if step.limit is None or room is None:
        text = [w("cap_none" if step.normal is None else "cap_removed", period=w(step.period), limit=shown)]
    else:
        text = [w("cap_is", period=w(step.period), limit=shown, used=money(step.used), room=money(room))]
    text += standard(here, plan_step.value, step.normal)
    if step.shared:
        text.append(_shared(here, step.shared))
    forgone = step.before - step.after
    need: Json = None
    if forgone > 0:
        text.append(w("cap_cut", before=money(step.before), after=money(step.after), forgone=money(forgone)))
        if step.overflow and (step.overflow_to or _reads_overflow(here)):
            amount = _counted(here, step)
            need = machine_money(amount - step.overflow)
            text.append(_reached(here, step, amount))
        text.append(_beyond(here, forgone, step.overflow, step.overflow_to))
    elif room is not None:
        text.append(w("cap_kept", before=money(step.before)))
    here.lines.add(
        "payment_cap", w("cap"), text, step.after,
        [step.origin, *here.sources(plan_step.value), *step.changed_by], "benefitBalance",
        data=facts(normal=None if step.normal is None else machine_money(step.normal),
        limit=None if step.limit is None else machine_money(step.limit),
        used=machine_money(step.used), room=None if room is None else machine_money(room),
        forgone=machine_money(forgone), overflow=machine_money(step.overflow), overflow_to=step.overflow_to,
        reached_at=need, shared=step.shared, period=step.period, operations=operations_json(here, step.changed_by),
        **before_after(step.before, step.after)),
    )  # fmt: skip


def _counted(here: Here, step: s.PaymentCapStep) -> Exact:
    """The eligible cost that went into the payment before a cap."""
    amount: Exact = 0
    for earlier in here.result.steps:
        if earlier is step:
            break
        match earlier:
            case s.BandsStep(start=start, end=end):
                amount = end - start
            case s.RateStep(amount=of):
                amount = of
    return amount


def _reached(here: Here, step: s.PaymentCapStep, amount: Exact) -> str:
    """At which cost the payment reaches the cap, and what lies above it."""
    w, need = here.w, amount - step.overflow
    paying = [x for x in here.result.steps if isinstance(x, s.BandsStep | s.RateStep | s.FactorStep | s.TopUpStep)]
    told = w("cap_reached", after=money(step.after), need=money(need))
    if len(paying) == 1 and isinstance(paying[0], s.RateStep) and Fraction(step.after) == need * paying[0].rate:
        told = w("cap_reached_by", quotient=f"{money(step.after)} ÷ {ratio(paying[0].rate)}", need=money(need))
    return told + w("comma") + w("cap_overflow", sum=f"{money(amount)} − {money(need)}", overflow=money(step.overflow))


def _shared(here: Here, name: str) -> str:
    """Which layers share a cap."""
    w = here.w
    others = [
        layer.name
        for layer in here.claim.plan.body.steps
        if isinstance(layer, p.Layer) and layer.name != here.result.name
        and any(isinstance(step, Cap) and step.shared == name for step in layer.steps)
    ]  # fmt: skip
    if not others:
        return w("shared_alone", name=name)
    return w("shared", name=name, layers=w.joined([w("named", name=w.name(other)) for other in others], "list_comma"))


def _beyond(here: Here, amount: Exact, cost: Exact, overflow_to: str | None) -> str:
    """Who meets what a cap keeps a layer from taking in or paying: the layer it flows to (as eligible cost), the layers
    behind that draw on the same parts of the cost, or the person."""
    w, layer = here.w, here.layer
    if overflow_to:
        return w("flows_to", amount=money(cost), layer=w.name(overflow_to))
    drawn = any(layer.parts & other.parts for other in _later(here))
    return w("stays_open" if drawn or _reads_overflow(here) else "stays", amount=money(amount))


def _later(here: Here) -> list[p.Layer]:
    """The layers behind this one."""
    layers = [step for step in here.claim.plan.body.steps if isinstance(step, p.Layer)]
    at = next((i for i, layer in enumerate(layers) if layer.name == here.result.name), len(layers))
    return layers[at + 1 :]


def _reads_overflow(here: Here) -> bool:
    """Whether a layer behind counts from the cost above the cap of this one."""
    return any(
        isinstance(leaf, p.Overflow) and leaf.layer == here.result.name
        for layer in _later(here)
        for leaf in leaves(layer.base.value)
    )
