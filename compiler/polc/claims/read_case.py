"""From the bytes of a claim file to a case: `read_case`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from pol_lang.problem import Problem, Problems, near_names
from polc.claims.case import Arrival, Case
from polc.claims.claim import OtherPerson, ReadClaim, read_claim
from polc.claims.earlier import read_earlier
from polc.claims.persons import UNNAMED, read_facts, read_person, warn_of_no_identity
from polc.claims.place import Place, shown
from polc.claims.tree import Tree, read_tree
from polc.claims.tree_problems import EmptyClaimFile, KeyTwice, NotATable
from polc.claims.values import read_fen, read_text
from polc.claims.vocabulary import EXPECT, POLICY, SECTIONS, UnknownKey, Vocabulary, sort_keys, vocabulary
from polc.plan import Plan
from polc.settlement import Claim, Person, State


class DuplicateClaim(Problem):
    """Two claims have the same id, so one of them may be in the file twice.
    ---
    两次就诊的编号相同，可能有一次重复了。
    """

    id: str = ""
    code = "C547"
    zh: ClassVar[str] = "就诊编号“{id}”出现了不止一次"
    en: ClassVar[str] = "the claim id “{id}” occurs more than once"
    hint_zh: ClassVar[str] = "每次就诊用自己的编号"
    hint_en: ClassVar[str] = "give each claim an id of its own"


class UnknownClaim(Problem):
    """A claim says it continues another, or an arrival that it belongs to one, but no claim of this id stands before it
    in the file.
    ---
    就诊说自己接续另一次就诊，或申报说自己属于某次就诊，但文件中在它之前没有这个编号的就诊。
    """

    id: str = ""
    code = "C549"
    zh: ClassVar[str] = "在这之前没有编号为“{id}”的就诊"
    en: ClassVar[str] = "no claim “{id}” stands before this"
    hint_zh: ClassVar[str] = "检查编号；所指的就诊要写在前面"
    hint_en: ClassVar[str] = "check the id; the claim it names comes before"


def read_case(data: bytes, name: str, plan: Plan) -> Case:
    """The case that a claim file holds, its facts in the units of `plan`; `name` is the file's name for messages.

    Raises `Problems` with everything that is wrong in the file.
    """
    return case_of(read_tree(data, name), name, plan)


def case_of(tree: Tree, name: str, plan: Plan) -> Case:
    """The case that the tables of a claim file hold, once the file has been read (or was never one)."""
    words, file = vocabulary(plan), Place(name)
    problems: list[Problem] = []
    sections = _sections(tree, file, problems)
    person = Person(UNNAMED)
    if "person" in sections:
        person = read_person(sections["person"][1], words, Place(name, "person"), problems)
    read = [
        read_claim(table, str(number), words, file, problems)
        for number, table in enumerate(_tables(sections.get("claims"), file, problems), 1)
    ]
    claims = tuple(entry.claim for entry in read if entry.claim is not None)
    person = _whose(person, read, problems)
    _check_ids(read, problems)
    state = State()
    if "earlier" in sections:
        date = claims[0].date if claims else plan.as_of
        state = read_earlier(sections["earlier"][1], plan, date, Place(name, "earlier"), problems)
    arrivals = tuple(
        _arrival(table, str(number), [entry.id for entry in read], words, file, problems)
        for number, table in enumerate(_tables(sections.get("arrivals"), file, problems), 1)
    )
    if not problems and not sections.keys() & {"person", "claims", "arrivals"}:
        problems.append(EmptyClaimFile(where=name))
    if problems:
        raise Problems(problems)
    return Case(name, person, claims, state, arrivals, tuple(_warnings(person, claims, name)))


def _sections(tree: Tree, file: Place, problems: list[Problem]) -> dict[str, tuple[str, object]]:
    words = {word: section for section, names in SECTIONS.items() for word in names}
    found: dict[str, tuple[str, object]] = {}
    for key, raw in tree.items():
        if key in EXPECT or key in POLICY:  # what a test of the case needs, not the case itself
            continue
        section = words.get(key) or words.get(key.lower())
        if section is None:
            problems.append(UnknownKey(where=str(file.at(key)), key=shown(key), near=near_names(key, words)))
        elif section in found:
            problems.append(KeyTwice(where=str(file.at(key)), first=shown(found[section][0]), second=shown(key)))
        elif raw is not None:
            found[section] = key, raw
    return found


def _tables(section: tuple[str, object] | None, file: Place, problems: list[Problem]) -> list[object]:
    """The tables of a section that may hold one or several."""
    if section is None:
        return []
    key, raw = section
    if isinstance(raw, list | Mapping):
        return raw if isinstance(raw, list) else [raw]
    problems.append(NotATable(where=str(file.at(key)), found=shown(raw)))
    return []


def _whose(person: Person, read: list[ReadClaim], problems: list[Problem]) -> Person:
    """The person, with the number that the claims give where `[person]` gives none."""
    for entry in read:
        if entry.person is None or entry.person == person.id:
            continue
        if person.id == UNNAMED:
            person = Person(entry.person, person.identities, person.facts)
        else:
            problems.append(OtherPerson(where=str(entry.place), found=shown(entry.person), person=shown(person.id)))
    return person


def _check_ids(read: list[ReadClaim], problems: list[Problem]) -> None:
    seen: set[str] = set()
    for entry in read:
        if entry.id in seen:
            problems.append(DuplicateClaim(where=str(entry.place), id=shown(entry.id)))
        continued = entry.claim.continues if entry.claim else None
        if continued is not None and continued not in seen:
            problems.append(UnknownClaim(where=str(entry.place.at("continues")), id=shown(continued)))
        seen.add(entry.id)


def _arrival(
    table: object, fallback: str, claims: list[str], words: Vocabulary, file: Place, problems: list[Problem]
) -> Arrival:
    """An arrival. One that names neither claim nor amount belongs to the claim of the file, if there is only one."""
    place = Place(file.file, f"arrivals {fallback}")
    if not isinstance(table, Mapping):
        problems.append(NotATable(where=str(place), found=shown(table)))
        return Arrival(fallback, {})
    found = sort_keys(table, words.arrival, place, problems)
    texts: dict[str, str] = {}
    amount: int | None = None
    for (kind, word), (key, raw) in found.items():
        if kind != "own":
            continue
        value = read_fen(raw, place.at(key)) if word == "amount" else read_text(raw, place.at(key))
        if isinstance(value, Problem):
            problems.append(value)
        elif isinstance(value, int):
            amount = value
        else:
            texts[word] = value
    claim = texts.get("claim")
    if claim is not None and claim not in claims:
        problems.append(UnknownClaim(where=str(place.at("claim")), id=shown(claim)))
    if claim is None and amount is None and len(claims) == 1:
        claim = claims[0]
    facts = read_facts(found, words, words.arrival, place, problems)
    return Arrival(texts.get("id", fallback), facts, claim, amount)


def _warnings(person: Person, claims: tuple[Claim, ...], name: str) -> Iterator[Problem]:
    for claim in claims:
        warning = warn_of_no_identity(person, claim, Place(name, claim.id))
        if warning is not None:
            yield warning
