"""Band tables as nodes; the sums are those of `arithmetic`.

Whoever calls gives numbers that may be read several times (atoms).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from attrs import frozen

from pol_lang.problem import Problems
from polc import plan as p
from polc.evaluate import Environment, NoValue, evaluate, is_constant
from polc.program.exact import (
    NOTHING,
    Code,
    at_most_one,
    chosen,
    common,
    compared,
    minus,
    never_negative,
    product,
    scaled,
)
from polc.program.making import ZERO, after, banded, bind, choice, joined, refuse
from polc.program.nodes import Get, Node


@frozen(eq=False, repr=False, slots=False)
class Edge:
    """A band's edges as numbers; `upper` None: no end."""

    lower: Code
    lower_in: bool
    upper: Code | None
    upper_in: bool


def sound(table: p.BandTable) -> bool:
    """Whether the edges are constant and join."""
    end: object = None
    for index, band in enumerate(table.bands):
        try:
            if not is_constant(band.lower) or (band.upper is not None and not is_constant(band.upper)):
                return False
            lower = evaluate(band.lower, Environment())
            upper = None if band.upper is None else evaluate(band.upper, Environment())
        except (NoValue, Problems):
            return False
        if (index and lower != end) or (upper is not None and upper < lower):  # type: ignore[operator]
            return False
        end = upper
    return bool(table.bands)


def broken(edges: Sequence[Edge]) -> Node:
    """Whether edges leave a gap or overlap."""
    found: list[Node] = []
    end: Code | None = None
    for index, edge in enumerate(edges):
        if index:
            found.append(compared("!=", edge.lower, end) if end is not None else compared("==", NOTHING, NOTHING))
        if edge.upper is not None:
            found.append(compared("<", edge.upper, edge.lower))
        end = edge.upper
    return joined(False, found)


def progressive(edges: Sequence[Edge], rates: Sequence[Code], start: Code, end: Code, most: Code) -> Code:
    """What a stretch comes to, each part of it at its own band's rate; it is at most `most` long."""
    ends = [edge.lower for edge in edges]
    values = [*rates]
    if edges[-1].upper is not None:
        ends.append(edges[-1].upper)
        values.append(NOTHING)
    start, end, longest, *ends = common(start, end, most, *ends)
    values = list(common(*values))
    if start.den is None or values[0].den is None:
        start, end, *ends = (scaled(code, None) for code in (start, end, *ends))
        values = [scaled(code, None) for code in values]
    stretch = longest.node.high
    node = banded(start.node, end.node, tuple(c.node for c in ends), tuple(c.node for c in values), stretch)
    bounds = most.bounds if all(map(at_most_one, values)) else frozenset()
    if start.den is None or values[0].den is None:
        return Code(node, None, bounds)
    return Code(node, start.den * values[0].den, bounds)


def value_at(edges: Sequence[Edge], values: Sequence[Code], at: Code) -> Code:
    """The value of the band that a coordinate is in; refused where there is none."""
    values = common(*values)
    nowhere = Code(refuse(), values[0].den)
    result = values[-1]
    if edges[-1].upper is not None:
        result = chosen(compared("<=" if edges[-1].upper_in else "<", at, edges[-1].upper), result, nowhere)
    for index in range(len(edges) - 2, -1, -1):
        edge = edges[index]
        assert edge.upper is not None
        if not edge.upper_in and not edges[index + 1].lower_in:
            result = chosen(compared("==", at, edge.upper), nowhere, result)
        result = chosen(compared("<=" if edge.upper_in else "<", at, edge.upper), values[index], result)
    first = edges[0]
    below = [compared("<", at, first.lower)]
    if not first.lower_in:
        below.append(joined(True, (compared("==", at, first.lower), compared("!=", at, NOTHING))))
    outside = joined(False, below)
    return chosen(outside, nowhere, result) if not _starts_at_zero(first) or not at.positive else result


def _starts_at_zero(edge: Edge) -> bool:
    return edge.lower.node.low == edge.lower.node.high == 0


def at_once(mode: str, edges: Sequence[Edge], values: Sequence[Code], cut: Code, at: Code) -> Code:
    """What a whole-amount table pays on all above `cut`, or the lump sum, where a coordinate is `at`."""
    value = value_at(edges, values, at)
    full = product(never_negative(minus(at, cut)), value) if mode == "whole" else value
    return chosen(compared(">", at, cut), full, NOTHING)


class Lowering(Protocol):
    """What turns expressions into numbers."""

    def __call__(self, expr: p.Expr) -> Code: ...

    @property
    def build(self) -> Naming: ...


class Naming(Protocol):
    """What knows names and variables."""

    def name(self, prefix: str = "v") -> str: ...

    def bound(self, name: str, value: Node) -> Get: ...


def applied(scalars: Lowering, expr: p.Apply) -> Code:
    """A band table applied to a value from zero."""
    table = expr.bands
    first: list[Node] = []

    def hold(code: Code) -> Code:
        if code.node.atom:
            return code
        name = scalars.build.name()
        first.append(bind(name, code.node))
        return Code(scalars.build.bound(name, code.node), code.den)

    value = hold(scalars(expr.value))
    edges = edges_of(scalars, table, hold)
    if not sound(table):
        first.append(choice(broken(edges), refuse(), ZERO))
    values = [hold(scalars(band.value)) for band in table.bands]
    if table.mode == "progressive":
        result = progressive(edges, values, NOTHING, value, value)
    else:
        result = at_once(table.mode, edges, values, NOTHING, value)
    result = chosen(compared("<=", value, NOTHING), NOTHING, result)
    if all(code.positive for code in values):
        result = never_negative(result)
    return Code(after(first, result.node), result.den)


def edges_of(scalars: Lowering, table: p.BandTable, hold: Callable[[Code], Code]) -> list[Edge]:
    """The edges of a table, each held for reading several times."""
    edges = []
    for band in table.bands:
        lower = hold(scalars(band.lower))
        upper = None if band.upper is None else hold(scalars(band.upper))
        edges.append(Edge(lower, band.lower_inclusive, upper, band.upper_inclusive))
    return edges
