"""How a run is done, and what is said of one that is finished."""

from __future__ import annotations

import datetime

from attrs import field, frozen

from pol_lang.problem import Language, Problem
from polc.batch.inputs import Format
from polc.batch.mapping import Renaming
from polc.batch.parts import PART_ROWS
from polc.batch.totals import Totals


@frozen(eq=False, repr=False, slots=False)
class Options:
    """How a run is done. `policy` is what was asked for (a policy or a list of some), `as_of` the day whose rules hold
    throughout. `form` None: results as the claims come. `engine` native, interpreter or spark, which runs machine code
    on the cluster that `master` names; what Spark says is kept in `spark_log`. `persons` and `identities` are tables of
    their own; without them the claims say who their persons are. `items` is a table of cost items. `keep` are columns
    of the input to copy, `line` asks for a line of explanation per row. `state_in` is what an earlier run left;
    `state_out` leaves the same for a later one, with the benefit years before `close_before` closed."""

    policy: str = ""
    as_of: datetime.date | None = None
    form: Format | None = None
    engine: str = "native"
    master: str = "local[*]"
    spark_log: str = ""
    renaming: Renaming = field(factory=Renaming)
    encoding: str = "utf-8"
    persons: str | None = None
    state_in: str | None = None
    state_out: bool = False
    close_before: int | None = None
    identities: str | None = None
    items: str | None = None
    keep: tuple[str, ...] = ()
    line: bool = False
    lang: Language = "zh"
    threads: int = 0
    part_rows: int = PART_ROWS


@frozen(eq=False, repr=False, slots=False)
class Run:
    """A finished run: where the results are, what it came to, what there is to warn about, why machine code could not
    be used, whether it went on with what an earlier one had begun."""

    out: str
    totals: Totals
    warnings: tuple[Problem, ...]
    reasons: tuple[str, ...]
    resumed: bool
