"""Where an example and what is expected of it part: the lines of the sheet up to the step that first differs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from attrs import evolve

from pol_lang.problem import Language
from polc import plan as p
from polc.examples.actual import ENROLMENT_TERMS, LAYER_TERMS, ROUTE_TERMS, TOTAL
from polc.examples.run import Compared, ExampleResult
from polc.explain import sheet
from polc.explain.document import Line, Page, Section
from polc.explain.figures import figure, signed_money
from polc.explain.text import section_text
from polc.explain.visible import visible
from polc.explain.wording import words
from polc.plan_json import plan_hash
from polc.population.beside import beside as beyond
from polc.population.sheet import around_sheet

_LINES = {
    "base": ("base",), "deductible": ("deductible",), "standard": ("deductible",), "bands": ("bands",),
    "rate": ("rate", "bands"), "unrounded": ("round",), "before_cap": ("payment_cap",), "cap": ("payment_cap",),
    "forgone": ("payment_cap",), "paid": ("paid",), "left": ("left",),
}  # fmt: skip
_WORDS = {word: term for term, named in LAYER_TERMS.items() for word in named}
_ENROLMENT = {word: term for term, named in ENROLMENT_TERMS.items() for word in named}
_ROUTE = {word: "base_amount" if term == "amount" else term for term, named in ROUTE_TERMS.items() for word in named}
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
    if first is None:
        return []
    for page, alone in _pages(first, result, lang):
        found = _place(first, page, {word: field for word, field, _ in result.plan.bearers_also or ()})
        if found is None:
            continue
        section, index = found
        before = section.lines[max(0, index - _MOST_BEFORE) : index]
        line = section.lines[index]
        table = line.table if line.kind == "balances" else None
        marked = evolve(line, label=f"✗ {line.label}", text=(beside(first, lang),), table=table)
        short = evolve(section, lines=(*before, marked), table=None)
        return [*([] if alone else [page.title]), *section_text(short, page, words(lang, result.plan))]
    return []


def _pages(one: Compared, result: ExampleResult, lang: Language) -> Iterator[tuple[Page, bool]]:
    """The pages on which an expectation may stand, each with whether it is the only one of its kind: that of its last
    claim, then that of what stands around the settlement."""
    if result.settlement is not None and one.about.claims:
        document = visible(sheet(result.settlement, lang, plan_hash, around=beyond))
        last = one.about.claims[-1]
        at = next(i for i, claim in enumerate(result.settlement.claims) if claim is last)
        yield document.pages[at], len(document.pages) == 1
    if result.around is not None:
        yield visible(around_sheet(result.around(), "", lang)).pages[0], True


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


def _place(one: Compared, page: Page, bearers: Mapping[str, str]) -> tuple[Section, int] | None:
    """The section and the line in it that an expectation is about; `bearers` are the fields of further words."""
    name = one.line.path[0]
    word = one.line.path[1] if len(one.line.path) > 1 else ""
    term = _WORDS.get(word, "") if word else "paid"
    for section in page.sections:
        if section.kind == "layer" and section.data.get("layer") == name and term:
            kinds = _LINES.get(term, ())
            at = next((i for i, line in enumerate(section.lines) if line.kind in kinds), None)
            return None if at is None else (section, at)
    for section in page.sections:
        for at, line in enumerate(section.lines):
            if _is_about(section, at, line, one, bearers.get(name, name), word):
                return section, at
    return None


def _is_about(section: Section, at: int, line: Line, one: Compared, name: str, word: str) -> bool:
    """Whether a line beside the layers says what is expected."""
    data = line.data
    if section.kind in ("reconciliation", "cost", "cut"):
        return _named(line, name)
    if section.kind == "balances":
        owners = [balance.get("owner") for balance in data.get("balances") or () if isinstance(balance, dict)]  # type: ignore[union-attr]
        return name in owners
    if section.kind == "alerts":
        return data.get("alert") == name
    if section.kind == "enrolment" and section.data.get("enrolment") == name:
        return line.kind == (_ENROLMENT.get(word) if word else "insured")
    if section.kind == "subsidy":
        above = [earlier for earlier in section.lines[: at + 1] if earlier.kind == "subsidy"]
        own = bool(above) and above[-1].data.get("name") == name
        return own and line.kind == ("payers" if word else "pay")
    ids = one.about.arrivals or tuple(claim.claim.id for claim in one.about.claims)
    if section.kind in ("payment", "route") and section.data.get("id") in ids:
        if line.kind == "due":
            return data.get("name") in (name, word)
        return section.data.get("route") == name and line.kind == (_ROUTE.get(word) if word else "route")
    return False


def _named(line: Line, name: str) -> bool:
    if line.kind == "total":
        return name in TOTAL
    if line.kind == "bearer":
        return name in (line.label, line.data.get("bearer"), line.data.get("name"))
    return line.kind in ("copay", "exclusion", "control", "package") and line.data.get("name") == name


__all__ = ["beside", "difference", "first_parting", "parting_text", "value_text"]
