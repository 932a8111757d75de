"""What the layers of a policy share while they are lowered."""

from __future__ import annotations

from fractions import Fraction

from attrs import frozen

from pol_lang import syntax as s
from pol_lang.source import Span
from polc import plan as p
from polc.arithmetic import rounded
from polc.lowering.amounts import money_text
from polc.lowering.expressions import Elaborator
from polc.lowering.folding import constant, each_case, standards, walk
from polc.lowering.forks import DerivedAmount
from polc.resolved import Program

Competing = tuple[Span, list[str], list[tuple[p.Value, str]]]


@frozen(eq=False, repr=False, slots=False)
class Favour:
    """A line that is only for some identities: a condition of `where` (a layer, a control, a package), one of its tilts
    (`tilt`), or the one case of a term that is theirs."""

    span: Span
    identities: frozenset[str]
    where: str
    tilt: bool


class LayerContext:
    """What layers share while they are lowered: the elaborator, accumulators by key, shared caps, and the places where
    identities compete for different terms."""

    def __init__(self, e: Elaborator, program: Program) -> None:
        self.e = e
        self.program = program
        self.accumulators: dict[str, p.Accumulator] = {}
        self.shared: dict[str, tuple[str | None, s.Period]] = {}
        self.competing: list[Competing] = []
        self.favours: list[Favour] = []
        self.first_yearly: Span | None = None
        self.asked_copay = False
        self.reaching: frozenset[str] | None = None
        self.closed: list[tuple[str, p.Expr, Span]] = []
        highest = program.highest
        self.by_item = highest is not None and highest.by == "items"

    def accumulator(
        self,
        owner: str,
        kind: str,
        period: s.Period | None,
        span: Span | None = None,
        start: tuple[int, int] | None = None,
    ) -> str | None:
        """The key of an accumulator, made where it is new; None for per-admission amounts. `start`: the day its years
        start, where it is not the policy's."""
        if period is None or period == "admission":
            return None
        if self.first_yearly is None and period != "life" and start is None:
            self.first_yearly = span
        key = f"{owner}.{kind}"
        known = self.accumulators.get(key)
        if known is not None and (known.period != period or known.start != start):
            key = f"{owner}.{kind}.{period}" + ("" if start is None else f".{start[0]:02}{start[1]:02}")
        self.accumulators[key] = p.Accumulator(key, owner, kind, period, start)  # type: ignore[arg-type]
        return key

    def bearer(self, word: s.Word) -> tuple[str, str]:
        """Field and name of a bearer, written by its name, its other name or its field."""
        known = [symbol for symbol in self.program.symbols.values() if symbol.kind == "bearer"]
        found: dict[str, tuple[str, str]] = {}
        for further in ("name", "also", "field"):
            for symbol in known:
                written = getattr(symbol.statement, further)
                if written is not None:
                    found.setdefault(written.text, (self.e.bearer_field(symbol), symbol.name))
        if word.text in found:
            return found[word.text]
        names = [w.text for symbol in known for w in (symbol.statement.name, symbol.statement.also) if w is not None]  # type: ignore[attr-defined]
        self.e.unknown(word.text, word.span, among=names, kind="bearer")
        return word.text, word.text

    def term(self, expr: s.Expr, best: str, *units: str) -> p.Expr:
        """A term of a layer: under 就高 by item the best of its values over the identities held."""
        value = self.e.want(expr, *units)
        self.note_competing(value, expr.span, units[0])
        if self.by_item and depends_on_identity(value):
            return p.BestOf(value, best, units[0])  # type: ignore[arg-type]
        return value

    def note_competing(self, value: p.Expr, span: Span, unit: str) -> None:
        """Remembers a term whose cases differ by identity."""
        for node in walk(value):
            if isinstance(node, p.Cases):
                arms = [a for a in node.arms if any(isinstance(x, p.Holds) for x in walk(a.condition))]
                if len(arms) >= 2:
                    names = [next(x.name for x in walk(a.condition) if isinstance(x, p.Holds)) for a in arms]
                    values = [(constant(a.value), unit) for a in arms]
                    if len({str(v) for v, _ in values}) > 1:
                        self.competing.append((span, names, [v for v in values if v[0] is not None]))
                elif arms:
                    self.note_favour(span, arms[0].condition, "", tilt=False)

    def note_favour(self, span: Span, condition: p.Expr, where: str, *, tilt: bool) -> None:
        """Remembers for which identities a line is."""
        everyone = frozenset(n for n, symbol in self.program.symbols.items() if symbol.kind == "identity")
        self.favours.extend(Favour(span, held, where, tilt) for held in _sets(condition, everyone))

    def rivals(self) -> tuple[Favour, Favour, str, str] | None:
        """Two lines of which each is for an identity that the other leaves out, and two such identities: a person with
        both may get both or only one. Tilts of one layer are asked about there."""
        for i, first in enumerate(self.favours):
            for second in self.favours[i + 1 :]:
                ones, others = first.identities - second.identities, second.identities - first.identities
                together = first.tilt and second.tilt and first.where == second.where
                if ones and others and not together:
                    return first, second, min(ones, key=self._rank), min(others, key=self._rank)
        return None

    def _rank(self, identity: str) -> int:
        return list(self.program.symbols).index(identity)


