"""The sheet of what stands around a settlement: enrolment, subsidies, routes. A document of `polc.explain`, so that
every renderer of the calculation sheet shows it too; and the same facts for machines.

Section numbers never move: 1 basis, 2 enrolment, 3 subsidies, 4 routes (4.1 the first), 5 payments by date,
6 alerts.
"""

from __future__ import annotations

import json

from attrs import evolve

from pol_lang.problem import Language
from polc import plan as p
from polc.evaluate import Environment, seen
from polc.explain.document import Column, Json, Page, Row, Section, Sheet, Table
from polc.explain.figures import machine_money, money, ratio
from polc.explain.formula import symbolic
from polc.explain.head import add_documents, add_person, person_id, warnings
from polc.explain.lines import Lines, facts, guard, own_document, written
from polc.explain.replay import known_of_person
from polc.explain.wording import Words, words
from polc.explain.worked import formula_rows
from polc.population.alert_sheet import alert_note, alert_section
from polc.population.around import Around
from polc.population.machine import alert_json, by_date, by_date_json, enrolment_json, iso, route_json, subsidy_json
from polc.population.results import DueLine, EnrolmentResult, RouteResult, SubsidyLine, SubsidyResult
from polc.population.route_sheet import route_section
from polc.population.surroundings import of_person
from polc.population.wording import said
from polc.settle import identities_of
from polc.settlement import GuardStep

SCHEMA = "pol.around/v1"


def around_sheet(result: Around, digest: str, lang: Language) -> Sheet:
    """The sheet of what stands around a case; `digest` is the plan's content hash."""
    w = evolve(words(lang, result.plan), known=known_of_person(result.plan, result.person, result.as_of))
    sections = [_head(result, digest, w)]
    if result.enrolment is not None:
        sections.append(_enrolment(result.enrolment, w))
    if result.subsidy is not None:
        sections.append(_subsidy(result.subsidy, result.plan, w))
    notes = tuple(problem.message(lang) for problem in result.problems)
    if result.routes:
        sections.append(Section("4", "routes", said(lang, "s_routes"), ()))
        for at, route in enumerate(result.routes, 1):
            known = known_of_person(result.plan, result.person, route.day)
            sections.append(route_section(route, f"4.{at}", evolve(w, known=known)))
        if any(route.all_dues for route in result.routes):
            sections.append(_dates(result.routes, w))
    if result.alerts:
        env = of_person(result.plan, result.person, result.as_of)
        env.tallies = {tally.name: 0 for tally in result.plan.tallies}
        notes = (*notes, alert_note(result.alerts, w))
        sections.append(alert_section(result.alerts, result.plan, env, "6", w))
    only_routes = result.enrolment is None and result.subsidy is None
    summary = said(lang, "summary_routes") if only_routes else said(lang, "summary_person", date=result.as_of)
    whom = person_id(result.person) or w("no_id")
    page = Page(
        said(lang, "page_person", id=whom), own_document(result.plan),
        warnings(result.plan, w, sections[0]), summary, (), notes, tuple(sections), None, around_json(result),
    )  # fmt: skip
    subtitle = w.joined([result.plan.name, person_id(result.person), w("money_unit")], "semicolon")
    return Sheet(lang, said(lang, "title"), subtitle, (page,), (), w("signatures"))


def around_text_json(result: Around, digest: str) -> str:
    """The facts of the sheet as JSON text that ends with a line end."""
    policy: Json = {"name": result.plan.name, "hash": digest, "as_of": result.plan.as_of.isoformat()}
    return json.dumps({"schema": SCHEMA, "policy": policy, **around_json(result)}, ensure_ascii=False, indent=2) + "\n"


def around_json(result: Around) -> dict[str, Json]:
    """The facts of the sheet as JSON values."""
    return {
        "person": result.person.id,
        "as_of": result.as_of.isoformat(),
        "enrolment": None if result.enrolment is None else enrolment_json(result.enrolment),
        "subsidy": None if result.subsidy is None else subsidy_json(result.subsidy),
        "routes": [route_json(route) for route in result.routes],
        "alerts": [alert_json(line) for line in result.alerts],
        "due_by_date": by_date_json(due for route in result.routes for due in route.all_dues),
        "problems": [problem.code for problem in result.problems],
    }


# ---------------------------------------------------------------- sections


def _head(result: Around, digest: str, w: Words) -> Section:
    lines = Lines("1")
    lines.add("policy", w("policy"), [result.plan.name])
    lines.add("policy_hash", w("policy_hash"), [digest])
    lines.add("as_of", w("as_of"), [result.as_of.isoformat()])
    add_documents(lines, result.plan, w)
    add_person(lines, result.plan, result.person, identities_of(result.person, result.as_of), w)
    return Section("1", "head", w("s_head"), tuple(lines.lines))


