"""The layers of a plan and their steps."""

from __future__ import annotations

from polc import plan as p
from polc.explain.formula import rounding
from polc.explain.lines import references
from polc.explain.text import packed
from polc.plan_text.layout import BASIS
from polc.plan_text.writer import Writer, period_of, write_guards


def write_layer(number: int, layer: p.Layer, plan: p.Plan, out: Writer) -> None:
    """The entries of a layer: payer, conditions, base, steps as they run, tilts."""
    say, show = out.say, out.show
    name = out.w.name(layer.payer_name)
    payer = say(f"支付方 {name}（{layer.payer}）", f"paid by {name} ({layer.payer})")
    out.add(1, f"{number} {say('保障层', 'layer')} {layer.name}", payer, layer.origin)
    write_guards(layer.guards, out)
    base = [show(layer.base.value)]
    if layer.base.accumulator is not None:
        claims = say("全部就诊", "every claim") if layer.base.every else say("符合条件的就诊", "qualifying claims")
        base.append(
            say("累计计算，", "running, ") + period_of(layer.base.accumulator, plan, out) + out.w("comma") + claims
        )
    out.add(2, say("基数", "base"), base, layer.base.origin)
    for step in layer.steps:
        _layer_step(step, plan, out)
    for tilt in layer.tilts:
        label = say("倾斜", "tilt") + f" {tilt.name}" if tilt.kind == "tilt" else say("调整", "adjust")
        out.add(2, label, say("当 ", "when ") + show(tilt.condition), tilt.origin)
        for change in tilt.changes:
            _change(change, out)
    if len(layer.tilts) > 1:
        rule = {"add": ("依次叠加", "add up"), "best": ("只取最优", "best only"), "first": ("只取首项", "first only")}
        out.add(2, say("多项倾斜", "several tilts"), say(*rule[layer.rule]))


def _layer_step(step: p.Step, plan: p.Plan, out: Writer) -> None:
    say, show = out.say, out.show
    match step:
        case p.CostCap() | p.PaymentCap():
            on = say("费用额", "cost") if isinstance(step, p.CostCap) else say("支付额", "payment")
            text = [f"{on} {show(step.value)}" + out.w("comma") + period_of(step.accumulator, plan, out)]
            if step.shared:
                text.append(say(f"共用“{step.shared}”", f"within {step.shared}"))
            if step.overflow_to:
                text.append(say(f"超出转入“{step.overflow_to}”", f"overflow to {step.overflow_to}"))
            out.add(2, say("封顶线", "cap"), text, step.origin)
        case p.Deductible():
            _deductible(step, plan, out)
        case p.BandPay(table=table):
            over = say("按费用本身", "over base") if step.over == "base" else say("按起付线以上", "over excess")
            follows = {
                "claim": say("每次就诊从头计", "anew on each claim"),
                "base": say("随基数累计", "along the running base"),
                "own": say("随累计数", "along the accumulator"),
            }[step.position]
            if step.position == "own":
                follows += out.w("comma") + period_of(step.accumulator, plan, out)
            text = [out.w("comma").join((over, _mode(table, out), follows))]
            out.add(2, f"{say('分段', 'bands')} {table.name}".strip(), text, step.origin, _bands(table, out))
        case p.RatePay():
            out.add(2, say("支付比例", "rate"), show(step.value), step.origin)
        case p.FixedPay():
            out.add(2, say("支付", "pay"), show(step.value), step.origin)
        case p.TopUp():
            counting = out.w("list_comma").join(step.counting)
            out.add(
                2,
                say("补足至", "top up to"),
                [show(step.value), say(f"已计 {counting}", f"counting {counting}")],
                step.origin,
            )
        case p.Minimum():
            out.add(2, say("保底支付", "minimum payment"), show(step.value), step.origin)
        case p.Round():
            text = [rounding(step.to, step.mode, "money", out.w)]
            if step.accumulator is not None:
                text.append(say("按累计数取整，", "of the running sum, ") + period_of(step.accumulator, plan, out))
            out.add(2, say("取整", "rounding"), text, step.origin)
        case p.Times():
            period = period_of(step.accumulator, plan, out)
            out.add(
                2,
                say("次数", "times"),
                say(f"{period}至多 {step.count} 次", f"at most {step.count} {period}")
                + out.w("comma")
                + (
                    say("支付才计次", "counted when paid")
                    if step.counts == "paid"
                    else say("适用即计次", "counted when applied")
                ),
                step.origin,
            )


