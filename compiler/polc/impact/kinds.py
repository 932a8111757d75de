"""Conditions and amounts after settlement, over columns of settled rows: `Asked`.

Theory: what depends on facts and identities alone is evaluated once for every kind of row that occurs, by the evaluator
of single claims. Amounts are sums of columns on top of that. Whatever is neither is left to be looked at claim by
claim; so there is nothing here that could come to something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt
from attrs import evolve, frozen

from pol_lang.problem import Problems
from polc import plan as p
from polc.batch.fact_columns import Coded, Codes, FactColumn, Ints, Mask
from polc.batch.outcome import Outcome
from polc.batch.rows import Rows
from polc.evaluate import Environment, NoValue, children, evaluate
from polc.population.surroundings import of_person, try_guards

OF_THE_SETTLEMENT = (
    p.Part, p.Paid, p.Cut, p.Overflow, p.Left, p.Borne, p.Tallied, p.InPackage, p.ItemsSum,
)  # fmt: skip
"""What reads more than facts of the claim and the person and the identities held."""
_ROOM = 2**62
_MOST_DENOMINATOR = 10**6


class Unusual(Exception):
    """Something that columns cannot tell: claims are to be looked at one by one."""


@frozen(eq=False, repr=False, slots=False)
class Amount:
    """An amount per row: numerators over one denominator, and where there is one at all."""

    values: npt.NDArray[Any]
    den: int
    known: Mask


def nodes(exprs: Iterable[p.Expr | None]) -> Iterable[p.Expr]:
    """All nodes of some expressions."""
    todo = [expr for expr in exprs if expr is not None]
    while todo:
        expr = todo.pop()
        yield expr
        todo.extend(children(expr))


def is_plain(exprs: Iterable[p.Expr | None]) -> bool:
    """Whether expressions depend on nothing but facts of the claim and the person and on identities."""
    return not any(
        isinstance(node, OF_THE_SETTLEMENT) or (isinstance(node, p.Fact) and node.of == "item") for node in nodes(exprs)
    )


def facts_of(exprs: Iterable[p.Expr | None]) -> set[tuple[str, str]]:
    """The facts that expressions read: whose, and which."""
    return {(node.of, node.name) for node in nodes(exprs) if isinstance(node, p.Fact)}


def kinds(columns: Sequence[npt.NDArray[Any]], count: int) -> tuple[Ints, Ints]:
    """The kinds of `count` rows by some columns of codes (−1: none): one row of each, and the kind of every row."""
    key = np.zeros(count, np.int64)
    room = 1
    for codes in columns:
        size = int(codes.max(initial=-1)) + 2
        if room * size >= _ROOM:
            found, key = np.unique(key, return_inverse=True)
            room = len(found)
        key = key * size + codes.astype(np.int64) + 1
        room *= size
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    return first.astype(np.int64), inverse.astype(np.int64)


def codes_of(column: FactColumn) -> npt.NDArray[Any]:
    """A column of facts as codes."""
    if isinstance(column, Coded):
        return column.codes
    _, codes = np.unique(column.fen, return_inverse=True)
    return np.where(column.given, codes, -1)


class Asked:
    """What is asked of some rows that one plan settled (`mine`). `tallies` gives running sums with the row in them.
    `reads_parts` is set once an amount was asked for that is another where a cut has changed the parts of the cost."""

    def __init__(
        self, plan: p.Plan, rows: Rows, outcome: Outcome, mine: Ints, tallies: Callable[[str], Amount] | None = None
    ) -> None:
        self.plan, self.rows, self.outcome, self.mine, self._tallies = plan, rows, outcome, mine, tallies
        self.reads_parts = False
        self._kinds: dict[frozenset[tuple[str, str]], tuple[list[Environment], Ints]] = {}

    def holds(self, guards: Sequence[p.Guard], each: bool = False) -> Mask:
        """Where all conditions hold, looked at in order; where one cannot be told it does not. With `each`, where they
        do for one of the identities considered by itself, or for all together. Raises `Unusual`."""
        if not guards:
            return np.ones(len(self.mine), bool)
        conditions = [guard.condition for guard in guards]

        def hold(env: Environment) -> bool:
            alone = [evolve(env, identities=held, held=(held,)) for held in env.held] if each else []
            return any(all(step.held for step in try_guards(tuple(guards), one)) for one in (env, *alone))

        values, _, inverse = self._plain(conditions, hold)
        return np.array([value is True for value in values], bool)[inverse]

    def amount(self, expr: p.Expr) -> Amount:
        """The amount of an expression on each row. Raises `Unusual`."""
        count = len(self.mine)
        if is_plain([expr]):
            return self._plain_amount(expr)
        everywhere = np.ones(count, bool)
        match expr:
            case p.Named():
                return self.amount(expr.value)
            case p.Part():
                self.reads_parts = True
                return Amount(self.rows.parts[expr.part][self.mine], 1, everywhere)
            case p.Cut():
                self.reads_parts = True
                return Amount(np.zeros(count, np.int64), 1, everywhere)
            case p.Paid():
                return self._column(self.outcome.paid.get(expr.layer))
            case p.Left():
                return self._column(self.outcome.bearers.get(self.plan.bearers[-1][0]))
            case p.Borne():
                return self._column(self.outcome.bearers.get(expr.field))
            case p.Tallied() if self._tallies is not None:
                return self._tallies(expr.name)
            case p.Add():
                return added([(sign, self.amount(term)) for sign, term in expr.terms])
            case p.Cases():
                return self._cases(expr)
        raise Unusual

    def _column(self, values: Ints | None) -> Amount:
        count = len(self.mine)
        found = np.zeros(count, np.int64) if values is None else values[self.mine]
        return Amount(found, 1, np.ones(count, bool))

    def _cases(self, expr: p.Cases) -> Amount:
        count = len(self.mine)
        chosen: list[tuple[Mask, Amount]] = []
        open_ = np.ones(count, bool)
        for arm in expr.arms:
            if not is_plain([arm.condition]):
                raise Unusual
            values, known, inverse = self._plain([arm.condition], lambda env, x=arm.condition: evaluate(x, env))  # type: ignore[misc]
            holds = np.array([v is True for v in values], bool)[inverse]
            chosen.append((open_ & holds & known[inverse], self.amount(arm.value)))
            open_ &= known[inverse] & ~holds
        if expr.otherwise is not None:
            chosen.append((open_, self.amount(expr.otherwise)))
        den = lcm(*(amount.den for _, amount in chosen))
        found, known_all = np.zeros(count, np.int64), np.zeros(count, bool)
        for mask, amount in chosen:
            found = np.where(mask, scaled(amount, den), found)
            known_all |= mask & amount.known
        return Amount(found, den, known_all)

    def _plain_amount(self, expr: p.Expr) -> Amount:
        values, known, inverse = self._plain([expr], lambda env: evaluate(expr, env))
        exact = [
            Fraction(v) if k and isinstance(v, int | Fraction) else Fraction(0)
            for v, k in zip(values, known, strict=True)
        ]
        den = lcm(1, *(v.denominator for v in exact))
        if den > _MOST_DENOMINATOR or any(abs(v) * den >= _ROOM for v in exact):
            raise Unusual
        table = np.array([int(v * den) for v in exact], np.int64)
        return Amount(table[inverse], den, known[inverse])

    def _plain(
        self, exprs: Sequence[p.Expr], value: Callable[[Environment], p.Value]
    ) -> tuple[list[p.Value], Mask, Ints]:
        """By kind of row a value that depends on facts and identities alone and whether it can be told; and the kind
        of each row. Raises `Unusual` where it depends on more."""
        if not is_plain(exprs):
            raise Unusual
        environments, inverse = self._kinds_by(frozenset(facts_of(exprs)))
        found: list[p.Value] = []
        known = np.ones(len(environments), bool)
        for at, env in enumerate(environments):
            try:
                found.append(value(env))
            except (Problems, NoValue):
                found.append(None)
                known[at] = False
        return found, known, inverse

    def _kinds_by(self, facts: frozenset[tuple[str, str]]) -> tuple[list[Environment], Ints]:
        known = self._kinds.get(facts)
        if known is None:
            mine = self.mine
            first, inverse = kinds([codes[mine] for codes in self._codes(facts)], len(mine))
            known = self._kinds[facts] = [self._environment(int(mine[at])) for at in first], inverse
        return known

    def _codes(self, facts: Iterable[tuple[str, str]]) -> Iterable[Codes]:
        rows = self.rows
        yield rows.identities.codes
        for of, name in sorted(facts):
            column = rows.facts.get((of, name))
            if column is not None:
                yield codes_of(column)
                continue
            same = rows.words[0].person.same if of == "person" else rows.words[0].claim.same
            word = next((target[1] for target, fact in same.items() if fact == name), None)
            if word in rows.own:
                yield rows.own[word].dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)

    def _environment(self, at: int) -> Environment:
        claim = self.rows.claim(at)
        env = of_person(self.plan, self.rows.person(at), claim.date)
        env.claim, env.where = claim.facts, claim.id
        return env


def scaled(amount: Amount, den: int) -> npt.NDArray[Any]:
    """The numerators of an amount over a multiple of its denominator."""
    times = den // amount.den
    values = amount.values
    if times == 1:
        return values
    if values.dtype != object and len(values) and max(int(values.max()), -int(values.min())) * times >= _ROOM:
        values = values.astype(object)
    return values * times


def added(terms: Sequence[tuple[int, Amount]]) -> Amount:
    """The sum of amounts with signs."""
    den = lcm(*(amount.den for _, amount in terms))
    columns = [scaled(amount, den) for _, amount in terms]
    most = sum(max(int(c.max()), -int(c.min())) if len(c) else 0 for c in columns)
    found = columns[0].astype(object) * 0 if most >= _ROOM else np.zeros(len(columns[0]), np.int64)
    known = np.ones(len(found), bool)
    for (sign, amount), column in zip(terms, columns, strict=True):
        found = found + column if sign > 0 else found - column
        known &= amount.known
    return Amount(found, den, known)
