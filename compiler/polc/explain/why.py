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
from polc.explain.observed import gap, observed
from polc.explain.reasons import why_nothing
from polc.explain.replay import Reached, Replay
from polc.explain.wording import Words


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
    shown = result
    kept_out = any(not step.held for step in tried)
    if kept_out:
        without = reached.unguarded()
        if without is not None:
            shown = without
            lines.add(
                "unguarded", w("unguarded"), [w("unguarded_is", amount=money(without.paid))], tone="warning",
                data=facts(paid=machine_money(without.paid)),
            )  # fmt: skip
    for step in shown.steps:
        if not isinstance(step, s.GuardStep):
            add_step(Here(lines, shown, claim, reached, w), step)
    reason = why_nothing(shown, w)
    if reason:
        lines.add("reason", w("why"), [reason], tone="bad", data=facts(reason=reason))
    paid = shown.paid
    lines.add(
        "would_pay" if kept_out else "paid", w("would_pay") if kept_out else w("paid"), amount=paid, code="benefit",
        tone="quiet" if kept_out else "result", data=facts(paid=machine_money(shown.paid)),
    )  # fmt: skip
    answer = _answer(result, shown if kept_out else None, w)
    return Section(
        number, "why_not", w("s_why_not", layer=name), tuple(lines.lines), note=answer, origins=(layer.origin,),
        data={"layer": name, "paid": machine_money(result.paid)},
    )  # fmt: skip


def _answer(result: s.LayerResult, without: s.LayerResult | None, w: Words) -> str:
    """Why the layer paid nothing and how far it was from paying, in one sentence."""
    if result.paid:
        return w("why_answer_paid", layer=result.name, amount=money(result.paid))
    reason = why_nothing(result, w)
    if without is None or without is result:
        return w("why_answer", layer=result.name, reason=reason)
    return w("why_answer_would", layer=result.name, reason=reason, amount=money(without.paid))


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
