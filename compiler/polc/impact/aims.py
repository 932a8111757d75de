"""What a plan watches over a population: alerts and targets, over claims settled without a trace."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from functools import cached_property

from attrs import frozen

from pol_lang.problem import Problems
from polc import plan as p
from polc.evaluate import Environment, children
from polc.fast.run import FastClaim, FastSettler
from polc.impact.result import AlertLine, Reached, TargetLine
from polc.population.alerts import tallies_at, watch
from polc.population.surroundings import after_claim, of_person
from polc.population.targets import amounts, counted, reached
from polc.settle import settle
from polc.settlement import Claim, Exact, Person, State

_TRACED = (p.Overflow, p.InPackage)
"""What only a trace tells."""


@frozen(eq=False, repr=False, slots=False)
class Settled:
    """A claim of a person, settled: the accumulators before and after it."""

    person: Person
    claim: Claim
    result: FastClaim
    before: State
    after: State


class Aims:
    """The alerts and targets of one plan, claims and persons taken in one after the other."""

    def __init__(self, settler: FastSettler, day: datetime.date) -> None:
        self._settler, self._plan, self._day = settler, settler.plan, day
        self._sums: dict[str, tuple[Exact, Exact]] = {}

    @cached_property
    def _of_claims(self) -> tuple[p.Target, ...]:
        return tuple(target for target in self._plan.targets if target.ratio is not None)

    def person(self, person: Person) -> None:
        """Takes in somebody, with claims or without."""
        for target in self._plan.targets:
            if target.ratio is None:
                try:
                    counts = counted(target, self._plan, person, self._day)
                except Problems:  # a fact is missing: counted neither above nor below
                    continue
                if counts is not None:
                    self._add(target, int(counts), 1)

    def claims(self, claims: Sequence[Settled]) -> frozenset[str]:
        """Takes in the claims of a person, in order; the alerts that they raise."""
        plan = self._plan
        if not claims or not (plan.alerts or self._of_claims):
            return frozenset()
        states = [self._state(one) for one in claims]
        for target in self._of_claims:
            assert target.ratio is not None
            for state in states:
                try:
                    found = amounts(target, target.ratio, state)
                except Problems:
                    continue
                if found is not None:
                    self._add(target, *found)
        if not plan.alerts:
            return frozenset()
        visits = ((plan, one.claim, state) for one, state in zip(claims, states, strict=True))
        found_lines = watch(claims[-1].person, visits, claims[-1].after, plan, self._day).lines
        return frozenset(line.alert for line in found_lines)

    def targets(self) -> dict[str, Reached]:
        """What the targets came to."""
        found = {}
        for target in self._plan.targets:
            top, bottom = self._sums.get(target.name, (0, 0))
            result = reached(target, self._plan, self._day, top, bottom)
            found[target.name] = Reached(target.relation, result.wanted, result.value, result.met)
        return found

    def _add(self, target: p.Target, above: Exact, below: Exact) -> None:
        top, bottom = self._sums.get(target.name, (0, 0))
        self._sums[target.name] = top + above, bottom + below

    def _state(self, one: Settled) -> Environment:
        """The state after a claim, as `after_claim` gives it."""
        plan, settler, result = self._plan, self._settler, one.result
        if self._needs_trace or any(result.moved):
            traced = settle(lambda _: plan, one.person, (one.claim,), one.before)
            return after_claim(one.person, traced.claims[0])
        env = of_person(plan, one.person, one.claim.date)
        env.claim, env.items, env.where = one.claim.facts, one.claim.items, one.claim.id
        env.parts = dict(one.claim.parts)
        env.total, env.left = result.total, result.bearers[-1]
        env.paid = dict(zip(settler.layers, result.paid, strict=True))
        env.cuts = {step.name: 0 for step in plan.body.steps if not isinstance(step, p.Layer | p.CopayCut)}
        env.borne = {field: amount for (field, _), amount in zip(settler.bearers, result.bearers, strict=True)}
        env.tallies = tallies_at(plan, one.after, one.claim)
        return env

    @cached_property
    def _needs_trace(self) -> bool:
        if any(isinstance(step, p.Package) for step in self._plan.body.steps):
            return True  # it may put cost into scope and move none of it
        todo: list[p.Expr | None] = []
        for alert in self._plan.alerts:
            todo += [*(guard.condition for guard in alert.guards), alert.watch, alert.above]
        for target in self._of_claims:
            todo += [*(target.ratio or ()), target.claims, target.among]
        while todo:
            expr = todo.pop()
            if isinstance(expr, _TRACED):
                return True
            if expr is not None:
                todo.extend(children(expr))
        return False


class Alerts:
    """How many persons the alerts of two plans are raised for."""

    def __init__(self, plans: tuple[p.Plan, p.Plan], above: int | None) -> None:
        self._plans, self._above = plans, above
        self._counts: dict[str, list[int]] = {}

    def add(self, raised: tuple[frozenset[str], frozenset[str]], borne: tuple[int, int]) -> None:
        """A person: the alerts raised and what the person bears, under the old and the new plan."""
        old, new = raised
        if self._above is not None:
            old, new = (
                names | {""} if amount > self._above else names for names, amount in zip(raised, borne, strict=True)
            )
        for name in old | new:
            counts = self._counts.setdefault(name, [0, 0, 0, 0])
            for at, holds in enumerate((name in old, name in new, name in new - old, name in old - new)):
                counts[at] += holds

    def lines(self) -> tuple[AlertLine, ...]:
        """A line for what was asked for, then one for each alert of either plan."""
        names = ["", *(alert.name for plan in reversed(self._plans) for alert in plan.alerts)]
        having = [{"", *(alert.name for alert in plan.alerts)} for plan in self._plans]
        found = []
        for name in dict.fromkeys(names[self._above is None :]):
            counts = self._counts.get(name, [0, 0, 0, 0])
            old, new = (count if name in known else None for count, known in zip(counts[:2], having, strict=True))
            found.append(AlertLine(name, None if name else self._above, old, new, counts[2], counts[3]))
        return tuple(found)


def target_lines(plans: tuple[p.Plan, p.Plan], aims: Sequence[Aims]) -> tuple[TargetLine, ...]:
    """A line for each target of either plan."""
    sides = [one.targets() for one in aims]
    names: Iterable[str] = dict.fromkeys(target.name for plan in reversed(plans) for target in plan.targets)
    return tuple(TargetLine(name, sides[0].get(name), sides[1].get(name)) for name in names)
