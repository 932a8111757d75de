"""From reduced grammar rules to syntax nodes: one method per rule of grammar.lark, called by the parser."""

from __future__ import annotations

import datetime
import re
from fractions import Fraction
from typing import Any, ClassVar

import attrs

from pol_lang import syntax as s
from pol_lang.figures import OddNumber
from pol_lang.problem import Note, Problem, Problems
from pol_lang.source import Source, Span
from pol_lang.token import Token

MAX_NUMBER = 10**15

_QUANTITY = re.compile(r"^([0-9]+(?:\.[0-9]+)?)[ \t]*(.+)$")
_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?\Z")
_MONEY = {"分": 1, "元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}
_DURATION: dict[str, s.Unit] = {
    "日": "days", "天": "days", "工作日": "workdays", "个工作日": "workdays", "月": "months", "个月": "months",
    "年": "years", "岁": "number", "周岁": "number",
}  # fmt: skip
_COMPARE = {"≤": "<=", "≥": ">=", "≠": "!=", "UP_TO": "<=", "BELOW": "<", "ABOVE": ">", "NOT_BELOW": ">="}
_MODES: dict[str, s.Mode] = {"HALF_UP": "half_up", "HALF_EVEN": "half_even", "ROUND_DOWN": "down", "ROUND_UP": "up"}
_PERIODS: dict[str, s.Period] = {
    "PER_ADMISSION": "admission", "PER_MONTH": "month", "PER_YEAR": "year", "FOR_LIFE": "life",
}  # fmt: skip
_TYPES = {
    "MONEY_TYPE": "money", "YES_NO_TYPE": "bool", "NUMBER_TYPE": "number", "DAYS_TYPE": "days", "DATE_TYPE": "date",
    "TEXT_TYPE": "text", "ONE_OF": "one", "SEVERAL_OF": "several",
}  # fmt: skip
_UNITS: dict[str, s.Unit] = {
    "MONEY_TYPE": "money", "RATE": "ratio", "POINTS_TYPE": "points", "NUMBER_TYPE": "number", "DAYS_TYPE": "days",
    "YES_NO_TYPE": "bool",
}  # fmt: skip
_NOTHING = frozenset(
    [
        "无",
        "没有",
        "不设",
        "不设置",
        "不设定",
        "不封顶",
        "上不封顶",
        "不设封顶",
        "不设封顶线",
        "无封顶",
        "无封顶线",
        "不设起付线",
        "不设起付标准",
        "无起付线",
        "没有封顶",
        "没有起付线",
    ]
)
_SIGNS = {"MULTIPLY": "×", "PLUS": "+", "MINUS": "-", "EQUALS": "="}


class LineTwice(Problem):
    """A block has a line twice that can stand in it once: the second would silently take the place of the first.
    ---
    块里同一种行写了两次：后一行会悄悄取代前一行。
    """

    code = "T130"
    zh: ClassVar[str] = "这一行在块里已经写过"
    en: ClassVar[str] = "this line stands in the block already"
    hint_zh: ClassVar[str] = "只留一行"
    hint_en: ClassVar[str] = "keep one of them"


class NotWritten(Problem):
    """A deductible or cap is written as “none”. What there is not is left out; `cap none` stands only in a tilt, where
    it takes a cap away.
    ---
    起付线、封顶线写成了“无”“不设”。没有的就不写；“封顶线 取消”只用在倾斜、调整里，表示对这些人取消。
    """

    term_zh: str = ""
    term_en: str = ""
    code = "T124"
    zh: ClassVar[str] = "没有{term_zh}的，不写这一行"
    en: ClassVar[str] = "where there is no {term_en} the line is left out"
    hint_zh: ClassVar[str] = "删去这一行；只对某些人取消的，写在“倾斜”下面：封顶线 取消，或 起付线 × 0%"
    hint_en: ClassVar[str] = (
        "delete the line; taken away for some only, it stands in a tilt: cap none, or deductible × 0%"
    )


class BadDate(Problem):
    """A date that no calendar has.
    ---
    日历上没有这一天。
    """

    found: str = ""
    code = "T113"
    zh: ClassVar[str] = "日历上没有“{found}”这一天"
    en: ClassVar[str] = "there is no day “{found}”"
    hint_zh: ClassVar[str] = "对照文件改月和日，写法是 年-月-日，例如 2024-02-29"
    hint_en: ClassVar[str] = "see the month and day in the document; a date is written year-month-day: 2024-02-29"


class NumberTooLarge(Problem):
    """A number is larger than any amount of a settlement (10¹⁵ fen).
    ---
    数过大，超过任何结算金额（10¹⁵ 分）。
    """

    code = "T114"
    zh: ClassVar[str] = "这个数太大"
    en: ClassVar[str] = "this number is too large"
    hint_zh: ClassVar[str] = "检查位数和单位；金额最多到万亿元"
    hint_en: ClassVar[str] = "check its digits and its unit: no amount is above 10¹³ yuan"


class PartOfFen(Problem):
    """An amount of money has a part smaller than a fen. Money is counted in whole fen.
    ---
    金额有不足一分的部分。金额以分为最小单位。
    """

    found: str = ""
    code = "T115"
    zh: ClassVar[str] = "{found} 不是整分"
    en: ClassVar[str] = "{found} is not a whole number of fen"
    hint_zh: ClassVar[str] = "金额最多写到分（两位小数）"
    hint_en: ClassVar[str] = "write at most two decimals of a yuan"


def parse_date(text: str) -> datetime.date | None:
    """The date that a text such as 2023-09-04 or 2023年9月4日 names, None where there is no such day."""
    parts = re.findall("[0-9]+", text)
    try:
        return datetime.date(*map(int, parts))
    except (ValueError, TypeError, OverflowError):
        return None


def _span(children: list[Any], source: Source) -> Span:
    start = end = -1
    for child in children:
        if child is None:
            continue
        if isinstance(child, Token):
            a, b = child.start_pos, child.end_pos
        elif isinstance(child, tuple):
            if not child or not hasattr(child[0], "span"):
                continue
            a, b = child[0].span.start, child[-1].span.end
        else:
            a, b = child.span.start, child.span.end
        if start < 0:
            start = a
        end = max(end, b)
    return Span(source, max(start, 0), max(end, 0))


class Build:
    """Builds the nodes of a source while the parser reduces; slips that leave the tree whole go to `problems`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def _once(self, lines: list[Any]) -> dict[str, Any]:
        """The lines of a block by what they say, reported where one says again what can be said once."""
        found: dict[str, Any] = {}
        for line in lines:
            key = "excess" if isinstance(line, s.Excess) else getattr(line, "key", None)
            if key is None or isinstance(line, (s.Named, s.Due)):
                continue
            if key in found:
                note = Note(found[key].span, "先在这里写", "first written here")
                self.problems.append(LineTwice(span=line.span, notes=(note,)))
            found.setdefault(key, line)
        return found

    # ------------------------------------------------------------ helpers

    def _word(self, token: Token | None) -> s.Word | None:
        return None if token is None else s.Word(str(token), self._at(token))

    def _at(self, token: Token) -> Span:
        return Span(self.source, token.start_pos, token.end_pos)

    def _string(self, token: Token) -> str:
        return str(token)[1:-1]

    def _date(self, token: Token | None) -> datetime.date | None:
        if token is None:
            return None
        date = parse_date(str(token))
        if date is None:
            raise Problems([BadDate(span=self._at(token), found=str(token))])
        return date

    def _number(self, token: Token, text: str) -> Fraction:
        if not _FIGURE.match(text):
            return Fraction(0)  # the lexer has reported it
        if len(text) > 18:
            raise Problems([NumberTooLarge(span=self._at(token))])
        return Fraction(text)

    def _percent(self, token: Token) -> Fraction:
        return self._number(token, str(token)[:-1].strip()) / 100

    # ------------------------------------------------------------ literals

    def literal(self, c: list[Any]) -> s.Literal:
        (token,) = c
        span = self._at(token)
        kind, text = token.type, str(token)
        if kind in ("MONEY", "POINTS", "COUNT", "DURATION"):
            match = _QUANTITY.match(text)
            assert match
            number = self._number(token, match[1])
            if kind == "MONEY":
                fen = number * _MONEY[match[2]]
                if fen.denominator != 1:
                    raise Problems([PartOfFen(span=span, found=text)])
                if fen > MAX_NUMBER:
                    raise Problems([NumberTooLarge(span=span)])
                return s.Literal("money", fen, span=span)
            if kind == "POINTS":
                return s.Literal("points", number / 100, span=span)
            if kind == "COUNT":
                return s.Literal("number", number, span=span)
            return s.Literal(_DURATION[match[2]], number, span=span)
        if kind == "PERCENT":
            return s.Literal("ratio", self._percent(token), span=span)
        if kind == "NUMBER":
            return s.Literal("number", self._number(token, text), span=span)
        if kind == "DATE":
            return s.Literal("date", self._date(token), span=span)
        if kind == "MONTH_DAY":
            month, day = map(int, re.findall("[0-9]+", text))
            if parse_date(f"2024-{month}-{day}") is None:
                raise Problems([BadDate(span=span, found=text)])
            return s.Literal("month_day", (month, day), span=span)
        if kind == "STRING":
            return s.Literal("text", self._string(token), span=span)
        if kind == "NONE":
            return s.Literal("none", None, span=span)
        return s.Literal("bool", kind == "YES", span=span)

    def negative_cell(self, c: list[Any]) -> s.Unary:
        return s.Unary("-", c[1], span=_span(c, self.source))

    def name_cell(self, c: list[Any]) -> s.Name:
        return s.Name(str(c[0]), span=self._at(c[0]))

    def year_cell(self, c: list[Any]) -> s.Name:
        return s.Name(c[0].type.lower(), span=self._at(c[0]))

    def otherwise_cell(self, c: list[Any]) -> s.Otherwise:
        return s.Otherwise(span=self._at(c[0]))

    def range(self, c: list[Any]) -> s.Range:
        span = _span(c, self.source)
        first = c[0].type
        if first in ("UP_TO", "BELOW"):
            return s.Range(None, False, c[1], first == "UP_TO", span=span)
        upper_kind = c[2].type if c[2] is not None else ""
        return s.Range(c[1], first == "NOT_BELOW", c[3] if c[2] is not None else None, upper_kind == "UP_TO", span=span)

    def cite(self, c: list[Any]) -> s.Cite:
        text = re.sub(r"^(cite|依据)\s*", "", str(c[0]))
        clauses = tuple(part.strip() for part in re.split("[、;；]", text) if part.strip())
        return s.Cite(clauses, self._at(c[0]))

    def no_cite(self, c: list[Any]) -> None:
        return None

    def path(self, c: list[Any]) -> s.Word:
        text = str(c[0])
        return s.Word(text.strip('"'), self._at(c[0]))

    def names(self, c: list[Any]) -> tuple[s.Word, ...]:
        return tuple(s.Word(str(t), self._at(t)) for t in c)

    def mode(self, c: list[Any]) -> s.Word:
        return s.Word(_MODES[c[0].type], self._at(c[0]))

    def period(self, c: list[Any]) -> s.Word:
        return s.Word(_PERIODS[c[0].type], self._at(c[0]))

    # ------------------------------------------------------------ expressions

    def name(self, c: list[Any]) -> s.Name:
        return s.Name(str(c[0]), span=self._at(c[0]))

    def column(self, c: list[Any]) -> s.Column:
        return s.Column(str(c[0]), str(c[1]), span=_span(c, self.source))

    def call(self, c: list[Any]) -> s.Call:
        return s.Call(str(c[0]), tuple(c[2:-1]), span=_span(c, self.source))

    def remaining(self, c: list[Any]) -> s.Remaining:
        return s.Remaining(str(c[1]), span=_span(c, self.source))

    def items_sum(self, c: list[Any]) -> s.ItemsSum:
        return s.ItemsSum(c[1], c[4], span=_span(c, self.source))

    def stacked(self, c: list[Any]) -> s.Stacked:
        shares = tuple(self._percent(t) for t in c[5:])
        return s.Stacked(str(c[1]), str(c[3]), shares, span=_span(c, self.source))

    def group_expr(self, c: list[Any]) -> Any:
        return attrs.evolve(c[1], span=_span(c, self.source))

    def unary_condition(self, c: list[Any]) -> Any:
        return c[1]

    def _binary(self, c: list[Any], op: str) -> s.Binary:
        return s.Binary(op, c[0], c[-1], span=_span(c, self.source))

    def or_(self, c: list[Any]) -> s.Binary:
        return self._binary(c, "or")

    def and_(self, c: list[Any]) -> s.Binary:
        return self._binary(c, "and")

    def not_(self, c: list[Any]) -> s.Unary:
        return s.Unary("not", c[1], span=_span(c, self.source))

    def negate(self, c: list[Any]) -> s.Unary:
        return s.Unary("-", c[1], span=_span(c, self.source))

    def compare(self, c: list[Any]) -> s.Binary:
        text = str(c[1])
        return self._binary(c, _COMPARE.get(text, text))

    def compare_in_words(self, c: list[Any]) -> s.Binary:
        return self._binary(c, _COMPARE[c[1].type])

    def is_(self, c: list[Any]) -> s.Binary:
        return self._binary(c, "=")

    def is_not(self, c: list[Any]) -> s.Binary:
        return self._binary(c, "!=")

    def in_list(self, c: list[Any]) -> s.In:
        return s.In(c[0], (s.Word(str(c[2]), self._at(c[2])),), False, span=_span(c, self.source))

    def not_in_list(self, c: list[Any]) -> s.In:
        return s.In(c[0], (s.Word(str(c[2]), self._at(c[2])),), True, span=_span(c, self.source))

    def in_names(self, c: list[Any]) -> s.In:
        return s.In(c[0], c[3], False, span=_span(c, self.source))

    def at_least(self, c: list[Any]) -> s.Binary:
        return self._binary(c, "at_least")

    def at_most(self, c: list[Any]) -> s.Binary:
        return self._binary(c, "at_most")

    def rounded(self, c: list[Any]) -> s.Rounded:
        return s.Rounded(c[0], c[2], c[3].text, span=_span(c, self.source))

    def add(self, c: list[Any]) -> s.Binary:
        return self._binary(c, "+")

    def subtract(self, c: list[Any]) -> s.Binary:
        return self._binary(c, "-")

    def multiply(self, c: list[Any]) -> s.Binary:
        return self._binary(c, "×")

    def divide(self, c: list[Any]) -> s.Binary:
        return self._binary(c, "÷")

    def case(self, c: list[Any]) -> s.Case:
        return s.Case(c[0], c[2], span=_span(c, self.source))

    def cases(self, c: list[Any]) -> s.Cases:
        return s.Cases(tuple(c[:-2]), c[-2], span=_span(c, self.source))

    def cases_closed(self, c: list[Any]) -> s.Cases:
        return s.Cases(tuple(c), None, span=_span(c, self.source))

    # ------------------------------------------------------------ the document

    def start(self, c: list[Any]) -> Any:
        return c[0]

    def policy(self, c: list[Any]) -> s.Policy:
        word = self._word(c[1])
        assert word
        return s.Policy(word, tuple(x for x in c[3:] if x), cite=c[2], span=_span(c, self.source))

    def _policy_line(self, key: str, c: list[Any], values: tuple[Any, ...]) -> s.PolicyLine:
        return s.PolicyLine(key, values, cite=c[-1], span=_span(c, self.source))

    def policy_title(self, c: list[Any]) -> s.PolicyLine:
        return self._policy_line("title", c, (self._string(c[1]),))

    def policy_number(self, c: list[Any]) -> s.PolicyLine:
        return self._policy_line("number", c, (self._string(c[1]),))

    def policy_issuer(self, c: list[Any]) -> s.PolicyLine:
        return self._policy_line("issuer", c, tuple(self._string(t) for t in c[1:-1]))

    def policy_issued(self, c: list[Any]) -> s.PolicyLine:
        return self._policy_line("issued", c, (self._date(c[1]),))

    def policy_in_force(self, c: list[Any]) -> s.PolicyLine:
        return self._policy_line("in_force", c, (self._date(c[1]), self._date(c[3])))

    def policy_applied_back(self, c: list[Any]) -> s.PolicyLine:
        return self._policy_line("applied_back", c, (self._date(c[1]),))

    def policy_jurisdiction(self, c: list[Any]) -> s.PolicyLine:
        return self._policy_line("jurisdiction", c, (self._string(c[1]), self._string(c[3]) if c[3] else None))

    def policy_implements(self, c: list[Any]) -> s.PolicyLine:
        return self._policy_line("implements", c, (c[1],))

    def policy_provenance(self, c: list[Any]) -> s.PolicyLine:
        return self._policy_line("provenance", c, (self._string(c[1]),))

    def policy_illustrative(self, c: list[Any]) -> s.PolicyLine:
        return self._policy_line("illustrative", c, (self._string(c[1]),))

    def use(self, c: list[Any]) -> s.Use:
        return s.Use(c[1], cite=c[2], span=_span(c, self.source))

    def readings(self, c: list[Any]) -> s.Readings:
        return s.Readings(tuple(c[2:]), cite=c[1], span=_span(c, self.source))

    def reading_copay(self, c: list[Any]) -> s.CopayReading:
        return s.CopayReading(c[1].type == "INSIDE", cite=c[-1], span=_span(c, self.source))

    def reading_year(self, c: list[Any]) -> s.YearReading:
        return self._year(c, 2, None)

    def reading_year_split(self, c: list[Any]) -> s.YearReading:
        return self._year(c, 4, "one" if c[2].type == "ONE_DEDUCTIBLE" else "new")

    def _year(self, c: list[Any], at: int, split: Any) -> s.YearReading:
        """Which date says the year (child `at`), from which day a year starts, and on which days this holds."""
        return s.YearReading(
            self._need(c[at]), self._month_day(c[at + 2]), split, self._date(c[at + 4]), self._date(c[at + 6]),
            cite=c[-1], span=_span(c, self.source),
        )  # fmt: skip

    def _month_day(self, token: Any) -> Any:
        return self.literal([token]).value if token is not None else None

    def reading_derived(self, c: list[Any]) -> s.DerivedReading:
        if c[1].type == "EXACT":
            return s.DerivedReading(None, None, cite=c[-1], span=_span(c, self.source))
        return s.DerivedReading(c[2], c[3].text, cite=c[-1], span=_span(c, self.source))

    def bearer(self, c: list[Any]) -> s.Bearer:
        return s.Bearer(self._need(c[1]), self._word(c[3]), self._word(c[5]), cite=c[-1], span=_span(c, self.source))

    def identity(self, c: list[Any]) -> s.Identity:
        code = self._string(c[3]) if c[3] else None
        return s.Identity(self._need(c[1]), code, c[5] or (), cite=c[-1], span=_span(c, self.source))

    def group(self, c: list[Any]) -> s.Group:
        return s.Group(self._need(c[1]), c[3], cite=c[-1], span=_span(c, self.source))

    def _need(self, token: Token) -> s.Word:
        return s.Word(str(token), self._at(token))

    def fact_type(self, c: list[Any]) -> s.Valued:
        return s.Valued(_TYPES[c[0].type], tuple(c[1:]), span=_span(c, self.source))

    def choice(self, c: list[Any]) -> s.Choice:
        # NAME [ALSO NAME] [CODE STRING]
        also, text = c[2], c[4]
        return s.Choice(
            str(c[0]), None if also is None else str(also), None if text is None else self._string(text),
            span=_span(c, self.source),
        )  # fmt: skip

    def fact(self, c: list[Any]) -> s.Fact:
        # FACT NAME [ALSO NAME] fact_type [FIELD NAME] [DEFAULT atom] [OF_PERSON|OF_ITEM] [cite]
        of = "claim" if c[9] is None else ("person" if c[9].type == "OF_PERSON" else "item")
        return s.Fact(
            self._need(c[1]), self._word(c[3]), c[4].key, c[4].value, self._word(c[6]), c[8], of,  # type: ignore[arg-type]
            cite=c[-1], span=_span(c, self.source),
        )  # fmt: skip

    def list_decl(self, c: list[Any]) -> s.ListDecl:
        return s.ListDecl(self._need(c[1]), c[3], cite=c[-1], span=_span(c, self.source))

    # ------------------------------------------------------------ values

    def value_type(self, c: list[Any]) -> Any:
        return s.Word(_UNITS[c[0].type], self._at(c[0]))

    def bounds(self, c: list[Any]) -> s.Bounds:
        lower = upper = None
        for token, value in zip(c[::2], c[1::2], strict=True):
            if token.type == "AT_LEAST":
                lower = value
            else:
                upper = value
        return s.Bounds(lower, upper, span=_span(c, self.source))

    def dated(self, c: list[Any]) -> s.Dated:
        since = self._date(c[1])
        assert since
        return s.Dated(since, self._date(c[3]), c[4], cite=c[-1], span=_span(c, self.source))

    def row(self, c: list[Any]) -> s.Row:
        return s.Row(tuple(c[:-1]), cite=c[-1], span=_span(c, self.source))

    def _parameter(self, c: list[Any], cite: Any, **facts: Any) -> s.Parameter:
        return s.Parameter(self._need(c[1]), cite=cite, span=_span(c, self.source), **facts)

    def parameter_value(self, c: list[Any]) -> s.Parameter:
        return self._parameter(c, c[-1], value=c[3])

    def parameter_open(self, c: list[Any]) -> s.Parameter:
        return self._parameter(c, c[-1], unit=c[3].text if c[3] else None, bounds=c[4])

    def parameter_open_table(self, c: list[Any]) -> s.Parameter:
        return self._parameter(c, c[-1], keys=c[3], unit=c[5].text if c[5] else None, bounds=c[6])

    def parameter_table(self, c: list[Any]) -> s.Parameter:
        return self._parameter(c, c[4], keys=c[3], rows=tuple(c[5:]))

    def parameter_dated(self, c: list[Any]) -> s.Parameter:
        return self._parameter(c, c[2], dated=tuple(c[3:]))

    def set_term(self, c: list[Any]) -> s.Set:
        return s.Set(self._need(c[1]), value=c[3], cite=c[-1], span=_span(c, self.source))

    def set_table(self, c: list[Any]) -> s.Set:
        return s.Set(self._need(c[1]), keys=c[3], rows=tuple(c[5:]), cite=c[4], span=_span(c, self.source))

    def set_dated(self, c: list[Any]) -> s.Set:
        return s.Set(self._need(c[1]), dated=tuple(c[3:]), cite=c[2], span=_span(c, self.source))

    def set_bands(self, c: list[Any]) -> s.Set:
        return s.Set(self._need(c[2]), bands=tuple(c[5:]), options=c[3], cite=c[4], span=_span(c, self.source))

    def table(self, c: list[Any]) -> s.Table:
        return s.Table(self._need(c[1]), c[3], tuple(c[5:]), cite=c[4], span=_span(c, self.source))

    def band_options(self, c: list[Any]) -> s.BandOptions:
        over = None if c[0] is None else ("base" if c[0].type == "OVER_BASE" else "excess")
        mode = None
        if c[1] is not None:
            mode = {"PROGRESSIVE": "progressive", "WHOLE_AMOUNT": "whole", "LUMP_SUM": "lump"}[c[1].type]
        period = c[2].text if c[2] else None
        return s.BandOptions(over, mode, period, span=_span(c, self.source))  # type: ignore[arg-type]

    def band(self, c: list[Any]) -> s.Band:
        return s.Band(c[0], c[1], cite=c[-1], span=_span(c, self.source))

    def bands_named(self, c: list[Any]) -> s.BandTable:
        return s.BandTable(self._need(c[1]), c[2], tuple(c[4:]), cite=c[3], span=_span(c, self.source))

    def bands_open(self, c: list[Any]) -> s.BandTable:
        return s.BandTable(self._need(c[1]), None, (), c[3], cite=c[-1], span=_span(c, self.source))

    def define(self, c: list[Any]) -> s.Define:
        return s.Define(self._need(c[1]), c[3], cite=c[-1], span=_span(c, self.source))

    # ------------------------------------------------------------ cost

    def copay(self, c: list[Any]) -> s.Copay:
        return s.Copay(
            self._word(c[1]), c[3], self._need(c[5]), c[7], **self._placed(c, 8), cite=c[-1],
            span=_span(c, self.source),
        )  # fmt: skip

    def exclude(self, c: list[Any]) -> s.Exclude:
        return s.Exclude(
            self._word(c[1]), c[3], self._need(c[5]), self._need(c[7]), c[9], **self._placed(c, 10), cite=c[-1],
            span=_span(c, self.source),
        )  # fmt: skip

    def _placed(self, c: list[Any], at: int) -> dict[str, Any]:
        """Where a settlement statement stands: `before`/`after` at child `at`, the name after it."""
        if c[at] is None:
            return {}
        return {"place": "before" if c[at].type == "BEFORE" else "after", "beside": self._need(c[at + 1])}

    def control(self, c: list[Any]) -> s.Control:
        lines = self._once(c[5:])
        limit, subject = lines.get("limit"), lines.get("subject")
        guards = [line for line in c[5:] if isinstance(line, s.When)]
        return s.Control(
            self._need(c[1]), subject.value if subject else None, tuple(guards), limit, limit.value if limit else None,
            lines.get("excess"), **self._placed(c, 2), cite=c[4], span=_span(c, self.source),
        )  # fmt: skip

    def control_limit(self, c: list[Any]) -> s.Valued:
        return self._valued("limit", c)

    def control_subject(self, c: list[Any]) -> s.Valued:
        return self._valued("subject", c, self._need(c[1]))

    def excess(self, c: list[Any]) -> s.Excess:
        share = self._percent(c[1]) if c[1] is not None else None
        return s.Excess(share, self._need(c[3]), cite=c[-1], span=_span(c, self.source))

    def _valued(self, key: str, c: list[Any], value: Any = None) -> s.Valued:
        return s.Valued(key, c[1] if value is None else value, cite=c[-1], span=_span(c, self.source))

    def package(self, c: list[Any]) -> s.Package:
        lines = self._once(c[5:])
        price, kind, scope = (lines[key].value if key in lines else None for key in ("price", "kind", "scope"))
        guards = [line for line in c[5:] if isinstance(line, s.When)]
        return s.Package(
            self._need(c[1]), tuple(guards), price, kind, scope, lines.get("excess"),
            **self._placed(c, 2), cite=c[4], span=_span(c, self.source),
        )  # fmt: skip

    def package_price(self, c: list[Any]) -> s.Valued:
        return self._valued("price", c)

    def package_kind(self, c: list[Any]) -> s.Valued:
        return self._valued("kind", c, "limit" if c[0].type == "LIMIT_PRICE" else "fixed")

    def package_scope(self, c: list[Any]) -> s.Valued:
        return self._valued("scope", c, "whole" if c[0].type == "WHOLE_IN_SCOPE" else "billed")

    def highest(self, c: list[Any]) -> s.Highest:
        criterion = None if c[2] is None else ("rank" if c[2].type == "BY_RANK" else "least_left")
        by = None if c[1] is None else ("identities" if c[1].type == "IDENTITIES" else "items")
        return s.Highest(by, criterion, cite=c[-1], span=_span(c, self.source))  # type: ignore[arg-type]

    def shared_cap(self, c: list[Any]) -> s.SharedCap:
        return s.SharedCap(self._need(c[1]), c[2], c[3].text, cite=c[-1], span=_span(c, self.source))

    def tally(self, c: list[Any]) -> s.Tally:
        return s.Tally(self._need(c[1]), c[3], c[4].text, cite=c[-1], span=_span(c, self.source))

    # ------------------------------------------------------------ layers

    def layer(self, c: list[Any]) -> s.Layer:
        return s.Layer(
            self._need(c[1]), self._need(c[3]), tuple(c[7:]),
            **self._placed(c, 4), cite=c[6], span=_span(c, self.source),
        )  # fmt: skip

    def when(self, c: list[Any]) -> s.When:
        return s.When(c[1], cite=c[-1], span=_span(c, self.source))

    def base(self, c: list[Any]) -> s.Base:
        claims = None if c[3] is None else ("every" if c[3].type == "EVERY_CLAIM" else "qualifying")
        period = c[2].text if c[2] else None
        return s.Base(c[1], period, claims, cite=c[-1], span=_span(c, self.source))  # type: ignore[arg-type]

    def _not_written(self, c: list[Any], value: Any, term_zh: str, term_en: str) -> None:
        """Reports a line whose value says that there is none."""
        if (isinstance(value, s.Name) and value.name in _NOTHING) or (
            isinstance(value, s.Literal) and value.unit == "none"
        ):
            span = _span(c, self.source)
            start, end = self.source.start_of(span.line), span.end + 1
            whole = Span(self.source, start, min(end, len(self.source.text)))
            sure = whole.text.strip() == span.text.strip() and whole.text.endswith("\n")
            mends = ((whole, ""),) if sure else ()
            self.problems.append(NotWritten(span=span, term_zh=term_zh, term_en=term_en, mends=mends))

    def cap_own(self, c: list[Any]) -> s.Cap:
        self._not_written(c, c[2], "封顶线", "cap")
        on = None if c[1] is None else ("payment" if c[1].type == "PAYMENT" else "cost")
        period = c[3].text if c[3] else None
        return s.Cap(on, c[2], period, None, self._word(c[5]), cite=c[-1], span=_span(c, self.source))  # type: ignore[arg-type]

    def cap_shared(self, c: list[Any]) -> s.Cap:
        on = None if c[1] is None else ("payment" if c[1].type == "PAYMENT" else "cost")
        return s.Cap(
            on,  # type: ignore[arg-type]
            None,
            None,
            self._need(c[3]),
            self._word(c[5]),
            cite=c[-1],
            span=_span(c, self.source),
        )

    def deductible(self, c: list[Any]) -> s.Deductible:
        self._not_written(c, c[1], "起付线", "deductible")
        met_by = None if c[3] is None else "cost" if c[3].type == "BY_COST" else "deductions"
        return s.Deductible(
            c[1], c[2].text if c[2] else None, met_by, tuple(x for x in c[5:] if x),  # type: ignore[arg-type]
            cite=c[4], span=_span(c, self.source),
        )  # fmt: skip

    def repeat_from(self, c: list[Any]) -> s.Repeat:
        number = int(self._number(c[0], re.findall("[0-9]+", str(c[0]))[0]))
        return s.Repeat(number, _SIGNS[c[1].type], c[2], cite=c[-1], span=_span(c, self.source))

    def repeat_rule(self, c: list[Any]) -> s.RepeatRule:
        return s.RepeatRule(c[0].type == "CHAINED", cite=c[-1], span=_span(c, self.source))

    def repeat_count(self, c: list[Any]) -> s.RepeatCount:
        periods: dict[str, s.Period] = {"PER_MONTH": "month", "PER_YEAR": "year", "FOR_LIFE": "life"}
        start = self._month_day(c[3]) if len(c) > 3 else None
        return s.RepeatCount(periods[c[1].type], start, cite=c[-1], span=_span(c, self.source))

    def repeat_floor(self, c: list[Any]) -> s.RepeatLimit:
        return s.RepeatLimit("floor", c[1], None, cite=c[-1], span=_span(c, self.source))

    def repeat_ceiling(self, c: list[Any]) -> s.RepeatLimit:
        return s.RepeatLimit("ceiling", c[1], c[2].text, cite=c[-1], span=_span(c, self.source))

    def bands_inline(self, c: list[Any]) -> s.Bands:
        return s.Bands(None, c[1], tuple(c[3:]), cite=c[2], span=_span(c, self.source))

    def bands_ref(self, c: list[Any]) -> s.Bands:
        return s.Bands(self._need(c[1]), c[2], (), cite=c[-1], span=_span(c, self.source))

    def rate(self, c: list[Any]) -> s.Rate:
        return s.Rate(c[1], cite=c[-1], span=_span(c, self.source))

    def pay(self, c: list[Any]) -> s.Pay:
        return s.Pay(c[1], cite=c[-1], span=_span(c, self.source))

    def top_up(self, c: list[Any]) -> s.TopUp:
        return s.TopUp(c[1], c[3], cite=c[-1], span=_span(c, self.source))

    def minimum(self, c: list[Any]) -> s.Minimum:
        return s.Minimum(c[1], cite=c[-1], span=_span(c, self.source))

    def rounding(self, c: list[Any]) -> s.Rounding:
        return s.Rounding(c[1], c[2].text, c[3] is not None, cite=c[-1], span=_span(c, self.source))

    def times(self, c: list[Any]) -> s.Times:
        count = self.literal([c[1]])
        if not isinstance(count.value, Fraction) or count.value.denominator != 1:
            raise Problems([OddNumber(span=count.span, found=str(c[1]))])
        counts = None if c[3] is None else "applied" if c[3].type == "COUNT_APPLIED" else "paid"
        return s.Times(int(count.value), c[2].text, counts, cite=c[-1], span=_span(c, self.source))  # type: ignore[arg-type]

    def change(self, c: list[Any]) -> s.Change:
        op = _SIGNS[c[1].type]
        return s.Change(c[0].type.lower(), op, c[2], cite=c[-1], span=_span(c, self.source))  # type: ignore[arg-type]

    def change_no_cap(self, c: list[Any]) -> s.Change:
        return s.Change("cap", "none", None, cite=c[-1], span=_span(c, self.source))

    def tilt(self, c: list[Any]) -> s.Tilt:
        return s.Tilt(c[1], c[3], tuple(c[5:]), cite=c[4], span=_span(c, self.source))

    def adjust(self, c: list[Any]) -> s.Tilt:
        return s.Tilt(None, c[2], tuple(c[4:]), cite=c[3], span=_span(c, self.source))

    def tilts(self, c: list[Any]) -> s.Tilts:
        rule = {"ADD_UP": "add", "BEST_ONLY": "best", "FIRST_ONLY": "first"}[c[1].type]
        return s.Tilts(rule, cite=c[-1], span=_span(c, self.source))  # type: ignore[arg-type]

    # ------------------------------------------------------------ later documents

    def amend(self, c: list[Any]) -> s.Amend:
        return s.Amend(self._need(c[2]), tuple(c[4:]), cite=c[3], span=_span(c, self.source))

    def amend_copay(self, c: list[Any]) -> s.AmendCut:
        return s.AmendCut(
            "copay", self._word(c[2]), c[4], self._word(c[6]), None, c[8], cite=c[-1], span=_span(c, self.source)
        )

    def amend_exclude(self, c: list[Any]) -> s.AmendCut:
        return s.AmendCut(
            "exclude", self._word(c[2]), c[4], self._word(c[6]), self._word(c[8]), c[10], cite=c[-1],
            span=_span(c, self.source),
        )  # fmt: skip

    def replace(self, c: list[Any]) -> s.Replace:
        return s.Replace(c[1], cite=c[1].cite, span=_span(c, self.source))

    def remove(self, c: list[Any]) -> s.Remove:
        return s.Remove(c[1].type.lower(), self._word(c[2]), cite=c[-1], span=_span(c, self.source))

    # ------------------------------------------------------------ around the settlement

    def subsidy(self, c: list[Any]) -> s.Subsidy:
        self._once(c[3:])
        return s.Subsidy(self._need(c[1]), tuple(c[3:]), cite=c[2], span=_span(c, self.source))

    def subject(self, c: list[Any]) -> s.Valued:
        return self._valued("for", c)

    def subsidy_premium(self, c: list[Any]) -> s.Valued:
        return self._valued("premium", c)

    def subsidy_pay(self, c: list[Any]) -> s.Valued:
        return self._valued("pay", c)

    def subsidy_shares(self, c: list[Any]) -> s.Shares:
        return s.Shares(c[1], c[3], cite=c[-1], span=_span(c, self.source))

    def shares(self, c: list[Any]) -> tuple[s.Share, ...]:
        return tuple(c)

    def share(self, c: list[Any]) -> s.Share:
        bearer, part = self._need(c[0]), None
        if c[1] is not None:
            part = self._percent(c[1]) if c[1].type == "PERCENT" else self._number(c[1], str(c[1]))
        percent = c[1] is not None and c[1].type == "PERCENT"
        return s.Share(bearer, part, percent, span=_span(c, self.source))

    def enrolment(self, c: list[Any]) -> s.Enrolment:
        subject = self._once(c[3:]).get("for")
        cases = tuple(line for line in c[3:] if isinstance(line, s.EnrolmentCase))
        return s.Enrolment(
            self._need(c[1]), subject.value if subject else None, cases, cite=c[2], span=_span(c, self.source)
        )

    def enrolment_case(self, c: list[Any]) -> s.EnrolmentCase:
        self._once(c[3:])
        return s.EnrolmentCase(c[1], tuple(c[3:]), cite=c[2], span=_span(c, self.source))

    def enrolment_otherwise(self, c: list[Any]) -> s.EnrolmentCase:
        return s.EnrolmentCase(None, tuple(c[2:]), cite=c[1], span=_span(c, self.source))

    def outcome(self, c: list[Any]) -> s.Valued:
        key = c[0].type.lower()
        value = c[1]
        if isinstance(value, Token):
            value = self._string(value) if value.type == "STRING" else value.type.lower()
        return s.Valued(key, value, cite=c[-1], span=_span(c, self.source))

    def route(self, c: list[Any]) -> s.Route:
        self._once(c[3:])
        return s.Route(self._need(c[1]), tuple(c[3:]), cite=c[2], span=_span(c, self.source))

    def route_advanced(self, c: list[Any]) -> s.Named:
        return s.Named("advanced", c[1], self._need(c[3]), cite=c[-1], span=_span(c, self.source))

    def route_claimed(self, c: list[Any]) -> s.Named:
        return s.Named("claimed", c[1], self._need(c[3]), cite=c[-1], span=_span(c, self.source))

    def route_deposit(self, c: list[Any]) -> s.Valued:
        return self._valued("deposit", c)

    def route_collect(self, c: list[Any]) -> s.Valued:
        return self._valued("collect", c)

    def route_due(self, c: list[Any]) -> s.Due:
        share = self._percent(c[2]) if c[2].type == "PERCENT" else None
        return s.Due(self._need(c[1]), share, c[4], self._need(c[6]), cite=c[-1], span=_span(c, self.source))

    def duration(self, c: list[Any]) -> s.Literal:
        return self.literal(c)

    def alert(self, c: list[Any]) -> s.Alert:
        self._once(c[3:])
        return s.Alert(self._need(c[1]), tuple(c[3:]), cite=c[2], span=_span(c, self.source))

    def alert_watch(self, c: list[Any]) -> s.Valued:
        return self._valued("watch", c)

    def alert_above(self, c: list[Any]) -> s.Valued:
        return self._valued("above", c)

    def alert_tell(self, c: list[Any]) -> s.Valued:
        return self._valued("tell", c, self._string(c[1]))

    def target(self, c: list[Any]) -> s.Target:
        self._once(c[5:])
        return s.Target(self._need(c[1]), c[2].type.lower(), c[3], tuple(c[5:]), cite=c[4], span=_span(c, self.source))

    def target_persons(self, c: list[Any]) -> s.Valued:
        return self._valued("persons", c, c[2])

    def target_among(self, c: list[Any]) -> s.Valued:
        return self._valued("among", c)

    def target_ratio(self, c: list[Any]) -> s.Valued:
        return self._valued("ratio", c, (c[1], c[3]))

    def target_claims(self, c: list[Any]) -> s.Valued:
        return self._valued("claims", c, c[2])

    def require_rates(self, c: list[Any]) -> s.Requirement:
        return s.Requirement(None, self._need(c[1]), cite=c[-1], span=_span(c, self.source))

    def require_condition(self, c: list[Any]) -> s.Requirement:
        return s.Requirement(c[1], None, cite=c[-1], span=_span(c, self.source))

    def recorded(self, c: list[Any]) -> s.Recorded:
        return s.Recorded(self._string(c[1]), cite=c[-1], span=_span(c, self.source))

    # ------------------------------------------------------------ examples

    def example(self, c: list[Any]) -> s.Example:
        source = self._string(c[3]) if c[3] is not None else None
        return s.Example(self._need(c[1]), source, tuple(c[5:]), cite=c[4], span=_span(c, self.source))

    def _part(self, kind: Any, c: list[Any], name: Token | None, lines: list[Any]) -> s.ExamplePart:
        return s.ExamplePart(kind, self._word(name), tuple(lines), span=_span(c, self.source))

    def example_person(self, c: list[Any]) -> s.ExamplePart:
        return self._part("person", c, None, c[1:])

    def example_earlier(self, c: list[Any]) -> s.ExamplePart:
        return self._part("earlier", c, None, c[1:])

    def example_claim(self, c: list[Any]) -> s.ExamplePart:
        return self._part("claim", c, c[1], c[2:])

    def example_arrival(self, c: list[Any]) -> s.ExamplePart:
        return self._part("arrival", c, c[1], c[2:])

    def example_expect(self, c: list[Any]) -> s.ExamplePart:
        return self._part("expect", c, None, c[1:])

    def given_identity(self, c: list[Any]) -> s.GivenIdentity:
        return s.GivenIdentity(self._need(c[1]), self._date(c[3]), self._date(c[5]), span=_span(c, self.source))

    def given_fact(self, c: list[Any]) -> s.Given:
        path = tuple(self._need(t) for t in c[:-1] if isinstance(t, Token))
        values = tuple(x for x in c[:-1] if not isinstance(x, Token))
        return s.Given(path, values, cite=c[-1], span=_span(c, self.source))

    def given_pair(self, c: list[Any]) -> s.Given:
        return s.Given((self._need(c[0]),), (c[1],), span=_span(c, self.source))

    def given_item(self, c: list[Any]) -> s.GivenItem:
        return s.GivenItem(tuple(c[1:]), span=_span(c, self.source))
