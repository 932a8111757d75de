"""From a source to its syntax tree.

Theory: the tokens are cut into top-level statements (a statement starts in column one), each parsed by itself. Where
one does not parse, the offending line is reported, taken out together with what is indented under it, and the rest
of the statement is parsed again, so one run reports many problems and a mistake never hides the next statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import ClassVar

from attrs import frozen

from pol_lang.build import Build
from pol_lang.keywords import KEYWORDS, Keyword
from pol_lang.lalr import Refused, Session
from pol_lang.lexer import Phrases, lex
from pol_lang.problem import MAX_PROBLEMS, Problem, Problems, near_names
from pol_lang.source import Source, Span
from pol_lang.syntax import File, Statement
from pol_lang.token import Token

_KINDS_ZH = {
    "NAME": "名称", "STRING": "引号里的文字", "NUMBER": "数", "MONEY": "金额", "PERCENT": "百分比", "POINTS": "百分点",
    "COUNT": "次数", "DURATION": "时长", "DATE": "日期", "MONTH_DAY": "月日", "PATH": "文件", "CITE": "依据",
    "ADMISSION": "第 2 次起", "COMPARE": "比较号", "_NL": "行末", "_INDENT": "缩进的下一行", "_DEDENT": "块的结束",
    "MULTIPLY": "×", "DIVIDE": "÷", "PLUS": "+", "MINUS": "-", "EQUALS": "=", "LPAR": "(", "RPAR": ")", "_COMMA": ",",
    "_DOT": ".", "$END": "文件末尾",
}  # fmt: skip
_KINDS_EN = {
    "NAME": "a name", "STRING": "a text in quotation marks", "NUMBER": "a number", "MONEY": "an amount",
    "PERCENT": "a percentage", "POINTS": "percentage points", "COUNT": "a count", "DURATION": "a duration",
    "DATE": "a date", "MONTH_DAY": "a month and day", "PATH": "a file", "CITE": "cite",
    "ADMISSION": "from admission 2",
    "COMPARE": "a comparison", "_NL": "the end of the line", "_INDENT": "an indented line",
    "_DEDENT": "the block's end",
    "MULTIPLY": "×", "DIVIDE": "÷", "PLUS": "+", "MINUS": "-", "EQUALS": "=", "LPAR": "(", "RPAR": ")", "_COMMA": ",",
    "_DOT": ".", "$END": "the end of the file",
}  # fmt: skip


class Unexpected(Problem):
    """A word or sign stands where the language expects something else. The message says what may stand there.

    The line, and what is indented under it, is left out so that the rest of the file is still checked.
    ---
    这里的词或符号不合语法；信息里列出了此处可以写什么。这一行（连同缩进在它下面的各行）略过，其余部分照常检查。
    """

    found_zh: str = ""
    found_en: str = ""
    expected_zh: str = ""
    expected_en: str = ""
    code = "T116"
    zh: ClassVar[str] = "看不懂{found_zh}"
    en: ClassVar[str] = "did not expect {found_en}"
    hint_zh: ClassVar[str] = "这里可以写：{expected_zh}"
    hint_en: ClassVar[str] = "what may stand here: {expected_en}"


class KeywordAsName(Problem):
    """A name is wanted and a word of the language stands there. Keywords cannot be names.
    ---
    这里要一个名称，但写的是语言的关键词。关键词不能作名称。
    """

    word: str = ""
    code = "T117"
    zh: ClassVar[str] = "“{word}”是关键词，不能作名称"
    en: ClassVar[str] = "“{word}” is a keyword and cannot be a name"
    hint_zh: ClassVar[str] = "换一个名称，例如在前后加字"
    hint_en: ClassVar[str] = "choose another name, for instance a longer one"


@frozen
class Parsed:
    """A file as far as it could be read, what was wrong with the rest, and slips that leave the tree whole."""

    file: File
    comments: tuple[Span, ...]
    problems: tuple[Problem, ...]
    slips: tuple[Problem, ...] = ()


def keywords() -> dict[str, Keyword]:
    """The keywords by token name."""
    return KEYWORDS


@cache
def phrases() -> Phrases:
    """The keywords as the lexer wants them."""
    return Phrases(KEYWORDS)


def parse(source: Source) -> Parsed:
    """The syntax tree of a source, with every problem found; statements that do not parse are left out."""
    build = Build(source)
    lexed = lex(source, phrases())
    problems = list(lexed.problems)
    statements: list[Statement] = []
    for chunk in _statements(lexed.tokens):
        if len(problems) >= MAX_PROBLEMS:
            break
        _parse_statement(build, chunk, statements, problems)
    found = sorted(problems, key=lambda p: p.span.start if p.span else -1)
    # A problem of the lexer often makes the parser stumble at the same place: keep the first.
    kept: list[Problem] = []
    for problem in found:
        if isinstance(problem, Unexpected) and any(
            k.span and problem.span and k.span.line == problem.span.line for k in kept
        ):
            continue
        kept.append(problem)
    slips = {
        problem.span.start if problem.span else 0: problem for problem in build.problems
    }  # a statement may have been built more than once
    return Parsed(File(source, tuple(statements)), lexed.comments, tuple(kept), tuple(slips.values()))


def _statements(tokens: tuple[Token, ...]) -> Iterator[list[Token]]:
    depth = 0
    chunk: list[Token] = []
    for token in tokens:
        if token.type == "_INDENT":
            depth += 1
        elif token.type == "_DEDENT":
            depth -= 1
        elif depth == 0 and chunk and chunk[-1].type in ("_NL", "_DEDENT"):
            yield chunk
            chunk = []
        chunk.append(token)
    if chunk:
        yield chunk


def _parse_statement(build: Build, tokens: list[Token], statements: list[Statement], problems: list[Problem]) -> None:
    while tokens:
        session = Session(build)
        at = 0
        try:
            for at, token in enumerate(tokens):  # noqa: B007
                session.feed(token)
            statements.append(session.finish(tokens[-1].end_pos))
            return
        except Refused as error:
            problems.append(_unexpected(build.source, error.token, session.accepts(), KEYWORDS))
            at = min(at, len(tokens) - 1)
        except Problems as error:
            problems.extend(error.problems)
            at = _standing_at(tokens, error.problems[0], at)
        if len(problems) >= MAX_PROBLEMS:
            return
        tokens = _without_line(tokens, at)


def _standing_at(tokens: list[Token], problem: Problem, reached: int) -> int:
    """The token that a problem is about: the parser builds a line only when it has seen the next one's first word."""
    if problem.span is None:
        return reached
    start = problem.span.start
    return next((i for i, token in enumerate(tokens[:reached]) if token.end_pos > start), reached)


