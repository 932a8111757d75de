"""The machine that parses: it runs the tables of `_tables.py` over tokens and has `Build` make a node of each rule.

Lark makes the tables from grammar.lark (see `pol_lang.tables`) and is not needed afterwards. Lark could run them too,
but to import it takes a third of the time that a whole run of polc may take.

Theory: an LALR automaton. A row of the tables says for a state and the next token whether to go on to another state
(shift) or to put the last few values together by a rule (reduce); for a nonterminal, which state follows a reduction.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pol_lang import _tables
from pol_lang.token import Token


class Refused(Exception):
    """No statement goes on with this token here."""

    def __init__(self, token: Token) -> None:
        self.token = token
        super().__init__(token.type)


@cache
def rows() -> tuple[dict[str, int], ...]:
    """What to do in each state by the next symbol: go to state n ≥ 0, or reduce by rule -n - 1."""
    return tuple(dict(zip(symbols, actions, strict=True)) for symbols, actions in _tables.ROWS)


class Session:
    """One statement being parsed: `feed` takes a token at a time.

    A rule's method of `build` gets the values of its symbols in a list, without those whose name starts with `_`,
    with those of a repetition in the places where they stand, and with None for what stands in [] and is missing.
    """

    def __init__(self, build: object) -> None:
        self._build = build
        self._states = [_tables.START]
        self._values: list[Any] = []

    def feed(self, token: Token) -> None:
        """Takes the next token, after all reductions it allows. Raises `Refused`, and what `build` raises."""
        table, states, values = rows(), self._states, self._values
        while True:
            action = table[states[-1]].get(token.type)
            if action is None:
                raise Refused(token)
            if action >= 0:
                states.append(action)
                values.append(token)
                return
            origin, size, method, takes, alone = _tables.RULES[-action - 1]
            children = values[len(values) - size :]
            del states[len(states) - size :], values[len(values) - size :]
            if takes is not None:
                children = _taken(children, takes)
            if alone and len(children) == 1:
                values.append(children[0])
            elif method is None:
                values.append(children)
            else:
                values.append(getattr(self._build, method)(children))
            states.append(table[states[-1]][origin])

    def finish(self, end: int) -> Any:
        """What has been built, when no more tokens follow. Raises as `feed` does."""
        self.feed(Token("$END", "", end, end))
        return self._values[0]

    def accepts(self) -> set[str]:
        """The kinds of token that may come next."""
        return {kind for kind in rows()[self._states[-1]] if kind.isupper() and self._goes_on_with(kind)}

    def _goes_on_with(self, kind: str) -> bool:
        """Whether, after the reductions it asks for, a token can be shifted."""
        table, states = rows(), self._states.copy()
        while (action := table[states[-1]].get(kind)) is not None:
            if action >= 0:
                return True
            origin, size, _, _, _ = _tables.RULES[-action - 1]
            del states[len(states) - size :]
            states.append(table[states[-1]][origin])
        return False


def _taken(children: list[Any], takes: tuple[int | None, ...]) -> list[Any]:
    """The values that a rule's method gets: i is the value there, ~i a list of which each is taken, None a gap."""
    taken: list[Any] = []
    for take in takes:
        if take is None:
            taken.append(None)
        elif take >= 0:
            taken.append(children[take])
        elif taken:
            taken += children[~take]
        else:  # a repetition grows from the left: its own list, or a long one were copied for each of its lines
            taken = children[~take]
    return taken
