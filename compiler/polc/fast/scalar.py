"""From expressions of a plan to pieces of source.

Theory: an expression becomes one Python expression, evaluated in the interpreter's order and no further than the
interpreter evaluates it. Where a value is missing, or no case fits, the text calls a function that raises: `refuse`
hands the claim to the interpreter, `no_value` is the interpreter's own signal. Constructs that are rare call the
interpreter's closure for that one expression, on an environment made up on the spot.

A definition that rests on facts alone keeps its value for the whole claim, so it is bound to a name where it is first
evaluated and read under that name wherever this place has been passed for certain (`scopes`). In the same way a fact is
checked where it is first read.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from typing import Any, NoReturn

import attrs
from attrs import define, field

from pol_lang.problem import Problems
from polc import plan as p
from polc.arithmetic import times, whole
from polc.evaluate import CACHED, Environment, NoValue, children, is_constant, reader, unit_of
from polc.fast.exact import (
    ZERO,
    Code,
    common,
    compared,
    larger,
    literal,
    multiple,
    product,
    smaller,
    total,
)
from polc.fast.source import Source

NUMERIC: frozenset[p.Unit] = frozenset(("money", "ratio", "points", "number", "days", "workdays", "months", "years"))
_STABLE = (
    p.Const, p.Fact, p.Holds, p.Within, p.Add, p.Multiply, p.Smallest, p.Largest, p.Compare, p.All, p.Any, p.Not,
    p.Cases, p.Rounded, p.Named,
)  # fmt: skip


class Refused(Exception):
    """This claim is for the interpreter: it refuses it, or it needs what has no fast way."""


def refuse() -> NoReturn:
    """Hands the claim to the interpreter."""
    raise Refused


def no_value() -> NoReturn:
    """No case fits."""
    raise NoValue(p.Const(None, "bool"))


def quotient(dividend: int | Fraction, divisor: int | Fraction) -> int | Fraction:
    """The exact quotient."""
    if not divisor:
        raise Refused
    return whole(Fraction(dividend) / divisor)


@lru_cache(maxsize=CACHED)
def is_stable(expr: p.Expr) -> bool:
    """Whether an expression has one value for the whole claim and identity, whatever was settled so far."""
    return isinstance(expr, _STABLE) and all(map(is_stable, children(expr)))


@lru_cache(maxsize=CACHED)
def may_lack(expr: p.Expr) -> bool:
    """Whether an expression may have no value because no case fits."""
    own = isinstance(expr, p.Stacked | p.BestOf) or (isinstance(expr, p.Cases) and expr.otherwise is None)
    return own or any(map(may_lack, children(expr)))


@lru_cache(maxsize=CACHED)
def structure(expr: p.Expr) -> Hashable:
    """Equal for two expressions that say the same, under whatever name."""
    if isinstance(expr, p.Named):
        return structure(expr.value)
    return type(expr), tuple(_structure(getattr(expr, field.name)) for field in attrs.fields(type(expr)))


def _structure(value: Any) -> Hashable:
    if isinstance(value, tuple):
        return tuple(map(_structure, value))
    if isinstance(value, p.Arm):
        return structure(value.condition), structure(value.value)
    return structure(value) if attrs.has(type(value)) else (type(value), value)


@define(eq=False, repr=False)
class Symbols:
    """Where a claim's state stands in the source, as far as it has been written.

    `parts`, `total` and `left` have fixed names; the other texts stand for 0 (nothing) where a key is missing. Several
    amounts under one key add up.
    """

    person_field: str
    paid: dict[str, str] = field(factory=dict)
    cuts: dict[str, list[str]] = field(factory=dict)
    borne: dict[str, list[str]] = field(factory=dict)
    overflow: dict[str, Code] = field(factory=dict)
    packages: dict[str, list[str]] = field(factory=dict)
    shared: dict[str, Code] = field(factory=dict)
    tallies: dict[str, Code] = field(factory=dict)
    accumulators: dict[str, Code] = field(factory=dict)


@define(eq=False, repr=False)
class Scalars:
    """Turns expressions into source; collects the facts and identities that they read."""

    source: Source
    symbols: Symbols
    defaults: Mapping[str, p.Value]
    facts: dict[tuple[str, str], str] = field(factory=dict)
    holds: dict[frozenset[str], str] = field(factory=dict)
    scopes: list[dict[Hashable, Code]] = field(factory=lambda: [{}])

    def __call__(self, expr: p.Expr) -> Code:
        """The value of an expression."""
        if isinstance(expr, p.Const):
            return self._const(expr.value)
        if is_constant(expr):
            try:
                return self._const(reader(expr)(Environment()))
            except (NoValue, Problems):
                return self._interpreted(expr)  # it is said where a claim asks for it
        method = _LOWER.get(type(expr))
        return method(self, expr) if method else self._interpreted(expr)

    def condition(self, expr: p.Expr) -> str:
        """The text of a condition."""
        return self(expr).text

    @contextmanager
    def branch(self) -> Iterator[None]:
        """What is evaluated inside may be left out: names bound there are not read outside."""
        self.scopes.append({})
        yield
        self.scopes.pop()

    def let(self, code: Code) -> Code:
        """The value bound to a name by a line of its own."""
        if code.atom:
            return code
        name = self.source.name()
        self.source.line(f"{name} = {code.text}")
        return Code(name, code.den, code.positive)

    # ------------------------------------------------------------ leaves

    def _const(self, value: p.Value) -> Code:
        if isinstance(value, bool) or value is None:
            return Code(repr(value))
        if isinstance(value, int | Fraction):
            return literal(value)
        return Code(self.source.constant(value))

    def _fact(self, expr: p.Fact) -> Code:
        if expr.of == "item":
            return self._interpreted(expr)
        name = self.facts.setdefault((expr.of, expr.name), "")
        if not name:
            name = self.facts[expr.of, expr.name] = self.source.name("x")
        whole_number = expr.unit in NUMERIC and expr.unit not in ("ratio", "points")
        den = 1 if whole_number else None
        if self._known(name) is not None:
            return Code(name, den)
        self.scopes[-1][name] = Code(name, den)
        check = f"type({name}) is {'int' if whole_number else 'str'}" if whole_number or expr.unit == "text" else ""
        return Code(f"({name} if {check or f'{name} is not None'} else refuse())", den)

    def _part(self, expr: p.Part) -> Code:
        return Code(expr.part, 1, True)

    def _paid(self, expr: p.Paid) -> Code:
        return Code(self.symbols.paid.get(expr.layer, "0"), 1, True)

    def _cut(self, expr: p.Cut) -> Code:
        return added(self.symbols.cuts.get(expr.name, []))

    def _overflow(self, expr: p.Overflow) -> Code:
        return self.symbols.overflow.get(expr.layer, ZERO)

    def _left(self, expr: p.Left) -> Code:
        return Code("left", 1)

    def _borne(self, expr: p.Borne) -> Code:
        if expr.field == self.symbols.person_field:
            return Code("left", 1)
        return added(self.symbols.borne.get(expr.field, []))

    def _tallied(self, expr: p.Tallied) -> Code:
        return self.symbols.tallies.get(expr.name, ZERO)

    def _in_package(self, expr: p.InPackage) -> Code:
        flags = self.symbols.packages.get(expr.name, [])
        return Code(f"({' or '.join(flags)})" if flags else "False")

    def _holds(self, expr: p.Holds) -> Code:
        name = self.holds.get(expr.identities)
        if name is None:
            name = self.holds[expr.identities] = self.source.name("h")
        return Code(name)

    # ------------------------------------------------------------ sums

    def _add(self, expr: p.Add) -> Code:
        return total([(sign, self(term)) for sign, term in expr.terms])

    def _multiply(self, expr: p.Multiply) -> Code:
        result, *others = [self(factor) for factor in expr.factors]
        for factor in others:
            result = product(result, factor)
        return result

    def _divide(self, expr: p.Divide) -> Code:
        if is_constant(expr.divisor):
            try:
                divisor = reader(expr.divisor)(Environment())
            except (NoValue, Problems):
                return self._interpreted(expr)
            if divisor:
                return product(self(expr.dividend), literal(1 / Fraction(divisor)))
        dividend, over = common(self(expr.dividend), self(expr.divisor))
        return Code(f"quotient({dividend.text}, {over.text})")

    def _extreme(self, expr: p.Smallest | p.Largest) -> Code:
        pick = smaller if isinstance(expr, p.Smallest) else larger
        result, *others = [self(argument) for argument in expr.arguments]
        for other in others:
            result = pick(self.source, result, other)
        return result

    def _cases(self, expr: p.Cases) -> Code:
        made: list[tuple[str, Code]] = []
        depth = len(self.scopes)
        for arm in expr.arms:
            condition = self.condition(arm.condition)
            self.scopes.append({})  # from here on only where the first condition did not hold
            with self.branch():
                made.append((condition, self(arm.value)))
        if expr.otherwise is None:
            last = Code("no_value()", 1 if unit_of(expr) in NUMERIC else None, True)
        else:
            last = self(expr.otherwise)
        del self.scopes[depth:]
        if unit_of(expr) not in NUMERIC:
            text = "".join(f"{value.text} if {condition} else " for condition, value in made)
            return Code(f"({text}{last.text})")
        *values, last = common(*(value for _, value in made), last)
        text = "".join(f"{value.text} if {condition} else " for (condition, _), value in zip(made, values, strict=True))
        return Code(f"({text}{last.text})", last.den, all(value.positive for value in (*values, last)))

    def _rounded(self, expr: p.Rounded) -> Code:
        return multiple(self.source, self(expr.value), whole(expr.to), expr.mode)

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
        if code.atom:
            return code
        name = self.source.name()
        self.scopes[-1][key] = Code(name, code.den, code.positive)
        return Code(f"({name} := {code.text})", code.den, code.positive)

    # ------------------------------------------------------------ conditions

    def _compare(self, expr: p.Compare) -> Code:
        units = unit_of(expr.left), unit_of(expr.right)
        if "month_day" in units:
            return self._interpreted(expr)
        left, right = self(expr.left), self(expr.right)
        op = "==" if expr.op == "=" else expr.op
        if NUMERIC.issuperset(units):
            return Code(compared(op, left, right))
        return Code(f"({left.text} {op} {right.text})")

    def _within(self, expr: p.Within) -> Code:
        if unit_of(expr.value) != "text":
            return self._interpreted(expr)
        value = self(expr.value)
        return Code(f"({value.text} {'not in' if expr.negated else 'in'} {self.source.constant(expr.values)})")

    def _joined(self, expr: p.All | p.Any) -> Code:
        depth = len(self.scopes)
        texts = []
        for condition in expr.conditions:
            texts.append(self.condition(condition))
            self.scopes.append({})  # further ones are evaluated only where this one did not decide
        del self.scopes[depth:]
        empty, word = ("True", " and ") if isinstance(expr, p.All) else ("False", " or ")
        return Code(f"({word.join(texts)})" if texts else empty)

    def _not(self, expr: p.Not) -> Code:
        return Code(f"(not {self.condition(expr.condition)})")

    # ------------------------------------------------------------ the interpreter

    def _interpreted(self, expr: p.Expr) -> Code:
        """The interpreter's closure, called with the state as it stands."""
        return Code(f"{self.source.constant(reader(expr))}({self.environment()})")

    def environment(self) -> str:
        """The text of an interpreter's environment with the state as it stands."""
        s, key = self.symbols, self.source.constant

        def table(entries: dict[str, str]) -> str:
            return "{" + ", ".join(f"{key(name)}: {text}" for name, text in entries.items()) + "}"

        parts = {name: name for name in ("total", "noncovered", "overlimit", "copay", "inscope")}
        packages = ", ".join(f"*(({key(name)},) if {' or '.join(flags)} else ())" for name, flags in s.packages.items())
        fields = {
            "claim": "claim_facts", "person": "person_facts", "items": "items", "defaults": key(self.defaults),
            "parts": table(parts), "total": "total", "left": "left", "identities": "identities", "held": "held",
            "tallies": table({name: scaled_text(code) for name, code in s.tallies.items()}),
            "paid": table(s.paid),
            "cuts": table({name: added(texts).text for name, texts in s.cuts.items()}),
            "overflow": table({name: scaled_text(code) for name, code in s.overflow.items()}),
            "borne": table({name: added(texts).text for name, texts in s.borne.items()}),
            "packages": "{" + packages + "}" if packages else "set()",
            "shared": table({name: scaled_text(code) for name, code in s.shared.items()}),
            "person_field": key(s.person_field),
        }  # fmt: skip
        return "Environment(" + ", ".join(f"{name}={text}" for name, text in fields.items()) + ")"


