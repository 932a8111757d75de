"""W610: dated values that have run out, are over before they begin to count, or leave days without a value."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import zip_longest
from typing import ClassVar

from pol_lang import syntax as s
from pol_lang.problem import Note, Problem
from polc.lints.lint import Lint, Subject

_DAY = datetime.timedelta(days=1)


class PastValue(Lint):
    """A dated value ends before the policy is in force, or the next one begins later than the day after its end; or the
    last one has run out by the day of the check, and the policy is still in force.

    Avoid:

        parameter 缴费标准
          since 2023-01-01 until 2023-06-30  350元
          since 2024-01-01  400元

    Prefer:

        parameter 缴费标准
          since 2023-01-01 until 2023-12-31  350元
          since 2024-01-01  400元

    Why: a claim of a day without a value is refused, which is found out when the first one comes; and a value that was
    over before the policy began is never read. What has run out depends on the day: `polc check` goes by today, and
    with `--as-of` a value missing on that day is an error.
    ---
    分期的数值在政策施行以前就到期了，或者下一期没有紧接着上一期；或者到检查这一天，最后一期已经到期，而政策还在施行。

    避免：

        参数 缴费标准
          自 2023-01-01 至 2023-06-30  350元
          自 2024-01-01  400元

    应写：

        参数 缴费标准
          自 2023-01-01 至 2023-12-31  350元
          自 2024-01-01  400元

    原因：没有数值的日子，就诊不能结算，要到第一笔来了才发现；施行以前就到期的数值则从来用不到。是否到期要看日子：
    `polc check` 按今天看；写了 `--as-of`，那一天没有值就是错误。
    """

    said_zh: str = ""
    said_en: str = ""
    code = "W610"
    zh: ClassVar[str] = "{said_zh}"
    en: ClassVar[str] = "{said_en}"
    hint_zh: ClassVar[str] = "对照文件的起止日期"
    hint_en: ClassVar[str] = "see the dates in the document"


def past_values(subject: Subject) -> Iterator[Problem]:
    """The dated values of the file that never count, and the gaps between others."""
    start, last = _first_day(subject), _last_day(subject)
    for statement in subject.own.statements:
        inner = statement.statement if isinstance(statement, s.Replace) else statement
        if not isinstance(inner, s.Parameter | s.Set):
            continue
        dated = sorted(inner.dated, key=lambda line: line.since)
        for line, following in zip_longest(dated, dated[1:]):
            until = line.until
            if until is None:
                continue
            if start is not None and until < start:
                yield PastValue(
                    span=line.span,
                    said_zh=f"这一期到 {until} 为止，政策 {start} 才施行，这个数用不到",
                    said_en=f"this value ends on {until} and the policy is in force from {start}: it is never read",
                )
            elif following is None and subject.today is not None and until < subject.today <= last:
                yield PastValue(
                    span=line.span,
                    said_zh=f"最后一期到 {until} 为止，现在已经没有值，就诊不能结算",
                    said_en=f"the last value ended on {until}: there is none any more, and no claim is settled",
                )
            elif following is not None and following.since > until + _DAY:
                gap = f"{until + _DAY} – {following.since - _DAY}"
                yield PastValue(
                    span=line.span,
                    said_zh=f"{gap} 没有数值",
                    said_en=f"there is no value for {gap}",
                    notes=(Note(following.span, "下一期", "the next value"),),
                )


def _last_day(subject: Subject) -> datetime.date:
    """The last day that one of the policy's documents is in force."""
    return min((x.until for x in subject.plan.documents if x.until is not None), default=datetime.date.max)


def _first_day(subject: Subject) -> datetime.date | None:
    """The first day that the policy's own document applies to."""
    days = [
        day
        for head in subject.own.statements
        if isinstance(head, s.Policy)
        for line in head.lines
        if line.key in ("in_force", "applied_back")
        for day in line.values[:1]
        if isinstance(day, datetime.date)
    ]
    return min(days) if days else None
