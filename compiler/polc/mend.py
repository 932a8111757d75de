"""Mending by replacement of text: which problems have one sure remedy, and what it is."""

from __future__ import annotations

import re

from attrs import frozen

from pol_lang.lexer import ChineseDigits, FullWidth, OddNumber
from pol_lang.parser import Unexpected
from pol_lang.problem import Problem
from pol_lang.source import Span

_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?[ \t]*(?:万元|亿元|元|分)(?!\w)")
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
    if isinstance(problem, Unexpected) and len(problem.near) == 1 and _WORD.fullmatch(span.text):
        return (Edit(span, problem.near[0]),)
    return ()


def _without_separators(span: Span) -> tuple[Edit, ...]:
    """An amount without its thousands separators. Within brackets a comma may as well part two arguments."""
    text = span.source.text
    found = _GROUPS.match(text, span.start)
    line = text[text.rfind("\n", 0, span.start) + 1 : span.start]
    if found is None or line.count("(") > line.count(")"):
        return ()
    return (Edit(Span(span.source, span.start, found.end()), found[0].replace(",", "")),)
