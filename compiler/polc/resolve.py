"""From loaded files to one program.

Theory: statements are taken file by file, parents before children. A name is declared once; what a later document does
to an earlier one it says with `set`, `amend`, `replace` or `remove`, and these are applied here, on the syntax, so that
everything after sees one policy. Further names of facts and bearers (`also`, `field`) mean the same thing; those of the
prelude and fields give way to whatever an author calls by such a name. An amended layer keeps its place; a step of the
same kind is exchanged where it stands, another kind is put at its customary place, conditions and tilts are added.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import attrs

from pol_lang import syntax as s
from pol_lang.problem import Note, Problem, near_names
from pol_lang.record import fields_of
from pol_lang.source import Span
from polc.amend import amended_cut, amended_layer
from polc.load import Loaded, display_name
from polc.resolve_problems import (
    DeclaredTwice,
    Misplaced,
    NoneThere,
    NoPolicy,
    NothingAmended,
    NotOpen,
    UnknownTarget,
    WhichOne,
)
from polc.resolved import PARTS, Program, Symbol

KINDS: dict[type[s.Statement], tuple[str, str, str]] = {
    s.Bearer: ("bearer", "承担方", "bearer"),
    s.Identity: ("identity", "身份", "identity"),
    s.Group: ("group", "群组", "group"),
    s.Fact: ("fact", "事实", "fact"),
    s.ListDecl: ("list", "清单", "list"),
    s.Parameter: ("parameter", "参数", "parameter"),
    s.Table: ("table", "表", "table"),
    s.BandTable: ("bands", "分段", "bands"),
    s.Define: ("define", "定义", "definition"),
    s.Copay: ("copay", "先行自付", "copay"),
    s.Exclude: ("exclude", "不予支付", "exclusion"),
    s.Control: ("control", "控费", "control"),
    s.Package: ("package", "病种包干", "package"),
    s.SharedCap: ("shared_cap", "合并封顶", "shared cap"),
    s.Tally: ("tally", "累计", "tally"),
    s.Layer: ("layer", "保障层", "layer"),
    s.Subsidy: ("subsidy", "参保资助", "subsidy"),
    s.Enrolment: ("enrolment", "参保认定", "enrolment rule"),
    s.Route: ("route", "结算流程", "route"),
    s.Alert: ("alert", "预警", "alert"),
    s.Target: ("target", "目标", "target"),
}
WORDS = {kind: (zh, en) for kind, zh, en in KINDS.values()} | {"part": ("费用部分", "cost part")}


_Line = TypeVar("_Line", bound=s.Line)


def resolve(loaded: Loaded) -> Program:
    """The program that the files make together; `problems` are those of names and amendments."""
    problems: list[Problem] = []
    symbols: dict[str, Symbol] = {}
    order: list[s.Statement] = []
    settings: dict[str, s.Set] = {}
    readings: dict[type[s.Line], list[s.CopayReading | s.YearReading | s.DerivedReading]] = {}
    policies: list[s.Policy] = []
    documents: dict[str, str] = {}
    examples: list[s.Example] = []
    recorded: list[s.Recorded] = []
    highest: s.Highest | None = None
    own: set[str] = set()

    def declare(statement: s.Statement, word: s.Word, kind: str) -> bool:
        known = symbols.get(word.text)
        if known or word.text in PARTS:
            shown = known.kind if known else "part"
            zh, en = WORDS[shown]
            notes = (Note(_name_span(known.statement), "先在这里声明", "first declared here"),) if known else ()
            problems.append(DeclaredTwice(span=word.span, name=word.text, kind_zh=zh, kind_en=en, notes=notes))
            return False
        symbols[word.text] = Symbol(kind, word.text, statement)
        return True

    def find(word: s.Word, kind: str) -> Symbol | None:
        known = symbols.get(word.text)
        if known and known.kind == kind:
            return known
        zh, en = WORDS.get(kind, (kind, kind))
        names = [n for n, symbol in symbols.items() if symbol.kind == kind]
        problems.append(
            UnknownTarget(span=word.span, name=word.text, kind_zh=zh, kind_en=en, near=near_names(word.text, names))
        )
        return None

    def cut(word: s.Word | None, kind: str, at: Span) -> s.Copay | s.Exclude | None:
        """The copay or exclusion that a later document means: by its name, or the only one there is."""
        if word is not None:
            known = find(word, kind)
            found = known.statement if known else None
            return found if isinstance(found, s.Copay | s.Exclude) else None
        wanted = s.Copay if kind == "copay" else s.Exclude
        there = [x for x in order if isinstance(x, wanted)]
        if len(there) == 1:
            return there[0]
        zh, en = WORDS[kind]
        if there:
            names = "、".join(x.name.text for x in there if x.name is not None) or "—"
            problems.append(WhichOne(span=at, kind_zh=zh, kind_en=kind, names=names))
        else:
            problems.append(NoneThere(span=at, kind_zh=zh, kind_en=en))
        return None

    def put(target: s.Copay | s.Exclude, statement: s.Copay | s.Exclude) -> None:
        """Lets a statement take another's place and, where it has none of its own, its name."""
        if statement.name is None and target.name is not None:
            statement = attrs.evolve(statement, name=target.name)
        order[order.index(target)] = statement
        if target.name is not None:
            del symbols[target.name.text]
        if statement.name is not None:
            symbols[statement.name.text] = Symbol(KINDS[type(statement)][0], statement.name.text, statement)

    for loaded_file in loaded.files:
        file = loaded_file.file
        heads = [x for x in file.statements if isinstance(x, s.Policy)]
        if loaded_file.role != "prelude":
            if len(heads) != 1:
                span = heads[1].span if heads else Span(file.source, 0, 0)
                problems.append(NoPolicy(span=span))
            if heads:
                policies.append(heads[0])
        documents[file.source.name] = _label(heads[0]) if heads else display_name(file.source)
        for statement in (_cited(x, None) for x in file.statements):
            kind = KINDS.get(type(statement))
            if kind:
                word: s.Word | None = statement.name  # type: ignore[attr-defined]
                if word is not None and not declare(statement, word, kind[0]):
                    continue
                also = statement.also if isinstance(statement, s.Fact | s.Bearer) else None
                if also is not None and loaded_file.role != "prelude" and declare(statement, also, kind[0]):
                    symbols[also.text] = symbols[statement.name.text]  # type: ignore[attr-defined]
                if isinstance(statement, s.Fact):
                    problems += _choices_twice(statement)
                if word is not None and loaded_file.role == "self":
                    own.add(word.text)
                _insert(order, statement, problems)
            elif isinstance(statement, s.Set):
                known = symbols.get(statement.name.text)
                expected = "bands" if statement.bands else "parameter"
                if known is None or known.kind != expected:
                    find(statement.name, expected)
                elif _is_open(known.statement):
                    if statement.name.text in settings:
                        earlier = settings[statement.name.text]
                        if earlier.span.source is statement.span.source:
                            problems.append(
                                DeclaredTwice(
                                    span=statement.name.span, name=statement.name.text,
                                    kind_zh="规定", kind_en="setting",
                                    notes=(Note(earlier.name.span, "先在这里规定", "first set here"),),
                                )
                            )  # fmt: skip
                            continue
                    settings[statement.name.text] = statement
                else:
                    problems.append(
                        NotOpen(
                            span=statement.name.span, name=statement.name.text,
                            notes=(Note(_name_span(known.statement), "上级这样规定", "the parent says this"),),
                        )
                    )  # fmt: skip
            elif isinstance(statement, s.Readings):
                for line in statement.lines:
                    before = readings.get(type(line), [])
                    readings[type(line)] = [*(x for x in before if _holds_beside(x, line)), line]
            elif isinstance(statement, s.Highest):
                highest = statement
            elif isinstance(statement, s.Example):
                if loaded_file.role == "self":
                    examples.append(statement)
            elif isinstance(statement, s.Recorded):
                recorded.append(statement)
            elif isinstance(statement, s.Amend):
                target = find(statement.name, "layer")
                if target and isinstance(target.statement, s.Layer):
                    _exchange(order, symbols, target, amended_layer(target.statement, statement))
            elif isinstance(statement, s.AmendCut):
                amended = cut(statement.name, statement.kind, statement.span)
                pieces = (statement.amount, statement.part, statement.bearer, statement.when)
                if all(piece is None for piece in pieces):
                    problems.append(NothingAmended(span=statement.span))
                elif amended is not None:
                    put(amended, amended_cut(amended, statement))
            elif isinstance(statement, s.Replace) and isinstance(statement.statement, s.Copay | s.Exclude):
                replaced = cut(statement.statement.name, KINDS[type(statement.statement)][0], statement.span)
                if replaced is not None:
                    put(replaced, statement.statement)
            elif isinstance(statement, s.Replace):
                inner = statement.statement
                if isinstance(inner, s.Highest):
                    highest = inner
                    continue
                inner_kind = KINDS[type(inner)][0]
                target = find(inner.name, inner_kind)  # type: ignore[attr-defined]
                if target:
                    settings.pop(target.name, None)
                    _exchange(order, symbols, target, inner)
            elif isinstance(statement, s.Remove) and statement.kind in ("copay", "exclude"):
                removed = cut(statement.name, statement.kind, statement.span)
                if removed is not None:
                    order.remove(removed)
                    if removed.name is not None:
                        del symbols[removed.name.text]
            elif isinstance(statement, s.Remove):
                target = find(statement.name, statement.kind) if statement.name is not None else None
                if target:
                    order.remove(target.statement)
                    del symbols[target.name]
            elif isinstance(statement, s.Requirement):
                _insert(order, statement, problems)
    _name_further(symbols)
    return Program(
        name=policies[-1].name.text if policies else display_name(loaded.files[-1].file.source) if loaded.files else "",
        policies=tuple(policies),
        documents=documents,
        symbols=symbols,
        statements=tuple(order),
        settings=settings,
        readings=tuple(line for lines in readings.values() for line in lines),
        highest=highest,
        examples=tuple(examples),
        recorded=tuple(recorded),
        own=frozenset(own),
        problems=tuple(problems),
    )


