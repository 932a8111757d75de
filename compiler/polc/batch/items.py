"""What the columns of a table of cost items (明细) mean: `items_setting`.

Items belong to claims by the number of the settlement (`setl_id`); by that of the visit (`mdtrt_id`), where one of the
two tables has none of the settlement.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from attrs import evolve, frozen

from pol_lang.problem import Problem, Problems, near_names
from polc.batch.headers import claim_target
from polc.batch.inputs import Input
from polc.batch.returned import PLACE
from polc.claims.place import shown
from polc.claims.tables import ALMOST, MissingColumn, MisspeltColumn, UnknownColumn
from polc.claims.tree import odd_character
from polc.claims.tree_problems import KeyTwice, OddCharacter
from polc.claims.vocabulary import PARTS, PERSON, VISIT_ID, Keys, Target, Vocabulary

SETTLEMENT, VISIT, PSN, ITEM = ("own", "id"), ("own", "visit"), ("own", "number"), ("own", "item")
_OWN: tuple[tuple[Target, tuple[str, ...]], ...] = (
    (SETTLEMENT, ("setl_id", "结算ID")),
    (VISIT, VISIT_ID),
    (PSN, PERSON),
    (ITEM, ("feedetl_sn", "费用明细流水号", "明细流水号")),
    (("own", "taken back"), ("init_feedetl_sn",)),
    *((("part", part), names) for part, names in PARTS.items() if part != "total"),
    (("part", "overlimit"), ("overlmt_amt", "超限价金额")),
)
AMOUNT = "det_item_fee_sumamt"
"""The platform's field for what an item costs in all."""
NAMES = {SETTLEMENT: "setl_id", VISIT: "mdtrt_id"}


@frozen(eq=False, repr=False, slots=False)
class ItemsSetting:
    """A table of items, what is read of it, and by which number (`SETTLEMENT` or `VISIT`) its rows belong to claims;
    `keys` are the columns that have it, `numbers` those of the person."""

    inputs: tuple[Input, ...]
    read: frozenset[str]
    by: Target
    keys: tuple[str, ...]
    numbers: tuple[str, ...]
    warnings: tuple[Problem, ...] = ()


def item_keys(words: Vocabulary) -> Keys:
    """The columns of a table of items: the facts of items, and the words that say whose they are."""
    own = {name: target for target, names in _OWN for name in names}
    exact = {name: target for name, target in own.items() if not name.isascii()}
    folded = {name.casefold(): target for name, target in own.items() if name.isascii()}
    return evolve(words.item, exact={**exact, **words.item.exact}, folded={**folded, **words.item.folded})


def meaning(column: str, words: Vocabulary) -> Target | None:
    """What a column of items means: a fact, a part of the cost, or a number. What an item costs is a fact."""
    return item_keys(words).find(column)


def is_amount(target: Target, words: Vocabulary) -> bool:
    """Whether a column is what items cost in all."""
    return target[0] == "fact" and (words.facts[target[1]].field or "").casefold() == AMOUNT


def items_setting(
    inputs: tuple[Input, ...], claims: Sequence[Input], vocabularies: Sequence[Vocabulary], person: bool = False
) -> ItemsSetting:
    """What the columns of a table of items mean. With `person` it has to name persons. Raises `Problems`."""
    problems: list[Problem] = []
    warnings: dict[str, Problem] = {}
    read: dict[str, None] = {}
    found: dict[Target, dict[str, None]] = {}
    for entry in inputs:
        where = f"{entry.path}:1" if entry.format == "csv" else entry.path
        for words in vocabularies:
            problems += _twice(entry, item_keys(words), where)
        mine = set()
        for column in entry.columns:
            keys = [item_keys(words) for words in vocabularies]
            targets = [target for target in (key.find(column) for key in keys) if target is not None]
            odd = odd_character(column)
            if odd:
                problems.append(OddCharacter(where=where, character=odd))
            elif not targets and not (entry.returned and column in PLACE):
                known = [name for key in keys for name in (*key.exact, *key.folded)]
                near = near_names(column, known) if column else ()
                if get_close_matches(column, known, n=1, cutoff=ALMOST):
                    problems.append(MisspeltColumn(where=where, column=shown(column), near=near))
                else:
                    warnings.setdefault(column, UnknownColumn(where=where, column=shown(column), near=near))
            for target in targets:
                read[column] = None
                mine.add(target)
                found.setdefault(target, {})[column] = None
        if person and PSN not in mine:
            problems.append(MissingColumn(where=where, column="psn_no"))
    by = _join(inputs, claims, vocabularies[0], found)
    if by is None:
        problems.append(MissingColumn(where=inputs[0].path, column="setl_id"))
    if problems:
        raise Problems(list({(p.code, p.where, p.message("en")): p for p in problems}.values()))
    assert by is not None
    columns = tuple(found[by]), tuple(found.get(PSN, ()))
    return ItemsSetting(inputs, frozenset(read), by, *columns, tuple(warnings.values()))


def _twice(entry: Input, keys: Keys, where: str) -> Iterable[Problem]:
    """The columns of a file that mean the same."""
    first: dict[Target, str] = {}
    for column in entry.columns:
        target = keys.find(column)
        if target is not None:
            if target in first:
                yield KeyTwice(where=where, first=shown(first[target]), second=shown(column))
            first.setdefault(target, column)


def _join(
    inputs: Sequence[Input], claims: Sequence[Input], words: Vocabulary, found: dict[Target, dict[str, None]]
) -> Target | None:
    """By which number items belong to claims: the first that all files of both tables have."""
    for by in (SETTLEMENT, VISIT):
        here = all(any(column in found.get(by, {}) for column in entry.columns) for entry in inputs)
        if here and all(any(claim_target(c, words, False) == ("claim", by) for c in entry.columns) for entry in claims):
            return by
    return None


def earlier_items(columns: Iterable[str]) -> ItemsSetting:
    """What is read of the items that an earlier run kept."""
    return ItemsSetting((), frozenset(columns), SETTLEMENT, ("setl_id",), ("psn_no",))
