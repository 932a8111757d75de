"""W609: two amendments of one thing in one file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pol_lang import syntax as s
from pol_lang.problem import Note, Problem
from pol_lang.source import Span
from polc.lints.lint import Lint, Subject
from polc.resolve import KINDS


class AmendedTwice(Lint):
    """One file changes the same step of a parent's layer, or the same statement, twice: only the last change holds.

    Avoid:

        amend layer 大病保险
          deductible 12000元
        amend layer 大病保险
          deductible 10000元

    Prefer:

        amend layer 大病保险
          deductible 10000元

    Why: the first of the two is read and never applied. Conditions and tilts add up and may come in several amendments.
    ---
    一个文件两次改动上级同一保障层的同一步，或同一条语句：只有后一次起作用。

    避免：

        修改 保障层 大病保险
          起付线 12000元
        修改 保障层 大病保险
          起付线 10000元

    应写：

        修改 保障层 大病保险
          起付线 10000元

    原因：前一次改动写着，却不执行。条件和倾斜是累加的，可以分几次写。
    """

    name: str = ""
    code = "W609"
    zh: ClassVar[str] = "“{name}”的同一项规定改了两次，前一次不起作用"
    en: ClassVar[str] = "the same rule of “{name}” is amended twice, and the first change has no effect"
    hint_zh: ClassVar[str] = "只留一处"
    hint_en: ClassVar[str] = "keep one of them"


def amended_twice(subject: Subject) -> Iterator[Problem]:
    """The amendments of the file that undo an earlier one of it."""
    first: dict[tuple[str, str], s.Line] = {}
    for statement in subject.own.statements:
        if isinstance(statement, s.Amend):
            for step in statement.steps:
                if isinstance(step, s.When | s.Tilt):
                    continue
                key = (statement.name.text, _slot(step))
                if key in first:
                    yield _problem(statement.name.text, step, first[key])
                first[key] = step
        elif isinstance(statement, s.AmendCut):
            pieces = {"amount": statement.amount, "part": statement.part, "bearer": statement.bearer}
            name = statement.name.text if statement.name is not None else statement.kind
            for piece in (piece for piece, value in pieces.items() if value is not None):
                if (name, piece) in first:
                    yield _problem(name, statement, first[name, piece])
                first[name, piece] = statement
        elif isinstance(statement, s.Replace) and not isinstance(statement.statement, s.Highest):
            word = statement.statement.name  # type: ignore[attr-defined]
            name = word.text if word is not None else KINDS[type(statement.statement)][0]
            for (known, _), line in first.items():
                if known == name:
                    yield _problem(name, statement, line)
                    break
            first[name, ""] = statement


def _slot(step: s.Step) -> str:
    if isinstance(step, s.Bands | s.Rate | s.Pay):
        return "pay"
    return f"{type(step).__name__} {step.on or ''}" if isinstance(step, s.Cap) else type(step).__name__


def _problem(name: str, second: s.Line, first: s.Line) -> Problem:
    return AmendedTwice(span=_head(second), name=name, notes=(Note(_head(first), "前一次", "the first change"),))


def _head(line: s.Line) -> Span:
    """The first line of what may be a block."""
    span = line.span
    return Span(span.source, span.start, span.start + len(span.text.partition("\n")[0].rstrip()))
