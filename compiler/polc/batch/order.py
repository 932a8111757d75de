"""Who the holders of rows are, and in which order the rows of each are settled: `order_of`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from attrs import define

from polc.batch.arrow import run_starts
from polc.batch.duplicates import in_a_row
from polc.batch.fact_columns import Codes, Ints
from polc.batch.rows import Rows
from polc.batch.sorting import sorted_by
from polc.native import sweeps


@define(eq=False, repr=False, slots=False)
class Order:
    """Rows by holder and then in the order they are settled: those of holder k stand from `offsets[k]` to
    `offsets[k + 1]` of `indices` (None: all rows as they were read). Rows whose person is not known are in none. There
    are `count` rows."""

    offsets: Ints
    count: int
    indices: Ints | None = None

    @cached_property
    def rows(self) -> Ints:
        """The rows as indices."""
        return np.arange(self.count, dtype=np.int64) if self.indices is None else self.indices

    @property
    def first(self) -> Ints:
        """The first row of each holder."""
        return self.offsets[:-1] if self.indices is None else self.indices[self.offsets[:-1]]

    def of(self, k: int) -> Ints:
        """The rows of one holder."""
        return self.rows[self.offsets[k] : self.offsets[k + 1]]

    @cached_property
    def holder(self) -> Ints:
        """By row its holder; −1 where the person is not known."""
        found = np.full(self.count, -1, np.int64)
        found[self.rows] = np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))
        return found

    @cached_property
    def place(self) -> Ints:
        """By row how many stand before it, in this order."""
        found = np.full(self.count, -1, np.int64)
        found[self.rows] = np.arange(len(self.rows))
        return found


def order_of(rows: Rows, groups: Sequence[int], starts: Ints | None = None) -> Order:
    """Who the holders are, and the order of their rows: by date, and of one date by place in the table. `starts` are
    the rows with which each person's begin, where these are known: rows stand in the order of their places then."""
    count, numbers = len(rows), rows.own["number"]
    several = len(set(groups)) > 1
    begins = None
    if not several and count and not numbers.null_count:
        begins = run_starts(numbers) if starts is None else starts
    placed = starts is not None or _placed(rows)
    if begins is not None and placed and _falls_at(rows.day, begins):
        return Order(np.append(begins, count), count)
    codes: Ints = numbers.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    if several:
        many = max(groups) + 1
        codes = np.where(codes < 0, -1, codes * many + np.array(groups, np.int64)[rows.policy])
    indices = sorted_by(codes, rows.day) if placed else sorted_by(codes, rows.day, rows.file, rows.row)
    indices = indices[codes[indices] >= 0]
    starts = np.flatnonzero(np.diff(codes[indices], prepend=-1))
    return Order(np.append(starts, len(indices)).astype(np.int64), count, indices)


def _falls_at(days: Codes, starts: Ints) -> bool:
    """Whether a day is before that of the row before only where some rows begin."""
    if sweeps.pays(len(days)):
        return sweeps.fall_at(days, starts)
    firsts = starts[1:] if len(starts) and not starts[0] else starts
    return int(np.count_nonzero(days[1:] < days[:-1])) == int(np.count_nonzero(days[firsts] < days[firsts - 1]))


def _placed(rows: Rows) -> bool:
    """Whether rows stand in the order of their places."""
    if in_a_row(rows.file, rows.row):
        return True
    file, row = np.diff(rows.file), np.diff(rows.row)
    return bool(((file > 0) | ((file == 0) & (row > 0))).all())
