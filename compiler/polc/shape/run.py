"""A plan run on linear amounts: the same steps as settling, without rounding, asking a region instead of comparing."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from attrs import define, field, frozen

from polc import plan as p
from polc.shape.linear import Amount, Linear, NotLinear, Region, linear


class NeedFact(Exception):
    """The run reads a fact that nobody gave."""

    def __init__(self, fact: p.Fact) -> None:
        self.fact = fact
        super().__init__(fact.name)


class NoValue(Exception):
    """None of a term's cases fits."""


class Refused(Exception):
    """Settling refuses such a claim: a step outside the layers has no value for it."""


Arm = tuple[str, ...]
"""One way a step can go: layer, kind of step, its place, and which way."""


@frozen(eq=False, slots=False)
class Case:
    """What is fixed: identities held, facts given by name; costs are unknown."""

    identities: frozenset[str]
    facts: Mapping[str, p.Value]


@define(eq=False)
class Claim:
    """A claim on its way: cost parts, what layers paid, cuts, what is left to the person, arms taken."""

    parts: dict[str, Amount]
    total: Amount
    left: Amount
    considered: frozenset[str]
    paid: dict[str, Amount] = field(factory=dict)
    cuts: dict[str, Amount] = field(factory=dict)
    borne: dict[str, Amount] = field(factory=dict)
    overflow: dict[str, Amount] = field(factory=dict)
    packages: set[str] = field(factory=set)
    arms: set[Arm] = field(factory=set)
    adds: dict[str, Amount] = field(factory=dict)


@frozen(eq=False, slots=False)
class Outcome:
    """What a claim came to on a region: all amounts linear in fen."""

    left: Amount
    total: Amount
    paid: Mapping[str, Amount]
    borne: Mapping[str, Amount]
    state: Mapping[str, Amount]
    arms: frozenset[Arm]
    considered: str | None


def run_claim(
    plan: p.Plan, case: Case, region: Region, parts: Mapping[str, Amount], state: Mapping[str, Amount]
) -> Outcome:
    """The outcome of one claim with linear cost parts on a region.

    Raises `Split` or `NeedFact` where the region or the facts leave a question open, `NotLinear` where amounts are
    multiplied with each other, `Refused` where settling refuses the claim.
    """
    try:
        return _run_claim(plan, case, region, parts, state)
    except NoValue:
        raise Refused from None


def _run_claim(
    plan: p.Plan, case: Case, region: Region, parts: Mapping[str, Amount], state: Mapping[str, Amount]
) -> Outcome:
    runner = _Runner(plan, case, region, state)
    if isinstance(plan.root, p.HighestOf):
        held = [name for name in plan.root.identities if name in case.identities]
        if held:
            best: tuple[str, Claim] | None = None
            arms: set[Arm] = set()
            lefts: dict[str, Amount] = {}
            for name in held:
                claim = runner.claim(parts, frozenset([name]))
                runner.steps(claim)
                lefts[name] = claim.left
                better = best is None or (
                    plan.root.criterion == "least_left" and region.sign(claim.left - best[1].left) < 0
                )
                if better:
                    best = (name, claim)
            assert best is not None
            by_rank = plan.root.criterion == "rank"
            others = [left for name, left in lefts.items() if name != best[0]]
            if others and (by_rank or all(region.sign(left - best[1].left) > 0 for left in others)):
                arms.add(("就高", best[0]))  # alone the best one: by its place in the list alone nothing is won
            return runner.outcome(best[1], best[0], arms)
    claim = runner.claim(parts, case.identities)
    runner.steps(claim)
    return runner.outcome(claim, None, set())


