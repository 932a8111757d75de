"""Texts padded to columns by the width they are shown in: a Chinese character is two cells wide."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rich.cells import cell_len

WIDEST = 40  # cells; a wider text sticks out of its column rather than push all others away
MARGIN = 100  # cells; what hangs on the ends of lines keeps one column as far as this


def aligned(rows: Sequence[Sequence[str]], gap: str, right: Collection[int] = ()) -> list[str]:
    """One text per row of cells, each column starting (`right`: ending) at one width, `gap` between columns.

    An empty cell keeps its place as long as another follows in its row; a column that is empty in all rows is left
    out, and a row of a single cell decides no width. Cells that go on in a new line stand as they are.
    """
    used = {at for row in rows for at, cell in enumerate(row) if cell}
    widths: dict[int, int] = {}
    for row in rows:
        for at, cell in enumerate(row):
            if "\n" not in cell and cell_len(cell) <= WIDEST and (at > 0 or len(row) > 1):
                widths[at] = max(widths.get(at, 0), cell_len(cell))
    return [_padded({at: cell for at, cell in enumerate(row) if at in used}, widths, gap, right) for row in rows]


def _padded(row: Mapping[int, str], widths: dict[int, int], gap: str, right: Collection[int]) -> str:
    text = ""
    for at, cell in row.items():
        space = " " * max(widths.get(at, 0) - cell_len(cell), 0) if "\n" not in cell else ""
        text += (gap if at else "") + (space + cell if at in right else cell + space)
    return text.rstrip(" ")


def hung(bodies: Sequence[str], ends: Sequence[str]) -> list[str]:
    """Each body with its end (a citation, a comment; perhaps empty) in one column behind the bodies.

    The column is the one that most ends can share within the margin; the others stand one space behind their bodies.
    """
    widths = [cell_len(body[body.rfind("\n") + 1 :]) for body in bodies]
    ended = [(width + 2, MARGIN - cell_len(end)) for width, end in zip(widths, ends, strict=True) if end]
    column = max(
        {first for first, last in ended if first <= last},
        key=lambda at: (sum(first <= at <= last for first, last in ended), at),
        default=0,
    )
    texts = []
    for body, width, end in zip(bodies, widths, ends, strict=True):
        fits = width + 2 <= column <= MARGIN - cell_len(end)
        texts.append(body + (" " * (column - width) if fits else " ") + end if end else body)
    return texts
