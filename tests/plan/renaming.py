"""A policy written with further names: its own facts and bearers get some, and words are exchanged for others that mean
the same, wherever they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from random import Random

from pol_lang import syntax as s
from pol_lang.lexer import lex
from pol_lang.parser import parse, phrases
from pol_lang.source import Source
from polc.load import locate

Edit = tuple[int, int, str]


def with_further_names(text: str, random: Random, keep: Collection[str] = ()) -> str:
    """The policy that means the same: every own fact, bearer and choice without a further name gets one, and many of
    the words that have others are exchanged for one of them; `keep` are words that stand for something else as well."""
    own, prelude = _file(text), _file(_prelude())
    edits = list(_declared(own))
    taken = {name for statement in own.statements if (name := _name(statement))}
    kin = _kin([*_named(prelude), *_named(own)], taken, keep)
    fixed = [(edit[0], edit[1]) for edit in edits] + _declaring(own)
    for token in lex(Source("策", text), phrases()).tokens:
        at = (token.start_pos, token.end_pos)
        if token.type == "NAME" and token in kin and not any(a <= at[0] and at[1] <= b for a, b in fixed):
            edits.append((*at, random.choice(kin[token])))
    for start, end, word in sorted(edits, reverse=True):
        text = text[:start] + word + text[end:]
    return text


def _prelude() -> str:
    with open(locate("std/prelude"), encoding="utf-8") as stream:
        return stream.read()


def _file(text: str) -> s.File:
    return parse(Source("策", text)).file


def _name(statement: s.Statement) -> str:
    inner = statement.statement if isinstance(statement, s.Replace) else statement
    word = getattr(inner, "name", None)
    return word.text if isinstance(word, s.Word) else ""


def _further(name: str) -> str:
    return "f_" + "_".join(f"{ord(character):x}" for character in name)


def _declared(file: s.File) -> list[Edit]:
    """A further name behind every one that has none."""
    edits: list[Edit] = []
    for statement in file.statements:
        if isinstance(statement, s.Fact | s.Bearer) and statement.also is None:
            word = statement.name
            edits.append((word.span.start, word.span.end, f"{word.text} also {_further(word.text)}"))
        for choice in statement.choices if isinstance(statement, s.Fact) else ():
            if choice.also is None:
                end = choice.span.start + len(choice.name)
                edits.append((choice.span.start, end, f"{choice.name} also {_further(choice.name)}"))
    return edits


def _declaring(file: s.File) -> list[tuple[int, int]]:
    """Where names are declared: there they stay."""
    found = []
    for statement in file.statements:
        inner = statement.statement if isinstance(statement, s.Replace) else statement
        if isinstance(inner, s.Policy | s.Due):
            found.append((inner.span.start, inner.span.end))
        if isinstance(word := getattr(inner, "name", None), s.Word):
            found.append((word.span.start, word.span.end))
        if isinstance(inner, s.Fact | s.Bearer):
            found += [(w.span.start, w.span.end) for w in (inner.also, inner.field) if w is not None]
        if isinstance(inner, s.Fact):
            found += [(choice.span.start, choice.span.end) for choice in inner.choices]
        if isinstance(inner, s.Example):
            for part in inner.parts:
                if part.name is not None:
                    found.append((part.name.span.start, part.name.span.end))
    return found


def _named(file: s.File) -> list[tuple[str, ...]]:
    """The words that mean the same thing, the things of a file one by one."""
    found: list[tuple[str, ...]] = []
    for statement in file.statements:
        if isinstance(statement, s.Fact | s.Bearer):
            words = [statement.name.text, statement.also.text if statement.also else _further(statement.name.text)]
            found.append((*words, *([statement.field.text] if statement.field else [])))
        for choice in statement.choices if isinstance(statement, s.Fact) else ():
            found.append((choice.name, choice.also or _further(choice.name)))
    return found


def _kin(named: list[tuple[str, ...]], taken: Collection[str], keep: Collection[str]) -> dict[str, list[str]]:
    """For each word the words that mean the same; words that stand for several things are left alone."""
    met = Counter(word for words in named for word in set(words))
    alone = [
        [w for w in words if met[w] == 1 and w not in keep and (w == words[0] or w not in taken)] for words in named
    ]
    return {word: words for words in alone for word in words}