def added(texts: list[str]) -> Code:
    """The sum of amounts of whole fen that are not negative."""
    return Code(f"({' + '.join(texts)})", 1, True) if texts else ZERO


def scaled_text(code: Code) -> str:
    """The text of a value as the interpreter has it: whole as an int, else a Fraction."""
    if code.den == 1:
        return code.text
    return f"whole({code.text})" if code.den is None else f"whole(Fraction({code.text}, {code.den}))"


HELPERS = {
    "Environment": Environment, "Fraction": Fraction, "NoValue": NoValue, "no_value": no_value, "quotient": quotient,
    "refuse": refuse, "times": times, "whole": whole,
}  # fmt: skip
"""What generated source calls by these names."""

_LOWER: dict[type, Callable[[Scalars, Any], Code]] = {
    p.Fact: Scalars._fact, p.Part: Scalars._part, p.Paid: Scalars._paid, p.Cut: Scalars._cut,
    p.Overflow: Scalars._overflow, p.Left: Scalars._left, p.Borne: Scalars._borne, p.Tallied: Scalars._tallied,
    p.InPackage: Scalars._in_package, p.Holds: Scalars._holds, p.Within: Scalars._within, p.Add: Scalars._add,
    p.Multiply: Scalars._multiply, p.Divide: Scalars._divide, p.Smallest: Scalars._extreme,
    p.Largest: Scalars._extreme, p.Compare: Scalars._compare, p.All: Scalars._joined, p.Any: Scalars._joined,
    p.Not: Scalars._not, p.Cases: Scalars._cases, p.Rounded: Scalars._rounded, p.Named: Scalars._named,
}  # fmt: skip
