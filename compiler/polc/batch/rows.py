"""Rows of claims as columns of values: what a part of a table comes to once it has been read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from attrs import define, field

from pol_lang.problem import Problem
from polc.batch.inputs import Input
from polc.claims.place import Place
from polc.claims.vocabulary import Vocabulary
from polc.plan import Value
from polc.settlement import Claim, HeldIdentity, Person

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@define(eq=False, repr=False)
class Coded:
    """A column as codes into its distinct values; −1 where nothing is given."""

    codes: Codes
    values: list[Any]

    def set(self, at: int, value: Any) -> None:
        """Puts a value (None: nothing) into a row."""
        if value is None:
            self.codes[at] = -1
            return
        self.codes[at] = len(self.values)
        self.values.append(value)

    def get(self, at: int) -> Any:
        """The value of a row, None where nothing is given."""
        code = self.codes[at]
        return None if code < 0 else self.values[code]


@define(eq=False, repr=False)
class Amounts:
    """A column of amounts in fen, and where they are given."""

    fen: Ints
    given: Mask

    def set(self, at: int, value: Any) -> None:
        """Puts an amount (None: nothing) into a row."""
        self.fen[at], self.given[at] = value or 0, value is not None

    def get(self, at: int) -> Any:
        """The amount of a row, None where nothing is given."""
        return int(self.fen[at]) if self.given[at] else None


FactColumn = Coded | Amounts


@define(eq=False, repr=False)
class Rows:
    """n rows as one plan's words read them, in the order of the table.

    `file` and `row` say where each stands; `own` has the texts of `number`, `id`, `visit`, `continues` (null where not
    given), `id` what the row is called. `day` is the ordinal of the date that decides the year (0: not known), `parts`
    the five cost parts in fen, adding up. Facts are by whose they are (claim or person) and name. `identities` holds
    tuples of identities held on the day. `problems` are those of refused rows, by row; nothing but place, `own`, `id`
    and perhaps `day` means anything for these.
    """

    words: Vocabulary
    inputs: tuple[Input, ...]
    file: Codes
    row: Ints
    own: dict[str, pa.Array]
    id: pa.Array
    day: Codes
    parts: dict[str, Ints]
    facts: dict[tuple[str, str], FactColumn]
    identities: Coded
    total_known: Mask
    problems: dict[int, tuple[Problem, ...]] = field(factory=dict)
    _lists: dict[str, list[Any]] = field(factory=dict)

    def __len__(self) -> int:
        return len(self.row)

    def where(self, at: int) -> Place:
        """The place of a row for messages."""
        return Place(f"{self.inputs[self.file[at]].path}:{self.row[at]}", self.name(at))

    def name(self, at: int) -> str:
        """What a row is called: its settlement, else its visit, else its place."""
        return self.id[int(at)].as_py() or ""

    def text(self, word: str, at: int) -> str | None:
        """One of the row's own texts."""
        column = self.own.get(word)
        return None if column is None else column[int(at)].as_py()

    def claim(self, at: int) -> Claim:
        """The claim of a row."""
        facts: dict[str, Value] = {}
        for (of, name), column in self.facts.items():
            if of == "claim":
                value = column.get(at)
                if value is not None:
                    facts[name] = value
        self._same(self.words.claim.same, at, facts)
        return Claim(
            self.name(at),
            datetime.date.fromordinal(int(self.day[at])),
            {part: int(fen[at]) for part, fen in self.parts.items()},
            facts,
            (),
            self.text("continues", at),
        )

    def person(self, at: int) -> Person:
        """The person of a row as at that row."""
        facts: dict[str, Value] = {}
        for (of, name), column in self.facts.items():
            if of == "person":
                value = column.get(at)
                if value is not None:
                    facts[name] = value
        self._same(self.words.person.same, at, facts)
        held = self.identities.get(at) or ()
        return Person(self.text("number", at) or "", tuple(HeldIdentity(name) for name in held), facts)

    def _same(self, same: Mapping[Any, str], at: int, facts: dict[str, Value]) -> None:
        for (_, word), fact in same.items():
            text = self.text(word, at)
            if text is not None:
                facts[fact] = text
