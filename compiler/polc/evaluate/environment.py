"""All that an expression can read while one claim is settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from attrs import define, evolve, field

from polc import plan as p


@define(eq=False, repr=False)
class Environment:
    """All that an expression can read while one claim is settled; settling writes to it step by step.

    `identities` are the names that count now, `held` the names that count per identity held (for 就高 by item), amounts
    are fen. `total` is what all bearers bear and `parts["total"]` always the same; the other parts add up to what is
    not given to another bearer by a cut. `left` is what the person still bears, `shared` what is used of caps that
    several layers share on one claim. `person_field` is the bearer that the person is; `where` names the claim in
    problems.
    """

    claim: Mapping[str, p.Value] = field(factory=dict)
    person: Mapping[str, p.Value] = field(factory=dict)
    items: tuple[Mapping[str, p.Value], ...] = ()
    defaults: Mapping[str, p.Value] = field(factory=dict)
    parts: dict[str, int] = field(factory=dict)
    total: int = 0
    left: int = 0
    identities: frozenset[str] = frozenset()
    held: tuple[frozenset[str], ...] = ()
    tallies: Mapping[str, int | Fraction] = field(factory=dict)
    paid: dict[str, int] = field(factory=dict)
    cuts: dict[str, int] = field(factory=dict)
    overflow: dict[str, int | Fraction] = field(factory=dict)
    borne: dict[str, int] = field(factory=dict)
    packages: set[str] = field(factory=set)
    shared: dict[str, int | Fraction] = field(factory=dict)
    person_field: str = "psn_part_amt"
    where: str = ""
    item: Mapping[str, p.Value] | None = None

    def copy(self) -> Environment:
        """The same state, to be written to on its own."""
        return evolve(
            self,
            parts=dict(self.parts),
            paid=dict(self.paid),
            cuts=dict(self.cuts),
            overflow=dict(self.overflow),
            borne=dict(self.borne),
            packages=set(self.packages),
            shared=dict(self.shared),
        )


Read = Callable[[Environment], Any]
Found = dict[tuple[str, str], tuple[str, p.Value, p.Unit]]
Collect = Callable[[Environment, Found], None]
