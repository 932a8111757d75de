"""Tables of refused rows that come back mended: read as what they were before they were written down.

A refused row stands in `refused.csv` with its place and the reason. Sent again, it takes the place of the one that was
refused, whatever was mended in it: a row without a number has nothing else to be known by.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from polc.csv_cells import MARKED

PLACE = ("file", "row", "refusal", "reason")
"""What stands before the cells in a table of refused rows."""


def is_returned(columns: Sequence[str]) -> bool:
    """Whether a table with these columns is one of refused rows."""
    return set(PLACE) <= {*columns}


def unmarked(table: pa.Table) -> pa.Table:
    """The table without the apostrophes that were put before what looks like a formula."""
    columns = [
        pc.replace_substring_regex(column, MARKED, r"\1") if pa.types.is_string(column.type) else column
        for column in table.columns
    ]
    return pa.table(columns, names=table.column_names)


def unmarked_text(cell: str) -> str:
    """The same for one cell."""
    return re.sub(MARKED, r"\1", cell)


def mark_of(file: str, row: object, reason: str) -> str:
    """What a refused row is known by: where it stood and why it was refused."""
    return hashlib.sha256(f"{file}\n{row}\n{' '.join(reason.split())}".encode()).hexdigest()[:24]


def taken_up(returned: Iterable[tuple[str, str]], waiting: Iterable[Mapping[str, str]]) -> frozenset[tuple[str, str]]:
    """Which of the waiting rows (person and mark) come back: those with the mark of a returned row (mark and person
    now) that no other has; of several with one mark, that of the same person."""
    by_mark: dict[str, list[str]] = {}
    for entry in waiting:
        by_mark.setdefault(entry["mark"], []).append(entry["psn_no"])
    found = set()
    for mark, person in returned:
        persons = by_mark.get(mark, [])
        if len(persons) == 1 or persons.count(person) == 1:
            found.add((persons[0] if len(persons) == 1 else person, mark))
    return frozenset(found)
