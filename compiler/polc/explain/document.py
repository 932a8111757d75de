"""The sheet as a document without a look: pages of numbered sections, lines and tables.

Every renderer works from this alone, so text, Markdown, HTML and JSON show the same. Invariants: numbers are unique
on a page and a line's number only depends on the policy and the kind of claim; all texts are in one language and
finished; `data` holds the same facts for machines (amounts and rates as strings), with the same keys in every language.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal as OneOf

from attrs import field, frozen

from pol_lang.problem import Language
from polc import plan as p

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
Tone = OneOf["plain", "result", "quiet", "bad", "warning"]


@frozen(eq=False, repr=False, slots=False)
class Column:
    """A table's column."""

    heading: str
    align: OneOf["left", "right"] = "left"


@frozen(eq=False, repr=False, slots=False)
class Row:
    """A table's row: one cell per column, and what it rests on."""

    cells: tuple[str, ...]
    origins: tuple[p.Origin, ...] = ()
    tone: Tone = "plain"


@frozen(eq=False, repr=False, slots=False)
class Table:
    """A table; where a row has origins, a last column shows them."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@frozen(eq=False, repr=False, slots=False)
class Line:
    """A numbered line: what it is, how it came about (one text per row), the amount it arrives at, what it rests on.

    `kind` says for machines what the line is, `code` is its FHIR adjudication code where there is one; `value` is the
    amount for machines.
    """

    number: str
    kind: str
    label: str
    text: tuple[str, ...] = ()
    amount: str = ""
    value: str | None = None
    origins: tuple[p.Origin, ...] = ()
    code: str | None = None
    tone: Tone = "plain"
    data: Mapping[str, Json] = field(factory=dict)
    table: Table | None = None


@frozen(eq=False, repr=False, slots=False)
class Section:
    """Lines under a numbered heading, perhaps with a table at a glance before them; `level` 2 stands under the last
    section of level 1."""

    number: str
    kind: str
    title: str
    lines: tuple[Line, ...]
    level: int = 1
    note: str = ""
    amount: str = ""
    origins: tuple[p.Origin, ...] = ()
    data: Mapping[str, Json] = field(factory=dict)
    table: Table | None = None


@frozen(eq=False, repr=False, slots=False)
class Bar:
    """A named amount in fen of the picture; `field` is the bearer's field, `cut` whether a step cuts cost."""

    name: str
    amount: int
    field: str = ""
    cut: bool = False


@frozen(eq=False, repr=False, slots=False)
class Flow:
    """What the picture shows: the total's parts, the steps in order with what they take to which bearer (by field),
    and the bearers, the person last. Amounts in fen; the parts and the bearers add up to `total`, called `name`."""

    name: str
    total: int
    parts: tuple[Bar, ...]
    steps: tuple[Bar, ...]
    bearers: tuple[Bar, ...]


@frozen(eq=False, repr=False, slots=False)
class Share:
    """Who bears how much, in the summary: name, amount (and for machines), share of the total."""

    name: str
    amount: str
    value: str
    share: str
    person: bool


@frozen(eq=False, repr=False, slots=False)
class Page:
    """The sheet of one claim (or, last, of a year): a summary anybody can read, then the sections.

    `own` is the document that clauses are of where nothing else is said.
    """

    title: str
    own: str
    warnings: tuple[str, ...]
    summary: str
    shares: tuple[Share, ...]
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
    flow: Flow | None
    data: Mapping[str, Json] = field(factory=dict)


@frozen(eq=False, repr=False, slots=False)
class Beside:
    """What else the sheet of a claim says: notes for the summary and sections behind those of the settlement."""

    notes: tuple[str, ...]
    sections: tuple[Section, ...]


@frozen(eq=False, repr=False, slots=False)
class Sheet:
    """The whole document: a page per claim, then a page per year where there are several claims."""

    lang: Language
    title: str
    subtitle: str
    pages: tuple[Page, ...]
    years: tuple[Page, ...]
    signatures: str
    data: Mapping[str, Json] = field(factory=dict)
