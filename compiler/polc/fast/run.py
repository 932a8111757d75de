"""Settling a person's claims with the functions written for a plan."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from attrs import frozen

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as r
from polc.arithmetic import whole
from polc.evaluate import NoValue
from polc.fast.module import Module, write_module
from polc.periods import month_id, year_id
from polc.program import Refused
from polc.settle import MOST, identities_of, settle, standing_of

KEPT = 10_000
"""How many dates, and combinations of identities, are remembered."""


@frozen(eq=False, repr=False, slots=False)
class FastClaim:
    """What one claim came to, in fen: per layer, cut and bearer in the plan's order (the person last); the deductible
    each layer took (exact; 0 where the layer did not apply); the identity that won where identities were compared, and
    which requirements held."""

    total: int
    paid: tuple[int, ...]
    deductibles: tuple[r.Exact, ...]
    moved: tuple[int, ...]
    bearers: tuple[int, ...]
    considered: str | None
    requirements: tuple[bool, ...]


@frozen(eq=False, repr=False, slots=False)
class FastSettlement:
    """The claims of one person settled in order, and the accumulators afterwards, as the interpreter leaves them."""

    claims: tuple[FastClaim, ...]
    state: r.State


Alternatives = tuple[tuple[str | None, tuple[tuple[bool, ...], ...], tuple[bool, ...]], ...]
"""Per identity considered: its name, and what of `Module.holds` counts, per identity held and together."""


class FastSettler:
    """Settles claims under one plan. `layers`, `cuts` and `bearers` name what the tuples of a claim stand for;
    `interpreted` counts the claims that had to be left to the interpreter."""

    def __init__(self, plan: p.Plan) -> None:
        self.plan = plan
        self.layers = tuple(step.name for step in plan.body.steps if isinstance(step, p.Layer))
        self.cuts = tuple(
            step.name or step.part.name if isinstance(step, p.CopayCut) else step.name
            for step in plan.body.steps
            if not isinstance(step, p.Layer)
        )
        self.bearers = plan.bearers
        self.interpreted = 0
        self._module: Module = write_module(plan)
        starts = [d.starts for d in plan.documents]
        self._first = max((day for day in starts if day is not None), default=datetime.date.min)
        self._last = min((d.until for d in plan.documents if d.until is not None), default=datetime.date.max)
        by_field = {spec.field: spec.name for spec in plan.facts if spec.field and spec.of == "claim"}
        self._stay = None
        if plan.year.split is not None and {"begndate", "enddate"} <= by_field.keys():
            self._stay = by_field["begndate"], by_field["enddate"]
        self._periods: dict[datetime.date, tuple[str, str]] = {}
        self._alternatives: dict[tuple[str, ...], Alternatives] = {}

    @property
    def text(self) -> str:
        """The source that settles a claim."""
        return self._module.text

    def settle(self, person: r.Person, claims: Iterable[r.Claim], state: r.State | None = None) -> FastSettlement:
        """A person's claims settled in the order given; equal to the interpreter's in every amount, the state and the
        claims refused."""
        claims = tuple(claims)
        state = state or r.State()
        values, taken = dict(state.values), dict(state.taken)
        dated = any(held.since is not None or held.until is not None for held in person.identities)
        alternatives: Alternatives = ()
        if not dated:
            alternatives = self._considered(tuple([held.name for held in person.identities]))
        done: list[FastClaim] = []
        last = datetime.date.min
        for claim in claims:
            date = claim.date
            if date < last or (claim.continues is not None and claim.continues not in taken):
                settle(lambda _: self.plan, person, claims, state)  # says what is wrong
                raise AssertionError(claim.id)
            last = date
            if dated:
                alternatives = self._considered(identities_of(person, date))
            try:
                done.append(self._claim(person.facts, claim, alternatives, values, taken))
            except (Refused, NoValue, Problems):
                done.append(self._interpreted_claim(person, claim, values, taken))
        return FastSettlement(tuple(done), r.State(values, taken))

    def _claim(
        self, person: Any, claim: r.Claim, alternatives: Alternatives, values: dict[str, Any], taken: dict[str, Any]
    ) -> FastClaim:
        """One claim; `values` and `taken` go on. Raises `Refused` or `Problems` before anything has changed."""
        date, facts, parts, module = claim.date, claim.facts, claim.parts, self._module
        if not self._first <= date <= self._last:
            raise Refused
        if self.plan.year.split is not None:
            self._check_stay(claim)
        try:
            total, noncovered, overlimit = parts["total"], parts["noncovered"], parts["overlimit"]
            copay, inscope = parts["copay"], parts["inscope"]
        except KeyError:
            raise Refused from None
        if (
            noncovered < 0 or overlimit < 0 or copay < 0 or inscope < 0 or total > MOST
            or noncovered + overlimit + copay + inscope != total
        ):  # fmt: skip
            raise Refused
        by = facts.get(self.plan.year.by)
        day = by if isinstance(by, datetime.date) else date
        period = self._periods.get(day)
        year, month = period if period is not None else self._period(day)
        accumulators = module.enter(values, year, month)
        best, considered = None, None
        for name, held, flags in alternatives:
            result = module.body(
                facts, person, claim.items, held, flags, total, noncovered, overlimit, copay, inscope, accumulators
            )
            if best is None or (result[0] < best[0] and self._compares):
                best, considered = result, name
        assert best is not None
        _, total, paid, deductibles, moved, bearers, accumulators, stays, requirements = best
        module.leave(values, year, month, accumulators)
        taken[claim.id] = stays
        return FastClaim(total, paid, deductibles, moved, bearers, considered, requirements)

    @property
    def _compares(self) -> bool:
        return isinstance(self.plan.root, p.HighestOf) and self.plan.root.criterion == "least_left"

    def _check_stay(self, claim: r.Claim) -> None:
        """Raises `Refused` where a stay lies in two years or goes on from another."""
        if claim.continues is not None:
            raise Refused
        if self._stay is not None:
            start, end = (claim.facts.get(name) for name in self._stay)
            if isinstance(start, datetime.date) and isinstance(end, datetime.date):
                turn = self.plan.year.start
                if year_id(start, turn) != year_id(end, turn):
                    raise Refused

    def _period(self, day: datetime.date) -> tuple[str, str]:
        if len(self._periods) >= KEPT:
            self._periods.clear()
        found = self._periods[day] = year_id(day, self.plan.year.start), month_id(day)
        return found

    def _considered(self, names: tuple[str, ...]) -> Alternatives:
        """What a person with these identities is settled as, in order."""
        found = self._alternatives.get(names)
        if found is None:
            if len(self._alternatives) >= KEPT:
                self._alternatives.clear()
            person = r.Person("", tuple(map(r.HeldIdentity, names)))
            standing = standing_of(self.plan, person, self.plan.as_of)
            if isinstance(self.plan.root, p.HighestOf) and standing.considered:
                found = tuple(
                    (name, (self._flags(counts),), self._flags(counts))
                    for name, counts in zip(standing.considered, standing.per_identity, strict=True)
                )
            else:
                held = tuple(map(self._flags, standing.per_identity or (frozenset(),)))
                found = ((None, held, self._flags(standing.counts)),)
            self._alternatives[names] = found
        return found

    def _flags(self, counts: frozenset[str]) -> tuple[bool, ...]:
        return tuple(not identities.isdisjoint(counts) for identities in self._module.holds)

    def _interpreted_claim(
        self, person: r.Person, claim: r.Claim, values: dict[str, Any], taken: dict[str, Any]
    ) -> FastClaim:
        """One claim by the interpreter, which refuses it if it has to be refused."""
        self.interpreted += 1
        if claim.continues is not None and claim.continues not in taken:
            raise AssertionError(claim.id)
        settled = settle(lambda _: self.plan, person, [claim], r.State(values, taken))
        values.update(settled.state.values)
        taken.update(settled.state.taken)
        (one,) = settled.claims
        return FastClaim(
            one.total,
            tuple(layer.paid for layer in one.layers),
            tuple(map(deductible_of, one.layers)),
            tuple(step.moved for step in one.steps if isinstance(step, r.CutResult)),
            tuple(amount for _, _, amount in one.bearers),
            one.considered,
            tuple(requirement.held for requirement in one.requirements),
        )


def deductible_of(layer: r.LayerResult) -> r.Exact:
    """The deductible that a layer took on a claim, 0 where it did not apply."""
    steps = layer.steps if layer.applies else ()
    return whole(sum((step.applied for step in steps if isinstance(step, r.DeductibleStep)), start=0))


def fast_settler(plan: p.Plan) -> FastSettler:
    """A settler for a plan; making it takes some milliseconds, so it is kept for all claims of the plan."""
    return FastSettler(plan)
