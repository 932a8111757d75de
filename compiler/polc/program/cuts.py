"""From steps that cut or move cost to statements; the sums are those of `cut_cost`."""

from __future__ import annotations

from fractions import Fraction

from polc import plan as p
from polc.cut_cost import CUT_FIRST
from polc.program.asked import may_lack
from polc.program.exact import (
    Code,
    compared,
    literal,
    minus,
    multiple,
    never_negative,
    not_below_zero,
    plus,
    product,
    smaller,
    to_fen,
    total,
)
from polc.program.making import NO, YES, ZERO
from polc.program.nodes import Node
from polc.program.scalar import Scalars

Cut = p.CopayCut | p.Exclusion | p.Control | p.Package


def write_cut(scalars: Scalars, step: Cut) -> str:
    """Writes the statements of a step; the name of the variable with the amount it moved."""
    build, symbols = scalars.build, scalars.symbols
    moved = build.name("m")
    build.assign(moved, ZERO)
    conditions: tuple[p.Expr, ...]
    if isinstance(step, p.CopayCut | p.Exclusion):
        conditions = () if step.condition is None else (step.condition,)
    else:
        conditions = tuple(guard.condition for guard in step.guards)
    package = build.name("g") if isinstance(step, p.Package) else ""
    if package:
        build.assign(package, NO)
    head = condition_of(scalars, conditions)
    with scalars.branch(), build.when(head):
        if isinstance(step, p.CopayCut):
            _copay(scalars, step, moved)
        elif isinstance(step, p.Exclusion):
            _exclusion(scalars, step, moved)
        elif isinstance(step, p.Control):
            _control(scalars, step, moved)
        else:
            _package(scalars, step, moved)
            build.assign(package, YES)
    if isinstance(step, p.Package):
        symbols.packages.setdefault(step.name, []).append(package)
    if step.name is not None:
        symbols.cuts.setdefault(step.name, []).append(moved)
    if not isinstance(step, p.CopayCut) and step.bearer != symbols.person_field:
        symbols.borne.setdefault(step.bearer, []).append(moved)
    return moved


def condition_of(scalars: Scalars, conditions: tuple[p.Expr, ...]) -> Node:
    """Conditions tried in order, after statements that they may need. One that has no value does not hold."""
    if not conditions:
        return YES
    build = scalars.build
    if not any(map(may_lack, conditions)):
        return scalars.condition(p.All(conditions)) if len(conditions) > 1 else scalars.condition(conditions[0])
    held = build.name("t")
    build.assign(held, NO)
    with build.attempt(), scalars.branch():
        build.assign(held, scalars.condition(p.All(conditions)))
    return build.get(held)


def _amount(scalars: Scalars, value: p.Expr) -> Code:
    """An amount half-up to the fen, not below 0; where it has no value the claim is refused, by the interpreter."""
    return not_below_zero(to_fen(scalars(value)))


def _part(scalars: Scalars, name: str) -> Code:
    return scalars.build.code(name)


def _reduce(scalars: Scalars, name: str, amount: Code) -> None:
    """Takes an amount that is not above a variable out of it."""
    scalars.build.put(name, never_negative(minus(_part(scalars, name), amount)))


def _take(scalars: Scalars, part: str, amount: Code) -> None:
    """Takes an amount out of a part; what a part has not is taken from the next."""
    build = scalars.build
    if part != "total":
        _reduce(scalars, part, build.hold(smaller(amount, _part(scalars, part))))
        return
    rest = amount
    for name in CUT_FIRST:
        taken = build.hold(smaller(rest, _part(scalars, name)))
        _reduce(scalars, name, taken)
        rest = build.hold(never_negative(minus(rest, taken)))


def _give(scalars: Scalars, bearer: str, amount: Code) -> None:
    if bearer != scalars.symbols.person_field:
        scalars.build.put("left", never_negative(minus(_part(scalars, "left"), amount)))


def _at_most_left(scalars: Scalars, amount: Code, bearer: str) -> Code:
    if bearer == scalars.symbols.person_field:
        return amount
    return smaller(amount, not_below_zero(_part(scalars, "left")))


def _copay(scalars: Scalars, step: p.CopayCut, moved: str) -> None:
    build, part = scalars.build, step.part.part
    amount = smaller(_amount(scalars, step.amount), _part(scalars, part))
    gone = build.put(moved, amount)
    _take(scalars, part, gone)
    build.assign("copay", plus(_part(scalars, "copay"), gone).node)


def _exclusion(scalars: Scalars, step: p.Exclusion, moved: str) -> None:
    build, part = scalars.build, step.part.part
    amount = smaller(_amount(scalars, step.amount), _part(scalars, part))
    gone = build.put(moved, _at_most_left(scalars, amount, step.bearer))
    _take(scalars, part, gone)
    _give(scalars, step.bearer, gone)


def _share(amount: Code, share: Fraction) -> Code:
    return multiple(product(amount, literal(share)), 1, "half_up")


def _control(scalars: Scalars, step: p.Control, moved: str) -> None:
    build = scalars.build
    limit = build.hold(_amount(scalars, step.limit))
    subject = total((1, _part(scalars, part.part)) for part in step.parts)
    excess = not_below_zero(minus(subject, limit))
    amount = build.hold(_at_most_left(scalars, _share(excess, step.share), step.bearer))
    rest = amount
    for part in step.parts:
        taken = build.hold(smaller(rest, _part(scalars, part.part)))
        _take(scalars, part.part, taken)
        rest = build.hold(never_negative(minus(rest, taken)))
    gone = build.put(moved, never_negative(minus(amount, rest)))
    _give(scalars, step.bearer, gone)


def _package(scalars: Scalars, step: p.Package, moved: str) -> None:
    build = scalars.build
    price = build.hold(_amount(scalars, step.price))
    subject = build.hold(total((1, _part(scalars, name)) for name in CUT_FIRST))
    excess = build.hold(not_below_zero(minus(subject, price)))
    gone = build.put(moved, _at_most_left(scalars, _share(excess, step.share), step.bearer))
    _take(scalars, "total", excess)
    if step.kind == "fixed":  # the price is owed even where the cost is lower
        with build.when(compared("<", subject, price)):
            lacking = build.hold(never_negative(minus(price, subject)))
            for name in ("inscope", "total", "left"):
                build.assign(name, plus(_part(scalars, name), lacking).node)
    if step.scope == "whole":
        build.assign("inscope", total((1, _part(scalars, name)) for name in CUT_FIRST).node)
        for name in ("noncovered", "overlimit", "copay"):
            build.assign(name, ZERO)
    rest = never_negative(minus(excess, gone))
    build.assign("noncovered", plus(_part(scalars, "noncovered"), rest).node)
    _give(scalars, step.bearer, gone)
