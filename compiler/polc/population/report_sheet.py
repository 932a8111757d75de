"""The report for people: a document of `polc.explain`, shown by the renderers of the calculation sheet.

Section numbers never move: 1 overview, 2 not enrolled, 3 subsidies, 4 payments due, 5 alerts, 6 targets, 7 rows
refused, 8 warnings. A section about which the policy says nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterable

from pol_lang.problem import Language
from polc import plan as p
from polc.explain.document import Column, Page, Row, Section, Sheet, Table
from polc.explain.figures import Exact, grouped, money, ratio
from polc.explain.formula import symbolic
from polc.explain.head import warnings
from polc.explain.lines import own_document
from polc.explain.wording import Words, words
from polc.population.report import Report
from polc.population.report_csv import why_not_enrolled
from polc.population.results import AlertLine, TargetResult
from polc.population.sheet import payer_name
from polc.population.wording import said


def report_sheet(result: Report, digest: str, lang: Language) -> Sheet:
    """The document of a report; `digest` is the content hash of the plan of its day."""
    w, plan = words(lang, result.plan), result.plan
    sections = [_section("1", "counts", "counts", _counts(result, w), w)]
    if plan.enrolments:
        sections.append(_section("2", "not_enrolled", "not_enrolled", _not_enrolled(result, w), w))
    if plan.subsidies:
        sections.append(_section("3", "subsidies", "subsidies", _subsidies(result, w), w))
    if plan.routes:
        sections.append(_section("4", "dues", "dues", _payments(result, w), w))
    if plan.alerts:
        sections.append(_section("5", "alerts", "alert_list", _alerts(result, w), w))
    if plan.targets:
        sections.append(_section("6", "targets", "target_list", _targets(result, w), w))
    sections.append(_section("7", "refused", "refused_list", _refused(result, w), w))
    if result.warnings:
        sections.append(_section("8", "warnings", "warning_list", _warnings(result, w), w))
    page = Page(
        plan.name, own_document(plan), warnings(plan, w), said(lang, "report_summary", date=result.as_of), (), (),
        tuple(sections), None,
    )  # fmt: skip
    version = f"{w('policy_hash')} {digest}"
    subtitle = w.joined([plan.name, version, result.as_of.isoformat(), w("money_unit")], "semicolon")
    return Sheet(lang, said(lang, "report_title"), subtitle, (page,), (), said(lang, "report_signatures"))


def _section(number: str, kind: str, title: str, table: Table, w: Words) -> Section:
    rows = table.rows or (Row((said(w.lang, "nobody"), *("" for _ in table.columns[1:]))),)
    return Section(number, kind, said(w.lang, title), (), table=Table(table.columns, rows))


def _table(w: Words, columns: Iterable[str], rows: Iterable[Row]) -> Table:
    """Columns by the key of their heading; those of numbers end with `>`."""
    return Table(
        tuple(Column(said(w.lang, key.removesuffix(">")), "right" if key.endswith(">") else "left") for key in columns),
        tuple(rows),
    )


def _counts(result: Report, w: Words) -> Table:
    lang = w.lang
    numbers = (
        ("c_persons", str(len(result.persons))),
        ("c_person_rows", str(result.person_rows)),
        ("c_claims", str(result.claims)),
        ("c_claim_rows", str(result.claim_rows)),
        ("c_refused", str(len(result.refused))),
        ("c_cost", money(result.cost)),
        ("c_borne", money(result.borne)),
    )
    return _table(w, ("item", "value>"), (Row((said(lang, key), number)) for key, number in numbers))


def _not_enrolled(result: Report, w: Words) -> Table:
    rows = (
        Row(
            (
                entry.person.id,
                w.joined(list(map(w.name, entry.identities)), "list_comma") or w("held_none"),
                why_not_enrolled(entry, w.lang),
            ),
            (entry.origin,) if entry.origin else (),
        )
        for entry in result.not_enrolled
    )
    return _table(w, ("person", "identities", "reason"), rows)


def _subsidies(result: Report, w: Words) -> Table:
    by_payer, rest = result.subsidies_by_payer, result.subsidy_origins
    rows = [
        Row((name, payer_name(field, payer, w), str(count), money(amount)), rest[name, field, payer])
        for name, field, payer, count, amount in by_payer
    ]
    if rows:
        persons = sum(1 for entry in result.subsidies if entry.total)
        whole = sum(entry.total for entry in result.subsidies)
        word = "total" if sum(count for *_, count, _ in by_payer) == persons else "total_once"
        rows.append(Row((said(w.lang, word), "", str(persons), money(whole)), tone="result"))
    return _table(w, ("subsidy", "payer", "persons>", "amount>"), rows)


def _payments(result: Report, w: Words) -> Table:
    """Payments by day, route and kind of payment; then those whose day is not known, then what has no time limit."""
    lang = w.lang
    found = dict[tuple[str, str, str], tuple[int, int, dict[int, p.Origin]]]()
    for payment in result.payments:
        due = payment.due
        day = due.date.isoformat() if due.date is not None else said(lang, "date_unknown")
        count, amount, origins = found.setdefault((day, payment.route, due.name), (0, 0, {}))
        origins.setdefault(id(due.origin), due.origin)
        found[day, payment.route, due.name] = count + 1, amount + due.amount, origins
    rows = [
        Row((*key, str(count), money(amount)), tuple(origins.values()))
        for key, (count, amount, origins) in found.items()
    ]
    open_ended: dict[str, tuple[int, int, dict[int, p.Origin]]] = {}
    for _, route in result.unscheduled:
        name = route.route or said(lang, "route_none")
        count, amount, origins = open_ended.setdefault(name, (0, 0, {}))
        if route.origin is not None:
            origins.setdefault(id(route.origin), route.origin)
        open_ended[name] = count + 1, amount + route.unscheduled, origins
    for name, (count, amount, origins) in open_ended.items():
        told = said(lang, "no_limit"), name, "", str(count), money(amount)
        rows.append(Row(told, tuple(origins.values()), "quiet"))
    if len(rows) > 1:
        whole = sum(payment.due.amount for payment in result.payments)
        whole += sum(route.unscheduled for _, route in result.unscheduled)
        counted = str(len(result.payments) + len(result.unscheduled))
        rows.append(Row((said(lang, "total"), "", "", counted, money(whole)), tone="result"))
    return _table(w, ("date", "route", "due_name", "payments>", "amount>"), rows)


def _alerts(result: Report, w: Words) -> Table:
    rows = (
        Row(
            (
                line.alert,
                line.person,
                line.year,
                w.joined(list(line.claims), "list_comma"),
                _watched(line, w),
                "—" if isinstance(line.watch, p.Const) else money(line.above),
                line.tell,
            ),
            (line.origin,),
        )
        for line in result.alerts
    )
    return _table(w, ("alert", "person", "year", "claims", "watched", "line>", "tell"), rows)


def _watched(line: AlertLine, w: Words) -> str:
    """What is watched with its value; where a policy only asks whether a state lasts, its conditions."""
    if isinstance(line.watch, p.Const):
        return w("and").join(symbolic(step.condition, w) for step in line.guards) or line.alert
    return f"{symbolic(line.watch, w)} {money(line.value)}"


def _targets(result: Report, w: Words) -> Table:
    among = {target.name: _among(target, w) for target in result.plan.targets}
    rows = (
        Row(
            (
                target.name,
                said(w.lang, target.relation, value=ratio(target.wanted)),
                _number(target, target.numerator),
                _number(target, target.denominator),
                percent(target),
                _verdict(target, w),
                among.get(target.name, ""),
            ),
            (target.origin,),
            "plain" if target.met else "bad",
        )
        for target in result.targets
    )
    return _table(w, ("target", "wanted", "numerator>", "denominator>", "reached>", "result", "among"), rows)


def _among(target: p.Target, w: Words) -> str:
    """Which persons or claims a target counts."""
    asked = [expr for expr in (target.claims if target.ratio is not None else None, target.among) if expr is not None]
    every = said(w.lang, "everyone" if target.ratio is None else "every_claim")
    return w("semicolon").join(symbolic(expr, w) for expr in asked) or every


def percent(target: TargetResult) -> str:
    """What was reached, exactly where two decimals of a percent can say it, else the nearest with a mark."""
    if target.value is None:
        return "—"
    exact = target.value * 10_000
    if exact.denominator == 1:
        return ratio(target.value)
    nearest = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return f"≈{nearest // 100}.{nearest % 100:02}%"


def _number(target: TargetResult, number: Exact) -> str:
    return grouped(number) if target.counts == "persons" else money(number)


def _verdict(target: TargetResult, w: Words) -> str:
    word = "nothing_to_divide" if target.met is None else "met" if target.met else "not_met"
    missing = said(w.lang, "uncounted", n=len(target.unknown)) if target.unknown else ""
    return w.joined([said(w.lang, word), missing], "semicolon")


def _refused(result: Report, w: Words) -> Table:
    rows = (
        Row((f"{entry.file}:{entry.row}", entry.person, entry.claim, f"{problem.code} {problem.message(w.lang)}"))
        for entry in result.refused
        for problem in entry.problems
    )
    return _table(w, ("row", "person", "claim", "problem"), rows)


def _warnings(result: Report, w: Words) -> Table:
    rows = (Row((problem.where, f"{problem.code} {problem.message(w.lang)}")) for problem in result.warnings)
    return _table(w, ("row", "problem"), rows)
