"""What the lexer cuts and the parser takes: a word or sign, its kind, and where it stands."""

from __future__ import annotations

from typing import Self


class Token(str):
    """The text of a token, with its kind (its name in grammar.lark) and its place: characters start ≤ i < end."""

    __slots__ = ("end_pos", "start_pos", "type")

    type: str
    start_pos: int
    end_pos: int

    def __new__(cls, type: str, value: str, start_pos: int, end_pos: int) -> Self:
        self = super().__new__(cls, value)
        self.type = type
        self.start_pos = start_pos
        self.end_pos = end_pos
        return self
