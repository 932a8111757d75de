"""Which arms of a policy its examples take, and for the others a claim or the finding that there is none."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import frozen

from polc import plan as p
from polc.arms.arm import Arm, Key
from polc.arms.reach import Reached, reach
from polc.arms.taken import Taking
from polc.settlement import Settlement


@frozen(eq=False, repr=False, slots=False)
class Coverage:
    """The arms of a policy in written order, those taken, and what became of each that was not."""

    policy: str
    plan: p.Plan
    arms: tuple[Arm, ...]
    taken: frozenset[Key]
    reached: dict[Key, Reached]

    @property
    def missed(self) -> tuple[Arm, ...]:
        """The arms that no example takes."""
        return tuple(arm for arm in self.arms if arm.key not in self.taken)


def cover(policy: str, plan: p.Plan, settlements: Iterable[Settlement], search: bool = True) -> Coverage:
    """The coverage of a policy by settled examples; without `search` no claims are looked for."""
    taking = Taking()
    arms = taking.arms(plan)
    keys = {arm.key for arm in arms.arms}
    taken = frozenset(key for settlement in settlements for key in taking(settlement)) & keys
    missed = [arm.key for arm in arms.arms if arm.key not in taken]
    reached = reach(arms, missed, taking) if search and missed else {}
    return Coverage(policy, plan, arms.arms, taken, reached)


def percent(covered: int, of: int) -> Fraction:
    """How much is covered, in percent; all of nothing."""
    return Fraction(100 * covered, of) if of else Fraction(100)


def percent_text(covered: int, of: int) -> str:
    """The percentage with one place, rounded down, so that 100 means all."""
    tenths = int(percent(covered, of) * 10)
    return f"{tenths // 10}.{tenths % 10}%"
