"""From syntax expressions to plan expressions: names resolved, units checked, values of the day chosen.

Theory: every expression has one unit. Money adds to money, percentage points add to a rate and to points, a rate never
adds to a rate (that is the fork between points and factor), durations move dates. What does not fit is reported with
what was found and what was wanted; the elaboration goes on so that one run reports every mismatch.
"""

from __future__ import annotations

import datetime
from fractions import Fraction
from typing import ClassVar, Iterable

from attrs import frozen

from pol_lang import syntax as s
from pol_lang.problem import Note, Problem, near_names
from pol_lang.source import Span
from polc import plan as p
from polc.load import display_name
from polc.resolve import WORDS
from polc.resolved import PART_NAMES, PARTS, Program, Symbol

UNIT_WORDS: dict[str, tuple[str, str]] = {
    "money": ("金额", "an amount of money"), "ratio": ("比例", "a rate"), "points": ("百分点", "percentage points"),
    "number": ("数", "a number"), "days": ("天数", "days"), "workdays": ("工作日", "working days"),
    "months": ("月数", "months"), "years": ("年数", "years"), "date": ("日期", "a date"), "month_day": ("月日", "a day of the year"),
    "text": ("文本", "a text"), "bool": ("条件", "a condition"), "choices": ("多选值", "several choices"), "none": ("无", "nothing"),
}  # fmt: skip

FUNCTIONS: dict[str, str] = {
    "min": "min", "较小者": "min", "max": "max", "较大者": "max", "overflow": "overflow", "溢出费用": "overflow",
    "month_of": "month", "月份": "month", "day_of": "day", "日序": "day", "year_of": "year", "年份": "year",
    "next_month": "next_month", "次月首日": "next_month", "year_end": "year_end", "年末": "year_end",
    "next_year": "next_year", "次年首日": "next_year", "days_between": "days_between", "相隔天数": "days_between",
}  # fmt: skip
LEFT_NAMES = ("个人负担", "left_to_person")
DURATIONS = ("days", "workdays", "months", "years")


@frozen(kw_only=True)
class UnknownName(Problem):
    """A name is used that nothing declares: a slip of the pen, or its declaration is missing.
    ---
    用了没有声明过的名称：可能是笔误，也可能忘了声明。
    """

    name: str = ""
    code = "N210"
    zh: ClassVar[str] = "没有叫“{name}”的内容"
    en: ClassVar[str] = "nothing is named “{name}”"


@frozen(kw_only=True)
class WrongKind(Problem):
    """A name stands where another kind of thing is wanted (a list where an amount is, a layer where an identity is).
    ---
    名称的种类不对，例如要金额的地方写了清单。
    """

    name: str = ""
    is_zh: str = ""
    is_en: str = ""
    want_zh: str = ""
    want_en: str = ""
    code = "N211"
    zh: ClassVar[str] = "“{name}”是{is_zh}，这里要{want_zh}"
    en: ClassVar[str] = "“{name}” is a {is_en}; {want_en} is wanted here"


@frozen(kw_only=True)
class NotYetPaid(Problem):
    """A step reads what a layer paid that stands after it: at that point nothing has been paid yet.
    ---
    用到了后面才支付的保障层：此时它还没有支付。
    """

    name: str = ""
    code = "N212"
    zh: ClassVar[str] = "“{name}”排在后面，此处还没有支付"
    en: ClassVar[str] = "“{name}” stands later and has not paid yet"
    hint_zh: ClassVar[str] = "书写次序就是执行次序；调整次序或去掉这一项"
    hint_en: ClassVar[str] = "written order is execution order; move it or leave it out"


@frozen(kw_only=True)
class RefersToItself(Problem):
    """A definition or parameter needs its own value.
    ---
    定义绕回了自己。
    """

    name: str = ""
    code = "N213"
    zh: ClassVar[str] = "“{name}”的值要用到它自己"
    en: ClassVar[str] = "the value of “{name}” needs itself"


@frozen(kw_only=True)
class Unbound(Problem):
    """A parameter that the document leaves to the locality has no value, so nothing can be settled. A local file that
    implements the policy sets it.
    ---
    由地方规定的参数还没有值，无法结算。写一个“落实”本政策的地方文件来规定它。
    """

    name: str = ""
    clause: str = ""
    bounds: str = ""
    bounds_en: str = ""
    write_zh: str = ""
    write_en: str = ""
    code = "N214"
    zh: ClassVar[str] = "参数“{name}”由地方规定，还没有值{clause}{bounds}"
    en: ClassVar[str] = "parameter “{name}” is set locally and has no value yet{clause}{bounds_en}"
    hint_zh: ClassVar[str] = "在“落实”本政策的地方文件里写：{write_zh}"
    hint_en: ClassVar[str] = "in a local file that implements this policy write: {write_en}"


@frozen(kw_only=True)
class NoValueThen(Problem):
    """A dated parameter has no value on the day asked for: the day lies before its first or after its last value. The
    last known value is never taken on.
    ---
    这一天没有值：早于最初的或晚于最后的期限。不会沿用最后一个值。
    """

    name: str = ""
    day: str = ""
    code = "N215"
    zh: ClassVar[str] = "“{name}”在 {day} 没有值"
    en: ClassVar[str] = "“{name}” has no value on {day}"
    hint_zh: ClassVar[str] = "补上这一天适用的数值（自 … 至 …）"
    hint_en: ClassVar[str] = "add the value that holds on that day (since … until …)"


@frozen(kw_only=True)
class OutOfBounds(Problem):
    """A locality set a value outside the limits that the parent document sets.
    ---
    地方规定的值超出了上级规定的范围。
    """

    name: str = ""
    value: str = ""
    bound: str = ""
    bound_en: str = ""
    code = "N216"
    zh: ClassVar[str] = "“{name}”规定为 {value}，上级要求{bound}"
    en: ClassVar[str] = "“{name}” is set to {value}; the parent requires {bound_en}"


