"""From a plan to the program that settles one claim.

Theory: the program is all steps in written order, run once per identity considered. An accumulator is an int over a
denominator that holds all that is ever added to it. Which one that is shows only when the steps are written, and what
is added may in turn depend on it: the steps are written again until it stands. An accumulator whose denominator keeps
growing is left an exact number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import lcm
from typing import Any

import attrs
from attrs import frozen

from polc import plan as p
from polc.program.build import Builder
from polc.program.cuts import write_cut
from polc.program.exact import LARGEST, NOTHING, TOTAL, Code, compared, literal, plus, scaled
from polc.program.facts import FactUse
from polc.program.layers import LayerWriter
from polc.program.making import YES, compare, integer, joined
from polc.program.nodes import MOST_FEN, MOST_NUMERATOR, MOST_SUM, Node, Statement
from polc.program.scalar import Scalars
from polc.program.symbols import Held, Symbols
from polc.settle import constant_caps

ROUNDS = 4
"""How often the steps are written again before a growing denominator is given up."""
PARTS = ("total", "noncovered", "overlimit", "copay", "inscope")
"""The variables that hold a claim's cost parts at the start."""

Denominators = dict[str, int | None]


@frozen(eq=False, repr=False, slots=False)
class Program:
    """What settling a claim is: `statements`, over variables that hold the cost parts (`PARTS`), the facts (`facts`,
    by their variable), whether the person has one of some identities (`holds`) and the `accumulators` (by the plan's
    keys in order) at the start.

    At the end `left` and `total` and the variables named here hold the result: what each layer `paid`, the deductible
    it `deducted`, what each cut `moved`, each `bearers`' share (the person's last), the `accumulators`, which
    `requirements` held, and the deductible of the stay per layer that took one (`taken`: layer, flag, amount).
    `deducts` are those of the deductibles that can be above 0; `raises_total`: a package may be paid above the cost.
    `growing` are the accumulators to which nothing is added but parts of what the claim cost, with how often.
    `choices` are the bits of choices in masks.
    """

    statements: tuple[Statement, ...]
    facts: tuple[FactUse, ...]
    holds: tuple[tuple[str, frozenset[str]], ...]
    choices: dict[str, int]
    accumulators: tuple[Held, ...]
    paid: tuple[str, ...]
    deducted: tuple[Held, ...]
    moved: tuple[str, ...]
    bearers: tuple[Node, ...]
    requirements: tuple[str, ...]
    deducts: frozenset[str]
    growing: Mapping[str, int]
    raises_total: bool
    taken: tuple[tuple[str, str, Held], ...]


def write_program(plan: p.Plan) -> Program:
    """The program for a plan."""
    dens: Denominators = {account.key: 1 for account in plan.accumulators}
    for attempt in range(100):
        program, adds = _written(plan, dens)
        needed = {key: _grown(dens.get(key, 1), found, attempt) for key, found in adds.items()}
        if all(dens.get(key, 1) == den for key, den in needed.items()):
            return program
        dens |= needed
    raise AssertionError(plan.name)


def _grown(den: int | None, found: Iterable[int | None], attempt: int) -> int | None:
    """The denominator that holds the amounts found too."""
    for other in found:
        if den is None or other is None:
            return None
        den = lcm(den, other)
    return None if den is not None and den > (LARGEST if attempt < ROUNDS else 1) else den


def _written(plan: p.Plan, dens: Denominators) -> tuple[Program, dict[str, list[int | None]]]:
    """The program with accumulators over these denominators, and what is added to them over which."""
    build = Builder()
    symbols = Symbols(plan.bearers[-1][0])
    build.state.update((*PARTS, "left"))
    for part in PARTS:
        build.given(part, "int", 0, MOST_FEN, frozenset((TOTAL,)))
    for index, account in enumerate(plan.accumulators):
        held = f"a{index}", dens[account.key]
        _give(build, *held, account.kind == "tally")
        symbols.accumulators[account.key] = held
    symbols.tallies = {tally.name: symbols.accumulators[tally.accumulator] for tally in plan.tallies}
    scalars = Scalars(build, symbols, {(spec.of, spec.name): spec for spec in plan.facts})
    writing = _Writing(plan, scalars, dens)
    return writing.program(), writing.adds


def _give(build: Builder, name: str, den: int | None, signed: bool) -> None:
    build.state.add(name)
    if den is None:
        build.given(name, "exact", None if signed else 0)
    else:
        most = min(MOST_SUM * den, MOST_NUMERATOR)
        build.given(name, "int", -most if signed else 0, most)


