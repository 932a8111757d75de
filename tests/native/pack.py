"""Persons with claims as columns for machine code, and what comes out as the claims of `polc.fast`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from polc import plan as p
from polc import settlement as r
from polc.arithmetic import whole
from polc.fast import FastClaim
from polc.native import ABSENT, Columns, Encoding, Items, NativeSettler, Results, States
from polc.periods import LIFE
from polc.settle import identities_of

Case = tuple[r.Person, Sequence[r.Claim]]


def encoded(encoding: Encoding, value: p.Value, texts: dict[str, int]) -> int | None:
    """A value as it stands in a column; None where it cannot."""
    match encoding.kind:
        case "bool":
            return int(value) if isinstance(value, bool) else None
        case "text":
            if not isinstance(value, str):
                return None
            known = encoding.codes.get(value)
            if known is None and encoding.open:
                return encoding.other + texts.setdefault(value, len(texts))
            return encoding.other if known is None else known
        case "date":
            return value.toordinal() if hasattr(value, "toordinal") else None
        case "choices":
            if not isinstance(value, frozenset):
                return None
            return sum({encoding.codes.get(name, encoding.other) for name in value})
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return None
    scaled = Fraction(value) * encoding.den
    return int(scaled) if scaled.denominator == 1 and encoding.low <= scaled <= encoding.high else None


def packed(settler: NativeSettler, cases: Sequence[Case]) -> Columns:
    """The columns of cases."""
    plan = settler.plan
    offsets = np.cumsum([0, *(len(claims) for _, claims in cases)])
    flat = [(person, claim) for person, claims in cases for claim in claims]
    exact = np.zeros(len(flat), np.uint8)
    texts: dict[str, int] = {}

    def column(encoding: Encoding, values: Sequence[p.Value], of: Sequence[int]) -> tuple[Any, Any]:
        made = np.full(len(values), encoding.default or 0, encoding.dtype)
        given = np.zeros(len(values), np.uint8)
        for index, value in enumerate(values):
            if value is None:
                continue
            number = encoded(encoding, value, texts)
            given[index] = 1
            if number is None:
                exact[of[index]] = 1
            else:
                made[index] = number
        return made, given

    rows = list(range(len(flat)))
    columns, given = {}, {}
    for key, encoding in settler.encodings.items():
        values = [(claim if key[0] == "claim" else person).facts.get(key[1]) for person, claim in flat]
        columns[key], given[key] = column(encoding, values, rows)
    items = None
    if settler.item_encodings:
        listed = [item for _, claim in flat for item in claim.items]
        of = [index for index, (_, claim) in enumerate(flat) for _ in claim.items]
        made = {
            name: column(encoding, [item.get(name) for item in listed], of)
            for name, encoding in settler.item_encodings.items()
        }
        starts = np.cumsum([0, *(len(claim.items) for _, claim in flat)])
        items = Items(
            starts, {name: one for name, (one, _) in made.items()}, {name: g for name, (_, g) in made.items()}
        )
    sets: dict[tuple[str, ...], int] = {}
    held = [sets.setdefault(identities_of(person, claim.date), len(sets)) for person, claim in flat]
    for index, (_, claim) in enumerate(flat):
        exact[index] |= claim.continues is not None
    by = [claim.facts.get(plan.year.by) for _, claim in flat]
    year_days = [
        (day if hasattr(day, "toordinal") else claim.date).toordinal()  # type: ignore[union-attr]
        for day, (_, claim) in zip(by, flat, strict=True)
    ]
    parts = {
        part: np.array([min(claim.parts.get(part, -1), 2**62) for _, claim in flat], np.int64)
        for part in ("total", "noncovered", "overlimit", "copay", "inscope")
    }
    return settler.columns(
        offsets, np.array([claim.date.toordinal() for _, claim in flat], np.int32), parts, columns,
        np.array(held, np.uint16), list(sets), given=given, year_days=np.array(year_days, np.int32),
        stays=_stays(plan, flat), items=items, exact=exact,
    )  # fmt: skip


def _stays(plan: p.Plan, flat: Sequence[tuple[r.Person, r.Claim]]) -> Any:
    if plan.year.split is None:
        return None
    by_field = {spec.field: spec.name for spec in plan.facts if spec.of == "claim"}
    ends = []
    for field in ("begndate", "enddate"):
        days = [claim.facts.get(by_field.get(field, "")) for _, claim in flat]
        ends.append(np.array([day.toordinal() if hasattr(day, "toordinal") else 0 for day in days], np.int32))
    return tuple(ends)


def opened(settler: NativeSettler, states: Sequence[r.State]) -> States:
    """Persons' accumulators as columns."""
    made = States.none(len(settler.plan.accumulators), len(states))
    for at, state in enumerate(states):
        for index, account in enumerate(settler.plan.accumulators):
            if account.key not in state.values:
                continue
            period, value = state.values[account.key]
            scaled = Fraction(value) * settler.denominators[index]
            if scaled.denominator != 1 or abs(scaled) >= 2**63:
                made.beyond[at] = 1
                continue
            made.periods[index, at] = number_of(period)
            made.values[index, at] = int(scaled)
    return made


def number_of(period: str) -> int:
    """A period as it stands in a column."""
    if period == LIFE:
        return 0
    year, _, month = period.partition("-")
    return int(year) * 12 + int(month) - 1 if month else int(year)


def closed(settler: NativeSettler, states: States, at: int) -> dict[str, tuple[str, r.Exact]]:
    """A person's accumulators out of columns."""
    found: dict[str, tuple[str, r.Exact]] = {}
    for index, account in enumerate(settler.plan.accumulators):
        period = int(states.periods[index, at])
        if period != ABSENT:
            named = LIFE if account.period == "life" else f"{period:04d}"
            if account.period == "month":
                named = f"{period // 12:04d}-{period % 12 + 1:02d}"
            found[account.key] = named, whole(Fraction(int(states.values[index, at]), settler.denominators[index]))
    return found


def claim_at(settler: NativeSettler, results: Results, at: int) -> FastClaim:
    """One claim out of columns."""
    dens = settler.deductible_denominators
    considered = int(results.considered[at])
    bits = int(results.requirements[at])
    return FastClaim(
        int(results.total[at]),
        tuple(int(one[at]) for one in results.paid),
        tuple(whole(Fraction(int(one[at]), den)) for one, den in zip(results.deductibles, dens, strict=True)),
        tuple(int(one[at]) for one in results.moved),
        tuple(int(one[at]) for one in results.bearers),
        None if considered < 0 else settler.considered[considered],
        tuple(bool(bits >> index & 1) for index in range(len(settler.plan.requirements))),
    )
