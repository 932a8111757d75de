"""A plan as text that a policy author reads beside the document.

Theory: the text is a list of entries, each a label, rows of text and what it rests on, at a depth; tables stand between
them. One function per kind of node writes its entries, the layout is chosen once at the end. Nothing of the plan is
left out but what no author wrote; expressions are written as on the calculation sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

import attrs
from attrs import field, frozen
from rich.cells import cell_len

from pol_lang.problem import Language
from polc import plan as p
from polc.explain.figures import figure, ratio
from polc.explain.formula import rounding, symbolic
from polc.explain.grid import Field, rows_of
from polc.explain.lines import own_document, references
from polc.explain.text import packed
from polc.explain.wording import Words, words
from polc.plan_json import field_names, plan_hash

WIDTH = 120
_LABEL = 18
_BASIS = 40  # at most
_INDENT = 2
_NARROWEST = 20


@frozen(eq=False, repr=False, slots=False)
class Entry:
    """A line of the text: heading where `depth` is 0, else a label with text and what it rests on."""

    depth: int
    label: str
    text: tuple[str, ...] = ()
    origins: tuple[p.Origin, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


@frozen(eq=False, repr=False, slots=False)
class _Writer:
    """Collects entries in one language."""

    w: Words
    entries: list[Entry] = field(factory=list)

    def say(self, zh: str, en: str) -> str:
        """The one or the other."""
        return zh if self.w.lang == "zh" else en

    def heading(self, zh: str, en: str) -> None:
        """A new section."""
        self.entries.append(Entry(0, self.say(zh, en)))

    def add(
        self, depth: int, label: str, text: str | Sequence[str] = (), origin: p.Origin | None = None,
        table: Sequence[tuple[str, ...]] = (),
    ) -> None:  # fmt: skip
        """One more entry; empty rows of text are left out."""
        rows = (text,) if isinstance(text, str) else tuple(text)
        origins = () if origin is None else (origin,)
        self.entries.append(Entry(depth, label, tuple(row for row in rows if row), origins, tuple(table)))

    def show(self, expr: p.Expr) -> str:
        """An expression in names."""
        return symbolic(expr, self.w)


def plan_entries(plan: p.Plan, lang: Language) -> list[Entry]:
    """What the plan's text says, entry by entry in its order, before it is laid out."""
    return _written(plan, lang).entries


def _written(plan: p.Plan, lang: Language) -> _Writer:
    out = _Writer(words(lang))
    _head(plan, out)
    _inputs(plan, out)
    _definitions(plan, out)
    _accumulators(plan, out)
    _steps(plan, out)
    _around(plan, out)
    return out


def plan_text(plan: p.Plan, lang: Language) -> str:
    """The plan as text that ends with a line end."""
    out = _written(plan, lang)
    title = out.say(f"结算计划 {plan.name}", f"Settlement plan {plan.name}")
    subtitle = f"{p.SCHEMA} · {plan_hash(plan)}"
    return "\n".join([title, subtitle, *_laid_out(out.entries, own_document(plan), out)]) + "\n"


# ---------------------------------------------------------------- layout


def _laid_out(entries: Sequence[Entry], own: str, out: _Writer) -> Iterator[str]:
    pieces = [references(entry.origins, own) for entry in entries]
    basis = min(max((cell_len("  ".join(one)) for one in pieces), default=0), _BASIS)
    document = own  # that of the step the lines belong to; it is not said again on each of them
    for entry in entries:
        if entry.depth == 0:
            yield from ("", entry.label, "─" * cell_len(entry.label))
            continue
        rests_on = packed(references(entry.origins, own if entry.depth == 1 else document), basis)
        if entry.depth == 1:
            document = entry.origins[0].document if entry.origins else own
        indent = _INDENT * (entry.depth - 1)
        label = max(_LABEL - indent, 8)
        space = WIDTH - indent - label - basis - 4
        if cell_len(entry.label) > label:  # a long label has the row to itself and the text stands under it
            whole = (Field(WIDTH - indent - basis - 2), Field(basis))
            yield from rows_of(((entry.label,), rests_on), whole, indent)
            if entry.text:
                yield from rows_of(((), entry.text, ()), (Field(label), Field(space), Field(basis)), indent)
        else:
            fields = (Field(label), Field(space), Field(basis))
            yield from rows_of(((entry.label,), entry.text, rests_on), fields, indent)
        yield from _table(entry.table, indent + label + 2)


