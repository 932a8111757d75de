"""A claim from a table: id, date, cost parts, facts, cost items."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import ClassVar

from attrs import frozen

from pol_lang.problem import Problem
from polc.claims.parts import complete_parts
from polc.claims.persons import read_facts
from polc.claims.place import Place, shown
from polc.claims.tree_problems import NotATable
from polc.claims.values import read_fen, read_text
from polc.claims.vocabulary import Target, Vocabulary, sort_keys
from polc.plan import Value
from polc.settlement import Claim

ADMISSION, DISCHARGE = "begndate", "enddate"


class MissingDate(Problem):
    """The date that puts a claim into a year is not given. Which date that is, the policy says (`year by …`); another
    date is not taken in its place, as a stay over the turn of the year would then fall into the wrong one.
    ---
    没有决定就诊归入哪一年度的日期。以哪个日期为准由政策规定（“年度 按 ……”）；不会用别的日期代替，否则跨年的住院
    会归错年度。
    """

    date: str = ""
    given: tuple[str, ...] = ()
    code = "C545"
    zh: ClassVar[str] = "没有给“{date}”，不知道这次就诊归入哪一年度（已给的日期：{given}）"
    en: ClassVar[str] = "“{date}” is not given, so the year of this claim is not known (dates given: {given})"
    hint_zh: ClassVar[str] = "写上“{date}”"
    hint_en: ClassVar[str] = "give “{date}”"


class DischargeBeforeAdmission(Problem):
    """The discharge lies before the admission.
    ---
    出院日期早于入院日期。
    """

    admission: str = ""
    discharge: str = ""
    code = "C546"
    zh: ClassVar[str] = "出院日期 {discharge} 早于入院日期 {admission}"
    en: ClassVar[str] = "the discharge on {discharge} is before the admission on {admission}"
    hint_zh: ClassVar[str] = "两个日期对调了，或者有一个写错"
    hint_en: ClassVar[str] = "the two are swapped, or one of them is wrong"


class OtherPerson(Problem):
    """A claim names another person than the one the file is about. A file holds the claims of one person.
    ---
    就诊所写的人员编号不是本文件的参保人。一个文件只放一个人的就诊。
    """

    found: str = ""
    person: str = ""
    code = "C550"
    zh: ClassVar[str] = "这次就诊是“{found}”的，而文件里的参保人是“{person}”"
    en: ClassVar[str] = "this claim is that of “{found}”, but the person of the file is “{person}”"
    hint_zh: ClassVar[str] = "不同参保人的就诊分开写成几个文件，或者用表格"
    hint_en: ClassVar[str] = "put the claims of several persons into files of their own, or into a table"


@frozen(eq=False, repr=False, slots=False)
class ReadClaim:
    """A claim as far as it can be read: the claim itself (None where there was a problem), its id, whose it says it is
    (None where it does not say)."""

    claim: Claim | None
    id: str
    person: str | None
    place: Place


def read_claim(table: object, fallback: str, words: Vocabulary, file: Place, problems: list[Problem]) -> ReadClaim:
    """The claim a table describes; `fallback` names it where it has no id. Problems are added to `problems`."""
    place = Place(file.file, fallback, file.key)
    if not isinstance(table, Mapping):
        problems.append(NotATable(where=str(place), found=shown(table)))
        return ReadClaim(None, fallback, None, place)
    own: list[Problem] = []
    number = _id(table, words) or fallback
    place = Place(file.file, number, file.key)
    found = sort_keys(table, words.claim, place, own)
    person = _text(found, "number", place, own)
    continues = _text(found, "continues", place, own)
    for word in ("id", "visit"):
        _text(found, word, place, own)
    parts = _parts(found, place, own)
    facts = read_facts(found, words, words.claim, place, own)
    date = _date(facts, words, found, place, own)
    _check_order(facts, words, place, own)
    items = _items(found, words, place, own)
    problems.extend(own)
    claim = None
    if not own and date is not None and parts is not None:
        claim = Claim(number, date, parts, facts, items, continues)
    return ReadClaim(claim, number, person, place)


def _id(table: Mapping[str, object], words: Vocabulary) -> str | None:
    """The settlement's number, else the visit's, for naming the claim; what is wrong with them is found later."""
    ids: dict[Target, str] = {}
    for key, raw in table.items():
        target = words.claim.find(key)
        if target in (("own", "id"), ("own", "visit")):
            text = read_text(raw, Place(""))
            if isinstance(text, str):
                ids.setdefault(target, text)
    return ids.get(("own", "id")) or ids.get(("own", "visit"))


def _text(found: Mapping[Target, tuple[str, object]], word: str, place: Place, problems: list[Problem]) -> str | None:
    if ("own", word) not in found:
        return None
    key, raw = found["own", word]
    text = read_text(raw, place.at(key))
    if isinstance(text, Problem):
        problems.append(text)
        return None
    return text


def _parts(found: Mapping[Target, tuple[str, object]], place: Place, problems: list[Problem]) -> dict[str, int] | None:
    given: dict[str, int] = {}
    before = len(problems)
    for (kind, part), (key, raw) in found.items():
        if kind == "part":
            fen = read_fen(raw, place.at(key))
            if isinstance(fen, Problem):
                problems.append(fen)
            else:
                given[part] = fen
    if len(problems) > before:
        return None
    parts = complete_parts(given, place)
    if isinstance(parts, Problem):
        problems.append(parts)
        return None
    return parts


def _date(
    facts: Mapping[str, Value],
    words: Vocabulary,
    found: Mapping[Target, tuple[str, object]],
    place: Place,
    problems: list[Problem],
) -> datetime.date | None:
    by = words.plan.year.by
    date = facts.get(by)
    if isinstance(date, datetime.date):
        return date
    if ("fact", by) not in found:  # otherwise its problem is told already
        given = [f"{name} {value}" for name, value in facts.items() if isinstance(value, datetime.date)]
        problems.append(MissingDate(where=str(place), date=by, given=tuple(given)))
    return None


def _check_order(facts: Mapping[str, Value], words: Vocabulary, place: Place, problems: list[Problem]) -> None:
    dates = {}
    for field in (ADMISSION, DISCHARGE):
        spec = next((s for s in words.facts.values() if s.of == "claim" and (s.field or "").lower() == field), None)
        dates[field] = facts.get(spec.name) if spec else None
    admission, discharge = dates[ADMISSION], dates[DISCHARGE]
    if isinstance(admission, datetime.date) and isinstance(discharge, datetime.date) and discharge < admission:
        problems.append(DischargeBeforeAdmission(where=str(place), admission=str(admission), discharge=str(discharge)))


def _items(
    found: Mapping[Target, tuple[str, object]], words: Vocabulary, place: Place, problems: list[Problem]
) -> tuple[Mapping[str, Value], ...]:
    if ("own", "items") not in found:
        return ()
    key, raw = found["own", "items"]
    place = place.at(key)
    if not isinstance(raw, list):
        problems.append(NotATable(where=str(place), found=shown(raw)))
        return ()
    items: list[Mapping[str, Value]] = []
    for number, entry in enumerate(raw, 1):
        at = place.at(str(number))
        if isinstance(entry, Mapping):
            found_here = sort_keys(entry, words.item, at, problems)
            items.append(read_facts(found_here, words, words.item, at, problems))
        else:
            problems.append(NotATable(where=str(at), found=shown(entry)))
    return tuple(items)
