"""The calculation sheets of an example: of its claims, and of what stands around them."""

from __future__ import annotations

from pol_lang.problem import Language
from polc.claims.case import Case
from polc.examples.day import day_of
from polc.examples.run import ExampleResult, Plans
from polc.explain import sheet
from polc.explain.document import Sheet
from polc.explain.pinned import pinned
from polc.plan_json import plan_hash
from polc.population.around import around
from polc.population.sheet import around_sheet


def sheets(result: ExampleResult, plans: Plans, lang: Language) -> tuple[Sheet, ...]:
    """The sheets of an example that could be settled; none for one that could not."""
    found: list[Sheet] = []
    case = result.case
    if result.settlement is not None:
        found.append(sheet(result.settlement, lang, plan_hash))
    if case is not None and (case.arrivals or not case.claims):
        found += _around(case, result, plans, lang)
    return tuple(found)


def _around(case: Case, result: ExampleResult, plans: Plans, lang: Language) -> list[Sheet]:
    day = day_of(case, result.plan)
    own = plans(day) if day else result.plan
    told = around(case, own, result.settlement, day)
    if told.enrolment is None and told.subsidy is None and not told.routes:
        return []
    return [around_sheet(told, "", lang)]


def pinned_sheet(result: ExampleResult, plans: Plans, lang: Language = "zh") -> str:
    """The sheets of an example as they are kept beside the policy; only its title where it could not be settled."""
    return pinned(f"{result.plan.name} · {result.name}", sheets(result, plans, lang))
