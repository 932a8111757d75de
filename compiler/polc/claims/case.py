"""What a claim file or table gives once it has been read: nothing is left to look up, nothing has been settled."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from pol_lang.problem import Problem
from polc.plan import Value
from polc.settlement import Claim, Person, State


@frozen(eq=False, repr=False, slots=False)
class Arrival:
    """Something that arrives at the agency to be paid, with its facts by the names the plan gives them (when it
    arrived, say), the amount claimed in fen and the id of the claim of the same file it belongs to, where given."""

    id: str
    facts: Mapping[str, Value]
    claim: str | None = None
    amount: int | None = None


@frozen(eq=False, repr=False, slots=False)
class Case:
    """A person with claims in the order they are settled, the accumulators before the first, arrivals, and what there
    was to warn about. Invariants: facts are in the plan's units, cost parts add up, claim ids differ."""

    name: str
    person: Person
    claims: tuple[Claim, ...]
    state: State
    arrivals: tuple[Arrival, ...] = ()
    warnings: tuple[Problem, ...] = ()


@frozen(eq=False, repr=False, slots=False)
class RefusedRow:
    """A row of a table that could not be taken: its number in the file (the header is row 1), the person and the claim
    it is about as far as they can be read, and why."""

    row: int
    person: str
    claim: str
    problems: tuple[Problem, ...]


@frozen(eq=False, repr=False, slots=False)
class PersonTable:
    """Persons by number in the order of their first row, with that row; every row belongs to a person or is refused.
    `rows` counts the rows read, without the header."""

    name: str
    persons: Mapping[str, Person] = field(factory=dict)
    first_row: Mapping[str, int] = field(factory=dict)
    refused: tuple[RefusedRow, ...] = ()
    warnings: tuple[Problem, ...] = ()
    rows: int = 0


@frozen(eq=False, repr=False, slots=False)
class ClaimRow:
    """A claim of a table, with its row and whose it is."""

    row: int
    person: str
    claim: Claim


@frozen(eq=False, repr=False, slots=False)
class ClaimTable:
    """Claims in the order of their rows; every row is a claim or is refused."""

    name: str
    claims: tuple[ClaimRow, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    warnings: tuple[Problem, ...] = ()
    rows: int = 0
