"""Who holds what: identities that count alike, and two of them held together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from attrs import frozen

from polc import plan as p
from polc.shape.cases import identity_classes
from polc.shape.nodes import nodes


@frozen(eq=False, slots=False)
class People:
    """Persons by what they hold: groups of identities that count alike; first nobody, then those of one group each,
    then of two. `singles` is the number of those of none or one."""

    groups: tuple[tuple[str, ...], ...]
    held: tuple[tuple[int, ...], ...]
    singles: int

    def names(self, number: int) -> tuple[str, ...]:
        """One identity of each group that a class of persons holds."""
        return tuple(self.groups[group][0] for group in self.held[number])


def people(plans: Sequence[p.Plan]) -> People:
    """The classes of persons that plans can treat unlike."""
    groups = tuple(map(tuple, identity_classes(plans)[1:]))
    one = [(number,) for number in range(len(groups))]
    pairs = list(combinations(range(len(groups)), 2))
    return People(groups, ((), *one, *pairs), 1 + len(one))


def alike(folk: People, step: object) -> tuple[int, ...]:
    """For every class of persons the first one for which a step comes to the same, whatever else is known."""
    sets: list[frozenset[str]] = []
    each = False
    for node in nodes([step]):
        if isinstance(node, p.Holds):
            sets.append(node.identities)
        each = each or isinstance(node, p.BestOf)
    first: dict[object, int] = {}
    found: list[int] = []
    for number in range(len(folk.held)):
        seen = [tuple([name in some for some in sets]) for name in folk.names(number)]
        whole = tuple(map(any, zip(*seen, strict=True))) if seen else (False,) * len(sets)
        found.append(first.setdefault((frozenset(seen) if each and seen else None, whole), number))
    return tuple(found)


def considered(plan: p.Plan, folk: People, number: int) -> tuple[int, ...]:
    """The classes that a plan settles a class of persons as, of which one is taken in the end: itself, or under 就高 by
    identity each identity alone, in the order in which they are considered."""
    names = folk.names(number)
    if len(names) < 2 or not isinstance(plan.root, p.HighestOf):
        return (number,)
    order = plan.root.identities
    ranked = sorted((order.index(name), 1 + group) for name, group in zip(names, folk.held[number], strict=True)
                    if name in order)  # fmt: skip
    if not ranked:
        return (number,)
    alone = tuple(single for _, single in ranked)
    return alone[:1] if plan.root.criterion == "rank" else alone
