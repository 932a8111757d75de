"""The syntax tree: what the author wrote, in the author's order, nothing resolved.

Every node has the span it was written at; every statement and line can carry a citation. Names are still words,
keywords are gone: a file in Chinese keywords and its English twin have the same tree (see `same`).
"""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import Any
from typing import Literal as OneOf

import attrs
from attrs import frozen

from pol_lang.source import Source, Span

Period = OneOf["admission", "month", "year", "life"]
Mode = OneOf["half_up", "half_even", "down", "up"]
Unit = OneOf[
    "money", "ratio", "points", "number", "days", "workdays", "months", "years", "date", "month_day", "text",
    "bool", "none",
]  # fmt: skip


@frozen(eq=False, repr=False, slots=False)
class Word:
    """A name as written."""

    text: str
    span: Span


@frozen(eq=False, repr=False, slots=False)
class Cite:
    """The clauses a statement rests on, as written after `cite` (`三.二 一是`); several are split at 、 or ;"""

    clauses: tuple[str, ...]
    span: Span


@frozen(eq=False, repr=False, slots=False, kw_only=True)
class Node:
    """Anything with a place."""

    span: Span


@frozen(eq=False, repr=False, slots=False, kw_only=True)
class Line(Node):
    """Anything with a place and perhaps a citation."""

    cite: Cite | None = None


# ---------------------------------------------------------------- expressions


@frozen(eq=False, repr=False, slots=False)
class Literal(Node):
    """A value with its unit: money in fen, ratio and points as fractions of 1, durations and counts as numbers."""

    unit: Unit
    value: Fraction | str | bool | datetime.date | tuple[int, int] | None


@frozen(eq=False, repr=False, slots=False)
class Name(Node):
    """A name used as a value or, for identities, groups and packages, as a condition."""

    name: str


@frozen(eq=False, repr=False, slots=False)
class Column(Node):
    """`table.column`."""

    table: str
    column: str


@frozen(eq=False, repr=False, slots=False)
class Call(Node):
    """`name(argument, …)`: a built-in function or a named band table applied to a value."""

    function: str
    arguments: tuple[Expr, ...]


@frozen(eq=False, repr=False, slots=False)
class Remaining(Node):
    """`remaining part`: a cost part less everything already paid on it."""

    part: str


@frozen(eq=False, repr=False, slots=False)
class ItemsSum(Node):
    """`sum of value over items where condition`."""

    value: Expr
    where: Expr | None


@frozen(eq=False, repr=False, slots=False)
class Stacked(Node):
    """`stacked table over choices fact shares 100%, 50%, …`: values of the chosen rows, largest first, by shares."""

    table: str
    fact: str
    shares: tuple[Fraction, ...]


@frozen(eq=False, repr=False, slots=False)
class Binary(Node):
    """Arithmetic (`+ - × ÷`), comparison (`< <= > >= = !=`), `and`, `or`, `at_least`, `at_most`."""

    op: str
    left: Expr
    right: Expr


@frozen(eq=False, repr=False, slots=False)
class Unary(Node):
    """`not` or `-`."""

    op: str
    operand: Expr


@frozen(eq=False, repr=False, slots=False)
class In(Node):
    """`value in list` or `value in (a, b)`; negated for `not in`."""

    value: Expr
    names: tuple[Word, ...]
    negated: bool


@frozen(eq=False, repr=False, slots=False)
class Rounded(Node):
    """`value rounded to unit mode`."""

    value: Expr
    unit: Expr
    mode: Mode


@frozen(eq=False, repr=False, slots=False)
class Case(Node):
    """`value for condition`."""

    value: Expr
    condition: Expr


@frozen(eq=False, repr=False, slots=False)
class Cases(Node):
    """One value per case, the first that fits; `otherwise` is None where the author named no rest."""

    cases: tuple[Case, ...]
    otherwise: Expr | None


Expr = Literal | Name | Column | Call | Remaining | ItemsSum | Stacked | Binary | Unary | In | Rounded | Cases


# ---------------------------------------------------------------- pieces of statements


@frozen(eq=False, repr=False, slots=False)
class Range(Node):
    """Edges of a band or row: `above` and `below` exclude their value, `not below` and `up to` include it."""

    lower: Expr | None
    lower_inclusive: bool
    upper: Expr | None
    upper_inclusive: bool


@frozen(eq=False, repr=False, slots=False)
class Otherwise(Node):
    """The row for everything else."""


