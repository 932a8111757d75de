"""Every benchmark runs, and those that compare amounts find them equal. Sizes are tiny: no time means anything here."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from attrs import frozen
from tests.benchmarks.peers.compare import KINDS, PEERS, missing, peers
from tests.benchmarks.run import BENCHMARKS, asked


@frozen
class Tiny:
    """How a benchmark is called, a line that it prints, and what stands in its way."""

    words: tuple[str | int, ...]
    options: dict[str, int]
    line: str
    lacking: str | None = None


def _unless(there: bool, lacking: str) -> str | None:
    return None if there else lacking


POLC = _unless((Path(sys.executable).parent / "polc").exists(), "there is no polc beside this interpreter")
GCC = _unless(shutil.which("gcc") is not None, "there is no gcc")
TINY = {
    "start-up": Tiny((), {"times": 1}, "explain ÷ imports", POLC),
    "checking": Tiny((300,), {}, "polc check"),
    "compile": Tiny((), {"times": 1}, "first in a process"),
    "diff": Tiny((), {"most": 1, "times": 1}, "median   of 1 changes", POLC),
    "arms": Tiny(("std/hunan-2015", 3), {"times": 1}, "polc test --coverage"),
    "settling": Tiny((), {"times": 1}, "by hand"),
    "batch": Tiny((2000,), {"times": 1}, "2,000 claims, 2 threads, processor"),
    "batch-start": Tiny((), {"times": 1}, "one claim, the whole process"),
    "batch-memory": Tiny((2000,), {}, "2,000 claims in any order"),
    "impact": Tiny((2000,), {"times": 1}, "2,000 claims, any order, 2 threads, processor"),
    "impact-memory": Tiny((2000,), {}, "2,000 claims in any order"),
    "kernel": Tiny((5000,), {"rounds": 1}, "same fen in C", GCC),
    "peers": Tiny(("numpy", 1000), {"rounds": 1}, "numpy, in blocks of persons"),
}


def test_every_benchmark_is_tried() -> None:
    slow = {"batch-spark"}  # starts Spark twice; the tests of batches settle on it
    assert set(TINY) | slow == set(BENCHMARKS)


@pytest.mark.parametrize("name", TINY)
def test_a_benchmark_runs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    tiny = TINY[name]
    if tiny.lacking:
        pytest.skip(tiny.lacking)
    BENCHMARKS[name](*tiny.words, **tiny.options)
    assert tiny.line in capsys.readouterr().out


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_comes_to_the_same_fen_wherever_it_can(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for peer in PEERS[name]:
        if lacking := missing(peer):
            pytest.skip(lacking)
    peers(name, 20_000, rounds=1)  # raises where an amount differs that should not
    lines = capsys.readouterr().out.splitlines()
    for peer in PEERS[name]:
        shares, _ = (line.removeprefix(peer.name).split() for line in lines if line.startswith(f"{peer.name} "))
        assert [kind for kind, share in zip(KINDS, shares, strict=True) if share != "none"] == list(peer.wrong)


def test_what_stands_behind_a_benchmark_belongs_to_it() -> None:
    words = ["peers", "numpy", "duckdb", "1000", "kernel", "batch-memory", "2000"]
    assert list(asked(words)) == [("peers", ["numpy", "duckdb", 1000]), ("kernel", []), ("batch-memory", [2000])]
    assert [name for name, _ in asked([])] == list(BENCHMARKS)
    with pytest.raises(SystemExit, match="nothing: none of start-up"):
        list(asked(["nothing"]))
