"""The cases that two plans tell apart, each with what is left of the plans' steps for it.

Theory: a step is folded once for every answer to the facts it asks for, and only in the order in which it asks
(`_Tree`). Steps that differ between the plans are asked first: where they come to the same for a case, both plans do,
and no further fact matters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher

from attrs import frozen

from polc import plan as p
from polc.shape.claim import NeedFact
from polc.shape.fold import Folding, Kept, NeedIdentities
from polc.shape.fold_steps import folded_step
from polc.shape.linear import NotLinear
from polc.shape.nodes import means, nodes
from polc.shape.people import People, alike, considered
from polc.shape.run import Best, Folded, Step, ready_steps

MOST_CASES = 20_000
"""Cases looked at; beyond that the plans are too many-sided to be compared."""

MOST_OF_TWO = 5_000
"""Cases of persons with two identities looked at; beyond that only those with one are compared."""

Facts = Mapping[str, p.Value]
_Known = dict[str | None, p.Value]
"""Facts by name, and under None the number of the class of persons."""


class TooManyCases(Exception):
    """The plans tell too many cases apart."""


@frozen(eq=False, slots=False)
class Signature:
    """A class of cases: persons (None: all) by the number of their class, and facts; and what is
    left of both plans' steps. That is None where the plans are the same for it; and where they cannot be compared:
    `unlike` then names a fact that is another kind of thing in either plan, or `linear` is False."""

    identities: int | None
    facts: Facts
    steps: tuple[tuple[Folded, ...], tuple[Folded, ...]] | None
    unlike: str = ""
    linear: bool = True
    as_one: bool = False
    """Whether persons with two identities are treated as the holders of one of them, and are no class of their own."""


def signatures(
    plans: tuple[p.Plan, p.Plan], folk: People, values: Mapping[str, Sequence[p.Value]], kept: Kept
) -> tuple[list[Signature], bool]:
    """Every case of the classes of persons and the values of facts, as coarse as what is paid allows; of those with two
    identities the ones that either plan treats unlike the holder of either one, and whether that are all of these.

    Raises `TooManyCases`.
    """
    made = _Signatures(plans, folk, values, kept)
    found: list[Signature] = []
    for number, one in enumerate(made.of([{}], range(folk.singles))):
        if number >= MOST_CASES:
            raise TooManyCases
        found += one
    count = 0
    for pair in filter(made.counts, range(folk.singles, len(folk.held))):
        own: list[Signature] = []
        for one in made.of([{None: pair}], ()):
            own += one
            count += 1
            if count > MOST_OF_TWO:
                return found, False
        found += own
    return found, True


class _Signatures:
    def __init__(
        self, plans: tuple[p.Plan, p.Plan], folk: People, values: Mapping[str, Sequence[p.Value]], kept: Kept
    ) -> None:
        trees = _Trees(folk, kept)
        self.plans = plans
        self.folk = folk
        self.values = values
        self.kept = kept
        units = [{spec.name: spec.unit for spec in plan.facts if spec.used} for plan in plans]
        self.unlike = {name for name, unit in units[0].items() if units[1].get(name, unit) != unit}
        old, new = ([trees.of(step) for step in _all_steps(plan)] for plan in plans)
        codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        self.apart = [(old[a:b], new[c:d]) for kind, a, b, c, d in codes if kind != "equal"]
        self.first = [(side, tree) for pair in self.apart for side in (0, 1) for tree in pair[side]]
        self.all = [*((0, tree) for tree in old), *((1, tree) for tree in new)]
        self.sides = (old, new)

    def of(self, todo: list[_Known], classes: Sequence[int]) -> Iterator[tuple[Signature, ...]]:
        """The cases of classes of persons one after the other, and nothing for everything else looked at."""
        while todo:
            known = todo.pop()
            asked = self.asked(self.first, known)
            same = asked is _NOTHING and self.is_same(known)
            if asked is _NOTHING and not same:
                asked = self.asked(self.all, known)
            if asked is _NOTHING:
                if self.as_one(known, same):
                    yield (Signature(_number(known), _facts(known), None, as_one=True),)
                    continue
                both = None if same else (self.came_to(0, known), self.came_to(1, known))
                linear = both is None or _BROKEN not in [x for side in both for step in side for x in _inside(step)]
                yield (Signature(_number(known), _facts(known), both if linear else None, "", linear),)
                continue
            assert asked is None or isinstance(asked, str)
            if asked in self.unlike:
                yield (Signature(_number(known), _facts(known), None, asked or ""),)
                continue
            yield ()
            ways: Sequence[p.Value] = classes if asked is None else self.values.get(asked) or (None,)
            todo.extend({**known, asked: way} for way in reversed(ways))

    def settled_as(self, side: int, known: _Known) -> list[_Known]:
        """What a plan settles a case as, one of which is taken in the end."""
        number = _number(known)
        if number is None or number < self.folk.singles:
            return [known]
        return [{**known, None: one} for one in considered(self.plans[side], self.folk, number)]

    def asked(self, trees: Sequence[tuple[int, _Tree]], known: _Known) -> object:
        """The first fact (None: the identities) that one of the steps asks for and nobody gave."""
        cases = self.settled_as(0, known), self.settled_as(1, known)
        for side, tree in trees:
            for case in cases[side]:
                found = tree.find(case)
                if not found.made:
                    return found.asks
        return _NOTHING

    def is_same(self, known: _Known) -> bool:
        """Whether the steps that differ come to the same."""
        cases = self.settled_as(0, known)
        return cases == self.settled_as(1, known) and all(
            _came_to(a, case) == _came_to(b, case) for case in cases for a, b in self.apart
        )

    def came_to(self, side: int, known: _Known) -> tuple[Folded, ...]:
        """What is left of a plan's steps."""
        ways = list(dict.fromkeys(_came_to(self.sides[side], case) for case in self.settled_as(side, known)))
        if len(ways) == 1:
            return ways[0]
        same = 0
        while all(len(way) > same and way[same] is ways[0][same] for way in ways):
            same += 1
        rest = tuple(way[same:] for way in ways)
        key = (Best, *(tuple(map(id, way)) for way in rest))
        return (*ways[0][:same], self.kept.one(key, lambda: Best(rest)))

    def counts(self, pair: int) -> bool:
        """Whether persons with two identities can be anything else than those with either one."""
        alone = {1 + group for group in self.folk.held[pair]}
        for plan, trees in zip(self.plans, self.sides, strict=True):
            ways = considered(plan, self.folk, pair)
            if ways == (pair,):
                alone = {one for one in alone if all(tree.like[one] == tree.like[pair] for tree in trees)}
            elif len(ways) == 1:
                alone &= {*ways}
            elif any(tree.like[ways[0]] != tree.like[ways[1]] for tree in trees):
                alone = set()
        return not alone

    def as_one(self, known: _Known, same: bool) -> bool:
        """Whether persons with two identities are as those with one of them in both plans: in all their steps, or where
        the plans are the same in those that differ."""
        number = _number(known)
        if number is None or number < self.folk.singles:
            return False
        trees = self.first if same else self.all
        for group in self.folk.held[number]:
            alone = {**known, None: 1 + group}
            if self.asked(trees, alone) is _NOTHING and all(
                _came_to(of_side, case) == _came_to(of_side, alone)
                for side in (0, 1)
                for of_side in [[tree for own, tree in trees if own == side]]
                for case in self.settled_as(side, known)
            ):
                return True
        return False


