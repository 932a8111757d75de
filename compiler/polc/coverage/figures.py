"""The figures that a text speaks of: amounts, shares, points, days, times; in Arabic or Chinese digits.

A figure is its unit and its value, so that 1.5万元, 15000元 and 一万五千元 are one, and so are 70%, 百分之七十 and
七成.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from polc.coverage.numbering import plain

Figure = tuple[str, Fraction]
"""A unit (`money` in yuan, `ratio`, `points`, `days`, `workdays`, `months`, `times`) and how many of it."""

_HAN = "零〇一二两三四五六七八九十百千万亿"
_NUMBER = rf"(?:[0-9]+(?:[,，][0-9]{{3}})*(?:\.[0-9]+)?|[{_HAN}]+)"
_FIGURE = re.compile(
    rf"百分之\s*(?P<share>{_NUMBER})"
    rf"|(?P<n>{_NUMBER})\s*(?P<scale>[万亿]?)\s*(?P<unit>个百分点|百分点|%|元|成|倍|个工作日|工作日|日|天|个月|次)"
)
_UNITS = {
    "个百分点": "points", "百分点": "points", "%": "ratio", "元": "money", "成": "ratio", "倍": "times",
    "个工作日": "workdays", "工作日": "workdays", "日": "days", "天": "days", "个月": "months", "次": "count",
}  # fmt: skip
_COMPARED = ("money", "ratio", "points", "workdays", "days", "months")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{2,4}\s*年度?(?:\s*[0-9]{1,2}\s*月)?(?:\s*[0-9]{1,2}\s*日)?"
    r"|[0-9]{1,2}\s*月\s*[0-9]{1,2}\s*日"
)
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, **{c: n for n, c in enumerate("三四五六七八九", 3)}}
_TENS = {"十": 10, "百": 100, "千": 1000}


def figures(text: str) -> Iterator[tuple[Figure, str]]:
    """The figures of a text in its order, each with the words it is written in; dates are none."""
    flat = _DATE.sub(lambda match: " " * len(match[0]), plain(text))
    for match in _FIGURE.finditer(flat):
        if match["share"] is not None:
            number, unit = _number(match["share"]), "ratio"
            number = None if number is None else number / 100
        else:
            number, unit = _number(match["n"]), _UNITS[match["unit"]]
            if number is not None:
                number *= {"万": 10_000, "亿": 100_000_000}.get(match["scale"], 1)
                number = number / 100 if match["unit"] == "%" else number / 10 if match["unit"] == "成" else number
        if number is not None and unit in _COMPARED:
            yield (unit, number), text[match.start() : match.end()].strip()


def missing(text: str, written: frozenset[Figure]) -> tuple[str, ...]:
    """The figures of a text, as it writes them, that are not among some; a share may also be written as the rest."""
    found: dict[Figure, str] = {}
    for figure, words in figures(text):
        unit, value = figure
        same = {figure, ("ratio", 1 - value)} if unit == "ratio" else {figure}
        if unit in ("ratio", "points"):  # documents say 5% for five points, and policies the other way round
            same |= {("points", value * 100), ("ratio", value / 100)} if unit == "ratio" else {("ratio", value / 100)}
        if not same & written:
            found.setdefault(figure, words)
    return tuple(found.values())


def _number(text: str) -> Fraction | None:
    """The number that digits mean; None where they mean none."""
    if text[0].isdigit():
        return Fraction(text.replace(",", "").replace("，", ""))
    total = section = digit = 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _TENS:
            section, digit = section + (digit or 1) * _TENS[sign], 0
        else:
            scale = 10_000 if sign == "万" else 100_000_000
            total, section, digit = total + (section + digit) * scale, 0, 0
    number = total + section + digit
    return Fraction(number) if number else None
