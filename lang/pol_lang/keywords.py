"""What a keyword is, and the keywords of the grammar."""

from __future__ import annotations

from attrs import frozen

from pol_lang import _tables


@frozen(eq=False, repr=False, slots=False)
class Keyword:
    """One keyword: its token and its spelling in both languages, with a gloss in Chinese."""

    token: str
    en: str
    zh: str
    gloss: str


KEYWORDS = {token: Keyword(token, en, zh, gloss) for token, en, zh, gloss in _tables.KEYWORDS}
"""The keywords by token name, in the order of grammar.lark."""
