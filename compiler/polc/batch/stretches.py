"""Which rows of a table are settled together where it is cut into stretches that are read alone: `cut`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any

from attrs import field, frozen

from polc.batch.chunks import Slice


@frozen(eq=False, repr=False, slots=False)
class Stretch:
    """What a look at the persons of a slice showed: the first and the last, and whether they ascend in between;
    `sample` has the hashes of some, the same ones wherever they occur."""

    slice: Slice
    rows: int
    first: Any
    last: Any
    ascends: bool
    sample: frozenset[int] = field(factory=frozenset)


@frozen(eq=False, repr=False, slots=False)
class Unit:
    """A part to be settled. With `whole` all rows of its slices; else the persons that begin in the first slice, and
    further slices hold the rest of the last one. `before` is the person the rows at the beginning belong to another
    unit by (None: nobody)."""

    number: int
    slices: tuple[Slice, ...]
    before: Any
    whole: bool = False


def is_sorted(stretches: Sequence[Stretch]) -> bool:
    """Whether all rows are in the order of their persons."""
    held = [stretch for stretch in stretches if stretch.rows]
    kinds = {type(stretch.first) for stretch in held}
    return (
        len(kinds) < 2
        and all(stretch.ascends for stretch in held)
        and all(a.last <= b.first for a, b in pairwise(held))
    )


def units(stretches: Sequence[Stretch], number: int = 0) -> list[Unit]:
    """The parts that sorted stretches make, counted from `number`: each person belongs to the stretch they begin in."""
    found: list[Unit] = []
    before = None
    for at, stretch in enumerate(stretches):
        slices = [stretch.slice]
        goes_on = bool(stretch.rows) and not (stretch.first == stretch.last == before)
        for after in range(at + 1, len(stretches)) if goes_on else ():
            further = stretches[after]
            if further.rows and further.first != stretch.last:
                break
            slices.append(further.slice)
            if further.rows and further.last != stretch.last:
                break
        found.append(Unit(number + at, tuple(slices), before))
        before = stretch.last if stretch.rows else before
    return found


def may_stand_by_file(stretches: Sequence[Stretch], most: int) -> bool:
    """Whether, as far as the samples tell, no person is in two files, and files that are out of order are small enough
    (`most` rows) to be settled at once."""
    seen: set[int] = set()
    for mine in _by_file(stretches):
        if not is_sorted(mine) and sum(stretch.rows for stretch in mine) > most:
            return False
        sample = frozenset[int]().union(*(stretch.sample for stretch in mine))
        if sample & seen:
            return False
        seen |= sample
    return True


def units_by_file(stretches: Sequence[Stretch]) -> list[Unit]:
    """The parts of files of which no two have a person in common."""
    found: list[Unit] = []
    for mine in _by_file(stretches):
        if is_sorted(mine):
            found += units(mine, len(found))
        else:
            found.append(Unit(len(found), tuple(stretch.slice for stretch in mine), None, whole=True))
    return found


def _by_file(stretches: Sequence[Stretch]) -> list[list[Stretch]]:
    return [list(mine) for _, mine in groupby(stretches, lambda stretch: stretch.slice.file)]
