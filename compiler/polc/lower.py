"""From a program to its settlement plan for one day, asking wherever the file leaves a choice open."""

from __future__ import annotations

import datetime
from fractions import Fraction

import attrs
from attrs import frozen

from pol_lang import syntax as s
from pol_lang.problem import Note, Problem
from polc import plan as p
from polc.around import lower_around
from polc.elaborate import EarlierStep, Elaborator, constant, value_text
from polc.layers import lower_layer, lower_needs
from polc.layers import LayerContext
from polc.forks import SeveralIdentities, WhichYear, yuan
from polc.resolved import PART_NAMES, PARTS, Program
from polc.structure import Incomplete, NeedsPart

_PERSON = "psn_part_amt"


@frozen(eq=False, repr=False)
class Lowered:
    """A plan with the problems found on the way; where there are errors the plan must not settle anything."""

    plan: p.Plan
    problems: tuple[Problem, ...]


def first_day(program: Program) -> datetime.date:
    """The first day on which the policy applies: applied back to, else in force from, else issued."""
    for policy in reversed(program.policies):
        days = {line.key: line.values[0] for line in policy.lines if line.key in ("applied_back", "in_force", "issued")}
        for key in ("applied_back", "in_force", "issued"):
            if days.get(key):
                day = days[key]
                assert isinstance(day, datetime.date)
                return day
    return datetime.date(2000, 1, 1)


def lower(program: Program, as_of: datetime.date | None = None, *, settling: bool = True) -> Lowered:
    """The plan of a program as of a day (by default the first on which it applies).

    With `settling` false, parameters left to the locality may stay open (a provincial document on its own).
    """
    day = as_of or first_day(program)
    e = Elaborator(program, day, settling)
    context = LayerContext(e, program)
    steps: list[p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer] = []
    shared: list[tuple[str, p.Expr, str, p.Origin]] = []
    tallies: list[p.Tally] = []
    after: list[s.Statement] = []
    for statement in program.statements:
        if isinstance(statement, s.SharedCap):
            key = context.accumulator(statement.name.text, "cap", statement.period)
            shared.append((statement.name.text, e.want(statement.value, "money"), key or "", e.origin(statement)))
            context.shared[statement.name.text] = (key, statement.period)
        elif isinstance(statement, s.Copay):
            steps.append(_copay(e, statement))
        elif isinstance(statement, s.Exclude):
            steps.append(_exclusion(e, context, statement))
        elif isinstance(statement, s.Control):
            control = _control(e, context, statement)
            if control:
                steps.append(control)
        elif isinstance(statement, s.Package):
            package = _package(e, context, statement)
            if package:
                steps.append(package)
        elif isinstance(statement, s.Layer):
            layer = lower_layer(context, statement)
            if layer:
                steps.append(layer)
                e.earlier.append(EarlierStep("layer", layer.name, layer.parts))
        elif isinstance(statement, (s.Tally, s.Requirement, s.Subsidy, s.Enrolment, s.Route, s.Alert, s.Target)):
            after.append(statement)
        elif isinstance(statement, (s.Define, s.Parameter)):
            e.named(program.symbols[statement.name.text], statement.name.span)
        elif isinstance(statement, (s.Group, s.Identity)):
            e.identities(program.symbols[statement.name.text])
        elif isinstance(statement, s.Table) and statement.rows:
            _check_table(e, statement)
        elif isinstance(statement, s.BandTable):
            _check_bands(e, program, statement)
    e.after_settlement = True
    for statement in after:
        if isinstance(statement, s.Tally):
            key = context.accumulator(statement.name.text, "tally", statement.period) or ""
            tallies.append(p.Tally(statement.name.text, e.want(statement.value, "money"), key, e.origin(statement)))
    around = lower_around(context, [x for x in after if not isinstance(x, s.Tally)], steps)
    problems = list(e.problems)
    year = _year(program, context, problems)
    root = _root(program, context, steps, problems)
    facts = _facts(e, program, steps, around, tallies, shared, year)
    since, expires = _validity(e, day)
    plan = p.Plan(
        name=program.name,
        as_of=day,
        since=since,
        expires=expires,
        documents=tuple(_document(policy) for policy in program.policies),
        year=year,
        identities=tuple(
            p.IdentitySpec(x.name.text, x.code, tuple(w.text for w in x.includes))
            for x in program.statements
            if isinstance(x, s.Identity)
        ),
        facts=facts,
        bearers=_bearers(program, e, context, steps),
        accumulators=tuple(context.accumulators.values()),
        shared_caps=tuple(shared),
        root=root,
        tallies=tuple(tallies),
        requirements=around.requirements,
        subsidies=around.subsidies,
        enrolments=around.enrolments,
        routes=around.routes,
        alerts=around.alerts,
        targets=around.targets,
    )
    return Lowered(plan, tuple(_once(problems)))


