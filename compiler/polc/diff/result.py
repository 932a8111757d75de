"""Everything a comparison of two policies found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from attrs import frozen

from pol_lang.problem import Language, Problem
from polc import plan as p
from polc.diff.clauses import Change, changes
from polc.diff.money import ClassDifference, Comparison, compare
from polc.diff.obstacles import TooManyCases, left_out, obstacles
from polc.diff.witness import Witness, witness
from polc.impact.result import Impact
from polc.shape.bills import Extreme
from polc.shape.signatures import TooManyCases as Beyond

Kind = Literal["gain", "loss", "shift"]
Progress = Callable[[int, int], None]


_Having = Sequence[tuple[ClassDifference, Extreme | None, bool, str]]


@frozen(eq=False, repr=False, slots=False)
class Shown:
    """A claim that shows what a class of cases gains or loses, or for which another bearer's share changes though the
    person's does not."""

    kind: Kind
    found: ClassDifference
    witness: Witness


@frozen(eq=False, repr=False, slots=False)
class Difference:
    """What changed from `old` to `new`: by clause, by class of case in money, with the claims that gain and lose most
    and the one for which the bearers change most where the person bears the same, and over a table of claims where one
    was given.

    `money` is None where money was not compared over all costs: for the reasons in `obstacles`, or (without any)
    because nobody asked. Where both are there, `obstacles` say what was left out.
    """

    old: p.Plan
    new: p.Plan
    changes: tuple[Change, ...]
    money: Comparison | None
    obstacles: tuple[Problem, ...]
    claims: tuple[Shown, ...]
    population: Impact | None = None

    @property
    def classes(self) -> tuple[ClassDifference, ...]:
        """The classes compared."""
        return self.money.classes if self.money else ()


def difference(
    old: p.Plan,
    new: p.Plan,
    lang: Language,
    *,
    same: bool,
    in_money: bool = True,
    left_open: tuple[Sequence[str], Sequence[str]] = ((), ()),
    population: Impact | None = None,
    progress: Progress | None = None,
) -> Difference:
    """The difference of two plans; where they mean the `same` there are no changes (only words may differ) and nothing
    is compared over all costs. `left_open` names the figures that each plan leaves to be set locally."""
    found = () if same else changes(old, new, lang)
    reasons = tuple(obstacles(old, new, left_open)) if in_money and not same else ()
    money: Comparison | None = None
    if same and in_money:
        money = Comparison((), (), ())
    elif in_money and not reasons:
        try:
            money = compare(old, new, progress)
        except Beyond:
            reasons = (TooManyCases(),)
        else:
            reasons = tuple(left_out(money.left_out, old, new))
            if not money.classes:
                money = None
    return Difference(old, new, found, money, reasons, tuple(_claims(old, new, money)), population)


def _claims(old: p.Plan, new: p.Plan, money: Comparison | None) -> Iterator[Shown]:
    """The claims that show most."""
    classes = money.classes if money else ()
    gains: _Having = [(one, one.gain, False, "") for one in classes]
    losses: _Having = [(one, one.loss, True, "") for one in classes]
    shifts: _Having = [
        (one, extreme, worse, field)
        for one in classes
        if one.verdict == "same" or one.rounding is not None
        for field, spread in one.others.items()
        for extreme, worse in ((spread.less, False), (spread.more, True))
    ]
    kinds: tuple[tuple[Kind, _Having], ...] = (("gain", gains), ("loss", losses), ("shift", shifts))
    for kind, having in kinds:
        shown = _largest(old, new, having)
        if shown is not None:
            yield Shown(kind, *shown)


def _largest(old: p.Plan, new: p.Plan, having: _Having) -> tuple[ClassDifference, Witness] | None:
    """The class with the largest difference and a claim that shows it."""
    known = [(extreme, found, worse, field) for found, extreme, worse, field in having if extreme is not None]
    for extreme, found, worse, field in sorted(known, key=lambda one: -one[0].amount):
        shown = witness(old, new, found, extreme, worse, field)
        if shown is not None:
            return found, shown
    return None
