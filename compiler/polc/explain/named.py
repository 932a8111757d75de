"""The names that the steps of a plan use for conditions and for groups of identities."""

from __future__ import annotations

from collections.abc import Iterator

from pol_lang.record import fields_of
from polc import plan as p
from polc.evaluate import unit_of
from polc.explain.replay import Step


def nodes(root: object) -> Iterator[object]:
    """Every node of a part of a plan once, parents before children, in written order."""
    done: set[int] = set()
    todo: list[object] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(reversed(node))
        elif (names := fields_of(type(node))) and id(node) not in done:
            done.add(id(node))
            yield node
            todo.extend([getattr(node, name) for name in reversed(names)])


def holds_of(step: Step) -> Iterator[p.Holds]:
    """The questions after identities in a step."""
    return (node for node in nodes(step) if isinstance(node, p.Holds))


def named_conditions(plan: p.Plan, mentioned: str) -> list[p.Named]:
    """The conditions with a name that a text mentions, and those that their own meaning mentions."""
    known: dict[str, p.Named] = {}
    for step in plan.body.steps:
        for node in nodes(step):
            if isinstance(node, p.Named) and unit_of(node) == "bool":
                known.setdefault(node.name, node)
    found = {name for name in known if name in mentioned}
    for name, named in known.items():
        if name in found:
            found |= {x.name for x in nodes(named.value) if isinstance(x, p.Named) and x.name in known}
    return [named for name, named in known.items() if name in found]
