"""The Python module for a plan: a function that settles one claim, and those around it.

`body` is the plan's program, run once per identity considered; `enter` takes the accumulators out of a person's state,
`leave` puts them back. In between an accumulator is an int over the denominator that the program says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, NoReturn

from attrs import frozen

from polc import plan as p
from polc.arithmetic import times, whole
from polc.evaluate import NoValue
from polc.fast.python import WHOLE, Printer, exact_text
from polc.program import PARTS, Program, Refused, write_program
from polc.program.facts import FactUse, as_int
from polc.settle import MOST


@frozen(eq=False, repr=False, slots=False)
class Module:
    """The functions for a plan and the text they come from.

    `body(claim_facts, person_facts, items, held, flags, total, noncovered, overlimit, copay, inscope, accumulators)`
    gives (left, total, paid, deducted, moved, bearers, accumulators, taken, requirements); `flags` says of each set in
    `holds` whether the person has one of its identities, `held` the same per identity held. `enter(values, year,
    month)` gives the accumulators, `leave(values, year, month, accumulators)` puts them back. All raise `Refused` where
    the claim is for the interpreter.
    """

    text: str
    holds: tuple[frozenset[str], ...]
    body: Callable[..., Any]
    enter: Callable[..., tuple[Any, ...]]
    leave: Callable[..., None]


def write_module(plan: p.Plan, program: Program | None = None) -> Module:
    """The module for a plan."""
    program = program or write_program(plan)
    printer = _printer(program)
    _write_body(printer, plan, program)
    _write_enter(printer, plan, program)
    _write_leave(printer, plan, program)
    body, enter, leave = printer.compiled("body", "enter", "leave")
    return Module("\n".join(printer.lines), tuple(names for _, names in program.holds), body, enter, leave)


def on_columns(program: Program, codes: Mapping[str, int]) -> Callable[..., Any]:
    """The program as a function of numbers as they stand in columns: `core(*facts, items, held, flags, total,
    noncovered, overlimit, copay, inscope, accumulators)`, with the facts of claims and persons in the program's order,
    None where nothing is given. It gives what `Module.body` gives, deductibles and amounts of stays as numerators."""
    printer = _printer(program, codes)
    facts = [use.variable for use in program.facts if use.of != "item"]
    with printer.block(f"def core({', '.join([*facts, 'items', 'held', 'flags', *PARTS, 'accumulators'])}):"):
        _unpack(printer, program)
        printer.statements(program.statements)
        _return(printer, program, exact=False)
    return printer.compiled("core")[0]


def _printer(program: Program, codes: Mapping[str, int] | None = None) -> Printer:
    facts = {use.variable: use for use in program.facts}
    return Printer(facts, [name for name, _ in program.holds], codes, constants=dict(HELPERS))


# ---------------------------------------------------------------- what the text calls


def refuse() -> NoReturn:
    """Hands the claim to the interpreter."""
    raise Refused


def no_value() -> NoReturn:
    """No case fits."""
    raise NoValue(p.Const(None, "bool"))


def quotient(dividend: int | Fraction, divisor: int | Fraction) -> int | Fraction:
    """The exact quotient."""
    if not divisor:
        raise Refused
    return whole(Fraction(dividend) / divisor)


def stacked(values: list[int], shares: tuple[int, ...]) -> int:
    """Values, largest first, times the shares in turn."""
    return sum(value * share for value, share in zip(sorted(values, reverse=True), shares, strict=False))


def best_held(held: tuple[tuple[bool, ...], ...], value: Callable[..., Any], smallest: bool) -> Any:
    """The best of a value per identity held, those without one passed over."""
    found = []
    for flags in held:
        try:
            found.append(value(*flags))
        except NoValue:
            continue
    return (min if smallest else max)(found) if found else no_value()


def numerator(value: int | Fraction, den: int) -> int:
    """A value of a person's state over a denominator."""
    if type(value) is int:
        return value * den
    if isinstance(value, Fraction) and den % value.denominator == 0:
        return value.numerator * (den // value.denominator)
    raise Refused


HELPERS = {
    "Fraction": Fraction, "NoValue": NoValue, "best_held": best_held, "no_value": no_value, "quotient": quotient,
    "refuse": refuse, "stacked": stacked, "times": times, "whole": whole,
}  # fmt: skip
"""What generated source calls by these names."""


# ---------------------------------------------------------------- the steps


def _tuple(texts: Iterable[str]) -> str:
    return "(" + "".join(f"{text}, " for text in texts).rstrip(" ") + ")"


def _unpack(printer: Printer, program: Program) -> None:
    if program.accumulators:
        printer.line(f"{_tuple(name for name, _ in program.accumulators)} = accumulators")
    if program.holds:
        printer.line(f"{_tuple(name for name, _ in program.holds)} = flags")


def _write_body(printer: Printer, plan: p.Plan, program: Program) -> None:
    parameters = ", ".join(("claim_facts, person_facts, items, held, flags", *PARTS, "accumulators"))
    with printer.block(f"def body({parameters}):"):
        _unpack(printer, program)
        for use in program.facts:
            if use.of != "item":
                _read(printer, program, use)
        in_items = tuple(use for use in program.facts if use.of == "item")
        if in_items:
            convert = printer.constant(lambda items: [_item(item, in_items, program.choices) for item in items])
            printer.line(f"items = {convert}(items)")
        for spec in plan.facts:
            if spec.unit == "money" and spec.of == "claim":
                given = f"claim_facts.get({printer.constant(spec.name)}, 0)"
                printer.line(f"if not -{MOST} <= ({given} or 0) <= {MOST}: refuse()")
        printer.statements(program.statements)
        _return(printer, program)


def _read(printer: Printer, program: Program, use: FactUse) -> None:
    """A fact as it is given, or as the number it stands for."""
    name = use.variable
    printer.line(f"{name} = {use.of}_facts.get({printer.constant(use.name)})")
    as_given = use.unit in WHOLE or use.unit in ("text", "bool")
    if use.default is not None:
        default = use.default if as_given else as_int(use, use.default, program.choices)
        printer.line(f"if {name} is None: {name} = {printer.constant(default)}")
    if not as_given:
        convert = printer.constant(lambda value: as_int(use, value, program.choices))
        head = "else" if use.default is not None else f"if {name} is not None"
        printer.line(f"{head}: {name} = {convert}({name})")


def _item(item: Mapping[str, p.Value], uses: tuple[FactUse, ...], choices: Mapping[str, int]) -> tuple[Any, ...]:
    """The facts of an item that the program reads."""
    found = []
    for use in uses:
        value = item.get(use.name)
        value = use.default if value is None else value
        as_given = value is None or use.unit in WHOLE or use.unit in ("text", "bool")
        found.append(value if as_given else as_int(use, value, choices))
    return tuple(found)


def _return(printer: Printer, program: Program, exact: bool = True) -> None:
    stays = printer.name("dd")
    printer.line(f"{stays} = {{}}")
    for layer, flag, (name, den) in program.taken:
        amount = exact_text(name, den) if exact else name
        printer.line(f"if {flag}: {stays}[{printer.constant(layer)}] = {amount}")
    deducted = (exact_text(*held) if exact else held[0] for held in program.deducted)
    printer.line(
        f"return left, total, {_tuple(program.paid)}, {_tuple(deducted)}, {_tuple(program.moved)}, "
        f"{_tuple(map(printer.text, program.bearers))}, {_tuple(name for name, _ in program.accumulators)}, {stays}, "
        f"{_tuple(f'bool({name})' for name in program.requirements)}"
    )


# ---------------------------------------------------------------- accumulators


def _write_enter(printer: Printer, plan: p.Plan, program: Program) -> None:
    with printer.block("def enter(values, year, month):"):
        for (name, den), account in zip(program.accumulators, plan.accumulators, strict=True):
            period = _period(printer, account.period)
            printer.line(f"stands = values.get({printer.constant(account.key)})")
            with printer.block("if stands is None:"):
                printer.line(f"{name} = 0")
            with printer.block("else:"):
                printer.line(f"since, {name} = stands")
                with printer.block(f"if since != {period}:"):
                    printer.line(f"if since > {period}: refuse()")
                    printer.line(f"{name} = 0")
                if den is not None:
                    with printer.block(f"elif type({name}) is not int:" if den == 1 else "else:"):
                        printer.line(f"{name} = {printer.constant(numerator)}({name}, {den})")
                if account.kind != "tally":
                    printer.line(f"if {name} < 0: refuse()")
        printer.line(f"return {_tuple(name for name, _ in program.accumulators)}")


def _write_leave(printer: Printer, plan: p.Plan, program: Program) -> None:
    with printer.block("def leave(values, year, month, accumulators):"):
        if program.accumulators:
            printer.line(f"{_tuple(name for name, _ in program.accumulators)} = accumulators")
        for (name, den), account in zip(program.accumulators, plan.accumulators, strict=True):
            key = printer.constant(account.key)
            with printer.block(f"if {name} or {key} in values:"):
                printer.line(f"values[{key}] = ({_period(printer, account.period)}, {exact_text(name, den)})")


def _period(printer: Printer, period: str) -> str:
    return period if period in ("year", "month") else printer.constant("life")
