"""Whose claims they are: every row of a table of claims with the person it is settled for, as one plan reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from attrs import frozen

from pol_lang.problem import Problem, Problems
from polc import plan as p
from polc.claims.case import RefusedRow
from polc.claims.persons import read_person
from polc.claims.place import Place as Where
from polc.claims.place import shown
from polc.claims.tables import UnknownColumn, join_tables, read_claims, read_persons, read_table
from polc.claims.vocabulary import vocabulary
from polc.settlement import Claim, Person

_BETWEEN = re.compile(r"[、；;|]")
_IDENTITIES = ("own", "identities")
Place = tuple[str, int]
"""The file and row of a claim."""


class PersonsNeeded(Problem):
    """Identities decide what is paid, but neither a table of persons was given nor a column of identities in the table
    of claims, and nobody can be told from somebody without any identity.

    Give the persons with `--persons`, or each claim's identities in a column `psn_idet_type` (several of them with
    “、” between); leave the cell empty for somebody without any.
    ---
    身份决定支付多少，但没有给参保人表，就诊表里也没有身份这一列，分不出谁没有身份、谁漏了身份。

    用 `--persons` 给参保人表，或者在就诊表的 `psn_idet_type` 列写上就诊时的身份（有几种时用“、”隔开）；没有身份的
    留空。
    """

    code = "C610"
    zh: ClassVar[str] = "没有参保人表，就诊表里也没有身份（psn_idet_type）这一列"
    en: ClassVar[str] = "neither a table of persons nor a column of identities (psn_idet_type) in the claims is given"
    hint_zh: ClassVar[str] = "用 --persons 给参保人表，或者在就诊表里加上 psn_idet_type 一列"
    hint_en: ClassVar[str] = "give --persons, or add a column psn_idet_type to the claims"


@frozen(eq=False, repr=False, slots=False)
class Visit:
    """A claim of the table, with its place, and the person it is settled for."""

    file: str
    row: int
    person: Person
    claim: Claim


@frozen(eq=False, repr=False, slots=False)
class Read:
    """The tables as one plan reads them: persons, claims by place in the order of the table, refused rows of either
    file, how many rows of claims there are, columns nobody reads. Invariant: every row of claims is in `visits` or
    refused."""

    persons: tuple[Person, ...]
    visits: Mapping[Place, Visit]
    refused: tuple[tuple[str, RefusedRow], ...]
    rows: int
    warnings: tuple[Problem, ...]


@frozen(eq=False, repr=False, slots=False)
class File:
    """A table: the name it is spoken of by, and its bytes."""

    name: str
    data: bytes


def read_people(plan: p.Plan, claims: File, persons: File | None, encoding: str = "utf-8-sig") -> Read:
    """The claims of a table with their persons. Without a table of persons the claims' own columns say who they are.

    Raises `Problems` where a table cannot be read at all, or who the persons are is nowhere said.
    """
    table = read_claims(claims.data, claims.name, plan, encoding)
    refused = [(claims.name, entry) for entry in table.refused]
    visits: dict[Place, Visit] = {}
    if persons is None:
        owners, known = _owners(plan, claims, encoding)
        for entry in table.claims:
            person, problems = owners[entry.row]
            if problems:
                refused.append((claims.name, RefusedRow(entry.row, entry.person, entry.claim.id, problems)))
            else:
                visits[claims.name, entry.row] = Visit(claims.name, entry.row, person, entry.claim)
        everybody = tuple({visit.person.id: visit.person for visit in visits.values()}.values())
        warnings = [w for w in table.warnings if not (isinstance(w, UnknownColumn) and w.column in known)]
    else:
        people = read_persons(persons.data, persons.name, plan, encoding)
        cases, unjoined = join_tables(people, table)
        everybody = tuple(case.person for case in cases)
        refused += [(persons.name, entry) for entry in people.refused]
        refused += [(claims.name, entry) for entry in unjoined]
        person_of = {claim.id: case.person for case in cases for claim in case.claims}
        without = {entry.row for entry in unjoined}
        for entry in table.claims:
            if entry.row not in without:
                visits[claims.name, entry.row] = Visit(claims.name, entry.row, person_of[entry.claim.id], entry.claim)
        warnings = [*people.warnings, *table.warnings, *(w for case in cases for w in case.warnings)]
    return Read(everybody, visits, tuple(refused), table.rows, tuple(warnings))


def _owners(
    plan: p.Plan, claims: File, encoding: str
) -> tuple[dict[int, tuple[Person, tuple[Problem, ...]]], frozenset[str]]:
    """By row of a table of claims the person its cells tell of, as at that claim; and the columns read for it."""
    words = vocabulary(plan)
    rows = read_table(claims.data, claims.name, encoding)
    _, header = next(rows)
    columns: dict[int, str] = {}
    named = False
    for at, cell in enumerate(header):
        column = cell.strip()
        target = words.person.find(column)
        if target is None or (words.claim.find(column) is not None and target != ("own", "number")):
            continue
        columns[at] = column
        named = named or target == _IDENTITIES
    if plan.identities and not named:
        raise Problems([PersonsNeeded(where=claims.name)])
    found: dict[int, tuple[Person, tuple[Problem, ...]]] = {}
    for row, cells in rows:
        given: dict[str, object] = {}
        for at, column in columns.items():
            text = cells[at].strip() if at < len(cells) else ""
            if text and words.person.find(column) == _IDENTITIES:
                given[column] = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
            elif text:
                given[column] = text
        problems: list[Problem] = []
        person = read_person(given, words, Where(f"{claims.name}:{row}"), problems)
        found[row] = person, tuple(problems)
    return found, frozenset(shown(column) for column in columns.values())