def _table(rows: tuple[tuple[str, ...], ...], indent: int) -> Iterator[str]:
    """A table whose first row is its header; every column but the last stands at its right edge, the widest one is
    narrowed to what the page has room for."""
    if not rows:
        return
    widths = [max(cell_len(line) for row in rows for line in row[at].split("\n")) for at in range(len(rows[0]))]
    widest = widths.index(max(widths))
    widths[widest] = max(widths[widest] - max(indent + sum(widths) + 2 * (len(widths) - 1) - WIDTH, 0), _NARROWEST)
    fields = [Field(width, "left" if at == len(widths) - 1 else "right") for at, width in enumerate(widths)]
    for row in rows:
        yield from rows_of([cell.split("\n") for cell in row], fields, indent)


# ---------------------------------------------------------------- what it rests on, reads and keeps


def _head(plan: p.Plan, out: _Writer) -> None:
    say = out.say
    out.heading("依据", "Rests on")
    day = plan.as_of.isoformat()
    until = (
        "" if plan.expires is None else say(f"，到 {plan.expires} 前不变", f", the same until before {plan.expires}")
    )
    since = "" if plan.since is None else say(f"，自 {plan.since} 起", f", since {plan.since}")
    out.add(1, say("编译日", "as of"), day + since + until)
    for document in plan.documents:
        dates = [
            document.issued and say(f"{document.issued} 印发", f"issued {document.issued}"),
            document.in_force and say(f"{document.in_force} 起施行", f"in force from {document.in_force}"),
            document.until and say(f"至 {document.until}", f"until {document.until}"),
            document.applied_back
            and say(f"追溯至 {document.applied_back}", f"applied back to {document.applied_back}"),
        ]
        place = f"{document.jurisdiction} {document.code or ''}".strip()
        rows = [
            out.w.joined([document.title, document.number]),
            out.w.joined([out.w("list_comma").join(document.issuers), place]),
            out.w.joined([x for x in dates if x]),
            *(say("数据来源：", "source of figures: ") + x for x in document.provenance),
            *(say("示例数值：", "illustrative figures: ") + x for x in document.illustrative),
        ]
        out.add(1, document.policy, rows)
    month, first = plan.year.start
    split = {
        None: say(
            "跨年度的住院整次归入该日期的年度",
            "a stay over the turn of the year belongs whole to the year of that date",
        ),
        "one": say(
            "跨年度的住院分两段，只收一次起付线", "a stay over the turn of the year is two claims with one deductible"
        ),
        "new": say(
            "跨年度的住院分两段，另收起付线", "a stay over the turn of the year is two claims, each with a deductible"
        ),
    }[plan.year.split]
    by = say(
        f"按“{plan.year.by}”归入年度，年度自{month}月{first}日起",
        f"by {plan.year.by}, a year starts on {month}-{first}",
    )
    out.add(1, say("年度", "year"), [by, split])


def _inputs(plan: p.Plan, out: _Writer) -> None:
    say = out.say
    if plan.identities:
        out.heading("人员类别", "Identities")
    for identity in plan.identities:
        inside = out.w("list_comma").join(identity.includes)
        out.add(1, identity.name, [
            say(f"代码 {identity.code}", f"code {identity.code}") if identity.code else "",
            say(f"包括 {inside}", f"includes {inside}") if inside else "",
        ])  # fmt: skip
    out.heading("读取的事实", "Facts read")
    units = {
        "money": ("金额", "money"), "number": ("数值", "number"), "days": ("天数", "days"), "date": ("日期", "date"),
        "text": ("文本", "text"), "bool": ("是否", "yes or no"), "choices": ("可多选", "several of"),
    }  # fmt: skip
    whose = {"person": ("参保人", "person"), "claim": ("就诊", "claim"), "item": ("明细", "item")}
    for spec in (spec for spec in plan.facts if spec.used):
        one_of = spec.unit == "text" and bool(spec.choices)
        unit = say("取一", "one of") if one_of else say(*units.get(spec.unit, (spec.unit, spec.unit)))
        choices = out.w("list_comma").join(name + (f" {code}" if code else "") for name, code in spec.choices)
        default = "" if spec.default is None else figure(spec.default, spec.unit, out.w)
        told = (say(*whose[spec.of]), unit + (f" {choices}" if choices else ""), spec.field or "")
        rows = [out.w.joined(told), say(f"缺省 {default}", f"default {default}") if default else ""]
        out.add(1, spec.name, rows)


