"""Expressions and band tables as closures that give their value."""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from typing import Any

from pol_lang.problem import Problems
from polc import plan as p
from polc.arithmetic import Edge, lump, progressive, rounded, times, whole, whole_amount
from polc.calendars import add_workdays
from polc.evaluate.dates import DATE_PARTS, add_months, month_day
from polc.evaluate.environment import Environment, Read
from polc.evaluate.expression import CACHED, is_constant, name_of, unit_of
from polc.evaluate.lookups import LOOKUPS, constantly, missing
from polc.evaluate.problems import BandsBroken, DivisionByZero, NoValue


def evaluate(expr: p.Expr, env: Environment) -> p.Value:
    """The value of an expression: int where it is whole, else Fraction; fen, fractions of 1, plain numbers.

    Raises `NoValue` where none of the cases fits and `Problems` where the claim cannot be settled.
    """
    value: p.Value = reader(expr)(env)
    return value


@lru_cache(maxsize=CACHED)
def reader(expr: p.Expr) -> Read:
    """A function from the environment to the expression's value."""
    read = _READERS[type(expr)](expr)
    if not isinstance(expr, p.Const) and is_constant(expr):
        try:
            return constantly(read(Environment()))
        except (NoValue, Problems):
            return read  # it is said when a claim asks for it
    return read


def _within(expr: p.Within) -> Read:
    value_of, values, negated = reader(expr.value), expr.values, expr.negated

    def read(env: Environment) -> bool:
        value = value_of(env)
        if isinstance(value, frozenset):
            return values.isdisjoint(value) is negated
        return (value in values) is not negated

    return read


def _add(expr: p.Add) -> Read:
    terms = tuple((sign > 0, reader(term)) for sign, term in expr.terms)

    def read(env: Environment) -> Any:
        total: Any = 0
        for plus, term in terms:
            total = total + term(env) if plus else total - term(env)
        return whole(total)

    return read


def _multiply(expr: p.Multiply) -> Read:
    first, *others = map(reader, expr.factors)

    def read(env: Environment) -> Any:
        product = first(env)
        for factor in others:
            product = times(product, factor(env))
        return product

    return read


def _divide(expr: p.Divide) -> Read:
    dividend_of, divisor_of = reader(expr.dividend), reader(expr.divisor)
    shown = name_of(expr.divisor)

    def read(env: Environment) -> Any:
        dividend, divisor = dividend_of(env), divisor_of(env)
        if not divisor:
            raise Problems([DivisionByZero(where=env.where, name=f" ({shown})" if shown else "")])
        return whole(Fraction(dividend) / divisor)

    return read


def _smallest(expr: p.Smallest) -> Read:
    arguments = tuple(map(reader, expr.arguments))
    return lambda env: min([argument(env) for argument in arguments])


def _largest(expr: p.Largest) -> Read:
    arguments = tuple(map(reader, expr.arguments))
    return lambda env: max([argument(env) for argument in arguments])


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "!=": operator.ne,
}  # fmt: skip


def _compare(expr: p.Compare) -> Read:
    left_of, right_of, holds = reader(expr.left), reader(expr.right), _COMPARE[expr.op]
    if "month_day" in (unit_of(expr.left), unit_of(expr.right)):
        return lambda env: holds(month_day(left_of(env)), month_day(right_of(env)))
    left = expr.left
    if isinstance(expr.right, p.Const) and isinstance(left, p.Fact) and left.of == "claim":  # rows of a table
        name, value = left.name, right_of(Environment())

        def read(env: Environment) -> bool:
            given = env.claim.get(name)
            return holds(given if given is not None else missing(left, env), value)

        return read
    return lambda env: holds(left_of(env), right_of(env))


def _all(expr: p.All) -> Read:
    conditions = tuple(map(reader, expr.conditions))

    def read(env: Environment) -> bool:
        for condition in conditions:  # noqa: SIM110 - a generator costs as much again
            if not condition(env):
                return False
        return True

    return read


def _any(expr: p.Any) -> Read:
    conditions = tuple(map(reader, expr.conditions))

    def read(env: Environment) -> bool:
        for condition in conditions:  # noqa: SIM110 - a generator costs as much again
            if condition(env):
                return True
        return False

    return read


def _not(expr: p.Not) -> Read:
    condition = reader(expr.condition)
    return lambda env: not condition(env)


def _cases(expr: p.Cases) -> Read:
    arms = tuple((reader(arm.condition), reader(arm.value)) for arm in expr.arms)
    otherwise = None if expr.otherwise is None else reader(expr.otherwise)

    def read(env: Environment) -> Any:
        for condition, value in arms:
            if condition(env):
                return value(env)
        if otherwise is None:
            raise NoValue(expr)
        return otherwise(env)

    return read


def _rounded(expr: p.Rounded) -> Read:
    value, to, mode = reader(expr.value), whole(expr.to), expr.mode
    return lambda env: rounded(value(env), to, mode)


