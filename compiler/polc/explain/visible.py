"""A sheet in which nothing from a file can move a cursor, hide, or turn the direction of writing."""

from __future__ import annotations

import unicodedata
from typing import TypeVar

import attrs

from pol_lang.record import fields_of

_DISTURBING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

T = TypeVar("T")


def visible(value: T) -> T:
    """The same text, tuple or record with every disturbing character shown by its code point ("<U+202E>").

    Facts for machines (mappings) are left as they are.
    """
    if isinstance(value, str):
        return value if value.isprintable() else "".join(map(_shown, value))  # type: ignore[return-value]
    if isinstance(value, tuple):
        parts = tuple(map(visible, value))
        return value if all(a is b for a, b in zip(parts, value, strict=True)) else parts  # type: ignore[return-value]
    if names := fields_of(type(value)):
        changed = {}
        for name in names:
            old = getattr(value, name)
            new = visible(old)
            if new is not old:
                changed[name] = new
        return attrs.evolve(value, **changed) if changed else value  # type: ignore[misc]
    return value


def _shown(character: str) -> str:
    if character in "\t\n\r\u3000":
        return " "
    return f"<U+{ord(character):04X}>" if unicodedata.category(character) in _DISTURBING else character
