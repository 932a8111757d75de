"""The eligible cost for which nothing more is paid, once a payment has reached its cap."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from polc.shape.linear import Amount, Linear, NotLinear, Number, Region
from polc.shape.values import stepwise

Edge = tuple[Amount, bool, Amount | None, bool]


@frozen(eq=False, repr=False, slots=False)
class Paying:
    """How cost was paid: the reading of the bands, their edges and rates, what is cut from the lowest, and from which
    coordinate on how much cost."""

    mode: str
    edges: Sequence[Edge]
    rates: Sequence[Number]
    cut: Amount
    start: Amount
    amount: Amount


def above(region: Region, paying: Paying | None, scale: Amount, target: Amount) -> Amount:
    """What is left of the cost where the bands (times `scale`) have paid `target`; nothing where they never do."""
    if paying is None:
        return 0
    if region.sign(target) <= 0:
        return region.rounded(paying.amount, 1, "down")
    if isinstance(scale, Linear):
        raise NotLinear
    if not scale:
        return 0
    target = target * (1 / Fraction(scale))
    need = (_progressive if paying.mode == "progressive" else _stepwise)(region, paying, target)
    if need is None:
        return 0
    return region.larger(region.rounded(paying.amount - region.rounded(need, 1, "up"), 1, "down"), 0)


def _progressive(region: Region, paying: Paying, target: Amount) -> Amount | None:
    """The smallest amount for which progressive bands pay so much."""
    start = paying.start
    for (lower, _, upper, _), rate in zip(paying.edges, paying.rates, strict=True):
        if upper is not None and region.sign(upper - start) <= 0:
            continue
        low = region.larger(start, lower)
        if rate > 0:
            end = low + target * (1 / Fraction(rate))
            if upper is None or region.sign(end - upper) <= 0:
                return end - start
        if upper is not None:
            target = target - (upper - low) * rate
    return None


def _stepwise(region: Region, paying: Paying, target: Amount) -> Amount | None:
    """The smallest amount for which a whole-amount or lump-sum table pays so much more than at the start."""
    start, cut = paying.start, paying.cut
    goal = target + stepwise(region, paying.mode, paying.edges, paying.rates, cut, start)[0]
    for (lower, _, upper, included), rate in zip(paying.edges, paying.rates, strict=True):
        if upper is not None and region.sign(upper - start) < 0:
            continue
        if paying.mode == "lump":
            if region.sign(goal - rate) > 0:
                continue
            at = cut
        else:
            if rate <= 0:
                continue
            at = cut + goal * (1 / Fraction(rate))
        at = region.larger(region.larger(at, lower), start)
        if upper is None:
            return at - start
        side = region.sign(at - upper)
        if side < 0 or (side == 0 and included):
            return at - start
    return None
