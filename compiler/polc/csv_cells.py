"""Cells of CSV that a spreadsheet program would take for formulas, and what is put before them."""

from __future__ import annotations

import re

_SIGNS = "[ \u3000]*[=+\\-@\\t\\r\\n＝＋－＠]"
FORMULA = f"^'*{_SIGNS}"
"""What a spreadsheet program would take for a formula, perhaps with apostrophes before it: one more is put there."""
MARKED = f"^'('*{_SIGNS})"
"""The same after one was put there."""


def harmless(cell: str) -> str:
    """A cell with an apostrophe before what a spreadsheet program would take for a formula."""
    return "'" + cell if re.match(FORMULA, cell) else cell
