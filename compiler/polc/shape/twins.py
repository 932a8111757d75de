"""Two plans side by side on folded steps: in which regions of the costs what anybody bears differs, and by how much.

Theory: the claims of a year are taken through the steps together (`Task`), and what stands after a step is kept for all
cases whose steps so far are the same, so that a step is run once however many cases lead to it. Where both plans stand
alike and a step is the same it is run for one of them; regions in which they stand alike with only equal steps to come
are done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Generic, Literal, TypeVar

from attrs import frozen

from polc import plan as p
from polc.shape.claim import Claim, NoValue, Refused, Run
from polc.shape.explore import TooManyRegions
from polc.shape.linear import Amount, Linear, NotLinear, Region, Split, linear
from polc.shape.run import Best, Folded, run_step
from polc.shape.values import value

T = TypeVar("T")
Side = Literal["both", "old", "new"]
MOST_REGIONS = 30_000
"""Regions kept for one case; beyond that it is not compared."""


@frozen(eq=False, slots=False)
class Task:
    """A step to be run: for which plan, on which claims of the year (0 the first, 1 the second) in turn."""

    side: Side
    claims: tuple[int, ...]
    step: Folded
    meets: bool
    """Whether the plans may stand alike again: both are run, and the task before was for one of them only."""
    closes: bool
    """Whether this and all that follows is run for both."""


@frozen(eq=False, slots=False)
class Bend:
    """A region on which the plans differ, with the difference (new less old) of what is left to the person (under "")
    and of what the others bear, by field; what does not differ is left out."""

    region: Region
    forms: Mapping[str, Linear]


class Standing:
    """A region with the claims of the year in order, under the old plan and then under the new one."""

    __slots__ = ("claims", "region")

    def __init__(self, region: Region, claims: tuple[Claim, ...]) -> None:
        self.region = region
        self.claims = claims

    @property
    def is_one(self) -> bool:
        """Whether both plans stand alike."""
        half = len(self.claims) // 2
        return all(a is b for a, b in zip(self.claims[:half], self.claims[half:], strict=True))


@frozen(eq=False, slots=False)
class Found(Generic[T]):
    """What was found for `tag`: regions in which the plans differ, or what kept them from being compared."""

    tag: T
    bends: Sequence[Bend]
    bound: bool = False
    """Whether somewhere more would have been paid than was left to the person."""
    sharp: bool = False
    """Whether a question was asked whose answer makes a jump."""
    stopped: NotLinear | TooManyRegions | None = None


def tasks(old: Sequence[Folded], new: Sequence[Folded], by_layer: bool, claims: int) -> tuple[Task, ...]:
    """The steps of both plans in the order in which they are run: what is equal at the beginning and the end for both.

    `by_layer`: a step is run on all claims before the next one; else the first claim is settled first.
    """
    start, end = equal_ends(old, new)
    order: list[tuple[Side, Folded]] = [("both", step) for step in old[:start]]
    apart: list[tuple[Sequence[Folded], Side]] = [
        (old[start : len(old) - end], "old"), (new[start : len(new) - end], "new"),
    ]  # fmt: skip
    for at in range(max(len(steps) for steps, _ in apart)):
        order += [(side, steps[at]) for steps, side in apart if at < len(steps)]
    order += [("both", step) for step in old[len(old) - end :]]
    turns = [tuple(range(claims))] if by_layer else [(number,) for number in range(claims)]
    listed = [(side, turn, step) for turn in turns for side, step in order]
    last = max((i for i, (side, _, _) in enumerate(listed) if side != "both"), default=-1)
    return tuple(
        Task(side, turn, step, side == "both" and i > 0 and listed[i - 1][0] != "both", i > last)
        for i, (side, turn, step) in enumerate(listed)
    )


def equal_ends(old: Sequence[Folded], new: Sequence[Folded]) -> tuple[int, int]:
    """How many steps are the same at the beginning, and how many of the others at the end."""
    most, start, end = min(len(old), len(new)), 0, 0
    while start < most and old[start] is new[start]:
        start += 1
    while end < most - start and old[-1 - end] is new[-1 - end]:
        end += 1
    return start, end


def differences(
    wanted: Sequence[tuple[Sequence[Task], T]], start: Standing, person: str, most: int = MOST_REGIONS
) -> Iterator[Found[T]]:
    """For lists of tasks, each with what it is wanted for, the regions in which the plans differ, in any order; none
    where there are more than `most` at a time."""
    twins: _Twins[T] = _Twins(person, most)
    return twins.follow([(tuple(tasks), tag) for tasks, tag in wanted], 0, [start])


class _Twins(Generic[T]):
    def __init__(self, person: str, most: int) -> None:
        self.person = person
        self.most = most
        self.bound = False
        self.sharp = False

    def follow(
        self, wanted: Sequence[tuple[tuple[Task, ...], T]], at: int, standing: list[Standing]
    ) -> Iterator[Found[T]]:
        """Goes on with the task at a place; all lists are the same before it."""
        ways: dict[tuple[object, ...], list[tuple[tuple[Task, ...], T]]] = {}
        done: list[T] = []
        for tasks, tag in wanted:
            if len(tasks) == at or not standing:
                done.append(tag)
            else:
                task = tasks[at]
                ways.setdefault((task.side, task.claims, id(task.step), task.closes), []).append((tasks, tag))
        if done:
            bends = [bend for one in standing if (bend := _bend(one)) is not None]
            bound = self.bound or any(claim.bound for one in standing for claim in one.claims)
            yield from (Found(tag, bends, bound, self.sharp) for tag in done)
        for some in ways.values():
            try:
                following = self.advanced(standing, some[0][0][at])
            except (NotLinear, TooManyRegions) as stopped:
                yield from (Found(tag, (), stopped=stopped) for _, tag in some)
                continue
            yield from self.follow(some, at + 1, following)

    def advanced(self, standing: list[Standing], task: Task) -> list[Standing]:
        """What stands after a task. Regions in which settling refuses such a claim are left out."""
        if task.meets:
            standing = [_met(one) for one in standing]
        if task.closes:
            self.bound = self.bound or any(claim.bound for one in standing for claim in one.claims)
            standing = [one for one in standing if not one.is_one]
        for number in task.claims:
            alone = number == 0 and standing and len(standing[0].claims) > 2 and not standing[0].region.to_the_fen
            standing = self.first_claims(standing, task) if alone else self.stepped(standing, task, number)
            if len(standing) > self.most:
                raise TooManyRegions
        return standing

    def stepped(self, standing: Sequence[Standing], task: Task, number: int) -> list[Standing]:
        """What stands after a task on one claim."""
        todo, made = list(reversed(standing)), list[Standing]()
        while todo:
            one = todo.pop()
            try:
                made.append(Standing(one.region, self.step(one, task, number)))
            except Split as split:
                self.sharp = self.sharp or split.sharp
                todo.extend(Standing(part, one.claims) for part in reversed(one.region.parts(split)))
            except Refused:
                continue
        return made

    def first_claims(self, standing: Sequence[Standing], task: Task) -> list[Standing]:
        """What stands after a task on the first of two claims: as it hangs on its own cost only, which is the second
        unknown, it is run once along that for all regions in which it has come to the same."""
        groups: dict[tuple[int, int], list[Standing]] = {}
        for one in standing:
            groups.setdefault((id(one.claims[0]), id(one.claims[2])), []).append(one)
        made: list[Standing] = []
        for some in groups.values():
            ends = [Fraction(y, w) for one in some for _, y, w in one.region.ends]
            along = Region(((0, min(ends)), (0, max(ends))))
            pieces = self.stepped([Standing(along, some[0].claims)], task, 0)
            pieces.sort(key=lambda piece: (piece.region.corners[0][1], piece.region.corners[-1][1]))
            stops = [Linear(-piece.region.corners[-1][1], 0, 1) for piece in pieces]
            starts = [Linear(-piece.region.corners[0][1], 0, 1) for piece in pieces]
            for one in some:
                made += _between(one, pieces, starts, stops)
        return made

    def step(self, one: Standing, task: Task, number: int) -> tuple[Claim, ...]:
        """The claims after a task was run on one of them, under one plan or both."""
        claims = list(one.claims)
        half = len(claims) // 2
        if task.side != "new":
            claims[number] = self.run(one.region, one.claims[:half], task.step, number)
        if task.side == "both" and all(
            a is b for a, b in zip(one.claims[: number + 1], one.claims[half:], strict=False)
        ):
            claims[half + number] = claims[number]
        elif task.side != "old":
            claims[half + number] = self.run(one.region, one.claims[half:], task.step, number)
        return tuple(claims)

    def run(self, region: Region, claims: Sequence[Claim], step: Folded, number: int) -> Claim:
        """One claim of a plan after a step; its accumulators stand where the first claim has left them."""
        run = Run(region, None, claims[0].adds if number else {}, self.person)
        return _after(claims[number].copy(), step, run)


def _after(claim: Claim, step: Folded, run: Run) -> Claim:
    """The claim after a step, which may be done to it."""
    if isinstance(step, Best):
        best: Claim | None = None
        for way in step.ways:
            tried = claim.copy()
            for one in way:
                tried = _after(tried, one, run)
            if best is None or run.region.sign(tried.left - best.left) < 0:
                best = tried
        return best or claim
    if not isinstance(step, p.Tally):
        run_step(step, run, claim)
        return claim
    try:
        amount = value(step.value, run, claim)
    except NoValue:
        raise Refused from None
    claim.adds[step.accumulator] = claim.adds.get(step.accumulator, 0) + amount
    return claim


def _between(
    one: Standing, pieces: Sequence[Standing], starts: Sequence[Linear], stops: Sequence[Linear]
) -> Iterator[Standing]:
    """The parts of a region along the second unknown, with the first claims of the pieces that they lie in."""
    todo = [(one.region, 0)]
    while todo:
        region, at = todo.pop()
        if at == len(pieces):
            continue
        edge = at + 1 < len(pieces) and len(pieces[at + 1].region.ends) == 1 < len(pieces[at].region.ends)
        try:
            side = region.sign(stops[at], sharp=edge)
            if side > 0 or (edge and side == 0):
                todo.append((region, at + 1))
            elif region.sign(starts[at]) >= 0:
                first, last = pieces[at].claims[0], pieces[at].claims[2]
                yield Standing(region, (first, one.claims[1], last, one.claims[3]))
        except Split as split:
            todo.extend((part, at) for part in reversed(region.parts(split)))


def _met(one: Standing) -> Standing:
    """The same, with one claim for both plans where they have come to the same."""
    half = len(one.claims) // 2
    old, new = one.claims[:half], one.claims[half:]
    return Standing(one.region, (*old, *(a if _same_claim(a, b) else b for a, b in zip(old, new, strict=True))))


def _same_claim(a: Claim, b: Claim) -> bool:
    return a is b or (
        _same(a.left, b.left)
        and a.packages == b.packages
        and all(_same_all(getattr(a, name), getattr(b, name)) for name in _AMOUNTS)
    )


_AMOUNTS = ("parts", "adds", "paid", "borne", "cuts", "overflow", "shared")


def _same_all(a: Mapping[str, Amount], b: Mapping[str, Amount]) -> bool:
    return all(_same(a.get(name, 0), b.get(name, 0)) for name in {**a, **b})


def _same(a: Amount, b: Amount) -> bool:
    if a is b:
        return True
    if isinstance(a, Linear) or isinstance(b, Linear):
        return linear(a).same(linear(b))
    return a == b


def _bend(one: Standing) -> Bend | None:
    """The differences of a region; None where there are none."""
    half = len(one.claims) // 2
    totals: dict[str, Amount] = {}
    for old, new in zip(one.claims[:half], one.claims[half:], strict=True):
        if old is new:
            continue
        totals[""] = totals.get("", 0) + (new.left - old.left)
        for field in {**old.borne, **new.borne}:
            totals[field] = totals.get(field, 0) + (new.borne.get(field, 0) - old.borne.get(field, 0))
    forms = {field: linear(amount) for field, amount in totals.items() if not _same(amount, 0)}
    return Bend(one.region, forms) if forms else None
