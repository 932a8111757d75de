"""What a policy comes to over a population: who is not enrolled, subsidies by payer, payments due, alerts, targets."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import ParamSpec, TypeVar

from attrs import frozen

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.claims.case import Case, ClaimTable, PersonTable, RefusedRow
from polc.claims.tables import join_tables
from polc.population.alerts import watched
from polc.population.enrolment import enrolment
from polc.population.results import AlertLine, DueLine, EnrolmentResult, RouteResult, SubsidyResult, TargetResult
from polc.population.schedule import schedule
from polc.population.subsidy import subsidy
from polc.population.targets import targets
from polc.settle import settle
from polc.settlement import ClaimSettlement, Person, Settlement

P = ParamSpec("P")
T = TypeVar("T")


@frozen(eq=False, repr=False, slots=False)
class Refused:
    """A row that stands nowhere in the report, or not everywhere it should: which file, which row, why."""

    file: str
    row: int
    person: str
    claim: str
    problems: tuple[Problem, ...]


@frozen(eq=False, repr=False, slots=False)
class Payment:
    """A payment due, with whose claim it is for."""

    person: str
    claim: str
    route: str
    due: DueLine


@frozen(eq=False, repr=False, slots=False)
class Report:
    """A population under a policy on a day.

    `not_enrolled` are those whom the enrolment rules do not insure in the year of `as_of`. `payments` are in order of
    their dates, those without one last. Invariants: the payers of `subsidies` add up to their totals; a row of either
    table is settled, a person, or among `refused`.
    """

    plan: p.Plan
    as_of: datetime.date
    persons: tuple[Person, ...]
    person_rows: int
    claim_rows: int
    settlements: tuple[Settlement, ...]
    not_enrolled: tuple[EnrolmentResult, ...]
    subsidies: tuple[SubsidyResult, ...]
    routes: tuple[tuple[str, RouteResult], ...]
    alerts: tuple[AlertLine, ...]
    targets: tuple[TargetResult, ...]
    refused: tuple[Refused, ...]
    warnings: tuple[Problem, ...]

    @property
    def payments(self) -> tuple[Payment, ...]:
        """All payments due, by date."""
        found = [
            Payment(person, route.id, name, due)
            for person, route in self.routes
            for name, dues in ((route.route or "", route.dues), *((c.route, c.dues) for c in route.claimed))
            for due in dues
        ]
        return tuple(sorted(found, key=lambda line: (line.due.date is None, line.due.date or datetime.date.min)))

    @property
    def unscheduled(self) -> tuple[tuple[str, RouteResult], ...]:
        """Persons with the routes on which something is paid without a time limit."""
        return tuple((person, route) for person, route in self.routes if route.unscheduled)

    @property
    def claims(self) -> int:
        """How many claims were settled."""
        return sum(len(settlement.claims) for settlement in self.settlements)

    @property
    def cost(self) -> int:
        """The total cost of the claims settled."""
        return sum(claim.total for settlement in self.settlements for claim in settlement.claims)

    @property
    def borne(self) -> int:
        """What the persons bear of it."""
        return sum(claim.left for settlement in self.settlements for claim in settlement.claims)

    @property
    def subsidies_by_payer(self) -> tuple[tuple[str, str, str, int, int], ...]:
        """Subsidy, payer's field and name, number of persons, amount; in the order of the policy."""
        found: dict[tuple[str, str, str], tuple[int, int]] = {}
        for result in self.subsidies:
            for line in result.lines:
                for share in line.shares:
                    key = line.name, share.field, share.name
                    count, amount = found.get(key, (0, 0))
                    found[key] = count + 1, amount + share.amount
        order = {statement.name: index for index, statement in enumerate(self.plan.subsidies)}
        return tuple((*key, *found[key]) for key in sorted(found, key=lambda key: order[key[0]]))

    @property
    def subsidy_origins(self) -> Mapping[tuple[str, str, str], tuple[p.Origin, ...]]:
        """What subsidy, payer's field and name of `subsidies_by_payer` rest on: the lines that say who pays."""
        found: dict[tuple[str, str, str], dict[int, p.Origin]] = {}
        for line in (line for result in self.subsidies for line in result.lines):
            for share in line.shares:
                kept = found.setdefault((line.name, share.field, share.name), {})
                if line.shares_origin is not None:
                    kept.setdefault(id(line.shares_origin), line.shares_origin)
        return {key: tuple(kept.values()) for key, kept in found.items()}


