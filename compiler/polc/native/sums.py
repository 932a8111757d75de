"""Sums, products and bands as instructions.

Instructions on 64 bits are exact whenever the result fits, even where parts of a sum do not; only what is compared or
divided has to fit itself.
"""

from __future__ import annotations

from polc.native.emitting import Emitting, bits, width
from polc.native.exact_numbers import exact_call, less
from polc.native.values import Type, Value
from polc.program import nodes as n


def emit_sum(e: Emitting, node: n.Sum) -> Value:
    if node.kind == "exact":
        return exact_sum(e, node)
    assert node.low is not None and node.high is not None
    result, fitting = "", bits(node.low, node.high)
    type_: Type = fitting or "i128"
    for sign, term in node.terms:
        value = part(e, e.value(term), fitting)
        if not result:
            result = value if sign > 0 else e.code.do(f"sub {type_} 0, {value}")
        else:
            result = e.code.do(f"{'add' if sign > 0 else 'sub'} {type_} {result}, {value}")
    return Value(type_, result)


def part(e: Emitting, value: Value, type_: Type | None) -> str:
    """A part of a sum or product that fits in a type (None: only if its parts are in 64 bits). Higher bits of parts
    do not count where the result has none."""
    if type_ is None:
        return e.code.as_type(e.narrow(value), "i128").name
    return e.code.as_type(value, type_).name


def exact_sum(e: Emitting, node: n.Sum) -> Value:
    result: Value | None = None
    for sign, term in node.terms:
        value = e.exact(term)
        if sign < 0:
            value = Value("exact", e.code.do(f"sub i64 0, {value.name}"), value.den)
        result = value if result is None else exact_call(e, "exact_add", result, value)
    assert result is not None
    return result


def emit_product(e: Emitting, node: n.Product) -> Value:
    if node.kind == "exact":
        return exact_call(e, "exact_multiply", e.exact(node.a), e.exact(node.b))
    assert node.low is not None and node.high is not None
    fitting = bits(node.low, node.high)
    a, b = (part(e, e.value(factor), fitting) for factor in (node.a, node.b))
    type_: Type = fitting or "i128"
    return Value(type_, e.code.do(f"mul {type_} {a}, {b}"))


def emit_banded(e: Emitting, node: n.Banded) -> Value:
    if node.kind == "exact":
        return exact_banded(e, node)
    fitting = width(node, node.start, node.end, *node.edges)
    type_: Type = fitting or "i128"
    code, terms = e.code, ""
    start, end = (part(e, e.value(at), fitting) for at in (node.start, node.end))
    before: str | None = None
    for index, (edge_node, rate_node) in enumerate(zip(node.edges, node.rates, strict=True)):
        rate = part(e, e.value(rate_node), fitting)
        first = index == 0 and isinstance(edge_node, n.Int) and edge_node.value == 0 and node.start.positive
        low, high = start, end
        if not first:
            edge = part(e, e.value(edge_node), fitting)
            low, high = (largest(e, x, edge, type_) for x in (start, end))
        stretch = code.do(f"sub {type_} {high}, {low}")
        if before is None:
            step = rate
        elif rate.lstrip("-").isdigit() and before.lstrip("-").isdigit():
            step = str(int(rate) - int(before))
        else:
            step = code.do(f"sub {type_} {rate}, {before}")
        before = rate
        if step == "0":
            continue
        term = code.do(f"mul {type_} {stretch}, {step}")
        terms = code.do(f"add {type_} {terms}, {term}") if terms else term
    return Value(type_, terms or "0")


def largest(e: Emitting, a: str, b: str, type_: Type) -> str:
    more = e.code.compared("sgt", a, b, type_)
    return e.code.do(f"select i1 {more.name}, {type_} {a}, {type_} {b}")


def exact_banded(e: Emitting, node: n.Banded) -> Value:
    start, end = e.exact(node.start), e.exact(node.end)
    result = Value("exact", "0", "1")
    for index, (edge_node, rate_node) in enumerate(zip(node.edges, node.rates, strict=True)):
        edge, rate = e.exact(edge_node), e.exact(rate_node)
        low = e.code.select(less(e, start, edge), edge, start)
        high = end
        if index + 1 < len(node.edges):
            upper = e.exact(node.edges[index + 1])
            high = e.code.select(less(e, upper, end), upper, end)
        within = less(e, low, high)
        minus = Value("exact", e.code.do(f"sub i64 0, {low.name}"), low.den)
        stretch = exact_call(e, "exact_add", high, minus)
        paid = exact_call(e, "exact_multiply", stretch, rate)
        result = exact_call(e, "exact_add", result, e.code.select(within, paid, Value("exact", "0", "1")))
    return result
