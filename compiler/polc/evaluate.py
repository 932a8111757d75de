"""Values of plan expressions, exact, and what an expression saw.

Theory: an expression is turned once into a closure over its operands' closures (`reader`), found again by the
expression's identity; settling then only calls closures. What an expression saw is collected the same way, after it was
evaluated: names behind a condition that was not reached were not read and are not shown.
"""

from __future__ import annotations

import calendar
import datetime
import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar

from attrs import define, evolve, field

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.arithmetic import Edge, lump, progressive, rounded, times, whole, whole_amount
from polc.calendars import add_workdays
from polc.settlement import Seen

CACHED = 65_536
"""How many expressions' closures are kept; the largest plans have a few thousand."""


# ---------------------------------------------------------------- problems


class MissingFact(Problem):
    """The policy asks for a fact that the claim or the person does not give, and that has no default.

    Give the fact, or where it is usually left out, declare a default: `fact … default …`.
    ---
    政策要用到的一个事实，就诊或参保人的数据里没有给出，也没有缺省值。

    请在数据里给出；如果通常不填，可在政策里写明缺省值：`事实 … 缺省 …`。
    """

    name: str = ""
    of_zh: str = ""
    of_en: str = ""
    code = "C501"
    zh: ClassVar[str] = "{of_zh}没有给出“{name}”"
    en: ClassVar[str] = "the {of_en} does not give “{name}”"
    hint_zh: ClassVar[str] = "给出这个事实，或者在政策里给它一个缺省值"
    hint_en: ClassVar[str] = "give it, or let the policy declare a default for it"


class DivisionByZero(Problem):
    """A formula divides by an amount that is zero for this claim.
    ---
    算式的除数在这次就诊中为零。
    """

    name: str = ""
    code = "C502"
    zh: ClassVar[str] = "除数为零{name}"
    en: ClassVar[str] = "division by zero{name}"
    hint_zh: ClassVar[str] = "给算式加上条件，或者为除数设下限（不低于）"
    hint_en: ClassVar[str] = "put a condition before the formula, or give the divisor a lower bound (at least)"


class BandsBroken(Problem):
    """The edges of a band table are not fixed amounts, and for this claim they leave a gap or overlap.
    ---
    分段的边界不是固定金额，对这次就诊算出来的边界有空缺或重叠。
    """

    name: str = ""
    code = "C514"
    zh: ClassVar[str] = "“{name}”各段的边界对这次就诊不相衔接"
    en: ClassVar[str] = "the bands of “{name}” leave a gap or overlap for this claim"
    hint_zh: ClassVar[str] = "检查边界里的算式，使各段由低到高依次衔接"
    hint_en: ClassVar[str] = "let the edges rise from band to band whatever the claim"


class NoValue(Exception):
    """None of the cases of `cases` fits; a layer that asks for the value does not apply."""

    def __init__(self, cases: p.Expr) -> None:
        super().__init__(getattr(cases, "name", ""))
        self.cases = cases


# ---------------------------------------------------------------- the environment


@define(eq=False, repr=False)
class Environment:
    """All that an expression can read while one claim is settled; settling writes to it step by step.

    `identities` are the names that count now, `held` the names that count per identity held (for 就高 by item), amounts
    are fen. `total` is what all bearers bear and `parts["total"]` always the same; the other parts add up to what is
    not given to another bearer by a cut. `left` is what the person still bears, `shared` what is used of caps that
    several layers share on one claim. `person_field` is the bearer that the person is; `where` names the claim in
    problems.
    """

    claim: Mapping[str, p.Value] = field(factory=dict)
    person: Mapping[str, p.Value] = field(factory=dict)
    items: tuple[Mapping[str, p.Value], ...] = ()
    defaults: Mapping[str, p.Value] = field(factory=dict)
    parts: dict[str, int] = field(factory=dict)
    total: int = 0
    left: int = 0
    identities: frozenset[str] = frozenset()
    held: tuple[frozenset[str], ...] = ()
    tallies: Mapping[str, int | Fraction] = field(factory=dict)
    paid: dict[str, int] = field(factory=dict)
    cuts: dict[str, int] = field(factory=dict)
    overflow: dict[str, int | Fraction] = field(factory=dict)
    borne: dict[str, int] = field(factory=dict)
    packages: set[str] = field(factory=set)
    shared: dict[str, int | Fraction] = field(factory=dict)
    person_field: str = "psn_part_amt"
    where: str = ""
    item: Mapping[str, p.Value] | None = None

    def copy(self) -> Environment:
        """The same state, to be written to on its own."""
        return evolve(
            self,
            parts=dict(self.parts),
            paid=dict(self.paid),
            cuts=dict(self.cuts),
            overflow=dict(self.overflow),
            borne=dict(self.borne),
            packages=set(self.packages),
            shared=dict(self.shared),
        )


Read = Callable[[Environment], Any]
Found = dict[tuple[str, str], tuple[str, p.Value, p.Unit]]
Collect = Callable[[Environment, Found], None]


# ---------------------------------------------------------------- what can be asked