def _definitions(plan: p.Plan, out: _Writer) -> None:
    """Named values and tables, each once, in the order in which they are met."""
    named: dict[str, p.Named] = {}
    tables: dict[str, p.Cases] = {}
    for node in _nodes(plan):
        if isinstance(node, p.Named):
            named.setdefault(node.name, node)
        elif isinstance(node, p.Cases) and node.name:
            tables.setdefault(node.name, node)
    if named or tables:
        out.heading("参数和定义", "Parameters and definitions")
    for value in named.values():
        inner = value.value
        if isinstance(inner, p.Cases) and inner.name:
            tables.pop(inner.name, None)
            out.add(1, value.name, "", value.origin, _cases(inner, out))
        else:
            out.add(1, value.name, out.show(inner), value.origin)
    for name, cases in tables.items():
        out.add(1, name, "", None, _cases(cases, out))


def _cases(cases: p.Cases, out: _Writer) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [(out.show(arm.value), out.show(arm.condition)) for arm in cases.arms]
    if cases.otherwise is not None:
        rows.append((out.show(cases.otherwise), out.say("其他", "otherwise")))
    return rows


def _nodes(root: object) -> Iterator[object]:
    """Every node of the plan once, parents before children, in written order."""
    done: set[int] = set()
    todo: list[object] = [root]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(reversed(node))
        elif attrs.has(type(node)) and id(node) not in done:
            done.add(id(node))
            yield node
            todo.extend(getattr(node, name) for name in reversed(field_names(node)))


def _accumulators(plan: p.Plan, out: _Writer) -> None:
    if plan.accumulators:
        out.heading("累计数", "Accumulators")
    for accumulator in plan.accumulators:
        out.add(1, accumulator.owner, f"{out.w(f'k_{accumulator.kind}')}{out.w('comma')}{out.w(accumulator.period)}")
    for name, value, key, origin in plan.shared_caps:
        period = next((a.period for a in plan.accumulators if a.key == key), "admission")
        out.add(1, name, out.say("合并封顶 ", "shared cap ") + out.show(value) + out.w("comma") + out.w(period), origin)
    for tally in plan.tallies:
        out.add(
            1, tally.name, out.say("每次结算后加上 ", "after each claim plus ") + out.show(tally.value), tally.origin
        )


# ---------------------------------------------------------------- steps


def _steps(plan: p.Plan, out: _Writer) -> None:
    out.heading("结算步骤", "Steps")
    if isinstance(plan.root, p.HighestOf):
        best = out.say(
            "对参保人的每个人员类别各结算一遍，"
            + ("取个人负担最少的一遍" if plan.root.criterion == "least_left" else "取排列最前的类别"),
            "settled once per identity the person holds, "
            + (
                "the one that leaves the least to the person"
                if plan.root.criterion == "least_left"
                else "the first in rank"
            ),
        )
        order = out.say("相同时的次序：", "order on a tie: ") + out.w("list_comma").join(plan.root.identities)
        out.add(1, out.say("就高", "highest of"), [best, order], plan.root.origin)
    for number, step in enumerate(plan.body.steps, 1):
        _step(number, step, plan, out)


