"""What became of the cost items of a part: `item_lines`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pol_lang.problem import Language
from polc.batch.arrow import one
from polc.batch.duplicates import places_of
from polc.batch.fact_columns import Ints
from polc.batch.item_problems import ItemOfRefusedClaim, ItemWithoutClaim
from polc.batch.items import ItemsSetting, is_amount, meaning
from polc.batch.lines import AT_ONCE, Lines, text_cells
from polc.batch.money import decimal, exact_sum, fen
from polc.batch.outcome import Outcome
from polc.batch.part_columns import FILE, ROW
from polc.batch.read_items import places_in
from polc.batch.refusals import Alike, Refusals
from polc.batch.rows import Rows
from polc.batch.texts import shown_texts
from polc.batch.totals import Totals


def item_lines(
    cells: pa.Table, rows: Rows, outcome: Outcome, first: int, setting: ItemsSetting, totals: Totals, lang: Language
) -> Iterator[Lines]:
    """The items that were not settled, as they were read, each with place, code and reasons: those with something
    wrong, those of no claim, those of refused claims. `totals` is told of all items."""
    count = cells.num_rows
    whose = np.full(count, -1, np.int64)
    problems = Refusals()
    if rows.items is not None:
        problems.take_in(rows.items.copies)
        mine = np.arange(first, len(rows))
        positions, offsets = rows.items.indices(mine)
        whose[rows.items.at[positions]] = np.repeat(mine, np.diff(offsets))
        wrong = positions[np.isin(positions, list(rows.items.problems))]
        for position in wrong.tolist():
            problems[int(rows.items.at[position])] = rows.items.problems[position]
    lost = np.flatnonzero((whose < 0) & ~problems.mask(count)).astype(np.int64)
    ids = _claims(cells, lost, setting)
    problems.add(Alike(ItemWithoutClaim, lost, places_in(cells, lost, setting.inputs), {"id": ids}))
    refused = np.zeros(len(rows) + 1, bool)
    refused[:-1] = outcome.problems.mask(len(rows))
    lost = np.flatnonzero(refused[whose] & ~problems.mask(count)).astype(np.int64)
    of, which = np.unique(whose[lost], return_inverse=True)
    index = pa.array(which.reshape(-1))
    told = {"claim": rows.names(of).take(index), "claim_code": outcome.problems.code_of(of).take(index)}
    problems.add(Alike(ItemOfRefusedClaim, lost, places_in(cells, lost, setting.inputs), told))
    _count(cells, problems, rows, totals)
    return _lines(cells, problems, setting, lang)


def _lines(cells: pa.Table, problems: Refusals, setting: ItemsSetting, lang: Language) -> Iterator[Lines]:
    names = [name for name in cells.column_names if name not in (FILE, ROW)]
    mine = problems.rows()
    places = places_of(cells)[mine]
    order = np.argsort(places, kind="stable")
    mine, places = mine[order], places[order]
    files, rows = cells.column(FILE), cells.column(ROW)
    paths = pa.array([entry.path for entry in setting.inputs], pa.string())
    for low in range(0, len(mine), AT_ONCE):
        some = mine[low : low + AT_ONCE]
        ascending = np.sort(some)
        back = pa.array(np.searchsorted(ascending, some))
        codes, reasons = (texts.take(back) for texts in problems.texts(ascending, lang))
        told = {
            "file": paths.take(one(files.take(pa.array(some)))), "row": text_cells(rows, some), "refusal": codes,
            "reason": reasons,
        }  # fmt: skip
        told |= {name: text_cells(cells.column(name), some) for name in names if name not in told}
        yield Lines(places[low : low + AT_ONCE], pa.table(told))


def _claims(cells: pa.Table, rows: Ints, setting: ItemsSetting) -> pa.Array:
    """The numbers of claims that some items name, for messages."""
    found = pa.array([""] * len(rows), pa.string())
    for name in setting.keys:
        if name in cells.column_names:
            found = pc.if_else(pc.equal(found, ""), text_cells(cells.column(name), rows), found)
    return shown_texts(pc.if_else(pc.equal(found, ""), "—", found))


def _count(cells: pa.Table, problems: Refusals, rows: Rows, totals: Totals) -> None:
    amounts: Ints = np.zeros(cells.num_rows, np.int64)
    known = np.zeros(cells.num_rows, bool)
    for name in cells.column_names:
        for words in rows.words:
            target = meaning(name, words)
            if target is not None and is_amount(target, words):
                read = fen(one(cells.column(name)))
                amounts, known = np.where(known, amounts, read.values), known | read.given
    refused = pa.array(problems.rows())
    whole = decimal(amounts)
    totals.items_read += cells.num_rows
    totals.items_refused += len(problems)
    totals.items_settled += cells.num_rows - len(problems)
    totals.items_unreadable += int((~known).sum())
    totals.items_billed += exact_sum(whole)
    totals.items_billed_refused += exact_sum(whole.take(refused)) if len(refused) else 0
    settled = ~problems.mask(cells.num_rows)
    totals.items_billed_settled += exact_sum(whole.filter(pa.array(settled)))
    for code, many in problems.codes().items():
        totals.item_codes[code] = totals.item_codes.get(code, 0) + many