class _Runner:
    """One run: the plan, the case, the region and the accumulators before the claim."""

    def __init__(self, plan: p.Plan, case: Case, region: Region, state: Mapping[str, Amount]) -> None:
        self.plan = plan
        self.case = case
        self.region = region
        self.state = state

    def claim(self, parts: Mapping[str, Amount], considered: frozenset[str]) -> Claim:
        total = parts["total"]
        return Claim(dict(parts), total, total, considered)

    def outcome(self, claim: Claim, considered: str | None, arms: set[Arm]) -> Outcome:
        state = dict(self.state)
        for key, amount in claim.adds.items():
            state[key] = state.get(key, 0) + amount
        for tally in self.plan.tallies:
            state[tally.accumulator] = state.get(tally.accumulator, 0) + self.value(tally.value, claim)
        return Outcome(
            claim.left, claim.total, claim.paid, claim.borne, state, frozenset(claim.arms | arms), considered
        )

    # ------------------------------------------------------------ expressions

    def value(self, e: p.Expr, claim: Claim) -> Any:
        """The value of an expression: a linear amount, a number, a text, a date, a truth."""
        return _VALUES[type(e)](self, e, claim)

    def holds(self, e: p.Expr, claim: Claim) -> bool:
        """Whether a condition holds on the region; a case that fits nothing does not."""
        try:
            return bool(self.value(e, claim))
        except NoValue:
            return False

    def fact(self, e: p.Fact, claim: Claim) -> p.Value:
        if e.name in self.case.facts:
            return self.case.facts[e.name]
        raise NeedFact(e)

    # ------------------------------------------------------------ steps

    def steps(self, claim: Claim) -> None:
        for step in self.plan.body.steps:
            if isinstance(step, p.Layer):
                _Layer(self, step, claim).run()
            elif isinstance(step, p.CopayCut):
                if step.condition is None or self.holds(step.condition, claim):
                    moved = self.within(self.value(step.amount, claim), claim.parts[step.part.part])
                    self.take(claim, (step.part.part,), moved)
                    claim.parts["copay"] = claim.parts["copay"] + moved
            elif isinstance(step, p.Exclusion):
                if step.condition is None or self.holds(step.condition, claim):
                    moved = self.within(self.value(step.amount, claim), claim.parts[step.part.part])
                    moved = self.region.smaller(moved, claim.left)
                    self.take(claim, (step.part.part,), moved)
                    self.give(claim, step.name, step.bearer, moved)
            elif isinstance(step, p.Control):
                self.control(step, claim)
            else:
                self.package(step, claim)

    def guarded(self, guards: tuple[p.Guard, ...], name: str, claim: Claim) -> bool:
        for i, guard in enumerate(guards):
            if not self.holds(guard.condition, claim):
                claim.arms.add((name, "guard", str(i), "fails"))
                return False
            claim.arms.add((name, "guard", str(i), "holds"))
        return True

    def within(self, amount: Amount, limit: Amount) -> Amount:
        return self.region.smaller(self.region.larger(amount, 0), limit)

    def take(self, claim: Claim, parts: tuple[str, ...], amount: Amount) -> None:
        for part in parts:
            taken = self.region.smaller(amount, claim.parts[part])
            claim.parts[part] = claim.parts[part] - taken
            amount = amount - taken

    def give(self, claim: Claim, name: str, bearer: str, amount: Amount) -> None:
        claim.cuts[name] = claim.cuts.get(name, 0) + amount
        if bearer != self.plan.bearers[-1][0]:
            claim.borne[bearer] = claim.borne.get(bearer, 0) + amount
            claim.left = claim.left - amount

    def control(self, step: p.Control, claim: Claim) -> None:
        if not self.guarded(step.guards, step.name, claim):
            return
        subject: Amount = 0
        for part in step.parts:
            subject = subject + claim.parts[part.part]
        over = self.region.larger(subject - self.value(step.limit, claim), 0)
        claim.arms.add((step.name, "control", "", "binds" if self.region.sign(over) > 0 else "free"))
        moved = self.region.smaller(over * step.share, claim.left)
        self.take(claim, tuple(part.part for part in step.parts), moved)
        self.give(claim, step.name, step.bearer, moved)

    def package(self, step: p.Package, claim: Claim) -> None:
        if not self.guarded(step.guards, step.name, claim):
            return
        price = self.value(step.price, claim)
        names = ("noncovered", "overlimit", "copay", "inscope")
        subject: Amount = 0
        for name in names:
            subject = subject + claim.parts[name]
        above = self.region.larger(subject - price, 0)
        claim.arms.add((step.name, "package", "", "above" if self.region.sign(above) > 0 else "within"))
        moved = self.region.smaller(above * step.share, claim.left)
        self.take(claim, names, above)
        if step.kind == "fixed":
            short = self.region.larger(price - subject, 0)
            claim.parts["inscope"] = claim.parts["inscope"] + short
            claim.parts["total"] = claim.parts["total"] + short
            claim.left, claim.total = claim.left + short, claim.total + short
        if step.scope == "whole":
            rest: Amount = 0
            for name in names:
                rest = rest + claim.parts[name]
                claim.parts[name] = 0
            claim.parts["inscope"] = rest
        claim.parts["noncovered"] = claim.parts["noncovered"] + (above - moved)
        self.give(claim, step.name, step.bearer, moved)
        claim.packages.add(step.name)


