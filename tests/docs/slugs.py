"""The anchors that headings get where the pages are read."""

from __future__ import annotations

import re


def slug(heading: str) -> str:
    """The anchor of one heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower().strip()).replace(" ", "-")


def anchors(text: str) -> set[str]:
    """The anchors of a Markdown text."""
    return {slug(heading) for heading in re.findall(r"^#+ (.*)$", text, re.M)}
