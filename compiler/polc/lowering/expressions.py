"""From syntax expressions to plan expressions: names resolved, units checked, values of the day chosen.

Theory: every expression has one unit. Money adds to money, percentage points add to a rate and to points, a rate never
adds to a rate (that is the fork between points and factor), durations move dates. What does not fit is reported with
what was found and what was wanted; the elaboration goes on so that one run reports every mismatch.
"""

from __future__ import annotations

from fractions import Fraction

from pol_lang import syntax as s
from pol_lang.source import Span
from polc import plan as p
from polc.lowering.bands import Bands
from polc.lowering.folding import constant, parts_of, simple
from polc.lowering.meant import IDENTITY_WORDS, meant_operand
from polc.lowering.name_problems import IdentityAsValue, NotYetPaid
from polc.lowering.scope import ERROR, LEFT_NAMES, Typed
from polc.lowering.table_problems import TableShape
from polc.lowering.unit_problems import CannotCombine, WrongArguments, or_none, points_or_factor, unit_words
from polc.resolved import PART_NAMES, PARTS

FUNCTIONS: dict[str, str] = {
    "min": "min", "较小者": "min", "max": "max", "较大者": "max", "overflow": "overflow", "溢出费用": "overflow",
    "month_of": "month", "月份": "month", "day_of": "day", "日序": "day", "year_of": "year", "年份": "year",
    "next_month": "next_month", "次月首日": "next_month", "year_end": "year_end", "年末": "year_end",
    "next_year": "next_year", "次年首日": "next_year", "days_between": "days_between", "相隔天数": "days_between",
}  # fmt: skip
DURATIONS = ("days", "workdays", "months", "years")


