"""All rules over one policy."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping

from pol_lang import syntax as s
from pol_lang.problem import Problem
from pol_lang.source import Span
from polc.lints.amended_twice import AmendedTwice, amended_twice
from polc.lints.cliff import Cliff, cliff
from polc.lints.dead_guard import DeadGuard, dead_guard
from polc.lints.levels import Level, at_level
from polc.lints.lint import Lint, Subject
from polc.lints.lowering_tilt import LoweringTilt, lowering_tilt
from polc.lints.no_source import NoSource, no_source
from polc.lints.odd_figure import OddFigure, odd_figure
from polc.lints.past_values import PastValue, past_values
from polc.lints.rates_fall import FallingRate, rates_fall
from polc.lints.unreached_cap import UnreachedCap, unreached_cap
from polc.lints.unused_name import UnusedName, unused_name
from polc.lints.unused_use import UnusedUse, unused_use
from polc.lints.whole_amount import WholeAmount, whole_amount
from polc.pipeline import Compiled

Rule = Callable[[Subject], Iterator[Problem]]

RULES: tuple[tuple[Rule, type[Lint]], ...] = (
    (unused_name, UnusedName),
    (dead_guard, DeadGuard),
    (unreached_cap, UnreachedCap),
    (rates_fall, FallingRate),
    (lowering_tilt, LoweringTilt),
    (cliff, Cliff),
    (whole_amount, WholeAmount),
    (no_source, NoSource),
    (amended_twice, AmendedTwice),
    (past_values, PastValue),
    (unused_use, UnusedUse),
    (odd_figure, OddFigure),
)

_ALLOW = re.compile(r"#\s*polc:\s*allow\s+([A-Za-z0-9-]+(?:\s*,\s*[A-Za-z0-9-]+)*)")


def lint_names() -> dict[str, str]:
    """The code of every lint by its name (`unreached-cap`) and by its code, in small letters."""
    found = {rule.__name__.replace("_", "-"): cls.code for rule, cls in RULES}
    return found | {cls.code.lower(): cls.code for _, cls in RULES}


def lint(
    compiled: Compiled, levels: Mapping[str, Level] | None = None, today: datetime.date | None = None
) -> tuple[Problem, ...]:
    """What the rules find in a policy that compiled without errors, as serious as `levels` (by code) has it. With
    `today`, values that have run out by that day are told too.

    A line that ends in `# polc: allow W603` (or several, with commas, and a reason after them) is passed over; on the
    line of `policy` it holds for the whole file.
    """
    subject = Subject.of(compiled, today)
    if subject is None:
        return ()
    levels = levels or {}
    heads = [x.span for x in subject.own.statements if isinstance(x, s.Policy)]
    whole = _allowed_on(heads[0]) if heads else frozenset()
    found: list[Problem] = []
    for rule, cls in RULES:
        level = levels.get(cls.code, "warn")
        if level == "off":
            continue
        told = [problem for problem in rule(subject) if problem.code not in whole and not _allowed(problem)]
        found += [taken for problem in told if (taken := at_level(problem, level)) is not None]
    return tuple(found)


def _allowed(problem: Problem) -> bool:
    """Whether the line of a problem says that it is meant."""
    return problem.span is not None and problem.code in _allowed_on(problem.span)


def _allowed_on(span: Span) -> frozenset[str]:
    """The codes that the first line of a span allows."""
    match = _ALLOW.search(span.source.line(span.line))
    if match is None:
        return frozenset()
    names = lint_names()
    return frozenset(names.get(name.strip().lower(), "") for name in match[1].split(","))
