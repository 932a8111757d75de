"""What is made of a part of a table for a comparison: `BothPieces`.

Parts are cut, spilled, put in order and settled in threads by the runner of `polc settle`; only what is kept of each is
another: sums, its persons, the rows left out.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import pyarrow as pa
from attrs import field, frozen

from polc.batch.arrow import one
from polc.batch.cell_columns import coded
from polc.batch.chunks import Ragged
from polc.batch.duplicates import Twice
from polc.batch.merge import Window
from polc.batch.names import Names
from polc.batch.parts import Part
from polc.batch.pieces import Pieces, ends
from polc.batch.results import ragged_problems
from polc.batch.sources import Side as Source
from polc.batch.totals import Totals
from polc.claims.place import Place as Where
from polc.claims.values import read_date
from polc.impact.both import Side, settle_both
from polc.impact.refused import RefusedRow, write_rows
from polc.impact.result import PersonChange
from polc.impact.sums import Sums, add
from polc.impact.tenths import Stored, most_affected, write_persons


class LastDay:
    """The last day on which a claim was, as far as rows have been seen."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns, self.day = columns, datetime.date.min
        self._lock = Lock()

    def see(self, table: pa.Table) -> None:
        """More rows."""
        for name in self.columns:
            if name in table.column_names:
                found, _ = coded(one(table.column(name)), lambda cell: read_date(cell, Where("")))
                days = [day for day in found.values if isinstance(day, datetime.date)]
                with self._lock:
                    self.day = max([self.day, *days])

    def known(self) -> datetime.date | None:
        """The day; None before any row was seen."""
        return None if self.day == datetime.date.min else self.day


@frozen(eq=False, repr=False, slots=False)
class BothPieces(Pieces):
    """Where a comparison keeps what it makes of each part. `sides` are the two policies, `above` the burden (fen) above
    which persons are counted apart."""

    sides: tuple[Side, Side] = field(kw_only=True)
    above: int | None = field(kw_only=True)
    last: LastDay = field(kw_only=True)

    def remember(self, piece: str, table: pa.Table, names: Names) -> None:
        """Keeps the names of rows, to find those that occur twice, and the last day."""
        super().remember(piece, table, names)
        self.last.see(table)

    def _settle(self, name: str, part: Part, duplicates: Twice, windows: Sequence[Window] | None) -> None:
        """Settles a part under both plans and keeps what it comes to."""
        done = settle_both(self.sides, part, duplicates, self.above)
        with self.work.piece(f"{name}.persons") as half:
            write_persons(done.persons, half)
        for found, ending in ((done.refused, "refused"), (done.refused_people, "people")):
            self.work.drop(f"{name}.{ending}")
            if found:
                with self.work.piece(f"{name}.{ending}") as half:
                    write_rows(found, half)
        most = [[x.id, list(x.identities), x.claims, x.cost, x.old, x.new] for x in most_affected(done.persons)]
        self.work.write(f"{name}.json", {"sums": done.sums, "most": most, "places": ends(part.table)})

    def refuse_ragged(self, name: str, side: Source, ragged: Sequence[tuple[int, int, list[str], list[str]]]) -> None:
        """Writes down the rows of a table of persons that could not be told apart into cells."""
        found = []
        for file, row, cells, names in ragged:
            path = side.inputs[file].path
            problems = ragged_problems(Ragged(row, tuple(cells), tuple(names)), path, side.read)
            found.append(RefusedRow(path, row, "", "", None, problems, problems))
        with self.work.piece(f"parts/{name}.people") as half:
            write_rows(sorted(found, key=lambda entry: (entry.file, entry.row)), half)

    def settled_windows(self) -> list[Path]:
        """Nothing: results are not put in order."""
        return []

    def merge(self, parts: Sequence[Path], window: int, count: int) -> None:
        """Does nothing: results are not put in order."""

    def sums(self) -> Totals:
        """Nothing: see `both_sums`."""
        return Totals()

    def both_sums(self) -> tuple[Sums, list[PersonChange]]:
        """The sums of all parts, and the persons of each whose burden changes most."""
        found: Sums = {}
        most: list[PersonChange] = []
        for path in sorted(self.work.path("parts").glob("*.json")):
            told = self.work.read(f"parts/{path.name}")
            add(found, told["sums"])
            most += [PersonChange(id, tuple(held), *rest) for id, held, *rest in told["most"]]
        return found, most

    def persons(self) -> list[Stored]:
        """The persons of all parts."""
        return [Stored(path) for path in sorted(self.work.path("parts").glob("*.persons"))]

    def files(self, ending: str) -> list[Path]:
        """The files of all parts with an ending."""
        return sorted(self.work.path("parts").glob(f"*.{ending}"))
