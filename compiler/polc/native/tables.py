"""Texts, choices and days as instructions: tables of constants, masks, functions of the calendar."""

from __future__ import annotations

from polc.native.emitting import Emitting, bits, width
from polc.native.rounding import fitting
from polc.native.sums import part
from polc.native.values import NO, YES, Type, Value
from polc.program import nodes as n
from polc.program.days import LAST

FEW = 4
"""Up to how many texts are compared one by one."""


def table(e: Emitting, type_: str, rows: list[int]) -> str:
    name = f"@t{len(e.tables)}"
    values = ", ".join(f"{type_} {row}" for row in rows)
    e.tables.append(f"{name} = internal constant [{len(rows)} x {type_}] [{values}]")
    return name


def from_table(e: Emitting, key: Value, type_: str, rows: list[int]) -> str:
    """A row of a table; the last one for keys beyond."""
    code, last = e.code, len(rows) - 1
    inside = code.compared("ult", key.name, str(last))
    index = code.do(f"select i1 {inside.name}, i64 {key.name}, i64 {last}")
    name = table(e, type_, rows)
    place = code.do(f"getelementptr inbounds [{len(rows)} x {type_}], ptr {name}, i64 0, i64 {index}")
    return code.do(f"load {type_}, ptr {place}")


def emit_lookup(e: Emitting, node: n.Lookup) -> Value:
    code, key = e.code, e.value(node.key)
    rows = {e.codes[text]: value for text, value in node.table.items()}
    plain = isinstance(node.otherwise, n.Int)
    low, high = min(rows.values()), max(rows.values())
    if bits(low, high) != "i64":
        e.trouble = YES
        return Value("i64", "0")
    last = node.otherwise.low if plain and bits(node.otherwise.low or 0, node.otherwise.low or 0) == "i64" else 0
    listed = [rows.get(index, last or 0) for index in range(max(rows) + 1)] + [last or 0]
    found = Value("i64", from_table(e, key, "i64", listed))
    if plain and last == node.otherwise.low:
        return found
    member = is_member(e, key, frozenset(rows))
    return code.select(member, found, e.under(code.negated(member), node.otherwise))


def is_member(e: Emitting, key: Value, among: frozenset[int]) -> Value:
    if len(among) <= FEW:
        result = NO
        for one in sorted(among):
            result = e.code.either(result, e.code.compared("eq", key.name, str(one)))
        return result
    rows = [int(index in among) for index in range(max(among) + 1)] + [0]
    return e.code.compared("ne", from_table(e, key, "i8", rows), "0", "i8")


def emit_member(e: Emitting, node: n.Member) -> Value:
    return is_member(e, e.value(node.value), frozenset(e.codes[value] for value in node.values))


def emit_overlaps(e: Emitting, node: n.Overlaps) -> Value:
    value = e.number(node.value, "i64")
    return e.code.compared("ne", e.code.do(f"and i64 {value.name}, {node.bits}"), "0")


def emit_call(e: Emitting, node: n.Call) -> Value:
    arguments = [e.number(argument, "i64").name for argument in node.arguments]
    e.called.add(f"day_{node.function}")
    inside = e.code.do(f"sub i64 {arguments[0]}, 1")
    wild = e.code.compared("ugt", inside, str(LAST - 1))
    e.fail(wild)
    arguments[0] = e.code.do(f"select i1 {wild.name}, i64 1, i64 {arguments[0]}")
    result = e.code.call("i64", f"day_{node.function}", *(f"i64 {argument}" for argument in arguments))
    e.fail(e.code.compared("eq", result, "0"))
    return Value("i64", result)


def emit_stack(e: Emitting, node: n.Stack) -> Value:
    code, choices = e.code, e.number(node.choices, "i64")
    fits = width(node, *(value for _, value in node.arms))
    type_: Type = fits or "i128"
    lowest = str(-(2**62) if type_ == "i64" else -(2**126))
    best = [lowest] * min(len(node.shares), len(node.arms))
    for bit, arm in node.arms:
        made = code.compared("ne", code.do(f"and i64 {choices.name}, {bit}"), "0")
        value = part(e, e.under(made, arm), fits)
        value = code.do(f"select i1 {made.name}, {type_} {value}, {type_} {lowest}")
        for index, known in enumerate(best):
            more = code.compared("sgt", value, known, type_)
            best[index] = code.do(f"select i1 {more.name}, {type_} {value}, {type_} {known}")
            value = code.do(f"select i1 {more.name}, {type_} {known}, {type_} {value}")
    result = "0"
    for known, share in zip(best, node.shares, strict=False):
        some = code.compared("ne", known, lowest, type_)
        value = code.do(f"select i1 {some.name}, {type_} {known}, {type_} 0")
        result = code.do(f"add {type_} {result}, {code.do(f'mul {type_} {value}, {share}')}")
    return fitting(e, node, Value(type_, result))
