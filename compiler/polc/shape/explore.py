"""All regions and cases of one or more plans run side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Generic, TypeVar

from attrs import frozen

from polc import plan as p
from polc.shape.claim import Case, NeedFact, Refused
from polc.shape.linear import Region, Split

T = TypeVar("T")
MOST_REGIONS = 200_000


class TooManyRegions(Exception):
    """The plans have more regions than can be listed."""


@frozen(eq=False, slots=False)
class Piece(Generic[T]):
    """One case on one region with what the run gave there."""

    case: Case
    region: Region
    result: T


def explore(
    run: Callable[[Case, Region], T], case: Case, region: Region, values: Mapping[str, Sequence[p.Value]]
) -> Iterator[Piece[T]]:
    """Runs until no question is open: every piece with its result. `values` are the values a fact is branched over."""
    todo = [(case, region)]
    count = 0
    while todo:
        case, region = todo.pop()
        count += 1
        if count > MOST_REGIONS:
            raise TooManyRegions
        try:
            result = run(case, region)
        except Split as split:
            todo.extend((case, part) for part in reversed(region.parts(split)))
        except NeedFact as need:
            for value in reversed(list(values.get(need.fact.name) or (None,))):
                todo.append((Case(case.identities, {**case.facts, need.fact.name: value}), region))
        except Refused:
            continue  # no such claim is settled, so nothing is to be said of it
        else:
            yield Piece(case, region, result)
