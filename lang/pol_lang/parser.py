"""From a source to its syntax tree.

Theory: the tokens are cut into top-level statements (a statement starts in column one), each parsed by itself. Where
one does not parse, its lines are read one by one (`pol_lang.recover`): a line is put where it belongs or told anew as
it was meant, else left out together with what is indented under it. So one run reports many problems, and a mistake
never hides the next statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from attrs import frozen

from pol_lang.build import Build
from pol_lang.keywords import KEYWORDS, Keyword
from pol_lang.lalr import Refused, Session
from pol_lang.lexer import Phrases, lex
from pol_lang.problem import MAX_PROBLEMS, Problem, Problems
from pol_lang.source import Source, Span
from pol_lang.syntax import File, Statement
from pol_lang.token import Token


@frozen
class Parsed:
    """A file as far as it could be read, what was wrong with the rest, and slips that leave the tree whole."""

    file: File
    comments: tuple[Span, ...]
    problems: tuple[Problem, ...]
    slips: tuple[Problem, ...] = ()


def keywords() -> dict[str, Keyword]:
    """The keywords by token name."""
    return KEYWORDS


@cache
def phrases() -> Phrases:
    """The keywords as the lexer wants them."""
    return Phrases(KEYWORDS)


def parse(source: Source) -> Parsed:
    """The syntax tree of a source, with every problem found; what cannot be read is left out."""
    build = Build(source)
    lexed = lex(source, phrases())
    problems = list(lexed.problems)
    statements: list[Statement] = []
    chunks = _statements(lexed.tokens)
    before: list[list[Token]] = []
    for chunk in chunks:
        if not _parse_statement(build, chunk, statements, problems):
            from pol_lang.read_on import Reader

            rest = [*before, chunk, *chunks]
            Reader(build, phrases(), KEYWORDS, rest).read_on(len(before), statements, problems, _parse_statement)
            break
        before = [chunk]
    known: dict[tuple[str, int], Problem] = {}
    for problem in problems:
        known.setdefault((problem.code, problem.span.start if problem.span else -1), problem)
    problems = list(known.values())
    ordered = sorted(problems, key=lambda p: p.span.start if p.span else -1)
    slips = {
        problem.span.start if problem.span else 0: problem for problem in build.problems
    }  # a statement may have been built more than once
    return Parsed(File(source, tuple(statements)), lexed.comments, tuple(ordered[:MAX_PROBLEMS]), tuple(slips.values()))


def _statements(tokens: tuple[Token, ...]) -> Iterator[list[Token]]:
    depth = 0
    chunk: list[Token] = []
    for token in tokens:
        if token.type == "_INDENT":
            depth += 1
        elif token.type == "_DEDENT":
            depth -= 1
        elif depth == 0 and chunk and chunk[-1].type in ("_NL", "_DEDENT"):
            yield chunk
            chunk = []
        chunk.append(token)
    if chunk:
        yield chunk


def _parse_statement(build: Build, tokens: list[Token], statements: list[Statement], problems: list[Problem]) -> bool:
    """Builds one statement, without lines whose values are impossible; False where its tokens do not parse."""
    while tokens and len(problems) < MAX_PROBLEMS:
        session = Session(build)
        at = 0
        try:
            for at, token in enumerate(tokens):  # noqa: B007
                session.feed(token)
            statements.append(session.finish(tokens[-1].end_pos))
            return True
        except Refused:
            return False
        except Problems as error:
            problems.extend(error.problems)
            at = _standing_at(tokens, error.problems[0], at)
        tokens = _without_line(tokens, at)
    return True


def _standing_at(tokens: list[Token], problem: Problem, reached: int) -> int:
    """The token that a problem is about: the parser builds a line only when it has seen the next one's first word."""
    if problem.span is None:
        return reached
    start = problem.span.start
    return next((i for i, token in enumerate(tokens[:reached]) if token.end_pos > start), reached)


def _without_line(tokens: list[Token], at: int) -> list[Token]:
    """The tokens without the line of token `at` and what is indented under it; empty where that is the head."""
    if tokens[at].type in ("_INDENT", "_DEDENT", "_NL") and at > 0:
        at -= 1
        while at > 0 and tokens[at].type in ("_INDENT", "_DEDENT", "_NL"):
            at -= 1
    start = at
    while start > 0 and tokens[start - 1].type not in ("_NL", "_INDENT", "_DEDENT"):
        start -= 1
    if start == 0:
        return []
    end = at
    while end < len(tokens) and tokens[end].type != "_NL":
        end += 1
    end += 1
    if end < len(tokens) and tokens[end].type == "_INDENT":
        depth = 0
        while end < len(tokens):
            depth += (tokens[end].type == "_INDENT") - (tokens[end].type == "_DEDENT")
            end += 1
            if depth == 0:
                break
    rest = tokens[:start] + tokens[end:]
    # A block that lost its only line has no brackets left to stand in.
    for i in range(len(rest) - 1):
        if rest[i].type == "_INDENT" and rest[i + 1].type == "_DEDENT":
            return _without_line(rest[:i] + rest[i + 2 :], i - 1) if i > 1 else []
    return rest
