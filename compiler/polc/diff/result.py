"""Everything a comparison of two policies found."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from pol_lang.problem import Language, Problem
from polc import plan as p
from polc.diff.clauses import Change, changes
from polc.diff.money import ClassDifference, compare
from polc.diff.obstacles import AmountsMultiplied, TooManyCases, obstacles
from polc.diff.population import Population
from polc.diff.witness import Witness, witness
from polc.shape.explore import TooManyRegions
from polc.shape.linear import NotLinear


@frozen(eq=False, repr=False, slots=False)
class Difference:
    """What changed from `old` to `new`: by clause, by class of case in money, with the claims that gain and lose most,
    and over a table of claims where one was given.

    `classes` is None where money was not compared over all costs: for the reasons in `obstacles`, or (without any)
    because nobody asked.
    """

    old: p.Plan
    new: p.Plan
    changes: tuple[Change, ...]
    classes: tuple[ClassDifference, ...] | None
    obstacles: tuple[Problem, ...]
    gain: tuple[ClassDifference, Witness] | None
    loss: tuple[ClassDifference, Witness] | None
    population: Population | None = None

    @property
    def sides(self) -> tuple[tuple[bool, ClassDifference, Witness], ...]:
        """The claims to be shown: whether it loses, its class, the two settlements."""
        found = ((False, self.gain), (True, self.loss))
        return tuple((worse, *which) for worse, which in found if which is not None)


def difference(
    old: p.Plan,
    new: p.Plan,
    lang: Language,
    *,
    same: bool,
    in_money: bool = True,
    left_open: tuple[Sequence[str], Sequence[str]] = ((), ()),
    population: Population | None = None,
) -> Difference:
    """The difference of two plans; where they mean the `same` nothing is compared over all costs. `left_open` names
    the figures that each plan leaves to be set locally."""
    found = changes(old, new, lang)
    reasons = tuple(obstacles(old, new, left_open)) if in_money and not same else ()
    classes: tuple[ClassDifference, ...] | None = ()
    if reasons or not in_money:
        classes = None
    elif not same:
        try:
            classes = compare(old, new)
        except NotLinear:
            classes, reasons = None, (AmountsMultiplied(),)
        except TooManyRegions:
            classes, reasons = None, (TooManyCases(),)
    gain, loss = (_largest(old, new, classes or (), worse) for worse in (False, True))
    return Difference(old, new, found, classes, reasons, gain, loss, population)


def _largest(
    old: p.Plan, new: p.Plan, classes: tuple[ClassDifference, ...], worse: bool
) -> tuple[ClassDifference, Witness] | None:
    """The class with the largest gain or loss and a claim that shows it."""
    having = [(found, found.loss if worse else found.gain) for found in classes]
    for found, extreme in sorted(((c, e) for c, e in having if e is not None), key=lambda pair: -pair[1].amount):
        shown = witness(old, new, found, extreme, worse)
        if shown is not None:
            return found, shown
    return None
