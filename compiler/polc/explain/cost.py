"""The section on cost: the total and its parts, and every cut with who bears it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as s
from polc.arithmetic import Exact, fen
from polc.evaluate import NoValue, evaluate
from polc.explain.document import Json, Section
from polc.explain.figures import machine, machine_money, money, ratio
from polc.explain.formula import rounding, symbolic
from polc.explain.lines import Lines, facts, failure, guard, seen_json, written
from polc.explain.observed import observed
from polc.explain.replay import Reached
from polc.explain.wording import Words
from polc.explain.worked import formula_rows

PARTS = (("noncovered", "noncovered"), ("overlimit", "noncovered"), ("copay", "copay"), ("inscope", "eligible"))
"""The parts that add up to the total, with their FHIR codes."""

Cut = tuple[s.CutResult, Reached]
"""A cut with the state it met."""


def cost_section(claim: s.ClaimSettlement, number: str, cuts: list[Cut], w: Words) -> Section:
    """The section of the parts as claimed and the cuts that come before the first layer."""
    lines = Lines(number)
    parts = claim.claim.parts
    lines.add("total", w("total"), amount=parts["total"], code="submitted", tone="result")
    for part, code in PARTS:
        amount = parts.get(part, 0)
        lines.add(
            f"part_{part}", w(part), amount=amount if part == "inscope" else -amount, code=code,
            tone="result" if part == "inscope" else "plain" if amount else "quiet",
        )  # fmt: skip
    happened = [(cut, met) for cut, met in cuts if cut.moved or dict(met.env.parts) != dict(cut.parts)]
    for cut, met in happened:
        add_cut(lines, cut, met, w)
    absent = [(cut, met) for cut, met in cuts if not any(cut is other for other, _ in happened)]
    if absent:
        lines.add(
            "not_occurred", w("c_not_occurred"), [_absent(cut, met, w) for cut, met in absent],
            origins=[cut.origin for cut, _ in absent], tone="quiet",
            data=facts(cuts=[{"kind": cut.kind, "name": cut.name, "applies": cut.applies} for cut, _ in absent]),
        )  # fmt: skip
    if claim.total != parts["total"]:
        text = [w("settled_total_is", billed=money(parts["total"]), total=money(claim.total))]
        lines.add("settled_total", w("settled_total"), text, claim.total, code="submitted", tone="result")
    data: dict[str, Json] = {
        part: machine_money(parts.get(part, 0)) for part in ("total", *(part for part, _ in PARTS))
    }
    return Section(number, "cost", w("s_cost"), tuple(lines.lines), data={"parts": data})


def _absent(cut: s.CutResult, met: Reached, w: Words) -> str:
    """A cut that moved nothing, and why."""
    name = w.joined([w(f"c_{cut.kind}"), w.name(cut.name)], "colon")
    why = why_none(cut, w)
    if not why and cut.limit is not None and cut.subject is not None:
        why = w.joined(why_moved(cut, met, w)[-2:], "semicolon")
    elif not why and cut.formula is not None:
        why = observed(cut.formula, cut.seen, w)
    why = why or w.joined(why_moved(cut, met, w), "semicolon")
    return name + (w("open") + why + w("close") if why else "")


def why_none(cut: s.CutResult, w: Words) -> str:
    """The condition of a cut that failed, with what it saw; empty where none did."""
    failed = next((tried for tried in cut.guards if not tried.held), None)
    if failed is None:
        return ""
    told = failure(failed.failed if failed.failed is not None else failed.condition, failed.seen, w)
    return w.joined(list(told), "semicolon")


def add_cut(lines: Lines, cut: s.CutResult, met: Reached, w: Words) -> None:
    """The lines of a cut: its conditions, then what it moved to whom."""
    for tried in cut.guards:
        guard(lines, tried, w)
    step, share, more = met.step, _share(met), _raised(cut, met)
    text = [w.name(cut.name)]
    if isinstance(step, p.CopayCut):
        text = [*([] if step.name is None else text), w("c_from", part=symbolic(step.part, w))]
    if not cut.applies:
        text.append(w("c_none"))
    else:
        text += why_moved(cut, met, w)
        if not cut.moved:
            text.append("" if more else w("c_nothing"))
        elif cut.bearer is None:
            text.append(w("c_into_copay", amount=money(cut.moved)))
        else:
            text.append(w("c_borne", amount=money(cut.moved), bearer=w.name(cut.bearer_name or cut.bearer)))
        moves = _moves(cut, met.env.parts, step, w)
        text += moves
        if moves:
            text.append(w("parts_after") + w("colon") + _parts(cut, w))
        if met.env.left != cut.left:
            text.append(w("c_left", before=money(met.env.left), after=money(cut.left)))
    code = "copay" if cut.kind == "copay" else "noncovered"
    lines.add(
        cut.kind, w(f"c_{cut.kind}"), text, more - cut.moved if cut.applies else None,
        [cut.origin, *(written(cut.formula, cut.seen, met.env) if cut.applies else ())], code,
        "plain" if cut.applies else "quiet",
        data=facts(
            name=cut.name, applies=cut.applies, moved=machine_money(cut.moved), bearer=cut.bearer,
            bearer_name=cut.bearer_name, left=machine_money(cut.left),
            subject=None if cut.subject is None else machine_money(cut.subject),
            limit=None if cut.limit is None else machine_money(cut.limit),
            share=None if share is None else machine(share),
            formula=None if cut.formula is None else symbolic(cut.formula, w), seen=seen_json(cut.seen),
            parts={part: machine_money(amount) for part, amount in cut.parts.items()},
        ),
    )  # fmt: skip


def _share(met: Reached) -> Fraction | None:
    """Which share of what lies above a limit is borne, where there is one."""
    return met.step.share if isinstance(met.step, p.Control | p.Package) else None


def _raised(cut: s.CutResult, met: Reached) -> int:
    """By how much a fixed price lies above the cost that it stands for."""
    return max(sum(cut.parts.get(part, 0) - met.env.parts.get(part, 0) for part, _ in PARTS), 0)


def why_moved(cut: s.CutResult, met: Reached, w: Words) -> list[str]:
    """How the amount came about: the formula, its rounding, what was held against what."""
    text: list[str] = []
    result = cut.limit if cut.kind in ("control", "package") else cut.moved
    if cut.formula is not None and result is not None:
        exact = _exact(cut.formula, met, result)
        text += formula_rows(cut.formula, cut.seen, exact, "money", w, met.env)
        if fen(exact) != exact:
            text.append(w("c_rounded", how=rounding(1, "half_up", "money", w), amount=money(fen(exact))))
        if cut.kind in ("copay", "exclusion") and fen(exact) > cut.moved and cut.subject is not None:
            part = money(min(cut.subject, cut.moved))
            text.append(w("c_at_most" if cut.subject == cut.moved else "c_at_most_left", part=part))
    if cut.limit is not None and cut.subject is not None:
        over = cut.subject - cut.limit
        if cut.kind == "package":
            text.append(w("c_price", limit=money(cut.limit), subject=money(cut.subject)))
        else:
            held = met.step.parts if isinstance(met.step, p.Control) else ()
            names = " + ".join(symbolic(part, w) for part in held) or w("c_subject")
            amounts = [met.env.parts[part.part] for part in held]
            told = f"{names} = {money(cut.subject)}"
            if len(amounts) > 1:
                told = f"{names} = {' + '.join(map(money, amounts))} = {money(cut.subject)}"
            text.append(w("c_limit", limit=money(cut.limit), subject=told))
        raised = _raised(cut, met)
        more = f"{money(cut.limit)} − {money(cut.subject)} = {money(raised)}"
        text.append(w("c_raised", more=more) if raised else _over(cut, over, _share(met), w))
    return text


def _over(cut: s.CutResult, over: Exact, share: Fraction | None, w: Words) -> str:
    """By how much a limit was exceeded, and which share of it is borne."""
    assert cut.limit is not None and cut.subject is not None
    if over <= 0:
        return w("c_under", room=f"{money(cut.limit)} − {money(cut.subject)} = {money(-over)}")
    told = w("c_over", over=f"{money(cut.subject)} − {money(cut.limit)} = {money(over)}")
    if share is not None and share != 1:
        exact = over * share
        told += w("comma") + w("c_share", share=f"{money(over)} × {ratio(share)} = {money(exact)}")
        if fen(exact) != exact:
            told += w("comma") + w("c_rounded", how=rounding(1, "half_up", "money", w), amount=money(fen(exact)))
    if fen(over * (share or 1)) > cut.moved and share is not None:
        told += w("comma") + w("c_at_most_left", part=money(cut.moved))
    return told


def _exact(formula: p.Expr, met: Reached, result: Exact) -> Exact:
    """What a formula came to before it was rounded and cut to what there was."""
    try:
        exact = evaluate(formula, met.env)
    except (NoValue, Problems):
        return result
    return exact if isinstance(exact, int | Fraction) else result


def _moves(cut: s.CutResult, before: Mapping[str, int], step: object, w: Words) -> list[str]:
    """A row for each part that a cut changed: what it was, what it is now."""
    rows = []
    for part, _ in PARTS:
        old, new = before.get(part, 0), cut.parts.get(part, 0)
        if old != new:
            row = w("part_moved", part=w(part), before=money(old), after=money(new))
            if part != "inscope" and isinstance(step, p.Package) and step.scope == "whole" and new < old:
                row = w.joined([row, w("part_taken_in")])
            rows.append(row)
    return rows


def _parts(cut: s.CutResult, w: Words) -> str:
    shown = [(part, cut.parts[part]) for part in ("inscope", "copay", "overlimit", "noncovered") if part in cut.parts]
    parts = [f"{w(part)} {money(amount)}" for part, amount in shown if amount]
    whole = "" if len(parts) == 1 else money(sum(amount for _, amount in shown))
    return w.joined([w.joined(parts, "plus"), whole], "equals")


def outside_note(claim: s.ClaimSettlement, w: Words) -> tuple[str, ...]:
    """Who bears the cost outside eligible cost: what cuts took out of these parts, what layers that draw on nothing
    else paid, the rest; not counting what a package took into eligible cost."""
    outside = [part for part, _ in PARTS if part != "inscope"]
    steps = {id(step.origin): step for step in claim.plan.body.steps}
    parts, borne, given, paid, mixed = claim.claim.parts, dict[tuple[str, str], int](), 0, 0, False
    for step in claim.steps:
        written_step = steps.get(id(step.origin))
        if isinstance(step, s.CutResult):
            taken_in = isinstance(written_step, p.Package) and written_step.scope == "whole"
            less = sum(parts.get(part, 0) - step.parts.get(part, 0) for part in outside)
            parts = step.parts
            amount = 0 if taken_in or step.bearer is None else min(max(less, 0), step.moved)
            given += amount
            bearer = (step.bearer or "", step.bearer_name)
        elif isinstance(written_step, p.Layer):
            alone = bool(written_step.parts) and "inscope" not in written_step.parts
            mixed = mixed or bool(step.paid and not alone and written_step.parts & set(outside))
            amount = step.paid if alone else 0
            paid += amount
            bearer = (step.payer, step.payer_name)
        else:
            continue
        if amount:
            borne[bearer] = borne.get(bearer, 0) + amount
    still = sum(parts.get(part, 0) for part in outside)
    if still + given <= 0 or paid > still:
        return ()
    told = [
        w("scope_share", name=w.name(name or field), amount=money(amount)) for (field, name), amount in borne.items()
    ]
    if still > paid:
        word = "scope_rest" if told else "scope_mixed"
        word = word if mixed or still - paid > claim.left else "scope_person"
        told.append(w(word, amount=money(still - paid)))
    return (w("scope_note", out=money(still + given), borne=w.joined(told)),)
