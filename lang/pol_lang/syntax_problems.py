"""What can be wrong with a line as a whole, and what the message says to write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Self

from pol_lang import recogniser
from pol_lang.forms import FORMS
from pol_lang.keywords import Keyword
from pol_lang.lexer import SIGN, Phrases
from pol_lang.lexer_problems import BadCharacter
from pol_lang.problem import Problem, near_names
from pol_lang.recogniser import Stack
from pol_lang.retell import Retold, line_of
from pol_lang.source import Source, Span
from pol_lang.token import Token

_KINDS_ZH = {
    "NAME": "名称", "STRING": "引号里的文字", "NUMBER": "数", "MONEY": "金额", "PERCENT": "百分比", "POINTS": "百分点",
    "COUNT": "次数", "DURATION": "时长", "DATE": "日期", "MONTH_DAY": "月日", "PATH": "文件", "CITE": "依据",
    "ADMISSION": "第 2 次起", "COMPARE": "比较号", "_INDENT": "缩进的下一行", "MULTIPLY": "×", "DIVIDE": "÷",
    "PLUS": "+", "MINUS": "-", "EQUALS": "=", "LPAR": "(", "RPAR": ")", "_COMMA": "顿号或逗号", "_DOT": ".",
}  # fmt: skip
_KINDS_EN = {
    "NAME": "a name", "STRING": "a text in quotation marks", "NUMBER": "a number", "MONEY": "an amount",
    "PERCENT": "a percentage", "POINTS": "percentage points", "COUNT": "a count", "DURATION": "a duration",
    "DATE": "a date", "MONTH_DAY": "a month and day", "PATH": "a file", "CITE": "cite",
    "ADMISSION": "from admission 2", "COMPARE": "a comparison", "_INDENT": "an indented line", "MULTIPLY": "×",
    "DIVIDE": "÷", "PLUS": "+", "MINUS": "-", "EQUALS": "=", "LPAR": "(", "RPAR": ")", "_COMMA": "a comma", "_DOT": ".",
}  # fmt: skip
_OPERATING = {
    "ROUNDED_TO", "AT_LEAST", "AT_MOST", "UP_TO", "BELOW", "ABOVE", "NOT_BELOW", "OR", "AND", "IS", "IS_NOT", "IN",
    "NOT_IN", "COMPARE", "MULTIPLY", "DIVIDE", "PLUS", "MINUS", "EQUALS", "LPAR", "_DOT",
}  # fmt: skip
_VALUES = {"NONE", "YES", "NO", "NOT", "REMAINING", "SUM_OF", "STACKED", "NUMBER", "COUNT", "DURATION", "MONTH_DAY"}
_SHOWN = 14
HEADING = re.compile(r"(?:第?[一二三四五六七八九十百0-9]+[、.．章节条]|[（(][一二三四五六七八九十0-9]+[)）])")


class Unexpected(Problem):
    """A line cannot be read on from the words that are underlined. The message shows how such a line is written, or
    what may stand there; the line, and what is indented under it, is left out so that the rest is still checked.
    ---
    从划线的地方起读不下去。信息里给出这种行的写法，或者此处可以写什么。这一行（连同缩进在它下面的各行）略过，
    其余部分照常检查。
    """

    found_zh: str = ""
    found_en: str = ""
    advice_zh: str = ""
    advice_en: str = ""
    code = "T116"
    zh: ClassVar[str] = "{found_zh}"
    en: ClassVar[str] = "{found_en}"
    hint_zh: ClassVar[str] = "{advice_zh}"
    hint_en: ClassVar[str] = "{advice_en}"


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


class Misworded(Problem):
    """A line is written as documents say it, or with a slip, and it is clear what is meant; the message shows the line
    as it is written here. Where it says only one way, `polc fix` rewrites the line.

    The rest of the file is checked as if the line were written so.
    ---
    这一行用了文件的说法，或者有笔误，但看得出本意；信息里写出这里的写法。只有一种改法的，polc fix 可以代为改正。
    文件的其余部分按改正后的这一行检查。
    """

    said_zh: str = ""
    said_en: str = ""
    advice_zh: str = ""
    advice_en: str = ""
    code = "T121"
    zh: ClassVar[str] = "{said_zh}"
    en: ClassVar[str] = "{said_en}"
    hint_zh: ClassVar[str] = "{advice_zh}"
    hint_en: ClassVar[str] = "{advice_en}"

    @classmethod
    def of(cls, whole: Span, at: Span, retold: Retold) -> Self:
        """The problem of a line that is told anew; `at` is where it first goes wrong."""
        said_zh = "；".join(dict.fromkeys(slip.zh for slip in retold.slips))
        said_en = "; ".join(dict.fromkeys(slip.en for slip in retold.slips))
        others = retold.slips[-1].others
        if others:
            advice_zh = "\n".join(f"{zh}：写 {' '.join(text.split())}" for text, zh, _ in others)
            advice_en = "\n".join(f"{en}: write {' '.join(text.split())}" for text, _, en in others)
        else:
            line = " ".join(retold.text.split())
            start_zh, start_en = ("改为", "write") if retold.sure else ("例如改为", "for example")
            advice_zh, advice_en = f"{start_zh}：{line}", f"{start_en}: {line}"
        mends = ((whole, retold.text),) if retold.sure else ()
        return cls(span=at, said_zh=said_zh, said_en=said_en, advice_zh=advice_zh, advice_en=advice_en, mends=mends)

    @classmethod
    def at_line_end(cls, comma: Span) -> Self:
        """The problem of a comma with which a line ends, so that it runs into the next."""
        return cls(
            span=comma,
            mends=((comma, ""),),
            said_zh=f"行末的“{comma.text}”不用写：它会把下一行接到这一行上",
            said_en="a comma at the end of a line joins the next line to it",
            advice_zh="删去它",
            advice_en="delete it",
        )

    @classmethod
    def without_head(cls, row: Span, head: Keyword) -> Self:
        """The problem of a line whose block has no first line."""
        return cls(
            span=row,
            said_zh=f"上面缺少“{head.zh}”一行",
            said_en=f"the line `{head.en}` is missing above",
            advice_zh=f"在上面加一行，从行首写：{head.zh}",
            advice_en=f"add a line above, from its very start: {head.en}",
        )

    @classmethod
    def remark(cls, row: Span) -> Self:
        """The problem of a heading or sentence of the document that stands in the policy as it is."""
        start = Span(row.source, row.start, row.start)
        return cls(
            span=row,
            mends=((start, "# "),),
            said_zh="文件的标题和原文写成注释",
            said_en="headings and sentences of the document are written as comments",
            advice_zh="行首加 #",
            advice_en="put # at the start of the line",
        )


class NothingUnder(Problem):
    """A line that has others under it stands alone: nothing is indented below it.
    ---
    这一行下面应当有缩进的行，却没有。
    """

    line: str = ""
    advice_zh: str = ""
    advice_en: str = ""
    code = "T122"
    zh: ClassVar[str] = "“{line}”下面没有缩进的行"
    en: ClassVar[str] = "nothing is indented under “{line}”"
    hint_zh: ClassVar[str] = "{advice_zh}"
    hint_en: ClassVar[str] = "{advice_en}"

    @classmethod
    def of(
        cls,
        source: Source,
        tokens: Sequence[Token],
        stack: Stack | None,
        phrases: Phrases,
        words: dict[str, Keyword],
    ) -> Self:
        """The problem of a head line; `stack` is that inside its block."""
        span = Span(source, tokens[0].start_pos, tokens[-1].end_pos)
        last = tokens[-1]
        line = source.text[
            span.start : (last.start_pos if last.type == "CITE" and len(tokens) > 1 else span.end)
        ].strip()
        kinds = recogniser.accepts(stack) if stack else set()
        order = [kind for kind in ("RATE" if "WHEN" not in kinds else "BASE", *words) if kind in kinds]
        form = next((f for kind in order if (f := _form(kind, stack or [], phrases))), None)
        names_zh = "、".join(words[kind].zh for kind in words if kind in kinds)
        names_en = ", ".join(words[kind].en for kind in words if kind in kinds)
        own = FORMS.get(tokens[0].type) if tokens[0].type in ("PARAMETER", "SET") else None
        if own:
            advice = f"只有一个数的写成一行，例如：{own[0][0]}", f"a single figure is written in one line: {own[0][1]}"
        elif "NAME" in kinds:
            advice = "在下面写上各行，各行比这一行多空两格", "write its lines below, each two spaces further in"
        elif form:
            advice = (
                f"在下面写，比这一行多空两格，例如：{form[0]}\n可以写的行：{names_zh}",
                f"write below, two spaces further in, for example: {form[1]}\nlines that may stand there: {names_en}",
            )
        else:
            advice = f"在下面写，比这一行多空两格：{names_zh}", f"write below, two spaces further in: {names_en}"
        return cls(span=span, line=" ".join(line.split()), advice_zh=advice[0], advice_en=advice[1])


def _form(kind: str, stack: Stack, phrases: Phrases) -> tuple[str, str] | None:
    """An example of a line that starts with a token and may stand after `stack`."""
    for form in FORMS.get(kind, ()):
        line = line_of(form[0], stack, phrases)
        if line is not None and line.complete:
            return form
    return None


def unexpected(
    source: Source,
    tokens: Sequence[Token],
    at: int,
    reached: Stack,
    before: Stack,
    phrases: Phrases,
    words: dict[str, Keyword],
) -> Problem:
    """The problem of a line that cannot be read: `reached` is the parser after its first `at` tokens, `before` at its
    start."""
    kinds = recogniser.accepts(reached)
    short = at >= len(tokens) or (at > 0 and tokens[at].type == "CITE")
    token = tokens[min(at, len(tokens)) - 1] if short else tokens[at]
    start, end = token.start_pos, token.end_pos
    span = Span(source, end, min(end + 1, len(source.text))) if short else Span(source, start, max(end, start + 1))
    text = source.text[start:end]
    if not short and token.type in words and "NAME" in kinds and not (kinds & words.keys()):
        return KeywordAsName(span=span, word=text)
    if not short and token.type == SIGN and len(text) == 1:
        return BadCharacter(span=span, found=text)
    zh, en = [], []
    if sum(t.type == "LPAR" for t in tokens) > sum(t.type == "RPAR" for t in tokens):
        zh.append("括号没有配对：缺少“)”")
        en.append("a closing bracket is missing")
    form = _form(tokens[0].type, before, phrases) if at > 0 or short else None
    if form:
        zh.append(f"这一行的写法，例如：{form[0]}")
        en.append(f"such a line is written, for example: {form[1]}")
    zh_list, en_list = _listed(kinds, words)
    if at == 0 and not short:
        zh.append(f"这里可以写的行：{'、'.join(zh_list)}")
        en.append(f"lines that may stand here: {', '.join(en_list)}")
    elif zh_list:
        zh.append(f"这里可以写：{'、'.join(zh_list)}")
        en.append(f"what may stand here: {', '.join(en_list)}")
    if short:
        said = "这一行没有写完", "this line is not complete"
    elif at == 0:
        said = f"没有以“{text}”开头的行", f"no line starts with “{text}”"
    else:
        said = f"“{text}”放在这里读不通", f"“{text}” does not fit here"
    spellings = [spelling for k in words if k in kinds for spelling in (words[k].zh, words[k].en)]
    near = near_names(text, spellings) if token.type == "NAME" and not short else ()
    return Unexpected(
        span=span, near=near, found_zh=said[0], found_en=said[1], advice_zh="\n".join(zh), advice_en="\n".join(en)
    )


def _listed(kinds: set[str], words: dict[str, Keyword]) -> tuple[list[str], list[str]]:
    """What may stand in a place, for people: signs of arithmetic only where nothing else may."""
    ends = "_NL" in kinds
    plain = kinds - _OPERATING - {"_NL", "_DEDENT", "_INDENT", "$END"}
    if {"NAME", "MONEY"} <= plain:
        plain -= _VALUES | {"STRING", "DATE"}
    if "COMPARE" in kinds and "FOR" not in kinds:
        plain |= kinds & {"IS", "NOT_BELOW", "ABOVE", "UP_TO", "BELOW", "IN", "AND", "OR"}
    chosen = plain or kinds & _OPERATING
    zh = [words[k].zh for k in words if k in chosen] + [_KINDS_ZH[k] for k in _KINDS_ZH if k in chosen]
    en = [words[k].en for k in words if k in chosen] + [_KINDS_EN[k] for k in _KINDS_EN if k in chosen]
    if len(zh) > _SHOWN:
        zh, en = [*zh[:_SHOWN], "……"], [*en[:_SHOWN], "…"]
    if ends:
        zh.append("也可以到此结束")
        en.append("or the line ends here")
    return zh, en
