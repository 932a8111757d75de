"""Whether a condition can hold, and whether it can fail, where others hold.

Theory: a condition is a formula over variables. Facts of few values, identities and whatever cannot be looked into
(an opaque condition is one variable, the same wherever it says the same) have small domains. A comparison of amounts
is one side of a threshold on a linear form; only the order of the thresholds counts, so a form takes each threshold, a
value between every two, and one beyond either end. A world that makes the formula come out as asked is looked for by
assigning the variables one by one, as far as the formula is still open: most of a condition never matters.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import attrs
from attrs import frozen

from polc import plan as p

MOST_STEPS = 4_000
"""Assignments tried for one question; one that takes more stays undecided."""

_Variable = tuple[object, ...]
_Form = tuple[tuple[object, Fraction], ...]
_NOBODY = 0
_NEVER_NEGATIVE = (p.Part, p.Paid, p.Cut, p.Overflow, p.Left, p.Borne)
_OTHER_TEXT = ""


class _Undecided(Exception):
    """The search takes too long."""


@frozen(eq=False, repr=False, slots=False)
class Truth:
    """What is known of the claims that a plan settles: the values of facts, who can be looked at, which days."""

    values: Mapping[str, Sequence[p.Value]]
    """All that a fact of choices can be; other texts and numbers are taken as the conditions tell them apart."""
    holdings: tuple[frozenset[str], ...]
    """The identities that may be looked at together: under 就高 by identity one, with what it counts as."""
    together: bool
    """Whether a person may have several of these holdings at a time."""
    day: str
    first: datetime.date | None
    last: datetime.date | None

    def outcomes(self, known: Iterable[p.Expr], condition: p.Expr) -> set[bool] | None:
        """How a condition can come out where all the known ones hold; None where that is not found out, or where the
        known ones never hold together."""
        formula = _Formula(self, (*known, condition))
        before, asked = formula.parts[:-1], formula.parts[-1]
        try:
            found = {way for way in (True, False) if formula.possible(before, asked, way)}
        except _Undecided:
            return None
        return found or None


def truth_of(plan: p.Plan, *, alone: bool) -> Truth:
    """The worlds of a plan. `alone`: as the layers see a person under 就高 by identity, one identity at a time."""
    values = {spec.name: tuple(name for name, _ in spec.choices) for spec in plan.facts if spec.choices}
    one = alone and isinstance(plan.root, p.HighestOf)
    starts = [x.starts for x in plan.documents]
    ends = [x.until for x in plan.documents if x.until is not None]
    return Truth(
        values, tuple(_counts_as(plan).values()), not one, plan.year.by,
        max((day for day in starts if day is not None), default=None), min(ends, default=None),
    )  # fmt: skip


def _counts_as(plan: p.Plan) -> dict[str, frozenset[str]]:
    """Every identity that a person may hold with all that it counts as."""
    names = dict.fromkeys(name for spec in plan.identities for name in (spec.name, *spec.includes))
    found = {}
    for name in names:
        reached, todo = {name}, [name]
        while todo:
            narrow = todo.pop()
            for spec in plan.identities:
                if narrow in spec.includes and spec.name not in reached:
                    reached.add(spec.name)
                    todo.append(spec.name)
        found[name] = frozenset(reached)
    return found


# ---------------------------------------------------------------- formulas


@frozen
class _Leaf:
    """True where a variable's value is among some."""

    variable: _Variable
    values: frozenset[object]


@frozen
class _Gate:
    """All of its inputs (`every`), or one of them; negated or not."""

    every: bool
    inputs: tuple[_Part, ...]
    negated: bool = False


_Part = _Leaf | _Gate | bool


