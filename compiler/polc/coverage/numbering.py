"""The numbers that official documents put before their clauses, and the same numbers in a citation.

A clause's number is a path of marks, outermost first: 二(四)2 is 二 in the style 一、, 四 in （一）, 2 in 1. Brackets
and digits may be full or half width, with blanks in between; a scanned text has all of these in one page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from attrs import frozen

Style = Literal[
    "annex", "chapter", "section", "article", "han", "han_bracket", "digit", "digit_bracket", "circle", "is"
]
Part = Literal["style", "number"]

_HAN = "[〇零一二三四五六七八九十百]+"
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0}
_CIRCLES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@frozen
class Mark:
    """One number in one style."""

    style: Style
    number: int

    def __str__(self) -> str:
        return _WRITTEN[self.style].format(n=self.number, h=han(self.number), c=_circle(self.number))


_WRITTEN: dict[Style, str] = {
    "annex": "附件{n}", "chapter": "第{h}章", "section": "第{h}节", "article": "第{h}条", "han": "{h}",
    "han_bracket": "({h})", "digit": "{n}", "digit_bracket": "（{n}）", "circle": "{c}", "is": "{h}是",
}  # fmt: skip

Path = tuple[Mark, ...]


def written(path: Path) -> str:
    """A path as it is cited: `二(四)2`, `三.二 一是`, `第三条(二)`. Articles are counted through all chapters."""
    start = next((i for i, mark in enumerate(path) if mark.style == "article"), 0)
    text = ""
    before: Style | None = None
    for mark in path[start:]:
        if mark.style == "is" and text:
            text += " "
        elif before is not None and mark.style in ("han", "digit") and before in ("han", "digit", "annex"):
            text += "."
        text += str(mark)
        before = mark.style
    return text


def han(number: int) -> str:
    """A number below a thousand as it is counted: 十, 十二, 二十, 一百零三."""
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones or not number else "")


def value(text: str) -> int | None:
    """The number that some Chinese or Arabic digits mean; None where they mean none."""
    if text.isdecimal():
        return int(text)
    total = digit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign == "十":
            total, digit = total + (digit or 1) * 10, 0
        elif sign == "百":
            total, digit = total + (digit or 1) * 100, 0
        else:
            return None
    return total + digit or None


def _circle(number: int) -> str:
    return _CIRCLES[number - 1] if 0 < number <= len(_CIRCLES) else f"({number})"


# ---------------------------------------------------------------- in a document

_AT_START: tuple[tuple[Style, re.Pattern[str]], ...] = (
    ("annex", re.compile(r"(?:附件|附录)\s*(?P<n>[0-9]{1,2}|" + _HAN + r")?\s*[:：]?(?=\s|$)")),
    ("chapter", re.compile(rf"第\s*(?P<n>{_HAN}|[0-9]+)\s*章")),
    ("section", re.compile(rf"第\s*(?P<n>{_HAN}|[0-9]+)\s*节")),
    ("article", re.compile(rf"第\s*(?P<n>{_HAN}|[0-9]+)\s*条")),
    ("han", re.compile(rf"(?P<n>{_HAN})\s*[、.](?!\s*[0-9])")),
    ("han_bracket", re.compile(rf"\(\s*(?P<n>{_HAN})\s*\)[、.]?")),
    ("digit_bracket", re.compile(r"\(\s*(?P<n>[0-9]{1,2})\s*\)")),
    ("digit_bracket", re.compile(r"(?P<n>[0-9]{1,2})\s*\)")),
    ("digit", re.compile(r"(?P<n>[0-9]{1,2})\s*[.、](?!\s*[0-9])")),
    ("circle", re.compile(rf"(?P<n>[{_CIRCLES}])")),
    ("is", re.compile(rf"(?P<n>{_HAN})\s*是(?!否)")),
)
_INLINE: tuple[tuple[Style, re.Pattern[str]], ...] = (
    ("is", re.compile(rf"(?:(?<=[。；;:：,，、!)])|(?<=[。；;:：,，!)]\s))\s*(?P<n>{_HAN})\s*是(?!否)")),
    ("circle", re.compile(rf"(?P<n>[{_CIRCLES}])")),
    ("digit_bracket", re.compile(r"(?<=[。；;:：,，])\s*\(\s*(?P<n>[0-9]{1,2})\s*\)")),
    ("han_bracket", re.compile(rf"(?<=[。；;:：])\s*\(\s*(?P<n>{_HAN})\s*\)")),
)


def plain(line: str) -> str:
    """A line with brackets, digits and stops in one width, of the same length; circled digits stay."""
    return "".join(
        sign if sign in _CIRCLES or sign in "，。；：！" else _one(unicodedata.normalize("NFKC", sign), sign)
        for sign in line
    )


def _one(normal: str, sign: str) -> str:
    normal = {"〔": "(", "〕": ")", "【": "(", "】": ")", "．": "."}.get(normal, normal)
    return normal if len(normal) == 1 else sign


def mark_at_start(line: str) -> tuple[Mark, int] | None:
    """The number that a line (made plain) starts with, and where it ends."""
    for style, pattern in _AT_START:
        found = pattern.match(line)
        if found:
            number = _number(style, found["n"])
            if number is not None:
                return Mark(style, number), found.end()
    return None


_DECIMAL = re.compile(r"(?P<n>[0-9]{1,2}(?:\.[0-9]{1,2})+)[.、]?(?=\s*[^\s0-9.,%元万亿个日天年月倍成])")


def decimal_at_start(line: str) -> tuple[tuple[int, ...], int] | None:
    """The numbers of `3.1` or `2.4.1` that a line (made plain) starts with, and where they end; whether that is a
    clause and no amount, the clauses before it tell."""
    found = _DECIMAL.match(line)
    return None if found is None else (tuple(map(int, found["n"].split("."))), found.end())


def marks_within(line: str) -> Iterator[tuple[Mark, int, int]]:
    """The numbers that stand inside a paragraph (made plain), in order: mark, where it starts and ends."""
    found = [
        (match.start("n"), match.end(), style, match["n"])
        for style, pattern in _INLINE
        for match in pattern.finditer(line)
    ]
    for start, end, style, text in sorted(found):
        number = _number(style, text)
        if number is not None:
            yield Mark(style, number), start, end


def _number(style: Style, text: str | None) -> int | None:
    if style == "circle":
        return _CIRCLES.index(text or "①") + 1
    return value(text) if text else 1


# ---------------------------------------------------------------- in a citation

_IN_CITATION: tuple[tuple[Style, re.Pattern[str]], ...] = (
    ("annex", re.compile(rf"附件\s*(?P<n>[0-9]{{1,2}}|{_HAN})?")),
    *((style, pattern) for style, pattern in _AT_START[1:4]),
    ("han_bracket", re.compile(rf"\(\s*(?P<n>{_HAN})\s*\)")),
    ("digit_bracket", re.compile(r"\(\s*(?P<n>[0-9]{1,2})\s*\)")),
    ("circle", re.compile(rf"(?P<n>[{_CIRCLES}])")),
    ("is", re.compile(rf"(?P<n>{_HAN})是")),
    ("han", re.compile(rf"(?P<n>{_HAN})(?![是\w]*条)")),
    ("digit", re.compile(r"(?P<n>[0-9]{1,2})(?![0-9])")),
)
_BETWEEN = re.compile(r"[\s.]*")
_RANGE = re.compile(r"\s*(?:[-–—~～至到])\s*")
_TAIL = re.compile(
    r"\s*[,，]?\s*(?:末段|最后一段|首段|第[0-9一二三四五六七八九十]+[段款句]|[0-9一二三四五六七八九十]+段)?\s*$"
)


def read_citation(text: str) -> tuple[Path, Path | None] | None:
    """The path that a citation names, or the two ends of a range; None where it is no clause number at all.

    The end of a range may leave out what it shares with the start: 三(三)–(六).
    """
    line = plain(text.strip())
    first, at = _path(line)
    if not first:
        return None
    split = _RANGE.match(line, at)
    if split and split.end() > at:
        last, end = _path(line[split.end() :])
        if last and _TAIL.match(line, split.end() + end):
            return first, _completed(first, last)
        return None
    return (first, None) if _TAIL.match(line, at) else None


def _path(line: str) -> tuple[Path, int]:
    marks: list[Mark] = []
    at = 0
    while True:
        start = _BETWEEN.match(line, at).end() if marks else at  # type: ignore[union-attr]
        for style, pattern in _IN_CITATION:
            found = pattern.match(line, start)
            number = _number(style, found["n"]) if found else None
            if found and number is not None:
                marks.append(Mark(style, number))
                at = found.end()
                break
        else:
            return tuple(marks), at


def _completed(first: Path, last: Path) -> Path:
    """The end of a range with what it shares with the start before it."""
    for i, mark in enumerate(first):
        if mark.style == last[0].style and len(first) - i == len(last):
            return (*first[:i], *last)
    return last
