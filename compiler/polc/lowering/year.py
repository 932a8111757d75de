"""Which year a claim belongs to: the reading that holds on the day, where a file has several for different days."""

from __future__ import annotations

import datetime
from itertools import pairwise

from pol_lang import syntax as s
from pol_lang.problem import Note
from polc.lowering.expressions import Elaborator
from polc.lowering.name_problems import NoValueThen, OverlappingDates, YearByOther
from polc.resolved import Program

NAME = "年度"
_DAY = datetime.timedelta(days=1)


def year_reading(program: Program, day: datetime.date) -> s.YearReading | None:
    """The reading of the year that holds on a day, None where there is none."""
    lines = _ordered(program)
    return next((x for x, until in zip(lines, _ends(lines), strict=True) if _since(x) <= day <= until), None)


def check_year(e: Elaborator, program: Program) -> s.YearReading | None:
    """The reading of the day. Reports days for which there is none or several, and readings by different dates, of
    which it would be open which one says the day; the days of change bound how long a plan holds."""
    lines = _ordered(program)
    found = year_reading(program, e.as_of)
    ends = _ends(lines)
    for line, following in pairwise(lines):
        if line.until is not None and line.until >= _since(following):
            note = Note(following.span, "与这一期重叠", "overlaps with this")
            e.problems.append(OverlappingDates(span=line.span, name=NAME, notes=(note,)))
        elif line.until is not None and _since(following) > line.until + _DAY:
            e.problems.append(NoValueThen(span=line.span, name=NAME, day=(line.until + _DAY).isoformat()))
        if _date_of(program, following) != _date_of(program, line):
            note = Note(line.by.span, "前一期按这个日期", "the period before goes by this date")
            e.problems.append(YearByOther(span=following.by.span, name=following.by.text, notes=(note,)))
    for line, until in zip(lines, ends, strict=True):
        if line.since is not None:
            e.changes.add(line.since)
        if until < datetime.date.max:
            e.changes.add(until + _DAY)
    if lines and found is None:
        e.problems.append(NoValueThen(span=lines[0].span, name=NAME, day=e.as_of.isoformat()))
    return found


def _date_of(program: Program, line: s.YearReading) -> str:
    """The name of the date that a reading goes by, however it is written."""
    symbol = program.symbols.get(line.by.text)
    return symbol.name if symbol is not None else line.by.text


def _ordered(program: Program) -> list[s.YearReading]:
    return sorted((r for r in program.readings if isinstance(r, s.YearReading)), key=_since)


def _since(line: s.YearReading) -> datetime.date:
    return line.since or datetime.date.min


def _ends(lines: list[s.YearReading]) -> list[datetime.date]:
    """The last day of each reading: the one it says, else the day before the next."""
    if not lines:
        return []
    following = [_since(line) - datetime.timedelta(days=1) if line.since else datetime.date.min for line in lines[1:]]
    return [line.until or last for line, last in zip(lines, [*following, datetime.date.max], strict=True)]
