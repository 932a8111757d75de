"""Running something again whenever files change, by looking at their times of change."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

INTERVAL = 0.3
"""Seconds between two looks."""

Stamp = tuple[int, int] | None


def watch(run: Callable[[], Iterable[str]]) -> None:
    """Runs, and runs again whenever one of the files (or folders) it names has changed, until interrupted."""
    try:
        while True:
            names = tuple(run())
            before = _stamps(names)
            while _stamps(names) == before:
                time.sleep(INTERVAL)
    except KeyboardInterrupt:
        return


def _stamps(names: Iterable[str]) -> dict[str, Stamp]:
    """What shows that a file changed; a folder shows that files came or went anywhere in it."""
    found: dict[str, Stamp] = {}
    for name in names:
        found[name] = _stamp(name)
        if os.path.isdir(name):
            for place, folders, _ in os.walk(name):
                folders[:] = [folder for folder in folders if not folder.startswith(".")]
                found[place] = _stamp(place)
    return found


def _stamp(name: str) -> Stamp:
    try:
        state = os.stat(name)
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size
