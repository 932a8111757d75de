"""A column for each fact that a policy asks for: `given`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from attrs import frozen

from polc.synth import shapes
from polc.synth.asked import AskedFact
from polc.synth.columns import dates, flags, money, words
from polc.synth.draws import SHARES, Draws, Flags, Ints

UNKNOWN = "不详"
"""A choice that no policy has."""


@frozen(eq=False, repr=False, slots=False)
class Known:
    """What is drawn already for so many claims or persons: dates by platform field or name (ordinals), whole numbers by
    field, places in `choices`, an amount (fen) that every amount given may reach, and the rows to be made unknown."""

    count: int
    dates: Mapping[str, Ints]
    numbers: Mapping[str, Ints]
    choices: Mapping[str, Ints]
    room: Ints
    spoilt: Mapping[str, Flags]


def given(fact: AskedFact, draws: Draws, known: Known) -> pa.Array:
    """The column of a fact; every row gives it, but for those that are to be refused."""
    spec, what, count = fact.spec, fact.column, known.count
    if spec.unit == "bool":
        return flags(draws.happens(what, _true(fact), count))
    if spec.unit == "choices":
        return _several(fact, draws, count)
    if spec.choices:
        at = known.choices[what] if what in known.choices else draws.pick(what, choice_weights(fact), count)
        if what in known.spoilt:
            at = np.where(known.spoilt[what], len(spec.choices), at)
        return words(at, [*(code or name for name, code in spec.choices), UNKNOWN])
    if spec.unit == "date":
        return dates(known.dates[what], known.spoilt.get(what))
    if spec.unit == "text":
        return _text(fact, draws, count)
    if spec.unit == "money":
        share = shapes.SOME_MONEY if spec.default is not None else SHARES // 2
        return money(np.where(draws.happens(what, share, count), draws.below(f"{what}/元", known.room, count), 0))
    return pa.array(known.numbers[what] if what in known.numbers else _number(fact, draws, count))


def choice_weights(fact: AskedFact) -> list[int]:
    """How likely the choices of a fact are: each less than the one before, a default most of all."""
    falling = list(range(len(fact.spec.choices), 0, -1))
    names = [name for name, _ in fact.spec.choices]
    if fact.spec.default in names:
        at = names.index(str(fact.spec.default))
        falling[at] = shapes.DEFAULT_CHOICE * (sum(falling) - falling[at]) or 1
    return falling


def _true(fact: AskedFact) -> int:
    spec = fact.spec
    if spec.default is None:
        return shapes.TRUE_OF_PERSON if spec.of == "person" else shapes.TRUE_OF_CLAIM
    return shapes.AS_BY_DEFAULT if spec.default else SHARES - shapes.AS_BY_DEFAULT


def _several(fact: AskedFact, draws: Draws, count: int) -> pa.Array:
    names = [name for name, _ in fact.spec.choices]
    taken = np.zeros(count, np.int64)
    for bit, name in enumerate(names):
        taken |= draws.happens(f"{fact.column}/{name}", shapes.SEVERAL, count).astype(np.int64) << bit
    if fact.spec.default is None:  # nothing in a cell of a table is not "none of them"
        one = draws.below(f"{fact.column}/一项", len(names), count)
        taken = np.where(taken == 0, np.int64(1) << one, taken)
    sets, at = np.unique(taken, return_inverse=True)
    texts = ["、".join(name for bit, name in enumerate(names) if int(held) >> bit & 1) for held in sets]
    return words(at.astype(np.int64), texts)


def _text(fact: AskedFact, draws: Draws, count: int) -> pa.Array:
    compared = [str(value) for value in fact.compared]
    others = [text for text in shapes.TEXTS.get(fact.column, (shapes.OTHER_TEXT,)) if text not in compared]
    at = len(compared) + draws.below(fact.column, max(len(others), 1), count)
    if compared:
        like = draws.happens(f"{fact.column}/比较", shapes.COMPARED, count)
        at = np.where(like, draws.below(f"{fact.column}/所比", len(compared), count), at)
    return words(at, [*compared, *(others or [shapes.OTHER_TEXT])])


def _number(fact: AskedFact, draws: Draws, count: int) -> Ints:
    """Whole numbers, many of them those that the policy compares with, one less or one more."""
    plain = draws.below(fact.column, 60, count)
    if not fact.compared:
        return plain
    compared = np.array([int(value) for value in fact.compared], np.int64)
    near = compared[draws.below(f"{fact.column}/所比", len(compared), count)]
    near += draws.below(f"{fact.column}/上下", 3, count) - 1
    return np.where(draws.happens(f"{fact.column}/比较", shapes.COMPARED, count), np.maximum(near, 0), plain)