@frozen(kw_only=True)
class OverlappingDates(Problem):
    """Two dated values hold on the same day.
    ---
    两个值的期限重叠。
    """

    name: str = ""
    code = "N217"
    zh: ClassVar[str] = "“{name}”的两个期限重叠"
    en: ClassVar[str] = "two periods of “{name}” overlap"


@frozen(kw_only=True)
class WrongUnit(Problem):
    """A value has another unit than the place needs: 元, %, 个百分点, dates and counts do not mix.
    ---
    单位不对：元、%、个百分点、日期和次数不能混用。
    """

    found_zh: str = ""
    found_en: str = ""
    want_zh: str = ""
    want_en: str = ""
    code = "U301"
    zh: ClassVar[str] = "这里要{want_zh}，写的是{found_zh}"
    en: ClassVar[str] = "{want_en} is wanted here; this is {found_en}"


@frozen(kw_only=True)
class CannotCombine(Problem):
    """Two values of units that do not go together are added, multiplied, divided or compared.
    ---
    两个单位不同的值不能这样运算或比较。
    """

    left_zh: str = ""
    left_en: str = ""
    right_zh: str = ""
    right_en: str = ""
    op: str = ""
    code = "U302"
    zh: ClassVar[str] = "{left_zh}和{right_zh}之间不能用“{op}”"
    en: ClassVar[str] = "{left_en} and {right_en} do not go together with “{op}”"


@frozen(kw_only=True)
class PointsOrFactor(Problem):
    """“Raise by 10 %” can mean ten percentage points (60 % becomes 70 %) or a factor (60 % becomes 66 %). Documents
    rarely say which; the file has to.
    ---
    “提高 10%”可以指提高 10 个百分点（60% 变为 70%），也可以指乘以 110%（60% 变为 66%）。文件常不说明，政策里必须写明。
    """

    percent: str = ""
    factor: str = ""
    points_pays: str = ""
    factor_pays: str = ""
    code = "U303"
    zh: ClassVar[str] = "“{percent}”是百分点还是倍数？"
    en: ClassVar[str] = "is “{percent}” meant in percentage points or as a factor?"
    hint_zh: ClassVar[str] = (
        "写 {percent} 的百分点：{points_pays}\n写倍数 × {factor}：{factor_pays}\n（以支付比例 60%、费用 10000 元为例）"
    )
    hint_en: ClassVar[str] = (
        "as points: {points_pays}\nas a factor × {factor}: {factor_pays}\n(for a rate of 60% and a cost of 10000 yuan)"
    )


@frozen(kw_only=True)
class WrongArguments(Problem):
    """A function is given the wrong number of values, or does not exist.
    ---
    函数的参数个数不对。
    """

    name: str = ""
    want: str = ""
    code = "U304"
    zh: ClassVar[str] = "“{name}”要 {want} 个值"
    en: ClassVar[str] = "“{name}” takes {want} value(s)"


@frozen(kw_only=True)
class UnknownChoice(Problem):
    """A value is compared with a fact that can never have it.
    ---
    这个事实没有这个取值。
    """

    value: str = ""
    fact: str = ""
    code = "N218"
    zh: ClassVar[str] = "“{fact}”没有“{value}”这个取值"
    en: ClassVar[str] = "“{fact}” never has the value “{value}”"


@frozen(kw_only=True)
class TableShape(Problem):
    """A row of a table has too few or too many cells for its keys and columns, or a column is unknown.
    ---
    表的这一行与表头的栏数不符，或没有这一栏。
    """

    found: int = 0
    want: int = 0
    code = "S401"
    zh: ClassVar[str] = "这一行有 {found} 格，应有 {want} 格"
    en: ClassVar[str] = "this row has {found} cells; it should have {want}"


@frozen(kw_only=True)
class RowMissing(Problem):
    """A table by a fact has no row for one of the fact's values and no row for the rest: a claim with that value would
    silently get nothing.
    ---
    按事实取值的表缺少某个取值的行，又没有“其他”行：遇到时会没有结果。
    """

    missing: str = ""
    code = "S402"
    zh: ClassVar[str] = "表里没有“{missing}”的行"
    en: ClassVar[str] = "the table has no row for “{missing}”"
    hint_zh: ClassVar[str] = "补上这些行，或加一行“其他”"
    hint_en: ClassVar[str] = "add the rows, or a row `otherwise`"


Typed = tuple[p.Expr, str]
_ERROR: Typed = (p.Const(0, "number"), "error")


@frozen(eq=False, repr=False)
class EarlierStep:
    """A settlement step that stands before the one being lowered: kind layer or cut, its name and cost parts."""

    kind: str
    name: str
    parts: frozenset[str]


def unit_words(unit: str) -> tuple[str, str]:
    """The unit's name in Chinese and English."""
    return UNIT_WORDS.get(unit, (unit, unit))


def constant(expr: p.Expr) -> p.Value:
    """The value of an expression that reads nothing, None where it reads a fact or has no value."""
    if isinstance(expr, p.Const):
        return expr.value
    if isinstance(expr, (p.Named, p.BestOf)):
        return constant(expr.value)
    if isinstance(expr, p.Add):
        values = [constant(term) for _, term in expr.terms]
        if all(isinstance(v, (int, Fraction)) for v in values):
            return sum((sign * v for (sign, _), v in zip(expr.terms, values, strict=True)), Fraction(0))  # type: ignore[operator,misc]
    elif isinstance(expr, p.Multiply):
        product = Fraction(1)
        for factor in expr.factors:
            value = constant(factor)
            if not isinstance(value, (int, Fraction)) or isinstance(value, bool):
                return None
            product *= value
        return product
    elif isinstance(expr, p.Divide):
        a, b = constant(expr.dividend), constant(expr.divisor)
        if isinstance(a, (int, Fraction)) and isinstance(b, (int, Fraction)) and b:
            return Fraction(a) / b
    elif isinstance(expr, (p.Smallest, p.Largest)):
        found = [constant(a) for a in expr.arguments]
        if found and all(isinstance(v, (int, Fraction)) for v in found):
            return (min if isinstance(expr, p.Smallest) else max)(found)  # type: ignore[type-var,return-value]
    elif isinstance(expr, p.Rounded):
        value = constant(expr.value)
        if isinstance(value, (int, Fraction)):
            return round_to(Fraction(value), expr.to, expr.mode)
    return None


