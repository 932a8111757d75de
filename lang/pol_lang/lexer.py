"""From a source to tokens: words, literals with units, operators, citations, and the layout.

Theory: layout as in Python. A line's indentation opens (_INDENT) or closes (_DEDENT) blocks; a line whose last
token is a comma, or that stands inside brackets, goes on in the next. A citation takes the rest of its line.
A keyword is the longest phrase of the grammar that starts at a word, so `paid by` is one token.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import ClassVar

from attrs import frozen

from pol_lang.keywords import Keyword
from pol_lang.problem import MAX_PROBLEMS, Problem
from pol_lang.source import Source, Span
from pol_lang.token import Token

MAX_DEPTH = 12
MAX_BRACKETS = 40
MAX_OPERATORS = 100  # of one line: each may be a level of the tree
MAX_CHINESE_DIGITS = 30

_UNITS = r"万元|亿元|元|分|％|%|个百分点|百分点|个工作日|工作日|天|日|个月|月|年|周岁|岁|次|个"
_FOREIGN = "yuan|rmb|cny|percent|points?|days?|workdays?|months?|years?|times"
_TOKEN = re.compile(
    rf"""
    (?P<SPACE>[ ]+)
  | (?P<COMMENT>\#[^\n]*)
  | (?P<NEWLINE>\n)
  | (?P<TAB>\t)
  | (?P<CITE>(?:cite|依据)(?!\w)[ \t]*(?P<clauses>[^\n\#]*))
  | (?P<STRING>"[^"\n]*")
  | (?P<OPEN_STRING>"[^\n]*)
  | (?P<DATE>[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?![0-9])|[0-9]{{4}}年[0-9]{{1,2}}月[0-9]{{1,2}}日)
  | (?P<MONTH_DAY>[0-9]{{1,2}}月[0-9]{{1,2}}日)
  | (?P<ADMISSION>第[ \t]*[0-9]+[ \t]*次起|from[ \t]+admission[ \t]+[0-9]+)
  | (?P<QUANTITY>[0-9]+(?:\.[0-9]+)?[ \t]*(?P<unit>{_UNITS})(?!\w))
  | (?P<ODD>[0-9]+(?:\.[0-9]+)?(?:[^\W\d_]\w*|_\w*|,[0-9]{{3}}(?![0-9])\w*|[ \t]?(?:{_FOREIGN})\b))
  | (?P<NUMBER>[0-9]+(?:\.[0-9]+)?)
  | (?P<PATH>std/[A-Za-z0-9_.-]+)
  | (?P<WORD>[^\W\d]\w*)
  | (?P<OPERATOR><=|>=|!=|[×*÷/≤≥≠<>=+−(),、.\-])
  | (?P<BAD>.)
    """,
    re.X,
)
_OPERATORS = {
    "×": "MULTIPLY", "*": "MULTIPLY", "÷": "DIVIDE", "/": "DIVIDE", "+": "PLUS", "-": "MINUS", "−": "MINUS",
    "=": "EQUALS", "<": "COMPARE", "<=": "COMPARE", "≤": "COMPARE", ">": "COMPARE", ">=": "COMPARE", "≥": "COMPARE",
    "!=": "COMPARE", "≠": "COMPARE", "(": "LPAR", ")": "RPAR", ",": "_COMMA", "、": "_COMMA", ".": "_DOT",
}  # fmt: skip
_QUANTITIES = {
    "元": "MONEY", "万元": "MONEY", "亿元": "MONEY", "分": "MONEY", "%": "PERCENT", "个百分点": "POINTS",
    "百分点": "POINTS", "次": "COUNT", "个": "COUNT", "岁": "DURATION", "周岁": "DURATION", "年": "DURATION",
    "月": "DURATION",
    "个月": "DURATION", "日": "DURATION", "天": "DURATION", "工作日": "DURATION", "个工作日": "DURATION",
}  # fmt: skip
_CHINESE_NUMBER = re.compile(
    r"^(百分之)?([〇零一二两三四五六七八九十百千万亿]+)(元|万元|分|个百分点|百分点|日|天|个工作日|工作日|个月|月|年|周岁|岁|次)?$"
)
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


class FullWidth(Problem):
    """A full-width sign or digit stands where the half-width one is meant, as happens while a Chinese input method
    is on.
    ---
    用了全角的符号或数字，应当用半角的。常常是因为中文输入法没有切换。
    """

    found: str = ""
    plain: str = ""
    code = "T105"
    zh: ClassVar[str] = "“{found}”是全角符号"
    en: ClassVar[str] = "“{found}” is a full-width sign"
    hint_zh: ClassVar[str] = "改为半角的 {plain}"
    hint_en: ClassVar[str] = "write {plain}"


class ChineseDigits(Problem):
    """A number is written in Chinese digits; figures are written with Arabic digits so that they can be checked
    beside the document.
    ---
    数用汉字数字写成了；金额、比例、日期一律用阿拉伯数字加单位。
    """

    found: str = ""
    plain: str = ""
    code = "T106"
    zh: ClassVar[str] = "“{found}”是汉字数字"
    en: ClassVar[str] = "“{found}” is a number in Chinese digits"
    hint_zh: ClassVar[str] = "改为 {plain}"
    hint_en: ClassVar[str] = "write {plain}"


class OpenString(Problem):
    """A text in quotation marks does not end on its line.
    ---
    引号里的文字在这一行没有结束。
    """

    code = "T107"
    zh: ClassVar[str] = "引号没有配对"
    en: ClassVar[str] = "this text has no closing quotation mark"
    hint_zh: ClassVar[str] = '在行末补上 "'
    hint_en: ClassVar[str] = 'close it with "'


class OddNumber(Problem):
    """A number has no unit that polc knows, or has thousands separators.

    Units: 元 万元 亿元 分 % 个百分点 日 工作日 月 年 岁 次.
    ---
    数字后面不是认识的单位，或者用了千位分隔符。单位有：元 万元 亿元 分 % 个百分点 日 工作日 月 年 岁 次。
    """

    found: str = ""
    code = "T108"
    zh: ClassVar[str] = "看不懂数“{found}”"
    en: ClassVar[str] = "cannot read the number “{found}”"
    hint_zh: ClassVar[str] = "单位有 元 万元 亿元 分 % 个百分点 日 工作日 月 年 岁 次；不写千位分隔符"
    hint_en: ClassVar[str] = "the units are 元 万元 亿元 分 % 个百分点 日 工作日 月 年 岁 次; no thousands separators"


class NoSpace(Problem):
    """A keyword and a figure stand together without a space, which makes them one name.
    ---
    关键词和数字之间没有空格，连成了一个名称。
    """

    found: str = ""
    plain: str = ""
    code = "T118"
    zh: ClassVar[str] = "“{found}”里关键词和数字连在一起"
    en: ClassVar[str] = "“{found}” is a keyword and a figure without a space"
    hint_zh: ClassVar[str] = "加一个空格：{plain}"
    hint_en: ClassVar[str] = "put a space between them: {plain}"


class DigitFirst(Problem):
    """A name starts with a digit, which would make it a figure wherever it is used.
    ---
    名称以数字开头，用到它的地方就会被当作数。
    """

    name: str = ""
    code = "T120"
    zh: ClassVar[str] = "名称“{name}”以数字开头"
    en: ClassVar[str] = "the name “{name}” starts with a digit"
    hint_zh: ClassVar[str] = "在前面加字，或者把数字移到后面"
    hint_en: ClassVar[str] = "put a letter first, or the digits last"


class EdgeBehind(Problem):
    """An edge is written behind its figure (3万元以下), as documents do. That does not say whether the figure itself
    belongs to it; here the word stands before the figure and does.
    ---
    界限写在了数的后面（3万元以下）。文件里常这样写，但没有说含不含这个数；这里界限写在数的前面，并分清含与不含。
    """

    found: str = ""
    advice_zh: str = ""
    advice_en: str = ""
    code = "T119"
    zh: ClassVar[str] = "“{found}”的界限要写在数的前面"
    en: ClassVar[str] = "the edge in “{found}” is written before the figure"
    hint_zh: ClassVar[str] = "{advice_zh}"
    hint_en: ClassVar[str] = "{advice_en}"


class BadCharacter(Problem):
    """A character stands here that no part of the language uses.
    ---
    这个字符在语言里没有用处。
    """

    found: str = ""
    code = "T109"
    zh: ClassVar[str] = "这里不该有“{found}”"
    en: ClassVar[str] = "“{found}” has no meaning here"


class BadIndent(Problem):
    """A line is indented to a column that no open block has, or with tabs. Blocks are indented with spaces, two by
    custom, and all lines of a block start in the same column.
    ---
    缩进不对：同一块里各行要从同一列开始，用空格（习惯上两个），不用制表符。
    """

    code = "T110"
    zh: ClassVar[str] = "这一行的缩进与上面各行都对不齐"
    en: ClassVar[str] = "this line's indentation fits no line above it"
    hint_zh: ClassVar[str] = "与同一块的其他行对齐；用空格，不用制表符"
    hint_en: ClassVar[str] = "align it with its block; use spaces, not tabs"


class TooDeep(Problem):
    """Blocks or brackets are nested deeper, or a line has more operators, than any policy needs.
    ---
    块或括号嵌套过深，或者一行里的运算过多。
    """

    code = "T111"
    zh: ClassVar[str] = "嵌套过深"
    en: ClassVar[str] = "nested too deeply"
    hint_zh: ClassVar[str] = "用“定义”给其中的一部分起个名字"
    hint_en: ClassVar[str] = "give a part of it a name with `define`"


class EmptyCite(Problem):
    """`cite` stands without a clause.
    ---
    “依据”后面没有写条款号。
    """

    code = "T112"
    zh: ClassVar[str] = "“依据”后面没有条款"
    en: ClassVar[str] = "`cite` names no clause"
    hint_zh: ClassVar[str] = "写上条款号，例如 依据 二(四)2"
    hint_en: ClassVar[str] = "write the clause, for example: cite 二(四)2"


_compiled = cache(re.compile)


class Phrases:
    """The keywords by their first word, the longest phrase first."""

    def __init__(self, keywords: Mapping[str, Keyword]) -> None:
        self.single: dict[str, str] = {}
        self.longer: dict[str, list[tuple[str, str]]] = {}
        for keyword in keywords.values():
            for spelling in (keyword.en, keyword.zh):
                words = spelling.split(" ")
                if len(words) == 1:
                    self.single[words[0]] = keyword.token
                else:
                    rest = r"[ \t]+" + r"[ \t]+".join(map(re.escape, words[1:])) + r"(?!\w)"
                    self.longer.setdefault(words[0], []).append((rest, keyword.token))
        for phrases in self.longer.values():
            phrases.sort(key=lambda p: -len(p[0]))

    def match(self, text: str, word: str, end: int) -> tuple[str, int] | None:
        """The keyword token that starts with `word` (which ends at `end`) and where it ends, if any."""
        for rest, token in self.longer.get(word, ()):
            found = _compiled(rest).match(text, end)  # a text in Chinese meets few phrases of several words
            if found:
                return token, found.end()
        token_name = self.single.get(word)
        return (token_name, end) if token_name else None


@frozen
class Lexed:
    """The tokens of a source, its comments, and what was wrong. Tokens are in order and balanced in layout."""

    tokens: tuple[Token, ...]
    comments: tuple[Span, ...]
    problems: tuple[Problem, ...]


def lex(source: Source, phrases: Phrases) -> Lexed:
    """The tokens of a source; problems are collected and the offending characters left out."""
    text = source.text
    tokens: list[Token] = []
    comments: list[Span] = []
    problems: list[Problem] = []
    indents = [0]
    brackets = operators = 0
    line_start = 0  # offset where the present line starts
    fresh = True  # no token yet in this line
    end_of_text = len(text)
    at = 0
    match_token = _TOKEN.match

    def add(kind: str, start: int, end: int) -> None:
        nonlocal operators
        operators = 0 if kind == "_NL" else operators + (kind in _OPERATING)
        if kind in _OPERATING and operators == MAX_OPERATORS + 1:
            problems.append(TooDeep(span=Span(source, start, end)))
        tokens.append(Token(kind, text[start:end], start, end))

    def close_block(at: int) -> None:
        if tokens[-1].type == "_INDENT":  # nothing of the block could be read
            tokens.pop()
        else:
            add("_DEDENT", at, at)

    while at < end_of_text and len(problems) < MAX_PROBLEMS:
        found = match_token(text, at)
        assert found is not None
        kind = found.lastgroup or ""
        if kind == "clauses":
            kind = "CITE"
        elif kind == "unit":
            kind = "QUANTITY"
        end = found.end()
        if kind == "SPACE":
            at = end
            continue
        if kind == "COMMENT":
            comments.append(Span(source, at, end))
            at = end
            continue
        if kind == "NEWLINE":
            last = tokens[-1].type if tokens else "_NL"
            if not fresh and not brackets and last != "_COMMA":
                if last not in _LAYOUT:  # else nothing of the line could be read
                    add("_NL", at, at)
                fresh = True
            elif fresh or brackets:
                fresh = fresh and not brackets
            line_start = at = end
            if brackets and _starts_statement(text, end):
                brackets = 0  # an unclosed bracket must not swallow the rest of the file
                if not fresh:
                    add("_NL", at - 1, at - 1)
                    fresh = True
            continue
        if fresh and not (tokens and tokens[-1].type == "_COMMA"):
            column = at - line_start
            if kind == "TAB":
                if not _REST_IS_EMPTY.match(text, end):
                    problems.append(BadIndent(span=Span(source, at, end)))
                at = end
                line_start += 1
                continue
            if not tokens and column > 0:  # the file starts with an indented line
                problems.append(BadIndent(span=Span(source, at, end)))
                indents[0] = column
            elif column > indents[-1]:
                if len(indents) > MAX_DEPTH:
                    problems.append(TooDeep(span=Span(source, at, end)))
                indents.append(column)
                add("_INDENT", at, at)
            else:
                while column < indents[-1] and len(indents) > 1:
                    indents.pop()
                    close_block(at)
                indents[0] = min(indents[0], column)
                if column != indents[-1]:
                    problems.append(BadIndent(span=Span(source, at, end)))
            fresh = False
        fresh = False
        if kind == "WORD":
            # After a dot a word names a term of what stands before it, and after `example` or `claim` it is a label,
            # even where it is a keyword elsewhere.
            free = tokens and tokens[-1].type in ("_DOT", *LABELLED)
            keyword = None if free else phrases.match(text, found[0], end)
            if keyword:
                end = keyword[1]
                add(keyword[0], at, end)
            elif (digits := _chinese_digits(found[0])) and not _labels(tokens, text, end):
                problems.append(ChineseDigits(span=Span(source, at, end), found=found[0], plain=digits))
                add("NUMBER", at, end)
            elif (glued := _GLUED.match(text, at)) and glued["keyword"] in phrases.single:
                plain = f"{glued['keyword']} {glued['figure']}"
                problems.append(NoSpace(span=Span(source, at, glued.end()), found=glued[0], plain=plain))
                end = glued.end("keyword")
                add(phrases.single[glued["keyword"]], at, end)
            else:
                add("NAME", at, end)
        elif kind == "OPERATOR":
            operator = _OPERATORS[found[0]]
            brackets += (operator == "LPAR") - (operator == "RPAR" and brackets > 0)
            if brackets > MAX_BRACKETS:
                problems.append(TooDeep(span=Span(source, at, end)))
                break
            add(operator, at, end)
        elif kind == "QUANTITY":
            add(_QUANTITIES[found["unit"]], at, end) if found["unit"] != "％" else _full_width(
                source, problems, tokens, at, end
            )
        elif kind in ("STRING", "DATE", "MONTH_DAY", "ADMISSION", "NUMBER", "PATH"):
            add(kind, at, end)
        elif kind == "CITE":
            end = at + len(found[0].rstrip())
            if not _NO_CLAUSE.match(found["clauses"]):
                add("CITE", at, end)
            else:
                problems.append(EmptyCite(span=Span(source, at, end)))
        elif kind == "OPEN_STRING":
            problems.append(OpenString(span=Span(source, at, end)))
            add("STRING", at, end)
        elif kind == "ODD":
            declares = bool(tokens) and tokens[-1].type in _DECLARING and not _EDGE.match(found[0])
            if declares:
                problems.append(DigitFirst(span=Span(source, at, end), name=found[0]))
            else:
                problems.append(_odd(Span(source, at, end), found[0]))
            add("NAME" if declares else "NUMBER", at, end)
        elif kind == "TAB":
            pass
        else:
            end = _bad(source, problems, tokens, at)
        at = end
    if not fresh and tokens and tokens[-1].type not in _LAYOUT:
        add("_NL", end_of_text, end_of_text)
    for _ in indents[1:]:
        close_block(end_of_text)
    return Lexed(tuple(tokens), tuple(comments), tuple(problems))


_OPERATING = {
    "MULTIPLY", "DIVIDE", "PLUS", "MINUS", "COMPARE", "OR", "AND", "NOT", "AT_LEAST", "AT_MOST", "ROUNDED_TO", "SUM_OF",
}  # fmt: skip
_LAYOUT = {"_NL", "_INDENT", "_DEDENT"}
LABELLED = ("EXAMPLE", "CLAIM", "ARRIVAL")
_DECLARING = {
    "POLICY", "BEARER", "IDENTITY", "GROUP", "FACT", "LIST", "PARAMETER", "SET", "TABLE", "BANDS", "DEFINE", "CONTROL",
    "PACKAGE", "SHARED_CAP", "TALLY", "LAYER", "SUBSIDY", "ENROLMENT", "ROUTE", "ALERT", "TARGET", *LABELLED,
}  # fmt: skip
_REST_IS_EMPTY = re.compile(r"[ \t]*(?:#|\n|\Z)")
_NO_CLAUSE = re.compile(r"[\s、;；]*\Z")


_GLUED = re.compile(rf"(?P<keyword>[^\W\d_]+)(?P<figure>[0-9]+(?:\.[0-9]+)?(?:{_UNITS})(?!\w))")
_EDGE = re.compile(rf"(?P<figure>[0-9]+(?:\.[0-9]+)?(?:{_UNITS}))(?P<with_it>及|含)?(?P<edge>以下|以内|以上|以外)$")
_EDGES = {
    "以下": ("不超过", "低于", "up to", "below"), "以内": ("不超过", "低于", "up to", "below"),
    "以上": ("达到", "超过", "not below", "above"), "以外": ("达到", "超过", "not below", "above"),
}  # fmt: skip


def _odd(span: Span, found: str) -> Problem:
    """The problem of a figure that is none: an edge written behind it, or an unknown unit."""
    behind = _EDGE.match(found)
    if not behind:
        return OddNumber(span=span, found=found)
    figure = behind["figure"]
    with_zh, without_zh, with_en, without_en = _EDGES[behind["edge"]]
    if behind["with_it"]:
        return EdgeBehind(
            span=span, found=found, advice_zh=f"改为 {with_zh} {figure}", advice_en=f"write `{with_en} {figure}`"
        )
    return EdgeBehind(
        span=span, found=found,
        advice_zh=f"含 {figure}：写 {with_zh} {figure}\n不含 {figure}：写 {without_zh} {figure}",
        advice_en=f"{figure} included: write `{with_en} {figure}`\nnot included: write `{without_en} {figure}`",
    )  # fmt: skip


def _starts_statement(text: str, at: int) -> bool:
    return at < len(text) and text[at] not in " \t\n#)"


_WIDE = re.compile("[\uff01-\uff5e\u3001\u3002\u2018\u2019\u201c\u201d\u300c\u300d\u2236\u3010\u3011]+")
_HAS_PLAIN_FORM = re.compile(r'[0-9%+\-*/<>=(),."#]')
_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?[ \t]*(?P<percent>%)?\Z")
_WIDE_FORMS = str.maketrans("。‘’“”「」∶【】", "." + '""""""' + ":()")


def _full_width(source: Source, problems: list[Problem], tokens: list[Token], start: int, end: int) -> None:
    found = source.text[start:end]
    plain = unicodedata.normalize("NFKC", found).translate(_WIDE_FORMS)
    problems.append(FullWidth(span=Span(source, start, end), found=found, plain=plain))
    kind = _OPERATORS.get(plain, "")
    if figure := _FIGURE.match(plain):
        kind = "PERCENT" if figure["percent"] else "NUMBER"
    if kind:
        tokens.append(Token(kind, plain, start, end))


def _bad(source: Source, problems: list[Problem], tokens: list[Token], at: int) -> int:
    wide = _WIDE.match(source.text, at)
    if wide and _HAS_PLAIN_FORM.search(unicodedata.normalize("NFKC", wide[0]).translate(_WIDE_FORMS)):
        _full_width(source, problems, tokens, at, wide.end())
        return wide.end()
    problems.append(BadCharacter(span=Span(source, at, at + 1), found=source.text[at]))
    return at + 1


def _labels(tokens: list[Token], text: str, end: int) -> bool:
    """Whether the word that ends at `end` only labels an example or a claim of it (一次就诊 一月, 一月.大病保险)."""
    return (bool(tokens) and tokens[-1].type in LABELLED) or text.startswith(".", end)


def _chinese_digits(word: str) -> str:
    match = _CHINESE_NUMBER.match(word)
    if not match or not (match[1] or match[3]) or len(word) > MAX_CHINESE_DIGITS:
        return ""
    number = _chinese_value(match[2])
    return f"{number}%" if match[1] else f"{number}{match[3]}"


def _chinese_value(digits: str) -> int:
    for sign in ("亿", "万"):
        before, found, after = digits.rpartition(sign)
        if found:
            return _chinese_value(before or "一") * _TENS[sign] + _chinese_value(after)
    section = digit = 0
    for character in digits:
        if character in _DIGITS:
            digit = digit * 10 + _DIGITS[character] if digit and "十" not in digits else _DIGITS[character]
        else:
            section += (digit or 1) * _TENS[character]
            digit = 0
    return section + digit
