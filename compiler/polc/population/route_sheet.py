"""The section of a route: which one a claim or an arrival takes, who advances what, what is collected and due."""

from __future__ import annotations

from attrs import evolve

from polc.arithmetic import fen
from polc.explain.document import Section
from polc.explain.figures import machine, machine_money, money, ratio
from polc.explain.formula import symbolic
from polc.explain.lines import Lines, facts, guard
from polc.explain.wording import Words
from polc.explain.worked import worked
from polc.population.machine import iso
from polc.population.results import Charge, DueLine, RouteResult
from polc.population.wording import said


def route_section(result: RouteResult, number: str, w: Words) -> Section:
    """The section of the route that a claim or an arrival takes."""
    lang, lines = w.lang, Lines(number)
    w = evolve(w, known=evolve(w.known, undeclared=result.undeclared))
    for tried in result.tried:
        lines.add(
            "route", said(lang, "route"), [said(lang, "route_taken" if tried.taken else "route_not", name=tried.name)],
            origins=[tried.origin], tone="plain" if tried.taken else "quiet",
        )  # fmt: skip
        for step in tried.guards:
            guard(lines, step, w)
    if result.route is None:
        lines.add("route", said(lang, "route"), [said(lang, "route_none")], tone="bad")
    for part in result.advanced:
        lines.add(
            "advanced", said(lang, "advanced"),
            [said(lang, "advanced_by", bearer=w.name(part.bearer)), _layers(part.layers, part.amount, w)],
            part.amount, [part.origin],
        )  # fmt: skip
    for key, charge in (("deposit", result.deposit), ("collect", result.collect)):
        if charge is not None:
            lines.add(key, said(lang, key), _charged(charge, w), charge.amount, [charge.origin])
    arrived = result.of == "arrival" and not result.made_of
    told = said(lang, "arrived") if arrived else _layers(result.made_of, result.amount, w)
    ahead = [money(part.amount) for part in result.advanced if part.amount is not None]
    if ahead and sum(part.amount or 0 for part in result.advanced) == result.amount and not arrived:
        told = said(lang, "all_advanced") + (w("colon") + " + ".join(ahead) if len(ahead) > 1 else "")
    lines.add("base_amount", said(lang, "base_amount"), [told], result.amount)
    _dues(lines, result.dues, result.amount, w)
    if result.unscheduled:
        lines.add("unscheduled", said(lang, "unscheduled"), [_less(result.amount, result.dues)], result.unscheduled,
                  tone="quiet")  # fmt: skip
    for elsewhere in result.claimed:
        lines.add(
            "claimed", said(lang, "claimed"),
            [said(lang, "claimed_by", route=elsewhere.route), _layers(elsewhere.layers, elsewhere.amount, w)],
            elsewhere.amount, [elsewhere.origin],
        )  # fmt: skip
        _dues(lines, elsewhere.dues, elsewhere.amount or 0, w)
    return Section(
        number, "route", said(lang, f"of_{result.of}", id=result.id), tuple(lines.lines), level=2,
        data={"id": result.id, "route": result.route},
    )  # fmt: skip


def _dues(lines: Lines, dues: tuple[DueLine, ...], whole: int, w: Words) -> None:
    """A line for each payment due of an amount."""
    for at, due in enumerate(dues):
        _due(lines, due, whole, dues[:at], w)


def _due(lines: Lines, due: DueLine, whole: int, earlier: tuple[DueLine, ...], w: Words) -> None:
    lang = w.lang
    name, asked = said(lang, "due_rest", name=due.name), _less(whole, earlier)
    if due.share is not None:
        exact = whole * due.share
        name = said(lang, "due_share", name=due.name, share=ratio(due.share))
        if fen(exact) == due.amount:
            asked = f"{ratio(due.share)} × {money(whole)} = {money(exact)}"
            asked += "" if exact == due.amount else w("comma") + said(lang, "rounded_fen")
        else:  # the last share takes what rounding left
            asked = w.joined([said(lang, "takes_rest"), asked], "colon")
    within, after = w.counted(due.unit, str(due.within)), w.name(due.after)
    when = said(lang, "due_unknown", after=after, within=within)
    if due.start is not None:
        when = said(lang, "due_when", after=after, start=due.start.isoformat(), within=within)
    text = [name, asked, when]
    if due.date is not None:
        last = said(lang, "due_date", date=due.date.isoformat())
        off = (due.date - due.start).days - due.within if due.start is not None and due.unit == "workdays" else 0
        text.append(
            last
            + (w("open") + said(lang, "due_off" if off > 1 else "due_off_one", n=off) + w("close") if off > 0 else "")
        )
    if due.problem is not None:
        text.append(due.problem.message(lang))
    lines.add(
        "due", said(lang, "due"), text, due.amount, [due.origin],
        tone="bad" if due.problem else "result" if due.date else "quiet",
        data=facts(
            name=due.name, share=None if due.share is None else machine(due.share), amount=machine_money(due.amount),
            start=iso(due.start), date=iso(due.date),
        ),
    )  # fmt: skip


def _less(whole: int, dues: tuple[DueLine, ...]) -> str:
    """What is left of an amount after payments, as a sum; empty where there are none."""
    if not dues:
        return ""
    left = whole - sum(due.amount for due in dues)
    return " − ".join([money(whole), *(money(due.amount) for due in dues)]) + f" = {money(left)}"


def _layers(layers: tuple[tuple[str, int | None], ...], whole: int | None, w: Words) -> str:
    """Layers with what each paid, as a sum where that is known."""
    names = [w.name(name) if amount is None else f"{w.name(name)} {money(amount)}" for name, amount in layers]
    if whole is None or any(amount is None for _, amount in layers):
        return w.joined([w.joined(names, "list_comma"), said(w.lang, "amount_unknown")], "semicolon")
    return " + ".join(names) + (f" = {money(whole)}" if len(names) > 1 else "")


def _charged(charge: Charge, w: Words) -> list[str]:
    if charge.formula is None:
        return [said(w.lang, "deposit_none")]
    if charge.amount is None:
        return [symbolic(charge.formula, w), said(w.lang, "amount_unknown")]
    return list(worked(charge.formula, charge.seen, charge.amount, "money", w))
