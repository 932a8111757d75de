"""How long a policy takes from its text to a plan and from the plan to machine code; see README.md."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import process_time

from polc import plan as p
from polc.load import standard_names
from polc.native import NativeSettler
from polc.native.compiled import compiled
from polc.pipeline import compile_policy, delegates, has_errors
from polc.program import write_program

ROOT = Path(__file__).parents[2]
FOUR_LAYERS = str(Path(__file__).with_name("four_layers.pol"))
Steps = tuple[float, float]
"""Seconds of the processor: from text to plan, from plan to machine code."""


def settling_policies() -> Iterator[tuple[str, p.Plan]]:
    """The standard policies that settle claims."""
    for name in standard_names():
        found = compile_policy(name, settling=None)
        if found.plan is not None and not has_errors(found.problems) and not delegates(found.program):
            yield name, found.plan


def length(name: str) -> int:
    """How many lines a standard policy has."""
    return (ROOT / "stdlib_policies" / f"{name.removeprefix('std/')}.pol").read_text(encoding="utf-8").count("\n")


def steps(name: str) -> Steps:
    """What a policy takes, nothing of it kept from an earlier time but what a process keeps."""
    begin = process_time()
    plan = compile_policy(name, settling=None).usable
    between = process_time()
    program = write_program(plan)
    compiled(NativeSettler(plan, program).written(False).text, "settle")
    return between - begin, process_time() - between


def compiling(times: int = 7) -> None:
    """Every standard policy that settles claims, and the longest as the first thing that a process does."""
    names = [name for name, plan in settling_policies() if not NativeSettler(plan).reasons]
    for name in (FOUR_LAYERS, *sorted(names, key=length)):
        _told(Path(name).name if name == FOUR_LAYERS else name, [steps(name) for _ in range(times)])
    longest = max(names, key=length)
    first = "from tests.benchmarks.compiling import steps; print(*steps({!r}))"
    command = [sys.executable, "-c", first.format(longest)]
    found = [subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() for _ in range(times)]
    _told(f"{longest}, first in a process", [(float(one), float(other)) for one, other in found])


def _told(name: str, found: list[Steps]) -> None:
    plan, code = min(one for one, _ in found), min(one for _, one in found)
    whole = min(sum(one) for one in found)
    print(f"{name:48} to a plan {plan * 1e3:4.0f} ms, to machine code {code * 1e3:4.0f} ms, "
          f"together {whole * 1e3:4.0f} ms     goal: 100 ms")  # fmt: skip
