"""The sections behind the layers: reconciliation, accumulators, requirements."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from polc import plan as p
from polc import settlement as s
from polc.evaluate import Environment, children, evaluate, seen
from polc.explain.document import Column, Json, Row, Section, Table
from polc.explain.figures import Exact, grouped, machine, machine_money, money, percentages, signed_money
from polc.explain.formula import symbolic
from polc.explain.lines import Lines, facts, listed, saw_is, seen_json
from polc.explain.observed import compared, observed
from polc.explain.wording import Words
from polc.explain.worked import formula_rows


def bearer_name(field: str, name: str, last: bool, w: Words) -> str:
    """A bearer's name for people; the person, who comes last, always has one."""
    return name or (w("person_bearer") if last else field)


def total_name(claims: Iterable[s.ClaimSettlement], w: Words) -> str:
    """What the sum of all bearers is called: the total cost, or what is settled where a fixed price stands for it."""
    return w("settled_total" if any(claim.total != claim.claim.parts["total"] for claim in claims) else "total")


def bearers_section(claim: s.ClaimSettlement, number: str, w: Words) -> Section:
    """All bearers and their sum, held against the total."""
    lines = Lines(number)
    count = len(claim.bearers)
    total = sum(amount for _, _, amount in claim.bearers)
    percent = percentages([amount for _, _, amount in claim.bearers], claim.total)
    for at, (field, name, amount) in enumerate(claim.bearers, 1):
        lines.add(
            "bearer", w.name(bearer_name(field, name, at == count, w)),
            [w.joined([field, percent[at - 1]])], amount,
            code="memberliability" if at == count else "benefit", tone="plain" if amount else "quiet",
            data=facts(bearer=field, name=name, borne=machine_money(amount)),
        )  # fmt: skip
    ok, what = total == claim.total, total_name((claim,), w)
    told = (
        w("r_ok", what=what, total=money(claim.total))
        if ok
        else w("r_bad", what=what, total=money(claim.total), gap=money(abs(total - claim.total)))
    )
    lines.add("sum", w("r_sum"), [told], total, code="submitted", tone="result" if ok else "bad",
              data=facts(total=machine_money(claim.total), sum=machine_money(total), reconciled=ok))  # fmt: skip
    return Section(number, "reconciliation", w("s_bearers"), tuple(lines.lines))


def balances_section(claim: s.ClaimSettlement, end: Environment, number: str, w: Words) -> Section:
    """The person's accumulators before and after this claim; `end` is the state of the claim after its last step."""
    lines = Lines(number)
    rows, data = [], []
    tallies = {tally.accumulator: tally for tally in claim.plan.tallies}
    for accumulator in claim.plan.accumulators:
        before, after = claim.before.get(accumulator.key, 0), claim.after.get(accumulator.key, 0)
        count = accumulator.kind in p.COUNTS
        label = _label(accumulator, claim.plan, w)
        change = (f"+{grouped(after - before)}" if after > before else "0") if count else signed_money(after - before)
        show = grouped if count else money
        rows.append(
            Row((label, shown_period(accumulator, w), show(before), change, show(after)),
                (tallies[accumulator.key].origin,) if accumulator.key in tallies else (),
                "quiet" if before == after else "plain")
        )  # fmt: skip
        data.append(_balance(accumulator, before, after))
    if not rows:
        lines.add("balances", w("a_what"), [w("a_none")], code="benefitBalance", tone="quiet")
    else:
        columns = (
            Column(w("a_what")), Column(w("a_period")), Column(w("a_before"), "right"), Column(w("a_change"), "right"),
            Column(w("a_after"), "right"),
        )  # fmt: skip
        told = [row for tally in claim.plan.tallies for row in _tally(tally, end, w)]
        lines.add("balances", w("s_balances"), told, code="benefitBalance", table=Table(columns, tuple(rows)),
                  data=facts(balances=data))  # fmt: skip
    return Section(number, "balances", w("s_balances"), tuple(lines.lines))