def _choices_twice(fact: s.Fact) -> Iterator[Problem]:
    """Choices of a fact that are called what another one is called."""
    met: dict[str, s.Choice] = {}
    for choice in fact.choices:
        for name in (choice.name, choice.also):
            known = met.setdefault(name, choice) if name is not None else None
            if name is not None and known is not None and (known is not choice or choice.name == choice.also):
                note = Note(known.span, "先在这里声明", "first declared here")
                yield DeclaredTwice(span=choice.span, name=name, kind_zh="取值", kind_en="choice", notes=(note,))
                break


def _name_further(symbols: dict[str, Symbol]) -> None:
    """Lets facts and bearers be written by their other names and fields, where nothing else has such a name."""
    known = [
        (symbol, symbol.statement) for symbol in symbols.values() if isinstance(symbol.statement, s.Fact | s.Bearer)
    ]
    for further in ("also", "field"):
        for symbol, statement in known:
            word: s.Word | None = getattr(statement, further)
            if word is not None and word.text not in PARTS:
                symbols.setdefault(word.text, symbol)


def _holds_beside(earlier: s.Line, line: s.Line) -> bool:
    """Whether an earlier reading still holds beside another of its kind: of one file, for other days."""
    if not isinstance(earlier, s.YearReading) or not isinstance(line, s.YearReading):
        return False
    dated = [any((x.since, x.until)) for x in (earlier, line)]
    return earlier.span.source is line.span.source and any(dated)


