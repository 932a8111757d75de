"""A case that reaches arms, and what became of an arm that was looked for."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Literal as OneOf

from attrs import frozen

from polc import plan as p
from polc import settlement as s
from polc.arms.arm import Key


@frozen(eq=False, repr=False, slots=False)
class Witness:
    """A case that reaches arms: a person and claims, the last of which counts, and what of it was chosen on purpose."""

    identities: tuple[str, ...]
    person: Mapping[str, p.Value]
    claims: tuple[s.Claim, ...]
    settlement: s.Settlement


Verdict = OneOf["reached", "unreachable", "not_by_two", "not_by_one", "unknown"]


@frozen(eq=False, repr=False, slots=False)
class Reached:
    """What became of an arm that was looked for: a witness, or none; then `unreachable` where no region of all has it;
    where earlier claims may make a difference `not_by_two` and `not_by_one`, as far as all was looked at; else
    `unknown`."""

    @property
    def counts(self) -> bool:
        """Whether the arm is one that examples may be asked to take."""
        return self.verdict not in ("unreachable", "not_by_two")

    key: Key
    witness: Witness | None
    verdict: Verdict


Plans = Callable[[datetime.date], p.Plan]
"""The plan of a day."""
