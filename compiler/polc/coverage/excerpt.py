"""The lines of a policy that a clause is written in, as the page shows them beside the clause."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from polc.coverage.cover import Use

_WHOLE = 14
"""Lines up to which a statement is shown whole."""


@frozen(eq=False, repr=False, slots=False)
class Row:
    """A line of the policy: its number (0 where lines are left out), its text, whether it cites the clause."""

    number: int
    text: str
    cites: bool


@frozen(eq=False, repr=False, slots=False)
class Excerpt:
    """What of one statement belongs to a clause."""

    use: Use
    rows: tuple[Row, ...]


def excerpts(uses: Iterable[Use]) -> list[Excerpt]:
    """One excerpt per statement, in written order: whole where the statement itself cites and is short, else its first
    line with those that cite and what stands under them."""
    by_statement: dict[int, list[Use]] = {}
    for use in uses:
        by_statement.setdefault(use.span.start, []).append(use)
    return [_excerpt(by_statement[start]) for start in sorted(by_statement)]


def _excerpt(uses: list[Use]) -> Excerpt:
    span = uses[0].span
    source, first = span.source, span.line
    last = source.position(max(span.end - 1, span.start))[0]
    cites = {use.cited.line for use in uses}
    shown = {first}
    if first in cites and last - first < _WHOLE:
        shown |= set(range(first, last + 1))
    for use in uses:
        if use.cited.line != first:
            end = source.position(max(use.cited.end - 1, use.cited.start))[0]
            shown |= set(range(use.cited.line, end + 1))
    rows: list[Row] = []
    for number in sorted(shown):
        if rows and number > rows[-1].number + 1:
            rows.append(Row(0, "…", False))
        rows.append(Row(number, source.line(number).rstrip(), number in cites))
    if rows[-1].number < last:
        rows.append(Row(0, "…", False))
    return Excerpt(uses[0], tuple(rows))
