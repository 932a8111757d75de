"""The section on cost: the total and its parts, and every cut with who bears it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from polc import plan as p
from polc import settlement as s
from polc.arithmetic import fen
from polc.explain.document import Json, Section
from polc.explain.figures import machine, machine_money, money, ratio
from polc.explain.formula import definitions, observed, rounding, symbolic, values_of, worked, worth
from polc.explain.lines import Lines, facts, guard, seen_json, written
from polc.explain.wording import Words

PARTS = (("noncovered", "noncovered"), ("overlimit", "noncovered"), ("copay", "copay"), ("inscope", "eligible"))
"""The parts that add up to the total, with their FHIR codes."""


def cost_section(claim: s.ClaimSettlement, number: str, cuts: list[s.CutResult], w: Words) -> Section:
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
    happened = [cut for cut in cuts if cut.moved or parts_before(claim, cut) != cut.parts]
    for cut in happened:
        add_cut(lines, cut, claim, w)
    absent = [cut for cut in cuts if not any(cut is other for other in happened)]
    if absent:
        lines.add(
            "not_occurred", w("c_not_occurred"), [_absent(cut, claim, w) for cut in absent],
            origins=[cut.origin for cut in absent], tone="quiet",
            data=facts(cuts=[{"kind": cut.kind, "name": cut.name, "applies": cut.applies} for cut in absent]),
        )  # fmt: skip
    if claim.total != parts["total"]:
        text = [w("settled_total_is", billed=money(parts["total"]), total=money(claim.total))]
        lines.add("settled_total", w("settled_total"), text, claim.total, code="submitted", tone="result")
    data: dict[str, Json] = {
        part: machine_money(parts.get(part, 0)) for part in ("total", *(part for part, _ in PARTS))
    }
    return Section(number, "cost", w("s_cost"), tuple(lines.lines), data={"parts": data})


def _absent(cut: s.CutResult, claim: s.ClaimSettlement, w: Words) -> str:
    """A cut that moved nothing, and why."""
    name = w.joined([w(f"c_{cut.kind}"), cut.name], "colon")
    failed = next((tried for tried in cut.guards if not tried.held), None)
    why = ""
    if failed is not None:
        why = observed(failed.failed if failed.failed is not None else failed.condition, failed.seen, w)
    elif cut.limit is not None and cut.subject is not None:
        step = next((step for step in claim.plan.body.steps if step.origin is cut.origin), None)
        why = w.joined(_why(cut, step, None, w)[-2:], "semicolon")
    return name + (w("open") + why + w("close") if why else "")


def add_cut(lines: Lines, cut: s.CutResult, claim: s.ClaimSettlement, w: Words) -> None:
    """The lines of a cut: its conditions, then what it moved to whom."""
    for tried in cut.guards:
        guard(lines, tried, w)
    step = next((step for step in claim.plan.body.steps if step.origin is cut.origin), None)
    share = step.share if isinstance(step, p.Control | p.Package) else None
    text = [w("c_from", part=_part_of(step, cut, w)) if cut.kind == "copay" else cut.name] if cut.name else []
    if not cut.applies:
        text.append(w("c_none"))
    else:
        text += _why(cut, step, share, w)
        if not cut.moved:
            text.append(w("c_nothing"))
        elif cut.bearer is None:
            text.append(w("c_into_copay", amount=money(cut.moved)))
        else:
            text.append(w("c_borne", amount=money(cut.moved), bearer=w.bearer(cut.bearer_name or cut.bearer)))
        moves = _moves(cut, parts_before(claim, cut), step, w)
        text += moves
        if moves:
            text.append(w("parts_after") + w("colon") + _parts(cut, w))
    code = "copay" if cut.kind == "copay" else "noncovered"
    lines.add(
        cut.kind, w(f"c_{cut.kind}"), text, -cut.moved if cut.applies else None,
        [cut.origin, *(written(cut.formula) if cut.applies else ())], code,
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


def _part_of(
    step: p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer | None, cut: s.CutResult, w: Words
) -> str:
    return symbolic(step.part, w) if isinstance(step, p.CopayCut) else cut.name


def _why(
    cut: s.CutResult,
    step: p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer | None,
    share: Fraction | None,
    w: Words,
) -> list[str]:
    text: list[str] = []
    result = cut.limit if cut.kind in ("control", "package") else cut.moved
    if cut.formula is not None and result is not None:
        exact = worth(cut.formula, values_of(cut.seen))
        exact = exact if isinstance(exact, int | Fraction) else result
        text += [*worked(cut.formula, cut.seen, exact, "money", w), *definitions(cut.formula, cut.seen, w)]
        if fen(exact) != exact:
            text.append(w.joined([rounding(1, "half_up", "money", w), money(fen(exact))], "colon"))
        if cut.kind in ("copay", "exclusion") and fen(exact) > cut.moved and cut.subject is not None:
            text.append(w("c_at_most", part=money(cut.subject)))
    if cut.limit is not None and cut.subject is not None:
        over = cut.subject - cut.limit
        if cut.kind == "package":
            text.append(w("c_price", limit=money(cut.limit), subject=money(cut.subject)))
        else:
            held = step.parts if isinstance(step, p.Control) else ()
            names = " + ".join(symbolic(part, w) for part in held) or w("c_subject")
            text.append(w("c_limit", limit=money(cut.limit), subject=f"{names} = {money(cut.subject)}"))
        told = w("c_over", over=money(over)) if over > 0 else w("c_under", room=money(-over))
        if over > 0 and share is not None and share != 1:
            told += w("comma") + w("c_share", share=ratio(share))
        text.append(told)
    return text


def parts_before(claim: s.ClaimSettlement, cut: s.CutResult) -> Mapping[str, int]:
    """The parts as they stood before a cut."""
    parts = claim.claim.parts
    for step in claim.steps:
        if step is cut:
            break
        if isinstance(step, s.CutResult):
            parts = step.parts
    return parts


def _moves(
    cut: s.CutResult,
    before: Mapping[str, int],
    step: p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer | None,
    w: Words,
) -> list[str]:
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
    return w.joined([w.joined(parts), w("parts_sum", amount=money(sum(amount for _, amount in shown)))], "semicolon")


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
        w("scope_share", name=w.bearer(name or field), amount=money(amount)) for (field, name), amount in borne.items()
    ]
    if still > paid:
        word = "scope_rest" if mixed or still - paid > claim.left else "scope_person"
        told.append(w(word, amount=money(still - paid)))
    return (w("scope_note", out=money(still + given), borne=w.joined(told)),)
