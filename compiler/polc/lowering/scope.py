"""The names, day and problems that every part of an elaboration shares."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from attrs import frozen

from pol_lang import syntax as s
from pol_lang.problem import Note, Problem, near_names
from pol_lang.source import Span
from polc import plan as p
from polc.load import display_name
from polc.lowering.meant import meant_names, meant_value
from polc.lowering.name_problems import RefersToItself, UnknownChoice, UnknownName, WrongKind
from polc.lowering.unit_problems import WrongUnit, unit_words
from polc.resolve import WORDS
from polc.resolved import PARTS, Program, Symbol

LEFT_NAMES = ("个人负担", "left_to_person")


Typed = tuple[p.Expr, str]
ERROR: Typed = (p.Const(0, "number"), "error")


@frozen(eq=False, repr=False, slots=False)
class EarlierStep:
    """A settlement step that stands before the one being lowered: kind layer or cut, its name and cost parts."""

    kind: str
    name: str
    parts: frozenset[str]


class Scope:
    """The program, the day, the steps before the present one, and the problems found.

    `earlier` holds the steps before the present one; `problems` collects; `changes` the days on which a dated value
    changes; with `settling` false, parameters left to the locality may stay open.
    """

    def __init__(self, program: Program, as_of: datetime.date, settling: bool) -> None:
        self.program = program
        self.as_of = as_of
        self.settling = settling
        self.problems: list[Problem] = []
        self.earlier: list[EarlierStep] = []
        self.changes: set[datetime.date] = set()
        self.after_settlement = False
        self._items = False
        self._busy: set[str] = set()
        self._values: dict[str, Typed] = {}
        self._sizes: dict[int, int] = {}
        self._bands: dict[str, tuple[s.BandTable, tuple[s.Band, ...], s.BandOptions | None]] = {}
        self.unbound: set[str] = set()
        self.broken: set[str] = set()  # tables in which a row was found missing or malformed

    def expr(self, e: s.Expr) -> Typed:
        """The plan expression and its unit (`error` where a problem was reported)."""
        raise NotImplementedError

    def named(self, symbol: Symbol, span: Span) -> Typed:
        """The value of a parameter or definition on the day, wrapped in its name."""
        raise NotImplementedError

    def origin(self, line: s.Line | s.Node) -> p.Origin:
        """The origin of a line: its clauses, document and place."""
        cite = getattr(line, "cite", None)
        source = line.span.source
        document = self.program.documents.get(source.name, source.name)
        return p.Origin(cite.clauses if cite else (), document, f"{display_name(source)}:{line.span.line}")

    def want(self, expr: s.Expr, *units: str) -> p.Expr:
        """The expression, reported where its unit is none of `units`."""
        found, unit = self.expr(expr)
        if unit not in units and unit != "error":
            self._wrong_unit(expr, unit, units[0])
        return found

    def _wrong_unit(self, expr: s.Expr, found: str, wanted: str) -> None:
        """Reports a value of another unit, at its figure where it is a parameter's."""
        found_zh, found_en = unit_words(found)
        want_zh, want_en = unit_words(wanted)
        notes: tuple[Note, ...] = ()
        symbol = self.program.symbols.get(expr.name) if isinstance(expr, s.Name) else None
        statement = symbol.statement if symbol else None
        if isinstance(statement, s.Parameter) and isinstance(statement.value, s.Literal):
            notes = (Note(expr.span, f"在这里用作{want_zh}", f"used here as {want_en}"),)
            expr = statement.value
        near, advice_zh, advice_en = meant_value(expr, found, wanted)
        self.problems.append(
            WrongUnit(
                span=expr.span, found_zh=found_zh, found_en=found_en, want_zh=want_zh, want_en=want_en, near=near,
                notes=notes, advice_zh=advice_zh, advice_en=advice_en,
            )
        )  # fmt: skip

    def condition(self, expr: s.Expr) -> p.Expr:
        """A condition."""
        return self.want(expr, "bool")

    def unknown(
        self, name: str, span: Span, extra: Iterable[str] = (), among: Iterable[str] | None = None, kind: str = ""
    ) -> Typed:
        """Reports a name that nothing declares; names near to it are looked for in all there are, or only `among`.
        `kind` is what is wanted, where it can only be one thing."""
        known = [*self._names(), *PARTS, *LEFT_NAMES, *extra] if among is None else list(among)
        near = meant_names(name, known)
        sure = len(near) == 1 and (near[0] not in known or not kind)
        silent = sure or (among is not None and not kind)
        declare_zh, declare_en = ("", "") if silent else _declared(name, kind)
        self.problems.append(UnknownName(span=span, name=name, near=near, declare_zh=declare_zh, declare_en=declare_en))
        return ERROR

    def _names(self) -> list[str]:
        """The names there are, without platform fields: nobody means one by something like it."""
        return [
            name for name, symbol in self.program.symbols.items()
            if not isinstance(symbol.statement, s.Fact | s.Bearer)
            or symbol.statement.field is None or symbol.statement.field.text != name
            or name in (symbol.name, symbol.statement.also and symbol.statement.also.text)
        ]  # fmt: skip

    def wrong_kind(self, span: Span, symbol: Symbol, want_zh: str, want_en: str) -> Typed:
        is_zh, is_en = WORDS[symbol.kind]
        self.problems.append(
            WrongKind(span=span, name=symbol.name, is_zh=is_zh, is_en=is_en, want_zh=want_zh, want_en=want_en)
        )
        return ERROR

    def unit_problem(self, place: s.Expr | Span, found: str, want: str) -> None:
        """Reports a value (or what stands at a place) of another unit than is wanted."""
        if "error" in (found, want):
            return
        if not isinstance(place, Span):
            self._wrong_unit(place, found, want)
            return
        found_zh, found_en = unit_words(found)
        want_zh, want_en = unit_words(want)
        self.problems.append(
            WrongUnit(span=place, found_zh=found_zh, found_en=found_en, want_zh=want_zh, want_en=want_en)
        )

    def bearer_field(self, symbol: Symbol) -> str:
        """The platform's field of a bearer, its name where it has none."""
        statement = symbol.statement
        assert isinstance(statement, s.Bearer)
        return statement.field.text if statement.field else statement.name.text

    def fact(self, symbol: Symbol) -> Typed:
        fact = symbol.statement
        assert isinstance(fact, s.Fact)
        unit = {"one": "text", "several": "choices"}.get(fact.type, fact.type)
        return p.Fact(fact.name.text, unit, fact.of), unit  # type: ignore[arg-type]

    def fact_of(self, e: s.Expr) -> s.Fact | None:
        if isinstance(e, s.Name):
            symbol = self.program.symbols.get(e.name)
            if symbol is not None and isinstance(symbol.statement, s.Fact):
                return symbol.statement
        return None

    def choice(self, fact: s.Fact, text: str, span: Span, called: str = "") -> str:
        """The name of a fact's choice, which may be written by its other name; any text where it has no choices.
        `called` is what the author calls the fact."""
        names = {c.also: c.name for c in fact.choices if c.also} | {c.name: c.name for c in fact.choices}
        if fact.type in ("one", "several") and text not in names:
            wide = not (called or text).isascii()
            known = [c.also if c.also and c.also.isascii() != wide else c.name for c in fact.choices]
            self.problems.append(
                UnknownChoice(
                    span=span,
                    value=text,
                    fact=called or fact.name.text,
                    known=tuple(known),
                    near=near_names(text, names),
                )
            )
        return names.get(text, text)

    def values_of(self, symbol: Symbol, fact: s.Fact | None) -> frozenset[str]:
        """The values of a list as a fact has them, whose choices may stand in the list by their other names."""
        choices = {c.also: c.name for c in fact.choices if c.also} if fact is not None else {}
        own = {c.name for c in fact.choices} if fact is not None else set()
        return frozenset(x if x in own else choices.get(x, x) for x in self.list_members(symbol))

    def identities(self, symbol: Symbol, _seen: frozenset[str] = frozenset()) -> frozenset[str]:
        """The identities that an identity or group name stands for."""
        statement = symbol.statement
        if isinstance(statement, s.Identity):
            return frozenset([symbol.name])
        if not isinstance(statement, s.Group):
            return frozenset()
        if symbol.name in _seen:
            self.problems.append(RefersToItself(span=statement.name.span, name=symbol.name))
            return frozenset()
        found: set[str] = set()
        for word in statement.members:
            member = self.program.symbols.get(word.text)
            if member is None:
                self.unknown(word.text, word.span, kind="identity")
            elif member.kind not in ("identity", "group"):
                self.wrong_kind(word.span, member, "身份或群组", "an identity or group")
            else:
                found |= self.identities(member, _seen | {symbol.name})
        return frozenset(found)

    def list_members(self, symbol: Symbol, _seen: frozenset[str] = frozenset()) -> frozenset[str]:
        """The values of a list; names of other lists in it stand for their members."""
        statement = symbol.statement
        assert isinstance(statement, s.ListDecl)
        found: set[str] = set()
        for word in statement.members:
            inner = self.program.symbols.get(word.text)
            if inner is not None and inner.kind == "list" and inner.name not in _seen:
                found |= self.list_members(inner, _seen | {symbol.name})
            else:
                found.add(word.text)
        return frozenset(found)


def _declared(name: str, kind: str) -> tuple[str, str]:
    """How a name is declared that is right as it stands."""
    if kind:
        word = WORDS[kind][0]
        return f"名称没有写错的，先声明：{word} {name}", f"if the name is right, declare it: {kind} {name}"
    return (
        "名称没有写错的，要先声明：身份、事实、参数或定义",
        "if the name is right, declare it: as an identity, a fact, a parameter or a define",
    )
