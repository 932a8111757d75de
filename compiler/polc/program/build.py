"""A program under construction: statements, fresh names, and what range each variable is in at this point."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define, field

from polc.program.exact import Code
from polc.program.nodes import (
    Assign,
    Attempt,
    Get,
    If,
    Kind,
    LacksWhere,
    Node,
    RefuseWhere,
    Repeat,
    Statement,
    Truth,
    range_of,
)

Known = tuple[Kind, int | None, int | None]


def _both(a: Known, b: Known) -> Known:
    low = None if a[1] is None or b[1] is None else min(a[1], b[1])
    high = None if a[2] is None or b[2] is None else max(a[2], b[2])
    return ("exact" if "exact" in (a[0], b[0]) else a[0]), low, high


def _merged(a: dict[str, Known], b: dict[str, Known]) -> dict[str, Known]:
    return a | {name: _both(known, a[name]) if name in a else known for name, known in b.items()}


@define(eq=False, repr=False)
class Builder:
    """Statements written one after the other, in blocks."""

    statements: list[Statement] = field(factory=list)
    state: set[str] = field(factory=set)
    """Variables that go on changing: they are copied where a value is to be read several times."""
    known: dict[str, Known] = field(factory=dict)
    _fixed: dict[str, Known] = field(factory=dict)
    _attempts: list[dict[str, Known]] = field(factory=list)
    _count: int = 0
    _last: tuple[If, dict[str, Known], dict[str, Known]] | None = None

    def name(self, prefix: str = "v") -> str:
        """A name that stands nowhere yet."""
        self._count += 1
        return f"{prefix}{self._count}"

    # ------------------------------------------------------------ variables

    def given(self, name: str, kind: Kind, low: int | None = None, high: int | None = None) -> None:
        """Makes known a variable that the program starts with."""
        self.known[name] = self._fixed[name] = kind, low, high

    def get(self, name: str) -> Get:
        """A variable as it stands here."""
        known = self.known.get(name)
        kind, low, high = self._fixed[name] if known is None else known  # a fact is read in one branch and in another
        return Get(kind, low, high, name)

    def assign(self, name: str, value: Node) -> Get:
        """Sets a variable."""
        self.statements.append(Assign(name, value))
        known = value.kind, *range_of(value)
        self.known[name] = known
        for seen in self._attempts:
            seen[name] = _both(seen[name], known) if name in seen else known
        return self.get(name)

    def let(self, value: Node, prefix: str = "v") -> Node:
        """The value, to be read several times."""
        if value.atom and not (isinstance(value, Get) and value.name in self.state):
            return value
        return self.assign(self.name(prefix), value)

    def hold(self, code: Code) -> Code:
        """The number, to be read several times."""
        return Code(self.let(code.node), code.den)

    def bound(self, name: str, value: Node) -> Get:
        """A variable that an expression sets in passing."""
        self.known[name] = value.kind, *range_of(value)
        return self.get(name)

    # ------------------------------------------------------------ statements

    def refuse_where(self, condition: Node, never: bool = False) -> None:
        if not (isinstance(condition, Truth) and not condition.value):
            self.statements.append(RefuseWhere(condition, never))

    def lacks_where(self, condition: Node) -> None:
        if not (isinstance(condition, Truth) and not condition.value):
            self.statements.append(LacksWhere(condition))

    @contextmanager
    def _into(self, statements: list[Statement]) -> Iterator[None]:
        outer, self.statements = self.statements, statements
        yield
        self.statements = outer

    @contextmanager
    def when(self, condition: Node) -> Iterator[None]:
        """What is written inside happens where the condition holds."""
        made, before = If(condition), dict(self.known)
        with self._into(made.then):
            yield
        self.statements.append(made)
        self._last = made, before, self.known
        self.known = _merged(before, self.known)

    @contextmanager
    def otherwise(self) -> Iterator[None]:
        """What is written inside happens where the condition of the `when` just before does not hold."""
        assert self._last is not None and self.statements[-1] is self._last[0]
        made, before, then = self._last
        self.known = dict(before)
        with self._into(made.otherwise):
            yield
        self.known = _merged(then, self.known)

    @contextmanager
    def attempt(self) -> Iterator[Attempt]:
        """What is written inside happens up to where a value is lacking."""
        made, before = Attempt(), dict(self.known)
        self._attempts.append({})
        with self._into(made.body):
            yield made
        self.statements.append(made)
        self.known = _merged(_merged(before, self.known), self._attempts.pop())

    @contextmanager
    def lacking(self, attempt: Attempt) -> Iterator[None]:
        """What is written inside happens after an attempt at something that had no value."""
        before = dict(self.known)
        with self._into(attempt.lacking):
            yield
        self.known = _merged(before, self.known)

    @contextmanager
    def repeat(self, name: str, count: int, wide: tuple[str, ...]) -> Iterator[None]:
        """What is written inside happens for each number below `count`. What one round leaves to the next are the
        variables in `wide` alone, which may be of any size there."""
        made, before = Repeat(name, count), dict(self.known)
        for one in wide:
            self.known[one] = (self.known[one][0], -(2**63), 2**63 - 1)
        self.known[name] = "int", 0, count - 1
        self._attempts.append({})
        with self._into(made.body):
            yield
        self.statements.append(made)
        self.known = _merged(before, self._attempts.pop())
