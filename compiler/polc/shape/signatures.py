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
from polc.shape.run import Step, ready_steps

MOST_CASES = 20_000
"""Cases looked at; beyond that the plans are too many-sided to be compared."""

Folded = Step | p.Tally
Facts = Mapping[str, p.Value]
_Known = dict[str | None, p.Value]
"""Facts by name, and under None the number of the class of identities."""


class TooManyCases(Exception):
    """The plans tell too many cases apart."""


@frozen(eq=False, slots=False)
class Signature:
    """A class of cases: identities that count alike (None: any) by the number of their class, and facts; and what is
    left of both plans' steps. That is None where the plans are the same for it; and where they cannot be compared:
    `unlike` then names a fact that is another kind of thing in either plan, or `linear` is False."""

    identities: int | None
    facts: Facts
    steps: tuple[tuple[Folded, ...], tuple[Folded, ...]] | None
    unlike: str = ""
    linear: bool = True


def signatures(
    plans: tuple[p.Plan, p.Plan], classes: Sequence[Sequence[str]], values: Mapping[str, Sequence[p.Value]], kept: Kept
) -> Iterator[Signature]:
    """Every case of the classes of identities and the values of facts, as coarse as what is paid allows.

    Raises `TooManyCases`.
    """
    trees = _Trees(classes, kept)
    units = [{spec.name: spec.unit for spec in plan.facts if spec.used} for plan in plans]
    unlike = {name for name, unit in units[0].items() if units[1].get(name, unit) != unit}
    old, new = ([trees.of(step) for step in _all_steps(plan)] for plan in plans)
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    apart = [(old[a:b], new[c:d]) for kind, a, b, c, d in codes if kind != "equal"]
    first = [tree for pair in apart for side in pair for tree in side]
    count = 0
    todo: list[_Known] = [{}]
    while todo:
        known = todo.pop()
        count += 1
        if count > MOST_CASES:
            raise TooManyCases
        asked = _asked(first, known)
        same = asked is _NOTHING and all(_came_to(a, known) == _came_to(b, known) for a, b in apart)
        if asked is _NOTHING and not same:
            asked = _asked([*old, *new], known)
        if asked is _NOTHING:
            both = None if same else (_came_to(old, known), _came_to(new, known))
            linear = both is None or not any(step is _BROKEN for side in both for step in side)
            yield Signature(_number(known), _facts(known), both if linear else None, "", linear)
            continue
        assert asked is None or isinstance(asked, str)
        if asked in unlike:
            yield Signature(_number(known), _facts(known), None, asked or "")
            continue
        ways: Sequence[p.Value] = range(len(classes)) if asked is None else values.get(asked) or (None,)
        todo.extend({**known, asked: way} for way in reversed(ways))


def _all_steps(plan: p.Plan) -> list[Folded]:
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


def _asked(trees: Sequence[_Tree], known: _Known) -> object:
    """The first fact (None: the identities) that one of the steps asks for and nobody gave."""
    for tree in trees:
        found = tree.find(known)
        if not found.made:
            return found.asks
    return _NOTHING


def _came_to(trees: Sequence[_Tree], known: _Known) -> tuple[Folded, ...]:
    return tuple(step for tree in trees if (step := tree.find(known).step) is not None)


class _Trees:
    """One tree for every step; steps that mean the same share theirs."""

    def __init__(self, classes: Sequence[Sequence[str]], kept: Kept) -> None:
        self.kept = kept
        self.classes = classes
        self.trees: dict[object, _Tree] = {}

    def of(self, step: Folded) -> _Tree:
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

    def __init__(self, trees: _Trees, step: Folded) -> None:
        self.trees = trees
        self.whole = step
        self.root = self.made({})

    def find(self, known: _Known) -> _Way:
        """What the step comes to for what is known, or the way at which it asks for more."""
        way, used = self.root, 0
        while not way.made and way.asks in known:
            used += 1
            answer = known[way.asks]
            following = way.ways.get(answer)
            if following is None:
                following = way.ways[answer] = self.made(self.path(known, used))
            way = following
        return way

    def path(self, known: _Known, length: int) -> _Known:
        """The answers that lead to a way."""
        way, answers = self.root, dict[str | None, p.Value]()
        for _ in range(length):
            answers[way.asks] = known[way.asks]
            if len(answers) < length:
                way = way.ways[known[way.asks]]
        return answers

    def made(self, answers: _Known) -> _Way:
        way = _Way()
        number = _number(answers)
        held = None if number is None else frozenset(self.trees.classes[number][:1])
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
