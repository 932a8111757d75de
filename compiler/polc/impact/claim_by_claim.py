"""Alerts and targets of persons whose claims are looked at one by one: `ClaimByClaim`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np

from pol_lang.problem import Problems
from polc import plan as p
from polc.batch.fact_columns import Ints
from polc.batch.order import order_of
from polc.batch.outcome import SETTLED, Outcome
from polc.batch.rows import Rows
from polc.evaluate import Environment
from polc.population.alerts import watch
from polc.population.surroundings import after_claim
from polc.population.targets import amounts
from polc.settle import settle
from polc.settlement import Claim, Exact, State


class ClaimByClaim:
    """The rows of a part that a policy settled, settled again with every step kept."""

    def __init__(self, rows: Rows, outcome: Outcome, plan: p.Plan, day: datetime.date | None) -> None:
        self._rows, self._outcome, self._plan, self._day = rows, outcome, plan, day
        order = order_of(rows, [0])
        self._order = order
        self._holder = np.full(len(rows), -1, np.int64)
        self._holder[order.rows] = np.repeat(np.arange(len(order.offsets) - 1), np.diff(order.offsets))

    def look(self, compared: Sequence[int]) -> tuple[set[str], list[tuple[str, str, Exact]]]:
        """For the rows of one person that are compared: the alerts of claims that they raise, and what they add above
        (top) and below (bottom) the shares of targets."""
        rows, outcome = self._rows, self._outcome
        chosen = frozenset(compared)
        mine: Ints = self._order.of(int(self._holder[compared[0]]))
        visits: list[tuple[p.Plan, Claim, Environment]] = []
        sums: list[tuple[str, str, Exact]] = []
        state = State()
        for at in mine.tolist():
            if outcome.status[at] != SETTLED:
                continue
            plan = outcome.plans[outcome.plan[at]]
            done = settle(lambda _, plan=plan: plan, rows.person(at), (rows.claim(at),), state)  # type: ignore[misc]
            state = done.state
            if at not in chosen:
                continue
            env = after_claim(done.person, done.claims[0])
            visits.append((plan, done.claims[0].claim, env))
            for target in plan.targets:
                if target.ratio is not None:
                    try:
                        found = amounts(target, target.ratio, env)
                    except Problems:
                        continue
                    if found is not None:
                        sums += [(target.name, "top", found[0]), (target.name, "bottom", found[1])]
        day = self._day or self._plan.as_of
        lines = watch(rows.person(compared[-1]), visits, state, self._plan, day).lines
        return {line.alert for line in lines}, sums