def report(
    plan_for: Callable[[datetime.date], p.Plan], persons: PersonTable, claims: ClaimTable, as_of: datetime.date
) -> Report:
    """The report on two tables, as of a day. Whatever cannot be worked out is among the refused rows."""
    plan = plan_for(as_of)
    cases, unjoined = join_tables(persons, claims)
    rows = {entry.claim.id: entry.row for entry in claims.claims}
    refused = [
        *(_refused(persons.name, entry) for entry in persons.refused),
        *(_refused(claims.name, entry) for entry in (*claims.refused, *unjoined)),
    ]
    settlements: list[Settlement] = []
    enrolled: list[EnrolmentResult] = []
    subsidised: list[SubsidyResult] = []
    routes: list[tuple[str, RouteResult]] = []
    raised: list[AlertLine] = []
    for case in cases:
        person, problems = case.person, list[Problem]()
        settlement = _settled(plan_for, case, claims.name, rows, refused)
        settlements.append(settlement)
        if plan.enrolments and (enrolment_found := _attempt(problems, enrolment, plan, person, as_of)):
            enrolled.append(enrolment_found)
        if plan.subsidies and (subsidy_found := _attempt(problems, subsidy, plan, person, as_of)):
            subsidised.append(subsidy_found)
        watch = watched(settlement, plan, as_of)
        raised.extend(watch.lines)
        by_claim: dict[str, list[Problem]] = {"": problems}
        for claim, unknown in watch.unknown:
            by_claim.setdefault(claim, []).extend(unknown)
        for settled in settlement.claims:
            own = by_claim.setdefault(settled.claim.id, [])
            if settled.plan.routes and (route := _attempt(own, schedule, settled.plan, person, settled)):
                routes.append((person.id, route))
        for claim, found in by_claim.items():
            if found:
                file, row = (claims.name, rows[claim]) if claim else (persons.name, persons.first_row[person.id])
                refused.append(Refused(file, row, person.id, claim, _unique(found)))
    people = tuple(case.person for case in cases)
    return Report(
        plan=plan,
        as_of=as_of,
        persons=people,
        person_rows=persons.rows,
        claim_rows=claims.rows,
        settlements=tuple(settlements),
        not_enrolled=tuple(result for result in enrolled if result.is_subject and not _is_insured(result)),
        subsidies=tuple(subsidised),
        routes=tuple(routes),
        alerts=tuple(raised),
        targets=targets(plan, people, settlements, as_of),
        refused=tuple(sorted(refused, key=lambda entry: (entry.file != persons.name, entry.row))),
        warnings=(*persons.warnings, *claims.warnings, *(warning for case in cases for warning in case.warnings)),
    )


def _refused(file: str, entry: RefusedRow) -> Refused:
    return Refused(file, entry.row, entry.person, entry.claim, entry.problems)


def _settled(
    plan_for: Callable[[datetime.date], p.Plan],
    case: Case,
    file: str,
    rows: Mapping[str, int],
    refused: list[Refused],
) -> Settlement:
    """The claims of a case that can be settled, one after the other; those that cannot are added to `refused` and leave
    no trace in the accumulators, as a claim that was sent back would."""
    done: list[ClaimSettlement] = []
    state = case.state
    for claim in case.claims:
        try:
            one = settle(plan_for, case.person, (claim,), state)
        except Problems as error:
            refused.append(Refused(file, rows[claim.id], case.person.id, claim.id, error.problems))
            continue
        done.extend(one.claims)
        state = one.state
    return Settlement(case.person, tuple(done), state)


def _attempt(problems: list[Problem], step: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T | None:
    """What a step gives; None where it has problems, which are added."""
    try:
        return step(*arguments, **named)
    except Problems as error:
        problems.extend(error.problems)
        return None


def _unique(problems: list[Problem]) -> tuple[Problem, ...]:
    """Each problem once: a fact that is missing is missed by several steps."""
    return tuple({(type(problem), problem.message("en")): problem for problem in problems}.values())


def _is_insured(result: EnrolmentResult) -> bool:
    """Whether the rules insure a person in the year of the day asked for."""
    if result.enrolment is None or result.register is not None:
        return False
    if result.insured is None:
        return True
    start = result.insured.year
    return start is not None and start <= result.this_year
