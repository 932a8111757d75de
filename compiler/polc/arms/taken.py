"""The arms that a settled claim took, read from its trace; the cases of terms from the state each step met."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import attrs

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as s
from polc.arms.arm import HIGHEST, Arms, Key, arms_of, step_name
from polc.evaluate import Environment, NoValue, Read, reader
from polc.explain.replay import replay


class Taking:
    """Reads the arms taken from settlements; what is worked out of a plan is worked out once."""

    def __init__(self) -> None:
        self._arms: dict[int, Arms] = {}
        self._readers: dict[int, tuple[p.Expr, Read]] = {}
        self._has_cases: dict[int, tuple[object, bool]] = {}

    def arms(self, plan: p.Plan) -> Arms:
        """The arms of a plan."""
        if id(plan) not in self._arms:
            self._arms[id(plan)] = arms_of(plan)
        return self._arms[id(plan)]

    def __call__(self, settlement: s.Settlement) -> set[Key]:
        """The keys of all arms that the claims took."""
        found: set[Key] = set()
        for claim in settlement.claims:
            found.update(_of_trace(claim))
            arms = self.arms(claim.plan)
            if arms.cases:
                found.update(self._of_terms(claim, settlement, arms))
        return found

    # ------------------------------------------------------------ cases of terms

    def _of_terms(self, claim: s.ClaimSettlement, settlement: s.Settlement, arms: Arms) -> Iterator[Key]:
        for reached in replay(claim, settlement.person, settlement.state.taken).steps:
            step, env, result = reached.step, reached.env, reached.result
            if isinstance(result, s.LayerResult) and isinstance(step, p.Layer):
                yield from self._of_layer(step, result, env, arms)
            elif isinstance(result, s.CutResult):
                terms = [getattr(step, name) for name in ("condition", "guards") if hasattr(step, name)]
                if result.applies:
                    terms += [getattr(step, name) for name in ("amount", "limit", "price") if hasattr(step, name)]
                for term in terms:
                    yield from self._walk(term, env, arms)

    def _of_layer(self, layer: p.Layer, result: s.LayerResult, env: Environment, arms: Arms) -> Iterator[Key]:
        guards = [step for step in result.steps if isinstance(step, s.GuardStep)]
        for guard, _ in zip(layer.guards, guards, strict=False):
            yield from self._walk(guard.condition, env, arms)
        if any(not guard.held for guard in guards):
            return
        tilts = [step for step in result.steps if isinstance(step, s.TiltStep)]
        yield from self._walk(layer.base.value, env, arms)
        for tilt, taken in zip(layer.tilts, tilts, strict=False):
            yield from self._walk(tilt.condition, env, arms)
            if taken.taken:
                yield from self._walk(tilt.changes, env, arms)
        if result.applies:
            yield from self._walk(layer.steps, env, arms)

    def _walk(self, node: Any, env: Environment, arms: Arms) -> Iterator[Key]:
        """The cases that a term takes here, going into those only that count."""
        if not self._contains(node):
            return
        if isinstance(node, tuple):
            for part in node:
                yield from self._walk(part, env, arms)
        elif isinstance(node, p.Cases):
            for i, arm in enumerate(node.arms):
                yield from self._walk(arm.condition, env, arms)
                if self._holds(arm.condition, env):
                    yield from _known(arms.case_key(node, i))
                    yield from self._walk(arm.value, env, arms)
                    return
            yield from _known(arms.case_key(node, len(node.arms)))
            yield from self._walk(node.otherwise, env, arms)
        elif isinstance(node, p.BestOf):
            for held in env.held or (frozenset(),):
                alone = env.copy()
                alone.identities = held
                yield from self._walk(node.value, alone, arms)
        else:
            for field in attrs.fields(type(node)):
                yield from self._walk(getattr(node, field.name), env, arms)

    def _contains(self, node: object) -> bool:
        """Whether there are cases in a node, so that most of a plan need not be walked."""
        if isinstance(node, tuple):
            return any(map(self._contains, node))
        if not attrs.has(type(node)) or isinstance(node, p.Origin):
            return False
        if id(node) not in self._has_cases:
            fields = attrs.fields(type(node))  # type: ignore[arg-type]
            inside = isinstance(node, p.Cases) or any(self._contains(getattr(node, f.name)) for f in fields)
            self._has_cases[id(node)] = (node, inside)
        return self._has_cases[id(node)][1]

    def _holds(self, condition: p.Expr, env: Environment) -> bool:
        if id(condition) not in self._readers:
            self._readers[id(condition)] = (condition, reader(condition))
        try:
            return bool(self._readers[id(condition)][1](env))
        except (NoValue, Problems):
            return False


def _known(key: Key | None) -> Iterator[Key]:
    if key is not None:
        yield key


# ---------------------------------------------------------------- the trace


def _of_trace(claim: s.ClaimSettlement) -> Iterator[Key]:
    won = _won(claim)
    if won is not None:
        yield (HIGHEST, "identity", "", won)
    for at, (step, result) in enumerate(zip(claim.plan.body.steps, claim.steps, strict=True)):
        name = step_name(step, at)
        guards = result.guards if isinstance(result, s.CutResult) else _only(result.steps, s.GuardStep)
        for i, guard in enumerate(guards):
            yield (name, "guard", str(i), "holds" if guard.held else "fails")
        if isinstance(result, s.LayerResult):
            assert isinstance(step, p.Layer)
            yield from _layer(step, result)
        elif isinstance(step, p.CopayCut | p.Exclusion):
            yield (name, "cut", "", "applies" if result.applies else "not")
        elif result.applies and result.subject is not None and result.limit is not None:
            over = result.subject > result.limit
            control = isinstance(step, p.Control)
            way = ("binds" if over else "free") if control else ("above" if over else "within")
            yield (name, "control" if control else "package", "", way)


def _won(claim: s.ClaimSettlement) -> str | None:
    """The identity that won under 就高, not by its place in the list among equals."""
    root = claim.plan.root
    if not isinstance(root, p.HighestOf) or claim.considered is None or len(claim.alternatives) < 2:
        return None
    others = [other.left for other in claim.alternatives if not other.won]
    return claim.considered if root.criterion == "rank" or min(others) > claim.left else None


def _only(steps: Iterable[s.LayerStep], kind: type[s.GuardStep]) -> tuple[s.GuardStep, ...]:
    return tuple(step for step in steps if isinstance(step, kind))


def _layer(layer: p.Layer, result: s.LayerResult) -> Iterator[Key]:
    for i, tilt in enumerate(step for step in result.steps if isinstance(step, s.TiltStep)):
        yield (layer.name, "tilt", str(i), "applies" if tilt.taken else "not")
    for plan_kind, trace_kind, kind, ways in _STEPS:
        places = [i for i, step in enumerate(layer.steps) if isinstance(step, plan_kind)]
        traced = [step for step in result.steps if isinstance(step, trace_kind)]
        for i, step in zip(places, traced, strict=False):
            for way in ways(step):
                yield (layer.name, kind, str(i), way)


def _deductible(step: s.DeductibleStep) -> list[str]:
    if step.effective <= 0 or step.applied + step.after <= 0:  # nothing came this far
        return []
    return ["open" if step.open > 0 else "used up"]


def _cap(step: s.PaymentCapStep) -> list[str]:
    if step.limit is None:
        return ["removed"]
    return ["binds" if step.after < step.before else "free"]


_STEPS: tuple[tuple[type[Any], type[Any], str, Callable[[Any], list[str]]], ...] = (
    (p.BandPay, s.BandsStep, "band", lambda x: [f"{i} entered" for i, row in enumerate(x.rows) if row.amount > 0]),
    (p.Deductible, s.DeductibleStep, "deductible", _deductible),
    (p.CostCap, s.CostCapStep, "cost_cap", lambda x: ["binds" if x.after < x.before else "free"]),
    (p.PaymentCap, s.PaymentCapStep, "cap", _cap),
    (p.TopUp, s.TopUpStep, "top_up", lambda x: ["pays" if x.pays > 0 else "not"]),
    (p.Minimum, s.MinimumStep, "minimum", lambda x: ["binds" if x.after > x.before else "free"]),
    (p.Times, s.TimesStep, "times", lambda x: ["free" if x.held else "used up"]),
)