def _inside(step: Folded) -> Iterator[Folded]:
    """A step, and where it is the best of several the steps of these."""
    yield step
    if isinstance(step, Best):
        for way in step.ways:
            yield from way


def _all_steps(plan: p.Plan) -> list[Step | p.Tally]:
    """The steps, and at the end the tallies where a step reads one."""
    reads = any(isinstance(node, p.Tallied) for node in nodes([plan.root]))
    return [*ready_steps(plan), *(plan.tallies if reads else ())]


def _number(known: _Known) -> int | None:
    number = known.get(None)
    assert number is None or isinstance(number, int)
    return number


def _facts(known: _Known) -> Facts:
    return {name: value for name, value in known.items() if name is not None}


_NOTHING = object()
_BROKEN = p.CopayCut(p.Const(0, "money"), p.Part("inscope", ""), None, p.Origin((), "", ""))
"""A step that multiplies amounts or sums over items."""


def _came_to(trees: Sequence[_Tree], known: _Known) -> tuple[Folded, ...]:
    return tuple(step for tree in trees if (step := tree.find(known).step) is not None)


class _Trees:
    """One tree for every step; steps that mean the same share theirs."""

    def __init__(self, folk: People, kept: Kept) -> None:
        self.kept = kept
        self.folk = folk
        self.trees: dict[object, _Tree] = {}

    def of(self, step: Step | p.Tally) -> _Tree:
        meaning = means(step)
        if meaning not in self.trees:
            self.trees[meaning] = _Tree(self, step)
        return self.trees[meaning]


class _Way:
    """Where a tree has come to: what it asks next, or what the step came to."""

    __slots__ = ("asks", "made", "step", "ways")

    def __init__(self) -> None:
        self.made = False
        self.asks: str | None = None
        self.step: Folded | None = None
        self.ways: dict[p.Value, _Way] = {}


class _Tree:
    """A step with what it comes to for every answer to the facts it asks for."""

    def __init__(self, trees: _Trees, step: Step | p.Tally) -> None:
        self.trees = trees
        self.whole = step
        self.like = alike(trees.folk, step)
        self.root = self.made({})

    def find(self, known: _Known) -> _Way:
        """What the step comes to for what is known, or the way at which it asks for more."""
        way, used = self.root, 0
        while not way.made and way.asks in known:
            used += 1
            answer = self.answer(way, known)
            following = way.ways.get(answer)
            if following is None:
                following = way.ways[answer] = self.made(self.path(known, used))
            way = following
        return way

    def path(self, known: _Known, length: int) -> _Known:
        """The answers that lead to a way."""
        way, answers = self.root, dict[str | None, p.Value]()
        for _ in range(length):
            answers[way.asks] = self.answer(way, known)
            if len(answers) < length:
                way = way.ways[answers[way.asks]]
        return answers

    def answer(self, way: _Way, known: _Known) -> p.Value:
        """What is known of that which is asked; of persons the first class that comes to the same."""
        number = _number(known) if way.asks is None else None
        return known[way.asks] if number is None else self.like[number]

    def made(self, answers: _Known) -> _Way:
        way = _Way()
        number = _number(answers)
        held = None if number is None else frozenset(self.trees.folk.names(number))
        try:
            way.step = folded_step(Folding(self.trees.kept, _facts(answers), held), self.whole)
            way.made = True
        except NeedFact as need:
            way.asks = need.fact.name
        except NeedIdentities:
            way.asks = None
        except NotLinear:
            way.made, way.step = True, _BROKEN
        return way
