"""Everything a comparison of two policies found."""

from __future__ import annotations

from attrs import frozen

from pol_lang.problem import Language
from polc import plan as p
from polc.diff.clauses import Change, changes
from polc.diff.money import ClassDifference, compare
from polc.diff.witness import Witness, witness
from polc.shape.explore import TooManyRegions
from polc.shape.linear import NotLinear


@frozen(eq=False, repr=False, slots=False)
class Difference:
    """What changed from `old` to `new`: by clause, by class of case in money, with the claims that gain and lose most.

    `classes` is None where money could not be compared over all costs (`why_not`: linear or size).
    """

    old: p.Plan
    new: p.Plan
    changes: tuple[Change, ...]
    classes: tuple[ClassDifference, ...] | None
    why_not: str
    gain: tuple[ClassDifference, Witness] | None
    loss: tuple[ClassDifference, Witness] | None


def difference(old: p.Plan, new: p.Plan, lang: Language, *, same: bool, in_money: bool = True) -> Difference:
    """The difference of two plans; where they mean the `same` nothing is compared in money."""
    found = changes(old, new, lang)
    classes: tuple[ClassDifference, ...] | None = ()
    why_not = ""
    if not same and in_money:
        try:
            classes = compare(old, new)
        except NotLinear:
            classes, why_not = None, "linear"
        except TooManyRegions:
            classes, why_not = None, "size"
    return Difference(
        old,
        new,
        found,
        classes,
        why_not,
        _largest(old, new, classes or (), False),
        _largest(old, new, classes or (), True),
    )


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
