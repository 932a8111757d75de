"""All problems that the language itself can report, and the documentation page of each."""

from __future__ import annotations

import re
from inspect import cleandoc
from string import Formatter

from pol_lang.problem import Language, Problem
from pol_lang.render import SEVERITY_WORDS

CATALOGUE: tuple[type[Problem], ...] = ()

_RULER = re.compile(r"^---$", re.M)


def documentation(cls: type[Problem], lang: Language) -> str:
    """The documentation page of a problem class as Markdown: code and severity, the message, the text.

    Facts that the message takes from the place it is reported stand in it as ‹name›.
    """
    title = f"# {cls.code} ({SEVERITY_WORDS[lang][cls.severity]})"
    message = _with_named_gaps(cls.zh if lang == "zh" else cls.en)
    english, *chinese = _RULER.split(cleandoc(cls.__doc__ or ""), maxsplit=1)
    text = (chinese[0] if chinese and lang == "zh" else english).strip()
    return "\n\n".join(part for part in (title, f"> {message}", text) if part) + "\n"


def _with_named_gaps(template: str) -> str:
    return "".join(text + (f"‹{name}›" if name else "") for text, name, _, _ in Formatter().parse(template))
