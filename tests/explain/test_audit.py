"""Every line of every sheet follows from what the sheet shows: an audit of the trace, over many claims."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import Phase, assume, given, settings
from tests.fast.population import population
from tests.laws.conftest import SETTLING, plan_of
from tests.settle.test_properties import EXAMPLES as ALL
from tests.settle.test_properties import PEOPLE, histories, plans

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as r
from polc.examples.given import case_of_example
from polc.explain import explain
from polc.pipeline import Plans, compile_policy
from polc.settle import settle

from .audit import Audit, Finding
from .samples import chongqing, plan_hash, rich, sequence

ROOT = Path(__file__).parents[2]
EXAMPLES = max(ALL // 4, 10)
"""How many persons of each standard policy, and how many invented policies are audited: every one of their sheets."""


def trace(settlement: r.Settlement, why_not: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(explain(settlement, plan_hash=plan_hash, format="json", why_not=why_not))
    return found


def audited(settlement: r.Settlement) -> Counter[str]:
    return Audit(trace(settlement)).seen


def settled(plan: p.Plan, random: Random, persons: int) -> Iterator[r.Settlement]:
    """Made-up persons with their claims; claims that a policy refuses are left out, with all that come after."""
    for person, claims in population(plan, random, persons):
        for most in range(len(claims), 0, -1):
            try:
                yield settle(lambda _: plan, person, claims[:most])
            except Problems:
                continue
            break


def placed(plan: p.Plan) -> p.Plan:
    """The plan with a place of its own for every node, as plans from files have."""
    numbers = count(1)

    def visit(node: Any) -> Any:
        if isinstance(node, p.Origin):
            return p.Origin(node.clauses, node.document, f"test.pol:{next(numbers)}")
        if isinstance(node, tuple):
            return tuple(visit(one) for one in node)
        if not attrs.has(type(node)):
            return node
        return attrs.evolve(node, **{a.name: visit(getattr(node, a.name)) for a in attrs.fields(type(node))})

    made: p.Plan = visit(plan)
    return made


@pytest.mark.parametrize(
    "sample", [chongqing, rich, sequence, lambda: rich("低保对象"), lambda: chongqing(规范转诊=False)]
)
def test_the_samples(sample: Any) -> None:
    seen = audited(sample())
    assert seen["sums in texts"] and seen["sum of bearers"] and seen["layer pays"]


@pytest.mark.parametrize("name", SETTLING)
def test_standard_policies(name: str) -> None:
    seen: Counter[str] = Counter()
    plan = plan_of(name)
    for settlement in settled(plan, Random(f"audit {name}"), EXAMPLES):
        seen += audited(settlement)
    assert seen["sums in texts"] > EXAMPLES and seen["sum of bearers"] >= EXAMPLES


FILES = sorted((ROOT / "examples").glob("*/*.pol")) + sorted(
    (ROOT / "examples" / "policy-repo" / "policies").glob("*.pol")
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_examples_in_files(path: Path) -> None:
    compiled = compile_policy(str(path))
    for example in compiled.program.examples:
        case = case_of_example(example, compiled.usable)
        if case.claims:
            seen = audited(settle(Plans(compiled), case.person, case.claims, case.state))
            assert seen["layer pays"]


@settings(max_examples=EXAMPLES, deadline=None, phases=[Phase.generate])
@given(plans(), histories(), PEOPLE)
def test_invented_policies(made: p.Plan, claims: list[r.Claim], who: r.Person) -> None:
    assume(not any(map(_cannot_be_said, made.body.steps)))
    plan = placed(made)
    audited(settle(lambda _: plan, who, claims))


def _cannot_be_said(step: Any) -> bool:
    """Whether a step is one that no policy can write: a part counted twice, a rate added to lump sums."""
    if isinstance(step, p.Control):
        return len({part.part for part in step.parts}) < len(step.parts)
    lumps = any(isinstance(x, p.BandPay) and x.table.mode == "lump" for x in getattr(step, "steps", ()))
    changes = [change for tilt in getattr(step, "tilts", ()) for change in tilt.changes]
    return lumps and any(change.target == "rate" and change.op != "×" for change in changes)


# ---------------------------------------------------------------- the auditor finds what is wrong


def amounts(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a claim of the trace amounts stand that are not texts."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in ("text", "label", "number", "title", "policy", "seen", "as_of", "date"):
                yield from amounts(value, (*path, key))
    elif isinstance(node, list):
        for at, value in enumerate(node):
            yield from amounts(value, (*path, at))
    elif isinstance(node, str) and node.replace("-", "", 1).replace(".", "", 1).isdigit() and "." in node:
        yield path


_ALONE = {("changes", "value"), ("overflow",)}
"""What nothing else on a sheet depends on: the changes of a tilt that was not taken, cost above a cap that no layer
behind takes up."""


def test_a_fen_more_anywhere_is_found() -> None:
    good = trace(rich())
    Audit(good)
    missed: list[tuple[Any, ...]] = []
    for path in amounts(good["claims"][0]):
        bad = copy.deepcopy(good)
        node = bad["claims"][0]
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = str(Decimal(node[path[-1]]) + Decimal("0.01"))
        try:
            Audit(bad)
        except Finding:
            continue
        missed.append(path)
    alone = {tuple(key for key in path if isinstance(key, str))[2:] for path in missed}
    assert alone <= _ALONE, missed