class Elaborator(Bands):
    """Elaborates expressions of one program for one day."""

    def expr(self, e: s.Expr) -> Typed:
        """The plan expression and its unit (`error` where a problem was reported)."""
        if isinstance(e, s.Literal):
            known = simple(e.value) if isinstance(e.value, Fraction) else e.value
            return p.Const(known, e.unit), e.unit  # type: ignore[arg-type]
        if isinstance(e, s.Name):
            return self._name(e)
        if isinstance(e, s.Binary):
            return self._binary(e)
        if isinstance(e, s.Unary):
            if e.op == "not":
                return p.Not(self.condition(e.operand)), "bool"
            inner, unit = self.expr(e.operand)
            return p.Add(((-1, inner),), unit), unit  # type: ignore[arg-type]
        if isinstance(e, s.Cases):
            return self._cases(e)
        if isinstance(e, s.In):
            return self._in(e)
        if isinstance(e, s.Column):
            return self._column(e)
        if isinstance(e, s.Call):
            return self._call(e)
        if isinstance(e, s.Remaining):
            return self._remaining(e)
        if isinstance(e, s.Rounded):
            value, unit = self.expr(e.value)
            to = constant(self.want(e.unit, unit)) if unit != "error" else None
            if not isinstance(to, (int, Fraction)) or to <= 0:
                return value, unit
            return p.Rounded(value, Fraction(to), e.mode, unit), unit  # type: ignore[arg-type]
        if isinstance(e, s.ItemsSum):
            outer, self._items = self._items, True
            summed = p.ItemsSum(self.want(e.value, "money"), self.condition(e.where) if e.where else None)
            self._items = outer
            return summed, "money"
        return self._stacked(e)

    def _name(self, e: s.Name) -> Typed:
        name = e.name
        if name in PARTS:
            part = PARTS[name]
            return p.Part(part, PART_NAMES[part]), "money"  # type: ignore[arg-type]
        if name in LEFT_NAMES:
            return p.Left(), "money"
        symbol = self.program.symbols.get(name)
        if symbol is None:
            return self.unknown(name, e.span)
        kind = symbol.kind
        if kind == "fact":
            return self.fact(symbol)
        if kind in ("identity", "group"):
            return p.Holds(self.identities(symbol), name), "bool"
        if kind in ("parameter", "define"):
            return self.named(symbol, e.span)
        if kind == "layer":
            if not self.after_settlement and not any(x.kind == "layer" and x.name == name for x in self.earlier):
                self.problems.append(NotYetPaid(span=e.span, name=name))
                return ERROR
            return p.Paid(name), "money"
        if kind in ("copay", "exclude", "control", "package"):
            before = any(x.kind in ("copay", "cut") and x.name == name for x in self.earlier)
            if not self.after_settlement and not before:
                self.problems.append(NotYetPaid(span=e.span, name=name))
                return ERROR
            return (p.InPackage(name), "bool") if kind == "package" else (p.Cut(name), "money")
        if kind == "bearer":
            field = self.bearer_field(symbol)
            return p.Borne(field, symbol.name), "money"
        if kind == "tally":
            return p.Tallied(name), "money"
        return self.wrong_kind(e.span, symbol, "一个值", "a value")

    def _identity_by_name(self, value: s.Expr, words: tuple[s.Word, ...], span: Span) -> bool:
        """Reports an identity written as the value of a fact (人员类别 属于 救助对象); whether it was."""
        if not isinstance(value, s.Name) or value.name not in IDENTITY_WORDS or value.name in self.program.symbols:
            return False
        kinds = {symbol.kind for word in words if (symbol := self.program.symbols.get(word.text)) is not None}
        if not kinds or not kinds <= {"identity", "group"}:
            return False
        names = [word.text for word in words]
        self.problems.append(
            IdentityAsValue(span=span, name=value.name, zh_form=" 或 ".join(names), en_form=" or ".join(names))
        )
        return True

    def _in(self, e: s.In) -> Typed:
        if self._identity_by_name(e.value, e.names, e.span):
            return ERROR
        value, _unit = self.expr(e.value)
        fact = self.fact_of(e.value)
        values: set[str] = set()
        labels: list[str] = []
        for word in e.names:
            symbol = self.program.symbols.get(word.text)
            labels.append(word.text)
            if symbol is not None and symbol.kind == "list":
                values |= self.values_of(symbol, fact)
            elif fact is not None and fact.type in ("one", "several", "text"):
                if symbol is None and fact.type == "text" and len(e.names) == 1:
                    self.unknown(word.text, word.span)
                    return ERROR
                labels[-1] = self.choice(fact, word.text, word.span, _called(e.value))
                values.add(labels[-1])
            else:
                self.unknown(word.text, word.span) if symbol is None else self.wrong_kind(
                    word.span, symbol, "清单", "a list"
                )
                return ERROR
        return p.Within(value, frozenset(values), "、".join(labels), e.negated), "bool"

    def _call(self, e: s.Call) -> Typed:
        symbol = self.program.symbols.get(e.function)
        if symbol is not None and symbol.kind == "bands":
            if len(e.arguments) != 1:
                self.problems.append(WrongArguments(span=e.span, name=e.function, want="1"))
                return ERROR
            value, unit = self.expr(e.arguments[0])
            statement, bands, options = self.band_table(symbol)
            table, value_unit = self.bands(
                e.function, bands, (options.mode if options else None) or "progressive", unit, statement
            )
            result = "money" if table.mode == "lump" or value_unit == "money" else unit
            return p.Apply(table, value, result), result  # type: ignore[arg-type]
        function = FUNCTIONS.get(e.function)
        if function is None:
            if symbol is not None:
                return self.wrong_kind(e.span, symbol, "分段表或函数", "a band table or function")
            return self.unknown(e.function, e.span, FUNCTIONS)
        if function in ("min", "max"):
            typed = [self.expr(a) for a in e.arguments]
            unit = next((found for _, found in typed if found != "error"), "error")
            for argument, (_, other) in zip(e.arguments, typed, strict=True):
                if other not in (unit, "error"):
                    self.unit_problem(argument, other, unit)
            kind = p.Smallest if function == "min" else p.Largest
            return kind(tuple(t[0] for t in typed), unit), unit  # type: ignore[arg-type]
        if len(e.arguments) != (2 if function == "days_between" else 1):
            self.problems.append(
                WrongArguments(span=e.span, name=e.function, want="2" if function == "days_between" else "1")
            )
            return ERROR
        if function == "overflow":
            argument = e.arguments[0]
            if isinstance(argument, s.Name) and any(
                x.kind == "layer" and x.name == argument.name for x in self.earlier
            ):
                return p.Overflow(argument.name), "money"
            return self.unknown(argument.span.text, argument.span, [x.name for x in self.earlier])
        if function == "days_between":
            start, end = (self.want(a, "date") for a in e.arguments)
            return p.DaysBetween(start, end), "days"
        date = self.want(e.arguments[0], "date")
        unit = "number" if function in ("month", "day", "year") else "date"
        return p.DatePart(function, date), unit  # type: ignore[arg-type]

    def _stacked(self, e: s.Stacked) -> Typed:
        fact_symbol = self.program.symbols.get(e.fact)
        table = self.program.symbols.get(e.table)
        if fact_symbol is None or table is None:
            return self.unknown(e.fact if fact_symbol is None else e.table, e.span)
        fact = fact_symbol.statement
        parameter = table.statement
        if not isinstance(fact, s.Fact) or fact.type != "several":
            return self.wrong_kind(e.span, fact_symbol, "可多选的事实", "a fact with several choices")
        if not isinstance(parameter, s.Parameter) or not parameter.keys:
            return self.wrong_kind(e.span, table, "按它区分的参数", "a parameter by that fact")
        source = self.program.settings.get(e.table, parameter)
        arms: list[tuple[str, p.Expr]] = []
        unit = ""
        for row in source.rows:
            if (
                len(row.cells) != 2
                or not isinstance(row.cells[0], s.Name)
                or isinstance(row.cells[1], (s.Range, s.Otherwise))
            ):
                self.problems.append(TableShape(span=row.span, found=len(row.cells), want=2))
                continue
            chosen = self.choice(fact, row.cells[0].name, row.cells[0].span, e.fact)
            value, unit = self.expr(row.cells[1])
            arms.append((chosen, value))
        typed = self.fact(fact_symbol)[0]
        assert isinstance(typed, p.Fact)
        return p.Stacked(typed, tuple(arms), e.shares, unit, e.table), unit  # type: ignore[arg-type]

    def _remaining(self, e: s.Remaining) -> Typed:
        value, unit = self._name(s.Name(e.part, span=e.span))
        if unit == "error":
            return ERROR
        parts = parts_of(value)
        if not parts:
            symbol = self.program.symbols.get(e.part)
            if symbol:
                return self.wrong_kind(e.span, symbol, "费用部分", "a cost part")
            return ERROR
        terms: list[tuple[int, p.Expr]] = [(1, value)]
        for step in self.earlier:
            if step.kind == "layer" and (step.parts & parts or "total" in (step.parts | parts)):
                terms.append((-1, p.Paid(step.name)))
            elif step.kind == "cut" and "total" in parts:
                terms.append((-1, p.Cut(step.name)))
        return p.Add(tuple(terms), "money"), "money"  # type: ignore[arg-type]

    def _cases(self, e: s.Cases) -> Typed:
        typed = [self.expr(case.value) for case in e.cases]
        last = [self.expr(e.otherwise)] if e.otherwise is not None else []
        units = [found for _, found in typed if found != "error"]
        # A figure without a unit is the slip, wherever it stands.
        unit = next((found for found in units if found not in ("number", "none")), units[0] if units else "error")
        capped = or_none([found for _, found in (*typed, *last)])
        arms = []
        for case, (value, found) in zip(e.cases, typed, strict=True):
            if found != unit and not capped:
                self.unit_problem(case.value, found, unit)
            arms.append(p.Arm(self.condition(case.condition), value))
        otherwise = None
        if e.otherwise is not None:
            otherwise = last[0][0] if unit == "error" or capped else self.want(e.otherwise, unit)
        unit = capped or unit
        return p.Cases(tuple(arms), otherwise, unit, ""), unit  # type: ignore[arg-type]

    def _combine_problem(self, e: s.Binary, left: str, right: str) -> Typed:
        if "error" not in (left, right):
            left_zh, left_en = unit_words(left)
            right_zh, right_en = unit_words(right)
            near, advice_zh, advice_en = meant_operand(e, left, right)
            self.problems.append(
                CannotCombine(
                    span=e.span, left_zh=left_zh, left_en=left_en, right_zh=right_zh, right_en=right_en,
                    op=e.span.source.text[e.left.span.end : e.right.span.start].strip(" ()\n"), near=near,
                    advice_zh=advice_zh, advice_en=advice_en,
                )
            )  # fmt: skip
        return ERROR

    def _binary(self, e: s.Binary) -> Typed:
        op = e.op
        if op in ("and", "or"):
            parts = [*self._flat(e.left, op), *self._flat(e.right, op)]
            return (p.All if op == "and" else p.Any)(tuple(parts)), "bool"
        if op in ("<", "<=", ">", ">=", "=", "!="):
            return self._compare(e)
        left, lu = self.expr(e.left)
        right, ru = self.expr(e.right)
        if op in ("at_least", "at_most"):
            if lu != ru:
                return self._combine_problem(e, lu, ru)
            kind = p.Largest if op == "at_least" else p.Smallest
            return kind((left, right), lu), lu  # type: ignore[arg-type]
        if op in ("+", "-"):
            return self._add(e, left, lu, right, ru)
        if op == "×":
            unit = _product(lu, ru)
            if not unit:
                return self._combine_problem(e, lu, ru)
            return p.Multiply((left, right), unit), unit  # type: ignore[arg-type]
        unit = _quotient(lu, ru)
        if not unit:
            return self._combine_problem(e, lu, ru)
        return p.Divide(left, right, unit), unit  # type: ignore[arg-type]

    def _flat(self, e: s.Expr, op: str) -> list[p.Expr]:
        if isinstance(e, s.Binary) and e.op == op:
            return [*self._flat(e.left, op), *self._flat(e.right, op)]
        return [self.condition(e)]

    def _add(self, e: s.Binary, left: p.Expr, lu: str, right: p.Expr, ru: str) -> Typed:
        sign = 1 if e.op == "+" else -1
        if lu == "date" and ru in DURATIONS:
            by = right if sign > 0 else p.Add(((-1, right),), ru)  # type: ignore[arg-type]
            return p.DateShift(left, by, ru), "date"  # type: ignore[arg-type]
        if lu == "date" and ru == "date" and sign < 0:
            return p.DaysBetween(right, left), "days"
        whole = isinstance(e.left, s.Literal) and e.left.unit == "ratio" and e.left.value == 1
        if lu == ru == "ratio" and not (whole and sign < 0):
            self.problems.append(points_or_factor(e.right, sign))
            return ERROR
        allowed = (
            lu == ru and lu in ("money", "number", "days", "points", "months", "years", "workdays", "ratio")
        ) or (lu == "ratio" and ru == "points")
        if not allowed:
            return self._combine_problem(e, lu, ru)
        terms = [*self._terms(left, e.left), (sign, right)]
        return p.Add(tuple(terms), lu), lu  # type: ignore[arg-type]

    @staticmethod
    def _terms(left: p.Expr, syntax: s.Expr) -> list[tuple[int, p.Expr]]:
        if isinstance(left, p.Add) and isinstance(syntax, s.Binary):
            return list(left.terms)
        return [(1, left)]

    def _compare(self, e: s.Binary) -> Typed:
        op = e.op
        right_name = (s.Word(e.right.name, e.right.span),) if isinstance(e.right, s.Name) else ()
        if self._identity_by_name(e.left, right_name, e.span):
            return ERROR
        fact = self.fact_of(e.left)
        if fact is not None and fact.type in ("one", "text") and op in ("=", "!=") and isinstance(e.right, s.Name):
            symbol = self.program.symbols.get(e.right.name)
            if fact.type == "one" or symbol is None:
                chosen = self.choice(fact, e.right.name, e.right.span, _called(e.left))
                left, _ = self.expr(e.left)
                return p.Compare(op, left, p.Const(chosen, "text")), "bool"  # type: ignore[arg-type]
        left, lu = self.expr(e.left)
        right, ru = self.expr(e.right)
        if lu == ru == "bool" and op in ("=", "!="):
            value = constant(right)
            if isinstance(value, bool):
                return (left if value == (op == "=") else p.Not(left)), "bool"
        if {lu, ru} <= {"number", "days"} and lu != ru:
            ru = lu  # a count of days may be held against a plain number
        if {lu, ru} == {"date", "month_day"}:
            return p.Compare(op, left, right), "bool"  # type: ignore[arg-type]
        if lu != ru or (lu in ("bool", "choices") and op not in ("=", "!=")):
            return self._combine_problem(e, lu, ru)
        if lu == "text" and op not in ("=", "!="):
            return self._combine_problem(e, lu, ru)
        return p.Compare(op, left, right), "bool"  # type: ignore[arg-type]


def _called(e: s.Expr) -> str:
    return e.name if isinstance(e, s.Name) else ""


def _product(left: str, right: str) -> str:
    scalars = ("ratio", "number")
    if left in scalars and right in scalars:
        return "number" if left == right == "number" else "ratio"
    for a, b in ((left, right), (right, left)):
        if a in ("money", "days", "points", "months", "years", "workdays") and b == "number":
            return a
        if a == "money" and b in ("ratio", "days", "months", "years"):
            return "money"
        if a in ("days", "points") and b == "ratio":
            return a
    return ""


def _quotient(left: str, right: str) -> str:
    if left == right and left in ("money", "number", "days", "ratio"):
        return "ratio" if left == "money" else "number"
    if right in ("number", "days", "months") and left in ("money", "ratio", "points", "days"):
        return left
    if left == "money" and right == "ratio":
        return "money"
    return ""
