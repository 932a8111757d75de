"""A task as it arrives on a machine of the cluster: `on_machine`, which looks whether the machine can do it at all.

Nothing of polc is unpacked before the machine is known to have polc, and the same one; so a machine that lacks it, has
another, or does not see the files says so, instead of failing in some way of its own or writing something else.
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import socket
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from zipimport import zipimporter

import pyarrow as pa

import pol_lang
import polc
from pol_lang.problem import Problem, Problems
from polc.batch.spark_problems import NotShared, OtherPolc, PolcMissing
from polc.batch.spark_tasks import Shipped
from polc.settle import Bug

T = TypeVar("T")


@cache
def code() -> str:
    """What tells this polc from another: its version and a digest of its modules."""
    digest = hashlib.sha256()
    for package in (pol_lang, polc):
        root = Path(next(iter(package.__path__)))
        for path in sorted(root.rglob("*.py")):
            digest.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return f"{polc.__version__}-{digest.hexdigest()[:12]}"


def on_machine(shipped: Any, task: Callable[[Shipped, Any], T], folder: str, work: Path) -> Callable[[bytes], Any]:
    """A task as a function that Spark sends along whole: from a packed item to whether it could be done, and what it
    gives or what was wrong."""
    packed, expected, place, seen = pickle.dumps(task), code(), folder, str(work)

    def run(item: bytes) -> Any:
        import socket
        import sys
        from importlib import import_module
        from importlib.util import find_spec

        host = socket.gethostname()
        try:
            here = import_module("polc.batch.spark_machine")
            mine = here.code()
        except (ImportError, AttributeError) as error:
            if find_spec("polc") is None or not str(getattr(error, "name", "")).startswith("polc"):
                return "missing", (host, sys.executable, getattr(error, "name", None) or str(error))
            mine = import_module("polc").__version__
        if mine != expected:
            return "other", (host, sys.executable, mine, expected)
        return here.attempt(shipped, packed, item, place, seen)

    return run


def attempt(shipped: Any, packed: bytes, item: bytes, folder: str, work: str) -> tuple[str, Any]:
    """What a task gives on this machine, or the problems it met. Raises `OSError` where the system refuses something,
    so that Spark tries again."""
    pa.set_cpu_count(1)
    if os.path.isdir(folder):
        os.chdir(folder)
    if not os.path.isdir(work):
        return "unseen", (socket.gethostname(), work)
    told: Shipped = shipped.value
    try:
        return "done", pickle.loads(packed)(told, pickle.loads(item))
    except Problems as error:
        return "refused", error.problems
    except (Bug, UnicodeDecodeError) as error:  # it would be the same the next time
        return "raised", error
    finally:
        _settle_down()


def _settle_down() -> None:
    """Keeps what Spark's Python does between two tasks from taking longer than a short task: it collects garbage, for
    which it goes through all modules, and reads all archives that modules were looked for in once more."""
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()
    for path, finder in list(sys.path_importer_cache.items()):
        if isinstance(finder, zipimporter):
            del sys.path_importer_cache[path]


def results(found: Sequence[tuple[str, Any]]) -> list[Any]:
    """What tasks gave. Raises `Problems` where one could not be done."""
    problems: list[Problem] = []
    for how, what in found:
        if how == "missing":
            host, python, module = what
            problems.append(PolcMissing(where=host, python=python, module=module, version=polc.__version__))
        elif how == "other":
            host, python, theirs, ours = what
            problems.append(OtherPolc(where=host, python=python, theirs=theirs, ours=ours))
        elif how == "unseen":
            host, path = what
            problems.append(NotShared(where=host, path=path))
        elif how == "refused":
            problems += what
        elif how == "raised":
            raise what
    if problems:
        raise Problems(list({str(vars(problem)): problem for problem in problems}.values()))
    return [what for _, what in found]
