"""Machine code for `four_layers.pol` beside what else the same claims can be settled with: numpy, DuckDB, OpenFisca.

Every side starts from claims as columns in memory, sorted by person and date, on one thread. Before anything is
measured its amounts are compared with those of machine code to the fen: on usual claims, on costs so high that every
cap binds, on persons whose class changes within the year, and on those that are measured. Then all are measured by
turns, and the least times compared.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from attrs import frozen
from tests.benchmarks.kernel import Claims, amounts, claims, columns_of

from polc.native import NativeSettler
from polc.pipeline import compile_policy

POLICY = Path(__file__).parents[1] / "four_layers.pol"
ROUNDS = 5

Fetch = Callable[[], list[Any]]
Run = Callable[[], Fetch]
"""Settles, which is measured, and gives a function that says what came of it, which is not."""


@frozen
class Peer:
    """A way to settle the same claims: what it is called, the module beside this one with its function `prepare`, what
    that one takes beside the claims, the package it needs, how many times as long it is to take (None: no goal), and
    for which kinds of claims it cannot come to the same fen."""

    name: str
    module: str
    options: dict[str, Any]
    package: str
    goal: int | None = None
    wrong: tuple[str, ...] = ()


KINDS = ("usual", "high", "class changes", "measured")
PEERS = {
    "numpy": (
        Peer("numpy, all persons at once", "numpy_rounds", {"block": None}, "numpy", 10),
        Peer("numpy, in blocks of persons", "numpy_rounds", {"block": 8192}, "numpy"),
    ),
    "duckdb": (
        Peer("DuckDB, windows", "duckdb_sql", {"way": "windows"}, "duckdb", 40, ("class changes",)),
        Peer("DuckDB, round by round", "duckdb_sql", {"way": "rounds"}, "duckdb", 40),
    ),
    "openfisca": (
        Peer("OpenFisca, fen", "openfisca_months", {"fen": True, "split": False}, "openfisca_core", 30),
        Peer("OpenFisca, yuan", "openfisca_months", {"fen": False, "split": False}, "openfisca_core", 30, KINDS),
        Peer("OpenFisca, fen, split by claims", "openfisca_months", {"fen": True, "split": True}, "openfisca_core"),
        Peer(
            "OpenFisca, yuan, split by claims",
            "openfisca_months",
            {"fen": False, "split": True},
            "openfisca_core",
            None,
            KINDS,
        ),
    ),
}
INSTALL = {"duckdb": "duckdb>=2", "openfisca_core": "openfisca-core>=46"}


def peers(*asked: str | int, rounds: int = ROUNDS) -> None:
    """The peers of some names (none: all); a number among them is how many claims are measured."""
    count = next((one for one in asked if isinstance(one, int)), 2_000_000)
    names = [one for one in asked if isinstance(one, str)] or list(PEERS)
    if unknown := [name for name in names if name not in PEERS]:
        sys.exit(f"{unknown[0]}: none of {', '.join(PEERS)}")
    settler = NativeSettler(compile_policy(str(POLICY)).usable, deductibles=False)
    few = max(count // 10, 100)
    made = claims(few, 1), claims(few, 2, 15.0), claims(few, 3, 10.0, varying=True), claims(count, 4)
    samples = dict(zip(KINDS, made, strict=True))
    columns = {name: columns_of(settler, made) for name, made in samples.items()}
    exact = {name: amounts(settler.settle(of)) for name, of in columns.items()}
    runs: dict[str, Run] = {}
    goals: dict[str, int | None] = {}
    print(f"{'claims that differ by a fen or more':34} {'   '.join(f'{name:>13}' for name in samples)}")
    for peer in (peer for name in names for peer in PEERS[name]):
        if lacking := missing(peer):
            print(lacking)
            continue
        prepare = import_module(f"tests.benchmarks.peers.{peer.module}").prepare
        shares = []
        for name, made in samples.items():
            runs[peer.name] = prepare(made, **peer.options)
            shares.append(_differing(exact[name], runs[peer.name]()()))
            assert not shares[-1] or name in peer.wrong, (peer.name, name)
        print(f"{peer.name:34} {'   '.join(_percent(share) for share in shares)}")
        goals[peer.name] = peer.goal
    _measure(settler, samples["measured"], columns["measured"], runs, goals, rounds)


def missing(peer: Peer) -> str | None:
    """What to say where the package of a peer is not there."""
    try:
        import_module(peer.package)
    except ImportError:
        return f"{peer.name}: not measured, {peer.package} is missing; pip install '{INSTALL[peer.package]}'"
    return None


def _differing(exact: list[Any], found: list[Any]) -> float:
    """Which share of the claims has another amount."""
    wrong = np.zeros(len(exact[0]), bool)
    for one, other in zip(exact, found, strict=True):
        wrong |= one != other
    return float(wrong.mean())


def _percent(share: float) -> str:
    return f"{share:13.3%}" if share else f"{'none':>13}"


def _measure(
    settler: NativeSettler, made: Claims, columns: Any, runs: dict[str, Run], goals: dict[str, int | None], rounds: int
) -> None:
    """Everything by turns: the least times of the processor and by the clock, and their ratios to machine code."""
    count = len(made.total)
    out = settler.results(columns, closing=False)
    machine = "machine code"
    works: dict[str, Callable[[], object]] = {
        machine: lambda: settler.settle(columns, out=out),
        "… and its columns made and checked": lambda: settler.settle(columns_of(settler, made), out=out),
        **runs,
    }
    least = {name: [float("inf")] * 2 for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            for _ in range(1 if name in runs else 3):
                begin = process_time(), perf_counter()
                work()
                spent = process_time() - begin[0], perf_counter() - begin[1]
                least[name] = [min(pair) for pair in zip(least[name], spent, strict=True)]
    print(f"{count:,} claims, one thread, least of {rounds} by turns; nanoseconds a claim, × machine code")
    print(f"{'':34} {'by the processor':>17}   {'by the clock':>17}")
    for name, times in least.items():
        shown = "   ".join(
            f"{time / count * 1e9:8.1f} {time / base:6.1f} ×" for time, base in zip(times, least[machine], strict=True)
        )
        goal = goals.get(name)
        print(f"{name:34} {shown}{f'     goal: at least {goal}' if goal else ''}")
