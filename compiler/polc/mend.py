"""Mending by replacement of text: which problems have one sure remedy, and what it is.

Theory: an edit is made only if the text has fewer problems with it than without; so an edit never breaks what could be
read before, and what cannot be mended for sure stays as the author wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from attrs import frozen

from pol_lang.lexer import ChineseDigits, FullWidth, OddNumber, lex
from pol_lang.parser import Unexpected, parse, phrases
from pol_lang.problem import Problem
from pol_lang.source import Source, Span
from pol_lang.spelling import SIGNS

_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?[ \t]*(?:万元|亿元|元|分)(?!\w)")
_ALIKE = 0.7  # 支付比率 is a slip for 支付比例; 参照 may be anything
_WORD = re.compile(r"[^\W\d]\w*")


@frozen(eq=False, repr=False, slots=False)
class Edit:
    """A stretch of a source and the text that takes its place."""

    span: Span
    text: str


def edits_of(problem: Problem) -> tuple[Edit, ...]:
    """The edits that mend a problem of the text; none where more than one remedy is thinkable."""
    span = problem.span
    if span is None:
        return ()
    if isinstance(problem, FullWidth | ChineseDigits):
        return (Edit(span, problem.plain),)
    if isinstance(problem, OddNumber):
        return _without_separators(span)
    if isinstance(problem, Unexpected) and _WORD.fullmatch(span.text):
        near = get_close_matches(span.text, problem.near, cutoff=_ALIKE)
        return (Edit(span, near[0]),) if len(near) == 1 else ()
    return ()


def _without_separators(span: Span) -> tuple[Edit, ...]:
    """An amount without its thousands separators. Within brackets a comma may as well part two arguments."""
    text = span.source.text
    found = _GROUPS.match(text, span.start)
    line = text[text.rfind("\n", 0, span.start) + 1 : span.start]
    if found is None or line.count("(") > line.count(")"):
        return ()
    return (Edit(Span(span.source, span.start, found.end()), found[0].replace(",", "")),)


def mended(source: Source) -> str:
    """The text with every sure remedy applied and its signs in the house spelling (`*` as ×); the same text again where
    there is nothing to do. What parsed before parses to the same."""
    text = _spelled(source)
    while True:
        now = Source(source.name, text)
        problems = parse(now).problems
        edits = [edit for problem in problems for edit in edits_of(problem)]
        better = _better(now, edits, len(problems))
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


def _better(source: Source, edits: Sequence[Edit], problems: int) -> str:
    """The text with those edits that each take a problem away: all at once, or one by one where that fails."""
    if not edits:
        return source.text
    text = applied(source.text, edits)
    if _count(source.name, text) <= problems - len(edits):
        return text
    for edit in edits:
        text = applied(source.text, [edit])
        if _count(source.name, text) < problems:
            return text
    return source.text


def _count(name: str, text: str) -> int:
    return len(parse(Source(name, text)).problems)


def _spelled(source: Source) -> str:
    edits = []
    for token in lex(source, phrases()).tokens:
        sign = SIGNS.get(str(token))
        start = token.start_pos or 0
        if sign is not None and source.text[start : start + len(token)] == str(token):
            edits.append(Edit(Span(source, start, start + len(token)), sign))
    return applied(source.text, edits)
