"""Who is to be told of a person: burdens above a line, and states that should not last."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import lru_cache

from attrs import evolve, frozen

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.evaluate import Environment, children, seen
from polc.periods import periods, year_date, year_id
from polc.population.results import AlertLine
from polc.population.surroundings import after_claim, amount_of, of_person, try_guards
from polc.settlement import Claim, Exact, Person, Settlement, State

_OF_A_CLAIM = (p.Part, p.Paid, p.Cut, p.Overflow, p.Left, p.Borne, p.InPackage, p.ItemsSum)


@frozen(eq=False, repr=False, slots=False)
class Watch:
    """The alerts of a person, and the claims ("" for the person) for which one could not be looked at, with why."""

    lines: tuple[AlertLine, ...]
    unknown: tuple[tuple[str, tuple[Problem, ...]], ...]


def alerts(settlement: Settlement, plan: p.Plan, as_of: datetime.date) -> tuple[AlertLine, ...]:
    """The alerts a person raises: one line per alert and year, in the order of the years and of the plan.

    What an alert watches is looked at after each claim, running sums with the claim in them. An alert that reads
    nothing of a claim is looked at once, by `plan` on the day `as_of`, as is one that watches running sums where there
    is no claim. Raises `Problems` where a fact is missing.
    """
    watch = watched(settlement, plan, as_of)
    if watch.unknown:
        raise Problems([problem for _, problems in watch.unknown for problem in problems])
    return watch.lines


def watched(settlement: Settlement, plan: p.Plan, as_of: datetime.date) -> Watch:
    """The alerts a person raises, as `alerts` gives them, and what could not be looked at for want of a fact."""
    person = settlement.person
    visits = ((settled.plan, settled.claim, after_claim(person, settled)) for settled in settlement.claims)
    return watch(person, visits, settlement.state, plan, as_of)


def watch(
    person: Person, visits: Iterable[tuple[p.Plan, Claim, Environment]], closing: State, plan: p.Plan,
    as_of: datetime.date,
) -> Watch:  # fmt: skip
    """The same, from claims each with the plan it was settled by and the state after it, and the accumulators in the
    end."""
    found = dict[tuple[str, str], AlertLine]()
    unknown: list[tuple[str, tuple[Problem, ...]]] = []
    order: dict[str, int] = {}

    def look(alert: p.Alert, env: Environment, year: str, claim: str, date: datetime.date) -> None:
        try:
            _raise(found, _line(alert, person, env, year, (claim,) if claim else (), date))
        except Problems as error:
            unknown.append((claim, error.problems))

    claims = 0
    for settled_by, claim, state in visits:
        claims += 1
        year = year_id(year_date(settled_by.year, claim), settled_by.year.start)
        for index, alert in enumerate(settled_by.alerts):
            order.setdefault(alert.name, index)
            if _reads(alert, (*_OF_A_CLAIM, p.Tallied)):
                look(alert, state, year, claim.id, claim.date)
    env = of_person(plan, person, as_of)
    env.tallies = tallies_at(plan, closing, Claim("", as_of, {}, {}))
    for index, alert in enumerate(plan.alerts):
        order.setdefault(alert.name, index)
        if not _reads(alert, _OF_A_CLAIM) and (not claims or not _reads(alert, (p.Tallied,))):
            look(alert, env, year_id(as_of, plan.year.start), "", as_of)
    lines = sorted(found.items(), key=lambda item: (item[0][0], order[item[1].alert]))
    return Watch(tuple(line for _, line in lines), tuple(unknown))


@lru_cache(maxsize=256)
def _reads(alert: p.Alert, kinds: tuple[type, ...]) -> bool:
    """Whether an alert reads nodes of these kinds, or facts of a claim where amounts of a claim are asked for."""
    todo: list[p.Expr] = [*(guard.condition for guard in alert.guards), alert.watch, alert.above]
    while todo:
        expr = todo.pop()
        if isinstance(expr, kinds) or (p.Part in kinds and isinstance(expr, p.Fact) and expr.of != "person"):
            return True
        todo.extend(children(expr))
    return False


def tallies_at(plan: p.Plan, state: State, claim: Claim) -> dict[str, Exact]:
    """The running sums as they stand at a claim; those of another period count as 0."""
    now = periods(plan.year, claim)
    period_of = {accumulator.key: accumulator.period for accumulator in plan.accumulators}
    found: dict[str, Exact] = {}
    for tally in plan.tallies:
        period, value = state.values.get(tally.accumulator, ("", 0))
        found[tally.name] = value if period == now[period_of[tally.accumulator]] else 0
    return found


def _line(
    alert: p.Alert, person: Person, env: Environment, year: str, claims: tuple[str, ...], date: datetime.date
) -> AlertLine | None:
    guards = try_guards(alert.guards, env)
    if not all(step.held for step in guards):
        return None
    value, above = amount_of(alert.watch, env, alert.name), amount_of(alert.above, env, alert.name)
    if value <= above:
        return None
    return AlertLine(
        alert.name, person.id, year, claims, date, value, above, alert.tell, alert.watch, seen(alert.watch, env),
        guards, alert.origin,
    )  # fmt: skip


def _raise(found: dict[tuple[str, str], AlertLine], line: AlertLine | None) -> None:
    """Puts a line on the list, with the claims that raised the alert before in its year."""
    if line is None:
        return
    before = found.get((line.year, line.alert))
    claims = line.claims if before is None else (*before.claims, *line.claims)
    found[line.year, line.alert] = evolve(line, claims=claims)
