"""The settlement of one claim as a small program on whole numbers: its expressions and statements.

Theory: a plan leaves nothing to decide and its constants have known denominators, so settling a claim is arithmetic on
ints. A program says it once; `polc.fast` prints it as Python, `polc.native` as machine code. Expressions are evaluated
lazily as in Python: no further than their value needs.

Every number has the range it lies in, for claims whose amounts are within `MOST_FEN`. Only machine code relies on the
upper ends; the sign holds for all claims. A node may stand in one place only, unless it is an atom.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal as OneOf

from attrs import define, field, frozen

from polc.arithmetic import Mode

MOST_FEN = 10**12
"""The largest amount of a claim, in fen, for which the ranges hold."""
MOST_SUM = 2**43
"""What an accumulator stays below, in fen."""
MOST_NUMERATOR = 2**62
"""What an accumulator stays below, over its denominator."""
MOST_ITEMS = 2**20
"""How many items a claim can have."""


class Refused(Exception):
    """This claim is for the interpreter: it refuses it, or its data are unusual."""


Kind = OneOf["int", "exact", "bool", "text"]
"""int: a whole number; exact: an int or Fraction in Python, a fraction of two ints in machine code."""
Range = tuple[int | None, int | None]


@frozen(eq=False, repr=False, slots=False)
class Node:
    """An expression. `low` and `high`: the range of a number (None: not known)."""

    kind: Kind
    low: int | None
    high: int | None

    @property
    def positive(self) -> bool:
        """Whether it is a number that is never below 0."""
        return self.low is not None and self.low >= 0

    @property
    def atom(self) -> bool:
        """Whether it may stand several times."""
        return isinstance(self, Int | Get | Truth | Text)


# ---------------------------------------------------------------- leaves


@frozen(eq=False, repr=False, slots=False)
class Int(Node):
    """A whole number."""

    value: int


@frozen(eq=False, repr=False, slots=False)
class Truth(Node):
    """Yes or no."""

    value: bool


@frozen(eq=False, repr=False, slots=False)
class Text(Node):
    """A text of the policy."""

    value: str


@frozen(eq=False, repr=False, slots=False)
class Get(Node):
    """A variable; between two of the same `version` it has not been set."""

    name: str
    version: int = 0


@frozen(eq=False, repr=False, slots=False)
class Given(Node):
    """A fact where it is read first; the claim is refused where it is not given."""

    name: str


@frozen(eq=False, repr=False, slots=False)
class Refuse(Node):
    """No value: the claim is for the interpreter."""


@frozen(eq=False, repr=False, slots=False)
class Lacks(Node):
    """No value: no case fits; the statement `Attempt` around it says what follows."""


# ---------------------------------------------------------------- numbers


@frozen(eq=False, repr=False, slots=False)
class Bind(Node):
    """A value that is given a name in passing."""

    name: str
    value: Node


@frozen(eq=False, repr=False, slots=False)
class Sum(Node):
    """The sum of signed terms."""

    terms: tuple[tuple[int, Node], ...]


@frozen(eq=False, repr=False, slots=False)
class Product(Node):
    """a × b."""

    a: Node
    b: Node


@frozen(eq=False, repr=False, slots=False)
class Over(Node):
    """An int over a denominator, as an exact number."""

    value: Node
    by: int


@frozen(eq=False, repr=False, slots=False)
class Quotient(Node):
    """a ÷ b of exact numbers; refused where b is 0."""

    a: Node
    b: Node


@frozen(eq=False, repr=False, slots=False)
class Floor(Node):
    """The largest int not above value ÷ by."""

    value: Node
    by: int


@frozen(eq=False, repr=False, slots=False)
class Nearest(Node):
    """The int next to value ÷ by (of ints); negative values round as their opposites do."""

    value: Node
    by: int
    mode: Mode


@frozen(eq=False, repr=False, slots=False)
class Rounded(Node):
    """The multiple of `to` next to an exact number, itself exact."""

    value: Node
    to: Fraction
    mode: Mode


@frozen(eq=False, repr=False, slots=False)
class Extreme(Node):
    """The smaller (`<`) or larger (`>`) of two numbers."""

    op: OneOf["<", ">"]
    a: Node
    b: Node


@frozen(eq=False, repr=False, slots=False)
class Choice(Node):
    """a where the condition holds, else b."""

    condition: Node
    a: Node
    b: Node


@frozen(eq=False, repr=False, slots=False)
class After(Node):
    """A value, after others have been evaluated for what they bind and refuse."""

    first: tuple[Node, ...]
    value: Node


@frozen(eq=False, repr=False, slots=False)
class Banded(Node):
    """What the stretch from `start` to `end` comes to, each part of it in a band times the band's rate. `edges` are
    where bands begin, rising; the last one has no end. All are atoms."""

    start: Node
    end: Node
    edges: tuple[Node, ...]
    rates: tuple[Node, ...]


@frozen(eq=False, repr=False, slots=False)
class Lookup(Node):
    """The number a text stands for, else `otherwise`."""

    key: Node
    table: Mapping[str, int]
    otherwise: Node


@frozen(eq=False, repr=False, slots=False)
class Call(Node):
    """A function on the days of the calendar (`polc.program.days`)."""

    function: str
    arguments: tuple[Node, ...]


@frozen(eq=False, repr=False, slots=False)
class Stack(Node):
    """Values of the choices made (`arms`: bit, value), sorted largest first, times the shares in turn."""

    choices: Node
    arms: tuple[tuple[int, Node], ...]
    shares: tuple[int, ...]


@frozen(eq=False, repr=False, slots=False)
class ItemsSum(Node):
    """The sum of a value over the claim's items where the condition holds."""

    value: Node
    where: Node | None