def _step(
    number: int, step: p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer, plan: p.Plan, out: _Writer
) -> None:
    say = out.say
    if isinstance(step, p.Layer):
        _layer(number, step, plan, out)
        return
    if isinstance(step, p.CopayCut):
        text = say(
            f"从{step.part.name}中移出 {out.show(step.amount)}",
            f"{out.show(step.amount)} moved out of {step.part.name}",
        )
        out.add(1, f"{number} {say('先行自付', 'copay')}", [text, _only_when(step.condition, out)], step.origin)
    elif isinstance(step, p.Exclusion):
        text = say(
            f"从{step.part.name}中剔除 {out.show(step.amount)}，由{step.bearer_name}（{step.bearer}）承担",
            f"{out.show(step.amount)} taken out of {step.part.name}, borne by {step.bearer_name} ({step.bearer})",
        )
        out.add(1, f"{number} {say('不予支付', 'exclude')}", [text, _only_when(step.condition, out)], step.origin)
    elif isinstance(step, p.Control):
        out.add(1, f"{number} {say('控费', 'control')} {step.name}", "", step.origin)
        _guards(step.guards, out)
        out.add(2, say("费用额", "cost"), " + ".join(part.name for part in step.parts))
        out.add(2, say("不高于", "at most"), out.show(step.limit))
        _excess(step.share, step.bearer, step.bearer_name, out)
    else:
        kind = say("限额付费", "limit price") if step.kind == "limit" else say("定额付费", "fixed price")
        scope = (
            say("全部计入政策范围", "whole price in scope")
            if step.scope == "whole"
            else say("各部分按账单", "parts as billed")
        )
        out.add(1, f"{number} {say('病种包干', 'package')} {step.name}", [kind, scope], step.origin)
        _guards(step.guards, out)
        out.add(2, say("标准价", "price"), out.show(step.price))
        _excess(step.share, step.bearer, step.bearer_name, out)


def _only_when(condition: p.Expr | None, out: _Writer) -> str:
    return "" if condition is None else out.say("仅当 ", "only when ") + out.show(condition)


def _excess(share: Fraction, bearer: str, bearer_name: str, out: _Writer) -> None:
    of = "" if share == 1 else ratio(share) + " "
    out.add(
        2,
        out.say("超出部分", "excess"),
        out.say(f"{of}由{bearer_name}（{bearer}）承担", f"{of}on {bearer_name} ({bearer})"),
    )


def _guards(guards: Iterable[p.Guard], out: _Writer) -> None:
    for guard in guards:
        out.add(2, out.say("条件", "when"), out.show(guard.condition), guard.origin)