def round_to(value: Fraction, to: Fraction, mode: p.Mode) -> Fraction:
    """The value rounded to a multiple of `to`."""
    quotient = value / to
    floor = quotient.numerator // quotient.denominator
    rest = quotient - floor
    if mode == "half_up":
        up = rest >= Fraction(1, 2)
    elif mode == "half_even":
        up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and floor % 2 == 1)
    else:
        up = mode == "up" and rest > 0
    return (floor + up) * to


def simple(value: Fraction | int) -> int | Fraction:
    """A whole number as int, any other as Fraction."""
    return int(value) if Fraction(value).denominator == 1 else Fraction(value)


def money_text(fen: Fraction | int) -> str:
    """An amount as an author writes it: 5000元, 29743.68元."""
    yuan = Fraction(fen) / 100
    if yuan.denominator == 1:
        return f"{yuan.numerator}元"
    digits = f"{yuan.numerator * 10**6 // yuan.denominator:07d}" if 10**6 % yuan.denominator == 0 else ""
    return f"{digits[:-6]}.{digits[-6:].rstrip('0')}元" if digits else f"{yuan}元"


def value_text(value: p.Value, unit: str) -> str:
    """A value as an author writes it."""
    if isinstance(value, bool):
        return "真" if value else "假"
    if isinstance(value, (int, Fraction)):
        if unit == "money":
            return money_text(value)
        if unit in ("ratio", "points"):
            percent = Fraction(value) * 100
            text = str(percent.numerator) if percent.denominator == 1 else f"{float(percent):g}"
            return text + ("%" if unit == "ratio" else "个百分点")
        return str(value)
    return str(value)


