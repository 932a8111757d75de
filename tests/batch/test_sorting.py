"""Rows in order by columns of whole numbers, whatever fits into one number and whatever does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polc.batch.sorting import sorted_by

NARROW = st.integers(-3, 3)
WIDE = st.integers(-(2**62), 2**62 - 1)


@given(st.data(), st.integers(1, 4), st.integers(0, 30))
def test_rows_that_are_alike_stay_as_they_stand(data: st.DataObject, keys: int, rows: int) -> None:
    columns = [data.draw(st.lists(data.draw(st.sampled_from((NARROW, WIDE))), min_size=rows, max_size=rows))
               for _ in range(keys)]  # fmt: skip
    found = sorted_by(*(np.array(column, np.int64) for column in columns))
    assert found.tolist() == sorted(range(rows), key=lambda at: [column[at] for column in columns])


@pytest.mark.parametrize("bits", [60, 61])
def test_one_number_or_several(bits: int) -> None:
    """Two rows need two bits for their places: at 61 bits the number is full, beyond them columns are compared."""
    key = np.array([2**bits - 1, 0], np.int64)
    assert sorted_by(key).tolist() == [1, 0]
    assert sorted_by(key, np.array([0, 1], np.int32)).tolist() == [1, 0]
    assert sorted_by(np.array([7, 7], np.int32), key).tolist() == [1, 0]
