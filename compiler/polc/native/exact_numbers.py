"""Exact numbers in machine code: fractions of two ints, whose sums and products are functions of the module."""

from __future__ import annotations

from polc.native.emitting import Emitting
from polc.native.values import Value
from polc.program import nodes as n


def exact_call(e: Emitting, function: str, a: Value, b: Value) -> Value:
    e.called.add(function)
    arguments = (f"i64 {x}" for x in (a.name, a.den, b.name, b.den))
    made = e.code.call("%exact", function, *arguments)
    top, den, beyond = (e.code.do(f"extractvalue %exact {made}, {index}") for index in range(3))
    e.fail(Value("i1", beyond))
    return Value("exact", top, den)


def less(e: Emitting, a: Value, b: Value) -> Value:
    if a.type != "exact":
        return e.code.compared("slt", a.name, b.name, a.type)
    return exact_compared(e, "slt", a, b)


def exact_compared(e: Emitting, op: str, a: Value, b: Value) -> Value:
    code = e.code

    def product(x: str, y: str) -> str:
        wide = [code.as_type(Value("i64", z), "i128").name for z in (x, y)]
        return code.do(f"mul i128 {wide[0]}, {wide[1]}")

    return code.compared(op, product(a.name, b.den), product(b.name, a.den), "i128")


def emit_over(e: Emitting, node: n.Over) -> Value:
    value = e.narrow(e.value(node.value))
    return Value("exact", value.name, str(node.by))


def emit_quotient(e: Emitting, node: n.Quotient) -> Value:
    return exact_call(e, "exact_divide", e.exact(node.a), e.exact(node.b))
