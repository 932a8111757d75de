"""Where the state of a claim stands in a program."""

from __future__ import annotations

from attrs import define, field

Held = tuple[str, int | None]
"""A variable and the denominator of what it holds."""


@define(eq=False, repr=False)
class Symbols:
    """Where a claim's state stands, as far as it has been written: names of variables. Parts, `total` and `left` have
    fixed names; a key that is missing stands for 0. Several amounts under one key add up."""

    person_field: str
    paid: dict[str, str] = field(factory=dict)
    cuts: dict[str, list[str]] = field(factory=dict)
    borne: dict[str, list[str]] = field(factory=dict)
    overflow: dict[str, Held] = field(factory=dict)
    packages: dict[str, list[str]] = field(factory=dict)
    shared: dict[str, Held] = field(factory=dict)
    tallies: dict[str, Held] = field(factory=dict)
    accumulators: dict[str, Held] = field(factory=dict)
