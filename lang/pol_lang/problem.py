"""What a problem is: a small record of facts, rendered at the edge."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar, Literal, Self, dataclass_transform

from attrs import frozen

from pol_lang.source import Span

Language = Literal["zh", "en"]
Severity = Literal["error", "warning"]

MAX_PROBLEMS = 50  # of one text; whoever has that many needs no more, and a hostile text gets no room


@frozen
class Note:
    """A second place that belongs to a problem, with what is to be seen there in both languages."""

    span: Span
    zh: str
    en: str


@dataclass_transform(kw_only_default=True, frozen_default=True, eq_default=False)
class Record:
    """A frozen record whose subclasses declare its facts as annotated names; made from keywords.

    attrs would do the same, but writes and compiles a function for each class: of problems a run has many classes and
    hardly ever an instance, and its start would take an eighth longer.
    """

    facts: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        own = vars(cls).get("__annotations__", {})
        cls.facts = (*cls.facts, *(name for name, kind in own.items() if "ClassVar" not in str(kind)))

    def __init__(self, **facts: Any) -> None:
        name = type(self).__name__
        for fact in facts.keys() - set(self.facts):
            raise TypeError(f"{name} has no fact {fact!r}")
        self.__dict__.update(facts)
        for fact in self.facts:
            if not hasattr(self, fact):
                raise TypeError(f"{name} needs the fact {fact!r}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def changed(self, **facts: Any) -> Self:
        """The same with other facts."""
        return type(self)(**(self.__dict__ | facts))


class Problem(Record):
    """The base of all problems: subclasses add the facts their message needs.

    A subclass gives its stable `code`, the sentence in `zh` and `en` (format strings over its own fields, of which a
    tuple is told as a list in the language of the message) and,
    where there is one, the advice in `hint_zh` and `hint_en`. Its docstring is its documentation page: first the
    English, then after a line `---` the Chinese. `span` is the primary place, `notes` the secondary ones; a problem
    of a claim or a command has no span and names its place in `where`. `mends` are stretches of the text with what
    belongs there instead, given only where it is certain: together they mend the problem.
    """

    span: Span | None = None
    where: str = ""
    notes: tuple[Note, ...] = ()
    near: tuple[str, ...] = ()
    mends: tuple[tuple[Span, str], ...] = ()

    code: ClassVar[str] = ""
    severity: ClassVar[Severity] = "error"
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""
    hint_zh: ClassVar[str] = ""
    hint_en: ClassVar[str] = ""

    def message(self, lang: Language) -> str:
        """One sentence for the author, in the language asked for."""
        return self._fill(self.zh if lang == "zh" else self.en, lang)

    def hint(self, lang: Language) -> str:
        """What to do about it; names near to the unknown one come first. Empty where nothing can be said."""
        parts = []
        if self.near:
            names = listed(self.near, lang)
            parts.append(f"是不是想写：{names}？" if lang == "zh" else f"did you mean: {names}?")
        text = self._fill(self.hint_zh if lang == "zh" else self.hint_en, lang)
        if text:
            parts.append(text)
        return "\n".join(parts)

    def _fill(self, template: str, lang: Language) -> str:
        facts = {fact: getattr(self, fact) for fact in _asked(template)}
        return template.format(**{fact: listed(x, lang) if type(x) is tuple else x for fact, x in facts.items()})


@cache
def _asked(template: str) -> tuple[str, ...]:
    """The facts that a sentence tells."""
    return tuple(dict.fromkeys(piece.partition("}")[0] for piece in template.replace("{{", "").split("{")[1:]))


def listed(names: Iterable[object], lang: Language) -> str:
    """Names one after another with the mark that a language has for it; — for none. At most twelve are told."""
    told = [str(name) for name in names]
    more = ["……" if lang == "zh" else "…"] if len(told) > _TOLD else []
    return ("、" if lang == "zh" else ", ").join([*told[:_TOLD], *more]) or "—"


_TOLD = 12


class Problems(Exception):
    """One or more problems that end a step; the command line prints them all."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "; ".join(f"{p.code} {p.message('en')}" for p in self.problems)


def near_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """Up to three known names like `name`, best first (difflib at cutoff 0.5), for "did you mean"."""
    from difflib import get_close_matches

    return tuple(get_close_matches(name, list(dict.fromkeys(known)), n=3, cutoff=0.5))
