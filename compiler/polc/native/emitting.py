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

from polc.native.values import NO, Code, Type, Value
from polc.program import nodes as n

Emit = Callable[["Emitting", Any], Value]
"""Makes the instructions for a node of one kind."""
WIDE, WIDER = 2**63, 2**127


def width(*nodes: n.Node) -> Type | None:
    """The type that holds numbers; None where it takes more than 128 bits."""
    lows, highs = [node.low for node in nodes], [node.high for node in nodes]
    low, high = min(x for x in lows if x is not None), max(x for x in highs if x is not None)
    return bits(low, high)


def bits(low: int, high: int) -> Type | None:
    if low >= -WIDE and high < WIDE:
        return "i64"
    return "i128" if low >= -WIDER and high < WIDER else None


class Emitting:
    """Instructions for expressions. `codes` are the numbers of texts, `emit` says how each
    kind of node is made; `tables` collects constant tables of the module
    and `called` the functions it needs."""

    def __init__(self, code: Code, codes: Mapping[str, int], emit: Mapping[type, Emit]) -> None:
        self._emit = emit
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
        return self._emit[type(node)](self, node)

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
