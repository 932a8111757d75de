"""The sheet of a settlement: a page per claim, and a page per year where there are several claims.

Section numbers never move: 1 basis, 2 cost, 3 layers (3.1 the first), 4 highest-of, 5 reconciliation, 6 accumulators,
7 requirements, 8 why a layer paid what it paid, 9 the year, from 10 on what is said around the settlement. A section
with nothing to say is left out, its number stays free.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from attrs import evolve

from pol_lang.problem import Language
from polc import plan as p
from polc import settlement as s
from polc.explain.cost import PARTS, add_cut, cost_section, outside_note
from polc.explain.document import Bar, Beside, Column, Flow, Json, Page, Row, Section, Share, Sheet, Table
from polc.explain.figures import machine_money, money, percentages
from polc.explain.head import head_section, person_id, warnings
from polc.explain.highest import Tried, highest_section
from polc.explain.layer import add_left, layer_section
from polc.explain.lines import Lines, own_document
from polc.explain.reasons import why_nothing
from polc.explain.replay import Reached, Replay, known_of, replay
from polc.explain.summary import (
    accumulator_value,
    balances_section,
    bearer_name,
    bearers_section,
    requirements_section,
    told_requirements,
    total_name,
)
from polc.explain.why import why_section
from polc.explain.wording import Words, capital, words
from polc.explain.year import year_pages

Around = Callable[[s.ClaimSettlement, s.Person, Words], Beside]
"""What else a claim's sheet says: how it is paid out, which alerts it raises."""


def sheet(
    settlement: s.Settlement,
    lang: Language,
    plan_hash: Callable[[p.Plan], str],
    why_not: str | None = None,
    around: Around | None = None,
) -> Sheet:
    """The document that every renderer shows; `why_not` adds a layer's whole chain to each claim, `around` what is said
    beyond the settlement.

    Raises `Problems` where the policy has no layer of that name.
    """
    w = words(lang, *{id(claim.plan): claim.plan for claim in settlement.claims}.values())
    pages: list[Page] = []
    shown: p.Plan | None = None
    count = len(settlement.claims)
    for at, claim in enumerate(settlement.claims, 1):
        again = shown is not None and plan_hash(shown) == plan_hash(claim.plan)
        pages.append(_page(claim, settlement, plan_hash, again, (at, count), why_not, around, w))
        shown = claim.plan
    first = settlement.claims[0].plan if settlement.claims else None
    data: dict[str, Json] = {}
    if first is not None:
        data["person"] = {"id": settlement.person.id}
        data["policy"] = {"name": first.name, "hash": plan_hash(first), "as_of": first.as_of.isoformat()}
    title = w.joined([first.name if first else "", person_id(settlement.person), w("money_unit")], "semicolon")
    years = year_pages(settlement, w) if count > 1 else ()
    return Sheet(lang, w("title"), title, tuple(pages), years, w("signatures"), data)


def answered(document: Sheet) -> Sheet:
    """Of a sheet made with `why_not` the answer alone: the sentence first, then the chain."""
    pages = []
    for page in document.pages:
        found = tuple(section for section in page.sections if section.kind == "why_not")
        summary = "".join(section.note for section in found)
        sections = tuple(evolve(section, note="") for section in found)
        pages.append(
            evolve(
                page, warnings=(), summary=summary, shares=(), notes=page.warnings[:-1], sections=sections, flow=None
            )
        )  # fmt: skip
    return evolve(document, pages=tuple(pages), years=())


def _page(
    claim: s.ClaimSettlement, settlement: s.Settlement, plan_hash: Callable[[p.Plan], str], again: bool,
    place: tuple[int, int], why_not: str | None, around: Around | None, plain: Words,
) -> Page:  # fmt: skip
    at, count = place
    person, taken, digest = settlement.person, settlement.state.taken, plan_hash(claim.plan)
    w = evolve(plain, known=known_of(claim, person, claim.considered))
    settled = replay(claim, person, taken)
    first = next((i for i, step in enumerate(claim.steps) if isinstance(step, s.LayerResult)), len(claim.steps))
    cuts = [(cut, met) for cut, met in zip(claim.steps[:first], settled.steps, strict=False) if _is_cut(cut)]
    sections = [cost_section(claim, "2", cuts, w)]  # type: ignore[arg-type]
    sections.append(Section("3", "layers", w("s_layers"), (), table=_overview(claim, first, w)))
    for index, (step, met) in enumerate(zip(claim.steps[first:], settled.steps[first:], strict=True), 1):
        number = f"3.{index}"
        sections.append(
            layer_section(step, claim, met, number, w)
            if isinstance(step, s.LayerResult)
            else _late_cut(step, met, number, w)
        )
    if claim.alternatives:
        sections.append(highest_section(claim, _tried(claim, settled, settlement, plain), "4", w))
    sections.append(bearers_section(claim, "5", w))
    sections.append(balances_section(claim, settled.env, "6", w))
    if told_requirements(claim):
        sections.append(requirements_section(claim, "7", w))
    if why_not is not None:
        sections.append(why_section(claim, settled, why_not, "8", w))
    beside = around(claim, person, w) if around is not None else Beside((), ())
    sections.extend(beside.sections)
    mentioned = "\n".join(_texts(sections))
    sections.insert(0, head_section(claim, person, digest, again, mentioned, "1", w))
    date = claim.claim.date.isoformat()
    title = (
        w("claim_of", n=at, count=count, id=claim.claim.id, date=date) if count > 1
        else w("claim_title", id=claim.claim.id, date=date)
    )  # fmt: skip
    billed = claim.claim.parts["total"]
    summary = w("summary", total=money(claim.total))
    if claim.total != billed:
        summary = w("summary_fixed", billed=money(billed), total=money(claim.total))
    return Page(
        title, own_document(claim.plan), warnings(claim.plan, w, sections[0]), summary,
        _shares(claim, w), (*outside_note(claim, w), *beside.notes), tuple(sections), _flow(claim, w),
        _claim_json(claim, digest, w),
    )  # fmt: skip


