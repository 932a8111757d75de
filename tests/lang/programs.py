"""Programs drawn from the grammar itself: whatever grammar.lark allows turns up, in any spacing a person might type.

`derivations` walks the rules of the compiled grammar and gives token names with texts; `programs` writes them down
with both spellings of keywords mixed, odd spacing, comments, blank lines and broken lists. Nothing here means
anything as a policy: the text is only bound to parse.
"""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st
from lark.grammar import NonTerminal, Rule, Symbol

from pol_lang.lexer import lex
from pol_lang.parser import keywords, phrases
from pol_lang.source import Source
from pol_lang.tables import compiled_grammar

Tokens = list[tuple[str, str]]

NAMES = ("甲", "乙类", "特困人员", "基本医保", "城乡居民2023", "x", "base_1", "Ω比例", "每次性", "a第2")
# Names that are the beginning of an English keyword phrase: harmless until their neighbour is translated.
TREACHEROUS = ("paid", "force", "top", "over", "whole", "first", "admission", "次起")
KEYWORDS_AFTER_DOTS = ("起付线", "deductible", "参保年度", "paid")

_SAMPLES: dict[str, tuple[str, ...]] = {
    "STRING": ('"某文件"', '""', '"a # b、c  d"', '"依据 三"'),
    "NUMBER": ("0", "3", "12.50", "100"),
    "MONEY": ("200元", "1.5 万元", "0亿元", "12.34  元", "7分"),
    "PERCENT": ("55%", "0.5 %", "100%"),
    "POINTS": ("5个百分点", "2.5 百分点"),
    "COUNT": ("3次", "1 个"),
    "DURATION": ("30日", "10 工作日", "3个月", "60岁", "2 年", "5天"),
    "DATE": ("2023-09-04", "2024-2-29", "2023年9月4日"),
    "MONTH_DAY": ("1月1日", "2月29日"),
    "PATH": ("std/linxian-2023", "std/a.b_c"),
    "CITE": ("cite 三.二", "依据  二(四)2、三; 四", "cite\tArt. 5,  一是  "),
    "ADMISSION": ("第2次起", "第 3  次起", "from  admission 2"),
    "COMPARE": ("<", "<=", "≤", ">", ">=", "≥", "!=", "≠"),
    "MULTIPLY": ("×", "*"),
    "DIVIDE": ("÷", "/"),
    "PLUS": ("+",),
    "MINUS": ("-", "−"),
    "EQUALS": ("=",),
    "LPAR": ("(",),
    "RPAR": (")",),
    "_DOT": (".",),
    "_COMMA": (",", "、"),
    "_NL": ("",),
    "_INDENT": ("",),
    "_DEDENT": ("",),
}
_OPERATORS = {"COMPARE", "MULTIPLY", "DIVIDE", "PLUS", "MINUS", "EQUALS", "LPAR", "RPAR", "_DOT", "_COMMA"}
_LAYOUT = {"_NL", "_INDENT", "_DEDENT"}
_COMMENTS = ("#", "# 说明", "#注 cite 三", '# "a', "# ------")


@cache
def rules() -> dict[str, list[Rule]]:
    """The compiled rules of the grammar by what they make, helper rules of repetitions included."""
    by_origin: dict[str, list[Rule]] = {}
    for rule in compiled_grammar().rules:
        by_origin.setdefault(rule.origin.name, []).append(rule)
    return by_origin


@cache
def _heights() -> dict[str, int]:
    """How many rules lie between a symbol and the words, at least."""
    heights: dict[str, int] = {}
    while True:
        before = dict(heights)
        for name, options in rules().items():
            known = [height for option in options if (height := _height(option, heights)) is not None]
            if known:
                heights[name] = min(known)
        if heights == before:
            return heights


def _height(rule: Rule, heights: dict[str, int]) -> int | None:
    parts = [heights.get(symbol.name) if isinstance(symbol, NonTerminal) else 0 for symbol in rule.expansion]
    return None if None in parts else 1 + max((part for part in parts if part is not None), default=0)


def samples() -> list[str]:
    """Some texts of each token that is not a keyword."""
    return [text for texts in (NAMES, *_SAMPLES.values()) for text in texts if text]


def keyword_words() -> list[str]:
    """Every keyword in both spellings."""
    return [word for keyword in keywords().values() for word in (keyword.zh, keyword.en)]


def _texts(name: str) -> tuple[str, ...]:
    keyword = keywords().get(name)
    if keyword:
        return (keyword.zh, keyword.en)
    return NAMES if name == "NAME" else _SAMPLES[name]


def shortest(symbol: Symbol) -> list[str]:
    """The token names of a smallest text of a symbol."""
    if not isinstance(symbol, NonTerminal):
        return [symbol.name]
    rule = min(rules()[symbol.name], key=lambda r: _height(r, _heights()) or 0)
    return [name for part in rule.expansion for name in shortest(part)]


