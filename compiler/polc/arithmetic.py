"""Exact sums of a settlement as pure functions: rounding, deductibles, bands. Nothing here knows of plans or claims.

Amounts and coordinates are fen, int wherever they are whole and Fraction only where they are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

Exact = int | Fraction
Mode = Literal["half_up", "half_even", "down", "up"]
Edge = tuple[Exact, bool, Exact | None, bool]
"""A band's lower edge and whether it belongs to the band, its upper edge (None: no end) and whether it belongs."""


def whole(value: Exact) -> Exact:
    """The same number, as an int where it is whole."""
    if type(value) is Fraction and value.denominator == 1:
        return value.numerator
    return value


def times(a: Exact, b: Exact) -> Exact:
    """The product, as an int where it is whole."""
    if type(b) is Fraction:
        if type(a) is not Fraction:
            quotient, rest = divmod(a * b.numerator, b.denominator)
            return quotient if not rest else Fraction(a * b.numerator, b.denominator)
        return whole(a * b)
    if type(a) is Fraction:
        quotient, rest = divmod(b * a.numerator, a.denominator)
        return quotient if not rest else Fraction(b * a.numerator, a.denominator)
    return a * b


def floor(value: Exact) -> int:
    """The largest int not above the number."""
    return value.numerator // value.denominator


def ceil(value: Exact) -> int:
    """The smallest int not below the number."""
    return -(-value.numerator // value.denominator)


# ---------------------------------------------------------------- rounding


def rounded(value: Exact, to: Exact, mode: Mode) -> Exact:
    """The multiple of `to` (above 0) next to the value. Negative values round as their opposites do."""
    top = value.numerator * to.denominator
    bottom = value.denominator * to.numerator
    count, rest = divmod(abs(top), bottom)
    if rest and (
        mode == "up"
        or (mode == "half_up" and 2 * rest >= bottom)
        or (mode == "half_even" and (2 * rest > bottom or (2 * rest == bottom and count % 2 == 1)))
    ):
        count += 1
    return times(count if top >= 0 else -count, to)


def fen(value: Exact) -> int:
    """The amount half-up to the fen; negative amounts round as their opposites do."""
    if isinstance(value, int):
        return value
    top, bottom = value.numerator, value.denominator
    return (2 * top + bottom) // (2 * bottom) if top >= 0 else -((bottom - 2 * top) // (2 * bottom))


# ---------------------------------------------------------------- deductibles


def yuan(fen: int) -> str:
    """Fen as yuan with two decimals."""
    sign, fen = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{fen // 100}.{fen % 100:02}"


def deductible_over_sum(before: Exact, amount: Exact, deductible: Exact) -> Exact:
    """What an amount takes of a deductible that lies at the start of a running sum which stands at `before`."""
    end = before + amount
    return (end if end < deductible else deductible) - (before if before < deductible else deductible)


def deductible_left(amount: Exact, deductible: Exact, used: Exact) -> Exact:
    """What an amount takes of a deductible of which `used` is taken already."""
    open_ = deductible - used
    if open_ <= 0:
        return 0
    return amount if amount < open_ else open_


def within_deductible(taken: Exact, kept_out: Exact, deductible: Exact) -> Exact:
    """How much of a running sum lies within a deductible: what was really taken so far, and of the cost on which
    nothing was taken (`kept_out`) as much as is then still missing."""
    missing = deductible - taken
    if missing <= 0 or not kept_out:
        return taken
    return taken + (kept_out if kept_out < missing else missing)


# ---------------------------------------------------------------- bands


def overlap(start: Exact, end: Exact, edge: Edge) -> Exact:
    """How much of the stretch from `start` to `end` lies in a band."""
    lower, _, upper, _ = edge
    low = start if start > lower else lower
    high = end if upper is None or end < upper else upper
    return high - low if high > low else 0


def containing(edges: Sequence[Edge], at: Exact) -> int:
    """The index of the band that a coordinate is in; the edges say to which side a coordinate on an edge belongs.

    Zero is in the first band whether or not its lower edge belongs to it. Raises ValueError where there is a gap.
    """
    for index, (lower, lower_in, upper, upper_in) in enumerate(edges):
        if at < lower or (at == lower and not lower_in and (index or at != 0)):
            continue
        if upper is None or at < upper or (at == upper and upper_in):
            return index
    raise ValueError(f"no band for {at}")


def progressive(edges: Sequence[Edge], rates: Sequence[Exact], start: Exact, end: Exact) -> Exact:
    """What bands pay between two coordinates, each stretch at its own band's rate."""
    total: Exact = 0
    for edge, rate in zip(edges, rates, strict=True):
        amount = overlap(start, end, edge)
        if amount:
            total += times(amount, rate)
    return whole(total)


def whole_amount(edges: Sequence[Edge], rates: Sequence[Exact], cut: Exact, at: Exact) -> Exact:
    """All of a coordinate above `cut` at the rate of the band the coordinate is in."""
    return times(at - cut, rates[containing(edges, at)]) if at > cut else 0


def lump(edges: Sequence[Edge], values: Sequence[Exact], cut: Exact, at: Exact) -> Exact:
    """The lump sum of the band a coordinate is in, nothing up to `cut`."""
    return values[containing(edges, at)] if at > cut else 0


def reach_progressive(edges: Sequence[Edge], rates: Sequence[Exact], start: Exact, target: Exact) -> Exact | None:
    """The smallest amount from `start` on for which progressive bands pay `target`; None where they never do."""
    if target <= 0:
        return 0
    for (lower, _, upper, _), rate in zip(edges, rates, strict=True):
        if upper is not None and upper <= start:
            continue
        low = start if start > lower else lower
        if rate > 0:
            need = Fraction(target) / rate
            if upper is None or low + need <= upper:
                return whole(low + need - start)
        if upper is not None:
            target -= times(upper - low, rate)
    return None


def reach_whole_amount(
    edges: Sequence[Edge], rates: Sequence[Exact], cut: Exact, start: Exact, target: Exact
) -> Exact | None:
    """The smallest amount (in whole fen where the payment jumps at an edge) from `start` on for which a whole-amount
    table pays `target` more than it does at `start`; None where it never does."""
    if target <= 0:
        return 0
    goal = target + whole_amount(edges, rates, cut, start)
    for (lower, lower_in, upper, upper_in), rate in zip(edges, rates, strict=True):
        if (upper is not None and upper < start) or rate <= 0:
            continue
        at = whole(cut + Fraction(goal) / rate)
        at = _entering(at, lower, lower_in, start)
        if upper is None or at < upper or (at == upper and upper_in):
            return at - start
    return None


def reach_lump(edges: Sequence[Edge], values: Sequence[Exact], cut: Exact, start: Exact, target: Exact) -> Exact | None:
    """The smallest amount (in whole fen) from `start` on for which a lump-sum table pays `target` more than it does at
    `start`; None where it never does."""
    if target <= 0:
        return 0
    goal = target + lump(edges, values, cut, start)
    for (lower, lower_in, upper, upper_in), value in zip(edges, values, strict=True):
        if (upper is not None and upper < start) or value < goal:
            continue
        at = _entering(floor(cut) + 1, lower, lower_in, start)
        if upper is None or at < upper or (at == upper and upper_in):
            return at - start
    return None


def _entering(at: Exact, lower: Exact, lower_in: bool, start: Exact) -> Exact:
    """The first coordinate from `at` on that is in a band and not before `start`."""
    if at < lower or (at == lower and not lower_in):
        at = lower if lower_in else floor(lower) + 1
    return at if at > start else start
