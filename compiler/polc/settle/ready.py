"""A plan made ready for settling, once: its closures and what is looked up for every claim."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from attrs import frozen

from polc import plan as p
from polc.arithmetic import Exact
from polc.cut_cost import Cutting, cut_cost
from polc.evaluate import Collect, Environment, Read, collectors, is_constant, reader
from polc.pay_layer import LayerRun


@frozen(eq=False, repr=False, slots=False)
class Ready:
    """A plan with its closures."""

    steps: tuple[Cutting | LayerRun, ...]
    keys: tuple[str, ...]
    period_of: Mapping[str, p.Period]
    own_years: tuple[p.Accumulator, ...]
    defaults: Mapping[str, p.Value]
    money: tuple[str, ...]
    stay: tuple[str, str] | None
    tallies: tuple[tuple[p.Tally, Read], ...]
    requirements: tuple[tuple[p.Requirement, Read, tuple[Collect, ...]], ...]
    fields: tuple[tuple[str, str], ...]
    broader: Mapping[str, frozenset[str]]
    order: tuple[str, ...]
    rank: Mapping[str, int]
    caps: tuple[tuple[str, Exact], ...]


@lru_cache(maxsize=64)
def ready_of(plan: p.Plan) -> Ready:
    """A plan with its closures, made once."""
    by_field = {spec.field: spec.name for spec in plan.facts if spec.field and spec.of == "claim"}
    order = plan.root.identities if isinstance(plan.root, p.HighestOf) else ()
    names = [spec.name for spec in plan.identities]
    return Ready(
        steps=tuple(
            LayerRun(step, plan.accumulators) if isinstance(step, p.Layer) else cut_cost(step)
            for step in plan.body.steps
        ),
        keys=tuple(a.key for a in plan.accumulators),
        period_of={a.key: a.period for a in plan.accumulators},
        own_years=tuple(a for a in plan.accumulators if a.start is not None),
        defaults={spec.name: spec.default for spec in plan.facts if spec.default is not None},
        money=tuple(spec.name for spec in plan.facts if spec.unit == "money" and spec.of == "claim"),
        stay=(by_field["begndate"], by_field["enddate"]) if {"begndate", "enddate"} <= by_field.keys() else None,
        tallies=tuple((tally, reader(tally.value)) for tally in plan.tallies),
        requirements=tuple((q, reader(q.condition), collectors(q.condition)) for q in plan.requirements),
        fields=plan.bearers,
        broader=_broader(plan.identities),
        order=order or tuple(names),
        rank={name: index for index, name in enumerate(dict.fromkeys([*order, *names]))},
        caps=constant_caps(plan),
    )


def _broader(identities: tuple[p.IdentitySpec, ...]) -> dict[str, frozenset[str]]:
    """Each name a person may hold, with all names that it counts as."""
    direct: dict[str, set[str]] = {spec.name: {spec.name} for spec in identities}
    for spec in identities:
        for narrow in spec.includes:
            direct.setdefault(narrow, {narrow}).add(spec.name)
    found: dict[str, frozenset[str]] = {}
    for name in direct:
        reached, todo = {name}, [name]
        while todo:
            for broad in direct.get(todo.pop(), ()):
                if broad not in reached:
                    reached.add(broad)
                    todo.append(broad)
        found[name] = frozenset(reached)
    return found


_RAISES = (p.TopUp, p.Minimum, p.BandPay, p.RatePay, p.FixedPay)


def constant_caps(plan: p.Plan) -> tuple[tuple[str, Exact], ...]:
    """Accumulators with the constant limit that nothing in the plan can lift or pass."""
    limits: dict[str, Exact] = {}
    loose: set[str] = set()
    for layer in (step for step in plan.body.steps if isinstance(step, p.Layer)):
        lifts = any(change.target == "cap" for tilt in layer.tilts for change in tilt.changes)
        for index, step in enumerate(layer.steps):
            if not isinstance(step, p.PaymentCap | p.CostCap) or step.accumulator is None:
                continue
            raised = isinstance(step, p.PaymentCap) and (
                lifts or any(isinstance(later, _RAISES) for later in layer.steps[index + 1 :])
            )
            value = reader(step.value)(Environment()) if is_constant(step.value) else None
            raised = raised or (isinstance(step, p.PaymentCap) and step.removed is not None)
            if raised or not isinstance(value, int | Fraction) or step.accumulator in loose:
                loose.add(step.accumulator)
                limits.pop(step.accumulator, None)
            else:
                limits[step.accumulator] = max(value, limits.get(step.accumulator, value))
    return tuple(limits.items())
