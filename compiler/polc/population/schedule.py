"""How a settlement is paid out: which route it takes, who advances what, what is due when."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import ClassVar, Literal

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.arithmetic import fen
from polc.calendars import add_workdays
from polc.claims.case import Arrival
from polc.evaluate import Environment, seen
from polc.population.results import Advance, Charge, ClaimedElsewhere, DueLine, RouteResult, RouteTried
from polc.population.surroundings import after_claim, date_of, facts_of, fen_of, first_day, of_arrival, try_guards
from polc.settlement import ClaimSettlement, Person


class NoAmount(Problem):
    """An arrival does not say how much is claimed: it gives no amount, or several, and belongs to no claim of the file.

    Give 申报金额 (amount), or the claim the arrival belongs to.
    ---
    申报没有说明金额：没有给金额，或者给了不止一个，又不属于文件中的任何一次就诊。

    请给出 申报金额，或者注明所属的就诊。
    """

    given: tuple[str, ...] = ()
    code = "C559"
    zh: ClassVar[str] = "申报金额不明（已给：{given}）"
    en: ClassVar[str] = "how much arrived is not clear (given: {given})"
    hint_zh: ClassVar[str] = "给出一个金额，或用“就诊”注明所属的就诊"
    hint_en: ClassVar[str] = "give one amount, or the claim it belongs to as `claim`"


def schedule(
    plan: p.Plan, person: Person, settled: ClaimSettlement | None = None, arrival: Arrival | None = None
) -> RouteResult:
    """How a settled claim, or an arrival (with the settled claim it belongs to, where there is one), is paid.

    Each due is its share half-up to the fen; the rest takes what remains. Raises `Problems` where a fact that a route
    asks for is missing, or an arrival has no amount.
    """
    if arrival is not None:
        env = of_arrival(plan, person, arrival, settled)
    else:
        assert settled is not None, "a claim or an arrival is needed"
        env = after_claim(person, settled)
    tried: list[RouteTried] = []
    taken: p.Route | None = None
    for route in plan.routes:
        guards = try_guards(route.guards, env)
        holds = all(step.held for step in guards)
        tried.append(RouteTried(route.name, holds, guards, route.origin))
        if holds:
            taken = route
            break
    own = _arrived(plan, arrival, settled) if arrival is not None else None
    return _result(plan, env, taken, tuple(tried), settled, arrival, own)


def shift(date: datetime.date, count: int, unit: str, env: Environment) -> datetime.date:
    """A day moved by days, workdays, months or years. Raises `Problems` for working days not known yet."""
    if unit == "workdays":
        return add_workdays(date, count)
    if unit == "days":
        return date + datetime.timedelta(days=count)
    step: p.DateShift = p.DateShift(
        p.Const(date, "date"), p.Const(count, "number"), "months" if unit == "months" else "years"
    )
    return date_of(step, env, "")


def _arrived(plan: p.Plan, arrival: Arrival, settled: ClaimSettlement | None) -> int | None:
    """The amount that arrived; None where it follows from the settled claim."""
    if arrival.amount is not None:
        return arrival.amount
    money = facts_of(plan, "money")
    given = {name: value for name, value in arrival.facts.items() if name in money and isinstance(value, int)}
    if len(given) == 1:
        return next(iter(given.values()))
    if not given and settled is not None:
        return None
    raise Problems([NoAmount(where=arrival.id, given=tuple(given))])


def _result(
    plan: p.Plan,
    env: Environment,
    route: p.Route | None,
    tried: tuple[RouteTried, ...],
    settled: ClaimSettlement | None,
    arrival: Arrival | None,
    own: int | None,
) -> RouteResult:
    paid = {layer.name: layer.paid for layer in settled.layers} if settled is not None else {}
    id = arrival.id if arrival is not None else settled.claim.id if settled is not None else ""
    of: Literal["claim", "arrival"] = "claim" if arrival is None else "arrival"
    day = settled.claim.date if settled is not None else plan.as_of if arrival is None else first_day(plan, arrival)
    undeclared = frozenset(
        spec.name
        for spec in plan.facts
        if spec.default is not None and (env.person if spec.of == "person" else env.claim).get(spec.name) is None
    )
    if route is None:
        made_of = tuple(paid.items()) if own is None else ()
        amount = own if own is not None else sum(paid.values())
        return RouteResult(id, of, tried, None, (), (), None, None, amount, (), amount, None, made_of, undeclared, day)
    advanced = tuple(
        Advance(bearer, _amounts(names, paid, settled), _sum(names, paid, settled), origin)
        for names, bearer, origin in route.advanced
    )
    routes = {other.name: other for other in plan.routes}
    claimed = []
    for names, name, origin in route.claimed:
        if name == route.name:
            continue
        amount_there = _sum(names, paid, settled)
        dues = _dues(routes[name], amount_there, env)[0] if amount_there is not None and name in routes else ()
        claimed.append(ClaimedElsewhere(name, _amounts(names, paid, settled), amount_there, dues, origin))
    elsewhere = {name for names, other, _ in route.claimed if other != route.name for name in names}
    first = {name for names, _, _ in route.advanced for name in names}
    made_of = ()
    if own is None:
        made_of = tuple(item for item in paid.items() if (item[0] in first if first else item[0] not in elsewhere))
        own = sum(amount for _, amount in made_of)
    dues, rest = _dues(route, own, env)
    deposit = collect = None
    if route.deposit is not None:
        deposit = _charge(*route.deposit, env, settled, route.name)
    if route.collect is not None:
        collect = _charge(*route.collect, env, settled, route.name)
    return RouteResult(
        id, of, tried, route.name, advanced, tuple(claimed), deposit, collect, own, dues, rest, route.origin,
        made_of, undeclared, day,
    )  # fmt: skip


def _amounts(
    names: tuple[str, ...], paid: dict[str, int], settled: ClaimSettlement | None
) -> tuple[tuple[str, int | None], ...]:
    return tuple((name, paid.get(name, 0) if settled is not None else None) for name in names)


def _sum(names: tuple[str, ...], paid: dict[str, int], settled: ClaimSettlement | None) -> int | None:
    return sum(paid.get(name, 0) for name in names) if settled is not None else None


def _charge(
    formula: p.Expr | None, origin: p.Origin, env: Environment, settled: ClaimSettlement | None, place: str
) -> Charge:
    if formula is None:
        return Charge(0, None, (), origin)
    if settled is None:
        return Charge(None, formula, (), origin)
    return Charge(fen_of(formula, env, place), formula, seen(formula, env), origin)


def _dues(route: p.Route, amount: int, env: Environment) -> tuple[tuple[DueLine, ...], int]:
    """The dues of a route on an amount, and what none of them covers."""
    lines: list[DueLine] = []
    dates: dict[str, datetime.date | None] = {}
    left, share_so_far = amount, Fraction(0)
    for due in route.dues:
        if due.share is not None:
            share_so_far += due.share
        # The rest, and the last of shares that make a whole, take what rounding left.
        part = left if due.share is None or share_so_far >= 1 else min(left, fen(amount * due.share))
        left -= part
        start, date, problem = _when(due, dates, env)
        dates[due.name] = date
        after = due.after if isinstance(due.after, str) else due.after.name
        lines.append(DueLine(due.name, due.share, part, due.within, due.unit, after, start, date, problem, due.origin))
    return tuple(lines), left


def _when(
    due: p.Due, dates: dict[str, datetime.date | None], env: Environment
) -> tuple[datetime.date | None, datetime.date | None, Problem | None]:
    """The day a time runs from, its last day, and the problem with working that out."""
    if isinstance(due.after, str):
        start = dates.get(due.after)
    else:
        given = (env.person if due.after.of == "person" else env.claim).get(due.after.name)
        given = env.defaults.get(due.after.name) if given is None else given
        start = given if isinstance(given, datetime.date) else None
    if start is None:
        return None, None, None
    try:
        return start, shift(start, due.within, due.unit, env), None
    except Problems as error:
        return start, None, error.problems[0]
