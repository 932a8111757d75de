"""The two policies that a command compares, and their plans for one day."""

from __future__ import annotations

import datetime

from attrs import frozen

from pol_lang.problem import Problems
from polc.diff.obstacles import LeftOpen, obstacles
from polc.impact.in_force import AsIfInForce
from polc.impact.problems import ListOfPolicies
from polc.lowering.lower import first_day, lower
from polc.lowering.name_problems import Unbound
from polc.pipeline import Compiled, Plans, compile_policy, has_errors
from polc.plan import Plan
from polc.revisions import reader_at, split_revision


@frozen(eq=False, repr=False, slots=False)
class TwoPlans:
    """The plans of one day, and the figures each leaves to be set locally."""

    old: Plan
    new: Plan
    left_open: tuple[tuple[str, ...], tuple[str, ...]]

    def settling(self) -> tuple[Plan, Plan]:
        """Both plans, to settle by. Raises `Problems` where one leaves figures open."""
        if any(self.left_open):
            raise Problems(obstacles(self.old, self.new, self.left_open))
        return self.old, self.new


def two_plans(old: str, new: str, as_of: datetime.date | None) -> TwoPlans:
    """The plans of two policies (files, standard policies or REVISION:path), for the first day on which both apply.
    Raises `Problems`."""
    compiled = [_compiled(name) for name in (old, new)]
    day = as_of or max(first_day(one.program) for one in compiled)
    (before, open_before), (after, open_after) = (_plan(one, day) for one in compiled)
    return TwoPlans(before, after, (open_before, open_after))


def compared_policies(
    old: str, new: str, days: tuple[datetime.date | None, datetime.date | None]
) -> tuple[AsIfInForce, AsIfInForce]:
    """Two policies to settle the same claims by, each with the values of a day where one is given. Raises `Problems`,
    also where one leaves figures open."""
    found = []
    for name, day in zip((old, new), days, strict=True):
        compiled = _compiled(name, day)
        left_open = _left_open(compiled)
        if left_open:
            raise Problems([LeftOpen(where=compiled.name, policy=compiled.program.name, names=left_open)])
        found.append(AsIfInForce(compiled, day))
    return found[0], found[1]


def _compiled(name: str, day: datetime.date | None = None) -> Compiled:
    if name.endswith(".toml"):
        raise Problems([ListOfPolicies(where=name)])
    at = split_revision(name)
    if at is None:
        return compile_policy(name, day)
    return compile_policy(at[1], day, read=reader_at(at[0]))


def _plan(compiled: Compiled, day: datetime.date) -> tuple[Plan, tuple[str, ...]]:
    """The plan of a day and the figures it leaves to be set locally. Raises `Problems`."""
    left_open = _left_open(compiled)
    if not left_open:
        return Plans(compiled, day)(day), ()
    lowered = lower(compiled.program, day, settling=False)
    if has_errors(lowered.problems):
        raise Problems(lowered.problems)
    return lowered.plan, left_open


def _left_open(compiled: Compiled) -> tuple[str, ...]:
    """The figures that are left to be set locally, where that is all that is wrong."""
    wrong = [problem for problem in compiled.problems if problem.severity == "error"]
    missing = [problem for problem in wrong if isinstance(problem, Unbound)]
    return tuple(dict.fromkeys(problem.name for problem in missing)) if len(missing) == len(wrong) else ()
