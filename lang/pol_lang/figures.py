"""Figures as documents write them, and the form that a policy wants: `3万` is 3万元, `15,000元` is 15000元.

Only what has one reading gets a form; `5万元以下` has two (with and without the 5万元 itself) and gets both.
"""

from __future__ import annotations

import re
from functools import cache
from typing import ClassVar

from pol_lang.problem import Problem
from pol_lang.source import Span

_compiled = cache(re.compile)  # few texts meet any of these

UNITS = r"万元|亿元|元|分|％|%|个百分点|百分点|个工作日|工作日|天|日|个月|月|年|周岁|岁|次|个"
KINDS = {
    "元": "MONEY", "万元": "MONEY", "亿元": "MONEY", "分": "MONEY", "%": "PERCENT", "个百分点": "POINTS",
    "百分点": "POINTS", "次": "COUNT", "个": "COUNT", "岁": "DURATION", "周岁": "DURATION", "年": "DURATION",
    "月": "DURATION", "个月": "DURATION", "日": "DURATION", "天": "DURATION", "工作日": "DURATION",
    "个工作日": "DURATION",
}  # fmt: skip
ENGLISH_UNITS = "yuan|rmb|cny|percent|points?|days?|workdays?|months?|years?|times"
MAX_CHINESE_DIGITS = 30

# What is written for a unit: the unit, and by how many tens the figure grows.
_MEANT: dict[str, tuple[str, int]] = {
    "万": ("万元", 0), "w": ("万元", 0), "w元": ("万元", 0), "万块": ("万元", 0), "万块钱": ("万元", 0),
    "万圆": ("万元", 0), "萬": ("万元", 0), "萬元": ("万元", 0), "万元整": ("万元", 0), "万人民币": ("万元", 0),
    "万元人民币": ("万元", 0), "亿": ("亿元", 0), "億": ("亿元", 0), "億元": ("亿元", 0), "亿元整": ("亿元", 0),
    "块": ("元", 0), "块钱": ("元", 0), "圆": ("元", 0), "圓": ("元", 0), "元整": ("元", 0), "元钱": ("元", 0),
    "人民币": ("元", 0), "元人民币": ("元", 0), "rmb": ("元", 0), "cny": ("元", 0), "yuan": ("元", 0),
    "百元": ("元", 2), "千元": ("元", 3), "十万元": ("万元", 1), "百万元": ("万元", 2), "千万元": ("万元", 3),
    "十万": ("万元", 1), "百万": ("万元", 2), "千万": ("万元", 3),
    "成": ("%", 1), "percent": ("%", 0), "个百分比": ("%", 0), "个点": ("个百分点", 0), "个％": ("个百分点", 0),
    "point": ("个百分点", 0), "points": ("个百分点", 0), "个百分点左右": ("个百分点", 0),
    "工作天": ("个工作日", 0), "个工作天": ("个工作日", 0), "workday": ("个工作日", 0), "workdays": ("个工作日", 0),
    "day": ("天", 0), "days": ("天", 0), "日内": ("日", 0), "天内": ("天", 0), "个工作日内": ("个工作日", 0),
    "工作日内": ("个工作日", 0), "month": ("个月", 0), "months": ("个月", 0), "year": ("年", 0), "years": ("年", 0),
    "times": ("次", 0), "回": ("次", 0), "人次": ("次", 0), "周岁整": ("周岁", 0),
}  # fmt: skip
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_WRITTEN = rf"(?P<number>{_NUMBER})[ \t]*(?P<unit>\D*)\Z"
_MIXED = r"([0-9]{1,6})万([1-9])(千|百)元?\Z"
_EDGE = (
    rf"(?P<number>{_NUMBER})(?P<unit>[^\W\d]+?|%)(?P<with_it>及|含|以及)?(?P<edge>以下|以内|以上|以外|之内|之下|之上)"
    r"(?:的?部分|的)?\Z"
)
_EDGES = {
    "下": ("不超过", "低于", "up to", "below"), "内": ("不超过", "低于", "up to", "below"),
    "上": ("达到", "超过", "not below", "above"), "外": ("达到", "超过", "not below", "above"),
}  # fmt: skip
_CHINESE_NUMBER = (
    r"(百分之)?([〇零一二两三四五六七八九十百千万亿]+)"
    r"(元|万元|分|个百分点|百分点|个点|日|天|个工作日|工作日|个月|月|年|周岁|岁|次)?\Z"
)
CHINESE_FIRST = frozenset("〇零一二两三四五六七八九十百千万亿")
_COUNTED = "[〇零一二两三四五六七八九十]"
_TENTHS = "([一二三四五六七八九])成([一二三四五六七八九半])?\\Z"
_PERCENT = r"百分之([0-9]+(?:\.[0-9]+)?)\Z"
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}


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


