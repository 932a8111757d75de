"""The columns that a function of machine code reads and writes, and how it reaches them."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field

from polc.native.values import Code, Value
from polc.program import nodes as n

Outputs = Mapping["Key", "n.Node | str"]
"""The columns of results that are written, with what stands in each: a variable or an expression."""
Key = tuple[str, ...]
"""What a column is: `("part", "total")`, `("fact", "claim", name)`, `("paid", "0")`, …"""

_LLVM = {
    "uint8": "i8", "int16": "i16", "uint16": "i16", "int32": "i32", "int64": "i64", "uint64": "i64",
}  # fmt: skip


@define(eq=False, repr=False)
class Pointers:
    """The columns a function reads and writes; each gets a place in the table when it is first asked for."""

    code: Code
    places: dict[Key, str] = field(factory=dict)

    def pointer(self, key: Key) -> str:
        """The start of a column."""
        name = self.places.get(key)
        if name is None:
            index = len(self.places)
            name = self.places[key] = f"%col{index}"
            self.code.entry.append(f"  %at{index} = getelementptr inbounds ptr, ptr %columns, i64 {index}")
            self.code.entry.append(f"  {name} = load ptr, ptr %at{index}")
        return name

    def load(self, key: Key, index: str, dtype: str, signed: bool = False) -> Value:
        """An element, as i64."""
        type_ = _LLVM[dtype]
        value = self.code.do(f"load {type_}, ptr {self.place(key, index, type_)}")
        if type_ == "i64":
            return Value("i64", value)
        signed = signed or dtype.startswith("int")
        return Value("i64", self.code.do(f"{'sext' if signed else 'zext'} {type_} {value} to i64"))

    def store(self, key: Key, index: str, value: Value, dtype: str) -> None:
        """Writes an element."""
        type_, code = _LLVM[dtype], self.code
        text = value.name
        if value.type == "i1":
            text = code.do(f"zext i1 {text} to {type_}")
        elif value.type == "i128" or type_ != "i64":
            text = code.do(f"trunc {value.type} {text} to {type_}") if value.type != type_ else text
        code.void(f"store {type_} {text}, ptr {self.place(key, index, type_)}")

    def place(self, key: Key, index: str, type_: str) -> str:
        return self.code.do(f"getelementptr inbounds {type_}, ptr {self.pointer(key)}, i64 {index}")
