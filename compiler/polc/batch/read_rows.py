"""From a part of a table as it stands in its files to rows of values: `read_rows`.

Columns are read whole. Where a cell is anything but plain, its row is read again by the reader of single claims
(`polc.claims`), which takes it or says what is wrong with it; so both give the same facts and refuse the same rows.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from pol_lang.problem import Problem
from polc.batch.alike_rows import Looked, Plain, ReadOne, looked_at, refuse_alike
from polc.batch.arrow import one, text_bytes, valid_of
from polc.batch.fact_columns import Amounts, Coded, Codes, FactColumn, Ints, Mask
from polc.batch.headers import IDENTITIES, Headers, claim_target
from polc.batch.inputs import Input
from polc.batch.money import PLAIN_AMOUNT, fen, is_fen, plain_parts
from polc.batch.rows import Reversal, Rows
from polc.batch.texts import put, texts
from polc.claims.claim import ADMISSION, DISCHARGE, ReadClaim, read_claim
from polc.claims.parts import BELOW_TOTAL
from polc.claims.persons import known_identity, read_person
from polc.claims.place import Place
from polc.claims.tables import MissingColumn
from polc.claims.tree import odd_character
from polc.claims.tree_problems import OddCharacter
from polc.claims.values import read_fen, read_value
from polc.claims.vocabulary import Target, Vocabulary
from polc.native import sweeps
from polc.plan import FactSpec
from polc.settlement import Person

FILE, ROW = "polc:file", "polc:row"
"""Columns of a part that say where each row stands."""
BETWEEN = re.compile(r"[、；;|]")
_PARTS = ("total", *BELOW_TOTAL)
_OWN = ("number", "id", "visit", "continues")
_TIME = ((10, b" T"), (13, b":"), (16, b":"))
_TIME_DIGITS = (11, 12, 14, 15, 17, 18)
_NO_PLACE = Place("")
_MOST_DAYS = 4096
_AT_ONCE = 1 << 12
"""How many rows are read one by one at a time."""
_TOLD = 1 << 15
"""The problems of so many rows are held one by one."""
_OWN_TARGETS = tuple(("own", word) for word in _OWN)


@frozen(eq=False, repr=False, slots=False)
class Setting:
    """What does not change from part to part: the files, what their columns mean, and where facts of persons and
    identities are read from (the claims themselves, or tables of their own)."""

    inputs: tuple[Input, ...]
    headers: Headers
    persons: bool
    identities: bool


def read_rows(part: pa.Table, vocabularies: tuple[Vocabulary, ...], setting: Setting, policy: int = 0) -> Rows:
    """The rows of a part as the words of a policy read them. Every row is there; those refused have their problems."""
    words = vocabularies[policy]
    count = part.num_rows
    columns = _Columns(part, words, setting)
    unusual: Mask = np.zeros(count, bool)
    own: dict[str, pa.Array] = {}
    for word in _OWN:
        raw = columns.of("claim", ("own", word))
        if raw is not None:
            read = texts(raw)
            own[word] = read.values
            unusual |= read.unusual
    for word in ("items", "expect"):
        raw = columns.of("claim", ("own", word))
        if raw is not None:
            unusual |= _not_blank(raw)
    if "number" in own:
        unusual |= ~valid_of(own["number"])
    facts: dict[tuple[str, str], FactColumn] = {}
    for spec in words.facts.values():
        if spec.of == "item":
            continue
        raw = columns.of(spec.of, ("fact", spec.name))
        if raw is not None:
            column, bad = fact_column(raw, spec)
            facts[spec.of, spec.name] = column
            unusual |= bad
    raw = columns.of("person", IDENTITIES) if setting.identities else None
    if raw is None:
        identities = Coded(np.full(count, -1, np.int32), [])
    else:
        identities, bad = coded(raw, lambda cell: _names(cell, words))
        unusual |= bad
    parts, wrong, bound = _parts(columns, count)
    if wrong is not None:
        unusual |= wrong
    day, bad = _days(facts, words, count)
    unusual |= bad
    back = setting.headers.reversed
    cancels = texts(one(part.column(back))) if back in part.column_names else None
    if cancels is not None:
        unusual |= np.asarray(cancels.values.is_valid()) | cancels.unusual
    rows = Rows(
        vocabularies, setting.inputs, _numpy(part, FILE).astype(np.int32), _numpy(part, ROW), own, _ids(own, part), day,
        parts, facts, identities, np.ones(count, bool), np.full(count, policy, np.int32), bound=bound,
    )  # fmt: skip
    _read_singly(np.flatnonzero(unusual), rows, columns, setting, words, cancels.values if cancels else None)
    return rows


class _Columns:
    """The columns of a part by what they mean; files may call the same thing by different names."""

    def __init__(self, part: pa.Table, words: Vocabulary, setting: Setting) -> None:
        self.part = part
        self.words = words
        self.setting = setting
        self.meaning: dict[str, tuple[str, Target]] = {}
        self.names: dict[tuple[str, Target], list[str]] = {}
        for name in part.column_names:
            found = claim_target(name, words, setting.persons)
            if found and not (found[1] == IDENTITIES and not setting.identities):
                self.meaning[name] = found
                self.names.setdefault(found, []).append(name)

    def of(self, of: str, target: Target) -> pa.Array | None:
        """The cells for something, None where no file has a column for it. Decimals may be in pieces."""
        names = self.names.get((of, target))
        if not names:
            return None
        if len(names) == 1:
            column = self.part.column(names[0])
            return column if is_fen(column.type) else one(column)
        arrays = [one(self.part.column(name)) for name in names]
        return pc.coalesce(*_alike(arrays))

    def cells(self, at: int, columns: Sequence[str]) -> dict[str, object]:
        """The cells of one row that are given, in the order of its file's header."""
        found: dict[str, object] = {}
        for name in columns:
            if name in self.meaning:
                cell = self.part.column(name)[at].as_py()
                cell = cell.strip() if isinstance(cell, str) else cell
                if cell is not None and cell != "":
                    found[name] = cell
        return found

    def rows(self, mine: Ints, setting: Setting, files: Codes) -> Iterator[tuple[int, dict[str, object]]]:
        """The same of many rows, one after the other."""
        for low in range(0, len(mine), _AT_ONCE):
            some = mine[low : low + _AT_ONCE]
            lists = {name: one(self.part.column(name).take(pa.array(some))).to_pylist() for name in self.meaning}
            for index, at in enumerate(some.tolist()):
                found: dict[str, object] = {}
                for name in setting.inputs[files[at]].columns:
                    if name in lists:
                        cell = lists[name][index]
                        cell = cell.strip() if isinstance(cell, str) else cell
                        if cell is not None and cell != "":
                            found[name] = cell
                yield at, found


