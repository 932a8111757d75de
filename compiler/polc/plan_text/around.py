"""What stands around the settlement: bearers, requirements, subsidies, enrolment, routes, alerts, targets."""

from __future__ import annotations

from fractions import Fraction

from polc import plan as p
from polc.explain.figures import ratio
from polc.plan_text.writer import Writer, only_when, write_guards


def write_around(plan: p.Plan, out: Writer) -> None:
    """The sections of everything that is no step of the settlement."""
    say, show = out.say, out.show
    out.heading("承担方", "Bearers")
    for bearer, name in plan.bearers:
        out.add(1, name, out.w.joined([out.w.meanings.get(name, ""), bearer]))
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
            out.add(2, say("分担", "shared by"), [shares, only_when(rule.condition, out)], rule.origin)
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


def _enrolments(plan: p.Plan, out: Writer) -> None:
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


def _routes(plan: p.Plan, out: Writer) -> None:
    say, show = out.say, out.show
    if plan.routes:
        out.heading("结算流程", "Routes")
    for route in plan.routes:
        out.add(1, route.name, "", route.origin)
        write_guards(route.guards, out)
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
            after = due.after if isinstance(due.after, str) else out.w.name(due.after.name)
            within = out.w.counted(due.unit, str(due.within))
            text = say(f"{share}，“{after}”后 {within}内", f"{share}, within {within} after {after}")
            out.add(2, f"{say('应付', 'due')} {due.name}", text, due.origin)


def _target(target: p.Target, out: Writer) -> None:
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
