"""The parts of a run settled on many machines: `settle_there`. Needs the extra `polc[spark]` and Java 17.

Theory: Spark is asked to run tasks and to run them again where a machine is lost; no row ever passes through it. A task
is a stretch of the claims or one file of those spilled; whoever runs it reads and writes the files itself, so all
machines must see the inputs and the folder of results under the same paths. Pieces get their names when they are whole
(see `polc.batch.work`): a task that is run twice finds its piece or writes the same one.

Claims that stand by person, in order or each in one file, are settled stretch by stretch where they stand. Others, and
those with tables beside them, are first spilled by person, and their results put back in order window by window. No
machine ever holds more than a few stretches; the one that started the run hears only what there is, never the rows.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from itertools import groupby, pairwise
from time import monotonic, sleep
from typing import TypeVar

import numpy as np

from pol_lang.problem import Problems
from polc.batch import spark_tasks as tasks
from polc.batch.buckets import ranges
from polc.batch.chunks import Ragged, Slice
from polc.batch.duplicates import Places, place_number
from polc.batch.hashing import Hashes
from polc.batch.merge import grouped
from polc.batch.pieces import Pieces
from polc.batch.runner import ITEMS, Progress
from polc.batch.sources import Sources
from polc.batch.spark_cluster import Cluster, cluster, is_local
from polc.batch.spark_problems import NotShared
from polc.batch.spark_tasks import Shipped, Spread
from polc.batch.stretches import Stretch, Unit, is_sorted, may_stand_by_file, units, units_by_file
from polc.batch.told_apart import told_apart
from polc.batch.totals import Totals

_MOST_FILES = 4096
"""How many persons' files claims are spilled into at the most."""
_MANY = 1024
_AT_ONCE = 4
"""How many parts' rows a task holds at the most, of claims that are not in order."""
_SEEN_SECONDS = 90
"""How long a file of another machine may take to be seen here: network file systems remember folders for a minute."""
T = TypeVar("T")


def settle_there(
    pieces: Pieces, sources: Sources, master: str, paths: Sequence[str], progress: Progress | None, log: str = ""
) -> tuple[Totals, dict[str, str]]:
    """All parts of a run settled by the cluster that `master` names: their sums, and the hashes of the files under some
    paths. Raises `Problems`."""
    pieces.work.lasting = not is_local(master)
    with cluster(master, log) as machines:
        machines.ship(Shipped(pieces, sources))
        totals = _Driver(machines, pieces, sources, progress).run()
        return totals, dict(zip(paths, machines.run(tasks.hash_file, paths), strict=True))


