"""The accumulators a person brings along from earlier claims."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import ClassVar

from pol_lang.problem import Problem, near_names
from polc.account_names import account_named, name_of
from polc.arithmetic import fen, yuan
from polc.claims.place import Place, shown
from polc.claims.tree_problems import KeyTwice, NotATable
from polc.claims.values import TooManyDecimals, read_count, read_exact_fen
from polc.evaluate import unit_of
from polc.periods import account_period
from polc.plan import COUNTS, Accumulator, Deductible, Layer, Plan, Unit
from polc.settlement import Exact, State

_WHOLE_FEN = frozenset({"paid", "cap"})


class UnknownRunningSum(Problem):
    """The policy keeps no such running sum. Running sums are written `"LAYER.KIND"`, where the policy keeps two of a
    kind `"LAYER.KIND.PERIOD"`; the kinds are base_so_far 累计费用, excess_so_far 起付线以上累计,
    deductible_so_far 起付线已付, kept_out_so_far 未适用费用, paid_so_far 已支付, cost_so_far 费用额,
    count_so_far 次数, payments_so_far 支付次数, exact_so_far 未取整累计, cap_so_far 合并额 and
    tally_so_far 累计.
    ---
    政策里没有这个累计数。累计数写作 `"保障层.种类"`，同一种有两个的写 `"保障层.种类.期间"`；种类有
    base_so_far 累计费用、excess_so_far 起付线以上累计、deductible_so_far 起付线已付、
    kept_out_so_far 未适用费用、paid_so_far 已支付、cost_so_far 费用额、count_so_far 次数、
    payments_so_far 支付次数、exact_so_far 未取整累计、cap_so_far 合并额、tally_so_far 累计。
    """

    key: str = ""
    known: tuple[str, ...] = ()
    code = "C548"
    zh: ClassVar[str] = "政策里没有累计数“{key}”"
    en: ClassVar[str] = "the policy keeps no running sum “{key}”"
    hint_zh: ClassVar[str] = "有：{known}"
    hint_en: ClassVar[str] = "there are: {known}"


class DeductionsMissing(Problem):
    """The layer takes its deductible by what was really deducted so far (`by deductions so far`), and the running sums
    give the cost that entered the layer but not the deductible taken of it. It is not guessed from the cost: that would
    be the other reading.
    ---
    这一层的起付线按累计扣除，此前累计给了累计费用，却没有给已扣的起付线。系统不会由累计费用推算：那是另一种口径。
    """

    layer: str = ""
    code = "C561"
    zh: ClassVar[str] = "“{layer}”的起付线按累计扣除，给了累计费用就要给起付线已付"
    en: ClassVar[str] = "the deductible of “{layer}” goes by deductions so far: its base needs the deductible taken"
    hint_zh: ClassVar[str] = "加一行，例如 {layer}.起付线已付 0"
    hint_en: ClassVar[str] = "add a line, for example {layer}.deductible 0"


class DeductionsAboveCost(Problem):
    """More deductible was taken, or more cost kept out, than cost entered the layer.
    ---
    已扣的起付线（加上未适用费用）多于进入这一层的费用。
    """

    layer: str = ""
    taken: str = ""
    cost: str = ""
    code = "C562"
    zh: ClassVar[str] = "“{layer}”的起付线已付和未适用费用共 {taken} 元，多于累计费用 {cost} 元"
    en: ClassVar[str] = "“{layer}”: {taken} yuan deducted or kept out are more than the {cost} yuan of its base"
    hint_zh: ClassVar[str] = "核对此前累计：已付的起付线不会多于累计费用"
    hint_en: ClassVar[str] = "check what was given: no more can be deducted than the cost so far"


def read_earlier(table: object, plan: Plan, date: datetime.date, place: Place, problems: list[Problem]) -> State:
    """The accumulators a table gives, for the periods that a date falls into. Problems are added to `problems`."""
    if not isinstance(table, Mapping):
        problems.append(NotATable(where=str(place), found=shown(table)))
        return State()
    values: dict[str, tuple[str, Exact]] = {}
    given: dict[str, str] = {}
    for key, raw in _flat(table, ""):
        accumulator = account_named(key, plan)
        if accumulator is None:
            problems.append(unknown_sum(key, plan, place))
            continue
        if accumulator.key in given:
            problems.append(KeyTwice(where=str(place.at(key)), first=shown(given[accumulator.key]), second=shown(key)))
            continue
        given[accumulator.key] = key
        value = _value(raw, accumulator, plan, place.at(key))
        if isinstance(value, Problem):
            problems.append(value)
        else:
            values[accumulator.key] = account_period(accumulator, date, plan.year), value
    problems.extend(_registers(plan, values, place))
    return State(values)


def _registers(plan: Plan, values: Mapping[str, tuple[str, Exact]], place: Place) -> Iterator[Problem]:
    """What does not fit together of layers whose deductible is met by what was deducted so far."""
    for layer in (step for step in plan.body.steps if isinstance(step, Layer)):
        for step in layer.steps:
            if not isinstance(step, Deductible) or step.position != "register":
                continue
            base, taken, kept_out = (
                values.get(key, ("", 0))[1]
                for key in (layer.base.accumulator or "", step.accumulator or "", step.kept_out or "")
            )
            where = str(place.at(layer.name))
            if base and step.accumulator not in values:
                yield DeductionsMissing(where=where, layer=layer.name)
            elif taken + kept_out > base:
                yield DeductionsAboveCost(
                    where=where, layer=layer.name, taken=yuan(fen(taken + kept_out)), cost=yuan(fen(base))
                )


def _flat(table: Mapping[str, object], prefix: str) -> Iterator[tuple[str, object]]:
    for key, raw in table.items():
        if isinstance(raw, Mapping):
            yield from _flat(raw, f"{prefix}{key}.")
        elif raw is not None:
            yield prefix + key, raw


def _value(raw: object, accumulator: Accumulator, plan: Plan, place: Place) -> Exact | Problem:
    if accumulator.kind in COUNTS or (accumulator.kind == "tally" and tally_unit(accumulator, plan) != "money"):
        return read_count(raw, place)
    amount = read_exact_fen(raw, place)
    if accumulator.kind in _WHOLE_FEN and not isinstance(amount, int | Problem):
        return TooManyDecimals(where=str(place), found=shown(raw))
    return amount


def tally_unit(accumulator: Accumulator, plan: Plan) -> Unit:
    """The unit of what a tally counts."""
    tally = next((tally for tally in plan.tallies if tally.accumulator == accumulator.key), None)
    return unit_of(tally.value) if tally else "money"


def unknown_sum(key: str, plan: Plan, place: Place) -> Problem:
    """The problem with the name of a running sum that the policy does not keep, or keeps twice."""
    words = [name_of(account, plan, chinese=True) for account in plan.accumulators]
    english = [name_of(account, plan, chinese=False) for account in plan.accumulators]
    return UnknownRunningSum(
        where=str(place.at(key)),
        key=shown(key),
        known=tuple(words),
        near=near_names(key, [*words, *english]),
    )
