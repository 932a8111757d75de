"""A line that does not parse, and the ways in which it may be meant."""

from __future__ import annotations

import re

from attrs import frozen

from pol_lang.keywords import Keyword
from pol_lang.token import Token


@frozen(slots=False)
class Stuck:
    """A line that does not parse: its text, its tokens with offsets into it, the place of the first that does not fit
    (one past the last where the line stops too early), what would fit there, and how the block above begins."""

    text: str
    tokens: tuple[Token, ...]
    at: int
    fitting: frozenset[str]
    block: str
    words: dict[str, Keyword]

    @property
    def offset(self) -> int:
        """Where in the text the parser is stuck."""
        return (self.tokens[self.at].start_pos) if self.at < len(self.tokens) else len(self.text.rstrip())

    @property
    def word(self) -> str:
        """What stands there."""
        if self.at >= len(self.tokens):
            return ""
        token = self.tokens[self.at]
        return self.text[token.start_pos : token.end_pos]

    @property
    def kind(self) -> str:
        """The kind of token that stands there."""
        return self.tokens[self.at].type if self.at < len(self.tokens) else "_NL"

    @property
    def body(self) -> str:
        """The line without its citation."""
        return self.text[: self.end].rstrip()

    @property
    def end(self) -> int:
        """Where the citation starts, or the line ends."""
        last = self.tokens[-1]
        return (last.start_pos) if last.type == "CITE" else len(self.text)

    def spelled(self, token: str) -> str:
        """A keyword in the language that the line is written in."""
        english = any(k.type in self.words and str(k).isascii() for k in self.tokens)
        return self.words[token].en if english else self.words[token].zh

    def replaced(self, start: int, end: int, text: str) -> str:
        """The line with another text from `start` to `end`, set off by spaces."""
        before, after = self.text[:start].rstrip(), self.text[end:].lstrip()
        gap = " " if self.text[:start].strip() else ""
        lead = self.text[: len(self.text) - len(self.text.lstrip())] if not gap else ""
        parts = [before + gap if before else lead, text, (" " if text and after else "") + after]
        joined = "".join(parts) if text else before + (gap if after else "") + after
        return re.sub(r" +(?=[,、)])", "", joined) if after.startswith((",", "、", ")")) else joined


@frozen(slots=False)
class Reading:
    """A way in which a line may be meant, what was wrong with it in both languages, and whether it is the only way.

    `others` are further readings between which the author has to choose, each with what it means.
    """

    text: str
    zh: str
    en: str
    sure: bool = True
    others: tuple[tuple[str, str, str], ...] = ()
