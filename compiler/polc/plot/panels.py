"""From the exact shape of a plan to a chart of what every bearer bears over cost, with the cliffs marked."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from pol_lang.problem import Language
from polc import plan as p
from polc.explain.figures import money, ratio
from polc.plot.chart import Area, Chart, Line, Mark, Number, Panel, Style
from polc.shape.curve import Cliff, Stretch
from polc.shape.run import Case

_STYLES: tuple[Style, ...] = ("b0", "b1", "b2", "b3", "b4", "b5", "b6")
WAN = 1_000_000
"""Fen in 万元."""


@frozen(eq=False, repr=False, slots=False)
class Drawn:
    """One case with what is borne in it: the stretches up to the highest cost shown, and its cliffs."""

    name: str
    case: Case
    stretches: tuple[Stretch, ...]
    cliffs: tuple[Cliff, ...]


@frozen(eq=False, repr=False, slots=False)
class Table:
    """The same as a table: the headings, a row per cost at which something changes (two where it jumps)."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def unit_of(most: Number, lang: Language) -> tuple[int, str]:
    """How many fen an axis up to an amount counts in, and what that is called."""
    if lang == "zh" and most >= 10 * WAN:
        return WAN, "万元"
    if lang == "en" and most >= 10 * WAN:
        return 100_000, "1,000 yuan"
    return 100, "元" if lang == "zh" else "yuan"


def plot_chart(plan: p.Plan, drawn: Sequence[Drawn], up_to: int, subtitle: str, lang: Language) -> Chart:
    """A chart with two panels per case: what each bearer bears, and the person's share of the next fen."""
    zh = lang == "zh"
    per, unit = unit_of(up_to, lang)
    bearing = [
        at for at in range(len(plan.bearers)) if at == len(plan.bearers) - 1
        or any(form.at((x, 0)) for d in drawn for s in d.stretches for form in s.borne[at : at + 1] for x in _ends(s))
    ]  # fmt: skip
    styles: dict[int, Style] = {at: _STYLES[i % len(_STYLES)] for i, at in enumerate(bearing[:-1])}
    styles[bearing[-1]] = "person"
    order = [bearing[-1], *bearing[:-1]]
    names = {at: bearer_name(plan, at, lang) for at in bearing}
    panels: list[Panel] = []
    for one in drawn:
        panels += _panels(one, order, styles, up_to, per, unit, lang)
    title = f"{plan.name}：费用由谁负担" if zh else f"{plan.name}: who bears the cost"
    return Chart(
        title,
        subtitle,
        _description(drawn, order, names, up_to, lang),
        tuple((styles[at], names[at]) for at in order),
        tuple(panels),
    )


def bearer_name(plan: p.Plan, at: int, lang: Language) -> str:
    """A bearer's name for people."""
    field, name = plan.bearers[at]
    last = at == len(plan.bearers) - 1
    return name or (("个人" if lang == "zh" else "the person") if last else field)


def plot_tables(plan: p.Plan, drawn: Sequence[Drawn], lang: Language) -> tuple[Table, ...]:
    """What the chart shows, in figures: amounts at every breakpoint, and what of the next yuan the person bears."""
    zh = lang == "zh"
    found = []
    for one in drawn:
        bearing = [
            at for at in range(len(plan.bearers))
            if at == len(plan.bearers) - 1 or any(s.borne[at].at((x, 0)) for s in one.stretches for x in _ends(s))
        ]  # fmt: skip
        head = ("费用" if zh else "cost", *(bearer_name(plan, at, lang) for at in bearing))
        head = (*head, "再多一元，个人负担" if zh else "of the next yuan the person bears")
        rows: list[tuple[str, ...]] = []
        before: Stretch | None = None
        for stretch in one.stretches:
            after = ""
            if before is not None and before.at(stretch.start) != stretch.at(stretch.start):
                rows.append(_row(stretch.start, before, bearing, "", "（前）" if zh else " (below)"))
                after = "（后）" if zh else " (above)"
            rows.append(_row(stretch.start, stretch, bearing, ratio(stretch.person.x), after))
            before = stretch
        rows.append(_row(one.stretches[-1].end, one.stretches[-1], bearing, ratio(one.stretches[-1].person.x)))
        found.append(Table(one.name, head, tuple(rows)))
    return tuple(found)


