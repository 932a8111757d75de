"""How others call columns and values: a mapping file, read. `read_mapping`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import field, frozen

from pol_lang.problem import Problems
from polc.batch.problems import BadMapping
from polc.claims.toml_tree import toml_tree
from polc.claims.tree import decode


@frozen(eq=False, repr=False, slots=False)
class Renaming:
    """Our name by their column; for some of our columns, our value by their code."""

    columns: Mapping[str, str] = field(factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(factory=dict)

    def name(self, column: str) -> str:
        """What a column of theirs is called here."""
        return self.columns.get(column, column)


def read_mapping(data: bytes, name: str) -> Renaming:
    """The mapping that a TOML file holds; see `BadMapping` for its form. Raises `Problems`."""
    tree = toml_tree(decode(data, name), name)
    if not isinstance(tree, dict):
        raise _bad(name, "应当是一张表", "it has to be a table")
    for key in tree.keys() - {"columns", "values"}:
        raise _bad(name, f"不认识 [{key}]", f"[{key}] is not known")
    columns: dict[str, str] = {}
    for ours, theirs in _items(tree, "columns", name):
        if not isinstance(theirs, str) or not theirs.strip():
            raise _bad(name, f"[columns] {ours} 应当等于一个列名", f"[columns] {ours} has to be the name of a column")
        if theirs.strip() in columns:
            raise _bad(name, f"“{theirs}”对应了两次", f"“{theirs}” stands for two things")
        columns[theirs.strip()] = ours
    values: dict[str, dict[str, str]] = {}
    for column, _ in _items(tree, "values", name):
        codes = values.setdefault(column, {})
        for ours, theirs in _items(tree["values"], column, name):
            for code in theirs if isinstance(theirs, list) else [theirs]:
                if isinstance(code, bool) or not isinstance(code, str | int):
                    raise _bad(
                        name, f"[values.{column}] {ours} 应当等于代码，或代码的列表",
                        f"[values.{column}] {ours} has to be a code or a list of codes",
                    )  # fmt: skip
                if str(code).strip() in codes:
                    raise _bad(name, f"代码“{code}”对应了两次", f"the code “{code}” stands for two values")
                codes[str(code).strip()] = ours
    return Renaming(columns, values)


def _items(tree: Mapping[str, Any], key: str, name: str) -> Iterator[tuple[str, Any]]:
    table = tree.get(key, {})
    if not isinstance(table, dict):
        raise _bad(name, f"{key} 应当是一张表", f"{key} has to be a table")
    yield from ((ours.strip(), theirs) for ours, theirs in table.items())


def _bad(name: str, zh: str, en: str) -> Problems:
    return Problems([BadMapping(where=name, detail_zh=zh, detail_en=en)])
