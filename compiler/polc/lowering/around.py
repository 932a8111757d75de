"""Lowers what stands around the settlement: subsidies, enrolment, routes, alerts, targets, requirements."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from pol_lang import syntax as s
from polc import plan as p
from polc.lowering.amounts import value_text
from polc.lowering.context import LayerContext, lower_needs
from polc.lowering.expressions import Elaborator
from polc.lowering.folding import constant, leaves_of_cases
from polc.lowering.structure import Incomplete, NeedsConstant, OpenDeadline, RatesFall, SharesDoNotAdd

Steps = Sequence[p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer]


@frozen(eq=False, repr=False, slots=False)
class Around:
    """What stands around the settlement, in written order."""

    requirements: tuple[p.Requirement, ...]
    subsidies: tuple[p.Subsidy, ...]
    enrolments: tuple[p.Enrolment, ...]
    routes: tuple[p.Route, ...]
    alerts: tuple[p.Alert, ...]
    targets: tuple[p.Target, ...]


def lower_around(context: LayerContext, statements: list[s.Statement], steps: Steps) -> Around:
    """The statements around the settlement, lowered."""
    requirements: list[p.Requirement] = []
    subsidies: list[p.Subsidy] = []
    enrolments: list[p.Enrolment] = []
    routes: list[p.Route] = []
    alerts: list[p.Alert] = []
    targets: list[p.Target] = []
    for statement in statements:
        if isinstance(statement, s.Requirement):
            requirement = _requirement(context, statement, steps)
            if requirement:
                requirements.append(requirement)
        elif isinstance(statement, s.Subsidy):
            subsidies.append(_subsidy(context, statement))
        elif isinstance(statement, s.Enrolment):
            enrolments.append(_enrolment(context.e, statement))
        elif isinstance(statement, s.Route):
            routes.append(_route(context, statement, steps))
        elif isinstance(statement, s.Alert):
            alert = _alert(context.e, statement)
            if alert:
                alerts.append(alert)
        elif isinstance(statement, s.Target):
            targets.append(_target(context.e, statement))
    return Around(
        tuple(requirements), tuple(subsidies), tuple(enrolments), tuple(routes), tuple(alerts), tuple(targets)
    )


def _incomplete(e: Elaborator, word: s.Word, zh: str, en: str) -> None:
    e.problems.append(Incomplete(span=word.span, name=word.text, missing_zh=zh, missing_en=en))


def _requirement(context: LayerContext, statement: s.Requirement, steps: Steps) -> p.Requirement | None:
    e = context.e
    if statement.condition is not None:
        return p.Requirement(e.condition(statement.condition), statement.condition.span.text, e.origin(statement))
    word = statement.rates
    assert word is not None
    tables: list[tuple[p.BandTable, bool]] = []
    for step in steps:
        if isinstance(step, p.Layer) and step.name == word.text:
            tables += [(x.table, True) for x in step.steps if isinstance(x, p.BandPay)]
    symbol = e.program.symbols.get(word.text)
    if symbol is not None and symbol.kind == "bands":
        statement_line, bands, options = e.band_table(symbol)
        if bands:
            table, _ = e.bands(
                word.text, bands, (options.mode if options else None) or "progressive", "money", statement_line
            )
            tables.append((table, True))
    elif symbol is None or symbol.kind != "layer":
        e.unknown(word.text, word.span)
    for table, _ in tables:
        columns = [[constant(leaf) for leaf in leaves_of_cases(band.value)] for band in table.bands]
        for before, after in itertools.pairwise(columns):
            if len(before) != len(after):
                before, after = before[:1], after[:1]
            for low, high in zip(before, after, strict=True):
                if isinstance(low, (int, Fraction)) and isinstance(high, (int, Fraction)) and high < low:
                    e.problems.append(
                        RatesFall(span=statement.span, before=value_text(low, "ratio"), after=value_text(high, "ratio"))
                    )
    return None


def _subsidy(context: LayerContext, statement: s.Subsidy) -> p.Subsidy:
    e = context.e
    subject = premium = pay = None
    rules: list[p.ShareRule] = []
    for line in statement.lines:
        if isinstance(line, s.Shares):
            shares = []
            for share in line.shares:
                field, name = context.bearer(share.bearer)
                shares.append((field, name, share.part if share.part is not None else Fraction(1)))
            percents = [share.part for share in line.shares if share.percent and share.part is not None]
            if len(percents) == len(line.shares) and sum(percents) != 1:
                e.problems.append(SharesDoNotAdd(span=line.span, sum=value_text(sum(percents), "ratio")))
            condition = e.condition(line.when) if line.when is not None else None
            rules.append(p.ShareRule(condition, tuple(shares), e.origin(line)))
        elif line.key == "for":
            subject = e.condition(line.value)
        elif line.key == "premium":
            premium = e.want(line.value, "money")
        else:
            pay = e.want(line.value, "money")
    if pay is None or not rules:
        _incomplete(e, statement.name, "支付 … 或 支付方 …", "pay … or paid by …")
    return p.Subsidy(
        statement.name.text, subject, premium, pay or p.Const(0, "money"), tuple(rules), e.origin(statement)
    )


def _enrolment(e: Elaborator, statement: s.Enrolment) -> p.Enrolment:
    cases = []
    for case in statement.cases:
        facts = {line.key: line.value for line in case.outcomes}
        effective = e.want(facts["effective"], "date") if "effective" in facts else None
        cases.append(
            p.EnrolmentCase(
                e.condition(case.condition) if case.condition is not None else None,
                facts.get("insured"), facts.get("subsidised"), effective, facts.get("register"), e.origin(case),
            )
        )  # fmt: skip
    subject = e.condition(statement.subject) if statement.subject is not None else None
    return p.Enrolment(statement.name.text, subject, tuple(cases), e.origin(statement))


def _route(context: LayerContext, statement: s.Route, steps: Steps) -> p.Route:
    e = context.e
    layers = [step.name for step in steps if isinstance(step, p.Layer)]
    guards = lower_needs(e, tuple(x for x in statement.lines if isinstance(x, s.When)))
    advanced: list[tuple[tuple[str, ...], str, p.Origin]] = []
    claimed: list[tuple[tuple[str, ...], str, p.Origin]] = []
    dues: list[p.Due] = []
    deposit = collect = None
    for line in statement.lines:
        if isinstance(line, s.Named):
            names = []
            for word in line.names:
                if word.text in layers:
                    names.append(word.text)
                else:
                    e.unknown(word.text, word.span, layers)
            if line.key == "advanced":
                advanced.append((tuple(names), context.bearer(line.who)[1], e.origin(line)))
            else:
                symbol = e.program.symbols.get(line.who.text)
                if symbol is None or symbol.kind != "route":
                    routes = [n for n, x in e.program.symbols.items() if x.kind == "route"]
                    e.unknown(line.who.text, line.who.span, routes)
                claimed.append((tuple(names), line.who.text, e.origin(line)))
        elif isinstance(line, s.Due):
            dues.append(_due(e, line, [d.name for d in dues]))
        elif isinstance(line, s.Valued):
            if line.key == "deposit":
                none = isinstance(line.value, s.Literal) and line.value.unit == "none"
                deposit = (None if none else e.want(line.value, "money"), e.origin(line))
            else:
                collect = (e.want(line.value, "money"), e.origin(line))
    return p.Route(
        statement.name.text, guards, tuple(advanced), tuple(claimed), deposit, collect, tuple(dues), e.origin(statement)
    )


def _due(e: Elaborator, line: s.Due, earlier: list[str]) -> p.Due:
    after: p.Fact | str
    if line.after.text in earlier:
        after = line.after.text
    else:
        symbol = e.program.symbols.get(line.after.text)
        fact = e.expr(s.Name(line.after.text, span=line.after.span))[0] if symbol and symbol.kind == "fact" else None
        if isinstance(fact, p.Fact) and fact.unit == "date":
            after = fact
        else:
            e.problems.append(OpenDeadline(span=line.after.span, name=line.after.text))
            after = line.after.text
    amount = line.within.value
    if not isinstance(amount, Fraction) or amount.denominator != 1:
        e.problems.append(NeedsConstant(span=line.within.span))
        amount = Fraction(0)
    unit = line.within.unit
    return p.Due(line.name.text, line.share, int(amount), unit, after, e.origin(line))  # type: ignore[arg-type]


def _alert(e: Elaborator, statement: s.Alert) -> p.Alert | None:
    guards = lower_needs(e, tuple(x for x in statement.lines if isinstance(x, s.When)))
    facts = {line.key: line.value for line in statement.lines if isinstance(line, s.Valued)}
    if "watch" not in facts or "above" not in facts:
        _incomplete(e, statement.name, "监测 …、超过 …", "watch …, above …")
        return None
    watch, above = e.want(facts["watch"], "money"), e.want(facts["above"], "money")
    return p.Alert(statement.name.text, guards, watch, above, str(facts.get("tell", "")), e.origin(statement))


def _target(e: Elaborator, statement: s.Target) -> p.Target:
    facts = {line.key: line.value for line in statement.lines}
    persons = e.condition(facts["persons"]) if "persons" in facts else None
    among = e.condition(facts["among"]) if "among" in facts else None
    claims = e.condition(facts["claims"]) if "claims" in facts else None
    ratio = None
    if "ratio" in facts:
        top, bottom = facts["ratio"]
        ratio = (e.want(top, "money"), e.want(bottom, "money"))
    if (persons is None) == (ratio is None):
        _incomplete(e, statement.name, "参保人数 其中 … 或 比值 … 比 …", "persons where … or ratio … to …")
    value = e.want(statement.value, "ratio")
    return p.Target(statement.name.text, statement.relation, value, persons, among, ratio, claims, e.origin(statement))
