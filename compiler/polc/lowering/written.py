"""The figures that an author wrote for a term: in its line, or in the parameter, table or definition it names."""

from __future__ import annotations

from collections.abc import Iterator

from pol_lang import syntax as s
from polc.resolved import Program


def figures_of(program: Program, expr: object) -> Iterator[s.Literal]:
    """The figures that an expression may stand for as they are written; none of a formula."""
    waiting, seen = [expr], set[str]()
    while waiting:
        e = waiting.pop()
        if isinstance(e, s.Literal):
            yield e
        elif isinstance(e, s.Cases):
            waiting += [*(case.value for case in e.cases), e.otherwise]
        elif isinstance(e, s.Name) and e.name not in seen:
            seen.add(e.name)
            symbol = program.symbols.get(e.name)
            statement = symbol.statement if symbol else None
            if isinstance(statement, s.Define):
                waiting.append(statement.value)
            elif isinstance(statement, s.Parameter):
                source = program.settings.get(e.name, statement)
                waiting += [source.value, *(dated.value for dated in source.dated), *(r.cells[-1] for r in source.rows)]
        elif isinstance(e, s.Column):
            waiting += _column(program, e)


def _column(program: Program, e: s.Column) -> list[s.Cell]:
    symbol = program.symbols.get(e.table)
    table = symbol.statement if symbol else None
    if not isinstance(table, s.Table) or not table.rows:
        return []
    heads = [cell.name if isinstance(cell, s.Name) else "" for cell in table.rows[0].cells]
    if len(heads) < len(table.keys) + 1 or e.column not in heads:
        return []
    at = heads.index(e.column)
    at += len(table.keys) if heads[: len(table.keys)] != [key.text for key in table.keys] else 0
    return [row.cells[at] for row in table.rows[1:] if at < len(row.cells)]
