"""Classes of cases put together for reading: those that fare the same, where their facts make one block."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import attrs

from polc import plan as p
from polc.diff.money import ClassDifference

Facts = tuple[tuple[str, tuple[p.Value, ...]], ...]


def grouped(classes: Sequence[ClassDifference]) -> list[ClassDifference]:
    """The classes with those merged that have the same verdict and amounts: first the facts of one identity, then the
    identities of one set of facts. A fact that takes all values of its classes alike is left in with all of them."""
    by_facts: dict[tuple[object, ...], list[ClassDifference]] = {}
    for one in classes:
        by_facts.setdefault((one.identities, *_fares(one), tuple(one.facts)), []).append(one)
    merged = [whole for members in by_facts.values() for whole in _facts_merged(members)]
    by_identity: dict[tuple[object, ...], list[ClassDifference]] = {}
    for one in merged:
        by_identity.setdefault((*_fares(one), bool(one.identities), tuple(one.facts.items())), []).append(one)
    return [
        attrs.evolve(members[0], identities=tuple(dict.fromkeys(name for m in members for name in m.identities)))
        for members in by_identity.values()
    ]


def _fares(one: ClassDifference) -> tuple[object, ...]:
    gain = one.gain.amount if one.gain else None
    loss = one.loss.amount if one.loss else None
    others: tuple[object, ...] = ()
    if one.verdict == "same":  # then they are what is told
        others = tuple(
            (field, spread.grows, *(e.amount if e else None for e in (spread.less, spread.more)))
            for field, spread in sorted(one.others.items())
        )
    return one.verdict, gain, loss, one.grows, others


def _facts_merged(members: list[ClassDifference]) -> list[ClassDifference]:
    """One class for all, where they are every combination of some values; else the classes as they are."""
    values: dict[str, dict[tuple[p.Value, ...], None]] = {}
    for one in members:
        for name, some in one.facts.items():
            values.setdefault(name, {}).setdefault(some)
    if prod(len(some) for some in values.values()) != len(members):
        return members
    facts = {name: tuple(value for group in some for value in group) for name, some in values.items()}
    return [attrs.evolve(members[0], facts=facts)]
