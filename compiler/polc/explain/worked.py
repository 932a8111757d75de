"""A formula worked out: in names, with its numbers, and a row for everything in it that one number does not tell: named
formulas, sums over items, stacked values, band tables, values by identity.

The rows are such that whoever has only the sheet can do the sum again. `env`, the state the formula was evaluated in,
is needed for what is read per item or per identity.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from attrs import evolve

from pol_lang.problem import Problems
from polc import plan as p
from polc.arithmetic import Exact, containing, overlap
from polc.evaluate import Environment, NoValue, children, evaluate, seen, unit_of
from polc.explain.figures import figure, money, ratio
from polc.explain.formula import is_condition, leaves, numeric, symbolic
from polc.explain.observed import choosing, remark
from polc.explain.wording import Words
from polc.explain.worth import Values, chosen_arm, found, is_number, values_of, worth
from polc.settlement import Seen


def formula_rows(
    expr: p.Expr, saw: Seen, result: p.Value, unit: p.Unit, w: Words, env: Environment | None = None
) -> tuple[str, ...]:
    """The formula in names, with its numbers and result, then the rows of what is inside."""
    return (*worked(expr, saw, result, unit, w, env), *definitions(expr, saw, w, env))


def worked(
    expr: p.Expr, saw: Seen, result: p.Value, unit: p.Unit, w: Words, env: Environment | None = None
) -> tuple[str, ...]:
    """The formula in names, and the numbers with their result.

    A constant has one row with nothing to work out, a name alone one row "name = value".
    """
    values = values_of(saw, expr, env)
    names, numbers, value = symbolic(expr, w), numeric(expr, values, w), figure(result, unit, w)
    if names == value:
        return (names,)
    chosen = choosing(expr, values, w)
    if isinstance(expr, p.Cases) and not expr.name:
        taken = value if numbers in (names, value) else f"{numbers} = {value}"
        return names, w.joined([chosen, w("taken", value=taken)])
    if numbers in (names, value):
        alone = found(expr, values)
        beside = w("open") + chosen + w("close") if chosen else remark(expr, alone[0], w) if alone else ""
        return (f"{names} = {value}{beside}",)
    rows = [names, f"{numbers} = {value}"]
    if isinstance(expr, p.Cases):
        rows = [f"{names} = {numbers} = {value}" + (w("open") + chosen + w("close") if chosen else "")]
    elif _chooses_here(expr) and chosen:
        rows.append(w("standard_by", what=chosen))
    return tuple(rows)


def _chooses_here(expr: p.Expr) -> bool:
    """Whether there are cases in a formula that no row of its own tells."""
    if isinstance(expr, p.Named | p.Stacked | p.Apply | p.BestOf | p.ItemsSum):
        return False
    return isinstance(expr, p.Cases) or any(map(_chooses_here, children(expr)))


# ---------------------------------------------------------------- rows of what is inside


def definitions(expr: p.Expr, saw: Seen, w: Words, env: Environment | None = None) -> tuple[str, ...]:
    """A row for each thing inside that has a sum of its own, outer ones first.

    "其中 合规自付 = 政策范围内费用 − 基本医保 = 50,000.00 − 34,790.00 = 15,210.00"; a name for one of several cases
    says what chose: "其中 控制比例 = 15%（收费类别 = 县二类）".
    """
    values = values_of(saw, expr, env)
    rows: dict[str, str] = {}
    for inner in _inside(expr):
        name, formula = "", ""
        match inner:
            case p.Named(value=p.Const()):
                continue
            case p.Named(value=p.Cases()) if inner is expr and _is_plain(inner, values, w):
                continue
            case p.Named():
                name, formula = w.name(inner.name), _definition(inner, values, w)
            case p.Apply():
                name = w("applied", bands=inner.bands.name or w("band_sum"), value=numeric(inner.value, values, w))
                formula = _by_bands(inner, values, w)
            case p.ItemsSum() if env is not None:
                rows.update(_by_item(inner, expr, env, w))
            case p.Stacked() if env is not None:
                name, formula = inner.name, _stacked(inner, env, w)
            case p.BestOf() if env is not None:
                alone = sum(isinstance(other, p.BestOf) for other in _inside(expr)) == 1
                name, formula = w("best") if alone else symbolic(inner, w), _by_identity(inner, env, w)
        if formula and name not in rows:
            rows[name] = w("where", name=name, formula=formula)
    return tuple(rows.values())


def _inside(expr: p.Expr) -> Iterator[p.Expr]:
    """What may have a row of its own, outer ones first; nothing within conditions."""
    if isinstance(expr, p.Named | p.Apply | p.ItemsSum | p.Stacked | p.BestOf):
        yield expr
    if isinstance(expr, p.Apply):
        yield from _inside(expr.value)
    elif isinstance(expr, p.Cases):
        for arm in expr.arms:
            yield from _inside(arm.value)
        if expr.otherwise is not None:
            yield from _inside(expr.otherwise)
    elif not isinstance(expr, p.Stacked | p.ItemsSum | p.BestOf) and not is_condition(expr):
        for child in children(expr):
            yield from _inside(child)


def _definition(named: p.Named, values: Values, w: Words) -> str:
    known = found(named, values)
    if known is None:
        return ""
    value = figure(*known, w)
    numbers = numeric(named.value, values, w)
    if isinstance(named.value, p.Cases):
        chosen, arm = choosing(named.value, values, w), chosen_arm(named.value, values)[0]
        parts = dict.fromkeys(("" if arm is None else symbolic(arm, w), numbers, value))
        told = " = ".join(part for part in parts if part)
        return told + (w("open") + chosen + w("close") if chosen else "")
    parts = dict.fromkeys((symbolic(named.value, w), numbers, value))
    told = " = ".join(part for part in parts if part)
    if _chooses_here(named.value):
        told = w.joined([told, w("standard_by", what=choosing(named.value, values, w))])
    return told


def _is_plain(named: p.Named, values: Values, w: Words) -> bool:
    """Whether the case that was taken is an amount and not a formula."""
    known = found(named, values)
    return known is None or numeric(named.value, values, w) in (figure(*known, w), symbolic(named.value, w))


def _by_bands(applied: p.Apply, values: Values, w: Words) -> str:
    """What a band table makes of a value: "10日 × 350.00 + 30日 × 300.00 = 12,500.00"; empty where unknown."""
    at, unit = worth(applied.value, values), unit_of(applied.value)
    if not is_number(at):
        return ""
    edges, shown, rates = [], [], []
    for band in applied.bands.bands:
        lower, rate = worth(band.lower, values), worth(band.value, values)
        upper = None if band.upper is None else worth(band.upper, values)
        if not (is_number(lower) and is_number(rate)) or (band.upper is not None and upper is None):
            return ""
        edges.append((lower, band.lower_inclusive, upper, band.upper_inclusive))
        shown.append(figure(rate, unit_of(band.value), w))
        rates.append(rate)
    known = found(applied, values)
    result = "" if known is None else f" = {figure(*known, w)}"
    if at <= 0:  # type: ignore[operator]
        return figure(0, applied.unit, w)
    if applied.bands.mode == "progressive":
        parts = [(overlap(0, at, edge), rate) for edge, rate in zip(edges, shown, strict=True)]  # type: ignore[arg-type]
        return " + ".join(f"{figure(part, unit, w)} × {rate}" for part, rate in parts if part) + result
    index = containing(edges, at)  # type: ignore[arg-type]
    row = edges[index]
    upper_edge = w("no_upper") if row[2] is None else edge_text(row[2], row[3], unit, w)  # type: ignore[arg-type]
    of = w("in_band", lower=edge_text(row[0], row[1], unit, w), upper=upper_edge)  # type: ignore[arg-type]
    if applied.bands.mode == "lump":
        return w.joined([of, shown[index]])
    return w.joined([of, f"{figure(at, unit, w)} × {shown[index]}{result}"])


def edge_text(value: Exact, inclusive: bool, unit: p.Unit, w: Words) -> str:
    """An edge of a band: "10,000.00 含"."""
    return f"{figure(value, unit, w)} {w('included') if inclusive else w('excluded')}"


def _by_item(total: p.ItemsSum, expr: p.Expr, env: Environment, w: Words) -> dict[str, str]:
    """The sum of the items that count, then a row for each: "明细 1：50% × 20,000.00 = 10,000.00"."""
    alone = sum(isinstance(inner, p.ItemsSum) for inner in _inside(expr)) == 1
    name = w("items") if alone else symbolic(total, w)
    amounts: list[str] = []
    rows: dict[str, str] = {}
    for at, item in enumerate(env.items, 1):
        own = evolve(env, item=item)
        if total.where is not None and not evaluate(total.where, own):
            continue
        value, values = figure(evaluate(total.value, own), "money", w), everything(total.value, own)
        numbers, chosen = numeric(total.value, values, w), choosing(total.value, values, w)
        told = value if numbers == value else f"{numbers} = {value}"
        amounts.append(value)
        beside = w("open") + chosen + w("close") if chosen else ""
        rows[f"{name} {at}"] = w.joined([w("cost_item", n=at), told + beside], "colon")
    whole = figure(evaluate(total, env), "money", w)
    added = " + ".join(amounts) if amounts else w("no_items")
    told = w("where", name=name, formula=added if added == whole else f"{added} = {whole}")
    return {name: told} | rows


def _stacked(stacked: p.Stacked, env: Environment, w: Words) -> str:
    """The values of the choices, largest first, each at its share: "冠心病 4,800.00 × 100% + 糖尿病 3,600.00 × 50%"."""
    given = evaluate(stacked.fact, env)
    choices = given if isinstance(given, frozenset) else frozenset((given,))
    found_values = [(evaluate(value, env), name) for name, value in stacked.arms if name in choices]
    found_values.sort(key=lambda pair: -pair[0])  # type: ignore[operator]
    shares = (*stacked.shares, *(Fraction(0) for _ in found_values[len(stacked.shares) :]))
    pieces = [
        f"{w.name(name)} {figure(value, stacked.unit, w)} × {ratio(share)}"
        for (value, name), share in zip(found_values, shares, strict=False)
    ]
    return " + ".join(pieces) + f" = {figure(evaluate(stacked, env), stacked.unit, w)}" if pieces else ""


def _by_identity(best: p.BestOf, env: Environment, w: Words) -> str:
    """The value for each identity and which is taken: "返贫致贫人口 5,000.00，低保边缘家庭成员 10,000.00，取较小者"."""
    pieces = []
    names = w.known.competing if len(w.known.competing) == len(env.held) else ()
    for at, identities in enumerate(env.held or (frozenset(),)):
        own = evolve(env, identities=identities)
        name = w.name(names[at]) if at < len(names) else w("h_plain")
        try:
            value = figure(evaluate(best.value, own), best.unit, w)
        except NoValue:
            pieces.append(f"{name} {w('c_none')}")
            continue
        numbers = numeric(best.value, everything(best.value, own), w)
        pieces.append(f"{name} {value if numbers == value else f'{numbers} = {value}'}")
    if len(pieces) < 2:
        return ""
    word = ("lesser", "least") if best.best == "smallest" else ("greater", "greatest")
    taken = w(word[len(pieces) > 2])
    value = figure(evaluate(best, env), best.unit, w)
    return w.joined([*pieces, w("best_taken", what=taken, value=value)])


def everything(expr: p.Expr, env: Environment) -> Values:
    """What an expression reads in a state, the facts of the item at hand and what has no name included."""
    values = dict(values_of(seen(expr, env), expr, env))
    for leaf in leaves(expr):
        if isinstance(leaf, p.Fact) and leaf.of == "item":
            try:
                values[leaf.name, leaf.unit] = evaluate(leaf, env), leaf.unit
            except Problems:  # behind a case that was not taken
                continue
    return values


__all__ = ["definitions", "edge_text", "everything", "formula_rows", "money", "worked"]