Cell = Expr | Range | Otherwise


@frozen(eq=False, repr=False, slots=False)
class Row(Line):
    """One line of a table: keys first, then values (which are which is known from the header)."""

    cells: tuple[Cell, ...]


@frozen(eq=False, repr=False, slots=False)
class Band(Line):
    """One band: its edges and its rate, lump sum or price per unit."""

    range: Range
    value: Expr


@frozen(eq=False, repr=False, slots=False)
class BandOptions(Node):
    """How a band table is read; None where the author did not say."""

    over: OneOf["base", "excess"] | None
    mode: OneOf["progressive", "whole", "lump"] | None
    period: Period | None


@frozen(eq=False, repr=False, slots=False)
class Dated(Line):
    """A value with its time: from `since` to `until` inclusive, open where None."""

    since: datetime.date
    until: datetime.date | None
    value: Expr


@frozen(eq=False, repr=False, slots=False)
class Bounds(Node):
    """Limits that a parent sets on what the locality may choose."""

    lower: Expr | None
    upper: Expr | None


# ---------------------------------------------------------------- statements about the document


@frozen(eq=False, repr=False, slots=False)
class Statement(Line):
    """One top-level statement."""


@frozen(eq=False, repr=False, slots=False)
class PolicyLine(Line):
    """One line of the document's head: `key` is title, number, issuer, issued, in_force, applied_back,
    jurisdiction, implements, provenance or illustrative; `values` are its strings and dates in order."""

    key: str
    values: tuple[Any, ...]


@frozen(eq=False, repr=False, slots=False)
class Policy(Statement):
    """`policy NAME` with the document it stands for."""

    name: Word
    lines: tuple[PolicyLine, ...]


@frozen(eq=False, repr=False, slots=False)
class Use(Statement):
    """`use PATH`."""

    path: Word


@frozen(eq=False, repr=False, slots=False)
class CopayReading(Line):
    """Whether first self-paid shares are inside or outside the bases that start from the eligible cost."""

    inside: bool


@frozen(eq=False, repr=False, slots=False)
class YearReading(Line):
    """Which date puts a stay into a year, and the day a year starts; `split` says how a stay over the boundary is
    treated (one or a new deductible), None where it belongs whole to the year of the date. `since` and `until`: the
    days it holds for (None: without that end)."""

    by: Word
    start: tuple[int, int] | None
    split: OneOf["one", "new"] | None
    since: datetime.date | None
    until: datetime.date | None


@frozen(eq=False, repr=False, slots=False)
class DerivedReading(Line):
    """Whether a standard worked out from another (half of 6269) is rounded, to what and how."""

    unit: Expr | None
    mode: Mode | None


@frozen(eq=False, repr=False, slots=False)
class Readings(Statement):
    """What this file takes where the document is silent."""

    lines: tuple[CopayReading | YearReading | DerivedReading, ...]


@frozen(eq=False, repr=False, slots=False)
class Bearer(Statement):
    """Somebody who can bear cost. `also`: another name, such as an English one."""

    name: Word
    also: Word | None
    field: Word | None


@frozen(eq=False, repr=False, slots=False)
class Identity(Statement):
    """A class of persons, with the platform's code and narrower classes that count as it."""

    name: Word
    code: str | None
    includes: tuple[Word, ...]


@frozen(eq=False, repr=False, slots=False)
class Group(Statement):
    """Several identities under one name."""

    name: Word
    members: tuple[Word, ...]


@frozen(eq=False, repr=False, slots=False)
class Choice(Node):
    """One value of a `one of` fact."""

    name: str
    also: str | None
    code: str | None


@frozen(eq=False, repr=False, slots=False)
class Fact(Statement):
    """A typed fact of a claim, of the person or of a cost item."""

    name: Word
    also: Word | None
    type: OneOf["money", "bool", "number", "days", "date", "text", "one", "several"]
    choices: tuple[Choice, ...]
    field: Word | None
    default: Literal | Name | None
    of: OneOf["claim", "person", "item"]


@frozen(eq=False, repr=False, slots=False)
class ListDecl(Statement):
    """A named list of values."""

    name: Word
    members: tuple[Word, ...]


