"""Classes of cases put together for reading: those that fare the same, told by no more facts than needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from polc import plan as p
from polc.diff.money import ClassDifference, NotCompared

Facts = Mapping[str, tuple[p.Value, ...]]
Pair = tuple[tuple[str, ...], tuple[str, ...]]


@frozen(eq=False, repr=False, slots=False)
class Block:
    """Identities and pairs of them held together, by those that count alike (neither: nobody's), and the cases of them:
    each by the facts that tell it, with all their values; one without facts are all cases."""

    identities: tuple[str, ...]
    cases: tuple[Facts, ...]
    pairs: tuple[Pair, ...] = ()


@frozen(eq=False, repr=False, slots=False)
class Group:
    """Classes that fare the same: one of them, and who and when they are."""

    one: ClassDifference
    blocks: tuple[Block, ...]


def grouped(classes: Sequence[ClassDifference], left_out: Sequence[NotCompared] = ()) -> list[Group]:
    """The classes that fare the same put together, in order of the first of each."""
    by_identity: dict[Pair, list[ClassDifference]] = {}
    for one in classes:
        by_identity.setdefault((one.identities, one.also), []).append(one)
    first: dict[tuple[object, ...], ClassDifference] = {}
    told: dict[tuple[object, ...], dict[tuple[object, ...], tuple[list[str], list[Pair], tuple[Facts, ...]]]] = {}
    for (identities, also), some in by_identity.items():
        unknown = [one.facts for one in left_out if (one.identities, one.also) == (identities, also)]
        by_fares: dict[tuple[object, ...], list[ClassDifference]] = {}
        for one in some:
            by_fares.setdefault(_fares(one), []).append(one)
        for fares, members in by_fares.items():
            first.setdefault(fares, members[0])
            others = [one.facts for other, rest in by_fares.items() if other != fares for one in rest]
            cases = _told([one.facts for one in members], [*others, *unknown])
            key = (bool(identities), *(tuple(sorted((n, frozenset(v)) for n, v in case.items())) for case in cases))
            names, pairs, _ = told.setdefault(fares, {}).setdefault(key, ([], [], cases))
            if also:
                pairs.append((identities, also))
            else:
                names += identities
    return [
        Group(
            one,
            tuple(
                Block(tuple(dict.fromkeys(names)), cases, tuple(pairs)) for names, pairs, cases in told[fares].values()
            ),
        )
        for fares, one in first.items()
    ]


def _fares(one: ClassDifference) -> tuple[object, ...]:
    gain = one.gain.amount if one.gain else None
    loss = one.loss.amount if one.loss else None
    others: tuple[object, ...] = ()
    if one.verdict == "same" or one.rounding is not None:  # then they are what is told
        others = tuple(
            (field, spread.grows, *(e.amount if e else None for e in (spread.less, spread.more)))
            for field, spread in sorted(one.others.items())
        )
    told: tuple[object, ...] = ()
    if one.rounding is not None:
        told = (
            *(e and e.amount for e in (one.rounding.claim.less, one.rounding.claim.more)),
            one.rounding.searched > 0,
        )
    return one.verdict, gain, loss, one.grows, others, told


_Sets = dict[str, frozenset[p.Value]]


def _told(members: Sequence[Facts], others: Sequence[Facts]) -> tuple[Facts, ...]:
    """Cases that are together the members: each member with every fact left out that does not keep it from the others,
    and with all values of a fact that do not bring in any."""
    order: dict[str, dict[p.Value, None]] = {}
    for facts in (*members, *others):
        for name, values in facts.items():
            order.setdefault(name, {}).update(dict.fromkeys(values))
    against = [_sets(facts) for facts in others]
    found: list[_Sets] = []
    for facts in members:
        case = _sets(facts)
        if any(_within(case, known) for known in found):
            continue
        for name in reversed(list(facts)):
            wider = {key: values for key, values in case.items() if key != name}
            if not any(_meet(wider, other) for other in against):
                case = wider
        for name in list(case):
            for value in order[name]:
                wider = {**case, name: case[name] | {value}}
                if not any(_meet(wider, other) for other in against):
                    case = wider
        found = [known for known in found if not _within(known, case)]
        found.append(case)
    return tuple(
        {name: tuple(v for v in order[name] if v in values) for name, values in case.items()} for case in found
    )


def _sets(facts: Facts) -> _Sets:
    return {name: frozenset(values) for name, values in facts.items()}


def _meet(a: _Sets, b: _Sets) -> bool:
    """Whether a case can be of both."""
    return all(values & b[name] for name, values in a.items() if name in b)


def _within(a: _Sets, b: _Sets) -> bool:
    """Whether every case of the one is of the other."""
    return all(name in a and a[name] <= values for name, values in b.items())
