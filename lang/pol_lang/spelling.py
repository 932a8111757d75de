"""How each token is written in a formatted file: keywords in the language asked for, signs in their usual form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs
from attrs import frozen

from pol_lang import syntax as s
from pol_lang.keywords import Keyword
from pol_lang.lexer import LABELLED, Phrases
from pol_lang.problem import Language
from pol_lang.source import Source, Span
from pol_lang.token import Token

LONGEST = 5  # words; no keyword has more

SIGNS = {"*": "×", "/": "÷", "<=": "≤", ">=": "≥", "!=": "≠", "−": "-"}
_QUANTITIES = {"MONEY", "PERCENT", "POINTS", "COUNT", "DURATION"}
_CITE = re.compile(r"(cite|依据)\s*")
_CITE_WORDS: dict[Language, str] = {"zh": "依据", "en": "cite"}


@frozen(slots=False)
class Marks:
    """What only the tree knows of the tokens, as offsets into the text.

    `negations` are the minus signs that stand for a negative value; `clauses` are where cases, arguments and facts of
    an item start that follow another; `columns` are where the second and further columns of a row, a band or a given
    fact start. Cases, arguments and columns start behind the brackets around them.
    """

    negations: frozenset[int]
    clauses: frozenset[int]
    columns: frozenset[int]


def marks_of(file: s.File) -> Marks:
    """The marks of a file's tokens."""
    negations, clauses, columns = set[int](), set[int](), set[int]()
    for node in _nodes(file.statements):
        following: Iterable[s.Node | None] = ()
        if isinstance(node, s.Unary) and node.op == "-":
            negations.add(node.span.start)
        elif isinstance(node, s.Cases):
            following = (*node.cases[1:], node.otherwise)
        elif isinstance(node, s.Call):
            following = node.arguments[1:]
        elif isinstance(node, s.Row):
            columns.update(cell.span.start for cell in node.cells[1:])
        elif isinstance(node, s.Band | s.Dated):
            columns.add(node.value.span.start)
        elif isinstance(node, s.GivenItem):
            following = node.pairs[1:]
        elif isinstance(node, s.Given):
            columns.add(node.values[0].span.start)
        clauses.update(part.span.start for part in following if part)
    return Marks(frozenset(negations), frozenset(clauses), frozenset(columns))


def _nodes(tree: Any) -> Iterator[Any]:
    """Every node under a tree, itself included."""
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting.extend(part)
        elif attrs.has(type(part)) and not isinstance(part, Span | Source):
            yield part
            waiting.extend(getattr(part, field.name) for field in attrs.fields(type(part)))


@frozen(slots=False)
class Spelling:
    """The language of a file's keywords, where the author's own spelling is kept or is to be changed.

    `language` decides how lists are separated; `fixed` is None where every keyword stays as it was written.
    """

    words: dict[str, Keyword]
    phrases: Phrases
    marks: Marks
    language: Language
    fixed: Language | None

    def line(self, tokens: Sequence[Token], breaks: frozenset[int]) -> list[str]:
        """The texts of a line's tokens; between them belong the gaps that `gap` gives."""
        texts = [self._text(tokens, i) for i in range(len(tokens))]
        if self.fixed == "en":
            self._keep_apart(tokens, texts, breaks)
        return texts

    def gap(self, tokens: Sequence[Token], texts: Sequence[str], at: int) -> str:
        """What stands between a token and the one before it: a space or nothing."""
        before, token = tokens[at - 1], tokens[at]
        close = (
            token.type in ("_COMMA", "RPAR", "_DOT")
            or before.type in ("LPAR", "_DOT")
            or (before.type == "NAME" and token.type == "LPAR")
            or (before.type == "MINUS" and before.start_pos in self.marks.negations)
            or texts[at - 1] == "、"
        )
        return "" if close else " "

    def _text(self, tokens: Sequence[Token], at: int) -> str:
        token = tokens[at]
        kind, text = token.type, str(token)
        if kind in self.words:
            return getattr(self.words[kind], self.fixed) if self.fixed else " ".join(text.split())
        if kind == "CITE":
            found = _CITE.match(text)
            assert found
            word = _CITE_WORDS[self.fixed] if self.fixed else found[1]
            return f"{word} {text[found.end() :]}"
        if kind == "ADMISSION":
            number = "".join(filter(str.isdigit, text))
            chinese = self.fixed == "zh" if self.fixed else text.startswith("第")
            return f"第 {number} 次起" if chinese else f"from admission {number}"
        if kind == "_COMMA":
            return "、" if self.language == "zh" and not self._starts_clause(tokens, at + 1) else ","
        if kind in _QUANTITIES:
            return "".join(text.split())
        return SIGNS.get(text, text)

    def _starts_clause(self, tokens: Sequence[Token], at: int) -> bool:
        while tokens[at].type == "LPAR":
            at += 1
        return tokens[at].start_pos in self.marks.clauses

    def _keep_apart(self, tokens: Sequence[Token], texts: list[str], breaks: frozenset[int]) -> None:
        """Leaves in Chinese the keywords whose English would make a longer keyword with a name beside them.

        After a parameter called `paid`, `按` cannot become `by`.
        """
        at = 0
        while at < len(tokens):
            end = self._end_of_words(tokens, breaks, at)
            if end > at and not self._stands_apart(tokens[at], texts[at], " ".join(texts[at:end])):
                changed = next(i for i in range(at, end) if tokens[i].type != "NAME" and texts[i].isascii())
                texts[changed] = self.words[tokens[changed].type].zh
            else:
                at += 1

    def _end_of_words(self, tokens: Sequence[Token], breaks: frozenset[int], at: int) -> int:
        """Where the names and keywords end that a keyword starting here could reach over; `at` if it cannot be one."""
        if at > 0 and tokens[at - 1].type in ("_DOT", *LABELLED):
            return at
        for end in range(at, min(at + LONGEST, len(tokens))):
            if (end > at and end in breaks) or (tokens[end].type != "NAME" and tokens[end].type not in self.words):
                return end
        return min(at + LONGEST, len(tokens))

    def _stands_apart(self, token: Token, text: str, run: str) -> bool:
        """Whether the lexer takes the first word of a run of words for this token, no more and no less."""
        first = text.split(" ")[0]
        kind, length = self.phrases.match(run, first, len(first)) or ("NAME", len(text))
        return (kind, length) == (token.type, len(text))


def language_of(tokens: Iterable[Token], words: dict[str, Keyword]) -> Language:
    """The language that most of the keywords are written in."""
    chinese = english = 0
    for token in tokens:
        if token.type in words:
            chinese += str(token) == words[token.type].zh
            english += str(token) != words[token.type].zh
        elif token.type == "CITE":
            chinese += token.startswith("依据")
            english += token.startswith("cite")
    return "zh" if chinese > english else "en"
