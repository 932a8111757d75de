"""Whether what earlier claims added up to may decide which way a step goes."""

from __future__ import annotations

import attrs

from polc import plan as p
from polc.arms.arm import HIGHEST, Key, step_name

_KEPT = ("accumulator", "taken", "count", "shared")


def remembers(plan: p.Plan, key: Key) -> bool:
    """Whether earlier claims may make a difference where an arm is decided."""
    if key[0] == HIGHEST:
        return _keeps(plan.body.steps)
    for at, step in enumerate(plan.body.steps):
        if step_name(step, at) == key[0]:
            if not isinstance(step, p.Layer):
                return _keeps(step)
            of_step = key[1] not in ("guard", "tilt", "case")
            steps = step.steps[: int(key[2]) + 1] if of_step else step.steps if key[1] == "case" else ()
            return _keeps((step.guards, step.tilts, step.base, steps))
        if _keeps(step):
            return True
    return True


def _keeps(node: object) -> bool:
    todo: list[object] = [node]
    while todo:
        one = todo.pop()
        if isinstance(one, tuple):
            todo.extend(one)
        elif attrs.has(type(one)) and not isinstance(one, p.Origin):
            if isinstance(one, p.Tallied | p.Times):
                return True
            for field in attrs.fields(type(one)):  # type: ignore[arg-type]
                value = getattr(one, field.name)
                if field.name in _KEPT and isinstance(value, str):
                    return True
                todo.append(value)
    return False
