"""What to give where a claim or person lacks a fact: its possible values, and what else the policy may ask for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pol_lang.problem import Problem, listed
from polc import plan as p
from polc import settlement as r
from polc.evaluate import MissingFact

_VALUES = {
    "bool": ("true 或 false", "true or false"),
    "date": ("日期，如 2024-05-20", "a date such as 2024-05-20"),
    "money": ("金额，单位元", "an amount in yuan"),
    "number": ("一个数", "a number"),
    "days": ("天数", "a number of days"),
}


def with_values(
    problems: Iterable[Problem], plan: p.Plan, person: r.Person, claim: r.Claim
) -> tuple[Problem, ...]:  # fmt: skip
    """Problems of settling a claim, a missing fact among them with its possible values and the other facts that the
    plan reads and nobody gives."""
    return tuple(
        _told(problem, plan, person, claim) if isinstance(problem, MissingFact) else problem for problem in problems
    )


def _told(problem: MissingFact, plan: p.Plan, person: r.Person, claim: r.Claim) -> MissingFact:
    spec = next((spec for spec in plan.facts if spec.name == problem.name), None)
    if spec is None:
        return problem
    given = {"person": person.facts, "claim": claim.facts}
    others = [
        other
        for other in plan.facts
        if other.used
        and other is not spec
        and other.default is None
        and other.of != "item"
        and other.name not in given[other.of]
    ]
    values = _values(spec)
    names, english = [other.name for other in others], [other.in_english for other in others]
    return problem.changed(
        also_en=f" ({spec.in_english})" if spec.in_english != spec.name else "",
        values_zh=f"（{values[0]}）" if values else "",
        values_en=f" ({values[1]})" if values else "",
        others_zh=f"；还没有给出、政策可能也要用的有：{listed(names, 'zh')}" if others else "",
        others_en=f"; the policy may also ask for what is not given either: {listed(english, 'en')}" if others else "",
    )  # fmt: skip


@lru_cache(256)
def _values(spec: p.FactSpec) -> tuple[str, str] | None:
    names = [name for name, _ in spec.choices]
    if names:
        return listed(names, "zh"), listed([spec.choices_in_english.get(name, name) for name in names], "en")
    return _VALUES.get(spec.unit)
