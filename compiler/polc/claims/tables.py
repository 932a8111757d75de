"""From CSV tables to persons and claims: `read_persons`, `read_claims`, and `join_tables` for the cases they make.

Every row of a table ends up in exactly one place: with a person, as a claim, or among the refused rows.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import ClassVar

from attrs import evolve, frozen

from pol_lang.problem import Problem, Problems, near_names
from polc.claims.case import Case, ClaimRow, ClaimTable, PersonTable, RefusedRow
from polc.claims.claim import ReadClaim, read_claim
from polc.claims.persons import held_identity, read_person, warn_of_no_identity
from polc.claims.place import Place, shown
from polc.claims.read_case import DuplicateClaim
from polc.claims.refusals import told
from polc.claims.tree import decode, odd_character
from polc.claims.tree_problems import MAX_BYTES, ClaimFileTooLarge, EmptyClaimFile, KeyTwice, OddCharacter
from polc.claims.values import read_date, read_text
from polc.claims.vocabulary import Keys, Target, Vocabulary, vocabulary
from polc.plan import Plan, Value
from polc.settlement import HeldIdentity, Person, State

ALMOST = 0.8
"""How alike (difflib) a column's name is to one that is read to be taken for a slip."""

_DATES = frozenset({"begndate", "enddate", "setl_time"})
SINCE, UNTIL = ("begntime", "开始日期"), ("endtime", "截止日期")


class BadTable(Problem):
    """The table is not well-formed CSV: a quotation mark is not closed, or a cell is larger than any cell should be.
    From there on it cannot be told where rows begin, so nothing of the table is taken.
    ---
    表格不是正确的 CSV：引号没有配对，或某一格大得不正常。从那里起无法分清各行，因此整个表格都不读取。
    """

    detail_zh: str = ""
    detail_en: str = ""
    code = "C551"
    zh: ClassVar[str] = "不是正确的 CSV（{detail_zh}）"
    en: ClassVar[str] = "not well-formed CSV ({detail_en})"
    hint_zh: ClassVar[str] = "用电子表格软件打开，检查这一行的引号和换行，再另存为 CSV（UTF-8）"
    hint_en: ClassVar[str] = (
        "open it in a spreadsheet, see the quotation marks and line breaks of this row, save it as CSV (UTF-8)"
    )


class MissingColumn(Problem):
    """A table lacks a column without which its rows mean nothing.
    ---
    表格缺少必需的一列。
    """

    column: str = ""
    code = "C552"
    zh: ClassVar[str] = "缺少“{column}”这一列"
    en: ClassVar[str] = "the column “{column}” is missing"
    hint_zh: ClassVar[str] = "第一行是列名，用平台字段名或政策里的名称"
    hint_en: ClassVar[str] = "the first row has the column names, platform fields or names of the policy"


class RowWidth(Problem):
    """A row has more or fewer cells than the header; perhaps a text with a comma stands without quotation marks.
    ---
    这一行的格数与表头不同，可能是带逗号的文字没有加引号。
    """

    cells: int = 0
    columns: int = 0
    code = "C553"
    zh: ClassVar[str] = "这一行有 {cells} 格，表头有 {columns} 列"
    en: ClassVar[str] = "this row has {cells} cells, the header has {columns} columns"
    hint_zh: ClassVar[str] = "多半是少了或多了一个逗号，或者带逗号的文字没有加引号"
    hint_en: ClassVar[str] = "mostly a comma is missing or too many, or a text with a comma has no quotation marks"


class UnknownColumn(Problem):
    """A column is neither a fact of the policy nor a word of the table layout, so it is not read. This is a warning, as
    exported tables have many columns; look whether its name is a slip for one the policy asks for.
    ---
    这一列既不是政策里的事实，也不是表格格式里的词，因此没有读取。这是一条警告：导出的表格常有多余的列；请确认不是
    列名写错了。
    """

    column: str = ""
    code = "C554"
    severity = "warning"
    zh: ClassVar[str] = "没有读取“{column}”这一列"
    en: ClassVar[str] = "the column “{column}” is not read"
    hint_zh: ClassVar[str] = "需要这一列的，改用平台字段名或政策里的名称；不需要的可以不管"
    hint_en: ClassVar[str] = (
        "if it matters, give it a platform field or a name of the policy; else nothing is to be done"
    )


