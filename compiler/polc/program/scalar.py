"""From expressions of a plan to nodes of a program.

Theory: an expression becomes one node, evaluated in the interpreter's order and no further than the interpreter
evaluates it. Where a value is missing, the node `Refuse` hands the claim to the interpreter; where no case fits,
`Lacks` is the interpreter's own signal.

A definition that rests on facts alone keeps its value for the whole claim, so it is bound to a name where it is first
evaluated and read under that name wherever this place has been passed for certain (`scopes`). In the same way a fact is
checked where it is first read.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import attrs
from attrs import define, field

from pol_lang.problem import Problems
from polc import plan as p
from polc.arithmetic import whole
from polc.evaluate import Environment, NoValue, is_constant, reader, unit_of
from polc.program.asked import is_stable, kind_of, structure, texts_read, unnamed
from polc.program.bands import applied
from polc.program.build import Builder
from polc.program.days import call
from polc.program.exact import (
    NOTHING,
    Code,
    common,
    compared,
    divided,
    larger,
    literal,
    multiple,
    never_negative,
    product,
    smaller,
    total,
    truncated,
    within,
)
from polc.program.facts import OTHER_CHOICE, FactUse, fact_use
from polc.program.making import (
    NO,
    bind,
    choice,
    compare,
    integer,
    joined,
    lacks,
    negated,
    range_of,
    refuse,
    text,
    truth,
)
from polc.program.nodes import MOST_ITEMS, BestHeld, Given, ItemsSum, Lookup, Member, Node, Overlaps, Stack
from polc.program.symbols import Held, Symbols

LOOKED_UP = 4
"""From how many rows on cases over one text are looked up in a table."""


@define(eq=False, repr=False)
class Scalars:
    """Turns expressions into nodes; collects what they read."""

    build: Builder
    symbols: Symbols
    specs: Mapping[tuple[str, str], p.FactSpec]
    facts: dict[tuple[str, str], FactUse] = field(factory=dict)
    holds: dict[frozenset[str], str] = field(factory=dict)
    choices: dict[str, int] = field(factory=dict)
    scopes: list[dict[Hashable, Code]] = field(factory=lambda: [{}])

    def __call__(self, expr: p.Expr) -> Code:
        """The value of an expression; conditions and texts too come as `Code`."""
        if isinstance(expr, p.Const):
            return self._const(expr.value)
        if is_constant(expr):
            try:
                return self._const(reader(expr)(Environment()))
            except NoValue:
                return Code(lacks(kind_of(expr)))
            except Problems:
                return Code(refuse(kind_of(expr)))  # the interpreter says what is wrong
        return _LOWER[type(expr)](self, expr)

    def condition(self, expr: p.Expr) -> Node:
        """A condition."""
        return self(expr).node

    @contextmanager
    def branch(self) -> Iterator[None]:
        """What is evaluated inside may be left out: names bound there are not read outside."""
        self.scopes.append({})
        yield
        self.scopes.pop()

    def read(self, held: Held) -> Code:
        """A variable of the claim's state as it stands."""
        return self.build.code(*held)

    def added(self, names: list[str]) -> Code:
        """The sum of amounts of whole fen."""
        if len(names) == 1:
            return self.build.code(names[0])
        return total([(1, self.build.code(name)) for name in names]) if names else NOTHING

    # ------------------------------------------------------------ leaves

    def _const(self, value: p.Value) -> Code:
        if isinstance(value, bool):
            return Code(truth(value))
        if isinstance(value, int | Fraction):
            return literal(value)
        if isinstance(value, datetime.date):
            return Code(integer(value.toordinal()))
        if isinstance(value, frozenset):
            return Code(integer(self._bits(value)))
        if isinstance(value, tuple):
            month, day = value
            return Code(integer(100 * month + day))
        return Code(refuse("text") if value is None else text(value))

    def _bits(self, choices: frozenset[str]) -> int:
        """The mask of choices; each gets a bit when it is first asked for."""
        bits = 0
        for name in sorted(choices):
            bits |= self.choices.setdefault(name, OTHER_CHOICE << (len(self.choices) + 1))
        return bits

    def _fact(self, expr: p.Fact) -> Code:
        use = self.facts.get((expr.of, expr.name))
        if use is None:
            use = fact_use(expr, self.specs.get((expr.of, expr.name)), self.build.name("x"))
            self.facts[expr.of, expr.name] = use
            self.build.given(use.variable, use.kind, use.low, use.high)
        if self._known(use.variable) is None:
            self.scopes[-1][use.variable] = NOTHING
            return Code(Given(use.kind, use.low, use.high, use.variable), use.den)
        return self.build.code(use.variable, use.den)

    def _part(self, expr: p.Part) -> Code:
        return self.build.code(expr.part)

    def _paid(self, expr: p.Paid) -> Code:
        name = self.symbols.paid.get(expr.layer)
        return self.build.code(name) if name else NOTHING

    def _cut(self, expr: p.Cut) -> Code:
        return self.added(self.symbols.cuts.get(expr.name, []))

    def _overflow(self, expr: p.Overflow) -> Code:
        held = self.symbols.overflow.get(expr.layer)
        return self.read(held) if held else NOTHING

    def _left(self, expr: p.Left) -> Code:
        return self.build.code("left")

    def _borne(self, expr: p.Borne) -> Code:
        if expr.field == self.symbols.person_field:
            return self.build.code("left")
        return self.added(self.symbols.borne.get(expr.field, []))

    def _tallied(self, expr: p.Tallied) -> Code:
        held = self.symbols.tallies.get(expr.name)
        return self.read(held) if held else NOTHING

    def _in_package(self, expr: p.InPackage) -> Code:
        flags = self.symbols.packages.get(expr.name, [])
        return Code(joined(False, map(self.build.get, flags)))

    def _holds(self, expr: p.Holds) -> Code:
        name = self.holds.get(expr.identities)
        if name is None:
            name = self.holds[expr.identities] = self.build.name("h")
            self.build.given(name, "bool")
        return Code(self.build.get(name))

    # ------------------------------------------------------------ sums

    def _add(self, expr: p.Add) -> Code:
        terms = [(sign, self(term)) for sign, term in expr.terms]
        result = total(terms)
        if terms[0][0] > 0 and all(sign < 0 and code.positive for sign, code in terms[1:]):
            result = within(result, terms[0][1].bounds)
        return never_negative(result) if self.build.covers(terms) else result

    def _multiply(self, expr: p.Multiply) -> Code:
        result, *others = [self(factor) for factor in expr.factors]
        for factor in others:
            result = product(result, factor)
        return result

    def _divide(self, expr: p.Divide) -> Code:
        if is_constant(expr.divisor):
            try:
                divisor = reader(expr.divisor)(Environment())
            except NoValue:
                return Code(lacks())
            except Problems:
                divisor = 0
            return product(self(expr.dividend), literal(1 / Fraction(divisor))) if divisor else Code(refuse())
        return divided(self(expr.dividend), self(expr.divisor))

    def _extreme(self, expr: p.Smallest | p.Largest) -> Code:
        if unit_of(expr) == "text":
            return Code(refuse("text"))
        pick = smaller if isinstance(expr, p.Smallest) else larger
        result, *others = [self(argument) for argument in expr.arguments]
        for other in others:
            result = pick(result, other)
        return result

    def _cases(self, expr: p.Cases) -> Code:
        looked_up = self._looked_up(expr)
        if looked_up is not None:
            return looked_up
        made: list[tuple[Node, Code]] = []
        depth = len(self.scopes)
        for arm in expr.arms:
            condition = self.condition(arm.condition)
            self.scopes.append({})  # from here on only where the first condition did not hold
            with self.branch():
                made.append((condition, self(arm.value)))
        result = Code(lacks(kind_of(expr))) if expr.otherwise is None else self(expr.otherwise)
        del self.scopes[depth:]
        if kind_of(expr) == "int":
            *values, result = common(*(value for _, value in made), result)
            made = [(condition, value) for (condition, _), value in zip(made, values, strict=True)]
        for condition, value in reversed(made):
            result = Code(choice(condition, value.node, result.node), result.den)
        return result

    def _looked_up(self, expr: p.Cases) -> Code | None:
        """Cases over one text with constant values, as a table."""
        if kind_of(expr) != "int" or len(expr.arms) < LOOKED_UP:
            return None
        key: p.Expr | None = None
        rows: dict[str, Code] = {}
        for arm in expr.arms:
            condition, value = unnamed(arm.condition), arm.value
            if not (isinstance(condition, p.Compare) and condition.op == "=" and is_constant(value)):
                return None
            fact, row = unnamed(condition.left), unnamed(condition.right)
            if not (isinstance(fact, p.Fact) and isinstance(row, p.Const) and isinstance(row.value, str)):
                return None
            if key is not None and structure(key) != structure(fact):
                return None
            key = fact
            rows.setdefault(row.value, self(value))
        if any(code.node.kind != "int" or code.den is None for code in rows.values()):
            return None
        with self.branch():
            last = Code(lacks()) if expr.otherwise is None else self(expr.otherwise)
        *values, last = common(*rows.values(), last)
        if last.den is None:
            return None
        table = {name: _value(code.node) for name, code in zip(rows, values, strict=True)}
        if any(number is None for number in table.values()):
            return None
        low, high = range_of(last.node, *(code.node for code in values))
        made = {name: number for name, number in table.items() if number is not None}
        assert key is not None
        return Code(Lookup("int", low, high, self(key).node, made, last.node), last.den)

    def _rounded(self, expr: p.Rounded) -> Code:
        return multiple(self(expr.value), whole(expr.to), expr.mode)

    def _apply(self, expr: p.Apply) -> Code:
        return applied(self, expr)

    def _items_sum(self, expr: p.ItemsSum) -> Code:
        with self.branch():
            where = None if expr.where is None else self.condition(expr.where)
            with self.branch():
                value = self(expr.value)
        low, high = range_of(value.node)
        if low is not None and high is not None:
            low, high = min(0, low * MOST_ITEMS), max(0, high * MOST_ITEMS)
        return Code(ItemsSum(value.node.kind, low, high, value.node, where), value.den)

    def _stacked(self, expr: p.Stacked) -> Code:
        chosen_ = self(expr.fact).node
        arms = []
        for name, value in expr.arms:
            with self.branch():
                arms.append((self._bits(frozenset({name})), self(value)))
        values = common(*(value for _, value in arms)) if arms else ()
        shares = common(*map(literal, expr.shares)) if expr.shares else ()
        if any(value.den is None for value in values):
            return Code(refuse())
        known = sum({bit for bit, _ in arms})
        choices = self.build.name()
        first, again = bind(choices, chosen_), self.build.bound(choices, chosen_)
        beyond = Overlaps("bool", None, None, first, ~known)
        tops = [share.node.low or 0 for share in shares]
        ranges = [value.node for value in values]
        low, high = range_of(*ranges) if ranges else (0, 0)
        most = max(abs(low or 0), abs(high or 0)) * sum(map(abs, tops))
        least = 0 if all(value.positive for value in values) and min(tops, default=0) >= 0 else -most
        rows = tuple((bit, value.node) for (bit, _), value in zip(arms, values, strict=True))
        stack = Stack("int", least, most, again, rows, tuple(tops))
        den = (values[0].den or 1) * (shares[0].den or 1) if values and shares else 1
        return Code(choice(beyond, lacks(), stack), den)

    def _known(self, key: Hashable) -> Code | None:
        """What was bound at a place that has been passed for certain."""
        return next((scope[key] for scope in self.scopes if key in scope), None)

    def _named(self, expr: p.Named) -> Code:
        if not is_stable(expr):
            return self(expr.value)
        key = structure(expr.value)
        known = self._known(key)
        if known is not None:
            return known
        code = self(expr.value)
        if code.node.atom:
            return code
        name = self.build.name()
        self.scopes[-1][key] = Code(self.build.bound(name, code.node), code.den)
        return Code(bind(name, code.node), code.den)

    def _best_of(self, expr: p.BestOf) -> Code:
        outer, self.scopes = self.scopes, [{}]  # what was bound outside may rest on other identities
        value = self(expr.value)
        self.scopes = outer
        low, high = range_of(value.node)
        node = BestHeld(value.node.kind, low, high, "<" if expr.best == "smallest" else ">", value.node)
        return Code(node, value.den)

    # ------------------------------------------------------------ days

    def _date_shift(self, expr: p.DateShift) -> Code:
        day, count = self(expr.date).node, truncated(self(expr.by)).node
        if expr.step == "years":
            count = product(Code(count), literal(12)).node
        step = {"days": "add_days", "workdays": "add_workdays"}.get(expr.step, "add_months")
        return Code(call(step, day, count))

    def _date_part(self, expr: p.DatePart) -> Code:
        return Code(call(expr.part, self(expr.date).node))

    def _days_between(self, expr: p.DaysBetween) -> Code:
        start = self(expr.start)
        return total(((-1, start), (1, self(expr.end))))

    # ------------------------------------------------------------ conditions

    def _compare(self, expr: p.Compare) -> Code:
        units = unit_of(expr.left), unit_of(expr.right)
        left, right = self(expr.left), self(expr.right)
        op = "==" if expr.op == "=" else expr.op
        if "month_day" in units:
            left, right = (
                Code(call("month_day", code.node)) if unit == "date" else code
                for code, unit in zip((left, right), units, strict=True)
            )
        if "choices" in units:
            return Code(refuse("bool"))
        if "text" in units and texts_read(expr.left) and texts_read(expr.right):
            for key in texts_read(expr.left) | texts_read(expr.right):
                self.facts[key] = attrs.evolve(self.facts[key], open=True)
        if left.node.kind in ("bool", "text"):
            return Code(compare(op, left.node, right.node))
        return Code(compared(op, left, right))

    def _within(self, expr: p.Within) -> Code:
        value = self(expr.value).node
        if unit_of(expr.value) == "choices":
            made: Node = Overlaps("bool", None, None, value, self._bits(expr.values))
        elif value.kind == "text":
            made = Member("bool", None, None, value, expr.values)
        else:
            made = NO  # no number is a text
        return Code(negated(made) if expr.negated else made)

    def _joined(self, expr: p.All | p.Any) -> Code:
        depth = len(self.scopes)
        parts = []
        for condition in expr.conditions:
            parts.append(self.condition(condition))
            self.scopes.append({})  # further ones are evaluated only where this one did not decide
        del self.scopes[depth:]
        return Code(joined(isinstance(expr, p.All), parts))

    def _not(self, expr: p.Not) -> Code:
        return Code(negated(self.condition(expr.condition)))