@frozen(eq=False, repr=False, slots=False)
class Parameter(Statement):
    """A figure: exactly one of `value`, `dated`, `rows` (with `keys`), or open (`bounds`, perhaps with `keys`)."""

    name: Word
    keys: tuple[Word, ...] = ()
    value: Expr | None = None
    dated: tuple[Dated, ...] = ()
    rows: tuple[Row, ...] = ()
    bounds: Bounds | None = None
    unit: Unit | None = None


@frozen(eq=False, repr=False, slots=False)
class Set(Statement):
    """What a locality chose for a parameter or a band table its parent left open."""

    name: Word
    keys: tuple[Word, ...] = ()
    value: Expr | None = None
    dated: tuple[Dated, ...] = ()
    rows: tuple[Row, ...] = ()
    bands: tuple[Band, ...] = ()
    options: BandOptions | None = None


@frozen(eq=False, repr=False, slots=False)
class Table(Statement):
    """Named columns by keys; the first row is the header."""

    name: Word
    keys: tuple[Word, ...]
    rows: tuple[Row, ...]


@frozen(eq=False, repr=False, slots=False)
class BandTable(Statement):
    """A named band table; open (with bounds on its rates) where `bands` is empty."""

    name: Word
    options: BandOptions | None
    bands: tuple[Band, ...]
    bounds: Bounds | None = None


@frozen(eq=False, repr=False, slots=False)
class Define(Statement):
    """A name for a value or condition."""

    name: Word
    value: Expr


# ---------------------------------------------------------------- statements that settle


@frozen(eq=False, repr=False, slots=False)
class When(Line):
    """A condition that must hold."""

    condition: Expr


@frozen(eq=False, repr=False, slots=False)
class Excess(Line):
    """Who bears what is above a limit, and which share of it."""

    share: Fraction | None
    bearer: Word


@frozen(eq=False, repr=False, slots=False, kw_only=True)
class Placed(Statement):
    """A settlement statement; `place` before or after the layer `beside`, where it is written (None: there)."""

    place: OneOf["before", "after"] | None = None
    beside: Word | None = None


@frozen(eq=False, repr=False, slots=False)
class Copay(Placed):
    """Moves an amount from a cost part into the first self-paid share."""

    name: Word | None
    amount: Expr
    part: Word
    when: Expr | None


@frozen(eq=False, repr=False, slots=False)
class Exclude(Placed):
    """Takes an amount out of a cost part and gives it to a bearer."""

    name: Word | None
    amount: Expr
    part: Word
    bearer: Word
    when: Expr | None


@frozen(eq=False, repr=False, slots=False)
class Control(Placed):
    """A limit on a cost part or a sum of parts (`subject`); the excess changes bearer."""

    name: Word
    subject: Word | None
    guards: tuple[When, ...]
    limit: Line | None
    limit_value: Expr | None
    excess: Excess | None


@frozen(eq=False, repr=False, slots=False)
class Package(Placed):
    """A price per disease: `kind` limit or fixed; `scope` whole (all of the price is eligible) or billed."""

    name: Word
    guards: tuple[When, ...]
    price: Expr | None
    kind: OneOf["limit", "fixed"] | None
    scope: OneOf["whole", "billed"] | None
    excess: Excess | None


@frozen(eq=False, repr=False, slots=False)
class Highest(Statement):
    """就高: by identity (whole settlements compared) or by item (best value of each term)."""

    by: OneOf["identities", "items"] | None
    criterion: OneOf["least_left", "rank"] | None


@frozen(eq=False, repr=False, slots=False)
class SharedCap(Statement):
    """One limit for several layers."""

    name: Word
    value: Expr
    period: Period


@frozen(eq=False, repr=False, slots=False)
class Tally(Statement):
    """A running sum kept for later rules."""

    name: Word
    value: Expr
    period: Period


@frozen(eq=False, repr=False, slots=False)
class Base(Line):
    """What a layer counts from; `claims` says which claims enter the running sum."""

    value: Expr
    period: Period | None
    claims: OneOf["every", "qualifying"] | None


@frozen(eq=False, repr=False, slots=False)
class Repeat(Line):
    """What becomes of a deductible from the n-th admission on: times, equal to or less a value."""

    admission: int
    op: str
    value: Expr


@frozen(eq=False, repr=False, slots=False)
class RepeatRule(Line):
    """Whether repeat factors chain or are all taken of the original."""

    chained: bool


@frozen(eq=False, repr=False, slots=False)
class RepeatCount(Line):
    """In which period admissions are counted, and the day its years start where that is not the policy's."""

    period: Period
    start: tuple[int, int] | None


