"""What an expression saw: the names it read, with their values, as closures that collect them."""

from __future__ import annotations

from functools import lru_cache

from pol_lang.problem import Problems
from polc import plan as p
from polc.evaluate.environment import Collect, Environment, Found
from polc.evaluate.expression import CACHED, children, is_constant, name_of, unit_of
from polc.evaluate.problems import NoValue
from polc.evaluate.reader import considering, reader
from polc.settlement import Seen


def seen(expr: p.Expr, env: Environment) -> Seen:
    """The names an expression read with their values, in order of appearance, each once.

    To be called with the environment the expression was evaluated in. Names are those of `name_of`.
    """
    return collected(collectors(expr), env)


def first_failed(condition: p.Expr, env: Environment) -> p.Expr | None:
    """The innermost first conjunct of a condition that does not hold; None where the condition holds."""
    if isinstance(condition, p.All):
        for part in condition.conditions:
            failed = first_failed(part, env)
            if failed is not None:
                return failed
        return None
    if isinstance(condition, p.Named):
        inner = first_failed(condition.value, env)
        # a bare "no" and a row of a table say nothing, their name does
        return condition if isinstance(inner, p.Const | p.Cases) else inner
    try:
        return None if reader(condition)(env) else condition
    except NoValue:
        return condition


def collected(parts: tuple[Collect, ...], env: Environment) -> Seen:
    """What collectors find, in order."""
    if not parts:
        return ()
    found: Found = {}
    for collect in parts:
        collect(env, found)
    return tuple(found.values())


@lru_cache(maxsize=CACHED)
def collectors(expr: p.Expr) -> tuple[Collect, ...]:
    """Functions that put what an expression read into a dictionary, in order of appearance."""
    name = name_of(expr)
    match expr:
        case p.Fact(of="item"):
            return ()  # a value per item: none to show
        case p.Named():
            inner = () if is_constant(expr.value) else collectors(expr.value)
            return (_leaf(expr, expr.name), *inner)
        case p.Stacked():
            return (*collectors(expr.fact), _leaf(expr, expr.name))
        case p.All() | p.Any():
            return (_until(expr),)
        case p.Cases():
            return (_until_fitting(expr),)
        case p.BestOf():
            return (_best(expr),)
        case p.Apply():
            return collectors(expr.value)
    if name is not None:
        return (_leaf(expr, name),)
    return tuple(collect for child in children(expr) for collect in collectors(child))


def _leaf(expr: p.Expr, name: str) -> Collect:
    key, unit, read = (type(expr).__name__, name), unit_of(expr), reader(expr)

    def collect(env: Environment, found: Found) -> None:
        if key in found:
            return
        try:
            value = read(env)
        except (NoValue, Problems):
            return  # the expression was not evaluated as far as this
        found[key] = (name, value, unit)

    return collect


def _until(expr: p.All | p.Any) -> Collect:
    """What was read up to the first condition that decided."""
    decides = isinstance(expr, p.Any)
    conditions = tuple((reader(part), collectors(part)) for part in expr.conditions)

    def collect(env: Environment, found: Found) -> None:
        for condition, parts in conditions:
            for part in parts:
                part(env, found)
            try:
                if bool(condition(env)) is decides:
                    return
            except (NoValue, Problems):
                return

    return collect


def _until_fitting(expr: p.Cases) -> Collect:
    """What was read up to the case that fitted."""
    arms = tuple((reader(arm.condition), collectors(arm.condition), collectors(arm.value)) for arm in expr.arms)
    otherwise = () if expr.otherwise is None else collectors(expr.otherwise)

    def collect(env: Environment, found: Found) -> None:
        for condition, before, after in arms:
            for part in before:
                part(env, found)
            try:
                fits = condition(env)
            except (NoValue, Problems):
                return
            if fits:
                for part in after:
                    part(env, found)
                return
        for part in otherwise:
            part(env, found)

    return collect


def _best(expr: p.BestOf) -> Collect:
    """What was read for the identity whose value was taken."""
    read, value_of, parts = reader(expr), reader(expr.value), collectors(expr.value)

    def collect(env: Environment, found: Found) -> None:
        taken: list[p.Value] = []

        def one() -> None:
            try:
                if not taken and value_of(env) == best:
                    taken.append(best)
                    for part in parts:
                        part(env, found)
            except NoValue:
                pass

        try:
            best = read(env)
        except NoValue:
            return
        considering(env, one)

    return collect
