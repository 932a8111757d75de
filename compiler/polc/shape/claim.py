"""A claim on its way through the steps of a plan, on a region: amounts are linear forms."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from polc import plan as p
from polc.shape.linear import Amount, Region


class NeedFact(Exception):
    """The run reads a fact that nobody gave."""

    def __init__(self, fact: p.Fact) -> None:
        self.fact = fact
        super().__init__(fact.name)


class NoValue(Exception):
    """None of a term's cases fits."""


class Refused(Exception):
    """Settling refuses such a claim: a step outside the layers has no value for it."""


Arm = tuple[str, ...]
"""One way a step can go: layer, kind of step, its place, and which way."""


@frozen(eq=False, slots=False)
class Case:
    """What is fixed: identities held, facts given by name; costs are unknown."""

    identities: frozenset[str]
    facts: Mapping[str, p.Value]


class Claim:
    """A claim on its way: cost parts, what layers paid, cuts, what every bearer bears, what is left to the person, what
    accumulators gain, what is used of caps shared on the claim; and the arms taken, where anybody asks for them."""

    __slots__ = (
        "adds", "arms", "borne", "bound", "considered", "cuts", "left", "overflow", "packages", "paid", "parts",
        "shared", "total",
    )  # fmt: skip

    def __init__(self, parts: Mapping[str, Amount], considered: frozenset[str], arms: set[Arm] | None = None) -> None:
        self.parts = dict(parts)
        self.total = self.left = parts["total"]
        self.considered = considered
        self.paid: dict[str, Amount] = {}
        self.cuts: dict[str, Amount] = {}
        self.borne: dict[str, Amount] = {}
        self.overflow: dict[str, Amount] = {}
        self.packages: frozenset[str] = frozenset()
        self.adds: dict[str, Amount] = {}
        self.shared: dict[str, Amount] = {}
        self.arms = arms
        self.bound = False
        """Whether a layer would have paid more than was left to the person."""

    def copy(self) -> Claim:
        """The same, to go on with on its own."""
        made = Claim.__new__(Claim)
        made.parts, made.paid, made.borne = self.parts.copy(), self.paid.copy(), self.borne.copy()
        made.adds, made.cuts, made.overflow = self.adds.copy(), self.cuts.copy(), self.overflow.copy()
        made.shared, made.packages, made.considered = self.shared.copy(), self.packages, self.considered
        made.total, made.left, made.bound = self.total, self.left, self.bound
        made.arms = None if self.arms is None else self.arms.copy()
        return made


class Run:
    """Where a claim is run: the region, what is fixed, the accumulators before the claim, who the person is."""

    __slots__ = ("case", "person", "region", "state")

    def __init__(self, region: Region, case: Case | None, state: Mapping[str, Amount], person: str) -> None:
        self.region = region
        self.case = case
        self.state = state
        self.person = person

    def fact(self, fact: p.Fact) -> p.Value:
        """A fact of the case. Raises `NeedFact` where it has none of that name."""
        if self.case is not None and fact.name in self.case.facts:
            return self.case.facts[fact.name]
        raise NeedFact(fact)

    def before(self, key: str | None, claim: Claim) -> Amount:
        """An accumulator before this claim, with what this claim added to it so far."""
        return 0 if key is None else self.state.get(key, 0) + claim.adds.get(key, 0)