def _alike(arrays: list[pa.Array]) -> list[pa.Array]:
    arrays = [array.cast(pa.string()) if pa.types.is_dictionary(array.type) else array for array in arrays]
    kinds = {array.type for array in arrays}
    return arrays if len(kinds) == 1 else [array.cast(pa.string()) for array in arrays]


def fact_column(raw: pa.Array, spec: FactSpec) -> tuple[FactColumn, Mask]:
    """A column of a fact, and the rows whose cell the careful reader has to look at."""
    if spec.unit == "money" and not spec.choices:
        amounts = fen(raw)
        return Amounts(amounts.values, amounts.given), amounts.unusual
    if spec.unit == "date":
        raw = _without_time(raw)
        if raw.type == pa.date32() and not spec.choices:
            return coded(raw, _date)
    return coded(raw, lambda cell: read_value(cell, spec.unit, spec.codes, spec.name, _NO_PLACE))


@lru_cache(1 << 16)
def _date(cell: datetime.date) -> Any:
    return read_value(cell, "date", (), "", _NO_PLACE)


def coded(raw: pa.Array, convert: Callable[[Any], Any]) -> tuple[Coded, Mask]:
    """A column by its distinct cells, each read once; and the rows whose cell could not be."""
    raw = one(raw)
    codes, cells = _distinct(raw)
    values: list[Any] = []
    known: dict[tuple[type, Any], int] = {}
    table = np.full(len(cells) + 1, -1, np.int32)  # the last one is for nulls
    for at, cell in enumerate(cells):
        cell = cell.strip() if isinstance(cell, str) else cell
        if cell is None or cell == "":
            continue
        odd = isinstance(cell, str) and odd_character(cell)
        value = None if odd else convert(cell)
        if value is None or isinstance(value, Problem):
            table[at] = -2
        else:
            table[at] = known.setdefault((type(value), value), len(values))
            if table[at] == len(values):
                values.append(value)
    none = np.zeros(len(raw), bool)
    if not raw.null_count and np.array_equal(table[:-1], np.arange(len(cells))):
        return Coded(codes if codes.flags.writeable else codes.copy(), values), none
    codes = table.take(codes)
    if not (table == -2).any():
        return Coded(codes, values), none
    bad = codes == -2
    codes[bad] = -1
    return Coded(codes, values), bad