def _sets(condition: p.Expr, everyone: frozenset[str]) -> list[frozenset[str]]:
    """The sets of identities that a condition asks for, one for each of its parts that asks for some."""
    if isinstance(condition, p.Named):
        return _sets(condition.value, everyone)
    if isinstance(condition, p.Holds):
        return [condition.identities]
    if isinstance(condition, (p.All, p.Any)):
        parts = [_sets(c, everyone) for c in condition.conditions]
        if isinstance(condition, p.Any) and all(len(x) == 1 for x in parts):
            return [frozenset().union(*(x[0] for x in parts))]
        return [held for x in parts for held in x]
    if isinstance(condition, p.Not):
        inner = _sets(condition.condition, everyone)
        return [everyone - inner[0]] if len(inner) == 1 else inner
    return []


def depends_on_identity(expr: p.Expr) -> bool:
    """Whether a value depends on which identity the person has."""
    return any(isinstance(node, p.Holds) for node in walk(expr))


def lower_needs(e: Elaborator, guards: tuple[s.When, ...]) -> tuple[p.Guard, ...]:
    """The conditions of a block."""
    return tuple(p.Guard(e.condition(guard.condition), e.origin(guard)) for guard in guards)


def derived(context: LayerContext, value: p.Expr, span: Span) -> p.Expr:
    """The standard, rounded as the file reads derived amounts; asks where a ratio makes it no whole number of yuan and
    the file does not say."""
    reading = next((r for r in context.program.readings if isinstance(r, s.DerivedReading)), None)
    to = constant(context.e.want(reading.unit, "money")) if reading is not None and reading.unit is not None else None
    asked = False

    def settle(leaf: p.Expr) -> p.Expr:
        nonlocal asked
        nodes = walk(leaf)
        if not any(isinstance(n, (p.Multiply, p.Divide)) for n in nodes) or any(
            isinstance(n, p.Rounded) for n in nodes
        ):
            return leaf
        amounts = standards(leaf) or []
        odd = next((a for a in amounts if a % 100), None)
        if reading is None and odd is not None and not asked:
            asked = True
            context.e.problems.append(derived_problem(odd, span))
        if reading is None or reading.mode is None or not isinstance(to, (int, Fraction)) or to <= 0:
            return leaf
        return p.Rounded(leaf, Fraction(to), reading.mode, "money") if any(a % to for a in amounts) else leaf

    return each_case(value, settle)


def derived_problem(amount: int | Fraction, span: Span) -> DerivedAmount:
    whole = rounded(amount, 100, "half_up")
    return DerivedAmount(span=span, exact=money_text(amount), rounded=money_text(whole))


def constant_of(
    context: LayerContext, layer: s.Layer, kind: type[s.Deductible | s.Rate | s.Pay], fallback: Fraction
) -> Fraction:
    """The first constant value of a kind of step of the layer, for the examples in questions; `fallback` where there is
    none."""
    for line in layer.steps:
        if isinstance(line, kind):
            count = len(context.e.problems)
            value = constant(context.e.expr(line.value)[0])
            del context.e.problems[count:]
            if isinstance(value, (int, Fraction)):
                return Fraction(value)
    return fallback
