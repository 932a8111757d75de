"""Stretches of figures as documents write them, and the edges that are meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pol_lang.wordings.said import FIGURE
from pol_lang.wordings.stuck import Reading, Stuck


def stretch(stuck: Stuck) -> Iterator[Reading]:
    """A stretch of figures as documents write it: 5万元至10万元（含）, 0-5万元, 5万元（不含）以上."""
    within = r"(?:\((不?含)[^()]*\))?"
    found = re.compile(
        rf"(?:超过|达到|从|自|大于|>|≥)?[ \t]*({FIGURE})[ \t]*{within}[ \t]*"
        r"(?:[-~～—–至到]+|及?以上(?:至|到|[-~～—–])?|[<≤][^0-9]*[<≤])[ \t]*"
        rf"(?:({FIGURE})[ \t]*{within}[ \t]*(?:以下|以内|之间)?|(∞|无穷|以上)?)[ \t]*(?:的?部分|的|[:：,，])?"
    ).search(stuck.text)
    if found is None or stuck.block not in ("BANDS", "TABLE", "PARAMETER", "SET", "REPLACE"):
        return
    low, low_in, high, high_in = found[1], found[2], found[3], found[4]
    unit = re.sub(r"[0-9.]", "", high or low)
    low = low if re.search(r"\D\Z", low) else low + unit
    zero = not low.strip("0.元万")
    words = {k: stuck.spelled(k) for k in ("ABOVE", "NOT_BELOW", "UP_TO", "BELOW")}

    def line(low_word: str, high_word: str) -> str:
        lower = "" if zero and high else f"{words[low_word]} {low}"
        upper = f"{words[high_word]} {high}" if high else ""
        return stuck.replaced(found.start(), found.end(), " ".join(filter(None, (lower, upper))))

    said = f"“{found[0].strip()}”要写成上下界限", f"“{found[0].strip()}” is written as edges"
    if (low_in or zero or not high) and (high_in or not high) and (low_in or high_in):
        yield Reading(
            line("NOT_BELOW" if low_in == "含" else "ABOVE", "UP_TO" if high_in != "不含" else "BELOW"), *said
        )
    elif low_in or high_in:
        above = low_in != "含" if low_in else high_in == "含"
        yield Reading(line("ABOVE" if above else "NOT_BELOW", "UP_TO" if above else "BELOW"), *said)
    else:
        upper, lower = line("ABOVE", "UP_TO"), line("NOT_BELOW", "BELOW")
        yield Reading(
            upper,
            *said,
            sure=False,
            others=(
                (upper, f"{high or low} 归下面一段", f"{high or low} belongs to the lower band"),
                (lower, f"{high or low} 归上面一段", f"{high or low} belongs to the upper band"),
            ),
        )


def edge_in_brackets(stuck: Stuck) -> Iterator[Reading]:
    """5万元（含）以内"""
    found = re.search(
        rf"({FIGURE})[ \t]*\((不?含)[^()]*\)[ \t]*(以下|以内|以上|之内)[ \t]*(?:的?部分|的|[:：,，])?|"
        rf"({FIGURE})[ \t]*(以下|以内|以上|之内)[ \t]*\((不?含)[^()]*\)[ \t]*(?:的?部分|的|[:：,，])?",
        stuck.text,
    )
    if found:
        figure, within, edge = (found[1], found[2], found[3]) if found[1] else (found[4], found[6], found[5])
        upper = edge != "以上"
        kind = ("UP_TO" if upper else "NOT_BELOW") if within == "含" else ("BELOW" if upper else "ABOVE")
        yield Reading(
            stuck.replaced(found.start(), found.end(), f"{stuck.spelled(kind)} {figure}"),
            f"“{found[0].strip()}”的界限要写在数的前面",
            f"the edge in “{found[0].strip()}” is written before the figure",
        )


def edge_apart(stuck: Stuck) -> Iterator[Reading]:
    """年龄 60岁 以上, 医疗费总额 以上 5万元: whether the figure itself belongs to it is not said."""
    edge = r"(以上|以下|以内|之内)(?:的?部分|的)?"
    found = re.search(rf"({FIGURE})[ \t]+{edge}(?!\w)|{edge}[ \t]+({FIGURE})", stuck.text)
    if found is None:
        return
    figure, upper = found[1] or found[4], (found[2] or found[3]) != "以上"
    kinds = ("UP_TO", "BELOW") if upper else ("NOT_BELOW", "ABOVE")
    with_it, without = (stuck.replaced(found.start(), found.end(), f"{stuck.spelled(kind)} {figure}") for kind in kinds)
    yield Reading(
        with_it,
        f"“{found[0]}”的界限写在数的前面，并写明含不含这个数",
        f"the edge in “{found[0]}” is written before the figure, and says whether the figure belongs to it",
        sure=False,
        others=((with_it, f"含 {figure}", f"{figure} included"), (without, f"不含 {figure}", f"{figure} not included")),
    )


def without_edge(stuck: Stuck) -> Iterator[Reading]:
    """超过 10万元 不超过 ∞"""
    found = re.search(r"(?:不超过|低于|至|到|up to|below)?[ \t]*(?:∞|无穷大?|正无穷|不限|无上限)", stuck.body)
    if found:
        yield Reading(
            stuck.replaced(found.start(), found.end(), ""),
            "最后一段没有上限，不写上限",
            "the last band has no upper edge",
        )
