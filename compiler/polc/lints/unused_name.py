"""W601: a name that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pol_lang import syntax as s
from pol_lang.problem import Problem
from polc.lints.lint import Lint, Subject
from polc.lints.used import declared_words, names_read
from polc.resolve import KINDS

_KINDS = (s.Parameter, s.Table, s.BandTable, s.Define, s.ListDecl, s.Group, s.Fact, s.Identity)


class UnusedName(Lint):
    """A name is declared and no statement reads it. Often a rule was meant to use it and uses something else.

    Avoid:

        parameter 门槛 = 1000元
        layer 医保 paid by 基本医保统筹基金
          base 政策范围内费用
          deductible 800元 per admission
          rate 60%

    Prefer:

        parameter 门槛 = 1000元
        layer 医保 paid by 基本医保统筹基金
          base 政策范围内费用
          deductible 门槛 per admission
          rate 60%

    Why: a reader takes a figure that is written down for one that counts. Remove the name, or read it where it was
    meant. Examples only give values and read no name. Files that others build on (they leave figures to be set, or only
    declare names) and open parameters are not looked at.
    ---
    声明了名称，却没有语句用到它：多半是规则本该用它而写成了别的。

    避免：

        参数 门槛 = 1000元
        保障层 医保 支付方 基本医保统筹基金
          基数 政策范围内费用
          起付线 800元 每次
          支付比例 60%

    应写：

        参数 门槛 = 1000元
        保障层 医保 支付方 基本医保统筹基金
          基数 政策范围内费用
          起付线 门槛 每次
          支付比例 60%

    原因：写出来的数，读者会当作起作用的数。删去这个名称，或者在本该用它的地方用它。算例只给出数值，不算用到。供别的
    文件落实或引用的文件（留有待规定的参数，或只有声明）和待规定的参数不检查。
    """

    name: str = ""
    kind_zh: str = ""
    kind_en: str = ""
    code = "W601"
    zh: ClassVar[str] = "{kind_zh}“{name}”没有用到"
    en: ClassVar[str] = "the {kind_en} “{name}” is never read"
    hint_zh: ClassVar[str] = "删去它，或者在本该用它的地方写上它"
    hint_en: ClassVar[str] = "remove it, or read it where it was meant"


def unused_name(subject: Subject) -> Iterator[Problem]:
    """The names of the file that nothing reads."""
    if subject.is_frame:
        return
    read = names_read(x for file in subject.files for x in file.file.statements)
    ranked = subject.program.highest is not None and subject.program.highest.criterion == "rank"
    for statement in subject.own.statements:
        if not isinstance(statement, _KINDS) or any(word.text in read for word in declared_words(statement)):
            continue
        is_open = isinstance(statement, s.Parameter) and statement.bounds is not None
        is_open = is_open or (isinstance(statement, s.BandTable) and not statement.bands)
        if is_open or (isinstance(statement, s.Identity) and ranked):
            continue
        _, zh, en = KINDS[type(statement)]
        yield UnusedName(span=statement.name.span, name=statement.name.text, kind_zh=zh, kind_en=en)
