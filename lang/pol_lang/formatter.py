"""From a source to the same program in the house layout, perhaps with its keywords in the other language.

Theory: the layout is made from tokens, so every construct and every comment is kept; the tree is asked only where
columns start. Spaces, line ends and blank lines carry over as far as they mean something to the author: a list stays
broken where it was broken, lines stay grouped by blank lines.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from attrs import frozen

from pol_lang.columns import aligned, hung
from pol_lang.lexer import lex
from pol_lang.lines import Line, Remark, items_of
from pol_lang.parser import keywords as keyword_table
from pol_lang.parser import parse, phrases
from pol_lang.problem import Language, Problems
from pol_lang.read import read_source
from pol_lang.source import Source
from pol_lang.spelling import Spelling, language_of, marks_of
from pol_lang.token import Token

INDENT = "  "
CONTINUATION = "    "

_FIGURES = {"MONEY", "PERCENT", "POINTS", "NUMBER", "COUNT", "DURATION"}
# Where the columns of a statement that stands on one line start, behind its keyword and name.
_COLUMNS: dict[str, tuple[set[str], ...]] = {
    "BEARER": ({"FIELD"},),
    "IDENTITY": ({"CODE"}, {"INCLUDES"}),
    "FACT": ({"FIELD"}, {"DEFAULT"}, {"OF_PERSON", "OF_ITEM"}),
}
_VALUES = {"PARAMETER", "SET", "BANDS"}  # aligned with one another
_NAMED = {"GROUP", "LIST", "DEFINE", "TALLY", "SHARED_CAP"} | _VALUES
_TABLES = {"TABLE", "PARAMETER", "SET"}
_TABLE_KINDS = {"row", "band", "dated"}
_FIGURE_KINDS = _TABLE_KINDS | {"given"}
_GIVEN = {"PERSON", "EARLIER", "CLAIM", "ARRIVAL", "EXPECT"}


def format_text(source: Source | str, keywords: Language | None = None) -> str:
    """The text of a program in the house layout, its keywords in one language where one is asked for.

    The meaning never changes: the result parses to the same tree and holds the same comments in the same order.
    Raises `Problems` where the source does not parse.
    """
    if isinstance(source, str):
        source = read_source("", source.encode("utf-8", "surrogatepass"))
    parsed = parse(source)
    if parsed.problems:
        raise Problems(parsed.problems)
    lexed = lex(source, phrases())
    words = keyword_table()
    language = keywords or language_of(lexed.tokens, words)
    spelling = Spelling(words, phrases(), marks_of(parsed.file), language, keywords)
    return _Layout(items_of(source, lexed), spelling).text()


@frozen(slots=False)
class _Layout:
    items: list[Line | Remark]
    spelling: Spelling

    def text(self) -> str:
        """The whole text."""
        bodies = self._bodies()
        out = ""
        for group in self._groups():
            lines = [place for place in group if place in bodies]
            cited = hung([bodies[place] for place in lines], [self._cite(place) for place in lines])
            ended = dict(zip(lines, hung(cited, [self._lines[place].comment for place in lines]), strict=True))
            for place in group:
                item = self.items[place]
                text = INDENT * item.level + item.text if isinstance(item, Remark) else ended[place]
                out += "\n" * item.blank + "\n".join(line.rstrip(" ") for line in text.split("\n")) + "\n"
        return out

    @cached_property
    def _lines(self) -> dict[int, Line]:
        return {place: item for place, item in enumerate(self.items) if isinstance(item, Line)}

    @cached_property
    def _texts(self) -> dict[int, list[str]]:
        """The texts of each line's tokens."""
        return {place: self.spelling.line(line.tokens, line.breaks) for place, line in self._lines.items()}

    @cached_property
    def _headers(self) -> set[int | None]:
        """The places of the lines that open a block."""
        return {line.parent for line in self._lines.values()}

    # ---------------------------------------------------------------- which lines belong together

    def _groups(self) -> list[list[int]]:
        """The places of the items whose citations and comments share a column: a statement with what is in it, or
        statements of one line that no blank line parts."""
        groups: list[list[int]] = []
        in_block = False
        for place, item in enumerate(self.items):
            if item.level == 0:
                opens = place in self._headers
                if item.blank or opens or in_block or not groups:
                    groups.append([])
                in_block = opens
            groups[-1].append(place)
        return groups

    def _runs(self) -> list[tuple[str, list[int]]]:
        """The kinds and places of the lines whose columns are aligned: those of one kind in a block; at top level
        those of one kind that nothing but comments parts."""
        blocks: dict[tuple[int, str], list[int]] = {}
        runs: list[tuple[str, list[int]]] = []
        unbroken = False
        for place, item in enumerate(self.items):
            unbroken = unbroken and not item.blank
            if isinstance(item, Remark):
                continue
            kind = self._kind(place)
            if item.parent is not None:
                blocks.setdefault((item.parent, kind), []).append(place)
            elif unbroken and kind and kind == runs[-1][0]:
                runs[-1][1].append(place)
            else:
                runs.append((kind, [place]))
            unbroken = True
        return runs + [(kind, places) for (_, kind), places in blocks.items()]

    def _kind(self, place: int) -> str:
        """What a line is aligned as; empty where it has no columns."""
        line = self._lines[place]
        first = _types(line)[0]
        if line.parent is None:
            has_columns = place not in self._headers and (first in _NAMED or first in _COLUMNS)
            return ("value" if first in _VALUES else first) if has_columns else ""
        above = _types(self._lines[line.parent])
        if "BANDS" in above[:2]:
            return "band"
        if above[0] in _TABLES:
            return "row" if "BY" in above else "dated"
        if above[0] in _GIVEN:
            return "item" if first == "ITEM" else "given"
        return "step"

    # ---------------------------------------------------------------- columns

    def _bodies(self) -> dict[int, str]:
        """The indented text of each line without its citation and comment."""
        bodies: dict[int, str] = {}
        for kind, places in self._runs():
            cuts = {place: self._cuts(self._lines[place], kind) for place in places}
            rows = [[self._cell(place, *cut) for cut in cuts[place]] for place in places]
            judged = places
            if kind == "row" and _types(self._lines[self._lines[places[0]].parent or 0])[0] == "TABLE":
                judged = places[1:]  # the first row has the names of the columns
            right = {
                at
                for at in range(1, max(map(len, rows)))
                if kind in _FIGURE_KINDS and self._all_figures([(p, cuts[p][at]) for p in judged if at < len(cuts[p])])
            }
            gap = "  " if kind in _TABLE_KINDS else " "
            for place, text in zip(places, aligned(rows, gap, right), strict=True):
                margin = INDENT * self._lines[place].level
                bodies[place] = margin + text.replace("\n", "\n" + margin + CONTINUATION)
        return bodies

    def _cuts(self, line: Line, kind: str) -> list[tuple[int, int]]:
        """The columns of a line as stretches of its tokens; an empty one where it leaves a column out."""
        types = [token.type for token in line.tokens]
        stop = len(types) - (types[-1] == "CITE")
        starts = [0]
        if kind == "step" or (kind == "given" and types[0] == "IDENTITY"):
            starts.append(1)
        elif kind == "item":
            starts += [1, *(i + 1 for i in range(stop) if types[i] == "_COMMA")]
        elif kind == "value" or kind in _NAMED:
            starts.append(types.index("NAME") + 1)
        elif kind in _COLUMNS:
            if kind == "FACT":
                starts.append(types.index("NAME") + 1)
            starts += _starts_of(types[:stop], _COLUMNS[kind])
        elif kind:
            marked = [i for i in range(1, stop) if self._starts_column(line.tokens, i)]
            starts += _starts_of(types[: marked[0]], ({"UNTIL"},)) + marked if kind == "dated" else marked
        return [(start, end) for start, end in zip(starts, [*starts[1:], stop], strict=True) if start < stop]

    def _starts_column(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether a token, or what stands behind brackets that open there, is marked as a column's start."""
        if tokens[at - 1].type == "LPAR":
            return False
        while tokens[at].type == "LPAR":
            at += 1
        return tokens[at].start_pos in self.spelling.marks.columns

    def _all_figures(self, cells: Sequence[tuple[int, tuple[int, int]]]) -> bool:
        """Whether the cells are numbers or amounts, and there is one."""
        kinds = [[t.type for t in self._lines[place].tokens[start:stop]] for place, (start, stop) in cells]
        return any(kinds) and all(k[-1] in _FIGURES and k[:-1] in ([], ["MINUS"]) for k in kinds if k)

    def _cell(self, place: int, start: int, stop: int) -> str:
        """The text of some tokens of a line, line ends and comments within it included."""
        line, texts = self._lines[place], self._texts[place]
        out = ""
        for at in range(start, stop):
            for note, own_line in line.notes.get(at, ()):
                out += ("\n" if own_line else "  ") + note
            if at in line.breaks:
                out += "\n"
            elif at > start:
                out += self.spelling.gap(line.tokens, texts, at)
            out += texts[at]
        return out

    def _cite(self, place: int) -> str:
        return self._texts[place][-1] if self._lines[place].tokens[-1].type == "CITE" else ""


def _types(line: Line) -> list[str]:
    return [token.type for token in line.tokens if token.type != "REPLACE"]


def _starts_of(types: Sequence[str], columns: Sequence[Collection[str]]) -> list[int]:
    """Where each column starts; one that is left out starts where the next one does."""
    starts: list[int] = []
    after = len(types)
    for column in reversed(columns):
        after = next((i for i, kind in enumerate(types) if kind in column), after)
        starts.insert(0, after)
    return starts
