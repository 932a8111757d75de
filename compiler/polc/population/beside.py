"""What a claim's calculation sheet says beyond the settlement: what is paid at discharge, what is claimed later, which
lists the claim puts a person on.

Section numbers go on where those of the calculation sheet end: 10 payment, 11 alerts.
"""

from __future__ import annotations

from attrs import evolve

from pol_lang.problem import Problems
from polc.explain.document import Beside, Section
from polc.explain.figures import money
from polc.explain.replay import known_of
from polc.explain.wording import Words
from polc.population.alert_sheet import alert_note, alert_section
from polc.population.alerts import watched
from polc.population.results import AlertLine, RouteResult
from polc.population.route_sheet import route_section
from polc.population.schedule import schedule
from polc.population.surroundings import after_claim
from polc.population.wording import said
from polc.settlement import ClaimSettlement, Person, Settlement, State


def beside(claim: ClaimSettlement, person: Person, w: Words) -> Beside:
    """The notes and sections of a claim; nothing where the policy says nothing, or asks for a fact that is missing."""
    notes: list[str] = []
    sections: list[Section] = []
    route = _route(claim, person)
    if route is not None:
        notes += _paid(route, claim, w)
        taken = tuple(tried for tried in route.tried if tried.taken)
        section = route_section(evolve(route, tried=taken), "10", w)
        sections.append(evolve(section, kind="payment", title=said(w.lang, "s_routes"), level=1))
    raised = _alerts(claim, person)
    if raised:
        notes.append(alert_note(raised, w))
        known = evolve(w, known=known_of(claim, person, None))
        sections.append(alert_section(raised, claim.plan, after_claim(person, claim), "11", known))
    return Beside(tuple(notes), tuple(sections))


def _route(claim: ClaimSettlement, person: Person) -> RouteResult | None:
    """The route the claim takes, where there is one."""
    if not claim.plan.routes:
        return None
    try:
        found = schedule(claim.plan, person, claim)
    except Problems:
        return None
    return found if found.route is not None else None


def _paid(route: RouteResult, claim: ClaimSettlement, w: Words) -> list[str]:
    """What the patient pays at discharge, and what is claimed later."""
    lang = w.lang
    later = [(part, part.amount) for part in route.claimed if part.amount]
    ahead = sum(amount for _, amount in later)
    told = []
    if route.deposit is not None and route.deposit.amount is not None:
        none = route.deposit.formula is None
        told.append(said(lang, "note_no_deposit" if none else "note_deposit", amount=money(route.deposit.amount)))
    asked = None if route.collect is None else route.collect.amount
    if asked is not None:
        told.append(said(lang, "note_collect" if asked else "note_collect_none", amount=money(asked)))
    if ahead and asked is not None and asked == claim.left + ahead:
        told.append(said(lang, "note_of_which", own=money(claim.left), ahead=money(ahead)))
    elif ahead and (asked is None or asked == claim.left):
        told.append(said(lang, "note_ahead", ahead=money(ahead)))
    notes = [said(lang, "note_discharge", told=w.joined(told, "semicolon"))] if told else []
    for part, _ in later:
        names = w.joined([f"{w.name(name)} {money(amount)}" for name, amount in part.layers if amount], "list_comma")
        dates = [due.date for due in part.dues if due.date is not None]
        by = said(lang, "paid_by_date", date=max(dates).isoformat()) if dates else ""
        notes.append(said(lang, "note_later", told=w.joined([names, said(lang, "claimed_by", route=part.route), by])))
    return notes


def _alerts(claim: ClaimSettlement, person: Person) -> tuple[AlertLine, ...]:
    """The alerts that this claim raises."""
    if not claim.plan.alerts:
        return ()
    found = watched(Settlement(person, (claim,), State()), claim.plan, claim.claim.date)
    return tuple(line for line in found.lines if line.claims)
