"""From a part of a table as it stands in its files to rows of values: `read_rows`.

Columns are read whole. Where a cell is anything but plain, its row is read again by the reader of single claims
(`polc.claims`), which takes it or says what is wrong with it; so both give the same facts and refuse the same rows.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from polc.batch.arrow import one, valid_of
from polc.batch.cell_columns import coded, fact_column, identities_in, not_blank, ordinals
from polc.batch.fact_columns import Coded, Codes, FactColumn, Ints, Mask
from polc.batch.headers import IDENTITIES
from polc.batch.money import fen, plain_parts
from polc.batch.part_columns import FILE, OWN, PARTS, ROW, PartColumns, Setting
from polc.batch.read_singly import read_singly
from polc.batch.rows import Rows
from polc.batch.texts import texts
from polc.claims.claim import ADMISSION, DISCHARGE
from polc.claims.parts import BELOW_TOTAL
from polc.claims.vocabulary import Vocabulary
from polc.native import sweeps


def read_rows(part: pa.Table, vocabularies: tuple[Vocabulary, ...], setting: Setting, policy: int = 0) -> Rows:
    """The rows of a part as the words of a policy read them. Every row is there; those refused have their problems."""
    words = vocabularies[policy]
    count = part.num_rows
    columns = PartColumns(part, words, setting)
    unusual: Mask = np.zeros(count, bool)
    own: dict[str, pa.Array] = {}
    for word in OWN:
        raw = columns.of("claim", ("own", word))
        if raw is not None:
            read = texts(raw)
            own[word] = read.values
            unusual |= read.unusual
    for word in ("items", "expect"):
        raw = columns.of("claim", ("own", word))
        if raw is not None:
            unusual |= not_blank(raw)
    if "number" in own:
        unusual |= ~valid_of(own["number"])
    facts: dict[tuple[str, str], FactColumn] = {}
    for spec in words.facts.values():
        if spec.of == "item":
            continue
        raw = columns.of(spec.of, ("fact", spec.name))
        if raw is not None:
            column, bad = fact_column(raw, spec)
            facts[spec.of, spec.name] = column
            unusual |= bad
    raw = columns.of("person", IDENTITIES) if setting.identities else None
    if raw is None:
        identities = Coded(np.full(count, -1, np.int32), [])
    else:
        identities, bad = coded(raw, lambda cell: identities_in(cell, words))
        unusual |= bad
    parts, wrong, bound = _parts(columns, count)
    if wrong is not None:
        unusual |= wrong
    day, bad = _days(facts, words, count)
    unusual |= bad
    back = setting.headers.reversed
    cancels = texts(one(part.column(back))) if back in part.column_names else None
    if cancels is not None:
        unusual |= np.asarray(cancels.values.is_valid()) | cancels.unusual
    rows = Rows(
        vocabularies, setting.inputs, _numpy(part, FILE).astype(np.int32), _numpy(part, ROW), own, _ids(own, part), day,
        parts, facts, identities, np.ones(count, bool), np.full(count, policy, np.int32), bound=bound,
    )  # fmt: skip
    read_singly(np.flatnonzero(unusual), rows, columns, setting, words, cancels.values if cancels else None)
    return rows


def _parts(columns: PartColumns, count: int) -> tuple[dict[str, Ints], Mask | None, int | None]:
    """The five cost parts, worked out as for a single claim; the rows where they cannot be (None: none); what no part
    is above where that is known."""
    cells = {part: columns.of("claim", ("part", part)) for part in PARTS}
    given_all = [raw for raw in cells.values() if raw is not None]
    plain = plain_parts(given_all) if len(given_all) == len(PARTS) else None
    if plain is not None:
        return dict(zip(PARTS, plain[0], strict=True)), None, plain[1]
    unusual = np.zeros(count, bool)
    values: dict[str, Ints] = {}
    given: dict[str, Mask] = {}
    for part, raw in cells.items():
        if raw is None:
            values[part], given[part] = np.zeros(count, np.int64), np.zeros(count, bool)
            continue
        amounts = fen(raw)
        values[part], given[part] = amounts.values, amounts.given
        unusual |= amounts.unusual
    if all(mask.all() for mask in given.values()):
        same, bound = _adding_up(values)
        return values, unusual | ~same, bound
    below = sum((values[part] for part in BELOW_TOTAL), np.zeros(count, np.int64))
    missing = sum(((~given[part]).astype(np.int8) for part in BELOW_TOTAL), np.zeros(count, np.int8))
    whole = given["total"].all()
    total = values["total"] if whole else np.where(given["total"], values["total"], below)
    rest = total - below
    unusual |= (rest < 0) | ((rest > 0) & (missing != 1)) | (~given["total"] & (missing > 0))
    filled = {"total": total}
    for part in BELOW_TOTAL:
        filled[part] = values[part] if given[part].all() else np.where(given[part], values[part], rest)
    return filled, unusual, None


def _adding_up(values: dict[str, Ints]) -> tuple[Mask, int | None]:
    """Where the parts of the cost add up to the total; what no part is above where that is known."""
    total, (first, *others) = values["total"], (values[part] for part in BELOW_TOTAL)
    if sweeps.pays(len(total)):
        bits, sound = sweeps.bits_of(total, [first, *others])
        if sound:
            return np.ones(len(total), bool), bits if bits >= 0 else None
    together = first.copy()
    for other in others:
        together += other
    return together == total, None


def _days(facts: dict[tuple[str, str], FactColumn], words: Vocabulary, count: int) -> tuple[Codes, Mask]:
    """The ordinal of the date that decides the year (0: none); and the rows that lack it or leave before they come."""
    day = ordinals(facts.get(("claim", words.plan.year.by)), count)
    unusual = day == 0
    stay = []
    for field in (ADMISSION, DISCHARGE):
        spec = next((s for s in words.facts.values() if s.of == "claim" and (s.field or "").lower() == field), None)
        stay.append(facts.get(("claim", spec.name)) if spec else None)
    if None not in stay:
        first, last = (ordinals(column, count) for column in stay)
        unusual |= (first > 0) & (last > 0) & (last < first)
    return day, unusual


def _ids(own: dict[str, pa.Array], part: pa.Table) -> pa.Array:
    """What rows are called: the settlement's number, else the visit's, else the row's."""
    named = [own[word] for word in ("id", "visit") if word in own]
    found = pc.coalesce(*named) if len(named) > 1 else named[0] if named else pa.nulls(part.num_rows, pa.string())
    if found.null_count:
        found = pc.coalesce(found, pc.binary_join_element_wise("#", one(part.column(ROW)).cast(pa.string()), ""))
    return found


def _numpy(part: pa.Table, name: str) -> Ints:
    found: Ints = part.column(name).to_numpy()
    return found
