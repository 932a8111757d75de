"""Problems as output: each format is a function from a report to text, under its name in `FORMATS`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from pol_lang.problem import Language, Note, Problem
from pol_lang.render import render_problems
from pol_lang.source import Span
from polc.cli.annotations import as_github
from polc.cli.checked import Report
from polc.cli.codequality import as_gitlab
from polc.cli.sarif import as_sarif
from polc.mend import edits_of

SCHEMA = "pol.problems/v1"


def as_text(report: Report) -> str:
    """Every problem with its place, underlines and advice, then a line that sums up."""
    errors, warnings, files = report.count("error"), report.count("warning"), len(report.files)
    if report.lang == "zh":
        told = f"检查了 {files} 个文件：" + (
            f"{errors} 个错误，{warnings} 个警告" if errors or warnings else "没有问题"
        )
    else:
        found = f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}" if errors or warnings else "no problems"
        told = f"{_counted(files, 'file')} checked: {found}"
    text = render_problems(report.problems, report.lang, color=report.color)
    blocks = text.split("\n\n")[:-1]  # the last one counts, which is said here with the files
    return "\n\n".join([*blocks, told]) + "\n"


def as_json(report: Report) -> str:
    """A JSON object with all problems; messages in the language of the run.

    `schema`, `files` (as named), `errors`, `warnings`, `problems` in the order of files and places, each with `code`,
    `severity`, `message`, `hint`, `near` (names like an unknown one), `where` (for problems without a place), `place`
    (`file`, `line`, `column`, `end_line`, `end_column`; null without one), `notes` (each a `message` and a `place`) and
    `fix`: edits that mend it (each a `place` and a `text`), null where there is no sure one. New keys may be added.
    """
    found = {
        "schema": SCHEMA,
        "files": list(report.files),
        "problems": [_problem(problem, report.lang) for problem in report.problems],
        "errors": report.count("error"),
        "warnings": report.count("warning"),
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


FORMATS: Mapping[str, Callable[[Report], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": as_sarif,
    "github": as_github,
    "gitlab": as_gitlab,
}


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _problem(problem: Problem, lang: Language) -> dict[str, object]:
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message(lang),
        "hint": problem.hint(lang),
        "near": list(problem.near),
        "where": problem.where,
        "place": _place(problem.span),
        "notes": [_note(note, lang) for note in problem.notes],
        "fix": [{"place": _place(edit.span), "text": edit.text} for edit in edits_of(problem)] or None,
    }


def _note(note: Note, lang: Language) -> dict[str, object]:
    return {"message": note.zh if lang == "zh" else note.en, "place": _place(note.span)}


def _place(span: Span | None) -> dict[str, object] | None:
    """Lines and columns counted from 1 in characters, the end past the last."""
    if span is None:
        return None
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"file": span.source.name, "line": line, "column": column, "end_line": end_line, "end_column": end_column}
