"""The sheet as plain text: the same bytes everywhere, columns straight, at most `WIDTH` cells wide.

Every line is a record of five columns: number, what it is, how it came about, amount, what it rests on. Their widths
are chosen once per page, so amounts stand under amounts through the whole page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import evolve, frozen
from rich.cells import cell_len

from polc.explain.document import Line, Page, Section, Sheet, Table
from polc.explain.grid import Field, padded, rows_of, wrapped
from polc.explain.lines import references
from polc.explain.wording import Words, words

WIDTH = 100
_GAP = 2
_LABEL = 16
_BASIS = 24
_INDENT = 2
_NARROW = 10
_LONGEST = 40
_PLACE = re.compile(r"^\S+:\d+$")


def text(sheet: Sheet) -> str:
    """The sheet as text that ends with a line end."""
    w = words(sheet.lang)
    lines = [sheet.title, sheet.subtitle]
    for page in (*sheet.pages, *sheet.years):
        lines += ["", *_page(page, w)]
    lines += ["", "─" * WIDTH, *wrapped(sheet.signatures, WIDTH)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


@frozen(eq=False, repr=False, slots=False)
class _Layout:
    """The five columns of a page."""

    fields: tuple[Field, ...]

    @property
    def body(self) -> int:
        """Where what belongs to a line, and is not a column of it, starts."""
        return _INDENT + self.fields[0].width + _GAP


def _page(page: Page, w: Words) -> Iterable[str]:
    layout = _layout(page)
    yield "═" * WIDTH
    yield from wrapped(page.title, WIDTH)
    yield "═" * WIDTH
    for warning in page.warnings:
        yield from wrapped(warning, WIDTH)
    yield from wrapped(page.summary, WIDTH)
    if page.shares:
        yield ""
    name = max((cell_len(share.name) for share in page.shares), default=0)
    amount = max((cell_len(share.amount) for share in page.shares), default=0)
    fields = (Field(min(name, 50)), Field(amount, "right"), Field(6, "right"))
    for share in page.shares:
        yield from rows_of(((share.name,), (share.amount,), (share.share,)), fields, 4)
    for note in page.notes:
        yield ""
        yield from wrapped(note, WIDTH)
    for section in page.sections:
        yield from _section(section, layout, page.own, w)


def section_text(section: Section, page: Page, w: Words) -> list[str]:
    """One section by itself, in columns that fit it."""
    layout = _layout(evolve(page, sections=(section,)))
    return [line.rstrip() for line in _section(section, layout, page.own, w) if line.strip()]


def _layout(page: Page) -> _Layout:
    """Columns that fit the page: labels, amounts and numbers by need, the rest for the text."""
    lines = [line for section in page.sections for line in section.lines]
    number = max((cell_len(line.number) for line in lines), default=3)
    label = min(max((cell_len(line.label) for line in lines), default=4), _LABEL)
    amount = max((cell_len(line.amount) for line in lines), default=4)
    pieces = [piece for line in lines for piece in references(line.origins, page.own)]
    basis = _basis_width(pieces)
    space = WIDTH - _INDENT - number - label - amount - basis - 4 * _GAP
    widths = (number, label, space, amount, basis)
    return _Layout(tuple(Field(width, "right" if at == 3 else "left") for at, width in enumerate(widths)))


def _section(section: Section, layout: _Layout, own: str, w: Words) -> Iterable[str]:
    yield ""
    head = f"{section.number}  {section.title}"
    beside = [piece for piece in (section.note, *references(section.origins, own)) if piece]
    if section.level == 1:
        yield from wrapped(head, WIDTH)
        yield "─" * WIDTH
    else:
        hang = " " * (len(section.number) + 2)
        room = WIDTH - len(hang)
        first, *others = packed([row for piece in (head, *beside) for row in wrapped(piece, room)], room)
        yield from (first, *(hang + row for row in others))
        yield "┄" * WIDTH
    if section.table is not None:
        yield from table(section.table, (), _INDENT, own, w)
    for line in section.lines:
        yield from _line(line, layout, own, w)


def _line(line: Line, layout: _Layout, own: str, w: Words) -> Iterable[str]:
    number, label, body, amount, basis = layout.fields
    cells = [
        (line.number,),
        (line.label,),
        line.text,
        (line.amount,),
        packed(references(line.origins, own), basis.width),
    ]
    fields = [number, label, body, amount, basis]
    while len(fields) > 3 and not any(cells[3]):  # the text runs on over columns that have nothing in this line
        if len(fields) > 4 and cells[4]:
            fields[2:4] = [Field(fields[2].width + _GAP + amount.width)]
            del cells[3]
            break
        fields[2:4] = [Field(fields[2].width + _GAP + fields[3].width)]
        del cells[3]
    yield from rows_of(cells, fields, _INDENT, _GAP)
    if line.table is not None:
        yield from table(line.table, references(line.origins, own), layout.body, own, w)


def _basis_width(pieces: Sequence[str]) -> int:
    """How wide the column of what lines rest on is: long names of documents wrap, places (file:line) never do."""
    place = max((cell_len(x) for x in pieces if _PLACE.search(x)), default=0)
    return max(min(max(map(cell_len, pieces), default=0), _BASIS), min(place, _LONGEST))


def packed(pieces: Sequence[str], width: int) -> list[str]:
    """Pieces side by side as long as they fit into a row."""
    rows: list[str] = []
    for piece in pieces:
        if rows and cell_len(rows[-1]) + 2 + cell_len(piece) <= width:
            rows[-1] += "  " + piece
        else:
            rows.append(piece)
    return rows


def table(shown: Table, known: Sequence[str], indent: int, own: str, w: Words) -> Iterable[str]:
    """A table under its line, with a rule under the headings."""
    return (row for row, _ in table_rows(shown, known, indent, own, w, WIDTH))


def table_rows(
    shown: Table, known: Sequence[str], indent: int, own: str, w: Words, width: int
) -> Iterable[tuple[str, str]]:
    """The rows of a table, each with the tone of what it shows ("head", "rule" and "basis" besides those of rows).

    A last column shows what rows rest on beyond what the line says already (`known`); where `width` is too narrow for
    it, it stands below each row.
    """
    aligns = [column.align for column in shown.columns]
    grid = [[column.heading for column in shown.columns], *(list(row.cells) for row in shown.rows)]
    widths = [max(map(cell_len, column)) for column in zip(*grid, strict=True)]
    pieces = [[x for x in references(row.origins, own) if x not in known] for row in shown.rows]
    basis = _basis_width([x for row in pieces for x in row])
    taken = sum(widths) + _GAP * (len(widths) - 1)
    indent = max(min(indent, width - taken - (_GAP + basis if basis else 0)), _INDENT)
    room = width - indent - taken
    while room < 0 and max(widths) > _NARROW:  # the widest columns give way
        widths[max(range(len(widths)), key=lambda at: widths[at])] -= 1
        room += 1
    beside = bool(basis) and room >= _GAP + basis
    fields = [Field(width, align) for width, align in zip(widths, aligns, strict=True)]
    if beside:
        fields.append(Field(room - _GAP))
        grid[0].append(w("basis"))
    yield from ((row, "head") for row in rows_of([(cell,) for cell in grid[0]], fields, indent))
    rules = [field.width for field in fields[:-1]] + [basis] if beside else [field.width for field in fields]
    yield " " * indent + "  ".join("─" * width for width in rules), "rule"
    for cells, rest, tone in zip(grid[1:], pieces, (row.tone for row in shown.rows), strict=True):
        last = [packed(rest, room - _GAP)] if beside else []
        yield from ((row, tone) for row in rows_of([*((cell,) for cell in cells), *last], fields, indent))
        if rest and not beside:
            yield from ((" " * (indent + 2) + row, "basis") for row in packed(rest, width - indent - 2))


__all__ = ["WIDTH", "packed", "padded", "section_text", "table", "table_rows", "text"]
