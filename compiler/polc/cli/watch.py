"""Running something again whenever files change, by looking at their times of change."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable

from polc.cli.paths import files_below

INTERVAL = 0.3
"""Seconds between two looks."""

Stamp = tuple[int, int] | None


def watch(run: Callable[[tuple[str, ...]], Iterable[str]]) -> None:
    """Runs, and runs again whenever one of the files (or folders) it names has changed, until interrupted.

    `run` is given what changed since the run before (nothing at first): files that are other ones, came or went.
    """
    changed: tuple[str, ...] = ()
    seen: dict[str, Stamp] = {}
    try:
        while True:
            names = tuple(run(changed))
            now = _stamps(names)
            # What changed while it ran counts too: it may have been read before.
            before = {name: seen.get(name, stamp) for name, stamp in now.items()}
            while not (changed := _differing(before, now)):
                time.sleep(INTERVAL)
                now = _stamps(names)
            seen = now
    except KeyboardInterrupt:
        return


def _differing(before: dict[str, Stamp], now: dict[str, Stamp]) -> tuple[str, ...]:
    names = [name for name in {**before, **now} if before.get(name) != now.get(name)]
    files = [name for name in names if not os.path.isdir(name)]
    return tuple(files or names)


def _stamps(names: Iterable[str]) -> dict[str, Stamp]:
    """What shows that a file changed; a folder shows that files came or went anywhere in it."""
    found: dict[str, Stamp] = {}
    for name in names:
        found[name] = _stamp(name)
        if os.path.isdir(name):
            found.update((place, _stamp(place)) for place, _ in files_below(name))
    return found


def _stamp(name: str) -> Stamp:
    try:
        state = os.stat(name)
    except OSError:
        return None
    return state.st_mtime_ns, state.st_size
