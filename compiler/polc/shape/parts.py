"""Which cost parts beside the eligible cost can make a difference between two plans."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from polc import plan as p
from polc.shape.layer import Paid
from polc.shape.linear import Amount, Linear
from polc.shape.nodes import nodes
from polc.shape.run import Best, Folded

OTHER = ("noncovered", "overlimit", "copay")


def with_part(part: str, cost: Amount, other: Amount) -> dict[str, Amount]:
    """A bill of so much eligible cost and so much in another part."""
    bill: dict[str, Amount] = {"total": cost + other, "inscope": cost, "copay": 0, "overlimit": 0, "noncovered": 0}
    bill[part] = other
    return bill


def with_parts(part: str) -> dict[str, Amount]:
    """The same where both are unknown, the eligible cost the first."""
    return with_part(part, Linear(0, 1), Linear(0, 0, 1))


def without_idle(steps: Sequence[Folded]) -> tuple[Folded, ...]:
    """The steps that can do anything to a bill that is all eligible cost."""
    empty = set(OTHER)
    left: list[Folded] = []
    for step in steps:
        if isinstance(step, p.Control) and empty >= {part.part for part in step.parts}:
            continue
        if isinstance(step, p.CopayCut | p.Exclusion) and step.part.part in empty:
            continue
        if isinstance(step, p.CopayCut):
            empty.discard("copay")
        elif isinstance(step, p.Package | Best):
            empty.clear()
        left.append(step)
    return tuple(left)


def parts_that_matter(old: Sequence[Folded], new: Sequence[Folded]) -> list[str]:
    """The parts of which a bill has to have something for all that the plans may differ in to show.

    A part does not matter where all steps that see it are the same in both plans and only let somebody else bear some
    of it. Of parts that no step tells from each other the first stands for all.
    """
    named = {part for step in (*old, *new) for kind, part in _named(step) if kind == "part"}
    alike = [part for part in OTHER if part not in named]
    parts = [part for part in OTHER if part in named or part in alike[:1]]
    return [part for part in parts if any(_matters(part, a, b) for a, b in ((old, new), (new, old)))]


def _matters(part: str, steps: Sequence[Folded], others: Sequence[Folded]) -> bool:
    seen: set[tuple[str, str]] = {("part", part), ("part", "total"), ("left", "")}
    for step in steps:
        if not (_reads(step) & seen):
            continue
        if isinstance(step, Paid | p.Package | p.Tally | Best) or not any(step is other for other in others):
            return True
        parts = [x.part for x in step.parts] if isinstance(step, p.Control) else [step.part.part]
        if "inscope" in parts or "total" in parts:
            return True
        seen.update(("part", name) for name in (*parts, "copay"))
        if step.name is not None:
            seen.add(("cut", step.name))
        if not isinstance(step, p.CopayCut):
            seen.add(("borne", step.bearer))
    return False


def _reads(step: Folded) -> set[tuple[str, str]]:
    """What a step reads: cost parts, what is left, what others bear and cuts took."""
    whole = (*OTHER, "inscope") if isinstance(step, p.Package | Best) else ()
    return {*_named(step), *(("part", part) for part in whole)}


@lru_cache(maxsize=4096)
def _named(step: Folded) -> set[tuple[str, str]]:
    """What of it a step reads by its name."""
    found: set[tuple[str, str]] = set()
    for node in nodes([step.layer if isinstance(step, Paid) else step]):
        if isinstance(node, p.Part):
            found.add(("part", node.part))
        elif isinstance(node, p.Left):
            found.add(("left", ""))
        elif isinstance(node, p.Borne):
            found.update((("borne", node.field), ("left", "")))
        elif isinstance(node, p.Cut):
            found.add(("cut", node.name))
    return found
