"""A difference as one self-contained page: no scripts, nothing fetched, everything from files escaped."""

from __future__ import annotations

from itertools import zip_longest

from attrs import evolve, frozen
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from pol_lang.problem import Language
from polc.diff.charts import charts
from polc.diff.money_text import (
    claim_text,
    counts_lines,
    differing_groups,
    facts_text,
    fares_text,
    names_text,
    reasons_text,
    title,
    who,
    witness_rows,
)  # fmt: skip
from polc.diff.result import Difference
from polc.diff.sheets import sheet_of
from polc.diff.text import KINDS
from polc.explain.document import Page
from polc.explain.lines import references
from polc.explain.picture import Picture, picture
from polc.explain.say import Say, basis
from polc.explain.visible import visible
from polc.explain.wording import Words, words
from polc.impact.page import view
from polc.plan_json import plan_hash
from polc.plot.drawn import chart_svg


@frozen(eq=False, repr=False, slots=False)
class _Side:
    """A page of a sheet with its picture, under its heading; None where this side has no such page."""

    heading: str
    page: Page | None
    picture: Picture | None


def html(found: Difference, lang: Language) -> str:
    """The page as HTML text that ends with a line end. Raises `Problems` where charts cannot be drawn."""
    say, w = Say(lang), words(lang, found.old, found.new)
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(f"polc.{name}") for name in ("diff", "impact", "explain")]), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    classes = _classes(found, say)
    return environment.get_template("diff.html").render(
        say=say, w=w, references=references, language="zh-CN" if say.zh else "en",
        plans=[(say("旧", "old"), found.old.name, plan_hash(found.old)),
               (say("新", "new"), found.new.name, plan_hash(found.new))],
        changes=_changes(found, say), why_not=visible(tuple(reasons_text(found, say))),
        counts=list(counts_lines(found, len(classes), say)) if found.classes else [],
        compared=found.money is not None, classes=classes,
        charts=[
            (visible(chart.title), visible(chart.subtitle), chart_svg(evolve(chart, subtitle="")))
            for chart in charts(found, say)
        ],
        population=None if found.population is None else view(found.population, say),
        claims=_claims(found, lang, say, w),
    )  # fmt: skip


def _changes(found: Difference, say: Say) -> list[tuple[str, list[dict[str, str]]]]:
    """The changes by section."""
    sections: dict[str, list[dict[str, str]]] = {}
    for change in found.changes:
        old, new = change.old, change.new
        if change.kind == "moved":
            old, new = (say("在 ", "after ") + (x or say("最前", "nothing")) for x in (old, new))
        entry = {
            "kind": say(*KINDS[change.kind]), "name": change.statement, "old": old, "new": new,
            "basis": basis(change.new_origin or change.old_origin), "style": change.kind,
        }  # fmt: skip
        sections.setdefault(change.section, []).append({key: _lines(value) for key, value in entry.items()})
    return list(sections.items())


def _lines(value: str) -> str:
    return "\n".join(map(visible, value.split("\n")))


def _classes(found: Difference, say: Say) -> list[dict[str, object]]:
    return [
        {
            "fares": fares_text(group.one, found, say),
            "style": {"never worse": "gains", "never better": "loses"}.get(
                "" if group.one.but_for_rounding else group.one.verdict, ""
            ),
            "blocks": [
                (
                    visible(names_text(block.identities, block.pairs, say)),
                    visible(tuple(facts_text(case, say, found) for case in block.cases)),
                )
                for block in group.blocks
            ],
        }
        for group in differing_groups(found)
    ]


def _claims(found: Difference, lang: Language, say: Say, w: Words) -> list[dict[str, object]]:
    """The claims that gain and lose most: in words, what was paid, the pages of both sheets in pairs."""
    claims: list[dict[str, object]] = []
    for one in found.claims:
        shown, pages = one.witness, []
        for side in (shown.old, shown.new):
            document = sheet_of(side, lang)
            pages.append([*document.pages, *document.years])
        heads = say("旧", "old"), say("新", "new")
        pairs = [
            tuple(
                _Side(head, page, None if page is None or page.flow is None else picture(page.flow, w))
                for head, page in zip(heads, pair, strict=True)
            )
            for pair in zip_longest(*pages)
        ]
        claims.append({
            "title": title(one, say), "who": visible(who(one.found, found, say)), "claim": claim_text(shown, say),
            "rows": visible(tuple(witness_rows(shown, say))), "pairs": pairs,
        })  # fmt: skip
    return claims
