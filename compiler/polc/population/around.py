"""What stands around a case: enrolment and subsidies of its person, the routes of its claims or arrivals."""

from __future__ import annotations

import datetime

from attrs import frozen

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.claims.case import Case
from polc.population.alerts import watched
from polc.population.enrolment import enrolment
from polc.population.results import AlertLine, EnrolmentResult, RouteResult, SubsidyResult
from polc.population.schedule import schedule
from polc.population.subsidy import subsidy
from polc.settlement import Person, Settlement, State


@frozen(eq=False, repr=False, slots=False)
class Around:
    """Results for one person; None where the plan says nothing of the kind, or where (`problems`) a fact is missing."""

    plan: p.Plan
    person: Person
    as_of: datetime.date
    enrolment: EnrolmentResult | None
    subsidy: SubsidyResult | None
    routes: tuple[RouteResult, ...]
    problems: tuple[Problem, ...] = ()
    alerts: tuple[AlertLine, ...] = ()


def around(
    case: Case, plan: p.Plan, settlement: Settlement | None = None, as_of: datetime.date | None = None
) -> Around:
    """For a case that is only a person: enrolment, subsidies and alerts on a day (the plan's where none is given). For
    others: the routes of the arrivals, or where there are none of the settled claims.

    Raises `Problems` where nothing could be worked out because facts are missing.
    """
    date = as_of or plan.as_of
    if not case.claims and not case.arrivals:
        return _of_person(case.person, plan, date)
    settled = {claim.claim.id: claim for claim in settlement.claims} if settlement is not None else {}
    routes: list[RouteResult] = []
    for arrival in case.arrivals:
        claim = settled.get(arrival.claim) if arrival.claim is not None else None
        routes.append(schedule(claim.plan if claim else plan, case.person, claim, arrival))
    if not case.arrivals:
        routes.extend(schedule(claim.plan, case.person, claim) for claim in settled.values() if claim.plan.routes)
    return Around(plan, case.person, date, None, None, tuple(routes))


def _of_person(person: Person, plan: p.Plan, date: datetime.date) -> Around:
    problems: list[Problem] = []
    enrolled = subsidised = None
    if plan.enrolments:
        try:
            enrolled = enrolment(plan, person, date)
        except Problems as error:
            problems.extend(error.problems)
    if plan.subsidies:
        try:
            subsidised = subsidy(plan, person, date)
        except Problems as error:
            problems.extend(error.problems)
    if problems and enrolled is None and subsidised is None:
        raise Problems(problems)
    raised = watched(Settlement(person, (), State()), plan, date)
    known = {problem.message("en") for problem in problems}
    unknown = (problem for _, missed in raised.unknown for problem in missed)
    problems += [problem for problem in unknown if problem.message("en") not in known]
    return Around(plan, person, date, enrolled, subsidised, (), tuple(problems), raised.lines)
