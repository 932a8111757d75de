"""Loops over columns, written down as if in Python and compiled to machine code: `Sweep`, `Sweeps`.

A sweep goes over the rows of columns once. Its numbers (`Number`) are 64 bits wide and take Python's operators, which
wrap around where a result is wider; conditions are numbers of one bit. `tests/native/test_sweep.py` has a small one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any

import numpy as np
from attrs import define, field, frozen

from polc.native.compiled import Compiled, compiled, triple
from polc.native.values import AHEAD, FETCH, Code

_TYPES = {"int8": "i8", "uint8": "i8", "int32": "i32", "uint16": "i16", "int64": "i64", "uint64": "i64"}


@frozen(eq=False, repr=False, slots=True)
class Number:
    """A number of 64 bits, or a condition of one, that instructions of `code` make."""

    code: Code
    name: str
    type: str = "i64"

    def _with(self, instruction: str, other: Number | int) -> Number:
        return Number(self.code, self.code.do(f"{instruction} {self.type} {self.name}, {_name(other)}"), self.type)

    def _is(self, how: str, other: Number | int) -> Number:
        return Number(self.code, self.code.do(f"icmp {how} {self.type} {self.name}, {_name(other)}"), "i1")

    def __add__(self, other: Number | int) -> Number:
        return self._with("add", other)

    def __sub__(self, other: Number | int) -> Number:
        return self._with("sub", other)

    def __mul__(self, other: Number | int) -> Number:
        return self._with("mul", other)

    def __and__(self, other: Number | int) -> Number:
        return self._with("and", other)

    def __or__(self, other: Number | int) -> Number:
        return self._with("or", other)

    def __xor__(self, other: Number | int) -> Number:
        return self._with("xor", other)

    def __lshift__(self, other: Number | int) -> Number:
        return self._with("shl", other)

    def __rshift__(self, other: Number | int) -> Number:
        """The sign is kept; `without_sign` shifts in zeros."""
        return self._with("ashr", other)

    def without_sign(self, other: Number | int) -> Number:
        """Shifted right, with zeros from the left."""
        return self._with("lshr", other)

    def is_(self, other: Number | int) -> Number:
        """Whether two numbers are the same."""
        return self._is("eq", other)

    def is_not(self, other: Number | int) -> Number:
        """Whether they differ."""
        return self._is("ne", other)

    def __lt__(self, other: Number | int) -> Number:
        return self._is("slt", other)

    def __gt__(self, other: Number | int) -> Number:
        return self._is("sgt", other)

    def __le__(self, other: Number | int) -> Number:
        return self._is("sle", other)

    def above(self, other: Number | int) -> Number:
        """Whether it is greater where neither has a sign; numbers below 0 are the greatest then."""
        return self._is("ugt", other)

    def as_number(self) -> Number:
        """A condition as 0 or 1."""
        return Number(self.code, self.code.do(f"zext i1 {self.name} to i64"))

    def turned(self) -> Number:
        """Its bytes in the other order."""
        return Number(self.code, self.code.do(f"call i64 @llvm.bswap.i64(i64 {self.name})"))

    def or_else(self, condition: Number, other: Number | int) -> Number:
        """This one where the condition holds, else the other."""
        chosen = f"select i1 {condition.name}, {self.type} {self.name}, {self.type} {_name(other)}"
        return Number(self.code, self.code.do(chosen), self.type)


def _name(number: Number | int) -> str:
    return number.name if isinstance(number, Number) else str(number)


@frozen(eq=False, repr=False, slots=True)
class Variable:
    """A number that changes as the rows go by."""

    code: Code
    slot: str

    def get(self) -> Number:
        return Number(self.code, self.code.do(f"load i64, ptr {self.slot}"))

    def set(self, value: Number | int) -> None:
        self.code.void(f"store i64 {_name(value)}, ptr {self.slot}")


@frozen(eq=False, repr=False, slots=True)
class Cells:
    """A column: its elements come out as numbers of 64 bits, and go in cut to their own width."""

    code: Code
    pointer: str
    dtype: str

    def _place(self, at: Number | int, type_: str) -> str:
        return self.code.do(f"getelementptr inbounds {type_}, ptr {self.pointer}, i64 {_name(at)}")

    def __getitem__(self, at: Number | int) -> Number:
        type_ = _TYPES[self.dtype]
        found = self.code.do(f"load {type_}, ptr {self._place(at, type_)}")
        if type_ != "i64":
            found = self.code.do(f"{'zext' if self.dtype[0] == 'u' else 'sext'} {type_} {found} to i64")
        return Number(self.code, found)

    def __setitem__(self, at: Number | int, value: Number | int) -> None:
        type_, name = _TYPES[self.dtype], _name(value)
        if type_ != "i64" and isinstance(value, Number):
            name = self.code.do(f"trunc i64 {name} to {type_}")
        self.code.void(f"store {type_} {name}, ptr {self._place(at, type_)}")

    def soon(self, at: Number) -> None:
        """Has the element fetched that stands `AHEAD` bytes behind this one."""
        ahead = at + AHEAD // np.dtype(self.dtype).itemsize
        self.code.fetch(self.pointer, ahead.name, _TYPES[self.dtype])

    def near(self, at: Number) -> None:
        """Has an element fetched."""
        self.code.fetch(self.pointer, at.name, _TYPES[self.dtype])

    def eight(self, at: Number) -> Number:
        """Eight elements of one byte as one number, the first at its lowest end."""
        return Number(self.code, self.code.do(f"load i64, ptr {self._place(at, 'i8')}, align 1"))


@define(eq=False, repr=False)
class Sweep:
    """Writes a function that goes over rows `first` to `end`. What it gets are columns and numbers, in the order in
    which `column` and `number` ask for them."""

    code: Code = field(factory=Code)
    first: Number = field(init=False)
    end: Number = field(init=False)
    asked: int = 0

    def __attrs_post_init__(self) -> None:
        self.first, self.end = Number(self.code, "%first"), Number(self.code, "%end")
        self.code.start("start")

    def _given(self, type_: str) -> str:
        name = f"%given{self.asked}"
        self.code.entry.append(f"  {name}.at = getelementptr inbounds i64, ptr %given, i64 {self.asked}")
        self.code.entry.append(f"  {name} = load {type_}, ptr {name}.at")
        self.asked += 1
        return name

    def column(self, dtype: str) -> Cells:
        """A column with elements of a type of numpy."""
        return Cells(self.code, self._given("ptr"), dtype)

    def number(self) -> Number:
        """A number."""
        return Number(self.code, self._given("i64"))

    def variable(self, start: Number | int = 0) -> Variable:
        """A variable that begins with a value."""
        made = Variable(self.code, self.code.slot("i64"))
        made.set(start)
        return made

    @contextmanager
    def rows(self, first: Number | int | None = None, end: Number | None = None, step: int = 1) -> Iterator[Number]:
        """What is written inside happens for each row."""
        at = self.variable(self.first if first is None else first)
        with self.while_(lambda: at.get() < (self.end if end is None else end)):
            now = at.get()
            yield now
            at.set(now + step)

    @contextmanager
    def while_(self, condition: Callable[[], Number]) -> Iterator[None]:
        """What is written inside happens again and again as long as the condition holds."""
        head, body, after = (self.code.name("b") for _ in range(3))
        self.code.void(f"br label %{head}")
        self.code.start(head)
        self.code.void(f"br i1 {condition().name}, label %{body}, label %{after}")
        self.code.start(body)
        yield
        self.code.void(f"br label %{head}")
        self.code.start(after)

    @contextmanager
    def when(self, condition: Number) -> Iterator[None]:
        """What is written inside happens where the condition holds."""
        then, after = self.code.name("b"), self.code.name("b")
        self.code.void(f"br i1 {condition.name}, label %{then}, label %{after}")
        self.code.start(then)
        yield
        self.code.void(f"br label %{after}")
        self.code.start(after)


Write = Callable[[Sweep], None]


@define(eq=False, repr=False)
class Sweeps:
    """Sweeps by name, made into machine code when the first of them is run."""

    writers: dict[str, Write] = field(factory=dict)
    _made: Compiled | None = None
    _lock: Lock = field(factory=Lock)

    def text(self) -> str:
        """All of them as a module."""
        functions = [f'target triple = "{triple()}"', "declare i64 @llvm.bswap.i64(i64)", FETCH]
        for name, write in self.writers.items():
            sweep = Sweep()
            write(sweep)
            head = f"define void @{name}(ptr noalias %given, i64 %first, i64 %end) nounwind {{"
            functions += [head, "entry:", *sweep.code.entry, "  br label %start", *sweep.code.lines, "  ret void", "}"]
        return "\n".join(functions) + "\n"

    def run(self, name: str, first: int, end: int, given: Sequence[Any]) -> None:
        """Runs a sweep over rows `first` to `end`: `given` are its columns (arrays of numpy, or addresses) and numbers.
        The interpreter's lock is released while it runs."""
        values = np.array([one.ctypes.data if isinstance(one, np.ndarray) else one for one in given], np.int64)
        self.made().functions[name](values.ctypes.data, first, end)

    def made(self) -> Compiled:
        """All of them as machine code."""
        with self._lock:
            if self._made is None:
                self._made = compiled(self.text(), *self.writers)
            return self._made
