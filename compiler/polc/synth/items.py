"""Cost items: what claims consist of, item by item. `items`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from polc.synth import shapes
from polc.synth.asked import Asked
from polc.synth.columns import money
from polc.synth.draws import Draws, Ints
from polc.synth.facts import Known, given

ITEM, PRICE, COUNT, AMOUNT = "feedetl_sn", "pric", "cnt", "det_item_fee_sumamt"
_CLAIM = "setl_id"


def items(asked: Asked, draws: Draws, claims: pa.Array, total: Ints, care: Ints, days: Mapping[str, Ints]) -> pa.Table:
    """The items of claims, in their order: amounts add up to the claim's total (fen), and are price times count."""
    many = np.minimum(draws.spread_by("明细/数", shapes.ITEMS, care), np.maximum(total, 1))
    count = int(many.sum())
    claim = np.repeat(np.arange(len(many)), many)
    first = np.cumsum(many) - many
    amount = _divided(draws, total, claim, first, count)
    times = 1 + draws.spread("明细/次", shapes.TIMES, count)
    times = np.where(amount % times == 0, times, 1)
    known = Known(
        count, {name: day[claim] for name, day in days.items()}, {COUNT: times}, {}, room=amount, spoilt={},
    )  # fmt: skip
    for fact in asked.of_item:
        if fact.spec.unit == "date" and fact.column not in known.dates:
            known = Known(count, {**known.dates, fact.column: days["enddate"][claim]}, {COUNT: times}, {}, amount, {})
    own = {AMOUNT: money(amount), PRICE: money(amount // times)}
    columns = {_CLAIM: claims.take(pa.array(claim)), ITEM: pa.array(np.arange(count) - first[claim] + 1)}
    for fact in asked.of_item:
        columns[fact.column] = own[fact.column] if fact.column in own else given(fact, draws, known)
    return pa.table({**columns, AMOUNT: own[AMOUNT]})


def _divided(draws: Draws, total: Ints, claim: Ints, first: Ints, count: int) -> Ints:
    """The total of each claim divided among its items; what is left over goes to the first of them."""
    weight = 1 + draws.spread("明细/金额", shapes.WEIGHTS, count)
    whole = np.add.reduceat(weight, first) if count else weight
    amount: Ints = total[claim] * weight // whole[claim]
    amount[first] += total - np.add.reduceat(amount, first) if count else 0
    return amount
