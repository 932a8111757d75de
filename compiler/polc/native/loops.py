"""What runs over cost items and over identities held."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polc.native.emitting import Emitting, width
from polc.native.exact_numbers import exact_call, less
from polc.native.values import NO, YES, Value
from polc.program import nodes as n


def looped(e: Emitting, walk: Callable[[Callable[[], None]], None], once: Callable[[], None]) -> None:
    """Runs `once` in a loop; flags raised in it are put together."""
    code = e.code
    trouble, lacking = e.trouble, e.lacking
    slots = [code.slot("i1") for _ in range(2)]
    for slot in slots:
        code.void(f"store i1 false, ptr {slot}")

    def body() -> None:
        e.trouble = e.lacking = NO
        once()
        for slot, flag in zip(slots, (e.trouble, e.lacking), strict=True):
            if flag is not NO:
                before = Value("i1", code.do(f"load i1, ptr {slot}"))
                code.void(f"store i1 {code.either(before, flag).name}, ptr {slot}")

    env = dict(e.env)
    walk(body)
    e.env = env
    loaded = [Value("i1", code.do(f"load i1, ptr {slot}")) for slot in slots]
    e.trouble, e.lacking = code.either(trouble, loaded[0]), code.either(lacking, loaded[1])


def emit_items_sum(e: Emitting, node: n.ItemsSum) -> Value:
    code = e.code
    exact = node.kind == "exact"
    type_: Any = "i64" if exact else width(node) or "i128"
    total, den = code.slot(type_), code.slot("i64")
    code.void(f"store {type_} 0, ptr {total}")
    code.void(f"store i64 1, ptr {den}")

    def once() -> None:
        where = YES if node.where is None else e.value(node.where)
        value = e.under(where, node.value)
        if exact:
            value = code.as_type(value, "exact") if value.type == "exact" else Value("exact", value.name, "1")
            so_far = Value("exact", code.do(f"load i64, ptr {total}"), code.do(f"load i64, ptr {den}"))
            value = exact_call(e, "exact_add", so_far, code.select(where, value, Value("exact", "0", "1")))
            code.void(f"store i64 {value.den}, ptr {den}")
            code.void(f"store i64 {value.name}, ptr {total}")
            return
        if width(node) is None:
            value = e.narrow(value)
        value = code.select(where, code.as_type(value, type_), Value(type_, "0"))
        so_far_ = code.do(f"load {type_}, ptr {total}")
        code.void(f"store {type_} {code.do(f'add {type_} {so_far_}, {value.name}')}, ptr {total}")

    assert e.items is not None
    looped(e, e.items, once)
    if exact:
        return Value("exact", code.do(f"load i64, ptr {total}"), code.do(f"load i64, ptr {den}"))
    return Value(type_, code.do(f"load {type_}, ptr {total}"))


def emit_best_held(e: Emitting, node: n.BestHeld) -> Value:
    code = e.code
    exact = node.kind == "exact"
    type_: Any = "i64" if exact else "i1" if node.kind == "bool" else width(node) or "i128"
    best, den, some = code.slot(type_), code.slot("i64"), code.slot("i1")
    code.void(f"store {type_} {'false' if type_ == 'i1' else 0}, ptr {best}")
    code.void(f"store i64 1, ptr {den}")
    code.void(f"store i1 false, ptr {some}")

    def once() -> None:
        lacking, e.lacking = e.lacking, NO
        value = e.value(node.value)
        has = code.negated(e.lacking)
        e.lacking = lacking
        if exact and value.type != "exact":
            value = Value("exact", e.narrow(value).name, "1")
        value = value if exact else code.as_type(value, type_)
        known = Value("exact" if exact else type_, code.do(f"load {type_}, ptr {best}"),
                      code.do(f"load i64, ptr {den}") if exact else "")  # fmt: skip
        better = less(e, value, known) if node.op == "<" else less(e, known, value)
        first = code.negated(Value("i1", code.do(f"load i1, ptr {some}")))
        taken = code.both(has, code.either(first, better))
        kept = code.select(taken, value, known)
        code.void(f"store {type_} {kept.name}, ptr {best}")
        if exact:
            code.void(f"store i64 {kept.den}, ptr {den}")
        now = code.either(Value("i1", code.do(f"load i1, ptr {some}")), has)
        code.void(f"store i1 {now.name}, ptr {some}")

    assert e.held is not None
    looped(e, e.held, once)
    e.lack(code.negated(Value("i1", code.do(f"load i1, ptr {some}"))))
    if exact:
        return Value("exact", code.do(f"load i64, ptr {best}"), code.do(f"load i64, ptr {den}"))
    return Value(type_, code.do(f"load {type_}, ptr {best}"))
