"""The section of 就高 by identity: what every alternative would have given and how, which one won and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import evolve, frozen

from polc import plan as p
from polc import settlement as s
from polc.explain.changing import changed
from polc.explain.cost import why_moved, why_none
from polc.explain.document import Column, Json, Row, Section, Table
from polc.explain.figures import machine_money, money, ratio
from polc.explain.formula import numeric, symbolic
from polc.explain.here import Here
from polc.explain.lines import Lines, facts, written
from polc.explain.paying import given_before, in_all, moved
from polc.explain.reasons import why_nothing
from polc.explain.replay import Reached, Replay
from polc.explain.terms import standard
from polc.explain.tilts import changes
from polc.explain.wording import Words, capital
from polc.explain.worked import formula_rows
from polc.explain.worth import values_of

_AT_ONCE = 4
"""How many identities stand side by side in a table of alternatives."""

_WORD = {s.FactorStep: "factor", s.MinimumStep: "minimum", s.LimitedStep: "limited", s.RoundStep: "round"}


@frozen(eq=False, repr=False, slots=False)
class Tried:
    """An alternative with its whole settlement, and the words that know of it."""

    alternative: s.Alternative
    replay: Replay
    w: Words

    @property
    def name(self) -> str:
        """The identity."""
        return self.w.label(self.alternative.identity or self.w("h_plain"))


def highest_section(claim: s.ClaimSettlement, tried: Sequence[Tried], number: str, w: Words) -> Section:
    """就高: what every alternative would have paid in each layer, what would be left, which won and why."""
    lines = Lines(number)
    root = claim.plan.root
    rank = isinstance(root, p.HighestOf) and root.criterion == "rank"
    origins = [root.origin] if isinstance(root, p.HighestOf) else []
    won = next((one for one in tried if one.alternative.won), tried[0])
    result = facts(identity=won.alternative.identity, left=machine_money(won.alternative.left))
    if len(tried) == 1:
        text = [w("h_alone", identity=won.name)]
        lines.add("winner", w("h_result"), text, won.alternative.left, origins, "memberliability", "result",
                  data=result)  # fmt: skip
        return Section(number, "highest_of", w("s_highest"), tuple(lines.lines))
    lines.add("criterion", w("h_by"), [w("h_rank" if rank else "h_least")], origins=origins,
              data=facts(criterion="rank" if rank else "least_left"))  # fmt: skip
    for at in range(0, len(tried), _AT_ONCE):
        some = tried[at : at + _AT_ONCE]
        lines.add("alternatives", w("s_highest"), table=_table(some, tried, claim.claim.parts["total"], w),
                  data=facts(alternatives=[_json(one) for one in some]))  # fmt: skip
    text = [w("h_winner", identity=won.name)]
    left = won.alternative.left
    for other in tried:
        if other is won or rank:
            continue
        word = "h_tie" if other.alternative.left == left else "h_margin"
        margin = f"{money(other.alternative.left)} − {money(left)} = {money(other.alternative.left - left)}"
        text.append(w(word, left=money(left), other=other.name, margin=margin))
    if rank:
        text.append(w("h_first"))
    lines.add("winner", w("h_result"), text, left, origins, "memberliability", "result", data=result)
    for other in tried:
        if other is not won:
            _how(lines, other, won, claim)
    return Section(number, "highest_of", w("s_highest"), tuple(lines.lines))


def _table(some: Sequence[Tried], tried: Sequence[Tried], billed: int, w: Words) -> Table:
    columns = (Column(w("h_layer")), *(Column(one.name, "right") for one in some))
    fixed = any(one.replay.env.total != billed for one in tried)
    total = capital(w("settled_total" if fixed else "total"))
    rows = [Row((total, *(money(one.replay.env.total) for one in some)), tone="quiet")]
    for at, reached in enumerate(tried[0].replay.steps):
        if any(_borne(one.replay.steps[at]) for one in tried) or isinstance(reached.result, s.LayerResult):
            amounts = (money(_borne(one.replay.steps[at])) for one in some)
            rows.append(Row((_label(reached, w), *amounts)))
    rows.append(Row((w("h_left"), *(money(one.alternative.left) for one in some)), tone="result"))
    rows.append(Row((w("h_result"), *(w("h_won") if one.alternative.won else w("h_lost") for one in some))))
    return Table(columns, tuple(rows))


def _json(one: Tried) -> Json:
    return {
        "identity": one.alternative.identity, "left": machine_money(one.alternative.left),
        "won": one.alternative.won, "total": machine_money(one.replay.env.total),
        "paid": [{"layer": name, "paid": machine_money(amount)} for name, amount in one.alternative.paid],
        "cuts": [
            {"cut": reached.result.name, "borne": machine_money(_borne(reached))}
            for reached in one.replay.steps if isinstance(reached.result, s.CutResult) and reached.result.bearer
        ],
    }  # fmt: skip


def _label(reached: Reached, w: Words) -> str:
    if isinstance(reached.result, s.LayerResult):
        return w.label(reached.result.name)
    return capital(w.joined([w(f"c_{reached.result.kind}"), w.name(reached.result.name)], "colon"))


def _borne(reached: Reached) -> int:
    """What a step let another than the person bear."""
    result, person = reached.result, reached.env.person_field
    if isinstance(result, s.LayerResult):
        return 0 if result.payer == person else result.paid
    return 0 if result.bearer in (None, person) else result.moved


def _how(lines: Lines, other: Tried, won: Tried, claim: s.ClaimSettlement) -> None:
    """A line for each step that came out otherwise than for the winner."""
    w = other.w
    for reached, winner in zip(other.replay.steps, won.replay.steps, strict=True):
        if _borne(reached) == _borne(winner):
            continue
        rows = [w("h_of", identity=other.name, step=_label(reached, w))]
        origins = [reached.result.origin]
        if isinstance(reached.result, s.LayerResult):
            here = Here(Lines(""), reached.result, claim, reached, w)
            reason = why_nothing(reached.result, w)
            rows += [reason] if reason else _brief(here)
            origins += [] if reason else _sources(here)
        elif not reached.result.applies:
            rows.append(why_none(reached.result, w) or w("c_none"))
        else:
            rows += why_moved(reached.result, reached, w)
            rows.append(w("c_borne", amount=money(reached.result.moved), bearer=w.name(reached.result.bearer_name)))
            origins += written(reached.result.formula, reached.result.seen, reached.env)
        lines.add(
            "alternative_step", w("h_lost_step"), rows, _borne(reached), origins, tone="quiet",
            data=facts(identity=other.alternative.identity, step=reached.result.name,
            paid=machine_money(_borne(reached))),
        )  # fmt: skip


def _brief(here: Here) -> Iterator[str]:
    """A layer's sum in one row per step, without the steps that changed nothing."""
    w = here.w
    for step in here.result.steps:
        match step:
            case s.BaseStep():
                yield _sum(w("base"), _numbers(here, step.formula, step.seen), step.result)
                if step.amount != step.result:
                    yield f"{w('base')} {moved(step.result, step.amount, w)}"
            case s.TiltStep() if step.taken:
                wanted = next(t for t in here.layer.tilts if t.origin is step.origin)
                yield w.joined([w(step.kind), changes(step, wanted, w)], "colon")
            case s.CostCapStep() if step.before != step.after:
                yield f"{w('cost_cap')} {moved(step.before, step.after, w)}"
            case s.DeductibleStep() if step.applied or step.effective:
                asked = money(step.normal)
                if step.changed_by:
                    asked = changed(here, step.normal, step.effective, step.changed_by, "money")
                used = w("ded_use", used=money(step.used), applied=money(step.applied))
                after = w("ded_after", before=money(step.applied + step.after), applied=money(step.applied),
                          after=money(step.after))  # fmt: skip
                yield w.joined([f"{w('deductible')} {asked}", used, after])
                yield from standard(here, here.written(p.Deductible, step).value, step.normal)
            case s.BandsStep():
                rows = [row for row in step.rows if row.amount]
                terms = " + ".join(f"{money(row.amount)} × {ratio(row.rate)}" for row in rows)
                if step.mode == "lump":
                    terms = " + ".join(money(row.pays) for row in rows)
                given = given_before(step)[0]
                yield _sum(w("bands"), f"{terms} − {money(given)}" if given else terms, step.pays)
            case s.RateStep():
                yield _sum(w("rate"), f"{money(step.amount)} × {ratio(step.rate)}", step.pays)
                if not isinstance(step.formula, p.Const):
                    yield from formula_rows(step.formula, step.seen, step.normal, "ratio", w, here.env)
            case s.FixedStep():
                yield _sum(w("fixed"), _numbers(here, step.formula, step.seen), step.pays)
            case s.TopUpStep() if step.pays:
                told = _sum(w("top_up"), f"{money(step.floor)} − {money(step.floor - step.pays)}", step.pays)
                yield w.joined([told, in_all(here, step, step.pays)])
                if not isinstance(step.formula, p.Const):
                    yield from formula_rows(step.formula, step.seen, step.floor, "money", w, here.env)
            case s.FactorStep() | s.MinimumStep() | s.LimitedStep() | s.RoundStep() if step.before != step.after:
                yield f"{w(_WORD[type(step)])} {moved(step.before, step.after, w)}"
            case s.PaymentCapStep() if step.limit is not None and step.before != step.after:
                room = max(step.limit - step.used, 0)
                told = w("cap_is", period=w(step.period), limit=money(step.limit), used=money(step.used),
                         room=money(room))  # fmt: skip
                yield w.joined([told, moved(step.before, step.after, w)], "semicolon")
                yield from standard(here, here.written(p.PaymentCap, step).value, step.normal)


