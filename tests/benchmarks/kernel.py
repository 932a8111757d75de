"""Machine code for `four_layers.pol` beside a function written by hand in C (`four_layers.c`), on the same columns.

Both settle the same claims and must come to the same fen before anything is measured. Times are CPU times of one
thread, the least of many taken by turns, so that what else the machine does counts as little as it can; only with two
threads is it the clock that counts.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import numpy as np
from attrs import frozen

from polc.native import Columns, NativeSettler, Results
from polc.pipeline import compile_policy

HERE = Path(__file__).parent
ROUNDS = 31
CLASSES, LEVELS = ("无", "特困", "低保", "边缘"), ("一级", "二级", "三级")


@frozen
class Claims:
    """Claims as columns of both."""

    person: Any
    year: Any
    level: Any
    class_: Any
    referred: Any
    inside: Any
    total: Any
    inscope: Any
    offsets: Any
    days: Any


def claims(count: int, seed: int, scale: float = 1.0, varying: bool = False) -> Claims:
    """Persons with 1 to 12 claims over two years, costs spread log-normally around 8000 yuan × `scale`; `varying`: the
    class of a person changes."""
    random = np.random.default_rng(seed)
    each = np.minimum(random.geometric(0.4, count // 2 + 8), 12)
    each = each[: int(np.searchsorted(np.cumsum(each), count)) + 1]
    count = int(each.sum())
    offsets = np.concatenate(([0], np.cumsum(each))).astype(np.int64)
    person = np.repeat(np.arange(len(each), dtype=np.int32), each)
    class_ = np.repeat(random.choice(4, len(each), p=[0.80, 0.03, 0.10, 0.07]), each)
    if varying:
        class_ = np.where(random.random(count) < 0.3, random.integers(0, 4, count), class_)
    total = np.minimum(np.exp(random.normal(np.log(800_000 * scale), 1.2, count)), 2e8).astype(np.int64) + 1
    first = np.datetime64("2024-01-05").astype(int) + 719_163
    rank = np.arange(count) - np.repeat(offsets[:-1], each)
    days = (first + np.repeat(random.integers(0, 330, len(each)), each) + 11 * rank).astype(np.int32)
    year = ((days - 719_163).astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970).astype(np.int32)
    return Claims(
        person, year, random.integers(1, 4, count).astype(np.uint8), class_.astype(np.uint8),
        (random.random(count) < 0.7).astype(np.uint8), (random.random(count) < 0.9).astype(np.uint8), total,
        (total * random.uniform(0.6, 1.0, count)).astype(np.int64), offsets, days,
    )  # fmt: skip


def columns_of(settler: NativeSettler, made: Claims) -> Columns:
    """The claims as machine code takes them."""
    zero = np.zeros(len(made.total), np.int64)
    parts = {"total": made.total, "inscope": made.inscope, "noncovered": made.total - made.inscope,
             "overlimit": zero, "copay": zero}  # fmt: skip

    def texts(name: str, names: tuple[str, ...], chosen: Any) -> Any:
        encoding = settler.encodings["claim", name]
        codes = np.array([encoding.codes.get(one, encoding.other) for one in names], encoding.dtype)
        return codes[chosen]

    facts: dict[tuple[str, str], Any] = {
        ("claim", "级别"): texts("级别", LEVELS, made.level - 1),
        ("claim", "类别"): texts("类别", CLASSES, made.class_),
        ("claim", "规范转诊"): made.referred,
        ("claim", "省域内"): made.inside,
    }
    return settler.columns(
        made.offsets, made.days, parts, facts, np.zeros(len(made.total), np.uint16), [()], year_days=made.days
    )


def by_hand(folder: Path) -> dict[str, Callable[[Claims], list[Any]]]:
    """The functions written in C, compiled with gcc -O3: each gives what the layers pay and what is left."""
    library = folder / "four_layers.so"
    command = ["gcc", "-O3", "-march=native", "-shared", "-fPIC", "-o", str(library), str(HERE / "four_layers.c")]
    subprocess.run(command, check=True)
    loaded = ctypes.CDLL(str(library))

    def calling(name: str) -> Callable[[Claims], list[Any]]:
        function = getattr(loaded, name)
        kept: dict[int, list[Any]] = {}

        def run(made: Claims) -> list[Any]:
            out = kept.setdefault(len(made.total), [np.zeros(len(made.total), np.int64) for _ in range(5)])
            columns = (made.person, made.year, made.level, made.class_, made.referred, made.inside, made.total,
                       made.inscope, *out)  # fmt: skip
            function(ctypes.c_int64(len(made.total)), *(ctypes.c_void_p(one.ctypes.data) for one in columns))
            return out

        return run

    return {name: calling(name) for name in ("simple", "tables")}


def amounts(results: Results) -> list[Any]:
    """What the functions in C give."""
    return [*results.paid, results.bearers[-1]]


def assert_equal(settler: NativeSettler, functions: dict[str, Callable[[Claims], list[Any]]], each: int) -> int:
    """Raises where an amount differs by a fen; how many claims were compared."""
    count = 0
    for made in (claims(each, 1), claims(each, 2, 15.0), claims(each, 3, 10.0, varying=True)):
        results = settler.settle(columns_of(settler, made))
        assert not results.status.any()
        for function in functions.values():
            for one, other in zip(amounts(results), function(made), strict=True):
                assert (one == other).all()
        count += len(made.total)
    return count


def least(works: dict[str, Callable[[], object]], clock: Callable[[], float], rounds: int) -> dict[str, float]:
    """The least time of each of several things done by turns."""
    found = dict.fromkeys(works, 1e9)
    for _ in range(rounds):
        for name, work in works.items():
            start = clock()
            work()
            found[name] = min(found[name], clock() - start)
    return found


def kernel(size: int = 2_000_000, rounds: int = ROUNDS) -> None:
    """Machine code beside C on one thread and on two."""
    plan = compile_policy(str(HERE / "four_layers.pol")).usable
    amounts_only, whole = NativeSettler(plan, deductibles=False), NativeSettler(plan)
    with tempfile.TemporaryDirectory() as folder:
        functions = by_hand(Path(folder))
        count = assert_equal(amounts_only, functions, size // 10)
        print(f"same fen in C and machine code             {count:9,} claims")
        made = claims(size, 4)
        columns = columns_of(amounts_only, made)
        works: dict[str, Callable[[], object]] = {
            name: lambda function=function: function(made) for name, function in functions.items()
        }
        for name, settler, closing in (
            ("machine code, amounts as in C", amounts_only, False),
            ("… and deductibles", whole, False),
            ("… and accumulators afterwards", whole, True),
        ):
            out = settler.results(columns, closing)
            works[name] = lambda settler=settler, out=out: settler.settle(columns, out=out)
        found = least(works, thread_time, rounds)
        best = min(found[name] for name in functions)
        for name, time in found.items():
            goal = "     goal: at most 1.25" if name == "machine code, amounts as in C" else ""
            print(f"{name:42} {len(made.total) / time / 1e6:6.1f} million claims/s  ÷ C {time / best:5.2f}{goal}")
        _threads(amounts_only, columns, rounds)


def _threads(settler: NativeSettler, columns: Columns, rounds: int) -> None:
    """Two threads beside one: by the clock, which says something on an idle machine only, and by the processor's time
    of the slower of the two."""
    out = settler.results(columns, closing=False)
    half = columns.persons // 2

    def one(ends: tuple[int, int]) -> float:
        start = thread_time()
        settler.settle(columns, None, *ends, out)
        return thread_time() - start

    with ThreadPoolExecutor(2) as pool:

        def two() -> float:
            return max(pool.map(one, ((0, half), (half, columns.persons))))

        whole = (0, columns.persons)
        found = least({"one": lambda: one(whole), "two": two}, perf_counter, rounds)
        slower, alone = min(two() for _ in range(rounds)), min(one(whole) for _ in range(rounds))
    print(f"two threads, times as fast: by the clock           × {found['one'] / found['two']:.2f}     goal: 1.8, idle")
    print(f"… by the processor's time of the slower            × {alone / slower:.2f}")
