"""What a chart is drawn for: identities and facts as they were given on a command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import ClassVar

from pol_lang.problem import Problem, listed, near_names
from polc import plan as p
from polc.claims.persons import known_identity
from polc.claims.place import Place, shown
from polc.claims.values import read_value
from polc.explain.figures import money, ratio

WHERE = "--given"


class UnknownFact(Problem):
    """A fact is given that the policy does not ask for.
    ---
    给了政策里没有的事实。
    """

    fact: str = ""
    code = "C617"
    zh: ClassVar[str] = "政策里没有“{fact}”这个事实"
    en: ClassVar[str] = "the policy has no fact “{fact}”"
    hint_zh: ClassVar[str] = "polc plan 列出政策的事实"
    hint_en: ClassVar[str] = "polc plan lists the facts of the policy"


class FactNeeded(Problem):
    """What is paid depends on a fact, and a chart is drawn for one value of it, which was not given.
    ---
    支付多少取决于这个事实，而一张图只画它的一个值；没有给出是哪一个。
    """

    fact: str = ""
    example: str = ""
    known: str = ""
    known_en: str = ""
    code = "C618"
    zh: ClassVar[str] = "支付多少取决于“{fact}”，没有给它的值"
    en: ClassVar[str] = "what is paid depends on “{fact}”, which is not given"
    hint_zh: ClassVar[str] = "写 --given {example}{known}"
    hint_en: ClassVar[str] = "write --given {example}{known_en}"


def given_facts(pairs: Iterable[tuple[str, str]], plan: p.Plan) -> tuple[dict[str, p.Value], list[Problem]]:
    """The values of facts by name, from names (their own, other words, platform fields) and texts; and what is wrong
    with the others."""
    specs = {spec.name: spec for spec in plan.facts if spec.of != "item"}
    fields = {
        word.casefold(): spec
        for further in ("field", "also")
        for spec in specs.values()
        if (word := getattr(spec, further))
    }
    facts: dict[str, p.Value] = {}
    problems: list[Problem] = []
    for name, text in pairs:
        spec = specs.get(name) or fields.get(name.casefold())
        if spec is None:
            near = near_names(name, [*specs, *fields])
            problems.append(UnknownFact(where=WHERE, fact=shown(name), near=near))
            continue
        value = read_value(text, spec.unit, spec.codes, spec.name, Place(WHERE, key=spec.name))
        if isinstance(value, Problem):
            problems.append(value)
        else:
            facts[spec.name] = value
    return facts, problems


def given_identities(texts: Sequence[str], plan: p.Plan) -> tuple[list[frozenset[str]], list[Problem]]:
    """A set of identities for each text, several held at once with “+” between; and what is wrong with the others."""
    found: list[frozenset[str]] = []
    problems: list[Problem] = []
    for text in texts:
        held: list[str] = []
        for name in text.split("+"):
            identity = known_identity(name.strip(), plan, Place("--identity"))
            if isinstance(identity, Problem):
                problems.append(identity)
            else:
                held.append(identity)
        found.append(frozenset(held))
    return found, problems


def needed(name: str, values: Sequence[p.Value], plan: p.Plan) -> FactNeeded:
    """The problem of a fact that matters and was not given, with what it may be."""
    spec = next(spec for spec in plan.facts if spec.name == name)
    choices = [choice for choice, _ in spec.choices] or [_text(value, spec.unit) for value in values]
    example = f"{name}={choices[0]}"
    few = len(choices) > 1
    return FactNeeded(
        where=WHERE, fact=name, example=example, known=f"（可选：{listed(choices, 'zh')}）" if few else "",
        known_en=f" (choices: {listed(choices, 'en')})" if few else "",
    )  # fmt: skip


def _text(value: p.Value, unit: p.Unit) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if unit == "money" and isinstance(value, (int, Fraction)):
        return money(value).replace(",", "")
    if unit in ("ratio", "points") and isinstance(value, (int, Fraction)):
        return ratio(value)
    if isinstance(value, frozenset):
        return "、".join(sorted(value)) or "—"
    return str(value)
