"""The amounts at which a plan changes its behaviour: what tests, coverage and comparisons aim at."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import attrs

from polc import plan as p


def money_boundaries(plan: p.Plan) -> tuple[int, ...]:
    """Every amount of money the plan's settlement is written with (deductibles, edges, caps, prices), in whole fen,
    ascending, each once, zero left out; a part of a fen gives the whole fen below and above it."""
    found: set[int] = set()
    done: set[int] = set()
    todo: list[Any] = [plan.root, plan.shared_caps]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(node)
        elif isinstance(node, p.Const):
            if node.unit == "money" and isinstance(node.value, (int, Fraction)):
                value = Fraction(node.value)
                found.update((value.__floor__(), value.__ceil__()))
        elif id(node) not in done and attrs.has(kind := type(node)):
            done.add(id(node))
            todo.extend(getattr(node, f.name) for f in attrs.fields(kind) if f.name != "origin")
    return tuple(sorted(x for x in found if x > 0))
