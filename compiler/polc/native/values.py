"""Values in LLVM's language, and the instructions that make them."""

from __future__ import annotations

from typing import Literal as OneOf

from attrs import define, field, frozen

Type = OneOf["i1", "i64", "i128", "exact"]
"""i1: yes or no; i64, i128: a whole number; exact: two i64, numerator and denominator (above 0)."""
AHEAD = 1 << 12
"""So many bytes before they are needed columns are fetched into the cache: what a processor does by itself is too
little for loops with many instructions, and most columns were not looked at for long."""
FETCH = "declare void @llvm.prefetch.p0(ptr, i32, i32, i32)"
BITS = {"i1": 1, "i64": 64, "i128": 128}


@frozen(eq=False, repr=False, slots=True)
class Value:
    """A value: the name of an instruction's result, or a number; `den` that of the denominator."""

    type: Type
    name: str
    den: str = ""


NO, YES, ZERO = Value("i1", "false"), Value("i1", "true"), Value("i64", "0")


@define(eq=False, repr=False)
class Code:
    """Instructions of a function in order, in blocks."""

    lines: list[str] = field(factory=list)
    entry: list[str] = field(factory=list)
    block: str = "entry"
    _count: int = 0

    def name(self, prefix: str = "r") -> str:
        """A name that stands nowhere yet."""
        self._count += 1
        return f"{prefix}{self._count}"

    def do(self, instruction: str) -> str:
        """The name of an instruction's result."""
        self._count += 1
        name = f"%r{self._count}"
        self.lines.append(f"  {name} = {instruction}")
        return name

    def void(self, instruction: str) -> None:
        """An instruction without a result."""
        self.lines.append(f"  {instruction}")

    def start(self, block: str) -> None:
        """What follows stands in this block."""
        self.lines.append(f"{block}:")
        self.block = block

    def slot(self, type_: str) -> str:
        """A place for a variable, of which LLVM makes registers."""
        name = f"%{self.name('s')}"
        self.entry.append(f"  {name} = alloca {type_}")
        return name

    def fetch(self, pointer: str, at: str, type_: str) -> None:
        """Has an element of a column fetched into the cache; there need not be such an element."""
        place = self.do(f"getelementptr {type_}, ptr {pointer}, i64 {at}")
        self.void(f"call void @llvm.prefetch.p0(ptr {place}, i32 0, i32 3, i32 1)")

    # ------------------------------------------------------------ yes and no

    def both(self, a: Value, b: Value) -> Value:
        if a is NO or b is NO:
            return NO
        if a is YES or b is YES:
            return b if a is YES else a
        return Value("i1", self.do(f"and i1 {a.name}, {b.name}"))

    def either(self, a: Value, b: Value) -> Value:
        if a is YES or b is YES:
            return YES
        if a is NO or b is NO:
            return b if a is NO else a
        return Value("i1", self.do(f"or i1 {a.name}, {b.name}"))

    def negated(self, a: Value) -> Value:
        if a is NO or a is YES:
            return YES if a is NO else NO
        return Value("i1", self.do(f"xor i1 {a.name}, true"))

    def compared(self, op: str, a: str, b: str, type_: str = "i64") -> Value:
        return Value("i1", self.do(f"icmp {op} {type_} {a}, {b}"))

    # ------------------------------------------------------------ numbers

    def as_type(self, a: Value, type_: Type) -> Value:
        """A whole number in another width; to a narrower one only where it is known to fit."""
        if a.type == type_:
            return a
        if type_ == "exact":
            return Value("exact", self.as_type(a, "i64").name, "1")
        if a.name.lstrip("-").isdigit():
            return Value(type_, a.name)
        if a.type == "i1":
            return Value(type_, self.do(f"zext i1 {a.name} to {type_}"))
        how = "sext" if BITS[type_] > BITS[a.type] else "trunc"
        return Value(type_, self.do(f"{how} {a.type} {a.name} to {type_}"))

    def fits(self, a: Value) -> tuple[Value, Value]:
        """A whole number as i64, and whether it is too large for that."""
        if a.type != "i128" or a.name.lstrip("-").isdigit():
            return self.as_type(a, "i64"), NO
        narrow = self.as_type(a, "i64")
        again = self.as_type(narrow, "i128")
        return narrow, self.compared("ne", again.name, a.name, "i128")

    def alike(self, a: Value, b: Value) -> tuple[Value, Value]:
        """Two values in one type."""
        if a.type == b.type:
            return a, b
        for type_ in ("exact", "i128", "i64"):
            if type_ in (a.type, b.type):
                return self.as_type(a, type_), self.as_type(b, type_)
        return a, b

    def select(self, condition: Value, a: Value, b: Value) -> Value:
        if condition is YES or a is b or (a.type == b.type and a.name == b.name and a.den == b.den):
            return a
        if condition is NO:
            return b
        a, b = self.alike(a, b)
        if a.type == "exact":
            return Value("exact", self._select(condition, "i64", a.name, b.name),
                         self._select(condition, "i64", a.den, b.den))  # fmt: skip
        return Value(a.type, self._select(condition, a.type, a.name, b.name))

    def _select(self, condition: Value, type_: str, a: str, b: str) -> str:
        return a if a == b else self.do(f"select i1 {condition.name}, {type_} {a}, {type_} {b}")

    def phi(self, a: Value, of: str, b: Value, other: str) -> Value:
        """The value from whichever block it was that came before; both have been made alike."""
        if a.name == b.name and a.den == b.den:
            return a
        if a.type == "exact":
            return Value("exact", self._phi("i64", a.name, of, b.name, other),
                         self._phi("i64", a.den, of, b.den, other))  # fmt: skip
        return Value(a.type, self._phi(a.type, a.name, of, b.name, other))

    def _phi(self, type_: str, a: str, of: str, b: str, other: str) -> str:
        return a if a == b else self.do(f"phi {type_} [ {a}, %{of} ], [ {b}, %{other} ]")

    def call(self, returns: str, function: str, *arguments: str) -> str:
        return self.do(f"call {returns} @{function}({', '.join(arguments)})")
