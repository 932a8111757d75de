"""The steps of a plan in the order they run: 就高, cuts, layers."""

from __future__ import annotations

from fractions import Fraction

from polc import plan as p
from polc.explain.figures import ratio
from polc.plan_text.layers import write_layer
from polc.plan_text.writer import Writer, only_when, write_guards


def write_steps(plan: p.Plan, out: Writer) -> None:
    """The section of the steps: first whether they are run once per identity, then each by its number."""
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
    number: int, step: p.CopayCut | p.Exclusion | p.Control | p.Package | p.Layer, plan: p.Plan, out: Writer
) -> None:
    say = out.say
    if isinstance(step, p.Layer):
        write_layer(number, step, plan, out)
        return
    if isinstance(step, p.CopayCut):
        text = say(
            f"从{step.part.name}中移出 {out.show(step.amount)}",
            f"{out.show(step.amount)} moved out of {step.part.name}",
        )
        out.add(
            1,
            f"{number} {say('先行自付', 'copay')} {step.name or ''}".rstrip(),
            [text, only_when(step.condition, out)],
            step.origin,
        )
    elif isinstance(step, p.Exclusion):
        bearer = out.w.name(step.bearer_name)
        text = say(
            f"从{step.part.name}中剔除 {out.show(step.amount)}，由{step.bearer_name}（{step.bearer}）承担",
            f"{out.show(step.amount)} taken out of {step.part.name}, borne by {bearer} ({step.bearer})",
        )
        name = "" if step.name == out.show(step.amount) else step.name  # one without a name goes by its amount
        out.add(
            1,
            f"{number} {say('不予支付', 'exclude')} {name}".rstrip(),
            [text, only_when(step.condition, out)],
            step.origin,
        )
    elif isinstance(step, p.Control):
        out.add(1, f"{number} {say('控费', 'control')} {step.name}", "", step.origin)
        write_guards(step.guards, out)
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
        write_guards(step.guards, out)
        out.add(2, say("标准价", "price"), out.show(step.price))
        _excess(step.share, step.bearer, step.bearer_name, out)


def _excess(share: Fraction, bearer: str, bearer_name: str, out: Writer) -> None:
    of = "" if share == 1 else ratio(share) + " "
    out.add(
        2,
        out.say("超出部分", "excess"),
        out.say(f"{of}由{bearer_name}（{bearer}）承担", f"{of}on {out.w.name(bearer_name)} ({bearer})"),
    )