class Elaborator:
    """Elaborates expressions of one program for one day.

    `earlier` holds the steps before the present one; `problems` collects; `changes` the days on which a dated value
    changes; `items` is true inside an item sum.
    """

    def __init__(self, program: Program, as_of: datetime.date, settling: bool) -> None:
        self.program = program
        self.as_of = as_of
        self.settling = settling
        self.problems: list[Problem] = []
        self.earlier: list[EarlierStep] = []
        self.changes: set[datetime.date] = set()
        self.after_settlement = False
        self._items = False
        self._busy: set[str] = set()
        self._values: dict[str, Typed] = {}
        self._bands: dict[str, tuple[s.BandTable, tuple[s.Band, ...], s.BandOptions | None]] = {}
        self.unbound: set[str] = set()

    # ------------------------------------------------------------ places

    def origin(self, line: s.Line | s.Node) -> p.Origin:
        """The origin of a line: its clauses, document and place."""
        cite = getattr(line, "cite", None)
        source = line.span.source
        document = self.program.documents.get(source.name, source.name)
        return p.Origin(cite.clauses if cite else (), document, f"{display_name(source)}:{line.span.line}")

    # ------------------------------------------------------------ expectations

    def want(self, expr: s.Expr, *units: str) -> p.Expr:
        """The expression, reported where its unit is none of `units`."""
        found, unit = self.expr(expr)
        if unit not in units and unit != "error":
            found_zh, found_en = unit_words(unit)
            want_zh, want_en = unit_words(units[0])
            self.problems.append(
                WrongUnit(span=expr.span, found_zh=found_zh, found_en=found_en, want_zh=want_zh, want_en=want_en)
            )
        return found

    def condition(self, expr: s.Expr) -> p.Expr:
        """A condition."""
        return self.want(expr, "bool")

    # ------------------------------------------------------------ expressions

    def expr(self, e: s.Expr) -> Typed:
        """The plan expression and its unit (`error` where a problem was reported)."""
        if isinstance(e, s.Literal):
            value = e.value
            if isinstance(value, Fraction):
                value = simple(value)  # type: ignore[assignment]
            return p.Const(value, e.unit), e.unit  # type: ignore[arg-type]
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

    def _unknown(self, name: str, span: Span, extra: Iterable[str] = ()) -> Typed:
        known = [*self.program.symbols, *PARTS, *LEFT_NAMES, *extra]
        self.problems.append(UnknownName(span=span, name=name, near=near_names(name, known)))
        return _ERROR

    def _wrong_kind(self, span: Span, symbol: Symbol, want_zh: str, want_en: str) -> Typed:
        is_zh, is_en = WORDS[symbol.kind]
        self.problems.append(
            WrongKind(span=span, name=symbol.name, is_zh=is_zh, is_en=is_en, want_zh=want_zh, want_en=want_en)
        )
        return _ERROR

    def _name(self, e: s.Name) -> Typed:
        name = e.name
        if name in PARTS:
            part = PARTS[name]
            return p.Part(part, PART_NAMES[part]), "money"  # type: ignore[arg-type]
        if name in LEFT_NAMES:
            return p.Left(), "money"
        symbol = self.program.symbols.get(name)
        if symbol is None:
            return self._unknown(name, e.span)
        kind = symbol.kind
        if kind == "fact":
            return self._fact(symbol)
        if kind in ("identity", "group"):
            return p.Holds(self.identities(symbol), name), "bool"
        if kind in ("parameter", "define"):
            return self.named(symbol, e.span)
        if kind == "layer":
            if not self.after_settlement and not any(x.kind == "layer" and x.name == name for x in self.earlier):
                self.problems.append(NotYetPaid(span=e.span, name=name))
                return _ERROR
            return p.Paid(name), "money"
        if kind in ("control",):
            return p.Cut(name), "money"
        if kind == "package":
            return p.InPackage(name), "bool"
        if kind == "bearer":
            field = self.bearer_field(symbol)
            return p.Borne(field, name), "money"
        if kind == "tally":
            return p.Tallied(name), "money"
        return self._wrong_kind(e.span, symbol, "一个值", "a value")

    def bearer_field(self, symbol: Symbol) -> str:
        """The platform's field of a bearer, its name where it has none."""
        statement = symbol.statement
        assert isinstance(statement, s.Bearer)
        return statement.field.text if statement.field else statement.name.text

    def _fact(self, symbol: Symbol) -> Typed:
        fact = symbol.statement
        assert isinstance(fact, s.Fact)
        unit = {"one": "text", "several": "choices"}.get(fact.type, fact.type)
        return p.Fact(fact.name.text, unit, fact.of), unit  # type: ignore[arg-type]

    def identities(self, symbol: Symbol, _seen: frozenset[str] = frozenset()) -> frozenset[str]:
        """The identities that an identity or group name stands for."""
        statement = symbol.statement
        if isinstance(statement, s.Identity):
            return frozenset([symbol.name])
        if not isinstance(statement, s.Group):
            return frozenset()
        if symbol.name in _seen:
            self.problems.append(RefersToItself(span=statement.name.span, name=symbol.name))
            return frozenset()
        found: set[str] = set()
        for word in statement.members:
            member = self.program.symbols.get(word.text)
            if member is None:
                self._unknown(word.text, word.span)
            elif member.kind not in ("identity", "group"):
                self._wrong_kind(word.span, member, "身份或群组", "an identity or group")
            else:
                found |= self.identities(member, _seen | {symbol.name})
        return frozenset(found)

    # ------------------------------------------------------------ named values

    def named(self, symbol: Symbol, span: Span) -> Typed:
        """The value of a parameter or definition on the day, wrapped in its name."""
        name = symbol.name
        statement = symbol.statement
        cacheable = isinstance(statement, s.Parameter)
        if name in self._values and cacheable:
            return self._values[name]
        if name in self._busy:
            self.problems.append(RefersToItself(span=span, name=name))
            return _ERROR
        self._busy.add(name)
        origin_line: s.Line = statement
        if isinstance(statement, s.Define):
            value, unit = self.expr(statement.value)
        else:
            assert isinstance(statement, s.Parameter)
            value, unit, origin_line = self._parameter(statement)
        self._busy.discard(name)
        if unit == "error":
            result = _ERROR
        else:
            result = (p.Named(name, value, unit, self.origin(origin_line)), unit)  # type: ignore[arg-type]
        self._values[name] = result
        return result

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
            if found not in (unit, "error"):
                self._unit_problem(source.name.span, found, unit)
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
                return (*_ERROR, source)
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
                span=statement.span, name=name, write_zh=write_zh, write_en=write_en, clause=f" [{clause}]" if clause else "",
                bounds="；须" + "、".join(shown_zh) if shown_zh else "",
                bounds_en="; it must be " + ", ".join(shown_en) if shown_en else "",
            )
        )  # fmt: skip

    def _check_bounds(
        self, name: str, parameter: s.Parameter, source: s.Set, value: p.Expr, unit: str
    ) -> None:
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
                    bound=f"{'不低于' if low else '不高于'} {text}", bound_en=f"{'at least' if low else 'at most'} {text}",
                    notes=(Note(bound.span, "上级的要求", "the parent's bound"),),
                )
            )  # fmt: skip

    def _unit_problem(self, span: Span, found: str, want: str) -> None:
        found_zh, found_en = unit_words(found)
        want_zh, want_en = unit_words(want)
        self.problems.append(
            WrongUnit(span=span, found_zh=found_zh, found_en=found_en, want_zh=want_zh, want_en=want_en)
        )

    # ------------------------------------------------------------ tables

    def rows(
        self, name: str, keys: tuple[s.Word, ...], rows: tuple[s.Row, ...], columns: int, line: s.Line
    ) -> list[Typed]:
        """One `Cases` (with its unit) per column of a table by `keys`."""
        matchers = [self._key(word) for word in keys]
        arms: list[list[p.Arm]] = [[] for _ in range(columns)]
        otherwise: list[p.Expr | None] = [None] * columns
        units = [""] * columns
        covered: dict[int, set[str]] = {i: set() for i in range(len(keys))}
        for row in rows:
            if len(row.cells) != len(keys) + columns:
                self.problems.append(TableShape(span=row.span, found=len(row.cells), want=len(keys) + columns))
                continue
            conditions = []
            for i, cell in enumerate(row.cells[: len(keys)]):
                condition = self._row_condition(matchers[i], keys[i], cell, covered[i])
                if condition is not None:
                    conditions.append(condition)
            for column, cell in enumerate(row.cells[len(keys) :]):
                if isinstance(cell, (s.Range, s.Otherwise)):
                    self.problems.append(TableShape(span=cell.span, found=len(row.cells), want=len(keys) + columns))
                    continue
                value, unit = self.expr(cell)
                if units[column] and unit not in (units[column], "error"):
                    self._unit_problem(cell.span, unit, units[column])
                units[column] = units[column] or unit
                if not conditions:
                    otherwise[column] = value
                else:
                    condition = conditions[0] if len(conditions) == 1 else p.All(tuple(conditions))
                    arms[column].append(p.Arm(condition, value))
        if columns and otherwise[0] is None:
            for i, (fact, _) in enumerate(matchers):
                if isinstance(fact, s.Fact) and fact.type == "one" and len(keys) == 1:
                    missing = [c.name for c in fact.choices if c.name not in covered[i]]
                    if missing:
                        self.problems.append(RowMissing(span=line.span, missing="、".join(missing)))
        return [
            (p.Cases(tuple(arms[c]), otherwise[c], units[c] or "number", name), units[c] or "error")  # type: ignore[arg-type]
            for c in range(columns)
        ]

    def _key(self, word: s.Word) -> tuple[s.Fact | None, Typed]:
        symbol = self.program.symbols.get(word.text)
        if symbol is None:
            return None, self._unknown(word.text, word.span)
        if symbol.kind == "fact":
            statement = symbol.statement
            assert isinstance(statement, s.Fact)
            return statement, self._fact(symbol)
        if symbol.kind in ("group", "identity"):
            return None, (p.Holds(self.identities(symbol), symbol.name), "identity")
        if symbol.kind in ("define", "parameter"):
            return None, self.named(symbol, word.span)
        return None, self._wrong_kind(word.span, symbol, "事实或群组", "a fact or group")

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
                self._unit_problem(cell.span, "number", "bool")
                return None
            symbol = self.program.symbols.get(cell.name)
            if symbol is None:
                self._unknown(cell.name, cell.span)
                return None
            if symbol.kind not in ("identity", "group"):
                self._wrong_kind(cell.span, symbol, "身份或群组", "an identity or group")
                return None
            return p.Holds(self.identities(symbol), cell.name)
        if fact is not None and fact.type in ("one", "text") and isinstance(cell, (s.Name, s.Literal)):
            text = cell.name if isinstance(cell, s.Name) else str(cell.value)
            symbol = self.program.symbols.get(text)
            if fact.type == "text" and symbol is not None and symbol.kind == "list":
                return p.Within(value, self.list_members(symbol), text, False)
            self._check_choice(fact, text, cell.span)
            covered.add(text)
            return p.Compare("=", value, p.Const(text, "text"))
        other, other_unit = self.expr(cell)
        if unit == "bool" and other_unit == "bool":
            return value if constant(other) is True else p.Not(value)
        if other_unit not in (unit, "error"):
            self._unit_problem(cell.span, other_unit, unit)
        return p.Compare("=", value, other)

    def _in_range(self, value: p.Expr, unit: str, cell: s.Range) -> p.Expr:
        conditions: list[p.Expr] = []
        if cell.lower is not None:
            conditions.append(p.Compare(">=" if cell.lower_inclusive else ">", value, self.want(cell.lower, unit)))
        if cell.upper is not None:
            conditions.append(p.Compare("<=" if cell.upper_inclusive else "<", value, self.want(cell.upper, unit)))
        return conditions[0] if len(conditions) == 1 else p.All(tuple(conditions))

    def _check_choice(self, fact: s.Fact, text: str, span: Span) -> None:
        names = [c.name for c in fact.choices]
        if fact.type in ("one", "several") and text not in names:
            self.problems.append(
                UnknownChoice(span=span, value=text, fact=fact.name.text, near=near_names(text, names))
            )

    def _column(self, e: s.Column) -> Typed:
        symbol = self.program.symbols.get(e.table)
        if symbol is None:
            return self._unknown(e.table, e.span)
        if not isinstance(symbol.statement, s.Table):
            return self._wrong_kind(e.span, symbol, "表", "a table")
        table = symbol.statement
        header = [c.name for c in table.rows[0].cells if isinstance(c, s.Name)]
        keys = [k.text for k in table.keys]
        columns = header[len(keys) :] if header[: len(keys)] == keys else header
        if e.column not in columns:
            return self._unknown(e.column, e.span, columns)
        key = f"{e.table}.{e.column}"
        if key not in self._values:
            typed = self.rows(e.table, table.keys, table.rows[1:], len(columns), table)
            for name, (value, unit) in zip(columns, typed, strict=True):
                label = f"{e.table}.{name}"
                named = p.Named(label, value, unit, self.origin(table))  # type: ignore[arg-type]
                self._values[label] = (named, unit) if unit != "error" else _ERROR
        return self._values[key]

    # ------------------------------------------------------------ lists, calls

    def list_members(self, symbol: Symbol, _seen: frozenset[str] = frozenset()) -> frozenset[str]:
        """The values of a list; names of other lists in it stand for their members."""
        statement = symbol.statement
        assert isinstance(statement, s.ListDecl)
        found: set[str] = set()
        for word in statement.members:
            inner = self.program.symbols.get(word.text)
            if inner is not None and inner.kind == "list" and inner.name not in _seen:
                found |= self.list_members(inner, _seen | {symbol.name})
            else:
                found.add(word.text)
        return frozenset(found)

    def _in(self, e: s.In) -> Typed:
        value, _unit = self.expr(e.value)
        fact = self._fact_of(e.value)
        values: set[str] = set()
        label = "、".join(w.text for w in e.names)
        for word in e.names:
            symbol = self.program.symbols.get(word.text)
            if symbol is not None and symbol.kind == "list":
                values |= self.list_members(symbol)
            elif fact is not None and fact.type in ("one", "several", "text"):
                if symbol is None and fact.type == "text" and len(e.names) == 1:
                    self._unknown(word.text, word.span)
                    return _ERROR
                self._check_choice(fact, word.text, word.span)
                values.add(word.text)
            else:
                self._unknown(word.text, word.span) if symbol is None else self._wrong_kind(
                    word.span, symbol, "清单", "a list"
                )
                return _ERROR
        return p.Within(value, frozenset(values), label, e.negated), "bool"

    def _fact_of(self, e: s.Expr) -> s.Fact | None:
        if isinstance(e, s.Name):
            symbol = self.program.symbols.get(e.name)
            if symbol is not None and isinstance(symbol.statement, s.Fact):
                return symbol.statement
        return None

    def _call(self, e: s.Call) -> Typed:
        symbol = self.program.symbols.get(e.function)
        if symbol is not None and symbol.kind == "bands":
            if len(e.arguments) != 1:
                self.problems.append(WrongArguments(span=e.span, name=e.function, want="1"))
                return _ERROR
            value, unit = self.expr(e.arguments[0])
            statement, bands, options = self.band_table(symbol)
            table, value_unit = self.bands(e.function, bands, (options.mode if options else None) or "progressive", unit, statement)
            result = "money" if table.mode == "lump" or value_unit == "money" else unit
            return p.Apply(table, value, result), result  # type: ignore[arg-type]
        function = FUNCTIONS.get(e.function)
        if function is None:
            if symbol is not None:
                return self._wrong_kind(e.span, symbol, "分段表或函数", "a band table or function")
            return self._unknown(e.function, e.span, FUNCTIONS)
        if function in ("min", "max"):
            typed = [self.expr(a) for a in e.arguments]
            unit = typed[0][1]
            for argument, (_, other) in zip(e.arguments[1:], typed[1:], strict=True):
                if other not in (unit, "error"):
                    self._unit_problem(argument.span, other, unit)
            kind = p.Smallest if function == "min" else p.Largest
            return kind(tuple(t[0] for t in typed), unit), unit  # type: ignore[arg-type]
        if len(e.arguments) != (2 if function == "days_between" else 1):
            self.problems.append(WrongArguments(span=e.span, name=e.function, want="2" if function == "days_between" else "1"))
            return _ERROR
        if function == "overflow":
            argument = e.arguments[0]
            if isinstance(argument, s.Name) and any(x.kind == "layer" and x.name == argument.name for x in self.earlier):
                return p.Overflow(argument.name), "money"
            return self._unknown(argument.span.text, argument.span, [x.name for x in self.earlier])
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
            return self._unknown(e.fact if fact_symbol is None else e.table, e.span)
        fact = fact_symbol.statement
        parameter = table.statement
        if not isinstance(fact, s.Fact) or fact.type != "several":
            return self._wrong_kind(e.span, fact_symbol, "可多选的事实", "a fact with several choices")
        if not isinstance(parameter, s.Parameter) or not parameter.keys:
            return self._wrong_kind(e.span, table, "按它区分的参数", "a parameter by that fact")
        source = self.program.settings.get(e.table, parameter)
        arms: list[tuple[str, p.Expr]] = []
        unit = ""
        for row in source.rows:
            if len(row.cells) != 2 or not isinstance(row.cells[0], s.Name) or isinstance(row.cells[1], (s.Range, s.Otherwise)):
                self.problems.append(TableShape(span=row.span, found=len(row.cells), want=2))
                continue
            self._check_choice(fact, row.cells[0].name, row.cells[0].span)
            value, unit = self.expr(row.cells[1])
            arms.append((row.cells[0].name, value))
        typed = self._fact(fact_symbol)[0]
        assert isinstance(typed, p.Fact)
        return p.Stacked(typed, tuple(arms), e.shares, unit, e.table), unit  # type: ignore[arg-type]

    def _remaining(self, e: s.Remaining) -> Typed:
        value, unit = self._name(s.Name(e.part, span=e.span))
        if unit == "error":
            return _ERROR
        parts = parts_of(value)
        if not parts:
            symbol = self.program.symbols.get(e.part)
            if symbol:
                return self._wrong_kind(e.span, symbol, "费用部分", "a cost part")
            return _ERROR
        terms: list[tuple[int, p.Expr]] = [(1, value)]
        for step in self.earlier:
            if step.kind == "layer" and (step.parts & parts or "total" in (step.parts | parts)):
                terms.append((-1, p.Paid(step.name)))
            elif step.kind == "cut" and "total" in parts:
                terms.append((-1, p.Cut(step.name)))
        return p.Add(tuple(terms), "money"), "money"  # type: ignore[arg-type]

    # ------------------------------------------------------------ arithmetic

    def _cases(self, e: s.Cases) -> Typed:
        arms = []
        unit = ""
        for case in e.cases:
            value, found = self.expr(case.value)
            if unit and found not in (unit, "error"):
                self._unit_problem(case.value.span, found, unit)
            unit = unit or found
            arms.append(p.Arm(self.condition(case.condition), value))
        otherwise = self.want(e.otherwise, unit) if e.otherwise is not None else None
        return p.Cases(tuple(arms), otherwise, unit, ""), unit  # type: ignore[arg-type]

    def _combine_problem(self, e: s.Binary, left: str, right: str, op: str) -> Typed:
        if "error" not in (left, right):
            left_zh, left_en = unit_words(left)
            right_zh, right_en = unit_words(right)
            self.problems.append(
                CannotCombine(
                    span=e.span, left_zh=left_zh, left_en=left_en, right_zh=right_zh, right_en=right_en, op=op
                )
            )
        return _ERROR

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
                return self._combine_problem(e, lu, ru, "不低于" if op == "at_least" else "不高于")
            kind = p.Largest if op == "at_least" else p.Smallest
            return kind((left, right), lu), lu  # type: ignore[arg-type]
        if op in ("+", "-"):
            return self._add(e, left, lu, right, ru)
        if op == "×":
            unit = _product(lu, ru)
            if not unit:
                return self._combine_problem(e, lu, ru, "×")
            return p.Multiply((left, right), unit), unit  # type: ignore[arg-type]
        unit = _quotient(lu, ru)
        if not unit:
            return self._combine_problem(e, lu, ru, "÷")
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
            return _ERROR
        allowed = (lu == ru and lu in ("money", "number", "days", "points", "months", "years", "workdays", "ratio")) or (
            lu == "ratio" and ru == "points"
        )
        if not allowed:
            return self._combine_problem(e, lu, ru, e.op)
        terms = [*self._terms(left, e.left), (sign, right)]
        return p.Add(tuple(terms), lu), lu  # type: ignore[arg-type]

    @staticmethod
    def _terms(left: p.Expr, syntax: s.Expr) -> list[tuple[int, p.Expr]]:
        if isinstance(left, p.Add) and isinstance(syntax, s.Binary):
            return list(left.terms)
        return [(1, left)]

    def _compare(self, e: s.Binary) -> Typed:
        op = e.op
        fact = self._fact_of(e.left)
        if fact is not None and fact.type in ("one", "text") and op in ("=", "!=") and isinstance(e.right, s.Name):
            symbol = self.program.symbols.get(e.right.name)
            if fact.type == "one" or symbol is None:
                self._check_choice(fact, e.right.name, e.right.span)
                left, _ = self.expr(e.left)
                return p.Compare(op, left, p.Const(e.right.name, "text")), "bool"  # type: ignore[arg-type]
        left, lu = self.expr(e.left)
        right, ru = self.expr(e.right)
        if lu == ru == "bool" and op in ("=", "!="):
            value = constant(right)
            if isinstance(value, bool):
                return (left if value == (op == "=") else p.Not(left)), "bool"
        if {lu, ru} <= {"number", "days"} and lu != ru:
            ru = lu  # a count of days may be held against a plain number
        if lu != ru or (lu in ("bool", "choices") and op not in ("=", "!=")):
            return self._combine_problem(e, lu, ru, op)
        if lu == "text" and op not in ("=", "!="):
            return self._combine_problem(e, lu, ru, op)
        return p.Compare(op, left, right), "bool"  # type: ignore[arg-type]

    # ------------------------------------------------------------ bands

    def band_table(self, symbol: Symbol) -> tuple[s.BandTable, tuple[s.Band, ...], s.BandOptions | None]:
        """A named band table with the bands it has today: its own, or those that were set for it."""
        statement = symbol.statement
        assert isinstance(statement, s.BandTable)
        if statement.bands:
            return statement, statement.bands, statement.options
        setting = self.program.settings.get(symbol.name)
        if setting is None:
            self.report_unbound(statement, statement.bounds)
            return statement, (), None
        if statement.bounds is not None:
            for band in setting.bands:
                value, unit = self.expr(band.value)
                for leaf in leaves_of_cases(value):
                    self.check_bound(symbol.name, statement.bounds, constant(leaf), unit, band.span)
        return statement, setting.bands, setting.options

    def bands(
        self, name: str, bands: tuple[s.Band, ...], mode: str, unit: str, line: s.Line
    ) -> tuple[p.BandTable, str]:
        """A band table over values of `unit`, with gaps, overlaps and rates above 100 % reported; and its value unit."""
        found: list[p.Band] = []
        value_unit = ""
        previous: tuple[p.Expr, bool, Span] | None = None
        for i, band in enumerate(bands):
            r = band.range
            zero: p.Expr = p.Const(0, unit)  # type: ignore[arg-type]
            upper = self.want(r.upper, unit) if r.upper is not None else None
            if r.lower is not None:
                lower, lower_inclusive = self.want(r.lower, unit), r.lower_inclusive
                self._check_edge(name, previous, lower, lower_inclusive, band, unit)
            elif previous is not None:
                lower, lower_inclusive = previous[0], not previous[1]
            else:
                lower, lower_inclusive = zero, True
            if i and previous is None:
                self.problems.append(BandAfterLast(span=band.span))
            low, high = constant(lower), constant(upper) if upper is not None else None
            if isinstance(low, (int, Fraction)) and isinstance(high, (int, Fraction)) and high <= low:
                self.problems.append(EmptyBand(span=band.range.span))
            value, found_unit = self.expr(band.value)
            wanted = ("money",) if mode == "lump" else (("ratio",) if unit == "money" else ("money", "ratio", "number"))
            if found_unit not in (*wanted, "error"):
                self._unit_problem(band.value.span, found_unit, wanted[0])
            value_unit = value_unit or found_unit
            rate = constant(value)
            if found_unit == "ratio" and isinstance(rate, (int, Fraction)) and rate > 1:
                self.problems.append(RateAboveOne(span=band.value.span, rate=value_text(rate, "ratio")))
            found.append(p.Band(lower, lower_inclusive, upper, r.upper_inclusive, value, self.origin(band)))
            previous = (upper, r.upper_inclusive, band.range.span) if upper is not None else None
        if bands and previous is not None:
            end = constant(previous[0])
            self.problems.append(BandGap(span=previous[2], lower=value_text(end, unit), upper="∞"))
        table_line = line if bands else line
        return p.BandTable(name, mode, tuple(found), self.origin(table_line)), value_unit  # type: ignore[arg-type]

    def _check_edge(
        self, name: str, previous: tuple[p.Expr, bool, Span] | None, lower: p.Expr, inclusive: bool, band: s.Band, unit: str
    ) -> None:
        low = constant(lower)
        if previous is None:
            if isinstance(low, (int, Fraction)) and low > 0:
                self.problems.append(BandGap(span=band.range.span, lower=value_text(0, unit), upper=value_text(low, unit)))
            return
        end = constant(previous[0])
        if not isinstance(low, (int, Fraction)) or not isinstance(end, (int, Fraction)):
            return
        note = (Note(previous[2], "上一段", "the band before"),)
        if low > end:
            self.problems.append(
                BandGap(span=band.range.span, lower=value_text(end, unit), upper=value_text(low, unit), notes=note)
            )
        elif low < end:
            self.problems.append(
                BandOverlap(span=band.range.span, lower=value_text(low, unit), upper=value_text(end, unit), notes=note)
            )
        elif inclusive == previous[1]:
            kind = BandOverlap if inclusive else BandGap
            edge = value_text(end, unit)
            self.problems.append(kind(span=band.range.span, lower=edge, upper=edge, notes=note))


