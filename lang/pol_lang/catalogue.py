"""All problems that the language itself can report, and the documentation page of each."""

from __future__ import annotations

import re
from inspect import cleandoc
from string import Formatter

from pol_lang.build import BadDate, LineTwice, NotWritten, NumberTooLarge, PartOfFen
from pol_lang.figures import ChineseDigits, EdgeBehind, OddNumber
from pol_lang.lexer_problems import (
    BadCharacter,
    BadIndent,
    DigitFirst,
    EmptyCite,
    FullWidth,
    NoSpace,
    OpenString,
    TooDeep,
)
from pol_lang.problem import Language, Problem
from pol_lang.read import Confusable, HiddenCharacter, NotText, TooLarge
from pol_lang.render import SEVERITY_WORDS
from pol_lang.syntax_problems import KeywordAsName, Misworded, NothingUnder, Unexpected

CATALOGUE: tuple[type[Problem], ...] = (
    NotText,
    TooLarge,
    HiddenCharacter,
    Confusable,
    FullWidth,
    ChineseDigits,
    OpenString,
    OddNumber,
    BadCharacter,
    BadIndent,
    TooDeep,
    EmptyCite,
    BadDate,
    LineTwice,
    NumberTooLarge,
    PartOfFen,
    Unexpected,
    KeywordAsName,
    NoSpace,
    EdgeBehind,
    DigitFirst,
    Misworded,
    NothingUnder,
    NotWritten,
)

_LONE_GAP = re.compile(r"\{\w+\}")
_EACH_ITS_OWN: dict[Language, str] = {"zh": "信息随情形而定", "en": "the message depends on what was written"}
_RULER = re.compile(r"^---$", re.M)


def documentation(cls: type[Problem], lang: Language) -> str:
    """The documentation page of a problem class as Markdown: code and severity, the message, the text.

    Facts that the message takes from the place it is reported stand in it as ‹name›.
    """
    title = f"# {cls.code} ({SEVERITY_WORDS[lang][cls.severity]})"
    template = cls.zh if lang == "zh" else cls.en
    message = _EACH_ITS_OWN[lang] if _LONE_GAP.fullmatch(template) else _with_named_gaps(template)
    english, *chinese = _RULER.split(cleandoc(cls.__doc__ or ""), maxsplit=1)
    text = (chinese[0] if chinese and lang == "zh" else english).strip()
    return "\n\n".join(part for part in (title, f"> {message}", text) if part) + "\n"


def _with_named_gaps(template: str) -> str:
    return "".join(text + (f"‹{name}›" if name else "") for text, name, _, _ in Formatter().parse(template))
