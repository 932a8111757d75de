"""A policy as one program: the files merged, later documents applied over earlier ones, every name declared once."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from pol_lang import syntax as s
from pol_lang.problem import Problem

PARTS: Mapping[str, str] = {
    "医疗费总额": "total", "全自费费用": "noncovered", "超限价自费费用": "overlimit", "先行自付费用": "copay",
    "政策范围内费用": "inscope",
    "total_cost": "total", "noncovered_cost": "noncovered", "overlimit_cost": "overlimit", "copay_cost": "copay",
    "eligible_cost": "inscope",
}  # fmt: skip
"""The built-in cost parts by the names they may be written with."""

PART_NAMES: Mapping[str, str] = {part: name for name, part in reversed(list(PARTS.items()))}
"""The name a cost part is shown by."""


@frozen(eq=False, repr=False, slots=False)
class Symbol:
    """A declared name: `kind` is fact, identity, group, list, parameter, table, bands, define, layer, bearer, package,
    control, shared_cap, tally, subsidy, enrolment, route, alert, target or part."""

    kind: str
    name: str
    statement: s.Statement


@frozen(eq=False, repr=False, slots=False)
class Program:
    """A merged policy.

    Invariants: `symbols` are found by every name they may be written with, their own among these, and names are unique;
    `statements` are in written order, parents' before their children's, with amendments,
    replacements and removals applied and `set` statements taken out into `settings`; `policies` are the heads of all
    documents, the policy itself last; `documents` gives the label of the document a source holds.
    """

    name: str
    policies: tuple[s.Policy, ...]
    documents: Mapping[str, str]
    symbols: Mapping[str, Symbol]
    statements: tuple[s.Statement, ...]
    settings: Mapping[str, s.Set]
    readings: tuple[s.CopayReading | s.YearReading | s.DerivedReading, ...]
    highest: s.Highest | None
    examples: tuple[s.Example, ...]
    recorded: tuple[s.Recorded, ...]
    own: frozenset[str]
    problems: tuple[Problem, ...]
