"""The statements of a text from the first that does not parse."""

from __future__ import annotations

from collections.abc import Callable

from pol_lang.build import Build
from pol_lang.keywords import Keyword
from pol_lang.lexer import Phrases
from pol_lang.problem import MAX_PROBLEMS, Problem
from pol_lang.recover import Recovery
from pol_lang.rows import rows_of
from pol_lang.syntax import Statement
from pol_lang.token import Token

Parse = Callable[[Build, list[Token], list[Statement], list[Problem]], bool]
"""Builds one statement; False where its tokens do not parse."""


class Reader:
    """Reads the statements of a text that has mistakes, chunk by chunk: a chunk is what starts in column one."""

    def __init__(self, build: Build, phrases: Phrases, words: dict[str, Keyword], chunks: list[list[Token]]) -> None:
        self._build, self._phrases, self._words, self._chunks = build, phrases, words, chunks
        self._rows = [list(rows_of(build.source, chunk)) for chunk in chunks]

    def read_on(self, at: int, statements: list[Statement], problems: list[Problem], parse: Parse) -> None:
        """Reads the chunks from `at` on, adding statements and problems."""
        fresh = 0  # the first chunk that recovery has not read
        while at < len(self._chunks) and len(problems) < MAX_PROBLEMS:
            if fresh and parse(self._build, self._chunks[at], statements, problems):
                at += 1
                continue
            recovery = Recovery(self._build.source, self._phrases, self._words, problems)
            # What stands in column one and starts nothing may belong to the statement before it.
            orphan = at > fresh and bool(self._rows[at]) and not recovery.starts_statement(self._rows[at][0])
            if orphan and statements and statements[-1].span.start >= self._rows[at - 1][0].start:
                statements.pop()
                at -= 1
            left = recovery.read([row for chunk in self._rows[at:] for row in chunk])
            end = at + 1
            left -= len(self._rows[at])
            while end < len(self._chunks) and left > 0:
                left -= len(self._rows[end])
                end += 1
            fresh = at = end
            for tokens in recovery.statements:
                parse(self._build, tokens, statements, problems)