def _value(node: Node) -> int | None:
    return node.low if node.low is not None and node.low == node.high else None


_LOWER: dict[type, Callable[[Scalars, Any], Code]] = {
    p.Fact: Scalars._fact, p.Part: Scalars._part, p.Paid: Scalars._paid, p.Cut: Scalars._cut,
    p.Overflow: Scalars._overflow, p.Left: Scalars._left, p.Borne: Scalars._borne, p.Tallied: Scalars._tallied,
    p.InPackage: Scalars._in_package, p.Holds: Scalars._holds, p.Within: Scalars._within, p.Add: Scalars._add,
    p.Multiply: Scalars._multiply, p.Divide: Scalars._divide, p.Smallest: Scalars._extreme,
    p.Largest: Scalars._extreme, p.Compare: Scalars._compare, p.All: Scalars._joined, p.Any: Scalars._joined,
    p.Not: Scalars._not, p.Cases: Scalars._cases, p.Rounded: Scalars._rounded, p.Apply: Scalars._apply,
    p.ItemsSum: Scalars._items_sum, p.Stacked: Scalars._stacked, p.DateShift: Scalars._date_shift,
    p.DatePart: Scalars._date_part, p.DaysBetween: Scalars._days_between, p.Named: Scalars._named,
    p.BestOf: Scalars._best_of,
}  # fmt: skip
