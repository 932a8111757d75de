"""The fields of a record, asked for often: of every node of a tree."""

from __future__ import annotations

from typing import Any, cast

import attrs

_KNOWN: dict[type, tuple[str, ...]] = {}


def fields_of(kind: type) -> tuple[str, ...]:
    """The names of a class's fields, none where it is no record. attrs says the same, but works it out anew each time,
    and a run walks its trees several times over."""
    names = _KNOWN.get(kind)
    if names is None:
        known = tuple(field.name for field in attrs.fields(cast(Any, kind))) if attrs.has(kind) else ()
        names = _KNOWN[kind] = known
    return names