def _distinct(raw: pa.Array) -> tuple[Codes, list[Any]]:
    """A column as codes of some cells, all that occur among them; −1 for nulls. Dates that lie close together are coded
    by how many days they are after the first."""
    if raw.type == pa.date32() and len(raw) and not raw.null_count:
        days = np.frombuffer(raw.buffers()[1], np.int32)[raw.offset : raw.offset + len(raw)]
        low, high = int(days.min()), int(days.max())
        if high - low < min(len(raw) // 16, _MOST_DAYS):
            return days - np.int32(low), pa.array(np.arange(low, high + 1, dtype=np.int32)).cast(raw.type).to_pylist()
    encoded = raw if pa.types.is_dictionary(raw.type) else raw.dictionary_encode()
    indices = encoded.indices.fill_null(-1) if raw.null_count else encoded.indices
    codes: Codes = indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
    return codes, encoded.dictionary.to_pylist()


def _without_time(raw: pa.Array) -> pa.Array:
    """Dates alone where a column of times has its plain form throughout."""
    if pa.types.is_timestamp(raw.type):
        local = pc.local_timestamp(raw) if raw.type.tz else raw
        return pc.floor_temporal(local, unit="day").cast(pa.date32())
    if not pa.types.is_string(raw.type) or raw.null_count or not len(raw):
        return raw
    offsets, data = text_bytes(raw)
    if len(data) != 19 * len(raw) or not np.all(np.diff(offsets) == 19):
        return raw
    cells = data.reshape(-1, 19)
    for at, signs in _TIME:
        if not np.isin(cells[:, at], list(signs)).all():
            return raw
    digits = cells[:, _TIME_DIGITS]
    if not ((digits >= ord("0")) & (digits <= ord("9"))).all():
        return raw
    return pc.binary_slice(raw.cast(pa.binary()), 0, 10).cast(pa.string())


def _names(cell: Any, words: Vocabulary) -> Any:
    """The identities that a cell names, or the problem with one of them."""
    pieces = BETWEEN.split(cell) if isinstance(cell, str) else [str(cell)]
    found: dict[str, None] = {}
    for piece in pieces:
        if piece.strip():
            name = known_identity(piece.strip(), words.plan, _NO_PLACE)
            if isinstance(name, Problem):
                return name
            found[name] = None
    return tuple(found)


def _parts(columns: _Columns, count: int) -> tuple[dict[str, Ints], Mask | None, int | None]:
    """The five cost parts, worked out as for a single claim; the rows where they cannot be (None: none); what no part
    is above where that is known."""
    cells = {part: columns.of("claim", ("part", part)) for part in _PARTS}
    given_all = [raw for raw in cells.values() if raw is not None]
    plain = plain_parts(given_all) if len(given_all) == len(_PARTS) else None
    if plain is not None:
        return dict(zip(_PARTS, plain[0], strict=True)), None, plain[1]
    unusual = np.zeros(count, bool)
    values: dict[str, Ints] = {}
    given: dict[str, Mask] = {}
    for part, raw in cells.items():
        if raw is None:
            values[part], given[part] = np.zeros(count, np.int64), np.zeros(count, bool)
            continue
        amounts = fen(raw)
        values[part], given[part] = amounts.values, amounts.given
        unusual |= amounts.unusual
    if all(mask.all() for mask in given.values()):
        return values, unusual | ~adding_up(values), None
    below = sum((values[part] for part in BELOW_TOTAL), np.zeros(count, np.int64))
    missing = sum(((~given[part]).astype(np.int8) for part in BELOW_TOTAL), np.zeros(count, np.int8))
    whole = given["total"].all()
    total = values["total"] if whole else np.where(given["total"], values["total"], below)
    rest = total - below
    unusual |= (rest < 0) | ((rest > 0) & (missing != 1)) | (~given["total"] & (missing > 0))
    filled = {"total": total}
    for part in BELOW_TOTAL:
        filled[part] = values[part] if given[part].all() else np.where(given[part], values[part], rest)
    return filled, unusual, None


def adding_up(values: dict[str, Ints]) -> Mask:
    """Where the parts of the cost add up to the total."""
    total, (first, *others) = values["total"], (values[part] for part in BELOW_TOTAL)
    if sweeps.pays(len(total)) and sweeps.bits_of(total, [first, *others])[1]:
        return np.ones(len(total), bool)
    together = first.copy()
    for other in others:
        together += other
    same: Mask = together == total
    return same


def _days(facts: dict[tuple[str, str], FactColumn], words: Vocabulary, count: int) -> tuple[Codes, Mask]:
    """The ordinal of the date that decides the year (0: none); and the rows that lack it or leave before they come."""
    day = ordinals(facts.get(("claim", words.plan.year.by)), count)
    unusual = day == 0
    stay = []
    for field in (ADMISSION, DISCHARGE):
        spec = next((s for s in words.facts.values() if s.of == "claim" and (s.field or "").lower() == field), None)
        stay.append(facts.get(("claim", spec.name)) if spec else None)
    if None not in stay:
        first, last = (ordinals(column, count) for column in stay)
        unusual |= (first > 0) & (last > 0) & (last < first)
    return day, unusual


def ordinals(column: FactColumn | None, count: int) -> Codes:
    """The dates of a column as ordinals; 0 where there is none."""
    if not isinstance(column, Coded):
        return np.zeros(count, np.int32)
    listed = [value.toordinal() if isinstance(value, datetime.date) else 0 for value in column.values]
    table = np.array([*listed, 0], np.int32)
    if listed and count and column.codes.min() >= 0 and bool((np.diff(table[:-1]) == 1).all()):
        days: Codes = column.codes + table[0]  # of days one after the other
        return days
    return np.asarray(table.take(column.codes))


def _ids(own: dict[str, pa.Array], part: pa.Table) -> pa.Array:
    """What rows are called: the settlement's number, else the visit's, else the row's."""
    named = [own[word] for word in ("id", "visit") if word in own]
    found = pc.coalesce(*named) if len(named) > 1 else named[0] if named else pa.nulls(part.num_rows, pa.string())
    if found.null_count:
        found = pc.coalesce(found, pc.binary_join_element_wise("#", one(part.column(ROW)).cast(pa.string()), ""))
    return found


def _not_blank(raw: pa.Array) -> Mask:
    if pa.types.is_string(raw.type):
        return np.asarray(pc.fill_null(pc.greater(pc.binary_length(pc.utf8_trim_whitespace(raw)), 0), False))
    return np.asarray(raw.is_valid())


def _numpy(part: pa.Table, name: str) -> Ints:
    found: Ints = part.column(name).to_numpy()
    return found


# ---------------------------------------------------------------- rows read one by one


def _own_memory(rows: Rows) -> None:
    """Lets the columns that are about to be written to stand in memory of their own: they may be the table's, which
    is read again for refused rows, and by other policies."""
    rows.bound = None
    rows.day = rows.day.copy()
    rows.parts = {part: fen.copy() for part, fen in rows.parts.items()}
    for column in rows.facts.values():
        if isinstance(column, Amounts):
            column.fen, column.given = column.fen.copy(), column.given.copy()


def _read_singly(
    unusual: Ints, rows: Rows, columns: _Columns, setting: Setting, words: Vocabulary, cancels: pa.Array | None
) -> None:
    """Reads some rows as single claims are read, into `rows`."""
    if not len(unusual):
        return
    _own_memory(rows)
    own: dict[str, dict[int, Any]] = {word: {} for word in _OWN}
    ids: dict[int, str] = {}
    unread: list[int] = []
    told: dict[int, tuple[Problem, ...]] = {}
    for at, cells in columns.rows(_left(unusual, rows, columns, setting, words, cancels), setting, rows.file):
        if len(told) >= _TOLD:
            rows.problems.add_told(told)
            told = {}
        file = _place(rows, at)
        odd = _odd_cells(cells, file)
        if odd:
            told[at] = odd
            unread.append(at)
            continue
        problems: list[Problem] = []
        theirs = {name: cell for name, cell in cells.items() if columns.meaning[name][0] == "claim"}
        named = cancels[at].as_py() if cancels is not None else None
        turned = _turned(theirs, columns)
        if named is not None or turned is not None:
            reversal, claim_id, number = _reversal({**theirs, **(turned or {})}, named, at, rows, words, file, problems)
            ids[at], own["number"][at] = claim_id, number
            for part in _PARTS:
                rows.parts[part][at] = 0
            if problems:
                told[at] = tuple(problems)
                rows.total_known[at] = False
            else:
                rows.reversals[at] = reversal
                rows.parts["total"][at] = -(reversal.parts or {}).get("total", 0)
            continue
        read, person = _read_cells(cells, theirs, rows, at, words, columns, problems)
        ids[at] = read.id
        own["number"][at] = read.person
        if problems or read.claim is None:
            told[at] = tuple(problems)
            amount = _total(theirs, columns)
            rows.total_known[at] = amount is not None
            for part in _PARTS:
                rows.parts[part][at] = 0
            rows.parts["total"][at] = amount or 0
            continue
        own["continues"][at] = read.claim.continues
        rows.day[at] = read.claim.date.toordinal()
        for part in _PARTS:
            rows.parts[part][at] = read.claim.parts[part]
        for (of, name), facts in rows.facts.items():
            facts.set(at, (read.claim if of == "claim" else person).facts.get(name))
        rows.identities.set(at, tuple(dict.fromkeys(held.name for held in person.identities)) or None)
    rows.problems.add_told(told)
    rows.id = put(rows.id, ids)
    for word, values in own.items():
        if word in rows.own:
            rows.own[word] = put(rows.own[word], values)
    rows.refuse_unread(np.array(unread, np.int64))


def _left(
    unusual: Ints, rows: Rows, columns: _Columns, setting: Setting, words: Vocabulary, cancels: pa.Array | None
) -> Ints:
    """The unusual rows that are not refused together with others for the same reason."""

    def read(at: int) -> ReadOne | None:
        cells = columns.cells(at, setting.inputs[rows.file[at]].columns)
        odd = _odd_cells(cells, _place(rows, at))
        if odd:
            return ReadOne(odd, "", None, None)
        theirs = {name: cell for name, cell in cells.items() if columns.meaning[name][0] == "claim"}
        if _turned(theirs, columns) is not None:
            return None
        problems: list[Problem] = []
        one, _ = _read_cells(cells, theirs, rows, at, words, columns, problems)
        return ReadOne(tuple(problems), one.id, one.person, _total(theirs, columns))

    if any(len(names) > 1 for names in columns.names.values()):
        return unusual
    plain = Plain()
    alone = np.zeros(len(unusual), bool)
    if cancels is not None:
        alone |= np.asarray(cancels.take(pa.array(unusual)).is_valid())
    looked: dict[str, Looked] = {}
    for name, (of, target) in columns.meaning.items():
        raw = one(columns.part.column(name).take(pa.array(unusual)))
        raw = raw.cast(pa.string()) if pa.types.is_dictionary(raw.type) else raw
        looked[name] = _looked(raw, name, of, target, words, plain)
    for spec in reversed(list(words.facts.values()) if plain.days else []):
        if spec.of == "claim" and (spec.field or "").lower() in (ADMISSION, DISCHARGE):
            plain.stay[(spec.field or "").lower()] = spec.name
    return refuse_alike(rows, unusual, looked, plain, alone, read)


def _looked(raw: pa.Array, column_name: str, of: str, target: Target, words: Vocabulary, plain: Plain) -> Looked:
    """A column of unusual rows: where cells are given, and which of them are not plain."""
    given, none = _not_blank(raw), np.zeros(len(raw), bool)
    kind, name = target
    if kind == "own" and name in _OWN:
        return looked_at(raw, given, texts(raw).unusual, none)
    if kind == "part":
        amounts = fen(raw)
        plain.amounts[name], plain.given[name] = amounts.values, amounts.given
        below = pc.starts_with(pc.utf8_trim_whitespace(raw.cast(pa.string())), "-")
        alone = np.asarray(pc.fill_null(below, False))
        return looked_at(
            raw, given, amounts.unusual, alone, partial(_wrong, read=lambda cell: read_fen(cell, _NO_PLACE))
        )
    if kind == "fact":
        spec = words.facts[name]
        column, bad = fact_column(raw, spec)
        if of == "claim" and isinstance(column, Coded) and spec.unit == "date":
            days = [value if isinstance(value, datetime.date) else None for value in column.values]
            plain.days[name] = pa.array([*days, None], pa.date32()).take(pa.array(column.codes % (len(days) + 1)))
        called = spec.called(column_name)
        reads = partial(read_value, unit=spec.unit, choices=spec.codes, name=called, place=_NO_PLACE)
        return looked_at(raw, given, bad, none, partial(_wrong, read=reads))
    if target == IDENTITIES:
        return looked_at(raw, given, coded(raw, lambda cell: _names(cell, words))[1], none)
    return looked_at(raw, given, given, none)


def _wrong(cell: Any, read: Callable[[Any], Any]) -> Problem | None:
    """What is wrong with a cell, if anything."""
    odd = isinstance(cell, str) and odd_character(cell)
    if odd:
        return OddCharacter(character=odd)
    found = read(cell)
    return found if isinstance(found, Problem) else None


def _place(rows: Rows, at: int) -> Place:
    return Place(f"{rows.inputs[rows.file[at]].path}:{rows.row[at]}")


def _odd_cells(cells: Mapping[str, object], file: Place) -> tuple[Problem, ...]:
    """What is wrong with cells that have signs which cannot be seen."""
    found = []
    for column, cell in cells.items():
        odd = isinstance(cell, str) and odd_character(cell)
        if odd:
            found.append(OddCharacter(where=str(file.at(column)), character=odd))
    return tuple(found)


def _turned(cells: Mapping[str, object], columns: _Columns) -> dict[str, object] | None:
    return turned_around({name: cell for name, cell in cells.items() if columns.meaning[name][1][0] == "part"})


def _read_cells(
    cells: dict[str, object], theirs: dict[str, object], rows: Rows, at: int, words: Vocabulary, columns: _Columns,
    problems: list[Problem],
) -> tuple[ReadClaim, Person]:  # fmt: skip
    """The claim and the person of a row that cancels none, as the reader of single claims takes them."""
    file = _place(rows, at)
    read = read_claim(theirs, f"#{rows.row[at]}", words, file, problems)
    person = _person(cells, words, columns, file, problems)
    if read.person is None and not problems:
        problems.append(MissingColumn(where=str(file), column="psn_no"))
    return read, person


def turned_around(parts: Mapping[str, object]) -> dict[str, object] | None:
    """The amounts of a row without their signs, where it is a negative copy of a settlement: some are below 0, and none
    above; None where it is not."""
    turned: dict[str, object] = {}
    below = False
    for name, cell in parts.items():
        text = str(cell)
        if text.startswith("-"):
            text, below = text[1:], True
        elif text.strip("0.") != "":
            return None
        turned[name] = text
    return turned if below else None


def _reversal(
    cells: dict[str, object], named: str | None, at: int, rows: Rows, words: Vocabulary, file: Place,
    problems: list[Problem],
) -> tuple[Reversal, str, str | None]:  # fmt: skip
    """What a row cancels, what it is called and whose it is. Who names the settlement need not give amounts."""
    own = {name: cell for name, cell in cells.items() if words.claim.find(name) in _OWN_TARGETS}
    amounts = any((words.claim.find(name) or ("", ""))[0] == "part" for name in cells)
    if named is not None and not amounts:
        found: list[Problem] = []
        read = read_claim(own, f"#{rows.row[at]}", words, file, found)
        if read.person is None:
            problems.append(MissingColumn(where=str(file), column="psn_no"))
        return Reversal(named, None), read.id, read.person
    read = read_claim(cells, f"#{rows.row[at]}", words, file, problems)
    if read.person is None and not problems:
        problems.append(MissingColumn(where=str(file), column="psn_no"))
    if read.claim is not None:
        rows.day[at] = read.claim.date.toordinal()
    return Reversal(named, read.claim.parts if read.claim else None), read.id, read.person


def _person(
    cells: dict[str, object], words: Vocabulary, columns: _Columns, file: Place, problems: list[Problem]
) -> Person:
    """Who the cells of a row say the person is."""
    given: dict[str, object] = {}
    for name, cell in cells.items():
        of, target = columns.meaning[name]
        if of == "person" and target == IDENTITIES:
            given[name] = [piece.strip() for piece in BETWEEN.split(str(cell)) if piece.strip()]
        elif of == "person":
            given[name] = cell
    return read_person(given, words, file, problems)


def _total(cells: dict[str, object], columns: _Columns) -> int | None:
    """The total cost of a refused row as far as it is given, in fen."""
    for name, cell in cells.items():
        if columns.meaning[name][1] == ("part", "total"):
            text = str(cell)
            if PLAIN_AMOUNT.fullmatch(text):
                yuan, _, rest = text.partition(".")
                return 100 * int(yuan) + int(rest.ljust(2, "0"))
            amounts = fen(pa.array([text]))
            if amounts.given[0]:
                return int(amounts.values[0])
    return None


def no_rows(columns: Iterable[str]) -> pa.Table:
    """A part without rows that still has its columns."""
    places = {FILE: pa.array([], pa.int32()), ROW: pa.array([], pa.int64())}
    return pa.table({**{name: pa.array([], pa.string()) for name in sorted(columns)}, **places})