@frozen(eq=False, repr=False, slots=False)
class RepeatLimit(Line):
    """A floor for a repeated deductible, or (with a period) a ceiling on all of them together."""

    kind: OneOf["floor", "ceiling"]
    value: Expr
    period: Period | None


@frozen(eq=False, repr=False, slots=False)
class Deductible(Line):
    """What the person bears before a layer pays, how often it is taken, and (where it runs along the base) what shows
    how much of it is met: the cost so far, or what was really deducted so far."""

    value: Expr
    period: Period | None
    met_by: OneOf["cost", "deductions"] | None
    repeats: tuple[Repeat | RepeatRule | RepeatCount | RepeatLimit, ...]


@frozen(eq=False, repr=False, slots=False)
class Bands(Line):
    """Rates by band: written in place, or a reference to a named table."""

    name: Word | None
    options: BandOptions
    bands: tuple[Band, ...]


@frozen(eq=False, repr=False, slots=False)
class Rate(Line):
    """One rate for the whole excess."""

    value: Expr


@frozen(eq=False, repr=False, slots=False)
class Pay(Line):
    """The payment itself."""

    value: Expr


@frozen(eq=False, repr=False, slots=False)
class TopUp(Line):
    """Pays what is missing to a floor, counting what the named layers paid."""

    value: Expr
    counting: tuple[Word, ...]


@frozen(eq=False, repr=False, slots=False)
class Minimum(Line):
    """The payment is at least this."""

    value: Expr


@frozen(eq=False, repr=False, slots=False)
class Rounding(Line):
    """Where and how the payment is rounded; `running` rounds the year's sum and pays the difference."""

    unit: Expr
    mode: Mode
    running: bool


@frozen(eq=False, repr=False, slots=False)
class Cap(Line):
    """A limit on the payment or on the eligible cost, own or shared, with what happens above it."""

    on: OneOf["payment", "cost"] | None
    value: Expr | None
    period: Period | None
    shared: Word | None
    overflow: Word | None


@frozen(eq=False, repr=False, slots=False)
class Times(Line):
    """How often the layer may pay in a period, and whether a claim counts on which it applied or on which it paid."""

    count: int
    period: Period
    counts: OneOf["applied", "paid"] | None


@frozen(eq=False, repr=False, slots=False)
class Change(Line):
    """One change of a tilt: target deductible, rate, cap, base or payment; op × + - = or none."""

    target: OneOf["deductible", "rate", "cap", "base", "payment"]
    op: OneOf["×", "+", "-", "=", "none"]
    value: Expr | None


@frozen(eq=False, repr=False, slots=False)
class Tilt(Line):
    """Changes of a layer's terms for those who meet a condition; `subject` is None for a plain adjustment."""

    subject: Expr | None
    when: Expr | None
    changes: tuple[Change, ...]


@frozen(eq=False, repr=False, slots=False)
class Tilts(Line):
    """What happens when several tilts apply."""

    rule: OneOf["add", "best", "first"]


Step = When | Base | Cap | Deductible | Bands | Rate | Pay | TopUp | Minimum | Rounding | Times | Tilt | Tilts


@frozen(eq=False, repr=False, slots=False)
class Layer(Placed):
    """One programme that pays, its steps in execution order."""

    name: Word
    payer: Word
    steps: tuple[Step, ...]


# ---------------------------------------------------------------- later documents


@frozen(eq=False, repr=False, slots=False)
class Amend(Statement):
    """Steps that take the place of the parent layer's steps of the same kind."""

    name: Word
    steps: tuple[Step, ...]


@frozen(eq=False, repr=False, slots=False)
class AmendCut(Statement):
    """What takes the place of the same in a parent's copay or exclusion (None: it stays); `when` is added. Without a
    name it is the parent's only one."""

    kind: OneOf["copay", "exclude"]
    name: Word | None
    amount: Expr | None
    part: Word | None
    bearer: Word | None
    when: Expr | None


@frozen(eq=False, repr=False, slots=False)
class Replace(Statement):
    """A whole statement that takes the place of the parent's of the same name."""

    statement: Statement


@frozen(eq=False, repr=False, slots=False)
class Remove(Statement):
    """Strikes a parent's statement; a copay or exclusion without a name is the parent's only one."""

    kind: str
    name: Word | None


# ---------------------------------------------------------------- around the settlement


