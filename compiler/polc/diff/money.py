"""What two plans leave to the person over a year, compared over every cost and every cost already had.

Theory: both plans are run side by side on their shapes (`polc.shape`): x is the cost of a claim, y that of an earlier
claim of the year, so that every state the year can be in is met; what the person is left with in both is compared,
since what an earlier claim used of a cap is missing in the later one. On each region the difference is linear, and its
sign is asked for, so a region is better, worse or the same throughout. Largest gain and loss stand at corners; beyond
the last boundary both plans go on in straight lines (`grows` says whether apart). Nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from attrs import frozen

from polc import plan as p
from polc.boundaries import money_boundaries
from polc.shape.explore import alike, explore, fact_values, identity_classes
from polc.shape.linear import Amount, Linear, Number, Point, Region, linear
from polc.shape.run import Case, run_claim

Verdict = Literal["same", "never worse", "never better", "mixed"]
MOST = 100_000_000
"""The least upper end of the costs compared, in fen."""


@frozen(eq=False, repr=False, slots=False)
class Extreme:
    """The largest gain or loss of a class: how much (fen, exact), at which costs (this claim, earlier in the year)."""

    amount: Number
    point: Point


@frozen(eq=False, repr=False, slots=False)
class ClassDifference:
    """One class of cases: identities that count alike, the facts that were read (with all values that count alike), and
    what the new plan does to what the person is left with. Gains are what the person is spared."""

    identities: tuple[str, ...]
    facts: Mapping[str, tuple[p.Value, ...]]
    verdict: Verdict
    gain: Extreme | None
    loss: Extreme | None
    grows: bool
    """Whether the difference goes on growing beyond the costs compared."""


def compare(
    old: p.Plan, new: p.Plan, progress: Callable[[int, int], None] | None = None
) -> tuple[ClassDifference, ...]:
    """The classes of cases with their verdicts, in the order of identities and facts.

    Raises `NotLinear` where a plan multiplies amounts with each other, `TooManyRegions` for plans beyond listing.
    """
    plans = (old, new)
    values = fact_values(plans)
    most = max(MOST, 4 * max((*money_boundaries(old), *money_boundaries(new)), default=0))
    square = Region(((0, 0), (most, 0), (most, most), (0, most)))
    groups = identity_classes(plans)
    found: list[ClassDifference] = []
    for number, names in enumerate(groups):
        if progress:
            progress(number, len(groups))
        found.extend(_identity(plans, names, square, values, most))
    if progress:
        progress(len(groups), len(groups))
    return tuple(found)


def _identity(
    plans: tuple[p.Plan, p.Plan],
    names: Sequence[str],
    square: Region,
    values: Mapping[str, Sequence[p.Value]],
    most: int,
) -> Iterator[ClassDifference]:
    def run(case: Case, region: Region) -> Linear:
        left = [_year(plan, case, region) for plan in plans]
        difference = linear(left[1] - left[0])
        region.sign(difference)
        return difference

    by_case: dict[tuple[tuple[str, str], ...], list[tuple[Case, Region, Linear]]] = {}
    start = Case(frozenset(names[:1]), {})
    for piece in explore(run, start, square, values):
        key = tuple((name, str(value)) for name, value in piece.case.facts.items())
        by_case.setdefault(key, []).append((piece.case, piece.region, piece.result))
    for pieces in by_case.values():
        yield _verdict(plans, names, pieces, most)


def _year(plan: p.Plan, case: Case, region: Region) -> Amount:
    """What is left to the person of an earlier claim of y and a claim of x together."""
    first = run_claim(plan, case, region, _parts(Linear(0, 0, 1)), {})
    return first.left + run_claim(plan, case, region, _parts(Linear(0, 1, 0)), first.state).left


def _parts(amount: Amount) -> dict[str, Amount]:
    return {"total": amount, "inscope": amount, "copay": 0, "overlimit": 0, "noncovered": 0}


def _verdict(
    plans: tuple[p.Plan, p.Plan], names: Sequence[str], pieces: list[tuple[Case, Region, Linear]], most: int
) -> ClassDifference:
    gain: Extreme | None = None
    loss: Extreme | None = None
    for _, region, difference in pieces:
        (least, at_least), (greatest, at_most) = region.extremes(difference)
        if least < 0:
            gain = _larger(gain, Extreme(-least, at_least))
        if greatest > 0:
            loss = _larger(loss, Extreme(greatest, at_most))
    verdict: Verdict = "same"
    if gain and loss:
        verdict = "mixed"
    elif gain:
        verdict = "never worse"
    elif loss:
        verdict = "never better"
    grows = any(
        (difference.x and any(corner[0] == most for corner in region.corners))
        or (difference.y and any(corner[1] == most for corner in region.corners))
        for _, region, difference in pieces
    )
    facts = {name: tuple(alike(plans, name, value)) for name, value in pieces[0][0].facts.items()}
    return ClassDifference(tuple(names), facts, verdict, gain, loss, grows)


def _larger(known: Extreme | None, other: Extreme) -> Extreme:
    """The larger of two; of equal ones that at the lower earlier cost, then at the lower cost."""
    if known is None:
        return other
    return max(known, other, key=lambda e: (e.amount, -e.point[1], -e.point[0]))
