"""What a run comes to in counts and money, and whether it all reconciles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from attrs import define, field

from polc.arithmetic import yuan
from polc.batch.arrow import one
from polc.batch.layout import FUNDS, HOSPITAL, PERSON, STATUS, TOTAL, Layout
from polc.batch.money import exact_sum, fen_sum
from polc.batch.outcome import Outcome
from polc.batch.rows import Rows
from polc.settle import Bug

SCHEMA = "pol.settle/v1"


@define(eq=False, repr=False)
class Totals:
    """Counts of rows and sums of money in fen.

    `read` rows came in: `settled` (reversed ones and reversals among them, also counted apart) and `refused` (by code)
    went out. `billed` is the total cost of all rows as far as it can be read; `billed_settled`, `billed_refused` its
    parts; `unreadable` counts refused rows whose total cost cannot be read, `outside` rows of persons with identities
    of which none is held on the day. `borne` is the total of what all bear of the settled rows, `amounts` the sums of
    all columns of amounts. `changed` counts claims of earlier runs that come to something else now, `changes` are the
    sums of the differences by column. The `items_…` and `item_codes` are the same of cost items, where a table of them
    was given. `people_refused` counts refused rows of the tables of persons and identities. `given_up` counts rows that
    waited to be mended and were of a year that is closed now. `interpreted` counts the claims machine code left."""

    read: int = 0
    settled: int = 0
    refused: int = 0
    reversed: int = 0
    reversals: int = 0
    unreadable: int = 0
    interpreted: int = 0
    outside: int = 0
    billed: int = 0
    billed_settled: int = 0
    billed_refused: int = 0
    borne: int = 0
    given_up: int = 0
    people_refused: int = 0
    items_read: int = 0
    items_settled: int = 0
    items_refused: int = 0
    items_unreadable: int = 0
    items_billed: int = 0
    items_billed_settled: int = 0
    items_billed_refused: int = 0
    codes: dict[str, int] = field(factory=dict)
    item_codes: dict[str, int] = field(factory=dict)
    amounts: dict[str, int] = field(factory=dict)
    changed: int = 0
    changes: dict[str, int] = field(factory=dict)

    def add(self, other: Totals) -> None:
        """Takes in what another part came to."""
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, theirs in (
            (self.codes, other.codes),
            (self.item_codes, other.item_codes),
            (self.amounts, other.amounts),
            (self.changes, other.changes),
        ):
            for key, value in theirs.items():
                mine[key] = mine.get(key, 0) + value

    def check(self) -> None:
        """Raises `Bug` where a row or a fen is unaccounted for."""
        funds = sum(self.amounts.get(name, 0) for name in (FUNDS, HOSPITAL, PERSON))
        for left, right, what in (
            (self.read, self.settled + self.refused, "rows read, rows settled and refused"),
            (self.billed, self.billed_settled + self.billed_refused, "cost billed, settled and refused"),
            (self.borne, funds, "cost and what is borne of it"),
            (sum(self.codes.values()), self.refused, "refused rows and their codes"),
            (self.items_read, self.items_settled + self.items_refused, "items read, items settled and refused"),
            (self.items_billed, self.items_billed_settled + self.items_billed_refused, "cost of items"),
            (sum(self.item_codes.values()), self.items_refused, "refused items and their codes"),
        ):
            if left != right:
                raise Bug(f"{what}: {left} and {right}")

    def json(self) -> dict[str, Any]:
        """The totals as JSON has them: counts as numbers, money as texts in yuan."""
        funds = self.amounts.get(FUNDS, 0)
        return {
            "schema": SCHEMA,
            "rows": {
                "read": self.read, "settled": self.settled, "refused": self.refused,
                "reversed": self.reversed, "reversals": self.reversals,
                "refused_by_code": dict(sorted(self.codes.items())),
            },
            "billed": {
                "read": yuan(self.billed), "settled": yuan(self.billed_settled), "refused": yuan(self.billed_refused),
                "refused_rows_without_readable_total": self.unreadable,
            },
            "borne": {
                "total": yuan(self.borne), "funds": yuan(funds), "hospital": yuan(self.amounts.get(HOSPITAL, 0)),
                "person": yuan(self.amounts.get(PERSON, 0)),
            },
            "columns": {name: yuan(amount) for name, amount in self.amounts.items()},
            **self._items(),
            "changes_to_earlier_claims": {
                "claims": self.changed, "columns": {name: yuan(amount) for name, amount in self.changes.items()},
            },
            "left_to_interpreter": self.interpreted,
            "rows_outside_identity_periods": self.outside,
            "waiting_rows_given_up": self.given_up,
            "rows_of_persons_refused": self.people_refused,
        }  # fmt: skip

    def _items(self) -> dict[str, Any]:
        if not self.items_read:
            return {}
        return {
            "items": {
                "read": self.items_read, "settled": self.items_settled, "refused": self.items_refused,
                "refused_by_code": dict(sorted(self.item_codes.items())),
                "billed": {
                    "read": yuan(self.items_billed), "settled": yuan(self.items_billed_settled),
                    "refused": yuan(self.items_billed_refused),
                    "items_without_readable_amount": self.items_unreadable,
                },
            }
        }  # fmt: skip

    def state(self) -> dict[str, Any]:
        """Everything, for a journal."""
        return {name: getattr(self, name) for name in (*COUNTS, "codes", "item_codes", "amounts", "changes")}

    @staticmethod
    def of_state(state: Mapping[str, Any]) -> Totals:
        """The totals that a journal holds."""
        return Totals(**state)


COUNTS = (
    "read", "settled", "refused", "reversed", "reversals", "unreadable", "interpreted", "outside", "billed",
    "billed_settled", "billed_refused", "borne", "changed", "given_up",
    "people_refused", "items_read", "items_settled", "items_refused",
    "items_unreadable", "items_billed", "items_billed_settled", "items_billed_refused",
)  # fmt: skip


def part_totals(rows: Rows, outcome: Outcome, settled: pa.Table, layout: Layout, first: int = 0) -> Totals:
    """What a part comes to, without the `first` rows, which an earlier run counted. Sums of results are taken from the
    table that is written, not from where it came from."""
    refused = outcome.problems.rows()
    refused = refused[refused >= first]
    status = outcome.status[first:]
    totals = Totals(read=len(rows) - first, settled=settled.num_rows, refused=len(refused))
    billed = rows.parts["total"][first:]
    totals.billed = fen_sum(billed)
    totals.billed_refused = fen_sum(billed[refused - first])
    totals.billed_settled = totals.billed if status.all() else fen_sum(billed[status != 0])
    totals.unreadable = int(np.count_nonzero(~rows.total_known[refused]))
    totals.interpreted = outcome.interpreted
    totals.codes = outcome.problems.codes(first)
    sums = {} if first else outcome.sums.copy()  # columns that share their memory are summed once
    for name in layout.amounts:
        column = one(settled.column(name))
        address = column.buffers()[1].address + column.offset if len(column) else 0
        if address not in sums:
            sums[address] = exact_sum(column)
        totals.amounts[name] = sums[address]
    totals.borne = totals.amounts[TOTAL]
    words = settled.column(STATUS).combine_chunks()
    codes, said = np.asarray(words.indices), words.dictionary.to_pylist()
    by_status = {word: int(np.count_nonzero(codes == code)) for code, word in enumerate(said) if word}
    totals.reversed, totals.reversals = by_status.get("reversed", 0), by_status.get("reversal", 0)
    return totals
