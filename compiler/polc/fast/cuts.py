"""From steps that cut or move cost to lines of source; the sums are those of `cut_cost`."""

from __future__ import annotations

from fractions import Fraction

from polc import plan as p
from polc.cut_cost import CUT_FIRST
from polc.fast.exact import Code, literal, minus, multiple, not_below_zero, product, smaller, to_fen
from polc.fast.scalar import Scalars, may_lack

Cut = p.CopayCut | p.Exclusion | p.Control | p.Package


def write_cut(scalars: Scalars, step: Cut) -> str:
    """Writes the lines of a step; the name of the variable with the amount it moved."""
    source, symbols = scalars.source, scalars.symbols
    moved = source.name("m")
    source.line(f"{moved} = 0")
    conditions: tuple[p.Expr, ...]
    if isinstance(step, p.CopayCut | p.Exclusion):
        conditions = () if step.condition is None else (step.condition,)
    else:
        conditions = tuple(guard.condition for guard in step.guards)
    package = source.name("g") if isinstance(step, p.Package) else ""
    if package:
        source.line(f"{package} = False")
    head = condition_of(scalars, conditions)
    with scalars.branch(), source.block(f"if {head}:"):
        if isinstance(step, p.CopayCut):
            _copay(scalars, step, moved)
        elif isinstance(step, p.Exclusion):
            _exclusion(scalars, step, moved)
        elif isinstance(step, p.Control):
            _control(scalars, step, moved)
        else:
            _package(scalars, step, moved)
            source.line(f"{package} = True")
    if package:
        symbols.packages.setdefault(step.name, []).append(package)  # type: ignore[union-attr]
    if not isinstance(step, p.CopayCut):
        symbols.cuts.setdefault(step.name, []).append(moved)
        if step.bearer != symbols.person_field:
            symbols.borne.setdefault(step.bearer, []).append(moved)
    return moved


def condition_of(scalars: Scalars, conditions: tuple[p.Expr, ...]) -> str:
    """The text of conditions tried in order, after lines that it may need. One that has no value does not hold."""
    if not conditions:
        return "True"
    source = scalars.source
    if not any(map(may_lack, conditions)):
        return scalars.condition(p.All(conditions)) if len(conditions) > 1 else scalars.condition(conditions[0])
    held = source.name("t")
    with source.block("try:"), scalars.branch():
        source.line(f"{held} = {scalars.condition(p.All(conditions))}")
    with source.block("except NoValue:"):
        source.line(f"{held} = False")
    return held


def _amount(scalars: Scalars, value: p.Expr) -> Code:
    """An amount half-up to the fen, not below 0; where it has no value the claim is refused, by the interpreter."""
    return not_below_zero(scalars.source, to_fen(scalars.source, scalars(value)))


def _part(name: str) -> Code:
    return Code(name, 1, True)


def _take(scalars: Scalars, part: str, amount: str) -> None:
    """Takes an amount, a variable, out of a part; what a part has not is taken from the next."""
    source = scalars.source
    if part != "total":
        source.line(f"{part} -= {smaller(source, Code(amount, 1), _part(part)).text}")
        return
    rest = source.name()
    source.line(f"{rest} = {amount}")
    for name in CUT_FIRST:
        taken = source.name()
        source.line(f"{taken} = {smaller(source, Code(rest, 1), _part(name)).text}")
        source.line(f"{name} -= {taken}; {rest} -= {taken}")


def _give(scalars: Scalars, bearer: str, amount: str) -> None:
    if bearer != scalars.symbols.person_field:
        scalars.source.line(f"left -= {amount}")


def _at_most_left(scalars: Scalars, amount: Code, bearer: str) -> Code:
    if bearer == scalars.symbols.person_field:
        return amount
    return smaller(scalars.source, amount, not_below_zero(scalars.source, Code("left", 1)))


def _copay(scalars: Scalars, step: p.CopayCut, moved: str) -> None:
    source, part = scalars.source, step.part.part
    source.line(f"{moved} = {smaller(source, _amount(scalars, step.amount), _part(part)).text}")
    _take(scalars, part, moved)
    source.line(f"copay += {moved}")


def _exclusion(scalars: Scalars, step: p.Exclusion, moved: str) -> None:
    source, part = scalars.source, step.part.part
    amount = smaller(source, _amount(scalars, step.amount), _part(part))
    source.line(f"{moved} = {_at_most_left(scalars, amount, step.bearer).text}")
    _take(scalars, part, moved)
    _give(scalars, step.bearer, moved)


def _share(scalars: Scalars, amount: Code, share: Fraction) -> Code:
    return multiple(scalars.source, product(amount, literal(share)), 1, "half_up")


def _control(scalars: Scalars, step: p.Control, moved: str) -> None:
    source = scalars.source
    limit = scalars.let(_amount(scalars, step.limit))
    subject = Code(f"({' + '.join(part.part for part in step.parts)})", 1, True)
    excess = not_below_zero(source, minus(subject, limit))
    amount = _at_most_left(scalars, _share(scalars, excess, step.share), step.bearer)
    rest = source.name()
    source.line(f"{moved} = {rest} = {amount.text}")
    for part in step.parts:
        taken = source.name()
        source.line(f"{taken} = {smaller(source, Code(rest, 1), _part(part.part)).text}")
        _take(scalars, part.part, taken)
        source.line(f"{rest} -= {taken}")
    source.line(f"{moved} -= {rest}")
    _give(scalars, step.bearer, moved)


def _package(scalars: Scalars, step: p.Package, moved: str) -> None:
    source = scalars.source
    price = scalars.let(_amount(scalars, step.price))
    subject = scalars.let(Code(f"({' + '.join(CUT_FIRST)})", 1, True))
    excess = scalars.let(not_below_zero(source, minus(subject, price)))
    amount = _at_most_left(scalars, _share(scalars, excess, step.share), step.bearer)
    source.line(f"{moved} = {amount.text}")
    _take(scalars, "total", excess.text)
    if step.kind == "fixed":  # the price is owed even where the cost is lower
        with source.block(f"if {subject.text} < {price.text}:"):
            lacking = scalars.let(minus(price, subject)).text
            for name in ("inscope", "total", "left"):
                source.line(f"{name} += {lacking}")
    if step.scope == "whole":
        source.line(f"inscope = {' + '.join(CUT_FIRST)}")
        source.line("noncovered = overlimit = copay = 0")
    source.line(f"noncovered += {excess.text} - {moved}")
    _give(scalars, step.bearer, moved)
