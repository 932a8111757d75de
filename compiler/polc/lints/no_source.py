"""W608: a figure without a clause in a document where others have one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pol_lang import syntax as s
from pol_lang.problem import Problem
from polc.lints.lint import Lint, Subject, walk


class NoSource(Lint):
    """A parameter or layer names no clause, while most statements of the file do and the document has a number.

    Avoid:

        parameter 年度限额 = 20000元

    Prefer:

        parameter 年度限额 = 20000元   cite 二(四)3

    Why: whoever checks the file beside the document cannot tick this one off, and the sheet cannot say where its figure
    is from. A file most of whose statements cite nothing is not looked at. For a figure that is the author's own, write
    `# polc: allow W608` and where it is from.
    ---
    参数或保障层没有写依据，而文件有文号，其他语句大多写了依据。

    避免：

        参数 年度限额 = 20000元

    应写：

        参数 年度限额 = 20000元   依据 二(四)3

    原因：对照文件核对时勾不到它，计算书也说不出这个数从哪里来。大多数语句都不写依据的文件不检查。文件里没有、自己定的
    数，写 `# polc: allow W608` 和来历。
    """

    name: str = ""
    code = "W608"
    zh: ClassVar[str] = "“{name}”没有写依据"
    en: ClassVar[str] = "“{name}” names no clause"
    hint_zh: ClassVar[str] = "在行末写 依据 和条款号；不是文件里的数，写 # polc: allow W608 和来历"
    hint_en: ClassVar[str] = (
        "add cite and the clause at the line's end; if it is not from the document, # polc: allow W608"
    )


def no_source(subject: Subject) -> Iterator[Problem]:
    """The parameters and layers of the file that rest on no clause."""
    heads = [x for x in subject.own.statements if isinstance(x, s.Policy)]
    if not any(line.key == "number" for head in heads for line in head.lines):
        return
    kinds = (s.Parameter, s.Layer, s.Amend, s.Control, s.Package, s.Define)
    statements = [x for x in subject.own.statements if isinstance(x, kinds)]
    cited = [x for x in statements if _cites(x)]
    if 2 * len(cited) <= len(statements):
        return
    for statement in statements:
        if isinstance(statement, s.Parameter | s.Layer) and not _cites(statement):
            yield NoSource(span=statement.name.span, name=statement.name.text)


def _cites(statement: s.Statement) -> bool:
    return any(isinstance(node, s.Line) and node.cite is not None for node in walk(statement))
