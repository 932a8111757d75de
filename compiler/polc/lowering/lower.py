"""From a program to its settlement plan for one day, asking wherever the file leaves a choice open."""

from __future__ import annotations

import datetime

from attrs import frozen

from pol_lang import syntax as s
from pol_lang.problem import Note, Problem
from polc import plan as p
from polc.lowering.amounts import value_text
from polc.lowering.around import lower_around
from polc.lowering.context import LayerContext
from polc.lowering.cuts import lower_control, lower_copay, lower_exclusion, lower_package
from polc.lowering.expressions import Elaborator
from polc.lowering.forks import SeveralIdentities, WhichYear
from polc.lowering.head import bearers_also, lower_bearers, lower_document, lower_facts, lower_validity
from polc.lowering.layers import lower_layer
from polc.lowering.scope import EarlierStep
from polc.lowering.year import check_year, year_reading
from polc.resolved import Program


@frozen(eq=False, repr=False, slots=False)
class Lowered:
    """A plan with the problems found on the way; where there are errors the plan must not settle anything. `changes`
    are the days on which another value holds than before, whether the plan was made for them or not."""

    plan: p.Plan
    problems: tuple[Problem, ...]
    changes: frozenset[datetime.date]


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
            steps.append(lower_copay(e, statement))
        elif isinstance(statement, s.Exclude):
            steps.append(lower_exclusion(e, context, statement))
        elif isinstance(statement, s.Control):
            control = lower_control(e, context, statement)
            if control:
                steps.append(control)
        elif isinstance(statement, s.Package):
            package = lower_package(e, context, statement)
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
            e.after_settlement = True  # what it reads is held against the order of steps where it is used
            e.named(program.symbols[statement.name.text], statement.name.span)
            e.after_settlement = False
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
    check_year(e, program)
    problems, found = list(e.problems), len(e.problems)
    year = _year(program, context, problems)
    root = _root(program, context, steps, problems)
    facts = lower_facts(e, program, steps, around, tallies, shared, year)
    problems += e.problems[found:]
    since, expires = lower_validity(e, day)
    plan = p.Plan(
        name=program.name,
        as_of=day,
        since=since,
        expires=expires,
        documents=tuple(lower_document(policy) for policy in program.policies),
        year=year,
        identities=tuple(
            p.IdentitySpec(x.name.text, x.code, tuple(w.text for w in x.includes))
            for x in program.statements
            if isinstance(x, s.Identity)
        ),
        facts=facts,
        bearers=lower_bearers(program, e, context, steps),
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
        bearers_also=bearers_also(program),
    )
    return Lowered(plan, tuple(_once(problems)), frozenset(e.changes))


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
    reading = year_reading(program, context.e.as_of)
    if reading is None:
        yearly = [a for a in context.accumulators.values() if a.period in ("year", "month")]
        if yearly and not any(isinstance(r, s.YearReading) for r in program.readings):
            problems.append(WhichYear(span=context.first_yearly))
        return p.YearRule("出院日期", (1, 1), None)
    fact = context.e.want(s.Name(reading.by.text, span=reading.by.span), "date")
    name = fact.name if isinstance(fact, p.Fact) else "出院日期"
    return p.YearRule(name, reading.start or (1, 1), reading.split)


def _root(
    program: Program,
    context: LayerContext,
    steps: list[p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer],
    problems: list[Problem],
) -> p.Sequence | p.HighestOf:
    body = p.Sequence(tuple(steps))
    highest = program.highest
    order = tuple(x.name.text for x in program.statements if isinstance(x, s.Identity))
    if highest is None or highest.by is None:
        problem = _several_identities(context, highest)
        if problem is not None:
            problems.append(problem)
        return body
    if highest.by == "identities":
        return p.HighestOf(order, highest.criterion or "least_left", body, context.e.origin(highest))
    return body


def _several_identities(context: LayerContext, highest: s.Highest | None) -> SeveralIdentities | None:
    """The question which identity counts, where a person may hold two that the policy treats differently."""
    at = highest.span if highest else None
    if context.competing:
        span, names, values = context.competing[0]
        shown = " / ".join(value_text(v, u) for v, u in values)
        several = len(values) >= 2
        return SeveralIdentities(
            span=at or span, names=tuple(names),
            sample_zh=f"例如这一行：各身份分别是 {shown}" if several else "",
            sample_en=f"here for instance the values are {shown}" if several else "",
        )  # fmt: skip
    rivals = context.rivals()
    if rivals is None:
        return None
    first, second, one, other = rivals
    note = Note(first.span, f"这一行是“{one}”的，没有“{other}”", f"this is for “{one}”, not for “{other}”")
    return SeveralIdentities(span=at or second.span, names=(one, other), notes=(note,))


# ---------------------------------------------------------------- values that nothing reads are checked too


def _check_table(e: Elaborator, table: s.Table) -> None:
    columns = e.value_columns(table)
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
