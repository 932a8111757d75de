"""What two plans let everybody bear over a year, compared over every cost and every cost already had.

Theory: the cases that the plans tell apart are folded first (`polc.shape.signatures`); what is left of the plans' steps
is run side by side, once for all cases that come to the same, on regions of two unknowns (`polc.shape.twins`): the cost
of a claim and that of an earlier claim of the year, so that every state the year can be in is met; what is borne of
both is compared, since what an earlier claim used of a cap is missing in the later one. Where steps see cost beside the
eligible one, the unknowns are both parts of a single claim as well. On each region the difference is linear: the
largest gain and loss stand at corners. Nothing is sampled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal

from attrs import field, frozen

from polc import plan as p
from polc.boundaries import money_boundaries
from polc.diff.rounding import ByRounding, Rounding, Wanted
from polc.shape.behind import First, leaves_continuously, seen_behind
from polc.shape.bills import Bill, Extreme, Spread, Spreads
from polc.shape.cases import all_alike, between, fact_values
from polc.shape.fold import Kept
from polc.shape.layer import Paid
from polc.shape.linear import NotLinear
from polc.shape.nodes import nodes
from polc.shape.parts import parts_that_matter, without_idle
from polc.shape.people import people
from polc.shape.run import Best, Folded
from polc.shape.signatures import Signature, signatures
from polc.shape.twins import differences, equal_ends, tasks

Verdict = Literal["same", "never worse", "never better", "mixed"]
MOST = 100_000_000
"""The least cost up to which a difference that goes on growing is told, in fen."""
MOST_YEARS = 12
"""Ways to be settled of which years of two claims are compared to the fen; of more only first claims are."""
_Looks = Sequence[tuple[Bill, Sequence[tuple[int, ...]]]]
Steps = tuple[tuple[Folded, ...], tuple[Folded, ...]]


@frozen(eq=False, repr=False, slots=False)
class ClassDifference:
    """One class of cases: identities that count alike, the facts that were read (with all values that count alike), and
    what the new plan does to what the person is left with. Gains are what the person is spared."""

    identities: tuple[str, ...]
    facts: Mapping[str, tuple[p.Value, ...]]
    verdict: Verdict
    gain: Extreme | None
    loss: Extreme | None
    grows: bool
    """Whether the difference goes on growing beyond the costs compared."""
    others: Mapping[str, Spread] = field(factory=dict)
    """What each other bearer that pays differently bears less and more, by field."""
    rounding: ByRounding | None = None
    """Where the person bears the same but for rounding: what that does; then the verdict, gain and loss are of it."""
    also: tuple[str, ...] = ()
    """The identities that are held beside, one of these as well; they count alike, too."""

    @property
    def held(self) -> tuple[str, ...]:
        """Identities by which a person is of the class."""
        return (*self.identities[:1], *self.also[:1])

    @property
    def but_for_rounding(self) -> bool:
        """Whether the person bears the same but for rounding."""
        return self.rounding is not None and self.verdict != "same"

    @property
    def is_same(self) -> bool:
        """Whether nobody bears anything else."""
        return self.verdict == "same" and not self.others


@frozen(eq=False, repr=False, slots=False)
class NotCompared:
    """A class of cases that could not be compared: amounts are multiplied with each other, there are too many regions,
    or a fact (then named) is another kind of thing in either plan; or `one`: persons with two identities are treated as
    those with one of them."""

    identities: tuple[str, ...]
    facts: Mapping[str, tuple[p.Value, ...]]
    why: Literal["multiplied", "regions", "fact", "one"]
    fact: str = ""
    also: tuple[str, ...] = ()


@frozen(eq=False, repr=False, slots=False)
class FactRead:
    """A fact that classes are told by: its unit, and for each value that stands for all between two others these two
    (None: no end)."""

    unit: p.Unit
    between: Mapping[p.Value, tuple[p.Value, p.Value]]


@frozen(eq=False, repr=False, slots=False)
class Comparison:
    """The classes of cases with their verdicts, in the order of identities and facts; those that were not compared; and
    the cost parts beside the eligible cost that bills were looked at with; what is to be known of facts to tell
    them; how many claims there were before where the number of claims counts (beside none)."""

    classes: tuple[ClassDifference, ...]
    left_out: tuple[NotCompared, ...]
    parts: tuple[str, ...]
    facts: Mapping[str, FactRead] = field(factory=dict)
    counts: tuple[int, ...] = ()
    of_two: bool | None = None
    """Whether all persons with two identities were compared; None where nobody can have two."""
    first_only: bool = False
    """Whether of those whom a plan settles as the better of two only the first claim of a year was compared."""
    as_one: tuple[NotCompared, ...] = ()
    """Cases of persons with two identities that are those of one of them."""


def compare(old: p.Plan, new: p.Plan, progress: Callable[[int, int], None] | None = None) -> Comparison:
    """Both plans compared for every class of cases. Raises `TooManyCases` for plans beyond listing."""
    return _Comparing((old, new), progress or (lambda done, of: None)).result()


_Outcome = Mapping[str, Spread] | NotLinear | Exception


class _Comparing:
    def __init__(self, plans: tuple[p.Plan, p.Plan], progress: Callable[[int, int], None]) -> None:
        self.plans = plans
        self.progress = progress
        self.person = plans[0].bearers[-1][0]
        self.values = fact_values(plans)
        self.folk = people(plans)
        self.of_two = True
        self.first_only = False
        self.alike = all_alike(plans, self.values)
        self.kept = Kept()
        self.most = max(MOST, 4 * max((*money_boundaries(plans[0]), *money_boundaries(plans[1])), default=0))
        self.firsts: dict[tuple[int, ...], First | None] = {}
        self.parts: tuple[str, ...] = ()
        self.counts: tuple[int, ...] = ()
        self.rounding = Rounding(self.person, self.most)
        self.rounded: dict[tuple[int, ...], ByRounding] = {}

    def result(self) -> Comparison:
        found, self.of_two = signatures(self.plans, self.folk, self.values, self.kept)
        apart = {_key(one.steps): one.steps for one in found if one.steps is not None and _differ(one.steps)}
        fares = self.fares(apart)
        classes: list[tuple[int, ClassDifference]] = []
        left_out: list[tuple[int, NotCompared]] = []
        as_one: list[NotCompared] = []
        for one in found:
            outcome = {} if one.steps is None else fares.get(_key(one.steps), {})
            why = "fact" if one.unlike else "multiplied" if not one.linear or isinstance(outcome, NotLinear) else ""
            why = why or ("regions" if isinstance(outcome, Exception) else "")
            for number, names, also, facts in self.cases(one):
                if one.as_one:
                    as_one.append(NotCompared(names, facts, "one", "", also))
                elif why or isinstance(outcome, Exception):
                    left_out.append((number, NotCompared(names, facts, why, one.unlike, also)))  # type: ignore[arg-type]
                else:
                    rounding = None if one.steps is None else self.rounded.get(_key(one.steps))
                    classes.append((number, _class(names, also, facts, outcome, rounding)))
        ordered = tuple(one for _, one in sorted(classes, key=lambda pair: pair[0]))
        rest = tuple(one for _, one in sorted(left_out, key=lambda pair: pair[0]))
        read = dict.fromkeys(name for one in found for name in one.facts)
        known = {name: self.read(name) for name in read}
        two = None if len(self.folk.groups) < 2 else self.of_two
        return Comparison(ordered, rest, self.parts, known, self.counts, two, self.first_only, tuple(as_one))

    def read(self, name: str) -> FactRead:
        """What is to be known of a fact to tell its values."""
        unit = next(spec.unit for plan in reversed(self.plans) for spec in plan.facts if spec.name == name)
        ends = {value: between(self.plans, name, value) for value in self.values.get(name, ())}
        return FactRead(unit, {value: pair for value, pair in ends.items() if pair is not None})

    def cases(
        self, one: Signature
    ) -> Iterator[tuple[int, tuple[str, ...], tuple[str, ...], Mapping[str, tuple[p.Value, ...]]]]:
        """The classes of persons of a signature, each by its identities and those held beside, with its facts and all
        values that count like its own."""
        facts = {}
        for name, value in one.facts.items():
            known = self.values.get(name, [])
            facts[name] = tuple(self.alike[name][known.index(value)]) if value in known else (value,)
        for number in range(self.folk.singles) if one.identities is None else (one.identities,):
            names, also = (*(self.folk.groups[group] for group in self.folk.held[number]), (), ())[:2]
            yield number, names, also, facts

    def fares(self, apart: Mapping[tuple[int, ...], Steps]) -> dict[tuple[int, ...], _Outcome]:
        """For steps of both plans, by their key, what everybody bears less and more."""
        fares: dict[tuple[int, ...], _Outcome] = {}
        of_part: dict[str, list[tuple[int, ...]]] = {}
        of_count: dict[int, list[tuple[int, ...]]] = {}
        first_only = {
            key: steps for key, steps in apart.items() if any(isinstance(one, Best) for side in steps for one in side)
        }
        self.first_only = bool(first_only)
        apart = {key: steps for key, steps in apart.items() if key not in first_only}
        for key, steps in apart.items():
            for part in parts_that_matter(*steps):
                of_part.setdefault(part, []).append(key)
            for before in {count for side in steps for step in side for count in _claims_before(step)}:
                of_count.setdefault(before, []).append(key)
        looked_at = {key for keys in of_part.values() for key in keys}
        done, about = 0, len(apart) + len(first_only) + sum(map(len, (*of_part.values(), *of_count.values())))
        for key, outcome, bound in self.all_eligible(apart):
            fares[key] = outcome
            done += 1
            self.progress(done, about)
            if bound and key not in looked_at:  # more could be paid if there were more on the bill
                of_part.setdefault("noncovered", []).append(key)
                about += 1
        bill = Bill(self.most)
        listed = [(tasks(*steps, True, 1), key) for key, steps in first_only.items()]
        for found in differences(listed, bill.first_claim(), self.person):
            fares[found.tag] = found.stopped or Spreads(found.bends, found.sharp).of(bill)
            done += 1
            self.progress(done, about)
        looks = [(Bill(self.most, part=part), keys) for part, keys in of_part.items()]
        looks += [(Bill(self.most, before=before), keys) for before, keys in of_count.items()]
        for bill, keys in looks:
            wanted = [(tasks(*apart[key], bill.claims == 1 or _by_layer(apart[key]), bill.claims), key) for key in keys]
            for found in differences(wanted, bill.start(_counting(self.plans)), self.person):
                known = fares[found.tag]
                done += 1
                self.progress(done, about)
                if found.stopped is not None:
                    fares[found.tag] = found.stopped
                elif not isinstance(known, Exception):
                    other = Spreads(found.bends, found.sharp).of(bill)
                    fares[found.tag] = {
                        field: known.get(field, Spread()).joined(other.get(field, Spread()))
                        for field in {**known, **other}
                    }
        self.parts, self.counts = tuple(of_part), tuple(sorted(of_count))
        self.rounded = self.by_rounding(
            [key for key, outcome in fares.items() if not isinstance(outcome, Exception) and "" not in outcome],
            {**apart, **first_only}, looks,
        )  # fmt: skip
        return fares

    def by_rounding(
        self, keys: Sequence[tuple[int, ...]], steps: Mapping[tuple[int, ...], Steps], looks: _Looks
    ) -> dict[tuple[int, ...], ByRounding]:
        """What rounding does where the person bears the same before it. Where the plans round otherwise and few cases
        are concerned, over a year: nothing where the later steps do nothing else to any whole fen that the first ones,
        which are the same, leave."""
        otherwise = _roundings(self.plans[0]) != _roundings(self.plans[1])
        years = otherwise and len(keys) <= MOST_YEARS
        wanted: dict[tuple[int, ...], Wanted] = {}
        known: dict[tuple[int, ...], bool] = {}
        alike: list[tuple[int, ...]] = []
        for key in keys:
            of_two = any(isinstance(one, Best) for side in steps[key] for one in side)
            if of_two and not otherwise:
                continue  # the better of two that are compared on their own
            if of_two or not years:
                wanted[key] = Wanted(steps[key], False, (), True)
                continue
            bills = [bill for bill, some in looks if key in some]
            one = wanted[key] = Wanted(steps[key], _by_layer(steps[key]), bills)
            rest = () if bills else self.rest(one)
            if rest and _key(rest) not in known:
                known[_key(rest)] = self.rounding.alike(rest)
            if rest and known[_key(rest)]:
                alike.append(key)
                del wanted[key]
        found = self.rounding.of(wanted, _counting(self.plans)) if wanted else {}
        return {**dict.fromkeys(alike, ByRounding(Spread(), Spread(), 0)), **found}

    def rest(self, one: Wanted) -> Steps | tuple[()]:
        """The later steps as they see what the first ones leave; nothing where they see anything else."""
        if not one.by_layer:
            return ()
        steps = one.steps
        count, _ = equal_ends(*steps)
        for first in range(count, 0, -1):
            old, new = (seen_behind(self.kept, steps[0][:first], side[first:]) for side in steps)
            if old is not None and new is not None:
                return old, new
        return ()

    def all_eligible(self, apart: Mapping[tuple[int, ...], Steps]) -> Iterator[tuple[tuple[int, ...], _Outcome, bool]]:
        """What everybody bears less and more where all cost is eligible, and whether what was left was too little."""
        by_steps: dict[tuple[int, ...], tuple[Steps, list[tuple[tuple[int, ...], First | None]]]] = {}
        for key, whole in apart.items():
            steps = without_idle(whole[0]), without_idle(whole[1])
            if not _differ(steps):
                yield key, {}, False
                continue
            first, rest = self.behind(steps)
            by_steps.setdefault(_key(rest), (rest, []))[1].append((key, first))
        wanted = [(tasks(*steps, _by_layer(steps), 2), users) for steps, users in by_steps.values()]
        for found in differences(wanted, Bill(self.most).start(), self.person):
            known: dict[int, Mapping[str, Spread]] = {}
            over = Spreads(found.bends, found.sharp)
            for key, first in found.tag:
                if found.stopped is not None:
                    yield key, found.stopped, False
                    continue
                if id(first) not in known:
                    known[id(first)] = over.of(Bill(self.most, first))
                yield key, known[id(first)], found.bound

    def behind(self, steps: Steps) -> tuple[First | None, Steps]:
        """The first steps of both plans where the others can be compared behind them, and these."""
        count, _ = equal_ends(*steps)
        while count:
            first = steps[0][:count]
            rests = [seen_behind(self.kept, first, side[count:]) for side in steps]
            if rests[0] is not None and rests[1] is not None and _by_layer(steps):
                known = self.firsts.get(tuple(map(id, first)))
                if tuple(map(id, first)) not in self.firsts:
                    made = First(first, self.person)
                    known = made if leaves_continuously(first, self.person) and made.leaves_all else None
                    self.firsts[tuple(map(id, first))] = known
                if known is not None:
                    return known, (rests[0], rests[1])
            count -= 1
        return None, steps


def _key(steps: Steps) -> tuple[int, ...]:
    return (len(steps[0]), *map(id, steps[0]), *map(id, steps[1]))


def _differ(steps: Steps) -> bool:
    return len(steps[0]) != len(steps[1]) or any(a is not b for a, b in zip(*steps, strict=True))


def _by_layer(steps: Steps) -> bool:
    """Whether a step can be run on both claims of a year before the next: no step reads what a later one counts."""
    for side in steps:
        seen: set[str] = set()
        for step in side:
            if isinstance(step, p.Tally | Best):
                return False
            keys = _counts(step)
            if keys & seen:
                return False
            seen |= keys
    return True


@lru_cache(maxsize=4096)
def _counts(step: Folded) -> set[str]:
    """The accumulators that a step reads or writes."""
    if not isinstance(step, Paid):
        return set()
    keys = {*step.paid, *step.counts, *step.payments, *step.deductibles, *step.kept_out}
    for node in nodes([step.layer]):
        for name in ("accumulator", "count", "taken", "kept_out"):
            key = getattr(node, name, None)
            if isinstance(key, str):
                keys.add(key)
    return keys


def _roundings(plan: p.Plan) -> Mapping[tuple[object, ...], int]:
    """How a plan rounds, and how often so: to what, which way, before or behind caps and minimums."""
    found: Counter[tuple[object, ...]] = Counter()
    for node in nodes([plan.root]):
        if isinstance(node, p.Round | p.Rounded):
            running = isinstance(node, p.Round) and node.accumulator is not None
            found[type(node), node.to, node.mode, running] += 1
        elif isinstance(node, p.Change) and node.rounding is not None:
            found[p.Change, *node.rounding] += 1
        elif isinstance(node, p.Layer):
            bounds = (p.PaymentCap, p.TopUp, p.Minimum, p.Round)
            found[p.Layer, *(type(step) for step in node.steps if isinstance(step, bounds))] += 1
    return found


def _counting(plans: Sequence[p.Plan]) -> set[str]:
    """The accumulators that count claims."""
    return {one.key for plan in plans for one in plan.accumulators if one.kind in p.COUNTS}


@lru_cache(maxsize=4096)
def _claims_before(step: Folded) -> tuple[int, ...]:
    """How many claims there have to be before two others for the later of these to be the one from which a step does
    something else."""
    if isinstance(step, Best):
        return tuple(sorted({count for way in step.ways for one in way for count in _claims_before(one)}))
    if not isinstance(step, Paid):
        return ()
    found = {x.admission for term in step.layer.steps if isinstance(term, p.Deductible) for x in term.repeats}
    found |= {term.count + 1 for term in step.layer.steps if isinstance(term, p.Times)}
    return tuple(number - 2 for number in sorted(found) if number > 2)


def _class(
    names: tuple[str, ...],
    also: tuple[str, ...],
    facts: Mapping[str, tuple[p.Value, ...]],
    outcome: Mapping[str, Spread],
    rounding: ByRounding | None = None,
) -> ClassDifference:
    person = outcome.get("", Spread()) if rounding is None else rounding.year
    verdict: Verdict = "same"
    if person.less and person.more:
        verdict = "mixed"
    elif person.less:
        verdict = "never worse"
    elif person.more:
        verdict = "never better"
    others = {field: spread for field, spread in outcome.items() if field}
    return ClassDifference(names, facts, verdict, person.less, person.more, person.grows, others, rounding, also)
