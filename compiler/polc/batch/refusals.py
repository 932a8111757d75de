"""Why rows are refused, however many there are: `Refusals`.

Most refused rows of a run are refused for the same few reasons, so their problems are held as columns: one `Alike` for
a kind of problem, with the place of each row and those facts that differ. A problem of its own is made where one row is
asked for. The problems of a row are those of all layers that have it, in the order of the layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from string import Formatter
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from attrs import field, frozen

from pol_lang.problem import Language, Problem, listed

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Told = tuple[Problem, ...]


@frozen(eq=False, repr=False, slots=False)
class Alike:
    """Problems of one kind, one for each of some rows (ascending): the place of each, the facts that all have, and
    texts, numbers or lists of texts that are each row's own."""

    kind: type[Problem]
    rows: Ints
    where: pa.Array
    each: Mapping[str, pa.Array] = field(factory=dict)
    same: Mapping[str, Any] = field(factory=dict)

    def of(self, index: int) -> Problem:
        """One of them, by its index among them."""
        own = {name: values[index].as_py() for name, values in self.each.items()}
        own = {name: tuple(value) if isinstance(value, list) else value for name, value in own.items()}
        return self.kind(where=self.where[index].as_py(), **self.same, **own)

    def take(self, kept: Ints, rows: Ints) -> Alike:
        """Those at some indices, which are now of other rows."""
        index = pa.array(kept)
        each = {name: texts.take(index) for name, texts in self.each.items()}
        return Alike(self.kind, rows, self.where.take(index), each, self.same)

    def texts(self, low: int, high: int, lang: Language) -> pa.Array:
        """What is told of those from one index to before another: code, place and sentence."""
        pieces: list[Any] = [f"{self.kind.code} ", self.where.slice(low, high - low), ": "]
        for before, fact, _, _ in Formatter().parse(self.kind.zh if lang == "zh" else self.kind.en):
            pieces.append(before)
            if fact is not None and fact in self.each:
                pieces.append(_told_texts(self.each[fact].slice(low, high - low), lang))
            elif fact is not None:
                value = self.same.get(fact, getattr(self.kind, fact, ""))
                pieces.append(listed(value, lang) if type(value) is tuple else str(value))
        return joined_texts(pieces, high - low)


