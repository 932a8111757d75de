"""Rows settled under both plans, put together by person, as columns: `by_person`; and their exact sums.

Sums are of 64 bits where they fit for sure, else of Python's own whole numbers; none is ever a float.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from attrs import frozen

from polc.batch.fact_columns import Ints, Mask
from polc.batch.outcome import Outcome
from polc.batch.rows import Rows

Pair = tuple[Any, Any]
_ROOM = 2**62
MANY_NAMES = 62
"""So many identities fit into a number of 64 bits."""


@frozen(eq=False, repr=False, slots=False)
class Persons:
    """m persons with rows that both plans settle, under the old and the new plan. `rows` are these rows by person,
    those of person k from `starts[k]` on. `numbers`: who they are; `claims`, `cost` (fen), `own` burden and that of
    each bearer by field; `held`: bits of `names`, the identities held on one of the rows."""

    numbers: pa.Array
    rows: Ints
    starts: Ints
    claims: Ints
    cost: Ints
    own: tuple[Ints, Ints]
    bearers: tuple[Mapping[str, Ints], Mapping[str, Ints]]
    names: tuple[str, ...]
    held: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.starts)


def by_person(sides: tuple[tuple[Rows, Outcome], tuple[Rows, Outcome]], both: Mask, person: tuple[str, str]) -> Persons:
    """The rows of `both`, by person; `person` are the fields of what persons bear."""
    rows = sides[1][0]
    chosen = np.flatnonzero(both).astype(np.int64)
    coded = rows.own["number"].take(pa.array(chosen)).dictionary_encode()
    codes = coded.indices.to_numpy(zero_copy_only=False)
    if len(codes) and not bool((codes[1:] >= codes[:-1]).all()):
        order = np.argsort(codes, kind="stable")
        chosen, codes = chosen[order], codes[order]
    starts = np.flatnonzero(np.diff(codes, prepend=-1)).astype(np.int64)
    bearers: list[dict[str, Ints]] = []
    for _, outcome in sides:
        done: dict[int, Ints] = {}  # bearers of one layer may share their column
        mine = {}
        for field, values in outcome.bearers.items():
            if id(values) not in done:
                done[id(values)] = sums(values[chosen], starts)
            mine[field] = done[id(values)]
        bearers.append(mine)
    none = np.zeros(len(starts), np.int64)
    names, held = _identities([one for one, _ in sides], chosen, starts)
    return Persons(
        coded.dictionary, chosen, starts, np.diff(np.append(starts, len(chosen))),
        sums(rows.parts["total"][chosen], starts),
        (bearers[0].get(person[0], none), bearers[1].get(person[1], none)), (bearers[0], bearers[1]), names, held,
    )  # fmt: skip


def sums(values: npt.NDArray[Any], starts: Ints) -> npt.NDArray[Any]:
    """The sum of each stretch of values that begins at one of `starts`."""
    if not len(starts):
        return np.zeros(0, np.int64)
    if values.dtype != object and _beyond(values):
        values = values.astype(object)
    return np.asarray(np.add.reduceat(values, starts))


def total(values: npt.NDArray[Any]) -> int:
    """The sum of all values."""
    if values.dtype != object and _beyond(values):
        values = values.astype(object)
    return int(values.sum()) if len(values) else 0


def _beyond(values: npt.NDArray[Any]) -> bool:
    return bool(len(values)) and max(int(values.max()), -int(values.min())) * len(values) >= _ROOM


def _identities(read: list[Rows], chosen: Ints, starts: Ints) -> tuple[tuple[str, ...], npt.NDArray[Any]]:
    """The names of identities that rows have, and which of them each person has, as bits."""
    names: dict[str, int] = {}
    for rows in reversed(read):
        for spec in rows.words[0].plan.identities:
            for name in (spec.name, *spec.includes):
                names.setdefault(name, len(names))
        for value in rows.identities.values:
            for name in value:
                names.setdefault(name, len(names))
    kind = np.int64 if len(names) <= MANY_NAMES else object
    held = np.zeros(len(starts), kind)
    for rows in read:
        table = np.zeros(len(rows.identities.values) + 1, kind)
        for at, value in enumerate(rows.identities.values):
            table[at] = sum({1 << names[name] for name in value})
        if len(starts) and rows.identities.values:
            held |= np.bitwise_or.reduceat(table[rows.identities.codes[chosen]], starts)
    return tuple(names), held
