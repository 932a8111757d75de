"""The sheet for machines, `pol.trace/v1`: the part that never changes, and every line with its facts.

Amounts are yuan as decimal strings with at least two places, rates fractions of 1 as decimal strings; what does not
terminate is "a/b". `trace.schema.json` beside this module describes it.
"""

from __future__ import annotations

import json as encoder
from collections.abc import Iterable

from polc import plan as p
from polc.explain.document import Json, Line, Page, Section, Sheet

SCHEMA = "pol.trace/v1"


def json(sheet: Sheet) -> str:
    """The trace as JSON text that ends with a line end."""
    return encoder.dumps(trace(sheet), ensure_ascii=False, indent=2) + "\n"


def trace(sheet: Sheet) -> dict[str, Json]:
    """The trace as plain values."""
    return {
        "schema": SCHEMA,
        "lang": sheet.lang,
        **sheet.data,
        "title": sheet.title,
        "subtitle": sheet.subtitle,
        "claims": [_claim(page) for page in sheet.pages],
        "years": [_year(page) for page in sheet.years],
    }


def _claim(page: Page) -> dict[str, Json]:
    layers = [section for section in page.sections if section.kind == "layer"]
    cuts = [section for section in page.sections if section.kind == "cut"]
    others = [section for section in page.sections if section.kind not in ("layer", "layers", "cut")]
    return {
        **_common(page),
        "layers": [_section(section) for section in layers],
        "cuts": [_section(section) for section in cuts],
        **{section.kind: _section(section) for section in others},
    }


def _year(page: Page) -> dict[str, Json]:
    return {**_common(page), "steps": _steps(line for section in page.sections for line in section.lines)}


def _common(page: Page) -> dict[str, Json]:
    return {
        **page.data,
        "title": page.title,
        "warnings": list(page.warnings),
        "summary": {
            "text": page.summary,
            "shares": [
                {
                    "name": share.name,
                    "amount": share.value,
                    "share": share.share,
                    "person": share.person,
                }
                for share in page.shares
            ],
            "notes": list(page.notes),
        },
    }


def _section(section: Section) -> dict[str, Json]:
    found: dict[str, Json] = {**section.data, "number": section.number, "title": section.title}
    if section.note:
        found["note"] = section.note
    if section.origins:
        found.update(_basis(section.origins))
    return {**found, "steps": _steps(section.lines)}


def _steps(lines: Iterable[Line]) -> list[Json]:
    return [_line(line) for line in lines]


def _line(line: Line) -> dict[str, Json]:
    return {
        "number": line.number, "kind": line.kind, "code": line.code, "label": line.label, "text": list(line.text),
        "amount": line.value, **_basis(line.origins), **line.data,
    }  # fmt: skip


def _basis(origins: tuple[p.Origin, ...]) -> dict[str, Json]:
    """What a line rests on: the first origin's clauses, document and place, and those of what changed it."""
    if not origins:
        return {"clause": [], "document": None, "place": None}
    first, *rest = origins
    found = _origin(first)
    return {**found, "changed_by": [_origin(origin) for origin in rest]} if rest else found


def _origin(origin: p.Origin) -> dict[str, Json]:
    return {"clause": list(origin.clauses), "document": origin.document, "place": origin.place}