def evaluate(expr: p.Expr, env: Environment) -> p.Value:
    """The value of an expression: int where it is whole, else Fraction; fen, fractions of 1, plain numbers.

    Raises `NoValue` where none of the cases fits and `Problems` where the claim cannot be settled.
    """
    value: p.Value = reader(expr)(env)
    return value


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
        return condition if isinstance(inner, p.Const) else inner  # a bare "no" says nothing, its name does
    try:
        return None if reader(condition)(env) else condition
    except NoValue:
        return condition


def name_of(expr: p.Expr) -> str | None:
    """The name under which `seen` shows a node; None for what is computed.

    A layer's payment stands under the layer's name, a tally, cut, package, fact, part or definition under its own, and
    what has no name of its own under `overflow(layer)`, `left`, `borne(bearer)`.
    """
    match expr:
        case p.Fact() | p.Part() | p.Cut() | p.Tallied() | p.Holds() | p.InPackage() | p.Named() | p.Stacked():
            return expr.name
        case p.Paid():
            return expr.layer
        case p.Overflow():
            return f"overflow({expr.layer})"
        case p.Left():
            return "left"
        case p.Borne():
            return f"borne({expr.name})"
    return None


def unit_of(expr: p.Expr) -> p.Unit:
    """The unit of an expression's value."""
    match expr:
        case (
            p.Const() | p.Fact() | p.Add() | p.Multiply() | p.Divide() | p.Smallest() | p.Largest() | p.Cases()
            | p.Rounded() | p.Apply() | p.Stacked() | p.Named() | p.BestOf()
        ):  # fmt: skip
            return expr.unit
        case p.Part() | p.Paid() | p.Cut() | p.Overflow() | p.Left() | p.Borne() | p.Tallied() | p.ItemsSum():
            return "money"
        case p.DateShift():
            return "date"
        case p.DatePart():
            return "number" if expr.part in ("month", "day", "year") else "date"
        case p.DaysBetween():
            return "days"
        case _:
            return "bool"


def children(expr: p.Expr) -> tuple[p.Expr, ...]:
    """The operands of an expression in the order they are written."""
    match expr:
        case p.Within() | p.Rounded() | p.Named() | p.BestOf():
            return (expr.value,)
        case p.Add():
            return tuple(term for _, term in expr.terms)
        case p.Multiply():
            return expr.factors
        case p.Divide():
            return expr.dividend, expr.divisor
        case p.Smallest() | p.Largest():
            return expr.arguments
        case p.Compare():
            return expr.left, expr.right
        case p.All() | p.Any():
            return expr.conditions
        case p.Not():
            return (expr.condition,)
        case p.Cases():
            arms = tuple(part for arm in expr.arms for part in (arm.condition, arm.value))
            return arms if expr.otherwise is None else (*arms, expr.otherwise)
        case p.Apply():
            bands = tuple(
                part
                for band in expr.bands.bands
                for part in ((band.lower, band.value) if band.upper is None else (band.lower, band.upper, band.value))
            )
            return (expr.value, *bands)
        case p.ItemsSum():
            return (expr.value,) if expr.where is None else (expr.value, expr.where)
        case p.Stacked():
            return (expr.fact, *(value for _, value in expr.arms))
        case p.DateShift():
            return expr.date, expr.by
        case p.DatePart():
            return (expr.date,)
        case p.DaysBetween():
            return expr.start, expr.end
    return ()


_FROM_OUTSIDE = (
    p.Fact, p.Part, p.Paid, p.Cut, p.Overflow, p.Left, p.Borne, p.Tallied, p.InPackage, p.Holds, p.BestOf, p.ItemsSum,
)  # fmt: skip


@lru_cache(maxsize=CACHED)
def is_constant(expr: p.Expr) -> bool:
    """Whether an expression has the same value for every claim."""
    return not isinstance(expr, _FROM_OUTSIDE) and all(map(is_constant, children(expr)))


# ---------------------------------------------------------------- closures that give values


@lru_cache(maxsize=CACHED)
def reader(expr: p.Expr) -> Read:
    """A function from the environment to the expression's value."""
    read = _READERS[type(expr)](expr)
    if not isinstance(expr, p.Const) and is_constant(expr):
        try:
            return _constantly(read(Environment()))
        except (NoValue, Problems):
            return read  # it is said when a claim asks for it
    return read


def _constantly(value: Any) -> Read:
    return lambda env: value


def _const(expr: p.Const) -> Read:
    value = expr.value
    return _constantly(whole(value) if isinstance(value, Fraction) else value)


_OF = {"claim": ("就诊", "claim"), "person": ("参保人", "person"), "item": ("费用明细", "cost item")}


def _missing(expr: p.Fact, env: Environment) -> p.Value:
    value = env.defaults.get(expr.name)
    if value is None:
        zh, en = _OF[expr.of]
        raise Problems([MissingFact(where=env.where, name=expr.name, of_zh=zh, of_en=en)])
    return value


