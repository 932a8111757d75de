"""What an amendment makes of the statement it changes: a step of the same kind is exchanged where it stands, another
kind is put at its customary place, conditions and tilts are added."""

from __future__ import annotations

from typing import Any

import attrs

from pol_lang import syntax as s

_STEP_ORDER = (
    s.When, s.Base, s.Cap, s.Deductible, s.Bands, s.Rate, s.Pay, s.Minimum, s.TopUp, s.Rounding, s.Times, s.Tilt,
    s.Tilts,
)  # fmt: skip
_PAYS = (s.Bands, s.Rate, s.Pay)


def _slot(step: s.Step) -> tuple[type[s.Line] | tuple[type[s.Line], ...], str]:
    if isinstance(step, _PAYS):
        return _PAYS, ""
    if isinstance(step, s.Cap):
        return s.Cap, step.on or ""
    return type(step), ""


def amended_layer(layer: s.Layer, amend: s.Amend) -> s.Layer:
    steps = list(layer.steps)
    for step in amend.steps:
        if isinstance(step, (s.When, s.Tilt)):
            last = max((i for i, x in enumerate(steps) if isinstance(x, type(step))), default=None)
            at = last + 1 if last is not None else (0 if isinstance(step, s.When) else len(steps))
            steps.insert(at, step)
            continue
        slot = _slot(step)
        same = [i for i, x in enumerate(steps) if _slot(x) == slot]
        if same:
            steps[same[0]] = step
            continue
        rank = _rank(step)
        at = next((i for i, x in enumerate(steps) if _rank(x) > rank), len(steps))
        steps.insert(at, step)
    return attrs.evolve(layer, steps=tuple(steps))


def amended_cut(cut: s.Copay | s.Exclude, amend: s.AmendCut) -> s.Copay | s.Exclude:
    """The statement with what the amendment says in its place; conditions are added. It rests on the amendment's
    clauses where that has some."""
    pieces = {"amount": amend.amount, "part": amend.part, "bearer": amend.bearer}
    changes: dict[str, Any] = {key: value for key, value in pieces.items() if value is not None}
    if amend.when is not None:
        changes["when"] = amend.when
        if cut.when is not None:
            changes["when"] = s.Binary("and", cut.when, amend.when, span=amend.when.span)
    if amend.cite is not None:
        changes |= {"cite": amend.cite, "span": amend.span}
    return attrs.evolve(cut, **changes)


def _rank(step: s.Step) -> int:
    rank = next(i for i, kind in enumerate(_STEP_ORDER) if isinstance(step, kind))
    if isinstance(step, s.Cap) and step.on != "cost":
        return _STEP_ORDER.index(s.Rounding) * 10 + 5
    return rank * 10
