"""What a run does in a thread of its own: files hashed, results put on the disk, tables read ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from threading import Event
from typing import TypeVar

from polc.batch.manifest import file_hash
from polc.batch.work import to_disk

_Piece = TypeVar("_Piece")


def ahead(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """The same pieces; each is made while the one before is used."""
    iterator = iter(pieces)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(list, islice(iterator, 1))
        while found := coming.result():
            coming = pool.submit(list, islice(iterator, 1))
            yield found.pop()


@contextmanager
def hashing(paths: Iterable[str]) -> Iterator[Callable[[], dict[str, str]]]:
    """What gives the sha256 of some files, by path, and waits for it. Whoever leaves does not wait. It raises `OSError`
    where a file cannot be read."""
    stopped = Event()
    with ThreadPoolExecutor(1) as pool:
        found = {path: pool.submit(file_hash, path, stopped) for path in paths}
        try:
            yield lambda: {path: one.result() for path, one in found.items()}
        finally:
            stopped.set()
            pool.shutdown(cancel_futures=True)


@contextmanager
def writing_through() -> Iterator[Callable[[Path], None]]:
    """What puts a file on the disk soon. Raises `OSError` at the end where that failed for one that is still there."""
    waiting: list[Future[None]] = []
    with ThreadPoolExecutor(1) as pool:
        try:
            yield lambda path: waiting.append(pool.submit(to_disk, path))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    for one in waiting:
        with suppress(FileNotFoundError):  # of a part taken back, to be settled again
            one.result()
