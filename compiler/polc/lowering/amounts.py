"""Amounts and rates as an author writes them, for messages."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from polc import plan as p


def money_text(fen: Fraction | int) -> str:
    """An amount as an author writes it: 5000元, 29743.68元."""
    yuan = Fraction(fen) / 100
    if yuan.denominator == 1:
        return f"{yuan.numerator}元"
    digits = f"{yuan.numerator * 10**6 // yuan.denominator:07d}" if 10**6 % yuan.denominator == 0 else ""
    return f"{digits[:-6]}.{digits[-6:].rstrip('0')}元" if digits else f"{yuan}元"


def value_text(value: p.Value, unit: str) -> str:
    """A value as an author writes it."""
    if isinstance(value, bool):
        return "真" if value else "假"
    if isinstance(value, (int, Fraction)):
        if unit == "money":
            return money_text(value)
        if unit in ("ratio", "points"):
            percent = Fraction(value) * 100
            text = f"{(Decimal(percent.numerator) / percent.denominator).normalize():f}"
            return text + ("%" if unit == "ratio" else "个百分点")
        return str(value)
    return str(value)
