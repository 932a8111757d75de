"""The folder a run works in, beside the results it makes: finished pieces stay there until the whole is in place.

A piece is written under another name first and renamed when it is complete; so what has its name is whole, and a run
that was killed goes on with what is missing. Pieces of another run (other inputs, policy or options), and those from
before the machine was started anew, are thrown away.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from pol_lang.problem import Problems
from polc.batch.problems import BadOutputName, OutputThere, RunGoingOn

_BOOT = Path("/proc/sys/kernel/random/boot_id")
ENDING = ".unfinished"


class Work:
    """The pieces of one run. `resumed` says whether some were there already."""

    def __init__(self, folder: Path, resumed: bool) -> None:
        self.folder, self.resumed = folder, resumed

    def path(self, name: str) -> Path:
        """Where a piece stands."""
        return self.folder / name

    def has(self, name: str) -> bool:
        """Whether a piece is there, and so whole."""
        return self.path(name).exists()

    @contextlib.contextmanager
    def piece(self, name: str) -> Iterator[Path]:
        """A path to write a piece to; it gets its name once it is complete."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{path.name}.{uuid4().hex}.half")  # another machine may be writing the same piece
        yield half
        os.replace(half, path)

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
    folder = target.with_name(target.name + ENDING)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Problems([RunGoingOn(where=out)]) from None
        boot = _BOOT.read_text().strip() if _BOOT.exists() else ""
        told = json.dumps([identity, boot], sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(told.encode()).hexdigest()
        work = Work(folder, False)
        if work.read("run.json") == digest:
            work.resumed = True
        else:
            for entry in folder.iterdir():
                if entry.name != "lock":
                    work.drop(entry.name)
            work.write("run.json", digest)
        yield work


def publish(work: Work, name: str, out: str) -> None:
    """Puts a finished folder of the work in its place, at once, and takes the rest away."""
    _to_disk(work.path(name))
    os.rename(work.path(name), out)
    shutil.rmtree(work.folder)


def _to_disk(folder: Path) -> None:
    """Waits until everything in a folder is on the disk."""
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
