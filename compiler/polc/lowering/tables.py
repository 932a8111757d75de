"""Tables: rows by keys become cases."""

from __future__ import annotations

from pol_lang import syntax as s
from polc import plan as p
from polc.lowering.folding import constant
from polc.lowering.scope import ERROR, Scope, Typed
from polc.lowering.table_problems import RowMissing, TableShape
from polc.lowering.unit_problems import or_none


class Tables(Scope):
    """Elaborates the rows of tables and of parameters by keys."""

    def rows(
        self, name: str, keys: tuple[s.Word, ...], rows: tuple[s.Row, ...], columns: int, line: s.Line
    ) -> list[Typed]:
        """One `Cases` (with its unit) per column of a table by `keys`."""
        matchers = [self._key(word) for word in keys]
        arms: list[list[p.Arm]] = [[] for _ in range(columns)]
        otherwise: list[p.Expr | None] = [None] * columns
        rest: p.Origin | None = None
        units = [""] * columns
        covered: dict[int, set[str]] = {i: set() for i in range(len(keys))}
        heads = line.rows[0].cells[len(keys) :] if isinstance(line, s.Table) else ()
        names = (*(key.text for key in keys), *(head.span.text for head in heads))[: len(keys) + columns]
        names = names if len(names) == len(keys) + columns else (*names, "…")
        malformed = False
        for row in rows:
            if len(row.cells) != len(keys) + columns:
                malformed = True
                self.broken.add(name)
                self.problems.append(
                    TableShape(span=row.span, found=len(row.cells), want=len(keys) + columns, columns=names)
                )
                continue
            conditions = []
            for i, cell in enumerate(row.cells[: len(keys)]):
                condition = self._row_condition(matchers[i], keys[i], cell, covered[i])
                if condition is not None:
                    conditions.append(condition)
            own = self.origin(row) if row.cite is not line.cite else None
            rest = rest if conditions else own
            for column, cell in enumerate(row.cells[len(keys) :]):
                if isinstance(cell, (s.Range, s.Otherwise)):
                    self.problems.append(
                        TableShape(span=cell.span, found=len(row.cells), want=len(keys) + columns, columns=names)
                    )
                    continue
                value, unit = self.expr(cell)
                capped = or_none([x for x in (units[column], unit) if x])
                if units[column] not in ("", "error", unit) and unit != "error" and not capped:
                    self.unit_problem(cell, unit, units[column])
                units[column] = capped or (unit if units[column] in ("", "error") else units[column])
                if not conditions:
                    otherwise[column] = value
                else:
                    condition = conditions[0] if len(conditions) == 1 else p.All(tuple(conditions))
                    arms[column].append(p.Arm(condition, value, own))
        if columns and otherwise[0] is None and not malformed:
            for i, (fact, _) in enumerate(matchers):
                if isinstance(fact, s.Fact) and fact.type == "one" and len(keys) == 1:
                    choices = [choice.name for choice in fact.choices]
                    missing = [choice for choice in choices if choice not in covered[i]]
                    if missing:
                        self.broken.add(name)
                    if missing and covered[i] <= set(choices):  # else a row for one of them is misspelt
                        if keys[i].text.isascii():
                            others = {choice.name: choice.also for choice in fact.choices if choice.also}
                            missing = [others.get(choice, choice) for choice in missing]
                        self.problems.append(RowMissing(span=line.span, missing=tuple(missing)))
        return [
            (p.Cases(tuple(arms[c]), otherwise[c], units[c] or "number", name, rest), units[c] or "error")  # type: ignore[arg-type]
            for c in range(columns)
        ]

    def _key(self, word: s.Word) -> tuple[s.Fact | None, Typed]:
        symbol = self.program.symbols.get(word.text)
        if symbol is None:
            return None, self.unknown(word.text, word.span)
        if symbol.kind == "fact":
            statement = symbol.statement
            assert isinstance(statement, s.Fact)
            return statement, self.fact(symbol)
        if symbol.kind in ("group", "identity"):
            return None, (p.Holds(self.identities(symbol), symbol.name), "identity")
        if symbol.kind in ("define", "parameter"):
            return None, self.named(symbol, word.span)
        return None, self.wrong_kind(word.span, symbol, "事实或群组", "a fact or group")

    def _row_condition(
        self, matcher: tuple[s.Fact | None, Typed], key: s.Word, cell: s.Cell, covered: set[str]
    ) -> p.Expr | None:
        fact, (value, unit) = matcher
        if isinstance(cell, s.Otherwise):
            return None
        if isinstance(cell, s.Range):
            return self._in_range(value, unit, cell)
        if unit == "identity":
            if not isinstance(cell, s.Name):
                self.unit_problem(cell.span, "number", "bool")
                return None
            symbol = self.program.symbols.get(cell.name)
            if symbol is None:
                self.unknown(cell.name, cell.span, kind="identity")
                return None
            if symbol.kind not in ("identity", "group"):
                self.wrong_kind(cell.span, symbol, "身份或群组", "an identity or group")
                return None
            return p.Holds(self.identities(symbol), cell.name)
        if fact is not None and fact.type in ("one", "text") and isinstance(cell, (s.Name, s.Literal)):
            text = cell.name if isinstance(cell, s.Name) else str(cell.value)
            symbol = self.program.symbols.get(text)
            if fact.type == "text" and symbol is not None and symbol.kind == "list":
                return p.Within(value, self.list_members(symbol), text, False)
            text = self.choice(fact, text, cell.span, key.text)
            covered.add(text)
            return p.Compare("=", value, p.Const(text, "text"))
        if fact is not None and fact.type == "several" and isinstance(cell, s.Name):
            text = self.choice(fact, cell.name, cell.span, key.text)
            covered.add(text)
            return p.Within(value, frozenset([text]), text, False)
        other, other_unit = self.expr(cell)
        if unit == "bool" and other_unit == "bool":
            return value if constant(other) is True else p.Not(value)
        if other_unit not in (*_held_against(unit), "error"):
            self.unit_problem(cell, other_unit, unit)
        return p.Compare("=", value, other)

    def _in_range(self, value: p.Expr, unit: str, cell: s.Range) -> p.Expr:
        conditions: list[p.Expr] = []
        units = _held_against(unit)
        if cell.lower is not None:
            conditions.append(p.Compare(">=" if cell.lower_inclusive else ">", value, self.want(cell.lower, *units)))
        if cell.upper is not None:
            conditions.append(p.Compare("<=" if cell.upper_inclusive else "<", value, self.want(cell.upper, *units)))
        return conditions[0] if len(conditions) == 1 else p.All(tuple(conditions))

    def value_columns(self, table: s.Table) -> list[str]:
        """The names of a table's columns of values, from its first row, which may name the keys before them."""
        header = [c.name for c in table.rows[0].cells if isinstance(c, s.Name)]
        count = len(table.keys)
        keys = [self._meant(key.text) for key in table.keys]
        return header[count:] if [self._meant(name) for name in header[:count]] == keys else header

    def _meant(self, name: str) -> str:
        symbol = self.program.symbols.get(name)
        return symbol.name if symbol is not None else name

    def _column(self, e: s.Column) -> Typed:
        symbol = self.program.symbols.get(e.table)
        if symbol is None:
            return self.unknown(e.table, e.span)
        if not isinstance(symbol.statement, s.Table):
            return self.wrong_kind(e.span, symbol, "表", "a table")
        table = symbol.statement
        columns = self.value_columns(table)
        if e.column not in columns:
            return self.unknown(e.column, e.span, columns)
        key = f"{e.table}.{e.column}"
        if key not in self._values:
            typed = self.rows(e.table, table.keys, table.rows[1:], len(columns), table)
            for name, (value, unit) in zip(columns, typed, strict=True):
                label = f"{e.table}.{name}"
                named = p.Named(label, value, unit, self.origin(table))  # type: ignore[arg-type]
                self._values[label] = (named, unit) if unit != "error" else ERROR
        return self._values[key]


def _held_against(unit: str) -> tuple[str, ...]:
    """The units that a key of this unit is compared with: a date also with a day of its year."""
    return (unit, "month_day") if unit == "date" else (unit,)