@frozen(kw_only=True)
class BandGap(Problem):
    """Between two bands, below the first or above the last, there are amounts that no band covers. A single edge that
    neither neighbour includes is a gap as well.
    ---
    分段之间（或首段之前、末段之后）有没有覆盖到的金额；边界两边都不含也算。
    """

    lower: str = ""
    upper: str = ""
    code = "S403"
    zh: ClassVar[str] = "{lower} 到 {upper} 之间没有分段"
    en: ClassVar[str] = "no band covers {lower} to {upper}"
    hint_zh: ClassVar[str] = "补上这一段；最后一段写“超过 …”，不设上限"
    hint_en: ClassVar[str] = "add the band; the last one is written `above …` without an upper edge"


@frozen(kw_only=True)
class BandOverlap(Problem):
    """Two bands cover the same amounts, or both include the edge between them.
    ---
    两段重叠，或两段都含同一个边界。
    """

    lower: str = ""
    upper: str = ""
    code = "S404"
    zh: ClassVar[str] = "{lower} 到 {upper} 落在两段里"
    en: ClassVar[str] = "{lower} to {upper} is in two bands"
    hint_zh: ClassVar[str] = "一边写“不超过”（含），另一边写“超过”（不含）"
    hint_en: ClassVar[str] = "write `up to` (includes) on one side and `above` (excludes) on the other"


