"""What rows came to: amounts as columns, and who was refused why."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
from attrs import define, field

from polc.batch.refusals import Refusals
from polc.plan import Layer, Plan
from polc.settlement import ClaimSettlement, CutResult, DeductibleStep

Ints = npt.NDArray[np.int64]
REFUSED, SETTLED, REVERSED, REVERSAL = range(4)


@define(eq=False, repr=False)
class Outcome:
    """n rows, in the order they were read. `status` says what became of each; amounts of rows that are not settled are
    0. `paid` and `deductible` are by layer, in fen (a deductible that is no whole number of fen is rounded half up, for
    showing only), `bearers` by field. `plan` is an index into `plans`. `problems` are those of refused rows.
    `interpreted` counts the claims that machine code left to the interpreter. `harmless` are refused rows that leave
    nobody's sums in doubt; `settlements`, where kept, what the interpreter says of each row; `plan_of` the plan of each
    row, settled or not. `cuts` are stretches of rows with what each cut moved of them, by machine code; `cut` rows of
    which the interpreter cut something. `sums` has those of columns that are known, by the address of their memory."""

    count: int
    status: npt.NDArray[np.uint8]
    plan: npt.NDArray[np.int16]
    total: Ints
    paid: dict[str, Ints] = field(factory=dict)
    deductible: dict[str, Ints] = field(factory=dict)
    bearers: dict[str, Ints] = field(factory=dict)
    names: dict[str, str] = field(factory=dict)
    payer: dict[str, set[str]] = field(factory=dict)
    plans: list[Plan] = field(factory=list)
    problems: Refusals = field(factory=Refusals)
    interpreted: int = 0
    harmless: set[int] = field(factory=set)
    settlements: dict[int, ClaimSettlement] | None = None
    plan_of: npt.NDArray[np.int32] = field(factory=lambda: np.zeros(0, np.int32))
    cuts: list[tuple[slice | Ints, tuple[Ints, ...]]] = field(factory=list)
    cut: list[int] = field(factory=list)
    sums: dict[int, int] = field(factory=dict)
    writable: bool = False
    borrowed: bool = False

    @staticmethod
    def of(count: int) -> Outcome:
        """Nothing settled yet."""
        return Outcome(count, np.zeros(count, np.uint8), np.full(count, -1, np.int16), _nothing(count), borrowed=True)

    def plan_index(self, plan: Plan) -> int:
        """The number of a plan; columns for its layers and bearers are made."""
        for at, known in enumerate(self.plans):
            if known is plan:
                return at
        self.plans.append(plan)
        nothing = _nothing(self.count)
        for layer in (step for step in plan.body.steps if isinstance(step, Layer)):
            for table in (self.paid, self.deductible):
                table.setdefault(layer.name, nothing)
            self.payer.setdefault(layer.name, set()).add(layer.payer)
        for field_, name in plan.bearers:
            self.bearers.setdefault(field_, nothing)
            self.names.setdefault(field_, name)
        self.writable = False
        return len(self.plans) - 1

    def to_write(self) -> None:
        """Gives the columns memory that single rows can be written to; sums are no longer known."""
        self.sums.clear()
        if self.borrowed:
            self.total, self.borrowed = self.total.copy(), False
        for table in (self.paid, self.deductible, self.bearers) if not self.writable else ():
            table.update({name: column.copy() for name, column in table.items() if not column.flags.writeable})
        self.writable = True

    def know(self, column: Ints, total: int | None) -> None:
        """Remembers the sum of a column, where it is known."""
        if total is not None:
            self.sums[column.ctypes.data] = total

    def borrow_total(self, total: Ints) -> None:
        """Takes a column of totals that belongs to somebody else; it is copied before it is written to."""
        self.total, self.borrowed = total, True

    @property
    def touched(self) -> npt.NDArray[np.bool_]:
        """The rows whose parts of the cost a cut has changed, and perhaps some that were refused after all."""
        found = np.zeros(self.count, bool)
        for rows, moved in self.cuts:
            for values in moved:
                found[rows] |= values != 0
        found[self.cut] = True
        return found

    def put(self, at: int, settled: ClaimSettlement) -> None:
        """The amounts of a claim settled by the interpreter."""
        if self.settlements is not None:
            self.settlements[at] = settled
        self.status[at] = SETTLED
        self.plan[at] = self.plan_index(settled.plan)
        self.to_write()
        self.total[at] = settled.total
        if any(step.moved for step in settled.steps if isinstance(step, CutResult)):
            self.cut.append(at)
        for layer in settled.layers:
            self.paid[layer.name][at] = layer.paid
            steps = [step for step in layer.steps if isinstance(step, DeductibleStep)]
            self.deductible[layer.name][at] = half_up(sum((Fraction(step.applied) for step in steps), Fraction(0)))
        for field_, _, amount in settled.bearers:
            self.bearers[field_][at] = amount

    def clear(self, rows: Ints) -> None:
        """Takes back what some rows came to: they are refused."""
        self.to_write()
        self.status[rows] = REFUSED
        self.total[rows] = 0
        for table in (self.paid, self.deductible, self.bearers):
            for column in table.values():
                column[rows] = 0


def _nothing(count: int) -> Ints:
    """A column of zeros that takes no memory; see `Outcome.to_write`."""
    return np.broadcast_to(np.int64(0), count)


def half_up(amount: Fraction | int) -> int:
    """An amount that is not negative, as the nearest whole number."""
    return int((2 * amount + 1) // 2)
