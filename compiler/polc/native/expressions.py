"""From nodes of a program to instructions: expressions.

Theory: nothing in a program has an effect but its result, so an expression that is not needed may be computed all the
same, and most conditions become selections instead of jumps. Two flags go along with what is computed: `trouble` (the
claim is for the exact way) and `lacking` (a value is missing); under a condition they count only where it holds.
Trouble may be raised too often, that only costs time; a value is never wrong where none is raised.

A number takes 64 bits where its range says so, else 128. What might need more is first brought into 64 bits, with
trouble where it does not fit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from polc.native.values import NO, YES, Code, Type, Value
from polc.program import nodes as n
from polc.program.days import LAST

WIDE, WIDER = 2**63, 2**127
FEW = 4
"""Up to how many texts are compared one by one."""
HEAVY = (n.Banded, n.ItemsSum, n.BestHeld, n.Stack, n.Quotient, n.Rounded)


def width(*nodes: n.Node) -> Type | None:
    """The type that holds numbers; None where it takes more than 128 bits."""
    lows, highs = [node.low for node in nodes], [node.high for node in nodes]
    low, high = min(x for x in lows if x is not None), max(x for x in highs if x is not None)
    return bits(low, high)


def bits(low: int, high: int) -> Type | None:
    if low >= -WIDE and high < WIDE:
        return "i64"
    return "i128" if low >= -WIDER and high < WIDER else None


class Expressions:
    """Instructions for expressions. `codes` are the numbers of texts; `tables` collects constant tables of the module
    and `called` the functions it needs."""

    def __init__(self, code: Code, codes: Mapping[str, int]) -> None:
        self.code, self.codes = code, codes
        self.env: dict[str, Value] = {}
        self.trouble: Value = NO
        self.lacking: Value = NO
        self.tables: list[str] = []
        self.called: set[str] = set()
        self.items: Callable[[Callable[[], None]], None] | None = None
        self.held: Callable[[Callable[[], None]], None] | None = None

    # ------------------------------------------------------------ conditions around

    def value(self, node: n.Node) -> Value:
        """The value of an expression."""
        return _EMIT[type(node)](self, node)

    def fail(self, condition: Value) -> None:
        """The claim is for the exact way where this holds."""
        self.trouble = self.code.either(self.trouble, condition)

    def lack(self, condition: Value) -> None:
        """The value is missing where this holds."""
        self.lacking = self.code.either(self.lacking, condition)

    def under(self, condition: Value, node: n.Node) -> Value:
        """The value of an expression of which the flags count only where a condition holds."""
        trouble, lacking = self.trouble, self.lacking
        self.trouble = self.lacking = NO
        result = self.value(node)
        self.trouble = self.code.either(trouble, self.code.both(condition, self.trouble))
        self.lacking = self.code.either(lacking, self.code.both(condition, self.lacking))
        return result

    def number(self, node: n.Node, type_: Type) -> Value:
        """A whole number in this type."""
        value = self.value(node)
        if value.type == "i128" and type_ == "i64":
            return self.narrow(value)
        return self.code.as_type(value, type_)

    def narrow(self, value: Value) -> Value:
        """A whole number in 64 bits, with trouble where it does not fit."""
        value, beyond = self.code.fits(value)
        self.fail(beyond)
        return value

    def exact(self, node: n.Node) -> Value:
        """A number as an exact one."""
        value = self.value(node)
        return value if value.type == "exact" else Value("exact", self.narrow(value).name, "1")

    # ------------------------------------------------------------ leaves

    def _int(self, node: n.Int) -> Value:
        return Value(bits(node.value, node.value) or "i128", str(node.value))

    def _truth(self, node: n.Truth) -> Value:
        return YES if node.value else NO

    def _text(self, node: n.Text) -> Value:
        return Value("i64", str(self.codes[node.value]))

    def _get(self, node: n.Get) -> Value:
        return self.env[node.name]

    def _given(self, node: n.Given) -> Value:
        missing = self.env.get(f"?{node.name}")
        if missing is not None:
            self.fail(missing)
        return self.env[node.name]

    def _refuse(self, node: n.Refuse) -> Value:
        self.trouble = YES
        return self._nothing(node)

    def _lacks(self, node: n.Lacks) -> Value:
        self.lacking = YES
        return self._nothing(node)

    @staticmethod
    def _nothing(node: n.Node) -> Value:
        if node.kind == "bool":
            return NO
        return Value("exact", "0", "1") if node.kind == "exact" else Value("i64", "0")

    def _bind(self, node: n.Bind) -> Value:
        self.env[node.name] = value = self.value(node.value)
        return value

    # ------------------------------------------------------------ sums

    def _sum(self, node: n.Sum) -> Value:
        if node.kind == "exact":
            return self._exact_sum(node)
        assert node.low is not None and node.high is not None
        result, fitting = "", bits(node.low, node.high)
        type_: Type = fitting or "i128"
        for sign, term in node.terms:
            value = self._part(self.value(term), fitting)
            if not result:
                result = value if sign > 0 else self.code.do(f"sub {type_} 0, {value}")
            else:
                result = self.code.do(f"{'add' if sign > 0 else 'sub'} {type_} {result}, {value}")
        return Value(type_, result)

    def _part(self, value: Value, type_: Type | None) -> str:
        """A part of a sum or product that fits in a type (None: only if its parts are in 64 bits). Higher bits of parts
        do not count where the result has none."""
        if type_ is None:
            return self.code.as_type(self.narrow(value), "i128").name
        return self.code.as_type(value, type_).name

    def _exact_sum(self, node: n.Sum) -> Value:
        result: Value | None = None
        for sign, term in node.terms:
            value = self.exact(term)
            if sign < 0:
                value = Value("exact", self.code.do(f"sub i64 0, {value.name}"), value.den)
            result = value if result is None else self._exact_call("exact_add", result, value)
        assert result is not None
        return result

    def _exact_call(self, function: str, a: Value, b: Value) -> Value:
        self.called.add(function)
        arguments = (f"i64 {x}" for x in (a.name, a.den, b.name, b.den))
        made = self.code.call("%exact", function, *arguments)
        top, den, beyond = (self.code.do(f"extractvalue %exact {made}, {index}") for index in range(3))
        self.fail(Value("i1", beyond))
        return Value("exact", top, den)

    def _product(self, node: n.Product) -> Value:
        if node.kind == "exact":
            return self._exact_call("exact_multiply", self.exact(node.a), self.exact(node.b))
        assert node.low is not None and node.high is not None
        fitting = bits(node.low, node.high)
        a, b = (self._part(self.value(factor), fitting) for factor in (node.a, node.b))
        type_: Type = fitting or "i128"
        return Value(type_, self.code.do(f"mul {type_} {a}, {b}"))

    def _over(self, node: n.Over) -> Value:
        value = self.narrow(self.value(node.value))
        return Value("exact", value.name, str(node.by))

    def _quotient(self, node: n.Quotient) -> Value:
        return self._exact_call("exact_divide", self.exact(node.a), self.exact(node.b))

    # ------------------------------------------------------------ rounding

    def _divided(self, value: str, by: str, type_: Type) -> str:
        """A number that is not negative ÷ one above 0."""
        if type_ == "i64":
            return self.code.do(f"udiv i64 {value}, {by}")
        self.called.add("over")
        return self.code.call("i128", "over", f"i128 {value}", f"i128 {by}")

    def _absolute(self, value: str, type_: Type) -> tuple[Value, str]:
        """Whether a number is below 0, and its size."""
        negative = self.code.compared("slt", value, "0", type_)
        minus = self.code.do(f"sub {type_} 0, {value}")
        return negative, self.code.do(f"select i1 {negative.name}, {type_} {minus}, {type_} {value}")

    def _floor(self, node: n.Floor) -> Value:
        code = self.code
        value = self.value(node.value)
        if value.type == "exact":
            top, by, type_ = value.name, value.den, "i64"
        else:
            top, by, type_ = value.name, str(node.by), value.type
        if node.value.positive:
            return self._fitting(node, Value(type_, self._divided(top, by, type_)))  # type: ignore[arg-type]
        negative, size = self._absolute(top, type_)  # type: ignore[arg-type]
        less = code.do(f"sub {type_} {by}, 1")
        up = code.do(f"add {type_} {size}, {less}")
        whole = self._divided(code.do(f"select i1 {negative.name}, {type_} {up}, {type_} {size}"), by, type_)  # type: ignore[arg-type]
        minus = code.do(f"sub {type_} 0, {whole}")
        result = code.do(f"select i1 {negative.name}, {type_} {minus}, {type_} {whole}")
        return self._fitting(node, Value(type_, result))  # type: ignore[arg-type]

    def _fitting(self, node: n.Node, value: Value) -> Value:
        """A result in the narrower type that its range allows."""
        if value.type == "i128" and width(node) == "i64":
            return self.code.as_type(value, "i64")
        return value

    def _nearest(self, node: n.Nearest) -> Value:
        value = self.value(node.value)
        assert node.value.low is not None and node.value.high is not None
        size = max(abs(node.value.low), abs(node.value.high))
        type_ = bits(0, 2 * size + 2 * node.by) or "i128"
        if bits(0, 2 * size + 2 * node.by) is None:
            value = self.narrow(value)
        top = self.code.as_type(value, type_).name
        negative = NO
        if not node.value.positive:
            negative, top = self._absolute(top, type_)
        return self._fitting(node, self._signed(negative, self._count(top, str(node.by), node.mode, type_), type_))

    def _signed(self, negative: Value, size: str, type_: Type) -> Value:
        if negative is NO:
            return Value(type_, size)
        minus = self.code.do(f"sub {type_} 0, {size}")
        return Value(type_, self.code.do(f"select i1 {negative.name}, {type_} {minus}, {type_} {size}"))

    def _count(self, top: str, by: str, mode: str, type_: Type) -> str:
        """top ÷ by, neither negative, to a whole number."""
        code = self.code
        if mode == "half_up":
            if by.isdigit() and int(by) % 2 == 0:
                return self._divided(code.do(f"add {type_} {top}, {int(by) // 2}"), by, type_)
            more = code.do(f"add {type_} {code.do(f'shl {type_} {top}, 1')}, {by}")
            return self._divided(more, code.do(f"shl {type_} {by}, 1"), type_)
        if mode == "up":
            return self._divided(code.do(f"add {type_} {top}, {code.do(f'sub {type_} {by}, 1')}"), by, type_)
        count = self._divided(top, by, type_)
        if mode == "down":
            return count
        rest = code.do(f"sub {type_} {top}, {code.do(f'mul {type_} {count}, {by}')}")
        twice = code.do(f"shl {type_} {rest}, 1")
        above, level = code.compared("ugt", twice, by, type_), code.compared("eq", twice, by, type_)
        odd = Value("i1", code.do(f"trunc {type_} {count} to i1"))
        more_ = code.either(above, code.both(level, odd))
        return code.do(f"add {type_} {count}, {code.as_type(more_, type_).name}")

    def _rounded(self, node: n.Rounded) -> Value:
        code, value = self.code, self.exact(node.value)
        top = code.as_type(Value("i64", value.name), "i128").name
        bottom = code.as_type(Value("i64", value.den), "i128").name
        negative, size = self._absolute(code.do(f"mul i128 {top}, {node.to.denominator}"), "i128")
        count = self._count(size, code.do(f"mul i128 {bottom}, {node.to.numerator}"), node.mode, "i128")
        whole = self.narrow(Value("i128", code.do(f"mul i128 {count}, {node.to.numerator}")))
        result = self._signed(negative, whole.name, "i64")
        return Value("exact", result.name, str(node.to.denominator))

    # ------------------------------------------------------------ choices

    def _extreme(self, node: n.Extreme) -> Value:
        a, b = self.code.alike(self.value(node.a), self.value(node.b))
        first = self._less(a, b) if node.op == "<" else self._less(b, a)
        return self._fitting_or_exact(node, self.code.select(first, a, b))

    def _fitting_or_exact(self, node: n.Node, value: Value) -> Value:
        return value if value.type == "exact" else self._fitting(node, value)

    def _less(self, a: Value, b: Value) -> Value:
        if a.type != "exact":
            return self.code.compared("slt", a.name, b.name, a.type)
        return self._exact_compared("slt", a, b)

    def _exact_compared(self, op: str, a: Value, b: Value) -> Value:
        code = self.code

        def product(x: str, y: str) -> str:
            wide = [code.as_type(Value("i64", z), "i128").name for z in (x, y)]
            return code.do(f"mul i128 {wide[0]}, {wide[1]}")

        return code.compared(op, product(a.name, b.den), product(b.name, a.den), "i128")

    def _choice(self, node: n.Choice) -> Value:
        chain: list[tuple[Value, n.Choice]] = []
        marks: list[tuple[Value, Value]] = []
        rest: n.Node = node
        code = self.code
        while isinstance(rest, n.Choice):  # not one in another: tables have hundreds of rows
            condition = self.value(rest.condition)
            marks.append((self.trouble, self.lacking))
            self.trouble = self.lacking = NO
            chain.append((condition, rest))
            rest = rest.b
        result = self.value(rest)
        for (condition, one), (trouble, lacking) in zip(reversed(chain), reversed(marks), strict=True):
            other = code.negated(condition) if self.trouble is not NO or self.lacking is not NO else NO
            behind = code.both(other, self.trouble), code.both(other, self.lacking)
            self.trouble, self.lacking = trouble, lacking
            chosen = self.under(condition, one.a)
            self.fail(behind[0])
            self.lack(behind[1])
            result = code.select(condition, chosen, result)
        return result

    def _after(self, node: n.After) -> Value:
        for one in node.first:
            self.value(one)
        return self.value(node.value)

    def _banded(self, node: n.Banded) -> Value:
        if node.kind == "exact":
            return self._exact_banded(node)
        fitting = width(node, node.start, node.end, *node.edges)
        type_: Type = fitting or "i128"
        code, terms = self.code, ""
        start, end = (self._part(self.value(at), fitting) for at in (node.start, node.end))
        before: str | None = None
        for index, (edge_node, rate_node) in enumerate(zip(node.edges, node.rates, strict=True)):
            rate = self._part(self.value(rate_node), fitting)
            first = index == 0 and isinstance(edge_node, n.Int) and edge_node.value == 0 and node.start.positive
            low, high = start, end
            if not first:
                edge = self._part(self.value(edge_node), fitting)
                low, high = (self._largest(x, edge, type_) for x in (start, end))
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

    def _largest(self, a: str, b: str, type_: Type) -> str:
        more = self.code.compared("sgt", a, b, type_)
        return self.code.do(f"select i1 {more.name}, {type_} {a}, {type_} {b}")

    def _exact_banded(self, node: n.Banded) -> Value:
        start, end = self.exact(node.start), self.exact(node.end)
        result = Value("exact", "0", "1")
        for index, (edge_node, rate_node) in enumerate(zip(node.edges, node.rates, strict=True)):
            edge, rate = self.exact(edge_node), self.exact(rate_node)
            low = self.code.select(self._less(start, edge), edge, start)
            high = end
            if index + 1 < len(node.edges):
                upper = self.exact(node.edges[index + 1])
                high = self.code.select(self._less(upper, end), upper, end)
            within = self._less(low, high)
            minus = Value("exact", self.code.do(f"sub i64 0, {low.name}"), low.den)
            stretch = self._exact_call("exact_add", high, minus)
            paid = self._exact_call("exact_multiply", stretch, rate)
            result = self._exact_call("exact_add", result, self.code.select(within, paid, Value("exact", "0", "1")))
        return result

    # ------------------------------------------------------------ texts, days, choices

    def _table(self, type_: str, rows: list[int]) -> str:
        name = f"@t{len(self.tables)}"
        values = ", ".join(f"{type_} {row}" for row in rows)
        self.tables.append(f"{name} = internal constant [{len(rows)} x {type_}] [{values}]")
        return name

    def _from_table(self, key: Value, type_: str, rows: list[int]) -> str:
        """A row of a table; the last one for keys beyond."""
        code, last = self.code, len(rows) - 1
        inside = code.compared("ult", key.name, str(last))
        index = code.do(f"select i1 {inside.name}, i64 {key.name}, i64 {last}")
        name = self._table(type_, rows)
        place = code.do(f"getelementptr inbounds [{len(rows)} x {type_}], ptr {name}, i64 0, i64 {index}")
        return code.do(f"load {type_}, ptr {place}")

    def _lookup(self, node: n.Lookup) -> Value:
        code, key = self.code, self.value(node.key)
        rows = {self.codes[text]: value for text, value in node.table.items()}
        plain = isinstance(node.otherwise, n.Int)
        low, high = min(rows.values()), max(rows.values())
        if bits(low, high) != "i64":
            self.trouble = YES
            return Value("i64", "0")
        last = node.otherwise.low if plain and bits(node.otherwise.low or 0, node.otherwise.low or 0) == "i64" else 0
        listed = [rows.get(index, last or 0) for index in range(max(rows) + 1)] + [last or 0]
        found = Value("i64", self._from_table(key, "i64", listed))
        if plain and last == node.otherwise.low:
            return found
        member = self._is_member(key, frozenset(rows))
        return code.select(member, found, self.under(code.negated(member), node.otherwise))

    def _is_member(self, key: Value, among: frozenset[int]) -> Value:
        if len(among) <= FEW:
            result = NO
            for one in sorted(among):
                result = self.code.either(result, self.code.compared("eq", key.name, str(one)))
            return result
        rows = [int(index in among) for index in range(max(among) + 1)] + [0]
        return self.code.compared("ne", self._from_table(key, "i8", rows), "0", "i8")

    def _member(self, node: n.Member) -> Value:
        return self._is_member(self.value(node.value), frozenset(self.codes[value] for value in node.values))

    def _overlaps(self, node: n.Overlaps) -> Value:
        value = self.number(node.value, "i64")
        return self.code.compared("ne", self.code.do(f"and i64 {value.name}, {node.bits}"), "0")

    def _call(self, node: n.Call) -> Value:
        arguments = [self.number(argument, "i64").name for argument in node.arguments]
        self.called.add(f"day_{node.function}")
        inside = self.code.do(f"sub i64 {arguments[0]}, 1")
        wild = self.code.compared("ugt", inside, str(LAST - 1))
        self.fail(wild)
        arguments[0] = self.code.do(f"select i1 {wild.name}, i64 1, i64 {arguments[0]}")
        result = self.code.call("i64", f"day_{node.function}", *(f"i64 {argument}" for argument in arguments))
        self.fail(self.code.compared("eq", result, "0"))
        return Value("i64", result)

    def _stack(self, node: n.Stack) -> Value:
        code, choices = self.code, self.number(node.choices, "i64")
        fitting = width(node, *(value for _, value in node.arms))
        type_: Type = fitting or "i128"
        lowest = str(-(2**62) if type_ == "i64" else -(2**126))
        best = [lowest] * min(len(node.shares), len(node.arms))
        for bit, arm in node.arms:
            made = code.compared("ne", code.do(f"and i64 {choices.name}, {bit}"), "0")
            value = self._part(self.under(made, arm), fitting)
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
        return self._fitting(node, Value(type_, result))

    # ------------------------------------------------------------ over items and identities

    def _looped(self, walk: Callable[[Callable[[], None]], None], once: Callable[[], None]) -> None:
        """Runs `once` in a loop; flags raised in it are put together."""
        code = self.code
        trouble, lacking = self.trouble, self.lacking
        slots = [code.slot("i1") for _ in range(2)]
        for slot in slots:
            code.void(f"store i1 false, ptr {slot}")

        def body() -> None:
            self.trouble = self.lacking = NO
            once()
            for slot, flag in zip(slots, (self.trouble, self.lacking), strict=True):
                if flag is not NO:
                    before = Value("i1", code.do(f"load i1, ptr {slot}"))
                    code.void(f"store i1 {code.either(before, flag).name}, ptr {slot}")

        env = dict(self.env)
        walk(body)
        self.env = env
        loaded = [Value("i1", code.do(f"load i1, ptr {slot}")) for slot in slots]
        self.trouble, self.lacking = code.either(trouble, loaded[0]), code.either(lacking, loaded[1])

    def _items_sum(self, node: n.ItemsSum) -> Value:
        code = self.code
        exact = node.kind == "exact"
        type_: Any = "i64" if exact else width(node) or "i128"
        total, den = code.slot(type_), code.slot("i64")
        code.void(f"store {type_} 0, ptr {total}")
        code.void(f"store i64 1, ptr {den}")

        def once() -> None:
            where = YES if node.where is None else self.value(node.where)
            value = self.under(where, node.value)
            if exact:
                value = code.as_type(value, "exact") if value.type == "exact" else Value("exact", value.name, "1")
                so_far = Value("exact", code.do(f"load i64, ptr {total}"), code.do(f"load i64, ptr {den}"))
                value = self._exact_call("exact_add", so_far, code.select(where, value, Value("exact", "0", "1")))
                code.void(f"store i64 {value.den}, ptr {den}")
                code.void(f"store i64 {value.name}, ptr {total}")
                return
            if width(node) is None:
                value = self.narrow(value)
            value = code.select(where, code.as_type(value, type_), Value(type_, "0"))
            so_far_ = code.do(f"load {type_}, ptr {total}")
            code.void(f"store {type_} {code.do(f'add {type_} {so_far_}, {value.name}')}, ptr {total}")

        assert self.items is not None
        self._looped(self.items, once)
        if exact:
            return Value("exact", code.do(f"load i64, ptr {total}"), code.do(f"load i64, ptr {den}"))
        return Value(type_, code.do(f"load {type_}, ptr {total}"))

    def _best_held(self, node: n.BestHeld) -> Value:
        code = self.code
        exact = node.kind == "exact"
        type_: Any = "i64" if exact else "i1" if node.kind == "bool" else width(node) or "i128"
        best, den, some = code.slot(type_), code.slot("i64"), code.slot("i1")
        code.void(f"store {type_} {'false' if type_ == 'i1' else 0}, ptr {best}")
        code.void(f"store i64 1, ptr {den}")
        code.void(f"store i1 false, ptr {some}")

        def once() -> None:
            lacking, self.lacking = self.lacking, NO
            value = self.value(node.value)
            has = code.negated(self.lacking)
            self.lacking = lacking
            if exact and value.type != "exact":
                value = Value("exact", self.narrow(value).name, "1")
            value = value if exact else code.as_type(value, type_)
            known = Value("exact" if exact else type_, code.do(f"load {type_}, ptr {best}"),
                          code.do(f"load i64, ptr {den}") if exact else "")  # fmt: skip
            better = self._less(value, known) if node.op == "<" else self._less(known, value)
            first = code.negated(Value("i1", code.do(f"load i1, ptr {some}")))
            taken = code.both(has, code.either(first, better))
            kept = code.select(taken, value, known)
            code.void(f"store {type_} {kept.name}, ptr {best}")
            if exact:
                code.void(f"store i64 {kept.den}, ptr {den}")
            now = code.either(Value("i1", code.do(f"load i1, ptr {some}")), has)
            code.void(f"store i1 {now.name}, ptr {some}")

        assert self.held is not None
        self._looped(self.held, once)
        self.lack(code.negated(Value("i1", code.do(f"load i1, ptr {some}"))))
        if exact:
            return Value("exact", code.do(f"load i64, ptr {best}"), code.do(f"load i64, ptr {den}"))
        return Value(type_, code.do(f"load {type_}, ptr {best}"))

    # ------------------------------------------------------------ conditions

    def _compare(self, node: n.Compare) -> Value:
        a, b = self.value(node.a), self.value(node.b)
        op = {"==": "eq", "!=": "ne", "<": "slt", "<=": "sle", ">": "sgt", ">=": "sge"}[node.op]
        a, b = self.code.alike(a, b)
        if a.type == "exact":
            return self._exact_compared(op, a, b)
        return self.code.compared(op, a.name, b.name, a.type)

    def _joined(self, node: n.Joined) -> Value:
        code = self.code
        result = self.value(node.parts[0])
        for part in node.parts[1:]:
            if node.every:
                result = code.both(result, self.under(result, part))
            else:
                result = code.either(result, self.under(code.negated(result), part))
        return result

    def _not(self, node: n.Not) -> Value:
        return self.code.negated(self.value(node.value))


_EMIT: dict[type, Callable[[Expressions, Any], Value]] = {
    n.Int: Expressions._int, n.Truth: Expressions._truth, n.Text: Expressions._text, n.Get: Expressions._get,
    n.Given: Expressions._given, n.Refuse: Expressions._refuse, n.Lacks: Expressions._lacks,
    n.Bind: Expressions._bind, n.Sum: Expressions._sum, n.Product: Expressions._product, n.Over: Expressions._over,
    n.Quotient: Expressions._quotient, n.Floor: Expressions._floor, n.Nearest: Expressions._nearest,
    n.Rounded: Expressions._rounded, n.Extreme: Expressions._extreme, n.Choice: Expressions._choice,
    n.After: Expressions._after, n.Banded: Expressions._banded, n.Lookup: Expressions._lookup,
    n.Call: Expressions._call, n.Stack: Expressions._stack, n.ItemsSum: Expressions._items_sum,
    n.BestHeld: Expressions._best_held, n.Compare: Expressions._compare, n.Joined: Expressions._joined,
    n.Not: Expressions._not, n.Member: Expressions._member, n.Overlaps: Expressions._overlaps,
}  # fmt: skip