def _once(problems: list[Problem]) -> list[Problem]:
    seen: set[tuple[str, int, int, str]] = set()
    kept = []
    for problem in problems:
        span = problem.span
        key = (problem.code, span.start if span else -1, id(span.source) if span else 0, problem.message("en"))
        if key not in seen:
            seen.add(key)
            kept.append(problem)
    return kept


def _year(program: Program, context: LayerContext, problems: list[Problem]) -> p.YearRule:
    reading = next((r for r in program.readings if isinstance(r, s.YearReading)), None)
    if reading is None:
        yearly = [a for a in context.accumulators.values() if a.period in ("year", "month")]
        if yearly:
            problems.append(WhichYear(span=context.first_yearly))
        return p.YearRule("出院日期", (1, 1), None)
    fact = context.e.want(s.Name(reading.by.text, span=reading.by.span), "date")
    name = fact.name if isinstance(fact, p.Fact) else "出院日期"
    return p.YearRule(name, reading.start or (1, 1), reading.split)


def _root(
    program: Program, context: LayerContext, steps: list[p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer],
    problems: list[Problem],
) -> p.Sequence | p.HighestOf:
    body = p.Sequence(tuple(steps))
    highest = program.highest
    order = tuple(x.name.text for x in program.statements if isinstance(x, s.Identity))
    if highest is None or highest.by is None:
        if context.competing and (highest is not None or program.highest is None):
            span, names, values = context.competing[0]
            sample_zh = sample_en = ""
            if len(values) >= 2:
                shown = " / ".join(value_text(v, u) for v, u in values)
                sample_zh = f"例如这一行：各身份分别是 {shown}"
                sample_en = f"here for instance the values are {shown}"
            problems.append(
                SeveralIdentities(
                    span=highest.span if highest else span, names="、".join(names), sample_zh=sample_zh, sample_en=sample_en
                )
            )  # fmt: skip
        return body
    if highest.by == "identities":
        return p.HighestOf(order, highest.criterion or "least_left", body, context.e.origin(highest))
    return body


# ---------------------------------------------------------------- cutting cost


def _parts(e: Elaborator, word: s.Word) -> list[p.Part]:
    """The cost parts that a name stands for: a part, or a definition that adds parts."""
    if word.text in PARTS:
        part = PARTS[word.text]
        if part != "total":
            return [p.Part(part, PART_NAMES[part])]  # type: ignore[arg-type]
        return [p.Part(x, PART_NAMES[x]) for x in ("noncovered", "overlimit", "copay", "inscope")]  # type: ignore[arg-type]
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


def _copay(e: Elaborator, statement: s.Copay) -> p.CopayCut:
    parts = _parts(e, statement.part) or [p.Part("inscope", PART_NAMES["inscope"])]
    return p.CopayCut(
        e.want(statement.amount, "money"), parts[0], e.condition(statement.when) if statement.when else None, e.origin(statement)
    )


def _exclusion(e: Elaborator, context: LayerContext, statement: s.Exclude) -> p.Exclusion:
    parts = _parts(e, statement.part) or [p.Part("inscope", PART_NAMES["inscope"])]
    field, name = context.bearer(statement.bearer)
    label = statement.amount.span.text
    e.earlier.append(EarlierStep("cut", label, frozenset(x.part for x in parts)))
    return p.Exclusion(
        label, e.want(statement.amount, "money"), parts[0], field, name,
        e.condition(statement.when) if statement.when else None, e.origin(statement),
    )  # fmt: skip


