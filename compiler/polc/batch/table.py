"""Tables in memory settled: `settle_table`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
from attrs import frozen

from pol_lang.problem import Language, Problem
from polc.batch.chunks import common_schema, fitted
from polc.batch.duplicates import Places
from polc.batch.headers import read_headers
from polc.batch.inputs import Input, reject_types
from polc.batch.items import items_setting
from polc.batch.layout import layout_of
from polc.batch.lines import Lines
from polc.batch.mapping import Renaming
from polc.batch.money import widened
from polc.batch.names import row_names
from polc.batch.native_rows import Machine
from polc.batch.part_columns import FILE, ROW, Setting
from polc.batch.parts import Part
from polc.batch.people import people_setting
from polc.batch.policies import single
from polc.batch.returned import PLACE
from polc.batch.settle_part import Task, settle_part
from polc.batch.singly import PlanFor
from polc.batch.totals import Totals
from polc.pipeline import Plans, compile_policy
from polc.plan import Plan


@frozen(eq=False, repr=False, slots=False)
class SettledTables:
    """What became of a table: `settled` rows in the order they came, `refused` rows as text with code and reason, the
    refused rows of the tables of persons and of items, the totals (fen), what there is to warn about. Amounts in the
    tables are yuan (decimal128(18, 2)); rows are counted from 1."""

    settled: pa.Table
    refused: pa.Table
    refused_persons: pa.Table
    refused_items: pa.Table
    totals: Totals
    warnings: tuple[Problem, ...]


def settle_table(
    policy: Plan | str,
    claims: pa.Table,
    *,
    persons: pa.Table | None = None,
    identities: pa.Table | None = None,
    items: pa.Table | None = None,
    plans: PlanFor | None = None,
    renaming: Renaming | None = None,
    keep: Sequence[str] = (),
    line: bool = False,
    engine: str = "native",
    threads: int = 1,
    lang: Language = "en",
) -> SettledTables:
    """A table of claims settled in memory, as `polc settle` settles files: the same columns, refusals and sums.

    `policy` is a plan, which holds for all dates unless `plans` gives others by date, or the name of a policy. `line`
    adds a line of explanation per row. Raises `Problems` where the policy has errors or a column cannot be read exactly
    (floating-point numbers, say).
    """
    if isinstance(policy, str):
        compiled = compile_policy(policy)
        policy, plans = compiled.usable, plans or Plans(compiled)
    plan = policy
    policies = single("", plan, plans or (lambda _: plan))
    (words,) = policies.words
    renaming = renaming or Renaming()
    entry = _input("claims", claims, renaming)
    sides: dict[str, pa.Table] = {}
    people = {}
    warnings: list[Problem] = []
    for name, table in (("persons", persons), ("identities", identities)):
        if table is not None:
            about = _input(name, table, renaming)
            whole = name == "persons"
            setting = people_setting((about,), words, all=whole, identities=not (whole and identities is not None))
            reject_types((about,), setting.read)
            people[name] = setting
            sides[name] = _placed(about, table, setting.read, renaming)
            warnings += setting.warnings
    of_items = None
    if items is not None:
        about = _input("items", items, renaming)
        of_items = items_setting((about,), [entry], [words])
        reject_types((about,), of_items.read)
        sides["items"] = _placed(about, items, of_items.read, renaming)
        warnings += of_items.warnings
    headers = read_headers([entry], [words], persons=persons is None, identities=not people, keep=keep)
    reject_types([entry], headers.read)
    layout = layout_of([plan], headers.keys, headers.kept, False, line)
    machine = Machine(threads) if engine == "native" else None
    task = Task(
        Setting((entry,), headers, persons is None, not people), policies, layout, machine, lang, people, items=of_items
    )
    part = Part(0, _placed(entry, claims, headers.read, renaming), (), sides)
    names = row_names(part.table, words)
    done = settle_part(part, task, _twice(names))
    done.totals.check()
    columns = [*PLACE, *(name for name in entry.columns if name in headers.read)]
    item_columns = (
        [*PLACE, *(name for name in sides["items"].column_names if name not in (FILE, ROW))] if of_items else []
    )
    return SettledTables(
        widened(done.settled), _texts(done.refused, columns), _texts(done.refused_people, [*PLACE, "psn_no"]),
        _texts(done.refused_items, item_columns), done.totals, (*headers.warnings, *warnings),
    )  # fmt: skip


def _input(name: str, table: pa.Table, renaming: Renaming) -> Input:
    columns = tuple(renaming.name(column.strip()) for column in table.column_names)
    return Input(name, "parquet", columns, tuple(table.schema.types), 0, 0, 1)


def _placed(entry: Input, table: pa.Table, read: frozenset[str], renaming: Renaming) -> pa.Table:
    """The columns that are read, in the types they are read in, with the place of each row."""
    wanted = [at for at, name in enumerate(entry.columns) if name in read]
    chosen = pa.table([table.column(at) for at in wanted], names=[entry.columns[at] for at in wanted])
    found = fitted(chosen, common_schema([entry], read), renaming)
    files, rows = np.zeros(table.num_rows, np.int32), np.arange(1, table.num_rows + 1, dtype=np.int64)
    return found.append_column(FILE, pa.array(files)).append_column(ROW, pa.array(rows))


def _twice(names: pa.Array) -> Places:
    """The places of the rows whose name an earlier row has."""
    codes = names.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False)
    again = np.ones(len(codes), bool)
    again[np.unique(codes, return_index=True)[1]] = False
    return np.flatnonzero(again & (codes >= 0)).astype(np.int64) + 1


def _texts(lines: Iterable[Lines], columns: Sequence[str]) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in columns])
    return pa.concat_tables([schema.empty_table(), *(some.table.select(columns) for some in lines)])
