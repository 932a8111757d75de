"""What a plan rests on, reads and keeps: documents, identities, facts, parameters and definitions, accumulators."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from polc import plan as p
from polc.explain.figures import figure
from polc.explain.summary import shown_period
from polc.plan_json import field_names
from polc.plan_text.writer import Writer


def write_head(plan: p.Plan, out: Writer) -> None:
    """The section of what the plan rests on: its day, its documents, what a year is."""
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
        f"by {out.w.name(plan.year.by)}, a year starts on {month}-{first}",
    )
    out.add(1, say("年度", "year"), [by, split])


def write_inputs(plan: p.Plan, out: Writer) -> None:
    """The sections of identities and of the facts that are read."""
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
        choices = out.w("list_comma").join(
            out.w.name(name) + (f" {code}" if code else "") for name, code in spec.choices
        )
        default = "" if spec.default is None else figure(spec.default, spec.unit, out.w)
        told = (
            out.w.meanings.get(spec.name, ""),
            say(*whose[spec.of]),
            unit + (f" {choices}" if choices else ""),
            spec.field or "",
        )
        rows = [out.w.joined(told), say(f"缺省 {default}", f"default {default}") if default else ""]
        out.add(1, spec.name, rows)


def write_definitions(plan: p.Plan, out: Writer) -> None:
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


def _cases(cases: p.Cases, out: Writer) -> list[tuple[str, ...]]:
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


def write_accumulators(plan: p.Plan, out: Writer) -> None:
    """The section of what is kept from claim to claim: accumulators, shared caps, tallies."""
    if plan.accumulators:
        out.heading("累计数", "Accumulators")
    for accumulator in plan.accumulators:
        out.add(
            1, accumulator.owner, f"{out.w(f'k_{accumulator.kind}')}{out.w('comma')}{shown_period(accumulator, out.w)}"
        )
    for name, value, key, origin in plan.shared_caps:
        period = next((a.period for a in plan.accumulators if a.key == key), "admission")
        out.add(1, name, out.say("合并封顶 ", "shared cap ") + out.show(value) + out.w("comma") + out.w(period), origin)
    for tally in plan.tallies:
        out.add(
            1, tally.name, out.say("每次结算后加上 ", "after each claim plus ") + out.show(tally.value), tally.origin
        )
