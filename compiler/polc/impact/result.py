"""What two plans come to over the same claims. Amounts are fen."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal as OneOf

from attrs import frozen

from pol_lang.problem import Problem

EDGES = (10_000, 100_000, 500_000, 1_000_000, 5_000_000)
"""The upper edges (included) of the bands that changes are sorted into, in fen; the last band has no end."""
MOST_AFFECTED = 10
DECILES = 10


@frozen(eq=False, repr=False, slots=False)
class PayerLine:
    """What a bearer bears under the old and the new plan."""

    field: str
    name: str
    old: int
    new: int


@frozen(eq=False, repr=False, slots=False)
class PersonChange:
    """A person with settled claims: identities held on them, number of claims, their cost, what the person bears of it
    under the old and the new plan."""

    id: str
    identities: tuple[str, ...]
    claims: int
    cost: int
    old: int
    new: int

    @property
    def change(self) -> int:
        """What the person bears more (less, where negative)."""
        return self.new - self.old


@frozen(eq=False, repr=False, slots=False)
class Tally:
    """How many of some persons gain, lose and stay, and what they are spared and burdened with in all."""

    gain: int
    lose: int
    stay: int
    spared: int
    burdened: int

    @property
    def persons(self) -> int:
        """All of them."""
        return self.gain + self.lose + self.stay


@frozen(eq=False, repr=False, slots=False)
class GroupLine:
    """Those who hold an identity (None: those without any): what all their claims cost and who bears it."""

    identity: str | None
    tally: Tally
    cost: int
    payers: tuple[PayerLine, ...]


@frozen(eq=False, repr=False, slots=False)
class DecileLine:
    """A tenth of the persons by what their claims cost in all, the cheapest first: what it costs from and to, what it
    comes to, what the persons bear of it."""

    number: int
    least: int
    most: int
    cost: int
    old: int
    new: int
    tally: Tally


@frozen(eq=False, repr=False, slots=False)
class SizeLine:
    """Those whose change lies above `over` up to `up_to` fen (None: no end)."""

    over: int
    up_to: int | None
    tally: Tally


@frozen(eq=False, repr=False, slots=False)
class AlertLine:
    """How many persons an alert is raised for under each plan (None: the plan has no such alert), how many of them only
    under the new one, and only under the old one. Without a `name` it is the line asked for: own burden above `above`.
    """

    name: str
    above: int | None
    old: int | None
    new: int | None
    newly: int
    no_longer: int


@frozen(eq=False, repr=False, slots=False)
class Reached:
    """A target under one plan: what is wanted, the value (None: nothing to measure), whether it is met."""

    relation: OneOf["at_least", "at_most", "about"]
    wanted: int | Fraction
    value: Fraction | None
    met: bool | None


@frozen(eq=False, repr=False, slots=False)
class TargetLine:
    """A target under both plans; None where a plan does not have it."""

    name: str
    old: Reached | None
    new: Reached | None


@frozen(eq=False, repr=False, slots=False)
class RefusedBoth:
    """A row that is not in the figures: file, row, person and claim as far as known, why each plan refuses it; one that
    would have settled it has no problems."""

    file: str
    row: int
    person: str
    claim: str
    old: tuple[Problem, ...]
    new: tuple[Problem, ...]


@frozen(eq=False, repr=False, slots=False)
class Impact:
    """Two plans over one table of claims. `cost` is the total cost of the claims settled, `most` the persons whose
    burden changes most (at most ten; where alike the costlier first, then by number).

    Invariants: the payers' amounts add up to what was settled under each plan; every row of the table is
    among the `settled` claims or `refused`; `all` has every person with settled claims once, `groups` once in each
    identity held, `deciles` once (none where there are fewer than ten).
    """

    name: str
    rows: int
    settled: int
    cost: int
    payers: tuple[PayerLine, ...]
    all: Tally
    groups: tuple[GroupLine, ...]
    deciles: tuple[DecileLine, ...]
    sizes: tuple[SizeLine, ...]
    most: tuple[PersonChange, ...]
    alerts: tuple[AlertLine, ...]
    targets: tuple[TargetLine, ...]
    refused: tuple[RefusedBoth, ...]
    warnings: tuple[Problem, ...]

    @property
    def borne(self) -> tuple[int, int]:
        """What the persons bear of it under the old and the new plan."""
        return self.payers[-1].old, self.payers[-1].new
