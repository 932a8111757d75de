"""Columns of claims for any plan, quickly: amounts mostly at the plan's own boundaries ± 1 fen, any facts, persons with
several claims and identities, years that end, caps that are about to bind."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from polc.boundaries import money_boundaries
from polc.native import ABSENT, Columns, Encoding, Items, NativeSettler, States

Made = npt.NDArray[Any]
MOST = 100_000_000_00
"""The largest amount drawn, in fen."""


class Drawn:
    """What is drawn for one plan, from one seed."""

    def __init__(self, settler: NativeSettler, seed: int) -> None:
        self.settler, self.plan = settler, settler.plan
        self.random = np.random.default_rng(seed)
        edges = [edge for edge in money_boundaries(settler.plan) if edge <= MOST] or [100_000]
        self.choices = {(spec.of, spec.name): [name for name, _ in spec.choices] for spec in settler.plan.facts}
        self.edges = np.array(edges, np.int64)

    def amounts(self, count: int) -> Made:
        """Amounts in fen: at, just below or just above what the plan is written with, sums of two such, and any."""
        pick = self.random.random(count)
        near = self._near(count)
        both = np.where(pick < 0.45, near, near + self._near(count))
        small, large = self.random.integers(0, 200_000, count), self.random.integers(0, 60_000_000, count)
        return np.where(pick < 0.6, both, np.where(pick < 0.8, small, large))

    def _near(self, count: int) -> Made:
        return np.maximum(0, self.random.choice(self.edges, count) + self.random.integers(-1, 2, count))

    def fact(self, encoding: Encoding, count: int) -> Made:
        """A column of a fact."""
        random = self.random
        match encoding.kind:
            case "bool":
                made = random.integers(0, 2, count)
            case "text":
                codes = [encoding.codes.get(name, encoding.other) for name in self.choices[encoding.of, encoding.name]]
                made = random.choice(np.array(codes), count) if codes else random.integers(
                    0, len(encoding.codes) + 1 + (3 if encoding.open else 0), count
                )  # fmt: skip
            case "date":
                made = self.plan.as_of.toordinal() + random.integers(-400, 400, count)
            case "choices":
                bits = sorted({encoding.codes[name] for name in self.choices[encoding.of, encoding.name]})
                made = np.zeros(count, np.int64)
                for bit in bits:
                    made |= np.where(random.random(count) < (0.4 if bit != encoding.other else 0.02), bit, 0)
            case _:
                if encoding.dtype == "int64":
                    made = np.where(random.random(count) < 0.3, 0, self.amounts(count))
                else:
                    whole = random.integers(0, 100, count) * encoding.den
                    part = random.integers(0, 101, count) * encoding.den // 100
                    made = whole if encoding.den == 1 else np.where(random.random(count) < 0.8, part, whole)
        return made.astype(encoding.dtype)

    def given(self, encoding: Encoding, count: int) -> Made:
        """Where a fact is given."""
        return (self.random.random(count) < 0.99).astype(np.uint8)

    def columns(self, claims: int) -> Columns:
        """About so many claims."""
        random, plan, settler = self.random, self.plan, self.settler
        counts = np.minimum(random.geometric(0.4, max(1, claims * 2 // 5)), 8)
        counts[random.random(len(counts)) < 0.02] = 0
        offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int64)
        total = int(offsets[-1])
        first = self._first_days(len(counts))
        steps = random.choice(np.array([0, 3, 11, 40, 200]), total)
        run = np.cumsum(steps)
        starts = np.minimum(offsets[:-1], max(0, total - 1))
        days = (np.repeat(first - run[starts] if total else first, counts) + run).astype(np.int32)
        parts: dict[str, Any] = {}
        for part in ("copay", "overlimit", "noncovered"):
            parts[part] = np.where(random.random(total) < 0.5, 0, self.amounts(total)).astype(np.int64)
        parts["inscope"] = self.amounts(total).astype(np.int64)
        parts["total"] = sum(parts.values())

        def drawn(key: tuple[str, str], draw: Any) -> Any:
            return draw(total) if key[0] == "claim" else np.repeat(draw(len(counts)), counts)

        facts = {key: drawn(key, lambda n, e=e: self.fact(e, n)) for key, e in settler.encodings.items()}
        given = {
            key: drawn(key, lambda n, e=e: self.given(e, n))
            for key, e in settler.encodings.items()
            if e.default is None
        }
        items = None
        if settler.item_encodings:
            each = random.integers(0, 4, total)
            count = int(each.sum())
            items = Items(
                np.concatenate(([0], np.cumsum(each))).astype(np.int64),
                {name: self.fact(encoding, count) for name, encoding in settler.item_encodings.items()},
                {name: self.given(e, count) for name, e in settler.item_encodings.items() if e.default is None},
            )
        sets = self._sets()
        of_person = random.integers(0, len(sets), len(counts))
        held = np.repeat(of_person, counts)
        other = random.integers(0, len(sets), total)
        held = np.where(random.random(total) < 0.1, other, held).astype(np.uint16)
        stays = None
        if plan.year.split is not None:
            stays = (days - random.integers(0, 9, total)).astype(np.int32), days
        year_days = np.maximum(1, days - random.choice(np.array([0, 0, 0, 9]), total)).astype(np.int32)
        year_days = np.where(random.random(total) < 0.9, days, year_days).astype(np.int32)
        if ("claim", plan.year.by) in facts:
            facts["claim", plan.year.by] = year_days
            given["claim", plan.year.by] = np.ones(total, np.uint8)
        return settler.columns(
            offsets, days, parts, facts, held, sets, given=given, year_days=year_days, stays=stays, items=items,
            exact=(random.random(total) < 0.002).astype(np.uint8),
        )  # fmt: skip

    def _first_days(self, persons: int) -> Made:
        starts = [d.applied_back or d.in_force for d in self.plan.documents]
        low = max((day for day in starts if day is not None), default=self.plan.as_of).toordinal()
        return low + self.random.integers(0, 365, persons)

    def _sets(self) -> list[tuple[str, ...]]:
        """Combinations of identities: none, each alone, and some of two or three."""
        names = [spec.name for spec in self.plan.identities]
        names += [narrow for spec in self.plan.identities for narrow in spec.includes if narrow not in names]
        found: list[tuple[str, ...]] = [(), *((name,) for name in names)]
        for _ in range(12 if len(names) > 1 else 0):
            size = int(self.random.integers(2, min(3, len(names)) + 1))
            found.append(tuple(self.random.permutation(names)[:size].tolist()))
        return list(dict.fromkeys(found))

    def opening(self, columns: Columns) -> States:
        """Accumulators that the persons bring along, many of them near what the plan is written with."""
        random, persons = self.random, columns.persons
        made = States.none(len(self.settler.denominators), persons)
        firsts = np.minimum(columns.offsets[:-1], max(0, columns.claims - 1))
        for index, account in enumerate(self.plan.accumulators):
            if not columns.claims:
                break
            now = {"year": columns.year, "month": columns.month}.get(account.period)
            period = np.zeros(persons, np.int32) if now is None else now[firsts]
            if now is not None:
                period = period + random.choice(np.array([0, 0, 0, 0, 0, 0, -1, 1], np.int32), persons,
                                                p=[0.19, 0.19, 0.19, 0.19, 0.1, 0.04, 0.095, 0.005])  # fmt: skip
            den = self.settler.denominators[index]
            values = self.amounts(persons) * den
            if account.kind in ("count", "payments"):
                values = random.integers(0, 4, persons) * den
            elif den > 1:
                values = values + random.integers(0, den, persons)
            if account.kind == "tally":
                values = np.where(random.random(persons) < 0.1, -values, values)
            present = random.random(persons) < 0.6
            made.periods[index] = np.where(present, period, ABSENT)
            made.values[index] = np.where(present, np.minimum(values, 2**61), 0)
        made.beyond[:] = random.random(persons) < 0.002
        return made
