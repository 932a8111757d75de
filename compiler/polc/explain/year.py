"""The pages that sum up a person's year: what each layer and each bearer paid over all claims."""

from __future__ import annotations

from polc import settlement as s
from polc.explain.document import Column, Json, Page, Row, Section, Share, Table
from polc.explain.figures import machine_money, money, percentages
from polc.explain.lines import Lines, facts
from polc.explain.summary import bearer_name, standing, total_name
from polc.explain.wording import Words, capital
from polc.periods import year_date, year_id


def year_pages(settlement: s.Settlement, w: Words) -> tuple[Page, ...]:
    """A page per benefit year that has claims, in the order of time."""
    years: dict[str, list[s.ClaimSettlement]] = {}
    for claim in settlement.claims:
        rule = claim.plan.year
        years.setdefault(year_id(year_date(rule, claim.claim), rule.start), []).append(claim)
    return tuple(_page(year, years[year], w) for year in sorted(years))


def _page(year: str, claims: list[s.ClaimSettlement], w: Words) -> Page:
    total = sum(claim.total for claim in claims)
    layers: dict[str, int] = {}
    bearers: dict[str, tuple[str, int]] = {}
    person = claims[-1].bearers[-1][0]
    for claim in claims:
        for layer in claim.layers:
            layers[layer.name] = layers.get(layer.name, 0) + layer.paid
        for field, name, amount in claim.bearers:
            bearers[field] = (name, bearers.get(field, (name, 0))[1] + amount)
    ordered = [(f, n, a) for f, (n, a) in bearers.items() if f != person] + [(person, *bearers[person])]

    percent = dict(zip((f for f, _, _ in ordered), percentages([a for _, _, a in ordered], total), strict=True))
    taken: dict[str, tuple[str, dict[int, int]]] = {}
    for at, claim in enumerate(claims):
        for step in claim.steps:
            if isinstance(step, s.CutResult) and step.bearer is not None and step.bearer != person and step.moved:
                amounts = taken.setdefault(step.bearer, (step.bearer_name or step.bearer, {}))[1]
                amounts[at] = amounts.get(at, 0) + step.moved

    lines = Lines("9")
    names = list(layers)
    what = total_name(claims, w)
    compared = any(claim.considered for claim in claims)
    columns = (Column(w("y_claim")), *([Column(capital(w("considered")))] if compared else []),
               Column(capital(what), "right"), Column(w("y_layers"), "right"),
               *(Column(w.label(name), "right") for name, _ in taken.values()),
               Column(capital(w("person_bearer")), "right"))  # fmt: skip
    rows = [
        Row((f"{c.claim.id}{w('open')}{c.claim.date.isoformat()}{w('close')}",
             *([w.label(c.considered or w("considered_none"))] if compared else []), money(c.total),
             money(sum(layer.paid for layer in c.layers)),
             *(money(amounts.get(at, 0)) for _, amounts in taken.values()), money(c.left)))
        for at, c in enumerate(claims)
    ]  # fmt: skip
    left = bearers[person][1]
    rows.append(
        Row(
            (
                w("y_total"),
                *([""] if compared else []),
                money(total),
                money(sum(layers.values())),
                *(money(sum(amounts.values())) for _, amounts in taken.values()),
                money(left),
            ),
            tone="result",
        )
    )
    lines.add("year_claims", w("y_claims"), [w("y_count", n=len(claims))], table=Table(columns, tuple(rows)),
              data=facts(
        claims=[
            {
                "id": c.claim.id, "date": c.claim.date.isoformat(), "considered": c.considered,
                "total": machine_money(c.total),
                "paid": machine_money(sum(layer.paid for layer in c.layers)), "left": machine_money(c.left),
            }
            for c in claims
        ],
    ))  # fmt: skip
    payers = {layer.name: layer for claim in claims for layer in claim.layers}
    lines.add(
        "year_layers", w("y_layers"), amount=sum(layers.values()), code="benefit",
        table=Table(
            (Column(w("h_layer")), Column(w("r_field")), Column(w("b_pays"), "right")),
            tuple(Row((w.label(name), payers[name].payer, money(layers[name]))) for name in names),
        ),
    )  # fmt: skip
    lines.add(
        "year_bearers", w("y_bearers"), amount=total, code="submitted",
        table=Table(
            (Column(w("r_bearer")), Column(w("r_field")), Column(w("amount"), "right"), Column(w("r_share"), "right")),
            tuple(
                Row((w.label(bearer_name(f, n, f == person, w)), f, money(a), percent[f]),
                    tone="result" if f == person else "plain" if a else "quiet")
                for f, n, a in ordered
            ),
        ),
    )  # fmt: skip
    borne = sum(amount for _, _, amount in ordered)
    ok = borne == total
    gap = money(abs(borne - total))
    told = w("r_ok", what=what, total=money(total)) if ok else w("r_bad", what=what, total=money(total), gap=gap)
    lines.add("sum", w("r_sum"), [told], borne, code="submitted", tone="result" if ok else "bad",
              data=facts(total=machine_money(total), sum=machine_money(borne), reconciled=ok))  # fmt: skip
    if claims[-1].plan.accumulators:
        table, kept = standing(claims[-1], w)
        lines.add("year_balances", w("s_balances"), [w("y_balances")], code="benefitBalance", table=table,
                  data=facts(balances=kept))  # fmt: skip
    data: dict[str, Json] = {
        "year": year,
        "claims": [claim.claim.id for claim in claims],
        "total": machine_money(total),
        "bearers": [
            {"bearer": f, "name": bearer_name(f, n, f == person, w), "amount": machine_money(a)} for f, n, a in ordered
        ],
        "layers": [{"layer": name, "paid": machine_money(layers[name])} for name in names],
        "left": machine_money(left),
    }
    shares = tuple(
        Share(
            w("you_pay") if f == person else w.label(bearer_name(f, n, False, w)), money(a), machine_money(a),
            percent[f], f == person,
        )
        for f, n, a in ordered if a or f == person
    )  # fmt: skip
    title = w("s_year", year=year)
    section = Section("9", "year", title, tuple(lines.lines))
    word = "summary_year" if len(claims) > 1 else "summary_year_one"
    summary = w(word, n=len(claims), what=what, total=money(total))
    return Page(title, "", (), summary, shares, (), (section,), None, data)
