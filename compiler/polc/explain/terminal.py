"""The sheet for a terminal: the same lines in rich tables with colours, in as many columns as there is room for.

Rows are broken before rich sees them, where Chinese may be broken; rich only knows spaces. Only this module imports
rich's tables.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

from attrs import frozen
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as Grid
from rich.text import Text

from polc.explain.document import Line, Page, Section, Sheet, Table
from polc.explain.grid import wrapped
from polc.explain.lines import references
from polc.explain.text import packed, table_rows
from polc.explain.wording import Words, words

_STYLES = {
    "plain": "", "result": "bold", "quiet": "dim", "bad": "yellow", "warning": "bold magenta", "head": "bold",
    "rule": "dim", "basis": "dim",
}  # fmt: skip
_WIDEST = 140
_GAP = 2
_LABEL = 16
_BASIS = 30
_ENOUGH = 34
"""How wide the text of a line has to be for another column beside it."""


def terminal(sheet: Sheet, width: int) -> str:
    """The sheet with colour codes, at most `width` cells wide."""
    out = io.StringIO()
    width = max(min(width, _WIDEST), 40)
    console = Console(file=out, width=width, force_terminal=True, color_system="standard", highlight=False)
    w = words(sheet.lang)
    _say(console, sheet.title, "bold")
    _say(console, sheet.subtitle, "dim")
    for page in (*sheet.pages, *sheet.years):
        _page(console, page, w)
    console.print(Rule(style="dim"))
    _say(console, sheet.signatures, "dim")
    return out.getvalue()


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(Text("\n".join(wrapped(text, console.width)), style), no_wrap=True)


def _page(console: Console, page: Page, w: Words) -> None:
    console.print()
    console.print(Rule(style="cyan"))
    _say(console, page.title, "bold")
    console.print(Rule(style="cyan"))
    for warning in page.warnings:
        _say(console, warning, _STYLES["warning"])
    _say(console, page.summary)
    shares = Grid.grid(padding=(0, _GAP))
    room = console.width - 4 - 2 * _GAP - sum(max((cell_len(x) for x in part), default=0) for part in (
        [share.amount for share in page.shares], [share.share for share in page.shares])) - 4  # fmt: skip
    for share in page.shares:
        style = "bold green" if share.person else ""
        name = Text("\n".join(wrapped(share.name, max(room, 12))), style)
        shares.add_row(name, Text(share.amount, style, justify="right"), Text(share.share, "dim", justify="right"))
    console.print(Padding(shares, (1, 4)))
    for note in page.notes:
        _say(console, note)
    layout = _layout(page, console.width)
    for section in page.sections:
        _section(console, section, layout, page.own, w)


@frozen(eq=False, repr=False, slots=False)
class _Layout:
    """The widths of a page's columns; those of label and basis 0 where they stand above and below the text."""

    number: int
    label: int
    text: int
    amount: int
    basis: int


def _layout(page: Page, width: int) -> _Layout:
    """Number, what it is, how it came about, amount, what it rests on; on a narrow terminal some share a column."""
    lines = [line for section in page.sections for line in section.lines]
    number = max((cell_len(line.number) for line in lines), default=3)
    label = min(max((cell_len(line.label) for line in lines), default=4), _LABEL)
    amount = max((cell_len(line.amount) for line in lines), default=4)
    pieces = [piece for line in lines for piece in references(line.origins, page.own)]
    basis = min(max(map(cell_len, pieces), default=0), _BASIS)
    text = width - number - label - amount - basis - 4 * _GAP
    if text < _ENOUGH:
        basis, text = 0, width - number - label - amount - 3 * _GAP
    if text < _ENOUGH:
        label, text = 0, width - number - amount - 2 * _GAP
    return _Layout(number, label, text, amount, basis)


def _section(console: Console, section: Section, layout: _Layout, own: str, w: Words) -> None:
    console.print()
    title = f"{section.number}  {section.title}"
    pieces = [piece for piece in (section.note, *references(section.origins, own)) if piece]
    beside = "  ".join(pieces)
    head = Text("\n".join(wrapped(title, console.width)), "bold cyan" if section.level == 1 else "bold")
    if beside and cell_len(title) + _GAP + cell_len(beside) <= console.width:
        head.append(f"  {beside}", "dim")
        beside = ""
    console.print(head, no_wrap=True)
    if beside:
        hang = " " * (len(section.number) + _GAP)
        room = console.width - len(hang)
        rows = packed([row for piece in pieces for row in wrapped(piece, room)], room)
        console.print(Text("\n".join(hang + row for row in rows), "dim"), no_wrap=True)
    if section.table is not None:
        _table(console, section.table, (), own, w, 2)
    grid = _grid(layout)
    for line in section.lines:
        grid.add_row(*_cells(line, layout, own))
        if line.table is not None:
            console.print(grid)
            _table(console, line.table, references(line.origins, own), own, w, layout.number + _GAP)
            grid = _grid(layout)
    if grid.row_count:
        console.print(grid)


def _grid(layout: _Layout) -> Grid:
    grid = Grid.grid(padding=(0, _GAP))
    columns = ((layout.number, "left"), (layout.label, "left"), (layout.text, "left"), (layout.amount, "right"),
               (layout.basis, "left"))  # fmt: skip
    for width, align in columns:
        if width:
            grid.add_column(width=width, justify=align, no_wrap=True)  # type: ignore[arg-type]
    return grid


def _cells(line: Line, layout: _Layout, own: str) -> Iterable[Text]:
    style, basis = _STYLES[line.tone], references(line.origins, own)
    yield Text(line.number, "dim")
    text = Text()
    rows: list[tuple[str, str]] = [(row, style) for paragraph in line.text for row in wrapped(paragraph, layout.text)]
    label = wrapped(line.label, layout.label or layout.text)
    if layout.label:
        yield Text("\n".join(label), style)
    else:
        rows = [*((row, f"{style} bold") for row in label), *rows]
    if not layout.basis:
        rows += [(row, "dim") for row in packed(basis, layout.text)]
    for at, (row, how) in enumerate(rows):
        text.append(("\n" if at else "") + row, how)
    yield text
    yield Text(line.amount, style)
    if layout.basis:
        cut = [row for piece in packed(basis, layout.basis) for row in wrapped(piece, layout.basis)]
        yield Text("\n".join(cut), "dim")


def _table(console: Console, table: Table, known: Sequence[str], own: str, w: Words, indent: int) -> None:
    """A table in the columns of the plain text, its rows in their colours."""
    for row, tone in table_rows(table, known, indent, own, w, console.width):
        console.print(Text(row, _STYLES[tone]), no_wrap=True, crop=False)
