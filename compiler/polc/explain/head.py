"""The section that says what a sheet rests on and whom it is for."""

from __future__ import annotations

import datetime
from collections.abc import Collection

from attrs import evolve

from polc import plan as p
from polc import settlement as s
from polc.evaluate import day_of_year
from polc.explain.document import Json, Section
from polc.explain.figures import figure, machine_value
from polc.explain.formula import symbolic
from polc.explain.lines import Lines, facts, listed
from polc.explain.named import holds_of, named_conditions
from polc.explain.observed import period
from polc.explain.wording import Words
from polc.periods import year_date, year_id
from polc.settle import counts_as


def head_section(
    claim: s.ClaimSettlement, person: s.Person, digest: str, again: bool, mentioned: str, number: str, w: Words
) -> Section:
    """Policy and documents (left out where they are those of the page before), person, identities, claim and facts, and
    what the named conditions mean that the rest of the page mentions."""
    lines = Lines(number)
    plan = claim.plan
    lines.add("policy", w("policy"), [plan.name], data=facts(name=plan.name))
    lines.add("policy_hash", w("policy_hash"), [digest], data=facts(hash=digest))
    lines.add(
        "as_of",
        w("as_of"),
        [plan.as_of.isoformat(), _valid(plan, w)],
        data=facts(as_of=plan.as_of.isoformat(), since=_day(in_force(plan)[0]), expires=_day(in_force(plan)[1])),
    )
    lines.add(
        "year_rule",
        w("year_rule"),
        _year(claim, w),
        data=facts(
            by=plan.year.by,
            month=plan.year.start[0],
            day=plan.year.start[1],
            split=plan.year.split,
            first=_day(year_span(claim)[0]),
            last=_day(year_span(claim)[1]),
        ),
    )
    if again:
        lines.add("documents", w("document"), [w("same_documents")], tone="quiet")
    else:
        add_documents(lines, plan, w)
    add_person(lines, plan, person, claim.identities, w)
    lines.add("considered", w("considered"), [_considered(claim, w)], data=facts(considered=claim.considered))
    text = [claim.claim.id, claim.claim.date.isoformat()]
    if claim.claim.continues:
        text.append(w("continues", id=claim.claim.continues))
    lines.add(
        "claim",
        w("claim"),
        [w.joined(text)],
        data=facts(id=claim.claim.id, date=claim.claim.date.isoformat(), continues=claim.claim.continues),
    )
    given = _given(plan, claim.claim.facts, "claim")
    lines.add("facts", w("facts"), [listed(given, w)], data=facts(facts=_facts_json(given)))
    for index, item in enumerate(claim.claim.items, 1):
        values = _given(plan, item, "item")
        lines.add("item", w("cost_item", n=index), [listed(values, w)], data=facts(facts=_facts_json(values)))
    absent = _by_default(claim, person)
    if absent:
        told = [w("default_is", name=w.name(name), value=figure(value, unit, w)) for name, value, unit in absent]
        lines.add("defaults", w("defaults"), told, data=facts(facts=_facts_json(absent)))
    for named in named_conditions(plan, mentioned):
        meaning = symbolic(evolve(named.value, name="") if isinstance(named.value, p.Cases) else named.value, w)
        lines.add(
            "definition", w("definition"), [w.joined([w.name(named.name), meaning], "colon")], origins=[named.origin],
            tone="quiet", data=facts(name=named.name, formula=meaning),
        )  # fmt: skip
    return Section(number, "head", w("s_head"), tuple(lines.lines))


def add_documents(lines: Lines, plan: p.Plan, w: Words) -> None:
    """The lines of the documents that a plan rests on."""
    for document in plan.documents:
        lines.add("document", w("document"), _document(document, w), data=_document_json(document))


def add_person(lines: Lines, plan: p.Plan, person: s.Person, valid: Collection[str], w: Words) -> None:
    """The lines of a person: number and facts, identities with their periods; `valid` are those of the day."""
    own = _given(plan, person.facts, "person")
    lines.add(
        "person", w("person"), [person_id(person) or w("no_id"), listed(own, w)],
        data=facts(person=person.id, facts=_facts_json(own)),
    )  # fmt: skip
    known: list[Json] = [
        {"name": held.name, "since": _day(held.since), "until": _day(held.until), "valid": held.name in valid}
        for held in person.identities
    ]
    lines.add("identities", w("held"), _identities(plan, person, valid, w), data=facts(held=known))


def _by_default(claim: s.ClaimSettlement, person: s.Person) -> s.Seen:
    """The facts that were read and nobody gave: what the policy takes them to be."""
    known = {spec.name: spec for spec in claim.plan.facts if spec.of != "item"}
    found: dict[str, tuple[str, p.Value, p.Unit]] = {}
    for step in claim.steps:
        inner = step.guards if isinstance(step, s.CutResult) else step.steps
        for read in (step, *inner):
            for name, value, unit in getattr(read, "seen", ()):
                spec = known.get(name)
                if spec is None or spec.default is None:
                    continue
                given = person.facts if spec.of == "person" else claim.claim.facts
                if given.get(name) is None:
                    found.setdefault(name, (name, value, unit))
    return tuple(found.values())


def person_id(person: s.Person) -> str:
    """The person's number; empty where none was given."""
    return "" if person.id == "-" else person.id


