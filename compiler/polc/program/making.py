"""Nodes of a program made from their parts, with the ranges that follow from those of the parts."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal as OneOf

from polc.arithmetic import Mode
from polc.program.nodes import (
    After,
    Banded,
    Bind,
    Choice,
    Compare,
    Extreme,
    Floor,
    Get,
    Int,
    Joined,
    Kind,
    Lacks,
    Nearest,
    Node,
    Not,
    Over,
    Product,
    Quotient,
    Range,
    Refuse,
    Rounded,
    Sum,
    Text,
    Truth,
)


def integer(value: int) -> Int:
    return Int("int", value, value, value)


def truth(value: bool) -> Truth:
    return Truth("bool", None, None, value)


YES, NO, ZERO, ONE = truth(True), truth(False), integer(0), integer(1)


def text(value: str) -> Text:
    return Text("text", None, None, value)


def refuse(kind: Kind = "int") -> Refuse:
    return Refuse(kind, 0, 0)


def lacks(kind: Kind = "int") -> Lacks:
    return Lacks(kind, 0, 0)


def hull(*ranges: Range) -> Range:
    """The range that holds all of them."""
    lows, highs = [low for low, _ in ranges], [high for _, high in ranges]
    return (
        None if None in lows else min(low for low in lows if low is not None),
        None if None in highs else max(high for high in highs if high is not None),
    )


def range_of(*nodes: Node) -> Range:
    """The range that holds all of these; those that never have a value do not count."""
    found = [(node.low, node.high) for node in nodes if not isinstance(node, Refuse | Lacks)]
    return hull(*found) if found else (0, 0)


def _kind(*nodes: Node) -> Kind:
    return "exact" if any(node.kind == "exact" for node in nodes) else "int"


def bind(name: str, value: Node) -> Bind:
    return Bind(value.kind, value.low, value.high, name, value)


def summed(terms: Iterable[tuple[int, Node]]) -> Node:
    terms = tuple(terms)
    low: int | None = 0
    high: int | None = 0
    for sign, node in terms:
        least, most = (node.low, node.high) if sign > 0 else (node.high, node.low)
        low = None if low is None or least is None else low + sign * least
        high = None if high is None or most is None else high + sign * most
    if len(terms) == 1 and terms[0][0] > 0:
        return terms[0][1]
    if all(isinstance(node, Int) for _, node in terms):
        assert low is not None
        return integer(low)
    return Sum(_kind(*(node for _, node in terms)), low, high, terms)


def multiplied(a: Node, b: Node) -> Node:
    if isinstance(a, Int) and isinstance(b, Int):
        return integer(a.value * b.value)
    if isinstance(a, Refuse | Lacks):
        return a
    if isinstance(a, Int) and a.value == 1:
        return b
    if isinstance(b, Int) and b.value == 1:
        return a
    low: int | None = None
    high: int | None = None
    if None not in (a.low, a.high, b.low, b.high):
        corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]  # type: ignore[operator]
        low, high = min(corners), max(corners)
    elif a.positive and b.positive:
        low = 0
    return Product(_kind(a, b), low, high, a, b)


def over(value: Node, by: int) -> Node:
    """An int over a denominator."""
    if value.kind == "exact":
        assert by == 1
        return value
    return Over("exact", 0 if value.positive else None, None, value, by)


def quotient(a: Node, b: Node) -> Node:
    return Quotient("exact", 0 if a.positive and b.positive else None, None, over(a, 1), over(b, 1))


def floor(value: Node, by: int = 1) -> Node:
    if value.kind == "int" and by == 1:
        return value
    if value.kind == "exact":
        return Floor("int", 0 if value.positive else -(2**62), 2**62, value, by)
    assert value.low is not None and value.high is not None
    return Floor("int", value.low // by, value.high // by, value, by)


def nearest(value: Node, by: int, mode: Mode) -> Node:
    if by == 1:
        return value
    assert value.kind == "int" and value.low is not None and value.high is not None
    return Nearest("int", value.low // by, -(-value.high // by), value, by, mode)


def rounded(value: Node, to: Fraction, mode: Mode) -> Node:
    return Rounded("exact", 0 if value.positive else None, None, value, to, mode)


def extreme(op: OneOf["<", ">"], a: Node, b: Node) -> Node:
    pick = min if op == "<" else max
    known = [x for x in (a.low, b.low) if x is not None]
    low = pick(known) if len(known) == 2 or (known and op == ">") else None
    known = [x for x in (a.high, b.high) if x is not None]
    high = pick(known) if len(known) == 2 or (known and op == "<") else None
    return Extreme(_kind(a, b), low, high, op, a, b)


def choice(condition: Node, a: Node, b: Node) -> Node:
    if isinstance(condition, Truth):
        return a if condition.value else b
    kinds = [node.kind for node in (a, b) if not isinstance(node, Refuse | Lacks)] or [a.kind]
    kind: Kind = "exact" if "exact" in kinds else kinds[0]
    return Choice(kind, *range_of(a, b), condition, a, b)


def after(first: Iterable[Node], value: Node) -> Node:
    first = tuple(node for node in first if not node.atom)
    return After(value.kind, value.low, value.high, first, value) if first else value


def banded(start: Node, end: Node, edges: tuple[Node, ...], rates: tuple[Node, ...], most: int | None) -> Node:
    """`most` is the longest the stretch can be."""
    if any(node.kind == "exact" for node in (start, end, *edges, *rates)) or most is None:
        return Banded("exact", 0 if all(rate.positive for rate in rates) else None, None, start, end, edges, rates)
    low, high = range_of(*rates)
    assert low is not None and high is not None
    return Banded("int", min(0, low * most), max(0, high * most), start, end, edges, rates)


def compare(op: str, a: Node, b: Node) -> Node:
    if isinstance(a, Int) and isinstance(b, Int):
        x, y = a.value, b.value
        return truth({"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y, "==": x == y, "!=": x != y}[op])
    return Compare("bool", None, None, op, a, b)


def joined(every: bool, parts: Iterable[Node]) -> Node:
    made: list[Node] = []
    for part in parts:
        if isinstance(part, Truth):
            if part.value is every:
                continue
            if all(isinstance(one, Get) for one in made):
                return part
            made.append(part)
            break
        made.append(part)
    if not made:
        return truth(every)
    return made[0] if len(made) == 1 else Joined("bool", None, None, every, tuple(made))


def negated(value: Node) -> Node:
    if isinstance(value, Truth):
        return truth(not value.value)
    return value.value if isinstance(value, Not) else Not("bool", None, None, value)
