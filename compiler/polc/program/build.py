"""A program under construction: statements, fresh names, and what range each variable is in at this point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from attrs import define, field, frozen

from polc.program.exact import Code, Quantity
from polc.program.making import range_of
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
    Sum,
    Truth,
)


@frozen(eq=False, repr=False, slots=False)
class Known:
    """What is known of a variable at some point: what it holds, its range, when it was set, what it never exceeds."""

    kind: Kind
    low: int | None
    high: int | None
    version: int
    below: frozenset[Quantity] = frozenset()

    @property
    def nothing(self) -> bool:
        """Whether it is 0."""
        return self.low == self.high == 0


def _both(a: Known, b: Known, version: int) -> Known:
    low = None if a.low is None or b.low is None else min(a.low, b.low)
    high = None if a.high is None or b.high is None else max(a.high, b.high)
    below = b.below if a.nothing else a.below if b.nothing else a.below & b.below
    return Known("exact" if "exact" in (a.kind, b.kind) else a.kind, low, high, version, below)


Rest = tuple[tuple[int, Quantity], ...]
"""A quantity less others."""


def _quantity(code: Code) -> Quantity | None:
    """The quantity that a number is."""
    node = code.node
    if isinstance(node, Get) and node.kind == "int" and code.den == 1 and code.positive:
        return node.name, node.version
    return None


def _key(terms: Sequence[tuple[int, Code]]) -> Rest | None:
    found = []
    for sign, code in terms:
        quantity = _quantity(code)
        if quantity is None:
            return None
        found.append((sign, quantity))
    return tuple(found)


def _terms(code: Code) -> Rest | None:
    """What a number is the rest of."""
    if code.den != 1 or not isinstance(code.node, Sum) or not code.positive:
        return None
    return _key([(sign, Code(node)) for sign, node in code.node.terms])


@define(eq=False, repr=False)
class Builder:
    """Statements written one after the other, in blocks."""

    statements: list[Statement] = field(factory=list)
    state: set[str] = field(factory=set)
    """Variables that go on changing: they are copied where a value is to be read several times."""
    known: dict[str, Known] = field(factory=dict)
    _fixed: dict[str, Known] = field(factory=dict)
    _attempts: list[dict[str, Known]] = field(factory=list)
    unbounded: set[str] = field(factory=set)
    """Accumulators to which more may be added than a claim cost."""
    rests: dict[Rest, set[Quantity]] = field(factory=dict)
    """The variables that hold what is left of a quantity less others."""
    _count: int = 0
    _versions: int = 0
    _last: tuple[If, dict[str, Known], dict[str, Known]] | None = None

    def name(self, prefix: str = "v") -> str:
        """A name that stands nowhere yet."""
        self._count += 1
        return f"{prefix}{self._count}"

    # ------------------------------------------------------------ variables

    def given(
        self,
        name: str,
        kind: Kind,
        low: int | None = None,
        high: int | None = None,
        below: frozenset[Quantity] = frozenset(),
    ) -> None:
        """Makes known a variable that the program starts with."""
        self.known[name] = self._fixed[name] = Known(kind, low, high, 0, below)

    def get(self, name: str) -> Get:
        """A variable as it stands here."""
        known = self.known.get(name) or self._fixed[name]  # a fact is read in one branch and in another
        return Get(known.kind, known.low, known.high, name, known.version)

    def code(self, name: str, den: int | None = 1) -> Code:
        """A variable as a number."""
        known = self.known.get(name) or self._fixed[name]
        return Code(self.get(name), den, known.below)

    def _set(self, name: str, value: Node, below: frozenset[Quantity]) -> None:
        self._versions += 1
        self.known[name] = Known(value.kind, *range_of(value), self._versions, below)

    def assign(self, name: str, value: Node, below: frozenset[Quantity] = frozenset()) -> Get:
        """Sets a variable."""
        self.statements.append(Assign(name, value))
        self._set(name, value, below)
        for seen in self._attempts:
            seen[name] = _both(seen[name], self.known[name], self._versions) if name in seen else self.known[name]
        return self.get(name)

    def put(self, name: str, code: Code) -> Code:
        """Sets a variable to a number."""
        self.assign(name, code.node, code.bounds)
        return self.code(name, code.den)

    def let(self, value: Node, prefix: str = "v") -> Node:
        """The value, to be read several times."""
        if value.atom and not (isinstance(value, Get) and value.name in self.state):
            return value
        return self.assign(self.name(prefix), value)

    def hold(self, code: Code) -> Code:
        """The number, to be read several times."""
        value = code.node
        if value.atom and not (isinstance(value, Get) and value.name in self.state):
            return code
        held, rest = self.put(self.name(), code), _terms(code)
        quantity = _quantity(held)
        if rest is not None and quantity is not None:
            self.rests.setdefault(rest, set()).add(quantity)
        return held

    def bound(self, name: str, value: Node) -> Get:
        """A variable that an expression sets in passing."""
        self._set(name, value, frozenset())
        return self.get(name)

    def covers(self, terms: Sequence[tuple[int, Code]]) -> bool:
        """Whether a sum cannot be below 0: each amount that it takes away is at most what is left before."""
        signs = [sign for sign, _ in terms]
        if signs[0] < 0 or any(sign > 0 for sign in signs[1:]) or not terms[0][1].positive:
            return False
        return all(self._is_within(terms[:index], code) for index, (_, code) in enumerate(terms) if index)

    def _is_within(self, rest: Sequence[tuple[int, Code]], code: Code) -> bool:
        """Whether a number is at most the rest that others leave."""
        key = _key(rest)
        if key is None:
            return False
        found = {key[0][1]} if len(key) == 1 else self.rests.get(key, set())
        return not found.isdisjoint(code.bounds)

    # ------------------------------------------------------------ statements

    def refuse_where(self, condition: Node, never: bool = False) -> None:
        if not (isinstance(condition, Truth) and not condition.value):
            self.statements.append(RefuseWhere(condition, never))

    def lacks_where(self, condition: Node) -> None:
        if not (isinstance(condition, Truth) and not condition.value):
            self.statements.append(LacksWhere(condition))

    def _merged(self, a: dict[str, Known], b: dict[str, Known]) -> dict[str, Known]:
        """What is known where either may have happened."""
        made = dict(a)
        for name, known in b.items():
            other = a.get(name)
            if other is None:
                made[name] = known
            elif other is not known:
                self._versions += 1
                made[name] = _both(known, other, self._versions)
        return made

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
        self.known = self._merged(before, self.known)

    @contextmanager
    def otherwise(self) -> Iterator[None]:
        """What is written inside happens where the condition of the `when` just before does not hold."""
        assert self._last is not None and self.statements[-1] is self._last[0]
        made, before, then = self._last
        self.known = dict(before)
        with self._into(made.otherwise):
            yield
        self.known = self._merged(then, self.known)

    @contextmanager
    def attempt(self) -> Iterator[Attempt]:
        """What is written inside happens up to where a value is lacking."""
        made, before = Attempt(), dict(self.known)
        self._attempts.append({})
        with self._into(made.body):
            yield made
        self.statements.append(made)
        self.known = self._merged(self._merged(before, self.known), self._attempts.pop())

    @contextmanager
    def lacking(self, attempt: Attempt) -> Iterator[None]:
        """What is written inside happens after an attempt at something that had no value."""
        before = dict(self.known)
        with self._into(attempt.lacking):
            yield
        self.known = self._merged(before, self.known)

    @contextmanager
    def repeat(self, name: str, count: int, wide: tuple[str, ...]) -> Iterator[None]:
        """What is written inside happens for each number below `count`. What one round leaves to the next are the
        variables in `wide` alone, which may be of any size there."""
        made, before = Repeat(name, count), dict(self.known)
        for one in wide:
            self._versions += 1
            self.known[one] = Known(self.known[one].kind, -(2**63), 2**63 - 1, self._versions)
        self._versions += 1
        self.known[name] = Known("int", 0, count - 1, self._versions)
        self._attempts.append({})
        with self._into(made.body):
            yield
        self.statements.append(made)
        self.known = self._merged(before, self._attempts.pop())
