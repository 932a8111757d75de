"""Numbers of a claim file, exact as they are written."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

MAX_DIGITS = 60


def exact_number(text: str) -> Decimal:
    """A number as it is written; NaN where it is none or has so many digits that nobody wrote it."""
    try:
        return Decimal(text if len(text) <= MAX_DIGITS else "nan")
    except InvalidOperation:
        return Decimal("nan")
