"""The band tables that a file writes, for the rules about them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pol_lang import syntax as s
from polc.lints.lint import Subject
from polc.lowering.folding import constant, leaves_of_cases

Table = s.BandTable | s.Set | s.Bands


def tables_of(subject: Subject) -> Iterator[tuple[Table, tuple[s.Band, ...]]]:
    """The tables with bands in the policy's own file, named ones and those within layers."""
    for statement in subject.own.statements:
        inner = statement.statement if isinstance(statement, s.Replace) else statement
        if isinstance(inner, s.BandTable | s.Set) and inner.bands:
            yield inner, inner.bands
        if isinstance(inner, s.Layer | s.Amend):
            for step in inner.steps:
                if isinstance(step, s.Bands) and step.bands:
                    yield step, step.bands


def rates_of(subject: Subject, band: s.Band) -> list[Fraction]:
    """The rates that a band can have, one per case in written order; empty where they are not fixed rates."""
    value, unit = subject.elaborator.expr(band.value)
    if unit != "ratio":
        return []
    found: list[Fraction] = []
    for leaf in leaves_of_cases(value):
        rate = constant(leaf)
        if not isinstance(rate, int | Fraction) or isinstance(rate, bool):
            return []
        found.append(Fraction(rate))
    return found