def warnings(plan: p.Plan, w: Words, head: Section | None = None) -> tuple[str, ...]:
    """A banner for every document with illustrative figures, and the lines of the head that say where figures are
    from."""
    found = tuple(
        w("illustrative_mark") + w("illustrative_banner", what=f"{_named(document)}{w('colon')}{text}")
        for document in plan.documents
        for text in document.illustrative
    )
    told = [line.number for line in head.lines if line.kind in ("document", "documents")] if head is not None else []
    return (*found, w("illustrative_where", lines=w.joined(told, "list_comma"))) if found and told else found


def in_force(plan: p.Plan) -> tuple[datetime.date | None, datetime.date | None]:
    """From when the plan holds unchanged and the first day on which it does not: as its values say, and not before all
    its documents are in force nor after one of them ends."""
    starts = [plan.since, *(document.starts for document in plan.documents)]
    ends = [document.until + datetime.timedelta(1) for document in plan.documents if document.until is not None]
    known = [day for day in starts if day is not None]
    ends += [plan.expires] if plan.expires is not None else []
    return max(known, default=None), min(ends, default=None)


def _valid(plan: p.Plan, w: Words) -> str:
    since, until = in_force(plan)
    if since and until:
        return w("valid", since=since.isoformat(), until=until.isoformat())
    if since:
        return w("valid_since", since=since.isoformat())
    return w("valid_until", until=until.isoformat()) if until else ""


def year_span(claim: s.ClaimSettlement) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of the benefit year that a claim belongs to."""
    rule = claim.plan.year
    year = int(year_id(year_date(rule, claim.claim), rule.start))
    return day_of_year(year, rule.start), day_of_year(year + 1, rule.start) - datetime.timedelta(1)


def _year(claim: s.ClaimSettlement, w: Words) -> list[str]:
    rule = claim.plan.year
    month, day = rule.start
    first, last = year_span(claim)
    return [
        w("year_rule_is", by=w.name(rule.by), month=month, day=day),
        w("year_is", year=first.year, first=first.isoformat(), last=last.isoformat()),
        w(f"split_{rule.split}") if rule.split else "",
    ]


def _named(document: p.Document) -> str:
    return document.number or document.title or document.policy


def _document(document: p.Document, w: Words) -> list[str]:
    title = f"《{document.title}》" if document.title and w.lang == "zh" else document.title
    dates = [w("issued", date=document.issued.isoformat()) if document.issued else ""]
    dates.append(w("in_force", date=document.in_force.isoformat()) if document.in_force else "")
    dates.append(w("in_force_until", date=document.until.isoformat()) if document.until else "")
    dates.append(w("applied_back", date=document.applied_back.isoformat()) if document.applied_back else "")
    place = f"{document.jurisdiction} {document.code}" if document.code else document.jurisdiction
    return [
        w.joined([title or document.policy, document.number], "comma"),
        w.joined([w.joined(list(document.issuers), "list_comma"), place], "semicolon"),
        w.joined(dates),
        *(w("provenance", text=text) for text in document.provenance),
        *(w("illustrative_mark") + text for text in document.illustrative),
    ]


def _day(value: datetime.date | None) -> Json:
    return None if value is None else value.isoformat()


def _document_json(document: p.Document) -> dict[str, Json]:
    return {
        "policy": document.policy, "title": document.title, "document_number": document.number,
        "issuers": list(document.issuers), "issued": _day(document.issued), "in_force": _day(document.in_force),
        "until": _day(document.until), "applied_back": _day(document.applied_back),
        "jurisdiction": document.jurisdiction, "jurisdiction_code": document.code,
        "provenance": list(document.provenance), "illustrative": list(document.illustrative),
    }  # fmt: skip


def _identities(plan: p.Plan, person: s.Person, valid: Collection[str], w: Words) -> list[str]:
    rows = []
    for held in person.identities:
        told_of = period(held.since, held.until, w)
        if held.name not in valid:
            told_of.append(w("not_then"))
        groups = _groups(plan, held.name) if held.name in valid else []
        if groups:
            told_of.append(w("counts_as", groups=w.joined(list(map(w.name, groups)), "list_comma")))
        told = w.joined(told_of, "semicolon")
        rows.append(w.label(held.name) + (w("open") + told + w("close") if told else ""))
    known = {held.name for held in person.identities}
    rows += [w.label(name) for name in valid if name not in known]
    return rows or [w("held_none")]


def _groups(plan: p.Plan, identity: str) -> list[str]:
    """The wider identities and the groups that an identity belongs to, as far as the steps ask for them."""
    counted = counts_as(plan, identity)
    found = {leaf.name: leaf.identities for step in plan.body.steps for leaf in holds_of(step)}
    return [name for name, identities in found.items() if name != identity and counted & identities]


def _considered(claim: s.ClaimSettlement, w: Words) -> str:
    if len(claim.alternatives) > 1:
        return w("considered_highest", identity=w.name(claim.considered or w("considered_none")))
    names = [claim.considered] if claim.considered else list(claim.identities)
    return w.joined(list(map(w.name, names)), "list_comma") or w("considered_none")


def _given(plan: p.Plan, given: object, of: str) -> s.Seen:
    """The facts that were given, in the plan's order; others after them by name."""
    values: dict[str, p.Value] = dict(given)  # type: ignore[call-overload]
    specs = [spec for spec in plan.facts if spec.of == of and spec.name in values]
    return tuple((spec.name, values[spec.name], spec.unit) for spec in specs)


def _facts_json(values: s.Seen) -> dict[str, Json]:
    return {name: machine_value(value, unit) for name, value, unit in values}  # type: ignore[misc]
