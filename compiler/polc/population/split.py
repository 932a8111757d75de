"""Splitting an amount to the fen so that nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def split_fen(amount: int, weights: Sequence[int | Fraction]) -> tuple[int, ...]:
    """The amount in fen, split in proportion to the weights by largest remainder; ties go to the one written first.

    The parts add up to the amount, and none is a fen or more away from its exact share. Raises ValueError for a
    negative amount or weight, and where the weights add up to nothing.
    """
    whole = sum(weights, Fraction(0))
    if amount < 0 or whole <= 0 or min(weights) < 0:
        raise ValueError("amount and weights must not be negative, and some weight must be above 0")
    exact = [amount * Fraction(weight) / whole for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda index: (parts[index] - exact[index], index))
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return tuple(parts)