def _layer(number: int, layer: p.Layer, plan: p.Plan, out: _Writer) -> None:
    say, show = out.say, out.show
    payer = say(f"支付方 {layer.payer_name}（{layer.payer}）", f"paid by {layer.payer_name} ({layer.payer})")
    out.add(1, f"{number} {say('保障层', 'layer')} {layer.name}", payer, layer.origin)
    _guards(layer.guards, out)
    base = [show(layer.base.value)]
    if layer.base.accumulator is not None:
        claims = say("全部就诊", "every claim") if layer.base.every else say("符合条件的就诊", "qualifying claims")
        base.append(
            say("累计计算，", "running, ") + _period(layer.base.accumulator, plan, out) + out.w("comma") + claims
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


def _layer_step(step: p.Step, plan: p.Plan, out: _Writer) -> None:
    say, show = out.say, out.show
    match step:
        case p.CostCap() | p.PaymentCap():
            on = say("费用封顶", "cap on cost") if isinstance(step, p.CostCap) else say("支付封顶", "cap on payment")
            text = [show(step.value) + out.w("comma") + _period(step.accumulator, plan, out)]
            if step.shared:
                text.append(say(f"共用“{step.shared}”", f"within {step.shared}"))
            if step.overflow_to:
                text.append(say(f"超出转入“{step.overflow_to}”", f"overflow to {step.overflow_to}"))
            out.add(2, on, text, step.origin)
        case p.Deductible():
            _deductible(step, plan, out)
        case p.BandPay(table=table):
            over = (
                say("按费用本身", "over the base")
                if step.over == "base"
                else say("按起付线以上部分", "over the excess")
            )
            follows = {
                "claim": say("每次就诊从头计", "anew on each claim"),
                "base": say("随基数累计", "along the running base"),
                "own": say("随累计数", "along the accumulator"),
            }[step.position]
            if step.position == "own":
                follows += out.w("comma") + _period(step.accumulator, plan, out)
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
            out.add(2, say("保底支付", "minimum"), show(step.value), step.origin)
        case p.Round():
            text = [rounding(step.to, step.mode, "money", out.w)]
            if step.accumulator is not None:
                text.append(say("按累计数取整，", "of the running sum, ") + _period(step.accumulator, plan, out))
            out.add(2, say("取整", "round"), text, step.origin)
        case p.Times():
            period = _period(step.accumulator, plan, out)
            out.add(
                2,
                say("次数", "times"),
                say(f"{period}至多 {step.count} 次", f"at most {step.count} {period}"),
                step.origin,
            )


def _deductible(step: p.Deductible, plan: p.Plan, out: _Writer) -> None:
    say, show = out.say, out.show
    how = {
        "claim": out.w("admission"),
        "base": say("在累计的基数上扣除", "cut from the running base"),
        "own": _period(step.accumulator, plan, out),
    }[step.position]
    rows = [show(step.value) + out.w("comma") + how]
    if step.repeats:
        rows.append(say("逐次连乘", "chained") if step.chained else say("均按原标准", "of the original"))
    if step.floor is not None:
        rows.append(say("不低于 ", "at least ") + show(step.floor))
    if step.ceiling is not None:
        rows.append(
            say("合计不高于 ", "together at most ")
            + show(step.ceiling)
            + out.w("comma")
            + _period(step.taken, plan, out)
        )
    out.add(2, say("起付线", "deductible"), rows, step.origin)
    for repeat in step.repeats:
        label = say(f"第 {repeat.admission} 次起", f"from admission {repeat.admission}")
        out.add(3, label, f"{_sign(repeat.op)} {show(repeat.value)}", repeat.origin)


def _change(change: p.Change, out: _Writer) -> None:
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


def _period(key: str | None, plan: p.Plan, out: _Writer) -> str:
    """How long an accumulator runs; without one it is per admission."""
    return out.w(next((a.period for a in plan.accumulators if a.key == key), "admission"))


def _mode(table: p.BandTable, out: _Writer) -> str:
    modes = {
        "progressive": ("分段累进", "progressive"),
        "whole": ("全额套档", "whole amount"),
        "lump": ("定额套档", "lump sum"),
    }
    return out.say(*modes[table.mode])


def _bands(table: p.BandTable, out: _Writer) -> list[tuple[str, ...]]:
    """Bands as a table: edges with 含/不含, value, and what the row rests on where it is not the table's own place."""
    rows: list[tuple[str, ...]] = [(out.say("从", "from"), out.say("到", "to"), out.say("支付", "pays"), "")]
    for band in table.bands:
        lower = _edge(band.lower, band.lower_inclusive, out)
        upper = out.say("不限", "no limit") if band.upper is None else _edge(band.upper, band.upper_inclusive, out)
        rests = (
            ""
            if band.origin.place == table.origin.place
            else "\n".join(packed(references([band.origin], table.origin.document), _BASIS))
        )
        rows.append((lower, upper, out.show(band.value), rests))
    return rows if any(row[-1] for row in rows) else [row[:-1] for row in rows]


def _edge(expr: p.Expr, inclusive: bool, out: _Writer) -> str:
    return f"{out.show(expr)} {out.w('included') if inclusive else out.w('excluded')}"


# ---------------------------------------------------------------- around the settlement


def _around(plan: p.Plan, out: _Writer) -> None:
    say, show = out.say, out.show
    out.heading("承担方", "Bearers")
    for bearer, name in plan.bearers:
        out.add(1, name, bearer)
    if plan.requirements:
        out.heading("要求", "Requirements")
    for requirement in plan.requirements:
        out.add(1, say("必须成立", "must hold"), show(requirement.condition), requirement.origin)
    if plan.subsidies:
        out.heading("参保资助", "Premium subsidies")
    for subsidy in plan.subsidies:
        out.add(1, subsidy.name, [
            say("对象 ", "for ") + show(subsidy.subject) if subsidy.subject is not None else "",
            say("个人缴费 ", "premium ") + show(subsidy.premium) if subsidy.premium is not None else "",
            say("资助 ", "pays ") + show(subsidy.pay),
        ], subsidy.origin)  # fmt: skip
        for rule in subsidy.rules:
            shares = out.w("list_comma").join(f"{name} {_weight(part)}" for _, name, part in rule.shares)
            out.add(2, say("分担", "shared by"), [shares, _only_when(rule.condition, out)], rule.origin)
    _enrolments(plan, out)
    _routes(plan, out)
    if plan.alerts:
        out.heading("预警", "Alerts")
    for alert in plan.alerts:
        when = show(p.All(tuple(guard.condition for guard in alert.guards))) if alert.guards else ""
        over = say(f"{show(alert.watch)} 超过 {show(alert.above)}", f"{show(alert.watch)} above {show(alert.above)}")
        out.add(
            1, alert.name, [when and say("当 ", "when ") + when, over, say("推送 ", "tell ") + alert.tell], alert.origin
        )
    if plan.targets:
        out.heading("目标", "Targets")
    for target in plan.targets:
        _target(target, out)


def _weight(part: Fraction) -> str:
    return str(part.numerator) if part.denominator == 1 else f"{part.numerator}/{part.denominator}"


def _enrolments(plan: p.Plan, out: _Writer) -> None:
    say, show = out.say, out.show
    if plan.enrolments:
        out.heading("参保认定", "Enrolment")
    years = {"this_year": ("当年", "this year"), "next_year": ("次年", "next year"), "none": ("无", "none")}
    for enrolment in plan.enrolments:
        subject = "" if enrolment.subject is None else say("对象 ", "for ") + show(enrolment.subject)
        out.add(1, enrolment.name, subject, enrolment.origin)
        for case in enrolment.cases:
            label = say("其他", "otherwise") if case.condition is None else say("当 ", "when ") + show(case.condition)
            out.add(2, label, [
                say("参保年度 ", "insured ") + say(*years[case.insured]) if case.insured else "",
                say("资助年度 ", "subsidised ") + say(*years[case.subsidised]) if case.subsidised else "",
                say("生效日 ", "effective ") + show(case.effective) if case.effective is not None else "",
                say("登记 ", "register ") + case.register if case.register else "",
            ], case.origin)  # fmt: skip


def _routes(plan: p.Plan, out: _Writer) -> None:
    say, show = out.say, out.show
    if plan.routes:
        out.heading("结算流程", "Routes")
    for route in plan.routes:
        out.add(1, route.name, "", route.origin)
        _guards(route.guards, out)
        for layers, who, origin in route.advanced:
            out.add(
                2, say("垫付", "advanced"), out.w("list_comma").join(layers) + say(f" 由{who}", f" by {who}"), origin
            )
        for layers, who, origin in route.claimed:
            out.add(
                2, say("另行申报", "claimed"), out.w("list_comma").join(layers) + say(f" 按{who}", f" by {who}"), origin
            )
        if route.deposit is not None:
            amount, origin = route.deposit
            out.add(2, say("住院押金", "deposit"), say("取消", "none") if amount is None else show(amount), origin)
        if route.collect is not None:
            collected, origin = route.collect
            out.add(2, say("出院收取", "collect"), show(collected), origin)
        for due in route.dues:
            share = say("余款", "the rest") if due.share is None else ratio(due.share)
            after = due.after if isinstance(due.after, str) else due.after.name
            within = out.w.counted(due.unit, str(due.within))
            text = say(f"{share}，“{after}”后 {within}内", f"{share}, within {within} after {after}")
            out.add(2, f"{say('应付', 'due')} {due.name}", text, due.origin)


def _target(target: p.Target, out: _Writer) -> None:
    say, show = out.say, out.show
    relation = {"at_least": ("不低于", "at least"), "at_most": ("不高于", "at most"), "about": ("约为", "about")}
    rows = [f"{say(*relation[target.relation])} {show(target.value)}"]
    if target.ratio is not None:
        rows.append(say("比值 ", "ratio ") + f"{show(target.ratio[0])} : {show(target.ratio[1])}")
    for zh, en, condition in (
        ("参保人数 其中 ", "persons where ", target.persons), ("范围 ", "among ", target.among),
        ("就诊 其中 ", "claims where ", target.claims),
    ):  # fmt: skip
        if condition is not None:
            rows.append(say(zh, en) + show(condition))
    out.add(1, target.name, rows, target.origin)
