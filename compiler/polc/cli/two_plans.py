"""The two policies that a command compares, and their plans for one day."""

from __future__ import annotations

import datetime

from attrs import frozen

from pol_lang.problem import Problems
from polc.diff.obstacles import obstacles
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


def _compiled(name: str) -> Compiled:
    at = split_revision(name)
    if at is None:
        return compile_policy(name)
    return compile_policy(at[1], read=reader_at(at[0]))


def _plan(compiled: Compiled, day: datetime.date) -> tuple[Plan, tuple[str, ...]]:
    """The plan of a day and the figures it leaves to be set locally. Raises `Problems`."""
    missing = [problem for problem in compiled.problems if isinstance(problem, Unbound)]
    if not missing or any(not isinstance(x, Unbound) and x.severity == "error" for x in compiled.problems):
        return Plans(compiled, day)(day), ()
    lowered = lower(compiled.program, day, settling=False)
    if has_errors(lowered.problems):
        raise Problems(lowered.problems)
    return lowered.plan, tuple(dict.fromkeys(problem.name for problem in missing))
