"""Division and rounding as instructions. What is known not to be below 0 is divided without a sign."""

from __future__ import annotations

from polc.native.emitting import Emitting, bits, width
from polc.native.values import NO, Type, Value
from polc.program import nodes as n


def divided(e: Emitting, value: str, by: str, type_: Type) -> str:
    """A number that is not negative ÷ one above 0."""
    if type_ == "i64":
        return e.code.do(f"udiv i64 {value}, {by}")
    e.called.add("over")
    return e.code.call("i128", "over", f"i128 {value}", f"i128 {by}")


def absolute(e: Emitting, value: str, type_: Type) -> tuple[Value, str]:
    """Whether a number is below 0, and its size."""
    negative = e.code.compared("slt", value, "0", type_)
    minus = e.code.do(f"sub {type_} 0, {value}")
    return negative, e.code.do(f"select i1 {negative.name}, {type_} {minus}, {type_} {value}")


def emit_floor(e: Emitting, node: n.Floor) -> Value:
    code = e.code
    value = e.value(node.value)
    if value.type == "exact":
        top, by, type_ = value.name, value.den, "i64"
    else:
        top, by, type_ = value.name, str(node.by), value.type
    if node.value.positive:
        return fitting(e, node, Value(type_, divided(e, top, by, type_)))  # type: ignore[arg-type]
    negative, size = absolute(e, top, type_)  # type: ignore[arg-type]
    less = code.do(f"sub {type_} {by}, 1")
    up = code.do(f"add {type_} {size}, {less}")
    whole = divided(e, code.do(f"select i1 {negative.name}, {type_} {up}, {type_} {size}"), by, type_)  # type: ignore[arg-type]
    minus = code.do(f"sub {type_} 0, {whole}")
    result = code.do(f"select i1 {negative.name}, {type_} {minus}, {type_} {whole}")
    return fitting(e, node, Value(type_, result))  # type: ignore[arg-type]


def fitting(e: Emitting, node: n.Node, value: Value) -> Value:
    """A result in the narrower type that its range allows."""
    if value.type == "i128" and width(node) == "i64":
        return e.code.as_type(value, "i64")
    return value


def emit_nearest(e: Emitting, node: n.Nearest) -> Value:
    value = e.value(node.value)
    assert node.value.low is not None and node.value.high is not None
    size = max(abs(node.value.low), abs(node.value.high))
    type_ = bits(0, 2 * size + 2 * node.by) or "i128"
    if bits(0, 2 * size + 2 * node.by) is None:
        value = e.narrow(value)
    top = e.code.as_type(value, type_).name
    negative = NO
    if not node.value.positive:
        negative, top = absolute(e, top, type_)
    return fitting(e, node, signed(e, negative, counted(e, top, str(node.by), node.mode, type_), type_))


def signed(e: Emitting, negative: Value, size: str, type_: Type) -> Value:
    if negative is NO:
        return Value(type_, size)
    minus = e.code.do(f"sub {type_} 0, {size}")
    return Value(type_, e.code.do(f"select i1 {negative.name}, {type_} {minus}, {type_} {size}"))


def counted(e: Emitting, top: str, by: str, mode: str, type_: Type) -> str:
    """top ÷ by, neither negative, to a whole number."""
    code = e.code
    if mode == "half_up":
        if by.isdigit() and int(by) % 2 == 0:
            return divided(e, code.do(f"add {type_} {top}, {int(by) // 2}"), by, type_)
        more = code.do(f"add {type_} {code.do(f'shl {type_} {top}, 1')}, {by}")
        return divided(e, more, code.do(f"shl {type_} {by}, 1"), type_)
    if mode == "up":
        return divided(e, code.do(f"add {type_} {top}, {code.do(f'sub {type_} {by}, 1')}"), by, type_)
    count = divided(e, top, by, type_)
    if mode == "down":
        return count
    rest = code.do(f"sub {type_} {top}, {code.do(f'mul {type_} {count}, {by}')}")
    twice = code.do(f"shl {type_} {rest}, 1")
    above, level = code.compared("ugt", twice, by, type_), code.compared("eq", twice, by, type_)
    odd = Value("i1", code.do(f"trunc {type_} {count} to i1"))
    more_ = code.either(above, code.both(level, odd))
    return code.do(f"add {type_} {count}, {code.as_type(more_, type_).name}")


def emit_rounded(e: Emitting, node: n.Rounded) -> Value:
    code, value = e.code, e.exact(node.value)
    top = code.as_type(Value("i64", value.name), "i128").name
    bottom = code.as_type(Value("i64", value.den), "i128").name
    negative, size = absolute(e, code.do(f"mul i128 {top}, {node.to.denominator}"), "i128")
    count = counted(e, size, code.do(f"mul i128 {bottom}, {node.to.numerator}"), node.mode, "i128")
    whole = e.narrow(Value("i128", code.do(f"mul i128 {count}, {node.to.numerator}")))
    result = signed(e, negative, whole.name, "i64")
    return Value("exact", result.name, str(node.to.denominator))
