"""Persons and claims for a policy, piece by piece: `synth`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from attrs import frozen

from polc.synth import shapes
from polc.synth.asked import Asked
from polc.synth.draws import Draws
from polc.synth.people import people
from polc.synth.visits import Shares, visits

CHUNK = 1 << 17
"""How many claims are made at a time."""


@frozen(eq=False, repr=False, slots=False)
class Made:
    """A piece: rows of the tables, with the persons of its claims whole, how many persons there are, what the
    claims cost (fen), and how many of them are to be refused."""

    persons: pa.Table
    identities: pa.Table | None
    claims: pa.Table
    items: pa.Table | None
    people: int
    cost: int
    refused: int


def synth(asked: Asked, claims: int, seed: int, shares: Shares) -> Iterator[Made]:
    """So many claims and their persons. The same arguments give the same rows on every machine."""
    first_person = 1
    for chunk in range(-(-claims // CHUNK)):
        draws = Draws(seed, chunk)
        count = min(CHUNK, claims - chunk * CHUNK)
        ends = np.cumsum(draws.spread("次数", shapes.CLAIMS, count))
        busy = int(np.searchsorted(ends, count)) + 1
        person = np.repeat(np.arange(busy), np.diff(np.append(0, ends[:busy])))[:count]
        total = busy + busy * shapes.WITHOUT_CLAIMS // 100
        found = visits(asked, draws, person, first_person, 1 + chunk * CHUNK, shares)
        known = people(asked, draws, first_person, total)
        yield Made(known.persons, known.identities, found.claims, found.items, total, found.cost, found.refused)
        first_person += total
