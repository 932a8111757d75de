"""W604: a rate that falls from band to band."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import ClassVar

from pol_lang.problem import Note, Problem
from polc.lints.lint import Lint, Subject
from polc.lints.tables import rates_of, tables_of
from polc.lowering.amounts import value_text


class FallingRate(Lint):
    """A band pays a lower rate than the band below it. Most documents raise the rate with the cost; a falling one is
    often a slip of the rows.

    Avoid:

        bands 大病分段 over excess progressive
          up to 30000元 65%
          above 30000元 60%

    Prefer:

        bands 大病分段 over excess progressive
          up to 30000元 60%
          above 30000元 65%

    Why: who is worse off should not be paid a smaller share. A last band of 0 % is a way to
    write a cap. Where the document says so all the same, allow it on the
    band's line: `# polc: allow W604` and why.
    ---
    上一段的支付比例比下一段还低。多数文件费用越高比例越高，比例下降往往是行写反了。最后一段为 0% 是封顶的一种
    写法，不在此列。

    避免：

        分段 大病分段 按起付线以上 分段累进
          不超过 30000元 65%
          超过 30000元 60%

    应写：

        分段 大病分段 按起付线以上 分段累进
          不超过 30000元 60%
          超过 30000元 65%

    原因：负担越重的人，支付比例不应越低。文件确实这样规定的，在这一段的行末写 `# polc: allow W604` 和理由。
    """

    before: str = ""
    after: str = ""
    code = "W604"
    zh: ClassVar[str] = "支付比例从 {before} 降到 {after}"
    en: ClassVar[str] = "the rate falls from {before} to {after}"
    hint_zh: ClassVar[str] = "对照文件；确实如此就在行末写 # polc: allow W604 和理由"
    hint_en: ClassVar[str] = "see the document; if it says so, write # polc: allow W604 and why at the line's end"


def rates_fall(subject: Subject) -> Iterator[Problem]:
    """The bands of the file with a rate below that of the band before."""
    for _, bands in tables_of(subject):
        rates = [rates_of(subject, band) for band in bands]
        for i in range(1, len(bands)):
            last = i == len(bands) - 1
            falls = None if last and rates[i] == [0] else _falls(rates[i - 1], rates[i])  # nothing above: a cap
            if falls:
                before, after = falls
                note = Note(bands[i - 1].span, "上一段", "the band before")
                yield FallingRate(
                    span=bands[i].span,
                    before=value_text(before, "ratio"),
                    after=value_text(after, "ratio"),
                    notes=(note,),
                )


def _falls(before: list[Fraction], after: list[Fraction]) -> tuple[Fraction, Fraction] | None:
    """The first two rates of one case that fall; a single rate on one side is that of every case."""
    if len(before) != len(after) and min(len(before), len(after)) != 1:
        return None
    many = max(len(before), len(after))
    pairs = zip(before * (many if len(before) == 1 else 1), after * (many if len(after) == 1 else 1), strict=True)
    return next(((a, b) for a, b in pairs if b < a), None)
