"""Machine code for a plan, and how to run it over columns of claims."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import evolve, frozen

from polc import plan as p
from polc.native import compiled as machine
from polc.native.check import check
from polc.native.columns import (
    PARTS_OF_FEN,
    Column,
    Columns,
    Days,
    Encoding,
    FactKey,
    Flags,
    Ints,
    Items,
    Results,
    States,
)
from polc.native.encodings import codes_of, encoding_of
from polc.native.identities import Tables, tables_of
from polc.native.kernel import Kernel, outputs, write_kernel
from polc.native.pointers import Key
from polc.native.reasons import reasons_of
from polc.program import Program, write_program
from polc.program import nodes as n


@frozen(eq=False, repr=False, slots=False)
class _Written(Results):
    """Results with the columns that machine code writes, by what they are. `summed`: what each call of it said of the
    sums of those in `amounts`, and behind these the bits of all; None where they are not asked for."""

    physical: Mapping[Key, Column]
    amounts: tuple[Key, ...]
    summed: list[Ints] | None

    def sum_of(self, column: Ints) -> int | None:
        safe = 2**62 // max(1, len(self.status))
        if self.summed is None or not all(0 <= told[-1] < safe for told in self.summed):
            return None
        of = next((at for at, key in enumerate(self.amounts) if self.physical[key] is column), None)
        return None if of is None else sum(int(told[of]) for told in self.summed)


class NativeSettler:
    """Settles columns of claims under one plan. Making one compiles the plan, in some milliseconds; it can be used from
    several threads at once.

    `layers`, `cuts`, `bearers` and `considered` (identities) name what the columns of `Results` stand for, `encodings`
    and `item_encodings` say which facts are read and how they stand in columns, `denominators` and
    `deductible_denominators` over what accumulators and deductibles are (see `PARTS_OF_FEN`). `reasons` says in plain
    words what of the plan has to be left to the exact way for every claim; where it is not empty, all claims come out
    with status 1.
    """

    plan: p.Plan
    layers: tuple[str, ...]
    cuts: tuple[str, ...]
    bearers: tuple[tuple[str, str], ...]
    considered: tuple[str, ...]
    encodings: Mapping[FactKey, Encoding]
    item_encodings: Mapping[str, Encoding]
    denominators: tuple[int, ...]
    deductible_denominators: tuple[int, ...]
    reasons: tuple[str, ...]

    def __init__(self, plan: p.Plan, program: Program | None = None, *, deductibles: bool = True) -> None:
        self.plan = plan
        self.program = program = program or write_program(plan)
        self.layers = tuple(step.name for step in plan.body.steps if isinstance(step, p.Layer))
        self.cuts = tuple(
            step.part.name if isinstance(step, p.CopayCut) else step.name
            for step in plan.body.steps
            if not isinstance(step, p.Layer)
        )
        self.bearers = plan.bearers
        self.considered = plan.root.identities if isinstance(plan.root, p.HighestOf) else ()
        self.reasons = reasons_of(program)
        self.codes = codes_of(program)
        encodings = [encoding_of(use, program, self.codes) for use in program.facts]
        self.encodings = {(e.of, e.name): e for e in encodings if e.of != "item"}
        self.item_encodings = {e.name: e for e in encodings if e.of == "item"}
        self.denominators = tuple(den or PARTS_OF_FEN for _, den in program.accumulators)
        self.deductible_denominators = tuple(den or PARTS_OF_FEN for _, den in program.deducted)
        self._outputs = outputs(program, deductibles)
        self._last: tuple[tuple[tuple[str, ...], ...], Tables] | None = None
        self._encodings = encodings
        self._lock = Lock()
        self._made: dict[tuple[bool, bool], tuple[Kernel, machine.Compiled]] = {}

    def _machine(self, states: bool, sums: bool) -> tuple[Kernel, machine.Compiled]:
        """Machine code with accumulators from before and for afterwards, or without; with sums of what it writes, or
        without; made when first asked for."""
        with self._lock:
            made = self._made.get((states, sums))
            if made is None:
                kernel = self.written(states, sums)
                made = self._made[states, sums] = kernel, machine.compiled(kernel.text, "settle")
            return made

    def prepare(self, states: bool, sums: bool) -> None:
        """Makes the machine code, which the first to settle has to wait for otherwise."""
        if not self.reasons:
            self._machine(states, sums)

    def written(self, states: bool, sums: bool = False) -> Kernel:
        """The module of machine code, with accumulators from before and for afterwards (`states`) or without, with sums
        of what it writes or without."""
        return write_kernel(
            self.plan, self.program, self.codes, self._encodings, self._outputs, states, machine.triple(), sums
        )

    def columns(
        self,
        offsets: Ints,
        days: Days,
        parts: Mapping[str, Ints],
        facts: Mapping[FactKey, Column],
        identities: Column,
        sets: Sequence[tuple[str, ...]],
        *,
        given: Mapping[FactKey, Flags] | None = None,
        year_days: Days | None = None,
        stays: tuple[Days, Days] | None = None,
        items: Items | None = None,
        exact: Flags | None = None,
        bound: int | None = None,
    ) -> Columns:
        """The columns of a batch, with `exact` set for every claim that must be left to the exact way: cost parts that
        do not add up or are very large, a day on which the policy is not in force or before that of the claim before,
        a stay over a year's end where the policy splits it. What is refused is not said here; the exact way says it.

        `days` are the claims' dates as `date.toordinal()`; `year_days` those of the fact that `plan.year.by` names
        (None: the same), `stays` the first and last days of stays (needed where `plan.year.split` is set; 0 where not
        given). `exact` marks claims that the caller knows to be unusual: a value that its encoding cannot hold, a
        claim that goes on with another's stay. Where `bound` is given, the parts of every claim add up, and none is
        below 0 or above it: that is not looked at again. Raises ValueError where shapes or types are wrong.
        """
        growing = max(self.program.growing.values(), default=0)
        return check(
            self.plan, growing, self.encodings, self.item_encodings, offsets, days, parts, facts, identities, sets,
            given=given or {}, year_days=year_days, stays=stays, items=items, exact=exact, bound=bound,
        )  # fmt: skip

    def results(self, columns: Columns, closing: bool = True, sums: bool = False) -> Results:
        """Results for some columns, to be filled by `settle`: what has not been settled has no meaning. Without
        `closing` nothing says what is accumulated afterwards, and settling is faster. With `sums` columns of amounts
        are summed as they are written."""
        claims, persons = columns.claims, columns.persons
        physical: dict[Key, Column] = {key: np.empty(claims, np.int64) for key in self._outputs}
        program = self.program
        zeros: list[Ints] = []

        def of(key: Key) -> Ints:
            if key not in physical and not zeros:
                zeros.append(np.zeros(claims, np.int64))
            return physical[key] if key in physical else zeros[0]

        considered: npt.NDArray[np.int16] = np.broadcast_to(np.int16(-1), claims)
        if self.considered:
            considered = considered.copy()
        requirements: npt.NDArray[np.uint64] = np.broadcast_to(np.uint64(0), claims)
        if program.requirements:
            requirements = requirements.copy()
        status: Flags = np.zeros(claims, np.uint8)
        physical |= {("considered",): considered, ("requirements",): requirements, ("status",): status}
        paid = tuple(of(("paid", str(index))) for index in range(len(program.paid)))
        moved = tuple(of(("moved", str(index))) for index in range(len(program.moved)))
        named = {"left": of(("left",)), **dict(zip(program.paid, paid, strict=True))}
        named |= dict(zip(program.moved, moved, strict=True))
        bearers = tuple(
            named[node.name] if isinstance(node, n.Get) else of(("bearer", str(index)))
            for index, node in enumerate(program.bearers)
        )
        deductibles = tuple(of(("deducted", str(index))) for index in range(len(program.deducted)))
        total = physical.setdefault(("total",), columns.parts["total"])
        states = States.none(len(program.accumulators), persons if closing else 0)
        return _Written(
            paid, deductibles, moved, bearers, total, considered, requirements, status, states, physical,
            tuple(self._outputs), [] if sums else None,
        )  # fmt: skip

    def settle(
        self,
        columns: Columns,
        opening: States | None = None,
        lo: int = 0,
        hi: int | None = None,
        out: Results | None = None,
    ) -> Results:
        """The claims of persons `lo` to `hi` (all where not given) settled, into `out` where it is given. Claims that
        are left to the exact way have status 1, and 0 for every amount.

        `opening` is what the persons accumulated before (None: nothing). The interpreter's lock is released while
        machine code runs, so threads may settle disjoint ranges of persons of the same columns into the same `out`.
        """
        if hi is None:
            hi = columns.persons
        if not 0 <= lo <= hi <= columns.persons:
            raise ValueError(f"persons {lo} to {hi} of {columns.persons}")
        out = out or self.results(columns)
        if not isinstance(out, _Written) or len(out.status) != columns.claims:
            raise ValueError("results that are not of this settler or not of these columns")
        if opening is not None and opening.periods.shape != (len(self.denominators), columns.persons):
            raise ValueError("opening accumulators that are not of this plan or not of these persons")
        first, end = int(columns.offsets[lo]), int(columns.offsets[hi])
        if self.reasons:
            out.status[first:end] = 1
            self._come_to_nothing(out, first, end)
            if opening is not None and len(out.closing.beyond):
                out.closing.periods[:, lo:hi] = opening.periods[:, lo:hi]
                out.closing.values[:, lo:hi] = opening.values[:, lo:hi]
            return out
        states = opening is not None or len(out.closing.beyond) > 0
        if states and not len(out.closing.beyond):
            out = evolve(out, closing=States.none(len(self.denominators), columns.persons))
        kernel, compiled = self._machine(states, out.summed is not None)
        sums = np.zeros(len(self._outputs) + 1, np.int64)
        arrays = [sums if key == ("sums",) else self._column(key, columns, opening, out) for key in kernel.columns]
        pointers = (ctypes.c_void_p * len(arrays))(*(None if one is None else one.ctypes.data for one in arrays))
        compiled.call(pointers, lo, hi)
        if out.summed is not None:
            out.summed.append(sums)
        self._come_to_nothing(out, first, end)
        return out

    def _come_to_nothing(self, out: _Written, first: int, end: int) -> None:
        """Puts 0 for every amount of the claims that are left."""
        left = first + np.flatnonzero(out.status[first:end])
        for key in self._outputs if len(left) else ():
            out.physical[key][left] = 0

    def _column(self, key: Key, columns: Columns, opening: States | None, out: _Written) -> Any:
        """A column that machine code asks for."""
        match key:
            case ("offsets",):
                return columns.offsets
            case ("year",):
                return columns.year
            case ("month",):
                return columns.month
            case ("marks",):
                return columns.marks
            case ("identities",):
                return columns.identities
            case ("part", part):
                return columns.parts[part]
            case ("fact", of, name):
                return columns.facts[of, name]
            case ("given", of, name):
                return columns.given[of, name]
            case ("opening", *which):
                return _states(opening, which)
            case ("closing", *which):
                return _states(out.closing, which)
            case ("item offsets",) | ("item", _) | ("item given", _):
                assert columns.items is not None
                if len(key) == 1:
                    return columns.items.offsets
                return (columns.items.facts if key[0] == "item" else columns.items.given)[key[1]]
        tables = self._tables(columns.sets)
        return tables[key] if key in tables else out.physical[key]

    def _tables(self, sets: tuple[tuple[str, ...], ...]) -> Tables:
        """The tables of identities for these combinations; those of the last batch are kept."""
        last = self._last
        if last is None or last[0] is not sets:
            last = self._last = sets, tables_of(self.plan, self.program, sets)
        return last[1]

    def ir(self) -> str:
        """The machine code's source: LLVM's language, before it is optimised. Remarks at the top say what is settled,
        and which column each pointer stands for."""
        if self.reasons:
            return "".join(f"; {reason}: left to exact settling\n" for reason in self.reasons)
        kernel = self.written(states=True)
        columns = [f"{index} {' '.join(key)}" for index, key in enumerate(kernel.columns)]
        texts = [f"{code} {text}" for text, code in self.codes.items()]
        remarks = [f"{self.plan.name} {self.plan.as_of}", *map("layer {}".format, self.layers)]
        remarks += [f"accumulator {a.key} over {den}" for a, den in zip(
            self.plan.accumulators, self.denominators, strict=True)]  # fmt: skip
        remarks += [f"column {column}" for column in columns] + [f"text {text}" for text in texts]
        return "".join(f"; {' '.join(remark.split())}\n" for remark in remarks) + kernel.text


def _states(states: States | None, which: Sequence[str]) -> Any:
    if states is None:
        return None
    if not which:
        return states.beyond
    return (states.periods if which[0] == "period" else states.values)[int(which[1])]


def ordinals(days: np.ndarray[tuple[int], np.dtype[np.datetime64]]) -> Days:
    """Dates of numpy or Arrow (days since 1970-01-01) as `date.toordinal()`."""
    return (days.astype("datetime64[D]").astype(np.int64) + 719_163).astype(np.int32)
