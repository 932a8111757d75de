"""Concrete claims that show a difference, settled by both plans with the exact interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from attrs import frozen

from polc import plan as p
from polc.diff.money import ClassDifference, Extreme
from polc.settlement import Settlement
from polc.shape.concrete import settle_case


@frozen(eq=False, repr=False, slots=False)
class Witness:
    """A claim (after an earlier one of the year where that matters) settled by the old and the new plan. `amount` is
    what the person is left with in the year under the new plan less under the old, in fen."""

    cost: int
    earlier: int
    old: Settlement
    new: Settlement
    amount: int


def witness(old: p.Plan, new: p.Plan, found: ClassDifference, extreme: Extreme, worse: bool) -> Witness | None:
    """The claim in whole fen next to where a class's gain or loss is largest that shows it best (the smallest earlier
    cost, then the smallest cost, among those that come closest); None where no whole amount shows any."""
    best: tuple[tuple[Fraction, int, int], Witness] | None = None
    for cost, earlier in _near(extreme):
        before, after = (_settled(plan, found, cost, earlier) for plan in (old, new))
        amount = sum(claim.left for claim in after.claims) - sum(claim.left for claim in before.claims)
        rank = (abs(Fraction(extreme.amount) - abs(amount)), earlier, cost)
        if amount and (amount > 0) == worse and (best is None or rank < best[0]):
            best = rank, Witness(cost, earlier, before, after, amount)
    return best[1] if best else None


def _near(extreme: Extreme) -> Iterator[tuple[int, int]]:
    sides = [sorted({max(0, int(Fraction(value)) + d) for d in (-1, 0, 1, 2)}) for value in extreme.point]
    yield from product(*sides)


def _settled(plan: p.Plan, found: ClassDifference, cost: int, earlier: int) -> Settlement:
    facts = {name: values[0] for name, values in found.facts.items()}
    return settle_case(plan, found.identities[:1], facts, [earlier, cost] if earlier else [cost])
