"""Numbering of lines, and what lines are made of: references, environments, conditions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from polc import plan as p
from polc.evaluate import Environment, children
from polc.explain.document import Json, Line, Table, Tone
from polc.explain.figures import Exact, figure, machine_money, machine_value, money
from polc.explain.formula import is_condition, leaves, symbolic
from polc.explain.observed import gap, observed
from polc.explain.wording import Words, capital
from polc.explain.worth import Values, chosen_arm, values_of
from polc.settlement import GuardStep, Seen


class Lines:
    """Collects the lines of a section and numbers them "3.2.1", "3.2.2", …"""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.lines: list[Line] = []

    def add(
        self,
        kind: str,
        label: str,
        text: Iterable[str] = (),
        amount: Exact | None = None,
        origins: Iterable[p.Origin] = (),
        code: str | None = None,
        tone: Tone = "plain",
        table: Table | None = None,
        data: Mapping[str, Json] | None = None,
    ) -> None:
        """One more line."""
        number = f"{self.prefix}.{len(self.lines) + 1}"
        rows = tuple(row for row in text if row)
        shown, value = ("", None) if amount is None else (money(amount), machine_money(amount))
        self.lines.append(
            Line(number, kind, capital(label), rows, shown, value, unique(origins), code, tone, data or {}, table)
        )  # fmt: skip


def facts(**data: Json) -> dict[str, Json]:
    """The facts of a line for machines."""
    return data


def unique(origins: Iterable[p.Origin]) -> tuple[p.Origin, ...]:
    """The origins in order, each place once."""
    found: dict[tuple[object, ...], p.Origin] = {}
    for origin in origins:
        found.setdefault((origin.clauses, origin.document, origin.place), origin)
    return tuple(found.values())


def written(expr: p.Expr | None, saw: Seen, env: Environment | None = None) -> tuple[p.Origin, ...]:
    """Where the named values that a formula is made of are written: parameters, tables and definitions, and the row of
    a table that rests on clauses of its own."""
    return () if expr is None else tuple(_written(expr, values_of(saw, expr, env)))


def _written(expr: p.Expr, values: Values) -> Iterator[p.Origin]:
    if isinstance(expr, p.Named):
        yield expr.origin
        yield from _written(expr.value, values)
    elif isinstance(expr, p.Cases):
        value, origin = chosen_arm(expr, values)
        if origin is not None:
            yield origin
        if value is not None:
            yield from _written(value, values)
    elif not is_condition(expr):
        for child in children(expr):
            yield from _written(child, values)


def references(origins: Iterable[p.Origin], own: str) -> tuple[str, ...]:
    """What a line rests on, in pieces that stay whole: the document where it is not `own`, clauses, place."""
    pieces: list[str] = []
    for origin in origins:
        if origin.document and origin.document != own and origin.clauses:
            pieces.append(origin.document)
        pieces.extend(origin.clauses)
        if origin.place:
            pieces.append(origin.place)
    return tuple(dict.fromkeys(pieces))


def own_document(plan: p.Plan) -> str:
    """What clauses of the policy's own document carry as their document."""
    return (plan.documents[-1].number or plan.documents[-1].policy) if plan.documents else plan.name


def because(origins: Iterable[p.Origin], w: Words) -> str:
    """The clauses (or places) of what changed a term, for a remark inside a line."""
    found = [w("named", name=w.joined(list(o.clauses), "list_comma") or o.place) for o in origins]
    return w("changed_by", origins=w.joined(list(dict.fromkeys(found)), "list_comma"))


def seen_json(seen: Seen) -> Json:
    """Names with the values they had."""
    return [{"name": name, "value": machine_value(value, unit), "unit": unit} for name, value, unit in seen]  # type: ignore[dict-item]


def saw_is(expr: p.Expr, told: str, w: Words) -> str:
    """What a condition saw: what was declared, or (where it reads more than facts that somebody declared) what held."""
    if not told:
        return ""
    read = list(leaves(expr))
    declared = read and all(isinstance(leaf, p.Fact) and leaf.name not in w.known.undeclared for leaf in read)
    return w("saw" if declared else "saw_value", what=told)


def failure(failed: p.Expr | None, seen: Seen, w: Words) -> tuple[str, ...]:
    """The first part of a condition that failed, what it saw, how far it was."""
    if failed is None:
        return ()
    saw, far = observed(failed, seen, w), gap(failed, seen, w)
    return (
        w("failed", what=symbolic(failed, w)),
        w.joined([saw_is(failed, saw, w), far], "semicolon"),
    )


def guard(lines: Lines, step: GuardStep, w: Words) -> None:
    """The line of a condition."""
    saw = observed(step.condition, step.seen, w)
    text: list[str] = [symbolic(step.condition, w)]
    if step.held:
        text.append(w("met") + (w("colon") + saw if saw else ""))
    else:
        told = failure(step.failed, step.seen, w)
        if step.failed is None or symbolic(step.failed, w) == text[0]:
            told = (w("not_met"), *told[1:])
        text.append(w.joined(list(told), "semicolon"))
    failed = None if step.failed is None else symbolic(step.failed, w)
    lines.add(
        "guard", w("condition"), text, origins=[step.origin], tone="plain" if step.held else "bad",
        data=facts(condition=symbolic(step.condition, w), held=step.held, failed=failed, seen=seen_json(step.seen),
        gap=gap(step.failed, step.seen, w) or None if step.failed is not None else None),
    )  # fmt: skip


def listed(values: Seen, w: Words) -> str:
    """Names and values: "医院等级 = 二级，规范转诊 = 是"."""
    return w.joined([f"{w.name(name)} = {figure(value, unit, w)}" for name, value, unit in values])
