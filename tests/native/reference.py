"""The program of a plan run claim by claim in Python over columns: what machine code is held against.

It is the same program that `polc.fast` runs, and `polc.fast` is held against the interpreter; here it takes facts as
they stand in columns, so that a million claims can be compared in the time of a test.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import evolve

from pol_lang.problem import Problems
from polc import plan as p
from polc.arithmetic import whole
from polc.evaluate import NoValue
from polc.fast.module import on_columns
from polc.native import ABSENT, Columns, NativeSettler, Results, States
from polc.native.columns import EXACT, PARTS_OF_FEN
from polc.program import Refused
from polc.settle import standing_of
from polc.settlement import HeldIdentity, Person

Alternative = tuple[int, tuple[tuple[bool, ...], ...], tuple[bool, ...]]


class Reference:
    """Settles columns under the plan of a settler, one claim after the other."""

    def __init__(self, settler: NativeSettler) -> None:
        self.settler, self.program, self.plan = settler, settler.program, settler.plan
        self.core: Callable[..., Any] = on_columns(settler.program, settler.codes)
        self.kinds = [account.period for account in settler.plan.accumulators]

    def alternatives(self, names: tuple[str, ...]) -> list[Alternative]:
        """What a person with these identities is settled as: which is considered, what counts, each and together."""
        plan = self.plan
        standing = standing_of(plan, Person("", tuple(map(HeldIdentity, names))), plan.as_of)

        def flags(counts: frozenset[str]) -> tuple[bool, ...]:
            return tuple(not asked.isdisjoint(counts) for _, asked in self.program.holds)

        if isinstance(plan.root, p.HighestOf) and standing.considered:
            order = plan.root.identities
            return [
                (order.index(name), (flags(counts),), flags(counts))
                for name, counts in zip(standing.considered, standing.per_identity, strict=True)
            ]
        held = tuple(map(flags, standing.per_identity or (frozenset(),)))
        return [(-1, held, flags(standing.counts))]

    def rows(self, columns: Columns) -> Sequence[tuple[Any, ...]]:
        """The facts of each claim, None where not given."""
        made = []
        for use in self.program.facts:
            if use.of == "item":
                continue
            values: list[Any] = columns.facts[use.of, use.name].tolist()
            mask = columns.given.get((use.of, use.name))
            if mask is not None and not mask.all():
                values = [value if given else None for value, given in zip(values, mask.tolist(), strict=True)]
            made.append(values)
        return list(zip(*made, strict=True)) if made else [()] * columns.claims

    def items(self, columns: Columns) -> Sequence[Sequence[tuple[Any, ...]]]:
        """The facts of each claim's items."""
        items = columns.items
        if items is None:
            return [()] * columns.claims
        made = []
        for use in self.program.facts:
            if use.of != "item":
                continue
            values: list[Any] = items.facts[use.name].tolist()
            mask = items.given.get(use.name)
            if mask is not None:
                values = [value if given else None for value, given in zip(values, mask.tolist(), strict=True)]
            made.append(values)
        flat = list(zip(*made, strict=True))
        ends = items.offsets.tolist()
        return [flat[start:end] for start, end in pairwise(ends)]

    def settle(self, columns: Columns, opening: States | None = None) -> Results:
        """The claims of all persons."""
        settler, core = self.settler, self.core
        out = settler.results(columns)
        out = evolve(out, considered=out.considered.copy(), requirements=out.requirements.copy())
        accounts = len(self.kinds)
        alternatives = [self.alternatives(names) for names in columns.sets]
        rows, items = self.rows(columns), self.items(columns)
        parts = list(zip(*(columns.parts[part].tolist() for part in
                           ("total", "noncovered", "overlimit", "copay", "inscope")), strict=True))  # fmt: skip
        held_as, marks = columns.identities.tolist(), columns.marks.tolist()
        years, months, offsets = columns.year.tolist(), columns.month.tolist(), columns.offsets.tolist()
        compares = isinstance(self.plan.root, p.HighestOf) and self.plan.root.criterion == "least_left"
        found: dict[int, tuple[Any, ...]] = {}
        winners: dict[int, int] = {}
        for person in range(columns.persons):
            since, values = [ABSENT] * accounts, [0] * accounts
            dead = False
            if opening is not None:
                since, values = opening.periods[:, person].tolist(), opening.values[:, person].tolist()
                dead = bool(opening.beyond[person])
            for at in range(offsets[person], offsets[person + 1]):
                now = {"year": years[at], "month": months[at], "life": 0}
                dead = dead or bool(marks[at] & EXACT)
                dead = dead or any(since[k] > now[kind] for k, kind in enumerate(self.kinds))
                if dead:
                    out.status[at] = 1
                    continue
                state = tuple(
                    self.entering(k, values[k]) if since[k] == now[kind] else 0 for k, kind in enumerate(self.kinds)
                )
                best: tuple[Any, ...] | None = None
                try:
                    for considered, held, flags in alternatives[held_as[at]]:
                        result = core(*rows[at], items[at], held, flags, *parts[at], state)
                        if best is None or (compares and result[0] < best[0]):
                            best, winners[at] = result, considered
                except (Refused, NoValue, Problems):
                    dead = True
                    out.status[at] = 1
                    continue
                assert best is not None
                best = self.in_parts(best)
                if best is None:  # no whole number of parts of a fen
                    dead = True
                    out.status[at] = 1
                    continue
                found[at] = best
                values = list(best[6])
                for k, kind in enumerate(self.kinds):
                    if values[k] or since[k] != ABSENT:
                        since[k] = now[kind]
            out.closing.periods[:, person] = since
            kept = [0 if s == ABSENT else v for s, v in zip(since, values, strict=True)]
            out.closing.values[:, person] = [v if abs(v) < 2**63 else 0 for v in kept]  # these are left by machine code
        self._fill(out, found, winners)
        return out

    def entering(self, index: int, value: int) -> Any:
        """An accumulator as the program has it."""
        den = self.program.accumulators[index][1]
        return whole(Fraction(value, PARTS_OF_FEN)) if den is None else value

    def in_parts(self, result: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """What comes out, with exact accumulators and deductibles in parts of a fen; None where these are not whole."""
        made = list(result)
        for index, held in ((3, self.program.deducted), (6, self.program.accumulators)):
            if all(den is not None for _, den in held):
                continue
            values = [
                v if den is not None else v * PARTS_OF_FEN for v, (_, den) in zip(result[index], held, strict=True)
            ]
            if any(value.denominator != 1 or abs(value) >= 2**63 for value in values):
                return None
            made[index] = tuple(map(int, values))
        return tuple(made)

    @staticmethod
    def _fill(out: Results, found: dict[int, tuple[Any, ...]], winners: dict[int, int]) -> None:
        at = np.fromiter(found, np.int64, len(found))
        if not len(at):
            return
        rows = list(found.values())
        out.total[at] = [row[1] for row in rows]
        for columns, index in ((out.paid, 2), (out.deductibles, 3), (out.moved, 4), (out.bearers, 5)):
            for number, column in enumerate(columns):
                if column.base is None:  # a column of its own or the same as another, with the same values
                    column[at] = [row[index][number] for row in rows]
        out.considered[at] = [winners[one] for one in at.tolist()]
        out.requirements[at] = [sum(1 << bit for bit, held in enumerate(row[8]) if held) for row in rows]
