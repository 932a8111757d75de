"""What rounding alone does to what a person bears, where two policies are the same but for it.

Theory: both plans are run side by side on amounts to the fen (`polc.shape.fenwise`). Regions on which they come to the
same with the same roundings are done; on the others the difference is what roundings add, and is gone over fen by fen
as far as it does not repeat itself (`polc.shape.residues`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction

from attrs import define, frozen

from polc import plan as p
from polc.shape.bills import Bill, Extreme, Spread
from polc.shape.claim import Claim
from polc.shape.fenwise import Fenwise, Near
from polc.shape.layer import Paid
from polc.shape.linear import Linear, Number, Region, linear
from polc.shape.nodes import nodes
from polc.shape.residues import MOST_POINTS, look
from polc.shape.run import Folded
from polc.shape.twins import Bend, Standing, Task, differences, tasks

MOST_REGIONS = 500
MOST_CLAIMS = 400_000
"""Claims gone over in a comparison; when they are used up, what is left is only searched."""
_FEW = 100


@frozen(eq=False, repr=False, slots=False)
class ByRounding:
    """What rounding alone lets the person bear less and more: of the first claim of a year, and of all that were
    compared. `searched`: how many claims were looked at where not all could be; 0 where nothing was left out.
    `first_only`: no claims after an earlier one of the year were compared, which might come to something else."""

    claim: Spread
    year: Spread
    searched: int
    first_only: bool = False


Key = tuple[int, ...]


@frozen(eq=False, slots=False)
class Wanted:
    """Steps of two plans, whether they can be run layer by layer, and the other kinds of bills they differ on."""

    steps: tuple[Sequence[Folded], Sequence[Folded]]
    by_layer: bool
    bills: Sequence[Bill]
    first_only: bool = False
    """Whether only the first claim of a year is asked for."""

    @property
    def stateless(self) -> bool:
        """Whether no step asks what earlier claims of the year left."""
        return all(map(_stateless, self.steps))


@define(eq=False)
class Rounding:
    """Compares steps of two plans to the fen, for all cases of a comparison."""

    person: str
    most: int
    left: int = MOST_CLAIMS

    def of(self, wanted: Mapping[Key, Wanted], counts: Collection[str]) -> dict[Key, ByRounding]:
        """What rounding does on the first claim of a year, in years of two and on bills of other kinds, for steps by
        their key."""
        once = Bill(self.most)
        looks: list[tuple[Bill, Standing, list[tuple[tuple[Task, ...], Key]]]] = [
            (once, _to_the_fen(once.first_claim()), [(tasks(*one.steps, True, 1), key) for key, one in wanted.items()]),
            (once, _to_the_fen(once.start(counts)),
             [(tasks(*one.steps, one.by_layer, 2), key) for key, one in wanted.items()
              if not (one.stateless or one.first_only)]),
        ]  # fmt: skip
        for bill in {id(bill): bill for one in wanted.values() for bill in one.bills}.values():
            listed = [
                (tasks(*one.steps, bill.claims == 1 or one.by_layer, bill.claims), key)
                for key, one in wanted.items() if bill in one.bills
            ]  # fmt: skip
            looks.append((bill, _to_the_fen(bill.start(counts)), listed))
        claims: dict[Key, Spread] = {}
        years: dict[Key, Spread] = {}
        searched = dict.fromkeys(wanted, 0)
        for number, (bill, start, listed) in enumerate(looks):
            known = {key: steps for steps, key in listed}
            for found in differences(listed, start, self.person, MOST_REGIONS):
                key = found.tag
                if found.stopped is None:
                    spread, looked = self.spread(bill, found.bends, len(start.claims) == 2)
                else:
                    spread, looked = self.here_and_there(bill, start, known[key])
                searched[key] += looked
                if number:
                    years[key] = years[key].joined(spread)
                else:
                    claims[key] = spread
                    twice = Spread(_twice(spread.less), _twice(spread.more))
                    years[key] = twice if wanted[key].stateless else spread
        return {
            key: ByRounding(claims[key], years[key], searched[key], one.first_only and not one.stateless)
            for key, one in wanted.items()
        }

    def alike(self, steps: tuple[Sequence[Folded], Sequence[Folded]]) -> bool:
        """Whether steps are known to let the person bear the same to the fen, whatever two claims of a year cost."""
        bill = Bill(self.most)
        (found,) = differences([(tasks(*steps, True, 2), None)], _to_the_fen(bill.start()), self.person, _FEW)
        return found.stopped is None and not any("" in bend.forms for bend in found.bends)

    def spread(self, bill: Bill, found: Sequence[Bend], one_claim: bool) -> tuple[Spread, int]:
        """The most the person bears less and more, and how many claims were looked at where not all could be."""
        spread, searched = Spread(), 0
        bends = [(bend.region, bend.forms[""]) for bend in found if "" in bend.forms]
        for region, form in sorted(bends, key=lambda bend: _reaches(*bend)):
            assert isinstance(region, Fenwise)
            low, high = _ends(region, form)
            if -low <= _amount(spread.less) and high <= _amount(spread.more):
                continue  # it shows no more than is known
            most = MOST_POINTS if one_claim else max(_FEW, min(MOST_POINTS, self.left))
            seen = look(region, {"": form}, most)
            self.left -= seen.count
            searched += 0 if seen.whole else seen.count
            for top in seen.tops.values():
                less = Extreme(-top.least, top.at_least, bill) if top.least < 0 else None
                more = Extreme(top.most, top.at_most, bill) if top.most > 0 else None
                spread = Spread(less, more).joined(spread)
        return spread, searched

    def here_and_there(self, bill: Bill, start: Standing, listed: Sequence[Task]) -> tuple[Spread, int]:
        """The same from single claims."""
        spread, count = Spread(), 0
        one_claim = len(start.claims) == 2 and not bill.part
        for x, y in _places(self.most, one_claim):
            region = Fenwise(((x, y),))
            half = tuple(_at(claim, x, y) for claim in start.claims[: len(start.claims) // 2])
            (found,) = differences([(listed, None)], Standing(region, (*half, *half)), self.person)
            if found.stopped is not None:
                continue
            count += 1
            for bend in found.bends:
                amount = bend.forms.get("", Linear(0)).constant
                less = Extreme(-amount, (x, y), bill) if amount < 0 else None
                more = Extreme(amount, (x, y), bill) if amount > 0 else None
                spread = Spread(less, more).joined(spread)
        return spread, count


def _at(claim: Claim, x: int, y: int) -> Claim:
    """A claim before any step at certain costs."""
    made = Claim({name: linear(amount).at((x, y)) for name, amount in claim.parts.items()}, claim.considered)
    made.adds.update(claim.adds)
    return made


def _stateless(steps: Sequence[Folded]) -> bool:
    """Whether no step asks what earlier claims of the year left."""
    layers = [step.layer if isinstance(step, Paid) else step for step in steps]
    return not any(
        isinstance(node, p.Tallied) or any(getattr(node, name, None) for name in ("accumulator", "count", "taken"))
        for node in nodes(layers)
    )


def _twice(extreme: Extreme | None) -> Extreme | None:
    """The same on two claims of a year."""
    return None if extreme is None else Extreme(2 * extreme.amount, (extreme.point[0],) * 2, extreme.bill)


def _ends(region: Region, form: Linear) -> tuple[Number, Number]:
    """Between what a difference lies on a region at the most."""
    values = [Fraction(*form.ratio(corner)) for corner in region.ends]
    low, high = form.ends if isinstance(form, Near) else (0, 0)
    return min(values) + low, max(values) + high


def _reaches(region: Region, form: Linear) -> tuple[int, Number]:
    """What regions are gone over in order of: those without limits that rounding decides, and the widest first."""
    assert isinstance(region, Fenwise)
    low, high = _ends(region, form)
    return sum(isinstance(one, Near) for one, _ in region.held), low - high


def _amount(extreme: Extreme | None) -> Number:
    return 0 if extreme is None else extreme.amount


def _to_the_fen(start: Standing) -> Standing:
    return Standing(Fenwise(start.region.corners), start.claims)


def _places(most: int, one_claim: bool) -> Iterator[tuple[int, int]]:
    """Costs spread over all sizes."""
    seed = 1
    for number in range(_FEW):
        found = []
        for _ in range(2):
            seed = (seed * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
            found.append((seed >> 20) % max(2, most >> (number % 20)))
        yield found[0], 0 if one_claim or number % 3 == 0 else found[1]