class _Formula:
    """Conditions as gates over leaves, and the domain of each variable."""

    def __init__(self, truth: Truth, conditions: Sequence[p.Expr]) -> None:
        self.truth = truth
        self.domains: dict[_Variable, tuple[Any, ...]] = {}
        self._asked: dict[str, list[p.Expr]] = {}
        self._thresholds: dict[_Form, set[Fraction]] = {}
        self._groups: list[frozenset[str]] = []
        for condition in conditions:
            self._survey(condition)
        self._signatures = self._identity_signatures()
        self.parts = tuple(map(self._part, conditions))

    def possible(self, known: Sequence[_Part], asked: _Part, way: bool) -> bool:
        """Whether a world makes the known ones true and the asked one come out this way. Raises `_Undecided`."""
        goal = _Gate(True, (*known, asked if way else _Gate(True, (asked,), negated=True)))
        left = MOST_STEPS
        todo: list[dict[_Variable, object]] = [{}]
        while todo:
            world = todo.pop()
            left -= 1
            if left < 0:
                raise _Undecided
            outcome = _value(goal, world)
            if outcome is True:
                return True
            if outcome is None:
                variable = _open(goal, world)
                assert variable is not None
                todo.extend({**world, variable: value} for value in reversed(self.domains[variable]))
        return False

    # ------------------------------------------------------------ what is asked of each variable

    def _survey(self, e: p.Expr) -> None:
        if isinstance(e, p.All | p.Any):
            for inner in e.conditions:
                self._survey(inner)
        elif isinstance(e, p.Not):
            self._survey(e.condition)
        elif isinstance(e, p.Named):
            self._survey(e.value)
        elif isinstance(e, p.Holds):
            if e.identities not in self._groups:
                self._groups.append(e.identities)
        elif (fact := _fact_of(e)) is not None:
            self._asked.setdefault(fact, []).append(e)
        elif isinstance(e, p.Compare) and (split := _threshold(e)) is not None:
            form, _, edge = split
            self._thresholds.setdefault(form, set()).add(edge)

    def _identity_signatures(self) -> tuple[tuple[bool, ...], ...]:
        """How each holding answers the questions about identities; each answer once, that of nobody first."""
        nobody = tuple(False for _ in self._groups)
        own = (tuple(bool(held & group) for group in self._groups) for held in self.truth.holdings)
        return tuple(dict.fromkeys((nobody, *own)))

    # ------------------------------------------------------------ conditions as gates

    def _part(self, e: p.Expr) -> _Part:
        if isinstance(e, p.All | p.Any):
            return _Gate(isinstance(e, p.All), tuple(map(self._part, e.conditions)))
        if isinstance(e, p.Not):
            return _Gate(True, (self._part(e.condition),), negated=True)
        if isinstance(e, p.Named):
            return self._part(e.value)
        if isinstance(e, p.Const) and e.value is not None:
            return bool(e.value)
        if isinstance(e, p.Holds):
            return self._holds(e)
        if (fact := _fact_of(e)) is not None:
            return self._of_fact(e, fact)
        if isinstance(e, p.Compare):
            split = _threshold(e)
            if split is not None:
                return self._of_amount(*split)
        return self._leaf(("said", _said(e)), (True, False), {True})

    def _leaf(self, variable: _Variable, domain: Iterable[object], values: Iterable[object]) -> _Leaf:
        self.domains.setdefault(variable, tuple(domain))
        return _Leaf(variable, frozenset(values))

    def _holds(self, e: p.Holds) -> _Part:
        at = self._groups.index(e.identities)
        if not self.truth.together:
            own = [i for i, signature in enumerate(self._signatures) if signature[at]]
            return self._leaf(("identity",), range(len(self._signatures)), own)
        kinds = [i for i, signature in enumerate(self._signatures) if signature[at] and i != _NOBODY]
        return _Gate(False, tuple(self._leaf(("identity", i), (False, True), {True}) for i in kinds))

    def _of_fact(self, e: p.Expr, fact: str) -> _Leaf:
        variable = ("fact", fact)
        if variable not in self.domains:
            asked = self._asked[fact]
            values = self.truth.values.get(fact) or [value for one in asked for value in _values_asked(one)]
            kinds = {tuple(_of_value(one, value) for one in asked): value for value in values}
            self.domains[variable] = tuple(kinds.values())
        domain = self.domains[variable]
        return self._leaf(variable, domain, [value for value in domain if _of_value(e, value)])

    def _of_amount(self, form: _Form, op: str, edge: Fraction) -> _Part:
        if not form:
            return _compared(op, Fraction(0), edge)
        domain = self._points(form)
        return self._leaf(("form", form), domain, [value for value in domain if _compared(op, value, edge)])

    def _points(self, form: _Form) -> list[Fraction]:
        """A value for every way the thresholds of a form can be passed."""
        low, high = self._bounds(form)
        edges = sorted(self._thresholds[form])
        points = [edges[0] - 1, edges[-1] + 1, *edges]
        points += [(a + b) / 2 for a, b in pairwise(edges)]
        points += [x for x in (low, high) if x is not None]
        return sorted({x for x in points if (low is None or x >= low) and (high is None or x <= high)})

    def _bounds(self, form: _Form) -> tuple[Fraction | None, Fraction | None]:
        """No amount of a claim is negative; no claim is of a day outside the policy's time."""
        if len(form) == 1 and form[0][0] == ("date", self.truth.day):
            first, last = self.truth.first, self.truth.last
            return (_ordinal(first) if first else None), (_ordinal(last) if last else None)
        never = all(isinstance(atom, tuple) and atom[:1] == ("amount",) and factor > 0 for atom, factor in form)
        return (Fraction(0) if never else None), None


def _value(part: _Part, world: Mapping[_Variable, object]) -> bool | None:
    """How a formula comes out as far as the variables are assigned; None where it is still open."""
    if isinstance(part, bool):
        return part
    if isinstance(part, _Leaf):
        return world[part.variable] in part.values if part.variable in world else None
    decides = not part.every  # one input that is this decides
    found: bool | None = part.every
    for inner in part.inputs:
        own = _value(inner, world)
        if own is decides:
            found = decides
            break
        if own is None:
            found = None
    return None if found is None else found != part.negated


def _open(part: _Part, world: Mapping[_Variable, object]) -> _Variable | None:
    """A variable that an open formula waits for."""
    if isinstance(part, _Leaf):
        return None if part.variable in world else part.variable
    if isinstance(part, _Gate):
        for inner in part.inputs:
            if _value(inner, world) is None:
                return _open(inner, world)
    return None


