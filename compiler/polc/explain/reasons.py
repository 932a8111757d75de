"""Why a layer paid nothing, in one sentence: the first step that left nothing, and by how much."""

from __future__ import annotations

from collections.abc import Iterator

from polc import plan as p
from polc import settlement as s
from polc.explain.figures import money
from polc.explain.formula import symbolic
from polc.explain.lines import failure
from polc.explain.wording import Words


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
