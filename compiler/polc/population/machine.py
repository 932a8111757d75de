"""Results around a settlement as JSON values: amounts in yuan and shares as fractions of 1, as strings; dates ISO."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from polc import plan as p
from polc.explain.document import Json
from polc.explain.figures import machine, machine_money
from polc.explain.formula import symbolic
from polc.explain.lines import seen_json
from polc.explain.wording import ZH
from polc.population.results import (
    AlertLine,
    Charge,
    DueLine,
    EnrolmentResult,
    RouteResult,
    SubsidyResult,
    TargetResult,
    YearOutcome,
)
from polc.settlement import GuardStep


def enrolment_json(result: EnrolmentResult) -> dict[str, Json]:
    """An enrolment with the rules and cases that were tried."""
    name, day = result.counted_from
    return {
        "rule": result.enrolment,
        "insured": _year(result.insured),
        "subsidised": _year(result.subsidised),
        "effective": iso(result.effective),
        "register": result.register,
        "counted_from": {"fact": name, "date": day.isoformat()},
        "tried": [
            {
                "rule": tried.name,
                "subject": None if tried.subject is None else step_json(tried.subject),
                "cases": [step_json(step) for step in tried.cases],
                **origin_json(tried.origin),
            }
            for tried in result.tried
        ],
        **origin_json(result.origin),
    }


def subsidy_json(result: SubsidyResult) -> dict[str, Json]:
    """All subsidies of a person, by subsidy and by payer."""
    return {
        "total": machine_money(result.total),
        "payers": [
            {"bearer": field, "name": name, "amount": machine_money(amount)} for field, name, amount in result.payers
        ],
        "subsidies": [
            {
                "name": line.name,
                "applies": line.applies,
                "subject": None if line.subject is None else step_json(line.subject),
                "premium": None if line.premium is None else machine_money(line.premium),
                "exact": machine_money(line.pay),
                "paid_by": origin_json(line.shares_origin),
                "amount": machine_money(line.amount),
                "shares": [
                    {
                        "bearer": share.field,
                        "name": share.name,
                        "weight": machine(share.weight),
                        "amount": machine_money(share.amount),
                    }
                    for share in line.shares
                ],
                "tried": [step_json(step) for step in line.rules],
                **origin_json(line.origin),
            }
            for line in result.lines
        ],
    }


def route_json(result: RouteResult) -> dict[str, Json]:
    """A route with who advances what, what is due when, and the routes that were not taken."""
    return {
        result.of: result.id,
        "route": result.route,
        "amount": machine_money(result.amount),
        "advanced": [
            {"by": part.bearer, "layers": _layers(part.layers), "amount": _money(part.amount)}
            for part in result.advanced
        ],
        "claimed": [
            {
                "route": part.route,
                "layers": _layers(part.layers),
                "amount": _money(part.amount),
                "dues": dues_json(part.dues),
            }
            for part in result.claimed
        ],
        "deposit": _charge(result.deposit),
        "collect": _charge(result.collect),
        "dues": dues_json(result.dues),
        "unscheduled": machine_money(result.unscheduled),
        "tried": [
            {"route": tried.name, "taken": tried.taken, "conditions": [step_json(step) for step in tried.guards]}
            for tried in result.tried
        ],
        **origin_json(result.origin),
    }


def dues_json(dues: Iterable[DueLine]) -> list[Json]:
    """Payments due."""
    return [
        {
            "name": due.name,
            "share": None if due.share is None else machine(due.share),
            "amount": machine_money(due.amount),
            "after": due.after,
            "start": iso(due.start),
            "within": due.within,
            "unit": due.unit,
            "date": iso(due.date),
            "problem": due.problem.code if due.problem else None,
            **origin_json(due.origin),
        }
        for due in dues
    ]


def by_date_json(dues: Iterable[DueLine]) -> list[Json]:
    """Payments and amounts by the day they are due."""
    return [
        {"date": iso(date), "payments": count, "amount": machine_money(amount)} for date, count, amount in by_date(dues)
    ]


def by_date(dues: Iterable[DueLine]) -> list[tuple[datetime.date | None, int, int]]:
    """How many payments of how much are due on each day, in order; those without a date last."""
    found: dict[datetime.date | None, tuple[int, int]] = {}
    for due in dues:
        count, amount = found.get(due.date, (0, 0))
        found[due.date] = count + 1, amount + due.amount
    return [(date, *found[date]) for date in sorted(found, key=lambda day: (day is None, day or datetime.date.min))]


def alert_json(line: AlertLine) -> dict[str, Json]:
    """A person on an alert's list."""
    return {
        "alert": line.alert,
        "person": line.person,
        "year": line.year,
        "date": line.date.isoformat(),
        "claims": list(line.claims),
        "watched": symbolic(line.watch, ZH),
        "value": machine_money(line.value),
        "above": machine_money(line.above),
        "tell": line.tell,
        **origin_json(line.origin),
    }


def target_json(result: TargetResult) -> dict[str, Json]:
    """A target with what was reached."""
    number = machine if result.counts == "persons" else machine_money
    return {
        "target": result.name,
        "relation": result.relation,
        "wanted": machine(result.wanted),
        "counts": result.counts,
        "numerator": number(result.numerator),
        "denominator": number(result.denominator),
        "value": None if result.value is None else machine(result.value),
        "met": result.met,
        "unknown": [name for name, _ in result.unknown],
        **origin_json(result.origin),
    }


def step_json(step: GuardStep) -> dict[str, Json]:
    """A condition that was tried."""
    return {
        "condition": None if isinstance(step.condition, p.Const) else symbolic(step.condition, ZH),
        "held": step.held,
        "failed": None if step.failed is None else symbolic(step.failed, ZH),
        "seen": seen_json(step.seen),
        **origin_json(step.origin),
    }


def origin_json(origin: p.Origin | None) -> dict[str, Json]:
    """What a result rests on."""
    if origin is None:
        return {"clause": [], "document": None, "place": None}
    return {"clause": list(origin.clauses), "document": origin.document, "place": origin.place}


def iso(date: datetime.date | None) -> str | None:
    """A date as text."""
    return None if date is None else date.isoformat()


def _year(outcome: YearOutcome | None) -> Json:
    return None if outcome is None else {"said": outcome.said, "year": outcome.year}


def _layers(layers: tuple[tuple[str, int | None], ...]) -> Json:
    return [{"layer": name, "amount": _money(amount)} for name, amount in layers]


def _money(amount: int | None) -> str | None:
    return None if amount is None else machine_money(amount)


def _charge(charge: Charge | None) -> Json:
    return None if charge is None else {"amount": _money(charge.amount), **origin_json(charge.origin)}
