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
    """Each body with its end (a citation, a comment; perhaps empty) in one column behind all of them.

    Where an end would pass the margin, the longest body has its end one space behind it and the others try again.
    """
    inside = {i for i, end in enumerate(ends) if end}
    widths = [cell_len(body[body.rfind("\n") + 1 :]) for body in bodies]
    while inside:
        column = max(widths[i] for i in inside) + 2
        if all(column + cell_len(ends[i]) <= MARGIN for i in inside):
            break
        inside.remove(max(inside, key=lambda i: (widths[i], cell_len(ends[i]), i)))
    texts = []
    for i, (body, end) in enumerate(zip(bodies, ends, strict=True)):
        space = " " * (column - widths[i]) if i in inside else " "
        texts.append(body + space + end if end else body)
    return texts
