"""What goes into machine code and comes out of it: columns of claims, accumulators and amounts.

Invariants: claims of one person stand together, in the order they are settled; columns are contiguous and of the type
their encoding says; amounts are fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from typing import Literal as OneOf

import numpy as np
import numpy.typing as npt
from attrs import field, frozen

Ints = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
Flags = npt.NDArray[np.uint8]
Column = npt.NDArray[Any]
FactKey = tuple[str, str]
"""Whose a fact is (`claim`, `person` or `item`) and its name."""

PARTS_OF_FEN = 72_072_000
"""The denominator of accumulators and deductibles to which quotients are added, whose own is not known beforehand. What
is no whole number of these parts of a fen cannot stand in a column; the person is left to the exact way."""
EXACT, FIRST, YEAR, MONTH = 1, 2, 4, 8
"""What `Columns.marks` says of a claim."""
ABSENT = -(2**31)
"""The period of an accumulator that a person does not have."""


@frozen(eq=False, repr=False, slots=False)
class Encoding:
    """How a fact stands in its column.

    `kind` bool: 0 or 1; text: `codes[text]`; date: `datetime.date.toordinal()`; number: the value × `den`; choices:
    the sum of `codes[choice]` over the choices. A text that is not in `codes` is `other`; where `open` is set, texts
    that differ must have different codes, so each further one gets a number of its own from `other` on, the same in
    all columns that are open. `dtype` is numpy's name for the type of the column. `default` stands where nothing is
    given; None: then `given` is 0 in the column's mask. A number that is not whole after × `den`, or that is not
    from `low` to `high`, cannot stand in the column: the claim is marked in `Columns.exact`.
    """

    of: OneOf["claim", "person", "item"]
    name: str
    kind: OneOf["bool", "text", "date", "number", "choices"]
    dtype: str
    default: int | None
    den: int = 1
    low: int = 0
    high: int = 0
    codes: Mapping[str, int] = field(factory=dict)
    other: int = 0
    open: bool = False


@frozen(eq=False, repr=False, slots=False)
class Items:
    """Cost items: those of claim i stand at `offsets[i]` to `offsets[i + 1]` (int64, one more than claims); `facts` and
    `given` as in `Columns`, one value per item."""

    offsets: Ints
    facts: Mapping[str, Column]
    given: Mapping[str, Flags] = field(factory=dict)


@frozen(eq=False, repr=False, slots=False)
class Columns:
    """A batch of n claims of m persons; made and checked by `NativeSettler.columns`.

    `offsets` (int64, m + 1): the claims of person k stand at `offsets[k]` to `offsets[k + 1]`. `year` and `month`
    (int32): the claim's periods as numbers (2023, and 12 × year + month − 1). `parts` (int64, fen): total, noncovered,
    overlimit, copay, inscope. `facts`: the facts in `NativeSettler.encodings`, those of persons repeated on each of
    their claims; `given` (uint8): 1 where the fact is given, for facts without a default (no column: all are given).
    `identities` (uint16): an index into `sets`, the distinct combinations of identities held on the day of a claim, by
    name. `marks` (uint8): the sum of `EXACT` for claims that machine code must leave to the exact way, `FIRST` for the
    first claim of a person, `YEAR` and `MONTH` for the first of a person in a year or month.
    """

    offsets: Ints
    year: Days
    month: Days
    parts: Mapping[str, Ints]
    facts: Mapping[FactKey, Column]
    given: Mapping[FactKey, Flags]
    identities: npt.NDArray[np.uint16]
    sets: tuple[tuple[str, ...], ...]
    marks: Flags
    items: Items | None = None

    @property
    def claims(self) -> int:
        """How many claims there are."""
        return len(self.marks)

    @property
    def persons(self) -> int:
        """How many persons there are."""
        return len(self.offsets) - 1


@frozen(eq=False, repr=False, slots=False)
class States:
    """The accumulators of m persons, a row per accumulator in the order of `Plan.accumulators`.

    `periods` (int32, accumulators × m): the year, month (as in `Columns`) or 0 (life) that a value belongs to, `ABSENT`
    where there is none. `values` (int64, the same shape): the numerators over `NativeSettler.denominators`. `beyond`
    (uint8, m): 1 where a value does not fit; all claims of that person are left to the exact way.
    """

    periods: npt.NDArray[np.int32]
    values: Ints
    beyond: Flags

    @staticmethod
    def none(accumulators: int, persons: int) -> States:
        """Nothing accumulated."""
        return States(
            np.full((accumulators, persons), ABSENT, np.int32),
            np.zeros((accumulators, persons), np.int64),
            np.zeros(persons, np.uint8),
        )


@frozen(eq=False, repr=False, slots=False)
class Results:
    """What claims came to; arrays over n claims, in the order of the plan. Amounts are fen (int64).

    `paid`: one array per layer. `deductibles`: the deductible that each layer took, as numerators over
    `NativeSettler.deductible_denominators` (0 where the layer did not apply). `moved`: per cut. `bearers`: per bearer,
    the person last. `total`: what all bear. `considered` (int16): an index into `NativeSettler.considered`, −1 where
    none was compared. `requirements` (uint64): bit i is set where requirement i held. `status` (uint8): 0 settled;
    1 left to the exact way, as are all later claims of this person, and nothing else here means anything for them.
    `closing`: the accumulators afterwards, for persons all of whose claims have status 0 (of no
    persons where it was not asked for).

    Arrays may be the same object as others (a bearer that bears one layer, the total as it was billed): don't write.
    """

    paid: tuple[Ints, ...]
    deductibles: tuple[Ints, ...]
    moved: tuple[Ints, ...]
    bearers: tuple[Ints, ...]
    total: Ints
    considered: npt.NDArray[np.int16]
    requirements: npt.NDArray[np.uint64]
    status: Flags
    closing: States

    def sum_of(self, column: Ints) -> int | None:
        """The sum of one of these columns of amounts over all claims with status 0, where it is known."""
        return None
