"""Values of plan expressions on a region: linear amounts, numbers, texts, dates, truths."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from polc import plan as p
from polc.arithmetic import rounded
from polc.evaluate import Environment, evaluate, month_day
from polc.shape.claim import Arm, Claim, NoValue, Refused, Run
from polc.shape.linear import Amount, Linear, NotLinear, Number, Region

FINEST = 100
"""Amounts that are not known are rounded to at most this many fen for their rounding to be left out."""


def value(e: p.Expr, run: Run, claim: Claim) -> Any:
    """The value of an expression: a linear amount, a number, a text, a date, a truth.

    Raises `Split` and `NeedFact` for an open question, `NoValue` where no case fits, `NotLinear` where amounts are
    multiplied, `Refused` where settling refuses the claim.
    """
    if type(e) is p.Const:
        return e.value
    return _VALUES[type(e)](e, run, claim)


def holds(e: p.Expr, run: Run, claim: Claim) -> bool:
    """Whether a condition holds on the region; a case that fits nothing does not."""
    try:
        return bool(value(e, run, claim))
    except NoValue:
        return False


def case_arm(cases: p.Cases, way: int) -> Arm:
    """The arm of a term's case by its number, that behind the last for all others; a term has no name of its own."""
    return ("", "case", str(id(cases)), str(way))


def apply_bands(
    region: Region, mode: str, edges: Sequence[tuple[Amount, bool, Amount | None, bool]], rates: Sequence[Number],
    amount: Amount,
) -> Amount:  # fmt: skip
    """What bands give for an amount from zero."""
    if mode == "progressive":
        return progressive(region, edges, rates, 0, amount)[0]
    return stepwise(region, mode, edges, rates, 0, amount)[0]


def progressive(
    region: Region, edges: Sequence[tuple[Amount, bool, Amount | None, bool]], rates: Sequence[Number], start: Amount,
    end: Amount,
) -> tuple[Amount, list[bool]]:  # fmt: skip
    """What bands pay between two coordinates, each stretch at its own band's rate; and which bands were entered."""
    pays: Amount = 0
    entered: list[bool] = []
    for (lower, _, upper, _), rate in zip(edges, rates, strict=True):
        low = region.larger(start, lower)
        part = (end if upper is None else region.smaller(end, upper)) - low
        if region.to_the_fen:
            pays = pays + region.larger(part, 0) * rate
            continue
        inside = region.sign(part) > 0
        entered.append(inside)
        if inside:
            pays = pays + part * rate
    return pays, entered


def stepwise(
    region: Region, mode: str, edges: Sequence[tuple[Amount, bool, Amount | None, bool]], rates: Sequence[Number],
    cut: Amount, end: Amount,
) -> tuple[Amount, int]:  # fmt: skip
    """What a whole-amount or lump-sum table pays up to a coordinate, nothing up to `cut`; and the band it is in."""
    if region.sign(end - cut) <= 0:
        return 0, -1
    for at, (_, _, upper, included) in enumerate(edges):
        if upper is not None:
            side = region.sign(end - upper, sharp=True)
            if side > 0 or (side == 0 and not included):
                continue
        return (rates[at] if mode == "lump" else (end - cut) * rates[at]), at
    return 0, -1


# ---------------------------------------------------------------- one function for each kind of expression


def _add(e: p.Add, run: Run, c: Claim) -> Any:
    total: Any = 0
    for sign, term in e.terms:
        part = value(term, run, c)
        total = total + part if sign > 0 else total - part
    return total


def _multiply(e: p.Multiply, run: Run, c: Claim) -> Any:
    product: Any = 1
    for factor in e.factors:
        product = product * value(factor, run, c)
    return product


def _divide(e: p.Divide, run: Run, c: Claim) -> Any:
    divisor = value(e.divisor, run, c)
    if isinstance(divisor, Linear):
        if not divisor.is_constant:
            raise NotLinear
        divisor = divisor.constant
    if not divisor:
        raise Refused
    return value(e.dividend, run, c) * (1 / Fraction(divisor))


def _smallest(e: p.Smallest, run: Run, c: Claim) -> Any:
    found = value(e.arguments[0], run, c)
    for argument in e.arguments[1:]:
        found = run.region.smaller(found, value(argument, run, c))
    return found


def _largest(e: p.Largest, run: Run, c: Claim) -> Any:
    found = value(e.arguments[0], run, c)
    for argument in e.arguments[1:]:
        found = run.region.larger(found, value(argument, run, c))
    return found


def _compare(e: p.Compare, run: Run, c: Claim) -> bool:
    left, right = value(e.left, run, c), value(e.right, run, c)
    if isinstance(left, tuple) or isinstance(right, tuple):
        left, right = month_day(left), month_day(right)
    if isinstance(left, Linear) or isinstance(right, Linear) or isinstance(left, (int, Fraction)):
        sign = run.region.sign(left - right, sharp=True)
    elif e.op in ("=", "!="):
        return bool(left == right) == (e.op == "=")
    else:
        sign = (left > right) - (left < right)
    held = {"<": sign < 0, "<=": sign <= 0, ">": sign > 0, ">=": sign >= 0, "=": sign == 0, "!=": sign != 0}
    return held[e.op]