@frozen(eq=False, repr=False, slots=False)
class BestHeld(Node):
    """The smallest (`<`) or largest of a value per identity held, those without a value passed over; it has none where
    all lack it. `flags` are the variables that say what counts with an identity."""

    op: OneOf["<", ">"]
    value: Node


# ---------------------------------------------------------------- conditions


@frozen(eq=False, repr=False, slots=False)
class Compare(Node):
    """A comparison of two values of one kind; op as in Python."""

    op: str
    a: Node
    b: Node


@frozen(eq=False, repr=False, slots=False)
class Joined(Node):
    """And (`every`) or or, from left to right."""

    every: bool
    parts: tuple[Node, ...]


@frozen(eq=False, repr=False, slots=False)
class Not(Node):
    """Negation."""

    value: Node


@frozen(eq=False, repr=False, slots=False)
class Member(Node):
    """Whether a text is one of these."""

    value: Node
    values: frozenset[str]


@frozen(eq=False, repr=False, slots=False)
class Overlaps(Node):
    """Whether one of these choices is made."""

    value: Node
    bits: int


# ---------------------------------------------------------------- statements


@frozen(eq=False, repr=False, slots=False)
class Assign:
    """Sets a variable."""

    name: str
    value: Node


@frozen(eq=False, repr=False, slots=False)
class RefuseWhere:
    """Where this holds the claim is for the interpreter. `never`: it cannot hold, unless polc itself is wrong."""

    condition: Node
    never: bool = False


@frozen(eq=False, repr=False, slots=False)
class LacksWhere:
    """Where this holds, what is being attempted has no value."""

    condition: Node


@define(eq=False, repr=False, slots=False)
class If:
    """Statements for where a condition holds, and for elsewhere."""

    condition: Node
    then: list[Statement] = field(factory=list)
    otherwise: list[Statement] = field(factory=list)


@define(eq=False, repr=False, slots=False)
class Attempt:
    """Statements up to where a value is lacking, and those that then follow; what was set before stays."""

    body: list[Statement] = field(factory=list)
    lacking: list[Statement] = field(factory=list)


@define(eq=False, repr=False, slots=False)
class Repeat:
    """Statements for each `name` from 0 to `count` − 1."""

    name: str
    count: int
    body: list[Statement] = field(factory=list)


Statement = Assign | RefuseWhere | LacksWhere | If | Attempt | Repeat
