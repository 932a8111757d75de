"""Machine code for a plan, and how to run it over columns of claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from polc import plan as p
from polc.native.columns import Column, Columns, Days, Encoding, FactKey, Flags, Ints, Items, Results, States


class NativeSettler:
    """Settles columns of claims under one plan. Making one compiles the plan, in some milliseconds; it can be used from
    several threads at once.

    `layers`, `cuts`, `bearers` and `considered` (identities) name what the columns of `Results` stand for, `encodings`
    and `item_encodings` say which facts are read and how they stand in columns, `denominators` and
    `deductible_denominators` over what accumulators and deductibles are. `reasons` says in plain words what of the
    plan has to be left to the exact way for every claim; where it is not empty, all claims come out with status 1.
    """

    plan: p.Plan
    layers: tuple[str, ...]
    cuts: tuple[str, ...]
    bearers: tuple[tuple[str, str], ...]
    considered: tuple[str, ...]
    encodings: Mapping[FactKey, Encoding]
    item_encodings: Mapping[str, Encoding]
    denominators: tuple[int, ...]
    deductible_denominators: tuple[int, ...]
    reasons: tuple[str, ...]

    def __init__(self, plan: p.Plan) -> None:
        self.plan = plan

    def columns(
        self,
        offsets: Ints,
        days: Days,
        parts: Mapping[str, Ints],
        facts: Mapping[FactKey, Column],
        identities: Column,
        sets: Sequence[tuple[str, ...]],
        *,
        given: Mapping[FactKey, Flags] | None = None,
        year_days: Days | None = None,
        stays: tuple[Days, Days] | None = None,
        items: Items | None = None,
        exact: Flags | None = None,
    ) -> Columns:
        """The columns of a batch, with `exact` set for every claim that must be left to the exact way: cost parts that
        do not add up or are very large, a day on which the policy is not in force or before that of the claim before,
        a stay over a year's end where the policy splits it. What is refused is not said here; the exact way says it.

        `days` are the claims' dates as `date.toordinal()`; `year_days` those of the fact that `plan.year.by` names
        (None: the same), `stays` the first and last days of stays (needed where `plan.year.split` is set; 0 where not
        given). `exact` marks claims that the caller knows to be unusual: a value that its encoding cannot hold, a
        claim that goes on with another's stay. Raises ValueError where shapes or types are wrong.
        """
        raise NotImplementedError

    def results(self, claims: int, persons: int) -> Results:
        """Empty results for so many claims and persons, to be filled by `settle`."""
        raise NotImplementedError

    def settle(
        self,
        columns: Columns,
        opening: States | None = None,
        lo: int = 0,
        hi: int | None = None,
        out: Results | None = None,
    ) -> Results:
        """The claims of persons `lo` to `hi` (all where not given) settled, into `out` where it is given.

        `opening` is what the persons accumulated before (None: nothing). The interpreter's lock is released while
        machine code runs, so threads may settle disjoint ranges of persons of the same columns into the same `out`.
        """
        raise NotImplementedError

    def ir(self) -> str:
        """The machine code's source: LLVM's language, before it is optimised."""
        raise NotImplementedError


def ordinals(days: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> Days:
    """Dates of numpy or Arrow (days since 1970-01-01) as `date.toordinal()`."""
    return (days.astype("datetime64[D]").astype(np.int64) + 719_163).astype(np.int32)
