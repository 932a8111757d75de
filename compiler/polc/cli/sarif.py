"""Problems as SARIF 2.1.0, the format in which code hosts take the findings of a checker."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from pol_lang.catalogue import documentation
from pol_lang.problem import Language, Problem
from pol_lang.source import Span
from polc import __version__
from polc.cli.checked import Report
from polc.load import locate
from polc.mend import Edit, edits_of

VERSION = "2.1.0"
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"


def as_sarif(report: Report) -> str:
    """One run with a rule for each code found. Columns count characters; paths are relative to the working folder."""
    classes = sorted({type(problem) for problem in report.problems}, key=lambda cls: (cls.code, cls.severity))
    rules: dict[str, type[Problem]] = {}
    for cls in classes:
        rules.setdefault(cls.code, cls)
    places = {code: at for at, code in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "polc",
                "version": __version__,
                "rules": [_rule(cls, report.lang) for cls in rules.values()],
            }
        },
        "language": "zh-CN" if report.lang == "zh" else "en-US",
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": _WORDS["root"][report.lang]}}},
        "results": [_result(problem, report.lang, places[problem.code]) for problem in report.problems],
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, ensure_ascii=False, indent=2) + "\n"


_WORDS: dict[str, dict[Language, str]] = {
    "root": {"zh": "运行 polc 的目录", "en": "the folder polc was run in"},
    "fix": {"zh": "改为“{}”", "en": "write “{}”"},
}


def _rule(cls: type[Problem], lang: Language) -> dict[str, object]:
    page = documentation(cls, lang)
    _, message, *text = page.split("\n\n", 2)
    short = message.removeprefix("> ").strip()
    return {
        "id": cls.code,
        "name": cls.__name__,
        "shortDescription": {"text": short},
        "fullDescription": {"text": (text[0].split("\n\n")[0] if text else short).strip()},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": cls.severity},
    }


def _result(problem: Problem, lang: Language, rule: int) -> dict[str, object]:
    hint = problem.hint(lang)
    where = f"{problem.where}: " if problem.where and problem.span is None else ""
    text = where + problem.message(lang) + (f"\n{hint}" if hint else "")
    result: dict[str, object] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": problem.severity,
        "message": {"text": text},
        "partialFingerprints": {"polcProblem/v1": fingerprint(problem)},
    }
    if problem.span is not None:
        result["locations"] = [{"physicalLocation": _place(problem.span)}]
    related = [
        {
            "id": number,
            "physicalLocation": _place(note.span),
            "message": {"text": note.zh if lang == "zh" else note.en},
        }
        for number, note in enumerate(problem.notes, 1)
    ]
    if related:
        result["relatedLocations"] = related
    edits = edits_of(problem)
    if edits:
        result["fixes"] = [_fix(edits, lang)]
    return result


def _fix(edits: Iterable[Edit], lang: Language) -> dict[str, object]:
    edits = tuple(edits)
    changes = [
        {
            "artifactLocation": _artifact(edit.span.source.name),
            "replacements": [{"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}],
        }
        for edit in edits
    ]
    said = _WORDS["fix"][lang].format("、".join(edit.text for edit in edits))
    return {"description": {"text": said}, "artifactChanges": changes}


def _place(span: Span) -> dict[str, object]:
    return {"artifactLocation": _artifact(span.source.name), "region": _region(span)}


def _region(span: Span) -> dict[str, object]:
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(span.end)
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


def _artifact(name: str) -> dict[str, object]:
    """Where a file is, for a machine: relative to the working folder where it lies below it."""
    path = os.path.abspath(locate(name))
    relative = os.path.relpath(path)
    if relative.startswith(os.pardir) or os.path.isabs(relative):
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(Path(relative).as_posix()), "uriBaseId": _ROOT}


def fingerprint(problem: Problem) -> str:
    """The same for the same problem after lines were added above it: of code, file, line's text and message."""
    span = problem.span
    place = (span.source.name.rpartition("/")[2], span.source.line(span.line).strip()) if span else (problem.where, "")
    parts = "\0".join((problem.code, *place, problem.message("en")))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]