@frozen(kw_only=True)
class EmptyBand(Problem):
    """A band ends before it starts.
    ---
    这一段的上边界不大于下边界。
    """

    code = "S405"
    zh: ClassVar[str] = "这一段是空的：上边界不大于下边界"
    en: ClassVar[str] = "this band is empty: it ends before it starts"


@frozen(kw_only=True)
class BandAfterLast(Problem):
    """A band stands after one that has no upper edge.
    ---
    没有上边界的一段之后还有分段。
    """

    code = "S406"
    zh: ClassVar[str] = "前一段没有上边界，后面不能再有分段"
    en: ClassVar[str] = "the band before this one has no upper edge"


@frozen(kw_only=True)
class RateAboveOne(Problem):
    """A rate above 100 %.
    ---
    支付比例超过了 100%。
    """

    rate: str = ""
    code = "S407"
    zh: ClassVar[str] = "支付比例 {rate} 超过了 100%"
    en: ClassVar[str] = "the rate {rate} is above 100%"


def points_or_factor(right: s.Expr, sign: int) -> Problem:
    """The fork between percentage points and factor, with what each pays on 10000 yuan at 60 %."""
    percent = right.value if isinstance(right, s.Literal) and isinstance(right.value, Fraction) else Fraction(1, 10)
    points = Fraction(6, 10) + sign * percent
    factor = 1 + sign * percent
    text = value_text(percent, "points")
    return PointsOrFactor(
        span=right.span,
        percent=text.replace("个百分点", "%"),
        factor=value_text(factor, "ratio"),
        points_pays=f"{'+' if sign > 0 else '-'} {text} → {value_text(points, 'ratio')} → {money_text(points * 1_000_000)}",
        factor_pays=f"60% × {value_text(factor, 'ratio')} → {money_text(Fraction(6, 10) * factor * 1_000_000)}",
    )


