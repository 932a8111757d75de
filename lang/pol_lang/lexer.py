"""From a source to tokens: words, literals with units, operators, citations, and the layout.

Theory: layout as in Python. A line's indentation opens (_INDENT) or closes (_DEDENT) blocks; a line whose last
token is a comma, or that stands inside brackets, goes on in the next. A citation takes the rest of its line.
A keyword is the longest phrase of the grammar that starts at a word, so `paid by` is one token.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from attrs import frozen

from pol_lang.figures import (
    CHINESE_FIRST,
    ENGLISH_UNITS,
    KINDS,
    UNITS,
    ChineseDigits,
    OddNumber,
    chinese_figure,
    edge_words,
    kind_of,
    odd_figure,
    without_edge,
)
from pol_lang.indents import indented, odd_indentation
from pol_lang.keywords import Keyword
from pol_lang.lexer_problems import (
    BadCharacter,
    DigitFirst,
    EmptyCite,
    FullWidth,
    NoSpace,
    OpenString,
    TooDeep,
)
from pol_lang.problem import MAX_PROBLEMS, Problem
from pol_lang.source import Source, Span
from pol_lang.token import Token
from pol_lang.wide import BLANKS, WIDE, full_width, halved, in_line

MAX_DEPTH = 12
MAX_BRACKETS = 40
MAX_OPERATORS = 100  # of one line: each may be a level of the tree

_TOKEN = re.compile(
    rf"""
    (?P<SPACE>[ ]+)
  | (?P<COMMENT>\#[^\n]*)
  | (?P<NEWLINE>\n)
  | (?P<BLANK>[{BLANKS}]+)
  | (?P<CITE>(?:cite|依据)(?!\w)[ \t]*[:：]?[ \t]*(?P<clauses>[^\n\#]*))
  | (?P<STRING>"[^"\n]*")
  | (?P<OPEN_STRING>"[^\n]*)
  | (?P<DATE>[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?![0-9])|[0-9]{{4}}年[0-9]{{1,2}}月[0-9]{{1,2}}日)
  | (?P<MONTH_DAY>[0-9]{{1,2}}月[0-9]{{1,2}}日|(?<![\w.])(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])(?![\w.-]))
  | (?P<ADMISSION>第[ \t]*[0-9]+[ \t]*次起|from[ \t]+admission[ \t]+[0-9]+)
  | (?P<QUANTITY>[0-9]+(?:\.[0-9]+)?[ \t]*(?P<unit>{UNITS})(?!\w))
  | (?P<ODD>[0-9]+(?:\.[0-9]+)?(?:
        [^\W\d]\w* | %\w+ | (?:,[0-9]{{3}})+(?![0-9])(?:\.[0-9]+)?\w* | [ \t]?(?:{ENGLISH_UNITS})\b
    ))
  | (?P<NUMBER>[0-9]+(?:\.[0-9]+)?)
  | (?P<PATH>std/[A-Za-z0-9_.-]+)
  | (?P<WORD>[^\W\d]\w*)
  | (?P<CURRENCY>[¥￥][ ]?(?P<amount>[0-9][0-9,]*(?:\.[0-9]+)?(?:万元?|元)?)(?!\w))
  | (?P<PER>[/÷][ ]?(?:人次|年度|年|次|月|人)(?!\w))
  | (?P<OPERATOR><=|>=|!=|[×*÷/≤≥≠<>=+−(),、.\-])
  | (?P<BAD>.)
    """,
    re.X,
)
_OPERATORS = {
    "×": "MULTIPLY", "*": "MULTIPLY", "÷": "DIVIDE", "/": "DIVIDE", "+": "PLUS", "-": "MINUS", "−": "MINUS",
    "=": "EQUALS", "<": "COMPARE", "<=": "COMPARE", "≤": "COMPARE", ">": "COMPARE", ">=": "COMPARE", "≥": "COMPARE",
    "!=": "COMPARE", "≠": "COMPARE", "(": "LPAR", ")": "RPAR", ",": "_COMMA", "、": "_COMMA", ".": "_DOT",
}  # fmt: skip
_NUMERIC = {"NUMBER", "QUANTITY", "ODD", "DATE", "MONTH_DAY", "OPEN_STRING"}
SIGN = "SIGN"  # a token of a character, or of a stretch of figures, that no rule of the grammar has
MISFIT = "MISFIT"  # stands before a line whose indentation fits no line above it


_compiled = cache(re.compile)


class Phrases:
    """The keywords by their first word, the longest phrase first."""

    def __init__(self, keywords: Mapping[str, Keyword]) -> None:
        self.single: dict[str, str] = {}
        self.longer: dict[str, list[tuple[str, str]]] = {}
        for keyword in keywords.values():
            for spelling in (keyword.en, keyword.zh):
                words = spelling.split(" ")
                if len(words) == 1:
                    self.single[words[0]] = keyword.token
                else:
                    rest = r"[ \t]+" + r"[ \t]+".join(map(re.escape, words[1:])) + r"(?!\w)"
                    self.longer.setdefault(words[0], []).append((rest, keyword.token))
        for phrases in self.longer.values():
            phrases.sort(key=lambda p: -len(p[0]))

    def match(self, text: str, word: str, end: int) -> tuple[str, int] | None:
        """The keyword token that starts with `word` (which ends at `end`) and where it ends, if any."""
        for rest, token in self.longer.get(word, ()):
            found = _compiled(rest).match(text, end)  # a text in Chinese meets few phrases of several words
            if found:
                return token, found.end()
        token_name = self.single.get(word)
        return (token_name, end) if token_name else None


@frozen
class Lexed:
    """The tokens of a source, its comments, and what was wrong. Tokens are in order and balanced in layout; what no
    rule of the grammar has is a token `SIGN`, and a line whose indentation fits nothing is preceded by `MISFIT`."""

    tokens: tuple[Token, ...]
    comments: tuple[Span, ...]
    problems: tuple[Problem, ...]


def lex(source: Source, phrases: Phrases) -> Lexed:
    """The tokens of a source; problems are collected, and what is meant goes on where that is sure."""
    return _Lexer(source, phrases).run()


class _Lexer:
    """One pass over one source."""

    def __init__(self, source: Source, phrases: Phrases) -> None:
        self.source, self.text, self.phrases = source, source.text, phrases
        self.tokens: list[Token] = []
        self.comments: list[Span] = []
        self.problems: list[Problem] = []
        self.indents = [0]
        self.brackets = self.operators = 0
        self.odd_indents: list[tuple[int, int]] = []  # stretches of indentation that are not all spaces
        self.plain = ""  # the text with half-width signs, made when the first full-width one is met

    def add(self, kind: str, start: int, end: int, text: str | None = None) -> None:
        if kind in _OPERATING:
            self.operators += 1
            if self.operators == MAX_OPERATORS + 1:
                self.report(TooDeep, start, end)
        elif kind == "_NL":
            self.operators = 0
        self.tokens.append(Token(kind, self.text[start:end] if text is None else text, start, end))

    def report(self, kind: type[Problem], start: int, end: int, **facts: Any) -> None:
        self.problems.append(kind(span=Span(self.source, start, end), **facts))

    def close_block(self, at: int) -> None:
        if self.tokens[-1].type == "_INDENT":  # nothing of the block could be read
            self.tokens.pop()
        else:
            self.add("_DEDENT", at, at)

    def run(self) -> Lexed:
        text, tokens, problems = self.text, self.tokens, self.problems
        end_of_text = len(text)
        at = line_start = 0
        fresh = True  # no token yet in this line
        match_token = _TOKEN.match
        may_be_wide = not text.isascii() and not WIDE.isdisjoint(text)
        while at < end_of_text and len(problems) < MAX_PROBLEMS:
            found = match_token(text, at)
            assert found is not None
            kind = found.lastgroup or ""
            end = found.end()
            if kind == "SPACE":
                at = end
                continue
            if kind == "COMMENT":
                self.comments.append(Span(self.source, at, end))
                at = end
                continue
            if kind == "NEWLINE":
                last = tokens[-1].type if tokens else "_NL"
                if not fresh and not self.brackets and last != "_COMMA":
                    if last not in _LAYOUT:  # else nothing of the line could be read
                        self.add("_NL", at, at)
                    fresh = True
                elif fresh or self.brackets:
                    fresh = fresh and not self.brackets
                line_start = at = end
                if self.brackets and _starts_statement(text, end):
                    self.brackets = 0  # an unclosed bracket must not swallow the rest of the file
                    if not fresh:
                        self.add("_NL", at - 1, at - 1)
                        fresh = True
                continue
            if kind == "BLANK":
                if text[line_start:at].strip() and not found[0].isascii():
                    self.half(at, end, " " * (end - at))
                at = end
                continue
            if fresh and not (tokens and tokens[-1].type == "_COMMA"):
                self.open_line(line_start, at)
            fresh = False
            if kind == "WORD":
                at = self.word(found[0], at, end)
                continue
            if may_be_wide and (plain := self.as_plain(found, kind, at)):
                at = self.plain_token(plain, at)
                continue
            at = self.token(found, kind, at, end)
        if not fresh and tokens and tokens[-1].type not in _LAYOUT:
            self.add("_NL", end_of_text, end_of_text)
        for _ in self.indents[1:]:
            self.close_block(end_of_text)
        for at, problem in enumerate(problems):
            if isinstance(problem, FullWidth) and problem.span:
                problems[at] = in_line(problem)
        if self.odd_indents:
            problems.append(odd_indentation(self.source, self.odd_indents))
        return Lexed(tuple(tokens), tuple(self.comments), tuple(problems))

    def open_line(self, line_start: int, at: int) -> None:
        """The layout before the first token of a line, which stands at `at`."""
        text, indents, column = self.text, self.indents, at - line_start
        if column and text[line_start:at].strip(" "):
            self.odd_indents.append((line_start, at))
            column = indented(text, line_start, at)
        if not self.tokens and column > 0:  # the file starts with an indented line
            indents[0] = column
            self.add(MISFIT, at, at)
        elif column > indents[-1]:
            if len(indents) > MAX_DEPTH:
                self.report(TooDeep, at, at + 1)
            indents.append(column)
            self.add("_INDENT", at, at)
        else:
            while column < indents[-1] and len(indents) > 1:
                indents.pop()
                self.close_block(at)
            indents[0] = min(indents[0], column)
            if column != indents[-1]:
                self.add(MISFIT, at, at)

    def as_plain(self, match: re.Match[str], kind: str, at: int) -> re.Match[str] | None:
        """The token at `at` once full-width signs are read as half-width ones, where that makes a difference."""
        text = self.text
        if kind == "BAD":
            if text[at] not in WIDE:
                return None
        elif kind not in _NUMERIC or (text[match.end() : match.end() + 1] not in WIDE and WIDE.isdisjoint(match[0])):
            return None
        if not self.plain:
            self.plain = halved(self.text)
        found = _TOKEN.match(self.plain, at)
        if found is None or self.plain[at : found.end()] == text[at : found.end()]:
            return None
        return None if found.lastgroup in ("BAD", "SPACE", "WORD", "OPEN_STRING") else found

    def half(self, start: int, end: int, plain: str) -> None:
        """Reports full-width signs, together with those before them on the same line."""
        text, problems = self.text, self.problems
        last = problems[-1] if problems else None
        if isinstance(last, FullWidth) and last.span and "\n" not in text[last.span.end : start]:
            plain = last.plain + text[last.span.end : start] + plain
            start = last.span.start
            problems.pop()
        problems.append(full_width(Span(self.source, start, end), plain))

    def plain_token(self, found: re.Match[str], at: int) -> int:
        """Adds the token that a match in the half-width text is; where the next one starts."""
        kind, end, word = found.lastgroup or "", found.end(), found[0]
        if kind == "COMMENT":
            self.half(at, at + 1, "#")
            self.comments.append(Span(self.source, at, end))
            return end
        if kind in ("ODD", "CITE", "CURRENCY"):
            return self.token(found, kind, at, end)
        if kind == "QUANTITY":
            kind = KINDS[found["unit"]]
        elif kind == "STRING":
            word = f'"{self.text[at + 1 : end - 1]}"'
        self.half(at, end, word)
        self.operator(word, at, end) if kind == "OPERATOR" else self.add(kind, at, end, word)
        return end

    def token(self, found: re.Match[str], kind: str, at: int, end: int) -> int:
        """Adds the token that a match is; where the next one starts."""
        text = self.text
        word = found[0]
        if kind == "OPERATOR":
            self.operator(word, at, end)
        elif kind == "QUANTITY":
            self.add(KINDS[found["unit"]], at, end)
        elif kind == "CITE":
            self.cite(found, at)
            return at + len(text[at:end].rstrip())
        elif kind == "OPEN_STRING":
            cite = _compiled(_CITED).search(word)
            word = (word[: cite.start()] if cite else word).rstrip()
            end = at + len(word)
            closed = '"' + word[1:].strip(' \t,，。；;”“"') + '"'
            self.report(OpenString, at, end, plain=closed)
            self.add("STRING", at, end, closed)
        elif kind == "ODD":
            self.odd(word, at, end)
        elif kind == "CURRENCY":
            problem, plain = odd_figure(Span(self.source, at, end), found["amount"] + "元" * word[-1].isdigit(), False)
            self.problems.append(problem.changed(found=word))
            self.add(kind_of(plain), at, end, plain)
        elif kind == "PER":
            self.add(SIGN, at, end)
        elif kind == "BAD":
            if text[at] in _SIGNS:
                self.add(SIGN, at, end)
            else:
                self.report(BadCharacter, at, end, found=word)
        else:
            self.add(kind, at, end)
        return end

    def operator(self, sign: str, at: int, end: int) -> None:
        """Adds a sign and counts brackets."""
        operator = _OPERATORS[sign]
        self.add(operator, at, end, sign)
        if operator == "LPAR":
            self.brackets += 1
            if self.brackets == MAX_BRACKETS + 1:
                self.report(TooDeep, at, end)
        elif operator == "RPAR" and self.brackets:
            self.brackets -= 1

    def word(self, word: str, at: int, end: int) -> int:
        # After a dot a word names a term of what stands before it, and after `example` or `claim` it is a label,
        # even where it is a keyword elsewhere.
        tokens, text, phrases = self.tokens, self.text, self.phrases
        free = tokens and tokens[-1].type in ("_DOT", *LABELLED)
        keyword = None if free else phrases.match(text, word, end)
        if keyword:
            self.add(keyword[0], at, keyword[1])
            return keyword[1]
        if word[0] in CHINESE_FIRST and (plain := chinese_figure(word)) and not _labels(tokens, text, end):
            span = Span(self.source, at, end)
            self.problems.append(ChineseDigits(span=span, found=word, plain=plain, mends=((span, plain),)))
            self.add(kind_of(plain), at, end, plain)
        elif not word.isalpha() and (glued := _compiled(_GLUED).match(text, at)) and glued["keyword"] in phrases.single:
            plain = f"{glued['keyword']} {glued['figure']}"
            span = Span(self.source, at, glued.end())
            self.problems.append(NoSpace(span=span, found=glued[0], plain=plain, mends=((span, plain),)))
            self.add(phrases.single[glued["keyword"]], at, glued.end("keyword"))
            return glued.end("keyword")
        else:
            self.add("NAME", at, end)
        return end

    def cite(self, found: re.Match[str], at: int) -> None:
        end = at + len(self.text[at : found.end()].rstrip())
        if _compiled(_NO_CLAUSE).match(found["clauses"]):
            self.report(EmptyCite, at, end)
            return
        start = found.start("clauses")
        if self.text[at:start].rstrip().endswith((":", "：")):
            plain = self.text[at:start].rstrip(" \t:：") + " "
            self.half(at, start, plain)
            self.add("CITE", at, end, plain + self.text[start:end])
        else:
            self.add("CITE", at, end)

    def odd(self, word: str, at: int, end: int) -> None:
        """A figure with something strange about it: it names a thing, is a stretch of figures, or has an odd unit."""
        tokens = self.tokens
        if _compiled(_STRETCH).match(word):
            self.add(SIGN, at, end)
        elif edge_words(word) and tokens and tokens[-1].type in _EDGES and (figure := without_edge(word)):
            span = Span(self.source, at, end)
            self.problems.append(
                OddNumber(
                    span=span,
                    found=word,
                    mends=((span, figure),),
                    advice_zh=f"前面已经写了“{tokens[-1]}”，改为 {figure}",
                    advice_en=f"“{tokens[-1]}” stands before it already: write {figure}",
                )
            )
            self.add(kind_of(figure), at, end, figure)
        elif tokens and tokens[-1].type in _DECLARING and not edge_words(word):
            digits = word[: len(word) - len(word.lstrip("0123456789."))]
            plain = word[len(digits) :] + digits
            self.report(DigitFirst, at, end, name=word, plain=plain)
            self.add("NAME", at, end)
        else:
            added = bool(tokens) and tokens[-1].type in ("PLUS", "MINUS")
            problem, plain = odd_figure(Span(self.source, at, end), word, self.brackets > 0, added)
            self.problems.append(problem.changed(found=self.text[at:end]))
            self.add(kind_of(plain), at, end, plain)


_OPERATING = {
    "MULTIPLY", "DIVIDE", "PLUS", "MINUS", "COMPARE", "OR", "AND", "NOT", "AT_LEAST", "AT_MOST", "ROUNDED_TO", "SUM_OF",
}  # fmt: skip
_LAYOUT = {"_NL", "_INDENT", "_DEDENT"}
LABELLED = ("EXAMPLE", "CLAIM", "ARRIVAL")
_DECLARING = {
    "POLICY", "BEARER", "IDENTITY", "GROUP", "FACT", "LIST", "PARAMETER", "SET", "TABLE", "BANDS", "DEFINE", "CONTROL",
    "PACKAGE", "SHARED_CAP", "TALLY", "LAYER", "SUBSIDY", "ENROLMENT", "ROUTE", "ALERT", "TARGET", *LABELLED,
}  # fmt: skip
_NO_CLAUSE = r"[\s、;；]*\Z"
_GLUED = rf"(?P<keyword>[^\W\d_]+)(?P<figure>[0-9]+(?:\.[0-9]+)?(?:{UNITS})(?!\w))"
_CITED = r"[ \t](?:依据|cite)(?!\w)"
_EDGES = {"UP_TO", "BELOW", "ABOVE", "NOT_BELOW"}
_STRETCH = r"[0-9.]+[^\W\d]*[至到][0-9]|[0-9.]+[^\W\d]*[至到]\Z|[0-9]{4}年[0-9]{1,2}月"
_SIGNS = frozenset(
    ":：;；。，!！?？~～—–…《》〈〉〔〕【】[]{}［］｛｝《》〈〉·•●■◆○√√×÷＋－＝∞%％‰%$￥¥°|\\_^&@'`“”‘’「」『』〝〞"
)


def _starts_statement(text: str, at: int) -> bool:
    return at < len(text) and text[at] not in " \t\n#)\u3000"


def _labels(tokens: list[Token], text: str, end: int) -> bool:
    """Whether the word that ends at `end` only labels an example or a claim of it (一次就诊 一月, 一月.大病保险)."""
    return (bool(tokens) and tokens[-1].type in LABELLED) or text.startswith(".", end)
