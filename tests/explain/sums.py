"""The sums in a text, done again as whoever has only the text would: every "a − b × c = d" of numbers must hold.

Names are no numbers: a side of an equals sign with a name in it is passed over, and so is what stands before a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

_NUMBER = r"\d+/\d+|\d[\d,]*(?:\.\d+)?(?:\+\d+/\d+)?"
_TOKEN = re.compile(
    rf"(?P<share>\(\d+/\d+\)%|(?:{_NUMBER})%)|(?P<points>(?:{_NUMBER}|\(\d+/\d+\))个百分点)|(?P<date>\d{{4}}-\d\d-\d\d)"
    rf"|(?P<number>{_NUMBER})(?:日|个工作日|个月|年)?(?![\w·])"
    r"|(?P<choice>较小者|较大者|最小者|最大者)(?=\()|(?P<op>[−+×÷])|(?P<open>\()|(?P<close>\))|(?P<equals> = )"
    r"|(?P<round>(?:四舍五入|四舍六入五成双|舍去|进位)到(?:分|元|[\d,.]+ 元))|(?P<comma>，)|(?P<space>\s+)|(?P<name>.)"
)

Token = tuple[str, str]


def tokens(text: str) -> list[Token]:
    """The text in numbers, signs and names."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind == "name" and found and found[-1][0] == "name":
            found[-1] = ("name", found[-1][1] + match.group())
        elif kind != "space":
            found.append((kind, match.group()))
    return found


def number(text: str) -> Fraction:
    """The value of a number as it is written: "1,234.50", "33+1/3", "62.5%", "(100/3)%", "5个百分点"."""
    percent = text.endswith(("%", "个百分点"))
    bare = text.removesuffix("%").removesuffix("个百分点").replace(",", "").strip("()").replace("−", "-")
    bare = re.sub(r"(日|个工作日|个月|年)$", "", bare)
    whole, plus, part = bare.partition("+")
    value = Fraction(whole) + (Fraction(part) if plus else 0)
    return value / 100 if percent else value


class _Reader:
    """Reads one expression from tokens; `None` wherever there is a name in it."""

    def __init__(self, given: list[Token]) -> None:
        self.given, self.at = given, 0

    def _kind(self) -> str:
        return self.given[self.at][0] if self.at < len(self.given) else "end"

    def _next(self) -> str:
        self.at += 1
        return self.given[self.at - 1][1] if self.at <= len(self.given) else ""

    def whole(self) -> Fraction | None:
        """The value of all tokens as one expression."""
        value = self._sum()
        return value if self._kind() == "end" else None

    def _sum(self) -> Fraction | None:
        value = self._product()
        while self._kind() == "op" and self.given[self.at][1] in "−+":
            sign = 1 if self._next() == "+" else -1
            other = self._product()
            value = None if value is None or other is None else value + sign * other
        if value is not None and self._kind() == "round":
            value = _rounded(value, self._next())
        return value

    def _product(self) -> Fraction | None:
        value = self._atom()
        while self._kind() == "op" and self.given[self.at][1] in "×÷":
            times = self._next() == "×"
            other = self._atom()
            if value is None or other is None or (not times and not other):
                value = None
            else:
                value = value * other if times else value / other
        return value

    def _atom(self) -> Fraction | None:
        kind = self._kind()
        if kind in ("number", "share", "points"):
            return number(self._next())
        if kind == "op" and self.given[self.at][1] == "−":
            self._next()
            value = self._atom()
            return None if value is None else -value
        if kind == "open":
            self._next()
            value = self._sum()
            if self._kind() != "close":
                return None
            self._next()
            return value
        if kind == "choice":
            return self._choice()
        self.at = len(self.given) + 1
        return None

    def _choice(self) -> Fraction | None:
        smallest = self._next() in ("较小者", "最小者")
        self._next()
        values = [self._sum()]
        while self._kind() == "comma":
            self._next()
            values.append(self._sum())
        if self._kind() != "close":
            return None
        self._next()
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return None
        return min(known) if smallest else max(known)


_STEPS = {"分": Fraction(1, 100), "元": Fraction(1)}


def _rounded(value: Fraction, how: str) -> Fraction:
    mode, to = how.split("到", 1)
    step = _STEPS.get(to) or Fraction(to.removesuffix(" 元").replace(",", ""))
    count, rest = divmod(abs(value), step)
    up = {
        "舍去": False, "进位": rest > 0, "四舍五入": 2 * rest >= step,
        "四舍六入五成双": 2 * rest > step or (2 * rest == step and count % 2 == 1),
    }[mode]  # fmt: skip
    size = (count + up) * step
    return size if value >= 0 else -size


def sums(text: str) -> Iterator[tuple[Fraction, Fraction, str]]:
    """Both sides of every equals sign between numbers, and the sum as it stands in the text."""
    given = _without_labels(tokens(text))
    start = 0
    for at, (kind, _) in enumerate(given):
        if kind != "equals":
            continue
        left, first = _side(given[start:at])
        right = right_of(given, at + 1)
        if left is not None and right is not None:
            shown = "".join(value if kind != "op" else f" {value} " for kind, value in given[start + first : at])
            yield left, right, f"{shown} = {right}"
        start = at + 1


def _without_labels(given: list[Token]) -> list[Token]:
    """Without names that only say what a number is: "甲 5.00 + 乙 6.00" is read as "甲 5.00 + 6.00"."""
    numbers = ("number", "share", "points")
    return [
        token
        for at, token in enumerate(given)
        if not (
            token[0] == "name" and 0 < at < len(given) - 1 and given[at - 1][0] == "op" and given[at + 1][0] in numbers
        )
    ]


def _side(given: list[Token]) -> tuple[Fraction | None, int]:
    """The longest expression that ends where the equals sign stands, where no name is a part of it."""
    for first in range(len(given)):
        if first and given[first - 1][0] in ("op", "number", "share", "points", "close", "round"):
            continue
        if first and given[first][0] == "open" and given[first - 1][0] == "choice":
            continue
        value = _Reader(given[first:]).whole()
        if value is not None:
            return value, first
    return None, 0


def right_of(given: list[Token], start: int) -> Fraction | None:
    """The number behind an equals sign, or the expression up to the next one; None where a name takes part in it."""
    end = next((at for at in range(start, len(given)) if given[at][0] == "equals"), len(given))
    for stop in range(end, start, -1):
        if stop < end and given[stop][0] in ("op", "round"):
            continue
        value = _Reader(given[start:stop]).whole()
        if value is not None:
            return value
    return None
