"""W607: a whole-amount table that reads like a progressive one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from pol_lang.problem import Problem
from polc.lints.lint import Lint, Subject
from polc.lints.tables import rates_of, tables_of


class WholeAmount(Lint):
    """A table of rates that rise with the cost is read by whole amounts: the band that the sum ends in gives the rate
    for all of it. Such tables are nearly always meant band by band.

    Avoid:

        bands 大病分段 over excess whole amount
          up to 50000元 60%
          above 50000元 70%

    Prefer:

        bands 大病分段 over excess progressive
          up to 50000元 60%
          above 50000元 70%

    Why: by whole amounts 50,000 yuan are paid 30,000, and one fen more 35,000: the payment jumps at every edge. Where
    the document says that the whole amount takes the rate of its band, allow it: `# polc: allow W607` and the words.
    ---
    比例随费用上升的分段表写成了全额套档：总额落在哪一段，全部金额都按那一段的比例。这样的表几乎总是指分段累进。

    避免：

        分段 大病分段 按起付线以上 全额套档
          不超过 50000元 60%
          超过 50000元 70%

    应写：

        分段 大病分段 按起付线以上 分段累进
          不超过 50000元 60%
          超过 50000元 70%

    原因：按全额套档，50000 元支付 30000 元，再多一分就支付 35000 元：每到一段支付额都要跳。文件写明全额按所在段的比例
    的，写 `# polc: allow W607` 并摘录原文。
    """

    code = "W607"
    zh: ClassVar[str] = "比例逐段上升，却按全额套档"
    en: ClassVar[str] = "the rates rise from band to band, yet the whole amount takes one of them"
    hint_zh: ClassVar[str] = "多半应为“分段累进”；文件写明套档的，在行末写 # polc: allow W607 和原文"
    hint_en: ClassVar[str] = (
        "progressive is nearly always meant; if the document says whole amount, write # polc: allow W607 and why"
    )


def whole_amount(subject: Subject) -> Iterator[Problem]:
    """The whole-amount tables of the file whose rates rise."""
    for table, bands in tables_of(subject):
        if table.options is None or table.options.mode != "whole":
            continue
        rates = [rates_of(subject, band) for band in bands]
        if len(rates) > 1 and all(x and y and max(x) < max(y) for x, y in pairwise(rates)):
            yield WholeAmount(span=table.options.span)