def _is_cut(step: s.CutResult | s.LayerResult) -> bool:
    return isinstance(step, s.CutResult)


def _texts(sections: Sequence[Section]) -> Iterator[str]:
    """Everything said in sections."""
    for section in sections:
        for line in section.lines:
            yield from line.text
        for table in (section.table, *(line.table for line in section.lines)):
            for row in table.rows if table is not None else ():
                yield from row.cells


def _tried(claim: s.ClaimSettlement, won: Replay, settlement: s.Settlement, w: Words) -> list[Tried]:
    """The alternatives of 就高, each settled again."""
    person, taken = settlement.person, settlement.state.taken
    return [
        Tried(
            alternative,
            won if alternative.won else replay(claim, person, taken, alternative.identity),
            evolve(w, known=known_of(claim, person, alternative.identity)),
        )
        for alternative in claim.alternatives
    ]


def _overview(claim: s.ClaimSettlement, first: int, w: Words) -> Table | None:
    """All layers at a glance: what each paid, what was left, why it paid nothing."""
    rows = [
        Row(
            (f"3.{at}", w.label(step.name), money(step.paid), money(step.left), why_nothing(step, w)),
            tone="plain" if step.paid else "quiet",
        )
        for at, step in enumerate(claim.steps[first:], 1)
        if isinstance(step, s.LayerResult)
    ]
    columns = (
        Column(w("number")), Column(w("h_layer")), Column(w("b_pays"), "right"), Column(w("left"), "right"),
        Column(w("why")),
    )  # fmt: skip
    return Table(columns, tuple(rows)) if rows else None


def _late_cut(cut: s.CutResult, met: Reached, number: str, w: Words) -> Section:
    """The section of a cut that comes after a layer."""
    lines = Lines(number)
    add_cut(lines, cut, met, w)
    if met.env.left != cut.left:
        add_left(lines, cut.left, met.env.left - cut.left, False, w)
    title = capital(w.joined([w(f"c_{cut.kind}"), w.name(cut.name)], "colon"))
    return Section(number, "cut", title, tuple(lines.lines), level=2, origins=(cut.origin,))


def _shares(claim: s.ClaimSettlement, w: Words) -> tuple[Share, ...]:
    """Who bears what: everyone who bears anything, and the person."""
    last = len(claim.bearers) - 1
    percent = percentages([amount for _, _, amount in claim.bearers], claim.total)
    return tuple(
        Share(
            w("you_pay") if at == last else w.label(bearer_name(field, name, False, w)), money(amount),
            machine_money(amount), percent[at], at == last,
        )
        for at, (field, name, amount) in enumerate(claim.bearers)
        if amount or at == last
    )  # fmt: skip


def _flow(claim: s.ClaimSettlement, w: Words) -> Flow:
    parts = dict(claim.claim.parts)
    steps: list[Bar] = []
    for step in claim.steps:
        if isinstance(step, s.LayerResult):
            steps.append(Bar(w.label(step.name), step.paid, step.payer))
        elif step.bearer is not None and step.moved:
            steps.append(Bar(w.label(step.name or w(f"c_{step.kind}")), step.moved, step.bearer, True))
    order = ["inscope", *(part for part, _ in PARTS if part != "inscope")]
    last = len(claim.bearers) - 1
    raised = claim.total - parts["total"]
    shown = [Bar(capital(w(part)), parts[part]) for part in order if parts.get(part)]
    return Flow(
        total_name((claim,), w),
        claim.total,
        (*shown, *([Bar(capital(w("f_raised")), raised)] if raised > 0 else [])),
        tuple(steps),
        tuple(
            Bar(w.label(bearer_name(field, name, at == last, w)), amount, field)
            for at, (field, name, amount) in enumerate(claim.bearers) if amount or at == last
        ),
    )  # fmt: skip


def _claim_json(claim: s.ClaimSettlement, digest: str, w: Words) -> dict[str, Json]:
    """The fixed part of a claim for machines, less its layers."""
    known = {accumulator.key: accumulator for accumulator in claim.plan.accumulators}
    last = len(claim.bearers) - 1
    return {
        "id": claim.claim.id,
        "date": claim.claim.date.isoformat(),
        "policy": {"name": claim.plan.name, "hash": digest, "as_of": claim.plan.as_of.isoformat()},
        "total": machine_money(claim.total),
        "identities": list(claim.identities),
        "considered": claim.considered,
        "bearers": [
            {"bearer": field, "name": bearer_name(field, name, at == last, w), "amount": machine_money(amount)}
            for at, (field, name, amount) in enumerate(claim.bearers)
        ],
        "accumulators": {
            "before": {key: accumulator_value(known[key], value) for key, value in sorted(claim.before.items())},
            "after": {key: accumulator_value(known[key], value) for key, value in sorted(claim.after.items())},
        },
    }