def _product(left: str, right: str) -> str:
    scalars = ("ratio", "number")
    if left in scalars and right in scalars:
        return "number" if left == right == "number" else "ratio"
    for a, b in ((left, right), (right, left)):
        if a in ("money", "days", "points", "months", "years", "workdays") and b == "number":
            return a
        if a == "money" and b in ("ratio", "days", "months", "years"):
            return "money"
        if a == "days" and b == "ratio":
            return "days"
    return ""


def _quotient(left: str, right: str) -> str:
    if left == right and left in ("money", "number", "days", "ratio"):
        return "ratio" if left == "money" else "number"
    if right in ("number", "days", "months") and left in ("money", "ratio", "points", "days"):
        return left
    if left == "money" and right == "ratio":
        return "money"
    return ""


def parts_of(expr: p.Expr) -> frozenset[str]:
    """The cost parts that an expression reads."""
    found: set[str] = set()
    for node in walk(expr):
        if isinstance(node, p.Part):
            found.add(node.part)
        elif isinstance(node, p.Left):
            found.add("total")
    return frozenset(found)


def leaves_of_cases(expr: p.Expr) -> list[p.Expr]:
    """The values that a cases expression can take, itself where it is none."""
    if isinstance(expr, p.Named):
        return leaves_of_cases(expr.value)
    if isinstance(expr, p.Cases):
        found = [leaf for arm in expr.arms for leaf in leaves_of_cases(arm.value)]
        return found + (leaves_of_cases(expr.otherwise) if expr.otherwise is not None else [])
    return [expr]


