"""What persons have accumulated, as columns: `Sums`."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from attrs import define, field

from polc.native import ABSENT
from polc.periods import LIFE
from polc.settlement import State

Ints = npt.NDArray[np.int64]
Holder = tuple[int, str]
"""Whose accumulators these are: a group of policies, and the number of a person."""
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("psn_no", "policies", "accumulator", "period", "value")]
)  # fmt: skip


@define(eq=False, repr=False)
class Sums:
    """Accumulators of holders: of single ones as states, of many as columns (numbers of persons, their groups, key,
    periods as numbers, numerators and what they are over)."""

    singles: dict[Holder, State] = field(factory=dict)
    columns: list[tuple[pa.Array, Ints, str, npt.NDArray[np.int32], Ints, int]] = field(factory=list)

    def put(self, holder: Holder, state: State) -> None:
        """What one holder has."""
        self.singles[holder] = state

    def add(
        self, numbers: pa.Array, groups: Ints, key: str, periods: npt.NDArray[np.int32], values: Ints, den: int
    ) -> None:  # fmt: skip
        """What many holders have of one accumulator."""
        self.columns.append((numbers, groups, key, periods, values, den))

    def table(self, groups: Sequence[str], keep: frozenset[Holder] | None = None) -> pa.Table:
        """A row per person, group and accumulator that is not nothing; values are exact fen (or counts), as text."""
        found: list[tuple[str, str, str, str, str]] = []
        for (group, number), state in self.singles.items():
            for key, (period, value) in state.values.items():
                if value:
                    found.append((number, groups[group], key, period, str(Fraction(value))))
        for numbers, of, key, periods, values, den in self.columns:
            mine = np.flatnonzero((periods != ABSENT) & (values != 0))
            texts = numbers.take(pa.array(mine)).to_pylist()
            for number, at in zip(texts, mine.tolist(), strict=True):
                holder = int(of[at]), number
                if holder not in self.singles:
                    exact = str(Fraction(int(values[at]), den))
                    found.append((number, groups[holder[0]], key, period_name(int(periods[at])), exact))
        found.sort()
        return pa.table([pa.array([row[at] for row in found], pa.string()) for at in range(5)], schema=SCHEMA)


def period_number(period: str) -> int:
    """A period as a number: a year, a month, or 0 for a life."""
    if period == LIFE:
        return 0
    year, _, month = period.partition("-")
    return 12 * int(year) + int(month) - 1 if month else int(year)


def period_name(number: int) -> str:
    """A period from its number."""
    if number == 0:
        return LIFE
    return f"{number // 12:04}-{number % 12 + 1:02}" if number > 9999 else f"{number:04}"