def _within(e: p.Within, run: Run, c: Claim) -> bool:
    found = value(e.value, run, c)
    inside = bool(found & e.values) if isinstance(found, frozenset) else found in e.values
    return inside != e.negated


def _cases(e: p.Cases, run: Run, c: Claim) -> Any:
    for way, arm in enumerate(e.arms):
        if value(arm.condition, run, c):
            if c.arms is not None:
                c.arms.add(case_arm(e, way))
            return value(arm.value, run, c)
    if c.arms is not None:
        c.arms.add(case_arm(e, len(e.arms)))
    if e.otherwise is None:
        raise NoValue
    return value(e.otherwise, run, c)


def _best(e: p.BestOf, run: Run, c: Claim) -> Any:
    whole = c.considered
    found: Any = None
    for identity in sorted(whole) or [""]:
        c.considered = frozenset([identity]) if identity else frozenset()
        try:
            one = value(e.value, run, c)
        except NoValue:
            continue
        finally:
            c.considered = whole
        if found is None:
            found = one
        else:
            found = run.region.larger(found, one) if e.best == "largest" else run.region.smaller(found, one)
    if found is None:
        raise NoValue
    return found


def _apply(e: p.Apply, run: Run, c: Claim) -> Any:
    bands = e.bands.bands
    edges = [
        (value(b.lower, run, c), b.lower_inclusive, None if b.upper is None else value(b.upper, run, c),
         b.upper_inclusive) for b in bands
    ]  # fmt: skip
    return apply_bands(run.region, e.bands.mode, edges, [value(b.value, run, c) for b in bands], value(e.value, run, c))


def _rounded(e: p.Rounded, run: Run, c: Claim) -> Any:
    found = value(e.value, run, c)
    if isinstance(found, Linear):
        if not found.is_constant:
            if e.to > FINEST:
                raise NotLinear
            return run.region.rounded(found, e.to, e.mode)
        found = found.constant
    return rounded(found, e.to, e.mode)


def _stacked(e: p.Stacked, run: Run, c: Claim) -> Any:
    chosen = run.fact(e.fact)
    choices = chosen if isinstance(chosen, frozenset) else frozenset([chosen])
    arms = dict(e.arms)
    if not choices <= arms.keys():
        raise NoValue
    values = [value(arms[choice], run, c) for choice in choices if isinstance(choice, str)]
    if any(isinstance(x, Linear) for x in values):
        raise NotLinear
    total: Number = 0
    for one, share in zip(sorted(values, reverse=True), e.shares, strict=False):
        total += one * share
    return total


def _date_shift(e: p.DateShift, run: Run, c: Claim) -> Any:
    date, by = value(e.date, run, c), value(e.by, run, c)
    if isinstance(by, Linear):
        raise NotLinear
    return evaluate(p.DateShift(p.Const(date, "date"), p.Const(by, "number"), e.step), Environment())


def _date_part(e: p.DatePart, run: Run, c: Claim) -> Any:
    date = value(e.date, run, c)
    if e.part in ("month", "day", "year"):
        return getattr(date, e.part)
    if e.part == "year_end":
        return datetime.date(date.year, 12, 31)
    if e.part == "next_year":
        return datetime.date(date.year + 1, 1, 1)
    return datetime.date(date.year + date.month // 12, date.month % 12 + 1, 1)


def _borne(e: p.Borne, run: Run, c: Claim) -> Any:
    return c.left if e.field == run.person else c.borne.get(e.field, 0)


def _unshaped(e: Any, run: Run, c: Claim) -> Any:
    raise NotLinear


_VALUES: dict[type, Callable[[Any, Run, Claim], Any]] = {
    p.Const: lambda e, run, c: e.value,
    p.Fact: lambda e, run, c: run.fact(e),
    p.Part: lambda e, run, c: c.parts[e.part],
    p.Paid: lambda e, run, c: c.paid.get(e.layer, 0),
    p.Cut: lambda e, run, c: c.cuts.get(e.name, 0),
    p.Overflow: lambda e, run, c: c.overflow.get(e.layer, 0),
    p.Left: lambda e, run, c: c.left,
    p.Borne: _borne,
    p.Tallied: lambda e, run, c: run.state.get(f"{e.name}.tally", 0),
    p.InPackage: lambda e, run, c: e.name in c.packages,
    p.Holds: lambda e, run, c: bool(c.considered & e.identities),
    p.Within: _within,
    p.Add: _add,
    p.Multiply: _multiply,
    p.Divide: _divide,
    p.Smallest: _smallest,
    p.Largest: _largest,
    p.Compare: _compare,
    p.All: lambda e, run, c: all(value(x, run, c) for x in e.conditions),
    p.Any: lambda e, run, c: any(value(x, run, c) for x in e.conditions),
    p.Not: lambda e, run, c: not value(e.condition, run, c),
    p.Cases: _cases,
    p.Rounded: _rounded,
    p.Apply: _apply,
    p.ItemsSum: _unshaped,
    p.Stacked: _stacked,
    p.DateShift: _date_shift,
    p.DatePart: _date_part,
    p.DaysBetween: lambda e, run, c: (value(e.end, run, c) - value(e.start, run, c)).days,
    p.Named: lambda e, run, c: value(e.value, run, c),
    p.BestOf: _best,
}
