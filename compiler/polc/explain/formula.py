"""A plan's expression as text people read: in names, or with the numbers put in.

Theory: an operand is put into brackets when it binds less tightly than its place asks for (`_OR` … `_ATOM`). With
numbers put in, a name is replaced by the value the interpreter saw under it; a name it never looked at (a part behind
the one that decided) stays a name.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from polc import plan as p
from polc.evaluate import children, name_of, unit_of
from polc.explain.figures import figure, ratio
from polc.explain.wording import Words
from polc.explain.worth import Values, chosen_arm, found, values_of
from polc.settlement import Seen

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _ATOM = range(7)
SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "!=": "≠"}


def symbolic(expr: p.Expr, w: Words) -> str:
    """The expression in names: "政策范围内费用 − 基本医保", "规范转诊 且 病种 属于 重特大疾病"."""
    return _show(expr, w, None)[0]


def numeric(expr: p.Expr, values: Values, w: Words) -> str:
    """The expression with the numbers put in: "50,000.00 − 34,790.00"."""
    return _show(expr, w, values)[0]


def with_numbers(expr: p.Expr, seen: Seen, w: Words) -> str:
    """The expression with the numbers put in that were seen."""
    return numeric(expr, values_of(seen), w)


# ---------------------------------------------------------------- names


def shown_name(expr: p.Expr, w: Words) -> str | None:
    """The name that stands for an expression in a text; None for what is computed."""
    match expr:
        case p.Part(part=part):
            return w(part)
        case p.Borne(name=name):
            return w("borne_by", name=w.name(name))
        case p.Overflow(layer=layer):
            return w("overflow_of", layer=w.name(layer))
        case p.Left():
            return w("still_left")
        case p.InPackage(name=name):
            return w("in_package", name=name)
    own = name_of(expr)
    return None if own is None else w.name(own)


def leaves(expr: p.Expr) -> Iterator[p.Expr]:
    """Everything with a name inside, in order, names that stand for formulas before what is in them."""
    if name_of(expr) is not None:
        yield expr
    if not isinstance(expr, p.Stacked | p.Apply):
        for child in children(expr):
            yield from leaves(child)
    elif isinstance(expr, p.Stacked):
        yield expr.fact
    else:
        yield from leaves(expr.value)


# ---------------------------------------------------------------- text


def _show(expr: p.Expr, w: Words, values: Values | None) -> tuple[str, int]:
    """The text and how tightly it binds; `values` None: in names."""
    if values is not None:
        known = found(expr, values)
        if known is not None:
            text = figure(*known, w)
            return text, _SUM if text.startswith("−") else _ATOM
        if isinstance(expr, p.Named):
            return _show(expr.value, w, values)
    name = shown_name(expr, w)
    if name is not None and not isinstance(expr, p.Holds | p.Stacked):
        return name, _ATOM
    match expr:
        case p.Const(value=value, unit=unit):
            text = figure(value, unit, w)
            return text, _SUM if text.startswith("−") else _ATOM
        case p.Holds(name=held):
            return w("is", name=w.name(held)), _COMPARE
        case p.Within(value=value, name=held, negated=negated):
            text = _within(value, w, values, _SUM)
            return w(
                "not_in" if negated else "in", value=text, name=w("list_comma").join(map(w.name, held.split("、")))
            ), _COMPARE
        case p.Add(terms=terms):
            if len(terms) == 1 and terms[0][0] > 0:
                return _show(terms[0][1], w, values)
            return _sum(terms, w, values), _SUM
        case p.Multiply(factors=factors):
            return " × ".join(_within(factor, w, values, _PRODUCT) for factor in factors), _PRODUCT
        case p.Divide(dividend=dividend, divisor=divisor):
            return f"{_within(dividend, w, values, _PRODUCT)} ÷ {_within(divisor, w, values, _ATOM)}", _PRODUCT
        case p.Smallest(arguments=arguments):
            word = "smallest" if len(arguments) == 2 else "smallest_many"
            return f"{w(word)}({w.joined([_show(a, w, values)[0] for a in arguments], 'argument_comma')})", _ATOM
        case p.Largest(arguments=arguments):
            word = "largest" if len(arguments) == 2 else "largest_many"
            return f"{w(word)}({w.joined([_show(a, w, values)[0] for a in arguments], 'argument_comma')})", _ATOM
        case p.Compare(op=op, left=left, right=right):
            return f"{_within(left, w, values, _SUM)} {SIGNS[op]} {_within(right, w, values, _SUM)}", _COMPARE
        case p.All(conditions=conditions):
            return w("and").join(_within(c, w, values, _NOT) for c in conditions), _AND
        case p.Any(conditions=conditions):
            return w("or").join(_within(c, w, values, _AND) for c in conditions), _OR
        case p.Not(condition=condition):
            return w("not") + _within(condition, w, values, _ATOM), _NOT
        case p.Cases():
            return _cases(expr, w, values)
        case p.Rounded(value=value, to=to, mode=mode, unit=unit):
            return w("rounded", value=_within(value, w, values, _PRODUCT), how=rounding(to, mode, unit, w)), _SUM
        case p.Apply(bands=bands, value=value):
            return w("applied", bands=bands.name or w("band_sum"), value=_show(value, w, values)[0]), _ATOM
        case p.ItemsSum(value=value, where=where):
            inner = _show(value, w, None)[0]
            if where is None:
                return w("items_sum", value=inner), _ATOM
            return w("items_where", value=inner, where=_show(where, w, None)[0]), _ATOM
        case p.Stacked(name=table, shares=shares):
            return w("stacked", name=table, shares=w.joined([ratio(s) for s in shares], "list_comma")), _COMPARE
        case p.DateShift(date=date, by=by):
            return w("date_shift", date=_within(date, w, values, _ATOM), by=_within(by, w, values, _ATOM)), _SUM
        case p.DatePart(part=part, date=date):
            return w(f"d_{part}", date=_within(date, w, values, _ATOM)), _PRODUCT
        case p.DaysBetween(start=start, end=end):
            one, other = _within(start, w, values, _ATOM), _within(end, w, values, _ATOM)
            return w("days_between", start=one, end=other), _PRODUCT
        case p.BestOf(value=value):
            return w("best_of", value=_show(value, w, values)[0]), _ATOM
    raise TypeError(type(expr).__name__)


def _cases(expr: p.Cases, w: Words, values: Values | None) -> tuple[str, int]:
    if expr.name and values is None:
        return w.name(expr.name), _ATOM
    chosen = None if values is None else chosen_arm(expr, values)[0]
    if chosen is not None:
        return _show(chosen, w, values)
    pieces = [
        w("case", value=_show(arm.value, w, None)[0], condition=_show(arm.condition, w, None)[0]) for arm in expr.arms
    ]
    if expr.otherwise is not None:
        pieces.append(w("otherwise", value=_show(expr.otherwise, w, None)[0]))
    return w.joined(pieces, "list_comma"), _OR


def _within(expr: p.Expr, w: Words, values: Values | None, tightness: int) -> str:
    """The text as an operand, in brackets where it binds less tightly."""
    text, tight = _show(expr, w, values)
    return text if tight >= tightness else f"({text})"


def _sum(terms: tuple[tuple[int, p.Expr], ...], w: Words, values: Values | None) -> str:
    pieces: list[str] = []
    for sign, term in terms:
        text = _within(term, w, values, _SUM if sign > 0 and not pieces else _PRODUCT)
        if not pieces:
            pieces.append(text if sign > 0 else f"−{text}")
        else:
            pieces.append(f"{'+' if sign > 0 else '−'} {text}")
    return " ".join(pieces)


def rounding(to: Fraction | int, mode: p.Mode, unit: p.Unit, w: Words) -> str:
    """How something is rounded: "四舍五入到分"."""
    if unit == "money" and to == 1:
        return w("round_fen", mode=w(mode))
    if unit == "money" and to == 100:
        return w("round_yuan", mode=w(mode))
    return w("round_to", mode=w(mode), to=figure(to, unit, w))


def is_condition(expr: p.Expr) -> bool:
    """Whether an expression holds or does not."""
    return unit_of(expr) == "bool"
