"""How far lines are indented, in whatever they are indented with."""

from __future__ import annotations

import re

from pol_lang.lexer_problems import BadIndent
from pol_lang.problem import Problem
from pol_lang.source import Source, Span

_LEVELS = re.compile(r"^( +)(?=[^\s#])", re.M)


def indented(text: str, start: int, end: int) -> int:
    """How far a line is indented whose indentation is text[start:end]: a tab, and two wide spaces, are one level."""
    unit = min((len(found) for found in _LEVELS.findall(text)), default=2)
    found = text[start:end]
    wide = found.count("\u3000")
    return (
        found.count(" ")
        + unit * (found.count("\t") + -(-wide // 2))
        + (len(found) - wide)
        - sum(found.count(sign) for sign in " \t")
    )


def odd_indentation(source: Source, stretches: list[tuple[int, int]]) -> Problem:
    """The problem of lines that are indented with more than plain spaces: stretches of their indentation."""
    text = source.text
    mends = tuple((Span(source, start, end), " " * indented(text, start, end)) for start, end in stretches)
    lines = [span.line for span, _ in mends]
    tabs = "\t" in text[stretches[0][0] : stretches[0][1]]
    count = len(lines)
    return BadIndent(
        span=mends[0][0],
        mends=mends,
        said_zh=("用制表符（Tab）" if tabs else "用全角空格")
        + ("缩进" if count == 1 else f"缩进，这样的有 {count} 行"),
        said_en=("tabs" if tabs else "wide spaces")
        + " indent this line"
        + (f" ({count} lines in all)" if count > 1 else ""),
        advice_zh="行首只用普通空格，每级两个；polc fix 可以全部换好",
        advice_en="indent with plain spaces, two a level; `polc fix` changes them all",
    )