# ---------------------------------------------------------------- layers


class _Layer:
    """One layer on one claim, without rounding."""

    def __init__(self, runner: _Runner, layer: p.Layer, claim: Claim) -> None:
        self.r = runner
        self.layer = layer
        self.claim = claim
        self.region = runner.region

    def run(self) -> None:
        layer, claim = self.layer, self.claim
        if not self.r.guarded(layer.guards, layer.name, claim):
            self.kept_out()
            return
        held = []
        for i, tilt in enumerate(layer.tilts):
            active = self.r.holds(tilt.condition, claim)
            claim.arms.add((layer.name, "tilt", str(i), "applies" if active else "not"))
            if active:
                held.append(tilt)
        adjusts = [t for t in held if t.kind == "adjust"]
        tilts = [t for t in held if t.kind == "tilt"]
        try:
            if layer.rule == "best" and len(tilts) > 0:
                best: tuple[Amount, dict[str, Amount], Amount] | None = None
                for chosen in [*([t] for t in tilts), []]:
                    tried = self.work(self.ordered([*chosen, *adjusts]))
                    if best is None or self.region.sign(tried[0] - best[0]) > 0:
                        best = tried
                assert best is not None
                pay, adds, overflow = best
            else:
                chosen = tilts[:1] if layer.rule == "first" else tilts
                pay, adds, overflow = self.work(self.ordered([*chosen, *adjusts]))
        except NoValue:
            claim.arms.add((layer.name, "case", "", "none"))
            self.kept_out()
            return
        limited = self.region.smaller(pay, claim.left)
        claim.paid[layer.name] = limited
        claim.overflow[layer.name] = overflow
        for key, amount in adds.items():
            claim.adds[key] = claim.adds.get(key, 0) + amount
        for accumulator in self.r.plan.accumulators:
            if accumulator.owner == layer.name and accumulator.kind == "count":
                claim.adds[accumulator.key] = 1
            elif accumulator.owner == layer.name and accumulator.kind == "payments":
                claim.adds[accumulator.key] = 1 if self.region.sign(limited) > 0 else 0
        for key in self.paid_keys():
            claim.adds[key] = claim.adds.get(key, 0) + limited
        if layer.payer != self.r.plan.bearers[-1][0]:
            claim.borne[layer.payer] = claim.borne.get(layer.payer, 0) + limited
            claim.left = claim.left - limited

    def kept_out(self) -> None:
        """The layer does not apply: the base still counts where every claim does."""
        layer, claim = self.layer, self.claim
        claim.paid[layer.name] = 0
        if layer.base.accumulator and layer.base.every:
            base = self.base([])
            claim.adds[layer.base.accumulator] = base
            for step in layer.steps:
                if isinstance(step, p.Deductible) and step.kept_out:
                    claim.adds[step.kept_out] = base

    def ordered(self, tilts: list[p.Tilt]) -> list[p.Tilt]:
        return [tilt for tilt in self.layer.tilts if tilt in tilts]

    def paid_keys(self) -> list[str]:
        keys = [a.key for a in self.r.plan.accumulators if a.owner == self.layer.name and a.kind == "paid"]
        keys += [s.accumulator for s in self.layer.steps if isinstance(s, p.PaymentCap) and s.accumulator]
        return list(dict.fromkeys(keys))

    def before(self, key: str | None) -> Amount:
        """An accumulator before this claim, with what this claim added to it so far."""
        return 0 if key is None else self.r.state.get(key, 0) + self.claim.adds.get(key, 0)

    def changed(self, target: str, value: Amount | None, tilts: list[p.Tilt]) -> Amount | None:
        for tilt in tilts:
            for change in tilt.changes:
                if change.target != target:
                    continue
                if change.op == "none":
                    value = None
                    continue
                assert change.value is not None
                by = self.r.value(change.value, self.claim)
                if change.op == "=":
                    value = by
                elif value is not None:
                    value = value * by if change.op == "×" else value + by if change.op == "+" else value - by
                if value is not None:
                    value = self.region.larger(value, 0)
        return value

    def base(self, tilts: list[p.Tilt]) -> Amount:
        value = self.changed("base", self.r.value(self.layer.base.value, self.claim), tilts)
        return self.region.larger(value or 0, 0)

    def work(self, tilts: list[p.Tilt]) -> tuple[Amount, dict[str, Amount], Amount]:
        """Payment, accumulator changes and eligible cost above the caps, under some tilts."""
        layer, claim, region, value = self.layer, self.claim, self.region, self.r.value
        amount = base = self.base(tilts)
        before = self.before(layer.base.accumulator)
        adds: dict[str, Amount] = {}
        pay: Amount = 0
        within: Amount = 0
        cut: Amount = 0
        applied: Amount = 0
        overflow: Amount = 0
        entering = True
        last_paying = max(
            (i for i, x in enumerate(layer.steps) if isinstance(x, (p.BandPay, p.RatePay, p.FixedPay))), default=-1
        )
        for i, step in enumerate(layer.steps):
            if isinstance(step, p.CostCap):
                room = region.larger(value(step.value, claim) - self.before(step.accumulator), 0)
                after = region.smaller(amount, room)
                self.arm("cost_cap", i, "binds" if region.sign(amount - after) > 0 else "free")
                overflow = overflow + (amount - after)
                amount = after
                base = after if entering else base
                if step.accumulator:
                    adds[step.accumulator] = after
            elif isinstance(step, p.Deductible):
                entering = False
                within, cut, applied = self.deductible(i, step, amount, before, tilts, adds)
                amount = amount - applied
            elif isinstance(step, p.BandPay):
                entering = False
                paid = self.bands(i, step, amount, applied, within, cut, before, tilts, adds)
                pay = pay + paid
            elif isinstance(step, p.RatePay):
                entering = False
                share = self.changed("rate", value(step.value, claim), tilts) or 0
                share = region.smaller(share, 1)
                pay = pay + amount * share
            elif isinstance(step, p.FixedPay):
                pay = pay + region.larger(value(step.value, claim), 0)
            elif isinstance(step, p.TopUp):
                so_far: Amount = 0
                for name in step.counting:
                    so_far = so_far + (pay if name == layer.name else claim.paid.get(name, 0))
                missing = region.larger(value(step.value, claim) - so_far, 0)
                self.arm("top_up", i, "pays" if region.sign(missing) > 0 else "not")
                pay = pay + missing
            elif isinstance(step, p.Minimum):
                floor = region.smaller(value(step.value, claim), base)
                self.arm("minimum", i, "binds" if region.sign(floor - pay) > 0 else "free")
                pay = region.larger(pay, floor)
            elif isinstance(step, p.PaymentCap):
                limit = self.changed("cap", value(step.value, claim), tilts)
                if limit is None:
                    self.arm("cap", i, "removed")
                else:
                    room = region.larger(limit - self.before(step.accumulator), 0)
                    binds = region.sign(pay - room) > 0
                    self.arm("cap", i, "binds" if binds else "free")
                    if binds:
                        pay = room
            elif isinstance(step, p.Times):
                if region.sign(self.before(step.accumulator) - step.count) >= 0:
                    self.arm("times", i, "used up")
                    raise NoValue
                self.arm("times", i, "free")
            if i == last_paying:
                changed = self.changed("payment", pay, tilts)
                pay = changed if changed is not None else 0
        if layer.base.accumulator:
            adds[layer.base.accumulator] = base
        return region.larger(pay, 0), adds, overflow

    def arm(self, kind: str, place: int, way: str) -> None:
        self.claim.arms.add((self.layer.name, kind, str(place), way))

    def deductible(
        self, at: int, step: p.Deductible, amount: Amount, before: Amount, tilts: list[p.Tilt], adds: dict[str, Amount]
    ) -> tuple[Amount, Amount, Amount]:
        """What of the running sum lies within the deductible, where bands cut it off, and what is applied now."""
        region = self.region
        value: Amount = self.r.value(step.value, self.claim)
        if step.repeats:
            count = self.before(step.count)
            fitting = [x for x in step.repeats if region.sign(count + 1 - x.admission) >= 0]
            for repeat in fitting if step.chained else fitting[-1:]:
                by = self.r.value(repeat.value, self.claim)
                value = value * by if repeat.op == "×" else by if repeat.op == "=" else region.larger(value - by, 0)
            if fitting and step.floor is not None:
                value = region.larger(value, self.r.value(step.floor, self.claim))
        changed = self.changed("deductible", value, tilts)
        effective = region.larger(changed if changed is not None else 0, 0)
        if step.position == "base":
            used = region.smaller(before, effective)
            applied = region.smaller(before + amount, effective) - used
        else:
            used = self.before(step.accumulator)
            if step.position == "register":
                missing = region.larger(effective - used, 0)
                used = used + region.smaller(self.before(step.kept_out), missing)
            applied = region.smaller(amount, region.larger(effective - used, 0))
        if step.ceiling is not None:
            room = region.larger(self.r.value(step.ceiling, self.claim) - self.before(step.taken), 0)
            applied = region.smaller(applied, room)
        for key in {step.accumulator, step.taken} - {None}:
            adds[key or ""] = applied
        if region.sign(effective) > 0:
            self.arm("deductible", at, "used up" if region.sign(amount - applied) > 0 else "open")
        return used, used + applied if step.position == "register" else effective, applied

    def bands(
        self,
        at: int,
        step: p.BandPay,
        amount: Amount,
        applied: Amount,
        within: Amount,
        cut_off: Amount,
        before: Amount,
        tilts: list[p.Tilt],
        adds: dict[str, Amount],
    ) -> Amount:
        region = self.region
        over_base = step.over == "base"
        cut: Amount = 0
        if step.position == "claim":
            start = cut = applied if over_base else 0
        elif over_base:
            start = (before if step.position == "base" else self.before(step.accumulator)) + applied
            cut = cut_off
        elif step.position == "base":
            start = region.larger(before - within, 0)
        else:
            start = self.before(step.accumulator)
        end = start + amount
        if step.accumulator and step.position == "own":
            adds[step.accumulator] = applied + amount if over_base else amount
        if step.table.mode == "progressive":
            return self.progressive(at, step.table, start, end, tilts)
        paid = self.stepwise(at, step.table, cut, end, tilts) - self.stepwise(at, step.table, cut, start, tilts)
        return region.larger(paid, 0)

    def progressive(self, at: int, table: p.BandTable, start: Amount, end: Amount, tilts: list[p.Tilt]) -> Amount:
        region, pays = self.region, linear(0)
        for i, band in enumerate(table.bands):
            low = region.larger(start, self.r.value(band.lower, self.claim))
            high = end if band.upper is None else region.smaller(end, self.r.value(band.upper, self.claim))
            part = high - low
            entered = region.sign(part) > 0
            self.arm("band", at, f"{i} {'entered' if entered else 'not'}")
            if entered:
                rate = self.changed("rate", self.r.value(band.value, self.claim), tilts) or 0
                pays = pays + part * region.smaller(rate, 1)
        return pays

    def stepwise(self, at: int, table: p.BandTable, cut: Amount, end: Amount, tilts: list[p.Tilt]) -> Amount:
        region = self.region
        if region.sign(end - cut) <= 0:
            return 0
        for i, band in enumerate(table.bands):
            if band.upper is None or region.sign(end - self.r.value(band.upper, self.claim)) < 0:
                self.arm("band", at, f"{i} entered")
                value = self.changed("rate", self.r.value(band.value, self.claim), tilts) or 0
                return value if table.mode == "lump" else (end - cut) * value
        return 0


