"""Problems as a Code Quality report, which GitLab shows in a merge request."""

from __future__ import annotations

import json
import os

from pol_lang.problem import Language, Problem
from polc.cli.checked import Report
from polc.cli.sarif import fingerprint
from polc.load import locate


def as_gitlab(report: Report) -> str:
    """A JSON list with one entry per problem.

    Each has `description`, `check_name` (the code), `fingerprint`, `severity` (`major` for errors, `minor` for
    warnings) and `location` (`path` from the working folder, `lines`).
    """
    seen: dict[str, int] = {}
    found = []
    for problem in report.problems:
        own = fingerprint(problem)
        seen[own] = seen.get(own, 0) + 1
        found.append(_entry(problem, report.lang, own if seen[own] == 1 else f"{own}-{seen[own]}"))
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def _entry(problem: Problem, lang: Language, own: str) -> dict[str, object]:
    span = problem.span
    told = [problem.message(lang), *(line for line in problem.hint(lang).split("\n") if line)]
    lines = {"begin": 1}
    if span is not None:
        lines = {"begin": span.line, "end": span.source.position(max(span.end - 1, span.start))[0]}
    name = span.source.name if span is not None else problem.where or "."
    return {
        "description": f"{problem.code}: {' | '.join(told)}",
        "check_name": problem.code,
        "fingerprint": own,
        "severity": "major" if problem.severity == "error" else "minor",
        "location": {"path": os.path.relpath(locate(name)), "lines": lines},
    }
