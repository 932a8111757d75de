"""What lints have in common: the problem class they extend and the policy as they look at it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from functools import cached_property
from typing import Any, ClassVar

import attrs
from attrs import frozen

from pol_lang import syntax as s
from pol_lang.problem import Problem, Severity
from pol_lang.source import Source
from polc import plan as p
from polc.load import LoadedFile
from polc.lowering.expressions import Elaborator
from polc.pipeline import Compiled, delegates
from polc.resolved import Program


class Lint(Problem):
    """The base of all lints: a warning unless the settings say otherwise."""

    severity: ClassVar[Severity] = "warning"


@frozen(eq=False, repr=False, slots=False)
class Subject:
    """A policy that compiled without errors, as the rules read it."""

    program: Program
    plan: p.Plan
    files: tuple[LoadedFile, ...]
    today: datetime.date | None = None
    """The day on which the policy is looked at; None where that is not to matter."""

    @classmethod
    def of(cls, compiled: Compiled, today: datetime.date | None = None) -> Subject | None:
        """The policy to lint; None where it has errors."""
        if compiled.plan is None or any(problem.severity == "error" for problem in compiled.problems):
            return None
        return cls(compiled.program, compiled.plan, compiled.loaded.files, today)

    @property
    def own(self) -> s.File:
        """The policy's own file, as it was written; what it uses and implements is linted by itself."""
        return self.files[-1].file

    @property
    def source(self) -> Source:
        """The source of the policy's own file."""
        return self.own.source

    @property
    def is_frame(self) -> bool:
        """Whether others build on the file: it leaves figures to be set locally, or only declares names."""
        settles = (
            s.Layer, s.Amend, s.Replace, s.Remove, s.Set, s.Copay, s.Exclude, s.Control, s.Package, s.Subsidy,
            s.Enrolment, s.Route, s.Alert, s.Target,
        )  # fmt: skip
        return delegates(self.program) or not any(isinstance(x, settles) for x in self.own.statements)

    @cached_property
    def elaborator(self) -> Elaborator:
        """Makes plan expressions of syntax, as they stand after everything has paid."""
        elaborator = Elaborator(self.program, self.plan.as_of, settling=False)
        elaborator.after_settlement = True
        return elaborator

    def is_own(self, node: s.Node) -> bool:
        """Whether a node stands in the policy's own file."""
        return node.span.source is self.source


def walk(node: Any) -> Iterator[Any]:
    """A syntax node and everything in it, in written order; spans and sources left out."""
    if isinstance(node, tuple):
        for inner in node:
            yield from walk(inner)
    elif attrs.has(type(node)) and not isinstance(node, Source):
        yield node
        for field in attrs.fields(type(node)):
            if field.name not in ("span", "source"):
                yield from walk(getattr(node, field.name))
