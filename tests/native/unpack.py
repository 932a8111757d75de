"""Persons with claims out of columns, as the exact way takes them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tests.native.pack import Case, closed

from polc import plan as p
from polc import settlement as r
from polc.native import Columns, Encoding, NativeSettler, States
from polc.native.columns import EXACT
from polc.program import PARTS


def value_of(encoding: Encoding, raw: int, choices: Sequence[str]) -> p.Value:
    """The value that a number in a column stands for; `choices` are the fact's."""
    match encoding.kind:
        case "bool":
            return bool(raw)
        case "text":
            named = [name for name, code in encoding.codes.items() if code == raw and code != encoding.other]
            return next(iter([*named, *(name for name in choices if name not in encoding.codes), f"另{raw}"]))
        case "date":
            return datetime.date.fromordinal(raw)
        case "choices":
            return frozenset(name for name in choices if encoding.codes[name] & raw)
    value = Fraction(raw, encoding.den)
    return value.numerator if value.denominator == 1 else value


def person_at(
    settler: NativeSettler, columns: Columns, at: int, opening: States | None, last: int
) -> tuple[Case, r.State]:
    """The claims of one person up to and including a claim of the batch, and what was accumulated before. Claims that
    are marked for the exact way are left out."""
    start = int(columns.offsets[at])
    rows = [row for row in range(start, last + 1) if not columns.marks[row] & EXACT]
    choices = {(spec.of, spec.name): [name for name, _ in spec.choices] for spec in settler.plan.facts}
    by = settler.plan.year.by

    def facts(of: str, row: int) -> dict[str, p.Value]:
        found: dict[str, p.Value] = {}
        for (whose, name), encoding in settler.encodings.items():
            mask: Any = columns.given.get((whose, name))
            if whose == of and (mask is None or mask[row]):
                found[name] = value_of(encoding, int(columns.facts[whose, name][row]), choices[whose, name])
        return found

    claims = []
    for number, row in enumerate(rows):
        month = int(columns.month[row])
        day = datetime.date(month // 12, month % 12 + 1, 28)
        given = facts("claim", row)
        if isinstance(given.get(by), datetime.date):
            day = given[by]  # type: ignore[assignment]
        parts = {part: int(columns.parts[part][row]) for part in PARTS}
        claims.append(r.Claim(f"C{number}", day, parts, {by: day, **given}, _items(settler, columns, row)))
    person = r.Person("P", (), facts("person", rows[-1]) if rows else {})
    sets = [columns.sets[int(columns.identities[row])] for row in rows]
    if len(set(sets)) == 1:
        held = tuple(map(r.HeldIdentity, sets[0]))
    else:
        held = tuple(
            r.HeldIdentity(name, claim.date, claim.date)
            for claim, names in zip(claims, sets, strict=True)
            for name in names
        )
    person = r.Person("P", held, person.facts)
    state = r.State() if opening is None else r.State(closed(settler, opening, at))
    return (person, claims), state


def _items(settler: NativeSettler, columns: Columns, row: int) -> tuple[dict[str, p.Value], ...]:
    items = columns.items
    if items is None:
        return ()
    choices = {spec.name: [name for name, _ in spec.choices] for spec in settler.plan.facts if spec.of == "item"}
    found = []
    for at in range(int(items.offsets[row]), int(items.offsets[row + 1])):
        one: dict[str, p.Value] = {}
        for name, encoding in settler.item_encodings.items():
            mask: Any = items.given.get(name)
            if mask is None or mask[at]:
                one[name] = value_of(encoding, int(items.facts[name][at]), choices[name])
        found.append(one)
    return tuple(found)
