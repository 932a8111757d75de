"""From the bytes of a claim file to a tree of tables, lists and values, with every number exact.

Numbers come out as int or Decimal, TOML dates as dates, text in NFC. Beyond TOML, Chinese names need no quotation
marks: TOML has bare keys in Latin letters only, and outside of strings such a word can be nothing else. What could
exhaust the machine (size, nesting, endless digits) or deceive the reader (invisible characters) is refused here, before
anything is looked up.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from pol_lang.problem import Problem, Problems
from polc.claims.place import Place, shown
from polc.claims.tree_problems import (
    MAX_BYTES,
    MAX_DEPTH,
    ClaimFileTooLarge,
    EmptyClaimFile,
    NotATable,
    NotClaimText,
    OddCharacter,
    TooDeeplyNested,
)

Tree = dict[str, object]

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_PLAIN = re.compile(r"[ -~\u3001-\u3017\u4e00-\u9fff\uff01-\uff5e]*")


def decode(data: bytes, file: str, encoding: str = "utf-8-sig") -> str:
    """The text that some bytes hold, NFC-normalised, without a byte order mark. Raises `Problems`."""
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError):
        raise Problems([NotClaimText(where=file, encoding=encoding.removesuffix("-sig").upper())]) from None
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff"))


def read_tree(data: bytes, file: str) -> Tree:
    """The tables of a claim file in TOML or JSON. Raises `Problems`."""
    if len(data) > MAX_BYTES:
        raise Problems([ClaimFileTooLarge(where=file, size=len(data))])
    text = decode(data, file)
    if not text.strip():
        raise Problems([EmptyClaimFile(where=file)])
    is_json = file.lower().endswith(".json") or (
        not file.lower().endswith(".toml") and text.lstrip(" \t\r\n").startswith("{")
    )
    try:
        tree = _parsed(text, file, is_json)
    except RecursionError:
        raise Problems([TooDeeplyNested(where=file)]) from None
    if not isinstance(tree, dict):
        raise Problems([NotATable(where=file, found=shown(tree))])
    problems = list(_deceptive(tree, Place(file), 1))
    if problems:
        raise Problems(problems)
    if not tree:
        raise Problems([EmptyClaimFile(where=file)])
    return tree


def _parsed(text: str, file: str, is_json: bool) -> object:
    if is_json:
        from polc.claims.json_tree import json_tree

        return json_tree(text, file)
    from polc.claims.toml_tree import toml_tree

    return toml_tree(text, file)


def odd_character(text: str) -> str | None:
    """The first character of a text that cannot be seen, as its code point and name; None where there is none."""
    if _PLAIN.fullmatch(text):
        return None
    for character in text:
        if unicodedata.category(character) in _HIDDEN:
            return f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
    return None


def _deceptive(value: object, place: Place, depth: int) -> Iterator[Problem]:
    if depth > MAX_DEPTH:
        yield TooDeeplyNested(where=str(place))
    elif isinstance(value, dict):
        for key, inner in value.items():
            odd = odd_character(key)
            if odd:
                yield OddCharacter(where=str(place), character=odd)
            else:
                yield from _deceptive(inner, place.at(key), depth + 1)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _deceptive(inner, place.at(str(number)), depth + 1)
    elif isinstance(value, str):
        odd = odd_character(value)
        if odd:
            yield OddCharacter(where=str(place), character=odd)