class MisspeltColumn(Problem):
    """A column's name is almost that of something the policy reads. Were it left out, every row would be settled
    without it, so the table is refused: rename the column, or take it out.
    ---
    这一列的名称和政策要读的内容只差一点。要是略过它，每一行都会少算这一项，因此不读这张表：改正列名，或删去这一列。
    """

    column: str = ""
    code = "C560"
    zh: ClassVar[str] = "“{column}”这一列的名称像是写错了"
    en: ClassVar[str] = "the name of the column “{column}” looks like a slip"
    hint_zh: ClassVar[str] = "改正列名；确实是另一项内容的，删去或换一个名称"
    hint_en: ClassVar[str] = "mend the name; if it is something else, take it out or give it another name"


class PersonContradiction(Problem):
    """Two rows of one person give different values for the same fact, so none of the person's rows is taken.
    ---
    同一个人的两行对同一事实给了不同的值，因此这个人的各行都不读取。
    """

    fact: str = ""
    row: int = 0
    code = "C555"
    zh: ClassVar[str] = "“{fact}”与第 {row} 行不同"
    en: ClassVar[str] = "“{fact}” differs from row {row}"
    hint_zh: ClassVar[str] = "同一参保人的各行要一致，改正其中一行"
    hint_en: ClassVar[str] = "the rows of one person agree; mend one of them"


class UnknownPerson(Problem):
    """A claim is that of a person who is not in the table of persons.
    ---
    就诊的人员编号不在参保人表中。
    """

    person: str = ""
    code = "C556"
    zh: ClassVar[str] = "参保人表里没有“{person}”"
    en: ClassVar[str] = "the table of persons has no “{person}”"
    hint_zh: ClassVar[str] = "在参保人表里补上这个编号，或者改正编号"
    hint_en: ClassVar[str] = "add this number to the table of persons, or mend it"


class PersonRefused(Problem):
    """The row itself is in order, but another row of the same person is not, and with half of the rows the person might
    be settled wrongly.
    ---
    这一行本身没有问题，但同一个人的另一行有问题；只取一部分会算错，因此一并不读取。
    """

    person: str = ""
    row: int = 0
    code = "C557"
    zh: ClassVar[str] = "“{person}”的第 {row} 行有问题"
    en: ClassVar[str] = "row {row} of “{person}” has a problem"
    hint_zh: ClassVar[str] = "改正那一行以后再读这一行"
    hint_en: ClassVar[str] = "mend that row first"


@frozen(eq=False, repr=False, slots=False)
class _Table:
    """A table as cells: for each column its key (None: not read), the rows with their numbers."""

    columns: tuple[str | None, ...]
    targets: Mapping[Target, str]
    rows: Iterator[tuple[int, list[str]]]
    warnings: tuple[Problem, ...]

    def cells(self, row: Sequence[str]) -> dict[str, object]:
        """The cells of a row that are given, by column."""
        return {
            column: cell.strip()
            for column, cell in zip(self.columns, row, strict=True)
            if column is not None and cell.strip()
        }


