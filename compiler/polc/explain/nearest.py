"""The fewest changes with which a condition would hold: what `--why-not` says would have to be otherwise.

Nothing is tried out: a condition is read down to the single questions it asks, and of several ways to make it hold the
one with the fewest answers to be changed is taken, the first written on a tie.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from pol_lang.problem import Problems
from polc import plan as p
from polc.evaluate import Environment, NoValue, evaluate, seen
from polc.explain.figures import figure
from polc.explain.formula import SIGNS, numeric, shown_name, symbolic
from polc.explain.observed import gap
from polc.explain.wording import Words
from polc.explain.worth import values_of

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "!=", "!=": "="}


@frozen(eq=False, repr=False, slots=False)
class Change:
    """An answer that would have to be another; `identities` are those of which the person would have to have one."""

    text: str
    identities: frozenset[str] | None = None


Changes = tuple[Change, ...]


def nearest(condition: p.Expr, env: Environment, w: Words, wanted: bool = True) -> Changes | None:
    """The changes with which a condition would come to what is wanted; none where it does, None where nothing of the
    claim or the person could make it so."""
    match condition:
        case p.Named(value=value):
            return nearest(value, env, w, wanted)
        case p.Not(condition=inner):
            return nearest(inner, env, w, not wanted)
        case p.All(conditions=several) | p.Any(conditions=several):
            ways = [nearest(one, env, w, wanted) for one in several]
            if isinstance(condition, p.All) is wanted:
                return joined(ways)
            possible = [way for way in ways if way is not None]
            return min(possible, key=len, default=None)
        case p.Const(value=value):
            return () if bool(value) is wanted else None
    try:
        held = bool(evaluate(condition, env))
    except (Problems, NoValue):  # a fact that nobody gave, a value that does not fit
        held = not wanted
    if held is wanted:
        return ()
    identities = condition.identities if isinstance(condition, p.Holds) and wanted else None
    return (Change(_change(condition, env, w, wanted), identities),)


def joined(ways: Iterable[Changes | None]) -> Changes | None:
    """All changes of several conditions that must hold, each once; a wider group is implied by a narrower one."""
    found: list[Change] = []
    for way in ways:
        if way is None:
            return None
        found += way
    told = {change.text: change for change in found}
    groups = [change.identities for change in told.values() if change.identities is not None]
    return tuple(
        change
        for change in told.values()
        if change.identities is None or not any(other < change.identities for other in groups)
    )


def _change(condition: p.Expr, env: Environment, w: Words, wanted: bool) -> str:
    """The answer to one question that would have to be another."""
    match condition:
        case p.Holds(name=name, identities=identities):
            some = sorted(identities - {name})
            told = w("is" if wanted else "is_not", name=w.name(name))
            return told + _one_of(some, w) if wanted and some and name not in identities else told
        case p.Within(value=value, name=name, negated=negated):
            return w("not_in" if negated is wanted else "in", value=symbolic(value, w), name=name)
        case p.Compare(op=op, left=left, right=right):
            sign = SIGNS[op if wanted else _OPPOSITE[op]]
            try:
                saw = seen(condition, env)
            except (Problems, NoValue):
                saw = ()
            far = gap(condition, saw, w) if wanted else ""
            bound = right if isinstance(right, p.Const) else None
            shown = symbolic(right, w) if bound is not None else numeric(right, values_of(saw), w)
            return f"{symbolic(left, w)} {sign} {shown}" + (w("open") + far + w("close") if far else "")
    name = shown_name(condition, w) or symbolic(condition, w)
    return f"{name} = {figure(wanted, 'bool', w)}"


def _one_of(names: list[str], w: Words) -> str:
    if len(names) > 6:
        return ""
    return w("open") + w("one_of", names=w.joined([w.name(name) for name in names], "list_comma")) + w("close")


def nearest_case(cases: p.Expr, env: Environment, w: Words) -> tuple[Changes, str] | None:
    """Of cases of which none fits the one that is nearest: the changes, and the value it would give."""
    if not isinstance(cases, p.Cases):
        return None
    ways = [(nearest(arm.condition, env, w), arm) for arm in cases.arms]
    possible = [(way, arm) for way, arm in ways if way is not None]
    if not possible:
        return None
    way, arm = min(possible, key=lambda pair: len(pair[0]))
    return way, symbolic(arm.value, w)
