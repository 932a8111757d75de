"""Columns of values: each as a code into distinct ones, or as an amount."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import define

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@define(eq=False, repr=False)
class Coded:
    """A column as codes into its distinct values; −1 where nothing is given."""

    codes: Codes
    values: list[Any]

    def set(self, at: int, value: Any) -> None:
        """Puts a value (None: nothing) into a row."""
        if value is None:
            self.codes[at] = -1
            return
        self.codes[at] = len(self.values)
        self.values.append(value)

    def get(self, at: int) -> Any:
        """The value of a row, None where nothing is given."""
        code = self.codes[at]
        return None if code < 0 else self.values[code]


@define(eq=False, repr=False)
class Amounts:
    """A column of amounts in fen, and where they are given."""

    fen: Ints
    given: Mask

    def set(self, at: int, value: Any) -> None:
        """Puts an amount (None: nothing) into a row."""
        self.fen[at], self.given[at] = value or 0, value is not None

    def get(self, at: int) -> Any:
        """The amount of a row, None where nothing is given."""
        return int(self.fen[at]) if self.given[at] else None


FactColumn = Coded | Amounts


def taken(column: FactColumn, order: Ints) -> FactColumn:
    """Some of the values, in another order."""
    if isinstance(column, Coded):
        return Coded(column.codes[order], list(column.values))
    return Amounts(column.fen[order], column.given[order])


def columns_joined(columns: list[tuple[FactColumn | None, int]]) -> FactColumn:
    """Columns one after the other, each with how many rows it has (None: nothing is given there)."""
    if all(isinstance(column, Amounts) or column is None for column, _ in columns):
        found = [c if c is not None else Amounts(np.zeros(n, np.int64), np.zeros(n, bool)) for c, n in columns]
        amounts = [column for column in found if isinstance(column, Amounts)]
        return Amounts(np.concatenate([c.fen for c in amounts]), np.concatenate([c.given for c in amounts]))
    return coded_together([_as_coded(column, count) for column, count in columns])


def _as_coded(column: FactColumn | None, count: int) -> Coded:
    if isinstance(column, Coded):
        return column
    if column is None:
        return Coded(np.full(count, -1, np.int32), [])
    values, codes = np.unique(column.fen, return_inverse=True)
    return Coded(np.where(column.given, codes, -1).astype(np.int32), [int(value) for value in values])


def coded_together(columns: list[Coded]) -> Coded:
    """Columns one after the other; equal values get one code."""
    known: dict[tuple[type, Any], int] = {}
    values: list[Any] = []
    codes = []
    for column in columns:
        table = []
        for value in column.values:
            code = known.setdefault((type(value), value), len(values))
            if code == len(values):
                values.append(value)
            table.append(code)
        codes.append(np.array([*table, -1], np.int32)[column.codes])
    return Coded(np.concatenate(codes), values)
