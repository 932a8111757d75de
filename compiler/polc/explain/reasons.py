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
            case s.TimesStep(held=False, allowed=allowed, used=used):
                yield w("why_times", allowed=allowed, used=used)
            case s.BaseStep(amount=amount) if amount <= 0:
                yield w("why_base")
            case s.CostCapStep(limit=limit, used=used, before=before, after=after) if before > 0 and after <= 0:
                yield w("why_cost_cap", limit=money(limit), used=money(used))
            case s.DeductibleStep(after=after) if after <= 0:
                word = "why_deductible_open" if step.used else "why_deductible"
                yield w(
                    word, before=money(step.applied + step.after), effective=money(step.effective),
                    open=money(step.applied + step.open), gap=money(step.open),
                )  # fmt: skip
            case s.TopUpStep(pays=pays) if pays <= 0:
                yield w("why_top_up")
            case s.RateStep(rate=0):
                yield w("why_rate")
            case s.BandsStep(rows=rows) if any(row.amount and not row.rate for row in rows) and not step.pays:
                yield w("why_bands" if step.mode != "lump" else "why_lump")
            case s.FactorStep(before=before, after=after) if before > 0 and after <= 0:
                yield w("why_factor", before=money(before))
            case s.PaymentCapStep(limit=limit, used=used, before=before, after=after) if before > 0 and after <= 0:
                yield w("why_cap", limit=money(limit or 0), used=money(used), before=money(before))
            case s.LimitedStep(before=before, after=after) if before > 0 and after <= 0:
                yield w("why_limited")
