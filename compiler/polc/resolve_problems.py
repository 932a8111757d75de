"""Problems of putting the files of a policy together: names, and what later documents do to earlier ones."""

from __future__ import annotations

from typing import ClassVar

from pol_lang.problem import Problem


class DeclaredTwice(Problem):
    """A name is declared a second time. In one file that is a slip; over a parent's statement say what you do to it:
    `replace`, `amend` or `set`.
    ---
    同一个名称声明了两次。要改动上级文件里的，写明“改为”“修改”或“规定”。
    """

    name: str = ""
    kind_zh: str = ""
    kind_en: str = ""
    code = "N205"
    zh: ClassVar[str] = "“{name}”已经声明过（{kind_zh}）"
    en: ClassVar[str] = "“{name}” is declared already (as a {kind_en})"
    hint_zh: ClassVar[str] = "换一个名称；要改动上级文件的规定，用“改为”“修改”或“规定”"
    hint_en: ClassVar[str] = "choose another name; to change a parent's statement write replace, amend or set"


class UnknownTarget(Problem):
    """A statement changes, removes or binds something that no earlier document declares.
    ---
    要改动、删去或规定的内容，前面的文件里没有。
    """

    name: str = ""
    kind_zh: str = ""
    kind_en: str = ""
    code = "N206"
    zh: ClassVar[str] = "前面的文件里没有叫“{name}”的{kind_zh}"
    en: ClassVar[str] = "earlier documents have no {kind_en} named “{name}”"
    hint_zh: ClassVar[str] = "检查名称和上级文件；要新写一项的，去掉“改为”“修改”“删去”“规定”"
    hint_en: ClassVar[str] = (
        "check the name and the parent document; for something new leave out replace, amend, remove or set"
    )


class NotOpen(Problem):
    """`set` binds a parameter that its document did not leave to the locality.
    ---
    “规定”的参数，上级文件并没有交由地方规定。
    """

    name: str = ""
    code = "N207"
    zh: ClassVar[str] = "“{name}”没有交由地方规定"
    en: ClassVar[str] = "“{name}” was not left to be set locally"
    hint_zh: ClassVar[str] = "要改动它，写“改为 参数 {name} …”并注明依据"
    hint_en: ClassVar[str] = "to change it write `replace parameter {name} …` and cite the clause"


class WhichOne(Problem):
    """A later document changes or removes a copay or an exclusion without naming it, and there are several.
    ---
    没有写名称就改动或删去先行自付、不予支付，而前面的文件里有好几条。
    """

    kind_zh: str = ""
    kind_en: str = ""
    names: str = ""
    code = "N221"
    zh: ClassVar[str] = "前面的文件里有好几条{kind_zh}，要写明是哪一条"
    en: ClassVar[str] = "earlier documents have several statements of this kind ({kind_en}): say which"
    hint_zh: ClassVar[str] = "有名称的：{names}；没有名称的，先在那个文件里起名：{kind_zh} 名称 = …"
    hint_en: ClassVar[str] = "by name there are: {names}; give the others a name in their document: {kind_en} NAME = …"


class NoneThere(Problem):
    """A later document changes or removes a copay or an exclusion, and no earlier document has one.
    ---
    要改动或删去先行自付、不予支付，前面的文件里却一条也没有。
    """

    kind_zh: str = ""
    kind_en: str = ""
    code = "N223"
    zh: ClassVar[str] = "前面的文件里没有{kind_zh}"
    en: ClassVar[str] = "earlier documents have no {kind_en}"
    hint_zh: ClassVar[str] = "检查它落实的上级文件；要新写一项的，去掉“改为”“修改”“删去”"
    hint_en: ClassVar[str] = "check the parent document; for something new leave out replace, amend or remove"


class NothingAmended(Problem):
    """An amendment of a copay or exclusion does not say what changes.
    ---
    修改先行自付、不予支付，却没有写改什么。
    """

    code = "N222"
    zh: ClassVar[str] = "没有写改什么"
    en: ClassVar[str] = "nothing is amended here"
    hint_zh: ClassVar[str] = "写改变的部分：= 数额、从 费用部分、由 承担方、当 条件"
    hint_en: ClassVar[str] = "write what changes: = AMOUNT, from PART, on BEARER, when CONDITION"


class NoPolicy(Problem):
    """A file has no `policy` statement, or more than one: what it is called and which document it stands for is not
    known.
    ---
    文件里没有“政策”语句，或不止一个。
    """

    code = "N208"
    zh: ClassVar[str] = "每个文件要有一个“政策”语句"
    en: ClassVar[str] = "each file needs exactly one `policy` statement"
    hint_zh: ClassVar[str] = "在文件开头写 政策 名称"
    hint_en: ClassVar[str] = "start the file with: policy NAME"


class Misplaced(Problem):
    """A layer is to stand before or after one that does not exist.
    ---
    保障层要排在某层之前或之后，但没有那一层。
    """

    name: str = ""
    code = "N209"
    zh: ClassVar[str] = "没有叫“{name}”的保障层"
    en: ClassVar[str] = "there is no layer named “{name}”"
    hint_zh: ClassVar[str] = "写前面或后面某个保障层的名称"
    hint_en: ClassVar[str] = "write the name of a layer of this policy"
