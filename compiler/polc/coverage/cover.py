"""A policy's citations against a document's clauses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import ClassVar, Literal

import attrs
from attrs import define, field, frozen

from pol_lang import syntax as s
from pol_lang.problem import Problem, near_names
from pol_lang.source import Span
from polc.coverage.figures import figures, missing
from polc.coverage.numbering import Path, plain, read_citation, written
from polc.coverage.outline import Clause, Outline
from polc.resolve import KINDS

State = Literal["computed", "recorded", "parts", "missed"]

_NUMBERED = re.compile(
    r"\s*(?:第\s*[〇零一二三四五六七八九十百0-9]+\s*[章节条]|[一二三四五六七八九十]+(?:[(.\s]|是|$)|\()"
)
_REMARK = re.compile(r"#[^\n\"]*$", re.M)
_OTHER: dict[type[s.Statement], tuple[str, str]] = {
    s.Policy: ("文件信息", "document"), s.Readings: ("口径", "readings"), s.Set: ("规定", "setting"),
    s.Amend: ("修改", "amendment"), s.Remove: ("删去", "removal"), s.Copay: ("先行自付", "copay"),
    s.Exclude: ("不予支付", "exclusion"), s.Highest: ("就高", "highest-of"), s.Requirement: ("要求", "requirement"),
    s.Recorded: ("只记录", "recorded"), s.Example: ("算例", "example"), s.Use: ("引用", "use"),
}  # fmt: skip


class NoSuchClause(Problem):
    """A statement cites a clause that the document does not have: the number is a slip, the document is another one, or
    its text lost a heading. Clauses are written as the document numbers them, from the outermost in: 二(四)2,
    三.二 一是, 第十二条(三); a range is 三(三)–(六), several are parted by 、. What is not a number (示例, another
    document's name) is taken for another source.
    ---
    语句的依据写了文件里没有的条款：号写错了，文件拿错了，或者文本里丢了标题。条款按文件的编号从外到里写：二(四)2、
    三.二 一是、第十二条(三)；连续几条写 三(三)–(六)，几条之间用 、 隔开。不是编号的（示例、别的文件名）视为别的来源。
    """

    clause: str = ""
    code = "C643"
    zh: ClassVar[str] = "文件里没有条款“{clause}”"
    en: ClassVar[str] = "the document has no clause “{clause}”"
    hint_zh: ClassVar[str] = "检查条款号；文件里的条款由 polc coverage 列出"
    hint_en: ClassVar[str] = "check the number; polc coverage lists the clauses of the document"


@frozen(eq=False, repr=False, slots=False)
class Use:
    """A statement that cites a clause: what kind it is, its name or (recorded) its reason, its line; `span` is that of
    the whole statement, `cited` that of the line of it which cites."""

    kind_zh: str
    kind_en: str
    name: str
    line: int
    does: Literal["computes", "records", "shows"]
    span: Span
    cited: Span


@define(eq=False)
class Covered:
    """A clause with the statements that cite it. `around`: the statements that cite a clause around it.

    `nowhere`: figures of a computed clause, as the document writes them, that the policy has nowhere; `aside`: those
    that it has, but in no statement that cites the clause.
    """

    clause: Clause
    depth: int
    uses: list[Use] = field(factory=list)
    around: list[Use] = field(factory=list)
    state: State = "missed"
    nowhere: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is one of the clauses that have to be accounted for."""
        return self.state != "parts"


@frozen(eq=False, repr=False, slots=False)
class Coverage:
    """All clauses in the document's order, what is cited from elsewhere, and citations of clauses there are not."""

    rows: tuple[Covered, ...]
    elsewhere: tuple[tuple[str, Use], ...]
    problems: tuple[Problem, ...]

    def count(self, state: State) -> int:
        """How many clauses are in a state."""
        return sum(row.state == state for row in self.rows)

    @property
    def total(self) -> int:
        """How many clauses have to be accounted for."""
        return sum(row.counts for row in self.rows)

    @property
    def percent(self) -> int:
        """The share of them that is computed or recorded, in whole percent, rounded down; 100 of none."""
        done = self.count("computed") + self.count("recorded")
        return 100 * done // self.total if self.total else 100


def cover(file: s.File, outline: Outline, others: Iterable[s.File] = ()) -> Coverage:
    """What the statements of a file do with the clauses of a document. `others` are the files it builds on: a figure
    that stands in one of them is not missing."""
    rows = [Covered(clause, depth) for clause, depth in _walk(outline.clauses, 0)]
    by_path = {_key(row.clause.path): row for row in rows if row.clause.path}
    by_heading = {row.clause.heading: row for row in rows if not row.clause.path}
    elsewhere: list[tuple[str, Use]] = []
    problems: list[Problem] = []
    numbers = _document_numbers(file)
    for text, span, use in _citations(file):
        own = next((text.removeprefix(number) for number in numbers if text.startswith(number)), text).strip()
        named = by_heading.get(own)
        cited = read_citation(own)
        if named is not None:
            named.uses.append(use)
        elif cited is None and not _NUMBERED.match(plain(own)):
            elsewhere.append((text, use))
        elif cited is None or (found := _between(*cited, by_path)) is None:
            near = near_names(_standard(own), [row.clause.id for row in rows])
            problems.append(NoSuchClause(span=span, clause=own, near=near))
        else:
            for row in found:
                row.uses.append(use)
    _judge(rows, {id(row.clause): row for row in rows})
    written = frozenset(figure for one in (file, *others) for text in _rules(one) for figure, _ in figures(text))
    for row in rows:
        if row.state == "computed":
            here = frozenset(figure for use in (row.uses or row.around) for figure, _ in figures(_plain(use.span)))
            row.nowhere = missing(row.clause.text, written)
            row.aside = tuple(words for words in missing(row.clause.text, here) if words not in row.nowhere)
    return Coverage(tuple(rows), tuple(elsewhere), _once(problems))


def _rules(file: s.File) -> Iterator[str]:
    """The text of each statement that rules something, without remarks."""
    for statement in file.statements:
        if not isinstance(statement, s.Example | s.Recorded):
            yield _plain(statement.span)


def _plain(span: Span) -> str:
    return _REMARK.sub("", span.text)


def _walk(clauses: tuple[Clause, ...] | list[Clause], depth: int) -> Iterator[tuple[Clause, int]]:
    for clause in clauses:
        yield clause, depth
        yield from _walk(clause.parts, depth + 1)


def _key(path: Path) -> Path:
    """A path as it is looked up: articles are counted through all chapters."""
    start = next((i for i, mark in enumerate(path) if mark.style == "article"), 0)
    return path[start:]


def _between(first: Path, last: Path | None, rows: dict[Path, Covered]) -> list[Covered] | None:
    """The clauses from one to another of the same series; None where an end is missing."""
    start = rows.get(_key(first))
    if last is None or start is None:
        return None if start is None else [start]
    end = rows.get(_key(last))
    if end is None or first[:-1] != last[:-1] or first[-1].style != last[-1].style:
        return None
    series = [
        rows[path]
        for path in rows
        if path[:-1] == _key(first)[:-1]
        and path[-1].style == first[-1].style
        and first[-1].number <= path[-1].number <= last[-1].number
    ]
    return series or None


def _standard(text: str) -> str:
    cited = read_citation(text)
    return written(cited[0]) if cited else plain(text)


def _document_numbers(file: s.File) -> list[str]:
    """The document's number as it may stand before a clause of it."""
    return [
        str(line.values[0])
        for statement in file.statements
        if isinstance(statement, s.Policy)
        for line in statement.lines
        if line.key == "number" and line.values
    ]


def _citations(file: s.File) -> Iterator[tuple[str, Span, Use]]:
    """Every clause that a statement or a line in it cites, with its place."""
    for statement in file.statements:
        for line in _lines(statement):
            if line.cite is None:
                continue
            use = _use(statement, line)
            for clause in line.cite.clauses:
                at = line.cite.span.start + max(line.cite.span.text.find(clause), 0)
                yield clause, Span(line.cite.span.source, at, at + len(clause)), use


def _lines(node: object) -> Iterator[s.Line]:
    if isinstance(node, tuple):
        for inner in node:
            yield from _lines(inner)
    elif isinstance(node, s.Node):
        if isinstance(node, s.Line):
            yield node
        for one in attrs.fields(type(node)):
            if one.name not in ("span", "cite"):
                yield from _lines(getattr(node, one.name))


def _use(statement: s.Statement, line: s.Line) -> Use:
    inner = statement.statement if isinstance(statement, s.Replace) else statement
    zh, en = KINDS[type(inner)][1:] if type(inner) in KINDS else _OTHER.get(type(inner), ("语句", "statement"))
    name = getattr(inner, "name", None)
    shown = name.text if isinstance(name, s.Word) else ""
    if isinstance(inner, s.Recorded):
        return Use(zh, en, inner.reason, line.span.line, "records", statement.span, line.span)
    does: Literal["computes", "shows"] = "shows" if isinstance(inner, s.Example | s.Use) else "computes"
    return Use(zh, en, shown, line.span.line, does, statement.span, line.span)


def _judge(rows: list[Covered], by_clause: dict[int, Covered]) -> None:
    """Says of each clause what became of it. A recorded clause stands for its parts; a computed one only for the items
    within its own paragraph."""

    def judge(clause: Clause, around: list[Use]) -> None:
        row = by_clause[id(clause)]
        row.around = around
        does = {use.does for use in row.uses}
        recorded_around = any(use.does == "records" for use in around)
        computed_around = any(use.does == "computes" for use in around)
        if "computes" in does:
            row.state = "computed"
        elif "records" in does or recorded_around:
            row.state = "recorded"
        elif clause.inline and computed_around:
            row.state = "computed"
        elif not clause.has_rule:
            row.state = "parts"
        for part in clause.parts:
            judge(part, row.uses or around if not part.inline else [*row.uses, *around])

    for row in rows:
        if row.depth == 0:
            judge(row.clause, [])


def _once(problems: list[Problem]) -> tuple[Problem, ...]:
    found: dict[tuple[int, str], Problem] = {}
    for problem in problems:
        assert problem.span is not None
        found.setdefault((problem.span.start, problem.message("en")), problem)
    return tuple(found.values())
