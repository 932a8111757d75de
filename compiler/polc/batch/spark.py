"""The parts of a run settled on many machines: `settle_there`. Needs the extra `polc[spark]` and Java 17.

Theory: Spark is asked to run tasks and to run them again where a machine is lost; no row ever passes through it. A task
is a stretch of the claims or one file of a spill; whoever runs it reads and writes the files itself, so all machines
must see the inputs and the folder of results under the same paths. Pieces get their names when they are whole (see
`polc.batch.work`): a task that is run twice finds its piece or writes the same one.

Claims sorted by person are settled stretch by stretch, each for the persons that begin in it. Others are first spilled
by person, each stretch into files of its own, and their results put back in order window by window.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from pol_lang.problem import Problems
from polc.batch.chunks import Ragged, Slice
from polc.batch.merge import Window, grouped
from polc.batch.parts import Part, ascending, persons_of, with_places
from polc.batch.pieces import Pieces
from polc.batch.problems import SparkFailed
from polc.batch.read_rows import no_rows
from polc.batch.runner import Progress
from polc.batch.settle_part import Place
from polc.batch.sources import Sources
from polc.batch.spill import files_for, spill, spilled_part
from polc.batch.totals import Totals
from polc.claims.place import shown

_SPILLED_ROWS = 16
"""How many parts' rows one task spills."""
T = TypeVar("T")


@frozen(eq=False, repr=False, slots=False)
class Shipped:
    """What every task gets, sent to each machine once; `folder` is where paths are from."""

    pieces: Pieces
    sources: Sources
    folder: str


@frozen(eq=False, repr=False, slots=False)
class Stretch:
    """What a look at the persons of a slice showed: the first and the last, and whether they ascend in between."""

    slice: Slice
    rows: int
    first: Any
    last: Any
    ascends: bool


@frozen(eq=False, repr=False, slots=False)
class Unit:
    """A part to be settled: the persons that begin in the first slice; further slices hold the rest of the last one.
    `before` is the person the rows at the beginning belong to another unit by (None: nobody)."""

    number: int
    slices: tuple[Slice, ...]
    before: Any


def settle_there(pieces: Pieces, sources: Sources, master: str, progress: Progress | None) -> Totals:
    """All parts of a run settled by the cluster that `master` names; their sums. Raises `Problems`."""
    with _cluster(master) as context:
        return _Driver(context, Shipped(pieces, sources, os.getcwd()), progress).run()


