"""Which arms of a policy its examples take, and for the others a claim or the finding that there is none."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from attrs import frozen

from polc import plan as p
from polc.arms.arm import Arm, Key
from polc.arms.reach import reach
from polc.arms.taken import Taking
from polc.arms.witness import Plans, Reached
from polc.settlement import Settlement


@frozen(eq=False, repr=False, slots=False)
class Coverage:
    """The arms of a policy in written order, those taken, and what became of each that was not."""

    policy: str
    plan: p.Plan
    arms: tuple[Arm, ...]
    taken: frozenset[Key]
    reached: dict[Key, Reached]
    delegated: bool = False
    """Whether the policy leaves figures to localities: it settles nothing by itself, and its arms are not counted."""

    @property
    def counted(self) -> int:
        """The arms that examples may be asked to take: not those that no claim reaches, none of a policy that settles
        nothing by itself."""
        if self.delegated:
            return 0
        idle = [one for one in self.reached.values() if not one.counts]
        return len(self.arms) - len(idle)

    @property
    def missed(self) -> tuple[Arm, ...]:
        """The arms that no example takes."""
        return tuple(arm for arm in self.arms if arm.key not in self.taken)


def cover(
    policy: str, plan: p.Plan, settlements: Iterable[Settlement], delegated: bool = False, plans: Plans | None = None
) -> Coverage:
    """The coverage of a policy by settled examples; with `plans` claims are looked for on the days on which
    values change too; for a policy that is `delegated` (its figures are open) none are."""
    taking = Taking()
    arms = taking.arms(plan)
    keys = {arm.key for arm in arms.arms}
    taken = frozenset(key for settlement in settlements for key in taking(settlement)) & keys
    missed = [arm.key for arm in arms.arms if arm.key not in taken]
    reached = reach(arms, missed, taking, plans) if missed and not delegated else {}
    return Coverage(policy, plan, arms.arms, taken, reached, delegated)


def percent(covered: int, of: int) -> Fraction:
    """How much is covered, in percent; all of nothing."""
    return Fraction(100 * covered, of) if of else Fraction(100)


def percent_text(covered: int, of: int) -> str:
    """The percentage with one place, rounded down, so that 100 means all."""
    tenths = int(percent(covered, of) * 10)
    return f"{tenths // 10}.{tenths % 10}%"
