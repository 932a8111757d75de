"""What is made of a part or a window of a run, as files of its work: `Pieces`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from attrs import frozen

from polc.batch.chunks import Ragged
from polc.batch.duplicates import Duplicates, Places, Twice
from polc.batch.hashing import Hashes
from polc.batch.inputs import Format
from polc.batch.lines import lines_of
from polc.batch.merge import Window, merged, write_windows
from polc.batch.names import Names
from polc.batch.part_columns import FILE, ROW
from polc.batch.parts import Part, with_places
from polc.batch.results import ragged_entry
from polc.batch.returned import PLACE
from polc.batch.settle_part import Done, Task, settle_part
from polc.batch.sources import Side, Sources
from polc.batch.state_history import CHANGES
from polc.batch.told_apart import names_only, other_hashes, told_apart
from polc.batch.totals import Totals
from polc.batch.work import Work
from polc.batch.write_tables import write_lines, write_refused, write_settled
from polc.claims.tables import RowWidth
from polc.native import sweeps

_FOUND = "duplicates/done.json"


@frozen(eq=False, repr=False, slots=False)
class Pieces:
    """Where the pieces of a run are written, and what is needed to make them. Can be sent to another process."""

    work: Work
    task: Task
    columns: tuple[str, ...]
    form: Format

    @property
    def item_columns(self) -> tuple[str, ...]:
        """The columns of the table of refused items."""
        items = self.task.items
        everything = dict.fromkeys(name for entry in items.inputs for name in entry.columns) if items else ()
        return (*PLACE, *(name for name in everything if items and name in items.read))

    def names(self, room: int = 0, about: int = 0) -> Names:
        """The names of all rows of the run, `about` so many; no more than `room` of them in memory, which a run that is
        killed loses."""
        return Names(self.work.path("names"), room, about)

    @property
    def duplicates(self) -> Duplicates:
        """The rows whose name an earlier row has."""
        return Duplicates(self.work.path("duplicates"))

    @property
    def looked_for_duplicates(self) -> bool:
        """Whether they are known, of all rows."""
        return self.work.has(_FOUND)

    def find_duplicates(self, names: Names, sources: Sources) -> Duplicates:
        """The same, looked for unless they are known; parts that hold any are taken back, to be settled again."""
        found = self.duplicates
        if not self.looked_for_duplicates:
            self.work.drop("duplicates")
            names.twice(found, partial(told_apart, other=partial(self._other_hashes, sources)))
            self._drop_parts_with(found)
            self.work.write(_FOUND, True)
        return found

    def _other_hashes(self, sources: Sources, places: Places) -> Hashes:
        words = self.task.policies.entries[0].words
        pieces = (
            with_places(chunk, base) for side, base in sources.named for chunk in names_only(side, words).chunks()
        )
        return other_hashes(pieces, words, places)

    def remember(self, piece: str, table: pa.Table, names: Names) -> None:
        """Keeps the names of rows, to find those that occur twice."""
        names.add(piece, table, self.task.policies.entries[0].words)

    def prepare(self) -> None:
        """Makes the machine code that is probably needed, for who has a processor to spare while the first part is
        read."""
        sweeps.prepare()
        if self.task.machine is not None:
            for entry in self.task.policies.entries:
                self.task.machine.settler(entry.plan).prepare(self.task.leave, sums=True)

    def settle(
        self, part: Part, duplicates: Twice, *, names: Names | None = None, windows: Sequence[Window] | None
    ) -> int:
        """Settles a part, unless it is there already; how many rows it has. With `windows` its results are kept to be
        put in order later; with `names` its rows' names are remembered."""
        rows: int = part.table.num_rows
        name = f"parts/{part.number:06}"
        if names is not None and rows:
            self.remember(f"{part.number:06}", part.table, names)
        if not self.work.has(f"{name}.json"):
            self._settle(name, part, duplicates, windows)
        return rows

    def _settle(self, name: str, part: Part, duplicates: Twice, windows: Sequence[Window] | None) -> None:
        done = settle_part(part, self.task, duplicates)
        written: list[str] = []

        def piece(ending: str) -> AbstractContextManager[Path]:
            written.append(f"{name}.{ending}")
            return self.work.piece(written[-1])

        if windows is None:
            with piece(self.form) as half:
                write_settled(done.settled, half, self.form)
            self.work.result(written[-1])
        else:
            with piece("cells") as half:
                write_windows(_placed(done, part.table), windows, half)
        with piece("refused") as half:
            write_refused(done.refused, (*PLACE, *self.columns), half)
        if done.totals.people_refused:
            with piece("people") as half:
                write_refused(done.refused_people, (*PLACE, "psn_no"), half)
        if done.totals.items_refused:
            with piece("items") as half:
                write_refused(done.refused_items, self.item_columns, half)
        if done.changes:
            with piece("changes") as half:
                write_lines(done.changes, CHANGES, half)
        for table, rows in done.state.items():
            if rows.num_rows:
                with piece(table) as half:
                    pq.write_table(rows, str(half), compression="zstd", store_schema=False)
        told = {"totals": done.totals.state(), "pieces": written, "places": ends(part.table)}
        self.work.write(f"{name}.json", told)

    def written(self, number: int) -> list[str]:
        """The pieces of a part that is settled."""
        name = f"parts/{number:06}.json"
        told = self.work.read(name)
        return [name, *told["pieces"]]

    def _drop_parts_with(self, found: Duplicates) -> None:
        for path in sorted(self.work.path("parts").glob("*.json")) if found else ():
            first, last = self.work.read(f"parts/{path.name}")["places"]
            if found.between(tuple(first), tuple(last)):
                self.work.drop(f"parts/{path.name}")

    def refuse_ragged(self, name: str, side: Side, ragged: Sequence[tuple[int, int, list[str], list[str]]]) -> None:
        """Writes down the rows of a table beside the claims that could not be told apart into cells."""
        items = name == "items"
        columns = self.item_columns if items else (*PLACE, "psn_no")
        base = 0 if items else self._first_file(name)
        known, lang = columns[len(PLACE) :], self.task.lang
        entries = sorted(
            (
                ragged_entry(base + file, Ragged(row, tuple(cells), tuple(names)), side.inputs[file].path, known, lang)
                for file, row, cells, names in ragged
            ),
            key=lambda entry: (entry[0], entry[2]),
        )
        with self.work.piece(f"parts/{name}.{'items' if items else 'people'}") as half:
            write_refused(lines_of(entries, known), columns, half)
        if entries:
            count = len(entries)
            totals = Totals(people_refused=count)
            if items:
                totals = Totals(
                    items_read=count, items_refused=count, items_unreadable=count, item_codes={RowWidth.code: count}
                )
            self.work.write(f"parts/{name}.json", {"totals": totals.state(), "pieces": [], "places": ends(None)})

    def _first_file(self, name: str) -> int:
        """How many files the tables of persons before one of them have."""
        people = self.task.people
        return sum(len(people[before].inputs) for before in list(people)[: list(people).index(name)])

    def settled_windows(self) -> list[Path]:
        """The files of settled parts, by window."""
        return sorted(self.work.path("parts").glob("*.cells"))

    def merge(self, parts: Sequence[Path], window: int, count: int) -> None:
        """Puts what came of the parts into the order of the table, for one window of `count`, unless it is there."""
        name = f"merged/{window:06}.{self.form}"
        if self.work.has(name):
            return
        table = merged(parts, window, count)
        with self.work.piece(name) as half:
            if table is None:
                half.write_bytes(b"")
            else:
                write_settled(table, half, self.form)
        self.work.result(name)

    def sums(self) -> Totals:
        """The sums of all parts that are settled."""
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


def ends(table: pa.Table | None) -> list[list[int]]:
    """The places (file, row) of the first and the last row of a part."""
    if table is None or not table.num_rows:
        return [[0, 0], [-1, 0]]
    return [[table.column(FILE)[at].as_py(), table.column(ROW)[at].as_py()] for at in (0, table.num_rows - 1)]
