"""One part of a table settled under both plans, and what it comes to: `part_sums`."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve, frozen

from polc.batch.duplicates import Twice
from polc.batch.fact_columns import Mask
from polc.batch.item_lines import item_lines
from polc.batch.outcome import REFUSED, REVERSAL, REVERSED, SETTLED, Outcome
from polc.batch.part_columns import no_rows
from polc.batch.parts import Part
from polc.batch.policies import PersonLines, read_by_policy
from polc.batch.results import ragged_problems
from polc.batch.rows import Rows
from polc.batch.settle_part import Task, duplicates_among
from polc.batch.settle_rows import settle_rows
from polc.batch.totals import Totals
from polc.claims.tables import RowWidth
from polc.claims.vocabulary import Vocabulary
from polc.impact.aims import Aims
from polc.impact.by_person import Persons, by_person, total
from polc.impact.in_force import AsIfInForce
from polc.impact.refused import RefusedRow, settled_by_one
from polc.impact.sums import Sums, persons_sums, raised_sums
from polc.plan_json import plan_hash

SIDES = ("old", "new")


@frozen(eq=False, repr=False, slots=False)
class Side:
    """One of the two policies: its plans, what reading and settling a part by it needs, what it watches."""

    plans: AsIfInForce
    task: Task
    aims: Aims


@frozen(eq=False, repr=False, slots=False)
class Both:
    """A part under both plans: the rows as each reads them and what they come to, the persons whose rows both settle,
    the sums, and what was left out (rows of claims, rows of the tables of persons)."""

    sides: tuple[tuple[Rows, Outcome], tuple[Rows, Outcome]]
    persons: Persons
    sums: Sums
    refused: list[RefusedRow]
    refused_people: list[RefusedRow]


def settle_both(sides: tuple[Side, Side], part: Part, duplicates: Twice, above: int | None) -> Both:
    """The part settled under both plans, each as `polc settle` does it, and compared over the rows that both settle.
    `above`: a burden in fen; who bears more is counted apart."""
    if not part.table.num_rows:
        part = evolve(part, table=no_rows(sides[1].task.setting.headers.read))
    read = _read(sides, part)
    twice = duplicates_among(part.table, duplicates)
    outcomes = tuple(
        settle_rows(rows, [side.plans], [0], twice, side.task.machine)
        for side, (rows, _, _) in zip(sides, read, strict=True)
    )
    done = (read[0][0], outcomes[0]), (read[1][0], outcomes[1])
    both = (outcomes[0].status == SETTLED) & (outcomes[1].status == SETTLED)
    fields = tuple(side.plans.plan.bearers[-1][0] for side in sides)
    persons = by_person(done, both, (fields[0], fields[1]))
    found = persons_sums(persons, above)
    found |= _counts(done, both, part)
    for which, side, (rows, outcome), (_, outside, _) in zip(SIDES, sides, done, read, strict=True):
        found["sides"][which] |= {
            "outside": outside, "values": _values(side.plans, rows, outcome, both),
            "items": _items(side.task, part, rows, outcome),
        }  # fmt: skip
    raised = [side.aims.look(rows, outcome, persons, part) for side, (rows, outcome) in zip(sides, done, strict=True)]
    nobody = np.zeros(len(persons), bool)
    found["alerts"] = {
        name: raised_sums(raised[0].persons.get(name, nobody), raised[1].persons.get(name, nobody))
        for name in {**raised[0].persons, **raised[1].persons}
    }
    found["targets"] = {which: one.targets for which, one in zip(SIDES, raised, strict=True)}
    refused = _refused(done, part, sides[1].task)
    people = _refused_people(read[0][2], read[1][2])
    return Both(done, persons, found, refused, people)


_Read = tuple[Rows, int, PersonLines]


def _read(sides: tuple[Side, Side], part: Part) -> tuple[_Read, _Read]:
    """The rows as each plan reads them; once where both read them alike."""
    old, new = (side.task for side in sides)

    def read(task: Task) -> _Read:
        return read_by_policy(part.table, task.policies, task.setting, task.people, part.sides, task.items)

    rows, outside, lines = read(new)
    words = old.policies.entries[0].words
    if not reads_alike(words, new.policies.entries[0].words):
        return read(old), (rows, outside, lines)
    own = evolve(rows, words=old.policies.words, problems=rows.problems.copy())
    if rows.reversals:  # matching them writes into these
        own = evolve(own, day=rows.day.copy(), parts={name: fen.copy() for name, fen in rows.parts.items()})
    return (own, outside, lines), (rows, outside, lines)


def reads_alike(one: Vocabulary, other: Vocabulary) -> bool:
    """Whether the same cells mean the same by two vocabularies."""

    def meant(words: Vocabulary) -> Any:
        keys = [(k.exact, k.folded, k.same) for k in (words.claim, words.person, words.item)]
        facts = {x.name: (x.field, x.unit, x.choices, x.of) for x in words.facts.values()}
        held = [(x.name, x.code, x.includes) for x in words.plan.identities]
        return keys, facts, held, words.plan.year.by, words.plan.year.split is None

    return bool(meant(one) == meant(other))


def _counts(done: tuple[tuple[Rows, Outcome], tuple[Rows, Outcome]], both: Mask, part: Part) -> Sums:
    """Rows and their cost: all, settled by both, cancelled, left out; what each plan refuses."""
    gone = np.ones(len(both), bool)
    cost, known = done[1][0].parts["total"], done[1][0].total_known
    for _, outcome in done:
        gone &= (outcome.status == REVERSED) | (outcome.status == REVERSAL)
    if not known.all():
        cost, known = np.where(known, cost, done[0][0].parts["total"]), known | done[0][0].total_known
    left = ~both & ~gone
    extra = len(part.ragged)
    found: Sums = {
        "rows": {
            "read": len(both) + extra, "settled": int(both.sum()), "cancelled": int(gone.sum()),
            "left_out": int(left.sum()) + extra,
        },
        "billed": {
            "read": total(cost), "settled": total(cost[both]), "cancelled": total(cost[gone]),
            "left_out": total(cost[left]),
        },
        "unreadable": int((left & ~known).sum()) + extra,
        "only_one": int((left & ((done[0][1].status == REFUSED) != (done[1][1].status == REFUSED))).sum()),
        "sides": {},
    }  # fmt: skip
    for which, (_, outcome) in zip(SIDES, done, strict=True):
        codes = outcome.problems.codes()
        if extra:
            codes[RowWidth.code] = codes.get(RowWidth.code, 0) + extra
        found["sides"][which] = {"codes": codes, "interpreted": outcome.interpreted}
    return found


def _items(task: Task, part: Part, rows: Rows, outcome: Outcome) -> dict[str, int]:
    """How many cost items were not settled, by code."""
    cells, totals = part.sides.get("items"), Totals()
    if task.items is not None and cells is not None:
        item_lines(cells, rows, outcome, 0, task.items, totals, task.lang)
    return totals.item_codes


def _values(plans: AsIfInForce, rows: Rows, outcome: Outcome, both: Mask) -> Sums:
    """How many of the rows of `both` were settled with whose values, and by which plan."""
    days = rows.day[both]
    whens: dict[str, int] = {}
    if plans.as_of is not None:
        whens["asked"] = len(days)
    else:
        before = days < plans.start.toordinal() if plans.start else np.zeros(len(days), bool)
        after = days > plans.end.toordinal() if plans.end else np.zeros(len(days), bool)
        counts = int(before.sum()), int(after.sum())
        whens = {"before": counts[0], "after": counts[1], "own": len(days) - sum(counts)}
    used: dict[str, int] = {}
    for at, count in enumerate(np.bincount(outcome.plan[both], minlength=1).tolist()):
        if count:
            plan = outcome.plans[at]
            key = "|".join((str(plan.since or ""), str(plan.expires or ""), plan_hash(plans.written(plan))))
            used[key] = used.get(key, 0) + count
    return {"when": whens, "plans": used}


def _refused(done: tuple[tuple[Rows, Outcome], tuple[Rows, Outcome]], part: Part, task: Task) -> list[RefusedRow]:
    """The rows that are left out, in the order of the table, with the reasons of either plan."""
    rows = done[1][0]
    found: list[RefusedRow] = []
    status = done[0][1].status, done[1][1].status
    bad = (status[0] == REFUSED) | (status[1] == REFUSED) | ((status[0] == SETTLED) != (status[1] == SETTLED))
    for at in np.flatnonzero(bad).tolist():
        told = [outcome.problems.get(at, ()) for _, outcome in done]
        if not any(told):
            told[int(status[0][at] == SETTLED)] = (settled_by_one(str(rows.where(at))),)
        known = next((one for one, _ in reversed(done) if one.total_known[at]), None)
        cost = None if known is None else int(known.parts["total"][at])
        found.append(
            RefusedRow(
                int(rows.file[at]), int(rows.row[at]), rows.text("number", at) or "", rows.name(at), cost,
                told[0], told[1],
            )
        )  # fmt: skip
    for file, ragged in part.ragged:
        problems = ragged_problems(ragged, task.setting.inputs[file].path, task.setting.headers.read)
        found.append(RefusedRow(file, ragged.row, "", "", None, problems, problems))
    return sorted(found, key=lambda entry: (entry.file, entry.row))


def _refused_people(old: PersonLines, new: PersonLines) -> list[RefusedRow]:
    """The refused rows of tables of persons."""
    found: dict[tuple[str, int], RefusedRow] = {}
    for at, lines in enumerate((old, new)):
        for path, row, number, problems in lines:
            known = found.get((path, row)) or RefusedRow(path, row, number, "", None, (), ())
            found[path, row] = evolve(known, old=known.old if at else problems, new=problems if at else known.new)
    return [found[key] for key in sorted(found)]
