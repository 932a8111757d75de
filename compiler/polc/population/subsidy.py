"""Who pays how much of a person's premium, to the fen."""

from __future__ import annotations

import datetime
from typing import ClassVar

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.arithmetic import fen
from polc.evaluate import Environment, seen
from polc.population.results import PayerShare, SubsidyLine, SubsidyResult
from polc.population.split import split_fen
from polc.population.surroundings import amount_of, fen_of, of_person, try_condition
from polc.settle import identities_of
from polc.settlement import GuardStep, Person


class NoPayer(Problem):
    """A subsidy is due to a person, but none of its lines `paid by … when …` holds, so nobody is there to pay it.

    Add a line without a condition as the last one, or complete the conditions.
    ---
    应当给参保人资助，但各条“支付方 …… 当 ……”的条件都不成立，没有人来支付。

    请补上缺少的情形，或者在最后写一条不带条件的支付方。
    """

    subsidy: str = ""
    code = "C558"
    zh: ClassVar[str] = "参保资助“{subsidy}”没有规定由谁支付"
    en: ClassVar[str] = "nobody is said to pay the subsidy “{subsidy}”"
    hint_zh: ClassVar[str] = "补上支付方的条件，或写一条不带条件的支付方"
    hint_en: ClassVar[str] = "complete the conditions of its payers, or add a payer without one"


def subsidy(plan: p.Plan, person: Person, as_of: datetime.date | None = None) -> SubsidyResult:
    """The plan's premium subsidies for a person, on a day (that of the plan where none is given).

    Each pays what it says, half-up to the fen and at most its premium, split by largest remainder. Raises `Problems`
    where a fact is missing or nobody pays.
    """
    date = as_of or plan.as_of
    env = of_person(plan, person, date)
    return SubsidyResult(person, date, identities_of(person, date), tuple(_line(s, env) for s in plan.subsidies))


def _line(statement: p.Subsidy, env: Environment) -> SubsidyLine:
    name = statement.name
    subject = None if statement.subject is None else try_condition(statement.subject, statement.origin, env)
    if subject is not None and not subject.held:
        return SubsidyLine(
            name, False, subject, None, 0, 0, statement.pay, (), (), (), statement.origin, None
        )  # fmt: skip
    premium = None if statement.premium is None else fen_of(statement.premium, env, name)
    pay = amount_of(statement.pay, env, name)
    amount = max(0, fen(pay))
    if premium is not None:
        amount = min(amount, premium)
    rules: list[GuardStep] = []
    for rule in statement.rules:
        rules.append(try_condition(rule.condition, rule.origin, env))
        if rules[-1].held:
            parts = split_fen(amount, [weight for _, _, weight in rule.shares])
            shares = tuple(
                PayerShare(field, payer, weight, part)
                for (field, payer, weight), part in zip(rule.shares, parts, strict=True)
            )
            return SubsidyLine(
                name, True, subject, premium, pay, amount, statement.pay, seen(statement.pay, env), tuple(rules),
                shares, statement.origin, rule.origin,
            )  # fmt: skip
    raise Problems([NoPayer(where=env.where, subsidy=name)])
