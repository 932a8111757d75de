"""The lines of what a layer pays: bands, rate, formula, top-up, minimum, rounding."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from polc import plan as p
from polc import settlement as s
from polc.arithmetic import Edge, Exact, lump, rounded, times, whole_amount
from polc.explain.changing import changed, operations_json, told_operations
from polc.explain.document import Column, Json, Row, Table
from polc.explain.figures import figure, machine, machine_money, money, ratio
from polc.explain.formula import rounding, symbolic
from polc.explain.here import Here
from polc.explain.lines import facts, seen_json
from polc.explain.observed import choosing
from polc.explain.terms import before_after
from polc.explain.wording import Words
from polc.explain.worked import definitions, edge_text, formula_rows
from polc.explain.worth import values_of


def moved(before: Exact, after: Exact, w: Words) -> str:
    """What an amount was and is: "28.005 → 28.01"."""
    return w("unchanged", before=money(before)) if before == after else f"{money(before)} → {money(after)}"


def in_all(here: Here, step: s.LayerStep, pays: Exact) -> str:
    """What the layer pays in all so far, where it paid before; empty otherwise."""
    before = here.paid_before(step)
    if not before or not pays:
        return ""
    return here.w("pays_in_all", sum=f"{money(before)} + {money(pays)} = {money(before + pays)}")


# ---------------------------------------------------------------- bands


def bands(here: Here, step: s.BandsStep) -> None:
    """The line of bands with their table: edges, rate before and after tilts, the amount in each and what it pays."""
    w, is_lump = here.w, step.mode == "lump"
    changed_rates = any(row.normal != row.rate for row in step.rows)
    value = money if is_lump else ratio
    columns = [Column(w("b_lower"), "right"), Column(w("b_upper"), "right")]
    if changed_rates:
        columns.append(Column(w("b_normal"), "right"))
    columns.append(Column(w("b_lump") if is_lump else w("b_rate"), "right"))
    columns.append(Column(w("b_amount" if step.mode == "progressive" else "b_counted"), "right"))
    columns.append(Column(w("b_pays"), "right"))
    rows = []
    for row in step.rows:
        upper = w("no_upper") if row.upper is None else edge_text(row.upper, row.upper_inclusive, "money", w)
        lower = edge_text(row.lower, row.lower_inclusive, "money", w)
        cells = [lower, upper, *([value(row.normal)] if changed_rates else [])]
        cells += [value(row.rate), money(row.amount), money(row.pays)]
        rows.append(Row(tuple(cells), (row.origin,), "plain" if row.amount else "quiet"))
    total = sum((row.amount for row in step.rows), Fraction(0))
    given, at = given_before(step)
    blank = ("",) * (len(columns) - 3)
    if given:
        told = w("b_given", at=money(at))
        rows.append(Row((told, *blank, "", money(-given))))
    rows.append(Row((w("b_sum"), *blank, "" if given else money(total), money(step.pays)), (), "result"))
    text = [
        w.joined([_coordinate(here, step), w(f"bands_{step.mode}")]),
        w("bands_from_to", start=money(step.start), end=money(step.end)),
        *_key(here, step),
        *_changed(here, step),
        *_less_given(here, step, given),
        in_all(here, step, step.pays),
    ]
    here.lines.add(
        "bands", w("bands"), text, step.pays, [step.origin, *_sources(here, step), *step.changed_by], "coinsurance",
        table=Table(tuple(columns), tuple(rows)) if total or step.pays else None,
        data=facts(over=step.over, mode=step.mode, period=step.period, start=machine_money(step.start),
        end=machine_money(step.end), pays=machine_money(step.pays), in_bands=machine_money(total),
        given_before=machine_money(given), operations=operations_json(here, step.changed_by),
        coinsurance=machine_money(max(step.end - step.start - step.pays, 0)),
        bands=[
            {
                "lower": machine_money(row.lower), "lower_inclusive": row.lower_inclusive,
                "upper": None if row.upper is None else machine_money(row.upper),
                "upper_inclusive": row.upper_inclusive,
                "normal": machine_money(row.normal) if is_lump else machine(row.normal),
                "rate": machine_money(row.rate) if is_lump else machine(row.rate),
                "amount": machine_money(row.amount), "pays": machine_money(row.pays),
                "clause": list(row.origin.clauses), "document": row.origin.document, "place": row.origin.place,
            }
            for row in step.rows
        ]),
    )  # fmt: skip


def _coordinate(here: Here, step: s.BandsStep) -> str:
    """What the bands are over: the cost or what lies above the deductible, of this claim or of the period."""
    w = here.w
    word = "bands_over_excess" if step.over == "excess" else "bands_over_base"
    if not any(isinstance(other, s.DeductibleStep) for other in here.result.steps):
        word = "bands_over_cost"
    return w(word, running="" if step.period == "admission" else w(f"running_{step.period}"))


def _key(here: Here, step: s.BandsStep) -> list[str]:
    """What chose the rates of the bands where a table holds them by a key, and how rates that are formulas came
    about."""
    w, plan_step = here.w, here.written(p.BandPay, step)
    chosen: dict[str, None] = {}
    rows: dict[str, None] = {}
    for band in plan_step.table.bands:
        saw = here.reached.saw(band.value)
        chosen.setdefault(choosing(band.value, values_of(saw, band.value, here.env), w))
        rows.update(dict.fromkeys(definitions(band.value, saw, w, here.env)))
        for edge in (band.lower, band.upper):
            if edge is not None and not isinstance(edge, p.Const):
                told = here.reached.saw(edge)
                rows.update(dict.fromkeys(definitions(edge, told, w, here.env)))
    told_by = w.joined(list(chosen))
    return [w("standard_by", what=told_by) if told_by else "", *rows]


def _sources(here: Here, step: s.BandsStep) -> Iterator[p.Origin]:
    """Where the rates of the bands that count are written, where they are more than figures."""
    for band, row in zip(here.written(p.BandPay, step).table.bands, step.rows, strict=True):
        if row.amount:
            yield from here.sources(band.value)


def _changed(here: Here, step: s.BandsStep) -> list[str]:
    """What tilts made of all rates (or lump sums)."""
    if not step.changed_by:
        return []
    target = here.w("b_lump" if step.mode == "lump" else "b_rate").lower()
    return [here.w("bands_changed", target=target, how=told_operations(here, step.changed_by))]


def _less_given(here: Here, step: s.BandsStep, given: Exact) -> list[str]:
    """What a whole-amount or lump-sum table gives less what it gave before, where it gave something."""
    if not given:
        return []
    w, full = here.w, sum((row.pays for row in step.rows), Fraction(0))
    told = f"{money(full)} − {money(given)} = {money(full - given)}"
    rows = [w("bands_given", at=money(step.start), given=money(given), sum=told)]
    return rows if full >= given else [*rows, w("bands_negative")]


def given_before(step: s.BandsStep) -> tuple[Exact, Exact]:
    """What a whole-amount or lump-sum table gave for the running sum before this claim, and that sum; 0 elsewhere."""
    if step.mode == "progressive":
        return 0, 0
    row = next((row for row in step.rows if row.amount), None)
    cut = step.end if row is None else step.end - row.amount
    edges: list[Edge] = [(r.lower, r.lower_inclusive, r.upper, r.upper_inclusive) for r in step.rows]
    gives = lump if step.mode == "lump" else whole_amount
    return gives(edges, [r.rate for r in step.rows], cut, step.start), step.start


# ---------------------------------------------------------------- rate, formula, changes


def rate(here: Here, step: s.RateStep) -> None:
    """The line of one rate."""
    w = here.w
    text = [f"{money(step.amount)} × {ratio(step.rate)} = {money(step.pays)}"]
    if not isinstance(step.formula, p.Const):
        text += formula_rows(step.formula, step.seen, step.normal, "ratio", w, here.env)
    if step.normal != step.rate or step.changed_by:
        text.append(w("rate_changed", how=changed(here, step.normal, step.rate, step.changed_by, "ratio")))
    text.append(in_all(here, step, step.pays))
    here.lines.add(
        "rate", w("rate"), text, step.pays,
        [step.origin, *here.sources(step.formula), *step.changed_by], "coinsurance",
        data=facts(normal=machine(step.normal), rate=machine(step.rate), of=machine_money(step.amount),
        pays=machine_money(step.pays), coinsurance=machine_money(step.amount - step.pays),
        formula=symbolic(step.formula, w), seen=seen_json(step.seen),
        operations=operations_json(here, step.changed_by)),
    )  # fmt: skip


def fixed(here: Here, step: s.FixedStep) -> None:
    """The line of a payment by formula."""
    w = here.w
    text = [*formula_rows(step.formula, step.seen, step.pays, "money", w, here.env), in_all(here, step, step.pays)]
    here.lines.add(
        "fixed", w("fixed"), text, step.pays, [step.origin, *here.sources(step.formula)],
        data=facts(pays=machine_money(step.pays), formula=symbolic(step.formula, w), seen=seen_json(step.seen)),
    )  # fmt: skip


def factor(here: Here, step: s.FactorStep) -> None:
    """The line of a change of the payment by a tilt or adjustment."""
    op = {"-": "−"}.get(step.op, step.op)
    value = figure(step.value, "number", here.w) if step.op == "×" else money(step.value)
    if step.op == "×" and Fraction(step.value) <= 1:
        value = ratio(step.value)
    if step.op == "=":
        text = moved(step.before, step.after, here.w)
    else:
        exact = _factored(step)
        text = f"{money(step.before)} {op} {value} = {money(exact)}"
        text += here.w("comma") + here.w("counted_zero") if exact < 0 else ""
    here.lines.add(
        "factor", here.w("factor"), [text], step.after, [step.origin], data=facts(op=step.op,
        value=machine(step.value) if step.op == "×" else machine_money(step.value),
        **before_after(step.before, step.after)),
    )  # fmt: skip


def _factored(step: s.FactorStep) -> Exact:
    """What the change comes to before it is taken for 0 at least."""
    if step.op == "×":
        return times(step.before, step.value)
    return step.before + step.value if step.op == "+" else step.before - step.value


# ---------------------------------------------------------------- top-up, minimum


def top_up(here: Here, step: s.TopUpStep) -> None:
    """The line of a top-up: the floor, what the counted layers paid, what was missing."""
    w = here.w
    counted: dict[str, Exact] = dict(step.counted)
    if here.result.name in counted:
        counted[here.result.name] = here.paid_before(step)
    so_far = sum(counted.values(), Fraction(0))
    named = w.joined([f"{w.name(name)} {money(paid)}" for name, paid in counted.items()], "plus")
    text = [*formula_rows(step.formula, step.seen, step.floor, "money", w, here.env)]
    text.append(w("top_up_floor", floor=money(step.floor)))
    if counted:
        text.append(w("top_up_counted", what=named if len(counted) < 2 else f"{named} = {money(so_far)}"))
    if step.pays > 0:
        text.append(f"{money(step.floor)} − {money(so_far)} = {money(step.pays)}")
    else:
        text.append(w("top_up_none"))
    text.append(in_all(here, step, step.pays))
    here.lines.add(
        "top_up", w("top_up"), text, step.pays, [step.origin, *here.sources(step.formula)],
        data=facts(formula=symbolic(step.formula, w),
        seen=seen_json(step.seen), floor=machine_money(step.floor), pays=machine_money(step.pays),
        counted=[{"layer": name, "paid": machine_money(paid)} for name, paid in counted.items()]),
    )  # fmt: skip


def minimum(here: Here, step: s.MinimumStep) -> None:
    """The line of a minimum payment."""
    w, plan_step = here.w, here.written(p.Minimum, step)
    told = [money(step.minimum)]
    value = plan_step.value
    if not isinstance(value, p.Const):
        told = list(formula_rows(value, here.reached.saw(value), step.minimum, "money", w, here.env))
    text = [w("minimum_is", minimum=told[0]), *told[1:]]
    if here.entered < step.minimum and step.before < step.minimum:
        text.append(w("minimum_base", base=money(here.entered)))
    text.append(moved(step.before, step.after, w))
    here.lines.add(
        "minimum", w("minimum"), text, step.after, [step.origin, *here.sources(value)],
        data=facts(minimum=machine_money(step.minimum), **before_after(step.before, step.after)),
    )  # fmt: skip


# ---------------------------------------------------------------- rounding, limits


def round_off(here: Here, step: s.RoundStep) -> None:
    """The line of a rounding, of the payment or of its running sum."""
    w, running = here.w, None
    how = rounding(step.to, step.mode, "money", w)
    expected: Exact = rounded(step.before, step.to, step.mode)
    if step.running is None:
        text = [w.joined([how, moved(step.before, expected, w)], "colon")]
    else:
        before, after = step.running
        ends = rounded(before, step.to, step.mode), rounded(after, step.to, step.mode)
        expected = ends[1] - ends[0]
        text = [
            w("round_running", before=money(before), after=money(after)),
            w.joined([how, f"{money(ends[1])} − {money(ends[0])} = {money(expected)}"], "colon"),
        ]
        running = before_after(before, after)
    if expected != step.after:
        text.append(w("round_within_cap", before=money(expected), after=money(step.after)))
    shown: Json = running
    here.lines.add(
        "round", w("round"), text, step.after, [step.origin],
        data=facts(
            to=machine_money(step.to), mode=step.mode, running=shown, **before_after(step.before, step.after)
        ),
    )  # fmt: skip


def limited(here: Here, step: s.LimitedStep) -> None:
    """The line of a payment cut to what was left to the person."""
    text = [here.w("limited_is", before=money(step.before), after=money(step.after))]
    here.lines.add(
        "limited", here.w("limited"), text, step.after, [step.origin],
        data=facts(**before_after(step.before, step.after)),
    )  # fmt: skip
