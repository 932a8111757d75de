"""What persons have accumulated, as tables of a state: read by `read_opening`, written by `sums_table`."""

from __future__ import annotations

from fractions import Fraction

import pyarrow as pa

from pol_lang.problem import Problems
from polc.account_names import account_named
from polc.batch.part_columns import FILE
from polc.batch.policies import Policies
from polc.batch.problems import BadState
from polc.batch.sums import Holder, Sums
from polc.claims.earlier import tally_unit, unknown_sum
from polc.claims.place import Place, shown
from polc.claims.tree_problems import KeyTwice
from polc.plan import COUNTS, Accumulator, Plan
from polc.settlement import State

TAKEN = pa.schema([(name, pa.string()) for name in ("psn_no", "policies", "claim", "layer", "value")])


def read_opening(table: pa.Table | None, taken: pa.Table | None, policies: Policies) -> dict[Holder, State]:
    """The accumulators that persons bring along, and the deductible taken by claims that stays may go on from. Raises
    `Problems`."""
    values = _read_values(table, policies) if table is not None else {}
    claims = _read_taken(taken, policies) if taken is not None else {}
    return {holder: State(values.get(holder, {}), claims.get(holder, {})) for holder in {**values, **claims}}


def _read_taken(table: pa.Table, policies: Policies) -> dict[Holder, dict[str, dict[str, int | Fraction]]]:
    found: dict[Holder, dict[str, dict[str, int | Fraction]]] = {}
    for line in table.select(TAKEN.names).to_pylist():
        holder = policies.groups.index(line["policies"]), line["psn_no"]
        layers = found.setdefault(holder, {}).setdefault(line["claim"], {})
        if line["layer"]:
            value = Fraction(line["value"])
            layers[line["layer"]] = value.numerator if value.denominator == 1 else value
    return found


def _read_values(table: pa.Table, policies: Policies) -> dict[Holder, dict[str, tuple[str, int | Fraction]]]:
    groups = {name: at for at, name in enumerate(policies.groups)}
    known: dict[tuple[int, str], tuple[str, bool]] = {}
    found: dict[Holder, dict[str, tuple[str, int | Fraction]]] = {}
    columns = {name: table.column(name).cast(pa.string()).to_pylist() for name in table.column_names if name != FILE}
    of = columns.get("policies", [""] * table.num_rows)
    for at, number in enumerate(columns["psn_no"]):
        place = f"{number} {columns['accumulator'][at]}"
        group = groups.get(of[at] or "", 0 if len(groups) == 1 else None)
        name = (columns["accumulator"][at] or "").strip()
        if group is not None and (group, name) not in known:
            known[group, name] = _account(name, group, policies, Place(place))
        key, money = known[group, name] if group is not None else ("", False)
        period = (columns["period"][at] or "").strip()
        value = _exact(columns["value"][at])
        if group is None or value is None or value < 0 or not _is_period(period) or not number:
            raise Problems([BadState(where=place, detail=shown(f"{period} {columns['value'][at]}"))])
        mine = found.setdefault((group, number), {})
        if key in mine:
            raise Problems([KeyTwice(where=place, first=key, second=key)])
        exact = value * 100 if money else value
        mine[key] = period, exact.numerator if exact.denominator == 1 else exact
    return found


def _account(name: str, group: int, policies: Policies, place: Place) -> tuple[str, bool]:
    """The key of a running sum of that name, and whether it counts money. Raises `Problems`."""
    plans = [entry.plan for entry in policies.entries if entry.group == group]
    for plan in plans:
        account = account_named(name, plan)
        if account is not None:
            return account.key, _is_money(account, plan)
    raise Problems([unknown_sum(name, plans[0], place)])


def _is_money(account: Accumulator, plan: Plan) -> bool:
    return account.kind not in COUNTS and (account.kind != "tally" or tally_unit(account, plan) == "money")


def _exact(text: str | None) -> Fraction | None:
    try:
        return Fraction((text or "").strip())
    except (ValueError, ZeroDivisionError):
        return None


def _is_period(text: str) -> bool:
    year, _, month = text.partition("-")
    return text == "life" or (len(year) == 4 and year.isdecimal() and (not month or month.isdecimal()))


def sums_table(sums: Sums, policies: Policies) -> pa.Table:
    """Accumulators as a table: amounts in yuan, exactly, and counts as they are."""
    money = {
        account.key: _is_money(account, entry.plan) for entry in policies.entries for account in entry.plan.accumulators
    }
    table = sums.table(policies.groups)
    values = [
        exact_text(Fraction(value) / (100 if money.get(key, True) else 1))
        for key, value in zip(table.column("accumulator").to_pylist(), table.column("value").to_pylist(), strict=True)
    ]
    return table.set_column(4, "value", pa.array(values, pa.string()))


def exact_text(value: Fraction | int) -> str:
    """A number as a decimal where it has an end, else as a fraction."""
    value = Fraction(value)
    two = five = 0
    rest = value.denominator
    while rest % 2 == 0:
        rest, two = rest // 2, two + 1
    while rest % 5 == 0:
        rest, five = rest // 5, five + 1
    if rest != 1:
        return str(value)
    places = max(two, five)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)
