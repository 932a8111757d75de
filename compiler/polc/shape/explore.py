"""All regions and cases of one or more plans run side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Generic, TypeVar

from attrs import define, field, frozen

from polc import plan as p
from polc.shape.linear import Region, Split
from polc.shape.run import Case, NeedFact, Refused

T = TypeVar("T")
MOST_REGIONS = 200_000


class TooManyRegions(Exception):
    """The plans have more regions than can be listed."""


@frozen(eq=False, slots=False)
class Piece(Generic[T]):
    """One case on one region with what the run gave there."""

    case: Case
    region: Region
    result: T


def explore(
    run: Callable[[Case, Region], T], case: Case, region: Region, values: Mapping[str, Sequence[p.Value]]
) -> Iterator[Piece[T]]:
    """Runs until no question is open: every piece with its result. `values` are the values a fact is branched over."""
    todo = [(case, region)]
    count = 0
    while todo:
        case, region = todo.pop()
        count += 1
        if count > MOST_REGIONS:
            raise TooManyRegions
        try:
            result = run(case, region)
        except Split as split:
            todo.extend((case, part) for part in reversed(region.cut(split.form)))
        except NeedFact as need:
            for value in reversed(list(values.get(need.fact.name) or (None,))):
                todo.append((Case(case.identities, {**case.facts, need.fact.name: value}), region))
        except Refused:
            continue  # no such claim is settled, so nothing is to be said of it
        else:
            yield Piece(case, region, result)


def fact_values(plans: Sequence[p.Plan]) -> dict[str, list[p.Value]]:
    """For every fact the values that can make a difference: one of each set of values that all conditions of all the
    plans treat alike (see `alike`); for amounts and dates the default or the plan's day."""
    tests = _tests(plans)
    found: dict[str, list[p.Value]] = {}
    for plan in plans:
        for spec in plan.facts:
            values = found.setdefault(spec.name, [])
            questions = tests.get(spec.name, _NOTHING)
            seen = {questions.signature(value) for value in values}
            for value in _candidates(plan, spec, questions):
                signature = questions.signature(value)
                if signature not in seen:
                    seen.add(signature)
                    values.append(value)
    return found


def alike(plans: Sequence[p.Plan], fact: str, value: p.Value) -> list[p.Value]:
    """The choices of a fact that every condition of the plans treats like `value`, itself among them."""
    questions = _tests(plans).get(fact, _NOTHING)
    names = [name for plan in plans for spec in plan.facts if spec.name == fact for name, _ in spec.choices]
    wanted = questions.signature(value)
    return [name for name in dict.fromkeys(names) if questions.signature(name) == wanted] or [value]


def identity_classes(plans: Sequence[p.Plan]) -> list[list[str]]:
    """The identities of the plans in groups that no condition tells apart, in the plans' order; first the empty group:
    nobody."""
    sets: list[frozenset[str]] = []
    for plan in plans:
        sets += [node.identities for node in _nodes([plan.root, plan.shared_caps]) if isinstance(node, p.Holds)]
    ranked = any(isinstance(plan.root, p.HighestOf) and plan.root.criterion == "rank" for plan in plans)
    groups: dict[tuple[object, ...], list[str]] = {}
    nobody = tuple(False for _ in sets)
    for plan in plans:
        for spec in plan.identities:
            signature: tuple[object, ...] = tuple(spec.name in members for members in sets)
            if signature == nobody:
                continue
            names = groups.setdefault((*signature, spec.name) if ranked else signature, [])
            if spec.name not in names:
                names.append(spec.name)
    return [[], *groups.values()]


@define(eq=False)
class _Questions:
    """What plans ask of a fact: which values it equals, which numbers it is held against, in which lists it is."""

    equal: set[p.Value] = field(factory=set)
    against: set[int | Fraction] = field(factory=set)
    lists: set[frozenset[str]] = field(factory=set)
    each: bool = False
    """Whether every value may make a difference of its own."""

    def signature(self, value: p.Value) -> tuple[object, ...]:
        """How the plans see a value: the answer to each of their questions."""
        if self.each or isinstance(value, bool) or not isinstance(value, (str, int, Fraction)):
            return (value,)
        same = value if value in self.equal else None
        if isinstance(value, str):
            return (same, frozenset(names for names in self.lists if value in names))
        below = sum(edge < value for edge in self.against)
        return (same, below, value in self.against)


_NOTHING = _Questions()


def _tests(plans: Sequence[p.Plan]) -> dict[str, _Questions]:
    """What the plans ask of each fact."""
    found: dict[str, _Questions] = {}
    for plan in plans:
        for node in _nodes([plan.root, plan.shared_caps]):
            if isinstance(node, p.Compare):
                for fact, other in ((node.left, node.right), (node.right, node.left)):
                    if not isinstance(fact, p.Fact):
                        continue
                    questions = found.setdefault(fact.name, _Questions())
                    if not isinstance(other, p.Const):
                        questions.each = True
                    elif node.op in ("=", "!="):
                        questions.equal.add(other.value)
                    elif isinstance(other.value, (int, Fraction)):
                        questions.against.add(other.value)
            elif isinstance(node, p.Within) and isinstance(node.value, p.Fact):
                found.setdefault(node.value.name, _Questions()).lists.add(node.values)
    return found


def _candidates(plan: p.Plan, spec: p.FactSpec, questions: _Questions) -> list[p.Value]:
    if spec.choices:
        return [name for name, _ in spec.choices]
    if spec.unit == "bool":
        return [True, False]
    if spec.unit == "text":
        texts = {value for value in questions.equal if isinstance(value, str)}.union(*questions.lists)
        return [*sorted(texts), "—"]
    if spec.unit == "money":
        return [spec.default if spec.default is not None else 0]
    if spec.unit == "date":
        return [plan.as_of]
    if spec.unit == "choices":
        return [frozenset()]
    numbers = {*questions.against, *(v for v in questions.equal if isinstance(v, (int, Fraction)))}
    return [*sorted({int(n) + d for n in numbers for d in (-1, 0, 1) if int(n) + d >= 0})] or [40]


def _nodes(roots: list[object]) -> Iterator[object]:
    todo = list(roots)
    done: set[int] = set()
    while todo:
        node = todo.pop()
        if isinstance(node, (tuple, list)):
            todo.extend(node)
        elif hasattr(node, "__attrs_attrs__") and id(node) not in done:
            done.add(id(node))
            yield node
            todo.extend(getattr(node, a.name) for a in node.__attrs_attrs__ if a.name != "origin")