@frozen(eq=False, repr=False, slots=False)
class Share(Node):
    """One payer's part of a subsidy: a ratio number or a percentage; None: all of it."""

    bearer: Word
    part: Fraction | None
    percent: bool


@frozen(eq=False, repr=False, slots=False)
class Shares(Line):
    """Who pays a subsidy, in which parts, when."""

    shares: tuple[Share, ...]
    when: Expr | None


@frozen(eq=False, repr=False, slots=False)
class Valued(Line):
    """One line of a block: `key` says which, `value` what."""

    key: str
    value: Any


@frozen(eq=False, repr=False, slots=False)
class Subsidy(Statement):
    """Premium subsidy: for whom, of which premium, how much, by whom."""

    name: Word
    lines: tuple[Valued | Shares, ...]


@frozen(eq=False, repr=False, slots=False)
class EnrolmentCase(Line):
    """What follows where a condition holds (None: otherwise): pairs of key and value."""

    condition: Expr | None
    outcomes: tuple[Valued, ...]


@frozen(eq=False, repr=False, slots=False)
class Enrolment(Statement):
    """Which year a newly recognised person is insured and subsidised for."""

    name: Word
    subject: Expr | None
    cases: tuple[EnrolmentCase, ...]


@frozen(eq=False, repr=False, slots=False)
class Due(Line):
    """A payment due: a share or the rest, within a time after a date or an earlier payment."""

    name: Word
    share: Fraction | None
    within: Literal
    after: Word


@frozen(eq=False, repr=False, slots=False)
class Named(Line):
    """One line that names layers and a bearer or route: `key` advanced or claimed."""

    key: str
    names: tuple[Word, ...]
    who: Word


@frozen(eq=False, repr=False, slots=False)
class Route(Statement):
    """How a settlement reaches the patient and the hospital: who advances, what is collected, what is due when."""

    name: Word
    lines: tuple[When | Valued | Named | Due, ...]


@frozen(eq=False, repr=False, slots=False)
class Alert(Statement):
    """A list of persons whose burden passes a line."""

    name: Word
    lines: tuple[When | Valued, ...]


@frozen(eq=False, repr=False, slots=False)
class Target(Statement):
    """An aggregate the document aims at; `relation` at_least, at_most or about."""

    name: Word
    relation: OneOf["at_least", "at_most", "about"]
    value: Expr
    lines: tuple[Valued, ...]


@frozen(eq=False, repr=False, slots=False)
class Requirement(Statement):
    """A property that must hold: a condition on every settlement, or rates that never fall in a band table."""

    condition: Expr | None
    rates: Word | None


@frozen(eq=False, repr=False, slots=False)
class Recorded(Statement):
    """Clauses that are accounted for without computing anything, with the reason."""

    reason: str


# ---------------------------------------------------------------- examples


@frozen(eq=False, repr=False, slots=False)
class Given(Line):
    """One given or expected value: `path` are the words before the value."""

    path: tuple[Word, ...]
    values: tuple[Expr, ...]


@frozen(eq=False, repr=False, slots=False)
class GivenIdentity(Line):
    """An identity the person holds, with its period."""

    name: Word
    since: datetime.date | None
    until: datetime.date | None


@frozen(eq=False, repr=False, slots=False)
class GivenItem(Line):
    """One cost item."""

    pairs: tuple[Given, ...]


@frozen(eq=False, repr=False, slots=False)
class ExamplePart(Line):
    """One block of an example: `kind` person, earlier, claim, arrival or expect."""

    kind: OneOf["person", "earlier", "claim", "arrival", "expect"]
    name: Word | None
    lines: tuple[Given | GivenIdentity | GivenItem, ...]


@frozen(eq=False, repr=False, slots=False)
class Example(Statement):
    """A claim or a sequence with the amounts it must give, and where these come from."""

    name: Word
    source: str | None
    parts: tuple[ExamplePart, ...]


@frozen(eq=False, repr=False, slots=False)
class File:
    """One parsed file: its statements in written order."""

    source: Source
    statements: tuple[Statement, ...]


def same(a: Any, b: Any) -> bool:
    """Whether two trees say the same, wherever they stand."""
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if attrs.has(type(a)):
        return type(a) is type(b) and all(
            same(getattr(a, f.name), getattr(b, f.name))
            for f in attrs.fields(type(a))
            if f.name not in ("span", "source") or (isinstance(a, Example) and f.name == "source")
        )
    return bool(a == b)
