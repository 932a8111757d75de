"""Two plans over the same claims as JSON, schema `pol.impact/v1`; amounts are decimal strings in yuan."""

from __future__ import annotations

import datetime
import json as writer

from pol_lang.problem import Problem
from polc import plan as p
from polc.explain.figures import machine, machine_money
from polc.impact.result import Impact, PayerLine, Reached, RefusedBoth, SideUsed, Tally
from polc.plan_json import plan_hash

Json = dict[str, object] | list[object] | str | int | bool | None
SCHEMA = "pol.impact/v1"
_ROWS = ("read", "settled", "cancelled", "left_out")


def json(found: Impact, old: p.Plan, new: p.Plan) -> str:
    """The comparison as JSON text that ends with a line end."""
    document = {
        "schema": SCHEMA,
        "old": {"name": old.name, "hash": plan_hash(old)},
        "new": {"name": new.name, "hash": plan_hash(new)},
        **impact_json(found),
    }
    return writer.dumps(document, ensure_ascii=False, indent=1) + "\n"


def impact_json(found: Impact) -> dict[str, object]:
    """Everything that the text shows, and more."""
    return {
        "claims": {
            "file": found.name, "rows": found.rows.read, "settled": found.rows.settled,
            "cancelled": found.rows.cancelled, "left_out": found.rows.left_out,
            "refused_by_one_policy_only": found.only_one, "without_readable_cost": found.unreadable,
        },
        "cost": {name: machine_money(getattr(found.billed, name)) for name in _ROWS},
        "settled_with": {which: _used(used) for which, used in zip(("old", "new"), found.used, strict=True)},
        "payers": [_payer(line) for line in found.payers],
        "persons": _tally(found.all),
        "identities": [
            {
                "identity": group.identity, **_tally(group.tally), "cost": machine_money(group.cost),
                "payers": [_payer(line) for line in group.payers],
            }
            for group in found.groups
        ],
        "deciles": [
            {
                "decile": line.number, "least": machine_money(line.least), "most": machine_money(line.most),
                "cost": machine_money(line.cost), **_both(line.old, line.new), **_tally(line.tally),
            }
            for line in found.deciles
        ],
        "sizes": [
            {
                "over": machine_money(line.over),
                "up_to": None if line.up_to is None else machine_money(line.up_to),
                **_tally(line.tally),
            }
            for line in found.sizes
        ],
        "alerts": [
            {
                "alert": line.name or None, "above": None if line.above is None else machine_money(line.above),
                "old": line.old, "new": line.new, "newly": line.newly, "no_longer": line.no_longer,
            }
            for line in found.alerts
        ],
        "targets": [
            {"target": line.name, "old": _reached(line.old), "new": _reached(line.new)} for line in found.targets
        ],
        "most_affected": [
            {
                "person": person.id, "identities": list(person.identities), "claims": person.claims,
                "cost": machine_money(person.cost), **_both(person.old, person.new),
            }
            for person in found.most
        ],
        "refused": [_refused(entry) for entry in found.refused],
        "refused_persons": [_refused(entry) for entry in found.refused_people],
    }  # fmt: skip


def _used(used: SideUsed) -> Json:
    """Of which days the values were, what is refused, what machine code did not settle."""

    def day(date: datetime.date | None) -> str | None:
        return None if date is None else date.isoformat()

    plans: list[Json] = [{"from": x.since, "before": x.until, "hash": x.hash, "claims": x.claims} for x in used.plans]
    return {
        "as_of": day(used.as_of),
        "in_force_on_that_day": used.holds,
        "own_day": used.own,
        "before_in_force": {"claims": used.before, "values_of": day(used.first) if used.before else None},
        "after_in_force": {"claims": used.after, "values_of": day(used.last) if used.after else None},
        "values": plans,
        "refused_by_code": dict(used.refused),
        "items_not_settled_by_code": dict(used.items),
        "left_to_interpreter": used.interpreted,
    }


def _refused(entry: RefusedBoth) -> Json:
    told: dict[str, Json] = {
        which: [{"code": x.code, "zh": x.zh, "en": x.en} for x in side]
        for which, side in (("old", entry.old), ("new", entry.new))
    }
    cost = None if entry.cost is None else machine_money(entry.cost)
    return {
        "file": entry.file, "row": entry.row, "person": entry.person, "claim": entry.claim, "cost": cost, **told,
    }  # fmt: skip


def _both(old: int, new: int) -> dict[str, Json]:
    return {"old": machine_money(old), "new": machine_money(new), "change": machine_money(new - old)}


def _payer(line: PayerLine) -> dict[str, Json]:
    return {"bearer": line.field, "name": line.name, **_both(line.old, line.new)}


def _reached(side: Reached | None) -> Json:
    if side is None:
        return None
    value = None if side.value is None else machine(side.value)
    return {"relation": side.relation, "wanted": machine(side.wanted), "value": value, "met": side.met}


def _tally(tally: Tally) -> dict[str, Json]:
    return {
        "persons": tally.persons, "gain": tally.gain, "lose": tally.lose, "same": tally.stay,
        "spared": machine_money(tally.spared), "burdened": machine_money(tally.burdened),
    }  # fmt: skip


def problem_json(problem: Problem) -> Json:
    """A problem with its code and sentence."""
    return {"code": problem.code, "zh": problem.message("zh"), "en": problem.message("en")}
