"""What a policy asks for, of all the plans that hold in a year: `asked`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import attrs
from attrs import frozen

from polc import plan as p
from polc.boundaries import money_boundaries
from polc.claims.vocabulary import vocabulary

NEAREST = 100_000_000
"""Amounts above this (fen) are not aimed at."""


@frozen(eq=False, repr=False, slots=False)
class AskedFact:
    """A fact to be given: `column` is the platform's field where it has one, else the policy's name; `compared` the
    texts or numbers that the policy compares it with, in order."""

    spec: p.FactSpec
    column: str
    compared: tuple[Any, ...]


@frozen(eq=False, repr=False, slots=False)
class Asked:
    """What claims and persons need. `days` (first and last) bound the year; `year_by` names the date that puts a claim
    into it; `edges` are the amounts (fen) the plans are written with; `identities` may be held."""

    days: tuple[datetime.date, datetime.date]
    year_by: str
    split: bool
    of_claim: tuple[AskedFact, ...]
    of_person: tuple[AskedFact, ...]
    of_item: tuple[AskedFact, ...]
    identities: tuple[p.IdentitySpec, ...]
    edges: tuple[int, ...]


def asked(plans: Sequence[p.Plan], days: tuple[datetime.date, datetime.date]) -> Asked:
    """What claims on these days have to give; `plans` are all that hold on one of them, in order."""
    compared: dict[str, dict[Any, None]] = {}
    facts: dict[str, p.FactSpec] = {}
    for plan in plans:
        for name, value in _compared(plan):
            compared.setdefault(name, {})[value] = None
        words = vocabulary(plan)
        numbers = {*words.person.same.values(), *words.claim.same.values()}
        for spec in plan.facts:
            if (spec.used or spec.name == plan.year.by) and spec.name not in numbers:
                facts.setdefault(spec.name, spec)
    found = [AskedFact(spec, spec.field or spec.name, _sorted(compared.get(name, {}))) for name, spec in facts.items()]
    return Asked(
        days=days,
        year_by=plans[0].year.by,
        split=any(plan.year.split for plan in plans),
        of_claim=tuple(fact for fact in found if fact.spec.of == "claim"),
        of_person=tuple(fact for fact in found if fact.spec.of == "person"),
        of_item=tuple(fact for fact in found if fact.spec.of == "item"),
        identities=tuple({spec.name: spec for plan in plans for spec in plan.identities}.values()),
        edges=tuple(sorted({edge for plan in plans for edge in money_boundaries(plan) if edge < NEAREST})),
    )


def _sorted(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(values))


def _compared(plan: p.Plan) -> Iterator[tuple[str, str | int]]:
    """Names of facts with the texts, and the whole numbers, that a plan compares them with."""
    todo: list[Any] = [plan]
    done: set[int] = set()
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(node)
            continue
        if isinstance(node, p.Within) and isinstance(node.value, p.Fact):
            yield from ((node.value.name, value) for value in sorted(node.values))
        elif isinstance(node, p.Compare):
            for fact, other in ((node.left, node.right), (node.right, node.left)):
                value = _constant(other)
                if isinstance(fact, p.Fact) and value is not None:
                    yield fact.name, value
        if id(node) not in done and attrs.has(kind := type(node)):
            done.add(id(node))
            todo.extend(getattr(node, field.name) for field in attrs.fields(kind) if field.name != "origin")


def _constant(node: p.Expr) -> str | int | None:
    while isinstance(node, p.Named):
        node = node.value
    if isinstance(node, p.Const) and not isinstance(node.value, bool):
        value = node.value
        if isinstance(value, str):
            return value
        if (
            node.unit not in ("date", "money")
            and value is not None
            and not isinstance(value, (datetime.date, frozenset))
        ):
            return int(value)
    return None
