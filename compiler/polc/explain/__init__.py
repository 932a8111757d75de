"""What `polc explain` shows: the calculation sheet of a settlement as text, Markdown, HTML or JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal as OneOf

from pol_lang.problem import Language
from polc.explain.document import Sheet
from polc.explain.sheet import Around, answered, sheet
from polc.explain.visible import visible
from polc.plan import Plan
from polc.settlement import Settlement

Format = OneOf["text", "json", "md", "html"]


def explain(
    settlement: Settlement,
    *,
    plan_hash: Callable[[Plan], str],
    format: Format = "text",
    lang: Language = "zh",
    why_not: str | None = None,
    around: Around | None = None,
    terminal: bool = False,
    width: int = 100,
) -> str:
    """The sheet of a settlement, ending with a line end.

    `plan_hash` gives a plan's content hash; `why_not` asks for a layer's whole chain alone (in JSON besides),
    `around` what is said beyond the settlement; with `terminal` the text has colours and tables of `width` cells for a
    terminal. Raises `Problems` where the policy has no layer `why_not`.
    """
    document = sheet(settlement, lang, plan_hash, why_not, around)
    if why_not is not None and format != "json":
        document = answered(document)
    return render(document, format, terminal, width)


def render(document: Sheet, format: Format = "text", terminal: bool = False, width: int = 100) -> str:
    """A document in one of the formats, ending with a line end; disturbing characters are shown by code points."""
    document = visible(document)
    if format == "json":
        from polc.explain.json import json

        return json(document)
    if format == "md":
        from polc.explain.markdown import markdown

        return markdown(document)
    if format == "html":
        from polc.explain.html import html

        return html(document)
    if terminal:
        from polc.explain.terminal import terminal as show

        return show(document, width)
    from polc.explain.text import text

    return text(document)


__all__ = ["Around", "Format", "explain", "render", "sheet"]
