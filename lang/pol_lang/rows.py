"""The logical lines of a text with the columns they start in, and what is said of one in the wrong column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from pol_lang.indents import indented
from pol_lang.lexer import MISFIT
from pol_lang.lexer_problems import BadIndent
from pol_lang.source import Source, Span
from pol_lang.token import Token


@frozen(slots=False, eq=False)
class Row:
    """One logical line: the column it starts in, its tokens without layout, whether the text before it ended all
    blocks."""

    column: int
    tokens: tuple[Token, ...]
    top: bool

    @property
    def start(self) -> int:
        """The offset of its first token."""
        return self.tokens[0].start_pos

    @property
    def end(self) -> int:
        """One past its last token."""
        return self.tokens[-1].end_pos

    @property
    def kinds(self) -> list[str]:
        """The kinds of its tokens and of the line's end."""
        return [*(token.type for token in self.tokens), "_NL"]


def rows_of(source: Source, tokens: Sequence[Token]) -> Iterator[Row]:
    """The logical lines that some tokens make."""
    line: list[Token] = []
    depth = line_depth = 0
    for token in tokens:
        if token.type == "_INDENT":
            depth += 1
        elif token.type == "_DEDENT":
            depth -= 1
        elif token.type == "_NL":
            if line:
                yield _row(source, line, line_depth)
            line = []
        elif token.type != MISFIT:
            line_depth = line_depth if line else depth
            line.append(token)
    if line:
        yield _row(source, line, line_depth)


def _row(source: Source, line: list[Token], depth: int) -> Row:
    at = line[0].start_pos
    start = source.text.rfind("\n", 0, at) + 1
    lead = source.text[start:at]
    column = (
        at - start if not lead.strip(" ") else (indented(source.text, start, at) if not lead.strip() else at - start)
    )
    return Row(column, tuple(line), depth == 0)


def moved(
    source: Source, rows: Sequence[Row], column: int, head: Row | None, mends: tuple[tuple[Span, str], ...]
) -> BadIndent:
    """The problem of rows that belong in another column, under the row `head` if they are to be indented."""
    first, last = (Span(source, row.start, row.end) for row in (rows[0], rows[-1]))
    many = len(rows) > 1
    lines_zh = f"第 {first.line}—{last.line} 行" if many else "这一行"
    lines_en = f"lines {first.line} to {last.line}" if many else "this line"
    deeper = column > rows[0].column
    words = source.text[head.start : head.end].split("  ")[0].split("\n")[0] if head else ""
    if deeper:
        said_zh = f"{lines_zh}要缩进，才属于上面的“{words}”"
        said_en = f"{lines_en} must be indented to belong to “{words}” above"
    elif column == 0:
        said_zh, said_en = f"{lines_zh}不该缩进", f"{lines_en} must not be indented"
    else:
        said_zh, said_en = f"{lines_zh}缩进得不对，与上面各行对不齐", f"{lines_en} must line up with those above"
    return BadIndent(
        span=first,
        said_zh=said_zh,
        said_en=said_en,
        mends=mends,
        advice_zh=f"行首空 {column} 格" if column else "删去行首的空格",
        advice_en=f"start the line with {column} spaces" if column else "delete the spaces at its start",
    )
