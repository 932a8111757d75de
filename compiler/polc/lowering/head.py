"""What a plan says of itself: documents, facts, bearers and how long it holds."""

from __future__ import annotations

import datetime
from typing import Any

from pol_lang import syntax as s
from pol_lang.record import fields_of
from polc import plan as p
from polc.lowering.context import LayerContext
from polc.lowering.expressions import Elaborator
from polc.lowering.folding import constant
from polc.resolved import Program

_PERSON = "psn_part_amt"


def lower_document(policy: s.Policy) -> p.Document:
    def one(key: str, index: int = 0) -> object:
        found = [line.values for line in policy.lines if line.key == key]
        return found[-1][index] if found and len(found[-1]) > index else None

    def texts(key: str) -> tuple[str, ...]:
        return tuple(str(v) for line in policy.lines if line.key == key for v in line.values)

    return p.Document(
        policy=policy.name.text,
        title=str(one("title") or ""),
        number=str(one("number") or ""),
        issuers=texts("issuer"),
        issued=one("issued"),  # type: ignore[arg-type]
        in_force=one("in_force"),  # type: ignore[arg-type]
        until=one("in_force", 1),  # type: ignore[arg-type]
        applied_back=one("applied_back"),  # type: ignore[arg-type]
        jurisdiction=str(one("jurisdiction") or ""),
        code=one("jurisdiction", 1),  # type: ignore[arg-type]
        provenance=texts("provenance"),
        illustrative=texts("illustrative"),
    )


def lower_validity(e: Elaborator, day: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    before = [d for d in e.changes if d <= day]
    after = [d for d in e.changes if d > day]
    return (max(before) if before else None), (min(after) if after else None)


def _used_facts(*roots: object) -> set[str]:
    found: set[str] = set()
    todo: list[Any] = list(roots)
    done: set[int] = set()
    while todo:
        node = todo.pop()
        if isinstance(node, (tuple, list)):
            todo.extend(node)
        elif (names := fields_of(type(node))) and id(node) not in done:
            done.add(id(node))
            if isinstance(node, p.Fact):
                found.add(node.name)
            todo.extend([getattr(node, name) for name in names])
    return found


def lower_facts(e: Elaborator, program: Program, *roots: object) -> tuple[p.FactSpec, ...]:
    year = roots[-1]
    used = _used_facts(*roots[:-1])
    if isinstance(year, p.YearRule):
        used.add(year.by)
    specs = []
    for statement in program.statements:
        if not isinstance(statement, s.Fact):
            continue
        unit = {"one": "text", "several": "choices"}.get(statement.type, statement.type)
        default: p.Value = None
        if statement.default is not None:
            if isinstance(statement.default, s.Name) and statement.type in ("one", "several", "text"):
                default = e.choice(statement, statement.default.name, statement.default.span)
            elif isinstance(statement.default, s.Name):
                e.unknown(statement.default.name, statement.default.span, among=["真", "假", "yes", "no"])
            elif statement.default.unit == "none":
                default = frozenset() if unit == "choices" else None
            else:
                default = constant(e.want(statement.default, unit))
        specs.append(
            p.FactSpec(
                statement.name.text, statement.field.text if statement.field else None, unit,  # type: ignore[arg-type]
                tuple((c.name, c.code) for c in statement.choices), default, statement.of, statement.name.text in used,
                statement.also.text if statement.also else None,
                tuple((c.also, c.name) for c in statement.choices if c.also) or None,
            )
        )  # fmt: skip
    return tuple(specs)


def bearers_also(program: Program) -> tuple[tuple[str, str, str], ...] | None:
    """Other words for bearers: (word, field, name)."""
    bearers = [x for x in program.statements if isinstance(x, s.Bearer)]
    found = ((x.also, x.field or x.name, x.name) for x in bearers)
    return tuple((also.text, field.text, name.text) for also, field, name in found if also) or None


def lower_bearers(
    program: Program,
    e: Elaborator,
    context: LayerContext,
    steps: list[p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer],
) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for step in steps:
        if isinstance(step, p.Layer):
            found.setdefault(step.payer, step.payer_name)
    for step in steps:
        if isinstance(step, (p.Exclusion, p.Control, p.Package)):
            found.setdefault(step.bearer, step.bearer_name)
    found.pop(_PERSON, None)
    person = next(
        (n for n, sym in program.symbols.items() if sym.kind == "bearer" and e.bearer_field(sym) == _PERSON), "个人"
    )
    return (*found.items(), (_PERSON, person))