def cliff_words(cliff: Cliff, lang: Language) -> str:
    """Both costs of a cliff and what the person bears at them."""
    if lang == "zh":
        return (
            f"费用 {money(cliff.cost)} 元时个人负担 {money(cliff.bears)} 元；多一分（{money(cliff.cost + 1)} 元）"
            f"就负担 {money(cliff.bears_next)} 元"
        )
    return (
        f"at a cost of {money(cliff.cost)} the person bears {money(cliff.bears)}; a fen more ({money(cliff.cost + 1)}) "
        f"and it is {money(cliff.bears_next)}"
    )


def _row(cost: Number, stretch: Stretch, bearing: Sequence[int], share: str, side: str = "") -> tuple[str, ...]:
    amounts = stretch.at(cost)
    return (money(round(Fraction(cost))) + side, *(money(round(Fraction(amounts[at]))) for at in bearing), share)


def _ends(stretch: Stretch) -> tuple[Number, Number]:
    return stretch.start, stretch.end


def _panels(
    one: Drawn, order: Sequence[int], styles: dict[int, Style], up_to: int, per: int, unit: str, lang: Language
) -> tuple[Panel, Panel]:
    zh = lang == "zh"
    points: dict[int, list[tuple[Number, Number, Number]]] = {at: [] for at in order}
    most: Number = 0
    for stretch in one.stretches:
        for cost in _ends(stretch):
            amounts = stretch.at(cost)
            low: Number = 0
            for at in order:
                high = low + amounts[at]
                points[at].append((Fraction(cost) / per, Fraction(low) / per, Fraction(high) / per))
                low = high
            most = max(most, low)
    marks = tuple(
        Mark(Fraction(c.cost) / per, Fraction(c.bears) / per, number, f"{number}  {cliff_words(c, lang)}")
        for number, c in enumerate(one.cliffs, 1)
    )
    x_label = f"费用（{unit}，全部在政策范围内）" if zh else f"cost ({unit}, all of it eligible)"
    width = Fraction(up_to) / per
    stacked = Panel(
        one.name, x_label, f"由谁负担（{unit}）" if zh else f"borne by ({unit})", width, 0,
        Fraction(most or 1) / per * Fraction(103, 100), 15, False,
        tuple(Area(styles[at], tuple(points[at])) for at in order), (), marks,
    )  # fmt: skip
    line: list[tuple[Number, Number]] = []
    for stretch in one.stretches:
        line += [(Fraction(cost) / per, 100 * Fraction(stretch.person.x)) for cost in _ends(stretch)]
    shares = [y for _, y in line]
    words = "再多一元费用，个人负担其中的（%）" if zh else "of the next yuan of cost the person bears (%)"
    marginal = Panel(
        "", x_label, words, width, min([Fraction(-4), *(y - 4 for y in shares)]),
        max([Fraction(104), *(y + 4 for y in shares)]), 6, True, (), (Line("marginal", tuple(line)),),
    )  # fmt: skip
    return stacked, marginal


def _description(
    drawn: Sequence[Drawn], order: Sequence[int], names: dict[int, str], up_to: int, lang: Language
) -> str:
    zh = lang == "zh"
    told: list[str] = []
    for one in drawn:
        amounts = one.stretches[-1].at(up_to)
        shares = ("，" if zh else ", ").join(f"{names[at]} {money(round(Fraction(amounts[at])))}" for at in order)
        text = (
            f"{one.name}：费用 {money(up_to)} 元时，{shares}。" if zh else f"{one.name}: at {money(up_to)}, {shares}."
        )
        told += [text, *(cliff_words(cliff, lang) + ("。" if zh else ".") for cliff in one.cliffs)]
    return ("" if zh else " ").join(told)
