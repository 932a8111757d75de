"""What a person is to a plan on a day."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from attrs import frozen

from polc import plan as p
from polc import settlement as r
from polc.settle.ready import Ready, ready_of


def identities_of(person: r.Person, date: datetime.date) -> tuple[str, ...]:
    """The names of the identities a person holds on a day, each once, in the order given."""
    return tuple(
        dict.fromkeys(
            held.name
            for held in person.identities
            if (held.since is None or held.since <= date) and (held.until is None or date <= held.until)
        )
    )


@frozen(eq=False, repr=False)
class Standing:
    """What a person is on a day: the identities held (in the plan's order), all names that count with them, those that
    就高 considers and the names that count while each of these is considered."""

    names: tuple[str, ...]
    counts: frozenset[str]
    considered: tuple[str, ...]
    per_identity: tuple[frozenset[str], ...]


def standing_of(plan: p.Plan, person: r.Person, date: datetime.date) -> Standing:
    """What a person is to a plan on a day."""
    ready = ready_of(plan)
    rank = ready.rank
    names = sorted(identities_of(person, date), key=lambda name: _place(ready, name, rank))
    counts = frozenset().union(*(ready.broader.get(name, frozenset((name,))) for name in names))
    held = tuple(identity for identity in ready.order if identity in counts)
    return Standing(tuple(names), counts, held, tuple(_considered(ready, identity, names) for identity in held))


def counts_as(plan: p.Plan, name: str) -> frozenset[str]:
    """An identity's own name and all wider ones that it counts as."""
    return ready_of(plan).broader.get(name, frozenset((name,)))


def _place(ready: Ready, name: str, rank: Mapping[str, int]) -> int:
    return min((rank[broad] for broad in ready.broader.get(name, ()) if broad in rank), default=len(rank))


def _considered(ready: Ready, identity: str, names: Sequence[str]) -> frozenset[str]:
    """The names that count while one identity is considered: it, what it counts as, and the narrower names held for
    which it stands."""
    chosen = set(ready.broader.get(identity, (identity,)))
    for name in names:
        if name not in ready.order and identity in ready.broader.get(name, ()):
            chosen.add(name)
    return frozenset(chosen)