class OddNumber(Problem):
    """A number has no unit that polc knows, or has thousands separators.

    Units: 元 万元 亿元 分 % 个百分点 日 工作日 月 年 岁 次.
    ---
    数字后面不是认识的单位，或者用了千位分隔符。单位有：元 万元 亿元 分 % 个百分点 日 工作日 月 年 岁 次。
    """

    found: str = ""
    advice_zh: str = ""
    advice_en: str = ""
    code = "T108"
    zh: ClassVar[str] = "数“{found}”的写法不对"
    en: ClassVar[str] = "“{found}” is not how a figure is written"
    hint_zh: ClassVar[str] = "{advice_zh}"
    hint_en: ClassVar[str] = "{advice_en}"


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


def kind_of(figure: str) -> str:
    """The token that a well-written figure is: MONEY for 15元, NUMBER for 15."""
    return KINDS.get(figure.lstrip("0123456789. "), "NUMBER")


def plain_figure(written: str) -> str:
    """The figure that is meant by one with separators or a unit from documents, empty where that is not certain."""
    if mixed := _compiled(_MIXED).match(written):
        return f"{int(mixed[1]) * 10_000 + int(mixed[2]) * (1000 if mixed[3] == '千' else 100)}元"
    match = _compiled(_WRITTEN).match(written)
    if not match:
        return ""
    number, unit = match["number"].replace(",", ""), match["unit"]
    if unit in KINDS:
        return number + unit
    if not unit:
        return number if "," in match["number"] else ""
    meant, tens = _MEANT.get(unit.lower(), ("", 0))
    return _grown(number, tens) + meant if meant else ""


def _grown(number: str, tens: int) -> str:
    whole, _, part = number.partition(".")
    part = part.ljust(tens, "0")
    grown = (whole + part[:tens]).lstrip("0") or "0"
    rest = part[tens:].rstrip("0")
    return f"{grown}.{rest}" if rest else grown


def odd_figure(span: Span, found: str, in_brackets: bool, added: bool = False) -> tuple[Problem, str]:
    """The problem of a figure that is none, and the figure to go on with (the same text where none is sure).

    `added` says that it stands behind a plus or minus.
    """
    behind = _compiled(_EDGE).match(found)
    figure = plain_figure(behind["number"] + behind["unit"]) if behind else ""
    if behind and figure:
        return _edge_behind(span, found, figure, bool(behind["with_it"]), _EDGES[behind["edge"][1]]), figure
    plain = plain_figure(found)
    if _compiled(_MAY_BE_RATE).search(found) and not added:
        rate = plain.removesuffix("个百分点") + "%"
        return OddNumber(
            span=span, found=found,
            advice_zh=f"比例本身写 {rate}\n提高或降低多少写 {plain}",
            advice_en=f"a rate is written {rate}\na change of a rate {plain}",
        ), plain  # fmt: skip
    sure = plain and not ("," in found and in_brackets)  # there a comma may as well part two arguments
    if plain:
        problem = OddNumber(
            span=span,
            found=found,
            advice_zh=f"改为 {plain}",
            advice_en=f"write {plain}",
            mends=((span, plain),) if sure else (),
        )
        return problem, plain
    return OddNumber(
        span=span,
        found=found,
        advice_zh="认识的单位有 元 万元 亿元 分 % 个百分点 日 工作日 月 年 岁 次；不写千位分隔符",
        advice_en="the units are 元 万元 亿元 分 % 个百分点 日 工作日 月 年 岁 次; no thousands separators",
    ), found


_MAY_BE_RATE = r"个点|[Pp]oints?\Z"


def _edge_behind(span: Span, found: str, figure: str, with_it: bool, words: tuple[str, str, str, str]) -> Problem:
    with_zh, without_zh, with_en, without_en = words
    if with_it:
        return EdgeBehind(
            span=span,
            found=found,
            advice_zh=f"改为 {with_zh} {figure}",
            advice_en=f"write `{with_en} {figure}`",
        )
    return EdgeBehind(
        span=span,
        found=found,
        advice_zh=f"含 {figure}：写 {with_zh} {figure}\n不含 {figure}：写 {without_zh} {figure}",
        advice_en=f"{figure} included: write `{with_en} {figure}`\nnot included: write `{without_en} {figure}`",
    )


def edge_words(figure: str) -> bool:
    """Whether a figure has an edge behind it (3万元以下)."""
    return bool(_compiled(_EDGE).match(figure))


def without_edge(figure: str) -> str:
    """The figure without the edge behind it."""
    behind = _compiled(_EDGE).match(figure)
    return plain_figure(behind["number"] + behind["unit"]) if behind else ""


def chinese_figure(word: str) -> str:
    """The figure that a word of Chinese digits is (三百元: 300元, 七成五: 75%), empty for other words."""
    if percent := _compiled(_PERCENT).match(word):
        return f"{percent[1]}%"
    if tenths := _compiled(_TENTHS).match(word):
        return f"{_DIGITS[tenths[1]] * 10 + (5 if tenths[2] == '半' else _DIGITS.get(tenths[2], 0))}%"
    match = _compiled(_CHINESE_NUMBER).match(word)
    if (
        not match
        or not (match[1] or match[3])
        or len(word) > MAX_CHINESE_DIGITS
        or not _compiled(_COUNTED).search(match[2])
    ):
        return ""
    number = _chinese_value(match[2])
    return f"{number}%" if match[1] else f"{number}{'个百分点' if match[3] == '个点' else match[3]}"


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
