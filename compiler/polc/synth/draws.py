"""Random whole numbers that are the same on every machine and for every version of Python and numpy.

numpy promises that for what its bit generators give, not for what it makes of it (NEP 19). So only the bits of Philox
are used, and everything drawn is worked out from them in whole numbers. Each column of each chunk has a stream of its
own: a further column changes no other one.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt
from attrs import frozen

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Quantiles = Sequence[tuple[int, int]]
"""A distribution: (share in 100,000, value), both ascending, the first share 0 and the last 100,000. Values between are
spread evenly."""

WHOLE = 1 << 32
SHARES = 100_000


@frozen(eq=False, repr=False, slots=False)
class Draws:
    """The draws for one chunk of what a seed gives."""

    seed: int
    chunk: int

    def bits(self, what: str, count: int) -> Ints:
        """So many numbers from 0 to 2³² − 1, for the column called `what`."""
        stream = np.random.Philox(
            key=np.array([self.seed, 0], np.uint64),
            counter=np.array([0, 0, crc32(what.encode()), self.chunk], np.uint64),
        )
        return (stream.random_raw(count) >> np.uint64(32)).astype(np.int64)

    def below(self, what: str, limits: Ints | int, count: int) -> Ints:
        """Numbers from 0 to below a limit (at most 2³¹), each as likely."""
        return self.bits(what, count) * limits >> 32

    def happens(self, what: str, share: int, count: int) -> Flags:
        """True in so many of 100,000."""
        return self.bits(what, count) < share * WHOLE // SHARES

    def pick(self, what: str, weights: Sequence[int], count: int) -> Ints:
        """Places in a list, by weight."""
        edges = np.cumsum(weights) * WHOLE // sum(weights)
        return np.searchsorted(edges[:-1], self.bits(what, count), side="right").astype(np.int64)

    def spread(self, what: str, quantiles: Quantiles, count: int) -> Ints:
        """Values of a distribution; neighbouring values of it differ by less than 2³¹."""
        return _spread(self.bits(what, count), quantiles)

    def spread_by(self, what: str, tables: Sequence[Quantiles], which: Ints) -> Ints:
        """Values of the distributions that `which` gives the places of."""
        bits = self.bits(what, len(which))
        values = np.zeros(len(which), np.int64)
        for place, quantiles in enumerate(tables):
            rows = np.flatnonzero(which == place)
            values[rows] = _spread(bits[rows], quantiles)
        return values


def _spread(bits: Ints, quantiles: Quantiles) -> Ints:
    shares = np.array([share for share, _ in quantiles], np.int64) * WHOLE // SHARES
    values = np.array([value for _, value in quantiles], np.int64)
    at = np.searchsorted(shares[1:-1], bits, side="right")
    found: Ints = values[at] + (values[at + 1] - values[at]) * (bits - shares[at]) // (shares[at + 1] - shares[at])
    return found