def _without_line(tokens: list[Token], at: int) -> list[Token]:
    """The tokens without the line of token `at` and what is indented under it; empty where that is the head."""
    if tokens[at].type in ("_INDENT", "_DEDENT", "_NL") and at > 0:
        at -= 1
        while at > 0 and tokens[at].type in ("_INDENT", "_DEDENT", "_NL"):
            at -= 1
    start = at
    while start > 0 and tokens[start - 1].type not in ("_NL", "_INDENT", "_DEDENT"):
        start -= 1
    if start == 0:
        return []
    end = at
    while end < len(tokens) and tokens[end].type != "_NL":
        end += 1
    end += 1
    if end < len(tokens) and tokens[end].type == "_INDENT":
        depth = 0
        while end < len(tokens):
            depth += (tokens[end].type == "_INDENT") - (tokens[end].type == "_DEDENT")
            end += 1
            if depth == 0:
                break
    rest = tokens[:start] + tokens[end:]
    # A block that lost its only line has no brackets left to stand in.
    for i in range(len(rest) - 1):
        if rest[i].type == "_INDENT" and rest[i + 1].type == "_DEDENT":
            return _without_line(rest[:i] + rest[i + 2 :], i - 1) if i > 1 else []
    return rest


def _describe(kind: str, text: str, words: dict[str, Keyword], zh: bool) -> str:
    if kind in words:
        return f"关键词“{text}”" if zh else f"the keyword “{text}”"
    name = (_KINDS_ZH if zh else _KINDS_EN).get(kind, kind)
    if kind.startswith(("_", "$")) or not text:
        return name
    return f"{name}“{text}”" if zh else f"{name} “{text}”"


_SYNONYMS = {
    "大于": "ABOVE", "高于": "ABOVE", "大于等于": "NOT_BELOW", "小于": "BELOW", "小于等于": "UP_TO", "不大于": "UP_TO",
    "等于": "IS", "为": "IS", "不等于": "IS_NOT", "并且": "AND", "以及": "AND", "同时": "AND", "或者": "OR",
    "起付标准": "DEDUCTIBLE", "起付额": "DEDUCTIBLE", "门槛费": "DEDUCTIBLE", "免赔额": "DEDUCTIBLE", "比例": "RATE",
    "报销比例": "RATE", "补偿比例": "RATE", "救助比例": "RATE", "封顶": "CAP", "限额": "CAP", "年度限额": "CAP",
    "最高支付限额": "CAP", "如果": "WHEN", "否则": "OTHERWISE", "其余": "OTHERWISE",
}  # fmt: skip
"""Words that documents use for what a keyword says."""


def _unexpected(source: Source, token: Token, accepts: set[str], words: dict[str, Keyword]) -> Problem:
    start, end = token.start_pos, token.end_pos
    span = Span(source, start, max(end, start + 1) if start < len(source.text) else start)
    text = str(token)
    if token.type in words and "NAME" in accepts and not (accepts & words.keys()):
        return KeywordAsName(span=span, word=text)
    shown_zh = [words[k].zh for k in words if k in accepts] + [_KINDS_ZH[k] for k in _KINDS_ZH if k in accepts]
    shown_en = [words[k].en for k in words if k in accepts] + [_KINDS_EN[k] for k in _KINDS_EN if k in accepts]
    spellings = [spelling for k in words if k in accepts for spelling in (words[k].zh, words[k].en)]
    near = near_names(text, spellings) if token.type == "NAME" else ()
    meant = _SYNONYMS.get(text)
    if meant in accepts and meant in words:
        near = (words[meant].zh,)
    return Unexpected(
        span=span,
        near=near,
        found_zh=_describe(token.type, text, words, True),
        found_en=_describe(token.type, text, words, False),
        expected_zh="、".join(shown_zh[:12]) + ("…" if len(shown_zh) > 12 else ""),
        expected_en=", ".join(shown_en[:12]) + ("…" if len(shown_en) > 12 else ""),
    )
