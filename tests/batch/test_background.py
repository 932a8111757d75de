"""What is done ahead in a thread of its own comes in order, no further ahead than by one, and fails where it would."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from polc.batch.background import ahead


def test_pieces_come_in_order_one_ahead() -> None:
    made: list[int] = []

    def pieces() -> Iterator[int]:
        for number in range(5):
            made.append(number)
            yield number

    used = []
    for piece in ahead(pieces()):
        used.append(piece)
        assert len(made) <= len(used) + 1
    assert used == made == [0, 1, 2, 3, 4]
    assert [*ahead([])] == []


def test_what_cannot_be_made_is_raised_after_what_could() -> None:
    def pieces() -> Iterator[str]:
        yield "first"
        raise OSError("no more")

    used = []
    with pytest.raises(OSError, match="no more"):
        for piece in ahead(pieces()):
            used.append(piece)
    assert used == ["first"]


def test_who_stops_early_leaves_nothing_behind() -> None:
    closed = []

    def pieces() -> Iterator[int]:
        try:
            yield from range(100)
        finally:
            closed.append(True)

    coming = ahead(source := pieces())
    assert next(coming) == 0
    coming.close()  # type: ignore[attr-defined]
    source.close()
    assert closed == [True]
