"""A plan as text that a policy author reads beside the document.

Theory: the text is a list of entries, each a label, rows of text and what it rests on, at a depth; tables stand between
them. One function per kind of node writes its entries, the layout is chosen once at the end. Nothing of the plan is
left out but what no author wrote; expressions are written as on the calculation sheet.
"""

from __future__ import annotations

from pol_lang.problem import Language
from polc import plan as p
from polc.explain.lines import own_document
from polc.explain.wording import words
from polc.plan_json import plan_hash
from polc.plan_text.around import write_around
from polc.plan_text.inputs import write_accumulators, write_definitions, write_head, write_inputs
from polc.plan_text.layout import WIDTH, laid_out
from polc.plan_text.steps import write_steps
from polc.plan_text.writer import Entry, Writer


def plan_entries(plan: p.Plan, lang: Language, *beside: p.Plan) -> list[Entry]:
    """What the plan's text says, entry by entry in its order, before it is laid out. Where it is held against plans
    `beside` it, all call a thing by the same further name."""
    return _written(plan, lang, *beside).entries


def _written(plan: p.Plan, lang: Language, *beside: p.Plan) -> Writer:
    out = Writer(words(lang, *(beside or (plan,))))
    write_head(plan, out)
    write_inputs(plan, out)
    write_definitions(plan, out)
    write_accumulators(plan, out)
    write_steps(plan, out)
    write_around(plan, out)
    return out


def plan_text(plan: p.Plan, lang: Language) -> str:
    """The plan as text that ends with a line end."""
    out = _written(plan, lang)
    title = out.say(f"结算计划 {plan.name}", f"Settlement plan {plan.name}")
    subtitle = f"{p.SCHEMA} · {plan_hash(plan)}"
    return "\n".join([title, subtitle, *laid_out(out.entries, own_document(plan))]) + "\n"


__all__ = ["WIDTH", "Entry", "plan_entries", "plan_text"]
