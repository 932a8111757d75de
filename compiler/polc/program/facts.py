"""The facts a program reads, and how each stands in it: as a number, yes or no, or a text.

Dates are `date.toordinal()`; ratios and points are over `RATIO`; choices are a mask with one bit for each choice that
the policy names, and one for all others.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from typing import Literal as OneOf

from attrs import frozen

from polc import plan as p
from polc.program.days import LAST
from polc.program.nodes import MOST_FEN, Kind, Refused

RATIO = 10**6
"""The denominator of ratios and points that claims give."""
OTHER_CHOICE = 1
"""The bit of choices that the policy does not name."""
MOST_COUNT = 2**31 - 1
"""The largest number, days or months of a claim for which the ranges hold."""


@frozen(eq=False, repr=False, slots=False)
class FactUse:
    """A fact that is read: whose it is, its name and unit, its variable and what that holds; `default` (the plan's own
    value) stands where nothing is given; `open`: it is compared with other texts that claims give."""

    of: OneOf["claim", "person", "item"]
    name: str
    unit: p.Unit
    variable: str
    kind: Kind
    den: int
    low: int | None
    high: int | None
    default: p.Value
    choices: tuple[str, ...]
    open: bool = False


def fact_use(fact: p.Fact, spec: p.FactSpec | None, variable: str) -> FactUse:
    """How a fact is read."""
    kind: Kind = "text" if fact.unit == "text" else "bool" if fact.unit == "bool" else "int"
    den, low, high = 1, -MOST_COUNT, MOST_COUNT
    if fact.unit == "money":
        low, high = -MOST_FEN, MOST_FEN
    elif fact.unit in ("ratio", "points"):
        den, low, high = RATIO, -1000 * RATIO, 1000 * RATIO
    elif fact.unit == "date":
        low, high = 1, LAST
    elif fact.unit == "choices":
        low, high = 0, 2**63 - 1
    default = spec.default if spec is not None else None
    names = tuple(name for name, _ in spec.choices) if spec is not None else ()
    if kind != "int":
        return FactUse(fact.of, fact.name, fact.unit, variable, kind, den, None, None, default, names)
    return FactUse(fact.of, fact.name, fact.unit, variable, kind, den, low, high, default, names)


def as_int(use: FactUse, value: p.Value, choices: Mapping[str, int]) -> int:
    """A value that is not a text as the number that stands in the program. Raises `Refused` where there is none."""
    if use.unit == "date" and isinstance(value, datetime.date):
        return value.toordinal()
    if use.unit == "choices" and isinstance(value, frozenset):
        return sum({choices.get(name, OTHER_CHOICE) for name in value})
    if use.unit == "bool" and isinstance(value, bool):
        return int(value)
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        scaled = value * use.den
        if scaled.denominator == 1:
            return scaled.numerator
    raise Refused
