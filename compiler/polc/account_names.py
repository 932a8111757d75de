"""What running sums are called, wherever they are written or shown: claim files, examples, sheets, plans, tables.

A running sum is written `OWNER.WORD`, and where its owner keeps two of a kind `OWNER.WORD.PERIOD`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from polc import plan as p

WORDS: Mapping[str, tuple[str, ...]] = {
    "base": ("base_so_far", "累计费用", "base", "基数累计"),
    "excess": ("excess_so_far", "起付线以上累计", "excess", "起付线以上", "计入分段", "计入分段（含起付线）"),
    "deductible": ("deductible_so_far", "起付线已付", "deductible", "已扣起付线"),
    "kept_out": ("kept_out_so_far", "未适用费用", "kept_out"),
    "paid": ("paid_so_far", "已支付", "paid"),
    "cost": ("cost_so_far", "费用额", "cost", "计入费用"),
    "count": ("count_so_far", "次数", "count"),
    "payments": ("payments_so_far", "支付次数", "payments"),
    "exact": ("exact_so_far", "未取整累计", "exact", "取整前支付"),
    "cap": ("cap_so_far", "合并额", "cap", "已用限额"),
    "tally": ("tally_so_far", "累计", "tally"),
}
"""The words for each kind: the English one, the Chinese one, and others that are taken too."""

PERIODS: Mapping[str, tuple[str, ...]] = {
    "month": ("month", "每月", "per month"),
    "year": ("year", "每年", "per year"),
    "life": ("life", "终身", "for life"),
}
_KIND = {word: kind for kind, words in WORDS.items() for word in words}
_PERIOD = {word: period for period, words in PERIODS.items() for word in words}


def account_of(path: Sequence[str], plan: p.Plan) -> p.Accumulator | None:
    """The running sum that words mean: its owner, its kind and perhaps its period; None where there is none, or where
    there are two of the kind and the period is not said."""
    if not 2 <= len(path) <= 3:
        return None
    owner, kind = path[0], _KIND.get(_plain(path[1]))
    period = None if len(path) == 2 else _PERIOD.get(_plain(path[2]).replace("_", " "))
    if len(path) == 3 and period is None:
        return None
    found = [a for a in plan.accumulators if a.owner == owner and a.kind == kind and period in (None, a.period)]
    return found[0] if len(found) == 1 else None


def account_named(name: str, plan: p.Plan) -> p.Accumulator | None:
    """The running sum of a name with dots (or the point of a sheet), or of a plan's key."""
    known = next((a for a in plan.accumulators if a.key == name), None)
    if known is not None:
        return known
    words = name.replace("·", ".").split(".")
    return account_of(words, plan)


def name_of(account: p.Accumulator, plan: p.Plan, chinese: bool) -> str:
    """What a running sum is called, as an author writes it."""
    name = f"{account.owner}.{WORDS[account.kind][chinese]}"
    same = [a for a in plan.accumulators if a.owner == account.owner and a.kind == account.kind]
    return name if len(same) == 1 else f"{name}.{PERIODS[account.period][chinese]}"


def _plain(word: str) -> str:
    return word.strip().lower().replace(" ", "_")
