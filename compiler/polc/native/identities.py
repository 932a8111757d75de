"""The tables of identities that machine code reads: what counts for each combination held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from polc import plan as p
from polc.native.claim import WORD
from polc.native.pointers import Key
from polc.program import Program
from polc.settle import standing_of
from polc.settlement import HeldIdentity, Person

Tables = Mapping[Key, Any]
"""Tables by key. Rows are combinations of identities or, under 就高 by identity, what each is settled as in order
(`alternatives`: where those of a combination start, `considered of`: which identity); `flags` say for each row which of
the program's sets of identities the person has one of, `held flags` the same per identity held (`held`: where those of
a row start)."""


def tables_of(plan: p.Plan, program: Program, sets: tuple[tuple[str, ...], ...]) -> Tables:
    """The tables for combinations of identities."""
    order = plan.root.identities if isinstance(plan.root, p.HighestOf) else ()
    starts, considered, held_starts = [0], [], [0]
    flags: list[int] = []
    held_flags: list[int] = []

    def mask(names: frozenset[str]) -> int:
        return sum(1 << bit for bit, (_, asked) in enumerate(program.holds) if not asked.isdisjoint(names))

    for names in sets:
        standing = standing_of(plan, Person("", tuple(map(HeldIdentity, names))), plan.as_of)
        if order and standing.considered:
            for name, counts in zip(standing.considered, standing.per_identity, strict=True):
                considered.append(order.index(name))
                flags.append(mask(counts))
                held_flags.append(mask(counts))
                held_starts.append(len(held_flags))
        else:
            considered.append(-1)
            flags.append(mask(standing.counts))
            held_flags += map(mask, standing.per_identity or (frozenset(),))
            held_starts.append(len(held_flags))
        starts.append(len(flags))
    tables: dict[Key, Any] = {
        ("alternatives",): np.array(starts, np.int32), ("considered of",): np.array(considered, np.int16),
        ("held",): np.array(held_starts, np.int32),
    }  # fmt: skip
    for word in range(max(1, -(-len(program.holds) // WORD))):
        tables["flags", str(word)] = _words(flags, word)
        tables["held flags", str(word)] = _words(held_flags, word)
    return tables


def _words(masks: Iterable[int], word: int) -> Any:
    return np.array([(mask >> (word * WORD)) & (2**WORD - 1) for mask in masks], np.uint64)
