"""W603: a cap that no claim ever reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import ClassVar

from pol_lang.problem import Problem
from polc import plan as p
from polc.lints.lint import Lint, Subject
from polc.lints.places import line_of
from polc.lints.shapes import (
    Budget,
    TooLarge,
    far_end,
    highest_cost,
    in_all_parts,
    in_one_part,
    in_scope,
    pieces,
    stretch,
)
from polc.lowering.amounts import money_text
from polc.lowering.folding import constant
from polc.shape.explore import Piece
from polc.shape.linear import Amount, Region, linear
from polc.shape.run import Outcome, run_claim


class UnreachedCap(Lint):
    """A cap limits nothing: whatever the cost and whoever the person, the layer pays less.

    Avoid:

        layer 门诊 paid by 基本医保统筹基金
          base 政策范围内费用 at most 1000元
          rate 50%
          cap payment 800元 per admission

    Prefer:

        layer 门诊 paid by 基本医保统筹基金
          base 政策范围内费用 at most 1000元
          rate 50%
          cap payment 400元 per admission

    Why: such a cap is a slip (a digit too many, the wrong layer) or a line that another rule made idle. It is found
    over all cases and all costs up to ten million yuan, not by trying some. A cap over several claims counts as reached
    where many small claims may add up to it.
    ---
    封顶线从不起作用：不论费用多少、是什么人，这一层都付不到这个数。

    避免：

        保障层 门诊 支付方 基本医保统筹基金
          基数 政策范围内费用 不高于 1000元
          支付比例 50%
          封顶线 支付额 800元 每次

    应写：

        保障层 门诊 支付方 基本医保统筹基金
          基数 政策范围内费用 不高于 1000元
          支付比例 50%
          封顶线 支付额 400元 每次

    原因：这样的封顶线要么写错了（多一位数、写错了层），要么别的规定使它落空。这是对全部情形和一千万元以内的全部费用
    推出来的，不是试出来的。按年度累计的封顶线，多次就诊可以累积达到的，不算在内。
    """

    layer: str = ""
    cap: str = ""
    bound: str = ""
    code = "W603"
    zh: ClassVar[str] = "“{layer}”的封顶线{cap}从不起作用：费用到 {bound} 也付不到"
    en: ClassVar[str] = "the cap{cap}of “{layer}” limits nothing: it is not reached up to a cost of {bound}"
    hint_zh: ClassVar[str] = "对照文件的数额；确实如此就删去，或在行末写 # polc: allow W603 和理由"
    hint_en: ClassVar[str] = "see the document's figure; else remove it, or write # polc: allow W603 and why at its end"


def unreached_cap(subject: Subject) -> Iterator[Problem]:
    """The caps of the file that never bind."""
    plan = subject.plan
    wanted = {
        (layer.name, "cost_cap" if isinstance(step, p.CostCap) else "cap", str(i)): (layer, step)
        for layer in plan.body.steps
        if isinstance(layer, p.Layer)
        for i, step in enumerate(layer.steps)
        if isinstance(step, p.CostCap | p.PaymentCap) and line_of(subject, step) is not None
    }
    if subject.is_frame or not wanted:
        return
    budget = Budget()
    met: set[tuple[str, str, str]] = set()
    bills = (in_scope, in_all_parts)
    # The usual first; only what is not reached then is looked for in odd bills and with facts as large as they get.
    looks: list[tuple[Region, Callable[[Amount], dict[str, Amount]], bool]]
    looks = [(region, parts, False) for region in (far_end(plan), stretch(plan)) for parts in bills]
    looks += [(far_end(plan), in_one_part(part), True) for part in ("noncovered", "copay", "overlimit")]
    looks += [(stretch(plan), parts, True) for parts in bills]
    try:
        for region, parts, far in looks:
            for piece in pieces(plan, region, parts, run_claim, budget, far=far):
                for layer, kind, place, way in (arm for arm in piece.result.arms if len(arm) == 4):
                    met.add((layer, kind, place))
                    if way == "binds":
                        wanted.pop((layer, kind, place), None)
                _reached_by_many(wanted, piece)
                if not wanted:
                    return
    except TooLarge:
        return
    for key, (capped, step) in wanted.items():
        if key not in met:
            continue  # no claim comes as far as that: it is a condition that fails, of which W602 speaks
        limit = constant(step.value)
        cap = f" {money_text(limit)} " if isinstance(limit, int | Fraction) else " "
        yield UnreachedCap(
            span=line_of(subject, step), layer=capped.name, cap=cap, bound=money_text(highest_cost(plan))
        )


_Wanted = dict[tuple[str, str, str], tuple[p.Layer, p.CostCap | p.PaymentCap]]


def _reached_by_many(wanted: _Wanted, piece: Piece[Outcome]) -> None:
    """Strikes the caps over several claims that a layer may reach by paying on many of them. Where its base runs on and
    grows with the cost, one large claim does what many do, and the piece itself tells."""
    for key, (layer, step) in list(wanted.items()):
        if step.accumulator is None and step.shared is None:
            continue
        running = layer.base.accumulator
        grows = running is not None and (
            linear(piece.result.state.get(running, 0)).x > 0 or _is_full(layer, piece.result)
        )
        paid = piece.result.paid.get(layer.name, 0)
        if (not grows or step.shared is not None) and piece.region.sign(paid) > 0:
            del wanted[key]


def _is_full(layer: p.Layer, outcome: Outcome) -> bool:
    """Whether a limit on the eligible cost of several claims is used up: more of them add nothing."""
    return any(
        isinstance(step, p.CostCap)
        and step.accumulator is not None
        and (layer.name, "cost_cap", str(i), "binds") in outcome.arms
        for i, step in enumerate(layer.steps)
    )
