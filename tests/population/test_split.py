"""Splitting to the fen loses nothing, whatever the weights."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polc.population.split import split_fen


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (10_000, (5, 2, 3), (5_000, 2_000, 3_000)),  # 100 yuan, 5:2:3
        (3_333, (1, 1, 1), (1_111, 1_111, 1_111)),
        (10_000, (1, 1, 1), (3_334, 3_333, 3_333)),  # the tie goes to the first
        (1, (5, 2, 3), (1, 0, 0)),
        (1, (1, 1), (1, 0)),
        (1, (2, 3, 5), (0, 0, 1)),  # 0.2, 0.3, 0.5 of a fen
        (2, (2, 3, 5), (0, 1, 1)),  # 0.4, 0.6, 1.0
        (3, (2, 3, 5), (1, 1, 1)),  # 0.6, 0.9, 1.5
        (0, (1, 2), (0, 0)),
        (7, (0, 1), (0, 7)),
        (100, (Fraction(1, 3), Fraction(2, 3)), (33, 67)),
        (12_345, (Fraction(7, 10), Fraction(3, 10)), (8_642, 3_703)),  # 8641.5 and 3703.5: the first gets the fen
    ],
)
def test_worked_by_hand(amount, weights, parts):
    assert split_fen(amount, weights) == parts


@pytest.mark.parametrize(("amount", "weights"), [(-1, (1,)), (1, ()), (1, (0, 0)), (1, (2, -1))])
def test_nonsense_is_refused(amount, weights):
    with pytest.raises(ValueError, match="weight"):
        split_fen(amount, weights)


WEIGHTS = st.lists(
    st.integers(0, 10**6) | st.fractions(min_value=0, max_value=100, max_denominator=997), min_size=1, max_size=8
).filter(lambda weights: sum(weights) > 0)


@given(st.integers(0, 10**12), WEIGHTS)
def test_nothing_is_lost_and_nobody_is_a_fen_off(amount, weights):
    parts = split_fen(amount, weights)
    whole = sum(weights, Fraction(0))
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - amount * Fraction(weight) / whole) < 1
        assert part >= 0 and (weight > 0 or part == 0)


@given(st.integers(0, 10**9), WEIGHTS, st.integers(1, 50))
def test_only_the_proportion_of_weights_counts(amount, weights, times):
    assert split_fen(amount, weights) == split_fen(amount, [weight * times for weight in weights])
