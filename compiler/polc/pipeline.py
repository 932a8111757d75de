"""From a policy's name to its plan for a day: load → resolve → lower. No logic of its own."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from attrs import evolve, frozen

from pol_lang import syntax as s
from pol_lang.problem import Note, Problem, Problems
from polc.load import Loaded, Reader, load, read_file
from polc.localities import left_to_localities
from polc.lowering.lower import Lowered, lower
from polc.lowering.name_problems import NoValueThen, Unbound
from polc.plan import Plan
from polc.resolve import resolve
from polc.resolved import Program


@frozen(eq=False, repr=False, slots=False)
class Compiled:
    """A policy as far as it could be compiled. Invariant: without a plan there is an error among the problems."""

    name: str
    loaded: Loaded
    program: Program
    plan: Plan | None
    problems: tuple[Problem, ...]
    lowered: tuple[Lowered, ...] = ()
    """The days tried on the way to the plan, the first day first."""

    @property
    def usable(self) -> Plan:
        """The plan; raises `Problems` where the policy has errors."""
        if self.plan is None or has_errors(self.problems):
            raise Problems(_for_whoever_settles(self))
        return self.plan


def _for_whoever_settles(compiled: Compiled) -> tuple[Problem, ...]:
    """The problems of a policy that is to settle claims: figures that it leaves to localities are told as one."""
    missing = [problem for problem in compiled.problems if isinstance(problem, Unbound)]
    if not missing or not delegates(compiled.program):
        return compiled.problems
    rest = tuple(problem for problem in compiled.problems if not isinstance(problem, Unbound))
    return (*rest, left_to_localities(compiled.name, missing))


def has_errors(problems: Sequence[Problem]) -> bool:
    """Whether one of the problems is more than a warning."""
    return any(problem.severity == "error" for problem in problems)


def compile_policy(
    name: str, as_of: datetime.date | None = None, *, settling: bool | None = True, read: Reader = read_file
) -> Compiled:
    """The policy compiled as of a day, with every problem found. Without a day it is the first on which it applies or,
    where it has errors then, the first on which other values hold and it has none: claims are settled by the plan of
    their own days.

    A step that a policy failed is its last: what follows would only complain about what is missing. With `settling`
    false, parameters left to a locality may stay open; None: those that the file itself leaves open. `read` gives the
    bytes of files.
    """
    loaded = load(name, read)
    program = resolve(loaded)
    if has_errors(loaded.problems):
        return Compiled(name, loaded, program, None, loaded.problems)
    settling = not delegates(program) if settling is None else settling
    tried = [lower(program, as_of, settling=settling)]
    if as_of is None and has_errors(tried[0].problems):
        for day in later_days(tried[0]):
            tried.append(lower(program, day, settling=settling))
            if not has_errors(tried[-1].problems):
                break
    taken = next((one for one in tried if not has_errors(one.problems)), tried[0])
    return Compiled(name, loaded, program, taken.plan, (*program.problems, *taken.problems), tuple(tried))


def later_days(lowered: Lowered) -> tuple[datetime.date, ...]:
    """The days after the plan's own, while all documents are in force, on which other values hold."""
    plan = lowered.plan
    last = min((document.until for document in plan.documents if document.until), default=datetime.date.max)
    return tuple(sorted(day for day in lowered.changes if plan.as_of < day <= last))


def problems_of_all_days(compiled: Compiled, *, settling: bool | None = True) -> tuple[Problem, ...]:
    """The problems of a policy on every stretch of days between which values change, each once; those that the first
    day does not have say the day from which they are there. That a value begins later or ends is told of the first day
    alone: gaps between values are looked at by themselves (W610)."""
    if not compiled.lowered:
        return compiled.problems
    program, first = compiled.program, compiled.lowered[0]
    known = {one.plan.as_of: one for one in compiled.lowered}
    settling = not delegates(program) if settling is None else settling
    found: list[Problem] = []
    told: set[tuple[str, str, int]] = set()
    for day in (first.plan.as_of, *later_days(first)):
        lowered = known.get(day) or lower(program, day, settling=settling)
        new = [problem for problem in lowered.problems if _place(problem) not in told]
        if lowered is not first:
            new = [_from_day(problem, day) for problem in new if not isinstance(problem, NoValueThen)]
        found += new
        told.update(map(_place, new))
    return (*program.problems, *found)


def _place(problem: Problem) -> tuple[str, str, int]:
    span = problem.span
    return (problem.code, "", -1) if span is None else (problem.code, span.source.name, span.start)


def _from_day(problem: Problem, day: datetime.date) -> Problem:
    if problem.span is None:
        return problem.changed(where=day.isoformat())
    return problem.changed(notes=(*problem.notes, Note(problem.span, f"从 {day} 起", f"from {day} on")))


def delegates(program: Program) -> bool:
    """Whether the policy itself (not its parents) leaves a figure to be set locally: it is to be implemented."""
    return any(
        (isinstance(statement, s.Parameter) and statement.bounds is not None)
        or (isinstance(statement, s.BandTable) and not statement.bands)
        for statement in program.statements
        if isinstance(statement, s.Parameter | s.BandTable)
        and statement.name.text in program.own
        and statement.name.text not in program.settings
    )


def in_force(plan: Plan, day: datetime.date) -> bool:
    """Whether all documents of a plan hold on a day."""
    return all(document.holds_on(day) for document in plan.documents)


class Plans:
    """The plans of a program by date: `plans(date)`, each stretch of days with the same values compiled once.

    Raises `Problems` for a day on which the policy has errors (a value past its end, say). With `as_of` every date
    gets the plan of that day; with `dated` a plan carries the very day asked for, for people to read.
    """

    def __init__(self, compiled: Compiled, as_of: datetime.date | None = None, *, dated: bool = False) -> None:
        self._dated = dated
        self._program = compiled.program
        self._as_of = as_of
        self._plans: list[Plan] = []
        compiled.usable  # noqa: B018 - refuses a policy with errors before the first claim
        if compiled.plan is not None:
            self._plans.append(compiled.plan)

    def __call__(self, date: datetime.date) -> Plan:
        """The plan that holds on a date."""
        day = self._as_of or date
        for plan in self._plans:
            if (plan.since or datetime.date.min) <= day < (plan.expires or datetime.date.max):
                return self._for_day(plan, day)
        lowered = lower(self._program, day)
        if has_errors(lowered.problems):
            if self._plans and not in_force(self._plans[0], day):
                return self._plans[0]  # settling says that no document holds on that day, and of values nothing
            raise Problems(lowered.problems)
        self._plans.append(lowered.plan)
        return lowered.plan

    def _for_day(self, plan: Plan, day: datetime.date) -> Plan:
        if not self._dated or plan.as_of == day:
            return plan
        same = evolve(plan, as_of=day)
        self._plans.insert(0, same)
        return same
