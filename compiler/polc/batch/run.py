"""Tables of claims settled into a folder: `settle_files`."""

from __future__ import annotations

import hashlib
import json
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from attrs import field, frozen

from pol_lang.problem import Language, Problem
from polc import __version__
from polc.batch.chunks import Chunk, Ragged, chunks
from polc.batch.headers import NUMBER, read_headers
from polc.batch.inputs import Format, Input, open_table, reject_types
from polc.batch.layout import layout_of
from polc.batch.mapping import Renaming
from polc.batch.merge import grouped, merged, write_windows
from polc.batch.names import Names
from polc.batch.native_rows import Machine
from polc.batch.parts import PART_ROWS, NotSorted, Part, sorted_parts
from polc.batch.problems import NoIdentities
from polc.batch.read_rows import FILE, ROW, Setting
from polc.batch.settle_part import Done, Task, settle_part
from polc.batch.settle_rows import PlanFor
from polc.batch.spill import spill, spilled_part, spilled_paths
from polc.batch.totals import Totals
from polc.batch.work import Work, publish, working
from polc.batch.write_tables import csv_header, join_files, join_refused, write_refused, write_settled
from polc.claims.vocabulary import vocabulary
from polc.plan import Plan
from polc.plan_json import full_hash

Progress = Callable[[int, int], None]
"""Told how many rows are done and about how many there are."""
MANIFEST = "pol.run/v1"
_REFUSED = ("file", "row", "refusal", "reason")
_CSV_ROW = 60
"""About how many bytes a row of CSV has at least."""


@frozen(eq=False, repr=False, slots=False)
class Options:
    """How a run is done. `form` None: as the claims come. `engine` native or interpreter."""

    form: Format | None = None
    engine: str = "native"
    renaming: Renaming = field(factory=Renaming)
    encoding: str = "utf-8"
    keep: tuple[str, ...] = ()
    line: bool = False
    lang: Language = "zh"
    threads: int = 0
    part_rows: int = PART_ROWS


@frozen(eq=False, repr=False, slots=False)
class Run:
    """A finished run: what it came to, and what there is to warn about."""

    out: str
    totals: Totals
    warnings: tuple[Problem, ...]
    reasons: tuple[str, ...]
    resumed: bool


def settle_files(
    plan: Plan, plans: PlanFor, policy: str, claims: str, out: str, options: Options, progress: Progress | None = None
) -> Run:  # fmt: skip
    """Settles a table of claims into the folder `out`, which appears whole or not at all.

    `plan` is one of those that `plans` gives by date; `policy` is the name it is known by. Raises `Problems` where a
    file cannot be read at all, `OSError` where the system refuses something.
    """
    inputs = open_table(claims, options.renaming, options.encoding)
    words = vocabulary(plan)
    headers = read_headers(inputs, [words], persons=True, identities=True, keep=options.keep)
    reject_types(inputs, headers.read)
    form: Format = options.form or inputs[0].format
    layout = layout_of([plan], headers.keys, headers.kept, len(inputs) > 1, options.line)
    threads = options.threads or os.cpu_count() or 1
    machine = Machine() if options.engine == "native" else None
    setting = Setting(inputs, headers, True, True)
    task = Task(setting, words, plans, layout, machine, options.lang)
    identity = _identity(plan, policy, inputs, options)
    columns = tuple(dict.fromkeys(name for entry in inputs for name in entry.columns if name in headers.read))
    warnings = list(headers.warnings)
    named = any(words.person.find(name) == ("own", "identities") for name in columns)
    if plan.identities and not named:
        warnings.append(NoIdentities(where=claims))
    with working(out, identity) as work:
        runner = _Runner(work, task, inputs, form, columns, threads, options, progress or (lambda done, about: None))
        number = next(c for c in columns if words.claim.find(c) == NUMBER)
        totals = runner.run(number)
        totals.check()
        manifest = _manifest(plan, policy, claims, inputs, options, form)
        _assemble(work, inputs, form, layout.columns, columns, totals, manifest)
        publish(work, "final", out)
        resumed = work.resumed
    return Run(out, totals, tuple(warnings), tuple(machine.reasons) if machine else (), resumed)


