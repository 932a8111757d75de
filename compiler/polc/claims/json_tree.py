"""From JSON to a tree: every number is exact, and no key is given twice."""

from __future__ import annotations

import json
import unicodedata
from decimal import Decimal

from pol_lang.problem import Problem, Problems
from polc.claims.exact_number import MAX_DIGITS, exact_number
from polc.claims.place import Place, shown
from polc.claims.refusals import told
from polc.claims.tree_problems import BadSyntax, KeyTwice


def json_tree(text: str, file: str) -> object:
    """What a JSON text holds. Raises `Problems`."""
    twice: list[Problem] = []

    def table(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in pairs:
            key = unicodedata.normalize("NFC", key)
            if key in found:
                twice.append(KeyTwice(where=str(Place(file, key=key)), first=shown(key), second=shown(key)))
            found[key] = value
        return found

    try:
        tree: object = json.loads(
            text, parse_float=exact_number, parse_int=_integer, parse_constant=exact_number, object_pairs_hook=table
        )
    except json.JSONDecodeError as error:
        problem = BadSyntax(
            where=file, format="JSON", line=str(error.lineno), column=str(error.colno), **told(error.msg)
        )
        raise Problems([problem]) from None
    if twice:
        raise Problems(twice)
    return tree


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= MAX_DIGITS else Decimal("nan")
