"""A difference as JSON, schema `pol.diff/v1`: everything the text shows; amounts are decimal strings in yuan."""

from __future__ import annotations

import json as writer
from fractions import Fraction

from polc import plan as p
from polc.diff.clauses import Change
from polc.diff.money import ClassDifference, NotCompared
from polc.diff.result import Difference, Shown
from polc.diff.witness import borne
from polc.explain.figures import machine, machine_money
from polc.impact.json import impact_json, problem_json
from polc.plan_json import plan_hash
from polc.shape.bills import Extreme

Json = dict[str, object] | list[object] | str | int | bool | None
SCHEMA = "pol.diff/v1"


def json(found: Difference) -> str:
    """The difference as JSON text that ends with a line end."""
    money = found.money
    classes = None if money is None else [_class(c) for c in money.classes]
    claims = {shown.kind: _witness(shown) for shown in found.claims}
    document = {
        "schema": SCHEMA,
        "old": {"name": found.old.name, "hash": plan_hash(found.old)},
        "new": {"name": found.new.name, "hash": plan_hash(found.new)},
        "changes": [_change(change) for change in found.changes],
        "money": {
            "classes": classes,
            "parts": [] if money is None else list(money.parts),
            "claims_before": [] if money is None else list(money.counts),
            "two_identities": None if money is None else money.of_two,
            "not_compared": [] if money is None else [_not_compared(one) for one in money.left_out],
            "why_not": [problem_json(problem) for problem in found.obstacles],
        },
        "largest": {kind: claims.get(kind) for kind in ("gain", "loss", "shift")},
        "population": None if found.population is None else impact_json(found.population),
    }
    return writer.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _origin(origin: p.Origin | None) -> Json:
    if origin is None:
        return None
    return {"clauses": list(origin.clauses), "document": origin.document, "place": origin.place}


def _change(change: Change) -> Json:
    return {
        "kind": change.kind, "section": change.section, "statement": change.statement, "old": change.old,
        "new": change.new, "old_origin": _origin(change.old_origin), "new_origin": _origin(change.new_origin),
    }  # fmt: skip


def _class(found: ClassDifference) -> Json:
    return {
        "identities": list(found.identities),
        "and": list(found.also) or None,
        "facts": {name: [_value(value) for value in values] for name, values in found.facts.items()},
        "verdict": found.verdict,
        "gain": _extreme(found.gain),
        "loss": _extreme(found.loss),
        "grows": found.grows,
        "rounding": None
        if found.rounding is None
        else {
            "claim": {"less": _extreme(found.rounding.claim.less), "more": _extreme(found.rounding.claim.more)},
            "searched": found.rounding.searched or None,
            "first_only": found.rounding.first_only,
        },
        "bearers": [
            {"bearer": field, "less": _extreme(spread.less), "more": _extreme(spread.more), "grows": spread.grows}
            for field, spread in found.others.items()
        ],
    }


def _not_compared(one: NotCompared) -> Json:
    return {
        "identities": list(one.identities),
        "and": list(one.also) or None,
        "facts": {name: [_value(value) for value in values] for name, values in one.facts.items()},
        "why": one.why,
        "fact": one.fact or None,
    }


def _value(value: p.Value) -> Json:
    if isinstance(value, frozenset):
        return list[object](sorted(value))
    return value if isinstance(value, (bool, str)) or value is None else str(value)


def _extreme(extreme: Extreme | None) -> Json:
    if extreme is None:
        return None
    costs = extreme.costs
    cost, earlier = (machine(Fraction(value) / 100, 2) for value in (costs.total, costs.earlier))
    parts = {name: machine(Fraction(amount) / 100, 2) for name, amount in costs.parts.items() if amount}
    amount = machine(Fraction(extreme.amount) / 100, 2)
    return {
        "amount": amount, "cost": cost, "earlier": earlier, "claims_before": costs.claims,
        "parts": dict[str, object](parts),
    }  # fmt: skip


def _witness(found: Shown) -> Json:
    case, shown = found.found, found.witness
    sides = {
        name: {
            "layers": {layer.name: machine_money(layer.paid) for layer in settled.claims[-1].layers},
            "left": machine_money(settled.claims[-1].left),
            "left_in_year": machine_money(borne(settled)),
            "bearers_in_year": {
                field: machine_money(borne(settled, field)) for field, _, _ in settled.claims[-1].bearers[:-1]
            },
        }
        for name, settled in (("old", shown.old), ("new", shown.new))
    }
    return {
        "class": _class(case), "cost": machine_money(shown.cost), "earlier": machine_money(shown.earlier),
        "claims_before": shown.before,
        "parts": {name: machine_money(amount) for name, amount in shown.parts.items()},
        "bearer": shown.field or None, "change": machine_money(shown.amount), **sides,
    }  # fmt: skip
