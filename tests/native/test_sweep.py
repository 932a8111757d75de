"""Loops in machine code come to what Python and numpy come to, on whatever stands in columns."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import numpy as np
import pyarrow as pa
import pytest

from polc.batch.hashing import hashes
from polc.native import check, sweeps
from polc.native.columns import FIRST, MONTH, YEAR
from polc.native.sweep import Sweep, Sweeps

FULL = 2**63
TEXTS = ("", "0", "00", "0\0", "a", "ab", "abcdefg", "abcdefgh", "abcdefgh\0", "abcdefghi", "abcdefghijklmnop",
         "三级", "é", "\x7f", "\U0010ffff", "z" * 40, "z" * 39 + "y")  # fmt: skip


def test_a_sweep_is_written_as_python_is() -> None:
    def collatz(f: Sweep) -> None:
        numbers, steps = f.column("int32"), f.column("uint8")
        with f.rows() as at:
            now, count = f.variable(numbers[at]), f.variable()
            with f.while_(lambda: now.get() > 1):
                odd = (now.get() & 1).is_(1)
                now.set((now.get() * 3 + 1).or_else(odd, now.get() >> 1))
                count.set(count.get() + 1)
            steps[at] = count.get()

    steps = np.full(6, 99, np.uint8)
    Sweeps({"collatz": collatz}).run("collatz", 1, 5, (np.array([5, 1, 6, 7, 27, 9], np.int32), steps))
    assert steps.tolist() == [99, 0, 8, 16, 111, 99]


@pytest.mark.parametrize("step", [1, 2])
def test_amounts_and_the_bits_they_have(step: int) -> None:
    random = Random(step)
    for most in (1, 10**6, FULL // 4):
        words = [np.array([random.randint(0, most) for _ in range(40 * step)], np.int64) for _ in range(5)]
        words[0] = sum(words[1:], np.zeros(40 * step, np.int64))
        out = [np.full(40, -7, np.int64) for _ in range(5)]
        mine = [column[step::step] for column in words]
        bits, sound = sweeps.fen_of(mine, [places[1:] for places in out])
        assert [places.tolist() for places in out] == [[-7, *column.tolist()] for column in mine]
        total, *parts = (column.copy() for column in mine)
        assert (bits, sound) == sweeps.bits_of(total, parts)
        words[1][-step] += 1
        assert not sweeps.fen_of(mine, [places[1:] for places in out])[1]
        words[3][-step] = -1
        assert sweeps.fen_of(mine, [places[1:] for places in out])[0] < 0


def test_parts_that_add_up() -> None:
    parts = [np.array(part, np.int64) for part in ([1, 2, 3], [0, 0, FULL - 1], [4, 5, 6], [0, 2**40, 1])]
    total = sum(parts, np.zeros(3, np.int64))  # the last one turns over
    assert sweeps.bits_of(total[:2], [part[:2] for part in parts]) == ((2**40 + 7) | 7, True)
    assert sweeps.bits_of(total, parts)[0] < 0
    total[1] -= 1
    assert sweeps.bits_of(total[:2], [part[:2] for part in parts])[1] is False


def columns(texts: list[str]) -> list[pa.Array]:
    """The same texts as a column of their own, one cut out of a longer one, and one at the very end of its bytes."""
    whole = pa.array(["before", *texts, "behind and long"], pa.string())
    offsets = np.cumsum([0, *(len(text.encode()) for text in texts)]).astype(np.int32)
    tight = pa.py_buffer(bytes(bytearray("".join(texts).encode())))
    return [
        pa.array(texts, pa.string()), whole.slice(1, len(texts)),
        pa.Array.from_buffers(pa.string(), len(texts), [None, pa.py_buffer(offsets), tight]),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
def test_texts_are_compared_and_hashed_byte_by_byte(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(seed)
    texts = [random.choice((*TEXTS, str(10**13 + random.randrange(5)))) for _ in range(random.randint(1, 30))]
    if seed >= 10:  # of one length
        size = seed - 2
        texts = ["".join(random.choice("09\x7f") if at in (0, size // 2, size - 1) else "5" for at in range(size))
                 for _ in range(random.randint(1, 30))]  # fmt: skip
    if seed % 2:
        texts.sort(key=str.encode)
    keys = [text.encode() for text in texts]
    expected = [0, *(at + 1 for at, (a, b) in enumerate(pairwise(keys)) if a != b)]
    for column in columns(texts):
        _, where, data = column.buffers()
        offsets = np.frombuffer(where, np.int32)[column.offset : column.offset + len(column) + 1]
        starts, ascends = sweeps.runs_of(offsets, data.address, data.size)
        assert ascends == (keys == sorted(keys))
        assert not ascends or starts.tolist() == expected
        monkeypatch.setattr(sweeps, "FEW", 10**9)
        slow = hashes(column)
        assert sweeps.hashes_of(offsets, data.address, data.size).tolist() == slow.tolist()


def test_hashes_do_not_depend_on_what_else_there_is() -> None:
    """Lengths that are those of a column of equal ones on average only."""
    texts = ["1", "333", "22", "S20", "T", "22"]
    alone = [int(hashes(pa.array([text]))[0]) for text in texts]
    assert hashes(pa.array(texts)).tolist() == alone and len({*alone}) == 5


@pytest.mark.parametrize("start", [(1, 1), (7, 1)])
def test_years_and_months_that_begin(start: tuple[int, int]) -> None:
    random = np.random.default_rng(3)
    days = (738_000 + random.integers(0, 900, 5000)).astype(np.int32)
    firsts = random.random(5000) < 0.4
    firsts[0] = True
    said = firsts.view(np.uint8) * np.uint8(FIRST | YEAR | MONTH)
    slow, marks = said.copy(), np.zeros(5000, bool)
    tables = check._tables(days, start)
    assert tables is not None
    year, month, back = sweeps.turns_of(days, *tables, said)
    slow_year, slow_month = check._turns(slow, marks, days, days, firsts, start)
    assert back and year.tolist() == slow_year.tolist() and month.tolist() == slow_month.tolist()
    assert said.tolist() == (slow | marks.view(np.uint8)).tolist()


@pytest.mark.parametrize("seed", range(20))
def test_days_that_go_back_where_somebody_begins(seed: int) -> None:
    random = Random(seed)
    days = np.array([random.randrange(4) for _ in range(random.randint(1, 9))], np.int32)
    starts = [at for at in range(len(days)) if random.random() < 0.7 or (at == 0 and seed % 2)]
    expected = all(days[at] >= days[at - 1] or at in starts for at in range(1, len(days)))
    assert sweeps.fall_at(days, np.array(starts, np.int64)) == expected


def test_what_a_table_says_of_codes() -> None:
    table = np.array([5, 0, 255, 9], np.uint8)
    assert sweeps.told_by(np.array([2, -1, 0, 1, 0], np.int32), table).tolist() == [255, 9, 5, 0, 5]


@pytest.mark.parametrize(("skip", "size"), [(0, 1), (0, 64), (5, 64), (40, 8)])
def test_names_that_share_their_bit_with_an_earlier_one(skip: int, size: int) -> None:
    random = Random(size)
    names = np.array([random.getrandbits(64) for _ in range(200)] + [0, 2**64 - 1, 0], np.uint64)
    bit_of = [(name << skip & (2**64 - 1)) >> (64 - (8 * size).bit_length() + 1) for name in names.tolist()]
    bits, found = np.zeros(size, np.uint8), np.zeros(len(names) + 3, np.uint64)
    known = sweeps.seen_of(names, bits, skip, found, 2)
    again = [name for at, name in enumerate(names.tolist()) if bit_of[at] in bit_of[:at]]
    assert found[2:known].tolist() == again
    assert sorted(np.flatnonzero(np.unpackbits(bits, bitorder="little")).tolist()) == sorted(set(bit_of))
    before = bits.copy()
    others = names[:50] ^ np.uint64(1 << 63 - skip)
    known = sweeps.among_of(others, bits, skip, found, 0)
    assert found[:known].tolist() == [
        name for name in others.tolist() if (name << skip & (2**64 - 1)) >> (64 - (8 * size).bit_length() + 1) in bit_of
    ]
    assert bits.tolist() == before.tolist()