def read_table(data: bytes, name: str, encoding: str = "utf-8-sig") -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV table with their numbers, the header as row 1; empty rows are left out.

    Raises `Problems`, perhaps only in the midst of the rows.
    """
    if len(data) > MAX_BYTES:  # whoever read it stopped there: it would be a part of the table
        raise Problems([ClaimFileTooLarge(where=name, size=len(data))])
    text = decode(data, name, encoding)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = 0
    while True:
        row += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Problems([BadTable(where=_where(name, row), **told(error))]) from None
        if any(cell.strip() for cell in cells):
            yield row, cells


def latest_date(data: bytes, name: str, encoding: str = "utf-8-sig") -> datetime.date | None:
    """The latest date in a table of claims, before any policy is known: of the platform's date columns, and of cells
    elsewhere that are written like 2023-09-04."""
    rows = read_table(data, name, encoding)
    _, header = next(rows, (0, []))
    columns = [cell.strip().lower() in _DATES for cell in header]
    latest: datetime.date | None = None
    for _, cells in rows:
        for is_date, cell in zip(columns, cells, strict=False):
            if is_date or "-" in cell:
                date = read_date(cell, Place(name))
                if isinstance(date, datetime.date) and (latest is None or date > latest):
                    latest = date
    return latest


def read_persons(data: bytes, name: str, plan: Plan, encoding: str = "utf-8-sig") -> PersonTable:
    """The persons of a table with one row per person and identity. Raises `Problems` where it cannot be read at all."""
    words = vocabulary(plan)
    own = {word: ("own", kind) for kind, names in (("since", SINCE), ("until", UNTIL)) for word in names}
    table = _open(data, name, evolve(words.person, folded={**words.person.folded, **own}), "psn_no", encoding)
    people: dict[str, list[tuple[int, Person, list[Problem]]]] = {}
    refused: list[RefusedRow] = []
    rows = 0
    for row, cells in table.rows:
        rows += 1
        problems: list[Problem] = []
        person = _person(cells, row, table, words, name, problems)
        if person is None:
            refused.append(RefusedRow(row, "", "", tuple(problems)))
        else:
            people.setdefault(person.id, []).append((row, person, problems))
    persons: dict[str, Person] = {}
    for number, entries in people.items():
        add_contradictions(entries, name)
        bad = next((row for row, _, problems in entries if problems), None)
        if bad is None:
            persons[number] = Person(
                number,
                tuple(held for _, person, _ in entries for held in person.identities),
                {fact: value for _, person, _ in entries for fact, value in person.facts.items()},
            )
        else:
            for row, _, problems in entries:
                other = PersonRefused(where=_where(name, row), person=shown(number), row=bad)
                refused.append(RefusedRow(row, number, "", tuple(problems) or (other,)))
    refused.sort(key=lambda entry: entry.row)
    first_row = {number: entries[0][0] for number, entries in people.items()}
    return PersonTable(name, persons, first_row, tuple(refused), table.warnings, rows)


def read_claims(
    data: bytes,
    name: str,
    plan: Plan,
    encoding: str = "utf-8-sig",
    plan_for: Callable[[datetime.date], Plan] | None = None,
) -> ClaimTable:
    """The claims of a table. With `plan_for`, each is read by the facts of the plan for its date. Raises `Problems`
    where the table cannot be read at all."""
    known: dict[int, Vocabulary] = {}
    words = known[id(plan)] = vocabulary(plan)
    table = _open(data, name, words.claim, "psn_no", encoding)
    claims: list[ClaimRow] = []
    refused: list[RefusedRow] = []
    first: dict[str, int] = {}
    rows = 0
    for row, cells in table.rows:
        rows += 1
        problems: list[Problem] = []
        read = _claim(cells, row, table, words, name, problems)
        if read and read.claim and plan_for:
            try:
                dated = plan_for(read.claim.date)
            except Problems as error:  # no plan for that day
                problems.extend(error.problems)
            else:
                if dated is not plan:
                    if id(dated) not in known:
                        known[id(dated)] = vocabulary(dated)
                    read = _claim(cells, row, table, known[id(dated)], name, problems)
        if read and read.person is None and not problems:
            problems.append(MissingColumn(where=_where(name, row), column="psn_no"))
        if read and read.id in first:
            problems.append(DuplicateClaim(where=_where(name, row, read.id), id=shown(read.id)))
        if read:
            first.setdefault(read.id, row)
        if read and read.claim and read.person is not None and not problems:
            claims.append(ClaimRow(row, read.person, read.claim))
        else:
            person, number = (read.person or "", read.id) if read else ("", "")
            refused.append(RefusedRow(row, person, number, tuple(problems)))
    return ClaimTable(name, tuple(claims), tuple(refused), table.warnings, rows)


def join_tables(persons: PersonTable, claims: ClaimTable) -> tuple[tuple[Case, ...], tuple[RefusedRow, ...]]:
    """One case per person of the table, with the person's claims by date (rows of one date in their order), and the
    claims of persons who are not in the table or were refused there."""
    rejected = {entry.person: entry.row for entry in persons.refused if entry.person}
    by_person: dict[str, list[ClaimRow]] = {}
    refused: list[RefusedRow] = []
    for entry in claims.claims:
        if entry.person in persons.persons:
            by_person.setdefault(entry.person, []).append(entry)
            continue
        where = _where(claims.name, entry.row, entry.claim.id)
        problem: Problem = UnknownPerson(where=where, person=shown(entry.person))
        if entry.person in rejected:
            problem = PersonRefused(where=where, person=shown(entry.person), row=rejected[entry.person])
        refused.append(RefusedRow(entry.row, entry.person, entry.claim.id, (problem,)))
    cases = []
    for number, person in persons.persons.items():
        mine = sorted(by_person.get(number, ()), key=lambda entry: (entry.claim.date, entry.row))
        warnings = (warn_of_no_identity(person, e.claim, Place(_where(claims.name, e.row), e.claim.id)) for e in mine)
        cases.append(
            Case(
                persons.name,
                person,
                tuple(entry.claim for entry in mine),
                State(),
                warnings=tuple(warning for warning in warnings if warning is not None),
            )
        )
    return tuple(cases), tuple(refused)


def _where(name: str, row: int, claim: str = "") -> str:
    return str(Place(f"{name}:{row}", claim))


def _open(data: bytes, name: str, keys: Keys, needed: str, encoding: str) -> _Table:
    rows = read_table(data, name, encoding)
    try:
        row, header = next(rows)
    except StopIteration:
        raise Problems([EmptyClaimFile(where=name)]) from None
    columns: list[str | None] = []
    targets: dict[Target, str] = {}
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for cell in header:
        column, where = cell.strip(), _where(name, row)
        odd = odd_character(column)
        target = keys.find(column)
        columns.append(column if target else None)
        if odd:
            problems.append(OddCharacter(where=where, character=odd))
        elif target is None:
            near = near_names(column, [*keys.exact, *keys.folded]) if column else ()
            if get_close_matches(column, [*keys.exact, *keys.folded], n=1, cutoff=ALMOST):
                problems.append(MisspeltColumn(where=where, column=shown(column), near=near))
            else:
                warnings.append(UnknownColumn(where=where, column=shown(column), near=near))
        elif target in targets:
            problems.append(KeyTwice(where=where, first=shown(targets[target]), second=shown(column)))
        else:
            targets[target] = column
    if ("own", "number") not in targets:
        problems.append(MissingColumn(where=_where(name, row), column=needed))
    if problems:
        raise Problems(problems)
    return _Table(tuple(columns), targets, rows, tuple(warnings))


def _readable(cells: Sequence[str], row: int, table: _Table, name: str, problems: list[Problem]) -> bool:
    """Whether a row has the right number of cells, all of them fit to be shown."""
    if len(cells) != len(table.columns):
        problems.append(RowWidth(where=_where(name, row), cells=len(cells), columns=len(table.columns)))
    for column, cell in zip(table.columns, cells, strict=False):
        odd = odd_character(cell.strip()) if column is not None else None
        if odd:
            problems.append(OddCharacter(where=str(Place(_where(name, row), key=column or "")), character=odd))
    return not problems


def _person(
    cells: list[str], row: int, table: _Table, words: Vocabulary, name: str, problems: list[Problem]
) -> Person | None:
    """The person of a row, None where it cannot even be told whose row it is."""
    if not _readable(cells, row, table, name, problems):
        return None
    given = table.cells(cells)
    place = Place(_where(name, row))
    apart = {
        kind: given.pop(table.targets["own", kind], None)
        for kind in ("identities", "since", "until")
        if ("own", kind) in table.targets
    }
    number = read_text(given.get(table.targets["own", "number"]), place)
    if isinstance(number, Problem):
        problems.append(MissingColumn(where=str(place), column="psn_no"))
        return None
    place = evolve(place, part=number)
    held: HeldIdentity | None = None
    if apart.get("identities") is not None:
        at = place.at(table.targets["own", "identities"])
        held = held_identity(apart["identities"], apart.get("since"), apart.get("until"), words.plan, at, problems)
    person = read_person(given, words, place, problems)
    return Person(number, (held,) if held else (), person.facts)


def add_contradictions(entries: list[tuple[int, Person, list[Problem]]], name: str) -> None:
    """Adds to the problems of each row that says otherwise than an earlier one of the same person."""
    seen: dict[str, tuple[int, Value]] = {}
    for row, person, problems in entries:
        for fact, value in person.facts.items():
            earlier, said = seen.setdefault(fact, (row, value))
            if said != value:
                place = Place(_where(name, row), person.id, fact)
                problems.append(PersonContradiction(where=str(place), fact=fact, row=earlier))


def _claim(
    cells: list[str], row: int, table: _Table, words: Vocabulary, name: str, problems: list[Problem]
) -> ReadClaim | None:
    if not _readable(cells, row, table, name, problems):
        return None
    given = {column: cell for column, cell in table.cells(cells).items() if words.claim.find(column) is not None}
    return read_claim(given, f"#{row}", words, Place(_where(name, row)), problems)
