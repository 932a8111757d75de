"""An expression of a plan for one case: everything that only hangs on facts and identities decided.

Theory: folding leaves nodes of the plan itself, without names and places, each kept once (`Kept`): what comes to the
same for two cases, or in two plans, is one object. What hangs on amounts stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from attrs import evolve

from pol_lang.problem import Problems
from polc import plan as p
from polc.arithmetic import whole
from polc.evaluate import Environment, evaluate, month_day
from polc.evaluate import NoValue as NoCase
from polc.shape.claim import NeedFact
from polc.shape.linear import NotLinear

T = TypeVar("T")
NOWHERE = p.Origin((), "", "")
YES, NO = p.Const(True, "bool"), p.Const(False, "bool")
NONE = p.Cases((), None, "number", "")
"""What has no value: none of its cases fits."""


class NeedIdentities(Exception):
    """The identities held are asked for."""


class Kept:
    """Every folded node, each kept once."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[object, ...], Any] = {}

    def one(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """The node of a key: the one there is, else a new one."""
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes[key] = make()
        return found

    def const(self, value: p.Value, unit: p.Unit) -> p.Const:
        """A constant; of its unit only is kept whether it is a rate."""
        if isinstance(value, bool):
            return YES if value else NO
        if isinstance(value, Fraction):
            value = whole(value)
        plain: p.Unit = "ratio" if unit == "ratio" else "number"
        return self.one((p.Const, type(value), value, plain), lambda: p.Const(value, plain))


class Folding:
    """Folds for a case: facts by name, and the names of the identities held (None: not known yet)."""

    def __init__(self, kept: Kept, facts: Mapping[str, p.Value], identities: frozenset[str] | None) -> None:
        self.kept = kept
        self.facts = facts
        self.identities = identities

    def expr(self, e: p.Expr) -> p.Expr:
        """The expression folded: a constant, `NONE`, or what hangs on amounts.

        Raises `NeedFact` and `NeedIdentities` for what is not known, `NotLinear` for sums over items.
        """
        return _FOLDS[type(e)](self, e)

    def condition(self, e: p.Expr) -> p.Expr:
        """A condition folded; one without a value does not hold."""
        found = self.expr(e)
        return NO if found is NONE else found

    def same(self, e: Any, key: tuple[object, ...], **changes: object) -> Any:
        """A node of the same kind with other operands."""
        return self.kept.one((type(e), *key), lambda: evolve(e, **changes))

    def computed(self, e: Any, unit: p.Unit, operands: tuple[p.Expr, ...], changes: dict[str, object]) -> p.Expr:
        """An expression with folded operands: its value where they are constants."""
        if NONE in operands:
            return NONE
        if not all(type(operand) is p.Const for operand in operands):
            return self.same(e, (*map(id, operands), *_own(e)), **changes)  # type: ignore[no-any-return]
        try:
            return self.kept.const(evaluate(evolve(e, **changes), Environment()), unit)
        except NoCase:
            return NONE
        except Problems:  # a quotient by zero: said where it is run
            return self.same(e, (*map(id, operands), *_own(e)), **changes)  # type: ignore[no-any-return]


def _own(e: p.Expr) -> tuple[object, ...]:
    """What a node says beside its operands."""
    match e:
        case p.Within():
            return e.values, e.negated
        case p.Compare():
            return (e.op,)
        case p.Rounded():
            return e.to, e.mode
        case p.DateShift():
            return (e.step,)
        case p.DatePart():
            return (e.part,)
    return ()


# ---------------------------------------------------------------- one function for each kind of expression


def _const(f: Folding, e: p.Const) -> p.Expr:
    return f.kept.const(e.value, e.unit)


def _fact(f: Folding, e: p.Fact) -> p.Expr:
    if e.name not in f.facts:
        raise NeedFact(e)
    return f.kept.const(f.facts[e.name], e.unit)


def _holds(f: Folding, e: p.Holds) -> p.Expr:
    if f.identities is None:
        raise NeedIdentities
    return NO if e.identities.isdisjoint(f.identities) else YES


_NAMES = {p.Part: "part", p.Paid: "layer", p.Cut: "name", p.Overflow: "layer", p.Borne: "field", p.Tallied: "name",
          p.InPackage: "name"}  # fmt: skip


def _amount(f: Folding, e: p.Expr) -> p.Expr:
    name = _NAMES.get(type(e))
    return f.kept.one((type(e), getattr(e, name) if name else ""), lambda: e)


def _named(f: Folding, e: p.Named) -> p.Expr:
    return f.expr(e.value)


def _add(f: Folding, e: p.Add) -> p.Expr:
    constant: Any = 0
    terms: list[tuple[Any, p.Expr]] = []
    for sign, term in e.terms:
        folded = f.expr(term)
        if folded is NONE:
            return NONE
        if type(folded) is p.Const:
            constant += sign * folded.value  # type: ignore[operator]
        else:
            terms.append((sign, folded))
    if not terms:
        return f.kept.const(constant, e.unit)
    if constant:
        terms.append((1, f.kept.const(constant, e.unit)))
    if len(terms) == 1 and terms[0][0] == 1:
        return terms[0][1]
    key = (p.Add, e.unit == "ratio", *((sign, id(term)) for sign, term in terms))
    return f.kept.one(key, lambda: p.Add(tuple(terms), e.unit))


def _multiply(f: Folding, e: p.Multiply) -> p.Expr:
    constant: Any = 1
    factors: list[p.Expr] = []
    for factor in e.factors:
        folded = f.expr(factor)
        if folded is NONE:
            return NONE
        if type(folded) is p.Const:
            constant *= folded.value
        else:
            factors.append(folded)
    if not factors or not constant:
        return f.kept.const(constant, e.unit)
    if constant != 1:
        factors.append(f.kept.const(constant, "number"))
    if len(factors) == 1:
        return factors[0]
    key = (p.Multiply, e.unit == "ratio", *map(id, factors))
    return f.kept.one(key, lambda: p.Multiply(tuple(factors), e.unit))


def _divide(f: Folding, e: p.Divide) -> p.Expr:
    dividend, divisor = f.expr(e.dividend), f.expr(e.divisor)
    return f.computed(e, e.unit, (dividend, divisor), {"dividend": dividend, "divisor": divisor})


def _extreme(f: Folding, e: p.Smallest | p.Largest) -> p.Expr:
    arguments = tuple(f.expr(argument) for argument in e.arguments)
    return f.computed(e, e.unit, arguments, {"arguments": arguments})


def _compare(f: Folding, e: p.Compare) -> p.Expr:
    left, right = f.expr(e.left), f.expr(e.right)
    if left is NONE or right is NONE:
        return NONE
    if type(left) is p.Const and type(right) is p.Const:
        a: Any = left.value
        b: Any = right.value
        if isinstance(a, tuple) or isinstance(b, tuple):
            a, b = month_day(a), month_day(b)
        if e.op in ("=", "!="):
            return YES if (a == b) == (e.op == "=") else NO
        return YES if {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[e.op] else NO
    return f.same(e, (id(left), id(right), e.op), left=left, right=right)  # type: ignore[no-any-return]


def _within(f: Folding, e: p.Within) -> p.Expr:
    value = f.expr(e.value)
    if type(value) is p.Const:
        of = value.value
        inside = bool(of & e.values) if isinstance(of, frozenset) else of in e.values
        return YES if inside != e.negated else NO
    return NONE if value is NONE else f.same(e, (id(value), e.values, e.negated), value=value)


def _all(f: Folding, e: p.All | p.Any) -> p.Expr:
    decides = NO if type(e) is p.All else YES
    left: list[p.Expr] = []
    for condition in e.conditions:
        folded = f.expr(condition)
        if folded is NONE and not left:
            return NONE
        if folded is decides and not left:
            return decides
        if type(folded) is not p.Const or folded is decides:
            left.append(folded)
            if folded is decides or folded is NONE:
                break
    if not left:
        return YES if decides is NO else NO
    if len(left) == 1:
        return left[0]
    return f.same(e, tuple(map(id, left)), conditions=tuple(left))  # type: ignore[no-any-return]


def _not(f: Folding, e: p.Not) -> p.Expr:
    folded = f.expr(e.condition)
    if folded is NONE:
        return NONE
    if type(folded) is p.Const:
        return NO if folded.value else YES
    return f.same(e, (id(folded),), condition=folded)  # type: ignore[no-any-return]


def _cases(f: Folding, e: p.Cases) -> p.Expr:
    arms: list[p.Arm] = []
    otherwise: p.Expr | None = None
    for arm in e.arms:
        condition = f.expr(arm.condition)
        if condition is NONE:  # asked for, it leaves all without a value
            otherwise = NONE
            break
        if condition is NO:
            continue
        value = f.expr(arm.value)
        if condition is YES:
            otherwise = value
            break
        arms.append(p.Arm(condition, value))
    else:
        otherwise = None if e.otherwise is None else f.expr(e.otherwise)
    if not arms:
        return NONE if otherwise is None else otherwise
    key = (p.Cases, tuple((id(arm.condition), id(arm.value)) for arm in arms), id(otherwise))
    return f.kept.one(key, lambda: p.Cases(tuple(arms), otherwise, e.unit, ""))


def _rounded(f: Folding, e: p.Rounded) -> p.Expr:
    value = f.expr(e.value)
    return f.computed(e, e.unit, (value,), {"value": value})


def _apply(f: Folding, e: p.Apply) -> p.Expr:
    value, table = f.expr(e.value), folded_table(f, e.bands)
    operands = (value, *(x for band in table.bands for x in (band.lower, band.upper, band.value) if x is not None))
    if NONE in operands:
        return NONE
    if all(type(x) is p.Const for x in operands):
        return f.kept.const(evaluate(p.Apply(table, value, e.unit), Environment()), e.unit)
    return f.same(e, (id(table), id(value)), bands=table, value=value)  # type: ignore[no-any-return]


def folded_table(f: Folding, table: p.BandTable) -> p.BandTable:
    """A band table with its edges and values folded."""
    bands: list[p.Band] = []
    for band in table.bands:
        lower, value = f.expr(band.lower), f.expr(band.value)
        upper = None if band.upper is None else f.expr(band.upper)
        key = (id(lower), band.lower_inclusive, id(upper), band.upper_inclusive, id(value))
        bands.append(f.same(band, key, lower=lower, upper=upper, value=value, origin=NOWHERE))
    ids = (table.mode, *map(id, bands))
    return f.same(table, ids, name="", bands=tuple(bands), origin=NOWHERE)  # type: ignore[no-any-return]


def _stacked(f: Folding, e: p.Stacked) -> p.Expr:
    if e.fact.name not in f.facts:
        raise NeedFact(e.fact)
    chosen = f.facts[e.fact.name]
    choices = chosen if isinstance(chosen, frozenset) else frozenset([chosen])
    arms = tuple((choice, f.expr(value)) for choice, value in e.arms if choice in choices)
    if len(arms) < len(choices):
        return NONE
    if any(type(value) is not p.Const for _, value in arms):
        raise NotLinear
    values = sorted((value.value for _, value in arms), reverse=True)  # type: ignore[union-attr,type-var]
    total: Any = sum((value * share for value, share in zip(values, e.shares, strict=False)), start=Fraction(0))  # type: ignore[operator]
    return f.kept.const(total, e.unit)


def _date_shift(f: Folding, e: p.DateShift) -> p.Expr:
    date, by = f.expr(e.date), f.expr(e.by)
    return f.computed(e, "date", (date, by), {"date": date, "by": by})


def _date_part(f: Folding, e: p.DatePart) -> p.Expr:
    date = f.expr(e.date)
    return f.computed(e, "number", (date,), {"date": date})


def _days(f: Folding, e: p.DaysBetween) -> p.Expr:
    start, end = f.expr(e.start), f.expr(e.end)
    return f.computed(e, "days", (start, end), {"start": start, "end": end})


def _best(f: Folding, e: p.BestOf) -> p.Expr:
    if f.identities is None:
        raise NeedIdentities
    whole_set, found = f.identities, []
    for identity in sorted(whole_set) or [""]:
        alone = Folding(f.kept, f.facts, frozenset([identity]) if identity else frozenset())
        value = alone.expr(e.value)
        if value is not NONE:
            found.append(value)
    if len(found) < 2:
        return found[0] if found else NONE
    kind = p.Largest if e.best == "largest" else p.Smallest
    return _extreme(f, kind(tuple(found), e.unit))


def _items(f: Folding, e: p.ItemsSum) -> p.Expr:
    raise NotLinear


_FOLDS: dict[type, Callable[[Folding, Any], p.Expr]] = {
    p.Const: _const, p.Fact: _fact, p.Part: _amount, p.Paid: _amount, p.Cut: _amount, p.Overflow: _amount,
    p.Left: _amount, p.Borne: _amount, p.Tallied: _amount, p.InPackage: _amount, p.Holds: _holds, p.Within: _within,
    p.Add: _add, p.Multiply: _multiply, p.Divide: _divide, p.Smallest: _extreme, p.Largest: _extreme,
    p.Compare: _compare, p.All: _all, p.Any: _all, p.Not: _not, p.Cases: _cases, p.Rounded: _rounded, p.Apply: _apply,
    p.ItemsSum: _items, p.Stacked: _stacked, p.DateShift: _date_shift, p.DatePart: _date_part, p.DaysBetween: _days,
    p.Named: _named, p.BestOf: _best,
}  # fmt: skip