def _fact(expr: p.Fact) -> Read:
    name = expr.name

    def of_claim(env: Environment) -> Any:
        value = env.claim.get(name)
        return value if value is not None else _missing(expr, env)

    def of_person(env: Environment) -> Any:
        value = env.person.get(name)
        return value if value is not None else _missing(expr, env)

    def of_item(env: Environment) -> Any:
        value = env.item.get(name) if env.item is not None else None
        return value if value is not None else _missing(expr, env)

    return {"claim": of_claim, "person": of_person, "item": of_item}[expr.of]


def _part(expr: p.Part) -> Read:
    part = expr.part
    return lambda env: env.parts[part]


def _paid(expr: p.Paid) -> Read:
    layer = expr.layer
    return lambda env: env.paid.get(layer, 0)


def _cut(expr: p.Cut) -> Read:
    name = expr.name
    return lambda env: env.cuts.get(name, 0)


def _overflow(expr: p.Overflow) -> Read:
    layer = expr.layer
    return lambda env: env.overflow.get(layer, 0)


def _left(expr: p.Left) -> Read:
    return lambda env: env.left


def _borne(expr: p.Borne) -> Read:
    bearer = expr.field
    return lambda env: env.left if bearer == env.person_field else env.borne.get(bearer, 0)


def _tallied(expr: p.Tallied) -> Read:
    name = expr.name
    return lambda env: env.tallies.get(name, 0)


def _in_package(expr: p.InPackage) -> Read:
    name = expr.name
    return lambda env: name in env.packages


def _holds(expr: p.Holds) -> Read:
    identities = expr.identities
    return lambda env: not identities.isdisjoint(env.identities)


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


def month_day(value: Any) -> Any:
    """A month and day, or those of a date, as a pair; what is held against a day of the year."""
    if isinstance(value, datetime.date):
        return value.month, value.day
    return divmod(value, 100) if isinstance(value, int) else value


def day_of_year(year: int, day: tuple[int, int]) -> datetime.date:
    """A day of the year as a date; 29 February of a year that has none as 1 March."""
    month, number = day
    if day == (2, 29) and not calendar.isleap(year):
        return datetime.date(year, 3, 1)
    return datetime.date(year, month, number)


def _compare(expr: p.Compare) -> Read:
    left_of, right_of, holds = reader(expr.left), reader(expr.right), _COMPARE[expr.op]
    if "month_day" in (unit_of(expr.left), unit_of(expr.right)):
        return lambda env: holds(month_day(left_of(env)), month_day(right_of(env)))
    left = expr.left
    if isinstance(expr.right, p.Const) and isinstance(left, p.Fact) and left.of == "claim":  # rows of a table
        name, value = left.name, right_of(Environment())

        def read(env: Environment) -> bool:
            given = env.claim.get(name)
            return holds(given if given is not None else _missing(left, env), value)

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
        return _add_months(date, count if step == "months" else 12 * count)

    return read


def _add_months(date: datetime.date, count: int) -> datetime.date:
    years, month = divmod(date.month - 1 + count, 12)
    year = date.year + years
    return datetime.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


_DATE_PARTS: dict[str, Callable[[datetime.date], Any]] = {
    "month": lambda date: date.month,
    "day": lambda date: date.day,
    "year": lambda date: date.year,
    "next_month": lambda date: _add_months(date.replace(day=1), 1),
    "year_end": lambda date: datetime.date(date.year, 12, 31),
    "next_year": lambda date: datetime.date(date.year + 1, 1, 1),
}


def _date_part(expr: p.DatePart) -> Read:
    date_of, part = reader(expr.date), _DATE_PARTS[expr.part]
    return lambda env: part(date_of(env))


def _days_between(expr: p.DaysBetween) -> Read:
    start, end = reader(expr.start), reader(expr.end)
    return lambda env: (end(env) - start(env)).days


def _named(expr: p.Named) -> Read:
    return reader(expr.value)


def _considering(env: Environment, read: Callable[[], None]) -> None:
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

        _considering(env, one)
        if not values:
            raise missing[0]
        return best(values)

    return read


_READERS: dict[type, Callable[[Any], Read]] = {
    p.Const: _const, p.Fact: _fact, p.Part: _part, p.Paid: _paid, p.Cut: _cut, p.Overflow: _overflow, p.Left: _left,
    p.Borne: _borne, p.Tallied: _tallied, p.InPackage: _in_package, p.Holds: _holds, p.Within: _within, p.Add: _add,
    p.Multiply: _multiply, p.Divide: _divide, p.Smallest: _smallest, p.Largest: _largest, p.Compare: _compare,
    p.All: _all, p.Any: _any, p.Not: _not, p.Cases: _cases, p.Rounded: _rounded, p.Apply: _apply,
    p.ItemsSum: _items_sum, p.Stacked: _stacked, p.DateShift: _date_shift, p.DatePart: _date_part,
    p.DaysBetween: _days_between, p.Named: _named, p.BestOf: _best_of,
}  # fmt: skip


# ---------------------------------------------------------------- bands


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
            return _constantly(read(Environment()))
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
            return _constantly(read(Environment()))
        except (NoValue, Problems):
            return read  # it is said when a claim asks for it
    return read


# ---------------------------------------------------------------- closures that collect what was seen


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
        _considering(env, one)

    return collect
