"""W602: a condition whose outcome is certain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from attrs import frozen

from pol_lang import syntax as s
from pol_lang.problem import Note, Problem
from pol_lang.source import Span
from polc import plan as p
from polc.lints.lint import Lint, Subject, walk
from polc.lints.truth import Truth, truth_of


class DeadGuard(Lint):
    """A condition can never hold, or always holds, whatever the claim says: by the choices that its facts have, by the
    identities there are, by the conditions that stand before it.

    Avoid:

        layer 救助 paid by 医疗救助基金
          when 医疗类别 is 普通住院
          when 医疗类别 is 普通门诊
          base 政策范围内费用
          rate 60%

    Prefer:

        layer 救助 paid by 医疗救助基金
          when 医疗类别 is 普通住院 or 医疗类别 is 普通门诊
          base 政策范围内费用
          rate 60%

    Why: a condition that decides nothing hides a rule that never runs, or reads like a limit that is none. Amounts and
    days are compared with each other too: a cost above 3000 yuan is never below 2000, no claim is of a day before the
    policy is in force. With `highest of identities` a person is looked at as one identity at a time, so `A and B`
    holds only where one counts as the other. What hangs on two amounts at once (the cost and a part of it, say) is
    taken as undecided.
    ---
    不论就诊怎样，这个条件都不成立，或者都成立：由事实可取的值、已有的身份和写在前面的条件就能断定。

    避免：

        保障层 救助 支付方 医疗救助基金
          当 医疗类别 是 普通住院
          当 医疗类别 是 普通门诊
          基数 政策范围内费用
          支付比例 60%

    应写：

        保障层 救助 支付方 医疗救助基金
          当 医疗类别 是 普通住院 或 医疗类别 是 普通门诊
          基数 政策范围内费用
          支付比例 60%

    原因：不起作用的条件，要么藏着一条永远不执行的规则，要么看上去像限制而并没有限制。金额、日期之间也互相比较：费用
    超过 3000 元就不会低于 2000 元，施行之前的日期不会有就诊。写了“就高 按人员类别”的，每次只按一种身份看，“甲 且 乙”
    只有在一种身份包括另一种时才会成立。同时取决于两个数额的（例如总费用和其中一部分），视为未定。
    """

    outcome_zh: str = ""
    outcome_en: str = ""
    code = "W602"
    zh: ClassVar[str] = "这个条件{outcome_zh}"
    en: ClassVar[str] = "this condition {outcome_en}"
    hint_zh: ClassVar[str] = "对照文件改条件，或者删去不起作用的这一行"
    hint_en: ClassVar[str] = "mend it after the document, or remove what has no effect"


_SETTLED = (s.Layer, s.Control, s.Package, s.Copay, s.Exclude)


@frozen(eq=False, repr=False, slots=False)
class _Known:
    """A condition that holds where another is asked for; `failed`: it is the one of an earlier case, which did not."""

    condition: p.Expr
    span: Span
    failed: bool = False


def dead_guard(subject: Subject) -> Iterator[Problem]:
    """The conditions of the file whose outcome is certain."""
    within, outside = (truth_of(subject.plan, alone=alone) for alone in (True, False))
    by_items = subject.program.highest is not None and subject.program.highest.by == "items"
    for statement in subject.program.statements:
        known: list[_Known] = []
        judge = _Judge(subject, within if isinstance(statement, _SETTLED) else outside)
        if isinstance(statement, s.Layer | s.Control | s.Package):
            lines = statement.steps if isinstance(statement, s.Layer) else statement.guards
            for line in lines:
                if isinstance(line, s.When):
                    condition = subject.elaborator.condition(line.condition)
                    if subject.is_own(line):
                        yield from judge.written(line.condition, known, condition)
                    known.append(_Known(condition, line.condition.span))
            for line in lines:
                if isinstance(line, s.Tilt) and subject.is_own(line):
                    conditions = [x for x in (line.subject, line.when) if x is not None]
                    wanted = p.All(tuple(subject.elaborator.condition(x) for x in conditions))
                    if judge.outcomes(known, wanted) == {False}:
                        yield judge.never(conditions[0].span.to(conditions[-1].span), known, wanted)
        # Under 就高 by items a term is asked for each identity alone, a condition of the layer for all together.
        yield from _cases(judge, statement, [] if by_items else known)


def _cases(judge: _Judge, statement: s.Statement, known: Sequence[_Known]) -> Iterator[Problem]:
    """The cases of a statement that no claim reaches."""
    for node in walk(statement):
        if not isinstance(node, s.Cases) or not judge.subject.is_own(node):
            continue
        before = list(known)
        for case in node.cases:
            condition = judge.subject.elaborator.condition(case.condition)
            yield from judge.written(case.condition, before, condition, always=False)
            before.append(_Known(p.Not(condition), case.condition.span, failed=True))


@frozen(eq=False, repr=False, slots=False)
class _Judge:
    subject: Subject
    truth: Truth

    def outcomes(self, known: Sequence[_Known], condition: p.Expr) -> set[bool] | None:
        return self.truth.outcomes([one.condition for one in known], condition)

    def written(
        self, written: s.Expr, known: Sequence[_Known], condition: p.Expr, *, always: bool = True
    ) -> Iterator[Problem]:
        """The condition where its outcome is certain, else those of its alternatives that never hold."""
        outcomes = self.outcomes(known, condition)
        if outcomes == {False}:
            yield self.never(written.span, known, condition)
        elif outcomes == {True} and always:
            notes = self._because(known, condition, True)
            yield DeadGuard(
                span=written.span, outcome_zh="总是成立，不起作用", outcome_en="always holds and decides nothing",
                notes=notes,
            )  # fmt: skip
        elif isinstance(written, s.Binary) and written.op == "or":
            for side in (written.left, written.right):
                yield from self.written(side, known, self.subject.elaborator.condition(side), always=False)

    def never(self, span: Span, known: Sequence[_Known], condition: p.Expr) -> Problem:
        notes = self._because(known, condition, False)
        return DeadGuard(span=span, outcome_zh="不会成立", outcome_en="never holds", notes=notes)

    def _because(self, known: Sequence[_Known], condition: p.Expr, way: bool) -> tuple[Note, ...]:
        """The one condition before it that alone makes the outcome certain; none where it is so by itself."""
        if self.outcomes([], condition) == {way}:
            return ()
        for one in known:
            if self.outcomes([one], condition) == {way}:
                zh, en = _BECAUSE["failed" if one.failed else "holds" if way else "clashes"]
                return (Note(one.span, zh, en),)
        return ()


_BECAUSE = {
    "failed": ("前面这一种情形已经包括它", "the case before it takes these"),
    "holds": ("有了这个条件，它就总是成立", "where this holds, it always does"),
    "clashes": ("与这个条件不能同时成立", "it cannot hold together with this"),
}
