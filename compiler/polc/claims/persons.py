"""A person from a table: number, identities with their periods, facts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import ClassVar

from pol_lang.problem import Problem, near_names
from polc.claims.place import Place, shown
from polc.claims.tree_problems import KeyTwice, NotATable
from polc.claims.values import read_date, read_end, read_text, read_value
from polc.claims.vocabulary import Keys, Target, UnknownKey, Vocabulary, sort_keys
from polc.plan import Plan, Value
from polc.settlement import Claim, HeldIdentity, Person

UNNAMED = "-"

_NAME = ("name", "名称", "code", "代码", "psn_idet_type")
_SINCE = ("from", "since", "begntime", "自")
_UNTIL = ("until", "to", "endtime", "至")
_IDENTITY_KEYS = {
    word: kind for kind, words in (("name", _NAME), ("since", _SINCE), ("until", _UNTIL)) for word in words
}


class UnknownIdentity(Problem):
    """The policy has no identity of this name or code.
    ---
    政策里没有这个人员类别：名称、代码都对不上。
    """

    found: str = ""
    known: tuple[str, ...] = ()
    code = "C539"
    zh: ClassVar[str] = "政策里没有人员类别“{found}”"
    en: ClassVar[str] = "the policy has no identity “{found}”"
    hint_zh: ClassVar[str] = "有：{known}"
    hint_en: ClassVar[str] = "there are: {known}"


class PeriodReversed(Problem):
    """An identity ends before it begins.
    ---
    身份的截止日期早于开始日期。
    """

    identity: str = ""
    since: str = ""
    until: str = ""
    code = "C540"
    zh: ClassVar[str] = "“{identity}”从 {since} 到 {until}，起止颠倒"
    en: ClassVar[str] = "“{identity}” runs from {since} to {until}, which is the wrong way round"
    hint_zh: ClassVar[str] = "把开始日期和截止日期对调，或者改正"
    hint_en: ClassVar[str] = "swap the two dates, or mend them"


class NoIdentityHeld(Problem):
    """Identities are listed for the person, but none of them is held on the day of the claim, so the claim is settled
    as for a person without any. This is a warning: it may be right, or a period may be wrong.
    ---
    参保人列有身份，但就诊当天都不在有效期内，因此按没有任何身份结算。这是一条警告：可能确实如此，也可能是有效期写错了。
    """

    date: str = ""
    listed: tuple[str, ...] = ()
    code = "C541"
    severity = "warning"
    zh: ClassVar[str] = "{date} 当天所列身份（{listed}）都不在有效期内，按无身份结算"
    en: ClassVar[str] = (
        "none of the identities listed ({listed}) is held on {date}: settled as for a person without any"
    )
    hint_zh: ClassVar[str] = "当天应有身份的，改正身份的起止日期"
    hint_en: ClassVar[str] = "mend the dates of the identity if it is held on that day"


def read_person(table: object, words: Vocabulary, place: Place, problems: list[Problem]) -> Person:
    """The person a table describes; problems are added to `problems`."""
    if not isinstance(table, Mapping):
        problems.append(NotATable(where=str(place), found=shown(table)))
        return Person(UNNAMED)
    number = UNNAMED
    identities: tuple[HeldIdentity, ...] = ()
    found = sort_keys(table, words.person, place, problems)
    for (kind, name), (key, raw) in found.items():
        if (kind, name) == ("own", "number"):
            text = read_text(raw, place.at(key))
            if isinstance(text, Problem):
                problems.append(text)
            else:
                number = text
        elif (kind, name) == ("own", "identities"):
            identities = _identities(raw, words.plan, place.at(key), problems)
    return Person(number, identities, read_facts(found, words, words.person, place, problems))


def read_facts(
    found: Mapping[Target, tuple[str, object]], words: Vocabulary, keys: Keys, place: Place, problems: list[Problem]
) -> dict[str, Value]:
    """The facts among the sorted values of a table; problems are added to `problems`."""
    facts: dict[str, Value] = {}
    for target, (key, raw) in found.items():
        name = target[1] if target[0] == "fact" else keys.same.get(target)
        if name is None:
            continue
        spec = words.facts[name]
        value = read_value(raw, spec.unit, spec.codes, spec.called(key), place.at(key))
        if isinstance(value, Problem):
            problems.append(value)
        else:
            facts[name] = value
    return facts


def known_identity(text: str, plan: Plan, place: Place) -> str | Problem:
    """The name of the identity that a name or code stands for, or the problem with it."""
    names = list(dict.fromkeys(name for spec in plan.identities for name in (spec.name, *spec.includes)))
    if text in names:
        return text
    by_code = {spec.code: spec.name for spec in plan.identities if spec.code is not None}
    if text in by_code:
        return by_code[text]
    return UnknownIdentity(where=str(place), found=shown(text), known=tuple(names), near=near_names(text, names))


def held_identity(
    name: object, since: object, until: object, plan: Plan, place: Place, problems: list[Problem]
) -> HeldIdentity | None:
    """An identity with its period from what a file gives (None: nothing given); None where there was a problem."""
    text = read_text(name, place)
    identity = text if isinstance(text, Problem) else known_identity(text, plan, place)
    start = None if since is None else read_date(since, place)
    end = None if until is None else read_end(until, place)
    wrong = [part for part in (identity, start, end) if isinstance(part, Problem)]
    if not wrong and isinstance(start, datetime.date) and isinstance(end, datetime.date) and end < start:
        wrong.append(PeriodReversed(where=str(place), identity=str(identity), since=str(start), until=str(end)))
    problems.extend(wrong)
    if wrong or not isinstance(identity, str) or isinstance(start, Problem) or isinstance(end, Problem):
        return None
    return HeldIdentity(identity, start, end)


def warn_of_no_identity(person: Person, claim: Claim, place: Place) -> Problem | None:
    """A warning where the person has identities but none on the day of the claim."""
    if not person.identities or any(holds_on(held, claim.date) for held in person.identities):
        return None
    listed = tuple(dict.fromkeys(held.name for held in person.identities))
    return NoIdentityHeld(where=str(place), date=str(claim.date), listed=listed)


def holds_on(held: HeldIdentity, date: datetime.date) -> bool:
    """Whether an identity is held on a day."""
    return (held.since is None or held.since <= date) and (held.until is None or date <= held.until)


def _identities(raw: object, plan: Plan, place: Place, problems: list[Problem]) -> tuple[HeldIdentity, ...]:
    entries = raw if isinstance(raw, list) else [raw]
    found = []
    for number, entry in enumerate(entries, 1):
        at = place.at(str(number)) if isinstance(raw, list) else place
        parts: dict[str, object] = {"name": entry}
        if isinstance(entry, Mapping):
            parts = _entry(entry, at, problems)
        held = held_identity(parts.get("name"), parts.get("since"), parts.get("until"), plan, at, problems)
        if held is not None:
            found.append(held)
    return tuple(found)


def _entry(entry: Mapping[str, object], place: Place, problems: list[Problem]) -> dict[str, object]:
    parts: dict[str, object] = {}
    keys: dict[str, str] = {}
    for key, raw in entry.items():
        kind = _IDENTITY_KEYS.get(key) or _IDENTITY_KEYS.get(key.lower())
        if kind is None:
            near = near_names(key, _IDENTITY_KEYS)
            problems.append(UnknownKey(where=str(place.at(key)), key=shown(key), near=near))
        elif kind in keys:
            problems.append(KeyTwice(where=str(place.at(key)), first=shown(keys[kind]), second=shown(key)))
        elif raw is not None:
            parts[kind], keys[kind] = raw, key
    return parts
