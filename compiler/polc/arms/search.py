"""The search for claims: on one plan's shape, each settled by the interpreter.

Looked for in three ways, until every arm is found. First by drawing: the facts drawn at random (always the same ones),
the cost left open, so that what hangs on few facts is found soon. Then over everything: one claim, its cost open, every
value of the facts, for nobody, each class of identities and several together; with each other cost part beside the cost
in scope; and two claims in one year. Last by repeating: a claim that a layer pays on, again and again, until a year's
cap or a number of times is used up.

What no region of all these has cannot be reached; where the search had to be cut short, where values of facts are not
all listed, or where many claims may add up to more, that is not known.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import chain, combinations, islice
from random import Random

import attrs

from pol_lang.problem import Problems
from polc import plan as p
from polc import settlement as s
from polc.arms.arm import HIGHEST, Arms, Key, step_name
from polc.arms.bills import Bill, Mix, parts_read
from polc.arms.memory import remembers
from polc.arms.taken import Taking
from polc.arms.values import searched_values
from polc.arms.witness import Plans, Reached, Verdict, Witness
from polc.evaluate import NoValue
from polc.settle import settle
from polc.shape.cases import identity_classes
from polc.shape.explore import Piece, TooManyRegions, explore
from polc.shape.linear import Amount, NotLinear, Region
from polc.shape.run import Case, Outcome, run_claim

MOST = {"drawn": 2_000, "alone": 1_200, "parts": 400, "several": 400, "twice": 300}
"""Regions looked at for one plan in each phase; beyond that the phase is cut short."""
_MOST_OF_ONE = {"drawn": 40, "alone": 1_200, "parts": 200, "several": 100, "twice": 150}
"""Regions looked at for one set of identities, so that all sets have their turn."""
MOST_TRIES = 40
"""Claims settled for one arm that the shape promises but the trace does not have (for rounding, say)."""
ROUNDS = 30
"""Draws of facts for each set of identities."""
AIMED = 8
"""Draws aimed at one arm: with facts as its conditions name them."""
IDLE = 2
"""Rounds of draws in which nothing is found, after which they end."""
MOST_CLASSES = 5
"""Classes of identities of which every set is looked at; of more only pairs, and all together."""
MOST_CLAIMS = 40
"""Claims made of one by repeating it."""

_IN_SCOPE: Mix = {"inscope": Fraction(1)}
_MIXES: tuple[Mix, ...] = (
    {"inscope": Fraction(4, 5), "copay": Fraction(1, 10), "noncovered": Fraction(1, 20), "overlimit": Fraction(1, 20)},
    {"inscope": Fraction(1, 10), "noncovered": Fraction(9, 10)},
    {"inscope": Fraction(1, 2), "copay": Fraction(1, 2)},
    {"inscope": Fraction(1, 2), "overlimit": Fraction(1, 2)},
)


class Search:
    """One search on one plan: `run` it, then read its `results`."""

    def __init__(self, arms: Arms, wanted: Iterable[Key], taking: Taking, plans: Plans) -> None:
        self.arms = arms
        self.plan = arms.plan
        self.taking = taking
        self.plans = plans
        self.open = dict.fromkeys(wanted)
        self.all = tuple(self.open)
        self.found: dict[Key, Witness] = {}
        self.promised: dict[Key, int] = {}
        self.paying: dict[str, list[Witness]] = {}
        self.left = 0
        self.whole = dict.fromkeys(MOST, True)
        self.phase = "drawn"
        searched = searched_values(self.plan)
        self.values, self.whole["values"] = searched.values, searched.all
        self.by_key = {arm.key: arm for arm in arms.arms}
        self.classes = [group[0] for group in identity_classes([self.plan]) if group]
        self.alone = [frozenset[str](), *(frozenset((name,)) for name in self.classes)]
        self.ranked = isinstance(self.plan.root, p.HighestOf)
        self.read, self.reads_bill = parts_read(self.plan)

    def results(self) -> dict[Key, Reached]:
        """What became of every arm that was wanted."""
        return {
            key: Reached(key, self.found[key], "reached")
            if key in self.found
            else Reached(key, None, self._verdict(key))
            for key in self.all
        }

    def _verdict(self, key: Key) -> Verdict:
        several = key[0] == HIGHEST or not self.ranked
        phases = ("values", "alone", "parts", *(("several",) if several else ()))
        if key in self.promised or not all(self.whole[phase] for phase in phases):
            return "unknown"
        if not remembers(self.plan, key):
            return "unreachable"
        return "not_by_two" if self.whole["twice"] and key[1] != "times" else "not_by_one"

    # ------------------------------------------------------------ where to look

    def run(self, *, over_all: bool) -> None:
        """Looks for every open arm; without `over_all` by drawing and repeating only."""
        self._draw()
        self._repeat_all()
        if not over_all:
            self.whole["alone"] = False
            return
        self._phase("alone", ((held, Bill(_IN_SCOPE)) for held in self.alone))
        beside = sorted(self.read - {"inscope"}) or (["noncovered"] if self.reads_bill else [])
        self.whole["parts"] = len(self.read - {"inscope"}) + self.reads_bill <= 1
        self._phase("parts", ((held, Bill(_IN_SCOPE, beside=part)) for part in beside for held in self.alone))
        self._phase("several", ((held, Bill(_IN_SCOPE)) for held in self._together()))
        if self.plan.accumulators:
            sets = [self.alone] if any(key[0] != HIGHEST for key in self.open) else []
            looks = chain(*sets, self._together())
            self._phase("twice", ((held, Bill(_IN_SCOPE, twice=True)) for held in looks))
        self._repeat_all()

    def _phase(self, phase: str, looks: Iterator[tuple[frozenset[str], Bill]]) -> None:
        self.phase, self.left = phase, MOST[phase]
        for held, bill in looks:
            if not self.open:
                return
            self._explore(Case(held, {}), bill)

    def _together(self) -> Iterator[frozenset[str]]:
        """Sets of several identities: under 就高 those that one is to win against, else all that can be told apart."""
        if self.ranked:
            for other in reversed(self.classes):
                for key in list(self.open):
                    if key[0] == HIGHEST and other != key[3] and key in self.open:
                        yield frozenset((key[3], other))
            return
        whole = len(self.classes) <= MOST_CLASSES
        for size in range(2, len(self.classes) + 1) if whole else (2, len(self.classes)):
            yield from map(frozenset, combinations(self.classes, size))
        self.whole["several"] = self.whole["several"] and whole

    # ------------------------------------------------------------ drawing

    def _draw(self) -> None:
        """Facts at random, the cost open."""
        random = Random(1)
        self.phase, self.left = "drawn", MOST["drawn"]
        facts = {spec.name: self.values[spec.name] for spec in self.plan.facts if self.values.get(spec.name)}
        mixes = [mix for mix in _MIXES if self.reads_bill or (mix.keys() & self.read) - {"inscope"}]
        mixes = [_IN_SCOPE, _IN_SCOPE, *mixes]  # the plainest claim first
        idle = 0
        for number in range(ROUNDS):
            before = len(self.open)
            for held in [*self.alone, *self._drawn_together(random)]:
                given = {name: random.choice(own) for name, own in facts.items()}
                bill = Bill(mixes[number % len(mixes)], twice=number % 4 == 3 and bool(self.plan.accumulators))
                self._explore(Case(held, given), bill)
                if not self.open or self.left < 0:
                    return
            idle = idle + 1 if len(self.open) == before else 0
            if idle >= IDLE:
                break
        for key in list(self.open):
            for number in range(AIMED):
                aimed = self._aimed(key, random) if key in self.open else None
                if aimed is None or self.left < 0:
                    break
                held, named = aimed
                given = {name: random.choice(own) for name, own in facts.items()}
                self._explore(Case(held, given | named), Bill(mixes[number % len(mixes)]))

    def _aimed(self, key: Key, random: Random) -> tuple[frozenset[str], dict[str, p.Value]] | None:
        """An identity and facts as the conditions of an arm and of its step name them; None without any."""
        arm = self.by_key[key]
        about = arm.about.condition if isinstance(arm.about, p.Tilt) else arm.about
        if key[0] == HIGHEST:
            return None
        step = next((x for i, x in enumerate(self.plan.body.steps) if step_name(x, i) == key[0]), None)
        guards: dict[str, list[p.Value]] = {}
        for guard in getattr(step, "guards", ()):
            _named_values(guard.condition, guards)
        own: dict[str, list[p.Value]] = {}
        if about is not None and not isinstance(about, str | p.Band):
            _named_values(about, own)
        named = guards | own  # what the arm itself asks for goes before what its step asks for
        if not named:
            return None
        held = [x for x in named.pop(_HELD, ()) if isinstance(x, str)]
        identities = frozenset((random.choice(held),)) if held else random.choice(self.alone)
        return identities, {name: random.choice(values) for name, values in named.items() if name in self.values}

    def _drawn_together(self, random: Random) -> list[frozenset[str]]:
        if len(self.classes) < 2:
            return []
        if not self.ranked:
            return [frozenset(random.sample(self.classes, random.randint(2, len(self.classes))))]
        rivals = [key[3] for key in self.open if key[0] == HIGHEST]
        return [frozenset((name, random.choice([x for x in self.classes if x != name] or [name]))) for name in rivals]

    # ------------------------------------------------------------ one look

    def _explore(self, case: Case, bill: Bill) -> None:
        plan, most = self.plan, _MOST_OF_ONE[self.phase]
        now, earlier = bill.now(), bill.before()

        def run(case: Case, region: Region) -> Outcome:
            state: Mapping[str, Amount] = {}
            if earlier is not None:
                state = run_claim(plan, case, region, earlier, {}).state
            return run_claim(plan, case, region, now, state)

        try:
            for piece in explore(run, case, bill.region, self.values):
                self.left -= 1
                most -= 1
                if self.left < 0 or most < 0:
                    self.whole[self.phase] = False
                    return
                keys = frozenset(key for arm in piece.result.arms if (key := self.arms.key_of(arm)) in self.open)
                if keys:
                    self._try(piece, keys, bill)
                if not self.open:
                    return
        except (NotLinear, TooManyRegions, NoValue, Problems):
            self.whole[self.phase] = False

    # ------------------------------------------------------------ trying a claim

    def _try(self, piece: Piece[Outcome], keys: frozenset[Key], bill: Bill) -> None:
        if all(self.promised.get(key, 0) >= MOST_TRIES for key in keys):
            return
        for key in keys:
            self.promised[key] = self.promised.get(key, 0) + 1
        for point in bill.points(piece.region):
            witness = self._settled(piece.case, bill.claims(point))
            if witness is None:
                continue
            self._take(witness)
            if not keys & self.open.keys():
                return

    def _take(self, witness: Witness) -> None:
        """Keeps a claim for the open arms that it takes; where nobody's claim takes them too, that one."""
        for one in (self._of_nobody(witness), witness):
            if one is None:
                continue
            for key in self.taking(_last(one.settlement)):
                if key in self.open:
                    del self.open[key]
                    self.found[key] = one

    def _of_nobody(self, witness: Witness) -> Witness | None:
        if not witness.identities or not self.taking(_last(witness.settlement)) & self.open.keys():
            return None
        person = s.Person("-", (), witness.person)
        try:
            return Witness((), witness.person, witness.claims, settle(self.plans, person, witness.claims))
        except Problems:
            return None

    def _settled(self, case: Case, bills: list[dict[str, int]]) -> Witness | None:
        for filled in (False, True):
            own, facts = self._facts(case, filled)
            day = facts[self.plan.year.by]
            assert isinstance(day, datetime.date)
            claims = tuple(s.Claim(str(number), day, parts, facts) for number, parts in enumerate(bills, 1))
            held = tuple(spec.name for spec in self.plan.identities if spec.name in case.identities)
            person = s.Person("-", tuple(map(s.HeldIdentity, held)), own)
            try:
                return Witness(held, own, claims, settle(self.plans, person, claims))
            except Problems:
                continue
        return None

    def _facts(self, case: Case, filled: bool) -> tuple[dict[str, p.Value], dict[str, p.Value]]:
        """Facts of person and claim: those the shape branched over, and with `filled` all that the plan reads."""
        person: dict[str, p.Value] = {}
        claim: dict[str, p.Value] = {self.plan.year.by: case.facts.get(self.plan.year.by, self.plan.as_of)}
        for spec in self.plan.facts:
            if spec.name in case.facts and (spec.used or spec.name == self.plan.year.by):
                value = case.facts[spec.name]
            elif filled and spec.used and spec.default is None and spec.of != "item":
                value = self.values.get(spec.name, [None])[0]
            else:
                continue
            if value is not None:
                (person if spec.of == "person" else claim).setdefault(spec.name, value)
        return person, claim

    # ------------------------------------------------------------ repeating

    def _repeat_all(self) -> None:
        """Claims made of one that its layer pays on, for what only many come to."""
        for key in [key for key in self.open if key[1] in ("times", "cap", "cost_cap", "deductible", "band")]:
            if key in self.open:
                self._repeat(key)

    def _repeat(self, key: Key) -> None:
        layer = next((x for x in self.plan.body.steps if isinstance(x, p.Layer) and x.name == key[0]), None)
        count = MOST_CLAIMS
        if layer is not None and key[1] == "times":
            times = next((x for x in layer.steps if isinstance(x, p.Times)), None)
            count = times.count + 1 if times is not None else count
        if count > 400:
            return
        firsts = {id(w): w for w in self.found.values() if _pays(w, key[0])}
        for first in list(firsts.values())[-2:] or self._paying(key[0]):
            last = first.claims[-1]
            for many in dict.fromkeys((min(count, 6), count)):
                claims = tuple(attrs.evolve(last, id=str(n)) for n in range(1, many + 1))
                try:
                    done = settle(self.plans, first.settlement.person, claims)
                except Problems:
                    return
                for number, own in enumerate(done.claims, 1):
                    one = s.Settlement(done.person, (own,), done.state)
                    if key in self.taking(one):
                        self._take(self._shortened(first, claims[:number]))
                        return

    def _paying(self, layer: str) -> list[Witness]:
        """Claims that a layer pays on, the dearest that were met; looked for once."""
        if layer not in self.paying:
            found: list[Witness] = []
            bill = Bill(_IN_SCOPE)
            now = bill.now()
            for held in self.alone:
                pieces = explore(
                    lambda case, region: run_claim(self.plan, case, region, now, {}),
                    Case(held, {}), bill.region, self.values,
                )  # fmt: skip
                try:
                    for piece in islice(pieces, 60):
                        if piece.region.sign(piece.result.paid.get(layer, 0)) > 0:
                            settled = (self._settled(piece.case, bill.claims(x)) for x in bill.points(piece.region))
                            found += [one for one in islice(settled, 1) if one is not None and _pays(one, layer)]
                except (NotLinear, TooManyRegions, NoValue, Problems):
                    continue
                if found:
                    break
            self.paying[layer] = found[-2:]
        return self.paying[layer]

    def _shortened(self, first: Witness, claims: tuple[s.Claim, ...]) -> Witness:
        done = settle(self.plans, first.settlement.person, claims)
        return Witness(first.identities, first.person, claims, done)