def _control(e: Elaborator, context: LayerContext, statement: s.Control) -> p.Control | None:
    guards = lower_needs(e, statement.guards)
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
    return p.Control(
        statement.name.text, tuple(parts), guards, limit, share, field, name, e.origin(statement)
    )


def _control_parts(e: Elaborator, statement: s.Control) -> list[p.Part]:
    subject = statement.subject
    if subject is not None:
        return _parts(e, subject)
    return [p.Part("noncovered", PART_NAMES["noncovered"]), p.Part("overlimit", PART_NAMES["overlimit"])]


def _package(e: Elaborator, context: LayerContext, statement: s.Package) -> p.Package | None:
    guards = lower_needs(e, statement.guards)
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
    if missing or statement.price is None or statement.excess is None or statement.kind is None or statement.scope is None:
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
    e.earlier.append(EarlierStep("cut", statement.name.text, frozenset(["noncovered", "overlimit", "copay", "inscope"])))
    return p.Package(
        statement.name.text, guards, price, statement.kind, statement.scope, share, field, name, e.origin(statement)
    )


# ---------------------------------------------------------------- values that nothing reads are checked too


def _check_table(e: Elaborator, table: s.Table) -> None:
    header = [c.name for c in table.rows[0].cells if isinstance(c, s.Name)]
    keys = [k.text for k in table.keys]
    columns = header[len(keys) :] if header[: len(keys)] == keys else header
    if columns:
        e.expr(s.Column(table.name.text, columns[0], span=table.name.span))


def _check_bands(e: Elaborator, program: Program, statement: s.BandTable) -> None:
    table, bands, options = e.band_table(program.symbols[statement.name.text])
    if bands:
        first = bands[0].range.upper or bands[0].range.lower
        unit = e.expr(first)[1] if first is not None else "money"
        count = len(e.problems)
        e.bands(table.name.text, bands, (options.mode if options else None) or "progressive", unit, statement)
        if len(e.problems) == count:
            return


# ---------------------------------------------------------------- head, facts, bearers


def _document(policy: s.Policy) -> p.Document:
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


def _validity(e: Elaborator, day: datetime.date) -> tuple[datetime.date | None, datetime.date | None]:
    before = [d for d in e.changes if d <= day]
    after = [d for d in e.changes if d > day]
    return (max(before) if before else None), (min(after) if after else None)


def _used_facts(*roots: object) -> set[str]:
    found: set[str] = set()
    todo: list[object] = list(roots)
    done: set[int] = set()
    while todo:
        node = todo.pop()
        if isinstance(node, (tuple, list)):
            todo.extend(node)
        elif attrs.has(type(node)) and id(node) not in done:
            done.add(id(node))
            if isinstance(node, p.Fact):
                found.add(node.name)
            todo.extend(getattr(node, f.name) for f in attrs.fields(type(node)))
    return found


def _facts(e: Elaborator, program: Program, *roots: object) -> tuple[p.FactSpec, ...]:
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
            if isinstance(statement.default, s.Name):
                default = statement.default.name
            elif statement.default.unit == "none":
                default = frozenset() if unit == "choices" else None
            else:
                default = constant(e.expr(statement.default)[0])
        specs.append(
            p.FactSpec(
                statement.name.text, statement.field.text if statement.field else None, unit,  # type: ignore[arg-type]
                tuple((c.name, c.code) for c in statement.choices), default, statement.of, statement.name.text in used,
            )
        )  # fmt: skip
    return tuple(specs)


def _bearers(
    program: Program, e: Elaborator, context: LayerContext,
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
    person = next((n for n, sym in program.symbols.items() if sym.kind == "bearer" and e.bearer_field(sym) == _PERSON), "个人")
    return (*found.items(), (_PERSON, person))
