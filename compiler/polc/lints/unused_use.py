"""W611: a file that is used and of which nothing is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pol_lang import syntax as s
from pol_lang.problem import Problem
from polc.lints.lint import Lint, Subject, walk
from polc.lints.used import declared_words, names_read

_ONLY_NAMES = (
    s.Policy, s.Bearer, s.Identity, s.Group, s.Fact, s.ListDecl, s.Parameter, s.Table, s.BandTable, s.Define,
)  # fmt: skip


class UnusedUse(Lint):
    """A file is used and nothing that it declares is read. `polc fix` removes the line.

    Avoid:

        policy 临县
          in force from 2023-01-01
        use "diseases.pol"

    Prefer:

        policy 临县
          in force from 2023-01-01

    Why: whoever looks for the meaning of the file reads the used one too, for nothing. Only files that declare names
    and do nothing else are meant: a file with layers or readings has its effect by being used.
    ---
    引用了一个文件，却没有用到其中的任何名称。`polc fix` 会删去这一行。

    避免：

        政策 临县
          施行自 2023-01-01
        引用 "diseases.pol"

    应写：

        政策 临县
          施行自 2023-01-01

    原因：读这个文件的人会白读一遍被引用的文件。只指仅有声明的文件：有保障层或口径的文件，引用本身就起作用。
    """

    path: str = ""
    code = "W611"
    zh: ClassVar[str] = "没有用到“{path}”里的任何名称"
    en: ClassVar[str] = "nothing of “{path}” is read"
    hint_zh: ClassVar[str] = "删去这一行"
    hint_en: ClassVar[str] = "remove this line"


def unused_use(subject: Subject) -> Iterator[Problem]:
    """The `use` lines that could be left out."""
    if not any(isinstance(x, s.Use) for x in subject.own.statements):
        return
    others = [file.file for file in subject.files if file.file is not subject.own]
    read = names_read(subject.own.statements)
    read |= {word.text for x in subject.own.statements for word in walk(x) if isinstance(word, s.Word)}
    for statement in subject.own.statements:
        if not isinstance(statement, s.Use):
            continue
        name = statement.path.text
        used = [file for file in others if file.source.name.endswith(name.removeprefix("./").removeprefix("../"))]
        if len(used) != 1 or not all(isinstance(x, _ONLY_NAMES) for x in used[0].statements):
            continue
        declared = {word.text for x in used[0].statements for word in declared_words(x)}
        elsewhere = names_read(x for file in others if file is not used[0] for x in file.statements)
        if not declared & (read | elsewhere):
            yield UnusedUse(span=statement.span, path=name)