def standing(claim: s.ClaimSettlement, w: Words) -> tuple[Table, Json]:
    """The person's accumulators after a claim, for people and for machines."""
    rows, data = list[Row](), list[Json]()
    for accumulator in claim.plan.accumulators:
        value = claim.after.get(accumulator.key, 0)
        show = grouped if accumulator.kind in p.COUNTS else money
        rows.append(Row((_label(accumulator, claim.plan, w), shown_period(accumulator, w), show(value))))
        data.append({"key": accumulator.key, "value": accumulator_value(accumulator, value)})
    columns = Column(w("a_what")), Column(w("a_period")), Column(w("a_after"), "right")
    return Table(columns, tuple(rows)), data


def _label(accumulator: p.Accumulator, plan: p.Plan, w: Words) -> str:
    return w("k_of", owner=w.label(accumulator.owner), kind=w(_kind(accumulator, plan)))


def _kind(accumulator: p.Accumulator, plan: p.Plan) -> str:
    """The word for what an accumulator counts; bands over the cost itself count the deductible too."""
    layers = (step for step in plan.body.steps if isinstance(step, p.Layer))
    bands = (step for layer in layers for step in layer.steps if isinstance(step, p.BandPay))
    over_base = any(step.accumulator == accumulator.key and step.over == "base" for step in bands)
    return "k_excess_base" if over_base else f"k_{accumulator.kind}"


def _tally(tally: p.Tally, end: Environment, w: Words) -> list[str]:
    """What a tally added on this claim, with its formula."""
    saw, value = seen(tally.value, end), evaluate(tally.value, end)
    first, *rest = formula_rows(tally.value, saw, value, "money", w, end)
    return [w.joined([w.name(tally.name), first], "colon"), *rest]


def shown_period(accumulator: p.Accumulator, w: Words) -> str:
    """How long an accumulator runs, with the day its years start where that is not the policy's."""
    period = w(accumulator.period)
    if accumulator.start is None:
        return period
    month, day = accumulator.start
    return w("a_own_year", period=period, month=month, day=day)


def accumulator_value(accumulator: p.Accumulator, value: Exact) -> str:
    """An accumulator's value for JSON: yuan, or a count."""
    return machine(value) if accumulator.kind in p.COUNTS else machine_money(Fraction(value))


def _balance(accumulator: p.Accumulator, before: Exact, after: Exact) -> Json:
    return {
        "code": "benefitBalance", "key": accumulator.key, "owner": accumulator.owner, "kind": accumulator.kind,
        "period": accumulator.period, "before": accumulator_value(accumulator, before),
        "after": accumulator_value(accumulator, after),
    }  # fmt: skip


_OF_A_CASE = (
    p.Fact, p.Part, p.Paid, p.Cut, p.Overflow, p.Left, p.Borne, p.Tallied, p.InPackage, p.Holds, p.ItemsSum, p.Stacked,
)  # fmt: skip


def told_requirements(claim: s.ClaimSettlement) -> list[s.RequirementResult]:
    """The requirements that read something of the claim or the person; others are about the policy alone."""
    conditions = {requirement.text: requirement.condition for requirement in claim.plan.requirements}
    return [
        result
        for result in claim.requirements
        if not result.held or result.text not in conditions or _of_a_case(conditions[result.text])
    ]


def _of_a_case(expr: p.Expr) -> bool:
    return isinstance(expr, _OF_A_CASE) or any(map(_of_a_case, children(expr)))


def requirements_section(claim: s.ClaimSettlement, number: str, w: Words) -> Section:
    """Every requirement of the policy after this claim."""
    lines = Lines(number)
    conditions = {requirement.text: requirement.condition for requirement in claim.plan.requirements}
    for result in told_requirements(claim):
        condition = conditions.get(result.text)
        saw = observed(condition, result.seen, w) if condition is not None else listed(result.seen, w)
        if isinstance(condition, p.Compare):
            saw = compared(condition, result.seen, w)
        held = w("q_held") if result.held else w("q_broken")
        told = symbolic(condition, w) if w.lang == "en" and isinstance(condition, p.Compare) else result.text
        lines.add(
            "requirement", held, [told, saw_is(condition, saw, w) if condition is not None else saw],
            origins=[result.origin], tone="plain" if result.held else "bad",
            data=facts(requirement=result.text, held=result.held, seen=seen_json(result.seen)),
        )  # fmt: skip
    return Section(number, "requirements", w("s_requirements"), tuple(lines.lines))
