"""What conditions saw: the names in them with their values, what chose among cases, how far a condition was from
holding."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from fractions import Fraction

from polc import plan as p
from polc.evaluate import children, day_of_year, unit_of
from polc.explain.figures import figure
from polc.explain.formula import SIGNS, leaves, numeric, shown_name
from polc.explain.wording import Words
from polc.explain.worth import Values, chosen_arm, found, is_number, values_of, worth
from polc.settlement import Seen

_NUMERIC = frozenset({"money", "ratio", "points", "number", "days", "workdays", "months", "years"})


def observed(expr: p.Expr, seen: Seen, w: Words) -> str:
    """What the names of a condition were: "规范转诊 = 否，病种 = 感冒"; empty where it names nothing that was seen.

    Beside a value stands what makes it so: which identity counts, or that nobody declared it.
    """
    return w.joined(_told(expr, values_of(seen), w))


def _told(expr: p.Expr, values: Values, w: Words) -> list[str]:
    told: dict[str, str] = {}
    for leaf in leaves(expr):
        known, name = found(leaf, values), shown_name(leaf, w)
        if known is not None and name is not None and name not in told:
            told[name] = f"{name} = {figure(*known, w)}{remark(leaf, known[0], w)}"
    return list(told.values())


def remark(leaf: p.Expr, value: p.Value, w: Words) -> str:
    """What stands in brackets beside a value: the identities that make it so, or that it was not declared."""
    told = ""
    if isinstance(leaf, p.Fact) and leaf.name in w.known.undeclared:
        told = w("by_default")
    elif isinstance(leaf, p.Holds) and value is True:
        told = w.joined([w.name(name) for name in w.known.making(leaf.identities) if name != leaf.name], "list_comma")
    elif isinstance(leaf, p.Holds):
        told = w.joined(
            [
                w.joined([w.name(name) if name != leaf.name else "", *period(since, until, w), w("not_then")])
                for name, counted, since, until in w.known.lapsed
                if counted & leaf.identities
            ],
            "semicolon",
        )
    return w("open") + told + w("close") if told else ""


def period(since: datetime.date | None, until: datetime.date | None, w: Words) -> list[str]:
    """From when and until when somebody holds an identity."""
    told = [w("from_date", date=since.isoformat())] if since else []
    return [*told, w("until_date", date=until.isoformat())] if until else told


def choosing(expr: p.Expr, values: Values, w: Words) -> str:
    """What chose among the cases inside: "医院等级 = 三级"; empty where there are none."""
    told: dict[str, None] = {}
    for cases in _cases(expr):
        for arm in cases.arms:
            told.update(dict.fromkeys(_told(arm.condition, values, w)))
        if cases.arms and cases.otherwise is not None and chosen_arm(cases, values)[0] is cases.otherwise:
            told.setdefault(w("otherwise_taken"))
    return w.joined(list(told))


def _cases(expr: p.Expr) -> Iterator[p.Cases]:
    """The cases of an expression, not those that are chosen anew per item or identity."""
    if isinstance(expr, p.Cases):
        yield expr
    if not isinstance(expr, p.Stacked | p.Apply | p.BestOf | p.ItemsSum):
        for child in children(expr):
            yield from _cases(child)


def compared(expr: p.Compare, seen: Seen, w: Words) -> str:
    """A comparison with its numbers, each side worked out: "26,150.77 ≤ 180,000.35 × 20% = 36,000.07"."""
    values, sides = values_of(seen), []
    for side in (expr.left, expr.right):
        numbers, value = numeric(side, values, w), worth(side, values)
        shown = numbers if value is None else figure(value, unit_of(side), w)
        sides.append(numbers if numbers == shown else f"{numbers} = {shown}")
    return f"{sides[0]} {SIGNS[expr.op]} {sides[1]}"


def gap(expr: p.Expr, seen: Seen, w: Words) -> str:
    """How far a comparison that failed was from holding: "差 2,000.00"; empty where nothing can be measured."""
    return _gap(expr, values_of(seen), w)


def _gap(expr: p.Expr, values: Values, w: Words) -> str:
    match expr:
        case p.Compare(op=op, left=left, right=right) if op != "!=":
            one, other, unit = worth(left, values), worth(right, values), unit_of(left)
            if isinstance(one, datetime.date) and isinstance(other, tuple):
                other = day_of_year(one.year, other)
            if isinstance(one, tuple) and isinstance(other, datetime.date):
                one = day_of_year(other.year, one)
            if isinstance(one, datetime.date) and isinstance(other, datetime.date):
                one, other, unit = one.toordinal(), other.toordinal(), "days"
            if not (is_number(one) and is_number(other) and unit in _NUMERIC):
                return ""
            distance = abs(Fraction(one) - Fraction(other))  # type: ignore[arg-type]
            if distance == 0:
                return w("just_equal_above" if op == ">" else "just_equal_below") if op in ("<", ">") else ""
            word = "beyond_by" if op in ("<", "<=") or (op == "=" and one > other) else "short_by"  # type: ignore[operator]
            return w(word, gap=figure(distance, unit, w))
        case p.All(conditions=conditions) | p.Any(conditions=conditions):
            return w.joined([_gap(c, values, w) for c in conditions if worth(c, values) is False], "semicolon")
        case p.Named(value=value):
            return _gap(value, values, w)
    return ""
