"""Hashes in files by range, to find those that occur again without any machine having all: `write`, `twice`, `shared`.

Each task writes the hashes it has seen, in order of their first bits, with a number for each. A task that looks for
those that occur twice takes one range of them from all files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

BUCKETS = 1024
"""How many ranges the hashes are in at the most."""
_SHIFT = np.uint64(64 - 10)
Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]


def write(found: Hashes, numbers: Numbers, path: Path) -> None:
    """Writes hashes and what belongs to them."""
    bucket = (found >> _SHIFT).astype(np.uint16)
    order = np.argsort(bucket, kind="stable")
    bounds = np.zeros(BUCKETS + 1, np.int64)
    np.cumsum(np.bincount(bucket, minlength=BUCKETS), out=bounds[1:])
    with open(path, "wb") as out:
        out.write(bounds.tobytes())
        out.write(found[order].tobytes())
        out.write(numbers[order].tobytes())


def ranges(count: int, wanted: int) -> list[tuple[int, int]]:
    """About `wanted` ranges of buckets, each a task's; `count` hashes in all make them no more than are worth it."""
    tasks = min(BUCKETS, max(1, min(wanted, count // (1 << 18)), -(-count // (1 << 23))))
    bounds = [at * BUCKETS // tasks for at in range(tasks + 1)]
    return list(pairwise(bounds))


def twice(paths: Sequence[Path], low: int, high: int) -> list[tuple[int, int]]:
    """Of hashes in a range of buckets that occur more than once: each of their numbers but the lowest, with that."""
    found, again = _again(list(_read(paths, low, high)))
    if not len(again):
        return []
    mine = np.isin(found, again)
    numbers = np.concatenate([numbers for _, numbers in _read(paths, low, high, numbers=True)])[mine]
    order = np.lexsort((numbers, found[mine]))
    found, numbers = found[mine][order], numbers[order]
    firsts = np.flatnonzero(np.append(True, found[1:] != found[:-1]))
    first = np.repeat(numbers[firsts], np.diff(np.append(firsts, len(found))))
    later = numbers != first
    return list(zip(numbers[later].tolist(), first[later].tolist(), strict=True))


def shared(paths: Sequence[Path], low: int, high: int) -> bool:
    """Whether a hash in a range of buckets is in two files, in each of which no hash is twice."""
    return bool(len(_again(list(_read(paths, low, high)))[1]))


def _again(pieces: list[tuple[Hashes, Numbers]]) -> tuple[Hashes, Hashes]:
    """All hashes, and those that occur more than once."""
    found = np.concatenate([piece for piece, _ in pieces]) if pieces else np.zeros(0, np.uint64)
    ordered = np.sort(found)
    return found, np.unique(ordered[1:][ordered[1:] == ordered[:-1]])


def _read(paths: Sequence[Path], low: int, high: int, *, numbers: bool = False) -> Iterator[tuple[Hashes, Numbers]]:
    for path in paths:
        with open(path, "rb") as source:
            bounds = np.frombuffer(source.read(8 * (BUCKETS + 1)), np.int64)
            begin, count = int(bounds[low]), int(bounds[high] - bounds[low])
            head, whole = 8 * (BUCKETS + 1), int(bounds[-1])
            source.seek(head + 8 * begin)
            found = np.frombuffer(source.read(8 * count), np.uint64)
            told = np.zeros(0, np.int64)
            if numbers:
                source.seek(head + 8 * (whole + begin))
                told = np.frombuffer(source.read(8 * count), np.int64)
            yield found, told
