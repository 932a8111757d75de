"""Parameters and definitions: the value of the day, within the bounds a parent sets."""

from __future__ import annotations

import datetime
from fractions import Fraction

from pol_lang import syntax as s
from pol_lang.problem import Note
from pol_lang.source import Span
from polc import plan as p
from polc.evaluate import children
from polc.lowering.amounts import value_text
from polc.lowering.folding import constant, leaves_of_cases
from polc.lowering.name_problems import (
    NoValueThen,
    OutOfBounds,
    OverlappingDates,
    RefersToItself,
    TooLong,
    Unbound,
)
from polc.lowering.scope import ERROR, Typed
from polc.lowering.tables import Tables
from polc.resolved import Symbol

MAX_SIZE = 5_000


class Values(Tables):
    """Elaborates what has a name of the author's."""

    def named(self, symbol: Symbol, span: Span) -> Typed:
        """The value of a parameter or definition on the day, wrapped in its name."""
        name = symbol.name
        statement = symbol.statement
        # A definition may read what earlier steps did: its value is the same as long as no step was added.
        fixed = isinstance(statement, s.Parameter)
        key = name if fixed else f"{name}\n{len(self.earlier)} {self.after_settlement}"
        if key in self._values:
            return self._values[key]
        if name in self._busy:
            self.problems.append(RefersToItself(span=span, name=name))
            return ERROR
        self._busy.add(name)
        origin_line: s.Line = statement
        if isinstance(statement, s.Define):
            value, unit = self.expr(statement.value)
        else:
            assert isinstance(statement, s.Parameter)
            value, unit, origin_line = self._parameter(statement)
        self._busy.discard(name)
        result = ERROR
        if unit != "error":
            size = 1 + self._size_of(value)
            if size > MAX_SIZE:
                self.problems.append(TooLong(span=span, name=name))
            else:
                made = p.Named(name, value, unit, self.origin(origin_line))  # type: ignore[arg-type]
                self._sizes[id(made)] = size
                result = (made, unit)
        self._values[key] = result
        return result

    def _size_of(self, expr: p.Expr) -> int:
        """How many nodes an expression has, each named value counted as often as it is used."""
        if isinstance(expr, p.Named):
            return self._sizes.get(id(expr), 1)
        return 1 + sum(self._size_of(child) for child in children(expr))

    def _parameter(self, parameter: s.Parameter) -> tuple[p.Expr, str, s.Line]:
        name = parameter.name.text
        source: s.Parameter | s.Set = parameter
        if parameter.bounds is not None:
            setting = self.program.settings.get(name)
            unit = parameter.unit or self._bound_unit(parameter.bounds) or "money"
            if setting is None:
                self.report_unbound(parameter, parameter.bounds)
                return p.Const(None, unit), unit, parameter  # type: ignore[arg-type]
            source = setting
            value, found, line = self._source_value(name, source)
            if found not in (unit, "error") and not (unit == "money" and found in ("none", "money_or_none")):
                self.unit_problem(source.name.span, found, unit)
            self._check_bounds(name, parameter, source, value, found)
            return value, found, line
        return self._source_value(name, source)

    def _source_value(self, name: str, source: s.Parameter | s.Set) -> tuple[p.Expr, str, s.Line]:
        if source.value is not None:
            value, unit = self.expr(source.value)
            return value, unit, source
        if source.dated:
            chosen = self._dated(name, source.dated, source.name.span)
            if chosen is None:
                return (*ERROR, source)
            value, unit = self.expr(chosen.value)
            return value, unit, chosen if chosen.cite else source
        value, unit = self.rows(name, source.keys, source.rows, 1, source)[0]
        return value, unit, source

    def _dated(self, name: str, dated: tuple[s.Dated, ...], span: Span) -> s.Dated | None:
        chosen = None
        ordered = sorted(dated, key=lambda d: d.since)
        for i, line in enumerate(ordered):
            following = ordered[i + 1].since if i + 1 < len(ordered) else None
            if line.until is not None and following is not None and line.until >= following:
                note = Note(ordered[i + 1].span, "与这一期重叠", "overlaps with this")
                self.problems.append(OverlappingDates(span=line.span, name=name, notes=(note,)))
            end = line.until
            if end is None and following is not None:
                end = following - datetime.timedelta(days=1)
            self.changes.add(line.since)
            if end is not None and end < datetime.date.max:
                self.changes.add(end + datetime.timedelta(days=1))
            if line.since <= self.as_of and (end is None or self.as_of <= end):
                chosen = line
        if chosen is None:
            self.problems.append(NoValueThen(span=span, name=name, day=self.as_of.isoformat()))
        return chosen

    def _bound_unit(self, bounds: s.Bounds) -> str:
        for bound in (bounds.lower, bounds.upper):
            if isinstance(bound, s.Literal):
                return bound.unit
        return ""

    def report_unbound(self, statement: s.Parameter | s.BandTable, bounds: s.Bounds | None) -> None:
        """Reports (once, and only where a claim is to be settled) that a delegated value is missing."""
        name = statement.name.text
        self.unbound.add(name)
        if not self.settling or any(isinstance(q, Unbound) and q.name == name for q in self.problems):
            return
        clause = "、".join(statement.cite.clauses) if statement.cite else ""
        shown_zh, shown_en = [], []
        if bounds and bounds.lower:
            shown_zh.append(f"不低于 {bounds.lower.span.text}")
            shown_en.append(f"at least {bounds.lower.span.text}")
        if bounds and bounds.upper:
            shown_zh.append(f"不高于 {bounds.upper.span.text}")
            shown_en.append(f"at most {bounds.upper.span.text}")
        keys = "、".join(w.text for w in statement.keys) if isinstance(statement, s.Parameter) else ""
        if isinstance(statement, s.BandTable):
            write_zh, write_en = f"规定 分段 {name} …", f"set bands {name} …"
        elif keys:
            write_zh, write_en = f"规定 {name} 按 {keys}", f"set {name} by {keys}"
        else:
            write_zh, write_en = f"规定 {name} = …", f"set {name} = …"
        self.problems.append(
            Unbound(
                span=statement.span, name=name, write_zh=write_zh, write_en=write_en,
                clause=f" [{clause}]" if clause else "",
                bounds="；须" + "、".join(shown_zh) if shown_zh else "",
                bounds_en="; it must be " + ", ".join(shown_en) if shown_en else "",
            )
        )  # fmt: skip

    def _check_bounds(self, name: str, parameter: s.Parameter, source: s.Set, value: p.Expr, unit: str) -> None:
        assert parameter.bounds
        for leaf in leaves_of_cases(value):
            self.check_bound(name, parameter.bounds, constant(leaf), unit, source.name.span)

    def check_bound(self, name: str, bounds: s.Bounds, value: p.Value, unit: str, span: Span) -> None:
        """Reports a value outside the parent's bounds."""
        if not isinstance(value, (int, Fraction)) or isinstance(value, bool):
            return
        for bound, low in ((bounds.lower, True), (bounds.upper, False)):
            if bound is None:
                continue
            limit = constant(self.expr(bound)[0])
            if not isinstance(limit, (int, Fraction)) or (value >= limit if low else value <= limit):
                continue
            text = bound.span.text
            self.problems.append(
                OutOfBounds(
                    span=span, name=name, value=value_text(value, unit),
                    bound=f"{'不低于' if low else '不高于'} {text}",
                    bound_en=f"{'at least' if low else 'at most'} {text}",
                    notes=(Note(bound.span, "上级的要求", "the parent's bound"),),
                )
            )  # fmt: skip
