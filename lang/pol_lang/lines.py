"""A source cut into logical lines and comments, as the formatter lays them out.

A logical line is what the lexer ends with one line end: it may run over several lines of the file, after a comma or
inside brackets. Comments that stand inside it stay inside it; a comment behind its last word belongs to it; any
other comment is an item of its own between the lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from attrs import frozen

from pol_lang.lexer import Lexed
from pol_lang.source import Source, Span
from pol_lang.token import Token

_LAYOUT = {"_NL", "_INDENT", "_DEDENT"}


@frozen(slots=False)
class Line:
    """One logical line.

    Invariant: `tokens` has at least one token and none of the layout; `breaks` and `notes` are keyed by positions in
    `tokens`, of the token before which the line goes on in a new line of the file, and before which comments stand
    (each with whether it has a line of its own). `parent` is the place of the line this one is indented under, in the
    list that `items_of` gives, and `margins` are the columns at which this line and those around it start.
    """

    tokens: tuple[Token, ...]
    parent: int | None
    margins: tuple[int, ...]
    blank: bool
    breaks: frozenset[int]
    notes: Mapping[int, tuple[tuple[str, bool], ...]]
    comment: str

    @property
    def level(self) -> int:
        """How many blocks it stands in."""
        return len(self.margins) - 1


@frozen(slots=False)
class Remark:
    """A comment on a line of its own, with the number of blocks it stands in."""

    text: str
    level: int
    blank: bool


def items_of(source: Source, lexed: Lexed) -> list[Line | Remark]:
    """The logical lines and the comments between them in order; `blank` says that an empty line stands before."""
    text = source.text
    items: list[Line | Remark] = []
    comments = list(lexed.comments)
    waiting: list[Span] = []  # comments on lines of their own, before a line whose level is not known yet
    parents: list[int] = []
    margins: list[int] = [0]
    before: Line | None = None
    end = 0  # where the last item ended

    def place(next_level: int) -> None:
        nonlocal end
        for comment in waiting:
            level = _level(comment.column - 1, before, next_level)
            items.append(Remark(comment.text.rstrip(), level, _blank(text, end, comment.start) and bool(items)))
            end = comment.end
        waiting.clear()

    for depth, tokens in _lines(lexed.tokens):
        start, stop = tokens[0].start_pos, tokens[-1].end_pos
        while comments and comments[0].start < start:
            waiting.append(comments.pop(0))
        place(depth)
        margins = [*margins[:depth], source.position(start)[1] - 1]
        inner = []
        while comments and comments[0].start < stop:
            inner.append(comments.pop(0))
        remark = ""
        if comments and "\n" not in text[stop : comments[0].start]:
            remark = comments[0].text.rstrip()
        before = Line(
            tokens=tuple(tokens),
            parent=parents[depth - 1] if depth else None,
            margins=tuple(margins),
            blank=_blank(text, end, start) and bool(items),
            breaks=frozenset(
                i for i, (a, b) in enumerate(pairwise(tokens), 1) if "\n" in text[a.end_pos : b.start_pos]
            ),
            notes=_notes(text, tokens, inner),
            comment=remark,
        )
        parents[depth:] = [len(items)]
        items.append(before)
        end = comments.pop(0).end if remark else stop
    waiting.extend(comments)
    place(0)
    return items


def _lines(tokens: tuple[Token, ...]) -> Iterator[tuple[int, list[Token]]]:
    depth = 0
    line: list[Token] = []
    for token in tokens:
        if token.type not in _LAYOUT:
            line.append(token)
        elif token.type == "_NL":
            yield depth, line
            line = []
        else:
            depth += 1 if token.type == "_INDENT" else -1


def _notes(text: str, tokens: list[Token], comments: list[Span]) -> dict[int, tuple[tuple[str, bool], ...]]:
    notes: dict[int, tuple[tuple[str, bool], ...]] = {}
    for comment in comments:
        at = next(i for i, token in enumerate(tokens) if token.start_pos > comment.start)
        behind = text[tokens[at - 1].end_pos : comment.start]
        notes[at] = (*notes.get(at, ()), (comment.text.rstrip(), "\n" in behind))
    return notes


def _level(column: int, before: Line | None, next_level: int) -> int:
    """The block a comment belongs to: the innermost one open there that does not start to the right of it."""
    level = next_level
    if before:
        for inner in range(next_level + 1, before.level + 1):
            if before.margins[inner] <= column:
                level = inner
    return level


def _blank(text: str, end: int, start: int) -> bool:
    return text.count("\n", end, start) > 1
