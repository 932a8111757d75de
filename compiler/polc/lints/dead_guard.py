"""W602: a condition whose outcome is certain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product
from typing import ClassVar

from pol_lang import syntax as s
from pol_lang.problem import Problem
from pol_lang.source import Span
from polc import plan as p
from polc.lints.lint import Lint, Subject, walk
from polc.shape.explore import fact_values

MOST_WORLDS = 5_000


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

    Why: a condition that decides nothing hides a rule that never runs, or reads like a limit that is none. Conditions
    on amounts are taken as undecided unless both sides are fixed.
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

    原因：不起作用的条件，要么藏着一条永远不执行的规则，要么看上去像限制而并没有限制。与金额有关的条件，除非两边都是
    定数，一律视为未定。
    """

    outcome_zh: str = ""
    outcome_en: str = ""
    code = "W602"
    zh: ClassVar[str] = "这个条件{outcome_zh}"
    en: ClassVar[str] = "this condition {outcome_en}"
    hint_zh: ClassVar[str] = "对照文件改条件，或者删去不起作用的这一行"
    hint_en: ClassVar[str] = "mend it after the document, or remove what has no effect"


World = Mapping[str, p.Value]
"""One way things can be: facts by name, `Holds` by the identities' key, undecided conditions by theirs."""


def dead_guard(subject: Subject) -> Iterator[Problem]:
    """The conditions of the file whose outcome is certain."""
    values = fact_values([subject.plan])
    for statement in subject.program.statements:
        known: list[p.Expr] = []
        if isinstance(statement, s.Layer | s.Control | s.Package):
            lines = statement.steps if isinstance(statement, s.Layer) else statement.guards
            for line in lines:
                if isinstance(line, s.When):
                    condition = subject.elaborator.condition(line.condition)
                    if subject.is_own(line):
                        yield from _judged(line.condition.span, known, condition, values)
                    known.append(condition)
            for line in lines:
                if isinstance(line, s.Tilt) and subject.is_own(line):
                    conditions = [x for x in (line.subject, line.when) if x is not None]
                    wanted = tuple(subject.elaborator.condition(x) for x in conditions)
                    span = conditions[0].span.to(conditions[-1].span)
                    yield from _judged(span, known, p.All(wanted), values, always=False)
        yield from _cases(subject, statement, known, values)


def _cases(
    subject: Subject, statement: s.Statement, known: list[p.Expr], values: Mapping[str, Sequence[p.Value]]
) -> Iterator[Problem]:
    """The cases of a statement that no claim reaches."""
    for node in walk(statement):
        if not isinstance(node, s.Cases) or not subject.is_own(node):
            continue
        before = list(known)
        for case in node.cases:
            condition = subject.elaborator.condition(case.condition)
            yield from _judged(case.condition.span, before, condition, values, always=False)
            before.append(p.Not(condition))


def _judged(
    span: Span,
    known: Sequence[p.Expr],
    condition: p.Expr,
    values: Mapping[str, Sequence[p.Value]],
    *,
    always: bool = True,
) -> Iterator[Problem]:
    outcomes = _outcomes(known, condition, values)
    if outcomes == {False}:
        yield DeadGuard(span=span, outcome_zh="不会成立", outcome_en="never holds")
    elif outcomes == {True} and always:
        yield DeadGuard(span=span, outcome_zh="总是成立，不起作用", outcome_en="always holds and decides nothing")


def _outcomes(known: Sequence[p.Expr], condition: p.Expr, values: Mapping[str, Sequence[p.Value]]) -> set[bool] | None:
    """How a condition comes out where the known ones hold; None where the cases are too many."""
    ranges: dict[str, Sequence[p.Value]] = {}
    for expr in (*known, condition):
        _atoms(expr, values, ranges)
    size = 1
    for choices in ranges.values():
        size *= len(choices)
    if size > MOST_WORLDS:
        return None
    found: set[bool] = set()
    for combination in islice(product(*ranges.values()), MOST_WORLDS):
        world = dict(zip(ranges, combination, strict=True))
        if all(_truth(expr, world) for expr in known):
            found.add(_truth(condition, world))
            if len(found) == 2:
                break
    return found or None


