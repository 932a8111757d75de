"""Amounts of money on the command line."""

from __future__ import annotations

import re
from fractions import Fraction

import click

from polc.cli.command import language_of

_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")
_MOST = 10**13


def yuan(ctx: click.Context, param: click.Parameter, value: str | None) -> int | None:
    """An amount of yuan (`500000`, `50万`, `50万元`), as fen."""
    if value is None:
        return None
    text, times = value.strip().replace(",", "").removesuffix("元"), 100
    if text.endswith("万"):
        text, times = text.removesuffix("万"), 1_000_000
    fen = Fraction(text) * times if _AMOUNT.fullmatch(text) else None
    if fen is None or fen.denominator != 1 or fen > _MOST:
        told = "不是金额，写成 500000 或 50万元" if language_of(ctx) == "zh" else "is no amount; write 500000"
        raise click.UsageError(f"{param.opts[0]} {value}: {told}", ctx)
    return int(fen)
