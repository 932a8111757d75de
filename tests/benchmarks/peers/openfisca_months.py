"""OpenFisca: one formula per amount over all persons, the k-th claim of a year in its k-th month.

It knows no claims and no order within a period, so a claim gets a period of its own, and what was paid before is the
variable of the month before. Formulas see all persons of a simulation in every month. Without `split` there is one
simulation, the usual way: persons without a k-th claim are computed all the same. With it there is one for the years
with one claim, one for those with two, and so on: nothing is computed in vain, at the price of a dozen simulations.

Variables hold 32 bits. With `fen` they are whole fen, exact up to 21 million yuan; sums and products are widened inside
of formulas. Without, they are yuan with a fraction, as its users have them; 32 bits hold a fen up to 131,072 yuan, and
products and sums are off by one long before. Setting inputs and taking results out is measured with the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit, period
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable
from tests.benchmarks.kernel import Claims
from tests.benchmarks.peers import figures as f

AMOUNTS = ("basic", "serious", "assisted", "tilted", "rest")
INPUTS = ("inscope", "total", "level", "class_", "referred", "inside")
MONTHS = [period(f"2024-{month:02}") for month in range(1, 13)]
PERSON = build_entity("person", "persons", "a person's year", is_person=True)


class Layers:
    """The formulas of the four layers; `fen`: money in whole fen, else in yuan."""

    def __init__(self, fen: bool) -> None:
        self.fen = fen

        def held(figures: int | tuple[int, ...]) -> Any:
            return np.array(figures, np.int64) if fen else (np.array(figures) / 100).astype(np.float32)

        self.deductible, self.rate, self.basic_cap = held(f.DEDUCTIBLE), held(f.RATE), held(f.BASIC_CAP)
        self.tilted_from, self.serious_from = held(f.TILTED_FROM), held(f.SERIOUS_FROM)
        self.second, self.third = held(f.SECOND_BAND), held(f.THIRD_BAND)
        self.rates2 = held((f.FIRST_RATE, f.FIRST_RATE + f.TILT_MORE))
        self.more2, self.more3, self.serious_cap = held(f.SECOND_MORE), held(f.THIRD_MORE), held(f.SERIOUS_CAP)
        self.helped, self.assistance_cap = held(f.ASSISTED), held(f.ASSISTANCE_CAP)
        self.begin4, self.cap4, self.half = held(f.FROM), held(f.UP_TO), held(50)

    def system(self) -> TaxBenefitSystem:
        """The rules as OpenFisca takes them."""
        system = TaxBenefitSystem([PERSON])
        money = int if self.fen else float
        for name in INPUTS:
            kind = {"inscope": money, "total": money, "referred": bool, "inside": bool}.get(name, int)
            system.add_variable(_variable(name, kind, None))
        for name in ("basic", "serious", "assisted", "tilted", "rest", "base2", "base4"):
            system.add_variable(_variable(name, money, getattr(self, name)))
        for name, of in (
            ("used1", "basic"), ("cost2", "base2"), ("used2", "serious"), ("used3", "assisted"), ("cost4", "base4"),
            ("used4", "tilted"),
        ):  # fmt: skip

            def formula(person: Any, month: Any, name: str = name, of: str = of) -> Any:
                return self.before(person, name, month) + person(of, month)

            system.add_variable(_variable(name, money, formula))
        return system

    def wide(self, amounts: Any) -> Any:
        """Amounts in which a product has room."""
        return amounts.astype(np.int64) if self.fen else amounts

    def before(self, person: Any, name: str, month: Any) -> Any:
        """What a sum was before this claim."""
        return self.wide(person(name, month.last_month)) if month.start.month > 1 else 0

    def paid(self, amounts: Any) -> Any:
        """Rounded half up to the fen; exact ones come in hundredths."""
        return (amounts + 50) // 100 if self.fen else np.floor(amounts * 100 + np.float32(0.5)) / 100

    def basic(self, person: Any, month: Any) -> Any:
        level = person("level", month)
        over = np.maximum(self.wide(person("inscope", month)) - self.deductible.take(level), 0)
        return np.minimum(self.paid(over * self.rate.take(level)), self.basic_cap - self.before(person, "used1", month))

    def base2(self, person: Any, month: Any) -> Any:
        return person("inscope", month) - person("basic", month)

    def serious(self, person: Any, month: Any) -> Any:
        class_ = person("class_", month)
        tilt = person("referred", month) & ((class_ == 1) | (class_ == 2))
        begin = np.where(tilt, self.tilted_from, self.serious_from)
        low = np.maximum(self.before(person, "cost2", month) - begin, 0)
        high = np.maximum(self.wide(person("cost2", month)) - begin, 0)
        amounts = (high - low) * self.rates2.take(tilt)
        amounts += (np.maximum(high, self.second) - np.maximum(low, self.second)) * self.more2
        amounts += (np.maximum(high, self.third) - np.maximum(low, self.third)) * self.more3
        left = np.maximum(self.serious_cap.take(class_) - self.before(person, "used2", month), 0)
        return np.minimum(self.paid(amounts), left)

    def assisted(self, person: Any, month: Any) -> Any:
        base = self.wide(person("base2", month)) - person("serious", month)
        left = np.maximum(self.assistance_cap - self.before(person, "used3", month), 0)
        return np.minimum(self.paid(base * self.helped.take(person("class_", month))), left)

    def base4(self, person: Any, month: Any) -> Any:
        return person("base2", month) - person("serious", month) - person("assisted", month)

    def tilted(self, person: Any, month: Any) -> Any:
        class_ = person("class_", month)
        begin = self.begin4.take(class_)
        grown = np.maximum(self.wide(person("cost4", month)) - begin, 0)
        grown -= np.maximum(self.before(person, "cost4", month) - begin, 0)
        left = np.maximum(self.cap4.take(class_) - self.before(person, "used4", month), 0)
        held = (class_ != 0) & person("referred", month) & person("inside", month)
        return np.where(held, np.minimum(self.paid(grown * self.half), left), 0)

    def rest(self, person: Any, month: Any) -> Any:
        return person("total", month) - sum(person(name, month) for name in AMOUNTS[:4])


def _variable(name: str, kind: type, formula: Callable[[Any, Any], Any] | None) -> type[Variable]:
    """A variable of a month."""
    members: dict[str, Any] = {
        "value_type": kind, "entity": PERSON, "definition_period": DateUnit.MONTH, "label": name,
        "default_value": kind(0),
    }  # fmt: skip
    if formula is not None:
        members["formula"] = lambda person, month, parameters=None: formula(person, month)
    return type(name, (Variable,), members)


def prepare(made: Claims, fen: bool, split: bool) -> Callable[[], Callable[[], list[Any]]]:
    """A function that settles, and gives one that gives what four layers pay and what is left, in fen."""
    system = Layers(fen).system()
    columns = {name: getattr(made, name) for name in INPUTS}
    for name in ("referred", "inside"):
        columns[name] = columns[name].view(bool)
    for name in ("inscope", "total"):
        columns[name] = columns[name].astype(np.int32) if fen else (columns[name] / 100).astype(np.float32)

    def run() -> Callable[[], list[Any]]:
        new = np.flatnonzero(np.diff(made.person, prepend=-1) | np.diff(made.year, prepend=-1))
        count = np.diff(new, append=len(made.total))
        out = {name: np.empty(len(made.total), np.int32 if fen else np.float32) for name in AMOUNTS}
        for held in np.unique(count) if split else [0]:
            mine = count == held if held else slice(None)
            _simulate(system, columns, new[mine], count[mine], out)

        def fetch() -> list[Any]:
            return [found if fen else np.rint(found.astype(np.float64) * 100) for found in out.values()]

        return fetch

    return run


def _simulate(system: TaxBenefitSystem, columns: dict[str, Any], first: Any, count: Any, out: dict[str, Any]) -> None:
    """One simulation of the years whose claims begin at `first` and are `count` many."""
    simulation = SimulationBuilder().build_default_simulation(system, len(first))
    rows: list[tuple[Any, Any]] = []
    for number in range(int(count.max())):
        held = np.flatnonzero(count > number)
        at = first[held] + number
        rows.append((held, at))
        for name, column in columns.items():
            if len(held) == len(first):
                values = column.take(at)
            else:
                values = np.zeros(len(first), column.dtype)
                values[held] = column.take(at)
            simulation.set_input(name, MONTHS[number], values)
    for number, (held, at) in enumerate(rows):
        for name, column in out.items():
            values = simulation.calculate(name, MONTHS[number])
            column[at] = values if len(held) == len(first) else values.take(held)