def walk(expr: p.Expr) -> list[p.Expr]:
    """An expression and everything in it, outermost first."""
    found = [expr]
    children: Iterable[p.Expr | None] = ()
    if isinstance(expr, (p.Named, p.BestOf, p.Rounded)):
        children = (expr.value,)
    elif isinstance(expr, p.Add):
        children = [term for _, term in expr.terms]
    elif isinstance(expr, p.Multiply):
        children = expr.factors
    elif isinstance(expr, p.Divide):
        children = (expr.dividend, expr.divisor)
    elif isinstance(expr, (p.Smallest, p.Largest)):
        children = expr.arguments
    elif isinstance(expr, p.Compare):
        children = (expr.left, expr.right)
    elif isinstance(expr, (p.All, p.Any)):
        children = expr.conditions
    elif isinstance(expr, p.Not):
        children = (expr.condition,)
    elif isinstance(expr, p.Within):
        children = (expr.value,)
    elif isinstance(expr, p.Cases):
        children = [x for arm in expr.arms for x in (arm.condition, arm.value)] + [expr.otherwise]  # type: ignore[list-item]
    elif isinstance(expr, p.Apply):
        children = [expr.value, *(x for band in expr.bands.bands for x in (band.lower, band.upper, band.value))]
    elif isinstance(expr, p.ItemsSum):
        children = (expr.value, expr.where)
    elif isinstance(expr, p.Stacked):
        children = [expr.fact, *(value for _, value in expr.arms)]
    elif isinstance(expr, p.DateShift):
        children = (expr.date, expr.by)
    elif isinstance(expr, p.DatePart):
        children = (expr.date,)
    elif isinstance(expr, p.DaysBetween):
        children = (expr.start, expr.end)
    for child in children:
        if child is not None:
            found.extend(walk(child))
    return found
