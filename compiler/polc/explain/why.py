"""Why a layer paid what it paid: its whole chain of conditions, terms and tilts, also those never reached."""

from __future__ import annotations

from typing import ClassVar

from attrs import frozen

from pol_lang.problem import Problem, Problems, near_names
from polc import plan as p
from polc import settlement as s
from polc.evaluate import Environment, first_failed, seen
from polc.explain.document import Section
from polc.explain.formula import gap, observed, symbolic
from polc.explain.layer import add_step, plan_layer, tilt, why_nothing
from polc.explain.lines import Lines, facts, guard, seen_json
from polc.explain.wording import Words


@frozen(kw_only=True)
class NoSuchLayer(Problem):
    """The layer asked about with `--why-not` is not one of the policy's layers.

    Give the layer's name as it stands after `layer` in the `.pol` file.
    ---
    `--why-not` 所问的保障层不在政策里。

    请按 `.pol` 文件里 `保障层` 之后的名称填写。
    """

    name: str = ""
    code = "C601"
    zh: ClassVar[str] = "政策里没有保障层“{name}”"
    en: ClassVar[str] = "the policy has no layer “{name}”"


def why_section(claim: s.ClaimSettlement, person: s.Person, name: str, number: str, w: Words) -> Section:
    """The section of a layer's chain. Raises `Problems` where the policy has no such layer."""
    layer = plan_layer(claim, name)
    result = next((r for r in claim.layers if r.name == name), None)
    if layer is None or result is None:
        known = [step.name for step in claim.plan.body.steps if isinstance(step, p.Layer)]
        raise Problems([NoSuchLayer(name=name, near=near_names(name, known))])
    lines = Lines(number)
    would = environment(claim, person, name)
    guards = [step for step in result.steps if isinstance(step, s.GuardStep)]
    for at, wanted in enumerate(layer.guards):
        if at < len(guards):
            guard(lines, guards[at], w)
        else:
            _unreached(lines, wanted.condition, wanted.origin, would, w("condition"), (), w)
    tilts = {id(step.origin): step for step in result.steps if isinstance(step, s.TiltStep)}
    for step in result.steps:
        if not isinstance(step, s.GuardStep | s.TiltStep):
            add_step(lines, step, result, claim, w)
    for wanted_tilt in layer.tilts:
        found = tilts.get(id(wanted_tilt.origin))
        if found is not None:
            tilt(lines, found, layer.rule, w)
        else:
            name_row = (wanted_tilt.name,) if wanted_tilt.name else ()
            _unreached(lines, wanted_tilt.condition, wanted_tilt.origin, would, w(wanted_tilt.kind), name_row, w)
    reason = why_nothing(result, w)
    if reason:
        lines.add("reason", w("why"), [reason], tone="bad", data=facts(reason=reason))
    return Section(number, "why_not", w("s_why_not", layer=name), tuple(lines.lines), origins=(layer.origin,),
                   data={"layer": name})  # fmt: skip


def _unreached(
    lines: Lines, condition: p.Expr, origin: p.Origin, env: Environment, label: str, named: tuple[str, ...], w: Words
) -> None:
    """The line of a condition that was never tried, with what it would have seen."""
    text = [*named, symbolic(condition, w), w("not_reached")]
    held: bool | None = None
    saw: s.Seen = ()
    far = ""
    try:
        saw = seen(condition, env)
        failed = first_failed(condition, env)
        held = failed is None
    except Problems:
        failed = None  # a fact that was never asked for and is not there
    if held is not None:
        told = observed(condition, saw, w)
        far = gap(failed, saw, w) if failed is not None else ""
        word = w("would_hold") if held else w("would_fail")
        text.append(w.joined([word, w("saw", what=told) if told else "", far], "semicolon"))
    lines.add(
        "unreached", label, text, origins=[origin], tone="quiet",
        data=facts(condition=symbolic(condition, w), would_hold=held, gap=far or None, seen=seen_json(saw)),
    )  # fmt: skip


def environment(claim: s.ClaimSettlement, person: s.Person, layer: str) -> Environment:
    """What a condition of the layer that was never tried would have seen: the state when the layer was reached."""
    defaults = {spec.name: spec.default for spec in claim.plan.facts}
    fields = [field for field, _ in claim.plan.bearers]
    env = Environment(
        claim=claim.claim.facts, person=person.facts, items=claim.claim.items, defaults=defaults,
        parts=dict(claim.claim.parts), left=claim.total, identities=frozenset(claim.identities),
        tallies={tally.name: claim.before.get(tally.accumulator, 0) for tally in claim.plan.tallies},
        borne=dict.fromkeys(fields, 0), person_field=fields[-1] if fields else "psn_part_amt",
    )  # fmt: skip
    if claim.considered is not None:
        env.identities = counting_as(claim.plan, claim.considered)
    else:
        env.identities = frozenset().union(*(counting_as(claim.plan, name) for name in claim.identities))
    for step in claim.steps:
        if isinstance(step, s.LayerResult):
            if step.name == layer:
                break
            env.paid[step.name] = step.paid
            env.borne[step.payer] = env.borne.get(step.payer, 0) + step.paid
        else:
            env.parts = {**env.parts, **step.parts}
            env.cuts[step.name] = env.cuts.get(step.name, 0) + step.moved
            if step.bearer is not None:
                env.borne[step.bearer] = env.borne.get(step.bearer, 0) + step.moved
            if step.kind == "package" and step.applies:
                env.packages.add(step.name)
        env.left = step.left
    return env


def counting_as(plan: p.Plan, name: str) -> frozenset[str]:
    """The identity and every wider one that includes it."""
    found = {name}
    grown = True
    while grown:
        wider = {spec.name for spec in plan.identities if found & set(spec.includes)} - found
        found |= wider
        grown = bool(wider)
    return frozenset(found)
