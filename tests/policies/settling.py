"""The standard policies put to work on claims that are written as the tables of a claim file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pol_lang.problem import Problems
from polc import settlement as r
from polc.claims.case import Case
from polc.claims.read_case import case_of
from polc.load import standard_folder
from polc.pipeline import Compiled, Plans, compile_policy
from polc.population.alerts import alerts
from polc.population.around import Around, around
from polc.population.results import RouteResult
from polc.settle import settle

Given = Mapping[str, Any]


@cache
def compiled(name: str) -> Compiled:
    """A policy, with its problems."""
    return compile_policy(name)


def changed(folder: Path, standard: str, *changes: tuple[str, str]) -> str:
    """A copy of a standard policy's file with other words in it, single spaces between them; the file to name it by."""
    text = re.sub(r"(?<=\S) +", " ", Path(standard_folder(), f"{standard}.pol").read_text(encoding="utf-8"))
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    path = folder / f"{len(list(folder.iterdir()))}.pol"
    path.write_text(text, encoding="utf-8")
    return str(path)


def written(folder: Path, text: str) -> str:
    """A policy of its own; the file to name it by."""
    path = folder / f"{len(list(folder.iterdir()))}.pol"
    path.write_text(text, encoding="utf-8")
    return str(path)


def codes(name: str) -> set[str]:
    """The codes of the problems that a policy has."""
    return {problem.code for problem in compile_policy(name).problems}


def case(name: str, *claims: Given, who: tuple[str, ...] = (), earlier: Given | None = None, **person: Any) -> Case:
    """A person with claims under a policy."""
    tree: dict[str, Any] = {"person": {"identities": list(who), **person}}
    if claims:
        tree["claims"] = [{"id": str(number), **claim} for number, claim in enumerate(claims, 1)]
    if earlier:
        tree["earlier"] = dict(earlier)
    return case_of(tree, "test", compiled(name).usable)


def settled(
    name: str, *claims: Given, who: tuple[str, ...] = (), earlier: Given | None = None, **person: Any
) -> r.Settlement:
    """The settlement of a person's claims."""
    made = case(name, *claims, who=who, earlier=earlier, **person)
    return settle(Plans(compiled(name)), made.person, made.claims, made.state)


def paid(
    name: str, *claims: Given, who: tuple[str, ...] = (), earlier: Given | None = None, **person: Any
) -> dict[str, str]:
    """What each layer pays and each bearer bears of the last of the claims, in yuan."""
    last = settled(name, *claims, who=who, earlier=earlier, **person).claims[-1]
    layers = {layer.name: yuan(layer.paid) for layer in last.layers}
    return {bearer: yuan(amount) for _, bearer, amount in last.bearers} | layers | {"总额": yuan(last.total)}


def refused(name: str, *claims: Given, who: tuple[str, ...] = (), **person: Any) -> set[str]:
    """The codes for which claims are refused, nothing where they are settled."""
    try:
        settled(name, *claims, who=who, **person)
    except Problems as error:
        return {problem.code for problem in error.problems}
    return set()


def raised(
    name: str, *claims: Given, who: tuple[str, ...] = (), earlier: Given | None = None, **person: Any
) -> set[str]:
    """The names of the alerts that a person's claims raise."""
    result = settled(name, *claims, who=who, earlier=earlier, **person)
    plan = compiled(name).usable
    return {line.alert for line in alerts(result, plan, result.claims[-1].claim.date if claims else plan.as_of)}


def route(name: str, claim: Given, who: tuple[str, ...] = (), **person: Any) -> RouteResult:
    """How a claim is paid out."""
    made = case(name, claim, who=who, **person)
    result = settle(Plans(compiled(name)), made.person, made.claims, made.state)
    (found,) = around(made, result.claims[0].plan, result).routes
    return found


def person(name: str, who: tuple[str, ...] = (), as_of: datetime.date | None = None, **facts: Any) -> Around:
    """Enrolment and subsidies of a person."""
    return around(case(name, who=who, **facts), compiled(name).usable, None, as_of)


def shares(found: Around) -> dict[str, str]:
    """Who pays how much of a person's premium, in yuan."""
    assert found.subsidy is not None and not found.problems
    return {name: yuan(amount) for _, name, amount in found.subsidy.payers if amount}


def dues(found: RouteResult) -> list[tuple[str, str, str]]:
    """The payments due: name, amount in yuan, last day."""
    return [(due.name, yuan(due.amount), str(due.date)) for due in found.all_dues]


def yuan(fen: int) -> str:
    """An amount as people write it."""
    return f"{fen // 100}.{fen % 100:02d}"
