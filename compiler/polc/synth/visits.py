"""Claims: whose, when, for what care, at what cost. `visits`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from attrs import frozen

from polc.synth import shapes
from polc.synth.amounts import FIELDS, TOTAL, aimed, cost_parts
from polc.synth.asked import Asked, AskedFact
from polc.synth.columns import money, numbered
from polc.synth.draws import Draws, Flags, Ints
from polc.synth.facts import Known, choice_weights, given
from polc.synth.items import items
from polc.synth.people import NUMBER, person_numbers

CLAIM = "setl_id"
LEVEL, ADMISSION, DISCHARGE, SETTLED = "hosp_lv", "begndate", "enddate", "setl_time"
_DIGITS = 12
_YEAR = 512
"""More days than a year has."""


@frozen(eq=False, repr=False, slots=False)
class Shares:
    """How many of 100,000 claims have amounts next to those of the policy, and how many are to be refused."""

    near: int = 0
    refused: int = 0


@frozen(eq=False, repr=False, slots=False)
class Visits:
    """A table of claims by person and date, one of their cost items (None: the policy asks for none), what they cost in
    all (fen), and how many are to be refused."""

    claims: pa.Table
    items: pa.Table | None
    cost: int
    refused: int


def visits(asked: Asked, draws: Draws, person: Ints, persons: int, first: int, shares: Shares) -> Visits:
    """A claim for each entry of `person`, ascending places of persons; person numbers start at `persons`, those of
    claims at `first`."""
    count = len(person)
    choices, care, factor = _care(asked, draws, count)
    parts = cost_parts(draws, care, factor)
    parts["inscope"] = aimed(parts["inscope"], person, asked.edges, draws, shares.near)
    total = sum(parts.values(), np.zeros(count, np.int64))
    wrong = _wrong(asked, draws, count, shares.refused)
    days = _dates(asked, draws, person, care)
    known = Known(
        count, days, {}, choices,
        room=np.minimum(parts["inscope"], parts["noncovered"]) // 32, spoilt=wrong,
    )  # fmt: skip
    columns = {NUMBER: person_numbers(persons + person), CLAIM: numbered("S", first + np.arange(count), _DIGITS)}
    columns |= {fact.column: given(fact, draws, known) for fact in asked.of_claim}
    columns[TOTAL] = money(total + wrong[TOTAL])
    columns |= {FIELDS[part]: money(fen) for part, fen in parts.items()}
    refused = np.logical_or.reduce(list(wrong.values()))
    listed = items(asked, draws, columns[CLAIM], total, care, days) if asked.of_item else None
    return Visits(pa.table(columns), listed, int(total.sum()), int(refused.sum()))


def _care(asked: Asked, draws: Draws, count: int) -> tuple[dict[str, Ints], Ints, Ints]:
    """Choices that decide on the cost, by column; the kind of care of each claim, and per cent of its usual cost."""
    choices: dict[str, Ints] = {}
    care, factor = np.zeros(count, np.int64), np.full(count, 100, np.int64)
    for fact in asked.of_claim:
        names, what = [name for name, _ in fact.spec.choices], fact.column
        if not choices and _tells_care(fact):
            kinds = [kind_of_care(name) for name in names]
            choices[what] = draws.pick(what, [shapes.CARE_WEIGHTS[kind] for kind in kinds], count)
            care = np.array(kinds, np.int64)[choices[what]]
    level = next((fact for fact in asked.of_claim if fact.column == LEVEL and fact.spec.choices), None)
    if level:
        choices[LEVEL] = draws.pick(LEVEL, choice_weights(level), count)
        levels = [shapes.LEVELS.get(name, 100) for name, _ in level.spec.choices]
        factor = np.array(levels, np.int64)[choices[LEVEL]]
    return choices, care, factor


def _tells_care(fact: AskedFact) -> bool:
    """Whether a fact tells stays in hospital from visits."""
    kinds = {kind_of_care(name) for name, _ in fact.spec.choices} if fact.spec.unit == "text" else set()
    return 0 in kinds and len(kinds) > 1


def kind_of_care(choice: str) -> int:
    """The place in `shapes.CARE` of the kind of care that a choice names; a stay where it names none."""
    return next((kind for kind, word in enumerate(shapes.CARE) if word in choice), 0)


def _dates(asked: Asked, draws: Draws, person: Ints, care: Ints) -> dict[str, Ints]:
    """Dates as ordinals, by column; the claims of a person in the order of the date that counts."""
    first, last = (day.toordinal() for day in asked.days)
    count = len(person)
    own = {fact.column for fact in asked.of_claim if fact.spec.name == asked.year_by}
    counts = next(iter(own), DISCHARGE)
    by_person = np.sort(person * _YEAR + draws.below("日期", last - first + 1, count))
    day = first + by_person % _YEAR
    stay = draws.spread_by("天数", shapes.STAYS, care)
    later = draws.below("结算", 4, count)
    admission = day - {ADMISSION: 0 * stay, SETTLED: stay + later}.get(counts, stay)
    discharge = admission + stay
    if asked.split:  # a stay over the turn of the year would have to be two claims
        admission, discharge = np.maximum(admission, first), np.maximum(discharge, first)
    found = {ADMISSION: admission, DISCHARGE: discharge, SETTLED: discharge + later}
    for fact in asked.of_claim:
        if fact.spec.unit == "date" and fact.column not in found:
            found[fact.column] = found[DISCHARGE] + draws.below(fact.column, 60, count)
    return {**found, counts: day}


def _wrong(asked: Asked, draws: Draws, count: int, share: int) -> dict[str, Flags]:
    """Rows in which something is wrong, by column: the total does not add up, the date that counts is missing, or a
    choice is one the policy does not know."""
    bad = draws.happens("拒绝", share, count)
    dated = next((fact.column for fact in asked.of_claim if fact.spec.name == asked.year_by), None)
    chosen = next((fact.column for fact in asked.of_claim if fact.spec.choices and fact.spec.unit == "text"), None)
    columns = [TOTAL, *(column for column in (dated, chosen) if column)]
    kind = draws.below("拒绝/怎样", len(columns), count)
    return {column: bad & (kind == at) for at, column in enumerate(columns)}