def _apply(expr: p.Apply) -> Read:
    value_of, edges_of, values_of = reader(expr.value), band_edges(expr.bands), band_values(expr.bands)
    mode = expr.bands.mode

    def read(env: Environment) -> Any:
        value, edges, values = value_of(env), edges_of(env), values_of(env)
        if value <= 0:
            return 0
        if mode == "progressive":
            return progressive(edges, values, 0, value)
        return whole_amount(edges, values, 0, value) if mode == "whole" else lump(edges, values, 0, value)

    return read


def _items_sum(expr: p.ItemsSum) -> Read:
    value_of, where = reader(expr.value), None if expr.where is None else reader(expr.where)

    def read(env: Environment) -> Any:
        outer, total = env.item, 0
        try:
            for item in env.items:
                env.item = item
                if where is None or where(env):
                    total += value_of(env)
        finally:
            env.item = outer
        return whole(total)

    return read


def _stacked(expr: p.Stacked) -> Read:
    chosen, arms = reader(expr.fact), {choice: reader(value) for choice, value in expr.arms}

    def read(env: Environment) -> Any:
        choices = chosen(env)
        choices = choices if isinstance(choices, frozenset) else frozenset((choices,))
        if not choices <= arms.keys():
            raise NoValue(expr)
        values = sorted((arms[choice](env) for choice in choices), reverse=True)
        total: Any = 0
        for value, share in zip(values, expr.shares, strict=False):
            total += times(value, share)
        return whole(total)

    return read


def _date_shift(expr: p.DateShift) -> Read:
    date_of, by, step = reader(expr.date), reader(expr.by), expr.step

    def read(env: Environment) -> datetime.date:
        date, count = date_of(env), int(by(env))
        if step == "days":
            return date + datetime.timedelta(days=count)  # type: ignore[no-any-return]
        if step == "workdays":
            return add_workdays(date, count)
        return add_months(date, count if step == "months" else 12 * count)

    return read


def _date_part(expr: p.DatePart) -> Read:
    date_of, part = reader(expr.date), DATE_PARTS[expr.part]
    return lambda env: part(date_of(env))


def _days_between(expr: p.DaysBetween) -> Read:
    start, end = reader(expr.start), reader(expr.end)
    return lambda env: (end(env) - start(env)).days


def _named(expr: p.Named) -> Read:
    return reader(expr.value)


def considering(env: Environment, read: Callable[[], None]) -> None:
    """Calls a function once per identity held, and once with none where none is held."""
    outer = env.identities
    try:
        for identities in env.held or (frozenset(),):
            env.identities = identities
            read()
    finally:
        env.identities = outer


def _best_of(expr: p.BestOf) -> Read:
    value_of, best = reader(expr.value), min if expr.best == "smallest" else max

    def read(env: Environment) -> Any:
        values: list[Any] = []
        missing: list[NoValue] = []

        def one() -> None:
            try:
                values.append(value_of(env))
            except NoValue as error:
                missing.append(error)

        considering(env, one)
        if not values:
            raise missing[0]
        return best(values)

    return read


_READERS: dict[type, Callable[[Any], Read]] = LOOKUPS | {
    p.Within: _within, p.Add: _add, p.Multiply: _multiply, p.Divide: _divide, p.Smallest: _smallest,
    p.Largest: _largest, p.Compare: _compare, p.All: _all, p.Any: _any, p.Not: _not, p.Cases: _cases,
    p.Rounded: _rounded, p.Apply: _apply, p.ItemsSum: _items_sum, p.Stacked: _stacked, p.DateShift: _date_shift,
    p.DatePart: _date_part, p.DaysBetween: _days_between, p.Named: _named, p.BestOf: _best_of,
}  # fmt: skip


def band_edges(table: p.BandTable) -> Callable[[Environment], tuple[Edge, ...]]:
    """A function from the environment to the edges of a table's bands."""
    edges = tuple(
        (reader(band.lower), band.lower_inclusive, None if band.upper is None else reader(band.upper),
         band.upper_inclusive)
        for band in table.bands
    )  # fmt: skip

    def read(env: Environment) -> tuple[Edge, ...]:
        found = tuple(
            (lower(env), lower_in, None if upper is None else upper(env), upper_in)
            for lower, lower_in, upper, upper_in in edges
        )
        end: Any = found[0][0]
        for lower, _, upper, _ in found:
            if lower != end or (upper is not None and upper < lower):
                raise Problems([BandsBroken(where=env.where, name=table.name)])
            end = upper
        return found

    if all(is_constant(band.lower) and (band.upper is None or is_constant(band.upper)) for band in table.bands):
        try:
            return constantly(read(Environment()))
        except (NoValue, Problems):
            return read  # it is said when a claim asks for it
    return read


def band_values(table: p.BandTable) -> Callable[[Environment], tuple[int | Fraction, ...]]:
    """A function from the environment to the rates (or lump sums) of a table's bands."""
    values = tuple(reader(band.value) for band in table.bands)

    def read(env: Environment) -> tuple[int | Fraction, ...]:
        return tuple([value(env) for value in values])

    if all(is_constant(band.value) for band in table.bands):
        try:
            return constantly(read(Environment()))
        except (NoValue, Problems):
            return read  # it is said when a claim asks for it
    return read
