"""Rows that are left out of a comparison, kept in files: `RefusedRow`, `write_rows`, `listed`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from attrs import frozen

from pol_lang.problem import Language, Problem
from polc.csv_cells import harmless
from polc.explain.figures import machine_money
from polc.impact.result import RefusedBoth, Told

COLUMNS = ("file", "row", "person", "claim", "cost", "old", "old_reason", "new", "new_reason")
"""The columns of a table of rows left out."""


class CancelledUnderOne(Problem):
    """Under one of the two policies the row is cancelled by another, under the other it is not, since that other row is
    refused there. It is left out of the comparison.
    ---
    按一个政策，这一行被另一行冲销；按另一个政策没有，因为那一行在那里未通过。这一行不计入比较。
    """

    code = "C696"
    zh: ClassVar[str] = "只按一个政策冲销了"
    en: ClassVar[str] = "is cancelled under one of the policies only"
    hint_zh: ClassVar[str] = "改正冲销它的那一行"
    hint_en: ClassVar[str] = "mend the row that cancels it"


@frozen(eq=False, repr=False, slots=False)
class RefusedRow:
    """A row that is left out: file (of claims: counted, of persons: its path), row, person, claim and cost (fen; None:
    cannot be read) as far as known, and what stands against it under each plan."""

    file: int | str
    row: int
    person: str
    claim: str
    cost: int | None
    old: tuple[Problem, ...]
    new: tuple[Problem, ...]


def settled_by_one(where: str) -> Problem:
    """Why a row that neither plan refuses is left out."""
    return CancelledUnderOne(where=where)


def write_rows(rows: Iterable[RefusedRow], path: Path) -> None:
    """Writes rows, in their order, for `read_rows`."""
    with open(path, "w", encoding="utf-8") as stream:
        for row in rows:
            told = [[[x.code, x.message("zh"), x.message("en")] for x in side] for side in (row.old, row.new)]
            json.dump([row.file, row.row, row.person, row.claim, row.cost, *told], stream, ensure_ascii=False)
            stream.write("\n")


def read_rows(pieces: Sequence[Path], files: Sequence[str]) -> Iterator[RefusedBoth]:
    """The rows of some pieces together, by file and row, each piece being in that order; `files` are the paths of
    those that are counted. No more pieces are open at a time than reach into each other."""
    waiting = []
    for piece in pieces:
        with open(piece, encoding="utf-8") as stream:
            first = stream.readline()
        if first:
            waiting.append((_place(json.loads(first)), piece))
    waiting.sort(key=lambda entry: entry[0], reverse=True)
    heap: list[tuple[tuple[Any, int], int, list[Any], Iterator[list[Any]]]] = []
    opened = 0
    while heap or waiting:
        while waiting and (not heap or waiting[-1][0] <= heap[0][0]):
            lines = _lines(waiting.pop()[1])
            cells = next(lines)
            heappush(heap, (_place(cells), opened, cells, lines))
            opened += 1
        _, number, cells, lines = heappop(heap)
        yield _row(cells, files)
        following = next(lines, None)
        if following is not None:
            heappush(heap, (_place(following), number, following, lines))


def listed(pieces: Sequence[Path], files: Sequence[str], most: int) -> tuple[RefusedBoth, ...]:
    """The first rows of some pieces."""
    return tuple(islice(read_rows(pieces, files), most))


def refused_csv(rows: Iterable[RefusedBoth], lang: Language) -> Iterator[bytes]:
    """A table of rows left out as CSV, line by line."""
    yield _line(COLUMNS)
    for row in rows:
        told = []
        for side in (row.old, row.new):
            told += [side[0].code if side else "", "；".join(t.zh if lang == "zh" else t.en for t in side)]
        cost = "" if row.cost is None else machine_money(row.cost)
        yield _line([row.file, f"{row.row}", row.person, row.claim, cost, *told])


def _line(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow([harmless(cell) for cell in cells])
    return out.getvalue().encode()


def _lines(path: Path) -> Iterator[list[Any]]:
    with open(path, encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def _place(cells: list[Any]) -> tuple[Any, int]:
    return cells[0], cells[1]


def _row(cells: list[Any], files: Sequence[str]) -> RefusedBoth:
    file, row, person, claim, cost, old, new = cells
    path = files[file] if isinstance(file, int) else file
    told = [tuple(Told(*entry) for entry in side) for side in (old, new)]
    return RefusedBoth(path, row, person, claim, cost, told[0], told[1])
