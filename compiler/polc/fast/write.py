"""From a plan to a module of three functions that settle one claim.

Theory: `body` is all steps in written order, run once per identity considered; `enter` takes the accumulators out of a
person's state, `leave` puts them back. In between an accumulator is an int over a denominator that holds all that is
ever added to it. Which one that is shows only when the steps are written, and what is added may in turn depend on it:
the steps are written again until it stands. An accumulator whose denominator keeps growing is left an exact number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import lcm
from typing import Any

import attrs
from attrs import frozen

from polc import plan as p
from polc.fast.cuts import write_cut
from polc.fast.exact import LARGEST, Code, compared, literal, scaled
from polc.fast.layers import LayerWriter, Written
from polc.fast.scalar import HELPERS, Refused, Scalars, Symbols, scaled_text
from polc.fast.source import Source
from polc.settle import MOST, constant_caps

ROUNDS = 4
"""How often the steps are written again before a growing denominator is given up."""

Denominators = dict[str, int | None]


@frozen(eq=False, repr=False, slots=False)
class Module:
    """The functions for a plan and the text they come from.

    `body(claim_facts, person_facts, items, identities, held, flags, total, noncovered, overlimit, copay, inscope,
    accumulators)` gives (left, total, paid, moved, bearers, accumulators, taken, requirements); `flags` says of each
    set in `holds` whether the person has one of its identities. `enter(values, year, month)` gives the accumulators,
    `leave(values, year, month, accumulators)` puts them back. All raise `Refused` where the claim is for the
    interpreter.
    """

    text: str
    holds: tuple[frozenset[str], ...]
    body: Callable[..., Any]
    enter: Callable[..., tuple[Any, ...]]
    leave: Callable[..., None]


def write_module(plan: p.Plan) -> Module:
    """The module for a plan."""
    dens: Denominators = {account.key: 1 for account in plan.accumulators}
    for attempt in range(100):
        source = Source(constants=dict(HELPERS))
        holds, adds = _write_body(source, plan, dens)
        needed = {key: _grown(dens[key], found, attempt) for key, found in adds.items()}
        if all(dens[key] == den for key, den in needed.items()):
            break
        dens |= needed
    _write_enter(source, plan, dens)
    _write_leave(source, plan, dens)
    body, enter, leave = source.compiled("body", "enter", "leave")
    return Module("\n".join(source.lines), holds, body, enter, leave)


def _grown(den: int | None, found: Iterable[int | None], attempt: int) -> int | None:
    """The denominator that holds the amounts found too."""
    for other in found:
        if den is None or other is None:
            return None
        den = lcm(den, other)
    return None if den is not None and den > (LARGEST if attempt < ROUNDS else 1) else den


def _tuple(texts: Iterable[str]) -> str:
    return "(" + "".join(f"{text}, " for text in texts).rstrip(" ") + ")"


# ---------------------------------------------------------------- the steps


def _write_body(
    source: Source, plan: p.Plan, dens: Denominators
) -> tuple[tuple[frozenset[str], ...], dict[str, list[int | None]]]:
    """Writes `body`; gives the sets of identities it asks for, and what is added to accumulators over which
    denominators."""
    symbols = Symbols(plan.bearers[-1][0])
    names = {account.key: f"a{index}" for index, account in enumerate(plan.accumulators)}
    for account in plan.accumulators:
        symbols.accumulators[account.key] = Code(names[account.key], dens[account.key], account.kind != "tally")
    symbols.tallies = {tally.name: symbols.accumulators[tally.accumulator] for tally in plan.tallies}
    defaults = {spec.name: spec.default for spec in plan.facts if spec.default is not None}
    scalars = Scalars(source, symbols, defaults)
    overflows = _overflows(plan)
    caps = constant_caps(plan)
    adds: dict[str, list[int | None]] = {}
    taken: dict[str, tuple[str, Code]] = {}
    paid, moved = [], []
    parameters = (
        "claim_facts, person_facts, items, identities, held, flags, total, noncovered, overlimit, copay, inscope, "
        "accumulators"
    )
    with source.block(f"def body({parameters}):"):
        start = source.mark()[0]
        source.line("left = total")
        for number, name in enumerate(_shared_on_claim(plan)):
            source.line(f"s{number} = 0")
            symbols.shared[name] = Code(f"s{number}", 1, True)
        for key, _ in caps:
            source.line(f"before_{names[key]} = {names[key]}")
        for step in plan.body.steps:
            if not isinstance(step, p.Layer):
                moved.append(write_cut(scalars, step))
                continue
            written: Written = LayerWriter(scalars, step, plan.accumulators, overflows).write()
            paid.append(written.paid)
            if written.taken is not None:
                taken[step.name] = written.taken
            for key, found in written.adds.items():
                adds.setdefault(key, []).extend(found)
        after = dict(symbols.accumulators)
        for tally in plan.tallies:
            value = scalars(tally.value)
            adds.setdefault(tally.accumulator, []).append(value.den)
            now = after[tally.accumulator]
            if now.den is None or (value.den is not None and now.den % value.den == 0):
                after[tally.accumulator] = scalars.let(
                    Code(f"{now.text} + {scaled(value, now.den).text}", now.den)
                )  # else this source is thrown away
        held = [scalars.condition(requirement.condition) for requirement in plan.requirements]
        requirements = source.name("q")
        source.line(f"{requirements} = {_tuple(f'bool({text})' for text in held)}")
        source.line("if left < 0: refuse()")
        for key, limit in caps:
            above = compared(">", after[key], literal(limit))
            source.line(f"if {above} and {after[key].text} > before_{names[key]}: refuse()")
        stays = source.name("d")
        source.line(f"{stays} = {{}}")
        for layer, (variable, code) in taken.items():
            amount = scaled_text(Code(variable, code.den))
            source.line(f"if {variable} is not None: {stays}[{source.constant(layer)}] = {amount}")
        bearers = _tuple(
            "left" if field == symbols.person_field else " + ".join(symbols.borne.get(field, ["0"]))
            for field, _ in plan.bearers
        )
        left = _tuple(code.text for code in after.values())
        source.line(f"return left, total, {_tuple(paid)}, {_tuple(moved)}, {bearers}, {left}, {stays}, {requirements}")
    source.lines[start:start] = _prologue(scalars, plan, list(names.values()))
    return tuple(scalars.holds), adds


def _prologue(scalars: Scalars, plan: p.Plan, accumulators: list[str]) -> list[str]:
    """The lines that unpack what `body` is given; they can be written only when it is known what is read."""
    source, lines = scalars.source, []
    if accumulators:
        lines.append(f"{_tuple(accumulators)} = accumulators")
    if scalars.holds:
        lines.append(f"{_tuple(scalars.holds.values())} = flags")
    for (of, fact), name in scalars.facts.items():
        lines.append(f"{name} = {of}_facts.get({source.constant(fact)})")
        if fact in scalars.defaults:
            lines.append(f"if {name} is None: {name} = {source.constant(scalars.defaults[fact])}")
    amounts = [spec.name for spec in plan.facts if spec.unit == "money" and spec.of == "claim"]
    for fact in amounts:
        given = f"claim_facts.get({source.constant(fact)}, 0)"
        lines.append(f"if not -{MOST} <= ({given} or 0) <= {MOST}: refuse()")
    return ["    " + line for line in lines]


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


# ---------------------------------------------------------------- accumulators


def numerator(value: int | Fraction, den: int) -> int:
    """A value of a person's state over a denominator."""
    if type(value) is int:
        return value * den
    if isinstance(value, Fraction) and den % value.denominator == 0:
        return value.numerator * (den // value.denominator)
    raise Refused


def _write_enter(source: Source, plan: p.Plan, dens: Denominators) -> None:
    names = [f"a{index}" for index in range(len(plan.accumulators))]
    with source.block("def enter(values, year, month):"):
        for name, account in zip(names, plan.accumulators, strict=True):
            den, period = dens[account.key], _period(source, account.period)
            source.line(f"stands = values.get({source.constant(account.key)})")
            with source.block("if stands is None:"):
                source.line(f"{name} = 0")
            with source.block("else:"):
                source.line(f"since, {name} = stands")
                with source.block(f"if since != {period}:"):
                    source.line(f"if since > {period}: refuse()")
                    source.line(f"{name} = 0")
                if den is not None:
                    with source.block(f"elif type({name}) is not int:" if den == 1 else "else:"):
                        source.line(f"{name} = {source.constant(numerator)}({name}, {den})")
                if account.kind != "tally":
                    source.line(f"if {name} < 0: refuse()")
        source.line(f"return {_tuple(names)}")


def _write_leave(source: Source, plan: p.Plan, dens: Denominators) -> None:
    names = [f"a{index}" for index in range(len(plan.accumulators))]
    with source.block("def leave(values, year, month, accumulators):"):
        if names:
            source.line(f"{_tuple(names)} = accumulators")
        for name, account in zip(names, plan.accumulators, strict=True):
            key = source.constant(account.key)
            with source.block(f"if {name} or {key} in values:"):
                value = scaled_text(Code(name, dens[account.key]))
                source.line(f"values[{key}] = ({_period(source, account.period)}, {value})")


def _period(source: Source, period: str) -> str:
    return period if period in ("year", "month") else source.constant("life")
