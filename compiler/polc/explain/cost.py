"""The section on cost: the total and its parts, and every cut with who bears it."""

from __future__ import annotations

from fractions import Fraction

from polc import plan as p
from polc import settlement as s
from polc.arithmetic import fen
from polc.explain.document import Json, Section
from polc.explain.figures import machine, machine_money, money, ratio
from polc.explain.formula import definitions, rounding, symbolic, values_of, worked, worth
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
    for cut in cuts:
        add_cut(lines, cut, claim, w)
    if claim.total != parts["total"]:
        text = [w("settled_total_is", billed=money(parts["total"]), total=money(claim.total))]
        lines.add("settled_total", w("settled_total"), text, claim.total, code="submitted", tone="result")
    data: dict[str, Json] = {
        part: machine_money(parts.get(part, 0)) for part in ("total", *(part for part, _ in PARTS))
    }
    return Section(number, "cost", w("s_cost"), tuple(lines.lines), data={"parts": data})


def add_cut(lines: Lines, cut: s.CutResult, claim: s.ClaimSettlement, w: Words) -> None:
    """The lines of a cut: its conditions, then what it moved to whom."""
    for tried in cut.guards:
        guard(lines, tried, w)
    step = next((step for step in claim.plan.body.steps if step.origin is cut.origin), None)
    share = step.share if isinstance(step, p.Control | p.Package) else None
    text = [w("c_from", part=cut.name) if cut.kind == "copay" else cut.name] if cut.name else []
    if not cut.applies:
        text.append(w("c_none"))
    else:
        text += _why(cut, step, share, w)
        if not cut.moved:
            text.append(w("c_nothing"))
        elif cut.bearer is None:
            text.append(w("c_into_copay", amount=money(cut.moved)))
        else:
            text.append(w("c_borne", amount=money(cut.moved), bearer=cut.bearer_name or cut.bearer))
        if cut.moved:
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
            names = " + ".join(part.name for part in held) or w("c_subject")
            text.append(w("c_limit", limit=money(cut.limit), subject=f"{names} = {money(cut.subject)}"))
        told = w("c_over", over=money(over)) if over > 0 else w("c_under", room=money(-over))
        if over > 0 and share is not None and share != 1:
            told += w("comma") + w("c_share", share=ratio(share))
        text.append(told)
    return text


def _parts(cut: s.CutResult, w: Words) -> str:
    shown = [(part, cut.parts[part]) for part in ("inscope", "copay", "overlimit", "noncovered") if part in cut.parts]
    return w.joined([f"{w(part)} {money(amount)}" for part, amount in shown if amount])
