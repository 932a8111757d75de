"""Rows that are nothing but copies of rows that count already: `copies`."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from polc.batch.fact_columns import Amounts, Coded, FactColumn, Ints, Mask
from polc.batch.order import Order
from polc.batch.rows import Rows


def copies(rows: Rows, order: Order, asked: Ints, counting: Mask) -> Ints:
    """Which of the rows `asked` are mere copies: `counting` are the rows that may be what others are copies of, and of
    each person the first of them with the same name has to say the same."""
    asked = asked[order.holder[asked] >= 0]
    if not len(asked):
        return asked
    names = rows.id.take(asked).unique()
    code: Ints = pc.index_in(rows.id, value_set=names).fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    others = order.rows[(counting & (code >= 0))[order.rows]]
    if not len(others):
        return others
    name = order.holder * len(names) + code
    known, first = np.unique(name[others], return_index=True)
    at = np.minimum(np.searchsorted(known, name[asked]), len(known) - 1)
    there = known[at] == name[asked]
    asked, others = asked[there], others[first[at[there]]]
    same = rows.day[asked] == rows.day[others]
    for fen in rows.parts.values():
        same &= fen[asked] == fen[others]
    for column in (rows.identities, *rows.facts.values()):
        same &= _equal(column, asked, others)
    found: Ints = asked[same]
    return found


def _equal(column: FactColumn, these: Ints, those: Ints) -> Mask:
    """Where some rows of a column have the value of others, or neither has one."""
    if isinstance(column, Amounts):
        given = column.given[these]
        same: Mask = (given == column.given[those]) & (~given | (column.fen[these] == column.fen[those]))
        return same
    codes = _one_code_each(column)
    alike: Mask = codes[column.codes[these]] == codes[column.codes[those]]
    return alike


def _one_code_each(column: Coded) -> Ints:
    """By code one that equal values share; the last is for no value."""
    known: dict[object, int] = {}
    codes: Ints = np.array([*(known.setdefault(value, at) for at, value in enumerate(column.values)), -1], np.int64)
    return codes
