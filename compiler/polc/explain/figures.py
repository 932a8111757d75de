"""Numbers as people and machines read them: exact, in yuan, with nothing lost.

Amounts come in fen (int, or a fraction of fen where nothing was rounded yet). Text groups thousands ("1,786.95"), JSON
does not ("1786.95"). What no decimal can say is a mixed number in text ("33+1/3") and a fraction in JSON ("100/3").
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from fractions import Fraction

from polc import plan as p
from polc.evaluate import month_day
from polc.explain.wording import Words

Exact = int | Fraction


def decimal(value: Exact, places: int = 0) -> str | None:
    """The exact decimal with at least `places` places, or None where it does not terminate."""
    number = Fraction(value)
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return None
    places = max(places, twos, fives)
    digits = str(abs(number.numerator) * 10**places // number.denominator).rjust(places + 1, "0")
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else sign + digits


def machine(value: Exact, places: int = 0) -> str:
    """The number for JSON: an exact decimal, or "a/b"."""
    number = Fraction(value)
    return decimal(number, places) or f"{number.numerator}/{number.denominator}"


def machine_money(fen: Exact) -> str:
    """Yuan for JSON with at least two places."""
    return machine(Fraction(fen) / 100, 2)


def grouped(value: Exact, places: int = 0) -> str:
    """The number for people: thousands grouped; a mixed number where no decimal is exact. A minus is "−"."""
    number = Fraction(value)
    sign = "−" if number < 0 else ""
    text = decimal(abs(number), places)
    if text is not None:
        whole, point, rest = text.partition(".")
        return f"{sign}{int(whole):,}{point}{rest}"
    whole_part, remainder = divmod(abs(number), 1)
    fraction = f"{remainder.numerator}/{remainder.denominator}"
    mixed = f"{int(whole_part):,}+{fraction}" if whole_part else fraction
    return f"{sign}({mixed})" if sign and whole_part else sign + mixed


def money(fen: Exact) -> str:
    """Yuan for people: "1,786.95", "29,743.675", "33+1/3"."""
    return grouped(Fraction(fen) / 100, 2)


def signed_money(fen: Exact) -> str:
    """Yuan with its sign: "+937.80", "−300.00", "0.00"."""
    return f"+{money(fen)}" if fen > 0 else money(fen)


def ratio(value: Exact) -> str:
    """A rate for people: "60%", "62.5%", "(100/3)%"."""
    percent = Fraction(value) * 100
    text = decimal(percent)
    return f"{text}%".replace("-", "−") if text is not None else f"({percent.numerator}/{percent.denominator})%"


def share(part: Exact, whole: Exact) -> str:
    """Which part of the whole, rounded to a tenth of a percent, half up: "66.9%"; empty where there is no whole."""
    if not whole:
        return ""
    tenths = (Fraction(part) * 1000 / Fraction(whole) + Fraction(1, 2)) // 1
    return f"{tenths // 10}.{tenths % 10}%"


def percentages(parts: Sequence[Exact], whole: Exact) -> list[str]:
    """Which part of the whole each is, to a tenth of a percent, so that they add up to 100.0% (largest remainder);
    nothing stays 0.0%. Each by itself where the parts do not make the whole."""
    if not whole or sum(parts) != whole or any(part < 0 for part in parts):
        return [share(part, whole) for part in parts]
    exact = [Fraction(part) * 1000 / Fraction(whole) for part in parts]
    tenths = [int(value // 1) for value in exact]
    order = sorted(range(len(parts)), key=lambda at: exact[at] - tenths[at], reverse=True)
    for at in order[: 1000 - sum(tenths)]:
        tenths[at] += 1
    return [f"{value // 10}.{value % 10}%" for value in tenths]


def figure(value: p.Value, unit: p.Unit, w: Words) -> str:
    """A value of any unit for people."""
    if value is None:
        return w("none")
    if isinstance(value, bool):
        return w("yes") if value else w("no")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return w("list_comma").join(map(w.name, sorted(value))) if value else w("none")
    if isinstance(value, str):
        return w.name(value)
    if unit == "money":
        return money(value)
    if unit == "ratio":
        return ratio(value)
    if unit == "month_day":
        month, day = month_day(value)
        return w("month_day", month=month, day=day)
    if unit == "points":
        return w("points", n=grouped(Fraction(value) * 100))
    number = grouped(value)
    if unit in ("days", "workdays", "months", "years"):
        return w.counted(unit, number)
    return number


def machine_value(value: p.Value, unit: p.Unit) -> object:
    """A value of any unit for JSON: amounts in yuan, ratios and points as fractions of 1, all as strings."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, str):
        return value
    if unit == "month_day":
        month, day = month_day(value)
        return f"{month:02}-{day:02}"
    return machine_money(value) if unit == "money" else machine(value)
