"""The calculation sheets of an example: of its claims, and of what stands around them."""

from __future__ import annotations

from pol_lang.problem import Language
from polc.examples.run import ExampleResult
from polc.explain import sheet
from polc.explain.document import Sheet
from polc.explain.pinned import pinned
from polc.plan_json import plan_hash
from polc.population.beside import beside
from polc.population.sheet import around_sheet


def sheets(result: ExampleResult, lang: Language) -> tuple[Sheet, ...]:
    """The sheets of an example that could be settled, as `polc explain` shows them; none for one that could not."""
    found: list[Sheet] = []
    case = result.case
    if result.settlement is not None:
        found.append(sheet(result.settlement, lang, plan_hash, around=beside))
    if case is not None and (case.arrivals or not case.claims) and result.around is not None:
        told = result.around()
        if told.enrolment is not None or told.subsidy is not None or told.routes:
            found.append(around_sheet(told, "", lang))
    return tuple(found)


def pinned_sheet(result: ExampleResult, lang: Language = "zh") -> str:
    """The sheets of an example as they are kept beside the policy; only its title where it could not be settled."""
    name = result.name.replace("\\", "/")  # a claim file goes by its path, which hangs on where it was run from
    name = name.rpartition("/")[2] if name.endswith((".toml", ".json")) else result.name
    return pinned(f"{result.plan.name} · {name}", sheets(result, lang))