def _atoms(expr: p.Expr, values: Mapping[str, Sequence[p.Value]], found: dict[str, Sequence[p.Value]]) -> None:
    """What the truth of a condition hangs on, with the values it can take."""
    if isinstance(expr, p.All | p.Any):
        for inner in expr.conditions:
            _atoms(inner, values, found)
    elif isinstance(expr, p.Not):
        _atoms(expr.condition, values, found)
    elif isinstance(expr, p.Named):
        _atoms(expr.value, values, found)
    elif isinstance(expr, p.Holds):
        # A person may hold any of them, several or none.
        for identity in expr.identities:
            found[f"identity {identity}"] = (False, True)
    elif (fact := _decided_by(expr)) is not None:
        known = found.get(fact) or values.get(fact) or ()
        found[fact] = (*known, *(value for value in _asked(expr) if value not in known))
    elif _is_open(expr) if isinstance(expr, p.Const) else _fixed(expr) is None:
        found[_key(expr)] = (False, True)


def _decided_by(expr: p.Expr) -> str | None:
    """The one fact of few values that a plain condition hangs on."""
    if isinstance(expr, p.Fact):
        return expr.name if expr.unit == "bool" else None
    if isinstance(expr, p.Within) and isinstance(expr.value, p.Fact) and expr.value.unit == "text":
        return expr.value.name
    if isinstance(expr, p.Compare) and isinstance(expr.left, p.Fact) and isinstance(expr.right, p.Const):
        return expr.left.name if expr.left.unit in ("text", "bool", "number") else None
    return None


def _asked(expr: p.Expr) -> list[p.Value]:
    """The values that tell the outcomes of a plain condition apart."""
    if isinstance(expr, p.Within):
        return [*sorted(expr.values), ""]
    if isinstance(expr, p.Compare) and isinstance(expr.right, p.Const):
        edge = expr.right.value
        if isinstance(edge, int | Fraction) and not isinstance(edge, bool):
            return [edge - 1, edge, edge + 1]
        return [edge] if isinstance(expr.left, p.Fact) and expr.left.unit == "bool" else [edge, ""]
    return [True, False]


def _is_open(expr: p.Const) -> bool:
    """Whether it is a value that a locality still has to set."""
    return expr.value is None


def _key(expr: p.Expr) -> str:
    return f"open {id(expr)}"


def _fixed(expr: p.Expr) -> bool | None:
    """The outcome of a comparison of fixed values."""
    if isinstance(expr, p.Compare) and isinstance(expr.left, p.Const) and isinstance(expr.right, p.Const):
        return _compared(expr.op, expr.left.value, expr.right.value)
    return None


def _truth(expr: p.Expr, world: World) -> bool:
    if isinstance(expr, p.All):
        return all(_truth(x, world) for x in expr.conditions)
    if isinstance(expr, p.Any):
        return any(_truth(x, world) for x in expr.conditions)
    if isinstance(expr, p.Not):
        return not _truth(expr.condition, world)
    if isinstance(expr, p.Named):
        return _truth(expr.value, world)
    if isinstance(expr, p.Holds):
        return any(world[f"identity {identity}"] for identity in expr.identities)
    if isinstance(expr, p.Const):
        return bool(world[_key(expr)] if _is_open(expr) else expr.value)
    fact = _decided_by(expr)
    if fact is None:
        fixed = _fixed(expr)
        return bool(world[_key(expr)]) if fixed is None else fixed
    value = world[fact]
    if isinstance(expr, p.Within):
        return (value in expr.values) != expr.negated
    if isinstance(expr, p.Compare):
        assert isinstance(expr.right, p.Const)
        return _compared(expr.op, value, expr.right.value)
    return bool(value)


def _compared(op: str, left: p.Value, right: p.Value) -> bool:
    if op in ("=", "!="):
        return (left == right) == (op == "=")
    if not isinstance(left, int | Fraction) or not isinstance(right, int | Fraction):
        return False
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op]
