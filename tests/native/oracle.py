"""Machine code held against the same program in Python, over drawn columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen
from tests.native.batches import Drawn
from tests.native.reference import Reference

from polc import plan as p
from polc.native import Columns, NativeSettler, Results, States


@frozen
class Difference(Exception):
    """Machine code and the reference part at a claim of a batch."""

    what: str
    claim: int
    native: Any
    reference: Any


@frozen
class Held:
    """How many claims were compared, and how many were left to the exact way, though they need not have been."""

    claims: int
    left: int
    needless: int


def assert_equal(settler: NativeSettler, columns: Columns, native: Results, reference: Results) -> Held:
    """Raises `Difference` at the first claim on which the two part."""
    settled = native.status == 0
    wrong = settled & (reference.status != 0)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise Difference("settled what is for the exact way", at, 0, 1)
    for name in ("paid", "deductibles", "moved", "bearers"):
        for number, (one, other) in enumerate(zip(getattr(native, name), getattr(reference, name), strict=True)):
            _compare(f"{name} {number}", one, other, settled)
    for name in ("total", "considered", "requirements"):
        _compare(name, getattr(native, name), getattr(reference, name), settled)
    whole = np.zeros(columns.persons, bool)
    stopped = np.concatenate(([0], np.cumsum(native.status != 0)))
    whole[:] = stopped[columns.offsets[1:]] == stopped[columns.offsets[:-1]]
    for index in range(len(settler.denominators)):
        same = (native.closing.periods[index] == reference.closing.periods[index]) & (
            native.closing.values[index] == reference.closing.values[index]
        )
        wrong = whole & ~same
        if wrong.any():
            at = int(np.argmax(wrong))
            raise Difference(
                f"closing {settler.plan.accumulators[index].key}", int(columns.offsets[at]),
                (int(native.closing.periods[index][at]), int(native.closing.values[index][at])),
                (int(reference.closing.periods[index][at]), int(reference.closing.values[index][at])),
            )  # fmt: skip
    return Held(int(settled.sum()), int((~settled).sum()), int((~settled & (reference.status == 0)).sum()))


def _compare(what: str, native: Any, reference: Any, where: Any) -> None:
    wrong = where & (native != reference)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise Difference(what, at, int(native[at]), int(reference[at]))


def hold(plan: p.Plan, seed: int, claims: int, settler: NativeSettler | None = None) -> Held:
    """Draws so many claims for a plan and settles them both ways, with and without accumulators from before."""
    settler = settler or NativeSettler(plan)
    drawn = Drawn(settler, seed)
    reference = Reference(settler)
    found = []
    for opened in (True, False):
        columns = drawn.columns(claims // 2)
        opening: States | None = drawn.opening(columns) if opened else None
        native = settler.settle(columns, opening)
        expected = reference.settle(columns, opening)
        found.append(assert_equal(settler, columns, native, expected))
        if not opened:
            in_a_row = settler.settle(columns, out=settler.results(columns, closing=False, sums=True))
            for one, other in zip(_amounts(in_a_row), _amounts(native), strict=True):
                assert (one == other).all()
            _hold_sums(in_a_row)
    return Held(*(sum(getattr(one, name) for one in found) for name in ("claims", "left", "needless")))


def _hold_sums(results: Results) -> None:
    """Sums that are known are those of what was settled."""
    for column in (*results.paid, *results.deductibles, *results.moved, *results.bearers, results.total):
        assert results.sum_of(column) in (None, sum(column[results.status == 0].tolist()))


def _amounts(results: Results) -> list[Any]:
    settled = results.status == 0
    made = [*results.paid, *results.deductibles, *results.moved, *results.bearers, results.total, results.considered]
    return [results.status, *(np.where(settled, one, 0) for one in [*made, results.requirements])]
