"""From a plan, a person and claims in order to what everyone bears, exact to the fen and with every step.

Theory: this is the reference that all other ways of settling are held against. A plan is made ready once (`_ready`);
then each claim runs through the steps in written order. Under 就高 by identity the steps run once per identity held,
each on its own copy of the claim's state, and the winner's state goes on.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar

from attrs import define, frozen

from pol_lang.problem import Problem, Problems, near_names
from polc import plan as p
from polc import settlement as r
from polc.arithmetic import Exact, whole
from polc.cut_cost import Cutting, cut_cost, no_case
from polc.evaluate import Collect, Environment, NoValue, Read, collected, collectors, is_constant, reader
from polc.pay_layer import LayerRun, Outcome
from polc.periods import account_period, periods, year_date, year_id

MOST = 10**15
"""The largest amount, in fen, that a claim can have anywhere."""


# ---------------------------------------------------------------- problems


class OutOfForce(Problem):
    """A claim is of a day on which a document the policy rests on is not in force: before the day it takes effect (or
    is applied back to), or after its last day.

    Settle the claim with the policy that was in force on its day.
    ---
    就诊的日期不在政策所依据文件的施行期内：早于施行日（或追溯日），或者晚于失效日。

    请用当时施行的政策来结算。
    """

    document: str = ""
    date: str = ""
    start: str = ""
    end: str = ""
    code = "C504"
    zh: ClassVar[str] = "{date} 不在“{document}”的施行期（{start}—{end}）内"
    en: ClassVar[str] = "“{document}” is in force {start} to {end}, not on {date}"
    hint_zh: ClassVar[str] = "用当时施行的政策来结算"
    hint_en: ClassVar[str] = "settle it with the policy that was in force on that day"


class AmountTooLarge(Problem):
    """An amount of a claim is larger than any settlement can be (10¹⁵ fen).
    ---
    就诊数据里有一个金额，大到不可能是结算金额（10¹⁵ 分）。
    """

    name: str = ""
    code = "C506"
    zh: ClassVar[str] = "“{name}”的金额大得不合理"
    en: ClassVar[str] = "the amount of “{name}” is absurdly large"
    hint_zh: ClassVar[str] = "检查单位：数据里的金额以元为单位"
    hint_en: ClassVar[str] = "check the unit: amounts are given in yuan"


class StayNotSplit(Problem):
    """A stay lies in two benefit years, and the policy settles each part in its own year, but the claim was given as
    one. polc cannot know which cost arose before the turn of the year.

    Give two claims, the second with `continues` and the first one's number.
    ---
    住院跨了两个待遇年度，政策规定各段分别计入各自的年度，但数据只给了一次就诊。哪些费用发生在年度交界之前，
    系统无从得知。

    请分成两次就诊给出，第二次用 `continues` 注明第一次的编号。
    """

    start: str = ""
    end: str = ""
    code = "C507"
    zh: ClassVar[str] = "{start} 至 {end} 的住院跨待遇年度，政策规定分段计算，但没有分开给出"
    en: ClassVar[str] = "the stay from {start} to {end} crosses a year boundary and has to be given as two claims"
    hint_zh: ClassVar[str] = "分成两次就诊，第二次用“接续”注明第一次的编号"
    hint_en: ClassVar[str] = "give two claims, the second with `continues` and the number of the first"


class UnknownContinued(Problem):
    """A claim says that it goes on with another claim's stay, but no earlier claim of the person has that number.
    ---
    一次就诊注明是另一次住院的继续，但这位参保人之前没有那个编号的就诊。
    """

    id: str = ""
    code = "C508"
    zh: ClassVar[str] = "没有编号为“{id}”的在先就诊"
    en: ClassVar[str] = "there is no earlier claim “{id}”"
    hint_zh: ClassVar[str] = "检查编号；被接续的就诊要写在前面"
    hint_en: ClassVar[str] = "check the id; the claim it continues comes before it"


class OutOfOrder(Problem):
    """A claim is of an earlier day than the one before it. What a year's accumulators hold depends on the order, so
    claims of a person are settled in order of their dates.
    ---
    一次就诊的日期早于前一次。年度累计与次序有关，同一参保人的就诊要按日期先后结算。
    """

    date: str = ""
    before: str = ""
    code = "C509"
    zh: ClassVar[str] = "{date} 的就诊排在 {before} 之后"
    en: ClassVar[str] = "a claim of {date} comes after one of {before}"
    hint_zh: ClassVar[str] = "按日期先后排列"
    hint_en: ClassVar[str] = "put the claims in order of their dates"


class UnknownAccumulator(Problem):
    """What was accumulated earlier is given under a name that the policy does not accumulate.
    ---
    “此前累计”里给出的名称，政策没有这样的累计数。
    """

    key: str = ""
    code = "C510"
    zh: ClassVar[str] = "政策没有名为“{key}”的累计数"
    en: ClassVar[str] = "the policy accumulates nothing named “{key}”"
    hint_zh: ClassVar[str] = '累计数写作 保障层.种类，例如 "大病保险.paid"；polc plan 列出全部'
    hint_en: ClassVar[str] = 'a running sum is written LAYER.KIND, for example "大病保险.paid"; polc plan lists all'


class PartsDoNotAdd(Problem):
    """The cost parts of a claim do not add up to its total, one is missing, or one is negative.

    The total is what is wholly out of the catalogue, above price limits, the first self-paid share and what is in the
    policy's scope, together.
    ---
    就诊的各费用部分相加不等于总额，或者缺了某一部分，或者有负数。

    总额＝全自费＋超限价自费＋先行自付＋政策范围内。
    """

    total: str = ""
    sum: str = ""
    code = "C512"
    zh: ClassVar[str] = "各费用部分合计 {sum} 元，总额 {total} 元，不相符"
    en: ClassVar[str] = "the cost parts add up to {sum} yuan, the total is {total} yuan"
    hint_zh: ClassVar[str] = "改正其中一项，使各部分之和等于总额"
    hint_en: ClassVar[str] = "mend one of them, so that the parts add up to the total"


class LaterPeriod(Problem):
    """A claim belongs to an earlier year or month than the accumulators given with the person already stand in.
    ---
    就诊所属的年度或月份，早于参保人的累计数已到达的年度或月份。
    """

    period: str = ""
    reached: str = ""
    code = "C513"
    zh: ClassVar[str] = "就诊属于 {period}，而累计数已到 {reached}"
    en: ClassVar[str] = "the claim belongs to {period}, but the accumulators have reached {reached}"
    hint_zh: ClassVar[str] = "按就诊所属的期间先后结算"
    hint_en: ClassVar[str] = "settle claims in order of the periods they belong to"


class Bug(Exception):
    """An invariant of settling does not hold: polc is wrong, whatever the policy and the claim."""


# ---------------------------------------------------------------- a plan made ready


@frozen(eq=False, repr=False, slots=False)
class _Ready:
    """A plan with its closures."""

    steps: tuple[Cutting | LayerRun, ...]
    keys: tuple[str, ...]
    period_of: Mapping[str, p.Period]
    own_years: tuple[p.Accumulator, ...]
    defaults: Mapping[str, p.Value]
    money: tuple[str, ...]
    stay: tuple[str, str] | None
    tallies: tuple[tuple[p.Tally, Read], ...]
    requirements: tuple[tuple[p.Requirement, Read, tuple[Collect, ...]], ...]
    fields: tuple[tuple[str, str], ...]
    broader: Mapping[str, frozenset[str]]
    order: tuple[str, ...]
    rank: Mapping[str, int]
    caps: tuple[tuple[str, Exact], ...]


@lru_cache(maxsize=64)
def _ready(plan: p.Plan) -> _Ready:
    by_field = {spec.field: spec.name for spec in plan.facts if spec.field and spec.of == "claim"}
    order = plan.root.identities if isinstance(plan.root, p.HighestOf) else ()
    names = [spec.name for spec in plan.identities]
    return _Ready(
        steps=tuple(
            LayerRun(step, plan.accumulators) if isinstance(step, p.Layer) else cut_cost(step)
            for step in plan.body.steps
        ),
        keys=tuple(a.key for a in plan.accumulators),
        period_of={a.key: a.period for a in plan.accumulators},
        own_years=tuple(a for a in plan.accumulators if a.start is not None),
        defaults={spec.name: spec.default for spec in plan.facts if spec.default is not None},
        money=tuple(spec.name for spec in plan.facts if spec.unit == "money" and spec.of == "claim"),
        stay=(by_field["begndate"], by_field["enddate"]) if {"begndate", "enddate"} <= by_field.keys() else None,
        tallies=tuple((tally, reader(tally.value)) for tally in plan.tallies),
        requirements=tuple((q, reader(q.condition), collectors(q.condition)) for q in plan.requirements),
        fields=plan.bearers,
        broader=_broader(plan.identities),
        order=order or tuple(names),
        rank={name: index for index, name in enumerate(dict.fromkeys([*order, *names]))},
        caps=constant_caps(plan),
    )


def _broader(identities: tuple[p.IdentitySpec, ...]) -> dict[str, frozenset[str]]:
    """Each name a person may hold, with all names that it counts as."""
    direct: dict[str, set[str]] = {spec.name: {spec.name} for spec in identities}
    for spec in identities:
        for narrow in spec.includes:
            direct.setdefault(narrow, {narrow}).add(spec.name)
    found: dict[str, frozenset[str]] = {}
    for name in direct:
        reached, todo = {name}, [name]
        while todo:
            for broad in direct.get(todo.pop(), ()):
                if broad not in reached:
                    reached.add(broad)
                    todo.append(broad)
        found[name] = frozenset(reached)
    return found


_RAISES = (p.TopUp, p.Minimum, p.BandPay, p.RatePay, p.FixedPay)


def constant_caps(plan: p.Plan) -> tuple[tuple[str, Exact], ...]:
    """Accumulators with the constant limit that nothing in the plan can lift or pass."""
    limits: dict[str, Exact] = {}
    loose: set[str] = set()
    for layer in (step for step in plan.body.steps if isinstance(step, p.Layer)):
        lifts = any(change.target == "cap" for tilt in layer.tilts for change in tilt.changes)
        for index, step in enumerate(layer.steps):
            if not isinstance(step, p.PaymentCap | p.CostCap) or step.accumulator is None:
                continue
            raised = isinstance(step, p.PaymentCap) and (
                lifts or any(isinstance(later, _RAISES) for later in layer.steps[index + 1 :])
            )
            value = reader(step.value)(Environment()) if is_constant(step.value) else None
            raised = raised or (isinstance(step, p.PaymentCap) and step.removed is not None)
            if raised or not isinstance(value, int | Fraction) or step.accumulator in loose:
                loose.add(step.accumulator)
                limits.pop(step.accumulator, None)
            else:
                limits[step.accumulator] = max(value, limits.get(step.accumulator, value))
    return tuple(limits.items())


# ---------------------------------------------------------------- the public function


def settle(
    plans: Callable[[datetime.date], p.Plan],
    person: r.Person,
    claims: Iterable[r.Claim],
    state: r.State | None = None,
) -> r.Settlement:
    """A person's claims settled in the order given, which is that of their dates, and the accumulators afterwards.

    `plans` gives the plan for a claim's date. `state` is what earlier claims left; it is not changed. Raises `Problems`
    at the first claim that cannot be settled, `Bug` where polc itself is wrong.
    """
    state = state or r.State()
    values = dict(state.values)
    taken = dict(state.taken)
    known = set(taken)
    done: list[r.ClaimSettlement] = []
    last: datetime.date | None = None
    for claim in claims:
        if last is not None and claim.date < last:
            raise Problems([OutOfOrder(where=_where(claim), date=claim.date.isoformat(), before=last.isoformat())])
        last = claim.date
        if claim.continues is not None and claim.continues not in known:
            raise Problems(
                [UnknownContinued(where=_where(claim), id=claim.continues, near=near_names(claim.continues, known))]
            )
        plan = plans(claim.date)
        done.append(_settle_claim(plan, _ready(plan), person, claim, values, taken))
        known.add(claim.id)
    return r.Settlement(person, tuple(done), r.State(values, taken))


def check_earlier(plan: p.Plan, state: r.State) -> tuple[Problem, ...]:
    """The problems of accumulators given by hand: keys that the plan does not accumulate."""
    known = {a.key for a in plan.accumulators}
    return tuple(UnknownAccumulator(key=key, near=near_names(key, known)) for key in state.values if key not in known)


def identities_of(person: r.Person, date: datetime.date) -> tuple[str, ...]:
    """The names of the identities a person holds on a day, each once, in the order given."""
    return tuple(
        dict.fromkeys(
            held.name
            for held in person.identities
            if (held.since is None or held.since <= date) and (held.until is None or date <= held.until)
        )
    )


@frozen(eq=False, repr=False)
class Standing:
    """What a person is on a day: the identities held (in the plan's order), all names that count with them, those that
    就高 considers and the names that count while each of these is considered."""

    names: tuple[str, ...]
    counts: frozenset[str]
    considered: tuple[str, ...]
    per_identity: tuple[frozenset[str], ...]


def standing_of(plan: p.Plan, person: r.Person, date: datetime.date) -> Standing:
    """What a person is to a plan on a day."""
    ready = _ready(plan)
    rank = ready.rank
    names = sorted(identities_of(person, date), key=lambda name: _place(ready, name, rank))
    counts = frozenset().union(*(ready.broader.get(name, frozenset((name,))) for name in names))
    held = tuple(identity for identity in ready.order if identity in counts)
    return Standing(tuple(names), counts, held, tuple(_considered(ready, identity, names) for identity in held))


def counts_as(plan: p.Plan, name: str) -> frozenset[str]:
    """An identity's own name and all wider ones that it counts as."""
    return _ready(plan).broader.get(name, frozenset((name,)))


# ---------------------------------------------------------------- one claim


def opening(
    plan: p.Plan, person: r.Person, claim: r.Claim, standing: Standing, before: Mapping[str, Exact]
) -> Environment:
    """The state of a claim before the first step, with everything counting that the person is; `before` are the
    accumulators."""
    ready, total = _ready(plan), claim.parts["total"]
    return Environment(
        claim=claim.facts, person=person.facts, items=claim.items, defaults=ready.defaults, parts=dict(claim.parts),
        total=total, left=total, identities=standing.counts, held=standing.per_identity,
        tallies={tally.name: before[tally.accumulator] for tally, _ in ready.tallies},
        person_field=ready.fields[-1][0], where=_where(claim),
    )  # fmt: skip


def runs_of(plan: p.Plan) -> tuple[Cutting | LayerRun, ...]:
    """The plan's steps ready to be applied, in written order."""
    return _ready(plan).steps


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


def _where(claim: r.Claim) -> str:
    return claim.id


def _settle_claim(
    plan: p.Plan,
    ready: _Ready,
    person: r.Person,
    claim: r.Claim,
    values: dict[str, tuple[str, Exact]],
    taken: dict[str, Mapping[str, Exact]],
) -> r.ClaimSettlement:
    """One claim; `values` and `taken` go on with what it accumulates."""
    problems = _check(plan, ready, claim)
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
                raise Problems([LaterPeriod(where=_where(claim), period=now, reached=stands[0])])
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


def _place(ready: _Ready, name: str, rank: Mapping[str, int]) -> int:
    return min((rank[broad] for broad in ready.broader.get(name, ()) if broad in rank), default=len(rank))


def _considered(ready: _Ready, identity: str, names: Sequence[str]) -> frozenset[str]:
    """The names that count while one identity is considered: it, what it counts as, and the narrower names held for
    which it stands."""
    chosen = set(ready.broader.get(identity, (identity,)))
    for name in names:
        if name not in ready.order and identity in ready.broader.get(name, ()):
            chosen.add(name)
    return frozenset(chosen)


def _check(plan: p.Plan, ready: _Ready, claim: r.Claim) -> list[Problem]:
    """What stands against settling a claim at all."""
    where, date, parts = _where(claim), claim.date, claim.parts
    problems: list[Problem] = []
    for document in plan.documents:
        start, end = document.applied_back or document.in_force, document.until
        if (start is not None and date < start) or (end is not None and date > end):
            problems.append(
                OutOfForce(
                    where=where,
                    document=document.title or document.policy,
                    date=date.isoformat(),
                    start=start.isoformat() if start else "",
                    end=end.isoformat() if end else "",
                )
            )
    amounts = [parts.get(part, -1) for part in ("noncovered", "overlimit", "copay", "inscope")]
    total = parts.get("total", -1)
    if total > MOST or max(amounts) > MOST:
        problems.append(AmountTooLarge(where=where, name="医疗费总额"))
    elif min(amounts) < 0 or sum(amounts) != total:  # nothing given counts as below 0
        problems.append(PartsDoNotAdd(where=where, total=_yuan(total), sum=_yuan(sum(amounts))))
    for name in ready.money:
        amount = claim.facts.get(name)
        if isinstance(amount, int | Fraction) and not -MOST <= amount <= MOST:
            problems.append(AmountTooLarge(where=where, name=name))
    if plan.year.split is not None and claim.continues is None and ready.stay is not None:
        begin, finish = (claim.facts.get(name) for name in ready.stay)
        if (
            isinstance(begin, datetime.date)
            and isinstance(finish, datetime.date)
            and year_id(begin, plan.year.start) != year_id(finish, plan.year.start)
        ):
            problems.append(StayNotSplit(where=where, start=begin.isoformat(), end=finish.isoformat()))
    return problems


def _yuan(amount: int) -> str:
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    return f"{sign}{amount // 100}.{amount % 100:02d}"


def _run(ready: _Ready, env: Environment, current: dict[str, Exact], continued: Mapping[str, Exact]) -> _Run:
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
    ready: _Ready,
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
    _hold(ready, claim, env, bearers, before, current, run.steps)
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


def _hold(
    ready: _Ready,
    claim: r.Claim,
    env: Environment,
    bearers: tuple[tuple[str, str, int], ...],
    before: Mapping[str, Exact],
    current: Mapping[str, Exact],
    steps: list[r.CutResult | r.LayerResult],
) -> None:
    """The invariants of a settlement; raises `Bug`."""
    if sum(amount for _, _, amount in bearers) != env.total:
        raise Bug(f"{claim.id}: the bearers do not add up to the total")
    if any(amount < 0 for _, _, amount in bearers):
        raise Bug(f"{claim.id}: a bearer bears less than nothing")
    for step in steps:
        if isinstance(step, r.LayerResult) and step.paid < 0:
            raise Bug(f"{claim.id}: {step.name} pays less than nothing")
    for key, limit in ready.caps:
        if current[key] > limit and current[key] > before[key]:
            raise Bug(f"{claim.id}: {key} is above its cap")
