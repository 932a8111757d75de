"""Plans that begin with the same steps, compared behind these: the unknowns are what the first steps leave.

Theory: where later steps only see of a claim what the first ones left of its eligible cost, the difference of two plans
that share the first ones is a function of what is left on either claim of the year. If the first steps leave every
amount from nothing upwards at some cost, as continuous ones do that never pay all of the next yuan for good, it is
enough to compare over these amounts, once for all ways in which the first steps may go (classes of hospital, places).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, get_args

from attrs import evolve

from polc import plan as p
from polc.shape.claim import Case, Claim, Run
from polc.shape.explore import explore
from polc.shape.fold import Kept
from polc.shape.layer import Paid
from polc.shape.linear import Amount, Linear, Number, Point, Region, linear
from polc.shape.nodes import nodes
from polc.shape.run import Best, Folded, run_step

FAR = 10**12
"""Costs are compared up to this, in fen: ten thousand million yuan."""
_FARTHER = 10**17
_CONTINUOUS = (
    p.Const, p.Part, p.Paid, p.Left, p.Borne, p.Add, p.Multiply, p.Smallest, p.Largest, p.Base, p.BandTable, p.Band,
    p.Repeat, *get_args(p.Step),
)  # fmt: skip


def eligible(amount: Amount) -> dict[str, Amount]:
    """A bill that is all eligible cost."""
    return {"total": amount, "inscope": amount, "copay": 0, "overlimit": 0, "noncovered": 0}


class First:
    """The first steps of two plans, which are the same: what they leave of the cost of two claims of a year."""

    def __init__(self, steps: Sequence[Folded], person: str) -> None:
        self.steps = steps
        self.person = person
        self._lefts: dict[tuple[Number | None, Number | None], list[tuple[Number, Number, Linear, Linear]]] = {}

    def left(self, earlier: Number | None, cost: Number | None) -> list[tuple[Number, Number, Linear, Linear]]:
        """Stretches of the one cost that is not given: from, to, what is left of the earlier claim, and of this one."""
        key = (earlier, cost)
        if key not in self._lefts:
            top = max(_FARTHER, *(2 * x for x in key if x is not None))

            def run(case: Case, region: Region) -> tuple[Linear, Linear]:
                state: dict[str, Amount] = {}
                lefts: list[Linear] = []
                for amount in (earlier, cost):
                    claim = Claim(eligible(Linear(0, 1) if amount is None else amount), frozenset())
                    run = Run(region, None, state, self.person)
                    for step in self.steps:
                        assert not isinstance(step, p.Tally | Best)
                        run_step(step, run, claim)
                    state = claim.adds
                    lefts.append(linear(claim.left))
                return lefts[0], lefts[1]

            found = [
                (piece.region.corners[0][0], piece.region.corners[-1][0], *piece.result)
                for piece in explore(run, Case(frozenset(), {}), Region(((0, 0), (top, 0))), {})
            ]
            self._lefts[key] = sorted(found, key=lambda stretch: stretch[:2])
        return self._lefts[key]

    @property
    def leaves_all(self) -> bool:
        """Whether every amount up to `FAR` is left of either claim at some cost."""
        stretches = self.left(None, _FARTHER)
        return stretches[-1][2].at((stretches[-1][1], 0)) >= FAR and all(
            second.at((end, 0)) >= FAR for start, stop, _, second in stretches for end in (start, stop)
        )

    def costs(self, point: Point) -> Point:
        """The least costs of this claim and the earlier one that leave so much of them."""
        earlier = _reached([(a, b, first) for a, b, first, _ in self.left(None, 0)], point[1])
        return _reached([(a, b, second) for a, b, _, second in self.left(earlier, None)], point[0]), earlier

    def cells(self, most: Number) -> list[tuple[Point, ...]]:
        """Polygons that together are all that can be left of two claims that cost at most so much."""
        found: list[tuple[Point, ...]] = []
        for start, end, first, second in self.left(None, most):
            if start >= most:
                break
            end = min(end, most)
            (a, b), (c, d) = ((first.at((x, 0)), second.at((x, 0))) for x in (start, end))
            if a != c:
                found.append(((0, a), (b, a), (d, c), (0, c)))
        return found


def _reached(stretches: list[tuple[Number, Number, Linear]], wanted: Number) -> Number:
    """The least cost at which a form has a value."""
    for start, end, form in stretches:
        low, high = form.at((start, 0)), form.at((end, 0))
        if min(low, high) <= wanted <= max(low, high):
            return start if low == wanted else start + Fraction(wanted - low) / (form.x or 1)
    return stretches[-1][1]


def leaves_continuously(steps: Sequence[Folded], person: str) -> bool:
    """Whether what steps leave of the eligible cost never jumps, as far as can be told from what they are."""
    for step in steps:
        if not isinstance(step, Paid) or step.payments or step.layer.payer == person:
            return False
        if step.layer.guards or step.layer.tilts:
            return False
        for term in step.layer.steps:
            if isinstance(term, p.Times):
                return False
            if isinstance(term, p.BandPay) and term.table.mode != "progressive" and len(term.table.bands) > 1:
                return False
        terms = [step.layer.base, *(term for term in step.layer.steps)]
        if not all(isinstance(node, _CONTINUOUS) for node in nodes(terms)):
            return False
    return True


class _Reads(Exception):
    """A step reads more than what the first ones leave."""


def seen_behind(kept: Kept, first: Sequence[Folded], rest: Sequence[Folded]) -> tuple[Folded, ...] | None:
    """The later steps as they see what the first ones leave: that stands for the eligible cost. None where they see
    anything else of the first ones or of the claim."""
    names = {step.layer.name for step in first if isinstance(step, Paid)}
    after = {step.layer.name for step in rest if isinstance(step, Paid)}
    if names & after or _touched(first) & _touched(rest):
        return None
    try:
        return tuple(_Behind(kept, names, after).step(step) for step in rest)
    except _Reads:
        return None


def _touched(steps: Sequence[Folded]) -> set[str]:
    """The accumulators and shared caps that steps write or read."""
    found: set[str] = set()
    for step in steps:
        if isinstance(step, Paid):
            found.update(step.paid, step.counts, step.payments, step.deductibles, step.kept_out)
        for node in nodes([step.layer if isinstance(step, Paid) else step]):
            found.update(x for name in _KEYS if isinstance(x := getattr(node, name, None), str))
    return found


_KEYS = ("accumulator", "count", "taken", "kept_out", "shared")


class _Behind:
    """Steps seen behind first ones, each kept once."""

    def __init__(self, kept: Kept, names: set[str], after: set[str]) -> None:
        self.kept = kept
        self.names = names
        self.after = after

    def step(self, step: Folded) -> Folded:
        if not isinstance(step, Paid):
            raise _Reads
        layer = self.node(step.layer)
        if layer is step.layer:
            return step
        return self.kept.one((Paid, "behind", id(step), id(layer)), lambda: evolve(step, layer=layer))

    def node(self, node: Any) -> Any:
        """A node with what it reads of the eligible cost read behind the first steps."""
        if isinstance(node, tuple):
            made = tuple([self.node(part) for part in node])
            return node if all(a is b for a, b in zip(made, node, strict=True)) else made
        if isinstance(node, p.TopUp) and self.names & set(node.counting):
            raise _Reads
        if isinstance(node, p.Part | p.Left | p.Borne | p.Cut | p.InPackage | p.Tallied):
            raise _Reads
        if isinstance(node, p.Paid | p.Overflow) and node.layer not in self.after:
            raise _Reads
        if isinstance(node, p.Add) and any(isinstance(term, p.Part) for _, term in node.terms):
            return self.rest(node)
        if not hasattr(node, "__attrs_attrs__") or isinstance(node, p.Origin | p.Const):
            return node
        changes = {}
        for name in (a.name for a in node.__attrs_attrs__):
            before = getattr(node, name)
            after = self.node(before)
            if after is not before:
                changes[name] = after
        if not changes:
            return node
        key = (type(node), "behind", id(node), *(_ids(x) for x in changes.values()))
        return self.kept.one(key, lambda: evolve(node, **changes))

    def rest(self, e: p.Add) -> p.Expr:
        """The eligible cost less what the first steps, and perhaps others, paid: what the first steps left less what
        the others paid."""
        parts = [term for sign, term in e.terms if sign > 0 and isinstance(term, p.Part) and term.part == "inscope"]
        paid = [term.layer for sign, term in e.terms if sign < 0 and isinstance(term, p.Paid)]
        if len(parts) != 1 or not self.names <= set(paid) or len(set(paid)) < len(paid):
            raise _Reads
        gone = [t for sign, t in e.terms if sign < 0 and isinstance(t, p.Paid) and t.layer not in self.after]
        terms = [(s, t if t is parts[0] else self.node(t)) for s, t in e.terms if not any(t is x for x in gone)]
        if len(terms) == 1:
            return parts[0]
        key = (p.Add, e.unit == "ratio", *((sign, id(term)) for sign, term in terms))
        return self.kept.one(key, lambda: p.Add(tuple(terms), e.unit))


def _ids(node: object) -> object:
    return tuple(map(_ids, node)) if isinstance(node, tuple) else id(node)