class _Runner:
    """Settles the parts of a run, several at a time, each into pieces of the work."""

    def __init__(
        self, work: Work, task: Task, inputs: tuple[Input, ...], form: Format, columns: tuple[str, ...], threads: int,
        options: Options, progress: Progress,
    ) -> None:  # fmt: skip
        self.work, self.task, self.inputs, self.form, self.columns = work, task, inputs, form, columns
        self.threads, self.options, self.progress = threads, options, progress
        self.rows = about_rows(inputs)
        self.done = 0

    def run(self, number: str) -> Totals:
        """All parts settled; their sums."""
        if not self.work.has("spill") and not self.work.has("unsorted.json"):
            try:
                return self._by_runs(number)
            except NotSorted:
                self.work.drop("parts")
                self.work.drop("names")
                self.work.write("unsorted.json", True)
        return self._by_spilling(number)

    def _chunks(self) -> Iterator[Chunk]:
        return chunks(self.inputs, self.task.setting.headers.read, self.options.renaming, self.threads)

    # ------------------------------------------------ tables sorted by person

    def _by_runs(self, number: str) -> Totals:
        """Parts as they stand in the table. Which names occur twice is known at the end only; then the parts that have
        the later ones are settled again."""
        names = Names(self.work.path("names"))
        duplicates: dict[tuple[int, int], str] = {}
        known = self.work.read("duplicates.json")
        if known is None:
            self._settle(self._parts(number), duplicates, names)
            duplicates = names.twice(self.inputs)
            again = self._parts_of(set(duplicates))
            for part in again:
                self.work.drop(f"parts/{part:06}.json")
            self.work.write("duplicates.json", [[*place, first] for place, first in duplicates.items()])
        else:
            duplicates = {(file, row): first for file, row, first in known}
        if duplicates:
            self.done = 0
            self._settle(self._parts(number), duplicates, names)
        return self._sums()

    def _parts(self, number: str) -> Iterator[Part]:
        return sorted_parts(self._chunks(), number, self.options.part_rows)

    def _parts_of(self, places: set[tuple[int, int]]) -> list[int]:
        """The parts that rows are in."""
        found = []
        for path in sorted(self.work.path("parts").glob("*.json")):
            (first, last) = self.work.read(f"parts/{path.name}")["places"]
            if any(tuple(first) <= place <= tuple(last) for place in places):
                found.append(int(path.stem))
        return found

    # ------------------------------------------------ tables in any order

    def _by_spilling(self, number: str) -> Totals:
        if not self.work.has("spill/done.json"):
            self.work.drop("names")
            names = Names(self.work.path("names"))
            spill(
                self._chunks(),
                number,
                self.rows,
                self.work,
                lambda part, table: names.add(part, table, self.task.words),
            )
        names = Names(self.work.path("names"))
        duplicates = names.twice(self.inputs)
        told = self.work.read("spill/done.json")
        ragged = tuple(
            (file, Ragged(row, tuple(cells), tuple(columns))) for file, row, cells, columns in told["ragged"]
        )
        windows = grouped([tuple(piece) for piece in told["pieces"]], self.options.part_rows)
        spilled = spilled_paths(self.work)
        parts = (spilled_part(at, path) for at, path in enumerate(spilled))
        extra = [Part(len(spilled), pa.table({FILE: pa.array([], pa.int32()), ROW: pa.array([], pa.int64())}), ragged)]
        self._settle(chain(parts, extra if ragged or not spilled else []), duplicates, None, windows)
        totals = self._sums()
        self._merge(len(windows))
        return totals

    def _merge(self, windows: int) -> None:
        parts = []
        for path in sorted(self.work.path("parts").glob("*.arrow")):
            parts.append((path, self.work.read(f"parts/{path.stem}.json")["windows"]))
        ready = [at for at in range(windows) if self.work.has(f"merged/{at:06}.{self.form}")]
        begin = len(ready)
        for at, table in enumerate(merged(parts, windows, begin), begin):
            with self.work.piece(f"merged/{at:06}.{self.form}") as half:
                if table is None:
                    half.write_bytes(b"")
                else:
                    write_settled(table, half, self.form)

    # ------------------------------------------------ both

    def _settle(
        self, parts: Iterator[Part], duplicates: dict[tuple[int, int], str], names: Names | None,
        windows: list[tuple[int, int]] | None = None,
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
        self.progress(self.done, max(self.rows, self.done))

    def _part(
        self, part: Part, duplicates: dict[tuple[int, int], str], names: Names | None,
        windows: list[tuple[int, int]] | None,
    ) -> int:  # fmt: skip
        rows: int = part.table.num_rows
        name = f"parts/{part.number:06}"
        if self.work.has(f"{name}.json") and (names is None or names.has(part.number)):
            return rows
        if names is not None and rows:
            names.add(part.number, part.table, self.task.words)
        done = settle_part(part, self.task, duplicates)
        self._write(name, part, done, windows)
        return rows

    def _write(self, name: str, part: Part, done: Done, windows: list[tuple[int, int]] | None) -> None:
        inside: list[int] = []
        if windows is None:
            with self.work.piece(f"{name}.{self.form}") as half:
                write_settled(done.settled, half, self.form)
        else:
            with self.work.piece(f"{name}.arrow") as half:
                inside = write_windows(_placed(done.settled, part.table, done), windows, half)
        with self.work.piece(f"{name}.refused") as half:
            write_refused(done.refused, (*_REFUSED, *self.columns), half)
        self.work.write(f"{name}.json", {"totals": done.totals.state(), "windows": inside, "places": _ends(part.table)})

    def _sums(self) -> Totals:
        totals = Totals()
        for path in sorted(self.work.path("parts").glob("*.json")):
            totals.add(Totals.of_state(self.work.read(f"parts/{path.name}")["totals"]))
        return totals


def _placed(settled: pa.Table, part: pa.Table, done: Done) -> pa.Table:
    """The settled rows with their places."""
    places = part.select([FILE, ROW])
    if done.kept is not None:
        places = places.take(done.kept)
    return settled.append_column(FILE, places.column(FILE)).append_column(ROW, places.column(ROW))


def _ends(table: pa.Table) -> list[list[int]]:
    if not table.num_rows:
        return [[0, 0], [-1, 0]]
    last = table.num_rows - 1
    return [[table.column(FILE)[at].as_py(), table.column(ROW)[at].as_py()] for at in (0, last)]


def about_rows(inputs: tuple[Input, ...]) -> int:
    """About how many rows a table has: Parquet says it, of CSV it is guessed from the size."""
    return sum(
        pq.read_metadata(entry.path).num_rows if entry.format == "parquet" else entry.size // _CSV_ROW + 1
        for entry in inputs
    )


def _assemble(
    work: Work, inputs: tuple[Input, ...], form: Format, names: tuple[str, ...], columns: tuple[str, ...],
    totals: Totals, manifest: dict[str, Any],
) -> None:  # fmt: skip
    """The folder of results, made of the pieces of the work."""
    work.drop("final")
    final = work.path("final")
    final.mkdir()
    folder = "merged" if work.has("merged") else "parts"
    pieces = sorted(work.path(folder).glob(f"*.{form}"))
    if form == "csv":
        join_files(pieces, final / "settled.csv", csv_header(names))
    else:
        (final / "settled").mkdir()
        for at, piece in enumerate(piece for piece in pieces if piece.stat().st_size):
            os.link(piece, final / "settled" / f"part-{at:06}.parquet")
    refused = sorted(work.path("parts").glob("*.refused"))
    join_refused(refused, [entry.path for entry in inputs], final / "refused.csv", (*_REFUSED, *columns))
    for name, value in (("totals.json", totals.json()), ("manifest.json", manifest)):
        (final / name).write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _identity(plan: Plan, policy: str, inputs: tuple[Input, ...], options: Options) -> Any:
    codes = sorted((name, sorted(table.items())) for name, table in options.renaming.values.items())
    renaming = [sorted(options.renaming.columns.items()), codes]
    return [
        __version__, policy, full_hash(plan), renaming, options.form, options.engine, options.encoding,
        list(options.keep), options.line, options.lang, options.part_rows,
        [[entry.path, entry.size, os.stat(entry.path).st_mtime_ns] for entry in inputs],
    ]  # fmt: skip


def _manifest(
    plan: Plan, policy: str, claims: str, inputs: tuple[Input, ...], options: Options, form: Format
) -> dict[str, Any]:
    """What somebody needs to know to do the run again, or to explain a row of it."""
    return {
        "schema": MANIFEST,
        "polc": __version__,
        "policy": policy,
        "plan": full_hash(plan),
        "claims": claims,
        "format": form,
        "encoding": options.encoding,
        "mapping": {
            "columns": dict(options.renaming.columns),
            "values": {name: dict(codes) for name, codes in options.renaming.values.items()},
        },
        "inputs": [{"path": entry.path, "bytes": entry.size, "sha256": file_hash(entry.path)} for entry in inputs],
    }


def file_hash(path: str) -> str:
    """The sha256 of a file."""
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
