"""The pages of the documents, the marked blocks in them, and writing back what is generated.

A fenced block is marked by the HTML comment on the line above it: `<!-- pol: complete -->`. A generated part stands
between `<!-- generated: NAME -->` and `<!-- end -->`. With POLC_UPDATE_DOCS=1 in the environment a run of the tests
writes such parts, and the outputs of commands, anew instead of comparing them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
UPDATE = bool(os.environ.get("POLC_UPDATE_DOCS"))

PAGES = tuple(sorted([*ROOT.glob("README*.md"), *DOCS.rglob("*.md")]))

_FENCE = re.compile(r"^(?:<!-- (?P<marker>[^\n]*?) -->\n)?```(?P<language>[\w-]*)\n(?P<text>.*?)^```$", re.M | re.S)
_GENERATED = re.compile(r"^<!-- generated: (?P<name>[\w-]+) -->\n(?P<text>.*?)^<!-- end -->$", re.M | re.S)


@frozen
class Block:
    """A fenced block: the page and line its text starts in, its language, its marker (empty: none), its text."""

    page: Path
    line: int
    language: str
    marker: str
    text: str

    @property
    def name(self) -> str:
        """The block as a test calls it."""
        return f"{shown(self.page)}:{self.line}"


def shown(page: Path) -> str:
    """A page's path within the project."""
    return page.relative_to(ROOT).as_posix()


def read(page: Path) -> str:
    """The text of a page."""
    return page.read_text(encoding="utf-8")


def blocks(page: Path, language: str = "", text: str | None = None) -> list[Block]:
    """The fenced blocks of a page (or of a text it may have) in order; only those in `language` where one is given."""
    text = read(page) if text is None else text
    return [
        Block(page, text.count("\n", 0, m.start("text")) + 1, m["language"], m["marker"] or "", m["text"])
        for m in _FENCE.finditer(text)
        if language in ("", m["language"])
    ]


def prose(page: Path) -> str:
    """The text of a page without its fenced blocks and generated parts."""
    return _GENERATED.sub("", _FENCE.sub("", read(page)))


def generated_names(page: Path) -> list[str]:
    """The names of a page's generated parts."""
    return [m["name"] for m in _GENERATED.finditer(read(page))]


def check_generated(page: Path, wanted: Mapping[str, str]) -> None:
    """Holds the generated parts of a page to what they should be, or writes them anew."""
    text = read(page)
    fresh = _GENERATED.sub(lambda m: f"<!-- generated: {m['name']} -->\n{wanted[m['name']]}<!-- end -->", text)
    settle(page, text, fresh)


def rewrite(page: Path, text_of: Callable[[Block], str], language: str = "") -> None:
    """Holds the text of a page's blocks (in a language) to what it should be, or writes it anew."""
    fresh = text = read(page)
    lines = text.split("\n")
    for block in reversed(blocks(page, language, text)):
        start = len("\n".join(lines[: block.line - 1])) + 1
        fresh = fresh[:start] + text_of(block) + fresh[start + len(block.text) :]
    settle(page, text, fresh)


def settle(page: Path, text: str, fresh: str) -> None:
    """Compares a page with what it should be; writes it where that was asked for."""
    if text != fresh and UPDATE:
        page.write_text(fresh, encoding="utf-8")
        return
    assert text == fresh, f"{shown(page)} is out of date: run the tests with POLC_UPDATE_DOCS=1 and read the difference"
