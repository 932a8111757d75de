"""One claim through all steps of a plan."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as r
from polc.arithmetic import Exact, whole
from polc.cut_cost import Cutting, no_case
from polc.evaluate import Collect, Environment, NoValue, Read, collected
from polc.pay_layer import LayerRun, Outcome
from polc.periods import account_period, periods, year_date
from polc.settle.check import against, hold
from polc.settle.problems import LaterPeriod
from polc.settle.ready import Ready, ready_of
from polc.settle.standing import Standing, standing_of


def opening(
    plan: p.Plan, person: r.Person, claim: r.Claim, standing: Standing, before: Mapping[str, Exact]
) -> Environment:
    """The state of a claim before the first step, with everything counting that the person is; `before` are the
    accumulators."""
    ready, total = ready_of(plan), claim.parts["total"]
    return Environment(
        claim=claim.facts, person=person.facts, items=claim.items, defaults=ready.defaults, parts=dict(claim.parts),
        total=total, left=total, identities=standing.counts, held=standing.per_identity,
        tallies={tally.name: before[tally.accumulator] for tally, _ in ready.tallies},
        person_field=ready.fields[-1][0], where=claim.id,
    )  # fmt: skip


def runs_of(plan: p.Plan) -> tuple[Cutting | LayerRun, ...]:
    """The plan's steps ready to be applied, in written order."""
    return ready_of(plan).steps


def go_on(env: Environment, current: dict[str, Exact], name: str, outcome: Outcome) -> None:
    """Brings the state of a claim and the accumulators forward by what a layer did."""
    result = outcome.result
    env.paid[name] = paid = result.paid
    if paid and result.payer != env.person_field:
        env.left -= paid
        env.borne[result.payer] = env.borne.get(result.payer, 0) + paid
    if outcome.overflow:
        env.overflow[name] = outcome.overflow
    for cap, amount in outcome.shared.items():
        env.shared[cap] = env.shared.get(cap, 0) + amount
    for key, added in outcome.adds.items():
        if added:
            current[key] = whole(current[key] + added)


@define(eq=False, repr=False)
class _Run:
    """A claim on its way through the steps under one identity (or all, or none)."""

    env: Environment
    current: dict[str, Exact]
    steps: list[r.CutResult | r.LayerResult]
    taken: dict[str, Exact]


def settle_claim(
    plan: p.Plan,
    ready: Ready,
    person: r.Person,
    claim: r.Claim,
    values: dict[str, tuple[str, Exact]],
    taken: dict[str, Mapping[str, Exact]],
) -> r.ClaimSettlement:
    """One claim; `values` and `taken` go on with what it accumulates."""
    problems = against(plan, ready, claim)
    if problems:
        raise Problems(problems)
    period = periods(plan.year, claim)
    now_of = {key: period[kind] for key, kind in ready.period_of.items()}
    for account in ready.own_years:
        now_of[account.key] = account_period(account, year_date(plan.year, claim), plan.year)
    before: dict[str, Exact] = {}
    for key in ready.keys:
        stands = values.get(key)
        now = now_of[key]
        if stands is None or stands[0] != now:
            if stands is not None and stands[0] > now:
                raise Problems([LaterPeriod(where=claim.id, period=now, reached=stands[0])])
            before[key] = 0
        else:
            before[key] = stands[1]
    continued: Mapping[str, Exact] = {}
    if claim.continues is not None and plan.year.split == "one":
        continued = taken.get(claim.continues, {})

    standing = standing_of(plan, person, claim.date)
    names, held, per_identity = standing.names, standing.considered, standing.per_identity
    env = opening(plan, person, claim, standing, before)
    considered: str | None = None
    alternatives: tuple[r.Alternative, ...] = ()
    root = plan.root
    if isinstance(root, p.HighestOf) and held:
        runs: list[_Run] = []
        for identities in per_identity:
            own = env.copy() if len(held) > 1 else env
            own.identities, own.held = identities, (identities,)
            runs.append(_run(ready, own, dict(before), continued))
        won = 0
        if root.criterion == "least_left":
            won = min(range(len(runs)), key=lambda index: (runs[index].env.left, index))
        considered, run = held[won], runs[won]
        alternatives = tuple(
            r.Alternative(
                identity, tuple((s.name, s.paid) for s in other.steps if isinstance(s, r.LayerResult)),
                other.env.left, index == won,
            )
            for index, (identity, other) in enumerate(zip(held, runs, strict=True))
        )  # fmt: skip
    else:
        run = _run(ready, env, dict(before), continued)
    return _finish(plan, ready, claim, names, considered, alternatives, run, before, values, taken, now_of)


def _run(ready: Ready, env: Environment, current: dict[str, Exact], continued: Mapping[str, Exact]) -> _Run:
    """All steps in written order; the environment and `current` go on with each."""
    steps: list[r.CutResult | r.LayerResult] = []
    taken: dict[str, Exact] = {}
    for step in ready.steps:
        if not isinstance(step, LayerRun):
            steps.append(step(env))
            continue
        name = step.layer.name
        outcome = step(env, current, continued.get(name, 0))
        steps.append(outcome.result)
        go_on(env, current, name, outcome)
        if outcome.taken is not None:
            taken[name] = outcome.taken
    return _Run(env, current, steps, taken)


def _finish(
    plan: p.Plan,
    ready: Ready,
    claim: r.Claim,
    identities: tuple[str, ...],
    considered: str | None,
    alternatives: tuple[r.Alternative, ...],
    run: _Run,
    before: Mapping[str, Exact],
    values: dict[str, tuple[str, Exact]],
    taken: dict[str, Mapping[str, Exact]],
    now_of: Mapping[str, str],
) -> r.ClaimSettlement:
    """Tallies, requirements and the sums that must hold, after the last step."""
    env, current = run.env, run.current
    for tally, value in ready.tallies:
        try:
            current[tally.accumulator] = whole(current[tally.accumulator] + value(env))
        except NoValue as error:
            raise no_case(env, tally.name, error) from None
    requirements = tuple(
        _required(requirement, read, collect, env) for requirement, read, collect in ready.requirements
    )
    bearers = tuple(
        (field, name, env.left if field == env.person_field else env.borne.get(field, 0))
        for field, name in ready.fields
    )
    hold(ready, claim, env, bearers, before, current, run.steps)
    for key in ready.keys:
        if current[key] or key in values:
            values[key] = (now_of[key], current[key])
    taken[claim.id] = run.taken
    return r.ClaimSettlement(
        claim, plan, identities, considered, env.total, tuple(run.steps), alternatives, bearers, before, current,
        requirements,
    )  # fmt: skip


def _required(q: p.Requirement, read: Read, collect: tuple[Collect, ...], env: Environment) -> r.RequirementResult:
    try:
        held = bool(read(env))
    except NoValue as error:
        raise no_case(env, q.text, error) from None
    return r.RequirementResult(q.text, held, collected(collect, env), q.origin)
