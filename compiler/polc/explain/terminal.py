"""The sheet for a terminal: the same lines in rich tables with colours. Only this module imports rich's tables."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as Grid
from rich.text import Text

from polc.explain.document import Page, Section, Sheet, Table
from polc.explain.grid import wrapped
from polc.explain.lines import references
from polc.explain.text import packed
from polc.explain.wording import Words, words

_STYLES = {"plain": "", "result": "bold", "quiet": "dim", "bad": "yellow", "warning": "bold magenta"}


def terminal(sheet: Sheet, width: int) -> str:
    """The sheet with colour codes, `width` cells wide."""
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=True, color_system="standard", highlight=False)
    w = words(sheet.lang)
    console.print(Text(sheet.title, "bold"))
    console.print(Text(sheet.subtitle, "dim"))
    for page in (*sheet.pages, *sheet.years):
        _page(console, page, w)
    console.print(Rule(style="dim"))
    console.print(Text(sheet.signatures, "dim"))
    return out.getvalue()


def _page(console: Console, page: Page, w: Words) -> None:
    width = console.width
    console.print()
    console.print(Rule(Text(page.title, "bold"), style="cyan"))
    for warning in page.warnings:
        console.print(Text(_rows([warning], width), _STYLES["warning"]))
    console.print(Text(_rows([page.summary], width)))
    shares = Grid.grid(padding=(0, 2))
    shares.add_column()
    shares.add_column(justify="right")
    shares.add_column(justify="right", style="dim")
    for share in page.shares:
        style = "bold green" if share.person else ""
        shares.add_row(Text(share.name, style), Text(share.amount, style), Text(share.share))
    console.print(Padding(shares, (1, 4)))
    for note in page.notes:
        console.print(Text(_rows([note], width)))
    for section in page.sections:
        _section(console, section, page.own, w)


def _section(console: Console, section: Section, own: str, w: Words) -> None:
    console.print()
    title = Text(f"{section.number}  {section.title}", "bold cyan" if section.level == 1 else "bold")
    beside = [piece for piece in (section.note, *references(section.origins, own)) if piece]
    console.print(title.append("  " + "  ".join(beside), "dim") if beside else title)
    if section.table is not None:
        console.print(_table(section.table, (), own, w))
    body = max(console.width - 66, 20)
    grid = _lines(body)
    for line in section.lines:
        basis = references(line.origins, own)
        style = _STYLES[line.tone]
        grid.add_row(
            Text(line.number, "dim"), Text(line.label, style), Text(_rows(line.text, body), style),
            Text(line.amount, style), Text("\n".join(packed(basis, 26)), "dim"),
        )  # fmt: skip
        if line.table is not None:
            console.print(grid)
            console.print(Padding(_table(line.table, basis, own, w), (0, 0, 0, 9)))
            grid = _lines(body)
    if grid.row_count:
        console.print(grid)


def _rows(text: Sequence[str], width: int) -> str:
    """Rows broken where Chinese may be broken; rich only knows spaces."""
    return "\n".join(row for paragraph in text for row in wrapped(paragraph, width))


def _lines(body: int) -> Grid:
    """The five columns of lines, as wide everywhere."""
    grid = Grid.grid(padding=(0, 1))
    for width, align in ((7, "left"), (16, "left"), (body, "left"), (13, "right"), (26, "left")):
        grid.add_column(width=width, justify=align, overflow="fold")  # type: ignore[arg-type]
    return grid


def _table(table: Table, known: Sequence[str], own: str, w: Words) -> Grid:
    cited = any(row.origins for row in table.rows)
    grid = Grid(box=SIMPLE_HEAD, padding=(0, 1))
    for column in table.columns:
        grid.add_column(column.heading, justify=column.align, overflow="fold")
    if cited:
        grid.add_column(w("basis"), style="dim", overflow="fold")
    for row in table.rows:
        pieces = [piece for piece in references(row.origins, own) if piece not in known]
        cells = [Text(cell, _STYLES[row.tone]) for cell in row.cells]
        grid.add_row(*cells, *([Text("  ".join(pieces))] if cited else []))
    return grid
