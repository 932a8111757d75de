"""Concrete claims that show a difference, settled by both plans with the exact interpreter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

from attrs import frozen

from pol_lang.problem import Problems
from polc import plan as p
from polc.diff.money import ClassDifference
from polc.settlement import Settlement
from polc.shape.bills import Extreme
from polc.shape.concrete import settle_case


@frozen(eq=False, repr=False, slots=False)
class Witness:
    """A claim (after an earlier one of the year where that matters, and `before` ones of a fen) settled by the old and
    the new plan, its cost by part in fen. `amount` is what the bearer (`field`; "" the person) bears in the year under
    the new plan less under the old, in fen."""

    parts: Mapping[str, int]
    earlier: int
    before: int
    old: Settlement
    new: Settlement
    amount: int
    field: str = ""

    @property
    def cost(self) -> int:
        """The cost of the claim, in fen."""
        return self.parts["total"]


def borne(settled: Settlement, field: str = "") -> int:
    """What a bearer ("": the person) bears of all claims."""
    if not field:
        return sum(claim.left for claim in settled.claims)
    return sum(amount for claim in settled.claims for name, _, amount in claim.bearers if name == field)


def witness(
    old: p.Plan, new: p.Plan, found: ClassDifference, extreme: Extreme, worse: bool, field: str = ""
) -> Witness | None:
    """The claim in whole fen next to where a class's gain or loss is largest that shows it best (the smallest earlier
    cost, then the smallest cost, among those that come closest); None where no whole amount shows any."""
    best: tuple[tuple[Fraction, int, int], Witness] | None = None
    for parts, earlier in _near(extreme):
        try:
            before, after = (_settled(plan, found, parts, earlier, extreme.costs.claims) for plan in (old, new))
        except Problems:
            continue  # one of the policies refuses such a claim
        amount = borne(after, field) - borne(before, field)
        rank = (abs(Fraction(extreme.amount) - abs(amount)), earlier, parts["total"])
        if amount and (amount > 0) == worse and (best is None or rank < best[0]):
            best = rank, Witness(parts, earlier, extreme.costs.claims, before, after, amount, field)
    return best[1] if best else None


def _near(extreme: Extreme) -> Iterator[tuple[dict[str, int], int]]:
    costs = extreme.costs
    names = [name for name, amount in costs.parts.items() if name != "total" and (amount or name == "inscope")]
    sides = [_around(costs.earlier), *(_around(costs.parts[name]) for name in names)]
    for earlier, *amounts in product(*sides):
        parts = {**dict.fromkeys(costs.parts, 0), **dict(zip(names, amounts, strict=True))}
        parts["total"] = sum(amounts)
        yield parts, earlier


def _around(value: int | Fraction) -> list[int]:
    return sorted({max(0, int(Fraction(value)) + d) for d in (-1, 0, 1, 2)})


def _settled(plan: p.Plan, found: ClassDifference, parts: Mapping[str, int], earlier: int, claims: int) -> Settlement:
    facts = {name: values[0] for name, values in found.facts.items()}
    costs: list[int | Mapping[str, int]] = [*[1] * claims, *([earlier] if earlier else []), parts]
    return settle_case(plan, found.held, facts, costs)
