"""What every bearer bears over cost, for one case: straight lines between exact breakpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from polc import plan as p
from polc.shape.cases import fact_values
from polc.shape.concrete import settle_case
from polc.shape.explore import Piece, explore
from polc.shape.linear import Amount, Linear, Number, Region, linear
from polc.shape.run import Case, Outcome, run_claim


@frozen(eq=False, repr=False, slots=False)
class Stretch:
    """From one cost to another (fen): what each bearer of the plan, the person last, bears of the claim; straight."""

    start: Number
    end: Number
    borne: tuple[Linear, ...]

    @property
    def person(self) -> Linear:
        """What the person bears."""
        return self.borne[-1]

    def at(self, cost: Number) -> tuple[Number, ...]:
        """What each bearer bears at a cost of the stretch."""
        return tuple(form.at((cost, 0)) for form in self.borne)


@frozen(eq=False, repr=False, slots=False)
class Cliff:
    """Two costs a fen apart of which the higher leaves the person more than a fen more, settled as any claim is."""

    cost: int
    bears: int
    bears_next: int


def in_scope(cost: Amount) -> dict[str, Amount]:
    """The parts of a bill that is all eligible cost."""
    return {"total": cost, "inscope": cost, "copay": 0, "overlimit": 0, "noncovered": 0}


def curve(plan: p.Plan, case: Case, up_to: int, earlier: int = 0) -> tuple[Stretch, ...]:
    """The stretches from 0 to `up_to`, adjacent and ascending, after an earlier claim of the year where there was one.

    All facts that are read have to be given. Raises `NotLinear` where amounts are multiplied with each other.
    """
    pieces = _pieces(plan, case, up_to, earlier, {})
    fields = [field for field, _ in plan.bearers[:-1]]
    found: list[Stretch] = []
    for piece in sorted(pieces, key=lambda piece: piece.region.corners[0][0]):
        (start, _), (end, _) = piece.region.corners[0], piece.region.corners[-1]
        if start == end:
            continue
        got = piece.result
        borne = (*(linear(got.borne.get(field, 0)) for field in fields), linear(got.left))
        if found and all(_same(a, b) for a, b in zip(found[-1].borne, borne, strict=True)):
            found[-1] = Stretch(found[-1].start, end, borne)
        else:
            found.append(Stretch(start, end, borne))
    return tuple(found)


def facts_that_matter(
    plan: p.Plan, case: Case, up_to: int, earlier: int = 0
) -> tuple[dict[str, Sequence[p.Value]], dict[str, p.Value]]:
    """Facts that were not given and change what is paid, with the values that can make a difference; and a value for
    each of the others that is read."""
    values = fact_values([plan])
    shapes: dict[tuple[tuple[str, str], ...], list[tuple[Number, Number, tuple[object, ...]]]] = {}
    facts: dict[tuple[tuple[str, str], ...], Mapping[str, p.Value]] = {}
    for piece in _pieces(plan, case, up_to, earlier, values):
        own = {name: value for name, value in piece.case.facts.items() if name not in case.facts}
        key = tuple(sorted((name, str(value)) for name, value in own.items()))
        facts[key] = own
        (start, _), (end, _) = piece.region.corners[0], piece.region.corners[-1]
        if start != end:
            shapes.setdefault(key, []).append((start, end, _signature(piece)))
    read = {name: value for own in reversed(list(facts.values())) for name, value in own.items()}
    matter: dict[str, Sequence[p.Value]] = {}
    for name in read:
        choices = list(values.get(name, ()))
        if len(choices) < 2:
            continue
        groups: dict[tuple[tuple[str, str], ...], dict[str, list[tuple[Number, Number, tuple[object, ...]]]]] = {}
        for key, among in facts.items():
            if name in among:
                rest = tuple(pair for pair in key if pair[0] != name)
                groups.setdefault(rest, {})[str(among[name])] = _merged(shapes.get(key, []))
        if any(len(group) < len(choices) or any(x != next(iter(group.values())) for x in group.values())
               for group in groups.values()):  # fmt: skip
            matter[name] = choices
    return matter, {name: value for name, value in read.items() if name not in matter}


def last_break(curves: Sequence[Sequence[Stretch]]) -> Number:
    """The highest cost at which any of some curves breaks; 0 where none does."""
    return max((stretch.start for found in curves for stretch in found), default=0)


def neat(last: Number) -> int:
    """A round amount of fen a little above a breakpoint, at least 10,000 yuan."""
    wanted = max(Fraction(last) * Fraction(115, 100), Fraction(1_000_000))
    step = 10
    while True:
        for times in (1, Fraction(3, 2), 2, 3, 4, 5, 6, 8):
            if step * times >= wanted:
                return int(step * times)
        step *= 10


def cliffs(plan: p.Plan, case: Case, found: Sequence[Stretch], earlier: int = 0) -> tuple[Cliff, ...]:
    """Where one fen more costs the person more than one fen more (and what rounding can explain), in order of cost."""
    noise = len(plan.body.steps) + 1
    done: list[Cliff] = []
    for before, after in pairwise(found):
        edge = after.start
        if after.person.at((edge, 0)) - before.person.at((edge, 0)) <= noise:
            continue
        whole = Fraction(edge).__floor__()
        costs = sorted({cost for cost in range(whole - 1, whole + 3) if cost >= 0})
        bears = {cost: _bears(plan, case, cost, earlier) for cost in costs}
        steps = [(bears[cost + 1] - bears[cost], -cost) for cost in costs[:-1]]
        rise, cost = max(steps)
        if rise > noise:
            done.append(Cliff(-cost, bears[-cost], bears[-cost + 1]))
    return tuple(done)


def _bears(plan: p.Plan, case: Case, cost: int, earlier: int) -> int:
    costs = [earlier, cost] if earlier else [cost]
    return settle_case(plan, sorted(case.identities), case.facts, costs).claims[-1].left


def _pieces(
    plan: p.Plan, case: Case, up_to: int, earlier: int, values: Mapping[str, Sequence[p.Value]]
) -> list[Piece[Outcome]]:
    def run(case: Case, region: Region) -> Outcome:
        state: Mapping[str, Amount] = {}
        if earlier:
            state = run_claim(plan, case, region, in_scope(earlier), {}).state
        return run_claim(plan, case, region, in_scope(Linear(0, 1)), state)

    pieces = explore(run, case, Region(((0, 0), (up_to, 0))), values)
    return [piece for piece in pieces if piece.region.corners]


def _same(a: Linear, b: Linear) -> bool:
    return (a.constant, a.x) == (b.constant, b.x)


def _signature(piece: Piece[Outcome]) -> tuple[object, ...]:
    forms = {field: linear(amount) for field, amount in piece.result.borne.items()}
    forms[""] = linear(piece.result.left)
    return tuple(sorted((field, f.constant, f.x) for field, f in forms.items() if f.constant or f.x))


def _merged(
    shape: list[tuple[Number, Number, tuple[object, ...]]],
) -> list[tuple[Number, Number, tuple[object, ...]]]:
    merged: list[tuple[Number, Number, tuple[object, ...]]] = []
    for start, end, forms in sorted(shape, key=lambda piece: piece[:2]):
        if merged and merged[-1][1] == start and merged[-1][2] == forms:
            merged[-1] = (merged[-1][0], end, forms)
        else:
            merged.append((start, end, forms))
    return merged