def _deductible(step: p.Deductible, plan: p.Plan, out: Writer) -> None:
    say, show = out.say, out.show
    how = {
        "claim": out.w("admission"),
        "base": say("在累计的基数上扣除，按累计费用", "cut from the running base, by the cost so far"),
        "own": period_of(step.accumulator, plan, out),
        "register": say("在累计的基数上扣除，按累计扣除", "cut from the running base, by deductions so far"),
    }[step.position]
    rows = [show(step.value) + out.w("comma") + how]
    if step.repeats:
        rows.append(say("逐次连乘", "chained") if step.chained else say("均按原标准", "of the original"))
        if step.count is not None:
            rows.append(say("住院次数：", "admissions: ") + period_of(step.count, plan, out))
    if step.floor is not None:
        rows.append(say("不低于 ", "at least ") + show(step.floor))
    if step.ceiling is not None:
        rows.append(
            say("合计不高于 ", "together at most ")
            + show(step.ceiling)
            + out.w("comma")
            + period_of(step.taken, plan, out)
        )
    out.add(2, say("起付线", "deductible"), rows, step.origin)
    for repeat in step.repeats:
        label = say(f"第 {repeat.admission} 次起", f"from admission {repeat.admission}")
        out.add(3, label, f"{_sign(repeat.op)} {show(repeat.value)}", repeat.origin)


def _change(change: p.Change, out: Writer) -> None:
    target = {
        "deductible": ("起付线", "deductible"), "rate": ("支付比例", "rate"), "cap": ("封顶线", "cap"),
        "base": ("基数", "base"), "payment": ("支付额", "payment"),
    }[change.target]  # fmt: skip
    if change.op == "none" or change.value is None:
        text = out.say("取消", "none")
    else:
        text = f"{_sign(change.op)} {out.show(change.value)}"
    if change.rounding is not None:
        text += out.w("comma") + rounding(*change.rounding, "money", out.w)
    out.add(3, out.say(*target), text, change.origin)


def _sign(op: str) -> str:
    return "−" if op == "-" else op


def _mode(table: p.BandTable, out: Writer) -> str:
    modes = {
        "progressive": ("分段累进", "progressive"),
        "whole": ("全额套档", "whole amount"),
        "lump": ("定额套档", "lump sum"),
    }
    return out.say(*modes[table.mode])


def _bands(table: p.BandTable, out: Writer) -> list[tuple[str, ...]]:
    """Bands as a table: edges with 含/不含, value, and what the row rests on where it is not the table's own place."""
    rows: list[tuple[str, ...]] = [(out.say("从", "from"), out.say("到", "to"), out.say("支付", "pays"), "")]
    for band in table.bands:
        lower = _edge(band.lower, band.lower_inclusive, out)
        upper = out.say("不限", "no limit") if band.upper is None else _edge(band.upper, band.upper_inclusive, out)
        rests = (
            ""
            if band.origin.place == table.origin.place
            else "\n".join(packed(references([band.origin], table.origin.document), BASIS))
        )
        rows.append((lower, upper, out.show(band.value), rests))
    return rows if any(row[-1] for row in rows) else [row[:-1] for row in rows]


def _edge(expr: p.Expr, inclusive: bool, out: Writer) -> str:
    return f"{out.show(expr)} {out.w('included') if inclusive else out.w('excluded')}"