# ---------------------------------------------------------------- values of expressions


def _add(r: _Runner, e: p.Add, c: Claim) -> Any:
    total: Amount = 0
    for sign, term in e.terms:
        value = r.value(term, c)
        total = total + value if sign > 0 else total - value
    return total


def _multiply(r: _Runner, e: p.Multiply, c: Claim) -> Any:
    product: Amount = 1
    for factor in e.factors:
        product = product * r.value(factor, c)
    return product


def _divide(r: _Runner, e: p.Divide, c: Claim) -> Any:
    divisor = r.value(e.divisor, c)
    if isinstance(divisor, Linear):
        if not divisor.is_constant:
            raise NotLinear
        divisor = divisor.constant
    return r.value(e.dividend, c) * (1 / Fraction(divisor))


def _extreme(largest: bool) -> Callable[[_Runner, Any, Claim], Any]:
    def extreme(r: _Runner, e: Any, c: Claim) -> Any:
        found = r.value(e.arguments[0], c)
        for argument in e.arguments[1:]:
            value = r.value(argument, c)
            found = r.region.larger(found, value) if largest else r.region.smaller(found, value)
        return found

    return extreme


def _compare(r: _Runner, e: p.Compare, c: Claim) -> bool:
    left, right = r.value(e.left, c), r.value(e.right, c)
    if isinstance(left, Linear) or isinstance(right, Linear) or isinstance(left, (int, Fraction)):
        sign = r.region.sign(left - right)
    else:
        sign = (left > right) - (left < right)
    return {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0, "=": sign == 0, "!=": sign != 0}[e.op]


