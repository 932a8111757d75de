"""The two READMEs give the same commands, and their policy means the same."""

from __future__ import annotations

from pol_lang.formatter import format_text

from .pages import ROOT, blocks
from .test_language import meaning

ENGLISH, CHINESE = ROOT / "README.md", ROOT / "README.zh.md"


def test_both_give_the_same_commands() -> None:
    assert [block.text for block in blocks(ENGLISH, "sh")] == [block.text for block in blocks(CHINESE, "sh")]


def test_both_show_the_same_policy_but_for_its_title_and_clauses() -> None:
    english, chinese = (blocks(page, "pol")[0] for page in (ENGLISH, CHINESE))
    assert english.text == format_text(english.text) and chinese.text == format_text(chinese.text)
    assert [without_words(x) for x in meaning(english)] == [without_words(x) for x in meaning(chinese)]


def without_words(node: object) -> object:
    """A tree without its citations and titles, which are in the language of the page."""
    if isinstance(node, list) and node:
        if node[0] == "Cite" or (node[0] == "PolicyLine" and "title" in node):
            return None
        return [without_words(part) for part in node]
    return node