def _enrolment(result: EnrolmentResult, w: Words) -> Section:
    lang, lines = w.lang, Lines("2")
    for tried in result.tried:
        lines.add("rule", said(lang, "rule"), [tried.name], origins=[tried.origin])
        if tried.subject is not None:
            guard(lines, tried.subject, w)
        for step in tried.cases:
            _case(lines, step, w)
        if not tried.fits and (tried.subject is None or tried.subject.held):
            lines.add("no_case", w("failed", what=tried.name), [said(lang, "no_case")], tone="bad")
    origins = [] if result.origin is None else [result.origin]
    if not result.is_subject:
        lines.add("result", said(lang, "insured"), [said(lang, "no_rule")], tone="quiet")
    name, day = result.counted_from
    counted = said(lang, "counted_day", date=day) if name is None else said(lang, "counted_fact", name=name, date=day)
    for key, outcome in (("insured", result.insured), ("subsidised", result.subsidised)):
        if outcome is not None:
            text = said(lang, "none_year" if outcome.year is None else outcome.said, year=outcome.year)
            lines.add(
                key, said(lang, key), [text, counted if outcome.year is not None else ""], origins=origins,
                tone="result", data=facts(said=outcome.said, year=outcome.year),
            )  # fmt: skip
    if result.effective is not None:
        lines.add(
            "effective", said(lang, "effective"), [result.effective.isoformat()], origins=origins, tone="result",
            data=facts(date=iso(result.effective)),
        )  # fmt: skip
    if result.register is not None:
        lines.add("register", said(lang, "register"), [result.register], origins=origins, tone="warning")
    return Section(
        "2", "enrolment", said(lang, "s_enrolment"), tuple(lines.lines), data={"enrolment": result.enrolment}
    )


def _case(lines: Lines, step: GuardStep, w: Words) -> None:
    """A case's condition; one without a condition is what is left."""
    if isinstance(step.condition, p.Const):
        lines.add("guard", w("condition"), [said(w.lang, "otherwise_fits")], origins=[step.origin])
    else:
        guard(lines, step, w)


def _subsidy(result: SubsidyResult, plan: p.Plan, w: Words) -> Section:
    lang, lines, env = w.lang, Lines("3"), of_person(plan, result.person, result.as_of)
    for line, statement in zip(result.lines, plan.subsidies, strict=True):
        _subsidy_line(lines, line, statement, env, w)
    columns = (Column(said(lang, "payer")), Column(said(lang, "amount"), "right"))
    rows = tuple(Row((payer_name(field, name, w), money(amount))) for field, name, amount in result.payers)
    lines.add(
        "subsidy_total", said(lang, "subsidy_total"), [] if rows else [said(lang, "nothing_paid")],
        result.total, tone="result", table=Table(columns, rows) if len(rows) > 1 else None,
        data=facts(total=machine_money(result.total)),
    )  # fmt: skip
    premiums: dict[tuple[str, int], list[int]] = {}
    for line, statement in zip(result.lines, plan.subsidies, strict=True):
        if line.applies and line.premium is not None and statement.premium is not None:
            premiums.setdefault((symbolic(statement.premium, w), line.premium), []).append(line.amount)
    for (_, premium), amounts in premiums.items():
        own = premium - sum(amounts)
        if own >= 0:
            told = " − ".join(map(money, (premium, *amounts))) + f" = {money(own)}"
            lines.add("own_premium", said(lang, "own_premium"), [told], own)
    return Section("3", "subsidy", said(lang, "s_subsidy"), tuple(lines.lines))


def _subsidy_line(lines: Lines, line: SubsidyLine, statement: p.Subsidy, env: Environment, w: Words) -> None:
    lang = w.lang
    lines.add("subsidy", said(lang, "subsidy"), [line.name], origins=[line.origin], data=facts(name=line.name))
    if line.subject is not None:
        guard(lines, line.subject, w)
    if not line.applies:
        return
    if line.premium is not None and statement.premium is not None:
        saw = seen(statement.premium, env)
        by = formula_rows(statement.premium, saw, line.premium, "money", w, env)
        origins = [line.origin, *written(statement.premium, saw, env)]
        shown = () if isinstance(statement.premium, p.Const) else by
        lines.add("premium", said(lang, "premium"), shown, line.premium, origins)
    told = list(formula_rows(line.formula, line.seen, line.pay, "money", w, env))
    if line.pay != line.amount:
        limited = line.premium is not None and line.amount == line.premium
        told.append(said(lang, "limited_premium", premium=money(line.amount)) if limited else said(lang, "rounded_fen"))
    lines.add("pay", said(lang, "pay"), told, line.amount, [line.origin, *written(line.formula, line.seen, env)])
    for step in line.rules:
        if not isinstance(step.condition, p.Const):
            guard(lines, step, w)
    columns = (
        Column(said(lang, "payer")),
        Column(said(lang, "weight"), "right"),
        Column(said(lang, "amount"), "right"),
    )
    whole = sum(share.weight for share in line.shares)
    rows = tuple(
        Row((payer_name(share.field, share.name, w), ratio(share.weight / whole), money(share.amount)))
        for share in line.shares
    )
    lines.add(
        "payers", said(lang, "payers"), [], line.amount,
        [line.shares_origin] if line.shares_origin else [], table=Table(columns, rows),
    )  # fmt: skip


def payer_name(field: str, name: str, w: Words) -> str:
    """A payer with its platform field, where it has one."""
    return w.name(name) if field == name else f"{w.name(name)}{w('open')}{field}{w('close')}"


def _dates(routes: tuple[RouteResult, ...], w: Words) -> Section:
    lang, lines = w.lang, Lines("5")
    dues = [due for route in routes for due in route.all_dues]
    table = dates_table(dues, lang)
    lines.add("due_by_date", said(lang, "dues"), amount=sum(due.amount for due in dues), table=table)
    return Section("5", "dates", said(lang, "s_dates"), tuple(lines.lines))


def dates_table(dues: list[DueLine], lang: Language) -> Table:
    """Payments due by date with their number and amount."""
    columns = (
        Column(said(lang, "date")),
        Column(said(lang, "payments"), "right"),
        Column(said(lang, "amount"), "right"),
    )
    rows = tuple(
        Row((said(lang, "date_unknown") if date is None else date.isoformat(), str(count), money(amount)))
        for date, count, amount in by_date(dues)
    )
    return Table(columns, rows)
