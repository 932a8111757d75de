"""Entries laid out: labels, text and what it rests on in columns that stand straight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from polc.explain.grid import Field, rows_of
from polc.explain.lines import references
from polc.explain.text import packed
from polc.plan_text.writer import Entry

WIDTH = 120
_LABEL = 18
BASIS = 40  # at most
_INDENT = 2
_NARROWEST = 20


def laid_out(entries: Sequence[Entry], own: str) -> Iterator[str]:
    """The rows of text; clauses of another document than `own` are said with it."""
    pieces = [references(entry.origins, own) for entry in entries]
    basis = min(max((cell_len("  ".join(one)) for one in pieces), default=0), BASIS)
    document = own  # that of the step the lines belong to; it is not said again on each of them
    for entry in entries:
        if entry.depth == 0:
            yield from ("", entry.label, "─" * cell_len(entry.label))
            continue
        rests_on = packed(references(entry.origins, own if entry.depth == 1 else document), basis)
        if entry.depth == 1:
            document = entry.origins[0].document if entry.origins else own
        indent = _INDENT * (entry.depth - 1)
        label = max(_LABEL - indent, 8)
        space = WIDTH - indent - label - basis - 4
        if cell_len(entry.label) > label:  # a long label has the row to itself and the text stands under it
            whole = (Field(WIDTH - indent - basis - 2), Field(basis))
            yield from rows_of(((entry.label,), rests_on), whole, indent)
            if entry.text:
                yield from rows_of(((), entry.text, ()), (Field(label), Field(space), Field(basis)), indent)
        else:
            fields = (Field(label), Field(space), Field(basis))
            yield from rows_of(((entry.label,), entry.text, rests_on), fields, indent)
        yield from _table(entry.table, indent + label + 2)


def _table(rows: tuple[tuple[str, ...], ...], indent: int) -> Iterator[str]:
    """A table whose first row is its header; every column but the last stands at its right edge, the widest one is
    narrowed to what the page has room for."""
    if not rows:
        return
    widths = [max(cell_len(line) for row in rows for line in row[at].split("\n")) for at in range(len(rows[0]))]
    widest = widths.index(max(widths))
    widths[widest] = max(widths[widest] - max(indent + sum(widths) + 2 * (len(widths) - 1) - WIDTH, 0), _NARROWEST)
    fields = [Field(width, "left" if at == len(widths) - 1 else "right") for at, width in enumerate(widths)]
    for row in rows:
        yield from rows_of([cell.split("\n") for cell in row], fields, indent)
