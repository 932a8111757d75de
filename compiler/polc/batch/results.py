"""From what rows came to to the tables that are written: `settled_table`, `refused_table`."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pol_lang.problem import Language, Problem
from polc.batch.arrow import one
from polc.batch.chunks import Ragged
from polc.batch.duplicates import FILE_BITS
from polc.batch.layout import APPLIED, DEDUCTIBLE, FILE, FUNDS, HOSPITAL, LINE, PERSON, PLAN, ROW, STATUS, TOTAL, Layout
from polc.batch.lines import AT_ONCE, Entry, Lines, lines_of, text_cells
from polc.batch.money import decimal
from polc.batch.outcome import REFUSED, REVERSAL, REVERSED, SETTLED, Ints, Outcome
from polc.batch.refusals import reason
from polc.batch.returned import PLACE
from polc.batch.rows import Rows
from polc.claims.place import Place
from polc.claims.tables import RowWidth
from polc.claims.tree import odd_character
from polc.claims.tree_problems import OddCharacter
from polc.csv_cells import FORMULA
from polc.plan_json import plan_hash

_STATUS = {SETTLED: "settled", REVERSED: "reversed", REVERSAL: "reversal"}
_WORDS = {
    "zh": ("总费用", "起付线", "医疗机构", "个人", "已冲销", "冲销"),
    "en": ("total", "deductible", "hospital", "person", "reversed", "reversal"),
}


def settled_table(
    rows: Rows, outcome: Outcome, part: pa.Table, layout: Layout, lang: Language, first: int = 0
) -> pa.Table:
    """The rows from `first` on (those of `part`) that are not refused, in the order they were read, with every column
    of the layout."""
    status = outcome.status[first:]
    keep = None if status.all() else np.flatnonzero(status != REFUSED)

    def chosen(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        values = values[first:] if first else values
        return values if keep is None else values[keep]

    def taken(column: pa.Array) -> pa.Array:
        return column if keep is None else column.take(pa.array(keep))

    count = len(status) if keep is None else len(keep)
    columns: dict[str, pa.Array] = {}
    for source, name in layout.keys:
        columns[name] = taken(one(part.column(source))) if source in part.column_names else pa.nulls(count, pa.string())
    if layout.files:
        paths = pa.array([entry.path for entry in rows.inputs])
        columns[FILE] = pa.DictionaryArray.from_arrays(pa.array(chosen(rows.file)), paths)
    columns[ROW] = pa.array(chosen(rows.row))
    words = pa.array([_STATUS.get(code, "") for code in range(max(_STATUS) + 1)])
    columns[STATUS] = pa.DictionaryArray.from_arrays(pa.array(_indices(chosen(outcome.status))), words, safe=False)
    amounts = {name: chosen(values) for name, values in base_amounts(outcome, layout).items()}
    first_pool, *pools = [amounts[layer + DEDUCTIBLE] for layer in layout.pool] or [np.zeros(count, np.int64)]
    amounts[APPLIED] = sum(pools, first_pool)
    funds = amounts[FUNDS] = amounts[TOTAL] - amounts[HOSPITAL]
    funds -= amounts[PERSON]
    made: dict[int, pa.Array] = {}
    for name in layout.amounts:
        values = amounts[name]
        columns[name] = made.setdefault(id(values), decimal(np.ascontiguousarray(values)))
    if layout.line:
        columns[LINE] = _lines(columns, layout, lang)
    plans = pa.array([plan_hash(plan) for plan in outcome.plans] or [""])
    columns[PLAN] = pa.DictionaryArray.from_arrays(pa.array(_indices(chosen(outcome.plan))), plans, safe=False)
    given = {LINE, *(name for _, name in layout.keys)}  # all else is there in every row: it is written faster so
    fields = [pa.field(name, columns[name].type, nullable=name in given) for name in layout.columns]
    return pa.table([columns[name] for name in layout.columns], schema=pa.schema(fields))


def _indices(values: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """What is below 0 as 0, as indices into a dictionary."""
    if len(values) and values.min() == values.max():
        return np.full(len(values), max(0, int(values[0])), np.int32)
    found: npt.NDArray[np.int32] = np.maximum(values, 0).astype(np.int32)
    return found


def base_amounts(outcome: Outcome, layout: Layout) -> dict[str, Ints]:
    """The columns of amounts that others follow from: the total, what layers pay and deduct, what bearers bear. Where
    the outcome has a column, it is that very one."""
    none = np.zeros(outcome.count, np.int64)
    amounts: dict[str, Ints] = {TOTAL: outcome.total}
    for layer in layout.layers:
        amounts[layer] = outcome.paid.get(layer, none)
        amounts[layer + DEDUCTIBLE] = outcome.deductible.get(layer, none)
    for field in (*layout.funds, HOSPITAL, PERSON):
        amounts[field] = outcome.bearers.get(field, none)
    return amounts


def refused_lines(
    rows: Rows, outcome: Outcome, part: pa.Table, ragged: Sequence[tuple[int, Ragged]], columns: tuple[str, ...],
    lang: Language, first: int = 0,
) -> Iterator[Lines]:  # fmt: skip
    """The refused rows from `first` on (those of `part`) as they were read, and those that are not even rows, in their
    order, each with place, code and reasons."""
    mine = outcome.problems.rows()
    mine = mine[mine >= first]
    places = (rows.file[mine].astype(np.int64) << FILE_BITS) + rows.row[mine]
    if ragged:
        yield from _with_ragged(rows, outcome, part, ragged, columns, lang, first, mine, places)
        return
    if not (places[1:] > places[:-1]).all():
        order = np.argsort(places, kind="stable")
        mine, places = mine[order], places[order]
    for low in range(0, len(mine), AT_ONCE):
        some = mine[low : low + AT_ONCE]
        yield Lines(places[low : low + AT_ONCE], _refused_table(rows, outcome, part, some, columns, lang, first))


def _refused_table(
    rows: Rows, outcome: Outcome, part: pa.Table, mine: Ints, columns: tuple[str, ...], lang: Language, first: int
) -> pa.Table:
    ascending = np.sort(mine)
    codes, reasons = outcome.problems.texts(ascending, lang)
    if not np.array_equal(ascending, mine):
        order = pa.array(np.searchsorted(ascending, mine))
        codes, reasons = codes.take(order), reasons.take(order)
    paths = pa.array([entry.path for entry in rows.inputs], pa.string()).take(pa.array(rows.file[mine]))
    told = dict(zip(PLACE, (paths, pa.array(rows.row[mine]).cast(pa.string()), codes, reasons), strict=True))
    return pa.table(told | {name: text_cells(part.column(name), mine - first) for name in columns if name not in told})


def _with_ragged(
    rows: Rows, outcome: Outcome, part: pa.Table, ragged: Sequence[tuple[int, Ragged]], columns: tuple[str, ...],
    lang: Language, first: int, mine: Ints, places: Ints,
) -> Iterator[Lines]:  # fmt: skip
    """The same where there are rows that are not even rows."""
    among = np.array([(file << FILE_BITS) + row.row for file, row in ragged], np.int64)
    order = np.argsort(np.concatenate((places, among)), kind="stable")
    for low in range(0, len(order), AT_ONCE):
        some = order[low : low + AT_ONCE]
        whole, torn = some[some < len(mine)], some[some >= len(mine)] - len(mine)
        tables = [_refused_table(rows, outcome, part, mine[whole], columns, lang, first)] if len(whole) else []
        entries = [
            ragged_entry(file, row, rows.inputs[file].path, columns, lang)
            for file, row in (ragged[at] for at in torn.tolist())
        ]
        tables += [lines.table for lines in lines_of(entries, columns)]
        found = pa.concat_tables([table.select([*PLACE, *columns]) for table in tables])
        back = np.argsort(np.concatenate((places[whole], among[torn])), kind="stable")
        yield Lines(np.concatenate((places[whole], among[torn]))[back], found.take(pa.array(back)))


def ragged_entry(file: int, ragged: Ragged, path: str, columns: Container[str], lang: Language) -> Entry:
    """A row that could not be told apart into cells, as far as cells stand under columns."""
    cells = {name: cell for name, cell in zip(ragged.columns, ragged.cells, strict=False) if name in columns}
    problems = ragged_problems(ragged, path, columns)
    return file, path, ragged.row, problems[0].code, reason(problems, lang), cells


def ragged_problems(ragged: Ragged, path: str, columns: Container[str]) -> tuple[Problem, ...]:
    """What is wrong with a row that does not have the cells of its header."""
    where = f"{path}:{ragged.row}"
    problems: list[Problem] = [RowWidth(where=where, cells=len(ragged.cells), columns=len(ragged.columns))]
    for name, cell in zip(ragged.columns, ragged.cells, strict=False):
        odd = odd_character(cell.strip()) if name in columns else None
        if odd:
            problems.append(OddCharacter(where=str(Place(where, key=name)), character=odd))
    return tuple(problems)


def _lines(columns: dict[str, pa.Array], layout: Layout, lang: Language) -> pa.Array:
    """One line of explanation per row: the total, what each layer paid after which deductible, who bears the rest."""
    total, deductible, hospital, person, *_ = _WORDS[lang]
    count = len(columns[TOTAL])
    line = pc.binary_join_element_wise(pa.scalar(total + " "), columns[TOTAL].cast(pa.string()), pa.scalar(" ="), "")
    for layer in layout.layers:
        paid, used = columns[layer], columns[layer + DEDUCTIBLE]
        with_used = pc.binary_join_element_wise(
            pa.scalar(f" ({deductible} "), used.cast(pa.string()), pa.scalar(")"), ""
        )
        with_used = pc.if_else(pc.not_equal(used, pa.scalar(0, used.type)), with_used, "")
        piece = pc.binary_join_element_wise(
            pa.scalar(f" {layer} "), paid.cast(pa.string()), with_used, pa.scalar(" +"), ""
        )
        shown = pc.or_(pc.not_equal(paid, pa.scalar(0, paid.type)), pc.not_equal(used, pa.scalar(0, used.type)))
        line = pc.binary_join_element_wise(line, pc.if_else(shown, piece, ""), "")
    borne = columns[HOSPITAL]
    piece = pc.binary_join_element_wise(pa.scalar(f" {hospital} "), borne.cast(pa.string()), pa.scalar(" +"), "")
    piece = pc.if_else(pc.not_equal(borne, pa.scalar(0, borne.type)), piece, "")
    line = pc.binary_join_element_wise(line, piece, pa.scalar(f" {person} "), columns[PERSON].cast(pa.string()), "")
    return line if count else pa.array([], pa.string())


def harmless_cells(table: pa.Table) -> pa.Table:
    """The table with an apostrophe before texts that a spreadsheet program would take for a formula, and no
    dictionaries, as CSV has none."""
    columns = []
    for column in table.columns:
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_string(column.type):
            risky = pc.fill_null(pc.match_substring_regex(column, FORMULA), False)
            if pc.any(risky).as_py():
                marked = pc.binary_join_element_wise(pa.scalar("'"), column, "")
                column = pc.if_else(risky, marked, column)
        columns.append(column)
    return pa.table(columns, names=table.column_names)