def _cited(line: _Line, around: s.Cite | None) -> _Line:
    """The line with every line in it resting on its own clauses or, where it names none, on those around it."""
    cite = line.cite or around
    changes: dict[str, Any] = {} if cite is line.cite else {"cite": cite}
    for name in fields_of(type(line)):
        value = getattr(line, name)
        if isinstance(value, s.Line):
            changes[name] = _cited(value, cite)
        elif isinstance(value, tuple) and any(isinstance(x, s.Line) for x in value):
            changes[name] = tuple(_cited(x, cite) if isinstance(x, s.Line) else x for x in value)
    return attrs.evolve(line, **changes) if changes else line


def _label(policy: s.Policy) -> str:
    for line in policy.lines:
        if line.key == "number":
            return str(line.values[0])
    return policy.name.text


def _name_span(statement: s.Statement) -> Span:
    word = getattr(statement, "name", None)
    return word.span if isinstance(word, s.Word) else statement.span


def _is_open(statement: s.Statement) -> bool:
    if isinstance(statement, s.Parameter):
        return statement.bounds is not None
    return isinstance(statement, s.BandTable) and not statement.bands


def _insert(order: list[s.Statement], statement: s.Statement, problems: list[Problem]) -> None:
    if isinstance(statement, s.Placed) and statement.beside:
        for i, other in enumerate(order):
            if isinstance(other, s.Layer) and other.name.text == statement.beside.text:
                order.insert(i + (statement.place == "after"), statement)
                return
        names = [x.name.text for x in order if isinstance(x, s.Layer)]
        near = near_names(statement.beside.text, names)
        problems.append(Misplaced(span=statement.beside.span, name=statement.beside.text, near=near))
    order.append(statement)


def _exchange(order: list[s.Statement], symbols: dict[str, Symbol], target: Symbol, statement: s.Statement) -> None:
    order[order.index(target.statement)] = statement
    symbols[target.name] = attrs.evolve(target, statement=statement)
