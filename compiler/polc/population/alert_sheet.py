"""The alerts that a claim or a person raises, on a sheet: why, with the numbers, and who is told."""

from __future__ import annotations

from collections.abc import Sequence

from polc import plan as p
from polc.evaluate import Environment, seen
from polc.explain.document import Section
from polc.explain.figures import machine_money, money
from polc.explain.formula import symbolic
from polc.explain.lines import Lines, facts, written
from polc.explain.observed import observed
from polc.explain.wording import Words
from polc.explain.worked import definitions, formula_rows
from polc.population.results import AlertLine
from polc.population.wording import said


def alert_note(raised: Sequence[AlertLine], w: Words) -> str:
    """The alerts in a sentence, each with whom it is told to."""
    listed = [said(w.lang, "alert_to", alert=line.alert, tell=line.tell) if line.tell else line.alert
              for line in raised]  # fmt: skip
    return said(w.lang, "note_alerts", alerts=w.joined(listed, "semicolon"))


def alert_section(raised: Sequence[AlertLine], plan: p.Plan, env: Environment, number: str, w: Words) -> Section:
    """The section of the alerts; `env` is the state in which they were looked at."""
    lang, lines = w.lang, Lines(number)
    for line in raised:
        alert = next(alert for alert in plan.alerts if alert.origin is line.origin)
        text = [line.alert]
        for step in line.guards:
            saw = observed(step.condition, step.seen, w)
            text.append(w.joined([symbolic(step.condition, w), w("met") + (w("colon") + saw if saw else "")]))
        if not isinstance(line.watch, p.Const):
            text.append(f"{symbolic(line.watch, w)} = {money(line.value)} > {money(line.above)}")
            text += definitions(line.watch, line.seen, w, env)
        saw_line = seen(alert.above, env)
        if not isinstance(alert.above, p.Const):
            rows = formula_rows(alert.above, saw_line, line.above, "money", w, env)
            text += [w.joined([said(lang, "alert_line"), rows[0]], "colon"), *rows[1:]]
        text.append(said(lang, "told_to", tell=line.tell) if line.tell else "")
        lines.add(
            "alert", said(lang, "alert"), text,
            origins=[line.origin, *written(line.watch, line.seen, env), *written(alert.above, saw_line, env)],
            tone="warning",
            data=facts(alert=line.alert, value=machine_money(line.value), above=machine_money(line.above),
            tell=line.tell),
        )  # fmt: skip
    return Section(number, "alerts", said(lang, "s_alerts"), tuple(lines.lines))