def containing(rule: Rule) -> list[str]:
    """The token names of a small statement that uses a rule, with the shortest text for everything else."""
    left, right, name = [], [], rule.origin.name
    middle = [part for symbol in rule.expansion for part in shortest(symbol)]
    ways = _way_down()
    while name != "start":
        above, at = ways[name]
        left = [part for symbol in above.expansion[:at] for part in shortest(symbol)] + left
        right += [part for symbol in above.expansion[at + 1 :] for part in shortest(symbol)]
        name = above.origin.name
    return left + middle + right


@cache
def _way_down() -> dict[str, tuple[Rule, int]]:
    """For each symbol a rule that uses it, and where: the nearest to `start`."""
    ways: dict[str, tuple[Rule, int]] = {}
    front = ["start"]
    while front:
        below = []
        for name in front:
            for rule in rules()[name]:
                for at, symbol in enumerate(rule.expansion):
                    if isinstance(symbol, NonTerminal) and symbol.name not in ways and symbol.name != "start":
                        ways[symbol.name] = rule, at
                        below.append(symbol.name)
        front = below
    return ways


def plain(names: list[str]) -> str:
    """A tidy text for some token names: the first sample of each, two spaces to a block."""
    out, depth, fresh = "", 0, True
    for name in names:
        depth += (name == "_INDENT") - (name == "_DEDENT")
        if name == "_NL":
            out, fresh = out + "\n", True
        elif name not in _LAYOUT:
            out += ("  " * depth if fresh else " ") + _texts(name)[0]
            fresh = False
    return out


@st.composite
def derivations(draw: st.DrawFn, symbol: str = "statement", depth: int = 9, treacherous: bool = False) -> Tokens:
    """The tokens (name and text) of something the grammar makes of a symbol."""
    found: Tokens = []

    def walk(part: Symbol, left: int) -> None:
        if isinstance(part, NonTerminal):
            options = rules()[part.name]
            low = [r for r in options if (_height(r, _heights()) or 0) <= max(left, _heights()[part.name])]
            for inner in draw(st.sampled_from(low)).expansion:
                walk(inner, left - 1)
        else:
            texts = _texts(part.name)
            if part.name == "NAME" and found and found[-1][0] == "_DOT":
                texts = (*NAMES, *KEYWORDS_AFTER_DOTS)
            elif treacherous and part.name == "NAME":
                texts = TREACHEROUS
            found.append((part.name, draw(st.sampled_from(texts))))

    walk(NonTerminal(symbol), depth)
    return found


@st.composite
def texts_of(draw: st.DrawFn, tokens: Tokens, untidy: bool = True) -> str:
    """Tokens written down, with whatever spacing, comments and blank lines the language lets an author use."""
    flip = st.booleans() if untidy else st.just(False)
    spaces = st.sampled_from(("", "", " ", "   ", "\t")) if untidy else st.just("")
    comment = st.sampled_from(_COMMENTS)
    out = ""
    widths = [0]
    fresh = True
    brackets = 0

    def end_of_line() -> str:
        text = draw(spaces) + (draw(comment) if draw(flip) and draw(flip) else "") + "\n"
        while draw(flip) and draw(flip):
            text += (" " * draw(st.integers(0, 9)) + draw(comment) if draw(flip) else draw(spaces)) + "\n"
        return text

    for i, (name, text) in enumerate(tokens):
        if name == "_NL":
            out, fresh = out + end_of_line(), True
        elif name == "_INDENT":
            widths.append(widths[-1] + (draw(st.integers(1, 5)) if untidy else 2))
        elif name == "_DEDENT":
            widths.pop()
        else:
            if fresh:
                out += " " * widths[-1]
            elif brackets and draw(flip) and draw(flip):
                out += end_of_line() + "  "
            else:
                glued = name in _OPERATORS or tokens[i - 1][0] in _OPERATORS
                out += draw(spaces) if glued else " " + draw(spaces)
            fresh = False
            words = text.split(" ")
            if name in keywords() and len(words) > 1 and draw(flip):
                text = "  ".join(words)
            out += text
            brackets += (name == "LPAR") - (name == "RPAR")
            if name == "_COMMA" and draw(flip) and draw(flip):
                out += end_of_line() + " " * draw(st.integers(0, 6))
    return out


@st.composite
def programs(draw: st.DrawFn, size: int = 3, treacherous: bool = False) -> str:
    """A text of up to `size` statements that the lexer cuts into the very tokens it was written from."""
    statements = derivations(treacherous=draw(st.booleans()) if treacherous else False)
    tokens = [token for statement in draw(st.lists(statements, min_size=1, max_size=size)) for token in statement]
    text = draw(texts_of(tokens).filter(lambda t: _as_meant(t, tokens)))
    return draw(st.sampled_from(("", "\n", "# 首行\n\n"))) + text


def _as_meant(text: str, tokens: Tokens) -> bool:
    lexed = lex(Source("drawn", text), phrases())
    return [token.type for token in lexed.tokens] == [name for name, _ in tokens]
