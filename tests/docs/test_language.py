"""The two language references describe the whole language, and the same one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import attrs
import pytest

from pol_lang import syntax as s
from pol_lang.formatter import format_text
from pol_lang.parser import keywords, parse
from pol_lang.source import Source
from polc.account_names import WORDS as KINDS
from polc.claims.vocabulary import PARTS
from polc.examples.actual import ENROLMENT_TERMS, LAYER_TERMS, ROUTE_TERMS
from polc.load import locate
from polc.lowering.expressions import FUNCTIONS
from polc.resolved import PARTS as PART_WORDS

from .pages import DOCS, Block, blocks, prose, read, rewrite, shown
from .policies import AROUND, AROUND_IN_ENGLISH
from .slugs import slug

ENGLISH, CHINESE = DOCS / "language.md", DOCS / "language.zh.md"
POLICIES = list(zip(blocks(ENGLISH, "pol"), blocks(CHINESE, "pol"), strict=True))
PAGES = pytest.mark.parametrize("page", [ENGLISH, CHINESE], ids=shown)


def mentions(text: str, phrase: str) -> bool:
    """Whether a text has a phrase as words of its own."""
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None


@PAGES
def test_every_keyword_is_explained_in_the_page_and_shown_in_an_example(page: Path) -> None:
    told = prose(page)
    programs = "\n".join(block.text for block in blocks(page, "pol"))
    own = [(k.zh if page == CHINESE else k.en) for k in keywords().values()]
    assert [word for word in own if not mentions(told, word)] == []
    assert [word for word in own if not mentions(programs, word) and word not in SPOKEN_OF_ONLY] == []


# Spellings that no example needs: each stands beside another of its kind that does.
SPOKEN_OF_ONLY = {
    "计入", "inside", "另收起付线", "new deductible", "四舍六入五成双", "half even", "进位", "up", "均按原标准",
    "of the original", "只取最优", "best only", "只取首项", "first only", "每月", "per month", "终身", "for life",
    "按待遇项目", "items", "按排列次序", "by rank", "引用", "use", "真", "yes",
}  # fmt: skip


@PAGES
def test_the_spelling_of_the_other_language_stands_beside_every_keyword(page: Path) -> None:
    other = [(k.en if page == CHINESE else k.zh) for k in keywords().values()]
    told = prose(page)
    missing = [word for word in other if not mentions(told, word) and word not in COMMON]
    assert missing == []


# Words whose other spelling needs no table: the glossary has them all.
COMMON: set[str] = set()


@PAGES
def test_names_that_are_no_keywords_are_told_too(page: Path) -> None:
    told = prose(page) + "\n".join(block.text for block in blocks(page))
    zh = page == CHINESE
    wanted = [name for name in FUNCTIONS if name.isascii() != zh]
    wanted += [words[1] if zh else words[0] for words in KINDS.values()]
    wanted += [words[0] if zh else words[1] for words in LAYER_TERMS.values()]
    wanted += [words[0] if zh else words[1] for table in (ENROLMENT_TERMS, ROUTE_TERMS) for words in table.values()]
    wanted += [*PART_WORDS, *(words[-2 if words[-1].isascii() else -1] for words in PARTS.values())]
    assert [name for name in wanted if not mentions(told, name)] == []


@pytest.mark.parametrize(("english", "chinese"), POLICIES, ids=lambda block: block.name)
def test_both_pages_show_the_same_programs(english: Block, chinese: Block) -> None:
    assert english.marker == chinese.marker
    assert alike(meaning(english), meaning(chinese), {})


def test_a_name_is_called_the_same_in_all_programs_of_a_page() -> None:
    called: dict[str, str] = {}
    assert alike(meant(AROUND_IN_ENGLISH), meant(AROUND), called)
    assert all(alike(meaning(english), meaning(chinese), called) for english, chinese in POLICIES)
    further = {name: english for name, english in PRELUDE.items() if name in called}
    assert {name: called[name] for name in further} == further
    assert len(set(called.values())) == len(called)


def alike(english: Any, chinese: Any, called: dict[str, str]) -> bool:
    """Whether two programs are the same but for names; `called` has what Chinese names are called in English."""
    if isinstance(chinese, list):
        pairs = zip(english, chinese, strict=False) if isinstance(english, list) else ()
        return isinstance(english, list) and len(english) == len(chinese) and all(alike(*x, called) for x in pairs)
    if isinstance(chinese, str) and isinstance(english, str) and not chinese.isascii():
        return called.setdefault(chinese, english) == english
    return type(english) is type(chinese) and bool(english == chinese)


def meaning(block: Block) -> list[Any]:
    """A program without its places, its comments and the language of the words that have two spellings."""
    terms = "terms" in block.marker
    texts = [f"define 值 = {line}\n" for line in block.text.splitlines()] if terms else [block.text]
    return [statement for text in texts for statement in meant(text)]


def meant(text: str) -> list[Any]:
    return [plain(statement) for statement in parse(Source("", text)).file.statements]


def plain(node: Any) -> Any:
    if isinstance(node, tuple):
        return [plain(part) for part in node]
    if isinstance(node, str):
        return COMMON_NAMES.get(node, node)
    if attrs.has(type(node)):
        left_out = {"span", "source"} if isinstance(node, s.Example) else {"span"}
        names = [f.name for f in attrs.fields(type(node)) if f.name not in left_out]
        return [type(node).__name__, *(plain(getattr(node, name)) for name in names)]
    return node


def _prelude() -> dict[str, str]:
    statements = parse(Source("", Path(locate("std/prelude")).read_text(encoding="utf-8"))).file.statements
    things = [x for x in statements if isinstance(x, s.Fact | s.Bearer)]
    choices = [choice for x in things if isinstance(x, s.Fact) for choice in x.choices]
    found = [(x.name.text, x.also.text) for x in things if x.also] + [(x.name, x.also) for x in choices if x.also]
    return dict(found)


PRELUDE = _prelude()
"""The English names of what every policy has."""

# The words of both languages for what has no keyword, to one of them.
COMMON_NAMES: dict[str, str] = {
    **PART_WORDS,
    **FUNCTIONS,
    **{word: kind for kind, words in KINDS.items() for word in words},
    **{
        word: term
        for terms in (LAYER_TERMS, ENROLMENT_TERMS, ROUTE_TERMS)
        for term, words in terms.items()
        for word in words
    },
    "采用身份": "considered",
}


@PAGES
def test_programs_are_in_the_house_layout(page: Path) -> None:
    rewrite(page, lambda block: block.text if "terms" in block.marker else format_text(block.text), "pol")


def test_the_contents_name_the_sections() -> None:
    for page in (ENGLISH, CHINESE):
        sections = re.findall(r"^## (\d+ .*)$", read(page), re.M)
        listed = re.findall(r"^(\d+)\. \[(.*)\]\(#(.*)\)$", read(page), re.M)
        assert [f"{number} {title}" for number, title, _ in listed] == sections
        assert [anchor for *_, anchor in listed] == [slug(section) for section in sections]
