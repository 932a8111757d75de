"""Whether a population reaches what a document aims at."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from fractions import Fraction

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.evaluate import Environment
from polc.population.results import TargetResult
from polc.population.surroundings import after_claim, amount_of, of_person, try_condition
from polc.settlement import Exact, Person, Settlement

ABOUT = Fraction(1, 100)


def targets(
    plan: p.Plan, persons: Iterable[Person], settlements: Iterable[Settlement], as_of: datetime.date | None = None
) -> tuple[TargetResult, ...]:
    """Each target of the plan over a population: persons as they stand on a day (that of the plan where none is
    given), ratios of sums over all claims settled.

    A person or claim for which a fact is missing is counted neither above nor below; it stands in `unknown`.
    """
    everybody, settled, date = tuple(persons), tuple(settlements), as_of or plan.as_of
    return tuple(_target(target, plan, everybody, settled, date) for target in plan.targets)


def meets(relation: str, value: Exact, wanted: Exact) -> bool:
    """Whether a value reaches a target; about: within one percentage point."""
    gap = Fraction(value) - wanted
    if relation == "about":
        return -ABOUT <= gap <= ABOUT
    return gap >= 0 if relation == "at_least" else gap <= 0


def _target(
    target: p.Target, plan: p.Plan, persons: Sequence[Person], settlements: Sequence[Settlement], date: datetime.date
) -> TargetResult:
    unknown: list[tuple[str, tuple[Problem, ...]]] = []
    if target.ratio is not None:
        top, bottom = _sums(target, target.ratio, settlements, unknown)
    else:
        top, bottom = _persons(target, plan, persons, date, unknown)
    return reached(target, plan, date, top, bottom, unknown)


def reached(
    target: p.Target, plan: p.Plan, date: datetime.date, top: Exact, bottom: Exact,
    unknown: Sequence[tuple[str, tuple[Problem, ...]]] = (),
) -> TargetResult:  # fmt: skip
    """The result of a target whose value is `top` over `bottom`."""
    wanted = amount_of(target.value, of_person(plan, Person(""), date), target.name)
    value = Fraction(top) / Fraction(bottom) if bottom else None
    return TargetResult(
        target.name, target.relation, wanted, "persons" if target.ratio is None else "money", top, bottom, value,
        None if value is None else meets(target.relation, value, wanted), tuple(unknown), target.origin,
    )  # fmt: skip


def counted(target: p.Target, plan: p.Plan, person: Person, date: datetime.date) -> bool | None:
    """Whether a person counts among those a target wants; None where it is not about the person. Raises `Problems`."""
    env = of_person(plan, person, date)
    if not try_condition(target.among, target.origin, env).held:
        return None
    return try_condition(target.persons, target.origin, env).held


def amounts(target: p.Target, ratio: tuple[p.Expr, p.Expr], env: Environment) -> tuple[Exact, Exact] | None:
    """What a claim adds above and below a ratio; None where the target is not about it. Raises `Problems`."""
    if not try_condition(target.claims, target.origin, env).held:
        return None
    if not try_condition(target.among, target.origin, env).held:
        return None
    above, below = (amount_of(expr, env, target.name) for expr in ratio)
    return above, below


def _persons(
    target: p.Target,
    plan: p.Plan,
    persons: Sequence[Person],
    date: datetime.date,
    unknown: list[tuple[str, tuple[Problem, ...]]],
) -> tuple[int, int]:
    top = bottom = 0
    for person in persons:
        try:
            counts = counted(target, plan, person, date)
        except Problems as error:
            unknown.append((person.id, error.problems))
            continue
        if counts is not None:
            bottom += 1
            top += counts
    return top, bottom


def _sums(
    target: p.Target,
    ratio: tuple[p.Expr, p.Expr],
    settlements: Sequence[Settlement],
    unknown: list[tuple[str, tuple[Problem, ...]]],
) -> tuple[Exact, Exact]:
    top: Exact = 0
    bottom: Exact = 0
    for settlement in settlements:
        for settled in settlement.claims:
            try:
                found = amounts(target, ratio, after_claim(settlement.person, settled))
            except Problems as error:
                unknown.append((settled.claim.id, error.problems))
                continue
            if found is not None:
                top, bottom = top + found[0], bottom + found[1]
    return top, bottom