class Refusals(MutableMapping[int, Told]):
    """By row of a table its problems, of rows that have any, in ascending order."""

    def __init__(self) -> None:
        self._layers: list[Alike | dict[int, Told]] = []
        self._marks = np.zeros(0, bool)
        self._stale: set[int] = set()
        """Rows whose problems in columns do not count any more."""

    def add(self, more: Alike, *, first: bool = False) -> None:
        """One more problem for each of some rows, after those it has or before them."""
        if not len(more.rows):
            return
        self._drop_stale()
        self._reach(int(more.rows[-1]))
        self._marks[more.rows] = True
        self._layers.insert(0 if first else len(self._layers), more)

    def add_told(self, told: Mapping[int, Told]) -> None:
        """The problems of rows that had none, each read by itself; they are held together where they are alike."""
        kinds: dict[tuple[Any, ...], list[tuple[int, Problem]]] = {}
        for row in sorted(told):
            for at, problem in enumerate(told[row]):
                facts = tuple((name, None if type(value) is str else value) for name, value in vars(problem).items())
                kinds.setdefault((at, type(problem), facts), []).append((row, problem))
        for (_, kind, facts), found in sorted(kinds.items(), key=lambda item: int(item[0][0])):
            same = {name: value for name, value in facts if value is not None}
            each = {}
            for name in (name for name, value in facts if value is None and name != "where"):
                texts = [vars(problem)[name] for _, problem in found]
                if any(text != texts[0] for text in texts):
                    each[name] = pa.array(texts, pa.string())
                else:
                    same[name] = texts[0]
            where = pa.array([problem.where for _, problem in found], pa.string())
            self.add(Alike(kind, np.array([row for row, _ in found], np.int64), where, each, same))

    def mask(self, count: int) -> Mask:
        """Which of so many rows have problems."""
        self._reach(count - 1)
        return self._marks[:count]

    def rows(self) -> Ints:
        """The rows that have problems."""
        return np.flatnonzero(self._marks).astype(np.int64)

    def codes(self, first: int = 0) -> dict[str, int]:
        """How many rows, from `first` on, are refused for which code: that of the first problem of each."""
        of, names = self._codes(self.rows()[np.count_nonzero(self._marks[:first]) :])
        counts = np.bincount(of, minlength=len(names)).tolist()
        return {name: count for name, count in zip(names, counts, strict=True) if count}

    def code_of(self, rows: Ints) -> pa.Array:
        """The code of the first problem of each of some rows that have any, which ascend."""
        of, names = self._codes(rows)
        return pa.array(names, pa.string()).take(pa.array(of))

    def _codes(self, rows: Ints) -> tuple[Ints, list[str]]:
        """The same as indices among some codes."""
        found = np.full(len(rows), -1, np.int64)
        names: dict[str, int] = {}
        for layer in self._whole():
            if isinstance(layer, Alike):
                mine, _ = _common(rows, layer.rows)
                found[mine[found[mine] < 0]] = names.setdefault(layer.kind.code, len(names))
            elif layer:
                mine = np.flatnonzero((found < 0) & np.isin(rows, np.fromiter(layer, np.int64, len(layer))))
                codes = [layer[row][0].code for row in rows[mine].tolist()]
                found[mine] = [names.setdefault(code, len(names)) for code in codes]
        return found, list(names)

    def has_only(self, kind: type[Problem], count: int) -> Mask:
        """Which of so many rows have problems, and none that is not of a kind."""
        found = self.mask(count).copy()
        for layer in self._whole():
            if isinstance(layer, Alike):
                if not issubclass(layer.kind, kind):
                    found[layer.rows] = False
            else:
                found[[at for at, told in layer.items() if not all(isinstance(one, kind) for one in told)]] = False
        return found

    def texts(self, rows: Ints, lang: Language) -> tuple[pa.Array, pa.Array]:
        """The code and all reasons of some rows that have problems, which ascend."""
        reasons: pa.Array = pa.array([""] * len(rows), pa.string())
        low, high = (int(rows[0]), int(rows[-1])) if len(rows) else (0, -1)
        for layer in self._whole():
            if isinstance(layer, Alike):
                begin, end = np.searchsorted(layer.rows, [low, high + 1]).tolist()
                mine, theirs = _common(rows, layer.rows[begin:end])
                if not len(mine):
                    continue
                told = layer.texts(begin, end, lang)
                if len(mine) < len(told):
                    told = told.take(pa.array(theirs))
            else:
                mine = np.array([at for at, row in enumerate(rows.tolist()) if row in layer], np.int64)
                if not len(mine):
                    continue
                told = pa.array([reason(layer[row], lang) for row in rows[mine].tolist()], pa.string())
            reasons = _after(reasons, mine, told)
        return self.code_of(rows), reasons

    def drop(self, rows: Ints) -> None:
        """Some rows have no problems any more."""
        self._reach(int(rows.max(initial=-1)))
        for at in rows[self._marks[rows]].tolist():
            del self[at]

    def take_in(self, others: Refusals) -> None:
        """The problems of others as well, of rows that have none."""
        to = np.arange(len(others._marks), dtype=np.int64)
        to[self.mask(len(to))] = -1
        others.moved(to, self)

    def copy(self) -> Refusals:
        """The same, to be changed apart."""
        found = Refusals()
        found._layers = [layer if isinstance(layer, Alike) else dict(layer) for layer in self._whole()]
        found._marks = self._marks.copy()
        return found

    def moved(self, to: Ints, found: Refusals | None = None) -> Refusals:
        """The problems of rows that now stand elsewhere (`to`, by row; −1: nowhere), added to those `found`."""
        found = Refusals() if found is None else found
        for layer in self._whole():
            if isinstance(layer, Alike):
                whither = to[layer.rows]
                kept = np.flatnonzero(whither >= 0)
                kept = kept[np.argsort(whither[kept], kind="stable")]
                found.add(layer.take(kept, whither[kept]))
            else:
                new = {int(to[at]): told for at, told in layer.items() if to[at] >= 0}
                if new:
                    found._reach(max(new))
                    found._marks[list(new)] = True
                    found._layers.append(new)
        return found

    def __contains__(self, at: object) -> bool:
        return bool(isinstance(at, int | np.integer) and 0 <= at < len(self._marks) and self._marks[at])

    def __getitem__(self, at: int) -> Told:
        if at not in self:
            raise KeyError(at)
        found: list[Problem] = []
        for layer in self._layers:
            if isinstance(layer, Alike):
                if at in self._stale:
                    continue
                index = int(np.searchsorted(layer.rows, at))
                if index < len(layer.rows) and layer.rows[index] == at:
                    found.append(layer.of(index))
            else:
                found += layer.get(int(at), ())
        return tuple(found)

    def __setitem__(self, at: int, told: Told) -> None:
        at = int(at)
        if at in self:
            del self[at]
        self._reach(at)
        self._marks[at] = True
        if not self._layers or isinstance(self._layers[-1], Alike):
            self._layers.append({})
        layer = self._layers[-1]
        assert isinstance(layer, dict)
        layer[at] = told

    def __delitem__(self, at: int) -> None:
        if at not in self:
            raise KeyError(at)
        at = int(at)
        self._marks[at] = False
        only = True
        for layer in self._layers:
            if isinstance(layer, dict):
                layer.pop(at, None)
            else:
                only = False
        if not only:
            self._stale.add(at)

    def __iter__(self) -> Iterator[int]:
        return iter(np.flatnonzero(self._marks).tolist())

    def __len__(self) -> int:
        return int(np.count_nonzero(self._marks))

    def _reach(self, at: int) -> None:
        if at >= len(self._marks):
            self._marks = np.append(self._marks, np.zeros(max(at + 1, 2 * len(self._marks)) - len(self._marks), bool))

    def _whole(self) -> list[Alike | dict[int, Told]]:
        self._drop_stale()
        return self._layers

    def _drop_stale(self) -> None:
        if not self._stale:
            return
        gone = np.zeros(len(self._marks), bool)
        gone[list(self._stale)] = True
        self._stale.clear()
        layers: list[Alike | dict[int, Told]] = []
        for layer in self._layers:
            if isinstance(layer, Alike):
                kept = np.flatnonzero(~gone[layer.rows])
                if len(kept):
                    layers.append(layer if len(kept) == len(layer.rows) else layer.take(kept, layer.rows[kept]))
            else:
                layers.append(layer)
        self._layers = layers


