"""The clauses of a document as a tree.

Theory: a clause starts where a line starts with a number, and within a paragraph at 一是, 二是, ① and the like. Which
clause it stands under follows from the numbers alone, since the levels of headings in a scanned text are not to be
trusted: a number goes on the innermost open series of its style that it continues, and otherwise, where it is the
first, opens a series under the clause before it. What continues no series is a reference or a slip, and stays text.
"""

from __future__ import annotations

import re

from attrs import define, field, frozen

from polc.coverage.numbering import Mark, Path, decimal_at_start, mark_at_start, marks_within, plain, written

_HEADING = re.compile(r"^\s*#{1,6}\s+")
_DECORATION = re.compile(r"^\s*(?:#{1,6}\s+|[-*+>]\s+|\*{1,3}|_{2,3}|\s)*")
_BOLD = re.compile(r"\*\*|__")
_END_OF_HEADING = re.compile(r"[。；;：:]")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SKIPPED = 2  # numbers of a series that a scan may have lost in one place
LONGEST_HEADING = 40
"""Characters after which a heading is cut off."""


@define(eq=False)
class Clause:
    """A clause: its number as a path, its heading, the text of its own, the line it starts in, what stands under it.

    `inline`: it stands within the paragraph of the clause around it. `decimal`: its number was written whole, as 3.1.
    """

    path: Path
    heading: str
    line: int
    inline: bool
    decimal: bool = False
    text: str = ""
    parts: list[Clause] = field(factory=list)

    @property
    def id(self) -> str:
        """The number as it is cited."""
        return written(self.path) if self.path else self.heading

    @property
    def has_rule(self) -> bool:
        """Whether it says something of its own, and is not only the heading of its parts."""
        return not self.parts or len(self.text) > LONGEST_HEADING


@frozen(eq=False, slots=False)
class Outline:
    """The clauses of a document in its order."""

    clauses: tuple[Clause, ...]

    def every(self) -> list[Clause]:
        """All clauses, each before its parts."""
        found: list[Clause] = []
        todo = list(reversed(self.clauses))
        while todo:
            clause = todo.pop()
            found.append(clause)
            todo.extend(reversed(clause.parts))
        return found


def decoded(data: bytes) -> str | None:
    """The text of a document in UTF-8 or an older Chinese encoding, without marks that cannot be seen; None where it is
    no text (a PDF, say). Documents come as they are: nothing in them is taken amiss as it would be in a policy."""
    if b"\0" in data or data.startswith(b"%PDF-"):
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return _UNSEEN.sub("", data.decode(encoding))
        except UnicodeDecodeError:
            continue
    return None


def read_outline(text: str) -> Outline:
    """The clauses of a document given as text."""
    reader = _Reader()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, line in enumerate(lines, 1):
        reader.line(number, line)
    if not reader.roots:
        reader.headings(lines)
    return Outline(tuple(reader.roots))


def _digits(path: Path) -> Path:
    """The numbers in the style 1. that a path ends in."""
    start = len(path)
    while start and path[start - 1].style == "digit":
        start -= 1
    return path[start:]


