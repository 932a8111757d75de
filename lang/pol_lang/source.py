"""Source text and places in it."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from attrs import field, frozen


@frozen(slots=False, eq=False)
class Source:
    """One text, by the name people know it by (`std/linxian-2023`, a path as it was given).

    Invariant: `text` is NFC-normalised and ends its lines with \\n; offsets count characters of `text`.
    """

    name: str
    text: str = field(repr=False)

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        starts = [0]
        find = self.text.find
        at = find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = find("\n", at + 1)
        return tuple(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character, both counted from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def start_of(self, number: int) -> int:
        """The offset at which a line counted from 1 starts."""
        return self._line_starts[number - 1]

    def line(self, number: int) -> str:
        """The text of a line counted from 1, without its line end."""
        start = self._line_starts[number - 1]
        end = self.text.find("\n", start)
        return self.text[start : end if end >= 0 else len(self.text)]

    @property
    def line_count(self) -> int:
        """How many lines the text has."""
        return len(self._line_starts)


@frozen
class Span:
    """A stretch of a source: characters start ≤ i < end."""

    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words of the author that stand there."""
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        """The line it starts in, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """The column it starts in, from 1, in characters."""
        return self.source.position(self.start)[1]

    @property
    def place(self) -> str:
        """The place as people write it: `name:line`."""
        return f"{self.source.name}:{self.line}"

    def to(self, other: Span) -> Span:
        """The span from the start of this to the end of `other`, in the same source."""
        return Span(self.source, self.start, max(self.end, other.end))
