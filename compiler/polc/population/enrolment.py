"""Which year a person is insured and subsidised for: the first case that fits."""

from __future__ import annotations

import datetime

from polc import plan as p
from polc.evaluate import Environment, seen
from polc.periods import year_id
from polc.population.results import EnrolmentResult, EnrolmentTried, YearOutcome
from polc.population.surroundings import date_of, facts_of, of_person, try_condition
from polc.settle import identities_of
from polc.settlement import GuardStep, Person, Seen

_YEARS_ON = {"this_year": 0, "next_year": 1}


def enrolment(plan: p.Plan, person: Person, as_of: datetime.date) -> EnrolmentResult:
    """What the plan's enrolment rules come to for a person on a day. Raises `Problems` where a fact is missing."""
    env = of_person(plan, person, as_of)
    names = identities_of(person, as_of)
    now = int(year_id(as_of, plan.year.start))
    tried: list[EnrolmentTried] = []
    for rule in plan.enrolments:
        subject = None if rule.subject is None else try_condition(rule.subject, rule.origin, env)
        if subject is not None and not subject.held:
            tried.append(EnrolmentTried(rule.name, subject, (), False, rule.origin))
            continue
        steps, case = _first_case(rule, env)
        tried.append(EnrolmentTried(rule.name, subject, steps, case is not None, rule.origin))
        if case is not None:
            effective = None if case.effective is None else date_of(case.effective, env, rule.name)
            saw = () if case.effective is None else seen(case.effective, env)
            start = _counted_from(plan, tuple(entry for step in steps for entry in step.seen), saw, as_of)
            year = int(year_id(start[1], plan.year.start))
            return EnrolmentResult(
                person, as_of, names, tuple(tried), rule.name, _year(case.insured, year), _year(case.subsidised, year),
                effective, saw, case.register, start,
                now, case.origin,
            )  # fmt: skip
    return EnrolmentResult(
        person, as_of, names, tuple(tried), None, None, None, None, (), None, (None, as_of), now, None
    )  # fmt: skip


def _first_case(rule: p.Enrolment, env: Environment) -> tuple[tuple[GuardStep, ...], p.EnrolmentCase | None]:
    steps: list[GuardStep] = []
    for case in rule.cases:
        steps.append(try_condition(case.condition, case.origin, env))
        if steps[-1].held:
            return tuple(steps), case
    return tuple(steps), None


def _counted_from(
    plan: p.Plan, conditions: Seen, effective: Seen, as_of: datetime.date
) -> tuple[str | None, datetime.date]:
    """The day that "this year" is the year of: the one date fact that the cases read (or, where they read none, the day
    it takes effect), else the day asked for.

    A person recognised in October 2018 under "after August: next year" is insured for 2019, whenever that is asked.
    """
    facts = facts_of(plan, "date")
    for read in (conditions, effective):
        dates = {name: value for name, value, _ in read if name in facts and isinstance(value, datetime.date)}
        if len(dates) == 1:
            return next(iter(dates.items()))
        if dates:
            break
    return None, as_of


def _year(said: str | None, year: int) -> YearOutcome | None:
    if said is None:
        return None
    return YearOutcome(said, year + _YEARS_ON[said] if said in _YEARS_ON else None)
