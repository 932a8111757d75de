"""Mending by replacement of text: which problems have one sure remedy, and what it is.

Theory: an edit is made only if the text has fewer problems with it than without; so an edit never breaks what could be
read before, and what cannot be mended for sure stays as the author wrote it.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from pol_lang.lexer import lex
from pol_lang.parser import parse, phrases
from pol_lang.problem import Problem
from pol_lang.source import Source, Span
from pol_lang.spelling import SIGNS


@frozen(eq=False, repr=False, slots=False)
class Edit:
    """A stretch of a source and the text that takes its place."""

    span: Span
    text: str


def edits_of(problem: Problem) -> tuple[Edit, ...]:
    """The edits that mend a problem of the text; none where more than one remedy is thinkable."""
    return tuple(Edit(span, text) for span, text in problem.mends)


def mended(source: Source) -> str:
    """The text with every sure remedy applied and its signs in the house spelling (`*` as ×); the same text again where
    there is nothing to do. What parsed before parses to the same."""
    text = _spelled(source)
    while True:
        now = Source(source.name, text)
        parsed = parse(now)
        problems = (*parsed.problems, *parsed.slips)
        better = _better(now, [edits for problem in problems if (edits := edits_of(problem))], len(problems))
        if better == text:
            return text
        text = _spelled(Source(source.name, better))


def applied(text: str, edits: Sequence[Edit]) -> str:
    """The text with some edits of it made; of two that overlap, the first."""
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: e.span.start):
        if edit.span.start >= at:
            parts += (text[at : edit.span.start], edit.text)
            at = edit.span.end
    return "".join(parts) + text[at:]


def _better(source: Source, remedies: Sequence[Sequence[Edit]], problems: int) -> str:
    """The text with those remedies that each take a problem away: all at once, or one by one where that fails."""
    if not remedies:
        return source.text
    text = applied(source.text, [edit for edits in remedies for edit in edits])
    if _count(source.name, text) <= problems - len(remedies):
        return text
    for edits in remedies:
        text = applied(source.text, edits)
        if _count(source.name, text) < problems:
            return text
    return source.text


def _count(name: str, text: str) -> int:
    parsed = parse(Source(name, text))
    return len(parsed.problems) + len(parsed.slips)


def _spelled(source: Source) -> str:
    edits = []
    for token in lex(source, phrases()).tokens:
        sign = SIGNS.get(str(token))
        start = token.start_pos or 0
        if sign is not None and source.text[start : start + len(token)] == str(token):
            edits.append(Edit(Span(source, start, start + len(token)), sign))
    return applied(source.text, edits)
