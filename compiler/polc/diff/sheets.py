"""The two calculation sheets of a claim, old and new, one beside the other or one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from pol_lang.problem import Language
from polc.diff.money_text import claim_text, title, who
from polc.diff.result import Difference
from polc.explain.document import Sheet
from polc.explain.grid import padded
from polc.explain.say import Say
from polc.explain.sheet import sheet
from polc.explain.text import WIDTH, text
from polc.explain.visible import visible
from polc.plan_json import plan_hash
from polc.settlement import Settlement

_BETWEEN = " │ "
WIDE = 2 * WIDTH + len(_BETWEEN)
"""The width from which both sheets stand beside each other."""


def sheet_of(settled: Settlement, lang: Language) -> Sheet:
    """The sheet of a settlement, fit to be shown."""
    return visible(sheet(settled, lang, plan_hash))


def sheets(found: Difference, lang: Language, width: int) -> str:
    """Both sheets of the claims that gain and lose most as text that ends with a line end, for a page of `width`."""
    return "".join(line.rstrip() + "\n" for line in _lines(found, lang, width))


def _lines(found: Difference, lang: Language, width: int) -> Iterator[str]:
    say = Say(lang)
    for shown in found.claims:
        yield ""
        yield title(shown, say) + say("：计算书", ": calculation sheets")
        yield who(shown.found, found, say)
        yield claim_text(shown.witness, say)
        sides = (shown.witness.old, shown.witness.new)
        old, new = (text(sheet_of(settled, lang)).splitlines() for settled in sides)
        if width >= WIDE:
            yield padded(say("【旧】", "[old]"), WIDTH) + _BETWEEN + say("【新】", "[new]")
            for a, b in zip_longest(old, new, fillvalue=""):
                yield padded(a, WIDTH) + _BETWEEN + b
        else:
            yield from ("", say("【旧】", "[old]"), *old, "", say("【新】", "[new]"), *new)
