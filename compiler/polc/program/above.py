"""The eligible cost for which nothing more is paid once a payment has reached its cap; as in `pay_layer` and the
functions `reach_…` of `arithmetic`.

These sums divide by rates, so they are exact numbers; few policies ask for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define

from polc.program.bands import Edge, at_once
from polc.program.build import Builder
from polc.program.exact import (
    NOTHING,
    Code,
    ceiled,
    chosen,
    compared,
    divided,
    floored,
    larger,
    literal,
    minus,
    not_below_zero,
    plus,
    product,
    scaled,
)
from polc.program.making import NO, YES, joined, negated, truth
from polc.program.nodes import Node


@define(eq=False, repr=False)
class Paying:
    """How the cost was paid: pay = `scale` × what the bands come to + `shift`."""

    mode: str
    edges: Sequence[Edge]
    rates: Sequence[Code]
    cut: Code
    start: Code
    amount: Code
    shift: Code
    scale: Code


def above(build: Builder, paying: Paying, paid: Code) -> Code:
    """The cost above what is needed to reach a payment, in whole fen."""
    result, found = build.name("o"), build.name("t")
    build.assign(result, NOTHING.node)
    target = build.hold(scaled(minus(paid, paying.shift), None))
    with build.when(compared("<=", target, NOTHING)):
        build.assign(result, floored(paying.amount).node)
    with build.otherwise(), build.when(compared("!=", paying.scale, NOTHING)):
        target = build.hold(divided(target, paying.scale))
        if paying.mode == "progressive":
            need = _progressive(build, paying, target, found)
        else:
            need = _at_once(build, paying, target, found)
        with build.when(build.get(found)):
            build.assign(result, not_below_zero(floored(minus(paying.amount, ceiled(need)))).node)
    return Code(build.get(result))


def _progressive(build: Builder, paying: Paying, target: Code, found: str) -> Code:
    need, goal = build.name(), build.name()
    build.assign(found, NO)
    build.assign(need, scaled(NOTHING, None).node)
    build.assign(goal, target.node)
    for edge, rate in zip(paying.edges, paying.rates, strict=True):
        within = [negated(build.get(found))]
        if edge.upper is not None:
            within.append(compared(">", edge.upper, paying.start))
        with build.when(joined(True, within)):
            low = build.hold(larger(paying.start, edge.lower))
            with build.when(compared(">", rate, NOTHING)):
                to = build.hold(plus(low, divided(Code(build.get(goal), None), rate)))
                with build.when(YES if edge.upper is None else compared("<=", to, edge.upper)):
                    build.assign(need, scaled(minus(to, paying.start), None).node)
                    build.assign(found, YES)
            if edge.upper is not None:
                stretch = product(minus(edge.upper, low), rate)
                build.assign(goal, scaled(minus(Code(build.get(goal), None), stretch), None).node)
    return Code(build.get(need), None)


def _at_once(build: Builder, paying: Paying, target: Code, found: str) -> Code:
    """For whole-amount tables and lump sums: the first coordinate from the start on that pays enough."""
    need = build.name()
    build.assign(found, NO)
    build.assign(need, scaled(NOTHING, None).node)
    start = build.hold(at_once(paying.mode, paying.edges, paying.rates, paying.cut, paying.start))
    goal = build.hold(plus(target, start))
    for edge, rate in zip(paying.edges, paying.rates, strict=True):
        whole = paying.mode == "whole"
        within = [negated(build.get(found)), compared(">" if whole else ">=", rate, NOTHING if whole else goal)]
        if edge.upper is not None:
            within.append(compared(">=", edge.upper, paying.start))
        with build.when(joined(True, within)):
            at = plus(paying.cut, divided(goal, rate)) if whole else plus(floored(paying.cut), literal(1))
            at = build.hold(_entering(build, build.hold(at), edge, paying.start))
            inside: Node = truth(True)
            if edge.upper is not None:
                inside = compared("<=" if edge.upper_in else "<", at, edge.upper)
            with build.when(inside):
                build.assign(need, scaled(minus(at, paying.start), None).node)
                build.assign(found, YES)
    return Code(build.get(need), None)


def _entering(build: Builder, at: Code, edge: Edge, start: Code) -> Code:
    """The first coordinate from `at` on that is in a band and not before `start`."""
    outside = compared("<" if edge.lower_in else "<=", at, edge.lower)
    first = edge.lower if edge.lower_in else plus(floored(edge.lower), literal(1))
    return larger(build.hold(chosen(outside, first, at)), start)
