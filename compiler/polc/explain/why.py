"""Why a layer paid what it paid: its whole chain of conditions, terms and tilts, also those never reached."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem, Problems, near_names
from polc import plan as p
from polc import settlement as s
from polc.evaluate import first_failed
from polc.explain.document import Section
from polc.explain.figures import machine_money, money
from polc.explain.formula import symbolic
from polc.explain.here import Here
from polc.explain.layer import add_step
from polc.explain.lines import Lines, facts, guard, saw_is, seen_json
from polc.explain.nearest import Changes, joined, nearest, nearest_case
from polc.explain.observed import gap, observed
from polc.explain.reasons import why_nothing
from polc.explain.replay import Reached, Replay
from polc.explain.wording import Words
from polc.settle import counts_as


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
    hint_zh: ClassVar[str] = "polc plan 列出各保障层"
    hint_en: ClassVar[str] = "polc plan lists the layers"


def why_section(claim: s.ClaimSettlement, settled: Replay, name: str, number: str, w: Words) -> Section:
    """The section of a layer's chain. Raises `Problems` where the policy has no such layer."""
    reached = settled.layer(name)
    result = next((r for r in claim.layers if r.name == name), None)
    if reached is None or result is None:
        known = [step.name for step in claim.plan.body.steps if isinstance(step, p.Layer)]
        raise Problems([NoSuchLayer(name=name, near=near_names(name, known))])
    lines = Lines(number)
    layer = Here(lines, result, claim, reached, w).layer
    tried = [step for step in result.steps if isinstance(step, s.GuardStep)]
    for at, wanted in enumerate(layer.guards):
        if at < len(tried):
            guard(lines, tried[at], w)
        else:
            _untried(lines, wanted, reached, w)
    shown, identity = result, ""
    kept_out = any(not step.held for step in tried)
    changes = _needed(layer, result, reached, w)
    told = _nearest(lines, result, changes, reached, w)
    if kept_out:
        identity = _identity(claim, changes, w)
        without = reached.unguarded(counts_as(claim.plan, identity) if identity else frozenset())
        if without is not None:
            shown = without
            word = w("unguarded_as", identity=w.name(identity), amount=money(without.paid)) if identity else ""
            lines.add(
                "unguarded", w("unguarded"), [word or w("unguarded_is", amount=money(without.paid))], tone="warning",
                data=facts(paid=machine_money(without.paid), identity=identity or None),
            )  # fmt: skip
    for step in shown.steps:
        if not isinstance(step, s.GuardStep):
            add_step(Here(lines, shown, claim, reached, w), step)
    _as_others(lines, claim, name, w)
    reason = why_nothing(shown, w)
    if reason:
        lines.add("reason", w("why"), [reason], tone="bad", data=facts(reason=reason))
    paid = shown.paid
    lines.add(
        "would_pay" if kept_out else "paid", w("would_pay") if kept_out else w("paid"), amount=paid, code="benefit",
        tone="quiet" if kept_out else "result", data=facts(paid=machine_money(shown.paid)),
    )  # fmt: skip
    answer = _answer(result, shown if kept_out else None, told, identity, w)
    title = w("s_why" if result.paid else "s_why_not", layer=w.label(name))
    return Section(
        number, "why_not", title, tuple(lines.lines), note=answer, origins=(layer.origin,),
        data={"layer": name, "paid": machine_money(result.paid)},
    )  # fmt: skip


def _answer(result: s.LayerResult, without: s.LayerResult | None, changes: str, identity: str, w: Words) -> str:
    """Why the layer paid nothing and how far it was from paying, in one sentence."""
    layer = w.label(result.name)
    if result.paid:
        return w("why_answer_paid", layer=layer, amount=money(result.paid))
    reason = w.joined([why_nothing(result, w), changes], "semicolon")
    if without is None or without is result:
        return w("why_answer", layer=layer, reason=reason)
    then = w("then_as", identity=w.name(identity)) if identity else w("then")
    if not without.paid:
        return w("why_answer_would_not", layer=layer, reason=reason, then=then, next=why_nothing(without, w))
    return w("why_answer_would", layer=layer, reason=reason, then=then, amount=money(without.paid))


def _needed(layer: p.Layer, result: s.LayerResult, reached: Reached, w: Words) -> Changes | None:
    """The fewest changes with which all conditions would hold, or a value would fit; none where there is nothing to
    change, None where nothing could help."""
    without = next((step for step in result.steps if isinstance(step, s.NoCaseStep)), None)
    if without is None:
        return joined(nearest(guard.condition, reached.env, w) for guard in layer.guards)
    found = nearest_case(without.expression, reached.env, w)
    return None if found is None else found[0]


def _nearest(lines: Lines, result: s.LayerResult, changes: Changes | None, reached: Reached, w: Words) -> str:
    """The line of the changes that are needed, and what is said of them; empty where there are none."""
    if changes == ():
        return ""
    without = next((step for step in result.steps if isinstance(step, s.NoCaseStep)), None)
    texts = None if changes is None else [change.text for change in changes]
    told = w("nearest_none") if texts is None else w("and").join(texts)
    if without is not None and texts is not None:
        found = nearest_case(without.expression, reached.env, w)
        told = w("nearest_case", changes=told, term=w(f"t_{without.term}"), value=found[1] if found else "")
    lines.add("nearest", w("nearest"), [told], tone="warning", data=facts(changes=texts))  # type: ignore[arg-type]
    if changes is None:
        return told
    return w("nearest_is" if without is None else "nearest_case_is", changes=told)


def _identity(claim: s.ClaimSettlement, changes: Changes | None, w: Words) -> str:
    """An identity with which all that is asked of identities would hold, one that the person had or will have before
    the first of the policy; empty where nothing is asked."""
    asked = [change.identities for change in changes or () if change.identities is not None]
    names = [*(name for name, *_ in w.known.lapsed), *(spec.name for spec in claim.plan.identities)]
    return next((name for name in names if all(name in some for some in asked)), "") if asked else ""


def _as_others(lines: Lines, claim: s.ClaimSettlement, name: str, w: Words) -> None:
    """What the layer would have paid under the identities that 就高 did not take."""
    for other in claim.alternatives:
        paid = dict(other.paid).get(name, 0)
        if not other.won and paid:
            told = w("as_identity_is", identity=w.name(other.identity or ""), amount=money(paid))
            lines.add(
                "as_identity", w("h_lost_step"), [told], paid, tone="quiet",
                data=facts(identity=other.identity, paid=machine_money(paid)),
            )  # fmt: skip


def _untried(lines: Lines, wanted: p.Guard, reached: Reached, w: Words) -> None:
    """The line of a condition behind one that failed, with what it would have seen."""
    condition = wanted.condition
    text = [symbolic(condition, w), w("not_reached")]
    held: bool | None = None
    far = ""
    saw = reached.saw(condition)
    try:
        failed = first_failed(condition, reached.env)
    except Problems:  # a fact that nobody asked for is not there
        pass
    else:
        held = failed is None
        told = observed(condition, saw, w)
        far = gap(failed, saw, w) if failed is not None else ""
        word = w("would_hold") if held else w("would_fail")
        text.append(w.joined([word, saw_is(condition, told, w), far], "semicolon"))
    lines.add(
        "untried", w("condition"), text, origins=[wanted.origin], tone="quiet",
        data=facts(condition=symbolic(condition, w), would_hold=held, gap=far or None, seen=seen_json(saw)),
    )  # fmt: skip
