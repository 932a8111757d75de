"""A plan's expression as text people read: in names, with the numbers put in, and what a condition saw.

Theory: an operand is put into brackets when it binds less tightly than its place asks for (`_OR` … `_ATOM`). With
numbers put in, a name is replaced by the value the interpreter saw under it; a name it never looked at (a part behind
the one that decided) stays a name. `worth` works an expression out again from those values alone; where one is
missing there is no value.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import reduce
from operator import mul

from polc import plan as p
from polc.arithmetic import overlap, rounded
from polc.evaluate import children, name_of, unit_of
from polc.explain.figures import figure, ratio
from polc.explain.wording import Words
from polc.settlement import Seen

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _ATOM = range(7)
_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "=": "=", "!=": "≠"}
_NUMERIC = frozenset({"money", "ratio", "points", "number", "days", "workdays", "months", "years"})

Values = Mapping[str, tuple[p.Value, p.Unit]]


def symbolic(expr: p.Expr, w: Words) -> str:
    """The expression in names: "政策范围内费用 − 基本医保", "规范转诊 且 病种 属于 重特大疾病"."""
    return _show(expr, w, None)[0]


def numeric(expr: p.Expr, seen: Seen, w: Words) -> str:
    """The expression with the numbers put in: "50,000.00 − 34,790.00"."""
    return _show(expr, w, values_of(seen))[0]


def worked(expr: p.Expr, seen: Seen, result: p.Value, unit: p.Unit, w: Words) -> tuple[str, ...]:
    """One or two rows: the formula in names, and the numbers with their result.

    A constant has one row with nothing to work out, a name alone one row "name = value".
    """
    names, numbers, value = symbolic(expr, w), numeric(expr, seen, w), figure(result, unit, w)
    if names == value:
        return (names,)
    chosen = choosing(expr, seen, w)
    if isinstance(expr, p.Cases) and not expr.name:
        return names, w.joined([chosen, w("taken", value=value)])
    if numbers in (names, value):
        return (f"{names} = {value}" + (w("open") + chosen + w("close") if chosen else ""),)
    return names, f"{numbers} = {value}"


def choosing(expr: p.Expr, seen: Seen, w: Words) -> str:
    """What chose among the cases inside: "医院等级 = 三级"; empty where there are none."""
    found: dict[str, None] = {}
    for cases in _cases(expr):
        for arm in cases.arms:
            for piece in _told(arm.condition, seen, w):
                found.setdefault(piece)
    return w.joined(list(found))


def _cases(expr: p.Expr) -> Iterator[p.Cases]:
    if isinstance(expr, p.Cases):
        yield expr
    if not isinstance(expr, p.Stacked | p.Apply):
        for child in children(expr):
            yield from _cases(child)


def definitions(expr: p.Expr, seen: Seen, w: Words) -> tuple[str, ...]:
    """A row for each named formula and each band table inside, outer ones first.

    "其中 合规自付 = 政策范围内费用 − 基本医保 = 50,000.00 − 34,790.00 = 15,210.00"; a name for one of several cases
    says what chose: "其中 控制比例 = 15%（收费类别 = 县二类）".
    """
    values = values_of(seen)
    rows: dict[str, str] = {}
    for inner in _inside(expr):
        if isinstance(inner, p.Apply):
            name = w("applied", bands=inner.bands.name or w("band_sum"), value=_show(inner.value, w, values)[0])
            formula = _by_bands(inner, values, w)
        elif isinstance(inner.value, p.Const) or (isinstance(inner.value, p.Cases) and inner is expr):
            continue
        else:
            name, formula = inner.name, _definition(inner, seen, w)
        if formula and name not in rows:
            rows[name] = w("where", name=name, formula=formula)
    return tuple(rows.values())


def _inside(expr: p.Expr) -> Iterator[p.Named | p.Apply]:
    """Named formulas and band tables, outer ones first."""
    if isinstance(expr, p.Named | p.Apply):
        yield expr
    if isinstance(expr, p.Apply):
        yield from _inside(expr.value)
    elif not isinstance(expr, p.Stacked):
        for child in children(expr):
            yield from _inside(child)


def _definition(named: p.Named, seen: Seen, w: Words) -> str:
    values = values_of(seen)
    value = figure(*values[named.name], w) if named.name in values else ""
    if isinstance(named.value, p.Cases):
        chosen = choosing(named.value, seen, w)
        return value + (w("open") + chosen + w("close") if chosen else "") if value else ""
    parts = [symbolic(named.value, w)]
    if not _is_condition(named.value):
        parts.append(_show(named.value, w, values)[0])
    parts.append(value)
    return " = ".join(part for part in dict.fromkeys(parts) if part)


def _by_bands(applied: p.Apply, values: Values, w: Words) -> str:
    """What a band table makes of a value, band by band: "10日 × 350.00 + 30日 × 300.00"; empty where unknown."""
    at = worth(applied.value, values)
    if not _is_number(at) or applied.bands.mode == "lump":
        return ""
    unit = unit_of(applied.value)
    pieces = []
    for band in applied.bands.bands:
        lower, value = worth(band.lower, values), worth(band.value, values)
        upper = None if band.upper is None else worth(band.upper, values)
        if not (_is_number(lower) and _is_number(value)) or (band.upper is not None and upper is None):
            return ""
        edge = (lower, band.lower_inclusive, upper, band.upper_inclusive)
        part = overlap(0, at, edge)  # type: ignore[arg-type]
        if applied.bands.mode == "whole":
            inside = at > lower or (band.lower_inclusive and at == lower)  # type: ignore[operator]
            below = upper is None or at < upper or (band.upper_inclusive and at == upper)  # type: ignore[operator]
            part = at if inside and below else 0  # type: ignore[assignment]
        if part:
            pieces.append(f"{figure(part, unit, w)} × {figure(value, unit_of(band.value), w)}")
    return " + ".join(pieces)


def observed(expr: p.Expr, seen: Seen, w: Words) -> str:
    """What the names of a condition were: "规范转诊 = 否，病种 = 感冒"; empty where it names nothing that was seen."""
    return w.joined(_told(expr, seen, w))


def _told(expr: p.Expr, seen: Seen, w: Words) -> list[str]:
    values = values_of(seen)
    told: dict[str, str] = {}
    for leaf in leaves(expr):
        name = name_of(leaf)
        if name is not None and name in values and name not in told:
            told[name] = f"{shown_name(leaf, w)} = {figure(*values[name], w)}"
    return list(told.values())


def gap(expr: p.Expr, seen: Seen, w: Words) -> str:
    """How far a comparison that failed was from holding: "差 2,000.00"; empty where nothing can be measured."""
    match expr:
        case p.Compare(op=op, left=left, right=right) if op != "!=":
            values = values_of(seen)
            one, other, unit = worth(left, values), worth(right, values), unit_of(left)
            if isinstance(one, datetime.date) and isinstance(other, datetime.date):
                one, other, unit = one.toordinal(), other.toordinal(), "days"
            if not (_is_number(one) and _is_number(other) and unit in _NUMERIC):
                return ""
            distance = abs(Fraction(one) - Fraction(other))  # type: ignore[arg-type]
            if distance == 0:
                return w("just_equal_above" if op == ">" else "just_equal_below") if op in ("<", ">") else ""
            word = "beyond_by" if op in ("<", "<=") or (op == "=" and one > other) else "short_by"  # type: ignore[operator]
            return w(word, gap=figure(distance, unit, w))
        case p.All(conditions=conditions) | p.Any(conditions=conditions):
            return w.joined([gap(c, seen, w) for c in conditions if worth(c, values_of(seen)) is False], "semicolon")
        case p.Named(value=value):
            return gap(value, seen, w)
    return ""


# ---------------------------------------------------------------- names and values


def shown_name(expr: p.Expr, w: Words) -> str | None:
    """The name that stands for an expression in a text; None for what is computed."""
    match expr:
        case p.Part(part=part):
            return w("p_total" if part == "total" else part)
        case p.Borne(name=name):
            return w("borne_by", name=w.bearer(name))
        case p.Overflow(layer=layer):
            return w("overflow_of", layer=layer)
        case p.Left():
            return w("still_left")
        case p.InPackage(name=name):
            return w("in_package", name=name)
    return name_of(expr)


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


def _is_condition(expr: p.Expr) -> bool:
    return unit_of(expr) == "bool"


def _is_number(value: p.Value) -> bool:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def values_of(seen: Seen) -> Values:
    return {name: (value, unit) for name, value, unit in seen}


# ---------------------------------------------------------------- text


def _show(expr: p.Expr, w: Words, values: Values | None) -> tuple[str, int]:
    """The text and how tightly it binds; `values` None: in names."""
    key, name = name_of(expr), shown_name(expr, w)
    if values is not None and key is not None:
        if key in values:
            text = figure(*values[key], w)
            return text, _SUM if text.startswith("−") else _ATOM
        if isinstance(expr, p.Named):
            return _show(expr.value, w, values)
    if name is not None and not isinstance(expr, p.Holds | p.Stacked):
        return name, _ATOM
    match expr:
        case p.Const(value=value, unit=unit):
            text = figure(value, unit, w)
            return text, _SUM if text.startswith("−") else _ATOM
        case p.Holds(name=held):
            return w("is", name=held), _COMPARE
        case p.Within(value=value, name=held, negated=negated):
            text = _within(value, w, values, _SUM)
            return w("not_in" if negated else "in", value=text, name=held), _COMPARE
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
            return f"{_within(left, w, values, _SUM)} {_SIGNS[op]} {_within(right, w, values, _SUM)}", _COMPARE
        case p.All(conditions=conditions):
            return w("and").join(_within(c, w, values, _NOT) for c in conditions), _AND
        case p.Any(conditions=conditions):
            return w("or").join(_within(c, w, values, _AND) for c in conditions), _OR
        case p.Not(condition=condition):
            return w("not") + _within(condition, w, values, _ATOM), _NOT
        case p.Cases(arms=arms, otherwise=otherwise, name=table):
            if table and values is None:
                return table, _ATOM
            if values is not None:
                chosen = _chosen(expr, values)
                if chosen is not None:
                    return _show(chosen, w, values)
            pieces = [
                w("case", value=_show(arm.value, w, None)[0], condition=_show(arm.condition, w, None)[0])
                for arm in arms
            ]
            if otherwise is not None:
                pieces.append(w("otherwise", value=_show(otherwise, w, None)[0]))
            return w.joined(pieces, "list_comma"), _OR
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


# ---------------------------------------------------------------- working out again


def worth(expr: p.Expr, values: Values) -> p.Value:
    """What an expression comes to with these values, None where one is missing (or the form is beyond a sheet)."""
    name = name_of(expr)
    if name is not None and name in values:
        return values[name][0]
    match expr:
        case p.Const(value=value):
            return value
        case p.Named(value=value) | p.BestOf(value=value):
            return worth(value, values)
        case p.Within(value=value, values=among, negated=negated):
            found = worth(value, values)
            if found is None:
                return None
            holds = bool(found & among) if isinstance(found, frozenset) else found in among
            return holds is not negated
        case p.Not(condition=condition):
            held = worth(condition, values)
            return None if held is None else not held
        case p.All(conditions=conditions):
            known = [worth(c, values) for c in conditions]
            return False if False in known else None if None in known else True
        case p.Any(conditions=conditions):
            known = [worth(c, values) for c in conditions]
            return True if True in known else None if None in known else False
        case p.Compare(op=op, left=left, right=right):
            return _compare(op, worth(left, values), worth(right, values))
        case p.Cases():
            chosen = _chosen(expr, values)
            return None if chosen is None else worth(chosen, values)
        case p.Add(terms=terms):
            parts = [worth(term, values) for _, term in terms]
            if not all(_is_number(part) for part in parts):
                return None
            signed = zip((sign for sign, _ in terms), parts, strict=True)
            return sum((sign * Fraction(part) for sign, part in signed), Fraction(0))  # type: ignore[arg-type]
        case p.Multiply(factors=several) | p.Smallest(arguments=several) | p.Largest(arguments=several):
            numbers = [worth(each, values) for each in several]
            if not all(_is_number(number) for number in numbers):
                return None
            exact = [Fraction(number) for number in numbers]  # type: ignore[arg-type]
            if isinstance(expr, p.Multiply):
                return reduce(mul, exact)
            return min(exact) if isinstance(expr, p.Smallest) else max(exact)
        case p.Divide(dividend=dividend, divisor=divisor):
            one, other = worth(dividend, values), worth(divisor, values)
            if not (_is_number(one) and _is_number(other)) or other == 0:
                return None
            return Fraction(one) / Fraction(other)  # type: ignore[arg-type]
        case p.Rounded(value=value, to=to, mode=mode):
            exact_value = worth(value, values)
            return rounded(exact_value, to, mode) if _is_number(exact_value) else None  # type: ignore[arg-type]
    return None


def _chosen(expr: p.Cases, values: Values) -> p.Expr | None:
    """The value of the first arm that holds, where the values tell."""
    for arm in expr.arms:
        held = worth(arm.condition, values)
        if held is None:
            return None
        if held:
            return arm.value
    return expr.otherwise


def _compare(op: str, one: p.Value, other: p.Value) -> bool | None:
    if one is None or other is None:
        return None
    if op in ("=", "!="):
        return (one == other) is (op == "=")
    comparable = type(one) is type(other) or (_is_number(one) and _is_number(other))
    if isinstance(one, str | frozenset) or not comparable:
        return None
    less, equal = one < other, one == other  # type: ignore[operator]
    return {"<": less, "<=": less or equal, ">": not less and not equal, ">=": not less}[op]
