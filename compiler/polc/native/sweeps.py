"""What is asked of whole columns, in machine code: each function looks at every row once.

Texts are what Arrow has: `offsets` (one more than there are texts; text k stands from `offsets[k]` to `offsets[k + 1]`)
and the bytes of all. Whoever calls has a slower way for few rows, for which making machine code would take longer
(`pays`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from polc.native.columns import EXACT, FIRST, MONTH, YEAR
from polc.native.sweep import Cells, Number, Sweep, Sweeps, Variable, Write

Ints = npt.NDArray[np.int64]
Offsets = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Days = npt.NDArray[np.int32]
Names = npt.NDArray[np.uint64]
_LATER = 32
"""So many rows before they are needed places that stand anywhere are fetched."""
FEW = 1 << 16
"""So many rows or fewer are not worth making machine code."""
MIX = ((32, 0x9E3779B97F4A7C15), (29, 0xBF58476D1CE4E5B9), (32, 1))
"""How the bits of a hash are mixed: shifted to the right by so many onto themselves, then multiplied."""


def pays(rows: int) -> bool:
    """Whether so many rows are worth it; 0 are never."""
    return rows > FEW


def prepare() -> None:
    """Makes the machine code, which the first to ask has to wait for otherwise."""
    _SWEEPS.made()


def fen_of(columns: Sequence[Ints], out: Sequence[Ints]) -> tuple[int, bool]:
    """The amounts of five columns put into others: the total, and the parts of it. Whatever stands between the amounts
    of a column is left out. What is said of them is what `bits_of` says."""
    found = np.zeros(2, np.int64)
    given = [one for pair in zip(columns, out, strict=True) for one in (pair[0], pair[0].strides[0] // 8, pair[1])]
    _SWEEPS.run("fen_of", 0, len(out[0]), (*given, found))
    return int(found[0]), not found[1]


def _fen_of(f: Sweep) -> None:
    columns = [(f.column("int64"), f.number(), f.column("int64")) for _ in range(5)]
    found = f.column("int64")
    bits, differences = f.variable(), f.variable()
    with f.rows() as at:
        amounts = []
        for words, step, out in columns:
            amounts.append(words[at * step])
            out[at] = amounts[-1]
        _look_at(amounts, bits, differences)
    found[0], found[1] = bits.get(), differences.get()


def bits_of(total: Ints, parts: Sequence[Ints]) -> tuple[int, bool]:
    """The bits that any amount has, the total or a part: below 0 where any is negative, and else no less than the
    largest; and whether the four parts add up to the total in every row."""
    found = np.zeros(2, np.int64)
    _SWEEPS.run("bits_of", 0, len(total), (total, *parts, found))
    return int(found[0]), not found[1]


def _bits_of(f: Sweep) -> None:
    columns, found = [f.column("int64") for _ in range(5)], f.column("int64")
    bits, differences = f.variable(), f.variable()
    with f.rows() as at:
        _look_at([column[at] for column in columns], bits, differences)
    found[0], found[1] = bits.get(), differences.get()


def _look_at(amounts: Sequence[Number], bits: Variable, differences: Variable) -> None:
    """Takes in the total of a row and the parts of it."""
    rest = some = amounts[0]
    for amount in amounts[1:]:
        rest, some = rest - amount, some | amount
    bits.set(bits.get() | some)
    differences.set(differences.get() | rest)


def runs_of(offsets: Offsets, data: Any, size: int) -> tuple[Ints, bool]:
    """Where texts begin that differ from the one before (the first does); and whether none is less than the one before,
    byte by byte: where one is, nothing else is known. `data` is the address of byte 0, `size` how many there are."""
    count = len(offsets) - 1
    starts, found = np.empty(count + 1, np.int64), np.zeros(2, np.int64)
    starts[0] = 0
    length = _same_length(offsets)
    if length:
        words = "two" if length <= 16 else "three"
        _SWEEPS.run(f"{words}_words_runs_of", 1, count, (int(offsets[0]), data, length, starts, found))
    else:
        _SWEEPS.run("runs_of", 1, count, (offsets, data, size, starts, found))
    return starts[: min(count, int(found[0]))], not found[1]


def _same_length(offsets: Offsets) -> int:
    """The length that all texts have, if it is one of 8 to 24 bytes; else 0."""
    length = int(offsets[1] - offsets[0]) if len(offsets) > 1 else 0
    if not 8 <= length <= 24 or offsets[-1] - offsets[0] != length * (len(offsets) - 1):
        return 0
    return length if bool((offsets[1:] - offsets[:-1] == length).all()) else 0


def _even_runs_of(words: int) -> Write:
    """The same for texts of one length that is no more than so many words; the last word of a text may have some of the
    bytes of the one before."""

    def write(f: Sweep) -> None:
        begin, data, length = f.number(), f.column("uint8"), f.number()
        starts, found = f.column("int64"), f.column("int64")
        places = [Number(f.code, str(8 * word)) for word in range(words - 1)] + [length - 8]
        before = [f.variable(data.eight(begin + place).turned()) for place in places]
        known, falls = f.variable(1), f.variable()
        with f.rows() as at:
            here = begin + at * length
            data.soon(here)
            pairs = [
                (data.eight(here + place).turned(), word.get()) for place, word in zip(places, before, strict=True)
            ]
            differs, less = Number(f.code, "0"), Number(f.code, "false", "i1")
            for mine, last in reversed(pairs):
                differs, less = differs | (mine ^ last), last.above(mine) | (last.is_(mine) & less)
            starts[known.get()] = at
            known.set(known.get() + differs.is_not(0).as_number())
            falls.set(falls.get() | less.as_number())
            for word, (mine, _) in zip(before, pairs, strict=True):
                word.set(mine)
        found[0], found[1] = known.get(), falls.get()

    return write


def _runs_of(f: Sweep) -> None:
    offsets, data, size = f.column("int32"), f.column("uint8"), f.number()
    starts, found = f.column("int64"), f.column("int64")
    known, falls = f.variable(1), f.variable()
    before, begin = f.variable(offsets[0]), f.variable(offsets[1])
    with f.rows() as at:
        last, here, end = before.get(), begin.get(), offsets[at + 1]
        data.soon(here)
        lengths = here - last, end - here
        shorter = lengths[0].or_else(lengths[0] < lengths[1], lengths[1])
        step = f.variable(0)
        differs = f.variable(0)
        with f.while_(lambda: differs.get().is_(0) & (step.get() < shorter)):
            done = step.get()
            rest = shorter - done
            mine, theirs = (_eight(f, data, size, start + done, rest).turned() for start in (here, last))
            differs.set(theirs.above(mine).as_number() * 2 + mine.above(theirs).as_number())
            step.set(done + 8)
        longer = (lengths[0] > lengths[1]).as_number() * 2 + (lengths[0] < lengths[1]).as_number()
        found_so = longer.or_else(differs.get().is_(0), differs.get())
        starts[known.get()] = at  # written over by the next row where this one does not differ
        known.set(known.get() + found_so.is_not(0).as_number())
        falls.set(falls.get() | (found_so & 2))
        before.set(here)
        begin.set(end)
    found[0], found[1] = known.get(), falls.get()


def told_by(codes: Days, table: Bytes) -> Bytes:
    """What a table says of codes; its last place is that of −1."""
    out = np.empty(len(codes), np.uint8)
    _SWEEPS.run("told_by", 0, len(codes), (np.ascontiguousarray(codes, np.int32), np.append(table[-1:], table), out))
    return out


def _told_by(f: Sweep) -> None:
    codes, table, out = f.column("int32"), f.column("uint8"), f.column("uint8")
    with f.rows() as at:
        out[at] = table[codes[at] + 1]


def fall_at(days: Days, starts: Ints) -> bool:
    """Whether a day is before that of the row before only where some rows begin; `starts` are these, each once."""
    found = np.zeros(1, np.int64)
    starts = starts[1:] if len(starts) and not starts[0] else starts
    _SWEEPS.run("fall_at", 1, len(days), (np.ascontiguousarray(days, np.int32), starts, len(starts), found))
    return not found[0]


def _fall_at(f: Sweep) -> None:
    days, starts, many, found = f.column("int32"), f.column("int64"), f.number(), f.column("int64")
    falls = f.variable()
    with f.rows() as at:
        falls.set(falls.get() + (days[at] < days[at - 1]).as_number())
    with f.rows(0, many) as number:
        at = starts[number]
        falls.set(falls.get() - (days[at] < days[at - 1]).as_number())
    found[0] = falls.get()


def hashes_of(offsets: Offsets, data: Any, size: int) -> Names:
    """A hash of every text, its bytes taken by eights: see `polc.batch.hashing`, which has the same in numpy."""
    out = np.empty(len(offsets) - 1, np.uint64)
    length = _same_length(offsets)
    if length:
        _SWEEPS.run("even_hashes_of", 0, len(out), (int(offsets[0]), data, length, out))
    else:
        _SWEEPS.run("hashes_of", 0, len(out), (offsets, data, size, out))
    return out


def _mixed(value: Number) -> Number:
    for shift, factor in MIX:
        value = (value ^ value.without_sign(shift)) * factor
    return value


def _even_hashes_of(f: Sweep) -> None:
    """The same where all texts have one length, of eight bytes or more."""
    begin, data, length, out = f.number(), f.column("uint8"), f.number(), f.column("uint64")
    whole, rest = length.without_sign(3), length & 7
    missing = (rest - 8) * -8  # so many bits of the last eight bytes are of the word before
    with f.rows() as at:
        here = begin + at * length
        data.soon(here)
        mixed, step = f.variable(length), f.variable(0)
        with f.while_(lambda: step.get() < whole):
            mixed.set(_mixed(mixed.get() ^ data.eight(here + step.get() * 8)))
            step.set(step.get() + 1)
        with f.when(rest.is_not(0)):
            mixed.set(_mixed(mixed.get() ^ data.eight(here + length - 8).without_sign(missing)))
        out[at] = mixed.get()


def _hashes_of(f: Sweep) -> None:
    offsets, data, size, out = f.column("int32"), f.column("uint8"), f.number(), f.column("uint64")
    with f.rows() as at:
        begin, end = offsets[at], offsets[at + 1]
        data.soon(begin)
        mixed = f.variable(end - begin)
        place = f.variable(begin)
        with f.while_(lambda: place.get() < end):
            here = place.get()
            mixed.set(_mixed(mixed.get() ^ _eight(f, data, size, here, end - here)))
            place.set(here + 8)
        out[at] = mixed.get()


def _eight(f: Sweep, data: Cells, size: Number, at: Number, count: Number) -> Number:
    """Up to eight bytes as a number, the first at its lowest end, with zeros where there are fewer. Nothing behind the
    bytes that there are is read."""
    found = f.variable(0)
    inside = at + 8 <= size
    with f.when(inside):
        missing = (count * 8).or_else(count < 8, 64)
        found.set(data.eight(at) & (Number(f.code, "-1").without_sign((missing - 64) * -1)))
    with f.when(inside.is_(0)):
        shift, place, end = f.variable(0), f.variable(at), at + count
        with f.while_(lambda: place.get() < end):
            here = place.get()
            found.set(found.get() | (data[here] << shift.get()))
            shift.set(shift.get() + 8)
            place.set(here + 1)
    return found.get()


def seen_of(names: Names, bits: Bytes, skip: int, found: Names, known: int) -> int:
    """The names put into `found`, from place `known` on, whose bit was set already; how many are in it then. Every name
    sets a bit of `bits`, that which its own bits from the `skip`th on say: so all names that are there twice are found,
    and some that share their bit with another. There are 2ⁿ of `bits`, in bytes."""
    return _marked("seen_of", names, bits, skip, found, known)


def among_of(names: Names, bits: Bytes, skip: int, found: Names, known: int) -> int:
    """The names whose bit is set, put into `found` as by `seen_of`; no bit is changed."""
    return _marked("among_of", names, bits, skip, found, known)


def _marked(sweep: str, names: Names, bits: Bytes, skip: int, found: Names, known: int) -> int:
    told = np.array([known], np.int64)
    _SWEEPS.run(sweep, 0, len(names), (names, bits, skip, 64 - (8 * len(bits)).bit_length() + 1, found, told))
    return int(told[0])


def _seen_of(f: Sweep, sets: bool = True) -> None:
    names, bits, skip, shift = f.column("uint64"), f.column("uint8"), f.number(), f.number()
    found, told = f.column("uint64"), f.column("int64")
    known = f.variable(told[0])
    one = Number(f.code, "1")

    def place_of(row: Number) -> Number:
        return (names[row] << skip).without_sign(shift)

    with f.rows() as at:
        names.soon(at)
        later = at + _LATER
        bits.near(place_of(later.or_else(later < f.end, at)).without_sign(3))
        name, place = names[at], place_of(at)
        mark = one << (place & 7)
        byte = place.without_sign(3)
        eight = bits[byte]
        found[known.get()] = name  # written over by the next one where its bit was not set
        known.set(known.get() + (eight & mark).is_not(0).as_number())
        if sets:
            bits[byte] = eight | mark
    told[0] = known.get()


def _among_of(f: Sweep) -> None:
    _seen_of(f, sets=False)


def turns_of(days: Days, low: int, year: Days, month: Days, said: Bytes) -> tuple[Days, Days, bool]:
    """The year and month that each day is of, by their tables, which begin with the day `low`. What each row says in
    `said` gets the marks of those that begin with it; where a day is before that of the row before, and the row is not
    the first of its person, it gets that for the exact way, and the last result says so."""
    years, months = np.empty(len(days), np.int32), np.empty(len(days), np.int32)
    found = np.zeros(1, np.int64)
    _SWEEPS.run("turns_of", 0, len(days), (days, low, year, month, said, years, months, found))
    return years, months, bool(found[0])


def _turns_of(f: Sweep) -> None:
    days, low, year, month = f.column("int32"), f.number(), f.column("int32"), f.column("int32")
    said, years, months, found = f.column("uint8"), f.column("int32"), f.column("int32"), f.column("int64")
    last, last_year, last_month, back = (f.variable() for _ in range(4))
    with f.rows() as at:
        day, marks = days[at], said[at]
        this, then = year[day - low], month[day - low]
        years[at], months[at] = this, then
        goes_on = (marks & FIRST).is_(0)
        earlier = (goes_on & (day < last.get())).as_number()
        turns = this.is_not(last_year.get()).as_number() * YEAR | then.is_not(last_month.get()).as_number() * MONTH
        said[at] = marks | turns | earlier * EXACT
        back.set(back.get() | earlier)
        last.set(day)
        last_year.set(this)
        last_month.set(then)
    found[0] = back.get()


_SWEEPS = Sweeps(
    {
        "fen_of": _fen_of, "bits_of": _bits_of, "turns_of": _turns_of, "fall_at": _fall_at, "told_by": _told_by,
        "two_words_runs_of": _even_runs_of(2), "three_words_runs_of": _even_runs_of(3), "runs_of": _runs_of,
        "even_hashes_of": _even_hashes_of, "hashes_of": _hashes_of, "seen_of": _seen_of, "among_of": _among_of,
    }
)  # fmt: skip
