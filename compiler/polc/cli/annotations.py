"""Problems as workflow commands that GitHub Actions shows beside the lines of a change."""

from __future__ import annotations

import os

from pol_lang.problem import Language, Problem
from polc.cli.checked import Report
from polc.load import locate

_IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def as_github(report: Report) -> str:
    """One line per problem: `::error file=…,line=…,col=…,title=CODE::message`."""
    return "".join(_annotation(problem, report.lang) + "\n" for problem in report.problems)


def _annotation(problem: Problem, lang: Language) -> str:
    properties: dict[str, object] = {}
    span = problem.span
    if span is not None:
        line, column = span.source.position(span.start)
        end_line, end_column = span.source.position(span.end)
        properties = {"file": os.path.relpath(locate(span.source.name)), "line": line}
        if end_line == line:  # columns are understood within one line only
            properties |= {"endLine": line, "col": column, "endColumn": end_column}
        else:
            properties |= {"endLine": end_line}
    properties["title"] = problem.code
    told = [problem.message(lang), *problem.hint(lang).split("\n")]
    if span is None and problem.where:
        told[0] = f"{problem.where}: {told[0]}"
    told += [f"{note.span.place}: {note.zh if lang == 'zh' else note.en}" for note in problem.notes]
    message = "\n".join(text for text in told if text).translate(_IN_MESSAGE)
    shown = ",".join(f"{key}={str(value).translate(_IN_PROPERTY)}" for key, value in properties.items())
    return f"::{problem.severity} {shown}::{message}"
