"""From nodes of a program to instructions: leaves, choices and conditions, and how every kind of node is made."""

from __future__ import annotations

from polc.native.emitting import Emit, Emitting, bits
from polc.native.exact_numbers import emit_over, emit_quotient, exact_compared, less
from polc.native.loops import emit_best_held, emit_items_sum
from polc.native.rounding import emit_floor, emit_nearest, emit_rounded, fitting
from polc.native.sums import emit_banded, emit_product, emit_sum
from polc.native.tables import emit_call, emit_lookup, emit_member, emit_overlaps, emit_stack
from polc.native.values import NO, YES, Value
from polc.program import nodes as n


def emit_int(e: Emitting, node: n.Int) -> Value:
    return Value(bits(node.value, node.value) or "i128", str(node.value))


def emit_truth(e: Emitting, node: n.Truth) -> Value:
    return YES if node.value else NO


def emit_text(e: Emitting, node: n.Text) -> Value:
    return Value("i64", str(e.codes[node.value]))


def emit_get(e: Emitting, node: n.Get) -> Value:
    return e.env[node.name]


def emit_given(e: Emitting, node: n.Given) -> Value:
    missing = e.env.get(f"?{node.name}")
    if missing is not None:
        e.fail(missing)
    return e.env[node.name]


def emit_refuse(e: Emitting, node: n.Refuse) -> Value:
    e.trouble = YES
    return nothing(node)


def emit_lacks(e: Emitting, node: n.Lacks) -> Value:
    e.lacking = YES
    return nothing(node)


def nothing(node: n.Node) -> Value:
    if node.kind == "bool":
        return NO
    return Value("exact", "0", "1") if node.kind == "exact" else Value("i64", "0")


def emit_bind(e: Emitting, node: n.Bind) -> Value:
    e.env[node.name] = value = e.value(node.value)
    return value


def emit_extreme(e: Emitting, node: n.Extreme) -> Value:
    a, b = e.code.alike(e.value(node.a), e.value(node.b))
    first = less(e, a, b) if node.op == "<" else less(e, b, a)
    return fitting_or_exact(e, node, e.code.select(first, a, b))


def fitting_or_exact(e: Emitting, node: n.Node, value: Value) -> Value:
    return value if value.type == "exact" else fitting(e, node, value)


def emit_choice(e: Emitting, node: n.Choice) -> Value:
    chain: list[tuple[Value, n.Choice]] = []
    marks: list[tuple[Value, Value]] = []
    rest: n.Node = node
    code = e.code
    while isinstance(rest, n.Choice):  # not one in another: tables have hundreds of rows
        condition = e.value(rest.condition)
        marks.append((e.trouble, e.lacking))
        e.trouble = e.lacking = NO
        chain.append((condition, rest))
        rest = rest.b
    result = e.value(rest)
    for (condition, one), (trouble, lacking) in zip(reversed(chain), reversed(marks), strict=True):
        other = code.negated(condition) if e.trouble is not NO or e.lacking is not NO else NO
        behind = code.both(other, e.trouble), code.both(other, e.lacking)
        e.trouble, e.lacking = trouble, lacking
        chosen = e.under(condition, one.a)
        e.fail(behind[0])
        e.lack(behind[1])
        result = code.select(condition, chosen, result)
    return result


def emit_after(e: Emitting, node: n.After) -> Value:
    for one in node.first:
        e.value(one)
    return e.value(node.value)


def emit_compare(e: Emitting, node: n.Compare) -> Value:
    a, b = e.value(node.a), e.value(node.b)
    op = {"==": "eq", "!=": "ne", "<": "slt", "<=": "sle", ">": "sgt", ">=": "sge"}[node.op]
    a, b = e.code.alike(a, b)
    if a.type == "exact":
        return exact_compared(e, op, a, b)
    return e.code.compared(op, a.name, b.name, a.type)


def emit_joined(e: Emitting, node: n.Joined) -> Value:
    code = e.code
    result = e.value(node.parts[0])
    for part in node.parts[1:]:
        if node.every:
            result = code.both(result, e.under(result, part))
        else:
            result = code.either(result, e.under(code.negated(result), part))
    return result


def emit_not(e: Emitting, node: n.Not) -> Value:
    return e.code.negated(e.value(node.value))


EMIT: dict[type, Emit] = {
    n.Int: emit_int, n.Truth: emit_truth, n.Text: emit_text, n.Get: emit_get,
    n.Given: emit_given, n.Refuse: emit_refuse, n.Lacks: emit_lacks,
    n.Bind: emit_bind, n.Sum: emit_sum, n.Product: emit_product, n.Over: emit_over,
    n.Quotient: emit_quotient, n.Floor: emit_floor, n.Nearest: emit_nearest,
    n.Rounded: emit_rounded, n.Extreme: emit_extreme, n.Choice: emit_choice,
    n.After: emit_after, n.Banded: emit_banded, n.Lookup: emit_lookup,
    n.Call: emit_call, n.Stack: emit_stack, n.ItemsSum: emit_items_sum,
    n.BestHeld: emit_best_held, n.Compare: emit_compare, n.Joined: emit_joined,
    n.Not: emit_not, n.Member: emit_member, n.Overlaps: emit_overlaps,
}  # fmt: skip