def _within(r: _Runner, e: p.Within, c: Claim) -> bool:
    value = r.value(e.value, c)
    found = bool(value & e.values) if isinstance(value, frozenset) else value in e.values
    return found != e.negated


def _cases(r: _Runner, e: p.Cases, c: Claim) -> Any:
    for i, arm in enumerate(e.arms):
        if r.holds(arm.condition, c):
            c.arms.add(case_arm(e, i))
            return r.value(arm.value, c)
    c.arms.add(case_arm(e, len(e.arms)))
    if e.otherwise is None:
        raise NoValue
    return r.value(e.otherwise, c)


def case_arm(cases: p.Cases, way: int) -> Arm:
    """The arm of a term's case by its number, that behind the last for all others; a term has no name of its own."""
    return ("", "case", str(id(cases)), str(way))


def _best(r: _Runner, e: p.BestOf, c: Claim) -> Any:
    whole = c.considered
    found: Any = None
    for identity in sorted(whole) or [""]:
        c.considered = frozenset([identity]) if identity else frozenset()
        try:
            value = r.value(e.value, c)
        except NoValue:
            continue
        finally:
            c.considered = whole
        if found is None:
            found = value
        else:
            found = r.region.larger(found, value) if e.best == "largest" else r.region.smaller(found, value)
    if found is None:
        raise NoValue
    return found


