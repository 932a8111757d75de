"""Prints what comparing two policies costs beside settling by each, and how much memory it takes; see README.md."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

from tests.benchmarks.batch import POLICY, claims

from polc.batch.options import Options
from polc.batch.policies import single
from polc.batch.run import settle_files
from polc.impact.in_force import AsIfInForce
from polc.impact.measure import measure
from polc.pipeline import Plans, compile_policy


def changed(folder: Path) -> Path:
    """The policy with one rate changed."""
    text = POLICY.read_text(encoding="utf-8")
    path = folder / "changed.pol"
    path.write_text(text.replace("60% 其他", "55% 其他"), encoding="utf-8")
    return path


def beside_settling(rows: int = 1_000_000, times: int = 3) -> None:
    """A comparison by turns with two runs of settling, Parquet sorted by person and in any order."""
    for ordered in (True, False):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            source = str(folder / "claims.parquet")
            claims(rows, Path(source), ordered=ordered)
            policies = [str(POLICY), str(changed(folder))]
            for threads in (1, 2):
                both: list[tuple[float, float]] = []
                twice: list[tuple[float, float]] = []
                for turn in range(times):
                    begin = perf_counter(), process_time()
                    sides = [AsIfInForce(compile_policy(policy)) for policy in policies]
                    measure(sides[0], sides[1], source, Options(threads=threads))
                    both.append((perf_counter() - begin[0], process_time() - begin[1]))
                    begin = perf_counter(), process_time()
                    for at, policy in enumerate(policies):
                        compiled = compile_policy(policy)
                        run = single(policy, compiled.usable, Plans(compiled))
                        settle_files(run, source, str(folder / f"{threads}-{turn}-{at}"), Options(threads=threads))
                    twice.append((perf_counter() - begin[0], process_time() - begin[1]))
                order = "sorted" if ordered else "any order"
                for what, at in (("elapsed", 0), ("processor", 1)):
                    mine, theirs = min(one[at] for one in both), min(one[at] for one in twice)
                    print(f"{rows:,} claims, {order}, {threads} threads, {what}: comparison {mine:.2f} s, "
                          f"two settlements {theirs:.2f} s, ratio {mine / theirs:.2f}")  # fmt: skip


def memory(rows: int = 10_000_000) -> None:
    """Peak memory of the whole process, in any order."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for count in (rows // 10, rows):
            source = folder / f"{count}.parquet"
            claims(count, source, ordered=False)
            command = [sys.executable, "-m", "polc", "impact", str(POLICY), str(changed(folder)), str(source)]
            begin = perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            print(f"{count:,} claims in any order: {peak / 1024:.0f} MB, {perf_counter() - begin:.1f} s")


BENCHMARKS: dict[str, Callable[[], None]] = {"impact": beside_settling, "impact-memory": memory}
