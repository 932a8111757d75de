"""The folder a run works in, beside the results it makes: finished pieces stay there until the whole is in place.

A piece is written under another name first and renamed when it is complete; so what has its name is whole, and a run
that was killed goes on with what is missing. Pieces of another run (other inputs, policy or options), and those from
before the machine was started anew, are thrown away.

Each run has a folder of its own inside, named by what it is a run of, which no piece brings into being: a machine that
was given up for lost and still writes for an earlier run, or does not see the folder at all, finds no place for it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from pol_lang.problem import Problems
from polc.batch.problems import BadOutputName, OutputThere, RunGoingOn

_BOOT = Path("/proc/sys/kernel/random/boot_id")
ENDING = ".unfinished"
_LETTERS = 16
"""How many of the digest name the folder of a run."""


class Work:
    """The pieces of one run. `resumed` says whether some were there already; with `lasting` a piece is on the disk
    before it gets its name."""

    def __init__(self, folder: Path, resumed: bool, *, lasting: bool = False) -> None:
        self.folder, self.resumed, self.lasting = folder, resumed, lasting
        self.soon: Callable[[Path], None] | None = None
        """Puts a file on the disk while the run goes on."""

    def path(self, name: str) -> Path:
        """Where a piece stands."""
        return self.folder / name

    def has(self, name: str) -> bool:
        """Whether a piece is there, and so whole."""
        return self.path(name).exists()

    @contextlib.contextmanager
    def piece(self, name: str) -> Iterator[Path]:
        """A path to write a piece to; it gets its name once it is complete. Raises `OSError` where the folder of the
        work is not there."""
        path = self.path(name)
        self._make_room(path.parent)
        half = path.with_name(f"{path.name}.{uuid4().hex}.half")  # another machine may be writing the same piece
        yield half
        if self.lasting:
            to_disk(half)
        os.replace(half, path)

    def result(self, name: str) -> None:
        """Says that a piece will be one of the results, which are on the disk in the end."""
        if self.soon:
            self.soon(self.path(name))

    def _make_room(self, folder: Path) -> None:
        if folder != self.folder and not folder.is_dir():
            self._make_room(folder.parent)
            folder.mkdir(exist_ok=True)

    def write(self, name: str, value: Any) -> None:
        """A piece of JSON."""
        with self.piece(name) as half:
            half.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")

    def read(self, name: str) -> Any:
        """What a piece of JSON says; None where it is not there."""
        path = self.path(name)
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def drop(self, name: str) -> None:
        """Takes a piece away, file or folder."""
        path = self.path(name)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def working(out: str, identity: Any) -> Iterator[Work]:
    """The work of a run that is to become the folder `out`; `identity` tells it from other runs.

    Raises `Problems` where the results are there already or another process is at work on them.
    """
    target = Path(out)
    if target.suffix.lower() in (".csv", ".parquet", ".pq") and not target.is_dir():
        raise Problems([BadOutputName(where=out)])
    if os.path.lexists(target):
        raise Problems([OutputThere(where=out)])
    around = target.with_name(target.name + ENDING)
    around.mkdir(parents=True, exist_ok=True)
    with open(around / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problems([RunGoingOn(where=out)]) from None
        boot = _BOOT.read_text().strip() if _BOOT.exists() else ""
        told = json.dumps([identity, boot], sort_keys=True, ensure_ascii=False)
        folder = around / hashlib.sha256(told.encode()).hexdigest()[:_LETTERS]
        for entry in around.iterdir():
            if entry.name not in ("lock", folder.name):
                _away(entry)
        resumed = folder.is_dir()
        folder.mkdir(exist_ok=True)
        yield Work(folder, resumed)


def publish(work: Work, name: str, out: str) -> None:
    """Puts a finished folder of the work in its place, at once, and takes the rest away."""
    _all_to_disk(work.path(name))
    os.rename(work.path(name), out)
    _away(work.folder)
    shutil.rmtree(work.folder.parent)


def _away(folder: Path) -> None:
    """Takes a folder away, under another name so that nobody else puts something into it meanwhile."""
    gone = folder.with_name(f"{folder.name}.{uuid4().hex}.gone")
    folder.rename(gone)
    if gone.is_dir():
        shutil.rmtree(gone)
    else:
        gone.unlink()


def _all_to_disk(folder: Path) -> None:
    """Waits until everything in a folder is on the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        to_disk(path)
    to_disk(folder)


def to_disk(path: Path) -> None:
    """Waits until a file or the list of a folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
