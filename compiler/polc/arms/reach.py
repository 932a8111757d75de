"""A claim for each arm: looked for on the plan's shape, settled by the interpreter, given only where it takes the arm.

Searched, in this order, until every arm is found: one claim, wholly eligible, for nobody and each class of identities;
the same with part of the cost outside the catalogue, above price limits or first self-paid, where the plan reads these;
pairs of identities; and two claims in one year (the second one counts), both costs unknown. What no region of all
these has cannot be reached; where the search had to be cut short, or the plan multiplies amounts, that is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from typing import Literal as OneOf

import attrs
from attrs import frozen

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as s
from polc.arithmetic import Exact
from polc.arms.arm import HIGHEST, Arms, Key
from polc.arms.taken import Taking
from polc.evaluate import NoValue
from polc.settle import settle
from polc.shape.explore import Piece, TooManyRegions, explore, fact_values, identity_classes
from polc.shape.linear import Amount, Linear, NotLinear, Region
from polc.shape.run import Case, Outcome, run_claim

MOST = {"alone": 20_000, "parts": 3_000, "pairs": 3_000, "twice": 1_500}
"""Regions looked at for one policy: of one claim, the same in other cost parts, of pairs of identities, of two claims;
beyond that the search is cut short."""
MOST_TRIES = 40
"""Claims settled for one arm that the shape promises but the trace does not have (for rounding, say)."""
COST = 10**10
"""The largest cost looked at, in fen: a hundred million yuan."""

_PROFILES: tuple[tuple[tuple[str, Fraction], ...], ...] = (
    (("inscope", Fraction(1)),),
    (("inscope", Fraction(1, 2)), ("noncovered", Fraction(1, 2))),
    (("inscope", Fraction(4, 5)), ("copay", Fraction(1, 5))),
    (("inscope", Fraction(4, 5)), ("overlimit", Fraction(1, 5))),
)
"""How a cost is made up: the shares of the parts of the total."""
_MOST_OF_ONE = {"alone": 20_000, "parts": 1_000, "pairs": 300, "twice": 300}
"""Regions looked at for one set of identities, so that all sets have their turn."""
_UNITS = (100_000_00, 10_000_00, 1_000_00, 100_00, 10_00, 1_00, 20, 10, 1)


@frozen(eq=False, repr=False, slots=False)
class Witness:
    """A case that reaches arms: a person and claims, the last of which counts, and what of it was chosen on purpose."""

    identities: tuple[str, ...]
    person: Mapping[str, p.Value]
    claims: tuple[s.Claim, ...]
    settlement: s.Settlement


Verdict = OneOf["reached", "unreachable", "not_by_one", "unknown"]


@frozen(eq=False, repr=False, slots=False)
class Reached:
    """What became of an arm that was looked for: a witness, or none; then `unreachable` where no region of all has it,
    `not_by_one` where none of a single claim has it (and not all of two claims were looked at), else `unknown`."""

    key: Key
    witness: Witness | None
    verdict: Verdict


def reach(arms: Arms, wanted: Iterable[Key], taking: Taking | None = None) -> dict[Key, Reached]:
    """A claim for each wanted arm, or why there is none."""
    search = _Search(arms, wanted, taking or Taking())
    search.run()
    return search.results()


class _Search:
    def __init__(self, arms: Arms, wanted: Iterable[Key], taking: Taking) -> None:
        self.arms = arms
        self.plan = arms.plan
        self.taking = taking
        self.open = dict.fromkeys(wanted)
        self.all = tuple(self.open)
        self.found: dict[Key, Witness] = {}
        self.promised: dict[Key, int] = {}
        self.left = 0
        self.whole = dict.fromkeys(MOST, True)
        self.phase = "alone"
        self.values = fact_values([self.plan])
        self.classes = [group[0] for group in identity_classes([self.plan]) if group]

    def results(self) -> dict[Key, Reached]:
        found: dict[Key, Reached] = {}
        for key in self.all:
            if key in self.found:
                found[key] = Reached(key, self.found[key], "reached")
            else:
                found[key] = Reached(key, None, self._verdict(key))
        return found

    def _verdict(self, key: Key) -> Verdict:
        several = key[0] == HIGHEST or not isinstance(self.plan.root, p.HighestOf)
        if (
            key in self.promised
            or not (self.whole["alone"] and self.whole["parts"])
            or (several and not self.whole["pairs"])
        ):
            return "unknown"
        return "unreachable" if self.whole["twice"] and key[1] != "times" else "not_by_one"

    # ------------------------------------------------------------ where to look

    def run(self) -> None:
        alone = [frozenset[str](), *(frozenset((name,)) for name in self.classes)]
        self.left = MOST["alone"]
        read = _parts_read(self.plan)
        for profile in _PROFILES:
            if profile is _PROFILES[1]:
                self.phase, self.left = "parts", MOST["parts"]
            if profile[-1][0] in read:
                for held in alone:
                    self._explore(held, profile, 1)
        self.phase, self.left = "pairs", MOST["pairs"]
        pairs = combinations(self.classes, 2)
        for held in self._rivals() if isinstance(self.plan.root, p.HighestOf) else map(frozenset, pairs):
            self._explore(held, _PROFILES[0], 1)
        self.phase, self.left = "twice", MOST["twice"]
        if any(key[0] != HIGHEST for key in self.open) and self.plan.accumulators:
            for held in alone:
                self._explore(held, _PROFILES[0], 2)
        for key in [key for key in self.open if key[1] == "times" and key[3] == "used up"]:
            self._repeat(key)

    def _rivals(self) -> Iterator[frozenset[str]]:
        """Each identity that is to win under 就高, against one of every class."""
        for other in reversed(self.classes):
            for key in list(self.open):
                if key[0] == HIGHEST and other != key[3] and key in self.open:
                    yield frozenset((key[3], other))

    def _explore(self, held: frozenset[str], profile: tuple[tuple[str, Fraction], ...], count: int) -> None:
        if not self.open:
            return
        plan, most = self.plan, _MOST_OF_ONE[self.phase]

        def run(case: Case, region: Region) -> Outcome:
            state: Mapping[str, Amount] = {}
            if count == 2:
                state = run_claim(plan, case, region, _parts(Linear(0, 0, 1), profile), {}).state
            return run_claim(plan, case, region, _parts(Linear(0, 1, 0), profile), state)

        region = Region(((0, 0), (COST, 0)) if count == 1 else ((0, 0), (COST, 0), (COST, COST), (0, COST)))
        try:
            for piece in explore(run, Case(held, {}), region, self.values):
                self.left -= 1
                most -= 1
                if self.left < 0 or most < 0:
                    self.whole[self.phase] = False
                    return
                keys = frozenset(key for arm in piece.result.arms if (key := self.arms.key_of(arm)) in self.open)
                if keys:
                    self._try(piece, keys, profile, count)
                if not self.open:
                    return
        except (NotLinear, TooManyRegions, NoValue, Problems):
            self.whole[self.phase] = False

    # ------------------------------------------------------------ trying a claim

    def _try(
        self, piece: Piece[Outcome], keys: frozenset[Key], profile: tuple[tuple[str, Fraction], ...], count: int
    ) -> None:
        if all(self.promised.get(key, 0) >= MOST_TRIES for key in keys):
            return
        for key in keys:
            self.promised[key] = self.promised.get(key, 0) + 1
        for amounts in _inside(piece.region, count, profile):
            witness = self._settled(piece.case, amounts, profile)
            if witness is None:
                continue
            self._take(witness)
            if not keys & self.open.keys():
                return

    def _take(self, witness: Witness) -> None:
        for key in self.taking(_last(witness.settlement)):
            if key in self.open:
                del self.open[key]
                self.found[key] = witness

    def _settled(
        self, case: Case, amounts: tuple[int, ...], profile: tuple[tuple[str, Fraction], ...]
    ) -> Witness | None:
        for filled in (False, True):
            own, facts = self._facts(case, filled)
            claims = tuple(
                s.Claim(str(number), self.plan.as_of, _whole_parts(amount, profile), facts)
                for number, amount in enumerate(amounts, 1)
            )
            held = tuple(spec.name for spec in self.plan.identities if spec.name in case.identities)
            person = s.Person("-", tuple(map(s.HeldIdentity, held)), own)
            try:
                return Witness(held, own, claims, settle(lambda _: self.plan, person, claims))
            except Problems:
                continue
        return None

    def _facts(self, case: Case, filled: bool) -> tuple[dict[str, p.Value], dict[str, p.Value]]:
        """Facts of person and claim: those the shape branched over, and with `filled` all that the plan reads."""
        person: dict[str, p.Value] = {}
        claim: dict[str, p.Value] = {self.plan.year.by: self.plan.as_of}
        for spec in self.plan.facts:
            if spec.name in case.facts:
                value = case.facts[spec.name]
            elif filled and spec.used and spec.default is None and spec.of != "item":
                value = self.values.get(spec.name, [None])[0]
            else:
                continue
            if value is not None:
                (person if spec.of == "person" else claim).setdefault(spec.name, value)
        return person, claim

    def _repeat(self, key: Key) -> None:
        """A layer that pays on so many claims only: one claim on which it pays, once more than it may."""
        layer = next((x for x in self.plan.body.steps if isinstance(x, p.Layer) and x.name == key[0]), None)
        times = next((x for x in layer.steps if isinstance(x, p.Times)), None) if layer else None
        if times is None or times.count > 400:
            return
        free = (key[0], key[1], key[2], "free")
        first = self.found.get(free) or self._any(free)
        if first is None:
            return
        last = first.claims[-1]
        claims = tuple(s.Claim(str(n), last.date, last.parts, last.facts) for n in range(1, times.count + 2))
        try:
            done = settle(lambda _: self.plan, first.settlement.person, claims)
        except Problems:
            return
        self._take(Witness(first.identities, first.person, claims, done))

    def _any(self, key: Key) -> Witness | None:
        other = _Search(self.arms, [key], self.taking)
        other.left = MOST["alone"]
        for held in [frozenset[str](), *(frozenset((name,)) for name in self.classes)]:
            other._explore(held, _PROFILES[0], 1)
        return other.found.get(key)


def _last(settlement: s.Settlement) -> s.Settlement:
    return s.Settlement(settlement.person, settlement.claims[-1:], settlement.state)


# ---------------------------------------------------------------- amounts


def _parts(total: Linear, profile: tuple[tuple[str, Fraction], ...]) -> dict[str, Amount]:
    parts: dict[str, Amount] = {"total": total, "inscope": 0, "copay": 0, "overlimit": 0, "noncovered": 0}
    parts.update((part, total * share) for part, share in profile)
    return parts


def _parts_read(plan: p.Plan) -> set[str]:
    """The cost parts on which the plan depends, beside the eligible cost."""
    found = {"inscope"}
    todo: list[object] = [plan.root]
    done: set[int] = set()
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(node)
        elif isinstance(node, p.Part):
            found |= {"noncovered", "copay", "overlimit"} if node.part == "total" else {node.part}
        elif attrs.has(type(node)) and id(node) not in done and not isinstance(node, p.Origin):
            done.add(id(node))
            if isinstance(node, p.Package | p.Left):
                found |= {"noncovered", "copay", "overlimit"}
            todo.extend(getattr(node, field.name) for field in attrs.fields(type(node)))  # type: ignore[arg-type]
    return found


def _whole_parts(total: int, profile: tuple[tuple[str, Fraction], ...]) -> dict[str, int]:
    parts = {"total": total, "inscope": 0, "copay": 0, "overlimit": 0, "noncovered": 0}
    parts.update((part, int(total * share)) for part, share in profile)
    parts["inscope"] += total - sum(amount for part, amount in parts.items() if part != "total")
    return parts


def _inside(region: Region, count: int, profile: tuple[tuple[str, Fraction], ...]) -> Iterator[tuple[int, ...]]:
    """Whole amounts inside a region, the roundest first: of one claim, or of the earlier one and this."""
    if count == 1:
        ends = sorted(Fraction(corner[0]) for corner in region.corners)
        if len(ends) >= 2:
            yield from ((amount,) for amount in _round_within(ends[0], ends[-1]))
        return
    corners = region.corners
    if len(corners) < 3:
        return
    x = sum(Fraction(corner[0]) for corner in corners) / len(corners)
    y = sum(Fraction(corner[1]) for corner in corners) / len(corners)
    for unit in (*_UNITS[1:], 1):
        point = (round(y / unit) * unit, round(x / unit) * unit)
        if min(point) > 0 and _contains(corners, (Fraction(point[1]), Fraction(point[0]))):
            yield point
            return


def _round_within(low: Exact, high: Exact) -> Iterator[int]:
    """The roundest amounts strictly between two, at most three; 0 only where nothing else is."""
    given = 0
    for unit in _UNITS:
        amount = (int(low // unit) + 1) * unit
        if low < amount < high:
            yield amount
            given += 1
            if given == 2:
                break
    middle = int((low + high) / 2)
    if low < middle < high:
        yield middle


def _contains(corners: tuple[tuple[Exact, Exact], ...], point: tuple[Exact, Exact]) -> bool:
    signs = set()
    for (ax, ay), (bx, by) in zip(corners, (*corners[1:], corners[0]), strict=True):
        cross = (bx - ax) * (point[1] - ay) - (by - ay) * (point[0] - ax)
        if cross:
            signs.add(cross > 0)
    return len(signs) == 1