def _sources(here: Here) -> Iterator[p.Origin]:
    """Where the terms of a layer and what they are made of are written, and what changed them."""
    for step in here.result.steps:
        match step:
            case s.TiltStep() if step.taken:
                yield step.origin
            case s.DeductibleStep() if step.applied or step.effective:
                yield from (step.origin, *here.sources(here.written(p.Deductible, step).value))
            case s.RateStep() | s.FixedStep() | s.TopUpStep():
                yield from (step.origin, *here.sources(step.formula))
            case s.BandsStep():
                yield from (step.origin, *(row.origin for row in step.rows if row.amount))
            case s.PaymentCapStep() if step.limit is not None and step.before != step.after:
                yield from (step.origin, *here.sources(here.written(p.PaymentCap, step).value))


def _numbers(here: Here, formula: p.Expr, saw: s.Seen) -> str:
    """A formula with its numbers; of one that only has a name what the name stands for."""
    while isinstance(formula, p.Named):
        formula = formula.value
    return numeric(formula, values_of(saw, formula, here.env), here.w)


def _sum(label: str, formula: str, result: int | object) -> str:
    shown = money(result)  # type: ignore[arg-type]
    return f"{label} {shown}" if formula == shown else f"{label} {formula} = {shown}"


__all__ = ["Tried", "evolve", "highest_section", "symbolic"]