def reason(told: Sequence[Problem], lang: Language) -> str:
    """What is told of a refused row."""
    return " | ".join(f"{problem.code} {problem.where}: {problem.message(lang)}" for problem in told)


def _told_texts(values: pa.Array, lang: Language) -> pa.Array:
    if not pa.types.is_list(values.type):
        return values.cast(pa.string())
    return pa.array([listed(names, lang) for names in values.to_pylist()], pa.string())


def joined_texts(pieces: Sequence[pa.Array | str], count: int) -> pa.Array:
    """Texts put together piece by piece; a piece is the same for all or has one text for each."""
    if not any(isinstance(piece, pa.Array) for piece in pieces):
        return pa.array(["".join(pieces)] * count, pa.string())
    found: list[Any] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        elif not isinstance(piece, str) or piece:
            found.append(piece)
    texts = [pa.scalar(piece) if isinstance(piece, str) else piece for piece in found]
    return pc.binary_join_element_wise(*texts, "")


def _common(rows: Ints, others: Ints) -> tuple[Ints, Ints]:
    """Where rows that ascend stand which others are as well, and where these stand among the others."""
    if not len(rows) or not len(others):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    if len(rows) == len(others) and (rows == others).all():
        return (same := np.arange(len(rows), dtype=np.int64)), same
    at = np.minimum(np.searchsorted(others, rows), len(others) - 1)
    mine = np.flatnonzero(others[at] == rows)
    return mine.astype(np.int64), at[mine].astype(np.int64)


def _after(reasons: pa.Array, mine: Ints, told: pa.Array) -> pa.Array:
    """Reasons ("": none) with one more for some of them."""
    if len(mine) < len(reasons):
        index = np.full(len(reasons), len(told), np.int64)
        index[mine] = np.arange(len(mine))
        told = pa.concat_arrays([told, pa.array([""])]).take(pa.array(index))
    if not pc.any(pc.not_equal(reasons, "")).as_py():
        return told
    both = pc.and_(pc.not_equal(reasons, ""), pc.not_equal(told, ""))
    return joined_texts([reasons, pc.if_else(both, " | ", ""), told], len(reasons))
