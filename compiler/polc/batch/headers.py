"""What the columns of a table of claims mean to the plans: `read_headers`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from attrs import frozen

from pol_lang.problem import Problem, Problems, near_names
from polc.batch.inputs import Input
from polc.batch.returned import PLACE
from polc.claims.place import shown
from polc.claims.tables import ALMOST, MissingColumn, MisspeltColumn, UnknownColumn
from polc.claims.tree import odd_character
from polc.claims.tree_problems import KeyTwice, OddCharacter
from polc.claims.vocabulary import Keys, Target, Vocabulary

IDENTITIES: Target = ("own", "identities")
NUMBER: Target = ("own", "number")
REVERSED = ("init_setl_id", "原结算ID")
"""The column that names the settlement a row cancels."""
KEYS: tuple[Target, ...] = (NUMBER, ("own", "id"), ("own", "visit"))


@frozen(eq=False, repr=False, slots=False)
class Headers:
    """What is read of a table: `keys`, the columns that name a row, in the order of the first header; `read`, all
    columns that mean something, or are to be kept; `reversed`, the column that names what a row cancels."""

    keys: tuple[str, ...]
    kept: tuple[str, ...]
    read: frozenset[str]
    reversed: str | None
    warnings: tuple[Problem, ...]


def claim_target(column: str, words: Vocabulary, persons: bool) -> tuple[str, Target] | None:
    """What a column of claims means: whose (claim or person) and what. Facts of persons count where `persons` is set,
    which is where no table of persons was given."""
    target = words.claim.find(column)
    if target is not None:
        return "claim", target
    target = words.person.find(column)
    if target is not None and persons:
        return "person", target
    return None


def read_headers(
    inputs: Sequence[Input],
    vocabularies: Sequence[Vocabulary],
    *,
    persons: bool,
    identities: bool,
    keep: Iterable[str] = (),
) -> Headers:
    """What the columns of all files mean. `persons`: facts of persons may stand in the table; `identities`: so may
    identities. Raises `Problems` for what would be read wrongly or not at all."""
    problems: list[Problem] = []
    warnings: dict[str, Problem] = {}
    read: dict[str, None] = {}
    keys: dict[str, None] = {}
    kept: dict[str, None] = dict.fromkeys(keep)
    back: str | None = None
    for entry in inputs:
        where = f"{entry.path}:1" if entry.format == "csv" else entry.path
        for words in vocabularies:
            targets: dict[tuple[str, Target], str] = {}
            for column in entry.columns:
                found = claim_target(column, words, persons)
                if found is None or (found[1] == IDENTITIES and not identities):
                    continue
                if found in targets:
                    problems.append(KeyTwice(where=where, first=shown(targets[found]), second=shown(column)))
                targets.setdefault(found, column)
                read[column] = None
                if found in [("claim", key) for key in KEYS]:
                    keys[column] = None
            if ("claim", NUMBER) not in targets:
                problems.append(MissingColumn(where=where, column="psn_no"))
        for column in entry.columns:
            if column.casefold() in REVERSED:
                back = column
                read[column] = None
        seen: set[str] = set()
        for column in entry.columns:
            odd = odd_character(column)
            if odd:
                problems.append(OddCharacter(where=where, character=odd))
            elif column in seen and (column in read or column in kept):
                problems.append(KeyTwice(where=where, first=shown(column), second=shown(column)))
            elif column not in read and column not in kept and not (entry.returned and column in PLACE):
                known = [name for words in vocabularies for name in _known(words, persons)]
                near = near_names(column, known) if column else ()
                if column not in known and get_close_matches(column, known, n=1, cutoff=ALMOST):
                    problems.append(MisspeltColumn(where=where, column=shown(column), near=near))
                else:
                    warnings.setdefault(column, UnknownColumn(where=where, column=shown(column), near=near))
            seen.add(column)
    everything = {column for entry in inputs for column in entry.columns}
    for column in kept:
        if column not in everything:
            problems.append(MissingColumn(where=inputs[0].path, column=column))
    if problems:
        raise Problems(list({(p.code, p.where, p.message("en")): p for p in problems}.values()))
    own = [column for column in kept if column not in keys]
    return Headers(tuple(keys), tuple(own), frozenset({*read, *kept}), back, tuple(warnings.values()))


def _known(words: Vocabulary, persons: bool) -> list[str]:
    def names(keys: Keys) -> list[str]:
        return [*keys.exact, *keys.folded]

    return names(words.claim) + (names(words.person) if persons else []) + list(REVERSED)
