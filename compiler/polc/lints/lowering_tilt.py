"""W605: a tilt that lowers what it is meant to raise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import ClassVar

from attrs import evolve

from pol_lang.problem import Problem
from polc import plan as p
from polc.lints.lint import Lint, Subject
from polc.lints.places import line_of
from polc.lints.shapes import Budget, TooLarge, case_text, in_scope, pieces, stretch, whole
from polc.lowering.amounts import money_text
from polc.lowering.folding import standards
from polc.shape.linear import Amount, Linear, Region, linear
from polc.shape.run import Case, run_claim

_ROUND = 1_000_000  # ten thousand yuan in fen: far enough to show, near enough to follow


class LoweringTilt(Lint):
    """A tilt makes its layer pay less than it would pay without it.

    Avoid:

        layer 大病 paid by 居民大病保险资金
          base remaining 政策范围内费用
          deductible 10000元 per admission
          rate 60%
          tilt 低保对象
            deductible = 15000元

    Prefer:

        layer 大病 paid by 居民大病保险资金
          base remaining 政策范围内费用
          deductible 10000元 per admission
          rate 60%
          tilt 低保对象
            deductible = 5000元

    Why: a tilt (倾斜) favours those it names; `× 150%` for a deductible, or points with the wrong sign, is a slip. What
    is meant to lower a payment (no referral, say) is an `adjust`. Compared over all cases and costs.
    ---
    加了倾斜，这一层反而比不加时付得少。

    避免：

        保障层 大病 支付方 居民大病保险资金
          基数 余额 政策范围内费用
          起付线 10000元 每次
          支付比例 60%
          倾斜 低保对象
            起付线 = 15000元

    应写：

        保障层 大病 支付方 居民大病保险资金
          基数 余额 政策范围内费用
          起付线 10000元 每次
          支付比例 60%
          倾斜 低保对象
            起付线 = 5000元

    原因：倾斜是照顾所列的人；起付线写成 × 150%，或者百分点的正负号写反，都是笔误。确实要降低待遇的（例如未经转诊），
    用“调整”。对全部情形和费用逐一比较得出。
    """

    layer: str = ""
    tilt: str = ""
    case_zh: str = ""
    case_en: str = ""
    cost: str = ""
    pays: str = ""
    without: str = ""
    code = "W605"
    zh: ClassVar[str] = "这项倾斜降低了“{layer}”的支付：费用 {cost} 时付 {pays}，不加倾斜付 {without}（{case_zh}）"
    en: ClassVar[str] = (
        "this tilt lowers what “{layer}” pays: at a cost of {cost} it pays {pays}, without the tilt {without} "
        "({case_en})"
    )
    hint_zh: ClassVar[str] = "看看运算符号和数值；确实要降低的，写“调整”而不是“倾斜”"
    hint_en: ClassVar[str] = "look at the operator and the figure; what is meant to lower is an `adjust`, not a tilt"


def lowering_tilt(subject: Subject) -> Iterator[Problem]:
    """The tilts of the file with which their layer pays less in some case."""
    if subject.is_frame:
        return
    budget = Budget()
    for layer in subject.plan.body.steps:
        if not isinstance(layer, p.Layer):
            continue
        for tilt in layer.tilts:
            span = line_of(subject, tilt)
            if tilt.kind != "tilt" or span is None or all(_only_raises(change) for change in tilt.changes):
                continue
            found = _lowered(subject.plan, layer, tilt, budget)
            if found is not None:
                case, cost, pays, without = found
                yield LoweringTilt(
                    span=span,
                    layer=layer.name,
                    tilt=tilt.name,
                    case_zh=case_text(case, zh=True),
                    case_en=case_text(case, zh=False),
                    cost=money_text(cost),
                    pays=money_text(pays),
                    without=money_text(without),
                )


def _only_raises(change: p.Change) -> bool:
    """Whether a change can only be to the person's good: as most are, so that most tilts need no comparison."""
    if change.op == "none":
        return change.target in ("cap", "deductible")
    values = standards(change.value) if change.value is not None else None
    if values is None or change.op == "=":
        return False
    if change.target == "deductible":
        return (change.op == "×" and max(values) <= 1) or (change.op == "-" and min(values) >= 0)
    return (change.op == "×" and min(values) >= 1) or (change.op == "+" and min(values) >= 0)


def _lowered(plan: p.Plan, layer: p.Layer, tilt: p.Tilt, budget: Budget) -> tuple[Case, int, int, int] | None:
    """A case and a cost with what the layer pays with the tilt and without, where that is less."""
    bare = _without(plan, layer, tilt)

    def compared(
        plan: p.Plan, case: Case, region: Region, parts: Mapping[str, Amount], state: Mapping[str, Amount]
    ) -> tuple[Linear, Linear, bool]:
        with_it = linear(run_claim(plan, case, region, parts, state).paid.get(layer.name, 0))
        without = linear(run_claim(bare, case, region, parts, state).paid.get(layer.name, 0))
        return with_it, without, region.sign(with_it - without) < 0

    try:
        for piece in pieces(plan, stretch(plan), in_scope, compared, budget):
            with_it, without, lower = piece.result
            if lower:
                ends = sorted(corner[0] for corner in piece.region.corners)
                cost = whole(min(Fraction(ends[0] + ends[-1]) / 2, ends[0] + _ROUND))
                return piece.case, cost, whole(with_it.at((cost, 0))), whole(without.at((cost, 0)))
    except TooLarge:
        return None
    return None


def _without(plan: p.Plan, layer: p.Layer, tilt: p.Tilt) -> p.Plan:
    bare = evolve(layer, tilts=tuple(x for x in layer.tilts if x is not tilt))
    body = p.Sequence(tuple(bare if step is layer else step for step in plan.body.steps))
    root = evolve(plan.root, body=body) if isinstance(plan.root, p.HighestOf) else body
    return evolve(plan, root=root)