def _apply(r: _Runner, e: p.Apply, c: Claim) -> Any:
    value = r.value(e.value, c)
    layer = _Layer(r, next(x for x in r.plan.body.steps if isinstance(x, p.Layer)), c)
    if e.bands.mode == "progressive":
        return layer.progressive(-1, e.bands, 0, value, [])
    return layer.stepwise(-1, e.bands, 0, value, [])


def _date_part(r: _Runner, e: p.DatePart, c: Claim) -> Any:
    date = r.value(e.date, c)
    if e.part in ("month", "day", "year"):
        return getattr(date, e.part)
    if e.part == "year_end":
        return datetime.date(date.year, 12, 31)
    if e.part == "next_year":
        return datetime.date(date.year + 1, 1, 1)
    return datetime.date(date.year + date.month // 12, date.month % 12 + 1, 1)


def _borne(r: _Runner, e: p.Borne, c: Claim) -> Any:
    return c.left if e.field == r.plan.bearers[-1][0] else c.borne.get(e.field, 0)


def _unshaped(r: _Runner, e: Any, c: Claim) -> Any:
    raise NotLinear


_VALUES: dict[type, Callable[[_Runner, Any, Claim], Any]] = {
    p.Const: lambda r, e, c: e.value,
    p.Fact: lambda r, e, c: r.fact(e, c),
    p.Part: lambda r, e, c: c.parts[e.part],
    p.Paid: lambda r, e, c: c.paid.get(e.layer, 0),
    p.Cut: lambda r, e, c: c.cuts.get(e.name, 0),
    p.Overflow: lambda r, e, c: c.overflow.get(e.layer, 0),
    p.Left: lambda r, e, c: c.left,
    p.Borne: _borne,
    p.Tallied: lambda r, e, c: r.state.get(f"{e.name}.tally", 0),
    p.InPackage: lambda r, e, c: e.name in c.packages,
    p.Holds: lambda r, e, c: bool(c.considered & e.identities),
    p.Within: _within,
    p.Add: _add,
    p.Multiply: _multiply,
    p.Divide: _divide,
    p.Smallest: _extreme(False),
    p.Largest: _extreme(True),
    p.Compare: _compare,
    p.All: lambda r, e, c: all(r.holds(x, c) for x in e.conditions),
    p.Any: lambda r, e, c: any(r.holds(x, c) for x in e.conditions),
    p.Not: lambda r, e, c: not r.holds(e.condition, c),
    p.Cases: _cases,
    p.Rounded: lambda r, e, c: r.value(e.value, c),
    p.Apply: _apply,
    p.ItemsSum: _unshaped,
    p.Stacked: _unshaped,
    p.DateShift: _unshaped,
    p.DatePart: _date_part,
    p.DaysBetween: lambda r, e, c: (r.value(e.end, c) - r.value(e.start, c)).days,
    p.Named: lambda r, e, c: r.value(e.value, c),
    p.BestOf: _best,
}
