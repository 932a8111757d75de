"""Where an example and what is expected of it part: the lines of the sheet up to the step that first differs."""

from __future__ import annotations

from fractions import Fraction

from attrs import evolve

from pol_lang.problem import Language
from polc import plan as p
from polc.examples.actual import LAYER_TERMS, TOTAL
from polc.examples.run import Compared, ExampleResult
from polc.explain import sheet
from polc.explain.document import Line, Page, Section
from polc.explain.figures import figure, signed_money
from polc.explain.text import section_text
from polc.explain.visible import visible
from polc.explain.wording import words
from polc.plan_json import plan_hash

_LINES = {
    "base": ("base",), "deductible": ("deductible",), "standard": ("deductible",), "bands": ("bands",),
    "rate": ("rate", "bands"), "unrounded": ("round",), "before_cap": ("payment_cap",), "cap": ("payment_cap",),
    "forgone": ("payment_cap",), "paid": ("paid",), "left": ("left",),
}  # fmt: skip
_WORDS = {word: term for term, named in LAYER_TERMS.items() for word in named}
_MOST_BEFORE = 8


def first_parting(result: ExampleResult) -> Compared | None:
    """Of the expectations that differ the one that is settled first: what comes after may only follow from it."""
    differing = [one for one in result.compared if not one.agrees]
    if not differing:
        return None
    return min(differing, key=lambda one: _order(one, result))


def parting_text(result: ExampleResult, lang: Language) -> list[str]:
    """The section of the sheet in which expected and actual part, cut behind the step at which they do, with both
    values side by side there; empty where the sheet has no such step."""
    first = first_parting(result)
    if first is None or result.settlement is None or not first.about.claims:
        return []
    document = visible(sheet(result.settlement, lang, plan_hash))
    last = first.about.claims[-1]
    at = next(i for i, claim in enumerate(result.settlement.claims) if claim is last)
    page = document.pages[at]
    found = _place(first, page)
    if found is None:
        return []
    section, index = found
    before = section.lines[max(0, index - _MOST_BEFORE) : index]
    marked = evolve(
        section.lines[index], label=f"✗ {section.lines[index].label}", text=(beside(first, lang),), table=None
    )
    short = evolve(section, lines=(*before, marked), table=None)
    title = [page.title] if len(result.settlement.claims) > 1 else []
    return [*title, *section_text(short, page, words(lang))]


def beside(one: Compared, lang: Language) -> str:
    """Expected and actual value side by side, and for amounts how far they are apart."""
    zh = lang == "zh"
    expected, actual = (value_text(value, one.actual.unit, lang) for value in (one.expected, one.actual.value))
    told = f"应得 {expected} │ 实际 {actual}" if zh else f"expected {expected} │ actual {actual}"
    apart = difference(one)
    return f"{told} │ {apart}" if apart else told


def value_text(value: p.Value, unit: p.Unit, lang: Language) -> str:
    """An expected or actual value for people."""
    years = {"this_year": ("当年", "this year"), "next_year": ("次年", "next year")}
    if isinstance(value, str) and value in years:
        return years[value][lang == "en"]
    return figure(value, unit, words(lang))


def difference(one: Compared) -> str:
    """How far an amount is from what was expected; empty for everything else."""
    expected, actual = one.expected, one.actual.value
    if one.actual.unit == "money" and isinstance(expected, int | Fraction) and isinstance(actual, int | Fraction):
        return signed_money(actual - expected) if actual != expected else ""
    return ""


def _order(one: Compared, result: ExampleResult) -> tuple[int, int, int]:
    claims = result.settlement.claims if result.settlement else ()
    last = one.about.claims[-1] if one.about.claims else None
    claim = next((at for at, each in enumerate(claims) if each is last), len(claims))
    names = [getattr(step, "name", "") for step in result.plan.body.steps]
    name = one.line.path[0]
    step = names.index(name) if name in names else -1 if name in TOTAL else len(names)
    terms = list(LAYER_TERMS)
    term = _WORDS.get(one.line.path[1]) if len(one.line.path) > 1 else "paid"
    return claim, step, terms.index(term) if term in terms else len(terms)


def _place(one: Compared, page: Page) -> tuple[Section, int] | None:
    """The section and the line in it that an expectation is about."""
    name = one.line.path[0]
    term = _WORDS.get(one.line.path[1], "") if len(one.line.path) > 1 else "paid"
    for section in page.sections:
        if section.kind == "layer" and section.data.get("layer") == name:
            kinds = _LINES.get(term, ())
            at = next((i for i, line in enumerate(section.lines) if line.kind in kinds), None)
            return None if at is None else (section, at)
    for section in page.sections:
        if section.kind in ("reconciliation", "cost", "cut"):
            for at, line in enumerate(section.lines):
                if _named(line, name):
                    return section, at
    return None


def _named(line: Line, name: str) -> bool:
    if line.kind == "total":
        return name in TOTAL
    if line.kind == "bearer":
        return name in (line.label, line.data.get("bearer"), line.data.get("name"))
    return line.kind in ("copay", "exclusion", "control", "package") and line.data.get("name") == name


__all__ = ["beside", "difference", "first_parting", "parting_text", "value_text"]
