"""A sheet to be kept beside a policy: one record per line, so that a change of one amount changes one line.

What moves without a change of meaning is left out: places in files and the plan's hash. Lines keep the numbers they
have on the sheet that `polc explain` shows. A record is `NUMBER label = amount 〔clauses〕`, its rows of text and of
tables stand indented below it. `read_pinned` reads what `pinned` wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, field, frozen

from polc.explain.document import Line, Page, Section, Sheet, Table
from polc.explain.lines import references
from polc.explain.visible import visible
from polc.plan import Origin

_LEFT_OUT = frozenset({"policy_hash"})
_RECORD = re.compile(
    r" *(?P<number>\d+(?:\.\d+)*) (?P<label>.*?)(?: = (?P<amount>[^〔〕=]+?))?(?: 〔(?P<basis>[^〔〕]*)〕)?", re.S
)
_PAGE = "═ "


@frozen
class Record:
    """A numbered line of a pinned sheet: the page it stands on, number, label, amount, clauses, rows below it."""

    page: str
    number: str
    label: str
    amount: str
    basis: str
    rows: tuple[str, ...] = field(default=())


def pinned(title: str, sheets: Sequence[Sheet]) -> str:
    """The sheets of one example as text that ends with a line end; `title` is its first line."""
    lines = [visible(title)]
    for sheet in visible(tuple(sheets)):
        for page in (*sheet.pages, *sheet.years):
            lines += ["", f"{_PAGE}{page.title}", *page.warnings, page.summary]
            for section in page.sections:
                lines += ["", *_section(section, page)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _section(section: Section, page: Page) -> Iterator[str]:
    beside = f"（{section.note}）" if section.note else ""
    yield _head("", section.number, section.title + beside, section.amount, section.origins, page)
    yield from _table(section.table, "  ", page)
    for line in section.lines:
        if line.kind not in _LEFT_OUT:
            yield from _line(line, page)


def _line(line: Line, page: Page) -> Iterator[str]:
    yield _head("  ", line.number, line.label, line.amount, line.origins, page)
    for row in line.text:
        yield f"    {row}"
    yield from _table(line.table, "    ", page)


def _head(indent: str, number: str, label: str, amount: str, origins: Iterable[Origin], page: Page) -> str:
    told = f"{indent}{number} {label}"
    if amount:
        told += f" = {amount}"
    basis = _clauses(origins, page)
    return f"{told} 〔{basis}〕" if basis else told


def _clauses(origins: Iterable[Origin], page: Page) -> str:
    return "；".join(references([evolve(origin, place="") for origin in origins], page.own)).translate(_BRACKETS)


_BRACKETS = str.maketrans("〔〕", "（）")


def _table(table: Table | None, indent: str, page: Page) -> Iterator[str]:
    if table is None:
        return
    yield indent + "| " + " | ".join(column.heading for column in table.columns)
    for row in table.rows:
        basis = _clauses(row.origins, page)
        yield indent + "| " + " | ".join(row.cells) + (f" 〔{basis}〕" if basis else "")


# ---------------------------------------------------------------- reading


def read_pinned(text: str) -> tuple[Record, ...]:
    """The records of a pinned sheet in order; whatever does not look like one belongs to the record above it."""
    found: list[Record] = []
    page = ""
    for line in text.splitlines():
        if line.startswith(_PAGE):
            page = line.removeprefix(_PAGE)
            found.append(Record(page, "", "", "", ""))
            continue
        match = _RECORD.fullmatch(line) if not line.startswith("    ") else None
        if match is not None:
            given = match.groupdict()
            found.append(
                Record(page, given["number"], given["label"], (given["amount"] or "").strip(), given["basis"] or "")
            )
        elif line.strip() and found:
            found[-1] = evolve(found[-1], rows=(*found[-1].rows, line.strip()))
    return tuple(found)
