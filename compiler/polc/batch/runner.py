"""The parts of a run settled, several at a time, each into pieces of the work: `Runner`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor

import pyarrow as pa
import pyarrow.parquet as pq
from attrs import frozen

from polc.batch.chunks import Chunk, Ragged, chunks
from polc.batch.inputs import Format, Input
from polc.batch.mapping import Renaming
from polc.batch.merge import Window, grouped, merged, write_windows
from polc.batch.names import Names
from polc.batch.options import Options
from polc.batch.parts import NotSorted, Part, sorted_parts
from polc.batch.read_rows import FILE, ROW, no_rows
from polc.batch.results import ragged_rows
from polc.batch.settle_part import Done, Place, Task, settle_part
from polc.batch.spill import files_for, spill, spilled
from polc.batch.state import CHANGES
from polc.batch.totals import Totals
from polc.batch.work import Work
from polc.batch.write_tables import write_refused, write_settled

Progress = Callable[[int, int], None]
"""Told how many rows are done and about how many there are."""
PLACE = ("file", "row", "refusal", "reason")
"""What stands before the cells in a table of refused rows."""
_CSV_ROW = 60
"""About how many bytes a row of CSV has at least."""


@frozen(eq=False, repr=False, slots=False)
class Side:
    """A table beside the claims whose rows belong to persons: its files, the columns read and those of the number, what
    is renamed in it; `people` where it is one of persons or identities."""

    inputs: tuple[Input, ...]
    read: frozenset[str]
    numbers: tuple[str, ...]
    renaming: Renaming
    people: bool


class Runner:
    """Settles the parts of a run. Without tables beside the claims, and where these are sorted by person, parts are
    runs of rows as they stand; otherwise all tables are spilled by person first."""

    def __init__(
        self, work: Work, task: Task, sides: Mapping[str, Side], numbers: tuple[str, ...], columns: tuple[str, ...],
        form: Format, threads: int, options: Options, progress: Progress | None,
    ) -> None:  # fmt: skip
        self.work, self.task, self.sides, self.numbers, self.columns = work, task, sides, numbers, columns
        self.form, self.threads, self.options, self.progress = form, threads, options, progress
        self.base = len(task.history)
        self.inputs = task.setting.inputs
        self.rows = about_rows(self.inputs[self.base :])
        self.done = 0
        self.names = Names(work.path("names"))

    def run(self) -> Totals:
        """All parts settled; their sums."""
        if not self.sides and not self.work.has("unsorted.json"):
            try:
                return self._by_runs()
            except NotSorted:
                self.work.drop("parts")
                self.work.write("unsorted.json", True)
        return self._by_spilling()

    def _chunks(self) -> Iterator[Chunk]:
        return chunks(self.inputs[self.base :], self.task.setting.headers.read, self.options.renaming, self.threads)

    # ------------------------------------------------ tables sorted by person

    def _by_runs(self) -> Totals:
        """Parts as they stand in the table. Which names occur twice is known at the end only; then the parts that have
        the later ones are settled again."""
        known = self.work.read("duplicates.json")
        duplicates: dict[Place, str] = {}
        if known is None:
            self._settle(self._parts(), duplicates, names=True)
            duplicates = self.names.twice(self.inputs)
            for part in self._parts_of(set(duplicates)):
                self.work.drop(f"parts/{part:06}.json")
            self.work.write("duplicates.json", [[*place, first] for place, first in duplicates.items()])
        else:
            duplicates = {(file, row): first for file, row, first in known}
        if duplicates:
            self.done = 0
            self._settle(self._parts(), duplicates, names=False)
        return self._sums()

    def _parts(self) -> Iterator[Part]:
        return sorted_parts(self._chunks(), self.numbers, self.options.part_rows)

    def _parts_of(self, places: set[Place]) -> list[int]:
        """The parts that rows are in."""
        found = []
        for path in sorted(self.work.path("parts").glob("*.json")):
            first, last = self.work.read(f"parts/{path.name}")["places"]
            if any(tuple(first) <= place <= tuple(last) for place in places):
                found.append(int(path.stem))
        return found

    # ------------------------------------------------ tables in any order

    def _by_spilling(self) -> Totals:
        count = files_for(self.rows, self.options.part_rows)
        if not self.work.has("spill/done.json"):
            self.work.drop("names")
            self.names = Names(self.work.path("names"))
            spill(self._chunks(), self.numbers, count, self.work, "spill", self.base, self._seen("claims"))
        for name, side in self.sides.items():
            if not self.work.has(f"side-{name}/done.json"):
                rows = chunks(side.inputs, side.read, side.renaming, self.threads)
                seen = self._seen(name) if name == "history" else None
                spill(rows, side.numbers, count, self.work, f"side-{name}", seen=seen)
            if side.people:
                self._ragged(name, side)
        duplicates = self.names.twice(self.inputs)
        told = self.work.read("spill/done.json")
        windows = grouped([tuple(piece) for piece in told["pieces"]], self.options.part_rows)
        ragged = tuple((file, Ragged(row, tuple(cells), tuple(names))) for file, row, cells, names in told["ragged"])
        self._settle(self._spilled(count, ragged), duplicates, names=False, windows=windows)
        totals = self._sums()
        self._merge(len(windows))
        return totals

    def _seen(self, kind: str) -> Callable[[int, pa.Table], None]:
        words = self.task.policies.entries[0].words
        return lambda piece, table: self.names.add(f"{kind}-{piece:06}", table, words)

    def _ragged(self, name: str, side: Side) -> None:
        """Writes down the rows of a table beside the claims that could not be told apart into cells."""
        lines = []
        for file, row, cells, names in self.work.read(f"side-{name}/done.json")["ragged"]:
            ragged = Ragged(row, tuple(cells), tuple(names))
            lines.append(ragged_rows(ragged, side.inputs[file].path, ("psn_no",), self.task.lang))
        with self.work.piece(f"parts/{name}.people") as half:
            write_refused(lines, (*PLACE, "psn_no"), half)

    def _spilled(self, count: int, ragged: tuple[tuple[int, Ragged], ...]) -> Iterator[Part]:
        for at in range(count):
            table = spilled(self.work, "spill", at)
            sides = {name: spilled(self.work, f"side-{name}", at) for name in self.sides}
            if table is None:
                table = no_rows(self.task.setting.headers.read)
            if table.num_rows or any(side is not None for side in sides.values()) or (at == 0):
                yield Part(at, table, ragged if at == 0 else (), sides)

    def _merge(self, windows: int) -> None:
        """Puts what came of the parts into the order of the table."""
        parts = []
        for path in sorted(self.work.path("parts").glob("*.arrow")):
            parts.append((path, self.work.read(f"parts/{path.stem}.json")["windows"]))
        begin = sum(self.work.has(f"merged/{at:06}.{self.form}") for at in range(windows))
        for at, table in enumerate(merged(parts, windows, begin), begin):
            with self.work.piece(f"merged/{at:06}.{self.form}") as half:
                if table is None:
                    half.write_bytes(b"")
                else:
                    write_settled(table, half, self.form)
        self.work.path("merged").mkdir(exist_ok=True)

    # ------------------------------------------------ both

    def _settle(
        self, parts: Iterator[Part], duplicates: Mapping[Place, str], *, names: bool,
        windows: list[Window] | None = None,
    ) -> None:  # fmt: skip
        waiting: deque[Future[int]] = deque()
        with ThreadPoolExecutor(self.threads) as pool:
            try:
                for part in parts:
                    waiting.append(pool.submit(self._part, part, duplicates, names, windows))
                    del part
                    while len(waiting) > self.threads:
                        self._told(waiting.popleft().result())
                while waiting:
                    self._told(waiting.popleft().result())
            except BaseException:
                for future in waiting:
                    future.cancel()
                raise

    def _told(self, rows: int) -> None:
        self.done += rows
        if self.progress:
            self.progress(self.done, max(self.rows, self.done))

    def _part(self, part: Part, duplicates: Mapping[Place, str], names: bool, windows: list[Window] | None) -> int:
        rows: int = part.table.num_rows
        name = f"parts/{part.number:06}"
        if self.work.has(f"{name}.json"):
            return rows
        if names and rows:
            self.names.add(f"{part.number:06}", part.table, self.task.policies.entries[0].words)
        self._write(name, part, settle_part(part, self.task, duplicates), windows)
        return rows

    def _write(self, name: str, part: Part, done: Done, windows: list[Window] | None) -> None:
        inside: list[int] = []
        if windows is None:
            with self.work.piece(f"{name}.{self.form}") as half:
                write_settled(done.settled, half, self.form)
        else:
            with self.work.piece(f"{name}.arrow") as half:
                inside = write_windows(_placed(done, part.table), windows, half)
        with self.work.piece(f"{name}.refused") as half:
            write_refused(done.refused, (*PLACE, *self.columns), half)
        if done.refused_people:
            with self.work.piece(f"{name}.people") as half:
                write_refused(done.refused_people, (*PLACE, "psn_no"), half)
        if done.changes:
            with self.work.piece(f"{name}.changes") as half:
                write_refused(done.changes, CHANGES, half)
        for table, rows in done.state.items():
            if rows.num_rows:
                with self.work.piece(f"{name}.{table}") as half:
                    pq.write_table(rows, str(half), compression="zstd", store_schema=False)
        told = {"totals": done.totals.state(), "windows": inside, "places": _ends(part.table)}
        self.work.write(f"{name}.json", told)

    def _sums(self) -> Totals:
        totals = Totals()
        for path in sorted(self.work.path("parts").glob("*.json")):
            totals.add(Totals.of_state(self.work.read(f"parts/{path.name}")["totals"]))
        return totals


def _placed(done: Done, part: pa.Table) -> pa.Table:
    """The settled rows with their places."""
    places = part.select([FILE, ROW])
    if done.kept is not None:
        places = places.take(done.kept)
    return done.settled.append_column(FILE, places.column(FILE)).append_column(ROW, places.column(ROW))


def _ends(table: pa.Table) -> list[list[int]]:
    if not table.num_rows:
        return [[0, 0], [-1, 0]]
    return [[table.column(FILE)[at].as_py(), table.column(ROW)[at].as_py()] for at in (0, table.num_rows - 1)]


def about_rows(inputs: tuple[Input, ...]) -> int:
    """About how many rows a table has: Parquet says it, of CSV it is guessed from the size."""
    return sum(
        pq.read_metadata(entry.path).num_rows if entry.format == "parquet" else entry.size // _CSV_ROW + 1
        for entry in inputs
    )
