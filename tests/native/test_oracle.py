"""A million claims: machine code comes to what the same program in Python comes to, which comes to what the interpreter
comes to. See README.md beside this file."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from time import monotonic

import pytest
from tests.fast.population import population
from tests.fast.same import assert_same
from tests.laws.conftest import SETTLING
from tests.native import shrink
from tests.native.batches import Drawn
from tests.native.oracle import Difference, Held, hold
from tests.native.policies import policy
from tests.native.reference import Reference
from tests.native.unpack import person_at

from pol_lang.problem import Problems
from polc import plan as p
from polc.native import NativeSettler, rounding
from polc.pipeline import compile_policy
from polc.settlement import State

ROOT = Path(__file__).parents[2]
FOUND = Path(os.environ.get("POLC_ORACLE_FOUND", Path(__file__).parent / "found"))
MINUTES = float(os.environ.get("POLC_ORACLE_MINUTES", "0"))
"""For how long to go on drawing policies after the normal run."""
SEED = int(os.environ.get("POLC_ORACLE_SEED", datetime.date.today().toordinal() if MINUTES else 1))
"""In the normal run always the same, so that a failure is about the change; at night another one every day."""

WRITTEN = [*(f"std/{name}" for name in SETTLING), *map(str, sorted(ROOT.glob("examples/**/*.pol")))]
CLAIMS = 8_500
"""How many claims are drawn for each policy."""
DRAWN = 55
"""How many policies are drawn in the normal run."""


def held(text: str, plan: p.Plan, seed: int, claims: int, folder: Path = FOUND) -> Held:
    """Holds a plan; a difference is made small and written as a case file."""
    settler = NativeSettler(plan)
    try:
        return hold(plan, seed, claims, settler)
    except Difference as difference:
        failing = found_again(text, settler, seed, claims)
        if failing is None:
            raise
        less = shrink.shrunk(failing, lambda one: shrink.parts(one) is not None)
        path = shrink.keep(less, f"{difference.what}: {difference.native}, not {difference.reference}", folder)
        raise AssertionError(f"seed {seed}: {difference.what}; the smallest case is {path}") from difference


def found_again(text: str, settler: NativeSettler, seed: int, claims: int) -> shrink.Failing | None:
    """The person on whom the two ways part, as a case of its own."""
    drawn, reference = Drawn(settler, seed), Reference(settler)
    for is_opened in (True, False):
        columns = drawn.columns(claims // 2)
        opening = drawn.opening(columns) if is_opened else None
        native, expected = settler.settle(columns, opening), reference.settle(columns, opening)
        try:
            shrink.assert_equal(settler, columns, native, expected)
        except Difference as difference:
            at = int((columns.offsets <= difference.claim).nonzero()[0][-1])
            end = max(difference.claim, int(columns.offsets[at + 1]) - 1)
            (person, made), state = person_at(settler, columns, at, opening, end)
            failing = shrink.Failing(text, person, tuple(made), state)
            return failing if shrink.parts(failing) is not None else None
    return None


def drawn_policies(seed: int) -> Iterator[tuple[int, str, p.Plan]]:
    """Policies without end, from one seed; those with errors are left out."""
    number = seed * 10_000
    while True:
        number += 1
        text = policy(number)
        try:
            yield number, text, shrink.compiled(text)
        except Problems:
            continue


def test_a_million_claims() -> None:
    claims = left = 0
    for path in WRITTEN:
        plan = compile_policy(path).usable
        text = "" if path.startswith("std/") else Path(path).read_text(encoding="utf-8")
        one = held(text, plan, SEED, CLAIMS)
        assert one.needless == 0, path
        claims, left = claims + one.claims, left + one.left
    policies = drawn_policies(SEED)
    for _ in range(DRAWN):
        number, text, plan = next(policies)
        one = held(text, plan, number, CLAIMS)
        claims, left = claims + one.claims, left + one.left
    assert claims >= 1_000_000 and left < claims / 3
    end = monotonic() + 60 * MINUTES
    while monotonic() < end:
        number, text, plan = next(policies)
        held(text, plan, number, CLAIMS)
        interpreted(text, plan, number, 50)


def interpreted(text: str, plan: p.Plan, seed: int, persons: int) -> int:
    """Settles claims in Python and with the interpreter; how many there were. A difference is made small and kept."""
    count = 0
    for person, claims in population(plan, Random(seed), persons):
        try:
            assert_same(plan, person, claims)
        except AssertionError as error:
            less = shrink.shrunk(shrink.Failing(text, person, tuple(claims), State()), shrink.parts_from_interpreter)
            path = shrink.keep(less, "Python and the interpreter part", FOUND)
            raise AssertionError(f"seed {seed}; the smallest case is {path}") from error
        count += len(claims)
    return count


def test_drawn_policies_with_the_interpreter() -> None:
    policies = drawn_policies(SEED + 1)
    assert sum(interpreted(text, plan, number, 20) for number, text, plan in islice(policies, 50)) > 1000


def test_what_differs_is_found_made_small_and_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With half-up taken for down in machine code."""
    counted = rounding.counted
    monkeypatch.setattr(
        rounding, "counted",
        lambda e, top, by, mode, type_: counted(e, top, by, "down" if mode == "half_up" else mode, type_),
    )  # fmt: skip
    number, text, plan = next(drawn_policies(1))
    with pytest.raises(AssertionError, match="the smallest case is"):
        held(text, plan, number, 2000, tmp_path)
    monkeypatch.undo()
    (path,) = tmp_path.iterdir()
    made = path.read_text(encoding="utf-8")
    assert made.count("\n  claim ") == 1 and len(made.splitlines()) < 40 and made.count("layer ") == 1
    case(path)


CASES = sorted((Path(__file__).parent / "cases").glob("*.pol"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_what_was_found_once(path: Path) -> None:
    case(path)


def case(path: Path) -> None:
    """A case file: machine code, Python and the interpreter come to what the example says."""
    from tests.native.test_policies import examples_of

    for plan, person, claims, state in examples_of(str(path)):
        assert_same(plan, person, claims, state)
        failing = shrink.Failing(path.read_text(encoding="utf-8"), person, tuple(claims), state)
        assert shrink.parts(failing) is None
