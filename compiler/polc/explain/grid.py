"""Text in columns that stand straight under any script: widths are terminal cells, not characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen
from rich.cells import cell_len

_NEVER_FIRST = frozenset("，。、；：）」》〕％%!！?？,.;:)]}”’")
_NEVER_LAST = frozenset("（「《〔([{“‘.,")
_GLOSSED = re.compile(r"(?<=[A-Za-z] )[\u3400-\u9fff]{2,12}(?![\u3400-\u9fff])")
"""A Chinese name within English: "paid by the medical assistance fund 医疗救助基金"."""


def wrapped(text: str, width: int) -> list[str]:
    """The text in rows of at most `width` cells, at least one.

    Broken at spaces, behind hyphens between letters and between wide characters, never before a closing or after an
    opening sign nor within a Chinese name in an English sentence; a word that fits into no row is cut.
    """
    if cell_len(text) <= width:
        return [text]
    rows: list[str] = []
    row = ""
    for piece in _pieces(text):
        if cell_len(row + piece.rstrip()) <= width:
            row += piece
            continue
        if row.strip():
            rows.append(row.rstrip())
        row = piece.lstrip()
        while cell_len(row.rstrip()) > width:
            cut = _fitting(row, width)
            rows.append(row[:cut])
            row = row[cut:]
    if row.strip() or not rows:
        rows.append(row.rstrip())
    return rows


def _fitting(text: str, width: int) -> int:
    """How many characters fit into `width` cells, at least one."""
    count = 0
    while count < len(text) and cell_len(text[: count + 1]) <= width:
        count += 1
    return max(count, 1)


def _pieces(text: str) -> list[str]:
    """The text in pieces between which a row may end; spaces stay with the piece before them."""
    pieces: list[str] = []
    start = 0
    whole = {at for name in _GLOSSED.finditer(text) for at in range(name.start() + 1, name.end())}
    for at in range(1, len(text)):
        before, after = text[at - 1], text[at]
        if at in whole:
            continue
        if after == " " or after in _NEVER_FIRST or before in _NEVER_LAST:  # 三.二 stays whole
            continue
        if after == "〔" or before == "〕" or (after == "号" and before.isdigit()):  # 〔2023〕11号 stays whole
            continue
        hyphen = before == "-" and after.isalpha() and at > 1 and text[at - 2].isalpha()
        if before == " " or hyphen or cell_len(before) == 2 or cell_len(after) == 2:
            pieces.append(text[start:at])
            start = at
    pieces.append(text[start:])
    return pieces


def padded(text: str, width: int, align: str = "left") -> str:
    """The text with spaces up to `width` cells."""
    space = " " * max(width - cell_len(text), 0)
    return space + text if align == "right" else text + space


@frozen(eq=False, repr=False, slots=False)
class Field:
    """A column of a grid: its width in cells and which edge it stands at."""

    width: int
    align: str = "left"


def rows_of(cells: Sequence[Sequence[str]], fields: Sequence[Field], indent: int = 0, gap: int = 2) -> list[str]:
    """The rows of one record: a cell is its paragraphs, each wrapped; every column starts at its own place."""
    columns = [
        [row for paragraph in cell for row in wrapped(paragraph, field.width)] or [""]
        for cell, field in zip(cells, fields, strict=True)
    ]
    lines = []
    for at in range(max(map(len, columns))):
        parts = [
            padded(column[at] if at < len(column) else "", field.width, field.align)
            for column, field in zip(columns, fields, strict=True)
        ]
        lines.append((" " * indent + (" " * gap).join(parts)).rstrip())
    return lines
