"""What two plans come to over the same claims. Amounts are fen."""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Literal as OneOf

from attrs import frozen

from pol_lang.problem import Problem

EDGES = (10_000, 100_000, 500_000, 1_000_000, 5_000_000)
"""The upper edges (included) of the bands that changes are sorted into, in fen; the last band has no end."""
MOST_AFFECTED = 10
DECILES = 10
LISTED = 1000
"""So many rows left out are listed."""


@frozen(eq=False, repr=False, slots=False)
class PayerLine:
    """What a bearer bears under the old and the new plan; `means` is what its name means in Chinese and in English,
    where the name is of the other language and that is known."""

    field: str
    name: str
    old: int
    new: int
    means: tuple[str, str] = ("", "")


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
    """Those who hold an identity (None: those without any): what all their claims cost and who bears it. `means` is
    what the identity means, as in `PayerLine`."""

    identity: str | None
    tally: Tally
    cost: int
    payers: tuple[PayerLine, ...]
    means: tuple[str, str] = ("", "")


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
class Told:
    """A problem of a row, as it is told: its code, the sentence in both languages."""

    code: str
    zh: str
    en: str


@frozen(eq=False, repr=False, slots=False)
class RefusedBoth:
    """A row that is not in the figures: file, row, person, claim and cost as far as known, why each plan refuses it;
    one that would have settled it has no problems."""

    file: str
    row: int
    person: str
    claim: str
    cost: int | None
    old: tuple[Told, ...]
    new: tuple[Told, ...]


@frozen(eq=False, repr=False, slots=False)
class PlanUsed:
    """The values of some days (first day, day after the last; None: no such) by which claims were settled, the
    fingerprint of the plan, how many claims."""

    since: str | None
    until: str | None
    hash: str
    claims: int


@frozen(eq=False, repr=False, slots=False)
class SideUsed:
    """What one of the policies settled claims by. `as_of`: the day asked for, whose values held for all (`holds`: the
    policy is in force then). Else `own`
    claims were settled with the values of their own day, `before` with those of `first` as they are of a day before the
    policy is in force, `after` with those of `last` as they are of one after it.

    `refused` counts rows that this policy refuses, by the code of the first reason, `items` cost items that it does not
    settle; `interpreted` claims that machine
    code left to the interpreter, `reasons` why machine code could not be used.
    """

    as_of: datetime.date | None
    holds: bool
    first: datetime.date | None
    last: datetime.date | None
    own: int
    before: int
    after: int
    plans: tuple[PlanUsed, ...]
    refused: dict[str, int]
    items: dict[str, int]
    interpreted: int
    reasons: tuple[str, ...]


@frozen(eq=False, repr=False, slots=False)
class Rows:
    """Rows of claims, or what they cost in fen: all that were `read`, those `settled` by both policies, those that are
    reversed or reverse others (`cancelled`), those `left_out`."""

    read: int
    settled: int
    cancelled: int
    left_out: int


@frozen(eq=False, repr=False, slots=False)
class Impact:
    """Two policies over one table of claims. `most` are the persons whose burden changes most (at most ten; where alike
    the costlier first, then by number). `refused` are the first rows left out (`refused_people` the first refused rows
    of tables of persons); `unreadable` counts those whose cost cannot be read, `only_one` those that one of the two
    policies would settle.

    Invariants: rows and their cost add up to what was read; the payers' amounts add up to what was settled under each
    policy; `all` has every person with settled claims once, `groups` once in each identity held, `deciles` once (none
    where there are fewer than ten).
    """

    name: str
    rows: Rows
    billed: Rows
    unreadable: int
    only_one: int
    used: tuple[SideUsed, SideUsed]
    payers: tuple[PayerLine, ...]
    all: Tally
    groups: tuple[GroupLine, ...]
    deciles: tuple[DecileLine, ...]
    sizes: tuple[SizeLine, ...]
    most: tuple[PersonChange, ...]
    alerts: tuple[AlertLine, ...]
    targets: tuple[TargetLine, ...]
    refused: tuple[RefusedBoth, ...]
    refused_people: tuple[RefusedBoth, ...]
    warnings: tuple[Problem, ...]

    @property
    def borne(self) -> tuple[int, int]:
        """What the persons bear of it under the old and the new policy."""
        return self.payers[-1].old, self.payers[-1].new