def _last(settlement: s.Settlement) -> s.Settlement:
    return s.Settlement(settlement.person, settlement.claims[-1:], settlement.state)


def _pays(witness: Witness, layer: str) -> bool:
    return any(one.name == layer and one.paid > 0 for one in witness.settlement.claims[-1].layers)


_HELD = ""
"""Under this name among the values of facts: the identities that a condition names."""


def _named_values(e: p.Expr, found: dict[str, list[p.Value]]) -> None:
    """The values that a condition holds a fact against, by the fact."""
    if isinstance(e, p.All | p.Any):
        for inner in e.conditions:
            _named_values(inner, found)
    elif isinstance(e, p.Not):
        _named_values(e.condition, found)
    elif isinstance(e, p.Named):
        _named_values(e.value, found)
    elif isinstance(e, p.Holds):
        found.setdefault(_HELD, []).extend(sorted(e.identities))
    elif isinstance(e, p.Fact) and e.unit == "bool":
        found.setdefault(e.name, []).append(True)
    elif isinstance(e, p.Within) and isinstance(e.value, p.Fact) and e.value.unit == "text":
        found.setdefault(e.value.name, []).extend(sorted(e.values))
    elif isinstance(e, p.Compare) and isinstance(e.left, p.Fact) and isinstance(e.right, p.Const) and e.op == "=":
        found.setdefault(e.left.name, []).extend([] if e.right.unit == "month_day" else [e.right.value])
