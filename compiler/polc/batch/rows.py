"""Rows of claims as columns of values: what a part of a table comes to once it has been read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import define, field, frozen

from polc.batch.fact_columns import Coded, Codes, FactColumn, Ints, Mask, coded_together, columns_joined, taken
from polc.batch.inputs import Input
from polc.batch.refusals import Refusals, joined_texts
from polc.batch.row_items import RowItems, joined_items
from polc.batch.texts import put, shown_texts
from polc.claims.place import Place
from polc.claims.vocabulary import Vocabulary
from polc.plan import Value
from polc.settlement import Claim, HeldIdentity, Person


@frozen(eq=False, repr=False, slots=False)
class Reversal:
    """What a row cancels: the settlement named (None: found by its content), and the cost parts in fen that it had
    (None: not said)."""

    of: str | None
    parts: Mapping[str, int] | None


@define(eq=False, repr=False)
class Rows:
    """n rows, in the order of the table, each as the words of its policy read it (`words` are by policy).

    `file` and `row` say where each stands; `own` has the texts of `number`, `id`, `visit`, `continues` (null where not
    given), `id` what the row is called. `day` is the ordinal of the date that decides the year (0: not known), `parts`
    the five cost parts in fen, adding up. Facts are by whose they are (claim or person) and name. `identities` holds
    tuples of identities held on the day. `problems` are those of refused rows, by row; nothing but place, `own`, `id`
    and perhaps `day` means anything for these. `reversals` are the rows that cancel others; their total is below 0.
    `policy` counts the policies of a run. With `bound` all parts are known to add up, none below 0 or above it.
    """

    words: tuple[Vocabulary, ...]
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
    policy: Codes
    problems: Refusals = field(factory=Refusals)
    reversals: dict[int, Reversal] = field(factory=dict)
    items: RowItems | None = None
    bound: int | None = None

    def __len__(self) -> int:
        return len(self.row)

    def where(self, at: int) -> Place:
        """The place of a row for messages."""
        return Place(f"{self.inputs[self.file[at]].path}:{self.row[at]}", self.name(at))

    def refuse_unread(self, rows: Ints) -> None:
        """Rows of which nothing is known, not even whose they are."""
        nothing = dict.fromkeys(rows.tolist())
        self.id = put(self.id, dict.fromkeys(nothing, ""))
        if "number" in self.own:
            self.own["number"] = put(self.own["number"], nothing)
        self.day[rows] = 0
        self.total_known[rows] = False

    def files_at(self, rows: Ints) -> pa.Array:
        """The places of some rows in their files."""
        paths = pa.array([entry.path for entry in self.inputs], pa.string()).take(pa.array(self.file[rows]))
        return shown_texts(joined_texts([paths, ":", pa.array(self.row[rows]).cast(pa.string())], len(rows)))

    def places(self, rows: Ints) -> pa.Array:
        """The places of some rows for messages, as `where` has them."""
        files, names = self.files_at(rows), self.names(rows)
        return pc.if_else(pc.equal(names, ""), files, joined_texts([files, ": ", names], len(rows)))

    def names(self, rows: Ints) -> pa.Array:
        """What some rows are called, for messages."""
        return shown_texts(self.id.take(pa.array(rows)))

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
        self._same(self.words[self.policy[at]].claim.same, at, facts)
        return Claim(
            self.name(at),
            datetime.date.fromordinal(int(self.day[at])),
            {part: int(fen[at]) for part, fen in self.parts.items()},
            facts,
            self.items.of(at) if self.items is not None else (),
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
        self._same(self.words[self.policy[at]].person.same, at, facts)
        held = self.identities.get(at) or ()
        return Person(self.text("number", at) or "", tuple(HeldIdentity(name) for name in held), facts)

    def _same(self, same: Mapping[Any, str], at: int, facts: dict[str, Value]) -> None:
        for (_, word), fact in same.items():
            text = self.text(word, at)
            if text is not None:
                facts[fact] = text

    def take(self, order: Ints) -> Rows:
        """Some of the rows, in another order."""
        back = np.full(len(self), -1, np.int64)
        back[order] = np.arange(len(order))
        index = pa.array(order)
        return Rows(
            self.words, self.inputs, self.file[order], self.row[order],
            {word: column.take(index) for word, column in self.own.items()}, self.id.take(index), self.day[order],
            {part: fen[order] for part, fen in self.parts.items()},
            {key: taken(column, order) for key, column in self.facts.items()},
            Coded(self.identities.codes[order], self.identities.values), self.total_known[order], self.policy[order],
            self.problems.moved(back),
            {int(back[at]): reversal for at, reversal in self.reversals.items() if back[at] >= 0},
            self.items.take(order) if self.items is not None else None,
        )  # fmt: skip


def joined(pieces: Sequence[Rows]) -> Rows:
    """Rows one after the other; all of them are read by the same words, and of the same files."""
    if len(pieces) == 1:
        return pieces[0]
    first = pieces[0]
    starts = np.cumsum([0, *(len(piece) for piece in pieces)])
    words = list(dict.fromkeys(word for piece in pieces for word in piece.own))
    keys = list(dict.fromkeys(key for piece in pieces for key in piece.facts))
    none = pa.nulls
    return Rows(
        first.words, first.inputs, np.concatenate([piece.file for piece in pieces]),
        np.concatenate([piece.row for piece in pieces]),
        {w: pa.concat_arrays([p.own.get(w, none(len(p), pa.string())) for p in pieces]) for w in words},
        pa.concat_arrays([piece.id for piece in pieces]), np.concatenate([piece.day for piece in pieces]),
        {part: np.concatenate([piece.parts[part] for piece in pieces]) for part in first.parts},
        {key: columns_joined([(piece.facts.get(key), len(piece)) for piece in pieces]) for key in keys},
        coded_together([piece.identities for piece in pieces]),
        np.concatenate([piece.total_known for piece in pieces]), np.concatenate([piece.policy for piece in pieces]),
        _problems(pieces, starts),
        {at + int(start): x for piece, start in zip(pieces, starts, strict=False) for at, x in piece.reversals.items()},
        joined_items([piece.items for piece in pieces], [len(piece) for piece in pieces]),
    )  # fmt: skip


def _problems(pieces: Sequence[Rows], starts: Ints) -> Refusals:
    found = Refusals()
    for piece, start in zip(pieces, starts, strict=False):
        piece.problems.moved(np.arange(len(piece), dtype=np.int64) + start, found)
    return found
