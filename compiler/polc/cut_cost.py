"""One step that cuts or moves cost, applied to a claim: first self-paid share, exclusion, control, package."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.arithmetic import fen, times
from polc.evaluate import Collect, Environment, NoValue, Read, collected, collectors, first_failed, reader, seen
from polc.settlement import CutResult, GuardStep, Seen

Cutting = Callable[[Environment], CutResult]

CUT_FIRST = ("noncovered", "overlimit", "copay", "inscope")
"""The order in which cost parts give way to an amount taken from the whole."""


class NoCaseFits(Problem):
    """A value has cases, and none of them fits this claim. In a layer that means that the layer does not apply; here
    nothing could be left out, so the claim cannot be settled.
    ---
    一个数值分情形规定，而这次就诊不符合其中任何一种。在保障层里这表示该层不适用；这里没有可以略去的，
    所以这次就诊不能结算。
    """

    name: str = ""
    place: str = ""
    code = "C503"
    zh: ClassVar[str] = "“{place}”里没有适用于这次就诊的情形{name}"
    en: ClassVar[str] = "no case in “{place}” fits this claim{name}"
    hint_zh: ClassVar[str] = "补上缺少的情形，或者写明“其他”"
    hint_en: ClassVar[str] = "add the case that is missing, or say what holds `otherwise`"


class NoPackagePrice(Problem):
    """A claim belongs to a package, but the package has no price for it.
    ---
    这次就诊属于病种包干，但没有规定适用的标准价。
    """

    name: str = ""
    code = "C511"
    zh: ClassVar[str] = "病种包干“{name}”没有适用于这次就诊的标准价"
    en: ClassVar[str] = "the package “{name}” has no price for this claim"
    hint_zh: ClassVar[str] = "在标准价里补上这种情形，或者用“当”把它排除在外"
    hint_en: ClassVar[str] = "add the case to the price, or keep such claims out with `when`"


def no_case(env: Environment, place: str, error: NoValue) -> Problems:
    """The problem of a value without a fitting case outside a layer."""
    name = getattr(error.cases, "name", "")
    return Problems([NoCaseFits(where=env.where, place=place, name=f" ({name})" if name and name != place else "")])


Checked = tuple[Read, tuple[Collect, ...], p.Expr, p.Origin]


def conditions(guards: tuple[p.Guard, ...]) -> tuple[Checked, ...]:
    """Guards ready to be tried."""
    return tuple((reader(g.condition), collectors(g.condition), g.condition, g.origin) for g in guards)


def try_conditions(checked: tuple[Checked, ...], env: Environment, steps: list[GuardStep]) -> bool:
    """Whether all conditions hold; they are tried in order up to the first that does not, and put into `steps`."""
    for read, collect, condition, origin in checked:
        try:
            held = bool(read(env))
        except NoValue:
            held = False
        if held:
            steps.append(GuardStep(condition, True, None, collected(collect, env), origin))
        else:
            failed = first_failed(condition, env)
            steps.append(GuardStep(condition, False, failed, collected(collect, env), origin))
            return False
    return True


def cut_cost(step: p.CopayCut | p.Exclusion | p.Control | p.Package) -> Cutting:
    """A function that applies the step to the state of a claim and says what it did.

    It raises `Problems` where the claim cannot be settled.
    """
    if isinstance(step, p.CopayCut):
        return _copay(step)
    if isinstance(step, p.Exclusion):
        return _exclusion(step)
    return _control(step) if isinstance(step, p.Control) else _package(step)


def _take(parts: dict[str, int], part: str, amount: int) -> None:
    """Takes an amount (at most the part) out of a part; the total stays what was billed."""
    for name in CUT_FIRST if part == "total" else (part,):
        taken = min(amount, parts[name])
        parts[name] -= taken
        amount -= taken


def _give(env: Environment, bearer: str, amount: int) -> None:
    """Lets a bearer bear an amount that the person bore so far."""
    if amount and bearer != env.person_field:
        env.borne[bearer] = env.borne.get(bearer, 0) + amount
        env.left -= amount


def _at_most_left(amount: int, bearer: str, env: Environment) -> int:
    """What can still change bearer: no more than the person bears, since layers before may have paid the cost."""
    return amount if bearer == env.person_field else min(amount, max(0, env.left))


def _amount(read: Read, env: Environment, place: str) -> int:
    """An amount half-up to the fen, not below 0."""
    try:
        return max(0, fen(read(env)))
    except NoValue as error:
        raise no_case(env, place, error) from None


def _copay(step: p.CopayCut) -> Cutting:
    amount_of, part, name, given = reader(step.amount), step.part.part, step.name or step.part.name, step.name
    checked = conditions(() if step.condition is None else (p.Guard(step.condition, step.origin),))
    collect = collectors(step.amount)

    def cut(env: Environment) -> CutResult:
        guards: list[GuardStep] = []
        parts, subject, moved = env.parts, env.parts[part], 0
        saw: Seen = ()
        applies = try_conditions(checked, env, guards)
        if applies:
            moved = min(_amount(amount_of, env, name), subject)
            saw = collected(collect, env)
            _take(parts, part, moved)
            parts["copay"] += moved
            if given is not None:
                env.cuts[given] = moved
        return CutResult(
            "copay", name, applies, tuple(guards), step.amount, saw, subject, None, moved, None, "", env.left,
            dict(parts), step.origin,
        )  # fmt: skip

    return cut


def _exclusion(step: p.Exclusion) -> Cutting:
    amount_of, part = reader(step.amount), step.part.part
    checked = conditions(() if step.condition is None else (p.Guard(step.condition, step.origin),))
    collect = collectors(step.amount)

    def cut(env: Environment) -> CutResult:
        guards: list[GuardStep] = []
        subject, moved = env.parts[part], 0
        saw: Seen = ()
        applies = try_conditions(checked, env, guards)
        if applies:
            moved = _at_most_left(min(_amount(amount_of, env, step.name), subject), step.bearer, env)
            saw = collected(collect, env)
            _take(env.parts, part, moved)
            _give(env, step.bearer, moved)
            env.cuts[step.name] = env.cuts.get(step.name, 0) + moved
        return CutResult(
            "exclusion", step.name, applies, tuple(guards), step.amount, saw, subject, None, moved, step.bearer,
            step.bearer_name, env.left, dict(env.parts), step.origin,
        )  # fmt: skip

    return cut


def _control(step: p.Control) -> Cutting:
    limit_of, collect, checked = reader(step.limit), collectors(step.limit), conditions(step.guards)
    parts = tuple(part.part for part in step.parts)

    def cut(env: Environment) -> CutResult:
        guards: list[GuardStep] = []
        subject, limit, moved = sum(env.parts[part] for part in parts), None, 0
        saw: Seen = ()
        applies = try_conditions(checked, env, guards)
        if applies:
            limit = _amount(limit_of, env, step.name)
            saw = collected(collect, env)
            moved = _at_most_left(fen(times(max(0, subject - limit), step.share)), step.bearer, env)
            left = moved
            for part in parts:
                taken = min(left, env.parts[part])
                _take(env.parts, part, taken)
                left -= taken
            moved -= left
            _give(env, step.bearer, moved)
            env.cuts[step.name] = env.cuts.get(step.name, 0) + moved
        return CutResult(
            "control", step.name, applies, tuple(guards), step.limit, saw, subject, limit, moved, step.bearer,
            step.bearer_name, env.left, dict(env.parts), step.origin,
        )  # fmt: skip

    return cut


def _package(step: p.Package) -> Cutting:
    price_of, checked = reader(step.price), conditions(step.guards)

    def cut(env: Environment) -> CutResult:
        guards: list[GuardStep] = []
        parts, price, moved = env.parts, None, 0
        subject = sum(parts[name] for name in CUT_FIRST)
        saw: Seen = ()
        applies = try_conditions(checked, env, guards)
        if applies:
            try:
                price = max(0, fen(price_of(env)))
            except NoValue:
                raise Problems([NoPackagePrice(where=env.where, name=step.name)]) from None
            saw = seen(step.price, env)
            excess = max(0, subject - price)
            moved = _at_most_left(fen(times(excess, step.share)), step.bearer, env)
            _take(parts, "total", excess)
            if step.kind == "fixed" and subject < price:  # the price is owed even where the cost is lower
                parts["inscope"] += price - subject
                parts["total"] += price - subject
                env.left += price - subject
                env.total += price - subject
            if step.scope == "whole":
                parts.update(noncovered=0, overlimit=0, copay=0, inscope=sum(parts[name] for name in CUT_FIRST))
            parts["noncovered"] += excess - moved  # the person's share of the excess is nobody's to pay for
            _give(env, step.bearer, moved)
            env.cuts[step.name] = env.cuts.get(step.name, 0) + moved
            env.packages.add(step.name)
        return CutResult(
            "package", step.name, applies, tuple(guards), step.price, saw, subject, price, moved, step.bearer,
            step.bearer_name, env.left, dict(parts), step.origin,
        )  # fmt: skip

    return cut
