"""The sheet as Markdown: a heading per section, a table of its lines; nothing from a file can act as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from polc.explain.document import Page, Section, Sheet, Table
from polc.explain.lines import references
from polc.explain.wording import Words, words

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def markdown(sheet: Sheet) -> str:
    """The sheet as Markdown that ends with a line end."""
    w = words(sheet.lang)
    blocks = [f"# {_plain(sheet.title)}", _plain(sheet.subtitle)]
    for page in (*sheet.pages, *sheet.years):
        blocks.extend(_page(page, w))
    blocks += ["---", _plain(sheet.signatures)]
    return "\n\n".join(blocks) + "\n"


def _plain(text: str) -> str:
    """The text with every sign of Markdown and HTML taken literally, on one line."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split("\n")))


def _page(page: Page, w: Words) -> Iterable[str]:
    yield f"## {_plain(page.title)}"
    for warning in page.warnings:
        yield f"> **{_plain(warning)}**"
    yield _plain(page.summary)
    shares = [
        [f"**{_plain(s.name)}**" if s.person else _plain(s.name), _plain(s.amount), _plain(s.share)]
        for s in page.shares
    ]
    yield _grid([w("r_bearer"), w("amount"), w("r_share")], ["left", "right", "right"], shares)
    yield from (_plain(note) for note in page.notes)
    for section in page.sections:
        yield from _section(section, page.own, w)


def _section(section: Section, own: str, w: Words) -> Iterable[str]:
    yield f"{'#' * (section.level + 2)} {_plain(section.number)} {_plain(section.title)}"
    beside = [section.note, *references(section.origins, own)]
    if any(beside):
        yield " · ".join(_plain(piece) for piece in beside if piece)
    if section.table is not None:
        yield _table(section.table, (), own, w)
    pending: list[list[str]] = []
    headings = [w("number"), w("item"), w("explanation"), w("amount"), w("basis")]
    aligns = ["left", "left", "left", "right", "left"]
    for line in section.lines:
        basis = references(line.origins, own)
        label = f"**{_plain(line.label)}**" if line.tone == "result" else _plain(line.label)
        body, amount = "<br>".join(_plain(row) for row in line.text), _plain(line.amount)
        pending.append([line.number, label, body, amount, "<br>".join(_plain(piece) for piece in basis)])
        if line.table is not None:
            yield _grid(headings, aligns, pending)
            yield _table(line.table, basis, own, w)
            pending = []
    if pending:
        yield _grid(headings, aligns, pending)


def _table(table: Table, known: Sequence[str], own: str, w: Words) -> str:
    cited = any(row.origins for row in table.rows)
    headings = [column.heading for column in table.columns] + ([w("basis")] if cited else [])
    aligns = [column.align for column in table.columns] + (["left"] if cited else [])
    rows = []
    for row in table.rows:
        pieces = [piece for piece in references(row.origins, own) if piece not in known]
        cells = [f"**{_plain(cell)}**" if row.tone == "result" and cell else _plain(cell) for cell in row.cells]
        rows.append(cells + (["<br>".join(_plain(piece) for piece in pieces)] if cited else []))
    return _grid([_plain(heading) for heading in headings], aligns, rows)


def _grid(headings: Sequence[str], aligns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rule = [" ---: " if align == "right" else " --- " for align in aligns]
    shown = [f"| {' | '.join(headings)} |", f"|{'|'.join(rule)}|"]
    return "\n".join([*shown, *(f"| {' | '.join(row)} |" for row in rows)])
