"""What parts of a table come to, as numbers that add up: `Sums`.

Theory: everything that is added up is a whole number under a path of words, so that parts are put together, kept in
files and read again without knowing what they hold.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from polc.impact.by_person import Persons, sums, total
from polc.impact.result import EDGES, Tally

Sums = dict[str, Any]
"""By word a whole number, or more of the same."""
COUNTS = ("gain", "lose", "stay", "spared", "burdened")
NOBODYS = "—"
"""Stands for those who hold no identity."""


def add(mine: Sums, theirs: Sums) -> None:
    """Takes in what another part came to."""
    for key, value in theirs.items():
        if isinstance(value, dict):
            add(mine.setdefault(key, {}), value)
        else:
            mine[key] = mine.get(key, 0) + value


def tally(found: Sums) -> Tally:
    """The tally among some sums."""
    return Tally(*(found.get(name, 0) for name in COUNTS))


def persons_sums(persons: Persons, above: int | None) -> Sums:
    """What persons come to: everybody, by identity, by the size of the change, above a burden."""
    old, new = persons.own
    change = new - old
    changes = _Changes(change)
    found: Sums = {"groups": {}, "sizes": {}}
    if not len(persons):
        return found
    columns = {**changes.columns, "cost": persons.cost}
    columns |= {f"{which} {field}": values for which, side in zip(("old", "new"), persons.bearers, strict=True)
                for field, values in side.items()}  # fmt: skip
    kinds, inverse = np.unique(persons.held, return_inverse=True)
    order = np.argsort(inverse, kind="stable")
    starts = np.searchsorted(inverse[order], np.arange(len(kinds))).astype(np.int64)
    by_kind = {name: sums(values[order], starts) for name, values in columns.items()}
    everybody: Sums = {}
    for at, kind in enumerate(kinds.tolist()):
        mine = _group({name: int(values[at]) for name, values in by_kind.items()})
        add(everybody, mine)
        for name in [name for bit, name in enumerate(persons.names) if kind >> bit & 1] or [NOBODYS]:
            add(found["groups"].setdefault(name, {}), mine)
    found["all"] = everybody
    size = np.abs(change)
    changed = np.flatnonzero(change != 0)
    bands = np.searchsorted(np.array(EDGES), size[changed].astype(np.int64), side="left")
    for band in np.unique(bands).tolist():
        inside = changed[bands == band]
        found["sizes"][str(band)] = {name: total(values[inside]) for name, values in changes.columns.items()}
    if above is not None:
        found["above"] = raised_sums(np.asarray(old > above, bool), np.asarray(new > above, bool))
    return found


def raised_sums(old: npt.NDArray[np.bool_], new: npt.NDArray[np.bool_]) -> Sums:
    """For how many persons something holds under the old and the new plan, and under one of them only."""
    return {
        "old": int(old.sum()), "new": int(new.sum()), "newly": int((new & ~old).sum()),
        "no_longer": int((old & ~new).sum()),
    }  # fmt: skip


def tallied(change: npt.NDArray[Any]) -> Sums:
    """The counts of some changes."""
    return {name: total(values) for name, values in _Changes(change).columns.items()}


class _Changes:
    """Changes of burdens as columns of what a tally counts."""

    def __init__(self, change: npt.NDArray[Any]) -> None:
        gain, lose = np.asarray(change < 0, bool), np.asarray(change > 0, bool)
        self.columns: dict[str, npt.NDArray[Any]] = {
            "gain": gain.astype(np.int64), "lose": lose.astype(np.int64), "stay": (~gain & ~lose).astype(np.int64),
            "spared": np.where(gain, -change, 0), "burdened": np.where(lose, change, 0),
        }  # fmt: skip


def _group(values: dict[str, int]) -> Sums:
    found: Sums = {"old": {}, "new": {}}
    for name, value in values.items():
        which, _, field = name.partition(" ")
        if field:
            found[which][field] = value
        else:
            found[name] = value
    return found
