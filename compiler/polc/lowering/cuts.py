"""Steps that cut or move cost before and between the layers."""

from __future__ import annotations

from fractions import Fraction

from pol_lang import syntax as s
from pol_lang.source import Span
from polc import plan as p
from polc.lowering.context import LayerContext, lower_needs
from polc.lowering.expressions import Elaborator
from polc.lowering.scope import EarlierStep
from polc.lowering.structure import CutTooLate, Incomplete, NeedsPart
from polc.resolved import PART_NAMES, PARTS


def _parts(e: Elaborator, word: s.Word) -> list[p.Part]:
    """The cost parts that a name stands for: a part, or a definition that adds parts."""
    if word.text in PARTS:
        part = PARTS[word.text]
        if part != "total":
            return [p.Part(part, PART_NAMES[part])]  # type: ignore[arg-type]
        return [p.Part(x, PART_NAMES[x]) for x in ("noncovered", "overlimit", "copay", "inscope")]
    symbol = e.program.symbols.get(word.text)
    if symbol is not None and symbol.kind == "define":
        value = e.named(symbol, word.span)[0]
        inner = value.value if isinstance(value, p.Named) else value
        terms = inner.terms if isinstance(inner, p.Add) else ((1, inner),)
        parts = [t.value if isinstance(t, p.Named) else t for sign, t in terms if sign == 1]
        if len(parts) == len(terms) and all(isinstance(t, p.Part) for t in parts):
            return [t for t in parts if isinstance(t, p.Part)]
    if symbol is None:
        e.want(s.Name(word.text, span=word.span), "money")
    else:
        e.problems.append(NeedsPart(span=word.span, name=word.text))
    return []


def _check_time(e: Elaborator, name: str, span: Span, parts: frozenset[str]) -> None:
    """Reports a cut that comes after a layer has paid on the same cost."""
    for step in e.earlier:
        if step.kind == "layer" and (step.parts & parts or "total" in step.parts):
            e.problems.append(CutTooLate(span=span, name=name, layer=step.name))
            return


def lower_copay(e: Elaborator, statement: s.Copay) -> p.CopayCut:
    parts = _parts(e, statement.part) or [p.Part("inscope", PART_NAMES["inscope"])]
    label = statement.name.text if statement.name else statement.amount.span.text
    _check_time(e, label, statement.span, frozenset(x.part for x in parts))
    cut = p.CopayCut(
        e.want(statement.amount, "money"),
        parts[0],
        e.condition(statement.when) if statement.when else None,
        e.origin(statement),
        statement.name.text if statement.name else None,
    )
    if cut.name is not None:
        e.earlier.append(EarlierStep("copay", cut.name, frozenset()))
    return cut


def lower_exclusion(e: Elaborator, context: LayerContext, statement: s.Exclude) -> p.Exclusion:
    parts = _parts(e, statement.part) or [p.Part("inscope", PART_NAMES["inscope"])]
    field, name = context.bearer(statement.bearer)
    label = statement.name.text if statement.name else statement.amount.span.text
    _check_time(e, label, statement.span, frozenset(x.part for x in parts))
    e.earlier.append(EarlierStep("cut", label, frozenset(x.part for x in parts)))
    return p.Exclusion(
        label, e.want(statement.amount, "money"), parts[0], field, name,
        e.condition(statement.when) if statement.when else None, e.origin(statement),
    )  # fmt: skip


def lower_control(e: Elaborator, context: LayerContext, statement: s.Control) -> p.Control | None:
    guards = lower_needs(e, statement.guards)
    for when, guard in zip(statement.guards, guards, strict=True):
        context.note_favour(when.span, guard.condition, statement.name.text, tilt=False)
    missing_zh, missing_en = [], []
    if statement.limit_value is None or statement.limit is None:
        missing_zh.append("不高于 …")
        missing_en.append("at most …")
    if statement.excess is None:
        missing_zh.append("超出部分 由 …")
        missing_en.append("excess on …")
    if missing_zh or statement.limit_value is None or statement.excess is None:
        e.problems.append(
            Incomplete(
                span=statement.name.span, name=statement.name.text,
                missing_zh="、".join(missing_zh), missing_en=", ".join(missing_en),
            )
        )  # fmt: skip
        return None
    # The statement is named by what it controls: a part or a definition adding parts, else its first guard names it.
    parts = _control_parts(e, statement)
    field, name = context.bearer(statement.excess.bearer)
    share = statement.excess.share if statement.excess.share is not None else Fraction(1)
    limit = context.term(statement.limit_value, "smallest", "money")
    e.earlier.append(EarlierStep("cut", statement.name.text, frozenset(x.part for x in parts)))
    return p.Control(statement.name.text, tuple(parts), guards, limit, share, field, name, e.origin(statement))


def _control_parts(e: Elaborator, statement: s.Control) -> list[p.Part]:
    subject = statement.subject
    if subject is not None:
        return _parts(e, subject)
    return [p.Part("noncovered", PART_NAMES["noncovered"]), p.Part("overlimit", PART_NAMES["overlimit"])]


def lower_package(e: Elaborator, context: LayerContext, statement: s.Package) -> p.Package | None:
    guards = lower_needs(e, statement.guards)
    for when, guard in zip(statement.guards, guards, strict=True):
        context.note_favour(when.span, guard.condition, statement.name.text, tilt=False)
    missing = [
        (zh, en)
        for value, zh, en in (
            (statement.price, "标准价 …", "price …"),
            (statement.kind, "限额付费 或 定额付费", "limit price or fixed price"),
            (statement.scope, "全部计入政策范围 或 各部分按账单", "whole price in scope or parts as billed"),
            (statement.excess, "超出部分 由 …", "excess on …"),
        )
        if value is None
    ]
    if (
        missing
        or statement.price is None
        or statement.excess is None
        or statement.kind is None
        or statement.scope is None
    ):
        e.problems.append(
            Incomplete(
                span=statement.name.span, name=statement.name.text,
                missing_zh="、".join(m[0] for m in missing), missing_en=", ".join(m[1] for m in missing),
            )
        )  # fmt: skip
        return None
    field, name = context.bearer(statement.excess.bearer)
    share = statement.excess.share if statement.excess.share is not None else Fraction(1)
    price = e.want(statement.price, "money")
    _check_time(e, statement.name.text, statement.name.span, frozenset(["inscope", "copay", "overlimit", "noncovered"]))
    e.earlier.append(
        EarlierStep("cut", statement.name.text, frozenset(["noncovered", "overlimit", "copay", "inscope"]))
    )
    return p.Package(
        statement.name.text, guards, price, statement.kind, statement.scope, share, field, name, e.origin(statement)
    )
