"""The parser without its results: which tokens may follow, from a state that is cheap to copy.

Mending a line means trying many readings of it. This walks the parser's tables with a stack of state numbers alone,
so that a reading costs a copy of a short list, and no half-built tree is left behind.
"""

from __future__ import annotations

from collections.abc import Iterable

from pol_lang import _tables
from pol_lang.lalr import rows

Stack = list[int]


def start() -> Stack:
    """The stack before the first token of a statement."""
    return [_tables.START]


def after(stack: Stack, kind: str) -> Stack | None:
    """The stack after one more token, None where the token may not stand there. `stack` stays as it is."""
    table, stack = rows(), stack.copy()
    while (action := table[stack[-1]].get(kind)) is not None:
        if action >= 0:
            stack.append(action)
            return stack
        origin, size, *_ = _tables.RULES[-action - 1]
        del stack[len(stack) - size :]
        stack.append(table[stack[-1]][origin])
    return None


def through(stack: Stack, kinds: Iterable[str]) -> tuple[Stack | None, int]:
    """The stack after some tokens and their number; where one may not stand, None and how many could."""
    count = 0
    for kind in kinds:
        following = after(stack, kind)
        if following is None:
            return None, count
        stack = following
        count += 1
    return stack, count


def accepts(stack: Stack) -> set[str]:
    """The kinds of token that may follow."""
    kinds = (kind for kind in rows()[stack[-1]] if kind.isupper())
    return {kind for kind in kinds if after(stack, kind) is not None}