class _Writing:
    """A program being written."""

    def __init__(self, plan: p.Plan, scalars: Scalars, dens: Denominators) -> None:
        self.plan, self.scalars, self.dens = plan, scalars, dens
        self.build, self.symbols = scalars.build, scalars.symbols
        self.adds: dict[str, list[int | None]] = {}

    def _note(self, key: str, found: Iterable[int | None]) -> None:
        self.adds.setdefault(key, []).extend(found)

    def program(self) -> Program:
        plan, build, symbols = self.plan, self.build, self.symbols
        paid, deducted, moved = [], [], []
        taken: list[tuple[str, str, Held]] = []
        build.put("left", build.code("total"))
        if any(account.start is not None for account in plan.accumulators):
            build.refuse_where(YES)  # a year of its own is counted by the interpreter
        for number, name in enumerate(_shared_on_claim(plan)):
            held = f"s{number}", self.dens.get(f"shared {name}", 1)
            build.state.add(held[0])
            build.assign(held[0], scaled(NOTHING, held[1]).node)
            symbols.shared[name] = held
        caps = [(symbols.accumulators[key], limit) for key, limit in constant_caps(plan)]
        before = [Code(build.let(build.get(name)), den) for (name, den), _ in caps]
        overflows = _overflows(plan)
        for step in plan.body.steps:
            if not isinstance(step, p.Layer):
                moved.append(write_cut(self.scalars, step))
                continue
            written = LayerWriter(self.scalars, step, plan.accumulators, overflows, self.dens).write()
            paid.append(written.paid)
            deducted.append(written.deducted)
            if written.taken is not None:
                taken.append((step.name, *written.taken))
            for key, found in written.adds.items():
                self._note(key, found)
        self._tallies()
        requirements = tuple(
            build.assign(build.name("q"), self.scalars.condition(requirement.condition)).name
            for requirement in plan.requirements
        )
        self._tallied()
        if not build.get("left").positive:
            build.refuse_where(compare("<", build.get("left"), integer(0)))
        for ((name, den), limit), old in zip(caps, before, strict=True):
            now = build.code(name, den)
            build.refuse_where(joined(True, (compared(">", now, literal(limit)), compared(">", now, old))), never=True)
        bearers = tuple(
            build.get("left")
            if field == symbols.person_field
            else self.scalars.added(symbols.borne.get(field, [])).node
            for field, _ in plan.bearers
        )
        layers = [step for step in plan.body.steps if isinstance(step, p.Layer)]
        deducts = frozenset(
            name
            for layer, (name, _) in zip(layers, deducted, strict=True)
            if any(isinstance(step, p.Deductible) for step in layer.steps)
        )
        raises_total = any(isinstance(s, p.Package) and s.kind == "fixed" for s in plan.body.steps)
        return Program(
            tuple(build.statements), tuple(self.scalars.facts.values()),
            tuple((name, names) for names, name in self.scalars.holds.items()), self.scalars.choices,
            tuple(symbols.accumulators.values()), tuple(paid), tuple(deducted), tuple(moved), bearers, requirements,
            deducts, self._growing(), raises_total, tuple(taken),
        )  # fmt: skip

    def _growing(self) -> dict[str, int]:
        """The accumulators that grow by no more than so many times the total of a claim."""
        found = {}
        for key, (name, den) in self.symbols.accumulators.items():
            if den == 1 and name not in self.build.unbounded:
                found[name] = max(1, len(self.adds.get(key, ())))
        return found

    def _tallies(self) -> None:
        """Adds the values of tallies, all read before any is added."""
        build = self.build
        for tally in self.plan.tallies:
            name, den = self.symbols.accumulators[tally.accumulator]
            value = self.scalars(tally.value)
            self._note(tally.accumulator, [value.den])
            build.unbounded.add(name)
            if den is None or (value.den is not None and den % value.den == 0):
                after = f"after_{name}"
                now = build.get(after) if after in build.known else build.get(name)
                build.assign(after, plus(Code(now, den), scaled(value, den)).node)

    def _tallied(self) -> None:
        """Lets the new sums of tallies stand; until then all that asks reads the old ones."""
        build = self.build
        for name in dict.fromkeys(self.symbols.accumulators[tally.accumulator][0] for tally in self.plan.tallies):
            if f"after_{name}" in build.known:
                build.assign(name, build.get(f"after_{name}"))


def _shared_on_claim(plan: p.Plan) -> tuple[str, ...]:
    """The caps that layers share on one claim."""
    return tuple(
        dict.fromkeys(
            step.shared
            for layer in plan.body.steps
            if isinstance(layer, p.Layer)
            for step in layer.steps
            if isinstance(step, p.CostCap | p.PaymentCap) and step.shared and not step.accumulator
        )
    )


def _overflows(plan: p.Plan) -> frozenset[str]:
    """The layers whose eligible cost above caps is read somewhere."""
    found: set[str] = set()
    todo: list[Any] = [plan.root, plan.tallies, plan.requirements]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(node)
        elif isinstance(node, p.Overflow):
            found.add(node.layer)
        elif attrs.has(type(node)) and not isinstance(node, p.Origin):
            todo.extend(getattr(node, field.name) for field in attrs.fields(type(node)))
    return frozenset(found)
