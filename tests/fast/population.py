"""Many persons and claims for any plan, quickly: amounts mostly at the plan's own boundaries ± 1 fen, any facts.

Unlike strategies these do not shrink, but a thousand claims take milliseconds.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from random import Random

import attrs

from polc import plan as p
from polc.boundaries import money_boundaries
from polc.settlement import Claim, HeldIdentity, Person


def population(plan: p.Plan, random: Random, persons: int, claims: int = 4, identities: int = 3) -> Iterator[
    tuple[Person, list[Claim]]
]:  # fmt: skip
    """Persons with claims in order; at most so many claims and identities each."""
    names = [spec.name for spec in plan.identities]
    edges = [edge for edge in money_boundaries(plan) if edge < 100_000_000] or [100_000]
    texts = [*sorted(_texts(plan)), "其他病"]

    def near() -> int:
        return max(0, random.choice(edges) + random.choice((-1, 0, 1)))

    def amount() -> int:
        kind = random.random()
        if kind < 0.6:
            return near() if kind < 0.4 else near() + near()
        return random.randrange(200_000 if kind < 0.8 else 60_000_000)

    def facts(of: str) -> dict[str, p.Value]:
        return {
            spec.name: _value(spec, plan, random, texts)
            for spec in plan.facts
            if spec.of == of and spec.used and spec.name != plan.year.by
            if spec.default is None or random.random() < 0.8
        }

    for number in range(persons):
        held = random.sample(names, random.randint(0, min(identities, len(names))))
        made = []
        day = plan.as_of
        for index in range(random.randint(1, claims)):
            small = [random.choice((0, amount())) for _ in range(3)]
            parts = dict(zip(("copay", "overlimit", "noncovered"), small, strict=True)) | {"inscope": amount()}
            parts["total"] = sum(parts.values())
            items = tuple(facts("item") for _ in range(random.randrange(4)))
            before = f"C{index - 1}" if index and random.random() < 0.1 else None
            made.append(Claim(f"C{index}", day, parts, {**facts("claim"), plan.year.by: day}, items, before))
            day += datetime.timedelta(days=random.choice((0, 11, 40, 200)))
        yield Person(f"P{number}", tuple(_held(name, plan, random) for name in held), facts("person")), made


def _held(name: str, plan: p.Plan, random: Random) -> HeldIdentity:
    if random.random() < 0.8:
        return HeldIdentity(name)
    day = plan.as_of + datetime.timedelta(days=random.choice((0, 11, 30)))
    return HeldIdentity(name, since=day) if random.random() < 0.5 else HeldIdentity(name, until=day)


def _value(spec: p.FactSpec, plan: p.Plan, random: Random, texts: list[str]) -> p.Value:
    if spec.unit == "choices":
        return frozenset(name for name, _ in spec.choices if random.random() < 0.3)
    if spec.choices:
        return random.choice(spec.choices)[0]
    if spec.unit == "bool":
        return random.random() < 0.5
    if spec.unit == "date":
        return plan.as_of + datetime.timedelta(days=random.randint(-200, 60))
    if spec.unit == "text":
        return random.choice(texts)
    return random.choice((0, random.randrange(1_000_000))) if spec.unit == "money" else random.randrange(100)


def _texts(plan: p.Plan) -> set[str]:
    """The values that the plan compares texts with."""
    found: set[str] = set()
    todo: list[object] = [plan.root]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(node)
        elif isinstance(node, p.Const) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, p.Within):
            found |= node.values
            todo.append(node.value)
        elif attrs.has(type(node)) and not isinstance(node, p.Origin):
            todo.extend(getattr(node, field.name) for field in attrs.fields(type(node)))
    return found
