"""The report as one CSV table: a row per finding, its kind in the first column, amounts in yuan."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from pol_lang.problem import Language
from polc.csv_cells import harmless
from polc.explain.figures import machine, machine_money
from polc.plan import Origin
from polc.population.machine import iso
from polc.population.report import Report
from polc.population.results import EnrolmentResult
from polc.population.wording import said

HEADER = ("kind", "name", "person", "claim", "date", "bearer", "count", "amount", "value", "wanted", "detail", "clause")


def report_csv(result: Report, lang: Language) -> str:
    """The report as CSV with a header; every row has the columns of `HEADER`, empty where there is nothing to say.

    Texts that a spreadsheet program would take for a formula are preceded by an apostrophe.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER, lineterminator="\n")
    writer.writeheader()
    for row in _rows(result, lang):
        writer.writerow({key: harmless(cell) for key, cell in row.items()})
    return out.getvalue()


def _rows(result: Report, lang: Language) -> Iterator[dict[str, str]]:
    for entry in result.not_enrolled:
        yield {
            "kind": "not_enrolled", "name": entry.enrolment or "", "person": entry.person.id,
            "detail": why_not_enrolled(entry, lang), "clause": _clauses(entry),
        }  # fmt: skip
    for name, field, payer, count, amount in result.subsidies_by_payer:
        yield {
            "kind": "subsidy", "name": name, "bearer": field, "count": str(count), "amount": machine_money(amount),
            "detail": payer, "clause": _joined(result.subsidy_origins[name, field, payer]),
        }  # fmt: skip
    for payment in result.payments:
        due = payment.due
        yield {
            "kind": "payment", "name": due.name, "person": payment.person, "claim": payment.claim,
            "date": iso(due.date) or "", "amount": machine_money(due.amount), "detail": payment.route,
            "clause": "、".join(due.origin.clauses),
        }  # fmt: skip
    for person, route in result.unscheduled:
        yield {
            "kind": "unscheduled", "person": person, "claim": route.id, "amount": machine_money(route.unscheduled),
            "detail": route.route or "", "clause": _joined((route.origin,) if route.origin else ()),
        }  # fmt: skip
    for line in result.alerts:
        yield {
            "kind": "alert", "name": line.alert, "person": line.person, "claim": "、".join(line.claims),
            "date": line.date.isoformat(), "amount": machine_money(line.value), "wanted": machine_money(line.above),
            "detail": line.tell, "clause": "、".join(line.origin.clauses),
        }  # fmt: skip
    for target in result.targets:
        met = "nothing_to_divide" if target.met is None else "met" if target.met else "not_met"
        number = machine if target.counts == "persons" else machine_money
        yield {
            "kind": "target", "name": target.name, "count": number(target.denominator),
            "amount": number(target.numerator), "value": "" if target.value is None else machine(target.value),
            "wanted": machine(target.wanted), "detail": said(lang, met), "clause": "、".join(target.origin.clauses),
        }  # fmt: skip
    for refused in result.refused:
        for problem in refused.problems:
            yield {
                "kind": "refused", "name": f"{refused.file}:{refused.row}", "person": refused.person,
                "claim": refused.claim, "value": problem.code, "detail": problem.message(lang),
            }  # fmt: skip


def why_not_enrolled(entry: EnrolmentResult, lang: Language) -> str:
    """Why the rules do not insure a person in the year asked for, in words."""
    if entry.register is not None:
        return entry.register
    if entry.enrolment is None:
        return said(lang, "no_case")
    if entry.insured is None or entry.insured.year is None:
        return said(lang, "not_insured")
    return said(lang, "from_next_year", year=entry.insured.year)


def _clauses(entry: EnrolmentResult) -> str:
    return _joined((entry.origin,)) if entry.origin else ""


def _joined(origins: Iterable[Origin]) -> str:
    return "、".join(dict.fromkeys(clause for origin in origins for clause in origin.clauses))
