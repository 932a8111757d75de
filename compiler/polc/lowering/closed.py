"""Terms that leave somebody out: a deductible or cap with cases, and nothing said for the rest."""

from __future__ import annotations

from fractions import Fraction

from pol_lang import syntax as s
from polc import plan as p
from polc.lowering.context import LayerContext
from polc.lowering.folding import constant
from polc.lowering.structure import NothingForOthers


def reaching(guards: tuple[p.Guard, ...]) -> frozenset[str] | None:
    """The identities that the guards let through; None where they let through others as well."""
    found: frozenset[str] | None = None
    for guard in guards:
        held = _held(guard.condition)
        if held is not None:
            found = held if found is None else found & held
    return found


def check_closed(context: LayerContext, layer: s.Layer, steps: list[p.Step]) -> None:
    """Reports each deductible or cap of a layer whose cases do not reach everybody whom the layer pays something:
    without a value the whole layer would not apply to them."""
    needed = context.reaching
    for step in steps:
        if isinstance(step, p.RatePay):
            conditions = _conditions(step.value)
            paid = [_held(condition) for condition in conditions or ()]
            if conditions is not None and all(identities is not None for identities in paid):
                named = frozenset().union(*(identities for identities in paid if identities))
                needed = named if needed is None else needed & named
    for word, value, span in context.closed:
        conditions = _conditions(value)
        if conditions is None or _table(value) in context.e.broken:
            continue
        covers = (_all_choices(context, conditions), _both_ways(conditions), _all_numbers(conditions))
        if not _all_identities(conditions, needed) and not any(covers):
            context.e.problems.append(NothingForOthers(span=span, layer=layer.name.text, term=word))
    context.closed.clear()


def _table(value: p.Expr) -> str:
    """The name of the table whose rows the cases of a value are, empty for others."""
    while isinstance(value, (p.Named, p.BestOf)):
        value = value.value
    return value.name if isinstance(value, p.Cases) else ""


def _conditions(value: p.Expr) -> list[p.Expr] | None:
    """The conditions of a value that has cases and none for the rest, None for any other value."""
    while isinstance(value, (p.Named, p.BestOf)):
        value = value.value
    if not isinstance(value, p.Cases) or value.otherwise is not None:
        return None
    return [arm.condition for arm in value.arms]


def _held(condition: p.Expr) -> frozenset[str] | None:
    """The identities a condition asks for, None where it asks for anything else."""
    if isinstance(condition, p.Holds):
        return condition.identities
    if isinstance(condition, p.Named):
        return _held(condition.value)
    if isinstance(condition, p.Any):
        parts = [_held(part) for part in condition.conditions]
        return frozenset().union(*(part for part in parts if part)) if all(p is not None for p in parts) else None
    return None


def _all_identities(conditions: list[p.Expr], needed: frozenset[str] | None) -> bool:
    covered: frozenset[str] = frozenset()
    for condition in conditions:
        covered |= _held(condition) or frozenset()
    return needed is not None and needed <= covered


def _all_choices(context: LayerContext, conditions: list[p.Expr]) -> bool:
    names: set[str] = set()
    values: set[str] = set()
    for condition in conditions:
        compared = isinstance(condition, p.Compare) and condition.op == "="
        if not compared or not isinstance(condition, p.Compare) or not isinstance(condition.left, p.Fact):
            return False
        names.add(condition.left.name)
        if isinstance(condition.right, p.Const):
            values.add(str(condition.right.value))
    if len(names) != 1:
        return False
    symbol = context.program.symbols.get(names.pop())
    fact = symbol.statement if symbol else None
    return isinstance(fact, s.Fact) and bool(fact.choices) and {choice.name for choice in fact.choices} <= values


def _both_ways(conditions: list[p.Expr]) -> bool:
    """Whether some condition and its opposite both stand."""
    plain = {c.name for c in conditions if isinstance(c, p.Fact)}
    return any(
        isinstance(c, p.Not) and isinstance(c.condition, p.Fact) and c.condition.name in plain for c in conditions
    )


def _all_numbers(conditions: list[p.Expr]) -> bool:
    """Whether conditions on one number together leave no number out."""
    names: set[str] = set()
    reach: list[tuple[Fraction | None, bool, Fraction | None, bool]] = []
    for condition in conditions:
        lower: tuple[Fraction | None, bool] = (None, True)
        upper: tuple[Fraction | None, bool] = (None, True)
        for part in condition.conditions if isinstance(condition, p.All) else (condition,):
            if not isinstance(part, p.Compare) or not isinstance(part.left, p.Fact):
                return False
            edge = constant(part.right)
            if not isinstance(edge, (int, Fraction)) or part.op not in ("<", "<=", ">", ">="):
                return False
            names.add(part.left.name)
            if part.op in (">", ">="):
                lower = (Fraction(edge), part.op == ">=")
            else:
                upper = (Fraction(edge), part.op == "<=")
        reach.append((*lower, *upper))
    if len(names) != 1:
        return False
    reach.sort(key=lambda r: (r[0] is not None, r[0] or 0))
    end: tuple[Fraction | None, bool] = reach[0][2:]
    for lower_edge, lower_in, upper_edge, upper_in in reach[1:]:
        if end[0] is None:
            break
        if lower_edge is None or lower_edge > end[0] or (lower_edge == end[0] and not (lower_in or end[1])):
            return False
        end = (upper_edge, upper_in)
    return reach[0][0] is None and end[0] is None
