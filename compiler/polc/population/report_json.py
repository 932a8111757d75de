"""The report for machines, `pol.report/v1`."""

from __future__ import annotations

import json

from pol_lang.problem import Language, Problem
from polc.explain.document import Json
from polc.explain.figures import machine_money
from polc.population.machine import (
    alert_json,
    by_date_json,
    dues_json,
    enrolment_json,
    origin_json,
    target_json,
)
from polc.population.report import Report

SCHEMA = "pol.report/v1"


def report_json(result: Report, digest: str, lang: Language) -> str:
    """The report as JSON text that ends with a line end; only messages of problems depend on the language."""
    data: dict[str, Json] = {
        "schema": SCHEMA,
        "policy": {"name": result.plan.name, "hash": digest, "as_of": result.plan.as_of.isoformat()},
        "as_of": result.as_of.isoformat(),
        "counts": {
            "persons": len(result.persons),
            "person_rows": result.person_rows,
            "claims": result.claims,
            "claim_rows": result.claim_rows,
            "refused": len(result.refused),
            "cost": machine_money(result.cost),
            "borne_by_persons": machine_money(result.borne),
        },
        "not_enrolled": [
            {"person": entry.person.id, "identities": list(entry.identities), **enrolment_json(entry)}
            for entry in result.not_enrolled
        ],
        "subsidies": [
            {
                "subsidy": name,
                "bearer": field,
                "name": payer,
                "persons": count,
                "amount": machine_money(amount),
                "rests_on": [origin_json(origin) for origin in result.subsidy_origins[name, field, payer]],
            }
            for name, field, payer, count, amount in result.subsidies_by_payer
        ],
        "subsidies_total": machine_money(sum(entry.total for entry in result.subsidies)),
        "payments": [
            {"person": payment.person, "claim": payment.claim, "route": payment.route, "due": due}
            for payment, due in zip(result.payments, dues_json(p.due for p in result.payments), strict=True)
        ],
        "unscheduled": [
            {
                "person": person,
                "claim": route.id,
                "route": route.route,
                "amount": machine_money(route.unscheduled),
                **origin_json(route.origin),
            }
            for person, route in result.unscheduled
        ],
        "payments_by_date": by_date_json(payment.due for payment in result.payments),
        "alerts": [alert_json(line) for line in result.alerts],
        "targets": [target_json(target) for target in result.targets],
        "refused": [
            {
                "file": entry.file,
                "row": entry.row,
                "person": entry.person,
                "claim": entry.claim,
                "problems": [_problem(problem, lang) for problem in entry.problems],
            }
            for entry in result.refused
        ],
        "warnings": [_problem(problem, lang) for problem in result.warnings],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _problem(problem: Problem, lang: Language) -> dict[str, Json]:
    return {"code": problem.code, "where": problem.where, "message": problem.message(lang)}
