"""What became of the cost items of a part: `item_lines`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from pol_lang.problem import Language, Problem
from polc.batch.arrow import one
from polc.batch.duplicates import places_of
from polc.batch.fact_columns import Ints
from polc.batch.item_problems import ItemOfRefusedClaim, ItemWithoutClaim
from polc.batch.items import ItemsSetting, is_amount, meaning
from polc.batch.lines import AT_ONCE, Lines, text_cells
from polc.batch.money import decimal, exact_sum, fen
from polc.batch.outcome import Outcome
from polc.batch.read_rows import FILE, ROW
from polc.batch.refusals import reason
from polc.batch.rows import Rows
from polc.batch.totals import Totals
from polc.claims.place import shown


def item_lines(
    cells: pa.Table, rows: Rows, outcome: Outcome, first: int, setting: ItemsSetting, totals: Totals, lang: Language
) -> Iterator[Lines]:
    """The items that were not settled, as they were read, each with place, code and reasons: those with something
    wrong, those of no claim, those of refused claims. `totals` is told of all items."""
    count = cells.num_rows
    whose = np.full(count, -1, np.int64)
    problems: dict[int, tuple[Problem, ...]] = {}
    if rows.items is not None:
        problems.update(rows.items.copies)
        mine = np.arange(first, len(rows))
        positions, offsets = rows.items.indices(mine)
        whose[rows.items.at[positions]] = np.repeat(mine, np.diff(offsets))
        wrong = positions[np.isin(positions, list(rows.items.problems))]
        for position in wrong.tolist():
            problems[int(rows.items.at[position])] = rows.items.problems[position]
    for at in np.flatnonzero(whose < 0).tolist():
        if at not in problems:
            problems[at] = (ItemWithoutClaim(where=_where(cells, at, setting), id=_claim(cells, at, setting)),)
    refused = np.zeros(len(rows) + 1, bool)
    refused[:-1] = outcome.problems.mask(len(rows))
    for at in np.flatnonzero(refused[whose]).tolist():
        row = int(whose[at])
        code = outcome.problems[row][0].code
        problem = ItemOfRefusedClaim(where=_where(cells, at, setting), claim=shown(rows.name(row)), claim_code=code)
        problems.setdefault(at, (problem,))
    _count(cells, problems, rows, totals)
    return _lines(cells, problems, setting, lang)


def _lines(
    cells: pa.Table, problems: dict[int, tuple[Problem, ...]], setting: ItemsSetting, lang: Language
) -> Iterator[Lines]:
    names = [name for name in cells.column_names if name not in (FILE, ROW)]
    mine = np.array(sorted(problems), np.int64)
    places = places_of(cells)[mine]
    order = np.argsort(places, kind="stable")
    mine, places = mine[order], places[order]
    files, rows = cells.column(FILE), cells.column(ROW)
    paths = pa.array([entry.path for entry in setting.inputs], pa.string())
    for low in range(0, len(mine), AT_ONCE):
        some = mine[low : low + AT_ONCE]
        found = [problems[at] for at in some.tolist()]
        told = {
            "file": paths.take(one(files.take(pa.array(some)))), "row": text_cells(rows, some),
            "refusal": pa.array([of[0].code for of in found]), "reason": pa.array([reason(of, lang) for of in found]),
        }  # fmt: skip
        told |= {name: text_cells(cells.column(name), some) for name in names if name not in told}
        yield Lines(places[low : low + AT_ONCE], pa.table(told))


def _where(cells: pa.Table, at: int, setting: ItemsSetting) -> str:
    return f"{setting.inputs[cells.column(FILE)[at].as_py()].path}:{cells.column(ROW)[at].as_py()}"


def _claim(cells: pa.Table, at: int, setting: ItemsSetting) -> str:
    """The number of the claim that an item names."""
    found = [cells.column(name)[at].as_py() for name in setting.keys if name in cells.column_names]
    return shown(next((cell for cell in found if cell not in (None, "")), "—"))


def _count(cells: pa.Table, problems: dict[int, tuple[Problem, ...]], rows: Rows, totals: Totals) -> None:
    amounts: Ints = np.zeros(cells.num_rows, np.int64)
    known = np.zeros(cells.num_rows, bool)
    for name in cells.column_names:
        for words in rows.words:
            target = meaning(name, words)
            if target is not None and is_amount(target, words):
                read = fen(one(cells.column(name)))
                amounts, known = np.where(known, amounts, read.values), known | read.given
    refused = pa.array(sorted(problems), pa.int64())
    whole = decimal(amounts)
    totals.items_read += cells.num_rows
    totals.items_refused += len(problems)
    totals.items_settled += cells.num_rows - len(problems)
    totals.items_unreadable += int((~known).sum())
    totals.items_billed += exact_sum(whole)
    totals.items_billed_refused += exact_sum(whole.take(refused)) if len(refused) else 0
    settled = np.ones(cells.num_rows, bool)
    settled[list(problems)] = False
    totals.items_billed_settled += exact_sum(whole.filter(pa.array(settled)))
    for found in problems.values():
        totals.item_codes[found[0].code] = totals.item_codes.get(found[0].code, 0) + 1
