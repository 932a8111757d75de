"""Holders settled by the interpreter, with the care that rows waiting since an earlier run ask for: `Singly`."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
from attrs import field, frozen

from pol_lang.problem import Problem, Problems
from polc.batch.fact_columns import Ints
from polc.batch.outcome import Outcome
from polc.batch.problems import EarlierRowRefused
from polc.batch.refusals import Alike
from polc.batch.rows import Rows
from polc.batch.sums import Holder, Sums
from polc.batch.unknown_sums import counts_over_a_life
from polc.claims.place import shown
from polc.periods import year_id
from polc.plan import Plan
from polc.settle import settle
from polc.settlement import State

_AT_ONCE = 1 << 15
"""So many refused rows are held one by one."""
PlanFor = Callable[[datetime.date], Plan]


@frozen(eq=False, repr=False, slots=False)
class Waiting:
    """A row that was refused, here or in an earlier run and not sent again: its day (0: not known), place and code;
    with `whole`, other rows of its day cannot be relied on either, wherever they stand."""

    day: int
    place: str
    code: str
    whole: bool = False


@frozen(eq=False, repr=False, slots=False)
class Before:
    """What persons bring along: accumulators, and rows that still wait to be mended; the benefit years before `closed`
    are closed."""

    opening: Mapping[Holder, State] = field(factory=dict)
    waiting: Mapping[str, Sequence[Waiting]] = field(factory=dict)
    closed: int | None = None


class Singly:
    """Holders one after the other."""

    def __init__(
        self, rows: Rows, policies: Sequence[PlanFor], groups: Sequence[int], outcome: Outcome, before: Before,
        closing: Sums | None,
    ) -> None:  # fmt: skip
        self.rows, self.policies, self.groups, self.outcome = rows, policies, groups, outcome
        self.before, self.closing = before, closing
        self.places: dict[str, int] = {}
        self.lifelong: dict[int, bool] = {}
        self.told: dict[int, tuple[Problem, ...]] = {}
        self.late: list[int] = []
        self.early: list[Waiting] = []

    def settle(self, mine: Ints, todo: Ints, refused: Iterable[int]) -> None:
        """The rows `todo` of a holder, in order, of all that are `mine`; `refused` are those of them that leave the
        sums unknown and are not accounted for yet."""
        rows, outcome = self.rows, self.outcome
        number = rows.text("number", mine[0]) or ""
        holder = self.groups[rows.policy[mine[0]]], number
        state = self.before.opening.get(holder) or State()
        spoilt = [*self.before.waiting.get(number, ()), *(self._waits(at, rows.problems[at][0].code) for at in refused)]
        self.places = {}
        for at in todo.tolist():
            date = datetime.date.fromordinal(int(rows.day[at]))
            plan = self.policies[rows.policy[at]](date)
            earlier = self._earlier(spoilt, mine, at, date, plan) if spoilt else None
            if earlier is not None:
                self.late.append(at)
                self.early.append(earlier)
                continue
            try:
                done = settle(lambda _, plan=plan: plan, rows.person(at), (rows.claim(at),), state)  # type: ignore[misc]
            except Problems as error:
                self.told[at] = error.problems
                spoilt.append(self._waits(at, error.problems[0].code))
                continue
            state = done.state
            outcome.put(at, done.claims[0])
        if self.closing is not None:
            self.closing.put(holder, state)
        if len(self.told) >= _AT_ONCE:
            outcome.problems.add_told(self.told)
            self.told = {}

    def tell(self) -> None:
        """Puts down the rows that are refused."""
        self.outcome.problems.add_told(self.told)
        if not self.late:
            return
        order = np.argsort(self.late).astype(np.int64)
        late = np.array(self.late, np.int64)[order]
        places = {id(one): shown(one.place) for one in self.early}
        early = [self.early[at] for at in order.tolist()]
        told = {
            "earlier": pa.array([places[id(one)] for one in early], pa.string()),
            "earlier_code": pa.array([one.code for one in early], pa.string()),
        }
        self.outcome.problems.add(Alike(EarlierRowRefused, late, self.rows.places(late), told))

    def _waits(self, at: int, code: str) -> Waiting:
        return Waiting(int(self.rows.day[at]), str(self.rows.where(at)), code, at in self.rows.reversals)

    def _earlier(
        self, spoilt: Sequence[Waiting], mine: Ints, at: int, date: datetime.date, plan: Plan
    ) -> Waiting | None:
        """A refused row because of which the sums of a row are not known."""
        if id(plan) not in self.lifelong:
            self.lifelong[id(plan)] = counts_over_a_life(plan)
        year, lifelong = year_id(date, plan.year.start), self.lifelong[id(plan)]
        for one in spoilt:
            if not one.day:
                return one
            day = datetime.date.fromordinal(one.day)
            if (
                day <= date
                and (lifelong or year_id(day, plan.year.start) == year)
                and self._before(one, mine, at, date)
            ):
                return one
        return None

    def _before(self, one: Waiting, mine: Ints, at: int, date: datetime.date) -> bool:
        """Whether a refused row comes before another of its day: one of an earlier run, or earlier in the table."""
        if one.whole or one.day < date.toordinal():
            return True
        if not self.places:
            self.places = {str(self.rows.where(other)): index for index, other in enumerate(mine.tolist())}
        return self.places.get(one.place, -1) < self.places[str(self.rows.where(at))]
