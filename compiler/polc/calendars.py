"""Working days as they really were in China: weekends, public holidays, and the days worked in exchange for them."""

from __future__ import annotations

import datetime
from typing import ClassVar

from pol_lang.problem import Problem, Problems

_DAY = datetime.timedelta(days=1)


class WorkdaysUnknown(Problem):
    """A time limit in working days reaches a year whose public holidays are not known to polc. The State Council
    announces the holidays of a year in November of the year before; a newer version of the package chinesecalendar
    brings them.
    ---
    以工作日计的期限落到了放假安排还不知道的年份。下一年的放假安排一般在当年 11 月由国务院办公厅公布，
    公布后升级 chinesecalendar 即可。
    """

    date: str = ""
    code = "C505"
    zh: ClassVar[str] = "不知道 {date} 是不是工作日"
    en: ClassVar[str] = "whether {date} is a working day is not known"
    hint_zh: ClassVar[str] = "各年的放假安排由程序包更新：pip install -U chinesecalendar"
    hint_en: ClassVar[str] = "a newer package carries the holidays of each year: pip install -U chinesecalendar"


def is_workday(date: datetime.date) -> bool:
    """Whether people work on this day; raises `Problems` for a year whose holidays are not known."""
    import chinese_calendar  # its tables take longer to load than most policies to settle, and few need them

    try:
        return bool(chinese_calendar.is_workday(date))
    except NotImplementedError:
        raise Problems([WorkdaysUnknown(date=date.isoformat())]) from None


def add_workdays(date: datetime.date, count: int) -> datetime.date:
    """The `count`-th working day after a date (before it where negative); the date itself does not count.

    With count 0 the date itself, working day or not. Raises `Problems` for a year whose holidays are not known.
    """
    step = _DAY if count >= 0 else -_DAY
    for _ in range(abs(count)):
        date += step
        while not is_workday(date):
            date += step
    return date