class _Driver:
    """Hands out the tasks of a run and waits for them."""

    def __init__(self, context: Any, shipped: Shipped, progress: Progress | None) -> None:
        self.context, self.progress = context, progress
        self.pieces, self.sources = shipped.pieces, shipped.sources
        self.work = self.pieces.work
        self.inputs = self.pieces.task.setting.inputs
        self.rows = self.sources.claims.about_rows
        self.shipped = context.broadcast(shipped)

    def run(self) -> Totals:
        """All parts settled; their sums."""
        if not self.sources.sides:
            stretches = self._each(look, self.sources.claims.slices(self.sources.part_rows))
            if is_sorted(stretches):
                return self._by_stretches(stretches)
        return self._by_spilling()

    def _by_stretches(self, stretches: list[Stretch]) -> Totals:
        """Every part twice at the most: which names occur twice is known at the end only."""
        todo = units(stretches)
        self.work.path("parts").mkdir(exist_ok=True)
        known = self.work.read("duplicates.json")
        if known is None:
            self._settle(partial(settle_unit, duplicates={}, names=True), todo)
            found = self.pieces.names.twice(self.inputs)
            self.pieces.drop_parts_with(set(found))
            known = [[*place, first] for place, first in found.items()]
            self.work.write("duplicates.json", known)
        duplicates = {(file, row): first for file, row, first in known}
        if duplicates:
            self._settle(partial(settle_unit, duplicates=duplicates, names=False), todo)
        return self.pieces.sums()

    def _by_spilling(self) -> Totals:
        count = files_for(self.rows, self.sources.part_rows)
        tables = {"claims": self.sources.claims, **self.sources.sides}
        self.work.path("names").mkdir(exist_ok=True)
        todo: list[tuple[str, int, Slice]] = []
        for name, side in tables.items():
            for number, of in enumerate(side.slices(_SPILLED_ROWS * self.sources.part_rows)):
                todo.append((name, number, of))
        told: dict[str, list[Any]] = {name: [] for name in tables}
        folders: dict[str, list[str]] = {name: [] for name in tables}
        for (name, number, _), done in zip(todo, self._each(partial(spill_slice, count=count), todo), strict=True):
            told[name].append(done)
            folders[name].append(spill_folder(name, number))
        for name, side in self.sources.sides.items():
            if side.told:
                self.pieces.refuse_ragged(name, side, [line for done in told[name] for line in done["ragged"]])
        pieces = [tuple(piece) for done in told["claims"] for piece in done["pieces"]]
        windows = grouped(pieces, self.sources.part_rows)
        ragged = tuple(
            (file, Ragged(row, tuple(cells), tuple(names)))
            for done in told["claims"]
            for file, row, cells, names in done["ragged"]
        )
        settle = partial(
            settle_spilled, folders=folders, ragged=ragged, duplicates=self.pieces.names.twice(self.inputs),
            windows=windows,
        )  # fmt: skip
        self._settle(settle, range(count))
        self.work.path("merged").mkdir(exist_ok=True)
        parts = self.pieces.settled_windows()
        self._each(partial(merge_window, parts=parts), range(len(windows)))
        return self.pieces.sums()

    # ------------------------------------------------ tasks

    def _settle(self, task: Callable[..., int], items: Sequence[Any]) -> None:
        """Runs tasks that settle, telling how many parts have their names."""

        def tell() -> None:
            if self.progress and len(items):
                done = len(list(self.work.path("parts").glob("*.json")))
                self.progress(self.rows * min(done, len(items)) // len(items), self.rows)

        self._each(task, items, tell)

    def _each(self, task: Callable[..., T], items: Sequence[Any], tell: Callable[[], None] | None = None) -> list[T]:
        """What a task gives for each item, in order."""
        if not len(items):
            return []
        rows = self.context.parallelize(list(items), len(items))
        run = rows.map(partial(_on_machine, self.shipped, task))
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(run.collect)
            while True:
                try:
                    found = waiting.result(0.5)
                    break
                except NotYet:
                    if tell:
                        tell()
        if tell:
            tell()
        problems = [problem for _, refused in found for problem in refused]
        if problems:
            raise Problems(problems)
        return [result for result, _ in found]


def _on_machine(shipped: Any, task: Callable[[Shipped, Any], T], item: Any) -> tuple[T | None, tuple[Any, ...]]:
    """What a task gives on the machine that runs it, or the problems it met."""
    pa.set_cpu_count(1)
    told: Shipped = shipped.value
    if os.path.isdir(told.folder):
        os.chdir(told.folder)
    try:
        return task(told, item), ()
    except Problems as error:
        return None, error.problems


# ---------------------------------------------------------------- what a task does


def look(shipped: Shipped, of: Slice) -> Stretch:
    """The persons at the ends of a slice."""
    claims = shipped.sources.claims
    ascends, rows, first, last = True, 0, None, None
    for chunk in evolve(claims, read=frozenset(claims.numbers)).slice(of):
        if not chunk.table.num_rows:
            continue
        persons = persons_of(chunk.table, claims.numbers)
        ascends = ascends and ascending(persons) and (rows == 0 or last <= persons[0].as_py())
        first = persons[0].as_py() if rows == 0 else first
        last, rows = persons[-1].as_py(), rows + len(persons)
    return Stretch(of, rows, first, last, ascends)


def is_sorted(stretches: Sequence[Stretch]) -> bool:
    """Whether all rows are in the order of their persons."""
    held = [stretch for stretch in stretches if stretch.rows]
    kinds = {type(stretch.first) for stretch in held}
    return (
        len(kinds) < 2
        and all(stretch.ascends for stretch in held)
        and all(a.last <= b.first for a, b in pairwise(held))
    )


def units(stretches: Sequence[Stretch]) -> list[Unit]:
    """The parts that sorted stretches make: each person belongs to the stretch they begin in."""
    found: list[Unit] = []
    before = None
    for number, stretch in enumerate(stretches):
        slices = [stretch.slice]
        goes_on = bool(stretch.rows) and not (stretch.first == stretch.last == before)
        for further in stretches[number + 1 :] if goes_on else ():
            if further.rows and further.first != stretch.last:
                break
            slices.append(further.slice)
            if further.rows and further.last != stretch.last:
                break
        found.append(Unit(number, tuple(slices), before))
        before = stretch.last if stretch.rows else before
    return found


def settle_unit(shipped: Shipped, unit: Unit, *, duplicates: Mapping[Place, str], names: bool) -> int:
    """One unit settled; how many rows it has."""
    claims, base = shipped.sources.claims, shipped.sources.base
    tables: list[pa.Table] = []
    ragged: list[tuple[int, Ragged]] = []
    last: Any = None
    for number, of in enumerate(unit.slices):
        for chunk in claims.slice(of):
            if not number:
                ragged += [(base + chunk.file, row) for row in chunk.ragged]
            if not chunk.table.num_rows:
                continue
            table = with_places(chunk, base)
            persons = persons_of(table, claims.numbers)
            if number:  # of further slices only what is left of the last person
                table = table.filter(pc.equal(persons, last))
            else:
                last = persons[-1].as_py()
                if unit.before is not None:
                    table = table.filter(pc.not_equal(persons, unit.before))
            tables.append(table)
    whole = pa.concat_tables(tables) if tables else no_rows(claims.read)
    return shipped.pieces.settle(Part(unit.number, whole, tuple(ragged)), duplicates, names=names, windows=None)


def spill_folder(table: str, slice_number: int) -> str:
    """The folder of the work with one slice's rows by person."""
    return f"spill/{table}-{slice_number:06}"


def spill_slice(shipped: Shipped, item: tuple[str, int, Slice], *, count: int) -> dict[str, Any]:
    """The rows of one slice of a table spilled by person; what was seen on the way."""
    name, number, of = item
    sources, pieces = shipped.sources, shipped.pieces
    folder = spill_folder(name, number)
    side = sources.claims if name == "claims" else sources.sides[name]

    def seen(piece: int, table: pa.Table) -> None:
        if name in ("claims", "history"):
            pieces.remember(f"{name}-{number:06}-{piece:06}", table)

    if not pieces.work.has(f"{folder}/done.json"):
        base = sources.base if name == "claims" else 0
        spill(side.slice(of), side.numbers, count, pieces.work, folder, base, seen)
    told: dict[str, Any] = pieces.work.read(f"{folder}/done.json")
    return told


def settle_spilled(
    shipped: Shipped, at: int, *, folders: Mapping[str, Sequence[str]], ragged: tuple[tuple[int, Ragged], ...],
    duplicates: Mapping[Place, str], windows: Sequence[Window],
) -> int:  # fmt: skip
    """The persons of one file of the spills settled; how many rows they have."""
    sides = {name: of for name, of in folders.items() if name != "claims"}
    part = spilled_part(shipped.pieces.work, at, folders["claims"], sides, shipped.sources.claims.read, ragged)
    return shipped.pieces.settle(part, duplicates, names=False, windows=windows) if part is not None else 0


def merge_window(shipped: Shipped, window: int, *, parts: Sequence[tuple[Path, Sequence[int]]]) -> None:
    """The results of one window put in order."""
    shipped.pieces.merge(parts, window)


# ---------------------------------------------------------------- the cluster


@contextmanager
def _cluster(master: str) -> Iterator[Any]:
    """Spark's context. Raises `Problems` where it cannot be had or a task fails for good."""
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    conf = SparkConf().setAppName("polc settle").setMaster(master)
    for key, value in _SETTINGS.items():
        conf = conf.set(key, value)
    context: Any = None
    try:
        context = SparkContext.getOrCreate(conf)
        context.setLogLevel("OFF")
        yield context
    except (Py4JError, PySparkException) as error:
        raise Problems([SparkFailed(where=master, detail=shown(_cause(error)))]) from None
    finally:
        if context is not None:
            context.stop()


_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.task.maxFailures": "8",
    "spark.python.worker.reuse": "true",
}


def _cause(error: Exception) -> str:
    """The line of a failure that says most: of a task's trace the last one, else the first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [
        line for line in lines if line.split(":")[0].endswith(("Error", "Exception")) and not line.startswith("at ")
    ]
    return (told or lines or [type(error).__name__])[-1]
