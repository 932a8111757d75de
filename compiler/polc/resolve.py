"""From loaded files to one program.

Theory: statements are taken file by file, parents before children. A name is declared once; what a later document does
to an earlier one it says with `set`, `amend`, `replace` or `remove`, and these are applied here, on the syntax, so that
everything after sees one policy. An amended layer keeps its place; a step of the same kind is exchanged where it
stands, another kind is put at its customary place, conditions and tilts are added.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

import attrs

from pol_lang import syntax as s
from pol_lang.problem import Note, Problem, near_names
from pol_lang.source import Span
from polc.load import Loaded, display_name
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


class DeclaredTwice(Problem):
    """A name is declared a second time. In one file that is a slip; over a parent's statement say what you do to it:
    `replace`, `amend` or `set`.
    ---
    同一个名称声明了两次。要改动上级文件里的，写明“改为”“修改”或“规定”。
    """

    name: str = ""
    kind_zh: str = ""
    kind_en: str = ""
    code = "N205"
    zh: ClassVar[str] = "“{name}”已经声明过（{kind_zh}）"
    en: ClassVar[str] = "“{name}” is declared already (as a {kind_en})"
    hint_zh: ClassVar[str] = "换一个名称；要改动上级文件的规定，用“改为”“修改”或“规定”"
    hint_en: ClassVar[str] = "choose another name; to change a parent's statement write replace, amend or set"


class UnknownTarget(Problem):
    """A statement changes, removes or binds something that no earlier document declares.
    ---
    要改动、删去或规定的内容，前面的文件里没有。
    """

    name: str = ""
    kind_zh: str = ""
    kind_en: str = ""
    code = "N206"
    zh: ClassVar[str] = "前面的文件里没有叫“{name}”的{kind_zh}"
    en: ClassVar[str] = "no earlier document has a {kind_en} named “{name}”"


class NotOpen(Problem):
    """`set` binds a parameter that its document did not leave to the locality.
    ---
    “规定”的参数，上级文件并没有交由地方规定。
    """

    name: str = ""
    code = "N207"
    zh: ClassVar[str] = "“{name}”没有交由地方规定"
    en: ClassVar[str] = "“{name}” was not left to be set locally"
    hint_zh: ClassVar[str] = "要改动它，写“改为 参数 {name} …”并注明依据"
    hint_en: ClassVar[str] = "to change it write `replace parameter {name} …` and cite the clause"


class NoPolicy(Problem):
    """A file has no `policy` statement, or more than one: what it is called and which document it stands for is not
    known.
    ---
    文件里没有“政策”语句，或不止一个。
    """

    code = "N208"
    zh: ClassVar[str] = "每个文件要有一个“政策”语句"
    en: ClassVar[str] = "each file needs exactly one `policy` statement"
    hint_zh: ClassVar[str] = "在文件开头写 政策 名称"
    hint_en: ClassVar[str] = "start the file with: policy NAME"


class Misplaced(Problem):
    """A layer is to stand before or after one that does not exist.
    ---
    保障层要排在某层之前或之后，但没有那一层。
    """

    name: str = ""
    code = "N209"
    zh: ClassVar[str] = "没有叫“{name}”的保障层"
    en: ClassVar[str] = "there is no layer named “{name}”"


_STEP_ORDER = (
    s.When, s.Base, s.Cap, s.Deductible, s.Bands, s.Rate, s.Pay, s.Minimum, s.TopUp, s.Rounding, s.Times, s.Tilt,
    s.Tilts,
)  # fmt: skip
_PAYS = (s.Bands, s.Rate, s.Pay)
_Line = TypeVar("_Line", bound=s.Line)


def resolve(loaded: Loaded) -> Program:
    """The program that the files make together; `problems` are those of names and amendments."""
    problems: list[Problem] = []
    symbols: dict[str, Symbol] = {}
    order: list[s.Statement] = []
    settings: dict[str, s.Set] = {}
    readings: dict[type[s.Line], s.CopayReading | s.YearReading | s.DerivedReading] = {}
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
                word: s.Word = statement.name  # type: ignore[attr-defined]
                if not declare(statement, word, kind[0]):
                    continue
                if loaded_file.role == "self":
                    own.add(word.text)
                _insert(order, statement, problems)
            elif isinstance(statement, s.Set):
                known = symbols.get(statement.name.text)
                expected = "bands" if statement.bands else "parameter"
                if known is None or known.kind != expected:
                    find(statement.name, expected)
                elif _is_open(known.statement):
                    if statement.name.text in settings:
                        before = settings[statement.name.text]
                        if before.span.source is statement.span.source:
                            problems.append(
                                DeclaredTwice(
                                    span=statement.name.span, name=statement.name.text,
                                    kind_zh="规定", kind_en="setting",
                                    notes=(Note(before.name.span, "先在这里规定", "first set here"),),
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
                    readings[type(line)] = line
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
                    _exchange(order, symbols, target, _amended(target.statement, statement))
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
            elif isinstance(statement, s.Remove):
                target = find(statement.name, statement.kind)
                if target:
                    order.remove(target.statement)
                    del symbols[target.name]
            elif isinstance(statement, (s.Copay, s.Exclude, s.Requirement)):
                _insert(order, statement, problems)
    return Program(
        name=policies[-1].name.text if policies else display_name(loaded.files[-1].file.source) if loaded.files else "",
        policies=tuple(policies),
        documents=documents,
        symbols=symbols,
        statements=tuple(order),
        settings=settings,
        readings=tuple(readings.values()),
        highest=highest,
        examples=tuple(examples),
        recorded=tuple(recorded),
        own=frozenset(own),
        problems=tuple(problems),
    )


def _cited(line: _Line, around: s.Cite | None) -> _Line:
    """The line with every line in it resting on its own clauses or, where it names none, on those around it."""
    cite = line.cite or around
    changes: dict[str, Any] = {} if cite is line.cite else {"cite": cite}
    for name in (f.name for f in attrs.fields(type(line))):
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


def _slot(step: s.Step) -> tuple[type[s.Line] | tuple[type[s.Line], ...], str]:
    if isinstance(step, _PAYS):
        return _PAYS, ""
    if isinstance(step, s.Cap):
        return s.Cap, step.on or ""
    return type(step), ""


def _amended(layer: s.Layer, amend: s.Amend) -> s.Layer:
    steps = list(layer.steps)
    for step in amend.steps:
        if isinstance(step, (s.When, s.Tilt)):
            last = max((i for i, x in enumerate(steps) if isinstance(x, type(step))), default=None)
            at = last + 1 if last is not None else (0 if isinstance(step, s.When) else len(steps))
            steps.insert(at, step)
            continue
        slot = _slot(step)
        same = [i for i, x in enumerate(steps) if _slot(x) == slot]
        if same:
            steps[same[0]] = step
            continue
        rank = _rank(step)
        at = next((i for i, x in enumerate(steps) if _rank(x) > rank), len(steps))
        steps.insert(at, step)
    return attrs.evolve(layer, steps=tuple(steps))


def _rank(step: s.Step) -> int:
    rank = next(i for i, kind in enumerate(_STEP_ORDER) if isinstance(step, kind))
    if isinstance(step, s.Cap) and step.on != "cost":
        return _STEP_ORDER.index(s.Rounding) * 10 + 5
    return rank * 10
