"""Reading on after a mistake: lines put where they belong, told anew as they were meant, or left out.

Theory: lines are taken with the columns they start in, and the blocks are laid out again from those. A line that does
not parse where it stands is tried where else it could stand; then as what it may mean; only then is it left out, with
what is indented under it. So one mistake is one message, and it says what to write.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from pol_lang import recogniser
from pol_lang.indents import indented
from pol_lang.keywords import Keyword
from pol_lang.lexer import Phrases
from pol_lang.lexer_problems import BadIndent, FullWidth
from pol_lang.problem import MAX_PROBLEMS, Problem
from pol_lang.recogniser import Stack
from pol_lang.retell import Retold, retell
from pol_lang.rows import Row, moved
from pol_lang.source import Source, Span
from pol_lang.syntax_problems import HEADING, Misworded, NothingUnder, unexpected
from pol_lang.token import Token


@frozen(slots=False, eq=False)
class _Place:
    """Where a row may stand: the column, the stack before its first token, the blocks then open, the layout before it,
    and whether the statement before it ends there."""

    column: int
    stack: Stack
    columns: tuple[int, ...]
    layout: tuple[str, ...]
    closes: bool


_START = _Place(0, recogniser.start(), (0,), (), True)


class Recovery:
    """Reads rows of a text, collecting the statements as they are meant and the problems."""

    def __init__(
        self,
        source: Source,
        phrases: Phrases,
        words: dict[str, Keyword],
        problems: list[Problem],
    ) -> None:
        self.source, self.phrases, self.words = source, phrases, words
        self.problems = problems
        self.statements: list[list[Token]] = []
        self.tokens: list[Token] = []
        self.stack: Stack = []
        self.columns: tuple[int, ...] = (0,)
        self.heads: list[tuple[Row, int, Stack, tuple[int, ...]]] = []  # each line read, with the state before it
        self.emptied = False  # whether the last line lost what stood under it
        self.moved: dict[int, int] = {}  # columns moved, and to which
        self.run: tuple[int, int] | None = None  # the column of this row and where it was moved to
        self.before: tuple[int, int] | None = None  # the same of the row before
        self.told: BadIndent | None = None  # what was said last of rows in the wrong column
        self.lines: list[Row] = []  # the rows of which it was said
        self.orphans: Stack | None = None  # inside the block whose missing head was reported
        self.rows: list[Row] = []

    def read(self, rows: Sequence[Row]) -> int:
        """Reads rows up to the end of a sound statement that the text ends too; how many were read."""
        self.rows = list(rows)
        at = 0
        sound = False
        while at < len(self.rows) and len(self.problems) < MAX_PROBLEMS:
            row = self.rows[at]
            if sound and row.top and row.column == 0 and self._is_complete() and self.starts_statement(row):
                break
            count = len(self.problems)
            at += self._take(at)
            sound = len(self.problems) == count or at > 1
        self._close()
        return at - (len(self.rows) - len(rows))

    # ------------------------------------------------------------ one row

    def _take(self, at: int) -> int:
        row = self.rows[at]
        if self.orphans and recogniser.through(self.orphans, row.kinds)[0] is not None:
            return 1  # of the block whose missing head was reported
        self.orphans = None
        self.before, self.run = self.run, None
        along = self._place(self.before[1]) if self.before and self.before[0] == row.column else None
        if along and self._fits(along, row):
            # The line before was moved from here, so this one goes along if it can.
            self._move(row, along)
            self._commit(along, row, row.tokens)
            return 1
        natural = self._place(row.column)
        tried = [natural] if natural else []
        if natural and self._fits(natural, row):
            self._commit(natural, row, row.tokens)
            return 1
        if along and self._retell(along, row):
            return 1
        if natural and self._split(at, natural):
            return 0
        progress = self._progress(natural, row) if natural else 0
        if progress == 0:
            if self.emptied and self._needs_block() and row.column <= self.columns[-1]:
                self._drop_head()
                return 0
            others = [place for column in self._elsewhere(at) if (place := self._place(column))]
            for place in others:
                if self._fits(place, row) and self._like_its_neighbours(place, row):
                    self._move(row, place)
                    self._commit(place, row, row.tokens)
                    return 1
            if self._needs_block() and row.column <= self.columns[-1]:
                if not self._fits(_START, row) and any(self._retell(place, row) for place in others):
                    return 1
                self._nothing_under()
                self._drop_head()
                return 0
            tried += sorted(others, key=lambda place: -self._progress(place, row))
        headless = recogniser.through(recogniser.start(), ["READINGS", "_NL", "_INDENT"])[0]
        if headless and recogniser.through(headless, row.kinds)[0] is not None:
            span = Span(self.source, row.start, row.end)
            self.problems.append(Misworded.without_head(span, self.words["READINGS"]))
            self.orphans = headless
            return 1
        for place in tried:
            if self._retell(place, row):
                return 1
        if row.column == 0 and HEADING.match(self.source.text, row.start):
            self._drop_said_of(row)
            self.problems.append(Misworded.remark(Span(self.source, row.start, row.end)))
            return 1
        if not tried:
            tried = [p for column in sorted(self.columns, reverse=True) if (p := self._place(column))]
        best = max(tried, key=lambda place: self._progress(place, row), default=None)
        if best is None:
            if self._needs_block():
                self._drop_head()
                return 0
            best = _START
        self._leave_out(best, row)
        count = 1
        while at + count < len(self.rows) and self.rows[at + count].column > row.column:
            count += 1
        self.emptied = self._needs_block()
        return count

    def _split(self, at: int, place: _Place) -> bool:
        """Ends a row at a comma that stands at the end of a line and belongs to no list."""
        row = self.rows[at]
        text = self.source.text
        progress = self._progress(place, row)
        for i, token in enumerate(row.tokens[:-1]):
            end, start = token.end_pos, row.tokens[i + 1].start_pos
            if token.type != "_COMMA" or i == 0 or "\n" not in text[end:start]:
                continue
            first, rest = row.tokens[:i], row.tokens[i + 1 :]
            sound = recogniser.through(place.stack, [*(t.type for t in first), "_NL"])[0] is not None
            if i > progress + 1 or not (sound or self._meant(place, Row(row.column, first, row.top))):
                continue
            comma = Span(self.source, token.start_pos, end)
            self.problems[:] = [p for p in self.problems if not (p.span and p.span.start == comma.start)]
            self.problems.append(Misworded.at_line_end(comma))
            line = text.rfind("\n", 0, start) + 1
            column = indented(text, line, start) if not text[line:start].strip() else start - line
            self.rows[at : at + 1] = [Row(row.column, first, row.top), Row(column, rest, False)]
            return True
        return False

    def _meant(self, place: _Place, row: Row) -> Retold | None:
        text = self.source.text[row.start : row.end]
        retold = retell(text, place.stack, self._block(place), self.phrases, self.words)
        return retold if retold is not None and retold.slips else None

    def _retell(self, place: _Place, row: Row) -> bool:
        text = self.source.text[row.start : row.end]
        retold = self._meant(place, row)
        if retold is None:
            return False
        span = Span(self.source, row.start, row.end)
        self._drop_said_of(row)  # it is part of the line as it was meant
        if place.column != row.column:
            self._move(row, place)
        self.problems.append(Misworded.of(span, self._slip_span(row, retold.slips[0].text, text), retold))
        tokens = tuple(Token(token.type, str(token), row.start, row.end) for token in retold.tokens)
        self._commit(place, row, tokens)
        return True

    def _slip_span(self, row: Row, told: str, text: str) -> Span:
        """The stretch of a row in which it differs from what it was meant to be."""
        start = next((i for i, (a, b) in enumerate(zip(text, told, strict=False)) if a != b), min(len(text), len(told)))
        back = 0
        while back < min(len(text), len(told)) - start and text[-1 - back] == told[-1 - back]:
            back += 1
        end = len(text) - back
        word = next((t for t in row.tokens if (t.start_pos) - row.start <= start < (t.end_pos) - row.start), None)
        if word is not None:
            return Span(self.source, min(word.start_pos, row.start + start), max(word.end_pos, row.start + end))
        start = min(start, len(text) - 1)
        return Span(self.source, row.start + start, row.start + max(end, start + 1))

    def _drop_said_of(self, row: Row) -> None:
        """Takes back what the lexer said of figures and signs of a line."""
        self.problems[:] = [
            p
            for p in self.problems
            if not (p.span and row.start <= p.span.start < row.end and not isinstance(p, BadIndent))
        ]

    def _leave_out(self, place: _Place, row: Row) -> None:
        stack, count = recogniser.through(place.stack, [token.type for token in row.tokens])
        reached = stack
        if reached is None:
            reached, _ = recogniser.through(place.stack, [token.type for token in row.tokens[:count]])
        assert reached is not None
        problem = unexpected(self.source, row.tokens, count, reached, place.stack, self.phrases, self.words)
        known = {p.span.line for p in self.problems if p.span and not p.mends}
        if (
            problem.span
            and problem.span.line in known
            and any(
                p.span and p.span.line == problem.span.line and not isinstance(p, BadIndent) and not p.mends
                for p in self.problems
            )
        ):
            return  # what the lexer could not read makes the parser stumble too
        if problem.span:
            at = problem.span.start
            wide = [p for p in self.problems if isinstance(p, FullWidth) and p.span and p.span.start <= at < p.span.end]
            self.problems[:] = [p for p in self.problems if p not in wide]
        self.problems.append(problem)

    # ------------------------------------------------------------ places

    def _place(self, column: int) -> _Place | None:
        """The place at a column: None where no block could start or go on there."""
        through = recogniser.through
        if not self.tokens:
            return _START if column == 0 else None
        columns = self.columns
        if column > columns[-1]:
            stack, _ = through(self.stack, ["_INDENT"])
            return None if stack is None else _Place(column, stack, (*columns, column), ("_INDENT",), False)
        if column not in columns:
            return None
        kept = columns[: columns.index(column) + 1]
        layout = ("_DEDENT",) * (len(columns) - len(kept))
        if column == 0:
            stack, _ = through(self.stack, [*layout, "$END"])
            return None if stack is None else _Place(0, recogniser.start(), (0,), layout, True)
        stack, _ = through(self.stack, layout)
        return None if stack is None else _Place(column, stack, kept, layout, False)

    def _elsewhere(self, at: int) -> Iterator[int]:
        """Other columns at which a row could stand, the likeliest first."""
        row = self.rows[at]
        if self.moved.get(row.column, row.column) != row.column:
            yield self.moved[row.column]
        if self.tokens and recogniser.after(self.stack, "_INDENT") is not None:
            deeper = [r.column for r in self.rows[at + 1 : at + 4] if r.column > self.columns[-1]]
            yield min(deeper, default=self.columns[-1] + 2)
        yield from (column for column in reversed(self.columns) if column != row.column)

    def _fits(self, place: _Place, row: Row) -> bool:
        return recogniser.through(place.stack, row.kinds)[0] is not None

    def _like_its_neighbours(self, place: _Place, row: Row) -> bool:
        """Whether a row moved into a table has as many cells as the row before it: anything else may be anything."""
        if self._block(place) not in ("TABLE", "PARAMETER", "SET", "REPLACE"):
            return True
        like = "_INDENT" in place.layout or len(row.tokens) == len(self.heads[-1][0].tokens)
        return like and len(row.tokens) > 1

    def _progress(self, place: _Place | None, row: Row) -> int:
        return recogniser.through(place.stack, row.kinds)[1] if place else 0

    def _needs_block(self) -> bool:
        return bool(self.tokens) and self._ended() is None

    def _is_complete(self) -> bool:
        return not self.tokens or self._ended() is not None

    def _ended(self) -> Stack | None:
        return recogniser.through(self.stack, ["_DEDENT"] * (len(self.columns) - 1) + ["$END"])[0]

    def starts_statement(self, row: Row) -> bool:
        """Whether a row can be the first of a statement."""
        return self._progress(_START, row) > 0

    def _block(self, place: _Place) -> str:
        """The kind of the keyword that starts the block in which a row stands, empty for a statement."""
        if place.closes:
            return ""
        for head, _, _, columns in reversed(self.heads):
            if columns[-1] < place.column:
                first, *rest = (token.type for token in head.tokens)
                return rest[0] if rest and (first == "REPLACE" or rest[0] == "BANDS") else first
        return ""

    # ------------------------------------------------------------ what is made of it

    def _commit(self, place: _Place, row: Row, tokens: Sequence[Token]) -> None:
        layout = [Token(kind, "", row.start, row.start) for kind in place.layout]
        if place.closes:
            self.tokens += layout
            self._finish()
            layout = []
        self.heads.append((row, len(self.tokens), self.stack, place.columns))
        self.tokens += [*layout, *tokens, Token("_NL", "", row.end, row.end)]
        stack, _ = recogniser.through(place.stack, [*(token.type for token in tokens), "_NL"])
        assert stack is not None
        self.stack, self.columns, self.emptied = stack, place.columns, False

    def _finish(self) -> None:
        if self.tokens:
            self.statements.append(self.tokens)
        self.tokens, self.heads = [], []

    def _close(self) -> None:
        """Ends the last statement; heads with nothing under them are reported and left out."""
        while self.tokens and self._ended() is None:
            if not self.emptied:
                self._nothing_under()
            self._drop_head()
        end = self.tokens[-1].end_pos if self.tokens else 0
        self.tokens += [Token("_DEDENT", "", end, end) for _ in self.columns[1:]]
        self._finish()

    def _drop_head(self) -> None:
        """Leaves out the last line read, which has lost what stood under it."""
        _, count, stack, _ = self.heads.pop()
        del self.tokens[count:]
        self.stack = stack
        self.columns = self.heads[-1][3] if self.heads else (0,)
        self.emptied = self.emptied or bool(self.heads)
        if not self.tokens:
            self.heads = []

    def _nothing_under(self) -> None:
        head = self.heads[-1][0]
        stack = recogniser.after(self.stack, "_INDENT")
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(NothingUnder.of(self.source, head.tokens, stack, self.phrases, self.words))

    def _move(self, row: Row, place: _Place) -> None:
        """Reports that a row stands in the wrong column; rows moved alike one after another are told together."""
        lead = Span(self.source, self.source.text.rfind("\n", 0, row.start) + 1, row.start)
        if lead.text.strip():
            return
        mend = (lead, " " * place.column)
        head = next((h for h, _, _, columns in reversed(self.heads) if columns[-1] < place.column), None)
        at = next((i for i, problem in enumerate(self.problems) if problem is self.told), -1)
        if self.told is not None and at >= 0 and self.before == (row.column, place.column):
            self.lines.append(row)
            self.told = moved(self.source, self.lines, place.column, head, (*self.told.mends, mend))
            self.problems[at] = self.told
        else:
            self.lines = [row]
            self.told = moved(self.source, self.lines, place.column, head, (mend,))
            self.problems.append(self.told)
        self.moved[row.column] = place.column
        self.run = (row.column, place.column)