class _Driver:
    """Hands out the tasks of a run and waits for them."""

    def __init__(self, machines: Cluster, pieces: Pieces, sources: Sources, progress: Progress | None) -> None:
        self.machines, self.pieces, self.sources, self.progress = machines, pieces, sources, progress
        self.work = pieces.work
        self.rows = sources.claims.about_rows

    def run(self) -> Totals:
        """All parts settled; their sums."""
        if not self.sources.sides:
            items = list(enumerate(bundled(self.sources.claims.slices(self.sources.part_rows))))
            looked = self.machines.run(tasks.look, items)
            stretches = [stretch for found, _ in looked for stretch in found]
            parts = self._standing(stretches)
            if parts is not None:
                names = [f"names/{number:06}" for number, _ in items]
                return self._where_they_stand(stretches, parts, names, sum(count for _, count in looked))
        return self._by_spilling()

    # ------------------------------------------------ claims that stand by person

    def _standing(self, stretches: list[Stretch]) -> list[Unit] | None:
        """The parts of claims that stand by person: in the order of persons, or each person in one file."""
        if is_sorted(stretches):
            return units(stretches)
        if not may_stand_by_file(stretches, _AT_ONCE * self.sources.part_rows):
            return None
        files = [
            (number, tuple(stretch.slice for stretch in mine))
            for number, (_, mine) in enumerate(groupby(stretches, lambda stretch: stretch.slice.file))
        ]
        if len(files) > 1:
            count = sum(self.machines.run(tasks.file_persons, files))
            shared = partial(tasks.any_shared, files=len(files))
            if any(self.machines.run(shared, ranges(count, self.machines.cores))):
                return None
        return units_by_file(stretches)

    def _where_they_stand(self, stretches: list[Stretch], parts: list[Unit], names: list[str], count: int) -> Totals:
        twice = self._twice(names, count)
        base = self.sources.base
        starts = [place_number((base + s.slice.file, s.slice.first)) for s in stretches]
        at = {(s.slice.file, s.slice.first): number for number, s in enumerate(stretches)}
        items = []
        for unit in parts:
            first, last = (at[of.file, of.first] for of in (unit.slices[0], unit.slices[-1]))
            high = starts[last + 1] if last + 1 < len(starts) else 1 << 63
            items.append((unit, [pair for pair in twice if starts[first] <= pair[0] < high]))
        self._settle(tasks.settle_unit, items)
        return self.pieces.sums()

    def _twice(self, names: Sequence[str], count: int) -> list[tuple[int, int]]:
        """The rows whose name an earlier row has, with the first such row."""
        look = partial(tasks.names_twice, files=tuple(names))
        pairs = sorted(pair for found in self.machines.run(look, ranges(count, self.machines.cores)) for pair in found)
        found = np.array(pairs, np.int64).reshape(-1, 2)
        places, firsts = told_apart(found[:, 0], found[:, 1], self._other_names)
        return list(zip(places.tolist(), firsts.tolist(), strict=True))

    def _other_names(self, places: Places) -> Hashes:
        """Other hashes of the names of rows at some places, which ascend."""
        slices = [
            (number, of, place_number((base + of.file, of.first)))
            for number, (side, base) in enumerate(self.sources.named)
            for of in side.slices(self.sources.part_rows)
        ]
        bounds = np.append(np.searchsorted(places, [start for *_, start in slices]), len(places))
        items = [
            (number, of, places[low:high])
            for (number, of, _), (low, high) in zip(slices, pairwise(bounds.tolist()), strict=True)
            if low < high
        ]
        return np.array([other for found in self.machines.run(tasks.other_names, items) for other in found], np.uint64)

    # ------------------------------------------------ claims in any order

    def _by_spilling(self) -> Totals:
        size = self.sources.part_rows
        room = max(self.rows, self.sources.item_rows // ITEMS)
        count = min(_MOST_FILES, max(1, -(-room // (size // 2 or 1))))
        tables = {"claims": self.sources.claims, **self.sources.sides}
        todo: list[tuple[str, int, tuple[Slice, ...]]] = []
        for name, side in tables.items():
            todo += [(name, number, of) for number, of in enumerate(bundled(side.slices(size), _AT_ONCE))]
        spilled = self.machines.run(partial(tasks.spill_slices, count=count, rows=_AT_ONCE * size), todo)
        told = {name: [found for (of, *_), found in zip(todo, spilled, strict=True) if of == name] for name in tables}
        for name, side in self.sources.sides.items():
            if side.told:
                self.pieces.refuse_ragged(name, side, [line for found in told[name] for line in found["ragged"]])
        names = [name for found in spilled for name in found["names"]]
        twice = self._twice(names, sum(found["count"] for found in spilled))
        many = min(_AT_ONCE, max(1, -(-self.rows // (size * _MANY))))
        windows = grouped([tuple(piece) for found in told["claims"] for piece in found["pieces"]], size * many)
        ragged = tuple(
            (file, Ragged(row, tuple(cells), tuple(columns)))
            for found in told["claims"]
            for file, row, cells, columns in found["ragged"]
        )
        files = {name: tuple(file for found in told[name] for file in found["files"]) for name in tables}
        spread = Spread(count, files, ragged, tuple(windows), tuple(twice))
        written = self._settle(partial(tasks.settle_spilled, spread=spread), range(count))
        cells = tuple(name for name in written if name.endswith(".cells"))
        self.work.path("merged").mkdir(exist_ok=True)
        self.machines.run(partial(tasks.merge_window, parts=cells, count=len(windows)), range(len(windows)))
        self._wait_for([f"merged/{window:06}.{self.pieces.form}" for window in range(len(windows))])
        return self.pieces.sums()

    # ------------------------------------------------ both

    def _settle(self, task: tasks.Settles, items: Sequence[object]) -> list[str]:
        """Runs tasks that settle, telling how far they are; the pieces they made, all of which are seen here."""

        def tell(done: int) -> None:
            if self.progress:
                self.progress(self.rows * done // max(1, len(items)), self.rows)

        self.work.path("parts").mkdir(exist_ok=True)
        found = [name for pieces in self.machines.run(task, items, tell) for name in pieces]
        tell(len(items))
        self._wait_for(found)
        return found

    def _wait_for(self, pieces: Sequence[str]) -> None:
        """Makes sure that a listing has all that the machines wrote. Raises `Problems` where they do not."""
        until = monotonic() + _SEEN_SECONDS
        folders = {os.path.dirname(name) for name in pieces}
        while True:
            there = {f"{folder}/{entry}" for folder in folders for entry in os.listdir(self.work.path(folder))}
            missing = [name for name in pieces if name not in there]
            if not missing:
                return
            if monotonic() > until:
                raise Problems([NotShared(path=str(self.work.path(missing[0])))])
            sleep(1)


def bundled(slices: Sequence[Slice], most: int = 16) -> list[tuple[Slice, ...]]:
    """Slices in bundles, a task's each: more than one only where there are very many. Which ones go together depends on
    nothing but the slices, so that a run that goes on finds what is done."""
    size = min(most, max(1, len(slices) // 256))
    return [tuple(slices[at : at + size]) for at in range(0, len(slices), size)]
