"""What a policy watches over a population, alerts and targets, over the rows of a part: `Aims`.

Columns tell most of it (`polc.impact.kinds`). Persons of whom they do not tell all are gone through claim by claim.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from attrs import field, frozen

from polc import plan as p
from polc.batch.fact_columns import Ints, Mask
from polc.batch.order import order_of
from polc.batch.outcome import SETTLED, Outcome
from polc.batch.parts import Part
from polc.batch.rows import Rows
from polc.impact.by_person import Persons, total
from polc.impact.claim_by_claim import ClaimByClaim
from polc.impact.in_force import AsIfInForce
from polc.impact.kinds import OF_THE_SETTLEMENT, Amount, Asked, Unusual, nodes
from polc.impact.on_the_day import OnTheDay
from polc.impact.running import running
from polc.impact.sums import Sums

_Ratio = tuple[str, Ints, Mask, Amount, Amount]
"""A target over some claims: its name, which they are, which of them count, what they add above and below."""


@frozen(eq=False, repr=False, slots=False)
class Raised:
    """By alert whether it is raised for each person; by target what is added above and below its share, in whole
    numbers by what they are over."""

    persons: dict[str, Mask] = field(factory=dict)
    targets: Sums = field(factory=dict)


class Aims:
    """The alerts and targets of one policy. `day` gives the day on which persons are looked at."""

    def __init__(self, plans: AsIfInForce, people: OnTheDay, day: Callable[[], datetime.date | None]) -> None:
        self.plans, self._people, self._day = plans, people, day

    def plan(self) -> p.Plan:
        """The plan by which persons are looked at."""
        return self.plans.to_look_by(self._day())

    def look(self, rows: Rows, outcome: Outcome, persons: Persons, part: Part) -> Raised:
        """What comes of a part whose rows were settled by this policy, over the rows of `persons`."""
        found = Raised()
        plans = [plan for plan in outcome.plans if plan.alerts or any(t.ratio for t in plan.targets)]
        if plans and len(persons):
            self._of_claims(rows, outcome, persons, found)
        plan = self.plan()
        watched = [alert for alert in plan.alerts if not of_claims(alert)]
        counted = [target for target in plan.targets if target.ratio is None]
        if watched or counted:
            self._people.look(plan, rows, persons, part, watched, counted, self._day(), found.persons, found.targets)
        return found

    def _of_claims(self, rows: Rows, outcome: Outcome, persons: Persons, found: Raised) -> None:
        """Alerts and targets that look at claims."""
        singly = np.zeros(len(persons), bool)
        ratios: list[_Ratio] = []
        raised: dict[str, Mask] = {
            alert.name: np.zeros(len(persons.rows), bool)
            for plan in outcome.plans for alert in plan.alerts if of_claims(alert)
        }  # fmt: skip
        reads_parts = False
        person = np.repeat(np.arange(len(persons)), persons.claims)
        order = order_of(rows, [0])
        try:
            tallies = running(rows, outcome, order)
            reads_parts = tallies.reads_parts
            for at, plan in enumerate(outcome.plans):
                mine = np.flatnonzero(outcome.plan[persons.rows] == at)
                asked = Asked(plan, rows, outcome, persons.rows[mine], tallies.at(persons.rows[mine]))
                for alert in plan.alerts:
                    if of_claims(alert):
                        held = asked.holds(alert.guards) & _above(asked.amount(alert.watch), asked.amount(alert.above))
                        raised[alert.name][mine] |= held
                for target in plan.targets:
                    if target.ratio is not None:
                        guards = [p.Guard(x, target.origin) for x in (target.claims, target.among) if x is not None]
                        above, below = (asked.amount(expr) for expr in target.ratio)
                        held = asked.holds(guards) & above.known & below.known
                        ratios.append((target.name, mine, held, above, below))
                reads_parts |= asked.reads_parts
            touched = _touched(rows, outcome) if reads_parts else np.zeros(0, np.int64)
        except Unusual:
            singly[:] = True
        if reads_parts and not singly.all():
            numbers = rows.own["number"].take(pa.array(touched))
            singly |= np.asarray(pc.is_in(persons.numbers, value_set=numbers))
        kept = ~singly[person]
        if not singly.all():
            for name, mask in raised.items():
                by_person = found.persons.setdefault(name, np.zeros(len(persons), bool))
                np.logical_or.at(by_person, person[mask & kept], True)
            for name, mine, held, above, below in ratios:
                mask = held & kept[mine]
                _put(found.targets, name, "top", above.den, total(above.values[mask]))
                _put(found.targets, name, "bottom", below.den, total(below.values[mask]))
        if singly.any():
            one_by_one = ClaimByClaim(rows, outcome, self.plan(), self._day())
            for at in np.flatnonzero(singly).tolist():
                compared = persons.rows[persons.starts[at] : persons.starts[at] + persons.claims[at]]
                names, targets = one_by_one.look(compared.tolist())
                for name in names & set(raised):
                    found.persons.setdefault(name, np.zeros(len(persons), bool))[at] = True
                for name, which, amount in targets:
                    exact = Fraction(amount)
                    _put(found.targets, name, which, exact.denominator, exact.numerator)


def _touched(rows: Rows, outcome: Outcome) -> Ints:
    """The rows whose parts of the cost a cut has changed, or may have. Raises `Unusual`."""
    found = outcome.touched
    for at, plan in enumerate(outcome.plans):
        mine = np.flatnonzero((outcome.status == SETTLED) & (outcome.plan == at))
        asked = Asked(plan, rows, outcome, mine)
        for step in plan.body.steps:
            if isinstance(step, p.Package):  # it may change parts and move nothing
                found[mine] |= asked.holds(step.guards, each=isinstance(plan.root, p.HighestOf))
    return np.flatnonzero(found & (outcome.status == SETTLED))


def of_claims(alert: p.Alert) -> bool:
    """Whether an alert looks at claims: their amounts, their facts, or running sums."""
    exprs = [*(guard.condition for guard in alert.guards), alert.watch, alert.above]
    return any(
        isinstance(node, OF_THE_SETTLEMENT) or (isinstance(node, p.Fact) and node.of != "person")
        for node in nodes(exprs)
    )


def _above(watch: Amount, above: Amount) -> Mask:
    left, right = watch.values, above.values
    if watch.den != above.den or watch.den != 1:
        left, right = watch.values.astype(object) * above.den, above.values.astype(object) * watch.den
    return np.asarray(left > right, bool) & watch.known & above.known


def _put(targets: Sums, name: str, which: str, den: int, amount: int) -> None:
    mine = targets.setdefault(name, {"top": {}, "bottom": {}})[which]
    mine[str(den)] = mine.get(str(den), 0) + amount