# ---------------------------------------------------------------- facts


def _fact_of(e: p.Expr) -> str | None:
    """The one fact of few values that a plain condition hangs on."""
    if isinstance(e, p.Fact):
        return e.name if e.unit == "bool" else None
    if isinstance(e, p.Within) and isinstance(e.value, p.Fact) and e.value.unit == "text":
        return e.value.name
    if isinstance(e, p.Compare) and isinstance(e.left, p.Fact) and isinstance(e.right, p.Const):
        return e.left.name if e.left.unit in ("text", "bool") and e.right.value is not None else None
    return None


def _values_asked(e: p.Expr) -> Iterable[p.Value]:
    """The values that tell the outcomes of a plain condition apart; any other text is one more."""
    if isinstance(e, p.Within):
        return (*sorted(e.values), _OTHER_TEXT)
    if isinstance(e, p.Compare) and isinstance(e.right, p.Const):
        return (True, False) if isinstance(e.right.value, bool) else (e.right.value, _OTHER_TEXT)
    return (True, False)


def _of_value(e: p.Expr, value: p.Value) -> bool:
    if isinstance(e, p.Within):
        return (value in e.values) != e.negated
    if isinstance(e, p.Compare) and isinstance(e.right, p.Const):
        return (value == e.right.value) == (e.op == "=")
    return bool(value)


# ---------------------------------------------------------------- amounts


def _threshold(e: p.Compare) -> tuple[_Form, str, Fraction] | None:
    """A comparison as linear form, operator and edge, the form's first factor being 1; None where it is not linear."""
    terms: dict[object, Fraction] = {}
    constant = _add(e.left, Fraction(1), terms)
    other = _add(e.right, Fraction(-1), terms)
    if constant is None or other is None:
        return None
    edge = -(constant + other)
    form = sorted(((atom, factor) for atom, factor in terms.items() if factor), key=lambda pair: repr(pair[0]))
    if not form:
        return (), e.op, edge
    scale = form[0][1]
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
    op = turned.get(e.op, e.op) if scale < 0 else e.op
    return tuple((atom, factor / scale) for atom, factor in form), op, edge / scale


def _add(e: p.Expr, factor: Fraction, terms: dict[object, Fraction]) -> Fraction | None:
    """Adds a value, as often as `factor` says, to the terms; what of it is constant, None where it has no number."""
    if isinstance(e, p.Named):
        return _add(e.value, factor, terms)
    if isinstance(e, p.Const):
        number = _number(e.value)
        return None if number is None else number * factor
    if isinstance(e, p.Add):
        parts = [_add(inner, factor * sign, terms) for sign, inner in e.terms]
        return None if any(part is None for part in parts) else sum((x for x in parts if x is not None), Fraction(0))
    if isinstance(e, p.Multiply):
        fixed = [_fixed(inner) for inner in e.factors]
        open_ = [inner for inner, number in zip(e.factors, fixed, strict=True) if number is None]
        if len(open_) <= 1:
            for number in fixed:
                factor = factor * number if number is not None else factor
            return _add(open_[0], factor, terms) if open_ else factor
    atom: object = ("said", _said(e))
    if isinstance(e, _NEVER_NEGATIVE):
        atom = ("amount", _said(e))
    elif isinstance(e, p.Fact):
        if e.unit in ("text", "bool", "choices"):
            return None
        atom = ("date" if e.unit == "date" else "fact", e.name)
    elif isinstance(e, p.Holds | p.Within | p.All | p.Any | p.Not | p.Compare | p.InPackage):
        return None
    terms[atom] = terms.get(atom, Fraction(0)) + factor
    return Fraction(0)


def _fixed(e: p.Expr) -> Fraction | None:
    """The number that a value always is."""
    if isinstance(e, p.Named):
        return _fixed(e.value)
    return _number(e.value) if isinstance(e, p.Const) else None


def _number(value: p.Value) -> Fraction | None:
    if isinstance(value, datetime.date):
        return _ordinal(value)
    return Fraction(value) if isinstance(value, int | Fraction) and not isinstance(value, bool) else None


def _ordinal(day: datetime.date) -> Fraction:
    return Fraction(day.toordinal())


def _compared(op: str, left: Fraction, right: Fraction) -> bool:
    return {
        "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right, "=": left == right,
        "!=": left != right,
    }[op]  # fmt: skip


def _said(node: Any) -> object:
    """What two terms have in common that say the same; a value still left open is only like itself."""
    if isinstance(node, tuple):
        return tuple(map(_said, node))
    if isinstance(node, p.Const) and node.value is None:
        return ("open", id(node))
    if isinstance(node, p.Named):
        return _said(node.value)
    if attrs.has(type(node)):
        names = [field.name for field in attrs.fields(type(node)) if field.name not in ("origin", "name")]
        names += ["name"] if isinstance(node, p.Fact | p.Cut | p.Tallied | p.InPackage) else []
        return (type(node).__name__, *(_said(getattr(node, name)) for name in names))
    return tuple(sorted(node)) if isinstance(node, frozenset) else node
