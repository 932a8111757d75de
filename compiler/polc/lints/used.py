"""Which names the statements of some files read."""

from __future__ import annotations

from collections.abc import Iterable

from pol_lang import syntax as s
from polc.lints.lint import walk

_DECLARES = (
    s.Bearer, s.Identity, s.Group, s.Fact, s.ListDecl, s.Parameter, s.Table, s.BandTable, s.Define, s.Control,
    s.Package, s.SharedCap, s.Tally, s.Layer, s.Subsidy, s.Enrolment, s.Route, s.Alert, s.Target,
)  # fmt: skip


def declared_words(statement: s.Statement) -> tuple[s.Word, ...]:
    """The words that a statement declares: the name, and for facts and bearers the others it may be written by."""
    if not isinstance(statement, _DECLARES):
        return ()
    words: list[s.Word | None] = [statement.name]
    if isinstance(statement, s.Fact | s.Bearer):
        words += [statement.also, statement.field]
    return tuple(word for word in words if word is not None)


def names_read(statements: Iterable[s.Statement]) -> set[str]:
    """Every name that stands anywhere but where it is declared. Examples read nothing: they only give values."""
    found: set[str] = set()
    for statement in statements:
        if isinstance(statement, s.Example):
            continue
        inner = statement.statement if isinstance(statement, s.Replace) else statement
        declared = declared_words(inner)
        for node in walk(inner):
            if any(node is word for word in declared):
                continue
            if isinstance(node, s.Word):
                found.add(node.text)
            elif isinstance(node, s.Name):
                found.add(node.name)
            elif isinstance(node, s.Column):
                found.add(node.table)
            elif isinstance(node, s.Call):
                found.add(node.function)
            elif isinstance(node, s.Remaining):
                found.add(node.part)
            elif isinstance(node, s.Stacked):
                found.update((node.table, node.fact))
    return found
