"""Rows that cancel settlements (冲销), each matched with the row it cancels: `match_reversals`.

A row cancels another where it names it (`init_setl_id`), or where its amounts are those of a settlement with the sign
turned around. The settlement is the one named; else the one with the same number; else the one of the same person, day,
visit and amounts. Both rows come to nothing, and the year is settled as if neither had been.
"""

from __future__ import annotations

from polc.arithmetic import yuan
from polc.batch.closing_problems import ReversesClosed
from polc.batch.fact_columns import Ints
from polc.batch.problems import AlreadyReversed, ReversalDiffers, ReversalUnclear, ReversesNothing
from polc.batch.rows import Rows
from polc.claims.place import shown


def match_reversals(rows: Rows, duplicates: Ints, closed: int | None = None) -> tuple[dict[int, int], set[int]]:
    """By reversal the row it cancels; and the refused rows that leave nobody's sums in doubt. Problems are added to
    those of the rows; a reversal that could be meant for a row has its day. Years before `closed` are closed."""
    if not rows.reversals:
        return {}, set()
    by_name: dict[str, list[int]] = {}
    by_person: dict[str, list[int]] = {}
    numbers, names = rows.own["number"].to_pylist(), rows.id.to_pylist()
    people = {numbers[at] for at in rows.reversals}
    again = set(duplicates.tolist())
    for at, number in enumerate(numbers):
        if number in people and at not in rows.reversals and at not in again:
            by_person.setdefault(number, []).append(at)
            by_name.setdefault(names[at] or "", []).append(at)
    found: dict[int, int] = {}
    harmless: set[int] = set()
    cancelled: dict[int, int] = {}
    for at in sorted(rows.reversals, key=lambda at: (int(rows.file[at]), int(rows.row[at]))):
        reversal = rows.reversals[at]
        where = str(rows.where(at))
        number = numbers[at] or ""
        meant = [other for other in by_name.get(reversal.of or names[at], ()) if numbers[other] == number]
        if not meant and reversal.of is None:
            mine = [other for other in by_person.get(number, ()) if _same_content(rows, at, other)]
            meant = [other for other in mine if other not in cancelled] or mine
            if len(meant) > 1 and not all(_alike(rows, meant[0], other) for other in meant):
                rows.day[at] = min(rows.day[other] for other in meant)
                rows.problems[at] = (ReversalUnclear(where=where, count=len(meant)),)
                continue
            meant = meant[-1:]
        if not meant or meant[0] in rows.problems:
            named = shown(reversal.of or rows.name(at))
            of_closed = ReversesClosed(where=where, id=named, closed=str(closed))
            rows.problems[at] = (of_closed if closed is not None else ReversesNothing(where=where, id=named),)
            harmless.add(at)
        elif meant[0] in cancelled:
            first = str(rows.where(cancelled[meant[0]]))
            rows.problems[at] = (AlreadyReversed(where=where, id=shown(rows.name(meant[0])), first=shown(first)),)
            harmless.add(at)
        elif reversal.parts is not None and any(rows.parts[p][meant[0]] != fen for p, fen in reversal.parts.items()):
            rows.day[at] = rows.day[meant[0]]
            rows.problems[at] = (
                ReversalDiffers(
                    where=where, id=shown(rows.name(meant[0])), total=yuan(reversal.parts["total"]),
                    settled=yuan(int(rows.parts["total"][meant[0]])),
                ),
            )  # fmt: skip
        else:
            found[at], cancelled[meant[0]] = meant[0], at
            rows.parts["total"][at] = -rows.parts["total"][meant[0]]
    return found, harmless


def _same_content(rows: Rows, at: int, other: int) -> bool:
    """Whether a row is a settlement's copy with the sign turned around."""
    parts = rows.reversals[at].parts or {}
    visits = rows.text("visit", at), rows.text("visit", other)
    return (
        bool(rows.day[at] == rows.day[other])
        and all(rows.parts[part][other] == fen for part, fen in parts.items())
        and (None in visits or visits[0] == visits[1])
        and other not in rows.problems
    )


def _alike(rows: Rows, one: int, other: int) -> bool:
    """Whether it makes no difference which of two settlements is cancelled."""
    same = bool(rows.policy[one] == rows.policy[other]) and rows.identities.get(one) == rows.identities.get(other)
    same = same and (rows.items is None or rows.items.of(one) == rows.items.of(other))
    return same and all(column.get(one) == column.get(other) for column in rows.facts.values())
