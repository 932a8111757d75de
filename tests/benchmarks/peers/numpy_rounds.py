"""numpy: the first claim of every person and year at once, then every second one, and so on; exact in int64.

Persons with most claims come first, so that those who still have a claim are always the first so many. Nothing that
numpy offers does this walk with less: closed forms on cumulative sums are wrong as soon as a person's class changes
within the year. Taken in blocks of persons, all that a round needs stays in the cache of the processor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from tests.benchmarks.kernel import Claims
from tests.benchmarks.peers import figures as f

BLOCK = 8192
"""How many persons' years are taken together; found by trying."""


def prepare(made: Claims, block: int | None) -> Callable[[], Callable[[], list[Any]]]:
    """A function that settles, and gives one that gives what four layers pay and what is left. `block` None: all
    persons at once."""

    def run() -> Callable[[], list[Any]]:
        out = settle(made, block)
        return lambda: out

    return run


def settle(made: Claims, block: int | None) -> list[Any]:
    """What four layers pay and what is left, in the order of the claims."""
    new = np.empty(len(made.total), bool)
    new[0] = True
    np.not_equal(made.person[1:], made.person[:-1], out=new[1:])
    new[1:] |= made.year[1:] != made.year[:-1]
    first = np.flatnonzero(new)
    count = np.diff(first, append=len(new))
    order = np.argsort(-count.astype(np.int16), kind="stable")
    first, count = first[order], count[order]
    out = [np.empty(len(new), np.int64) for _ in range(5)]
    for low in range(0, len(first), block or len(first)):
        mine = slice(low, low + (block or len(first)))
        _rounds(made, first[mine], count[mine], out)
    return out


DEDUCTIBLE, RATE, SERIOUS_CAP, ASSISTED, FROM, UP_TO = (
    np.array(figures, np.int64) for figures in (f.DEDUCTIBLE, f.RATE, f.SERIOUS_CAP, f.ASSISTED, f.FROM, f.UP_TO)
)


def _hundredths(amounts: Any) -> Any:
    """Half up, in place."""
    amounts += 50
    amounts //= 100
    return amounts


def _rounds(made: Claims, first: Any, count: Any, out: list[Any]) -> None:
    """The years that begin at `first` and have `count` claims, most first."""
    columns = (
        made.inscope, made.level, made.class_, made.referred.view(bool), made.inside.view(bool), made.total
    )  # fmt: skip
    state = [np.zeros(len(first), np.int64) for _ in range(6)]
    for number in range(int(count[0])):
        held = int(np.searchsorted(-count, -number, side="left"))
        at = first[:held] + number
        used1, cost2, used2, used3, cost4, used4 = (one[:held] for one in state)
        cost, level, class_, referred, inside, total = (column.take(at) for column in columns)
        basic = _hundredths(np.maximum(cost - DEDUCTIBLE.take(level), 0) * RATE.take(level))
        np.minimum(basic, f.BASIC_CAP - used1, out=basic)
        used1 += basic
        base = cost - basic
        tilt = referred & ((class_ == 1) | (class_ == 2))
        begin = np.where(tilt, f.TILTED_FROM, f.SERIOUS_FROM)
        low = np.maximum(cost2 - begin, 0)
        cost2 += base
        high = np.maximum(cost2 - begin, 0)
        serious = (high - low) * np.where(tilt, f.FIRST_RATE + f.TILT_MORE, f.FIRST_RATE)
        serious += (np.maximum(high, f.SECOND_BAND) - np.maximum(low, f.SECOND_BAND)) * f.SECOND_MORE
        serious += (np.maximum(high, f.THIRD_BAND) - np.maximum(low, f.THIRD_BAND)) * f.THIRD_MORE
        _hundredths(serious)
        np.minimum(serious, np.maximum(SERIOUS_CAP.take(class_) - used2, 0), out=serious)
        used2 += serious
        base -= serious
        assisted = np.minimum(_hundredths(base * ASSISTED.take(class_)), np.maximum(f.ASSISTANCE_CAP - used3, 0))
        used3 += assisted
        base -= assisted
        begin = FROM.take(class_)
        low = np.maximum(cost4 - begin, 0)
        cost4 += base
        tilted = (np.maximum(cost4 - begin, 0) - low + 1) >> 1
        np.minimum(tilted, np.maximum(UP_TO.take(class_) - used4, 0), out=tilted)
        tilted *= (class_ != 0) & referred & inside
        used4 += tilted
        for column, amounts in zip(out, (basic, serious, assisted, tilted), strict=False):
            column[at] = amounts
        out[4][at] = total - basic - serious - assisted - tilted
