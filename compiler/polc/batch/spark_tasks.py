"""What the machines of a cluster do: one function per kind of task, from what was shipped to pieces of the work.

A task may be done twice, at the same time as well, by a machine that was given up for lost or by a copy that Spark
starts of a slow one. So it writes nothing but pieces, and the same ones each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import evolve, frozen

from polc.batch import buckets
from polc.batch.arrow import run_starts
from polc.batch.cells import order_by, read_cell, write_cells
from polc.batch.chunks import Chunk, Ragged, Slice, decoded
from polc.batch.duplicates import Places, places_of
from polc.batch.hashing import hashes
from polc.batch.manifest import file_hash
from polc.batch.memory import keep_memory
from polc.batch.merge import Window
from polc.batch.names import hashed_names
from polc.batch.part_columns import no_rows
from polc.batch.parts import Part, persons_of, with_places
from polc.batch.pieces import Pieces
from polc.batch.sources import Side, Sources
from polc.batch.stretches import Stretch, Unit
from polc.batch.told_apart import names_only, other_hashes
from polc.claims.vocabulary import Vocabulary

_SAMPLE = np.uint64(1023)
Settles = Callable[["Shipped", Any], list[str]]
"""A task that settles something and says what pieces came of it."""
Spilled = tuple[str, ...]
"""The files that one task spilled rows of a table into, in order."""


@frozen(eq=False, repr=False, slots=False)
class Shipped:
    """What every task gets, sent to each machine once."""

    pieces: Pieces
    sources: Sources

    @property
    def words(self) -> Vocabulary:
        """What columns mean."""
        return self.pieces.task.policies.entries[0].words


@frozen(eq=False, repr=False, slots=False)
class Spread:
    """What all files of spilled rows are read by: how many persons' files there are, the files of each table, its rows
    that are not even rows, where windows of results begin."""

    count: int
    files: Mapping[str, Spilled]
    ragged: tuple[tuple[int, Ragged], ...] = ()
    windows: tuple[Window, ...] = ()
    twice: tuple[tuple[int, int], ...] = ()


# ---------------------------------------------------------------- a look at the claims


def look(shipped: Shipped, item: tuple[int, Sequence[Slice]]) -> tuple[list[Stretch], int]:
    """The persons of some slices; how many names their rows have, which are kept to find those that occur twice."""
    number, slices = item
    claims = shipped.sources.claims
    named = names_only(claims, shipped.words)
    narrow = evolve(named, read=named.read | {*claims.numbers})
    names = _Names(shipped)
    found = [_stretch(narrow, of, shipped.sources.base, names) for of in slices]
    names.write(f"names/{number:06}")
    return found, names.count


def _stretch(claims: Side, of: Slice, base: int, names: _Names) -> Stretch:
    ascends, rows, first, last = True, 0, None, None
    sample: set[int] = set()
    for chunk in claims.slice(of):
        if not chunk.table.num_rows:
            continue
        names.add(with_places(chunk, base))
        persons = persons_of(chunk.table, claims.numbers)
        ascends = ascends and run_starts(persons) is not None and (rows == 0 or last <= persons[0].as_py())
        first = persons[0].as_py() if rows == 0 else first
        last, rows = persons[-1].as_py(), rows + len(persons)
        if len(claims.inputs) > 1:
            found = _persons(chunk.table, claims)
            sample |= set(found[found & _SAMPLE == 0].tolist())
    return Stretch(of, rows, first, last, ascends, frozenset(sample))


def file_persons(shipped: Shipped, item: tuple[int, Sequence[Slice]]) -> int:
    """The persons of a file, kept to find out whether another has some of them; how many there are."""
    number, slices = item
    claims = evolve(shipped.sources.claims, read=frozenset(shipped.sources.claims.numbers))
    found = [np.unique(_persons(chunk.table, claims)) for of in slices for chunk in claims.slice(of)]
    persons = np.unique(np.concatenate(found)) if found else np.zeros(0, np.uint64)
    with shipped.pieces.work.piece(f"persons/{number:06}") as half:
        buckets.write(persons, np.zeros(len(persons), np.int64), half)
    return len(persons)


def _persons(table: pa.Table, claims: Side) -> buckets.Hashes:
    """The hashes of persons, without rows of nobody: these are refused wherever they stand."""
    persons = persons_of(table, claims.numbers, as_text=True)
    return hashes(persons.filter(pc.not_equal(persons, "")))


def any_shared(shipped: Shipped, of: tuple[int, int], *, files: int) -> bool:
    """Whether two files have a person in common, of those in a range."""
    paths = [shipped.pieces.work.path(f"persons/{number:06}") for number in range(files)]
    return buckets.shared(paths, *of)


class _Names:
    """The names of rows, as they are seen."""

    def __init__(self, shipped: Shipped) -> None:
        self.shipped, self.count = shipped, 0
        self.hashes: list[buckets.Hashes] = []
        self.places: list[buckets.Numbers] = []

    def add(self, table: pa.Table) -> None:
        """Those of the rows of a table."""
        found, rows = hashed_names(table, self.shipped.words)
        self.hashes.append(found)
        self.places.append(places_of(rows))
        self.count += len(found)

    def write(self, piece: str) -> None:
        """Keeps them as a piece."""
        with self.shipped.pieces.work.piece(piece) as half:
            buckets.write(
                np.concatenate([np.zeros(0, np.uint64), *self.hashes]),
                np.concatenate([np.zeros(0, np.int64), *self.places]), half,
            )  # fmt: skip


def names_twice(shipped: Shipped, of: tuple[int, int], *, files: Sequence[str]) -> list[tuple[int, int]]:
    """The places of rows whose name an earlier row has, each with that of the first such row, for names in a range."""
    return buckets.twice([shipped.pieces.work.path(name) for name in files], *of)


def other_names(shipped: Shipped, item: tuple[int, Slice, Places]) -> list[int]:
    """Other hashes of the names of rows at some places of a slice of one of the tables that have names."""
    number, of, places = item
    side, base = shipped.sources.named[number]
    pieces = (with_places(chunk, base) for chunk in names_only(side, shipped.words).slice(of))
    found: list[int] = other_hashes(pieces, shipped.words, places).tolist()
    return found


def _places(pairs: Sequence[tuple[int, int]]) -> Places:
    """The first of each pair."""
    return np.array([place for place, _ in pairs], np.int64)


# ---------------------------------------------------------------- claims that are settled where they stand


def settle_unit(shipped: Shipped, item: tuple[Unit, Sequence[tuple[int, int]]]) -> list[str]:
    """One unit settled, with the pairs of places of rows whose name was used before; its pieces."""
    keep_memory()
    unit, pairs = item
    claims, base = shipped.sources.claims, shipped.sources.base
    tables: list[pa.Table] = []
    ragged: list[tuple[int, Ragged]] = []
    last: Any = None
    for number, of in enumerate(unit.slices):
        for chunk in claims.slice(of):
            if not number or unit.whole:
                ragged += [(base + chunk.file, row) for row in chunk.ragged]
            if not chunk.table.num_rows:
                continue
            table = with_places(chunk, base)
            persons = persons_of(table, claims.numbers)
            if unit.whole:
                pass
            elif number:  # of further slices only what is left of the last person
                table = table.filter(pc.equal(persons, last))
            else:
                last = persons[-1].as_py()
                if unit.before is not None:
                    table = table.filter(pc.not_equal(persons, unit.before))
            tables.append(table)
    whole = pa.concat_tables(tables) if tables else no_rows(claims.read)
    part = Part(unit.number, whole, tuple(ragged))
    shipped.pieces.settle(part, _places(pairs), windows=None)
    return shipped.pieces.written(unit.number)


# ---------------------------------------------------------------- claims that are spread by person first


def spill_slices(shipped: Shipped, item: tuple[str, int, Sequence[Slice]], *, count: int, rows: int) -> dict[str, Any]:
    """The rows of some slices of a table in files by person, each of at least `rows` rows as far as there are so many;
    what was seen on the way."""
    table, number, slices = item
    name = f"spill/{table}-{number:06}"
    work = shipped.pieces.work
    if not work.has(f"{name}.json"):
        work.write(f"{name}.json", _spill(shipped, table, name, slices, count, rows))
    told: dict[str, Any] = work.read(f"{name}.json")
    return told


def _spill(shipped: Shipped, table: str, name: str, slices: Sequence[Slice], count: int, rows: int) -> dict[str, Any]:
    sources, work = shipped.sources, shipped.pieces.work
    side = sources.claims if table == "claims" else sources.sides[table]
    base = sources.base if table == "claims" else 0
    names = _Names(shipped)
    told: dict[str, Any] = {"files": [], "ragged": [], "pieces": [], "names": [], "count": 0}
    for number, chunks in enumerate(_filled(side, slices, rows)):
        tables = []
        for chunk in chunks:
            told["ragged"] += [(base + chunk.file, r.row, list(r.cells), list(r.columns)) for r in chunk.ragged]
            if chunk.table.num_rows:
                told["pieces"].append((base + chunk.file, int(chunk.rows[0]), chunk.table.num_rows))
                tables.append(decoded(with_places(chunk, base)))
        if not tables:
            continue
        whole = pa.concat_tables(tables)
        del tables, chunks
        if table in ("claims", "history"):
            names.add(whole)
        target = (hashes(persons_of(whole, side.numbers, as_text=True)) % np.uint64(count)).astype(np.int64)
        order, bounds = order_by(target, count)
        file = f"{name}-{number:03}"
        with work.piece(file) as half:
            write_cells(whole.take(pa.array(order)), bounds, half)
        told["files"].append(file)
    if names.count:
        told["names"], told["count"] = [f"{name}.names"], names.count
        names.write(f"{name}.names")
    return told


def _filled(side: Side, slices: Sequence[Slice], rows: int) -> Iterator[list[Chunk]]:
    """The chunks of some slices, in groups of about so many rows."""
    waiting: list[Chunk] = []
    for of in slices:
        for chunk in side.slice(of):
            waiting.append(chunk)
            if sum(one.table.num_rows for one in waiting) >= rows:
                yield waiting
                waiting = []
    if waiting:
        yield waiting


def settle_spilled(shipped: Shipped, at: int, *, spread: Spread) -> list[str]:
    """The persons of one file of the spills settled; the pieces that makes, none where they have no rows."""
    keep_memory()
    claims, *sides = (_together(shipped, files, at, spread.count) for files in spread.files.values())
    about = dict(zip(list(spread.files)[1:], sides, strict=True))
    if claims is None:
        if at and all(side is None for side in sides):
            return []
        claims = no_rows(shipped.sources.claims.read)
    part = Part(at, claims, () if at else spread.ragged, about)
    shipped.pieces.settle(part, _places(spread.twice), windows=spread.windows)
    return shipped.pieces.written(at)


def _together(shipped: Shipped, files: Spilled, at: int, count: int) -> pa.Table | None:
    work = shipped.pieces.work
    found = [table for name in files if (table := read_cell(work.path(name), at, count)) is not None]
    return pa.concat_tables(found) if found else None


def merge_window(shipped: Shipped, window: int, *, parts: Sequence[str], count: int) -> None:
    """The results of one window put in order."""
    work = shipped.pieces.work
    shipped.pieces.merge([Path(work.path(name)) for name in parts], window, count)


# ---------------------------------------------------------------- both


def hash_file(_: Shipped, path: str) -> str:
    """The sha256 of a file."""
    return file_hash(path)
