"""From an example in a policy to the case it describes: the same tables as a claim file, read by the same reader."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from pol_lang import syntax as s
from pol_lang.problem import Problem, Problems
from pol_lang.source import Span
from polc.claims.case import Case
from polc.claims.read_case import case_of
from polc.claims.tree import Tree
from polc.plan import Plan


def case_of_example(example: s.Example, plan: Plan) -> Case:
    """The case that an example describes. Raises `Problems`, each at its line of the example."""
    try:
        return case_of(tree_of(example), example.name.text, plan)
    except Problems as error:
        raise Problems(located(error.problems, example)) from None


def tree_of(example: s.Example) -> Tree:
    """What a claim file of the example would hold."""
    tree: Tree = {}
    claims: list[object] = []
    arrivals: list[object] = []
    for part in example.parts:
        if part.kind == "person":
            tree["person"] = _person(part)
        elif part.kind == "earlier":
            tree["earlier"] = _facts(part.lines)
        elif part.kind == "claim":
            claims.append(_claim(part, len(claims) + 1))
        elif part.kind == "arrival":
            arrivals.append(_claim(part, len(arrivals) + 1))
    if claims:
        tree["claims"] = claims
    if arrivals:
        tree["arrivals"] = arrivals
    return tree


def part_id(part: s.ExamplePart, number: int) -> str:
    """The id of a claim or arrival: the name the author gave it, or its number among its kind."""
    return part.name.text if part.name is not None else str(number)


def located(problems: Iterable[Problem], example: s.Example) -> list[Problem]:
    """The problems of a case at the lines of the example they are about, as far as these can be told."""
    return [one if one.span is not None else one.changed(span=_line_of(one, example)) for one in problems]


def _line_of(problem: Problem, example: s.Example) -> Span:
    """A problem's `where` ends with the key it is about; before it stands the claim's id."""
    words = problem.where.split(": ")
    keys = (words[-1], words[-1].split(".")[0])
    numbers = {"claim": 0, "arrival": 0}
    for part in example.parts:
        named: str = part.kind
        if part.kind in numbers:
            numbers[part.kind] += 1
            named = part_id(part, numbers[part.kind])
        if part.kind == "expect" or not {named, f"arrivals {named}"} & set(words):
            continue
        for line in part.lines:
            if isinstance(line, s.Given) and _key(line) in keys:
                return line.span
            if isinstance(line, s.GivenIdentity) and keys[1] == "identities":
                return line.span
        return part.name.span if part.name is not None else part.lines[0].span
    return example.name.span


def _person(part: s.ExamplePart) -> Tree:
    table = _facts(part.lines)
    held = [
        {"name": line.name.text, "from": line.since, "until": line.until}
        for line in part.lines
        if isinstance(line, s.GivenIdentity)
    ]
    if held:
        table["identities"] = held
    return table


def _claim(part: s.ExamplePart, number: int) -> Tree:
    table = _facts(part.lines)
    table.setdefault("id", part_id(part, number))
    items = [_facts(line.pairs) for line in part.lines if isinstance(line, s.GivenItem)]
    if items:
        table["items"] = items
    return table


def _facts(lines: Iterable[s.Line]) -> Tree:
    table: Tree = {}
    for line in lines:
        if not isinstance(line, s.Given):
            continue
        values = [_raw(value) for value in line.values]
        table[_key(line)] = values[0] if len(values) == 1 else values
    return table


def _key(line: s.Given) -> str:
    return ".".join(word.text for word in line.path)


def _raw(value: s.Expr) -> object:
    """A value as a claim file gives it: money in yuan, shares in percent, all exact."""
    if isinstance(value, s.Name):
        return value.name
    if isinstance(value, s.Unary):
        inner = _raw(value.operand)
        return -inner if isinstance(inner, int | Decimal) else f"-{inner}"
    if not isinstance(value, s.Literal):
        return value.span.text
    plain = value.value
    if not isinstance(plain, int | Fraction) or isinstance(plain, bool):
        return plain if isinstance(plain, str | bool | datetime.date) or plain is None else value.span.text
    if value.unit == "money":
        return _decimal(Fraction(plain) / 100)
    if value.unit in ("ratio", "points"):
        return f"{_decimal(Fraction(plain) * 100)}%"
    return int(plain) if Fraction(plain).denominator == 1 else _decimal(Fraction(plain))


def _decimal(value: Fraction) -> Decimal:
    """The decimal that an author wrote: the number of its places is that of its denominator's twos and fives."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    return Decimal((value * 10**places).numerator).scaleb(-places)
