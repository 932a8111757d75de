"""Persons: their numbers, facts, and the identities they hold with periods. `people`."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from attrs import frozen

from polc.synth import shapes
from polc.synth.asked import Asked
from polc.synth.columns import dates, numbered, words
from polc.synth.draws import Draws, Flags, Ints
from polc.synth.facts import Known, given

NUMBER, IDENTITY, SINCE, UNTIL = "psn_no", "psn_idet_type", "begntime", "endtime"
_DIGITS = 10


@frozen(eq=False, repr=False, slots=False)
class People:
    """`persons` has a row per person and identity, and one for a person without any, as `polc report` reads them;
    `identities` has those that are held alone."""

    persons: pa.Table
    identities: pa.Table | None


@frozen(eq=False, repr=False, slots=False)
class _Held:
    """Rows of persons and identities: whose (by place), which (a place in the names), and from when until when; nothing
    is known where the flag is set."""

    person: Ints
    identity: Ints
    since: Ints
    until: Ints
    nobody: Flags
    endless: Flags


def person_numbers(numbers: Ints) -> pa.Array:
    """The column of person numbers."""
    return numbered("P", numbers, _DIGITS)


def people(asked: Asked, draws: Draws, first: int, count: int) -> People:
    """So many persons, numbered from `first` on."""
    held = _held(asked, draws, count) if asked.identities else None
    person = held.person if held else np.arange(count)
    columns = {NUMBER: person_numbers(first + person)}
    if held:
        columns |= {
            IDENTITY: words(held.identity, _names(asked), held.nobody),
            SINCE: dates(held.since, held.nobody),
            UNTIL: dates(held.until, held.nobody | held.endless),
        }
    known = _known(asked, draws, count)
    rows = pa.array(person)
    columns |= {fact.column: given(fact, draws, known).take(rows) for fact in asked.of_person}
    table = pa.table(columns)
    alone = table.select([NUMBER, IDENTITY, SINCE, UNTIL]).filter(pa.array(~held.nobody)) if held else None
    return People(table, alone)


def _names(asked: Asked) -> list[str]:
    """The names (or codes) of all identities, then the narrower names of each in turn."""
    own = [spec.code or spec.name for spec in asked.identities]
    return own + [name for spec in asked.identities for name in spec.includes]


def _held(asked: Asked, draws: Draws, count: int) -> _Held:
    known, first_day, days = len(asked.identities), *_days(asked)
    kinds = draws.pick("持有", shapes.IDENTITIES_HELD[: known + 1], count)
    which = draws.pick("身份", range(1, known + 1), count)  # the first of a list is mostly the narrowest
    other = (which + 1 + draws.below("另一身份", max(known - 1, 1), count)) % known
    day = first_day + draws.below("变动", days, count)
    long_ago = first_day - 365 * (1 + draws.below("认定", 5, count))
    period = np.where(kinds == 2, 2, draws.pick("期间", shapes.PERIODS, count))
    once = _Held(
        np.arange(count), _narrower(asked, draws, "身份", which), np.where(period == 1, day, long_ago),
        np.where(kinds == 2, day - 1, day), kinds == 0, period != 2,
    )  # fmt: skip
    then = np.flatnonzero(kinds == 2)
    again = _Held(
        then, _narrower(asked, draws, "另一身份", other)[then], day[then], day[then],
        np.zeros(len(then), bool), np.ones(len(then), bool),
    )  # fmt: skip
    order = np.argsort(np.concatenate([once.person * 2, again.person * 2 + 1]), kind="stable")
    columns = [np.concatenate(pair)[order] for pair in zip(vars(once).values(), vars(again).values(), strict=True)]
    return _Held(*columns)


def _narrower(asked: Asked, draws: Draws, what: str, which: Ints) -> Ints:
    """Places in the names: some who hold an identity are listed by a narrower name of it."""
    sizes = np.array([len(spec.includes) for spec in asked.identities], np.int64)
    starts = len(sizes) + np.cumsum(sizes) - sizes
    inner = starts[which] + draws.below(f"{what}/细分", np.maximum(sizes[which], 1), len(which))
    return np.where((sizes[which] > 0) & draws.happens(f"{what}/细", shapes.NARROWER, len(which)), inner, which)


def _days(asked: Asked) -> tuple[int, int]:
    """The first day of the year, and how many days it has."""
    first, last = (day.toordinal() for day in asked.days)
    return first, last - first + 1


def _known(asked: Asked, draws: Draws, count: int) -> Known:
    first, days = _days(asked)
    age = draws.spread("年龄", shapes.AGES, count)
    moments = {
        fact.column: first - 3 * 365 + draws.below(fact.column, days + 3 * 365, count)
        for fact in asked.of_person
        if fact.spec.unit == "date"
    }
    moments["brdy"] = first - age * 1461 // 4 - draws.below("生日", 365, count)
    return Known(count, moments, {"age": age}, {}, np.full(count, 1_000_000), {})
