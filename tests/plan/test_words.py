"""The plan's text, the sheet and the glossary call a thing by one word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pol_lang.parser import keywords
from pol_lang.problem import Language
from polc.pipeline import compile_policy
from polc.plan_text import plan_text

ROOT = Path(__file__).parents[2]
POLICIES = sorted([*(ROOT / "examples" / "mechanisms").glob("*.pol"), *(ROOT / "stdlib_policies").glob("l*.pol")])
LAYER_LINE = re.compile(r"^ {2}(?! )(\S+(?: \S+)*?)(?: {2,}|$)")


def glossary(lang: Language) -> set[str]:
    """The terms of the glossary and the keywords in a language."""
    page = (ROOT / "docs" / ("glossary.zh.md" if lang == "zh" else "glossary.md")).read_text(encoding="utf-8")
    first = re.findall(r"^\| ([^|`]+?) \|", page, flags=re.M)
    terms = {term.strip() for cell in first for term in re.split("[、,（）()]", cell) if term.strip()}
    return terms | {getattr(keyword, lang) for keyword in keywords().values()}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_steps_of_a_plan_go_by_the_words_of_the_glossary(lang: Language) -> None:
    known = glossary(lang) | ({"条件"} if lang == "zh" else {"condition", "adjust", "several tilts"})
    labels: set[str] = set()
    for path in POLICIES:
        plan = compile_policy(str(path), settling=None).plan
        assert plan is not None, path
        text = plan_text(plan, lang)
        start = text.index("结算步骤\n" if lang == "zh" else "Steps\n")
        steps = re.split(r"\n\n(?=\S+\n─)", text[start:])[0]
        labels |= {found[1] for line in steps.split("\n") if (found := LAYER_LINE.match(line))}
    named = "分段" if lang == "zh" else "bands"
    tilted = "倾斜" if lang == "zh" else "tilt"
    plain = {label for label in labels if not label.startswith((f"{named} ", f"{tilted} "))}
    assert plain <= known, plain - known
    assert {"起付线", "封顶线"} <= plain or lang == "en"
