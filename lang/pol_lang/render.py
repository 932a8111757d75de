"""Problems as text for people: the sentence, the place in the source with underlines, the advice.

The look is that of rustc and Ruff. Underlines are placed by display width, so they stand under Chinese characters
too. Whatever could disturb a terminal (control characters, invisible and direction-changing ones) is shown by its
code point instead; this holds for the source and for every quoted word.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from attrs import frozen
from rich.cells import cell_len

from pol_lang.problem import Language, Problem, Severity
from pol_lang.source import Source, Span

_TAB = "    "
_CUT = "…"
_WHOLE_SPAN = 4  # a span of so many lines is shown whole, a longer one by its first and last line
_NARROWEST = 20  # cells of source shown at least, however narrow the page
_DISTURBING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

SEVERITY_WORDS: dict[Language, dict[Severity, str]] = {
    "zh": {"error": "错误", "warning": "警告"},
    "en": {"error": "error", "warning": "warning"},
}
_COLON: dict[Language, str] = {"zh": "：", "en": ": "}
_HELP: dict[Language, str] = {"zh": "提示", "en": "help"}


@frozen
class _Mark:
    """One underline under one line: the characters start ≤ i < end of that line, none for a gap between two."""

    source: Source
    line: int
    start: int
    end: int
    label: str
    primary: bool


@frozen
class _Paint:
    """The colours of one problem, as terminal escape codes, or none at all."""

    color: bool
    severity: Severity

    def _in(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text else text

    def frame(self, text: str) -> str:
        return self._in("1;34", text)

    def strong(self, text: str) -> str:
        return self._in("1", text)

    def advice(self, text: str) -> str:
        return self._in("1;36", text)

    def primary(self, text: str) -> str:
        return self._in("1;31" if self.severity == "error" else "1;33", text)

    def mark(self, mark: _Mark, text: str) -> str:
        return self.primary(text) if mark.primary else self.frame(text)


def render_problem(problem: Problem, lang: Language, width: int = 100, color: bool = False) -> str:
    """The problem as a block of lines, without a line end after the last.

    `width` is the cells that a source line may take together with its gutter; messages are never cut. A note at the
    very place of the problem is the label of its underline.
    """
    paint = _Paint(color, problem.severity)
    title = paint.primary(f"{SEVERITY_WORDS[lang][problem.severity]}[{problem.code}]")
    lines = [title + paint.strong(_COLON[lang] + _visible(problem.message(lang)))]

    marks = _marks(problem, lang)
    gutter = max((len(str(mark.line)) for mark in marks), default=1)
    margin = " " * gutter
    room = max(width - gutter - 3, _NARROWEST)
    where = _visible(problem.where)
    if where and problem.span is None:
        lines.append(f"{margin}{paint.frame('-->')} {where}")
    for source in dict.fromkeys(mark.source for mark in marks):
        here = [mark for mark in marks if mark.source is source]
        arrow, beside = (":::", "") if len(lines) > 1 else ("-->", f" ({where})" if where else "")
        place = f"{_visible(source.name)}:{here[0].line}:{here[0].start + 1}{beside}"
        lines.append(f"{margin}{paint.frame(arrow)} {place}")
        lines.append(f"{margin} {paint.frame('|')}")
        lines.extend(_snippet(source, here, gutter, room, paint))

    hints = [hint for hint in problem.hint(lang).split("\n") if hint]
    if hints and marks:
        lines.append(f"{margin} {paint.frame('|')}")
    advice = paint.advice(_HELP[lang] + _COLON[lang].rstrip()) + (" " if lang == "en" else "")
    lines.extend(f"{margin} {paint.frame('=')} {advice}{_visible(hint)}" for hint in hints)
    return "\n".join(lines)


def render_problems(problems: Iterable[Problem], lang: Language, color: bool = False, width: int = 100) -> str:
    """All problems by source name and place, those without a place last, and a line that counts them.

    Empty for no problems; otherwise it ends with a line end.
    """
    ordered = sorted(problems, key=_order)
    if not ordered:
        return ""
    blocks = [render_problem(problem, lang, width, color) for problem in ordered]
    counts: list[str] = []
    for severity in SEVERITY_WORDS[lang]:
        count = sum(problem.severity == severity for problem in ordered)
        word = SEVERITY_WORDS[lang][severity]
        if count:
            text = f"{count} 个{word}" if lang == "zh" else f"{count} {word}{'s' if count > 1 else ''}"
            counts.append(_Paint(color, severity).primary(text))
    return "\n\n".join([*blocks, ("，" if lang == "zh" else ", ").join(counts)]) + "\n"


def _order(problem: Problem) -> tuple[bool, str, int]:
    span = problem.span
    return (True, "", 0) if span is None else (False, span.source.name, span.start)


# ---------------------------------------------------------------- which characters of which lines


def _marks(problem: Problem, lang: Language) -> list[_Mark]:
    """The underlines of a problem, the primary ones first."""
    marks: list[_Mark] = []
    labels = [(note.span, note.zh if lang == "zh" else note.en) for note in problem.notes]
    if problem.span is not None:
        own = "; ".join(label for span, label in labels if span == problem.span)
        marks += _marks_of(problem.span, own, primary=True)
    for span, label in labels:
        if span != problem.span:
            marks += _marks_of(span, label, primary=False)
    return marks


def _marks_of(span: Span, label: str, primary: bool) -> list[_Mark]:
    """The underlines of one span, top to bottom; the last one has the label."""
    source, start, end = span.source, span.start, max(span.start, span.end)
    if "\n" in span.text:
        inner = span.text.strip()
        start += span.text.index(inner) if inner else 0
        end = start + len(inner)
    first, first_column = source.position(start)
    last, last_column = source.position(end)
    marks = [_Mark(source, first, first_column - 1, last_column - 1, label, primary)]
    if last > first:
        marks = []
        for number in range(first, last + 1) if last - first < _WHOLE_SPAN else (first, last):
            text = source.line(number)
            left = first_column - 1 if number == first else len(text) - len(text.lstrip())
            right = last_column - 1 if number == last else len(text.rstrip())
            if left < right:
                marks.append(_Mark(source, number, left, right, label if number == last else "", primary))
    return marks


# ---------------------------------------------------------------- the lines with their underlines


def _snippet(source: Source, marks: Sequence[_Mark], gutter: int, room: int, paint: _Paint) -> Iterator[str]:
    """The marked lines in their order with the underlines below each; the line between two near ones too."""
    above = 0
    for number, group in groupby(sorted(marks, key=lambda m: (m.line, not m.primary, m.start)), key=lambda m: m.line):
        if above and number == above + 2:
            between, _ = _cut_line(source.line(above + 1), 0, 0, room)
            yield _row(str(above + 1), between, gutter, paint)
        elif above and number > above + 2:
            yield paint.frame("...")
        above = number
        for shown, underlines in _cut_rows(source.line(number), list(group), room):
            yield _row(str(number), shown, gutter, paint)
            for mark, left, cells in underlines:
                line = ("^" if mark.primary else "-") * cells
                label = f"{line} {_visible(mark.label)}" if mark.label else line
                yield _row("", " " * left + paint.mark(mark, label), gutter, paint)


def _row(number: str, text: str, gutter: int, paint: _Paint) -> str:
    head = paint.frame(f"{number:>{gutter}} |")
    return f"{head} {text}".rstrip()


def _cut_rows(line: str, marks: Sequence[_Mark], room: int) -> Iterator[tuple[str, list[tuple[_Mark, int, int]]]]:
    """The line, cut to `room` cells, and the marks with the cells to the left of each and under it.

    Once for all marks if they fit into one window, otherwise once for each.
    """
    start, end = min(m.start for m in marks), max(m.end for m in marks)
    shown, (left, right) = _cut_line(line, start, end, room)
    if len(marks) > 1 and right < end:
        for mark in marks:
            yield from _cut_rows(line, [mark], room)
        return
    underlines = []
    lead = _CUT if left > 0 else ""
    for mark in marks:
        before = cell_len(lead + _visible(line[left : mark.start]))
        through = cell_len(lead + _visible(line[left : min(mark.end, right)]))
        underlines.append((mark, before, max(through - before, 1)))
    yield shown, underlines


def _cut_line(line: str, start: int, end: int, room: int) -> tuple[str, tuple[int, int]]:
    """A window of the line that takes at most `room` cells, and its first and one past its last character.

    It starts with the characters start ≤ i < end, as far as there is room, and then grows to both sides.
    """
    if len(line) <= room:
        whole = _visible(line)
        if cell_len(whole) <= room:
            return whole, (0, len(line))
    left = right = start
    free = room - 2 * cell_len(_CUT)

    def takes(at: int) -> bool:
        nonlocal free
        cells = cell_len(_visible(line[at]))
        if cells <= free:
            free -= cells
            return True
        return False

    while right < end and takes(right):
        right += 1
    grows_left = grows_right = right == end
    while grows_left or grows_right:
        grows_left = grows_left and left > 0 and takes(left - 1)
        left -= grows_left
        grows_right = grows_right and right < len(line) and takes(right)
        right += grows_right
    shown = (_CUT if left > 0 else "") + _visible(line[left:right]) + (_CUT if right < len(line) else "")
    return shown, (left, right)


def _visible(text: str) -> str:
    """The text with nothing in it that moves the cursor, hides, or turns the direction of writing."""
    if text.isprintable():
        return text
    return "".join(map(_visible_character, text))


def _visible_character(character: str) -> str:
    if character == "\t":
        return _TAB
    if character == "\n":
        return " "
    if unicodedata.category(character) in _DISTURBING:
        return f"<U+{ord(character):04X}>"
    return character