class _Reader:
    def __init__(self) -> None:
        self.roots: list[Clause] = []
        self.open: list[Clause] = []

    def line(self, number: int, line: str) -> None:
        line = _BOLD.sub("", line)
        body = line[_DECORATION.match(line).end() :].rstrip()  # type: ignore[union-attr]
        if not body:
            return
        flat = plain(body)
        found = mark_at_start(flat)
        at = 0
        decimal = decimal_at_start(flat) if found is None else None
        if decimal is not None and self._enter_decimal(decimal[0], number):
            at = decimal[1]
            heading = _END_OF_HEADING.split(body[at:].strip(" 　、.．"), maxsplit=1)[0]
            self.open[-1].heading = heading[:LONGEST_HEADING]
        elif found is not None and self._enter(found[0], number, inline=found[0].style in ("is", "circle")):
            at = found[1]
            heading = _END_OF_HEADING.split(body[at:].strip(" 　、.．"), maxsplit=1)[0]
            self.open[-1].heading = heading[:LONGEST_HEADING]
        self._paragraph(number, body, flat, at)

    def _paragraph(self, number: int, body: str, flat: str, at: int) -> None:
        """Gives the text of a paragraph to the clauses that it holds."""
        for mark, start, end in marks_within(flat):
            if start < at:
                continue
            before = self.open[-1] if self.open else None
            if not self._enter(mark, number, inline=True):
                continue
            if before is not None:
                before.text += body[at:start]
            heading = _END_OF_HEADING.split(body[end:].strip(" 　"), maxsplit=1)[0]
            self.open[-1].heading = heading[:LONGEST_HEADING]
            at = end
        if self.open:
            self.open[-1].text += body[at:]

    def _enter(self, mark: Mark, line: int, *, inline: bool) -> bool:
        """Opens the clause that a mark starts, where it fits into the series so far."""
        # An item of a paragraph is over with it, unless the series goes on in the next.
        for depth in range(len(self.open) - 1, -1, -1):
            last = self.open[depth].path[-1]
            if self.open[depth].decimal:
                continue  # 4. goes on from 3., not from 3.3
            if last.style == mark.style and last.number < mark.number <= last.number + 1 + _SKIPPED:
                exact = self._continues(mark, depth)
                self._push(mark, line, exact, inline)
                return True
        if mark.style == "annex":
            self._push(mark, line, 0, inline)
            return True
        if mark.number == 1 or (mark.number <= 1 + _SKIPPED and not inline and not self._has(mark)):
            self._push(mark, line, len(self.open), inline)
            return True
        return False

    def _enter_decimal(self, numbers: tuple[int, ...], line: int) -> bool:
        """Opens the clause 3.1 under the clause 3, where it is its first or goes on from the one before; the clause 3
        itself may have no line of its own."""
        marks = tuple(Mark("digit", n) for n in numbers)
        before = self.open[0].path if self.open else ()
        first = len(marks) == 2 and marks[1].number == 1
        if first and (not self._has(marks[0]) or before == (Mark("digit", marks[0].number - 1),)):
            self._push(marks[0], line, 0, False)
        for depth in range(len(self.open) - 1, -1, -1):
            if _digits(self.open[depth].path) == marks[:-1]:
                parts = self.open[depth].parts
                last = parts[-1].path[-1].number if parts and parts[-1].path[-1].style == "digit" else 0
                if last < marks[-1].number <= last + 1 + _SKIPPED:
                    self._push(marks[-1], line, depth + 1, False)
                    self.open[-1].decimal = True
                    return True
        return False

    def _continues(self, mark: Mark, depth: int) -> int:
        """The innermost open series that the mark goes on without a gap, else the one found with a gap."""
        for i in range(len(self.open) - 1, -1, -1):
            last = self.open[i].path[-1]
            if self.open[i].decimal:
                continue
            if last.style == mark.style and last.number + 1 == mark.number:
                return i
        return depth

    def _has(self, mark: Mark) -> bool:
        return any(clause.path[-1].style == mark.style for clause in self.open)

    def _push(self, mark: Mark, line: int, depth: int, inline: bool) -> None:
        del self.open[depth:]
        if mark.style not in ("is", "circle"):
            # What is numbered by itself does not stand under an item of the paragraph above it.
            while self.open and self.open[-1].inline and not inline:
                self.open.pop()
        above = self.open[-1] if self.open else None
        clause = Clause((*(above.path if above else ()), mark), "", line, inline)
        (above.parts if above else self.roots).append(clause)
        self.open.append(clause)

    def headings(self, lines: list[str]) -> None:
        """Takes the Markdown headings of a document without numbers for its clauses."""
        stack: list[tuple[int, Clause]] = []
        for number, line in enumerate(lines, 1):
            if not _HEADING.match(line):
                if stack:
                    stack[-1][1].text += line.strip()
                continue
            level = len(line.strip()) - len(line.strip().lstrip("#"))
            while stack and stack[-1][0] >= level:
                stack.pop()
            clause = Clause((), _BOLD.sub("", line.strip().lstrip("#")).strip(), number, False)
            (stack[-1][1].parts if stack else self.roots).append(clause)
            stack.append((level, clause))
