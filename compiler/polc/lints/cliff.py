"""W606: a cost at which one fen more costs the person more than one fen more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pol_lang import syntax as s
from pol_lang.problem import Problem
from pol_lang.source import Span
from polc import plan as p
from polc.lints.lint import Lint, Subject, walk
from polc.lints.places import statement_of
from polc.lints.shapes import Budget, TooLarge, case_text, in_scope, left_at, nodes, pieces, stretch, whole
from polc.lowering.amounts import money_text
from polc.shape.explore import Piece
from polc.shape.linear import Number, linear
from polc.shape.run import Case, Outcome, run_claim

_READS_MONEY = (p.Part, p.Paid, p.Cut, p.Overflow, p.Left, p.Borne, p.ItemsSum)
_PURE = ("<", "<=", ">", ">=", "=", "!=")


class Cliff(Lint):
    """At some cost one fen more makes the person bear more than one fen more: a lump or whole-amount table steps down
    or a condition on money shuts there.

    Avoid:

        layer 门诊 paid by 基本医保统筹基金
          when 政策范围内费用 <= 3000元
          base 政策范围内费用
          rate 50%

    Prefer:

        layer 门诊 paid by 基本医保统筹基金
          base 政策范围内费用 at most 3000元
          rate 50%

    Why: with the first, a bill of 3000 yuan leaves 1500 with the person, and one of 3000.01 leaves all of it; people
    and hospitals arrange their bills around such an edge. The two costs shown are neighbours, settled as any claim is.
    Where the document wants it, allow it: `# polc: allow W606` and the words.
    ---
    费用多一分，个人负担多出不止一分：全额套档或定额的表在这里下了一档，或者与金额有关的条件在这里不再成立。

    避免：

        保障层 门诊 支付方 基本医保统筹基金
          当 政策范围内费用 <= 3000元
          基数 政策范围内费用
          支付比例 50%

    应写：

        保障层 门诊 支付方 基本医保统筹基金
          基数 政策范围内费用 不高于 3000元
          支付比例 50%

    原因：按前一种写法，3000 元的费用个人负担 1500 元，3000.01 元的费用全部自己负担；这样的坎会使人绕着它安排费用。
    显示的两个费用只差一分，都按正式结算算出。文件确实这样规定的，写 `# polc: allow W606` 并摘录原文。
    """

    layer: str = ""
    case_zh: str = ""
    case_en: str = ""
    cost: str = ""
    bears: str = ""
    next_cost: str = ""
    next_bears: str = ""
    code = "W606"
    zh: ClassVar[str] = (
        "费用从 {cost} 多一分到 {next_cost}，个人负担从 {bears} 增加到 {next_bears}（{case_zh}；断在“{layer}”）"
    )
    en: ClassVar[str] = (
        "from a cost of {cost} to {next_cost} what the person bears rises from {bears} to {next_bears} "
        "({case_en}; it breaks at “{layer}”)"
    )
    hint_zh: ClassVar[str] = "多半应为分段累进，或把条件改成限额；文件如此规定的，写 # polc: allow W606 和原文"
    hint_en: ClassVar[str] = (
        "progressive bands or a limit instead of a condition are what is mostly meant; else write # polc: allow W606"
    )


def cliff(subject: Subject) -> Iterator[Problem]:
    """The largest cliff of each place in the file."""
    plan = subject.plan
    if subject.is_frame or not can_break(plan):
        return
    # In a plan with a money guard, the worst jump by the place that makes it.
    worst: dict[tuple[int, int], tuple[Number, Span, str, Case, int]] = {}
    noise = len(plan.body.steps) + 1  # each step may round by a fen
    try:
        for before, after in _neighbours(plan):
            edge = before.region.corners[-1][0]
            jump = linear(after.result.left).at((edge, 0)) - linear(before.result.left).at((edge, 0))
            if jump <= noise:
                continue
            name = _breaks_at(plan, before.result, after.result, edge)
            span = _span(subject, name, before.result, after.result)
            if span is None or ((found := worst.get((span.start, span.end))) and found[0] >= jump):
                continue
            worst[span.start, span.end] = (jump, span, name, before.case, whole(edge))
    except TooLarge:
        return
    for _, span, name, case, edge in worst.values():
        shown = _settled(plan, case, edge, noise)
        if shown is not None:
            cost, bears, next_bears = shown
            yield Cliff(
                span=span, layer=name, case_zh=case_text(case, zh=True), case_en=case_text(case, zh=False),
                cost=money_text(cost), bears=money_text(bears),
                next_cost=money_text(cost + 1), next_bears=money_text(next_bears),
            )  # fmt: skip


def can_break(plan: p.Plan) -> bool:
    """Whether anything in the plan can make what is paid jump: comparisons with money, and tables by whole amounts."""
    for node in nodes(plan.root):
        if isinstance(node, p.BandTable) and node.mode != "progressive" and len(node.bands) > 1:
            return True
        if isinstance(node, p.Compare) and any(isinstance(x, _READS_MONEY) for x in nodes((node.left, node.right))):
            return True
    return False


def _neighbours(plan: p.Plan) -> Iterator[tuple[Piece[Outcome], Piece[Outcome]]]:
    """Every two pieces of one case that meet at a cost, the lower first."""
    latest: dict[tuple[object, ...], list[Piece[Outcome]]] = {}
    for piece in pieces(plan, stretch(plan), in_scope, run_claim, Budget()):
        if piece.region.corners:
            key = (piece.case.identities, *sorted((name, str(value)) for name, value in piece.case.facts.items()))
            latest.setdefault(key, []).append(piece)
    # A fact that is read above some cost only makes its pieces another case than those below it.
    starts: dict[Number, list[Piece[Outcome]]] = {}
    every = [piece for found in latest.values() for piece in found]
    for piece in every:
        starts.setdefault(piece.region.corners[0][0], []).append(piece)
    for piece in every:
        for following in starts.get(piece.region.corners[-1][0], ()):
            if following is not piece and _agree(piece.case, following.case):
                yield piece, following


def _agree(a: Case, b: Case) -> bool:
    return a.identities == b.identities and all(b.facts.get(name, value) == value for name, value in a.facts.items())


def _breaks_at(plan: p.Plan, before: Outcome, after: Outcome, edge: Number) -> str:
    """The first layer whose payment falls at the cost."""
    for step in plan.body.steps:
        if isinstance(step, p.Layer):
            paid = [linear(outcome.paid.get(step.name, 0)).at((edge, 0)) for outcome in (before, after)]
            if paid[1] < paid[0]:
                return step.name
    return ""


def _span(subject: Subject, name: str, before: Outcome, after: Outcome) -> Span | None:
    """The line of the layer that makes the break, as far as the arms tell it."""
    layer = statement_of(subject, name)
    if not isinstance(layer, s.Layer):
        return subject.own.statements[0].span if not name else None
    place: s.Node = layer.name  # type: ignore[assignment]
    whens = [step for step in layer.steps if isinstance(step, s.When)]
    for arm in sorted(after.arms - before.arms):
        if arm[:2] == (name, "guard") and arm[3] == "fails" and int(arm[2]) < len(whens):
            place = whens[int(arm[2])]
            break
    else:
        stepped = [x for x in layer.steps if isinstance(x, s.Bands)]
        money = [x for x in layer.steps if any(isinstance(n, s.Binary) and n.op in _PURE for n in walk(x))]
        place = next(iter([*stepped, *money]), place)
    span = place.span
    if span.source is not subject.source:
        return None
    first = span.text.partition("\n")[0].partition("#")[0].rstrip()
    return Span(span.source, span.start, span.start + len(first))


def _settled(plan: p.Plan, case: Case, edge: int, noise: int) -> tuple[int, int, int] | None:
    """The lower of two neighbouring costs at the edge, and what the interpreter leaves to the person at both."""
    for cost in (edge, edge - 1, edge + 1):
        bears, following = left_at(plan, case, cost), left_at(plan, case, cost + 1)
        if bears is not None and following is not None and following - bears > noise:
            return cost, bears, following
    return None
