"""The lines of tilts and adjustments: whether one applied, on what it saw, what it changes."""

from __future__ import annotations

from polc import plan as p
from polc import settlement as s
from polc.explain.figures import figure, machine, machine_money, money
from polc.explain.formula import rounding, symbolic
from polc.explain.here import Here
from polc.explain.lines import facts, failure, seen_json
from polc.explain.observed import gap, observed
from polc.explain.wording import Words
from polc.explain.worked import formula_rows


def tilt(here: Here, step: s.TiltStep) -> None:
    """The line of a tilt or adjustment of a layer."""
    w, layer = here.w, here.layer
    wanted = next(t for t in layer.tilts if t.origin is step.origin)
    subject = w.name(step.name)
    if not isinstance(wanted.condition, p.Holds):
        subject = symbolic(wanted.condition, w)
    text, origins, failed = [subject], [step.origin], step.failed
    if step.held:
        saw = observed(wanted.condition, step.seen, w)
        text.append(w("met") + w("colon") + saw if saw else "")
    if step.taken:
        text += [w("tilt_taken", changes=changes(step, wanted, w)), *_values(here, step, wanted)]
        origins += [change.origin for change in step.changes]
        origins += [origin for change in wanted.changes for origin in here.sources(change.value)]
    elif step.held:
        text.append(w("tilt_beaten", rule=w(f"rule_{layer.rule}"), changes=changes(step, wanted, w)))
        origins += [change.origin for change in step.changes]
    else:
        told = failure(failed, step.seen, w)
        if failed is not None and (
            symbolic(failed, w) == subject or (isinstance(failed, p.Holds) and w.name(failed.name) == subject)
        ):
            told = told[1:]  # it is the whole condition, which stands above already
        text.append(w.joined([w("tilt_failed"), *told], "semicolon"))
    if step.pays is not None:
        text.append(w("tilt_pays", amount=money(step.pays)))
    here.lines.add(
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


def changes(step: s.TiltStep, wanted: p.Tilt, w: Words) -> str:
    """What a tilt changes: "起付线 × 50%，支付比例 + 5个百分点，封顶线取消"."""
    parts = []
    rounds = {id(change.origin): change.rounding for change in wanted.changes}
    for change in step.changes:
        target = w(f"t_{change.target}")
        if change.op == "none":
            parts.append(w("change_none", target=target))
            continue
        op = {"-": "−"}.get(change.op, change.op)
        told = w("change", target=target, op=op, value=figure(change.value, change.unit, w))
        how = rounds.get(id(change.origin))
        parts.append(told if how is None else f"{told} {rounding(*how, 'money', w)}")
    return w.joined(parts)


def _values(here: Here, step: s.TiltStep, wanted: p.Tilt) -> list[str]:
    """Where the values of changes came from that are more than a constant."""
    rows: list[str] = []
    for shown, change in zip(step.changes, wanted.changes, strict=False):
        if change.value is not None and not isinstance(change.value, p.Const):
            saw = here.reached.saw(change.value)
            rows += formula_rows(change.value, saw, shown.value, shown.unit, here.w, here.env)
    return rows
